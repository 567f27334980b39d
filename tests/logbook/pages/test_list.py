"""The list of entries: narrowed, wrongly narrowed, and page by page."""

import re
import uuid
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from logbook.events import EVENTS
from logbook.models import Entry
from logbook.pages import paging
from logbook.reading import facts_of
from logbook.writing import log_entry
from shielding.accounts.models import Service
from tests.logbook.support.pages import LIST, NOW, an_entry, shown, text_of, written
from tests.support.people import a_practitioner, a_service, an_iw_member
from tests.support.statements import Statements

pytestmark = pytest.mark.django_db
TOO_MANY_QUERIES, TOO_MANY_FOR_ONE, TOO_BIG = 15, 20, 60 * 1024


def narrowed(client, **filters):
    """Return the numbers on the list narrowed by these."""
    answer = client.get(LIST, filters)
    assert answer.status_code == 200
    return shown(answer)


# --- When it was written, and when it says it was done ----------------------------------------
@pytest.mark.parametrize(
    ("seconds", "marked"), [(-121, True), (-119, False), (119, False), (121, True)]
)
def test_an_entry_that_says_another_time_is_marked(client, auditor, seconds, marked):
    entry = written(NOW, an_entry(at=NOW + timedelta(seconds=seconds)))
    assert ("Written 27 March 2026, 14:05:09" in text_of(client.get(LIST))) is marked
    page = text_of(client.get(f"{LIST}{entry.pk}/"))
    assert ("Times Written later or earlier than the time it gives" in page) is marked


def test_an_entry_that_says_it_was_long_ago_stands_where_it_was_written(client, auditor):
    first = written(NOW)
    forged = written(NOW + timedelta(hours=1), an_entry(at=NOW - timedelta(days=400)))
    last = written(NOW + timedelta(hours=2))
    day = {"since": "27/3/2026", "until": "27/3/2026"}
    assert narrowed(client, **day) == [last.pk, forged.pk, first.pk]
    assert narrowed(client, since="20/2/2025", until="22/2/2025") == []


# --- Narrowing ------------------------------------------------------------------------------------
def test_by_day_in_london(client, auditor):
    before = written(at=datetime(2026, 6, 30, 22, 59, 59, tzinfo=UTC))
    first = written(at=datetime(2026, 6, 30, 23, 0, tzinfo=UTC))
    last = written(at=datetime(2026, 7, 1, 22, 59, 59, 999999, tzinfo=UTC))
    after = written(at=datetime(2026, 7, 1, 23, 0, tzinfo=UTC))
    assert narrowed(client, since="1/7/2026", until="1/7/2026") == [last.pk, first.pk]
    assert before.pk in narrowed(client, until="30/6/2026")
    assert after.pk not in narrowed(client, until="1/7/2026")
    assert {first.pk, last.pk, after.pk} <= set(narrowed(client, since="1 July 2026"))
    assert before.pk not in narrowed(client, since="2026-07-01")


@pytest.mark.parametrize(
    "typed",
    ["1/7/2026", "01/07/2026", "1 7 2026", "1.7.2026", "1-7-2026", "2026-07-01", "1 July 2026",
     "1 jul 2026", " 1/7/2026 "],
)  # fmt: skip
def test_a_day_however_it_is_typed(client, auditor, typed):
    entry = written(at=datetime(2026, 7, 1, 9, 0, tzinfo=UTC))
    assert narrowed(client, since=typed, until=typed) == [entry.pk]


def test_by_person_event_and_reference_and_all_at_once(client, auditor):
    person = a_practitioner()
    one = written(NOW, an_entry(person))
    other = an_entry(person, reference="IW-3333-3333", record_reference="")
    log_entry("draft_started", by=person, at=NOW, reference="IW-7KQ4-M2XD")
    draft = Entry.objects.latest("id")
    strangers = an_entry()
    assert narrowed(client, person=str(person.uid)) == [draft.pk, other.pk, one.pk]
    assert narrowed(client, event="draft_started") == [draft.pk]
    by_reference = narrowed(client, reference="IW-7KQ4-M2XD")
    assert [n for n in by_reference if n <= strangers.pk] == [strangers.pk, draft.pk, one.pk]
    by_record = narrowed(client, reference="IW-2222-2222")
    assert [n for n in by_record if n <= strangers.pk] == [strangers.pk, draft.pk, one.pk]
    every = {"person": str(person.uid), "event": "request_opened", "reference": "IW-7KQ4-M2XD"}
    assert narrowed(client, **every, since="27/3/2026", until="27/3/2026") == [one.pk]
    assert narrowed(client, **every, since="28/3/2026") == []


