"""Every situation of a request × every act × everybody: what happens, by a table of its own.

The table below was written from the process, not from the code: who may act, in which situations,
and what then stands in the request and in the logbook. Whatever it does not name is refused,
changes nothing and writes nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction

from logbook.models import Entry
from requests_app.desk import actions as desk_actions
from requests_app.models import Request
from requests_app.practitioner import actions as practitioner_actions
from requests_app.practitioner import letters
from requests_app.questions import PAGE
from shielding.accounts.models import User
from shielding.notices.models import Notice
from shielding.web.refusals import NotAllowed, Refused
from tests.requests_app.support.cast import LATER, SITUATIONS, a_cast, everything
from tests.support.requests import DAY, NOW

pytestmark = pytest.mark.django_db(transaction=True)

OWNER = {"owner"}
TEAM = {"proposer", "member", "lead"}
# Not who proposed or logged it: the second of two; and nobody decides what they logged.
OTHERS = {"member", "lead"}

# Every act as a page would do it: the state it saw is the state there is.
ACTS: dict[str, Callable[[Request, User], Any]] = {
    "start_another": lambda r, by: practitioner_actions.start_draft(by=by, now=LATER, like=r),
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
    "submitted", "returned", "proposed", "agreed", "not_agreed", "applied", "considered",
    "look_again", "settled", "let_go", "returned_let_go", "proposed_let_go",
)  # fmt: skip
PHONED = ("phoned", "phoned_answered", "phoned_agreed", "phoned_let_go", "confirmed")
DISOWNED = ("disowned", "returned_disowned")
WITHOUT_ACCOUNT = ("phoned_for_nobody",)
TO_DECIDE = ("submitted", "applied")
TO_DECIDE_PHONED = ("phoned", "phoned_answered", "confirmed")
BOTH = ("manager", "owner")


def to(state: str, *situations: str) -> dict[str, str]:
    return dict.fromkeys(situations, state)


AGREEING = ("involvement_attested", "consultation_closed", "request_agreed")
RULES: dict[str, tuple[Expected, ...]] = {
    "start_another": (
        Expected(OWNER, same("draft", "discarded", *SENT, *PHONED, *DISOWNED), ("draft_started",)),
    ),
    "discard": (Expected(OWNER, to("discarded", "draft"), ("draft_discarded",)),),
    "answer": (
        Expected(OWNER, same("draft", "look_again"), ("request_answers_changed",)),
        Expected(
            OWNER,
            same("returned", "phoned", "phoned_answered"),  # agreed, it was agreed on its ground
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
        Expected(
            OWNER, {"returned": "submitted", "look_again": "considered"}, ("request_resubmitted",)
        ),
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
            same("submitted", "returned", "proposed", "agreed", "phoned_agreed", *TO_DECIDE_PHONED),
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
            to("not_agreed", "proposed"),
            ("hold_released", "consultation_closed", "not_agreed_confirmed"),
            BOTH,
        ),
    ),
    "overturn": (Expected(OTHERS, to("submitted", "proposed"), ("not_agreed_overturned",)),),
    "settle": (Expected(TEAM, to("settled", "considered"), ("considered_confirmed",), BOTH),),
    "look_again": (Expected(TEAM, to("look_again", "considered"), ("look_again_asked",), BOTH),),
}


def expected(act: str, situation: str, who: str) -> Expected | None:
    """Return what the table says of this cell; None where it is to be refused."""
    for rule in RULES[act]:
        if who in rule.who and situation in rule.where:
            return rule
    return None


@pytest.mark.parametrize("situation", SITUATIONS)
def test_every_act_by_everybody_in(situation):
    cast = a_cast()
    request = SITUATIONS[situation](cast)
    request.refresh_from_db()
    people = cast.people()
    names = {person.pk: name for name, person in people.items()}
    before = everything()
    wrong = []
    for act in ACTS:
        for who, person in people.items():
            rule = expected(act, situation, who)
            if rule is None:
                fits, outcome = refused(act, request, who, person)
                fits = fits or (outcome == "not allowed" and not_theirs(situation, who))
            else:
                outcome = what_happens(act, request, person, names)
                state = rule.where[situation] or request.state
                fits = outcome == (state, rule.logged, rule.told)
            if not fits:
                wrong.append(f"{act} by {who}: {outcome}, expected {rule or 'to be refused'}")
        if everything() != before:
            wrong.append(f"{act}: refused, but something changed or was written")
    assert wrong == []


def not_theirs(situation: str, who: str) -> bool:
    """Whether what this person may do elsewhere is here not theirs to do at all."""
    if who == "owner":
        return situation in WITHOUT_ACCOUNT
    return who == "proposer" and situation in (*PHONED, *DISOWNED, *WITHOUT_ACCOUNT)


def refused(act: str, request: Request, who: str, person: User) -> tuple[bool, str]:
    """Do an act that is to be refused; return whether it was, in the right way, and how.

    Whoever may never do it is told so, unless the state forbids it to everybody; whoever may, in
    another state, is told of the state.
    """
    try:
        with transaction.atomic():
            ACTS[act](request, person)
            transaction.set_rollback(True)
    except NotAllowed:
        may_somewhere = any(who in rule.who for rule in RULES[act])
        return not may_somewhere or act == "show_number", "not allowed"
    except Refused as refusal:
        return True, refusal.code
    return False, "done"


def what_happens(act: str, request: Request, person: User, names: dict[int, str]) -> Any:
    """Do an act that is allowed, and undo it; return the state, the entries and who was told."""
    with transaction.atomic():
        last_entry = Entry.objects.newest_first().values_list("id", flat=True).first() or 0
        last_notice = Notice.objects.order_by("-id").values_list("id", flat=True).first() or 0
        try:
            ACTS[act](request, person)
        except Refused as refusal:
            return f"refused: {refusal.code}"
        with connection.cursor() as cursor:  # what PostgreSQL would say at the commit
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
        entries = list(Entry.objects.filter(id__gt=last_entry).order_by("id"))
        told = Notice.objects.filter(id__gt=last_notice).values_list("recipient", flat=True)
        state = Request.objects.values_list("state", flat=True).get(pk=request.pk)
        outcome = (
            state,
            tuple(entry.event for entry in entries),
            tuple(sorted(names[recipient] for recipient in told)),
        )
        transaction.set_rollback(True)
    assert {entry.actor for entry in entries} <= {person.uid}
    return outcome


# --- What the table does not tell: time, absence, and what somebody did meanwhile ---------------

DECIDING = ("agree", "return", "propose", "confirm", "overturn", "settle", "look_again")


@pytest.mark.parametrize("act", DECIDING)
def test_whoever_opened_the_page_before_a_colleague_acted_is_told_and_decides_nothing(act):
    cast = a_cast()
    request = SITUATIONS["proposed"](cast)
    request.changed_at = NOW - timedelta(minutes=1)  # what their page was made from
    before = everything()
    with pytest.raises(desk_actions.ChangedMeanwhile) as overtaken:
        ACTS[act](request, cast.member)
    assert overtaken.value.request.proposed_by == cast.proposer
    assert everything() == before


@pytest.mark.parametrize("act", ["confirm", "overturn"])
def test_for_a_day_after_a_role_was_granted_nobody_is_the_second_of_two(act):
    cast = a_cast()
    request = SITUATIONS["proposed"](cast)
    cast.member.second_person_from = LATER + timedelta(microseconds=1)
    cast.member.save()
    with pytest.raises(NotAllowed, match="second_person"):
        ACTS[act](request, cast.member)
    cast.member.second_person_from = LATER
    cast.member.save()
    assert ACTS[act](request, cast.member).state != "proposed"


@pytest.mark.parametrize("act", ACTS)
def test_nobody_who_is_suspended_does_anything(act):
    cast = a_cast()
    request = SITUATIONS[next(iter(RULES[act][0].where))](cast)
    before = everything()
    # Suspended since their page was opened: what the page knew of them is out of date.
    User.objects.update(is_active=False)
    for person in cast.people().values():
        with pytest.raises(NotAllowed):
            ACTS[act](request, person)
    assert everything() == before
