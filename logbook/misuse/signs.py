"""Signs of misuse, counted from entries and from nothing else. A sign is a question, no finding.

Each is one statement of SQL, whatever the logbook holds. What a person who knows the thresholds
would try, and what is done about it:

- Wait for the clock: the days are an auditor's to choose, and an hour is any sixty minutes.
- Come by another door: a record counts once whether it was opened as a record, a request, a
  review or an access request, found by number, or its number shown. An access request's entries
  name no record on purpose; which one it is about is taken from the entry of its submission.
- Guess: numbers that the product does not know count too, each search as a record of its own. A
  reference that is not there counts among what was asked for in vain, also from the search box.
- Read it off the logbook: its list narrowed to a reference shows who asks, and so does an entry, so
  either counts as opening the record, but not for auditors, whose daily work it is. The list by
  day, person or event names records as well: it counts as reading out of hours, not as records.
- Turn through the register instead, by day: each page of it counts, and each use of its filters.
  The logbook by service is such a filter, for whoever is no auditor.
- Ask again: asking for access is counted by itself, whatever became of it; with a number of its own
  where it is about one record; and once more where it was declined.
- Phone: a call counts as asking for whoever it was logged for.
- Spread it over the kinds of refusal, or over two roles: what counts is the person. Whoever acted
  in another role than the IW Team's as well is held to the lower number.
- Be two people: whoever has a leaver's requests handed to an account of their own cannot keep the
  leaver and their manager from hearing of it. Each "this is wrong" counts, however it was settled.
- Let a deputy agree: a request counts for who agreed and for the manager in whose name they did.

Nobody is left out, auditors neither; what happened without a person is no person's. What would
drown the page is left out instead. The IW Team opens records all day and has a number of its own.
A draft is about no record yet. Out of hours the same thing opened again within the hour counts
once, or whoever fills in a form at night, each page of which opens it, would be a sign. A refusal
because the machine was busy says nothing of who asked.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection

from logbook.days import Days

# More rows would be a sign of the thresholds; how many there are in all is said.
MOST_ROWS = 100
REFUSALS = ("refused", "not_found", "nobody_named")
# By way of the logbook: where they name what was read, and not for auditors.
BY_SERVICE = "logbook_by_service"
OF_LOGBOOK = ("logbook_opened", BY_SERVICE, "entry_opened")
# What shows which record something is about. A source's question is about their own: not here.
OF_RECORDS = (
    "record_opened",
    "record_searched",
    "request_opened",
    "review_read",
    "number_shown",
    "access_opened",
    *OF_LOGBOOK,
)
OF_REGISTER = ("register_opened", "register_narrowed")
# Everything that only looks.
LOOKS = (
    *OF_RECORDS,
    "searched",
    *OF_REGISTER,
    "records_to_check_again_opened",
    "liaison_opened",
    "requester_contact_shown",
    "directory_opened",
    "service_opened",
    "misuse_opened",
    "figures_opened",
    "board_printed",
    "guard_figures_opened",  # retired: entries of before
)


@dataclass(frozen=True)
class Limits:
    """From how many on something is a sign, and how many days before today it is looked for in."""

    days: int
    refused: int
    records: int
    records_iw: int
    people: int
    burst: int
    asked: int
    asked_one: int
    declined: int
    agreed: int
    register: int


@dataclass(frozen=True)
class Sign:
    """A person (or a record that many opened), how often, from when to when."""

    count: int
    first: datetime
    last: datetime
    person: UUID | None = None
    role: str = ""
    service: str = ""
    record: str = ""
    # Of what was counted, the most about one record.
    of_one: int = 0
    # Of what was counted, how often it was narrowed to some records.
    narrowed: int = 0
    # Of what was counted, what others wrote: calls they logged, what a deputy agreed to.
    by_others: int = 0


@dataclass(frozen=True)
class Found:
    """The signs of one kind, the most first, and how many there are in all."""

    signs: list[Sign]
    in_all: int


@dataclass(frozen=True)
class Call:
    """An urgent call: who took and who read it and when, if anybody did, for whom, about what."""

    reference: str
    at: datetime
    taken_by: UUID
    read_at: datetime | None
    read_by: UUID | None
    record: str
    requester: UUID | None


# Role and service are those of the latest entry that counts.
_REFUSED = """
SELECT actor, (array_agg(role ORDER BY id DESC))[1] AS role,
    (array_agg(service ORDER BY id DESC))[1] AS service,
    count(*), min(at), max(at), count(*) OVER ()
