"""What the entries of some days say of how the work goes: from them alone, so that no figure can
be made better than what was done. Four statements of SQL, whatever the logbook holds.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection

from logbook.days import Days, london_day

FIRST, SIX_MONTHLY = "first", "six_monthly"
# What opens a first review, and a six-monthly one: each names the day on which it is due.
_OPENINGS_OF_REVIEWS = {"review_opened": FIRST, "record_review_opened": SIX_MONTHLY}
# What concludes one: each names how many days late it was.
_ENDS_OF_REVIEWS = (
    "first_review_concluded",
    "not_agreed_confirmed",
    "considered_confirmed",
    "let_go_concluded",
    "request_agreed",  # retired: agreeing concluded it
    "record_review_concluded",
)
# Nobody looked, because the record opened or ended: before its day it was never due.
_ENDED_UNSEEN = "record_review_ended"
# What ends an access request; where the entry names an outcome, that is how.
_ENDS_OF_ACCESS = (
    "access_concluded",
    "access_ended_with_shield",
    "access_call_logged",
    "access_lapsed",
    "access_declined",
    "access_withdrawn",
)


@dataclass(frozen=True)
class Applied:
    """A request that waited, and whose shield was attested for the first time: when, after what."""

    at: datetime
    took: timedelta

    @property
    def day(self) -> date:
        return london_day(self.at)


@dataclass(frozen=True)
class FoundOpen:
    """A request whose record was found open although it was attested as applied: when it was found,
    and how long after it was attested.
    """

    at: datetime
    after: timedelta

    @property
    def day(self) -> date:
        return london_day(self.at)


@dataclass(frozen=True)
class Due:
    """A review that fell due: of which kind, on which day, and whether it was concluded in time.

    One that was entered after its due day counts on the day on which it was entered.
    """

    kind: str
    day: date
    in_time: bool


@dataclass(frozen=True)
class Ended:
    """An access request that ended: when, and with which outcome, or by which event without one."""

    at: datetime
    how: str

    @property
    def day(self) -> date:
        return london_day(self.at)


@dataclass(frozen=True)
class History:
    """What came to its end in some days, or fell due in them."""

    applied: list[Applied]
    found_open: list[FoundOpen]
    reviews: list[Due]
    access: list[Ended]

    def within(self, days: Days) -> "History":
        """Return what of it was in these days."""
        return History(
            [one for one in self.applied if days.first <= one.day <= days.last],
            [one for one in self.found_open if days.first <= one.day <= days.last],
            [one for one in self.reviews if days.first <= one.day <= days.last],
            [one for one in self.access if days.first <= one.day <= days.last],
        )


# Where it was found open and attested again, the first time stands. What was taken over from a file
# was not waited for, nor was a request for a record that was shielded already.
_APPLIED = """
SELECT applied.at, applied.at - placed.at
FROM logbook_entry AS applied CROSS JOIN LATERAL (
    SELECT min(at) AS at FROM logbook_entry
    WHERE reference = applied.reference AND reference <> '' AND event = 'hold_placed'
        AND facts NOT LIKE '%%"to":"shielded"%%'
) AS placed
WHERE applied.event = 'shield_applied' AND applied.at >= %(start)s AND applied.at < %(end)s
    AND placed.at IS NOT NULL AND NOT EXISTS (
        SELECT FROM logbook_entry AS before
        WHERE before.reference = applied.reference AND before.reference <> ''
            AND before.event = 'shield_applied'
            AND (before.at, before.id) < (applied.at, applied.id)
    ) AND NOT EXISTS (
        SELECT FROM logbook_entry AS taken
        WHERE taken.reference = applied.reference AND taken.reference <> ''
            AND taken.event = 'shield_taken_over'
    )
