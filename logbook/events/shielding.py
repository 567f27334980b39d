"""Requests to shield, and what becomes of the record: applied, reviewed, unshielded, ended."""

from logbook.events.kind import event

REQUESTS = (
    event("draft_started", "started a draft {reference}"),
    event("draft_discarded", "discarded the draft {reference}"),
    event(
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
    event(
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
    event(
        "request_phoned",
        "logged a phoned request {reference} to shield record {record} (ground: {ground})",
        "ground",
        "source",
        "source_service",
        "kind",
        "came_at",
    ),
    event("phoned_request_confirmed", "confirmed the phoned request {reference}", "ground"),
    event("request_answers_changed", "changed answers of {reference}: {pages}", "pages"),
    event(
        "answers_on_word",
        "recorded answers of {reference} on its source’s word: {pages}",
        "pages",
        "review",
    ),
    event("phoned_request_disowned", "said that the phoned request {reference} was not theirs"),
    event(
        "request_resubmitted",
        "sent {reference} again ({decision}, ground: {ground})",
        "decision",
        "ground",
        "origin",
        "asked_by",
        "supporter",
        "supported_on",
        "lead_professional",
        "family_told",
        "own_system",
    ),
    event(
        "considered_resubmitted",
        "sent {reference} again: considered, and decided not to shield ({reason})",
        "reason",
        "ground",
        "origin",
        "asked_by",
        "supporter",
        "supported_on",
        "not_grounds",
    ),
    event("family_told", "told the family of {reference} on {on}", "on"),
    event("professionals_told", "told other professionals of {reference} on {on}", "on"),
    event("letter_printed", "printed a letter about {reference}: {kind}", "kind"),
    event(
        "request_handed_over",
        "handed {reference} over from {before} to {after}",
        "before",
        "after",
    ),
    event(
        "phoned_back",
        "phoned about the other reason of {reference}, on record {record}",
    ),
    event("request_returned", "returned {reference} with a query: {query}", "query"),
    event(
        "agreed_review_open",
        "agreed the request {reference} on record {record}; its first review stays open",
        "involvement",
    ),
    event("not_agreed_proposed", "proposed not to agree {reference}: {reason}", "reason"),
    event("not_agreed_overturned", "overturned the proposal not to agree {reference}", "reason"),
    event(
        "not_agreed_confirmed",
        "confirmed that {reference} is not agreed: {reason}",
        "reason",
        "proposed_by",
        "days_late",
    ),
    event(
        "considered_confirmed",
        "confirmed “considered, not shielded” for {reference}",
        "days_late",
    ),
    event(
        "let_go_concluded",
        "concluded the first review of {reference}, which asks no longer",
        "days_late",
    ),
    event("look_again_asked", "asked the practitioner to look again at {reference}", "query"),
)

SHIELD = (
    event(
        "hold_placed",
        "placed a hold on record {record} for {reference} (ground: {ground}{moved})",
        "from",
        "to",
        "ground",
        "episode",
        "source",
        "source_service",
    ),
    event(
        "hold_released",
        "released the hold of {reference} on record {record} ({how})",
        "how",
        "source",
        "to_attest",
    ),
    event(
        "shield_taken_over",
        "took over the shield of record {record} for {reference} from the file {from_import}: asked"
        " for on {placed_on}, applied on {applied_on}, next review {next_review}",
        "from_import",
        "ground",
        "placed_on",
        "applied_on",
        "next_review",
        "is_applied",
    ),
    event(
        "word_attested",
        "attested that the source of {reference} on record {record} let go: by a call to a number"
        " of the directory",
    ),
    event(
        "release_denied",
        "recorded that {source}, the source of {reference} on record {record}, did not let go, or"
        " meant another child ({how}, by {released_by}): by a call to a number of the directory",
        "source",
        "how",
        "released_by",
        "attested_by",
    ),
    event(
        "word_to_attest_marked",
        "An upgrade left the release of {reference} on record {record} to be attested by a call",
        system=True,
    ),
    event(
        "shield_applied",
        "attested that record {record} is shielded for {reference}{moved}",
        "from",
        "to",
        "checked_on",
        "no_duplicate",
    ),
    event(
        "involvement_attested",
        "attested that the practitioner of {reference} is known to be involved ({involvement})",
        "involvement",
    ),
    event(
        "never_applied",
        "attested that record {record} was checked: nobody had attested that it was shielded, and "
        "it is not{moved}",
        "from",
        "to",
    ),
    event("source_named", "confirmed that they are the source of {reference}"),
    event(
        "found_after_unshielding",
        "looked whether record {record} had been opened, for {reference}: {found}",
        "found",
    ),
    event("review_opened", "opened the first review of {reference}, due {due}", "due"),
    event(
        "ground_changed",
        "changed the ground of {reference} from {before} to {after}",
        "before",
        "after",
    ),
    event(
        "family_redirected",
        "told a family that asked the council directly to speak to a {kind} they know",
        "on",
        "kind",
    ),
)

CHECKS = (
    event(
        "record_checked",
        "looked at record {record} on the system: {finding}{moved}",
        "finding",
        "from",
        "to",
        "open_from",
        "open_until",
    ),
    event(
        "applied_cleared",
        "found record {record} open, so that {reference} is no longer attested as applied",
    ),
    event("data_load_entered", "entered the data load of {on} ({reference})", "on"),
    event("data_load_taken_back", "took back the data load of {on} ({reference})", "on"),
)

REVIEWS = (
    event(
        "record_review_opened",
        "The six-monthly review {reference} of record {record} was opened, due {due}",
        "due",
        "hold",
        system=True,
    ),
    event(
        "hold_review_dated",
        "An upgrade set the next six-monthly review of {reference} on record {record} to {due}",
        "due",
        system=True,
    ),
    event(
        "record_review_dated",
        "An upgrade set the next six-monthly review of record {record}, which nobody asks for, to"
        " {due}",
        "due",
        system=True,
    ),
    event(
        "source_asked",
        "The source of {reference} was asked in review {review} of record {record}",
        "review",
        system=True,
    ),
    event(
        "review_asked_for",
        "asked for review {reference} of {hold} on record {record}: {reason} (due {due}; its source"
        " is asked from {asks_from})",
        "hold",
        "reason",
        "due",
        "asks_from",
    ),
    event(
        "consultation_answered",
        "answered review {review} for {reference}: {answer} (views sought: {views}, {sought_by}; on"
        " confirmed word: {on_word})",
        "review",
        "answer",
        "views",
        "sought_by",
        "family_told",
        "on_word",
    ),
    event(
        "consultation_closed",
        "recorded for {reference} in review {review}: {answer}",
        "review",
        "answer",
    ),
    event(
        "first_review_concluded",
        "concluded the first review of {reference} on record {record}: {outcome}",
        "outcome",
        "days_late",
    ),
    event(
        "record_review_concluded",
        "concluded the six-monthly review {reference} of record {record}: {outcome} (next:"
        " {next_due})",
        "outcome",
        "days_late",
        "next_due",
    ),
    event(
        "record_review_ended",
        "ended the six-monthly review {reference} with record {record}: {outcome}",
        "outcome",
        "days_late",
    ),
    event(
        "added_review_concluded",
        "concluded the added review {reference} of record {record}: {outcome}",
        "outcome",
        "days_late",
    ),
    event(
        "added_review_ended",
        "ended the added review {reference} with record {record}: {outcome}",
        "outcome",
        "days_late",
    ),
    event("review_escalated", "called on the line managers of review {reference}", "owing"),
    event(
        "entered_in_error",
        "took {reference} back as entered in error (on confirmed word: {on_word})",
        "on_word",
    ),
    event(
        "family_told_of_end",
        "said of {reference}, which ended, whether the family was told: {family} (on confirmed"
        " word: {on_word})",
        "family",
        "on_word",
    ),
)

DUTY = (
    event("duty_taken", "told colleagues that they have {reference}"),
    event("duty_day_set", "put {member} on duty on {day}", "day", "member"),
    event("duty_day_ended", "took {member} off duty on {day}", "day", "member"),
)

UNSHIELD = (
    event("unshield_begun", "began to unshield record {record}{moved}", "from", "to"),
    event(
        "unshield_confirmed",
        "attested that record {record} is unshielded{moved}",
        "from",
        "to",
    ),
    event(
        "unshield_stopped",
        "stopped the unshielding of record {record} ({found}{moved})",
        "from",
        "to",
        "found",
    ),
    event(
        "still_shielded",
        "attested that record {record} is shielded ({found}{moved})",
        "from",
        "to",
        "found",
    ),
    event("end_proposed", "proposed that record {record} has ended: {end}", "end"),
    event(
        "move_proposed",
        "proposed that record {record} moved to another authority, whose receipt came on {on} by"
        " {came}",
        "on",
        "came",
    ),
    event("end_withdrawn", "took back that record {record} has ended: {end}", "end"),
    event(
        "record_closed",
        "confirmed that record {record} has ended: {end}{moved}",
        "from",
        "to",
        "end",
        "proposed_by",
    ),
    event(
        "hold_handed_over",
        "handed {reference} on record {record} over from {before} to {after}",
        "before",
        "after",
        "hand_over",
    ),
    event(
        "hand_over_proposed",
        "proposed to hand all that {person} holds over to {to} ({reference})",
        "person",
        "to",
    ),
    event(
        "hand_over_withdrawn",
        "took back that all that {person} holds goes to {to} ({reference})",
        "person",
        "to",
    ),
    event(
        "handed_over",
        "handed all that {person} held over to {to} ({reference})",
        "person",
        "to",
        "moved",
        "told",
    ),
    event(
        "one_hand_over_proposed",
        "proposed to hand {request} on record {record} alone over from {person} to {to}"
        " ({reference})",
        "person",
        "to",
        "request",
    ),
    event(
        "one_hand_over_withdrawn",
        "took back that {request} on record {record} alone goes from {person} to {to}"
        " ({reference})",
        "person",
        "to",
        "request",
    ),
    event(
        "one_handed_over",
        "phoned both and handed {request} on record {record} alone over from {person} to {to}"
        " ({reference}, {involvement})",
        "person",
        "to",
        "request",
        "told",
        "not_theirs",
        "number_read",
        "involvement",
    ),
    event(
        "hand_over_disputed",
        "was told of {reference}, a hand-over from {person} to {to}, and said that it is wrong",
        "person",
        "to",
        "proposed_by",
        "confirmed_by",
    ),
    event(
        "hand_over_settled",
        "settled that {reference}, a hand-over from {person} to {to}, was {verdict}",
        "person",
        "to",
        "verdict",
    ),
    event(
        "suspension_disputed",
        "was told that {person} was suspended ({reference}), and said that it is wrong",
        "person",
        "suspended_by",
    ),
    event(
        "suspension_settled",
        "settled that the suspension of {person} ({reference}) was {verdict}",
        "person",
        "verdict",
    ),
    event(
        "hold_given_back",
        "gave {reference} on record {record} back from {before} to {after}",
        "before",
        "after",
        "hand_over",
    ),
    event(
        "hold_stands_again",
        "let the hold of {reference} on record {record} stand again{moved}",
        "from",
        "to",
        "source",
        "due",
    ),
    event(
        "unshield_disputed",
        "stopped the unshielding of record {record} for {reference}{moved}",
        "from",
        "to",
    ),
)