FROM logbook_entry
WHERE at >= %(start)s AND at < %(end)s AND event = ANY(%(events)s) AND actor IS NOT NULL
    AND NOT (event = 'refused' AND facts LIKE '%%"why":"busy"%%')
GROUP BY actor HAVING count(*) >= %(limit)s
ORDER BY count(*) DESC, max(at) DESC LIMIT %(rows)s
"""
# Openings with the record they are about, by their own word or another entry's; two go on from it.
_OPENED = """
WITH opened AS MATERIALIZED (
    SELECT id, at, actor, role, service, event, reference, record FROM logbook_entry
    WHERE at >= %(start)s AND at < %(end)s AND event = ANY(%(events)s) AND actor IS NOT NULL
        AND (event <> ALL(%(of_logbook)s) OR reference || record <> '' AND role <> 'auditor')
), unnamed AS (
    SELECT DISTINCT reference FROM opened WHERE record = '' AND reference <> ''
), known AS MATERIALIZED (
    SELECT reference, coalesce((
        SELECT record FROM logbook_entry AS entry
        WHERE entry.reference = unnamed.reference AND entry.reference <> '' AND record <> ''
        ORDER BY id DESC LIMIT 1
    ), (
        SELECT record FROM logbook_entry AS entry
        WHERE entry.record = unnamed.reference AND record <> '' LIMIT 1
    )) AS record
    FROM unnamed
), looks AS (
    SELECT opened.*, coalesce(nullif(opened.record, ''), known.record, '') AS about
    FROM opened LEFT JOIN known ON opened.record = '' AND known.reference = opened.reference
)
"""
_RECORDS = """
, people AS (
    SELECT actor, (array_agg(role ORDER BY id DESC))[1] AS role,
        (array_agg(service ORDER BY id DESC))[1] AS service,
        min(at) AS first, max(at) AS last, bool_and(role = 'iw') AS is_iw,
        count(DISTINCT nullif(about, ''))
            + count(*) FILTER (WHERE event = 'record_searched' AND about = '') AS records
    FROM looks WHERE about <> '' OR event = 'record_searched' GROUP BY actor
)
SELECT actor, role, service, records, first, last, count(*) OVER () FROM people
WHERE records >= CASE WHEN is_iw THEN %(limit_iw)s ELSE %(limit)s END
ORDER BY records DESC, last DESC LIMIT %(rows)s
"""
_PEOPLE = """
SELECT about, count(DISTINCT actor), min(at), max(at), count(*) OVER ()
FROM looks WHERE about <> ''
GROUP BY about HAVING count(DISTINCT actor) >= %(limit)s
ORDER BY count(DISTINCT actor) DESC, max(at) DESC LIMIT %(rows)s
"""
# The busiest sixty minutes of each person and day.
_BURSTS = """
WITH looks AS (
    SELECT id, at, actor, role, service,
        reference || record <> '' AND event <> 'record_searched' AND at - lag(at) OVER (
            PARTITION BY actor, event, reference, record, facts ORDER BY at, id
        ) < interval '1 hour' AS again
    FROM logbook_entry
    WHERE at > %(start)s - interval '1 hour' AND at < %(end)s AND event = ANY(%(events)s)
        AND actor IS NOT NULL AND ((at AT TIME ZONE 'Europe/London')::time < '07:00'
            OR (at AT TIME ZONE 'Europe/London')::time >= '19:00'
            OR (at AT TIME ZONE 'Europe/London')::date = ANY(%(closed)s::date[]))
), hours AS (
    SELECT actor, role, service, at, min(at) OVER hour AS first, count(*) OVER hour AS looks
    FROM looks WHERE again IS NOT TRUE
    WINDOW hour AS (PARTITION BY actor ORDER BY at
        RANGE BETWEEN '59 minutes 59.999999 seconds' PRECEDING AND CURRENT ROW)
), busiest AS (
    SELECT DISTINCT ON (actor, (at AT TIME ZONE 'Europe/London')::date) *
    FROM hours WHERE looks >= %(limit)s AND at >= %(start)s
    ORDER BY actor, (at AT TIME ZONE 'Europe/London')::date, looks DESC, at
)
SELECT actor, role, service, looks, first, at, count(*) OVER () FROM busiest
ORDER BY looks DESC, at DESC LIMIT %(rows)s
"""
_SENT = """
WITH asked AS (
    SELECT id, at, actor AS person, role, service, reference, record, facts, false AS phoned
    FROM logbook_entry
    WHERE at >= %(start)s AND at < %(end)s AND event = 'access_submitted' AND actor IS NOT NULL
    UNION ALL
    SELECT id, at,
        substring(facts FROM '"requester":"([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})"')::uuid,
        '', '', reference, record, facts, true
    FROM logbook_entry WHERE at >= %(start)s AND at < %(end)s AND event = 'access_call_logged'
)
"""
_ASKED = """
, about AS (
    SELECT person, record, count(*) AS times, count(*) FILTER (WHERE phoned) AS phoned,
        min(at) AS first, max(at) AS last, max(id) AS latest,
        (array_agg(role ORDER BY role = '', id DESC))[1] AS role,
        (array_agg(service ORDER BY service = '', id DESC))[1] AS service
    FROM asked WHERE person IS NOT NULL GROUP BY person, record
)
SELECT person, (array_agg(role ORDER BY role = '', latest DESC))[1],
    (array_agg(service ORDER BY service = '', latest DESC))[1],
    sum(times)::bigint, min(first), max(last), max(times), sum(phoned)::bigint, count(*) OVER ()
