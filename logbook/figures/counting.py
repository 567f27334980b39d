"""What the entries of some days say of how the work goes: from them alone, so that no figure can
be made better than what was done. Three statements of SQL, whatever the logbook holds.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection

from logbook.days import Days, london_day

FIRST, SIX_MONTHLY = "first", "six_monthly"
# What ends a first review, and a six-monthly one: each names how many days late it was.
_ENDS_OF_REVIEWS = {
    "first_review_concluded": FIRST,
    "not_agreed_confirmed": FIRST,
    "considered_confirmed": FIRST,
    "let_go_concluded": FIRST,
    "request_agreed": FIRST,  # retired: agreeing concluded it
    "record_review_concluded": SIX_MONTHLY,
    "record_review_ended": SIX_MONTHLY,
}
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
    """A request whose shield was attested for the first time: when, and how long that took."""

    at: datetime
    took: timedelta

    @property
    def day(self) -> date:
        return london_day(self.at)


@dataclass(frozen=True)
class Concluded:
    """A review that ended: of which kind, when, and how many days late."""

    kind: str
    at: datetime
    days_late: int

    @property
    def day(self) -> date:
        return london_day(self.at)


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
    """What came to its end in some days, in turn."""

    applied: list[Applied]
    reviews: list[Concluded]
    access: list[Ended]

    def within(self, days: Days) -> "History":
        """Return what of it was in these days."""
        return History(
            [one for one in self.applied if days.first <= one.day <= days.last],
            [one for one in self.reviews if days.first <= one.day <= days.last],
            [one for one in self.access if days.first <= one.day <= days.last],
        )


# Where it was found open and attested again, the first time stands.
_APPLIED = """
SELECT applied.at, applied.at - placed.at
FROM logbook_entry AS applied CROSS JOIN LATERAL (
    SELECT min(at) AS at FROM logbook_entry
    WHERE reference = applied.reference AND reference <> '' AND event = 'hold_placed'
) AS placed
WHERE applied.event = 'shield_applied' AND applied.at >= %(start)s AND applied.at < %(end)s
    AND placed.at IS NOT NULL AND NOT EXISTS (
        SELECT FROM logbook_entry AS before
        WHERE before.reference = applied.reference AND before.reference <> ''
            AND before.event = 'shield_applied'
            AND (before.at, before.id) < (applied.at, applied.id)
    )
ORDER BY applied.at, applied.id
"""
_CONCLUDED = """
SELECT event, at, coalesce(substring(facts FROM '"days_late":([0-9]{1,6})')::integer, 0)
FROM logbook_entry
WHERE event = ANY(%(events)s) AND at >= %(start)s AND at < %(end)s
ORDER BY at, id
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
    """Return what came to its end in these days, by three statements."""
    return History(applied(days), reviews_concluded(days), access_ended(days))


def applied(days: Days) -> list[Applied]:
    """Return the requests whose shield was attested in these days for the first time."""
    return [Applied(at, max(took, timedelta(0))) for at, took in _rows(_APPLIED, days)]


def reviews_concluded(days: Days) -> list[Concluded]:
    """Return the first and six-monthly reviews that ended in these days, however they did."""
    rows = _rows(_CONCLUDED, days, events=list(_ENDS_OF_REVIEWS))
    return [Concluded(_ENDS_OF_REVIEWS[event], at, late) for event, at, late in rows]


def access_ended(days: Days) -> list[Ended]:
    """Return the access requests and urgent calls that came to an end in these days."""
    return [Ended(at, how) for at, how in _rows(_ENDED, days, events=list(_ENDS_OF_ACCESS))]


def _rows(sql: str, days: Days, **given: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, {"start": days.start, "end": days.end} | given)
        found: list[tuple[Any, ...]] = cursor.fetchall()
        return found
