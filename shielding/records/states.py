"""The states of a record and of a review, and which may follow which. Imports nothing of ours.

Only actions.py assigns a state, and it asks `following` first; the diagram in docs is made from
these tables. The loudest state is *to shield*: until it is attested, a child can be found.
"""

NOT_SHIELDED = "not_shielded"
TO_SHIELD = "to_shield"
SHIELDED = "shielded"
UNSHIELDING = "unshielding"
CLOSED = "closed"

RECORD_LABELS = {
    NOT_SHIELDED: "Not shielded",
    TO_SHIELD: "To shield",
    SHIELDED: "Shielded",
    UNSHIELDING: "Unshielding",
    CLOSED: "Closed",
}

# (state, act) -> state. "hold_placed" may come in any state: protection never waits.
RECORD: dict[tuple[str, str], str] = {
    (NOT_SHIELDED, "hold_placed"): TO_SHIELD,
    (TO_SHIELD, "hold_placed"): TO_SHIELD,
    (SHIELDED, "hold_placed"): SHIELDED,
    (UNSHIELDING, "hold_placed"): TO_SHIELD,
    (CLOSED, "hold_placed"): TO_SHIELD,
    (TO_SHIELD, "shield_applied"): SHIELDED,
    (SHIELDED, "shield_applied"): SHIELDED,
    # Only when no hold is left and nobody attested in this episode that it was applied.
    (TO_SHIELD, "never_applied"): NOT_SHIELDED,
    # Only when no hold is left and it was applied before: the way on is the unshield of two.
    (TO_SHIELD, "still_shielded"): SHIELDED,
    # The final unshield, by two people; either may stop it, and an arriving hold does.
    (SHIELDED, "begin_unshield"): UNSHIELDING,
    (UNSHIELDING, "stop_unshield"): SHIELDED,
    (UNSHIELDING, "confirm_unshield"): NOT_SHIELDED,
    # Somebody who was told of a hand-over or a suspension says that it is wrong: check now.
    (UNSHIELDING, "disputed"): TO_SHIELD,
    # A member looked and found it open, whatever had been attested: check now.
    (SHIELDED, "found_open"): TO_SHIELD,
    (UNSHIELDING, "found_open"): TO_SHIELD,
    (TO_SHIELD, "found_open"): TO_SHIELD,
    # The other ends of a record: moved to another authority, archived, merged, died.
    (TO_SHIELD, "close"): CLOSED,
    (SHIELDED, "close"): CLOSED,
}

# States in which no hold may stand; PostgreSQL's pair of triggers refuses it as well.
OPEN_TO_ALL = (NOT_SHIELDED, CLOSED)


def after(state: str, act: str) -> str | None:
    """Return the record's state after an act, or None where the act is not possible."""
    return RECORD.get((state, act))