FROM about GROUP BY person
HAVING sum(times) >= %(limit)s OR max(times) FILTER (WHERE record <> '') >= %(limit_one)s
ORDER BY sum(times) DESC, max(times) DESC, max(last) DESC LIMIT %(rows)s
"""
# Who declined wrote the entry; who was declined is who sent it. That is found by its reference, one
# after another as OFFSET forbids to join them, and, as an expression has no index, never by looking
# at every request that was ever sent: also where PostgreSQL thinks the table small.
_DECLINED = """
, declined AS (
    SELECT said.id, said.at, said.reference, sent.actor AS person, sent.role, sent.service
    FROM logbook_entry AS said CROSS JOIN LATERAL (
        SELECT actor, role, service FROM logbook_entry
        WHERE reference = said.reference AND reference <> '' AND actor IS NOT NULL
            AND event || '' = 'access_submitted'
        OFFSET 0
    ) AS sent
    WHERE said.at >= %(start)s AND said.at < %(end)s
        AND (said.event = 'access_declined'
            OR said.event = 'access_concluded' AND said.facts LIKE '%%"outcome":"declined"%%'
            OR said.event = 'access_lead_decided' AND said.facts LIKE '%%"decision":"no_contact"%%')
    UNION ALL
    SELECT id, at, reference, person, role, service FROM asked
    WHERE phoned AND person IS NOT NULL AND facts LIKE '%%"outcome":"declined"%%'
)
SELECT person, (array_agg(role ORDER BY role = '', id DESC))[1],
    (array_agg(service ORDER BY service = '', id DESC))[1],
    count(DISTINCT reference), min(at), max(at), count(*) OVER ()
