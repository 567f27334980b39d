"""Every page of the site and the states it can be in. An address without one fails a test.

A row says who looks, at which page, and what is particular about it. `asks` marks a page with a
form: sent empty it must say what is wrong. `press` is a button whose answer is the state, after
`tick`, `write` and `pick`.
"""

from typing import Any

import pytest

from brokerage.questions import SHEET as ACCESS_SHEET
from requests_app.desk.forms import FORMS
from requests_app.desk.lists import TAB
from requests_app.questions import SHEET
from shielding.accounts.models import Service
from shielding.home.guidance import GUIDANCE, HELP
from shielding.records.grounds import GROUND
from tests.browser.support import brokerage_states, logbook_states
from tests.browser.support.state import (
    State,
    a_hand_over,
    a_not_me,
    a_reset,
    a_session_elsewhere,
    a_settled_not_me,
    a_suspension,
    access,
    access_question,
    added_review,
    an_import,
    hand_over,
    hand_over_link,
    letter,
    new_password,
    new_password_too_old,
    newcomer,
    not_me_link,
    one_hand_over,
    person,
    question,
    record,
    review,
    set_up_link,
    slug,
    stopped,
    story,
    suspension_link,
)
from tests.security.support.council import a_letter

# So many pages share one caseload; a failure names its page.
AT_ONCE = 64

OWN = (
    "an_empty_draft",
    "a_full_draft",
    "sent",
    "overdue",
    "applied",
    "agreed_then_applied",
    "agreed_not_applied",
    "first_to_conclude",
    "returned",
    "not_agreed",
    "considered",
    "look_again",
    "settled",
    "phoned",
    "another_reason",
)
AT_THE_DESK = (*OWN[2:], "proposed", "phoned_by_a_gp", "colleagues", "leavers")
# Between them these offer every form of the desk that asks something.
WITH_EVERY_FORM = ("sent", "considered", "proposed", "another_reason")

EVERYBODYS = (
    State("nobody", "account_login", asks=True),
    State("nobody", "account_login", "after the limit", query="?ended=idle"),
    *(State("nobody", "help_page", topic.slug, slug(topic.slug)) for topic in HELP),
    State("nobody", "account_reset_password", asks=True),
    State("nobody", "account_reset_password_done"),
    State("nobody", "account_reset_password_from_key", "", new_password, asks=True),
    State("nobody", "account_reset_password_from_key", "too old", new_password_too_old),
    State("nobody", "lost_factor"),
    State("nobody", "factor_link", "", set_up_link),
    State("nobody", "factor_link", "too old", lambda case: set_up_link(case) | {"key": "none"}),
    State("nobody", "hand_over_wrong", "", hand_over_link),
    State("nobody", "hand_over_wrong", "said", hand_over_link, press="This is wrong"),
    State("nobody", "suspension_wrong", "", suspension_link),
    State("nobody", "suspension_wrong", "said", suspension_link, press="This is wrong"),
    State("nobody", "demo_mails"),
    State("nobody", "demo_mail", "", lambda case: {"name": a_letter()}),
    State("nobody", "demo_mail", "absent", lambda case: {"name": "no-such-mail"}, status=404),
    State("beginner", "account_logout"),
    State("beginner", "account_change_password", asks=True),
    State("beginner", "your_account"),
    State("beginner", "own_sessions", "here alone"),
    State("practitioner", "own_sessions", "elsewhere too", a_session_elsewhere),
    State("beginner", "own_factors"),
    State("beginner", "own_factor_add", asks=True),
    State("beginner", "own_codes"),
    State("beginner", "own_codes", "shown", press="Show me ten new codes"),
    State("beginner", "not_me"),
    State("nobody", "not_me_by_link", args=not_me_link),
    State("nobody", "not_me_by_link", "said", not_me_link, press="This was not me"),
    State("lead", "your_account"),
    State("beginner", "guidance"),
    *(State("beginner", "guidance_page", topic.slug, slug(topic.slug)) for topic in GUIDANCE),
    State("beginner", "worksheet"),
)

