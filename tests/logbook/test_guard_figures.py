"""The guard's figures for training: whole quarters, small numbers hidden, and never a text."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from brokerage.guard import QUESTIONED_KINDS, REFUSED_KINDS
from logbook import guard_views
from logbook.days import Quarter, start_of, whole_quarters
from logbook.guard_figures import CONFIRMED, REFUSED, figures
from logbook.models import Entry
from logbook.reading import facts_of
from logbook.writing import record
from tests.logbook.pages import LIST, text_of
from tests.people import a_practitioner, an_administrator, an_auditor, an_iw_member
from tests.statements import Statements

pytestmark = pytest.mark.django_db
PAGE = "/logbook/guard/"
KINDS = {REFUSED: REFUSED_KINDS, CONFIRMED: QUESTIONED_KINDS}
SUMMER = Quarter(2026, 3)
IN_SUMMER = datetime(2026, 8, 3, 9, 0, tzinfo=UTC)
TOO_MANY_QUERIES = 12


def refused(person, *kinds, times=1, at=IN_SUMMER):
    for _ in range(times):
        record("text_refused", by=person, at=at, reference="IW-7KQ4-M2XD", field="reason",
               kinds=list(kinds))  # fmt: skip


def counted(event=REFUSED, quarter=SUMMER):
    """Return what is shown of an event, without the zeros."""
    found = figures(quarter, KINDS)[event]
    return [
        {name: cell for name, cell in table.items() if cell != "0"}
        for table in (found.by_kind, found.by_service)
    ]


# --- What is counted ------------------------------------------------------------------------------
def test_each_kind_in_each_text_by_kind_and_by_service():
    one, other = a_practitioner(), a_practitioner()
    refused(one, "phone", times=6)
    refused(one, "phone", "postcode", times=7)
    refused(other, "email", times=9)
    assert counted() == [
        {"phone": "13", "postcode": "7", "email": "9"},
        {one.service.code: "20", other.service.code: "9"},
    ]
    assert counted(CONFIRMED) == [{}, {}]


def test_what_an_author_confirmed_is_another_figure():
    person = a_practitioner()
    for _ in range(6):
        record("text_confirmed", by=person, at=IN_SUMMER, reference="IW-7KQ4-M2XD", kinds=["name"])
    assert counted(CONFIRMED) == [{"name": "6"}, {person.service.code: "6"}]
    assert counted() == [{}, {}]
    assert figures(SUMMER, KINDS)[REFUSED].by_service == {person.service.code: "0"}


def test_a_quarter_ends_at_midnight_in_london():
    person, tick = a_practitioner(), timedelta(microseconds=1)
    first, after = start_of(SUMMER.first_day), start_of(SUMMER.next.first_day)
    assert first == datetime(2026, 6, 30, 23, 0, tzinfo=UTC)
    refused(person, "phone", times=3, at=first - tick)
    refused(person, "phone", times=6, at=first)
    refused(person, "phone", times=6, at=after - tick)
    refused(person, "phone", times=3, at=after)
    assert counted()[0] == {"phone": "12"}


def test_small_numbers_are_hidden_in_both_tables():
    one, other = a_practitioner(), a_practitioner()
    refused(one, "phone", times=8)
    refused(one, "email", times=30)
    refused(other, "postcode", times=2)
    assert counted() == [
        {"phone": "c", "email": "30", "postcode": "c"},
        {one.service.code: "c", other.service.code: "c"},
    ]


def test_what_did_not_happen_is_a_zero_and_services_of_other_times_are_not_there():
    member = an_iw_member()
    for event, at, code in (
        ("service_added", IN_SUMMER, "SV-NOW"),
        ("service_added", start_of(SUMMER.next.first_day), "SV-LATER"),
        ("service_added", datetime(2025, 1, 1, tzinfo=UTC), "SV-BEFORE"),
        ("service_added", datetime(2025, 1, 1, tzinfo=UTC), "SV-GONE"),
        ("service_closed", datetime(2026, 1, 1, tzinfo=UTC), "SV-GONE"),
        ("service_closed", IN_SUMMER, "SV-NOW"),
    ):
        record(event, by=member, at=at, **{event.removeprefix("service_"): code})
    found = figures(SUMMER, KINDS)
    assert found[REFUSED].by_kind == dict.fromkeys(REFUSED_KINDS, "0")
    assert found[CONFIRMED].by_kind == dict.fromkeys(QUESTIONED_KINDS, "0")
    assert found[REFUSED].by_service == {"SV-BEFORE": "0", "SV-NOW": "0"}


@pytest.mark.parametrize("facts", ["", "{", "[]", "{}", '{"kinds":7}', '{"kinds":[[1],null]}'])
def test_facts_of_any_shape_are_no_fault(facts):
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO logbook_entry"
            " (schema, salt, at, actor, role, service, event, reference, record, facts)"
            " VALUES (1, '0123456789abcdef', %s, NULL, '', '', 'text_refused', '', '', %s)",
            [IN_SUMMER, facts],
        )
    assert counted() == [{}, {}]


# --- Quarters -------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("now", "code"),
    [
        (datetime(2026, 12, 31, 23, 59, 59, tzinfo=UTC), "2026-3"),
        (datetime(2027, 1, 1, 0, 0, tzinfo=UTC), "2026-4"),
        (datetime(2026, 3, 31, 22, 59, 59, tzinfo=UTC), "2025-4"),
        (datetime(2026, 3, 31, 23, 0, tzinfo=UTC), "2026-1"),
        (datetime(2026, 6, 30, 23, 0, tzinfo=UTC), "2026-2"),
    ],
)
def test_the_last_quarter_that_is_over(now, code):
    latest, *earlier = whole_quarters(now, 8)
    assert latest.code == code
    assert start_of(latest.next.first_day) <= now
    assert [one.next for one in earlier] == [latest, *earlier[:-1]]
    assert len({one.code for one in (latest, *earlier)}) == 8
    assert (latest.next.first_day - latest.last_day).days == 1


# --- The page -------------------------------------------------------------------------------------
@pytest.mark.parametrize("somebody", [a_practitioner, an_administrator])
def test_others_are_refused(client, somebody):
    client.force_login(somebody())
    assert client.get(PAGE).status_code == 403


@pytest.mark.parametrize("somebody", [an_iw_member, an_auditor])
def test_the_iw_team_and_auditors_open_it_from_the_logbook_and_that_is_an_entry(client, somebody):
    person = somebody()
    client.force_login(person)
    assert f'href="{PAGE}"' in client.get(LIST).text
    assert client.get(PAGE).status_code == 200
    entry = Entry.objects.latest("id")
    latest = whole_quarters(timezone.now(), 1)[0]
    assert (entry.event, entry.actor) == ("guard_figures_opened", person.uid)
    assert facts_of(entry) == {"quarter": latest.code}
    assert guard_views.guard_figures.allowed_roles == {"iw", "auditor"}


@pytest.mark.django_db(transaction=True)
def test_the_entry_is_committed_before_anything_is_counted(client, auditor):
    with Statements() as queries:
        client.get(PAGE)
    statements = [query["sql"] for query in queries]
    written = next(i for i, sql in enumerate(statements) if "INSERT INTO logbook_entry" in sql)
    assert statements[written + 1] == "COMMIT"
    assert not [sql for sql in statements[:written] if "FROM logbook_entry" in sql]


def test_the_page_says_how_often_in_words_and_what_a_c_is(client, auditor):
    latest, before = whole_quarters(timezone.now(), 2)
    person = a_practitioner()
    refused(person, "nhs_number", times=2, at=start_of(latest.last_day))
    refused(person, "phone", times=40, at=start_of(latest.last_day))
    refused(person, "phone", times=11, at=start_of(before.last_day))
    refused(person, "phone", times=99, at=timezone.now())
    text = text_of(client.get(PAGE))
    assert "An NHS number c A unique pupil number 0" in text
    assert "A phone number c" in text
    assert f"{person.service.code} 42" in text
    assert "“c” stands for a count of 1 to 5, or for a larger one that is hidden" in text
    assert person.service.name not in text
    earlier = text_of(client.get(PAGE, {"quarter": before.code}))
    assert "A phone number 11" in earlier
    assert facts_of(Entry.objects.latest("id")) == {"quarter": before.code}
    # A service's code is drawn, and may hold any two digits.
    numbers = re.findall(r"(?<![\w-])\d+\b", text + earlier)
    assert "42" in numbers
    assert not {"99", "139", "141"} & set(numbers)


@pytest.mark.parametrize("typed", ["", "2026-9", "9999-1", "\x00", "x" * 5000])
def test_a_quarter_that_is_not_over_or_none_is_the_last_one(client, auditor, typed):
    latest = whole_quarters(timezone.now(), 1)[0]
    answer = client.get(PAGE, {"quarter": typed})
    assert answer.status_code == 200
    assert facts_of(Entry.objects.latest("id")) == {"quarter": latest.code}


def test_the_quarter_of_today_cannot_be_asked_for(client, auditor):
    today = whole_quarters(timezone.now(), 1)[0].next
    refused(a_practitioner(), "phone", times=50, at=timezone.now())
    answer = client.get(PAGE, {"quarter": today.code})
    assert "A phone number 0" in text_of(answer)
    assert f"quarter={today.code}" not in answer.text


def test_the_same_queries_however_much_was_refused(client, auditor):
    at, counts = start_of(whole_quarters(timezone.now(), 1)[0].last_day), set()
    client.get(PAGE)
    for more in (1, 2, 497):
        for _ in range(more):
            refused(a_practitioner(), "phone", "email", at=at)
        with Statements() as queries:
            client.get(reverse("logbook_guard"))
        counts.add(len(queries))
    assert len(counts) == 1
    assert counts.pop() <= TOO_MANY_QUERIES