ORDER BY applied.at, applied.id
"""
_FOUND_OPEN = """
SELECT cleared.at, coalesce(cleared.at - applied.at, interval '10000 days')
FROM logbook_entry AS cleared CROSS JOIN LATERAL (
    SELECT max(at) AS at FROM logbook_entry
    WHERE reference = cleared.reference AND reference <> '' AND event = 'shield_applied'
        AND at <= cleared.at
) AS applied
WHERE cleared.event = 'applied_cleared' AND cleared.at >= %(start)s AND cleared.at < %(end)s
ORDER BY cleared.at, cleared.id
"""
# Those that may fall due in some days were opened in the year before their end; no later, so that
# days that are over stay as they are.
_DUE = """
SELECT opened.event, opened.at, due.day, EXISTS (
    SELECT FROM logbook_entry AS ended
    WHERE ended.reference = opened.reference AND ended.reference <> ''
        AND ended.event = ANY(%(ends)s) AND NOT ended.facts ~ '"days_late":[1-9]'
)
FROM logbook_entry AS opened CROSS JOIN LATERAL (
    SELECT substring(opened.facts FROM '"due":"([0-9]{4}-[0-9]{2}-[0-9]{2})"')::date AS day
) AS due
WHERE opened.event = ANY(%(opens)s) AND opened.at < %(end)s
    AND opened.at >= %(start)s::timestamptz - interval '1 year'
    AND due.day <= %(last)s AND (due.day >= %(first)s OR opened.at >= %(start)s)
    AND NOT EXISTS (
        SELECT FROM logbook_entry AS ended
        WHERE ended.reference = opened.reference AND ended.reference <> ''
            AND ended.event = %(unseen)s AND NOT ended.facts ~ '"days_late":[1-9]'
    )
ORDER BY opened.at, opened.id
"""
# A requester can withdraw what has ended, until they read so: it ended the first time.
_ENDED = """
SELECT ended.at, coalesce(substring(ended.facts FROM '"outcome":"([a-z_]+)"'), ended.event)
FROM logbook_entry AS ended
WHERE ended.event = ANY(%(events)s) AND ended.at >= %(start)s AND ended.at < %(end)s
    AND NOT EXISTS (
        SELECT FROM logbook_entry AS before
        WHERE before.reference = ended.reference AND before.reference <> ''
            AND before.event = ANY(%(events)s) AND (before.at, before.id) < (ended.at, ended.id)
    )
ORDER BY ended.at, ended.id
"""


def history(days: Days) -> History:
    """Return what came to its end or fell due in these days, by four statements."""
    return History(applied(days), found_open(days), reviews_due(days), access_ended(days))


def applied(days: Days) -> list[Applied]:
    """Return the requests whose shield was attested in these days for the first time.

    Of those that waited for it: not of a record that was shielded when it was asked for, nor of a
    shield that was there before the product.
    """
    return [Applied(at, max(took, timedelta(0))) for at, took in _rows(_APPLIED, days)]


def found_open(days: Days) -> list[FoundOpen]:
    """Return the requests of which an attestation was found wrong in these days."""
    return [FoundOpen(at, after) for at, after in _rows(_FOUND_OPEN, days)]


def reviews_due(days: Days) -> list[Due]:
    """Return the first and six-monthly reviews that fell due in these days, concluded or not.

    So that none looks better for being left open. In time is what was concluded by its due day.
    """
    rows = _rows(
        _DUE,
        days,
        opens=list(_OPENINGS_OF_REVIEWS),
        ends=list(_ENDS_OF_REVIEWS),
        unseen=_ENDED_UNSEEN,
        first=days.first,
        last=days.last,
    )
    return [
        Due(_OPENINGS_OF_REVIEWS[event], max(due, london_day(at)), in_time)
        for event, at, due, in_time in rows
    ]


def access_ended(days: Days) -> list[Ended]:
    """Return the access requests and urgent calls that came to an end in these days."""
    return [Ended(at, how) for at, how in _rows(_ENDED, days, events=list(_ENDS_OF_ACCESS))]


def _rows(sql: str, days: Days, **given: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, {"start": days.start, "end": days.end} | given)
        found: list[tuple[Any, ...]] = cursor.fetchall()
        return found