PRACTITIONERS = (
    State("beginner", "home", "nothing yet"),
    State("practitioner", "home"),
    State("manager", "home"),
    State("beginner", "request_list", "nothing yet"),
    State("practitioner", "request_list"),
    State("practitioner", "request_list", "drafts", query="?show=drafts"),
    State("practitioner", "request_list", "families to tell", query="?show=family"),
    State("beginner", "request_list", "no drafts", query="?show=drafts"),
    State("manager", "request_list"),
    State("manager", "supporting"),
    State("practitioner", "request_start"),
    *(State("practitioner", "request_detail", name, story(name)) for name in OWN),
    State(
        "practitioner",
        "request_detail",
        "its number shown",
        story("applied"),
        press="Show the record number",
    ),
    State("practitioner", "request_detail", "another's", story("colleagues"), status=404),
    State("heir", "request_detail", "not theirs any more", an_import("not_theirs"), status=404),
    State("practitioner", "request_page", "begun", question("record", "an_empty_draft"), asks=True),
    *(State("practitioner", "request_page", sheet, question(sheet), asks=True) for sheet in SHEET),
    *(
        State(
            "practitioner",
            "request_page",
            f"{sheet}, considered",
            question(sheet, "a_considered_draft"),
        )
        for sheet in ("decision", "done")
    ),
    *(
        State("practitioner", "request_page", f"{sheet}, sent", question(sheet, "returned"))
        for sheet in ("record", "decision")
    ),
    State(
        "practitioner",
        "request_page",
        "another manager is to be named",
        question("decision"),
        press="Continue",
        tick=("Another manager, by their work email",),
    ),
    State("practitioner", "request_again", "", story("sent"), asks=True),
    State("practitioner", "request_again", "considered", story("considered")),
    State("practitioner", "request_check", "with gaps", story("an_empty_draft")),
    State("practitioner", "request_check", "", story("a_full_draft"), asks=True),
    State("practitioner", "request_check", "returned", story("returned")),
    State("practitioner", "request_sent", "", story("sent")),
    State("practitioner", "request_sent", "considered", story("considered")),
    State("practitioner", "request_discard", "", story("a_full_draft")),
    State("practitioner", "request_family_told", "", story("applied"), asks=True),
    State("practitioner", "request_not_me", "", story("phoned")),
    *(
        State("practitioner", "request_detail", name, story(name))
        for name in ("review_waiting", "review_overdue", "review_concluded", "nobody_asks", "ended")
    ),
    State("practitioner", "request_list", "reviews", query="?show=review"),
    State("practitioner", "request_review", "first", story("sent"), asks=True),
    State("practitioner", "request_review", "six-monthly", story("review_waiting")),
    State("practitioner", "request_review", "overdue", story("review_overdue")),
    State(
        "practitioner",
        "request_review",
        "no longer needed",
        story("sent"),
        tick=("No longer needed", "No", "Not yet"),
        press="Continue",
        asks=True,
    ),
    State("practitioner", "request_ask_review", "", story("agreed_then_applied"), asks=True),
    State("practitioner", "request_detail", "a review was added", story("review_added")),
    State("practitioner", "request_review", "added", story("review_added")),
    State("practitioner", "request_withdraw", "", story("agreed_then_applied"), asks=True),
    State("practitioner", "request_in_error", "", story("agreed_then_applied"), asks=True),
    State("practitioner", "request_family_of_end", "", story("not_agreed"), asks=True),
    State("practitioner", "request_professionals", "", story("applied"), asks=True),
    State(
        "practitioner", "request_letter", "before", letter("applied", "professionals"), asks=True
    ),
    *(
        State(
            "practitioner",
            "request_letter",
            kind,
            letter(of, kind),
            tick=("It is safe to hand this over",),
            press="Show the letter to print",
        )
        for kind, of in (
            ("agreed", "agreed_then_applied"),
            ("not-agreed", "not_agreed"),
            ("continues", "review_concluded"),
            ("no-longer-asked", "nobody_asks"),
            ("professionals", "applied"),
        )
    ),
    State("manager", "team"),
    State("manager", "team_review", asks=True),
    State("practitioner", "people", "not for this role", status=403),
)

COLLEAGUES = (
    State("beginner", "access_to_agree", "nothing"),
    State("manager", "access_to_agree"),
    State("beginner", "access_to_agree", "nothing waits", query="?show=waiting"),
    State("manager", "access_to_agree", "all that waits", query="?show=waiting"),
    *(
        State("manager", "access_approval", name, access(name), asks=name == "to_agree")
        for name in ("to_agree", "agreed", "declined", "finished", "withdrawn", "a_call", "lapsed")
    ),
    State("practitioner", "access_approval", "one's own", access("to_agree"), status=404),
    State("beginner", "liaison_list", "nothing"),
    State("teacher", "home", "asked"),
    State("teacher", "liaison_list"),
    State("teacher", "liaison_list", "all that waits", query="?show=waiting"),
    *(
        State("teacher", "liaison_detail", name, access(name), asks=name == "asked")
        for name in ("asked", "offered", "objected", "may_contact", "asked_no_more")
    ),
    State(
        "teacher",
        "liaison_detail",
        "the requester shown",
        access("reachable"),
        press="Show how to reach them",
    ),
    State("mover", "liaison_list", "handed on"),
    State("heir", "liaison_detail", "objected before", access("objected_before")),
    State("teacher", "liaison_object", "", access("offered")),
    State("teacher", "liaison_stop", "", access("may_contact")),
)

