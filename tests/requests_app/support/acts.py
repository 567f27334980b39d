"""The acts on a request and the rule of each, for the tests that try them all."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from requests_app.desk import actions as desk_actions
from requests_app.models import Request
from requests_app.practitioner import actions as practitioner_actions
from requests_app.practitioner import letters
from requests_app.questions import PAGE
from shielding.accounts.models import User
from tests.requests_app.support.cast import LATER
from tests.support.requests import DAY, NOW


def _begin_another(like: Request, by: User) -> Request:
    """Begin one with the answers of another, the first step of sending it."""
    with transaction.atomic():
        return practitioner_actions.begin(by=by, now=LATER, like=like)


OWNER = {"owner"}
TEAM = {"proposer", "member", "lead"}
# Not who proposed or logged it: the second of two; and nobody decides what they logged.
OTHERS = {"member", "lead"}
# Every act as a page would do it: the state it saw is the state there is.
ACTS: dict[str, Callable[[Request, User], Any]] = {
    "start_another": _begin_another,
    "discard": lambda r, by: practitioner_actions.discard_draft(r, by=by, now=LATER),
    "answer": lambda r, by: practitioner_actions.save_answers(
        r, PAGE["ground"], values={"ground": "asylum"}, by=by, now=LATER
    ),
    "submit": lambda r, by: practitioner_actions.submit(r, by=by, now=LATER),
    "resubmit": lambda r, by: practitioner_actions.resubmit(r, by=by, now=LATER),
    "confirm_phoned": lambda r, by: practitioner_actions.confirm_phoned(r, by=by, now=LATER),
    "disown_phoned": lambda r, by: practitioner_actions.disown_phoned(r, by=by, now=LATER),
    "family_told": lambda r, by: practitioner_actions.confirm_family_told(
        r, on=DAY, by=by, now=LATER
    ),
    "professionals_told": lambda r, by: practitioner_actions.record_professionals_told(
        r, on=NOW.date(), by=by, now=LATER
    ),
    "print_not_agreed": lambda r, by: letters.print_letter(r, kind="not-agreed", by=by, now=LATER),
    "print_professionals": lambda r, by: letters.print_letter(
        r, kind="professionals", by=by, now=LATER
    ),
    "print_no_longer_asked": lambda r, by: letters.print_letter(
        r, kind="no-longer-asked", by=by, now=LATER
    ),
    "show_number": lambda r, by: practitioner_actions.show_number_for_request(r, by=by, now=LATER),
    "attest_applied": lambda r, by: desk_actions.attest_applied_for_request(
        r, checked_on=NOW.date(), no_duplicate=True, by=by, now=LATER
    ),
    "agree": lambda r, by: desk_actions.agree(
        r, involvement="on_record", no_duplicate=True, seen=r.changed_at, by=by, now=LATER
    ),
    "return": lambda r, by: desk_actions.return_with_query(
        r, query="points", seen=r.changed_at, by=by, now=LATER
    ),
    "propose": lambda r, by: desk_actions.propose_not_agreed(
        r, reason="objection", seen=r.changed_at, by=by, now=LATER
    ),
    "confirm": lambda r, by: desk_actions.confirm_not_agreed(
        r, no_duplicate=True, seen=r.changed_at, by=by, now=LATER
    ),
    "overturn": lambda r, by: desk_actions.overturn_not_agreed(
        r, seen=r.changed_at, by=by, now=LATER
    ),
    "settle": lambda r, by: desk_actions.settle_considered(
        r, no_duplicate=True, seen=r.changed_at, by=by, now=LATER
    ),
    "look_again": lambda r, by: desk_actions.ask_to_look_again(
        r, query="risk", seen=r.changed_at, by=by, now=LATER
    ),
}


@dataclass(frozen=True)
class Expected:
    """Who may, where, what state follows ("" leaves it), what is logged, and who is told."""

    who: set[str]
    where: dict[str, str]
    logged: tuple[str, ...]
    told: tuple[str, ...] = ()


def same(*situations: str) -> dict[str, str]:
    return dict.fromkeys(situations, "")


SENT = (
    "submitted", "returned", "proposed", "returned_proposed", "agreed", "not_agreed", "applied",
    "considered", "look_again", "settled", "let_go", "returned_let_go", "proposed_let_go",
)  # fmt: skip
PHONED = ("phoned", "phoned_answered", "phoned_agreed", "phoned_let_go", "confirmed")
DISOWNED = ("disowned", "returned_disowned")
WITHOUT_ACCOUNT = ("phoned_for_nobody",)
TO_DECIDE = ("submitted", "applied")
TO_DECIDE_PHONED = ("phoned", "phoned_answered", "confirmed")
BOTH = ("manager", "owner")


def to(state: str, *situations: str) -> dict[str, str]:
    return dict.fromkeys(situations, state)


AGREEING = ("involvement_attested", "agreed_review_open")
RULES: dict[str, tuple[Expected, ...]] = {
    "start_another": (
        Expected(OWNER, same("draft", "discarded", *SENT, *PHONED, *DISOWNED), ("draft_started",)),
    ),
    "discard": (Expected(OWNER, to("discarded", "draft"), ("draft_discarded",)),),
    "answer": (
        Expected(OWNER, same("draft", "look_again"), ("request_answers_changed",)),
        Expected(
            OWNER,
            same(
                "returned", "returned_proposed", "phoned", "phoned_answered"
            ),  # agreed, it was agreed on its ground
            ("ground_changed", "request_answers_changed"),
        ),
    ),
    "submit": (
        Expected(
            OWNER,
            to("submitted", "draft"),
            ("hold_placed", "review_opened", "request_submitted"),
            ("manager",),
        ),
        # Sending what was sent finds it sent.
        Expected(OWNER, same(*SENT, *PHONED, *DISOWNED), ()),
    ),
    "resubmit": (
        # What is proposed meanwhile stays so, and is not theirs to know.
        Expected(
            OWNER, {"returned": "submitted", "returned_proposed": ""}, ("request_resubmitted",)
        ),
        Expected(OWNER, {"look_again": "considered"}, ("considered_resubmitted",)),
    ),
    "confirm_phoned": (
        Expected(
            OWNER,
            same("phoned_answered", "phoned_agreed"),
            ("source_named", "phoned_request_confirmed"),
        ),
    ),
    "disown_phoned": (
        Expected(
            OWNER,
            same("phoned", "phoned_answered", "phoned_agreed", "phoned_let_go"),
            ("phoned_request_disowned",),
        ),
    ),
    "family_told": (
        Expected(
            OWNER,
            same(
                *(set(SENT) - {"not_agreed", "let_go", "returned_let_go", "proposed_let_go"}),
                "phoned_answered",
                "phoned_agreed",
                "confirmed",
            ),
            ("family_told",),
        ),
    ),
    "professionals_told": (Expected(OWNER, same("applied"), ("professionals_told",)),),
    "print_not_agreed": (Expected(OWNER, same("not_agreed", "settled"), ("letter_printed",)),),
    "print_professionals": (Expected(OWNER, same("applied"), ("letter_printed",)),),
    "print_no_longer_asked": (
        Expected(OWNER, same("let_go", "returned_let_go", "proposed_let_go"), ("letter_printed",)),
    ),
    "show_number": (Expected(OWNER, same("draft", *SENT), ("number_shown",)),),
    "attest_applied": (
        Expected(
            TEAM,
            same(
                *("submitted", "returned", "proposed", "returned_proposed", "agreed"),
                *("phoned_agreed", *TO_DECIDE_PHONED),
            ),
            ("shield_applied",),
            BOTH,
        ),
        # Whoever said that it is not theirs hears no more of it.
        Expected(TEAM, same(*DISOWNED, *WITHOUT_ACCOUNT), ("shield_applied",)),
    ),
    "agree": (
        Expected(TEAM, to("agreed", *TO_DECIDE, "returned"), AGREEING, BOTH),
        Expected(OTHERS, to("agreed", *TO_DECIDE_PHONED), AGREEING, BOTH),
        Expected(OTHERS, to("agreed", *WITHOUT_ACCOUNT), AGREEING),
    ),
    "return": (
        Expected(TEAM, to("returned", *TO_DECIDE), ("request_returned",), BOTH),
        Expected(OTHERS, to("returned", *TO_DECIDE_PHONED), ("request_returned",), BOTH),
    ),
    "propose": (  # nobody is told of half a decision
        Expected(TEAM, to("proposed", *TO_DECIDE, "returned"), ("not_agreed_proposed",)),
        Expected(
            OTHERS,
            to("proposed", *TO_DECIDE_PHONED, *DISOWNED, *WITHOUT_ACCOUNT),
            ("not_agreed_proposed",),
        ),
    ),
    "confirm": (
        Expected(
            OTHERS,
            to("not_agreed", "proposed", "returned_proposed"),
            ("hold_released", "consultation_closed", "not_agreed_confirmed"),
            BOTH,
        ),
    ),
    "overturn": (
        Expected(
            OTHERS,
            {"proposed": "submitted", "returned_proposed": "returned"},
            ("not_agreed_overturned",),
        ),
    ),
    "settle": (Expected(TEAM, to("settled", "considered"), ("considered_confirmed",), BOTH),),
    "look_again": (Expected(TEAM, to("look_again", "considered"), ("look_again_asked",), BOTH),),
}
