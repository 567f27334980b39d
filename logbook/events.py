"""The event vocabulary: what can be written in the logbook, with which facts, in which words.

An event says which facts it needs, no more and no less, so that an entry can be read years later
without the code of its day. Facts are codes, references, opaque ids, dates, numbers, yes or no:
there is no event that takes a sentence. This file imports nothing.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Event:
    """One kind of entry.

    `sentence` is shown after the person's name; {reference}, {record} and the facts fill it.
    `system` events happen without a person and are written with by=None.
    """

    code: str
    sentence: str
    facts: frozenset[str] = frozenset()
    system: bool = False


def _event(code: str, sentence: str, *facts: str, system: bool = False) -> Event:
    return Event(code, sentence, frozenset(facts), system)


_REQUESTS = (
    _event("draft_started", "started a draft {reference}"),
    _event("draft_discarded", "discarded the draft {reference}"),
    _event(
        "request_submitted",
        "asked to shield record {record} ({reference}, ground: {ground}, origin: {origin})",
        "ground",
        "origin",
        "asked_by",
        "supporter",
        "supported_on",
        "lead_professional",
        "family_told",
        "own_system",
    ),
    _event(
        "request_considered",
        "considered shielding record {record} and decided not to ({reference}, {reason})",
        "reason",
        "ground",
        "origin",
        "asked_by",
        "supporter",
        "supported_on",
        "not_grounds",
    ),
    _event(
        "request_phoned",
        "logged a phoned request {reference} to shield record {record} (ground: {ground})",
        "ground",
        "source",
        "source_service",
        "kind",
    ),
    _event("phoned_request_confirmed", "confirmed the phoned request {reference}", "ground"),
    _event("request_answers_changed", "changed answers of {reference}: {pages}", "pages"),
    _event("phoned_request_disowned", "said that the phoned request {reference} was not theirs"),
    _event(
        "request_resubmitted",
        "sent {reference} again ({decision}, ground: {ground})",
        "decision",
        "ground",
    ),
    _event("family_told", "told the family of {reference} on {on}", "on"),
    _event("professionals_told", "told other professionals of {reference} on {on}", "on"),
    _event("letter_printed", "printed a letter about {reference}: {kind}", "kind"),
    _event(
        "request_handed_over",
        "handed {reference} over from {before} to {after}",
        "before",
        "after",
    ),
    _event("request_returned", "returned {reference} with a query: {query}", "query"),
    _event(
        "request_agreed",
        "agreed the request {reference} on record {record}",
        "involvement",
        "days_late",
    ),
    _event("not_agreed_proposed", "proposed not to agree {reference}: {reason}", "reason"),
    _event("not_agreed_overturned", "overturned the proposal not to agree {reference}", "reason"),
    _event(
        "not_agreed_confirmed",
        "confirmed that {reference} is not agreed: {reason}",
        "reason",
        "proposed_by",
        "days_late",
    ),
    _event(
        "considered_confirmed",
        "confirmed “considered, not shielded” for {reference}",
        "days_late",
    ),
    _event(
        "let_go_concluded",
        "concluded the first review of {reference}, which was let go before it was decided",
        "days_late",
    ),
    _event("look_again_asked", "asked the practitioner to look again at {reference}", "query"),
    _event("number_shown", "was shown the record number of {reference}"),
    _event("worksheet_printed", "opened the blank worksheet"),
)

_SHIELD = (
    _event(
        "hold_placed",
        "placed a hold on record {record} for {reference} (record {from} to {to}, {ground})",
        "from",
        "to",
        "ground",
        "episode",
        "source",
        "source_service",
    ),
    _event(
        "hold_released",
        "released the hold of {reference} on record {record} ({how})",
        "how",
        "source",
    ),
    _event(
        "shield_applied",
        "attested that record {record} is shielded for {reference} (record {from} to {to})",
        "from",
        "to",
        "checked_on",
        "no_duplicate",
    ),
    _event(
        "involvement_attested",
        "attested that the practitioner of {reference} is known to be involved ({involvement})",
        "involvement",
    ),
    _event(
        "never_applied",
        "attested that record {record} was checked and never shielded (record {from} to {to})",
        "from",
        "to",
    ),
    _event("source_named", "confirmed that they are the source of {reference}"),
    _event(
        "found_after_unshielding",
        "looked whether record {record} had been opened, for {reference}: {found}",
        "found",
    ),
    _event("review_opened", "opened the first review of {reference}, due {due}", "due"),
    _event(
        "ground_changed",
        "changed the ground of {reference} from {before} to {after}",
        "before",
        "after",
    ),
    _event(
        "family_redirected",
        "told a family that asked the council directly to speak to a {kind} they know",
        "on",
        "kind",
    ),
)

_REVIEWS = (
    _event(
        "record_review_opened",
        "The six-monthly review {reference} of record {record} was opened, due {due}",
        "due",
        system=True,
    ),
    _event(
        "source_asked",
        "The source of {reference} was asked in review {review} of record {record}",
        "review",
        system=True,
    ),
    _event(
        "consultation_answered",
        "answered review {review} for {reference}: {answer} (views sought: {views}, {sought_by}; on"
        " confirmed word: {on_word})",
        "review",
        "answer",
        "views",
        "sought_by",
        "on_word",
    ),
    _event(
        "consultation_closed",
        "recorded for {reference} in review {review}: {answer}",
        "review",
        "answer",
    ),
    _event(
        "record_review_concluded",
        "concluded the six-monthly review {reference} of record {record}: {outcome} (next:"
        " {next_due})",
        "outcome",
        "days_late",
        "next_due",
    ),
    _event(
        "record_review_ended",
        "ended the six-monthly review {reference} with record {record}: {outcome}",
        "outcome",
        "days_late",
    ),
    _event("review_escalated", "called on the line managers of review {reference}", "owing"),
    _event(
        "family_told_of_end",
        "said of {reference}, which ended, whether the family was told: {family} (on confirmed"
        " word: {on_word})",
        "family",
        "on_word",
    ),
)

_UNSHIELD = (
    _event(
        "unshield_begun", "began to unshield record {record} (record {from} to {to})", "from", "to"
    ),
    _event(
        "unshield_confirmed",
        "attested that record {record} is unshielded (record {from} to {to})",
        "from",
        "to",
    ),
    _event(
        "unshield_stopped",
        "stopped the unshielding of record {record} ({found}; record {from} to {to})",
        "from",
        "to",
        "found",
    ),
    _event(
        "still_shielded",
        "attested that record {record} is still shielded ({found}; record {from} to {to})",
        "from",
        "to",
        "found",
    ),
    _event("end_proposed", "proposed that record {record} has ended: {end}", "end"),
    _event("end_withdrawn", "took back that record {record} has ended: {end}", "end"),
    _event(
        "record_closed",
        "confirmed that record {record} has ended: {end} (record {from} to {to})",
        "from",
        "to",
        "end",
        "proposed_by",
    ),
    _event(
        "hold_handed_over",
        "handed {reference} on record {record} over from {before} to {after}",
        "before",
        "after",
    ),
    _event("handed_over", "handed all that {person} held over to {to}", "person", "to", "moved"),
)

_READS = (
    _event("request_opened", "opened {reference}"),
    _event("record_opened", "opened record {record}", "purpose"),
    _event("review_read", "opened review {reference} of record {record}"),
    _event(
        "record_searched",
        "looked for a record by number (purpose: {purpose}, found: {found})",
        "purpose",
        "found",
    ),
    _event("logbook_opened", "read the logbook (filtered by: {filters})", "filters"),
    _event("entry_opened", "read entry {entry} of the logbook", "entry"),
    _event("directory_opened", "opened the directory page of {person}", "person"),
    _event("refused", "was refused: {action} ({why})", "action", "why"),
    _event("not_found", "asked for something that is not there or not theirs ({page})", "page"),
)

_BROKERAGE = (
    _event("access_draft_started", "started a draft access request {reference}"),
    _event("access_draft_discarded", "discarded the draft access request {reference}"),
    _event("access_answers_changed", "changed the page {page} of {reference}", "page"),
    _event(
        "text_refused", "typed a text that the guard refused ({field}: {kinds})", "field", "kinds"
    ),
    _event(
        "text_confirmed", "confirmed that a text of {reference} names nobody ({kinds})", "kinds"
    ),
    _event(
        "access_submitted",
        "asked to reach those behind record {record} ({reference}, purpose: {purpose})",
        "purpose",
        "sought",
        "why_not_otherwise",
        "seen_by",
        "needed_until",
        "documented",
    ),
    _event("access_withdrawn", "withdrew the access request {reference}"),
    _event("access_agreed", "agreed, for {manager}, to the access request {reference}", "manager"),
    _event(
        "access_declined",
        "declined, for {manager}, the access request {reference}: {reason}",
        "manager",
        "reason",
    ),
    _event(
        "contact_asked",
        "asked the source of {source} about the access request {reference} ({liaison})",
        "liaison",
        "source",
    ),
    _event(
        "contact_asked_anew",
        "gave the question {liaison} about the access request {reference} to a new source",
        "liaison",
        "answer",
    ),
    _event(
        "sources_not_told",
        "kept the access request {reference} from its sources: {reason}",
        "reason",
    ),
    _event(
        "contact_answered",
        "recorded an answer to {liaison} about the access request {reference}: {answer}",
        "liaison",
        "answer",
        "on_word",
    ),
    _event("access_lead_asked", "asked the IW lead about the access request {reference}"),
    _event(
        "access_lead_decided",
        "decided about the access request {reference}: {decision} ({reason})",
        "decision",
        "reason",
    ),
    _event(
        "access_concluded",
        "concluded the access request {reference} on record {record}: {outcome}",
        "outcome",
        "granted_until",
        "purpose",
        "why_not_otherwise",
    ),
    _event(
        "access_ended_with_shield",
        "ended the access request {reference} with the shield of record {record}: {outcome}",
        "outcome",
    ),
    _event("contact_stopped", "stopped the contact granted by {reference}"),
    _event(
        "access_call_logged",
        "logged an urgent call {reference} about record {record}: {outcome}",
        "kind",
        "purpose",
        "sought",
        "outcome",
        "requester",
        "requester_service",
    ),
    _event("access_call_read", "read, as the second member, the urgent call {reference}"),
    _event("reason_redacted", "took the text out of {reference}: {kind}", "kind"),
    _event(
        "access_handed_over",
        "handed the access request {reference} over from {before} to {after} (draft: {draft})",
        "draft",
        "before",
        "after",
    ),
    _event("access_opened", "opened the access request {reference}"),
    _event("liaison_opened", "opened the question {reference} to a source"),
)

_SYSTEM = (
    _event("setting_changed", "Setting {setting} is now {value}", "setting", "value", system=True),
)

_PEOPLE = (
    _event("service_added", "added service {added}", "added"),
    _event("service_closed", "closed service {closed}", "closed"),
    _event(
        "person_added",
        "added {person} as {new_role} of service {new_service}",
        "person",
        "new_role",
        "new_service",
    ),
    _event("person_renamed", "corrected the name of {person}", "person"),
    _event(
        "line_manager_set",
        "set the line manager of {person} from {before} to {after}",
        "person",
        "before",
        "after",
    ),
    _event(
        "deputy_named",
        "named {deputy} to stand in for {person} from {first_day} to {last_day} ({reference})",
        "person",
        "deputy",
        "first_day",
        "last_day",
    ),
    _event(
        "deputy_ended",
        "ended early that {deputy} stands in for {person} ({reference})",
        "person",
        "deputy",
    ),
    _event("person_suspended", "suspended {person}", "person"),
    _event("person_reactivated", "let {person} sign in again", "person"),
    _event(
        "role_proposed",
        "proposed the role {new_role} for {person} ({reference}, lead: {lead})",
        "person",
        "new_role",
        "lead",
    ),
    _event(
        "role_granted",
        "confirmed the role {new_role} of {person} ({reference}, lead: {lead})",
        "person",
        "old_role",
        "new_role",
        "lead",
        "proposed_by",
    ),
    _event(
        "role_refused",
        "refused the role {new_role} for {person} ({reference})",
        "person",
        "new_role",
        "lead",
        "proposed_by",
    ),
    _event("password_changed", "changed their password"),
    _event("password_set_by_link", "chose a password by a mailed link"),
    _event(
        "password_link_asked",
        "Somebody asked for a link to set the password of account {account}",
        "account",
        system=True,
    ),
    _event("invited_again", "sent {person} the invitation again", "person"),
    _event("signed_in", "signed in"),
    _event("signed_out", "signed out ({how})", "how"),
    _event(
        "sign_in_failed", "Somebody failed to sign in to account {account}", "account", system=True
    ),
    _event(
        "first_password_made",
        "A one-time password was made at the server for {person}",
        "person",
        system=True,
    ),
    _event(
        "first_account_made",
        "The first account of role {new_role} was made at the server: {person}",
        "person",
        "new_role",
        "lead",
        system=True,
    ),
)

_ALL = (
    *_REQUESTS,
    *_SHIELD,
    *_REVIEWS,
    *_UNSHIELD,
    *_BROKERAGE,
    *_READS,
    *_SYSTEM,
    *_PEOPLE,
)
EVENTS: dict[str, Event] = {event.code: event for event in _ALL}
if len(EVENTS) < len(_ALL):
    raise ValueError("two events have the same code")
