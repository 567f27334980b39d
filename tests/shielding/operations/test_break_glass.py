"""Somebody is let in again at the server: by two, and so that everybody hears of it."""

from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.core import mail as outbox
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from shielding.accounts.models import User
from shielding.accounts.second_factor import factors
from shielding.accounts.second_person import may_be_second_person, with_who_count_as_one
from shielding.accounts.suspensions import BrokenGlass
from shielding.notices import delivery
from shielding.notices.models import Notice
from tests.requests_app.support.desk import at_desk, main
from tests.shielding.accounts.second_factor.support.factors import an_app
from tests.support.entries import entries
from tests.support.people import (
    a_practitioner,
    an_administrator,
    an_auditor,
    an_iw_member,
    let_in_at_the_server,
)
from tests.support.replay import replay

DAY = timedelta(days=1)


def broken(person, one, other, why="break_in"):
    out = StringIO()
    call_command(
        "break_glass", person.email, "--by", one.email, "--with", other.email, "--why", why,
        stdout=out, stderr=StringIO(),
    )  # fmt: skip
    return out.getvalue().strip()


@pytest.fixture
def council():
    return {
        "lead": an_iw_member(lead=True),
        "member": an_iw_member(),
        "auditor": an_auditor(),
        "administrator": an_administrator(),
        "source": a_practitioner(),
    }


@pytest.mark.django_db(transaction=True)
@pytest.mark.behind_the_acts("somebody suspended as a row")
def test_a_suspended_lead_is_let_in_by_two_and_everybody_hears(council, settings):
    settings.DUTY_MAILBOXES = ["duty@council.example"]
    gone = an_iw_member(lead=True)
    stopped = {"suspended_at": timezone.now(), "suspended_by": council["administrator"]}
    User.objects.filter(pk=gone.pk).update(is_active=False, **stopped)
    before = timezone.now()
    an_app(gone)
    password = broken(gone, council["member"], council["source"])
    gone.refresh_from_db()
    glass = BrokenGlass.objects.get()
    assert (gone.is_active, gone.suspended_at, gone.suspended_by) == (True, None, None)
    assert (gone.check_password(password), gone.must_change_password) == (True, True)
    assert not factors.has_factor(gone)
    assert gone.second_person_from == glass.at + DAY
    assert gone.sessions_from >= before.replace(microsecond=0)
    assert not may_be_second_person(gone, glass.at + DAY - timedelta(seconds=1))
    two = {council["member"].pk, council["source"].pk}
    assert with_who_count_as_one({gone.pk}, since=before) == {gone.pk, *two}

    told = {council[who].pk for who in ("lead", "auditor", "administrator")} | {gone.pk}
    notices = Notice.objects.filter(kind="glass_broken")
    assert set(notices.filter(mailbox="").values_list("recipient", flat=True)) == told
    assert list(notices.exclude(mailbox="").values_list("mailbox", flat=True)) == [
        "duty@council.example"
    ]
    facts = {
        "person": str(gone.uid),
        "one": str(council["member"].uid),
        "other": str(council["source"].uid),
        "why": "break_in",
    }
    assert entries() == [("glass_broken", "", facts)]
    assert replay()[0] == []
    for who in ("duty@council.example", council["auditor"].email):
        delivery.deliver(glass.at + 4 * DAY)
        assert any(who in one.to and "At the server" in one.body for one in outbox.outbox), who

    # By that password they set up another app or key at once: there is nobody to mail a link.
    settings.SECOND_FACTOR = True
    answer = Client().post("/sign-in/", {"login": gone.email, "password": password}, follow=True)
    assert "What will you use?" in answer.content.decode()


@pytest.mark.django_db(transaction=True)
@pytest.mark.behind_the_acts("accounts alone")
def test_it_takes_three_people_of_whom_two_are_in_use(council, settings):
    lead, member, source = council["lead"], council["member"], council["source"]
    never = an_iw_member(lead=True, is_active=False)
    gone = a_practitioner(is_active=False)
    for person, one, other, words in (
        (lead, member, member, "Three people"),
        (lead, lead, member, "Three people"),
        (member, lead, source, "IW lead or an administrator"),
        (council["auditor"], lead, source, "IW lead or an administrator"),
        (never, member, source, "never had its role"),
        (lead, member, gone, "must be in use"),
        (lead, gone, member, "must be in use"),
        (User(email="nobody@council.example"), member, source, "no account"),
    ):
        with pytest.raises(CommandError, match=words):
            broken(person, one, other)
    with pytest.raises(CommandError, match="invalid choice"):
        broken(lead, member, source, why="because")
    settings.DATABASE_OWNER_URL = ""
    with pytest.raises(CommandError, match="Only the owner can do this"):
        broken(lead, member, source)
    assert not BrokenGlass.objects.exists()
    assert entries() == []


@pytest.mark.django_db
def test_for_a_day_the_home_page_warns_all_but_practitioners(council):
    now = timezone.now()
    person = an_iw_member(lead=True, name="Lea Back")
    let_in_at_the_server(person, council["member"], council["source"], now=now - DAY)
    assert "Lea Back was let in" not in main(at_desk(council["lead"]).get(reverse("home")))
    let_in_at_the_server(council["lead"], council["member"], council["source"], now=now)
    for who, warned in {
        "member": True, "lead": True, "auditor": True, "administrator": True, "source": False,
    }.items():  # fmt: skip
        page = main(at_desk(council[who]).get(reverse("home")))
        assert (f"{council['lead'].name} was let in again at the server" in page) is warned, who


NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


@pytest.mark.django_db
def test_a_row_has_a_name(council):
    reference = let_in_at_the_server(
        council["lead"], council["member"], council["auditor"], now=NOW
    )
    assert str(BrokenGlass.objects.get()) == reference