REQUESTERS = (
    State("beginner", "access_list", "nothing yet"),
    State("beginner", "access_list", "no drafts", query="?show=drafts"),
    State("practitioner", "access_list"),
    State("practitioner", "access_list", "drafts", query="?show=drafts"),
    State("practitioner", "access_start"),
    *(
        State("practitioner", "access_detail", name, access(name))
        for name in (
            "begun",
            "ready",
            "to_agree",
            "agreed",
            "declined",
            "finished",
            "lapsed",
            "contacted",
            "withdrawn",
            "a_call",
        )
    ),
    State("teacher", "access_detail", "another's", access("to_agree"), status=404),
    State("practitioner", "access_page", "begun", access_question("record", "begun"), asks=True),
    *(
        State("practitioner", "access_page", sheet, access_question(sheet), asks=True)
        for sheet in ACCESS_SHEET
    ),
    State("practitioner", "access_check", "with gaps", access("begun")),
    State("practitioner", "access_check", "", access("ready"), asks=True),
    State("teacher", "access_check", "nobody agrees", access("nobody_agrees"), asks=True),
    State("practitioner", "access_sent", "", access("to_agree")),
    State("practitioner", "access_withdraw", "", access("agreed")),
    State("practitioner", "access_discard", "", access("ready")),
)

DESK = (
    State("iw", "home"),
    State("iw", "desk_queue"),
    *(State("iw", "desk_queue", tab, query=f"?tab={tab}") for tab in TAB),
    State("iw", "desk_queue", "filtered", query="?tab=open&due=overdue&ground=abuse"),
    State("iw", "desk_queue", "one's own", query="?tab=second_look&whose=mine"),
    State("iw", "desk_queue", "a colleague's", query="?tab=second_look&whose=colleague"),
    State("iw", "desk_queue", "none found", query="?tab=phoned&due=overdue"),
    State("iw", "desk_queue", "a filter that makes no sense", query="?ground=nonsense"),
    *(
        State("iw", "desk_request", name, story(name), asks=name in WITH_EVERY_FORM)
        for name in AT_THE_DESK
    ),
    State("second", "desk_request", "own proposal", story("proposed")),
    State("iw", "desk_request", "its number shown", story("sent"), press="Show record number"),
    State("iw", "phoned", asks=True),
    State("iw", "desk_answers", "", story("phoned_by_a_gp"), asks=True),
    State("iw", "redirected", asks=True),
    State("iw", "many_requests", "nobody"),
    State("iw", "search", asks=True),
    *(
        State("iw", "search", about, press="Search", write=(("What are you looking for?", typed),))
        for about, typed in (
            ("people and services", "an"),
            ("nothing", "nobody so called"),
            ("a reference of nothing", "IW-2222-3333"),
            ("a mistyped reference", "IW-2222-333"),
        )
    ),
    State("iw", "find_record", asks=True),
    State("iw", "register"),
    State("lead", "register", "as an IW lead reads it", asks=True),
    State(
        "lead",
        "register",
        "narrowed",
        pick=(("Ground", GROUND["abuse"].label),),
        press="Show",
    ),
    State("iw", "record_purpose", "", record("applied"), asks=True),
    State("iw", "record_detail", "asked for by two", record("applied")),
    State("iw", "record_detail", "nobody asks any more", record("not_agreed")),
    State("iw", "record_detail", "considered only", record("considered")),
    State("iw", "record_detail", "its number shown", record("sent"), press="Show record number"),
    State("iw", "record_never_applied", "", record("not_agreed"), asks=True),
    State("iw", "record_check", "", record("applied"), asks=True),
    State("iw", "record_check", "waiting to be shielded", record("sent"), asks=True),
    State(
        "iw",
        "record_check",
        "found open",
        record("applied"),
        tick=("It is open: it can be found there",),
        press="Record what I found",
    ),
    State("iw", "data_loads", asks=True),
    State("second", "data_loads", "entered by oneself"),
    State("iw", "records_to_check_again"),
    State("iw", "records_to_check_again", "checked by both", query="?show=checked"),
    State("iw", "records_to_shield"),
    State("iw", "records_to_shield", "check now", query="?show=check_now"),
    State("iw", "holds_without_practitioner"),
    State("iw", "duty"),
    State("lead", "duty", "as an IW lead changes it", asks=True),
    State("second", "desk_request", "one has it", story("overdue")),
    State("iw", "desk_request", "taken over", story("sent"), press="I have it"),
)

