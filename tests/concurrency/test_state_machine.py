"""Anybody does anything on any day: the product and a model in plain Python agree throughout."""

import random
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.models import F
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as some
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from requests_app.desk import actions as desk_actions
from requests_app.models import Request
from requests_app.practitioner import actions as asking
from shielding.accounts import actions as directory
from shielding.accounts.models import User
from shielding.checks import actions as checks
from shielding.holds import actions as hold_actions
from shielding.holds import disputes, letting_go
from shielding.holds import hand_over as hand_over_acts
from shielding.holds.models import HandedOverHold, HandOver
from shielding.models import Consultation, Hold, Record, Review
from shielding.records import states
from shielding.records.letting_go_to_attest import with_word_owed
from shielding.reviews import actions as review_actions
from shielding.reviews import policies as review_policies
from shielding.reviews.added import actions as added_reviews
from shielding.unshield import actions as unshield_actions
from shielding.unshield import other_ends
from shielding.unshield import policies as unshield_policies
from shielding.web.refusals import Refused
from tests.concurrency.support.model import OPEN, Model
from tests.concurrency.support.model_hand_overs import PAIRS
from tests.concurrency.support.model_people import ADMINISTRATOR, LEAD, MEMBERS, SOURCES
from tests.support.people import a_practitioner, a_service, an_administrator, an_iw_member
from tests.support.replay import replay
from tests.support.requests import a_number, a_written_draft
from tests.support.shielded_records import GONE, at

START = date(2026, 3, 2)
EVERYBODY = (*SOURCES, *MEMBERS)
DECIDES = {"agree", "send_back", "propose", "overturn", "confirm", "conclude_let_go"}
OF_REQUESTS = DECIDES | {
    "resubmit",
    "withdraw",
    "take_back",
    "still_needed",
    "no_longer_needed",
    "say_family",
    "apply",
    "attest_word",
    "conclude_first",
    "ask_review",
    "conclude_added",
}
OF_RECORDS = {
    "submit", "open_review", "conclude", "never_applied", "begin", "confirm_unshield", "stop",
    "still_shielded", "propose_end", "withdraw_end", "confirm_end", "found_open", "found_nothing",
}  # fmt: skip
OF_HAND_OVERS = {
    "confirm_hand_over", "withdraw_hand_over", "say_wrong", "settle_rightful", "settle_wrong",
}  # fmt: skip
OF_PEOPLE = {"suspend", "reactivate"}
ACTS = sorted(OF_REQUESTS | OF_RECORDS | OF_HAND_OVERS | OF_PEOPLE | {"propose_hand_over"})
# Evenly among what is possible: drawn one by one, Hypothesis keeps to the first of a list.
SEEDS = some.integers(0, 2**64)
TOWARDS_UNSHIELD = ("apply", "withdraw", "say_family", "begin", "confirm_unshield")
SAID_WRONG = ("say_wrong", "settle_rightful", "settle_wrong")
# Each first step of two, and the second.
TWO_STEPS = {
    "propose": "confirm",
    "propose_end": "confirm_end",
    "propose_hand_over": "confirm_hand_over",
    "begin": "confirm_unshield",
    "withdraw": "attest_word",
}