def test_a_records_reference_finds_who_read_what_its_source_was_asked(client, auditor):
    source, facts = a_practitioner(), {"source": "IW-5555-5555"}
    about = {"reference": "IW-7KQ4-M2XD", "record_reference": "IW-2222-2222"}
    log_entry("contact_asked", by=auditor, at=NOW, **about, liaison="IW-4444-4444", **facts)
    for reference in ("IW-4444-4444", "IW-6666-6666"):
        log_entry("liaison_opened", by=source, at=NOW, reference=reference)
    found = Entry.objects.filter(pk__in=narrowed(client, reference="IW-2222-2222"))
    opened = found.filter(event="liaison_opened").values_list("reference", flat=True)
    assert list(opened) == ["IW-4444-4444"]


def test_a_records_reference_finds_what_names_a_request_about_it_alone(client, auditor):
    about = {"reference": "IW-7KQ4-M2XD", "record_reference": "IW-2222-2222"}
    first = an_entry(**about)
    by_way_of = an_entry(reference="IW-7KQ4-M2XD", record_reference="")
    other = an_entry(reference="IW-3333-3333", record_reference="")
    nothing = an_entry(reference="", record_reference="IW-2222-2222")
    found = [n for n in narrowed(client, reference="IW-2222-2222") if n <= nothing.pk]
    assert found == [nothing.pk, by_way_of.pk, first.pk]
    assert other.pk not in narrowed(client, reference="IW-7KQ4-M2XD")


def test_the_people_to_choose_from_work_with_the_logbook(client, auditor):
    an_iw_member(name="Ivy Member")
    a_practitioner(name="Grace Hopper")
    text = client.get(LIST).text
    assert "Ivy Member, IW Team</option>" in text
    assert "Ada Auditor, Auditor</option>" in text
    assert "Grace Hopper, Practitioner</option>" not in text


def test_a_person_chosen_from_an_entry_stays_chosen(client, auditor):
    person = a_practitioner(name="Grace Hopper")
    text = client.get(LIST, {"person": person.uid}).text
    assert re.search(r"<option[^>]*selected>Grace Hopper, Practitioner</option>", text)


def test_each_filter_in_use_can_be_taken_away_alone(client, auditor):
    answer = client.get(LIST, {"event": "signed_in", "reference": "iw7kq4m2xd"})
    chips = dict(
        re.findall(r'<a href="([^"]*)"><span[^>]*>Remove filter</span> ([^<]*?) <', answer.text)
    )
    assert chips == {
        f"{LIST}?reference=IW-7KQ4-M2XD": "Event: Signed in",
        f"{LIST}?event=signed_in": "Reference IW-7KQ4-M2XD",
    }


WRONG = [
    ("since", "31/2/2026", "Enter a real date"),
    ("since", "yesterday", "Enter a real date"),
    ("since", "1/7/26", "Enter a real date"),
    ("since", "1/7/1999", "Enter a year from 2000 to 2100"),
    ("until", "31/12/9999", "Enter a year from 2000 to 2100"),
    ("until", "1/7/20260", "Enter a real date"),
    ("until", "\x00", "Enter a real date"),
    ("until", "‮1/7/2026", "Enter a real date"),
    ("since", "9" * 5000, "Enter a real date"),
    ("person", "Grace Hopper", "Select a person"),
    ("person", "1", "Select a person"),
    ("person", str(uuid.UUID(int=0)), "Select a person"),
    ("person", "\x00", "Select a person"),
    ("person", "x" * 5000, "Select a person"),
    ("event", "nonsense", "Select an event"),
    ("event", "\x00‮", "Select an event"),
    ("event", "Signed in", "Select an event"),
    ("reference", "CP00000001", "Enter a reference"),
    ("reference", "IW-7KQ4-M2XO", "After “IW”, a reference has no O"),
    ("reference", "IW-7KQ4-M2XD\x00", "Enter a reference"),
    ("reference", "‮IW-7KQ4-M2XD", "Enter a reference"),
    ("reference", "x" * 5000, "Enter a reference"),
    ("reference", "'; DROP TABLE logbook_entry; --", "Enter a reference"),
]


