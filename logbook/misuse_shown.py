"""Signs of misuse as a page shows them, each with its threshold in words: so "none" says much."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from logbook import misuse
from logbook.days import london_day
from logbook.misuse import Call, Found, Limits, Sign
from logbook.names import NOBODY_KNOWN, Person, people, role_label
from logbook.tables import list_url

READ_WITHIN = timedelta(hours=24)
# What matters stands where a phone shows it without scrolling.
_OF_PEOPLE = ("Who", "How many", "Role", "Service", "First", "Last")
_OF_RECORDS = ("Record", "People", "First", "Last")
_OF_CALLS = ("Call", "Read", "Read by", "Taken", "Taken by")


@dataclass(frozen=True)
class Section:
    """One kind of sign: what counts, in words, what an empty list means, and the rows."""

    id: str
    title: str
    counted: str
    none: str
    heads: tuple[str, ...]
    rows: list[list[Any]]
    in_all: int


def sections(
    limits: Limits, now: datetime, is_working_day: Callable[[date], bool]
) -> list[Section]:
    """Return every kind of sign, by as many statements whatever there is to show."""
    refused = misuse.refused(limits, now)
    records = misuse.on_many_records(limits, now)
    crowded = misuse.many_on_one_record(limits, now)
    bursts = misuse.out_of_hours(limits, now, is_working_day)
    asked = misuse.asking_again(limits, now)
    agreed = misuse.agreeing_to_many(limits, now)
    calls = misuse.urgent_calls(limits, now)
    of_people = (refused, records, bursts, asked, agreed)
    signs = [sign for found in of_people for sign in found.signs]
    met = [sign.person for sign in signs] + [who for call in calls for who in _on(call)]
    rows = _Rows(people(uid for uid in met if uid), _in_address(limits.since(now)), now)
    return [
        _refused(limits, refused, rows),
        _records(limits, records, rows),
        _crowded(limits, crowded, rows),
        _bursts(limits, bursts, rows),
        _asked(limits, asked, rows),
        _agreed(limits, agreed, rows),
        _calls(limits, calls, rows),
    ]


@dataclass(frozen=True)
class _Rows:
    """Signs as rows of a table, each leading to the entries it was counted from."""

    known: dict[UUID, Person]
    since: str
    now: datetime

    def person(self, sign: Sign, **narrowed: str) -> list[Any]:
        """Return a row about a person, who leads to their entries, narrowed further if need be."""
        narrowed = {"since": self.since} | narrowed
        if sign.own:
            narrowed["person"] = str(sign.person)
        return [
            {"text": self.name(sign.person), "url": list_url(**narrowed)},
            str(sign.count),
            role_label(sign.role) if sign.role else "",
            sign.service,
            {"when": sign.first},
            {"when": sign.last},
        ]

    def burst(self, sign: Sign) -> list[Any]:
        day = _in_address(london_day(sign.last))
        return self.person(sign, since=day, until=day)

    def record(self, sign: Sign) -> list[Any]:
        url = list_url(since=self.since, reference=sign.record)
        return [
            {"text": sign.record, "url": url, "code": True},
            str(sign.count),
            {"when": sign.first},
            {"when": sign.last},
        ]

    def call(self, call: Call) -> list[Any]:
        return [
            {"text": call.reference, "url": list_url(reference=call.reference), "code": True},
            _reading(call, self.now),
            self.name(call.read_by) if call.read_by else "",
            {"when": call.at},
            self.name(call.taken_by),
        ]

    def name(self, uid: UUID | None) -> str:
        return self.known[uid].name if uid in self.known else NOBODY_KNOWN


def _refused(limits: Limits, found: Found, rows: _Rows) -> Section:
    often = f"{_many(limits.refused, 'time')} or more {_in_the_last(limits)}"
    return Section(
        "refused",
        "Refused again and again",
        f"People who were refused {often}: a page or an act that was not theirs or came too late,"
        " or something that is not there.",
        f"No person was refused {often}.",
        _OF_PEOPLE,
        [rows.person(sign) for sign in found.signs],
        found.in_all,
    )


def _records(limits: Limits, found: Found, rows: _Rows) -> Section:
    team, others = _many(limits.records_iw, "record"), _many(limits.records, "record")
    return Section(
        "records",
        "One person on many records",
        f"Members of the IW Team, who open records all day, with {team} or more, and anybody else"
        f" with {others} or more, {_in_the_last(limits)}: opened, looked for by number or, but for"
        " auditors, in the logbook. A search that found nothing counts as a record of its own.",
        f"No member of the IW Team opened or looked for {team} or more, and nobody else {others} or"
        f" more, {_in_the_last(limits)}.",
        _OF_PEOPLE,
        [rows.person(sign) for sign in found.signs],
        found.in_all,
    )


def _crowded(limits: Limits, found: Found, rows: _Rows) -> Section:
    many = "1 person" if limits.people == 1 else f"{limits.people} people"
    return Section(
        "people",
        "Many people on one record",
        f"Records that {many} or more opened, found by number or, but for auditors, looked for in"
        f" the logbook, {_in_the_last(limits)}. Who opens an access request opens the record it is"
        " about; those entries name the request alone.",
        f"No record was opened by {many} or more {_in_the_last(limits)}.",
        _OF_RECORDS,
        [rows.record(sign) for sign in found.signs],
        found.in_all,
    )


def _bursts(limits: Limits, found: Found, rows: _Rows) -> Section:
    much = f"{_many(limits.burst, 'page')} or more within one hour out of hours"
    return Section(
        "bursts",
        "Much reading out of hours",
        f"People who opened {much} {_in_the_last(limits)}: before 7am, from 7pm on, at a weekend or"
        " on a bank holiday, each day’s busiest hour. A page about the same thing, opened again"
        " within the hour, counts once.",
        f"No person opened {much} {_in_the_last(limits)}.",
        _OF_PEOPLE,
        [rows.burst(sign) for sign in found.signs],
        found.in_all,
    )


def _asked(limits: Limits, found: Found, rows: _Rows) -> Section:
    many = f"{_many(limits.asked, 'access request')} or more {_in_the_last(limits)}"
    return Section(
        "asked",
        "Asking for access again and again",
        f"People who sent {many}, whether they were agreed, declined or withdrawn.",
        f"No person sent {many}.",
        _OF_PEOPLE,
        [rows.person(sign, event="access_submitted") for sign in found.signs],
        found.in_all,
    )


def _agreed(limits: Limits, found: Found, rows: _Rows) -> Section:
    many = f"{_many(limits.agreed, 'access request')} or more {_in_the_last(limits)}"
    return Section(
        "agreed",
        "Agreeing to many access requests",
        f"Line managers, and who stood in for them, who agreed to {many}. What was agreed to in a"
        " manager’s name counts for both.",
        f"No person agreed to {many}.",
        _OF_PEOPLE,
        [rows.person(sign, event="access_agreed") for sign in found.signs],
        found.in_all,
    )


def _calls(limits: Limits, calls: list[Call], rows: _Rows) -> Section:
    return Section(
        "calls",
        "Urgent calls",
        f"Every urgent call taken or read {_in_the_last(limits)}, and every older one that nobody"
        " has read yet. A second member of the IW Team reads each within 24 hours.",
        f"No urgent call was taken or read {_in_the_last(limits)}, and none waits to be read.",
        _OF_CALLS,
        [rows.call(call) for call in calls],
        len(calls),
    )


def _reading(call: Call, now: datetime) -> dict[str, str] | str:
    """Return how late a call was read, or that it was not."""
    late = (call.read_at or now) - call.at - READ_WITHIN
    if call.read_at is None:
        words = f"Not read yet, {_long(late)} late" if late > timedelta() else "Not read yet"
        return {"tag": words, "colour": "red" if late > timedelta() else "yellow"}
    if late > timedelta():
        return {"tag": f"Read {_long(late)} late", "colour": "orange"}
    return f"Read in time, after {_long(call.read_at - call.at)}"


def _long(time: timedelta) -> str:
    """Return how long, in the largest unit that is not too rough."""
    minutes = max(1, int(time.total_seconds() // 60))
    if minutes < 60:
        return _many(minutes, "minute")
    hours = minutes // 60
    return _many(hours, "hour") if hours < 48 else _many(hours // 24, "day")


def _on(call: Call) -> tuple[UUID | None, ...]:
    return call.taken_by, call.read_by


def _many(count: int, noun: str) -> str:
    return f"1 {noun}" if count == 1 else f"{count} {noun}s"


def _in_the_last(limits: Limits) -> str:
    return "in the last day" if limits.days == 1 else f"in the last {limits.days} days"


def _in_address(day: date) -> str:
    return f"{day.day}/{day.month}/{day.year}"
