"""Entries next to each other that say the same are one row, and nothing else ever is."""

import re
from datetime import timedelta

import pytest
from django.db import connection

from logbook.events import EVENTS
from logbook.models import Entry
from logbook.pages.folding import folded
from logbook.sentences import lines
from logbook.writing import log_entry
from tests.logbook.support.pages import LIST, an_entry, shown, text_of
from tests.support.people import a_practitioner, an_iw_member
from tests.support.statements import Statements

pytestmark = pytest.mark.django_db
ABOUT = {"reference": "IW-7KQ4-M2XD", "record_reference": "IW-2222-2222"}
DRAFT = "IW-3333-3333"


@pytest.fixture
def now():
    """Return what PostgreSQL's clock says: entries so dated are not misdated."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        return cursor.fetchone()[0]


def rows_of(client, **filters):
    """Return the list's rows: the number of the entry each leads to, and what it says of others."""
    answer = client.get(LIST, filters)
    notes = [
        (re.search(r"(\d+) entries since", row) or (None, "1"))[1]
        for row in answer.text.split("<tbody")[1].split("<tr")[1:]
    ]
    return list(zip(shown(answer), map(int, notes), strict=True))


def test_looks_that_were_repeated_are_one_row_with_how_often_and_since_when(client, auditor, now):
    one, other = an_iw_member(), an_iw_member()
    first = an_entry(one, at=now)
    for seconds in (10, 20):
        last = an_entry(one, at=now + timedelta(seconds=seconds))
    another = an_entry(other, at=now)
    again = an_entry(one, at=now)
    found = rows_of(client, reference="IW-2222-2222")
    # The page's own opening stands first.
    assert found[1:] == [(again.pk, 1), (another.pk, 1), (last.pk, 3)]
    said = text_of(client.get(LIST, {"person": one.uid}))
    since = lines([first])[0].when
    assert f"3 entries since {since}" not in said  # of one person alone, all four are neighbours
    assert f"4 entries since {since}" in said
    assert said.count("opened IW-7KQ4-M2XD") == 1


def test_each_entry_is_shown_on_request_on_the_same_page(client, auditor, now):
    person = an_iw_member()
    for _ in range(51):
        an_entry(person, at=now)
    numbers = list(Entry.objects.filter(actor=person.uid).order_by("-id").values_list("pk"))
    answer = client.get(LIST, {"person": person.uid})
    assert shown(answer) == [numbers[0][0]]
    assert "50 entries since" in text_of(answer)
    link = re.search(r'href="([^"]*fold=no)">Show each entry', answer.text).group(1)
    answer = client.get(link.replace("&amp;", "&"))
    assert shown(answer) == [number for (number,) in numbers[:50]]
    assert f'action="{LIST}?fold=no"' in answer.text
    older = re.search(r'href="([^"]*)" rel="next"', answer.text).group(1).replace("&amp;", "&")
    assert "fold=no" in older
    assert shown(client.get(older)) == [numbers[50][0]]
    assert "Show entries that say the same as one row" in client.get(older).text
    answer = client.post(f"{LIST}?fold=no", {"event": "request_opened"})
    assert answer.url == f"{LIST}?event=request_opened&fold=no"


def test_a_draft_that_is_filled_in_is_one_row_and_what_was_sent_is_not(client, auditor, now):
    person, other = a_practitioner(), a_practitioner()

    def page_saved(by, page, *, record=""):
        log_entry("request_opened", by=by, at=now, reference=DRAFT, record_reference=record)
        log_entry("request_answers_changed", by=by, at=now, reference=DRAFT, pages=[page])

    for page in ("number", "ground", "ground"):
        page_saved(person, page)
    last = Entry.objects.latest("id")
    page_saved(other, "number")
    assert [count for _, count in rows_of(client, reference=DRAFT)[1:]] == [2, 6]
    assert rows_of(client, person=person.uid) == [(last.pk, 6)]
    assert "worked on the draft IW-3333-3333" in text_of(client.get(LIST, {"person": person.uid}))
    for page in ("number", "ground"):
        page_saved(person, page, record="IW-2222-2222")
    assert [count for _, count in rows_of(client, person=person.uid)] == [1, 1, 1, 1, 6]
    access = "IW-4444-4444"
    for page in ("number", "purpose"):
        log_entry("access_opened", by=other, at=now, reference=access)
        log_entry("access_answers_changed", by=other, at=now, reference=access, page=page)
    assert rows_of(client, person=other.uid)[0][1] == 4


