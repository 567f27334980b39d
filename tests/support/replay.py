"""The logbook read from its first entry to its last, and what must then stand in the tables.

`fold` knows nothing of the product but what an entry says; `stands` reads the tables. Where the
two differ, an act changed a row without saying so, or said what it did not do.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from typing import Any

from logbook.models import Entry
from logbook.reading import facts_of
from requests_app.models import Request
from shielding import clock
from shielding.accounts.bulk.models import FileImport
from shielding.accounts.corrections.models import AddressChange
from shielding.accounts.deputies.models import Deputy
from shielding.accounts.history import AccountChange, PastManager
from shielding.accounts.models import Service, User
from shielding.models import Check, Consultation, DataLoad, DutyDay, Hold, Record, Review
from tests.support import replay_access, replay_hand_overs, replay_not_me

Row = dict[str, Any]
NO_RECEIPT = ("", "")
FRESH: Row = {
    "state": "not_shielded", "episode": 0, "applied": False, "review_due": None, "begun_by": "",
    "confirmed_by": "", "cancels": 0, "cancelled_of": "", "end": "", "closed_by": "",
    "receipt": NO_RECEIPT,
}  # fmt: skip
STANDS: Row = {
    "from_file": "",
    "applied_by": "",
    "agreed_by": "",
    "how": "",
    "released_by": "",
    "family": "",
    "due": None,
    "to_attest": False,
    "attested_by": "",
    "found_open": False,
}
OPEN: Row = {
    "outcome": "", "days_late": None, "next_due": None, "concluded_by": "", "reason": "",
    "asked_for_by": "",
}  # fmt: skip
SENT: Row = {"state": "draft", "phoned_back_by": ""}
ASKED: Row = {
    "answer": "", "by": "", "on": None, "on_word": False, "views": "", "sought_by": "",
    "family_told": "",
}  # fmt: skip


@dataclass
class Story:
    """Every record, hold, review, question to a source, request and deputy, by reference."""

    records: dict[Any, Row] = field(default_factory=dict)
    holds: dict[Any, Row] = field(default_factory=dict)
    reviews: dict[Any, Row] = field(default_factory=dict)
    asked: dict[Any, Row] = field(default_factory=dict)
    requests: dict[Any, Row] = field(default_factory=dict)
    deputies: dict[Any, Row] = field(default_factory=dict)
    changes: dict[Any, Row] = field(default_factory=dict)
    managers: dict[Any, Row] = field(default_factory=dict)
    hand_overs: dict[Any, Row] = field(default_factory=dict)
    handed: dict[Any, Row] = field(default_factory=dict)
    told: dict[Any, Row] = field(default_factory=dict)
    suspensions: dict[Any, Row] = field(default_factory=dict)
    checks: dict[Any, Row] = field(default_factory=dict)
    data_loads: dict[Any, Row] = field(default_factory=dict)
    duty_days: dict[Any, Row] = field(default_factory=dict)
    services: dict[Any, Row] = field(default_factory=dict)
    # Whoever was added by a page or moved, and in which service they are.
    places: dict[Any, Row] = field(default_factory=dict)
    addresses: dict[Any, Row] = field(default_factory=dict)
    imports: dict[Any, Row] = field(default_factory=dict)
    not_mes: dict[Any, Row] = field(default_factory=dict)
    access: dict[Any, Row] = field(default_factory=dict)
    liaisons: dict[Any, Row] = field(default_factory=dict)
    # The claims on each record, so that a nation's logbook is read in minutes and not in hours.
    holds_on: dict[str, dict[str, Row]] = field(default_factory=dict, compare=False)
    # What was proposed not to agree while its practitioner had a query to answer.
    asked_meanwhile: set[str] = field(default_factory=set, compare=False)
    # When an act was, by when its entry was written: the upgrade that filled the history of
    # accounts took the second, which nobody but PostgreSQL sets.
    acted_at: dict[datetime, datetime] = field(default_factory=dict, compare=False)

    def differences(self, other: "Story") -> list[str]:
        """Return, one line each, the rows that are not the same in both."""
        found = []
        for kind in (one for one in fields(self) if one.compare):
            ours, theirs = getattr(self, kind.name), getattr(other, kind.name)
            for key in sorted(ours.keys() | theirs.keys(), key=str):
                one, two = ours.get(key), theirs.get(key)
                if one != two:
                    found.append(f"{kind.name} {key}: {one} | {two}")
        return found


@dataclass(frozen=True)
class Line:
    """One entry, its facts read."""

    at: datetime
    written_at: datetime
    actor: str
    reference: str
    record: str
    facts: Row


class BrokenChain(AssertionError):
    """An entry says that a record left a state in which it was not."""


def fold(entries: Iterable[Entry]) -> tuple[Story, int]:
    """Return what the entries, in their order, add up to, and how many of them counted."""
    story, counted = Story(), 0
    for entry in entries:
        tell = TELLS.get(str(entry.event))
        if tell is None:
            continue
        facts = facts_of(entry)
        actor, written_at = str(entry.actor or ""), entry.written_at
        line = Line(entry.at, written_at, actor, entry.reference, entry.record, facts)
        if "from" in facts:
            _moves(story, line)
        tell(story, line)
        counted += 1
    return story, counted


def _moves(story: Story, line: Line) -> None:
    record = story.records.setdefault(line.record, dict(FRESH))
    if record["state"] != line.facts["from"]:
        raise BrokenChain(f"{line.record} was {record['state']}, not {line.facts['from']}")
    record["state"] = line.facts["to"]


def _comes_to_stand(record: Row, facts: Row) -> None:
    """What a record is once a hold comes to stand on it, placed or again."""
    if facts["from"] in ("not_shielded", "closed"):
        record |= FRESH | {
            "state": facts["to"],
            "episode": record["episode"] + 1,
            "cancels": record["cancels"],
            "cancelled_of": record["cancelled_of"],
        }
    if facts["from"] == "unshielding":
        record["cancels"] += 1
        record["cancelled_of"], record["begun_by"] = record["begun_by"], ""
    record["end"] = record["closed_by"] = ""
    record["receipt"] = NO_RECEIPT


def _hold_placed(story: Story, line: Line) -> None:
    record, facts = story.records[line.record], line.facts
    _comes_to_stand(record, facts)
    story.holds[line.reference] = STANDS | {
        "record": line.record,
        "source": facts["source"],
        "service": facts["source_service"],
        "ground": facts["ground"],
        "episode": record["episode"],
        "due": clock.next_review_due(clock.today(line.at)),
    }
    story.holds_on.setdefault(line.record, {})[line.reference] = story.holds[line.reference]
    _keep_earliest(story, line.record)
    if line.reference in story.reviews:
        # Considered first, and then asked for: the review it has asks its source from now on.
        story.asked[line.reference, line.reference] = dict(ASKED)


def _stands_again(story: Story, line: Line) -> None:
    record, facts = story.records[line.record], line.facts
    _comes_to_stand(record, facts)
    row = story.holds[line.reference]
    row |= {"source": facts["source"], "how": "", "released_by": "", "family": ""}
    row |= {"to_attest": False, "attested_by": "", "found_open": False}
    row |= {"episode": record["episode"], "due": _due(line)}
    row["applied_by"] = ""
    _keep_earliest(story, line.record)


def _hold_released(story: Story, line: Line) -> None:
    gone = {"how": line.facts["how"], "released_by": line.actor, "due": None}
    gone["to_attest"] = line.facts.get("to_attest", False)
    story.holds[line.reference] |= gone
    _keep_earliest(story, line.record)


def _to_attest(story: Story, line: Line) -> None:
    story.holds[line.reference]["to_attest"] = True


def _keep_earliest(story: Story, record: str) -> None:
    """A record has the earliest day of the holds that stand, and keeps its own where none does."""
    days = [row["due"] for row in story.holds_on.get(record, {}).values() if row["due"]]
    if days:
        story.records[record]["review_due"] = min(days)


def _hold_dated(story: Story, line: Line) -> None:
    story.holds[line.reference]["due"] = _due(line)
    _keep_earliest(story, line.record)


def _due(line: Line) -> date:
    return date.fromisoformat(line.facts["due"])


def _shield_applied(story: Story, line: Line) -> None:
    story.holds[line.reference] |= {"applied_by": line.actor, "found_open": False}
    story.records[line.record]["applied"] = True


def _record_checked(story: Story, line: Line) -> None:
    facts = line.facts
    story.checks[line.record, line.at, line.actor] = {
        **{name: facts[name] for name in ("finding", "open_from", "open_until")},
    }
    if facts["finding"] == "open":
        story.records[line.record]["begun_by"] = ""


def _data_load_entered(story: Story, line: Line) -> None:
    entered = {"on": line.facts["on"], "entered_by": line.actor, "taken_back_by": ""}
    story.data_loads[line.reference] = entered


def _data_load_taken_back(story: Story, line: Line) -> None:
    story.data_loads[line.reference]["taken_back_by"] = line.actor


def _duty_day_set(story: Story, line: Line) -> None:
    """A day can be set again, once it was ended: each time is a row of its own."""
    day, member = line.facts["day"], line.facts["member"]
    times = sum(one == day for one, _ in story.duty_days)
    story.duty_days[day, times] = {
        "member": member, "set": (line.at, line.actor), "ended": (None, "")
    }  # fmt: skip


def _duty_day_ended(story: Story, line: Line) -> None:
    day = line.facts["day"]
    times = sum(one == day for one, _ in story.duty_days)
    row = story.duty_days[day, times - 1]
    if row["member"] != line.facts["member"] or row["ended"][0]:
        raise BrokenChain(f"{line.facts['member']} was not on duty on {day}")
    row["ended"] = (line.at, line.actor)


def _duty_rows() -> dict[Any, Row]:
    found: dict[Any, Row] = {}
    for row in DutyDay.objects.select_related("member", "set_by", "ended_by").order_by("id"):
        day = row.day.isoformat()
        found[day, sum(one == day for one, _ in found)] = {
            "member": _uid(row.member),
            "set": (row.set_at, _uid(row.set_by)),
            "ended": (row.ended_at, _uid(row.ended_by)),
        }
    return found


def _import_proposed(story: Story, line: Line) -> None:
    story.imports[line.reference] = {
        "kind": line.facts["kind"], "rows": line.facts["rows"], "proposed_by": line.actor,
        "proposed_anew_by": "", "confirmed_by": "", "taken_back_by": "", "ended": None,
    }  # fmt: skip


def _import(column: str) -> Callable[[Story, Line], None]:
    def tell(story: Story, line: Line) -> None:
        story.imports[line.reference][column] = line.actor

    return tell


def _import_finished(story: Story, line: Line) -> None:
    story.imports[line.reference]["ended"] = (line.facts["done"], line.facts["left_out"])


def _added_from_file(story: Story, line: Line) -> None:
    story.acted_at[line.written_at] = line.at
    key = line.facts["person"], "made", line.at
    story.changes[key] = {"by": line.facts["proposed_by"]}
    story.places[line.facts["person"]] = {"service": line.facts["new_service"]}


def _phone_from_file(story: Story, line: Line) -> None:
    """Whoever proposed the file set the number: the second member never saw it."""
    key = line.facts["person"], "phone_set", line.at
    story.changes[key] = {"by": line.facts["proposed_by"]}


def _shield_taken_over(story: Story, line: Line) -> None:
    story.requests[line.reference] = SENT | {"state": "agreed"}
    story.holds[line.reference]["due"] = date.fromisoformat(line.facts["next_review"])
    story.holds[line.reference]["from_file"] = line.facts["from_import"]
    _keep_earliest(story, line.record)


def _applied_cleared(story: Story, line: Line) -> None:
    story.holds[line.reference] |= {"applied_by": "", "found_open": True}


def _hold(column: str, fact: str = "") -> Callable[[Story, Line], None]:
    """A hold's column takes a fact, or the person whose act it was."""

    def tell(story: Story, line: Line) -> None:
        story.holds[line.reference][column] = line.facts[fact] if fact else line.actor

    return tell


