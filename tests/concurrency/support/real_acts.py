"""The acts of the product by the names that the model has for them, with what a page would send."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

from logbook.references import new_reference
from requests_app import questions
from requests_app.desk import actions as desk_actions
from requests_app.desk import phoned_requests
from requests_app.models import Request
from requests_app.practitioner import actions as asking
from shielding.accounts import suspending
from shielding.accounts.models import User
from shielding.accounts.suspensions import Suspension
from shielding.checks import actions as checks
from shielding.checks.actions import Found
from shielding.checks.data_loads import actions as data_loads
from shielding.holds import letting_go
from shielding.holds.disputes import hand_over_actions as disputes
from shielding.holds.disputes import release_actions
from shielding.holds.disputes import suspension_actions as disputed_suspensions
from shielding.holds.hand_over import actions as hand_over_acts
from shielding.holds.hand_over.models import HandOver
from shielding.models import Record
from shielding.records.policies import is_to_check_now
from shielding.reviews import actions as review_actions
from shielding.reviews import policies as review_policies
from shielding.reviews.added import actions as added_reviews
from shielding.reviews.models import Review
from shielding.unshield import actions as unshield_actions
from shielding.unshield import attestations, other_ends
from shielding.web.refusals import Refused
from tests.support.requests import a_written_draft, full_answers
from tests.support.shielded_records import GONE

# --- Requests and their claims ----------------------------------------------------------------


def submit(number: str, other: bool, *, by: User, now: Any) -> Request:
    draft = a_written_draft(by, number=number, now=now, ground="other" if other else "abuse")
    return asking.submit(draft, by=by, now=now)


def phone(
    number: str, caller: User | None, days_ago: int, *, service: Any, by: User, now: Any
) -> Request:
    return phoned_requests.log_phoned(
        reference=new_reference(),
        number=number,
        ground="other" if days_ago else "abuse",
        caller="practitioner" if caller else "gp",
        practitioner=caller,
        service=service,
        came_at=now - timedelta(days=days_ago),
        by=by,
        now=now,
    )


def confirm_phoned(request: Request, **given: Any) -> Request:
    """Answer every question that a call leaves open, on one page, and confirm."""
    answers = full_answers(ground=request.ground)
    fields = tuple(answers.keys() - {"number", "decision", "ground", "considered_reason"})
    page, values = (
        replace(questions.PAGES[-1], fields=fields),
        {one: answers[one] for one in fields},
    )
    return asking.confirm_phoned(
        asking.save_answers(request, page, values=values, **given), **given
    )


def by_phone(**review: Any) -> Callable[..., Request]:
    return lambda request, **given: phoned_requests.record_answers(
        request,
        answers={"siblings": {"siblings_considered": True}},
        review={"views": "yes", "sought_by": "source", **review} if review else None,
        seen=request.changed_at,
        **given,
    )


def say(word: str) -> Callable[..., Any]:
    return lambda request, **given: letting_go.answer(
        request.hold, answer=word, views="yes", sought_by="source", parting=GONE, **given
    )


def apply(request: Request, *, by: User, now: Any, **saw: Found) -> bool:
    desk_actions.attest_applied_for_request(
        request,
        checked_on=now.date(),
        no_duplicate=True,
        found=was_open(request),
        by=by,
        now=now,
        **saw,
    )
    return True


def agree_applied(request: Request, *, now: Any, **given: Any) -> Request:
    return desk_actions.agree(
        request,
        involvement="on_record",
        no_duplicate=True,
        applied_on=now.date(),
        found=was_open(request),
        seen=request.changed_at,
        now=now,
        **given,
    )


def was_open(request: Request) -> str:
    """Return what the page asks of a record that may be open this minute, and of no other."""
    return "never_opened" if request.record and is_to_check_now(request.record) else ""


def deciding_as(act: Callable[..., Any], **facts: Any) -> Callable[..., Any]:
    return lambda request, **given: act(request, seen=request.changed_at, **facts, **given)


def done(act: Callable[..., Any]) -> Callable[..., bool]:
    """Return an act that returns nothing as one that says that it was done."""

    def do(*of: Any, **given: Any) -> bool:
        act(*of, **given)
        return True

    return do


# --- Reviews ----------------------------------------------------------------------------------


def open_review(record: Record, *, by: User, now: Any) -> bool:
    review_actions.open_reviews_of(record, now=now)
    for review in Review.objects.to_begin(now).filter(record=record):
        added_reviews.begin_review(review, now=now)
    return True


def conclude(record: Record, *, now: Any, **given: Any) -> Any:
    """Conclude the open review that was opened first; where none is open, the last one again."""
    reviews = record.reviews.of_records()
    review = reviews.open().order_by("id").first() or reviews.order_by("-id").first()
    if review is None:
        raise Refused("no_review")
    return review_actions.conclude_record_review(
        review,
        no_duplicate=True,
        next_shown=review_actions.next_due(review, now),
        now=now,
        **given,
    )


def conclude_added(request: Request, **given: Any) -> Any:
    """Conclude the open added review of a request; where none is open there is nothing to do."""
    review = review_policies.added_review_of(request.hold)
    if review is None:
        raise Refused("no_review")
    return review_actions.conclude_added_review(
        review, no_duplicate=True, next_shown=review_policies.stays_due(review), **given
    )


# --- Who was told says "this is wrong" --------------------------------------------------------


def confirm_hand_over(hand_over: HandOver, **given: Any) -> bool:
    seen = hand_over_acts.references_in_hand(hand_over.person)
    hand_over_acts.confirm(hand_over, seen=seen, **given)
    return True


def say_wrong(told_of: HandOver | Suspension, *, by: User, now: Any) -> bool:
    """Say so by the link in one's mail; whoever was not told has none."""
    told = told_of.told.filter(person=by).first()
    if told is None:
        raise Refused("not_told")
    acts = disputes if isinstance(told_of, HandOver) else disputed_suspensions
    acts.say_wrong(told, by=by, now=now)
    return True


