"""Pages of the logbook by key, not by number: entries that arrive meanwhile move no page.

Newest first by the time of writing, which is PostgreSQL's and cannot be chosen, and by number where
that is the same: numbers are taken in another order than entries are written. An emptied entry
keeps both. Never by the time that an entry says, which whoever has the application's password can
choose.
"""

from dataclasses import dataclass

from logbook.models import Entry, EntryQuerySet

SIZE = 50


@dataclass(frozen=True)
class Page:
    """Entries newest first, and where its neighbours begin (None: there is no such page)."""

    entries: list[Entry]
    newer: int | None = None
    older: int | None = None


def page_of(entries: EntryQuerySet, *, before: int | None = None, after: int | None = None) -> Page:
    """Return the page of the entries older than `before`, or just newer than `after`.

    With neither it is the newest page. Numbers come from the address line: one that leads nowhere
    gives an empty page or the newest one, never an error.
    """
    if after is not None:
        found = list(_beyond(entries, after, newer=True)[: SIZE + 1])
        if len(found) > SIZE:
            shown = found[:SIZE][::-1]
            return Page(shown, newer=shown[0].pk, older=shown[-1].pk)
        # Less than a page is newer: that is the newest page, which is shown full.
    found = list(_beyond(entries, before, newer=False)[: SIZE + 1])
    shown = found[:SIZE]
    return Page(
        shown,
        newer=shown[0].pk if shown and before is not None else None,
        older=shown[-1].pk if len(found) > SIZE else None,
    )


def _beyond(entries: EntryQuerySet, number: int | None, *, newer: bool) -> EntryQuerySet:
    """Return the entries on one side of an entry, the nearest first."""
    if number is None:
        return entries.newest_written_first()
    # Of these entries only: one that the reader may not see is as absent as one there never was.
    found = entries.numbered(number)
    if found is None:
        return entries.none()
    return entries.written_after(found) if newer else entries.written_before(found)