class Team(RuleBasedStateMachine):
    """Three sources, colleagues, and four members on two records; a rule is a step of somebody."""

    did: dict[str, int]

    @initialize()
    def begin_afresh(self) -> None:
        self.block = transaction.atomic()
        self.block.__enter__()
        service = a_service()
        self.people = [a_practitioner(service=service) for _ in SOURCES]
        self.people += [an_iw_member(lead=who == LEAD) for who in MEMBERS] + [an_administrator()]
        self.named = {person.pk: who for who, person in enumerate(self.people)}
        self.numbers = [a_number(), a_number()]
        self.model = Model(len(self.numbers), START)
        self.references: list[str] = []
        self.hand_overs: list[str] = []

    def teardown(self) -> None:
        if not hasattr(self, "block"):
            return
        try:
            assert replay()[0] == []
        finally:
            transaction.set_rollback(True)
            self.block.__exit__(None, None, None)

    @rule(chance=SEEDS)
    def somebody_goes_on(self, chance: int) -> None:
        """Go on in one of the ways below. Which one is ours to draw: Hypothesis keeps to few."""
        self.draw = random.Random(f"{chance} {self.model.moment}")
        often = (self.what_is_possible, self.between_two_steps, self.what_changed_hands)
        seldom = (self.time_passes, self.on_the_way_to_an_unshield)
        self.draw.choice([*often, *often, *seldom])()

    def time_passes(self) -> None:
        """Let days go by, and the clock open the reviews that are near then."""
        self.model.today += timedelta(days=self.draw.choice([1, 1, 3, 6, 7, 30, 160]))
        if self.draw.random() < 0.5:
            self.do("open_review", self.draw.randrange(len(self.numbers)), MEMBERS[0])

    def what_is_possible(self) -> None:
        """Do something the model allows: any act that anybody could do now."""
        self.do_one_of(ACTS)

    def on_the_way_to_an_unshield(self) -> None:
        """Do some of the acts that lead there and back, where one is possible: the longest way."""
        for _ in range(self.draw.randint(2, 6)):
            self.do_one_of(TOWARDS_UNSHIELD)
            if self.draw.random() < 0.15:
                self.do_one_of(OF_PEOPLE)
            self.model.today += timedelta(days=self.draw.choice([0, 1, 3]))

    def what_changed_hands(self) -> None:
        """Hand over what somebody holds, go on to its unshield, and say that it was wrong."""
        self.do_one_of(["propose_hand_over"])
        self.do_one_of(["confirm_hand_over"])
        if self.draw.random() < 0.7:
            self.on_the_way_to_an_unshield()
        self.do_one_of(self.draw.choice([SAID_WRONG, ["say_wrong"]]))

    def between_two_steps(self) -> None:
        """Do a first step, suspend whoever did it (and let them in again) or let somebody work
        again, do its second.
        """
        act, _target, who = self.do_one_of(TWO_STEPS) or ("begin", 0, MEMBERS[0])
        if self.draw.random() < 0.5:
            self.do("suspend", who, ADMINISTRATOR)
            if self.draw.random() < 0.5:
                self.do("reactivate", who, ADMINISTRATOR)
        else:
            self.do_one_of(["reactivate"])
        self.do_one_of([TWO_STEPS[act]])

    def do_one_of(self, acts: Iterable[str]) -> tuple[str, int, int] | None:
        """Do one of these acts that the model allows; return it, on what and by whom."""
        possible = [
            (act, target, who)
            for act in acts
            for target in self.targets(act)
            for who in self.who(act)
            if self.model.plan(act, target, who) is not None and self.moves(act, target)
        ]
        if not possible:
            return None
        act = self.draw.choice(sorted({one[0] for one in possible}))
        done = self.draw.choice([one for one in possible if one[0] == act])
        self.do(*done)
        return done

    def moves(self, act: str, target: int) -> bool:
        """Whether it leads on: a hand-over of something, a suspension while most people work."""
        if act == "suspend":
            return len(self.model.suspended) < 2
        return act != "propose_hand_over" or bool(self.model.in_hand(PAIRS[target][0]))

    @rule(act=some.sampled_from(ACTS), number=some.integers(0, 9), who=some.integers(0, 7))
    def whatever(self, act: str, number: int, who: int) -> None:
        """Do anything, mostly something that is refused."""
        targets = self.targets(act)
        if targets:
            self.do(act, targets[number % len(targets)], self.who(act)[who % len(self.who(act))])

    def targets(self, act: str) -> list[int]:
        things: Any = self.model.requests if act in OF_REQUESTS else self.model.records
        if act in OF_HAND_OVERS:
            things = self.model.hand_overs
        if act in OF_PEOPLE:
            things = EVERYBODY
        if act == "propose_hand_over":
            things = PAIRS
        return list(range(len(things)))

    def who(self, act: str) -> tuple[int, ...]:
        if act in OF_PEOPLE:
            return (*EVERYBODY, ADMINISTRATOR)
        return SOURCES if act in ("submit", "resubmit", "say_wrong") else EVERYBODY

    def do(self, act: str, target: int, who: int) -> None:
        """Do one act in the product and in the model; both do it, or both refuse it."""
        self.the_same_members_may_take_the_next_step_of_an_unshield()
        self.model.moment += 1
        plan = self.model.plan(act, target, who)
        where = self.where(act, target)
        outcome = self.outcome(act, target, who)
        if outcome == "nothing there":
            return
        assert (outcome == "done") == (plan is not None), f"{act}: {outcome}, not in the model"
        if plan is not None:
            plan()
            for done in (act, *where):
                DID[done] = DID.get(done, 0) + 1

    def where(self, act: str, target: int) -> set[str]:
        """Return in which states of a record it is said that a hand-over is wrong."""
        if act != "say_wrong" or self.model.hand_overs[target].disputed:
            return set()
        records = {self.model.requests[q].record for q in self.model.hand_overs[target].kept}
        return {f"{act} ({self.model.records[r].state})" for r in records}

    def outcome(self, act: str, target: int, who: int) -> str:
        try:
            with transaction.atomic():
                done = self.in_the_product(act, target, who)
                with connection.cursor() as cursor:  # what PostgreSQL would say at the commit
                    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
        except Refused as refusal:
            return f"refused ({refusal.code})"
        return "nothing there" if done is None else "done"

    def in_the_product(self, act: str, target: int, who: int) -> Any:
        now = at(self.model.today) + timedelta(seconds=self.model.moment)
        # As each request to the site does, it begins by reading who asks.
        given = {"by": User.objects.get(pk=self.people[who].pk), "now": now}
        if act == "submit":
            return self.submit(target, given)
        if act in OF_PEOPLE:
            ON_PEOPLE[act](self.people[target], **given)
            return True
        if act == "propose_hand_over":
            person, to = (self.people[one] for one in PAIRS[target])
            proposed = hand_over_acts.propose(person, to=to, **given)
            self.hand_overs.append(proposed.reference)
            return proposed
        if act in OF_HAND_OVERS:
            hand_over = HandOver.objects.get(reference=self.hand_overs[target])
            return ON_HAND_OVERS[act](hand_over, **given)
        if act in OF_REQUESTS:
            request = Request.objects.get(reference=self.references[target])
            return ON_REQUESTS[act](request, **given)
        record = Record.objects.numbered(self.numbers[target]).first()
        if record is None:
            return None
        return ON_RECORDS[act](record, **given)

    def submit(self, target: int, given: dict[str, Any]) -> Request:
        number = self.numbers[target]
        draft = a_written_draft(given["by"], number=number, now=given["now"])
        sent = asking.submit(draft, **given)
        self.references.append(sent.reference)
        return sent

    @invariant()
    def the_tables_are_the_model_s(self) -> None:
        if not hasattr(self, "model"):
            return
        for number, expected in zip(self.numbers, self.model.records, strict=True):
            record = Record.objects.numbered(number).first() or Record(
                unshield_cancels=0, end_code=""
            )
            assert as_in_the_model(record) == (
                expected.state, expected.episode, expected.applied, expected.due,
                expected.cancels, expected.end,
            )  # fmt: skip
        requests = dict(Request.objects.exclude(record=None).values_list("reference", "state"))
        holds = with_word_owed(Hold.objects.order_by("id"))
        assert requests == {
            name: one.state for name, one in zip(self.references, self.model.requests, strict=True)
        }
        assert {
            one.reference: (
                one.released_how, one.family, one.review_due, self.named[one.source_id],
                one.episode, one.applied_at is not None, one.found_open_at is not None,
                one.word_owed != "",
            )
            for one in holds
        } == {
            name: (
                one.how, one.family, one.due, one.source,
                one.episode, one.applied, one.found_open, self.model.word_owed(one),
            )
            for name, one in zip(self.references, self.model.requests, strict=True)
        }  # fmt: skip
        standing = Request.objects.filter(hold__released_at=None).exclude(hold=None)
        assert not standing.exclude(practitioner=F("hold__source")).exists()
        assert in_the_tables() == sorted(map(self.told, self.model.reviews), key=str)

    def told(self, review: Any) -> tuple[Any, ...]:
        """Return a review of the model as `in_the_tables` has it."""
        asked = sorted((self.references[q], said) for q, said in review.asked.items())
        return review.kind, review.due, review.outcome, review.late, tuple(asked)

    @invariant()
    def the_hand_overs_are_the_model_s(self) -> None:
        if not hasattr(self, "model"):
            return
        handed = HandedOverHold.objects.values_list("hand_over", "hold__reference", "given_back_at")
        found = [
            (
                self.named[one.person_id], self.named[one.to_id], self.named[one.proposed_by_id],
                self.named.get(one.confirmed_by_id), one.withdrawn_at is not None,
                one.is_disputed, one.verdict,
                {name: back is not None for key, name, back in handed if key == one.pk},
            )
            for one in HandOver.objects.order_by("id")
        ]  # fmt: skip
        assert found == [
            (
                one.person, one.to, one.proposed_by, one.confirmed_by, one.withdrawn,
                one.disputed, one.verdict,
                {self.references[q]: back for q, back in one.moved.items()},
            )
            for one in self.model.hand_overs
        ]  # fmt: skip

    def the_same_members_may_take_the_next_step_of_an_unshield(self) -> None:
        """The pages ask these policies: whom they show a button, and whom they name as the next."""
        now = at(self.model.today) + timedelta(seconds=self.model.moment)
        for r, expected in enumerate(self.model.records):
            if not expected.applied or self.model.standing(r) or expected.state in OPEN:
                continue
            record = Record.objects.numbered(self.numbers[r]).get()
            for who in filter(self.model.works, MEMBERS):
                member = User.objects.get(pk=self.people[who].pk)
                begins = not unshield_policies.unshield_missing(record, member, now)
                assert begins == (self.model.begin(r, who) is not None)
                confirms = unshield_policies.may_confirm_unshield(member, record, now)
                confirms = confirms and not unshield_policies.words_owed(record)
                assert confirms == (self.model.confirm_unshield(r, who) is not None)

    @invariant()
    def no_record_is_open_while_anybody_asks_and_no_review_is_lost(self) -> None:
        if not hasattr(self, "model"):
            return
        opened = Record.objects.filter(state__in=states.OPEN_TO_ALL)
        assert not Hold.objects.standing().filter(record__in=opened).exists()
        shielded = Record.objects.exclude(state__in=states.OPEN_TO_ALL)
        assert not shielded.filter(review_due=None).exists()
        # An overdue review is open until somebody concludes it: nothing closes one by itself.
        silent = Review.objects.filter(concluded_by=None).exclude(concluded_at=None)
        assert not silent.exists()