def settle(verdict: str) -> Callable[..., bool]:
    def do(told_of: HandOver | Suspension, **given: Any) -> bool:
        acts = disputes if isinstance(told_of, HandOver) else disputed_suspensions
        acts.settle(told_of, verdict=verdict, **given)
        return True

    return do


def confirm_end(record: Record, **given: Any) -> Any:
    seen = list(record.holds.standing().values_list("reference", flat=True))
    return other_ends.confirm_end(record, seen=seen, attested=True, no_duplicate=True, **given)


def look(record: Record, *, saw: Found = checks.SHIELDED, **given: Any) -> Record:
    return checks.attest_found(record, found=saw, **given)


ON_REQUESTS: dict[str, Callable[..., Any]] = {
    "agree": deciding_as(desk_actions.agree, involvement="on_record"),
    "agree_applied": agree_applied,
    "send_back": deciding_as(desk_actions.return_with_query, query="points"),
    "propose": deciding_as(desk_actions.propose_not_agreed, reason="objection"),
    "overturn": deciding_as(desk_actions.overturn_not_agreed),
    "confirm": deciding_as(desk_actions.confirm_not_agreed, no_duplicate=True),
    "conclude_let_go": deciding_as(desk_actions.conclude_let_go, no_duplicate=True),
    "phone_back": done(
        lambda one, **given: desk_actions.attest_phoned_back(one, phoned=True, **given)
    ),
    "confirm_phoned": confirm_phoned,
    "disown_phoned": done(asking.disown_phoned),
    "answers_by_phone": by_phone(),
    "needed_by_phone": by_phone(answer="still_needed"),
    "not_needed_by_phone": by_phone(answer="no_longer_needed", parting=GONE),
    "resubmit": asking.resubmit,
    "withdraw": lambda one, **given: letting_go.withdraw(one.hold, parting=GONE, **given),
    "take_back": lambda one, **given: letting_go.take_back(one.hold, in_error=True, **given),
    "still_needed": say("still_needed"),
    "no_longer_needed": say("no_longer_needed"),
    "say_family": lambda one, **given: letting_go.say_family(one.hold, family="told", **given),
    "apply": apply,
    "attest_word": lambda one, **given: letting_go.attest_word(one.hold, phoned=True, **given),
    "deny_release": lambda one, **given: release_actions.deny_release(
        one.hold, phoned=True, **given
    ),
    "conclude_first": lambda one, **given: review_actions.conclude_first_review(
        one.review, no_duplicate=True, next_shown=one.hold.review_due, **given
    ),
    "ask_review": lambda one, **given: added_reviews.ask_for_review(
        one.hold, reason="new_address", **given
    ),
    "conclude_added": conclude_added,
}
ON_RECORDS: dict[str, Callable[..., Any]] = {
    "open_review": open_review,
    "conclude": conclude,
    "never_applied": attestations.attest_never_applied,
    "begin": unshield_actions.begin_unshield,
    "confirm_unshield": unshield_actions.confirm_unshield,
    "stop": lambda one, **given: unshield_actions.stop_unshield(one, found="never_opened", **given),
    "still_shielded": lambda one, **given: attestations.attest_still_shielded(
        one, found="never_opened", **given
    ),
    "look": look,
    "propose_end": lambda one, **given: other_ends.propose_end(one, code="died", **given),
    "withdraw_end": other_ends.withdraw_end,
    "confirm_end": confirm_end,
}
ON_HAND_OVERS: dict[str, Callable[..., Any]] = {
    "confirm_hand_over": confirm_hand_over,
    "withdraw_hand_over": hand_over_acts.withdraw,
    "say_wrong": say_wrong,
    "settle_rightful": settle("rightful"),
    "settle_wrong": settle("wrong"),
}
ON_SUSPENSIONS: dict[str, Callable[..., Any]] = {
    "say_suspended_wrongly": say_wrong,
    "suspended_rightly": settle("rightful"),
    "suspended_wrongly": settle("wrong"),
}
ON_LOADS: dict[str, Callable[..., Any]] = {"take_back_load": data_loads.take_back}
ON_DAYS: dict[str, Callable[..., Any]] = {"enter_load": data_loads.enter}
ON_PEOPLE: dict[str, Callable[..., Any]] = {
    "suspend": done(suspending.suspend),
    "reactivate": done(suspending.reactivate),
}
BY_NAME = ON_REQUESTS | ON_RECORDS | ON_HAND_OVERS | ON_SUSPENSIONS | ON_LOADS | ON_DAYS | ON_PEOPLE


def do(act: str, of: Any, **given: Any) -> Any:
    """Do an act by its name: `apply`, or `apply:open` where something else was found."""
    name, _, found = act.partition(":")
    saw = {"saw": Found(found)} if found else {}
    return BY_NAME[name](of, **saw, **given)