def _in_error(story: Story, line: Line) -> None:
    story.holds[line.reference]["family"] = "nothing"


def _record(**columns: Any) -> Callable[[Story, Line], None]:
    """A record's columns take these values, or what a function of the line returns."""

    def tell(story: Story, line: Line) -> None:
        for column, value in columns.items():
            value = value(line) if callable(value) else value
            story.records.setdefault(line.record, dict(FRESH))[column] = value

    return tell


def _actor(line: Line) -> str:
    return line.actor


def _review_opened(story: Story, line: Line) -> None:
    kind = "record" if line.record else "request"
    # One that was opened before a review was of one hold does not say of whose.
    of = line.facts.get("hold", "")
    story.reviews[line.reference] = OPEN | {"kind": kind, "due": _due(line), "of": of}
    if line.reference in story.holds:
        story.asked[line.reference, line.reference] = dict(ASKED)


def _review_asked_for(story: Story, line: Line) -> None:
    story.reviews[line.reference] = OPEN | {
        "kind": "added",
        "due": _due(line),
        "of": line.facts["hold"],
        "reason": line.facts["reason"],
        "asked_for_by": line.actor,
    }


def _review_concluded(outcome: str = "") -> Callable[[Story, Line], None]:
    def tell(story: Story, line: Line) -> None:
        facts = line.facts
        next_due = date.fromisoformat(facts["next_due"]) if "next_due" in facts else None
        story.reviews[line.reference] |= {
            "outcome": outcome or facts["outcome"],
            "days_late": facts["days_late"],
            "next_due": next_due,
            "concluded_by": line.actor,
        }
        if next_due:
            for review, hold in story.asked:
                if review == line.reference and story.holds[hold]["due"]:
                    _count_anew(story, review, hold)
            if facts["outcome"] == "nobody_asks":
                story.records[line.record]["review_due"] = next_due

    return tell