def test_a_wrong_value_gets_a_message_beside_the_field_and_lists_nothing(client, auditor):
    """It is in no address, and not in its field either."""
    an_entry()
    for field, typed, message in WRONG:
        beside = (
            rf'<p id="id_{field}_error" class="govuk-error-message">[^<]*<span[^>]*>Error:'
            rf"</span>\s*{message}"
        )
        for answer in (client.post(LIST, {field: typed}), client.get(LIST, {field: typed})):
            assert answer.status_code == 200, (field, typed)
            assert re.search(beside, answer.text), (field, typed)
            assert f'<a href="#id_{field}">{message}' in answer.text, (field, typed)
            assert "<title>Error: " in answer.text, (field, typed)
            assert f'value="{typed}"' not in answer.text, (field, typed)
            assert shown(answer) == [], (field, typed)
            assert "Nothing is listed until the filter is put right." in answer.text, field
            assert facts_of(Entry.objects.latest("id")) == {"filters": []}, (field, typed)


@pytest.mark.parametrize("field", ["since", "until", "event", "person", "reference"])
def test_a_record_number_in_any_field_of_the_form_leads_nowhere(client, auditor, field):
    for answer in (
        client.post(LIST, {field: "CP73570001"}),
        client.get(LIST, {field: "CP73570001"}),
    ):
        assert answer.status_code == 200
        assert "CP73570001" not in answer.text
        assert "There is a problem" in answer.text


def test_the_form_leads_to_the_list_so_narrowed(client, auditor):
    entry = written(at=datetime(2026, 7, 1, 9, 0, tzinfo=UTC))
    page = client.get(LIST).text
    form = re.search(r'<form method="post" action="/logbook/".*?</form>', page, re.S).group()
    assert "csrfmiddlewaretoken" in form
    typed = {
        "since": " 1 jul 2026",
        "until": "",
        "event": "request_opened",
        "person": "",
        "reference": "iw 7kq4 m2xd",
    }
    answer = client.post(LIST, typed)
    assert answer.status_code == 302
    assert answer.url == f"{LIST}?since=1%2F7%2F2026&event=request_opened&reference=IW-7KQ4-M2XD"
    answer = client.get(answer.url)
    assert shown(answer) == [entry.pk]
    assert 'value="1/7/2026"' in answer.text
    assert 'value="IW-7KQ4-M2XD"' in answer.text


def test_the_form_is_refused_without_its_token(auditor):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(auditor)
    assert strict.post(LIST, {"reference": "IW-7KQ4-M2XD"}).status_code == 403


def test_days_that_run_backwards_get_a_message(client, auditor):
    answer = client.get(LIST, {"since": "2/7/2026", "until": "1/7/2026"})
    assert "The last day must be the first day or later" in answer.text
    assert shown(answer) == []


NO_PLACES = ["", "x", "-1", "0", "1.5", "\x00", "٣", "²", "9" * 18, "9" * 5000]


def test_a_wrong_place_in_the_list_is_no_error(client, auditor):
    an_entry()
    for cursor, typed, day in product(("before", "after"), NO_PLACES, ("", "1/1/2026")):
        answer = client.get(LIST, {cursor: typed, "since": day})
        assert answer.status_code == 200, (cursor, typed, day)


def test_the_same_filter_given_twice_is_no_error(client, auditor):
    assert client.get(f"{LIST}?event=signed_in&event=nonsense&since=&since=1").status_code == 200


# --- Pages ----------------------------------------------------------------------------------------
def many_entries(count, *, by=None):
    person = by or a_practitioner()
    for number in range(count):
        log_entry(
            "request_opened",
            by=person,
            at=NOW + timedelta(seconds=number),
            reference="IW-7KQ4-M2XD",
            record_reference="IW-2222-2222",
        )
    return person


@pytest.mark.parametrize("filters", [{}, {"since": "27/3/2026"}, {"event": "request_opened"}])
def test_the_links_lead_over_every_page_with_the_filters_kept(client, auditor, filters):
    person = many_entries(2 * paging.SIZE + 20)
    wanted = list(
        Entry.objects.filter(actor=person.uid).order_by("-id").values_list("pk", flat=True)
    )
    answer, seen = client.get(LIST, filters | {"person": person.uid, "fold": "no"}), []
    while True:
        seen += shown(answer)
        older = re.search(r'href="([^"]*)" rel="next"', answer.text)
        if not older:
            break
        address = older.group(1).replace("&amp;", "&")
        assert all(f"{name}=" in address for name in (*filters, "fold"))
        answer = client.get(address)
    assert seen == wanted
    newer = re.search(r'href="([^"]*)" rel="prev"', answer.text).group(1).replace("&amp;", "&")
    assert shown(client.get(newer)) == wanted[50:100]


