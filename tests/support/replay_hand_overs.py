"""Hand-overs, read from the logbook and from the tables: a part of `replay`."""

from typing import Any

from shielding.holds.models import HandedOverHold, HandOver

Row = dict[str, Any]


def _proposed(story: Any, line: Any) -> None:
    story.hand_overs[line.reference] = {
        "person": line.facts["person"],
        "to": line.facts["to"],
        "proposed_by": line.actor,
        "confirmed_by": "",
        "withdrawn_by": "",
    }


def _withdrawn(story: Any, line: Any) -> None:
    story.hand_overs[line.reference]["withdrawn_by"] = line.actor


def _confirmed(story: Any, line: Any) -> None:
    story.hand_overs[line.reference]["confirmed_by"] = line.actor


def _moved(story: Any, line: Any) -> None:
    story.holds[line.reference]["source"] = line.facts["after"]
    hand_over = line.facts["hand_over"]
    proposed_by = story.hand_overs[hand_over]["proposed_by"]
    story.handed[line.reference, hand_over] = {"proposed_by": proposed_by, "given_back": False}


TELLS = {
    "hand_over_proposed": _proposed,
    "hand_over_withdrawn": _withdrawn,
    "handed_over": _confirmed,
    "hold_handed_over": _moved,
}


def hand_over_rows() -> dict[Any, Row]:
    """Return every hand-over by its reference."""
    return {
        row.reference: {
            "person": _uid(row.person),
            "to": _uid(row.to),
            "proposed_by": _uid(row.proposed_by),
            "confirmed_by": _uid(row.confirmed_by),
            "withdrawn_by": _uid(row.withdrawn_by),
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


def _uid(person: Any) -> str:
    return str(person.uid) if person else ""