FROM declined GROUP BY person HAVING count(DISTINCT reference) >= %(limit)s
ORDER BY count(DISTINCT reference) DESC, max(at) DESC LIMIT %(rows)s
"""
_AGREED = """
WITH agreed AS (
    SELECT id, at, actor, role, service, reference, actor AS person
    FROM logbook_entry
    WHERE at >= %(start)s AND at < %(end)s AND event = 'access_agreed' AND actor IS NOT NULL
    UNION
    SELECT id, at, actor, role, service, reference,
        substring(facts FROM '"manager":"([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})"')::uuid
    FROM logbook_entry
    WHERE at >= %(start)s AND at < %(end)s AND event = 'access_agreed' AND actor IS NOT NULL
)
SELECT person,
    coalesce((array_agg(role ORDER BY id DESC) FILTER (WHERE actor = person))[1], ''),
    coalesce((array_agg(service ORDER BY id DESC) FILTER (WHERE actor = person))[1], ''),
    count(DISTINCT id), min(at), max(at), count(DISTINCT id) FILTER (WHERE actor <> person),
    count(*) OVER ()
FROM agreed WHERE person IS NOT NULL
GROUP BY person HAVING count(DISTINCT id) >= %(limit)s
ORDER BY count(DISTINCT id) DESC, max(at) DESC LIMIT %(rows)s
"""
# A page turned back to counts once; narrowed, each look counts.
_REGISTER = """
SELECT actor, (array_agg(role ORDER BY id DESC))[1], (array_agg(service ORDER BY id DESC))[1],
    count(DISTINCT facts) FILTER (WHERE event = 'register_opened')
        + count(*) FILTER (WHERE event <> 'register_opened') AS looks,
    min(at), max(at), count(*) FILTER (WHERE event <> 'register_opened'), count(*) OVER ()
FROM logbook_entry
WHERE at >= %(start)s AND at < %(end)s AND event = ANY(%(events)s) AND actor IS NOT NULL
    AND NOT (event = %(by_service)s AND role = 'auditor')
GROUP BY actor
HAVING count(DISTINCT facts) FILTER (WHERE event = 'register_opened')
    + count(*) FILTER (WHERE event <> 'register_opened') >= %(limit)s
ORDER BY looks DESC, max(at) DESC LIMIT %(rows)s
"""
_CALLS = """
WITH reading AS (
    SELECT DISTINCT ON (reference) reference, at, actor FROM logbook_entry
    WHERE event = 'access_call_read' ORDER BY reference, id
)
SELECT call.reference, call.at, call.actor, reading.at, reading.actor, call.record,
    substring(call.facts FROM '"requester":"([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})"')::uuid
FROM logbook_entry AS call LEFT JOIN reading ON reading.reference = call.reference
WHERE call.event = 'access_call_logged' AND call.at < %(end)s
    AND (call.at >= %(start)s OR reading.at IS NULL OR reading.at >= %(start)s)
ORDER BY call.at DESC, call.id DESC
"""


_DISPUTES = """
SELECT reference, at, actor,
    substring(facts FROM %(one)s)::uuid, substring(facts FROM %(other)s)::uuid