DID: dict[str, int] = {}


def as_in_the_model(record: Record) -> tuple[Any, ...]:
    return (
        record.state, record.episode, record.applied_at is not None, record.review_due,
        record.unshield_cancels or 0, record.end_code if record.state != "closed" else "died",
    )  # fmt: skip


def in_the_tables() -> list[Any]:
    asked: dict[int, list[Any]] = {}
    for one in Consultation.objects.select_related("hold"):
        asked.setdefault(one.review_id, []).append((one.hold.reference, one.answer))
    return sorted(
        (
            (one.kind, one.due, one.outcome, one.days_late, tuple(sorted(asked.get(one.pk, []))))
            for one in Review.objects.all()
        ),
        key=str,
    )


def conclude(record: Record, *, by: Any, now: Any) -> Any:
    """Conclude the open review that was opened first; where none is open, the last one again."""
    reviews = record.reviews.of_records()
    review = reviews.open().order_by("id").first() or reviews.order_by("-id").first()
    if review is None:
        raise Refused("no_review")
    return review_actions.conclude_record_review(
        review, no_duplicate=True, next_shown=review_actions.next_due(review, now), by=by, now=now
    )


def say(word: str) -> Callable[..., Any]:
    return lambda request, **given: letting_go.answer(
        request.hold, answer=word, views="yes", sought_by="source", parting=GONE, **given
    )


