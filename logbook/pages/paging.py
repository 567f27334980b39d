"""Pages of the logbook by key, not by number: entries that arrive meanwhile move no page.

Newest first by number, because a number is PostgreSQL's and cannot be chosen, and an emptied
entry keeps its own. Filtered by day, by the time of writing instead, which is PostgreSQL's as well:
that order the index of times has, so that a month of years ago costs what yesterday costs. Never
by the time that an entry says, which whoever has the application's password can choose.
"""

from dataclasses import dataclass

from django.db.models import Q

from logbook.models import Entry, EntryQuerySet

SIZE = 50


@dataclass(frozen=True)
class Page:
    """Entries newest first, and where its neighbours begin (None: there is no such page)."""

    entries: list[Entry]
    newer: int | None = None
    older: int | None = None


def page_of(
    entries: EntryQuerySet, *, by_time: bool, before: int | None = None, after: int | None = None
) -> Page:
    """Return the page of the entries older than `before`, or just newer than `after`.

    With neither it is the newest page. Numbers come from the address line: one that leads nowhere
    gives an empty page or the newest one, never an error.
    """
    if after is not None:
        found = list(_beyond(entries, after, by_time=by_time, newer=True)[: SIZE + 1])
        if len(found) > SIZE:
            shown = found[:SIZE][::-1]
            return Page(shown, newer=shown[0].pk, older=shown[-1].pk)
        # Less than a page is newer: that is the newest page, which is shown full.
    found = list(_beyond(entries, before, by_time=by_time, newer=False)[: SIZE + 1])
    shown = found[:SIZE]
    return Page(
        shown,
        newer=shown[0].pk if shown and before is not None else None,
        older=shown[-1].pk if len(found) > SIZE else None,
    )


def _beyond(
    entries: EntryQuerySet, number: int | None, *, by_time: bool, newer: bool
) -> EntryQuerySet:
    """Return the entries on one side of an entry, the nearest first."""
    side, sign = ("gt", "") if newer else ("lt", "-")
    if not by_time:
        ordered = entries.order_by(f"{sign}id")
        return ordered if number is None else ordered.filter(**{f"id__{side}": number})
    ordered = entries.order_by(f"{sign}written_at", f"{sign}id")
    if number is None:
        return ordered
    # Of these entries only: one that the reader may not see is as absent as one there never was.
    at = entries.filter(pk=number).values_list("written_at", flat=True).first()
    if at is None:
        return ordered.none()
    # The first condition is implied by the second; PostgreSQL finds its place in the index by it.
    return ordered.filter(
        Q(**{f"written_at__{side}e": at}),
        Q(**{f"written_at__{side}": at}) | Q(**{"written_at": at, f"id__{side}": number}),
    )