def _count_anew(story: Story, review: str, hold: str) -> None:
    """The next day of a hold: six months from the due day, or from an answer before it."""
    due, said = story.reviews[review]["due"], story.asked[review, hold]
    counted_from = min(due, said["on"]) if said["answer"] == "still_needed" else due
    story.holds[hold]["due"] = clock.next_review_due(counted_from)
    _keep_earliest(story, story.holds[hold]["record"])


def _source_asked(story: Story, line: Line) -> None:
    story.asked[line.facts["review"], line.reference] = dict(ASKED)


def _answered(story: Story, line: Line) -> None:
    said = {name: line.facts[name] for name in ASKED if name in line.facts}
    when = {"by": line.actor, "on": clock.today(line.at)}
    review = story.reviews[line.facts["review"]]
    story.asked[line.facts["review"], line.reference] |= said | when
    if review["kind"] == "record" and review["outcome"] and said["answer"] == "still_needed":
        # It came on the due day or before, after the conclusion.
        _count_anew(story, line.facts["review"], line.reference)


def _request(state: str) -> Callable[[Story, Line], None]:
    def tell(story: Story, line: Line) -> None:
        story.requests.setdefault(line.reference, dict(SENT))["state"] = state

    return tell


def _resubmitted(story: Story, line: Line) -> None:
    # Also of *considered*, until that had an entry of its own.
    again = "considered" if line.facts["decision"] == "considered" else "submitted"
    if story.requests[line.reference]["state"] == "proposed":
        story.asked_meanwhile.discard(line.reference)  # its practitioner knows of no proposal
    else:
        _request(again)(story, line)


