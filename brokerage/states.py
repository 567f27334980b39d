"""The states of an access request, and which may follow which. Imports nothing of ours.

Whether the requester withdrew is a fact beside the state: it can be said until the outcome is
published, and then must look the same whether or not the IW Team had finished.
"""

DRAFT = "draft"
DISCARDED = "discarded"
WITH_MANAGER = "with_manager"
DECLINED = "declined"
WITH_IW = "with_iw"
BEING_BROKERED = "consulting"
WITH_LEAD = "with_lead"
CONCLUDED = "concluded"
WITHDRAWN = "withdrawn"
LAPSED = "lapsed"

LABELS = {
    DRAFT: "Draft",
    DISCARDED: "Discarded",
    WITH_MANAGER: "With the line manager",
    DECLINED: "Declined by the line manager",
    WITH_IW: "To begin",
    BEING_BROKERED: "Being brokered",
    WITH_LEAD: "With the IW lead",
    CONCLUDED: "Concluded",
    WITHDRAWN: "Withdrawn",
    LAPSED: "Lapsed",
}

# (state, act) -> state
TRANSITIONS: dict[tuple[str, str], str] = {
    (DRAFT, "submit"): WITH_MANAGER,
    (DRAFT, "discard"): DISCARDED,
    (WITH_MANAGER, "agree"): WITH_IW,
    (WITH_MANAGER, "decline"): DECLINED,
    (WITH_MANAGER, "withdraw"): WITHDRAWN,
    # Only while nobody in the directory can agree to it: the IW Team ends it.
    (WITH_MANAGER, "conclude"): CONCLUDED,
    (WITH_IW, "ask_sources"): BEING_BROKERED,
    (WITH_IW, "ask_nobody"): BEING_BROKERED,
    (WITH_IW, "ask_lead"): WITH_LEAD,
    (WITH_IW, "conclude"): CONCLUDED,
    (WITH_IW, "withdraw"): WITHDRAWN,
    (BEING_BROKERED, "ask_sources"): BEING_BROKERED,
    (BEING_BROKERED, "answer"): BEING_BROKERED,
    (BEING_BROKERED, "object"): WITH_LEAD,
    (BEING_BROKERED, "ask_lead"): WITH_LEAD,
    (BEING_BROKERED, "conclude"): CONCLUDED,
    (BEING_BROKERED, "withdraw"): WITHDRAWN,
    (WITH_LEAD, "answer"): WITH_LEAD,
    (WITH_LEAD, "object"): WITH_LEAD,
    (WITH_LEAD, "ask_sources"): WITH_LEAD,
    (WITH_LEAD, "decide"): BEING_BROKERED,
    # With an outcome that discloses nothing: no request waits for ever for a lead.
    (WITH_LEAD, "conclude"): CONCLUDED,
    (WITH_LEAD, "withdraw"): WITHDRAWN,
    # By nobody: the day until which it was needed has passed.
    (WITH_MANAGER, "lapse"): LAPSED,
    (WITH_IW, "lapse"): LAPSED,
    (BEING_BROKERED, "lapse"): LAPSED,
    (WITH_LEAD, "lapse"): LAPSED,
}

# Past the line manager and not at an end: what the IW Team works on.
AT_IW = (WITH_IW, BEING_BROKERED, WITH_LEAD)
OPEN = (WITH_MANAGER, *AT_IW)
# At an end that is read later, so it may be withdrawn until then, and looks the same.
ENDED = (CONCLUDED, LAPSED)


def after(state: str, act: str) -> str | None:
    """Return the state after an act, or None where the act is not possible."""
    return TRANSITIONS.get((state, act))