CLOCK = (
    State("iw", "review_list"),
    State("iw", "review_list", "overdue", query="?show=overdue"),
    State("iw", "review_list", "added", query="?show=added"),
    State("iw", "review_detail", "added", added_review("review_added")),
    State("iw", "review_detail", "added, of the record's second", added_review("second_added")),
    State("iw", "hold_review", "", story("review_overdue"), asks=True),
    State("iw", "record_detail", "reviews were added", record("review_added")),
    State("iw", "review_detail", "waiting for an answer", review("review_waiting")),
    State("iw", "review_detail", "overdue", review("review_overdue"), asks=True),
    State("iw", "review_detail", "let go, others ask", review("review_let_go"), asks=True),
    State("iw", "review_detail", "concluded", review("review_concluded")),
    State("iw", "review_detail", "first, to conclude", story("first_to_conclude"), asks=True),
    State("iw", "review_detail", "first, answered early", story("first_answered_early")),
    State("iw", "review_detail", "first, waiting", story("agreed_not_applied")),
    State("iw", "hold_answer", "", story("review_overdue"), asks=True),
    State("iw", "hold_let_go", "", story("review_overdue"), asks=True),
    State("iw", "hold_let_go", "taken over", an_import("taken_over"), asks=True),
    State("iw", "hold_in_error", "", story("review_overdue"), asks=True),
    State("iw", "hold_family", "", story("not_agreed"), asks=True),
    State("second", "hold_attest", "", story("let_go_by_phone"), asks=True),
    State("lead", "hold_denied", "", an_import("taken_over_withdrawn"), asks=True),
    State("iw", "record_detail", "let go by phone", record("let_go_by_phone")),
    State("iw", "answers_by_phone"),
    *(
        State("iw", "record_detail", name, record(name))
        for name in (
            "review_overdue",
            "nobody_asks",
            "let_go_today",
            "begun_by_another",
            "begun_by_oneself",
            "asked_again",
            "asked_again_and_let_go",
            "end_proposed",
            "ended",
        )
    ),
    State("iw", "record_unshield", "", record("nobody_asks")),
    State("iw", "record_unshield_confirm", "", record("begun_by_another")),
    State("iw", "record_unshield_stop", "", record("begun_by_another"), asks=True),
    State("iw", "record_still_shielded", "", record("asked_again_and_let_go"), asks=True),
    State("iw", "record_end_propose", "", record("nobody_asks"), asks=True),
    State("iw", "record_end_confirm", "", record("end_proposed"), asks=True),
    State("iw", "records_to_unshield"),
    State("iw", "records_to_unshield", "one's own", query="?whose=mine"),
    State("iw", "records_being_unshielded"),
    State("iw", "records_being_unshielded", "one's own", query="?whose=mine"),
    State("iw", "ends_to_confirm"),
    State("iw", "ends_to_confirm", "a colleague's", query="?whose=colleague"),
    State("iw", "desk_request", "asked again", story("asked_again"), asks=True),
    State("iw", "desk_request", "let go", story("let_go_before_decided"), asks=True),
    State("iw", "desk_request", "review overdue", story("review_overdue")),
    State("iw", "person_hand_over", "", person("practitioner"), asks=True),
    State("iw", "person_hand_over", "proposed already", person("teacher")),
    State("iw", "person_hand_over_to", "", hand_over),
    State("iw", "hold_hand_over", "", an_import("named_wrong"), asks=True),
    State("second", "hold_hand_over", "withdrawn", an_import("taken_over_withdrawn")),
    State("lead", "hold_hand_over", "one is proposed", an_import("taken_over")),
    State("iw", "hold_hand_over_to", "", one_hand_over),
    State("second", "hold_hand_over_to", "a colleague's", one_hand_over),
    State("lead", "hand_over", "of one request", a_hand_over("of_one"), asks=True),
    State("second", "hand_over", "of one request, a colleague's", a_hand_over("of_one")),
    State("iw", "hand_overs"),
    *(
        State("iw", "hand_over", about, a_hand_over(name))
        for about, name in (
            ("to confirm", "to_confirm"),
            ("own proposal", "own"),
            ("void", "void"),
            ("done", "done"),
            ("said to be wrong", "said_wrong"),
        )
    ),
    State("iw", "hand_overs", "said to be wrong", query="?show=disputed"),
    State("iw", "hand_overs", "wrong, a colleague's", query="?show=disputed&whose=colleague"),
    State("lead", "hand_over_settle", "", a_hand_over("said_wrong"), asks=True),
    State("iw", "suspensions"),
    State("iw", "not_mes", args=lambda case: {} if a_not_me(case) else {}),
    State("iw", "not_me_settle", "to phone", a_not_me, asks=True),
    State("lead", "not_me_settle", "settled", a_settled_not_me),
    State("iw", "suspensions", "one's own", query="?whose=mine"),
    State("lead", "suspension", "said to be wrong", a_suspension("said_wrong"), asks=True),
    State("iw", "suspension", "not one's own to settle", a_suspension("said_wrong")),
    State("iw", "suspension", "settled", a_suspension("settled")),
    State("iw", "person", "whose suspension is said to be wrong", stopped),
)


