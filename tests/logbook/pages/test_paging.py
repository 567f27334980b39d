"""Pages by key: every entry once, whatever arrives meanwhile, in either order."""

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


def walk(by_time, *, between=lambda: None):
    """Return the numbers on every page from the newest to the oldest, and the last page."""
    pages, before = [], None
    while True:
        page = page_of(Entry.objects.all(), by_time=by_time, before=before)
        pages.append([entry.pk for entry in page.entries])
        if page.older is None:
            return pages, page
        before = page.older
        between()


@pytest.mark.parametrize("by_time", [False, True])
@pytest.mark.parametrize("count", [0, 1, SIZE - 1, SIZE, SIZE + 1, 2 * SIZE, 137])
def test_each_entry_is_on_exactly_one_page(count, by_time):
    some_entries(count)
    pages, _ = walk(by_time)
    seen = [number for page in pages for number in page]
    assert seen == list(Entry.objects.order_by("-id").values_list("pk", flat=True))
    assert all(len(page) == SIZE for page in pages[:-1])


@pytest.mark.parametrize("by_time", [False, True])
def test_each_entry_is_on_exactly_one_page_while_others_arrive(by_time):
    some_entries(137)
    before = list(Entry.objects.order_by("-id").values_list("pk", flat=True))

    def meanwhile():
        log_entry("signed_in", by=SOMEBODY, at=START + timedelta(days=1))

    pages, _ = walk(by_time, between=meanwhile)
    assert [number for page in pages for number in page] == before


@pytest.mark.parametrize("by_time", [False, True])
@pytest.mark.parametrize("count", [SIZE, SIZE + 1, 2 * SIZE, 2 * SIZE + 1, 137])
def test_the_way_back_shows_every_entry_too(count, by_time):
    some_entries(count)
    pages, page = walk(by_time)
    seen = {entry.pk for entry in page.entries}
    while page.newer is not None:
        page = page_of(Entry.objects.all(), by_time=by_time, after=page.newer)
        assert len(page.entries) == SIZE
        seen |= {entry.pk for entry in page.entries}
        assert page.older is not None
    assert seen == set(Entry.objects.values_list("pk", flat=True))
    assert [entry.pk for entry in page.entries] == pages[0]


@pytest.mark.parametrize("by_time", [False, True])
def test_entries_of_one_moment_are_told_apart(by_time):
    some_entries(120)
    for entry in Entry.objects.all():
        written(START, entry)
    pages, _ = walk(by_time)
    assert len({number for page in pages for number in page}) == 120


def test_by_time_an_entry_stands_where_it_was_written_whatever_it_says():
    some_entries(3)
    log_entry("signed_out", by=SOMEBODY, at=START + timedelta(seconds=30), how="self")
    first, second, third, last = Entry.objects.order_by("id")
    assert page_of(Entry.objects.all(), by_time=True).entries == [last, third, second, first]
    written(first.written_at + timedelta(microseconds=1), last)
    assert page_of(Entry.objects.all(), by_time=True).entries == [third, second, last, first]
    assert page_of(Entry.objects.all(), by_time=False).entries == [last, third, second, first]


@pytest.mark.parametrize("by_time", [False, True])
@pytest.mark.parametrize("number", [0, -1, 10**17, 10**30])
@pytest.mark.parametrize("side", ["before", "after"])
def test_a_number_that_leads_nowhere_is_no_error(number, side, by_time):
    some_entries(3)
    page = page_of(Entry.objects.all(), by_time=by_time, **{side: number})
    assert page.older is None
    assert len(page.entries) in (0, 3)