def _not_agreed_proposed(story: Story, line: Line) -> None:
    if story.requests[line.reference]["state"] == "returned":
        story.asked_meanwhile.add(line.reference)
    _request("proposed")(story, line)


def _not_agreed_overturned(story: Story, line: Line) -> None:
    is_asked = line.reference in story.asked_meanwhile
    story.asked_meanwhile.discard(line.reference)
    _request("returned" if is_asked else "submitted")(story, line)


def _phoned_back(story: Story, line: Line) -> None:
    story.requests[line.reference]["phoned_back_by"] = line.actor


def _ground_changed(story: Story, line: Line) -> None:
    story.holds[line.reference]["ground"] = line.facts["after"]
    if line.reference in story.requests:
        story.requests[line.reference]["phoned_back_by"] = ""


def _decided(state: str, outcome: str) -> Callable[[Story, Line], None]:
    def tell(story: Story, line: Line) -> None:
        _request(state)(story, line)
        _review_concluded(outcome)(story, line)

    return tell


def _deputy_named(story: Story, line: Line) -> None:
    days = {name: date.fromisoformat(line.facts[name]) for name in ("first_day", "last_day")}
    story.deputies[line.reference] = days | {
        "manager": line.facts["person"],
        "deputy": line.facts["deputy"],
        "named_by": line.actor,
        "ended_by": "",
    }


def _deputy_ended(story: Story, line: Line) -> None:
    story.deputies[line.reference]["ended_by"] = line.actor


def _account(change: str) -> Callable[[Story, Line], None]:
    def tell(story: Story, line: Line) -> None:
        story.acted_at[line.written_at] = line.at
        story.changes[line.facts["person"], change, line.at] = {"by": line.actor}

    return tell


def _counted_as_vouched(story: Story, line: Line) -> None:
    since = datetime.fromisoformat(line.facts["since"])
    story.changes[line.facts["person"], "vouched", since] = {"by": ""}