def to_school(name: str) -> Any:
    """Return the addresses' arguments that move somebody to the school."""
    who = person(name)
    return lambda case: {**who(case), "code": case.office.school.code}


def proposed_address(case: Any) -> dict[str, Any]:
    return {"reference": case.address}


PEOPLE = (
    State("administrator", "home"),
    State("iw", "people"),
    State("iw", "people", "filtered", query="?role=practitioner&state=working"),
    State("iw", "people", "none found", query="?role=auditor&state=suspended"),
    State("administrator", "people"),
    State("iw", "person", "a practitioner", person("practitioner")),
    State("iw", "person", "a manager", person("manager")),
    State("iw", "person", "suspended", person("leaver")),
    State("administrator", "person", "an auditor", person("auditor")),
    State("iw", "person", "to phone", newcomer),
    State("iw", "people_to_phone"),
    State("iw", "people_to_phone", "a colleague's", query="?whose=colleague"),
    State("iw", "words_to_attest"),
    State("iw", "words_to_attest", "one's own", query="?whose=mine"),
    State("iw", "person_vouch", "", newcomer, asks=True),
    State("iw", "person_add", asks=True),
    State(
        "iw",
        "person_add",
        "somebody has a similar name",
        press="Add the practitioner",
        write=(("Full name", "PAT-INVENTED"), ("Work email address", "pat2@council.example")),
        pick=(("Service", "Invented primary school"),),
    ),
    State("iw", "go_live", asks=True),
    State("iw", "go_live_one", "to confirm", an_import("shields_to_confirm"), asks=True),
    State("second", "go_live_one", "own proposal", an_import("shields_to_confirm")),
    State("iw", "go_live_one", "done", an_import("shields_done")),
    State("teacher", "request_detail", "taken over", an_import("taken_over")),
    State("second", "desk_request", "taken over", an_import("taken_over")),
    State("iw", "people_import", asks=True),
    State("iw", "people_import", "waiting for oneself", query="?whose=mine"),
    State("iw", "people_import_one", "to confirm", an_import("people_to_confirm"), asks=True),
    State("second", "people_import_one", "own proposal", an_import("people_to_confirm")),
    State("iw", "people_import_one", "done", an_import("people_done")),
    State("second", "people_import_one", "proposer left", an_import("people_left"), asks=True),
    State("iw", "people_import_one", "proposer left, own", an_import("people_left")),
    State("iw", "person_manager", args=person("practitioner"), asks=True),
    State("iw", "person_name", args=person("practitioner"), asks=True),
    State("iw", "person_address", args=person("practitioner"), asks=True),
    State("iw", "addresses"),
    State("administrator", "addresses", "none"),
    State(
        "iw", "address_change", "to confirm", lambda case: {"reference": case.address}, asks=True
    ),
    State("second", "address_change", "not theirs", lambda case: {"reference": case.address}),
    State("iw", "person_move", args=person("practitioner"), asks=True),
    State("iw", "person_move_to", "with something in hand", to_school("practitioner"), asks=True),
    State("iw", "person_move_to", "a manager, with nothing", to_school("manager"), asks=True),
    State("iw", "person_phone", args=person("practitioner")),
    State("manager", "your_account"),
    State("beginner", "deputy", "manages nobody"),
    State("manager", "deputy"),
    State("manager", "deputy_name", asks=True),
    State("head", "deputy", "stands in for another"),
    State("iw", "person_deputy_name", "nobody to choose", person("head")),
    State("iw", "person_deputy", args=person("manager")),
    State("iw", "person_deputy_name", args=person("manager"), asks=True),
    State("iw", "services"),
    State("administrator", "notices"),
    State("iw", "service_add", asks=True),
    State(
        "iw",
        "service_add",
        "one has a similar name",
        press="Add the service",
        write=(("Name of the service", "Invented Primary-School"),),
    ),
    State("iw", "service", "open", lambda case: {"code": case.office.school.code}),
    State(
        "iw",
        "service",
        "closed, with a shield left in it",
        lambda case: {"code": Service.objects.get(name="Invented surgery").code},
    ),
    State("iw", "service_close", args=lambda case: {"code": case.office.school.code}),
    State("iw", "notices"),
    State("iw", "notices", "could not be delivered", query="?show=undelivered"),
    State("administrator", "roles"),
    State("lead", "roles"),
    State("lead", "home"),
    State("administrator", "role_account", asks=True),
    State("iw", "person_factor_reset", args=person("teacher"), asks=True),
    State("administrator", "person_factor_reset", "proposed", args=person("auditor")),
    State("lead", "factor_resets"),
    State("administrator", "factor_reset", "waits", a_reset),
    State("lead", "factor_reset", "to confirm", a_reset, asks=True),
    State("administrator", "role_propose", args=person("auditor"), asks=True),
    State("administrator", "account_reauthenticate", asks=True),
)

