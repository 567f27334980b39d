"""What the tables say, in the words of the model."""

from typing import Any

from requests_app.models import Request
from shielding.accounts.suspensions import Suspension
from shielding.checks.data_loads import lists
from shielding.checks.data_loads.models import DataLoad
from shielding.checks.models import Check
from shielding.holds.hand_over.models import HandedOverHold, HandOver
from shielding.models import Consultation, Hold, Record, Review
from shielding.records.letting_go_to_attest import with_word_owed
from tests.concurrency.support.model.whole import Model

Names = dict[int | None, int | None]


def records(numbers: list[str]) -> list[Any]:
    found = (Record.objects.numbered(number).first() or _unknown() for number in numbers)
    return [
        (
            one.state, one.episode, one.applied_at is not None, one.review_due,
            one.unshield_cancels or 0, one.end_code if one.state != "closed" else "died",
            one.unshield_begun_by_id is not None and one.state == "unshielding",
        )
        for one in found
    ]  # fmt: skip


def _unknown() -> Record:
    return Record(unshield_cancels=0, end_code="")


def records_of(model: Model) -> list[Any]:
    return [
        (
            one.state, one.episode, one.applied, one.due, one.cancels, one.end,
            one.begun_by is not None and one.state == "unshielding",
        )
        for one in model.records
    ]  # fmt: skip


def requests(named: Names) -> dict[str, Any]:
    """Return every request that was sent, with its hold."""
    sent = Request.objects.exclude(record=None).select_related("hold")
    owed = {one.pk for one in with_word_owed(Hold.objects.all()) if one.word_owed}
    return {
        one.reference: (
            one.state, named[one.practitioner_id], named[one.logged_by_id],
            one.confirmed_at is not None, one.disowned_at is not None,
            named[one.phoned_back_by_id], one.phone_by is not None,
            *_hold(one.hold, named), one.hold_id in owed,
        )
        for one in sent
    }  # fmt: skip


def _hold(hold: Any, named: Names) -> tuple[Any, ...]:
    return (
        hold.released_how, hold.family, hold.review_due, named[hold.source_id], hold.episode,
        hold.applied_at is not None, hold.found_open_at is not None,
    )  # fmt: skip


def requests_of(model: Model, references: list[str]) -> dict[str, Any]:
    return {
        name: (
            one.state, one.practitioner, one.logged_by, one.confirmed, one.disowned,
            one.phoned_back_by, one.other and one.stands and one.phoned_back_by is None,
            one.how, one.family, one.due, one.source, one.episode, one.applied, one.found_open,
            model.word_owed(one),
        )
        for name, one in zip(references, model.requests, strict=True)
    }  # fmt: skip


def reviews() -> list[Any]:
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


def reviews_of(model: Model, references: list[str]) -> list[Any]:
    return sorted(
        (
            (
                one.kind, one.due, one.outcome, one.late,
                tuple(sorted((references[q], said) for q, said in one.asked.items())),
            )
            for one in model.reviews
        ),
        key=str,
    )  # fmt: skip


def looks(numbers: list[str], named: Names) -> list[Any]:
    """Return what was found of each record, the oldest first."""
    known = {one.pk: n for n, one in _known(numbers)}
    found: list[Any] = [[] for _ in numbers]
    for one in Check.objects.order_by("id"):
        found[known[one.record_id]].append((one.finding, named[one.by_id]))
    return found


def _known(numbers: list[str]) -> list[tuple[int, Record]]:
    found = [(n, Record.objects.numbered(number).first()) for n, number in enumerate(numbers)]
    return [(n, one) for n, one in found if one is not None]


def looks_of(model: Model) -> list[Any]:
    return [[(look.found, look.by) for look in one.looks] for one in model.records]


def loads(named: Names) -> list[Any]:
    found = DataLoad.objects.order_by("id")
    return [(one.loaded_on, named[one.entered_by_id], named[one.taken_back_by_id]) for one in found]


def loads_of(model: Model) -> list[Any]:
    return [(one.on, one.by, one.taken_back_by) for one in model.loads]


def to_check_again(numbers: list[str], named: Names, member: Any) -> Any:
    """Return the list after the newest load as a member has it: who looked, and what waits."""
    load = lists.ruling()
    if load is None:
        return {}, set(), (0, 0)
    known = {one.pk: n for n, one in _known(numbers)}
    looked = {
        known[one.pk]: {named[look.by_id] for look in one.looks}
        for one in lists.with_looks(lists.of_load(member, load), load)
    }
    waits = {known[one.pk] for one in lists.still_to_check(member, load)}
    return looked, waits, lists.progress(member, load)


def to_check_again_of(model: Model) -> Any:
    looks = model.to_check_again()
    looked = {r: {one.by for one in them} for r, them in looks.items()}
    waits = {r for r, them in looks.items() if not model.is_by_two(them)}
    return looked, waits, (len(looked) - len(waits), len(looked))


def hand_overs(named: Names) -> list[Any]:
    handed = HandedOverHold.objects.values_list("hand_over", "hold__reference", "given_back_at")
    return [
        (
            named[one.person_id], named[one.to_id], named[one.proposed_by_id],
            named[one.confirmed_by_id], one.withdrawn_at is not None, one.is_disputed, one.verdict,
            {name: back is not None for key, name, back in handed if key == one.pk},
        )
        for one in HandOver.objects.order_by("id")
    ]  # fmt: skip


def hand_overs_of(model: Model, references: list[str]) -> list[Any]:
    return [
        (
            one.person, one.to, one.proposed_by, one.confirmed_by, one.withdrawn,
            one.disputed, one.verdict, {references[q]: back for q, back in one.moved.items()},
        )
        for one in model.hand_overs
    ]  # fmt: skip


def suspensions(named: Names) -> list[Any]:
    return [
        (
            named[one.person_id], named[one.suspended_by_id], one.is_disputed, one.verdict,
            one.person.is_active,
        )
        for one in Suspension.objects.select_related("person").order_by("id")
    ]  # fmt: skip


def suspensions_of(model: Model) -> list[Any]:
    return [
        (one.person, one.by, one.disputed, one.verdict, model.works(one.person))
        for one in model.suspensions
    ]