def test_one_page_has_no_links_to_others(client, auditor):
    many_entries(3)
    assert 'rel="next"' not in client.get(LIST).text
    assert 'rel="prev"' not in client.get(LIST).text


def test_the_same_queries_and_a_page_that_is_small_with_any_number_of_entries(client, auditor):
    counts, sizes = set(), []
    person = a_practitioner()
    client.get(LIST)
    for more in (1, 2, 497):
        many_entries(more, by=person)
        for filters in (
            {"fold": "no"},
            {"since": "27/3/2026", "event": "request_opened"},
            {"service": Service.objects.get().code},
        ):
            with Statements() as queries:
                answer = client.get(LIST, filters)
            statements = [
                q["sql"] for q in queries if q["sql"].startswith(("SELECT", "INSERT", "UPDATE"))
            ]
            counts.add(len(statements))
            sizes.append(len(answer.content))
    assert len(counts) == 1
    assert counts.pop() <= TOO_MANY_QUERIES
    assert max(sizes) <= TOO_BIG


def test_a_hundred_colleagues_and_fifty_people_on_a_page_still_fit(client, auditor):
    for _ in range(120):
        an_iw_member(name="Maximiliana Featherstonehaugh-Cholmondeley")
    school = a_service("St Bartholomew and All Angels Church of England Primary School")
    for _ in range(60):
        name = "Bartholomew Featherstonehaugh-Cholmondeley"
        person = a_practitioner(name=name, service=school)
        log_entry(
            "request_submitted",
            by=person,
            at=timezone.now(),
            reference="IW-7KQ4-M2XD",
            record_reference="IW-2222-2222",
            **dict.fromkeys(EVENTS["request_submitted"].facts, "professional_family"),
        )
    answer = client.get(LIST)
    assert len(answer.content) <= TOO_BIG


def test_one_entry_takes_few_queries_whatever_is_in_it(client, auditor):
    many_entries(5)
    counts = set()
    for entry in Entry.objects.order_by("id")[1:4]:
        with Statements() as queries:
            client.get(f"{LIST}{entry.pk}/")
        counts.add(len([q for q in queries if q["sql"].startswith(("SELECT", "INSERT"))]))
    assert len(counts) == 1
    assert counts.pop() <= TOO_MANY_FOR_ONE


def test_a_ground_is_in_a_members_list_on_the_page_of_the_entry_alone(client, auditor):
    kept = {"ground": "abuse", "origin": "own"}
    facts = dict.fromkeys(EVENTS["request_submitted"].facts, "a_code") | kept
    log_entry("request_submitted", by=a_practitioner(), at=NOW, reference="IW-2222-3333", **facts)
    entry, said = Entry.objects.latest("id"), "ground: abuse"
    for reader, is_read in (
        (auditor, True),
        (an_iw_member(lead=True), True),
        (an_iw_member(), False),
    ):
        browser = Client()
        browser.force_login(reader)
        words = text_of(browser.get(f"{LIST}?event=request_submitted"))
        assert (said in words) is is_read
        assert ("ground: see the entry" in words) is not is_read
        assert "abuse" in text_of(browser.get(f"{LIST}{entry.pk}/"))


def test_postgres_is_not_asked_to_sort_a_million_times(auditor):
    """A page is read from an index, not by looking at every entry, nor at all written since.

    The newest one, one by day, and the last of a person or a service, however long ago.

    Of a table of a few rows PostgreSQL may sort all the same: it is asked to avoid it if it can.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off")
        for narrowed_by, index in (
            ({}, "logbook_entry_written_at"),
            ({"written_at__gte": NOW}, "logbook_entry_written_at"),
            ({"actor": auditor.uid}, "logbook_entry_actor_written_at"),
            ({"service": "SV-222222"}, "logbook_entry_service_written_at"),
        ):
            entries = Entry.objects.filter(**narrowed_by).newest_written_first()[:51]
            sql, given = entries.query.sql_with_params()
            cursor.execute(f"EXPLAIN {sql}", given)
            plan = "\n".join(line for (line,) in cursor.fetchall())
            assert f"Index Scan Backward using {index} " in plan
            assert "Sort" not in plan