STATES: tuple[State, ...] = (
    *EVERYBODYS,
    *PRACTITIONERS,
    *REQUESTERS,
    *COLLEAGUES,
    *DESK,
    *brokerage_states.BROKERAGE,
    *CLOCK,
    *PEOPLE,
    *logbook_states.LOGBOOK,
)

# Addresses that only take a form, and the page it is sent from and comes back to.
POSTED: dict[str, str] = {
    "request_no_longer_needed": "request_review",
    "request_number": "request_detail",
    "desk_number": "desk_request",
    "duty_take": "desk_request",
    **{f"desk_{form.slug.replace('-', '_')}": "desk_request" for form in FORMS},
    **brokerage_states.POSTED,
    "record_number": "record_detail",
    "data_load_take_back": "data_loads",
    "address_withdraw": "address_change",
    "hand_over_withdraw": "hand_over",
    "figures": "how_we_are_doing",
    "record_end_withdraw": "record_detail",
    "review_conclude": "review_detail",
    "review_escalate": "review_detail",
    "access_agree": "access_approval",
    "access_decline": "access_approval",
    "liaison_answer": "liaison_detail",
    "liaison_contact": "liaison_detail",
    "session_extend": "your_account",
    "session_keep": "your_account",
    "own_session_end": "own_sessions",
    "own_sessions_end_others": "own_sessions",
    "deputy_end": "deputy",
    "factor_reset_withdraw": "factor_reset",
    "own_factor_end": "own_factors",
    "go_live_take_back": "go_live_one",
    "people_import_take_back": "people_import_one",
    "person_invite": "person",
    "mail_send_again": "notices",
    "person_suspend": "person",
    "person_reactivate": "person",
    "role_confirm": "roles",
    "service_reopen": "service",
    "role_refuse": "roles",
}


# Pages between the password and a session, and those of one's own app or key that is being added:
# `tests/browser/test_second_step.py` looks at them.
HALF_SIGNED_IN = {
    "factor_again",
    "factor_app",
    "factor_begin",
    "factor_codes",
    "factor_key",
    "factor_spoken_code",
    "own_factor_app",
    "own_factor_key",
    "recovery_code",
    "second_factor",
    "stage_leave",
}

# Addresses that answer machines, without a page.
FOR_MACHINES = {"health_live", "health_ready", "security_txt"}


def batches() -> list[Any]:
    """Return which states are looked at in one go, person after person, as a test's parameters."""
    seats = list(dict.fromkeys(state.who for state in STATES))
    in_turn = sorted(STATES, key=lambda state: seats.index(state.who))
    starts = range(0, len(in_turn), AT_ONCE)
    return [pytest.param(in_turn[n : n + AT_ONCE], id=f"from-{in_turn[n].name}") for n in starts]