def _service(closed: bool) -> Callable[[Story, Line], None]:
    def tell(story: Story, line: Line) -> None:
        (code,) = line.facts.values()
        story.services[code] = {"closed_by": line.actor if closed else ""}

    return tell


def _address_proposed(story: Story, line: Line) -> None:
    story.addresses[line.reference] = {
        "person": line.facts["person"],
        "proposed_by": line.actor,
        "confirmed_by": "",
        "withdrawn_by": "",
    }


def _address_confirmed(story: Story, line: Line) -> None:
    story.addresses[line.reference]["confirmed_by"] = line.actor
    story.acted_at[line.written_at] = line.at
    by = {"by": line.facts["proposed_by"]}
    story.changes[line.facts["person"], "readdressed", line.at] = by


def _factor_reset(story: Story, line: Line) -> None:
    story.acted_at[line.written_at] = line.at
    story.changes[line.facts["person"], "factor_reset", line.at] = {"by": line.actor}


def _address_withdrawn(story: Story, line: Line) -> None:
    story.addresses[line.reference]["withdrawn_by"] = line.actor


def _person_added(story: Story, line: Line) -> None:
    _account("made")(story, line)
    story.places[line.facts["person"]] = {"service": line.facts["new_service"]}


def _person_moved(story: Story, line: Line) -> None:
    facts = line.facts
    place = story.places.setdefault(facts["person"], {"service": facts["before"]})
    if place["service"] != facts["before"]:
        raise BrokenChain(f"{facts['person']} was in {place['service']}, not {facts['before']}")
    place["service"] = facts["after"]
    _account("moved")(story, line)


def _glass_broken(story: Story, line: Line) -> None:
    """Both who did it count as one with the person; the table's last row is the second's."""
    by = {"by": line.facts["other"]}
    story.changes[line.facts["person"], "reactivated", line.at] = by


def _person_suspended(story: Story, line: Line) -> None:
    _account("suspended")(story, line)
    # Before anybody was told of it, a suspension had no reference.
    if line.reference:
        replay_hand_overs.suspended(story, line)


def _line_manager_set(story: Story, line: Line) -> None:
    facts = line.facts
    if facts["before"] and facts["before"] != facts["after"]:
        story.acted_at[line.written_at] = line.at
        story.managers[facts["person"], facts["before"], line.at] = {"by": line.actor}


