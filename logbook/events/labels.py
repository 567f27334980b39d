"""Events by name, as whoever reads the logbook chooses one: in groups, in the words of the pages.

Where nothing is said here the code itself reads as words.
"""

from collections.abc import Iterator

from logbook.events import brokerage, people, reading, shielding
from logbook.events.kind import Event
from logbook.events.retired import RETIRED

_GROUPS: tuple[tuple[str, tuple[Event, ...]], ...] = (
    ("Requests to shield", shielding.REQUESTS),
    ("Records", (*shielding.SHIELD, *shielding.CHECKS, *shielding.UNSHIELD)),
    ("Reviews", shielding.REVIEWS),
    ("Access requests", brokerage.BROKERAGE),
    ("People and accounts", (*people.PEOPLE, *shielding.DUTY, *people.SYSTEM)),
    ("Reading", reading.READS),
    ("Of earlier versions", RETIRED),
)
_LABELS = {
    "access_agreed": "Access agreed by a manager",
    "access_call_logged": "Urgent call logged",
    "access_call_read": "Urgent call read",
    "access_declined": "Access declined by a manager",
    "access_ended_with_shield": "Access ended with the shield",
    "access_lapsed": "Access not answered in time",
    "access_lead_asked": "Access put to an IW lead",
    "access_lead_decided": "Access decided by an IW lead",
    "access_passed_on": "Passed on by phone",
    "access_submitted": "Access request sent",
    "account_counted_as_vouched": "Account counted as phoned",
    "address_change_confirmed": "Email address confirmed",
    "address_change_proposed": "Email address proposed",
    "address_change_withdrawn": "Email address taken back",
    "agreed_review_open": "Request agreed",
    "answers_on_word": "Answers recorded by phone",
    "applied_cleared": "Attested shield found open",
    "considered_confirmed": "Considered, not shielded: confirmed",
    "considered_resubmitted": "Considered, not shielded: sent again",
    "consultation_answered": "Review answered",
    "consultation_closed": "Review recorded as not answered",
    "contact_answered": "Question about contact answered",
    "contact_asked": "Question about contact asked",
    "contact_asked_anew": "Question about contact asked again",
    "deputy_ended": "Deputy ended early",
    "end_proposed": "End of a record proposed",
    "end_withdrawn": "End of a record taken back",
    "entered_in_error": "Request entered in error",
    "family_told_of_end": "Family told of the end",
    "figures_exported": "Figures saved",
    "found_after_unshielding": "Looked whether a record was open",
    "glass_broken": "Let in again at the server",
    "guard_figures_opened": "Figures of the guard opened",
    "hand_over_disputed": "Hand-over said to be wrong",
    "hand_over_proposed": "Hand-over proposed",
    "hand_over_settled": "Hand-over settled",
    "hand_over_withdrawn": "Hand-over taken back",
    "handed_over": "Hand-over confirmed",
    "hold_given_back": "Request given back",
    "hold_handed_over": "Shield of a request handed over",
    "hold_placed": "Record asked to be shielded",
    "hold_released": "Request withdrawn or ended",
    "hold_review_dated": "Next review dated",
    "hold_stands_again": "Request stands again",
    "let_go_concluded": "Review of what was withdrawn concluded",
    "liaison_opened": "Question about contact opened",
    "logbook_by_service": "Logbook of one service read",
    "logbook_opened": "Logbook read",
    "look_again_asked": "Practitioner asked to look again",
    "misuse_opened": "Signs of misuse read",
    "move_proposed": "Move to another authority proposed",
    "never_applied": "Record found never shielded",
    "nobody_named": "Email typed that no manager has",
    "not_agreed_confirmed": "Not agreed: confirmed",
    "not_agreed_overturned": "Not agreed: overturned",
    "not_agreed_proposed": "Not agreed: proposed",
    "not_found": "Not there or not theirs",
    "not_me_said": "This was not me: said",
    "not_me_settled": "This was not me: settled",
    "notes_destroyed": "Notes destroyed by an upgrade",
    "one_hand_over_proposed": "Hand-over of one request proposed",
    "one_hand_over_withdrawn": "Hand-over of one request taken back",
    "one_handed_over": "Hand-over of one request confirmed",
    "own_sessions_ended": "Signed out in other browsers",
    "import_proposed_anew": "Place of an import’s proposal taken",
    "person_phone_set": "Work phone number set",
    "person_reactivated": "Person let sign in again",
    "person_vouched": "New account phoned and attested",
    "phoned_back": "Practitioner phoned about another reason",
    "phoned_request_disowned": "Phoned request not theirs",
    "professionals_told": "Other professionals told",
    "reason_redacted": "Text taken out",
    "record_closed": "End of a record confirmed",
    "record_review_concluded": "Six-monthly review concluded",
    "record_review_dated": "Next review of a record dated",
    "record_review_ended": "Six-monthly review ended with the record",
    "added_review_ended": "Added review ended with the record",
    "record_review_opened": "Six-monthly review opened",
    "record_searched": "Record looked for by number",
    "request_agreed": "Request agreed and its review concluded",
    "request_answers_changed": "Answers of a request changed",
    "request_considered": "Considered, not shielded: sent",
    "request_resubmitted": "Request sent again",
    "request_returned": "Request returned with a query",
    "request_submitted": "Request sent",
    "requester_contact_shown": "Contact of who asks shown",
    "review_asked_for": "Added review asked for",
    "review_escalated": "Line managers called on",
    "review_opened": "First review opened",
    "searched": "Search box used",
    "shield_applied": "Shield attested",
    "source_asked": "Practitioner asked in a review",
    "source_named": "Confirmed as the one who asks",
    "sources_not_told": "Access not told to its practitioners",
    "still_shielded": "Record still shielded",
    "suspension_disputed": "Suspension said to be wrong",
    "text_refused": "Text refused by the guard",
    "threshold_changed": "Sign of misuse changed",
    "unshield_begun": "Unshielding begun",
    "unshield_confirmed": "Unshielding confirmed",
    "unshield_disputed": "Unshielding said to be wrong",
    "unshield_stopped": "Unshielding stopped",
    "release_denied": "Practitioner said they did not withdraw",
    "word_attested": "Withdrawal by phone attested",
    "word_to_attest_marked": "Withdrawal by phone left to attest",
}


def event_label(code: str) -> str:
    """Return the name of an event, such as "Shield attested"; of an unknown one, its code."""
    return _LABELS.get(code) or code.replace("_", " ").capitalize()


def in_groups(hidden: frozenset[str]) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """Yield each group's words with its events as code and name, by name, without the hidden."""
    for words, events in _GROUPS:
        named = [(one.code, event_label(one.code)) for one in events if one.code not in hidden]
        if named:
            yield words, sorted(named, key=lambda event: event[1])
