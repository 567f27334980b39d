"""Pages by key: every entry once, whatever arrives meanwhile, in the order of writing."""

from datetime import UTC, datetime, timedelta

import pytest

from logbook.models import Entry
from logbook.pages.paging import SIZE, page_of
from logbook.writing import log_entry
from tests.logbook.support.pages import written
from tests.logbook.support.writing import SOMEBODY

pytestmark = pytest.mark.django_db
START = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)


def some_entries(count):
    for number in range(count):
        log_entry("signed_in", by=SOMEBODY, at=START + timedelta(minutes=number))


def walk(*, between=lambda: None):
    """Return the numbers on every page from the newest to the oldest, and the last page."""
    pages, before = [], None
    while True:
        page = page_of(Entry.objects.all(), before=before)
        pages.append([entry.pk for entry in page.entries])
        if page.older is None:
            return pages, page
        before = page.older
        between()


@pytest.mark.parametrize("count", [0, 1, SIZE - 1, SIZE, SIZE + 1, 2 * SIZE, 137])
def test_each_entry_is_on_exactly_one_page(count):
    some_entries(count)
    pages, _ = walk()
    seen = [number for page in pages for number in page]
    assert seen == list(Entry.objects.order_by("-id").values_list("pk", flat=True))
    assert all(len(page) == SIZE for page in pages[:-1])


def test_each_entry_is_on_exactly_one_page_while_others_arrive():
    some_entries(137)
    before = list(Entry.objects.order_by("-id").values_list("pk", flat=True))

    def meanwhile():
        log_entry("signed_in", by=SOMEBODY, at=START + timedelta(days=1))

    pages, _ = walk(between=meanwhile)
    assert [number for page in pages for number in page] == before


@pytest.mark.parametrize("count", [SIZE, SIZE + 1, 2 * SIZE, 2 * SIZE + 1, 137])
def test_the_way_back_shows_every_entry_too(count):
    some_entries(count)
    pages, page = walk()
    seen = {entry.pk for entry in page.entries}
    while page.newer is not None:
        page = page_of(Entry.objects.all(), after=page.newer)
        assert len(page.entries) == SIZE
        seen |= {entry.pk for entry in page.entries}
        assert page.older is not None
    assert seen == set(Entry.objects.values_list("pk", flat=True))
    assert [entry.pk for entry in page.entries] == pages[0]


def test_entries_of_one_moment_are_told_apart():
    some_entries(120)
    for entry in Entry.objects.all():
        written(START, entry)
    pages, _ = walk()
    assert len({number for page in pages for number in page}) == 120


def test_an_entry_stands_where_it_was_written_whatever_it_says_and_whatever_its_number():
    some_entries(3)
    log_entry("signed_out", by=SOMEBODY, at=START + timedelta(seconds=30), how="self")
    first, second, third, last = Entry.objects.order_by("id")
    assert page_of(Entry.objects.all()).entries == [last, third, second, first]
    last = written(first.written_at + timedelta(microseconds=1), last)
    assert page_of(Entry.objects.all()).entries == [third, second, last, first]
    beside = [Entry.objects.beside(entry) for entry in (first, last, second, third)]
    assert beside == [
        (None, last.pk),
        (first.pk, second.pk),
        (last.pk, third.pk),
        (second.pk, None),
    ]
    same = written(first.written_at, last)
    assert Entry.objects.beside(same) == (first.pk, second.pk)


@pytest.mark.parametrize("number", [0, -1, 10**17, 10**30])
@pytest.mark.parametrize("side", ["before", "after"])
def test_a_number_that_leads_nowhere_is_no_error(number, side):
    some_entries(3)
    page = page_of(Entry.objects.all(), **{side: number})
    assert page.older is None
    assert len(page.entries) in (0, 3)
