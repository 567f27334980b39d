"""Hand-overs and suspensions, read from the logbook and from the tables: a part of `replay`."""

from typing import Any

from shielding.accounts.suspensions import Suspension, SuspensionTold
from shielding.holds.hand_over.models import HandedOverHold, HandOver, HandOverTold

Row = dict[str, Any]


def _proposed(story: Any, line: Any) -> None:
    story.hand_overs[line.reference] = {
        "person": line.facts["person"],
        "to": line.facts["to"],
        "only": line.facts.get("request", ""),
        "proposed_by": line.actor,
        "confirmed_by": "",
        "involvement": "",
        "withdrawn_by": "",
        "disputed_by": "",
        "settled_by": "",
        "verdict": "",
    }


def _withdrawn(story: Any, line: Any) -> None:
    story.hand_overs[line.reference]["withdrawn_by"] = line.actor


def _confirmed(story: Any, line: Any) -> None:
    if not line.reference:
        return  # Before it took two, a hand-over was nothing of its own: each claim has its entry.
    involvement = line.facts.get("involvement", "")
    story.hand_overs[line.reference] |= {"confirmed_by": line.actor, "involvement": involvement}
    for person in line.facts["told"]:
        story.told[line.reference, person] = {"said": False}


def _disputed(story: Any, line: Any) -> None:
    row = story.hand_overs[line.reference]
    story.told[line.reference, line.actor]["said"] = True
    if row["verdict"] != "wrong" and (not row["disputed_by"] or row["settled_by"]):
        row |= {"disputed_by": line.actor, "settled_by": "", "verdict": ""}


def _settled(story: Any, line: Any) -> None:
    settled = {"settled_by": line.actor, "verdict": line.facts["verdict"]}
    story.hand_overs[line.reference] |= settled


def _given_back(story: Any, line: Any) -> None:
    story.holds[line.reference]["source"] = line.facts["after"]
    moves = [key for key in story.handed if key[0] == line.reference]
    for key in moves[moves.index((line.reference, line.facts["hand_over"])) :]:
        story.handed[key]["given_back"] = True


def _moved(story: Any, line: Any) -> None:
    story.holds[line.reference]["source"] = line.facts["after"]
    # Before it took two, who handed over had proposed it to nobody.
    hand_over = line.facts.get("hand_over", "")
    proposed_by = story.hand_overs[hand_over]["proposed_by"] if hand_over else line.actor
    moved = {"proposed_by": proposed_by, "given_back": False}
    story.handed.setdefault((line.reference, hand_over), moved)


def suspended(story: Any, line: Any) -> None:
    story.suspensions[line.reference] = {
        "person": line.facts["person"],
        "suspended_by": line.actor,
        "disputed_by": "",
        "settled_by": "",
        "verdict": "",
    }
    for person in line.facts["told"]:
        story.told[line.reference, person] = {"said": False}


def _suspension_disputed(story: Any, line: Any) -> None:
    row = story.suspensions[line.reference]
    story.told[line.reference, line.actor]["said"] = True
    if row["verdict"] != "wrong" and (not row["disputed_by"] or row["settled_by"]):
        row |= {"disputed_by": line.actor, "settled_by": "", "verdict": ""}


def _suspension_settled(story: Any, line: Any) -> None:
    settled = {"settled_by": line.actor, "verdict": line.facts["verdict"]}
    story.suspensions[line.reference] |= settled


TELLS = {
    "hand_over_proposed": _proposed,
    "hand_over_withdrawn": _withdrawn,
    "handed_over": _confirmed,
    "one_hand_over_proposed": _proposed,
    "one_hand_over_withdrawn": _withdrawn,
    "one_handed_over": _confirmed,
    "hold_handed_over": _moved,
    "hand_over_disputed": _disputed,
    "hand_over_settled": _settled,
    "hold_given_back": _given_back,
    "suspension_disputed": _suspension_disputed,
    "suspension_settled": _suspension_settled,
}


def hand_over_rows() -> dict[Any, Row]:
    """Return every hand-over by its reference."""
    return {
        row.reference: {
            "person": _uid(row.person),
            "to": _uid(row.to),
            "only": row.only.reference if row.only else "",
            "proposed_by": _uid(row.proposed_by),
            "confirmed_by": _uid(row.confirmed_by),
            "involvement": row.involvement,
            "withdrawn_by": _uid(row.withdrawn_by),
            "disputed_by": _uid(row.disputed_by),
            "settled_by": _uid(row.settled_by),
            "verdict": row.verdict,
        }
        for row in HandOver.objects.with_people()
    }


def handed_rows() -> dict[Any, Row]:
    """Return what was handed over, by the claim and the hand-over."""
    moved = HandedOverHold.objects.select_related("hold", "hand_over", "proposed_by")
    return {
        (row.hold.reference, row.hand_over.reference if row.hand_over else ""): {
            "proposed_by": _uid(row.proposed_by),
            "given_back": row.given_back_at is not None,
        }
        for row in moved
    }


def told_rows() -> dict[Any, Row]:
    """Return who was told of which hand-over or suspension, and whether they said it is wrong."""
    of_hand_overs = HandOverTold.objects.select_related("hand_over", "person")
    of_suspensions = SuspensionTold.objects.select_related("suspension", "person")
    told = [(row.hand_over.reference, row) for row in of_hand_overs]
    told += [(row.suspension.reference, row) for row in of_suspensions]
    return {
        (reference, _uid(row.person)): {"said": row.said_wrong_at is not None}
        for reference, row in told
    }


def suspension_rows() -> dict[Any, Row]:
    """Return every suspension by its reference."""
    return {
        row.reference: {
            "person": _uid(row.person),
            "suspended_by": _uid(row.suspended_by),
            "disputed_by": _uid(row.disputed_by),
            "settled_by": _uid(row.settled_by),
            "verdict": row.verdict,
        }
        for row in Suspension.objects.with_people()
    }


def _uid(person: Any) -> str:
    return str(person.uid) if person else ""