FROM logbook_entry
WHERE event = %(event)s AND at >= %(start)s AND at < %(end)s AND actor IS NOT NULL
ORDER BY at DESC, id DESC
"""
_WHO = '"%s":"([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})"'


@dataclass(frozen=True)
class Dispute:
    """Somebody who was told of something said that it is wrong: who, and whom it names.

    Of a hand-over who proposed and who confirmed it; of a suspension whose it is and by whom; of a
    release whose it was, and who had recorded it.
    """

    reference: str
    at: datetime
    said_by: UUID
    one: UUID | None
    other: UUID | None


def refused(limits: Limits, days: Days) -> Found:
    """Return who was refused, or asked for what is not there or not theirs, again and again."""
    return _people(_rows(_REFUSED, days, events=REFUSALS, limit=limits.refused))


def on_many_records(limits: Limits, days: Days) -> Found:
    """Return who opened, or looked for, many different records."""
    numbers = {"limit": limits.records, "limit_iw": limits.records_iw}
    return _people(_rows(_OPENED + _RECORDS, days, **_OPENINGS, **numbers))


def many_on_one_record(limits: Limits, days: Days) -> Found:
    """Return the records that many different people opened."""
    rows = _rows(_OPENED + _PEOPLE, days, **_OPENINGS, limit=limits.people)
    signs = [Sign(count, first, last, record=about) for about, count, first, last, _ in rows]
    return Found(signs, _in_all(rows))


def out_of_hours(limits: Limits, days: Days, is_working_day: Callable[[date], bool]) -> Found:
    """Return who looked at much within one hour before 7am, after 7pm or on a day off."""
    closed = [day for day in days if not is_working_day(day)]
    return _people(_rows(_BURSTS, days, events=LOOKS, closed=closed, limit=limits.burst))


def asking_again(limits: Limits, days: Days) -> Found:
    """Return who sent many access requests, or several about one record, agreed or not."""
    rows = _rows(_SENT + _ASKED, days, limit=limits.asked, limit_one=limits.asked_one)
    signs = [
        Sign(count, first, last, person, role, service, of_one=of_one, by_others=phoned)
        for person, role, service, count, first, last, of_one, phoned, _ in rows
    ]
    return Found(signs, _in_all(rows))


def declined_again(limits: Limits, days: Days) -> Found:
    """Return whose access requests a manager, a deputy, the IW Team or its lead declined."""
    return _people(_rows(_SENT + _DECLINED, days, limit=limits.declined))


def agreeing_to_many(limits: Limits, days: Days) -> Found:
    """Return who agreed, or in whose name a deputy agreed, to many access requests."""
    rows = _rows(_AGREED, days, limit=limits.agreed)
    signs = [
        Sign(count, first, last, person, role, service, by_others=by_others)
        for person, role, service, count, first, last, by_others, _ in rows
    ]
    return Found(signs, _in_all(rows))


def through_the_register(limits: Limits, days: Days) -> Found:
    """Return who turned through the register of shielded records, or narrowed it again and again.

    Different pages and every look at some records only, also by service in the logbook, are counted
    together.
    """
    events, limit = (*OF_REGISTER, BY_SERVICE), limits.register
    rows = _rows(_REGISTER, days, events=events, by_service=BY_SERVICE, limit=limit)
    signs = [
        Sign(count, first, last, person, role, service, narrowed=narrowed)
        for person, role, service, count, first, last, narrowed, _ in rows
    ]
    return Found(signs, _in_all(rows))


def urgent_calls(days: Days) -> list[Call]:
    """Return every urgent call taken or read in these days, or taken before and not read by then.

    One that was read very late is shown with its lateness before it goes.
    """
    return [Call(*row) for row in _rows(_CALLS, days)]


def disputes(days: Days) -> list[Dispute]:
    """Return every word in these days that a hand-over was wrong, whatever became of it."""
    return _said("hand_over_disputed", "proposed_by", "confirmed_by", days)


def disputed_suspensions(days: Days) -> list[Dispute]:
    """Return every word in these days that a suspension was wrong, whatever became of it."""
    return _said("suspension_disputed", "person", "suspended_by", days)


def denied_releases(days: Days) -> list[Dispute]:
    """Return every word in these days that a source had not let go, and who had recorded that."""
    return _said("release_denied", "source", "released_by", days)


def _said(event: str, one: str, other: str, days: Days) -> list[Dispute]:
    who = {"one": _WHO % one, "other": _WHO % other}
    return [Dispute(*row) for row in _rows(_DISPUTES, days, event=event, **who)]


_OPENINGS = {"events": OF_RECORDS, "of_logbook": OF_LOGBOOK}


def _rows(sql: str, days: Days, **given: Any) -> list[tuple[Any, ...]]:
    """Return the rows of one statement over the entries of these days."""
    lists = {name: list(value) for name, value in given.items() if isinstance(value, tuple)}
    asked: dict[str, Any] = {"start": days.start, "end": days.end, "rows": MOST_ROWS}
    with connection.cursor() as cursor:
        cursor.execute(sql, asked | given | lists)
        found: list[tuple[Any, ...]] = cursor.fetchall()
        return found


def _people(rows: Iterable[tuple[Any, ...]]) -> Found:
    rows = list(rows)
    signs = [
        Sign(count, first, last, person, role, service)
        for person, role, service, count, first, last, _ in rows
    ]
    return Found(signs, _in_all(rows))


def _in_all(rows: list[tuple[Any, ...]]) -> int:
    return rows[0][-1] if rows else 0
