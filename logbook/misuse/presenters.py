"""Signs of misuse as a page shows them, each with its threshold in words: so "none" says much."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from logbook.days import Days, london_day, typed
from logbook.misuse import signs as misuse_signs
from logbook.misuse.signs import Call, Dispute, Found, Limits, Sign
from logbook.names_of_people import NOBODY_KNOWN, Person, people, role_label
from logbook.pages.cells import Cell, Tag, Text, When
from logbook.pages.tables import list_url

READ_WITHIN = timedelta(hours=24)
IN_THESE_DAYS = "in these days"
# What matters stands where a phone shows it without scrolling.
_OF_PEOPLE = ("Who", "How many", "Role", "Service", "First", "Last")
_OF_RECORDS = ("Record", "People", "First", "Last")
_OF_DISPUTES = ("Hand-over", "Said by", "When", "Proposed by", "Confirmed by")
_OF_SUSPENSIONS = ("Suspension", "Said by", "When", "Of", "Suspended by")
_OF_DENIED = ("Request", "Recorded by", "When", "Of", "Withdrawn by")
_OF_CALLS = ("Call", "Read", "Read by", "Taken", "Taken by", "For", "Record")


@dataclass(frozen=True)
class Section:
    """One kind of sign: what counts, in words, what an empty list means, and the rows."""

    id: str
    title: str
    counted: str
    none: str
    heads: tuple[str, ...]
    rows: list[list[Cell]]
    in_all: int


def sections(
    limits: Limits, days: Days, now: datetime, is_working_day: Callable[[date], bool]
) -> list[Section]:
    """Return every kind of sign of these days, by as many statements whatever there is to show."""
    refused = misuse_signs.refused(limits, days)
    records = misuse_signs.on_many_records(limits, days)
    crowded = misuse_signs.many_on_one_record(limits, days)
    bursts = misuse_signs.out_of_hours(limits, days, is_working_day)
    asked = misuse_signs.asking_again(limits, days)
    declined = misuse_signs.declined_again(limits, days)
    agreed = misuse_signs.agreeing_to_many(limits, days)
    register = misuse_signs.through_the_register(limits, days)
    calls = misuse_signs.urgent_calls(days)
    disputes = misuse_signs.disputes(days)
    suspensions = misuse_signs.disputed_suspensions(days)
    of_people = (refused, records, bursts, asked, declined, agreed, register)
    signs = [sign for found in of_people for sign in found.signs]
    met = [sign.person for sign in signs] + [who for call in calls for who in _on(call)]
    denied = misuse_signs.denied_releases(days)
    said = [*disputes, *suspensions, *denied]
    met += [who for word in said for who in (word.said_by, word.one, word.other)]
    rows = _Rows(people(uid for uid in met if uid), days, now)
    return [
        _refused(limits, refused, rows),
        _records(limits, records, rows),
        _crowded(limits, crowded, rows),
        _bursts(limits, bursts, rows),
        _register(limits, register, rows),
        _asked(limits, asked, rows),
        _declined(limits, declined, rows),
        _agreed(limits, agreed, rows),
        _disputes(disputes, rows),
        _suspensions(suspensions, rows),
        _denied(denied, rows),
        _calls(calls, rows),
    ]


@dataclass(frozen=True)
class _Rows:
    """Signs as rows of a table, each leading to the entries it was counted from."""

    known: dict[UUID, Person]
    days: Days
    now: datetime

    def person(self, sign: Sign, by_others: str = "", **narrowed: str) -> list[Cell]:
        """Return a row about a person, who leads to their entries, narrowed further if need be.

        `by_others` is how what others wrote is said: it is in no list of the person's entries.
        """
        narrowed = self.on(self.days) | {"person": str(sign.person)} | narrowed
        if sign.by_others == sign.count:
            del narrowed["person"]  # none of the entries is their own
        return [
            Text(self.name(sign.person), url=list_url(**narrowed)),
            _how_many(sign, by_others),
            role_label(sign.role) if sign.role else "",
            sign.service,
            When(sign.first),
            When(sign.last),
        ]

    def burst(self, sign: Sign) -> list[Cell]:
        return self.person(sign, **self.on(Days(london_day(sign.first), london_day(sign.last))))

    def declined(self, sign: Sign) -> list[Cell]:
        """Return a row that leads to all that was sent: what was declined may be of before."""
        url = list_url(person=str(sign.person), event="access_submitted")
        _, *rest = self.person(sign)
        return [Text(self.name(sign.person), url=url), *rest]

    def record(self, sign: Sign) -> list[Cell]:
        url = list_url(**self.on(self.days), reference=sign.record)
        return [
            Text(sign.record, url=url, code=True),
            str(sign.count),
            When(sign.first),
            When(sign.last),
        ]

    def call(self, call: Call) -> list[Cell]:
        return [
            Text(call.reference, url=list_url(reference=call.reference), code=True),
            _reading(call, self.now),
            self.name(call.read_by) if call.read_by else "",
            When(call.at),
            self.name(call.taken_by),
            self.name(call.requester) if call.requester else "",
            Text(call.record, url=list_url(reference=call.record), code=True),
        ]

    def dispute(self, dispute: Dispute) -> list[Cell]:
        return [
            Text(dispute.reference, url=list_url(reference=dispute.reference), code=True),
            self.name(dispute.said_by),
            When(dispute.at),
            self.name(dispute.one),
            self.name(dispute.other),
        ]

    def on(self, days: Days) -> dict[str, str]:
        return {"since": typed(days.first), "until": typed(days.last)}

    def name(self, uid: UUID | None) -> str:
        return self.known[uid].name if uid in self.known else NOBODY_KNOWN


def _refused(limits: Limits, found: Found, rows: _Rows) -> Section:
    often = f"{_many(limits.refused, 'time')} or more {IN_THESE_DAYS}"
    return Section(
        "refused",
        "Refused again and again",
        f"People who were refused {often}: for a page or act that was not theirs or came too late,"
        " for something that does not exist, or for typing the email of somebody who is no manager"
        " they can name.",
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
        f" with {others} or more, {IN_THESE_DAYS}: opened, looked for by number or, but for"
        " auditors, looked for or read about in the logbook by its reference. A search that found"
        " nothing counts as a record of its own.",
        f"No member of the IW Team opened or looked for {team} or more, and nobody else {others} or"
        f" more, {IN_THESE_DAYS}.",
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
        f" the logbook, {IN_THESE_DAYS}. Who opens an access request opens the record it is"
        " about.",
        f"No record was opened by {many} or more {IN_THESE_DAYS}.",
        _OF_RECORDS,
        [rows.record(sign) for sign in found.signs],
        found.in_all,
    )


def _bursts(limits: Limits, found: Found, rows: _Rows) -> Section:
    much = f"{_many(limits.burst, 'page')} or more within one hour out of hours"
    return Section(
        "bursts",
        "Much reading out of hours",
        f"People who opened {much} {IN_THESE_DAYS}: before 7am, from 7pm on, at a weekend or"
        " on a bank holiday, each day’s busiest hour. A page about the same thing, opened again"
        " within the hour, counts once.",
        f"No person opened {much} {IN_THESE_DAYS}.",
        _OF_PEOPLE,
        [rows.burst(sign) for sign in found.signs],
        found.in_all,
    )


def _register(limits: Limits, found: Found, rows: _Rows) -> Section:
    often = f"{_many(limits.register, 'page')} or more"
    return Section(
        "register",
        "Turning through the register",
        f"Members of the IW Team who looked at {often} of the register of shielded records"
        f" {IN_THESE_DAYS}. A page looked at twice counts once; each time an IW lead filters it by"
        " ground or service, or reads the logbook of one service, counts again.",
        f"No person looked at {often} of the register {IN_THESE_DAYS}.",
        _OF_PEOPLE,
        [rows.person(sign) for sign in found.signs],
        found.in_all,
    )


def _asked(limits: Limits, found: Found, rows: _Rows) -> Section:
    many = f"{_many(limits.asked, 'access request')} or more"
    of_one = f"{limits.asked_one} or more about one record"
    return Section(
        "asked",
        "Asking for access again and again",
        f"People who sent or phoned {many}, or {of_one}, {IN_THESE_DAYS}, whether they were agreed,"
        " declined or withdrawn.",
        f"No person sent or phoned {many}, or {of_one}, {IN_THESE_DAYS}.",
        _OF_PEOPLE,
        [rows.person(sign, "phoned", event="access_submitted") for sign in found.signs],
        found.in_all,
    )


def _declined(limits: Limits, found: Found, rows: _Rows) -> Section:
    many = f"{_many(limits.declined, 'access request')} or more"
    return Section(
        "declined",
        "Declined again and again",
        f"People who had {many}, calls included, declined {IN_THESE_DAYS}: by a line manager, a"
        " deputy, the IW Team or an IW lead. The name opens everything they ever sent; the refusals"
        " are entries of whoever declined.",
        f"No person had {many} declined {IN_THESE_DAYS}.",
        _OF_PEOPLE,
        [rows.declined(sign) for sign in found.signs],
        found.in_all,
    )


def _agreed(limits: Limits, found: Found, rows: _Rows) -> Section:
    many = f"{_many(limits.agreed, 'access request')} or more {IN_THESE_DAYS}"
    return Section(
        "agreed",
        "Agreeing to many access requests",
        f"Line managers, and who stood in for them, who agreed to {many}. What was agreed to in a"
        " manager’s name counts for both; the name leads to what they agreed to themself.",
        f"No person agreed to {many}.",
        _OF_PEOPLE,
        [rows.person(sign, "by a deputy", event="access_agreed") for sign in found.signs],
        found.in_all,
    )


def _disputes(disputes: list[Dispute], rows: _Rows) -> Section:
    return Section(
        "disputes",
        "Hand-overs said to be wrong",
        f"Each time {IN_THESE_DAYS} that somebody who was told of a hand-over said it was wrong,"
        " whatever was decided, with who proposed and who confirmed it.",
        f"Nobody said that a hand-over was wrong {IN_THESE_DAYS}.",
        _OF_DISPUTES,
        [rows.dispute(one) for one in disputes],
        len(disputes),
    )


def _suspensions(disputes: list[Dispute], rows: _Rows) -> Section:
    return Section(
        "suspensions",
        "Suspensions said to be wrong",
        f"Each time {IN_THESE_DAYS} that the person or a line manager of theirs said a suspension"
        " was wrong, whatever was decided, with whose account was stopped and by whom.",
        f"Nobody said that a suspension was wrong {IN_THESE_DAYS}.",
        _OF_SUSPENSIONS,
        [rows.dispute(one) for one in disputes],
        len(disputes),
    )


def _denied(denied: list[Dispute], rows: _Rows) -> Section:
    return Section(
        "denied",
        "Withdrawals that were denied",
        f"Each time {IN_THESE_DAYS} that a practitioner said on the phone that they had not"
        " withdrawn a request, with who recorded that call, and whose account or word had"
        " withdrawn it.",
        f"Nobody said {IN_THESE_DAYS} that they had not withdrawn a request.",
        _OF_DENIED,
        [rows.dispute(one) for one in denied],
        len(denied),
    )


def _calls(calls: list[Call], rows: _Rows) -> Section:
    return Section(
        "calls",
        "Urgent calls",
        f"Every urgent call taken or read {IN_THESE_DAYS}, and every older one that nobody had"
        " read by then. A second member of the IW Team reads each within 24 hours.",
        f"No urgent call was taken or read {IN_THESE_DAYS}, and no earlier one is still unread.",
        _OF_CALLS,
        [rows.call(call) for call in calls],
        len(calls),
    )


def _how_many(sign: Sign, by_others: str) -> str:
    """Return how many, and of them how many about one record, narrowed, or by others."""
    parts = [str(sign.count)]
    parts += [f"{sign.narrowed} of them narrowed"] * (sign.narrowed > 0)
    parts += [f"{sign.of_one} of them about one record"] * (sign.of_one > 1)
    parts += [f"{sign.by_others} of them {by_others}"] * (sign.by_others > 0)
    return ", ".join(parts)


def _reading(call: Call, now: datetime) -> Cell:
    """Return how late a call was read, or that it was not."""
    late = (call.read_at or now) - call.at - READ_WITHIN
    if call.read_at is None:
        words = f"Not read yet, {_long(late)} late" if late > timedelta() else "Not read yet"
        return Tag(words, "red" if late > timedelta() else "yellow")
    if late > timedelta():
        return Tag(f"Read {_long(late)} late", "orange")
    return f"Read in time, after {_long(call.read_at - call.at)}"


def _long(time: timedelta) -> str:
    """Return how long, in the largest unit that is not too rough."""
    minutes = max(1, int(time.total_seconds() // 60))
    if minutes < 60:
        return _many(minutes, "minute")
    hours = minutes // 60
    return _many(hours, "hour") if hours < 48 else _many(hours // 24, "day")


def _on(call: Call) -> tuple[UUID | None, ...]:
    return call.taken_by, call.read_by, call.requester


def _many(count: int, noun: str) -> str:
    return f"1 {noun}" if count == 1 else f"{count} {noun}s"
