"""Idle, too long, signed out, suspended: the next request is refused, however it is asked."""

import time

import pytest
from django.urls import reverse

from tests.walls.test_doors import there
from tests.walls.world import a_world, every_url

PUBLIC = {"account_login", "help_page"}
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


def _suspended(world, client) -> None:
    world.iw.is_active = False
    world.iw.save(update_fields=["is_active"])


@pytest.mark.django_db
@pytest.mark.parametrize("over", [_idle, _too_long, _signed_out, _suspended])
def test_the_next_request_is_refused_everywhere(over):
    world = a_world()
    client = world.client("iw")
    let_in = []
    for name, pattern in every_url().items():
        path = reverse(name, kwargs=there(world, name, set(pattern.pattern.converters)))
        for method in ("GET", "POST"):
            client.force_login(world.iw)
            over(world, client)
            answer = client.generic(method, path)
            to_sign_in = answer.status_code == 302 and reverse("account_login") in answer.url
            if name not in PUBLIC and not to_sign_in:
                let_in.append(f"{method} {name}: {answer.status_code}")
    assert not let_in, "\n".join(let_in)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("stamp", "seconds"), [("seen_at", 14 * MINUTES), ("auth_at", 12 * HOURS - 2 * MINUTES)]
)
def test_just_before_the_limit_the_page_opens(stamp, seconds):
    world = a_world()
    client = world.client("iw")
    _put_back(client, stamp, seconds)
    assert client.get(reverse("desk_queue")).status_code == 200
