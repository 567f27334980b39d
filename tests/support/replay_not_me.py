"""What is said of an account, and settled: read from the logbook, and from the tables.

Of each session there are a row and its entries, but its moments are real ones and where it was is
in no entry: those rows are not replayed.
"""

from typing import Any

from shielding.accounts.sessions.models import NotMe

Row = dict[str, Any]


def _said(story: Any, line: Any) -> None:
    by_link = line.facts["how"] == "link"
    said = {"person": line.actor, "by_link": by_link, "settled_by": "", "found": ""}
    story.not_mes[line.reference] = said


def _settled(story: Any, line: Any) -> None:
    story.not_mes[line.reference] |= {"settled_by": line.actor, "found": line.facts["found"]}


TELLS = {"not_me_said": _said, "not_me_settled": _settled}


def not_me_rows() -> dict[Any, Row]:
    """Return every one by its reference."""
    return {
        row.reference: {
            "person": str(row.person.uid),
            "by_link": bool(row.link),
            "settled_by": str(row.settled_by.uid) if row.settled_by else "",
            "found": row.found,
        }
        for row in NotMe.objects.with_people()
    }