def apply(request: Request, *, by: Any, now: Any) -> Any:
    return hold_actions.attest_applied(
        request.hold, checked_on=now.date(), no_duplicate=True, found="never_opened", by=by, now=now
    )


def open_review(record: Record, *, by: Any, now: Any) -> bool:
    review_actions.open_reviews_of(record, now=now)
    for review in Review.objects.to_begin(now).filter(record=record):
        added_reviews.begin_review(review, now=now)
    return True


def conclude_added(request: Request, *, by: Any, now: Any) -> Any:
    """Conclude the open added review of a request; where none is open there is nothing to do."""
    review = review_policies.added_review_of(request.hold)
    if review is None:
        raise Refused("no_review")
    return review_actions.conclude_added_review(
        review, no_duplicate=True, next_shown=review_policies.stays_due(review), by=by, now=now
    )


def deciding_as(act: Callable[..., Any], **facts: Any) -> Callable[..., Any]:
    return lambda request, **given: act(request, seen=request.changed_at, **facts, **given)


ON_REQUESTS: dict[str, Callable[..., Any]] = {
    "agree": deciding_as(desk_actions.agree, involvement="on_record", no_duplicate=True),
    "send_back": deciding_as(desk_actions.return_with_query, query="points"),
    "propose": deciding_as(desk_actions.propose_not_agreed, reason="objection"),
    "overturn": deciding_as(desk_actions.overturn_not_agreed),
    "confirm": deciding_as(desk_actions.confirm_not_agreed, no_duplicate=True),
    "conclude_let_go": deciding_as(desk_actions.conclude_let_go, no_duplicate=True),
    "resubmit": asking.resubmit,
    "withdraw": lambda one, **given: letting_go.withdraw(one.hold, parting=GONE, **given),
    "take_back": lambda one, **given: letting_go.take_back(one.hold, in_error=True, **given),
    "still_needed": say("still_needed"),
    "no_longer_needed": say("no_longer_needed"),
    "say_family": lambda one, **given: letting_go.say_family(one.hold, family="told", **given),
    "apply": apply,
    "attest_word": lambda one, **given: letting_go.attest_word(one.hold, phoned=True, **given),
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
    "never_applied": unshield_actions.attest_never_applied,
    "begin": unshield_actions.begin_unshield,
    "confirm_unshield": unshield_actions.confirm_unshield,
    "stop": lambda one, **given: unshield_actions.stop_unshield(one, found="never_opened", **given),
    "still_shielded": lambda one, **given: unshield_actions.attest_still_shielded(
        one, found="never_opened", **given
    ),
    "found_open": lambda one, **given: checks.attest_found(
        one, found=checks.Found("open"), **given
    ),
    "found_nothing": lambda one, **given: checks.attest_found(
        one, found=checks.Found("not_found"), **given
    ),
    "propose_end": lambda one, **given: other_ends.propose_end(one, code="died", **given),
    "withdraw_end": other_ends.withdraw_end,
    "confirm_end": lambda one, **given: other_ends.confirm_end(
        one, seen=list(one.holds.standing().values_list("reference", flat=True)), attested=True,
        no_duplicate=True, **given,
    ),
}  # fmt: skip


