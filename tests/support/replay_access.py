"""What entries say of brokerage, and what must then stand in its tables. A part of `replay`."""

from collections.abc import Callable
from typing import Any

from brokerage import states
from brokerage.models import AccessRequest, Liaison

Row = dict[str, Any]
FRESH: Row = {
    "state": states.DRAFT, "record": "", "requester": "", "purpose": "", "need": "", "manager": "",
    "decided_by": "", "quiet": "", "led_by": "", "lead": "", "outcome": "", "until": "",
    "concluded_by": "", "withdrawn_by": "", "logged_by": "", "read_by": "", "stopped_by": "",
    "passed_on": "", "passed_on_by": "",
}  # fmt: skip
ASKED: Row = {"answer": "", "by": "", "on_word": False, "family": ""}
UNDECIDED: Row = {"lead": "", "led_by": ""}


def _columns(**columns: Any) -> Callable[[Any, Any], None]:
    """A request's columns take these values, facts by their names, or the person who acted."""

    def tell(story: Any, line: Any) -> None:
        row = story.access.setdefault(line.reference, dict(FRESH))
        for column, value in columns.items():
            row[column] = value(line) if callable(value) else value

    return tell


def _fact(name: str) -> Callable[[Any], Any]:
    return lambda line: line.facts[name]


def _actor(line: Any) -> str:
    return str(line.actor)


def _record(line: Any) -> str:
    return str(line.record)


def _asked(story: Any, line: Any) -> None:
    row = story.access[line.reference]
    if row["lead"] != "no_contact":
        row |= UNDECIDED
    if row["state"] == states.WITH_IW:
        row["state"] = states.BEING_BROKERED
    story.liaisons[line.facts["liaison"]] = ASKED | {
        "access": line.reference,
        "hold": line.facts["source"],
    }


def _answered(story: Any, line: Any) -> None:
    facts = line.facts
    story.liaisons[facts["liaison"]] |= {
        "answer": facts["answer"],
        "by": line.actor,
        "on_word": facts["on_word"],
        # What was answered before it was asked has none.
        "family": facts.get("family", ""),
    }
    row = story.access[line.reference]
    against = facts["answer"] == "objects" or facts.get("family") == "not_content"
    if against and row["lead"] != "no_contact":
        row |= UNDECIDED | {"state": states.WITH_LEAD}


def _asked_anew(story: Any, line: Any) -> None:
    row = story.access[line.reference]
    if row["lead"] != "no_contact":
        row |= UNDECIDED
    left_out = line.facts["answer"]
    if left_out not in ("", "left_out"):
        return  # what spoke against contact stands
    story.liaisons[line.facts["liaison"]] |= ASKED | {
        "answer": left_out,
        "by": line.actor if left_out else "",
    }


def _withdrawn(story: Any, line: Any) -> None:
    row = story.access[line.reference]
    row["withdrawn_by"] = line.actor
    if row["state"] not in states.ENDED:
        row["state"] = states.WITHDRAWN


def _handed_over(story: Any, line: Any) -> None:
    draft, after = line.facts["draft"], line.facts["after"]
    if draft:
        story.access.setdefault(draft, dict(FRESH))["requester"] = after
    if draft != line.reference:
        _withdrawn(story, line)


TELLS: dict[str, Callable[[Any, Any], None]] = {
    "access_draft_started": _columns(requester=_actor),
    "access_draft_discarded": _columns(state=states.DISCARDED),
    "access_submitted": _columns(
        state=states.WITH_MANAGER, record=_record, purpose=_fact("purpose"),
        # What was sent before it was asked has none.
        need=lambda line: line.facts.get("need", ""),
    ),
    "access_agreed": _columns(state=states.WITH_IW, decided_by=_actor, manager=_fact("manager")),
    "access_declined": _columns(
        state=states.DECLINED, decided_by=_actor, manager=_fact("manager")
    ),
    "access_withdrawn": _withdrawn,
    "contact_asked": _asked,
    "contact_asked_anew": _asked_anew,
    "contact_answered": _answered,
    "sources_not_told": _columns(state=states.BEING_BROKERED, quiet=_fact("reason")),
    "access_lead_asked": _columns(state=states.WITH_LEAD),
    "access_lead_decided": _columns(
        state=states.BEING_BROKERED, lead=_fact("decision"), led_by=_actor
    ),
    "access_concluded": _columns(
        state=states.CONCLUDED, outcome=_fact("outcome"), until=_fact("granted_until"),
        concluded_by=_actor,
    ),
    "access_ended_with_shield": _columns(
        state=states.CONCLUDED, outcome=_fact("outcome"), concluded_by=_actor
    ),
    "access_lapsed": _columns(state=states.LAPSED, outcome="not_in_time"),
    "access_call_logged": _columns(
        state=states.CONCLUDED, record=_record, requester=_fact("requester"),
        purpose=_fact("purpose"), outcome=_fact("outcome"), logged_by=_actor, concluded_by=_actor,
    ),
    "access_call_read": _columns(read_by=_actor),
    "contact_stopped": _columns(stopped_by=_actor),
    "access_passed_on": _columns(passed_on=_fact("passed_on"), passed_on_by=_actor),
    "access_handed_over": _handed_over,
}  # fmt: skip


def access_rows(told: dict[Any, Row]) -> dict[Any, Row]:
    """Return what the table says of each request; a draft no act has made is left out."""
    return {
        row.reference: _access_row(row)
        for row in AccessRequest.objects.all()
        if row.state != states.DRAFT or row.reference in told
    }


def _access_row(row: AccessRequest) -> Row:
    sent = row.submitted_at is not None
    return {
        "state": row.state, "record": row.record.reference if row.record else "",
        "requester": _uid(row.requester), "purpose": row.purpose if sent else "",
        "need": row.need if sent else "",
        "manager": _uid(row.manager), "decided_by": _uid(row.manager_decided_by),
        "quiet": row.quiet_reason, "led_by": _uid(row.lead_decided_by), "lead": row.lead_decision,
        "outcome": row.outcome, "until": str(row.granted_until or ""),
        "concluded_by": _uid(row.concluded_by), "withdrawn_by": _uid(row.withdrawn_by),
        "logged_by": _uid(row.logged_by), "read_by": _uid(row.read_by),
        "stopped_by": _uid(row.stopped_by),
        "passed_on": row.passed_on, "passed_on_by": _uid(row.passed_on_by),
    }  # fmt: skip


def liaison_rows() -> dict[Any, Row]:
    """Return what the table says of each source that was asked."""
    return {
        row.reference: {
            "access": row.access.reference,
            "hold": row.hold.reference,
            "answer": row.answer,
            "by": _uid(row.answered_by),
            "on_word": row.on_word,
            "family": row.family,
        }
        for row in Liaison.objects.in_full()
    }


def _uid(person: Any) -> str:
    return str(person.uid) if person else ""