def test_what_a_filter_leaves_out_makes_no_draft_of_what_was_sent(client, auditor, now):
    """Of one event alone the openings are gone, which told the draft from what was sent."""
    person, changed = a_practitioner(), {"event": "request_answers_changed"}
    for page, record in (("number", ""), ("ground", ""), ("family", "IW-2222-2222")):
        log_entry("request_opened", by=person, at=now, reference=DRAFT, record_reference=record)
        # As before 30 November 2026: without the record also where it was sent.
        log_entry("request_answers_changed", by=person, at=now, reference=DRAFT, pages=[page])
    for more in ({}, {"reference": DRAFT}, {"person": person.uid}):
        assert [count for _, count in rows_of(client, **changed, **more)] == [1, 1, 1]
    assert [count for _, count in rows_of(client, person=person.uid)] == [1, 1, 4]


def test_nothing_else_is_folded(now):
    """Of every event there is, two entries alike: what can be folded is on a list."""
    person = an_iw_member()
    may = {
        "request_opened", "record_opened", "review_read", "access_opened", "liaison_opened",
        "directory_opened", "register_opened", "records_to_check_again_opened", "logbook_opened",
        "entry_opened", "misuse_opened", "figures_opened",
        "access_answers_changed", "request_answers_changed",
    }  # fmt: skip
    did = set()
    for kind in EVENTS.values():
        if kind.retired:
            continue
        for _ in range(2):
            facts = dict.fromkeys(kind.facts, "a_code")
            by = None if kind.system else person
            log_entry(kind.code, by=by, at=now, reference=DRAFT, **facts)
        if len(folded(two := lines(Entry.objects.newest_first()[:2]), fold=True)) == 1:
            did.add(kind.code)
        assert len(folded(two, fold=False)) == 2
    assert did == may


def test_what_differs_in_anything_or_is_misdated_or_erased_stands_alone(now):
    person, other = an_iw_member(), an_iw_member()
    an_entry(person, at=now)
    for by, at, about in (
        (other, now, ABOUT),
        (person, now, ABOUT | {"reference": "IW-3333-3333"}),
        (person, now, ABOUT | {"record_reference": "IW-4444-4444"}),
        (person, now - timedelta(minutes=3), ABOUT),
        (person, now - timedelta(minutes=3), ABOUT),
        (person, now, ABOUT),
    ):
        an_entry(by, at=at, **about)
    log_entry("record_opened", by=person, at=now, purpose="work_item", **ABOUT)
    log_entry("record_opened", by=person, at=now, purpose="audit", **ABOUT)
    every = lines(Entry.objects.newest_first())
    assert len(every) == 9
    assert folded(every, fold=True) == [[line] for line in every]
    alike = lines(Entry.objects.filter(pk__in=(an_entry(person, at=now).pk, an_entry(person).pk)))
    erased = [Entry(pk=number, written_at=now, erased_by=1) for number in (1, 2)]
    assert len(folded([*alike, *lines(erased)], fold=True)) == 4


def test_folding_asks_the_database_nothing(client, auditor, now):
    person = an_iw_member()
    for _ in range(30):
        an_entry(person, at=now)
    asked = []
    for fold in ("no", "yes"):
        with Statements() as queries:
            client.get(LIST, {"person": person.uid, "fold": fold})
        asked.append(len(queries))
    assert asked[0] == asked[1]