TELLS: dict[str, Callable[[Story, Line], None]] = {
    "draft_started": _request("draft"),
    "draft_discarded": _request("discarded"),
    "request_submitted": _request("submitted"),
    "request_considered": _request("considered"),
    "request_phoned": _request("submitted"),
    "request_returned": _request("returned"),
    "request_resubmitted": _resubmitted,
    "considered_resubmitted": _request("considered"),
    "look_again_asked": _request("look_again"),
    "not_agreed_proposed": _not_agreed_proposed,
    "not_agreed_overturned": _not_agreed_overturned,
    "not_agreed_confirmed": _decided("not_agreed", "not_agreed"),
    # Until the first review of an agreed request stayed open, agreeing concluded it.
    "request_agreed": _decided("agreed", "agreed"),
    "agreed_review_open": _request("agreed"),
    "first_review_concluded": _review_concluded(),
    "considered_confirmed": _decided("settled", "considered"),
    "let_go_concluded": _review_concluded("let_go"),
    "hold_placed": _hold_placed,
    "hold_released": _hold_released,
    "hold_stands_again": _stands_again,
    "unshield_disputed": lambda story, line: _comes_to_stand(
        story.records[line.record], line.facts
    ),
    "shield_applied": _shield_applied,
    "record_checked": _record_checked,
    "applied_cleared": _applied_cleared,
    "data_load_entered": _data_load_entered,
    "data_load_taken_back": _data_load_taken_back,
    "duty_day_set": _duty_day_set,
    "duty_day_ended": _duty_day_ended,
    "import_proposed": _import_proposed,
    "import_confirmed": _import("confirmed_by"),
    "import_proposed_anew": _import("proposed_anew_by"),
    "import_taken_back": _import("taken_back_by"),
    "import_finished": _import_finished,
    "shield_taken_over": _shield_taken_over,
    "involvement_attested": _hold("agreed_by"),
    "source_named": _hold("source"),
    "ground_changed": _ground_changed,
    "phoned_back": _phoned_back,
    "word_attested": _hold("attested_by"),
    "word_to_attest_marked": _to_attest,
    "family_told_of_end": _hold("family", "family"),
    "entered_in_error": _in_error,
    "review_opened": _review_opened,
    "record_review_opened": _review_opened,
    "review_asked_for": _review_asked_for,
    "added_review_concluded": _review_concluded(),
    "added_review_ended": _review_concluded(),
    "record_review_concluded": _review_concluded(),
    "record_review_ended": _review_concluded(),
    "source_asked": _source_asked,
    "hold_review_dated": _hold_dated,
    "record_review_dated": _record(review_due=_due),
    "consultation_answered": _answered,
    "consultation_closed": _answered,
    "never_applied": _record(review_due=None, end="", receipt=NO_RECEIPT),
    "still_shielded": _record(),
    "unshield_begun": _record(begun_by=_actor),
    "unshield_stopped": _record(begun_by=""),
    "unshield_confirmed": _record(confirmed_by=_actor, review_due=None),
    "end_proposed": _record(end=lambda line: line.facts["end"]),
    "move_proposed": _record(
        end="moved_away",
        receipt=lambda line: (line.facts["on"], line.facts["came"]),
    ),
    "end_withdrawn": _record(end="", receipt=NO_RECEIPT),
    "service_added": _service(closed=False),
    "service_closed": _service(closed=True),
    "service_reopened": _service(closed=False),
    "person_added": _person_added,
    "person_added_from_file": _added_from_file,
    "first_account_made": _account("made"),
    "glass_broken": _glass_broken,
    "person_suspended": _person_suspended,
    "person_vouched": _account("vouched"),
    "person_renamed": _account("renamed"),
    "person_phone_set": _account("phone_set"),
    "person_phone_from_file": _phone_from_file,
    "person_moved": _person_moved,
    "address_change_proposed": _address_proposed,
    "address_change_confirmed": _address_confirmed,
    "factor_reset": _factor_reset,
    "address_change_withdrawn": _address_withdrawn,
    "account_counted_as_vouched": _counted_as_vouched,
    "person_reactivated": _account("reactivated"),
    "line_manager_set": _line_manager_set,
    "deputy_named": _deputy_named,
    "deputy_ended": _deputy_ended,
    "record_closed": _record(closed_by=_actor, review_due=None),
    **replay_access.TELLS,
    **replay_hand_overs.TELLS,
    **replay_not_me.TELLS,
}


