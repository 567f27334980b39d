"""The states of a request to shield, and which may follow which. Imports nothing of ours.

A request says what was asked and decided; whether its claim still stands is its hold's to say.
"""

DRAFT = "draft"
DISCARDED = "discarded"
SUBMITTED = "submitted"
RETURNED = "returned"
PROPOSED = "proposed"
AGREED = "agreed"
NOT_AGREED = "not_agreed"
CONSIDERED = "considered"
LOOK_AGAIN = "look_again"
SETTLED = "settled"

LABELS = {
    DRAFT: "Draft",
    DISCARDED: "Discarded",
    SUBMITTED: "To decide",
    RETURNED: "Returned with a query",
    PROPOSED: "Not agreed: proposed",
    AGREED: "Agreed",
    NOT_AGREED: "Not agreed",
    CONSIDERED: "Considered, not shielded: to look at",
    LOOK_AGAIN: "Asked to look again",
    SETTLED: "Considered, not shielded",
}

# What the practitioner reads, of the state that is theirs to know: `as_read`.
PRACTITIONER_LABELS = {state: words for state, words in LABELS.items() if state != PROPOSED} | {
    SUBMITTED: "With the IW Team",
    RETURNED: "Returned to you",
    CONSIDERED: "Considered, not shielded",
    LOOK_AGAIN: "Look again",
}

# (state, act) -> state
TRANSITIONS: dict[tuple[str, str], str] = {
    (DRAFT, "submit"): SUBMITTED,
    (DRAFT, "submit_considered"): CONSIDERED,
    (DRAFT, "discard"): DISCARDED,
    (SUBMITTED, "return_with_query"): RETURNED,
    (SUBMITTED, "agree"): AGREED,
    (SUBMITTED, "propose_not_agreed"): PROPOSED,
    (RETURNED, "resubmit"): SUBMITTED,
    (RETURNED, "agree"): AGREED,
    (RETURNED, "propose_not_agreed"): PROPOSED,
    (PROPOSED, "confirm_not_agreed"): NOT_AGREED,
    (PROPOSED, "overturn_not_agreed"): SUBMITTED,
    # Its practitioner knows of no proposal, and answers the query that was asked before.
    (PROPOSED, "resubmit_proposed"): PROPOSED,
    (PROPOSED, "overturn_returned"): RETURNED,
    (CONSIDERED, "settle"): SETTLED,
    (CONSIDERED, "ask_to_look_again"): LOOK_AGAIN,
    (LOOK_AGAIN, "resubmit_considered"): CONSIDERED,
    (LOOK_AGAIN, "resubmit"): SUBMITTED,
}

# Its answers may still be changed by its practitioner.
OPEN_TO_ITS_SOURCE = (DRAFT, RETURNED, LOOK_AGAIN)
UNDECIDED = (SUBMITTED, RETURNED, PROPOSED)


def as_read(state: str, *, is_asked: bool) -> str:
    """Return the state of a request as its practitioner may know it.

    A proposal is not yet a decision: it takes two, so they see neither. It is with the IW Team, or
    back with them where a query is still to be answered (`is_asked`).
    """
    if state != PROPOSED:
        return state
    return RETURNED if is_asked else SUBMITTED


def after(state: str, act: str) -> str | None:
    """Return the state after an act, or None where the act is not possible."""
    return TRANSITIONS.get((state, act))
