"""What became of every notice, for the IW Team; whether the clock works, for administrators too."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from shielding.accounts import mail, timers
from shielding.accounts.notices import Notice, notify
from shielding.at_home import core_waiting
from tests.people import a_practitioner, an_administrator, an_iw_member

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)


@pytest.fixture
def owed():
    """One notice to a working account, and one to an account that was suspended, given up."""
    people = [a_practitioner(), a_practitioner(is_active=False)]
    with transaction.atomic():
        for number, person in enumerate(people):
            notify("item_changed", f"IW-2222-222{number + 2}", recipients=[person], now=NOW)
    mail.deliver(NOW)
    return Notice.objects.order_by("id")


def test_each_notice_is_listed_with_its_fate(client, owed):
    client.force_login(an_iw_member())
    rows = client.get("/outbox/").context["rows"]
    told = {(row[2]["text"], row[5]["tag"]) for row in rows}
    assert told == {("IW-2222-2222", "Sent"), ("IW-2222-2223", "Given up")}


@pytest.mark.parametrize(("fate", "shown"), [("given_up", 1), ("failed", 0), ("nonsense", 2)])
def test_a_list_for_each_fate_counts_what_it_shows(client, owed, fate, shown):
    client.force_login(an_iw_member())
    context = client.get("/outbox/", {"fate": fate}).context
    assert len(context["rows"]) == shown
    assert [tab["count"] for tab in context["tabs"] if tab["current"]] in ([shown], [])


def test_what_was_given_up_is_loud_at_home(owed):
    lines = core_waiting(an_iw_member(), NOW)
    (line,) = [line for line in lines if "given up" in line.label]
    assert (line.things.count(), line.loud) == (1, True)


def test_the_administrator_reads_numbers_and_no_reference(client, owed):
    client.force_login(an_administrator())
    page = client.get("/outbox/")
    assert page.context["rows"] == []
    assert "IW-2222" not in page.content.decode()
    assert [tab["count"] for tab in page.context["tabs"]][0] == 2


def test_a_task_that_stopped_looking_is_said_to_be_late(client):
    now = timezone.now()
    timers.note_run("deliver_mail", now=now)
    timers.note_run("open_reviews", now=now - timedelta(minutes=11))
    client.force_login(an_administrator())
    rows = client.get("/outbox/").context["timers"]
    assert [row[2]["tag"] for row in rows] == ["Late", "Late", "Working"]
    assert rows[1][1] == "Never"


def test_the_list_costs_the_same_with_one_notice_and_with_fifty(
    client, owed, django_assert_num_queries
):
    client.force_login(an_iw_member())
    with transaction.atomic():
        for number in range(50):
            notify("item_changed", f"IW-3333-{number:04}", recipients=[a_practitioner()], now=NOW)
    with django_assert_num_queries(9, exact=False):
        client.get("/outbox/")
