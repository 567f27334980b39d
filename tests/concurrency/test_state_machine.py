"""Anybody does anything on any day: the product and a model in plain Python agree throughout."""

import random
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
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
from shielding.holds import actions as hold_actions
from shielding.holds import letting_go
from shielding.models import Consultation, Hold, Record, Review
from shielding.records import states
from shielding.reviews import actions as review_actions
from shielding.unshield import actions as unshield_actions
from shielding.unshield import other_ends
from shielding.web.refusals import Refused
from tests.concurrency.support.model import MEMBERS, SOURCES, Model
from tests.support.people import a_practitioner, an_iw_member
from tests.support.replay import replay
from tests.support.requests import a_number, a_written_draft
from tests.support.shielded_records import GONE, at

START = date(2026, 3, 2)
EVERYBODY = (*SOURCES, *MEMBERS)
DECIDES = {"agree", "send_back", "propose", "overturn", "confirm", "conclude_let_go"}
OF_REQUESTS = DECIDES | {
    "resubmit",
    "withdraw",
    "still_needed",
    "no_longer_needed",
    "say_family",
    "apply",
}
OF_RECORDS = {
    "submit", "open_review", "conclude", "never_applied", "begin", "confirm_unshield", "stop",
    "still_shielded", "propose_end", "withdraw_end", "confirm_end",
}  # fmt: skip
ACTS = sorted(OF_REQUESTS | OF_RECORDS)
# Evenly among what is possible: drawn one by one, Hypothesis keeps to the first of a list.
SEEDS = some.integers(0, 2**64)
TOWARDS_UNSHIELD = ("apply", "withdraw", "say_family", "begin", "confirm_unshield")


class Team(RuleBasedStateMachine):
    """Three sources and four members on two records; every rule is one step of somebody."""

    did: dict[str, int]

    @initialize()
    def begin_afresh(self) -> None:
        self.block = transaction.atomic()
        self.block.__enter__()
        self.people = [a_practitioner() for _ in SOURCES] + [an_iw_member() for _ in MEMBERS]
        self.numbers = [a_number(), a_number()]
        self.model = Model(len(self.numbers), START)
        self.references: list[str] = []

    def teardown(self) -> None:
        if not hasattr(self, "block"):
            return
        try:
            assert replay()[0] == []
        finally:
            transaction.set_rollback(True)
            self.block.__exit__(None, None, None)

    @rule(days=some.sampled_from([1, 1, 3, 6, 7, 30, 160]))
    def tick(self, days: int) -> None:
        self.model.today += timedelta(days=days)

    @rule(chance=SEEDS)
    def what_is_possible(self, chance: int) -> None:
        """Do something the model allows: any act that anybody could do now."""
        self.do_one_of(ACTS, chance)

    @rule(chance=SEEDS, days=some.sampled_from([1, 3, 6]))
    def on_the_way_to_an_unshield(self, chance: int, days: int) -> None:
        """Do one of the acts that lead there and back, where one is possible: the longest way."""
        self.do_one_of(TOWARDS_UNSHIELD, chance)
        self.model.today += timedelta(days=days)
        self.do_one_of(TOWARDS_UNSHIELD, chance)

    def do_one_of(self, acts: Iterable[str], chance: int) -> None:
        possible = [
            (act, target, who)
            for act in acts
            for target in self.targets(act)
            for who in self.who(act)
            if self.model.plan(act, target, who) is not None
        ]
        if possible:
            draw = random.Random(chance)
            act = draw.choice(sorted({one[0] for one in possible}))
            self.do(*draw.choice([one for one in possible if one[0] == act]))

    @rule(act=some.sampled_from(ACTS), number=some.integers(0, 9), who=some.integers(0, 6))
    def whatever(self, act: str, number: int, who: int) -> None:
        """Do anything, mostly something that is refused."""
        targets = self.targets(act)
        if targets:
            self.do(act, targets[number % len(targets)], self.who(act)[who % len(self.who(act))])

    @rule(r=some.integers(0, 1))
    def the_clock_opens_reviews(self, r: int) -> None:
        self.do("open_review", r, MEMBERS[0])

    def targets(self, act: str) -> list[int]:
        things = self.model.requests if act in OF_REQUESTS else self.model.records
        return list(range(len(things)))

    def who(self, act: str) -> tuple[int, ...]:
        return SOURCES if act in ("submit", "resubmit") else EVERYBODY

    def do(self, act: str, target: int, who: int) -> None:
        """Do one act in the product and in the model; both do it, or both refuse it."""
        plan = self.model.plan(act, target, who)
        outcome = self.outcome(act, target, who)
        if outcome == "nothing there":
            return
        assert (outcome == "done") == (plan is not None), f"{act}: {outcome}, not in the model"
        if plan is not None:
            plan()
            DID[act] = DID.get(act, 0) + 1

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
        given = {"by": self.people[who], "now": at(self.model.today)}
        if act == "submit":
            return self.submit(target, given)
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
        holds = Hold.objects.values_list("reference", "released_how", "family", "review_due")
        assert requests == {
            name: one.state for name, one in zip(self.references, self.model.requests, strict=True)
        }
        assert {name: (how, family, due) for name, how, family, due in holds} == {
            name: (one.how, one.family, one.due)
            for name, one in zip(self.references, self.model.requests, strict=True)
        }
        assert in_the_tables() == sorted(map(self.told, self.model.reviews), key=str)

    def told(self, review: Any) -> tuple[Any, ...]:
        """Return a review of the model as `in_the_tables` has it."""
        asked = sorted((self.references[q], said) for q, said in review.asked.items())
        return review.kind, review.due, review.outcome, review.late, tuple(asked)

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
    return True


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
    "still_needed": say("still_needed"),
    "no_longer_needed": say("no_longer_needed"),
    "say_family": lambda one, **given: letting_go.say_family(one.hold, family="told", **given),
    "apply": apply,
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
    "propose_end": lambda one, **given: other_ends.propose_end(one, code="died", **given),
    "withdraw_end": other_ends.withdraw_end,
    "confirm_end": lambda one, **given: other_ends.confirm_end(
        one, seen=list(one.holds.standing().values_list("reference", flat=True)), attested=True,
        no_duplicate=True, **given,
    ),
}  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("seeded", "runs", "steps"),
    [
        (0, 60, 30),
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