def stands(told: Story) -> Story:
    """Return what the tables say. What no act has touched yet is left out where `told` has none."""
    return Story(
        records={
            row.reference: columns
            for row in Record.objects.select_related(*_PEOPLE_OF_RECORD)
            if (columns := _record_row(row)) != FRESH or row.reference in told.records
        },
        holds={row.reference: _hold_row(row) for row in _holds()},
        reviews={
            row.reference: {name: getattr(row, name) for name in ("kind", "due", *OPEN)}
            | {
                "concluded_by": _uid(row.concluded_by),
                "asked_for_by": _uid(row.asked_for_by),
                "of": _of(row),
            }
            for row in Review.objects.select_related("concluded_by", "asked_for_by", "hold")
        },
        asked={
            (row.review.reference, row.hold.reference): {
                "answer": row.answer,
                "by": _uid(row.answered_by),
                "on_word": row.on_word,
                "on": clock.today(row.answered_at) if row.answered_at else None,
                "views": row.views,
                "sought_by": row.views_sought_by,
                "family_told": row.family_told,
            }
            for row in Consultation.objects.select_related("review", "hold", "answered_by")
        },
        requests={
            row.reference: {"state": row.state, "phoned_back_by": _uid(row.phoned_back_by)}
            for row in Request.objects.select_related("phoned_back_by")
            if row.state != "draft" or row.reference in told.requests
        },
        deputies={
            row.reference: {
                "manager": _uid(row.manager),
                "deputy": _uid(row.deputy),
                "first_day": row.first_day,
                "last_day": row.last_day,
                "named_by": _uid(row.named_by),
                "ended_by": _uid(row.ended_by),
            }
            for row in Deputy.objects.with_people()
        },
        # A proposed account's entry is its proposal's, which an older account may have as well.
        changes={
            (_uid(row.person), row.change, told.acted_at.get(row.at, row.at)): {"by": _uid(row.by)}
            for row in AccountChange.objects.select_related("person", "by")
            if row.change != "made" or not row.person.grants.exists()
        },
        # Whom a new role leaves without a line manager, no entry names.
        managers={
            (_uid(row.person), _uid(row.manager), told.acted_at.get(row.ended_at, row.ended_at)): {
                "by": _uid(row.ended_by)
            }
            for row in PastManager.objects.select_related("person", "manager", "ended_by")
            if not row.person.grants.filter(confirmed_at=row.ended_at).exists()
        },
        hand_overs=replay_hand_overs.hand_over_rows(),
        handed=replay_hand_overs.handed_rows(),
        told=replay_hand_overs.told_rows(),
        suspensions=replay_hand_overs.suspension_rows(),
        checks={
            (row.record.reference, row.at, _uid(row.by)): {
                "finding": row.finding,
                "open_from": row.open_from.isoformat() if row.open_from else "",
                "open_until": row.open_until.isoformat() if row.open_until else "",
            }
            for row in Check.objects.select_related("record", "by")
        },
        data_loads={
            row.reference: {
                "on": row.loaded_on.isoformat(),
                "entered_by": _uid(row.entered_by),
                "taken_back_by": _uid(row.taken_back_by),
            }
            for row in DataLoad.objects.with_people()
        },
        duty_days=_duty_rows(),
        services={
            row.code: {"closed_by": _uid(row.closed_by)}
            for row in Service.objects.select_related("closed_by")
            if row.closed_at or row.code in told.services
        },
        places={
            str(row.uid): {"service": row.service_code}
            for row in User.objects.filter(uid__in=told.places).select_related("service")
        },
        addresses={
            row.reference: {
                name: _uid(getattr(row, name))
                for name in ("person", "proposed_by", "confirmed_by", "withdrawn_by")
            }
            for row in AddressChange.objects.with_people()
        },
        not_mes=replay_not_me.not_me_rows(),
        imports={
            row.reference: {
                "kind": row.kind,
                "rows": row.rows,
                "proposed_by": _uid(row.proposed_by),
                "proposed_anew_by": _uid(row.proposed_anew_by),
                "confirmed_by": _uid(row.confirmed_by),
                "taken_back_by": _uid(row.taken_back_by),
                "ended": (row.done.count(), row.left_out) if row.finished_at else None,
            }
            for row in FileImport.objects.with_people()
        },
        access=replay_access.access_rows(told.access),
        liaisons=replay_access.liaison_rows(),
    )


_PEOPLE_OF_RECORD = (
    "unshield_begun_by",
    "unshield_confirmed_by",
    "unshield_cancelled_of",
    "closed_by",
)


def _record_row(row: Record) -> Row:
    return {
        "state": row.state, "episode": row.episode, "applied": row.applied_at is not None,
        "review_due": row.review_due, "begun_by": _uid(row.unshield_begun_by),
        "confirmed_by": _uid(row.unshield_confirmed_by), "cancels": row.unshield_cancels,
        "cancelled_of": _uid(row.unshield_cancelled_of), "end": row.end_code,
        "receipt": (str(row.receipt_on or ""), row.receipt_came),
        "closed_by": _uid(row.closed_by),
    }  # fmt: skip


def _holds() -> Iterable[Hold]:
    return Hold.objects.select_related("record").in_full()


def _hold_row(row: Hold) -> Row:
    return {
        "record": row.record.reference, "source": _uid(row.source), "service": row.service.code,
        "ground": row.ground, "episode": row.episode, "applied_by": _uid(row.applied_by),
        "agreed_by": _uid(row.agreed_by), "how": row.released_how,
        "released_by": _uid(row.released_by),
        "to_attest": row.word_to_attest, "attested_by": _uid(row.word_attested_by),
        "found_open": row.found_open_at is not None,
        "from_file": row.file_import.reference if row.file_import else "",
        "family": row.family, "due": row.review_due if row.is_standing else None,
    }  # fmt: skip


def _of(row: Review) -> str:
    """Return whose review this is; a first one goes under its request's reference."""
    return row.hold.reference if row.kind != Review.Kind.REQUEST and row.hold else ""


def _uid(person: Any) -> str:
    return str(person.uid) if person else ""


def replay() -> tuple[list[str], int]:
    """Return where logbook and tables differ, one line each, and how many entries were folded."""
    told, counted = fold(Entry.objects.order_by("id").iterator())
    return told.differences(stands(told)), counted
