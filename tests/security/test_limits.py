"""Idle, too long, signed out, suspended: the next request is refused, however it is asked."""

import os
import subprocess
import sys
import time

import pytest
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from requests_app import states
from requests_app.desk.forms import FORMS
from shielding.accounts.sessions import actions as own_sessions
from tests.security.support.access_table import there
from tests.security.support.council import every_url
from tests.support.people import PASSWORD

PUBLIC = {
    "account_login",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key",
    "demo_mail",
    "demo_mails",
    "factor_app",
    "factor_begin",
    "factor_codes",
    "factor_key",
    "factor_link",
    "factor_spoken_code",
    "hand_over_wrong",
    "health_live",
    "health_ready",
    "help_page",
    "lost_factor",
    "recovery_code",
    "second_factor",
    "stage_leave",
    "not_me_by_link",
    "security_txt",
    "suspension_wrong",
}
MINUTES, HOURS = 60, 3600


def _put_back(client, stamp: str, seconds: int) -> None:
    """Let the session look as if its stamp had been set so long ago."""
    session = client.session
    session[stamp] = int(time.time()) - seconds
    session.save()


def _idle(world, client) -> None:
    _put_back(client, "seen_at", 15 * MINUTES)


def _too_long(world, client) -> None:
    _put_back(client, "auth_at", 12 * HOURS)


def _signed_out(world, client) -> None:
    client.logout()


def _ended_elsewhere(world, client) -> None:
    own_sessions.end_others(here=None, by=world.iw, now=timezone.now())


def _suspended(world, client) -> None:
    world.iw.is_active = False
    world.iw.save(update_fields=["is_active"])


@pytest.mark.django_db
@pytest.mark.parametrize("over", [_idle, _too_long, _signed_out, _ended_elsewhere, _suspended])
def test_the_next_request_is_refused_everywhere(over, world):
    client = world.client("iw")
    over(world, client)
    cookies = client.cookies.copy()
    let_in = []
    for name, pattern in every_url().items():
        path = reverse(name, kwargs=there(world, name, set(pattern.pattern.converters)))
        for method in ("GET", "POST"):
            # What a refusal does to the session is undone: each is the first one after it was over.
            client.cookies = cookies.copy()
            with transaction.atomic():
                answer = client.generic(method, path)
                transaction.set_rollback(True)
            to_sign_in = answer.status_code == 302 and reverse("account_login") in answer.url
            # The page's script keeps what was chosen, and leads to signing in itself.
            kept = (name, method, answer.status_code) == ("session_keep", "POST", 204)
            if name not in PUBLIC and not to_sign_in and not kept:
                let_in.append(f"{method} {name}: {answer.status_code}")
    assert not let_in, "\n".join(let_in)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("stamp", "seconds"), [("seen_at", 14 * MINUTES), ("auth_at", 12 * HOURS - 2 * MINUTES)]
)
def test_just_before_the_limit_the_page_opens(stamp, seconds, world):
    client = world.client("iw")
    _put_back(client, stamp, seconds)
    assert client.get(reverse("desk_queue")).status_code == 200


# --- Deciding takes a password that was given not long ago ----------------------------------------
CONFIRM = "/confirm-it-is-you/?next=%2Fdesk%2Frequests%2F{}%2F"
DECISIONS = [form.slug for form in FORMS]


def _for(world, slug):
    """Return the request of the world that this act is for."""
    if slug in ("confirm", "overturn"):
        return world.proposed
    return world.considered if slug in ("settle", "look-again") else world.sent


@pytest.mark.django_db
def test_a_decision_sent_an_hour_after_the_password_is_not_done_and_says_so(world):
    for slug in DECISIONS:
        client, asked = world.client("second"), _for(world, slug)
        _put_back(client, "fresh_at", 60 * MINUTES)
        sent = {"involvement": "on_record"}
        answer = client.post(f"/desk/requests/{asked.reference}/{slug}/", sent)
        assert (answer.status_code, answer.url) == (302, CONFIRM.format(asked.reference)), slug
        page = client.get(answer.url)
        assert "Nothing of what you sent was saved or done" in page.content.decode()
        before = asked.changed_at
        asked.refresh_from_db()
        assert asked.changed_at == before, slug
        back = client.post(answer.url, {"password": PASSWORD})
        assert back.url == f"/desk/requests/{asked.reference}/"
        assert client.get(back.url).status_code == 200


@pytest.mark.django_db
def test_a_decision_sent_within_the_hour_is_done(world):
    client = world.client("second")
    _put_back(client, "fresh_at", 59 * MINUTES)
    answer = client.post(
        f"/desk/requests/{world.sent.reference}/return/",
        {"seen": world.sent.changed_at.isoformat(), "query": "points"},
    )
    assert answer.url == f"/desk/requests/{world.sent.reference}/"
    world.sent.refresh_from_db()
    assert world.sent.state == states.RETURNED


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("hour", "minutes", "opens"), [(60, 44, True), (60, 45, False), (10, 4, True), (10, 5, False)]
)
def test_the_page_asks_before_anything_is_typed(settings, hour, minutes, opens, world):
    """Younger by as long as a page may lie idle: what is typed on it is still fresh when sent."""
    settings.FRESH_SIGN_IN_MINUTES = hour
    client = world.client("iw")
    _put_back(client, "fresh_at", minutes * MINUTES)
    answer = client.get(reverse("desk_request", args=[world.sent.reference]))
    assert (answer.status_code == 200) is opens
    if not opens:
        assert answer.url == CONFIRM.format(world.sent.reference)
        assert "Nothing of what you sent" not in client.get(answer.url).content.decode()


@pytest.mark.parametrize(("minutes", "starts"), [("0", 1), ("1", 0), ("60", 0), ("61", 1)])
def test_the_hour_may_only_be_shortened(minutes, starts):
    found = subprocess.run(
        [sys.executable, "-c", "import shielding.settings"],
        env=os.environ | {"FRESH_SIGN_IN_MINUTES": minutes},
        capture_output=True,
        text=True,
        check=False,
    )
    assert found.returncode == starts, found.stderr
    assert ("may only be shortened" in found.stderr) == bool(starts)