def confirm_hand_over(hand_over: HandOver, **given: Any) -> bool:
    seen = hand_over_acts.references_in_hand(hand_over.person)
    hand_over_acts.confirm(hand_over, seen=seen, **given)
    return True


def say_wrong(hand_over: HandOver, *, by: User, now: Any) -> bool | None:
    """Say so by the link in one's mail; whoever was not told has none."""
    told = hand_over.told.filter(person=by).first()
    if told is not None:
        disputes.say_wrong(told, by=by, now=now)
    return told and True


ON_PEOPLE: dict[str, Callable[..., None]] = {
    "suspend": directory.suspend,
    "reactivate": directory.reactivate,
}
ON_HAND_OVERS: dict[str, Callable[..., Any]] = {
    "confirm_hand_over": confirm_hand_over,
    "withdraw_hand_over": hand_over_acts.withdraw,
    "say_wrong": say_wrong,
    "settle_rightful": lambda one, **given: disputes.settle(one, verdict="rightful", **given),
    "settle_wrong": lambda one, **given: disputes.settle(one, verdict="wrong", **given),
}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("seeded", "runs", "steps"),
    [
        (0, 40, 30),
        pytest.param(0, 100, 30, marks=pytest.mark.soak),
        *(pytest.param(number, 500, 50, marks=pytest.mark.soak) for number in range(1, 11)),
    ],
)
def test_product_and_model_agree_whatever_anybody_does(seeded, runs, steps, capsys):
    DID.clear()
    run_state_machine_as_test(
        seed(seeded)(Team),
        settings=settings(
            max_examples=runs,
            stateful_step_count=steps,
            deadline=None,
            phases=[Phase.generate],
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    done = ", ".join(f"{act} {count}" for act, count in sorted(DID.items()))
    with capsys.disabled():
        print(f"\n{runs} runs, seed {seeded}, {sum(DID.values())} acts done: {done}")  # noqa: T201 - figures
    # The short run does not come by every act; the long ones do, but for one that needs a stopped
    # unshield and nobody who asks: some of the ten come by it.
    assert set(ACTS) - set(DID) <= {"still_shielded"} or (not seeded and len(DID) > 15)
