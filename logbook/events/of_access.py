"""Brokerage: who asks to reach the people behind a record, what they are told, and the guard."""

from logbook.events.kind import event

BROKERAGE = (
    event("access_draft_started", "started a draft access request {reference}"),
    event("access_draft_discarded", "discarded the draft access request {reference}"),
    event("access_answers_changed", "changed the page {page} of {reference}", "page"),
    event(
        "text_refused", "typed a text that the guard refused ({field}: {kinds})", "field", "kinds"
    ),
    event("text_confirmed", "confirmed that a text of {reference} names nobody ({kinds})", "kinds"),
    event(
        "access_submitted",
        "asked to reach those behind record {record} ({reference}, purpose: {purpose})",
        "purpose",
        "sought",
        "why_not_otherwise",
        "seen_by",
        "needed_until",
        "documented",
    ),
    event("access_withdrawn", "withdrew the access request {reference}"),
    event("access_agreed", "agreed, for {manager}, to the access request {reference}", "manager"),
    event(
        "access_declined",
        "declined, for {manager}, the access request {reference}: {reason}",
        "manager",
        "reason",
    ),
    event(
        "contact_asked",
        "asked the source of {source} about the access request {reference} ({liaison})",
        "liaison",
        "source",
    ),
    event(
        "contact_asked_anew",
        "gave the question {liaison} about the access request {reference} to a new source",
        "liaison",
        "answer",
    ),
    event(
        "sources_not_told",
        "kept the access request {reference} from its sources: {reason}",
        "reason",
    ),
    event(
        "contact_answered",
        "recorded an answer to {liaison} about the access request {reference}: {answer}",
        "liaison",
        "answer",
        "on_word",
    ),
    event("access_lead_asked", "asked the IW lead about the access request {reference}"),
    event(
        "access_lead_decided",
        "decided about the access request {reference}: {decision} ({reason})",
        "decision",
        "reason",
    ),
    event(
        "access_concluded",
        "concluded the access request {reference} on record {record}: {outcome}",
        "outcome",
        "granted_until",
        "purpose",
        "why_not_otherwise",
    ),
    event(
        "access_ended_with_shield",
        "ended the access request {reference} with the shield of record {record}: {outcome}",
        "outcome",
    ),
    event("contact_stopped", "stopped the contact granted by {reference}"),
    event(
        "access_call_logged",
        "logged an urgent call {reference} about record {record}: {outcome}",
        "kind",
        "purpose",
        "sought",
        "outcome",
        "requester",
        "requester_service",
    ),
    event("access_call_read", "read, as the second member, the urgent call {reference}"),
    event("reason_redacted", "took the text out of {reference}: {kind}", "kind"),
    event(
        "access_handed_over",
        "handed the access request {reference} over from {before} to {after} (draft: {draft})",
        "draft",
        "before",
        "after",
    ),
    event("access_opened", "opened the access request {reference}"),
    event("liaison_opened", "opened the question {reference} to a source"),
)
