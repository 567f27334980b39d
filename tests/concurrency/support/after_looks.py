"""What was found and asked for, told from the logbook, and what the tables and lists say of it."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime

from logbook.models import Entry
from logbook.reading import facts_of
from shielding import clock
from shielding.accounts.models import User
from shielding.checks.data_loads import lists
from shielding.checks.data_loads.models import DataLoad
from shielding.checks.models import Check
from shielding.models import Record, Review
from shielding.records import states

IS_SHIELDED = ("shielded", "duplicate")


@dataclass
class Told:
    """A record as its entries tell it."""

    state: str = states.NOT_SHIELDED
    standing: set[str] = field(default_factory=set)
    applied: set[str] = field(default_factory=set)
    # What a look has just found open, until each has its entry.
    to_clear: set[str] = field(default_factory=set)
    # When it was first attested in its episode, and who found it shielded since it was open, when.
    first_applied: datetime | None = None
    looks: list[tuple[str, datetime]] = field(default_factory=list)


def check_findings(record: Record) -> Told:
    """Found open, the record is to shield, and what was attested for who asks is so no more: every
    claim, and no other. Nothing else that is found moves anything. Returns what was told.
    """
    told = Told()
    for entry in Entry.objects.filter(record=record.reference).order_by("id"):
        _tell(told, str(entry.event), entry, facts_of(entry))
    assert not told.to_clear
    standing = record.holds.standing()
    assert set(standing.values_list("reference", flat=True)) == told.standing
    attested = standing.exclude(applied_at=None).values_list("reference", flat=True)
    assert set(attested) == told.applied
    return told


def _tell(told: Told, event: str, entry: Entry, facts: dict[str, object]) -> None:
    if event == "applied_cleared":
        told.to_clear.remove(entry.reference)
        told.applied.remove(entry.reference)
        return
    assert not told.to_clear, f"found open, and still attested: {told.to_clear}"
    if event in ("hold_placed", "hold_stands_again"):
        told.standing.add(entry.reference)
        if facts["from"] in states.OPEN_TO_ALL:
            told.first_applied = None
    elif event == "hold_released":
        told.standing.remove(entry.reference)
        told.applied.discard(entry.reference)
    elif event == "shield_applied":
        assert entry.reference in told.standing - told.applied, "attested twice, or for nobody"
        told.applied.add(entry.reference)
        told.first_applied = told.first_applied or entry.at
    elif event == "record_checked":
        _look(told, entry, facts)
    told.state = str(facts.get("to", told.state))


def _look(told: Told, entry: Entry, facts: dict[str, object]) -> None:
    if facts["finding"] == "open":
        assert facts["to"] == states.TO_SHIELD
        told.to_clear, told.looks = set(told.applied), []
        return
    assert facts["to"] == facts["from"] == told.state
    if facts["finding"] in IS_SHIELDED:
        told.looks.append((str(entry.actor), entry.at))


def check_loads(told: dict[int, Told], member: User) -> Counter[str]:
    """After each load that was ever entered, the list has each record that was shielded then, each
    look since once, and on the side of *checked* those at which two different people looked.
    Returns how many were checked by one and by two, over all loads.
    """
    so_many: Counter[str] = Counter()
    for load in DataLoad.objects.all():
        looked = {
            pk: [(by, at) for by, at in one.looks if at >= load.over_at]
            for pk, one in told.items()
            if one.state not in states.OPEN_TO_ALL
            and one.first_applied
            and one.first_applied < load.over_at
        }
        by_two = {pk for pk, looks in looked.items() if len({by for by, _ in looks}) > 1}
        assert {one.pk for one in lists.checked_by_both(member, load)} == by_two
        assert {one.pk for one in lists.still_to_check(member, load)} == looked.keys() - by_two
        assert lists.progress(member, load) == (len(by_two), len(looked))
        for one in lists.with_looks(lists.of_load(member, load), load):
            assert [(str(look.by.uid), look.at) for look in one.looks] == looked[one.pk]
            first, second = lists.first_and_second(one.looks)
            assert (second is not None) == (one.pk in by_two)
            assert second is None or (first is not None and first.by_id != second.by_id)
        so_many["by two"] += len(by_two)
        so_many["by one"] += sum(len(looked[pk]) > 0 for pk in looked.keys() - by_two)
    return so_many


def check_each_look_is_a_row_and_an_entry() -> None:
    entries = Entry.objects.filter(event="record_checked").order_by("id")
    told = [(one.record, str(one.actor), one.at, facts_of(one)["finding"]) for one in entries]
    rows = Check.objects.values_list("record__reference", "by__uid", "at", "finding")
    assert Counter(told) == Counter((of, str(by), at, found) for of, by, at, found in rows)
    # A load is entered once for its day, and taken back once, by somebody else.
    entered = dict(_loads("data_load_entered"))
    taken_back = list(_loads("data_load_taken_back"))
    assert len(taken_back) == len(dict(taken_back))
    for reference, who in taken_back:
        assert entered[reference] != who
    in_force = DataLoad.objects.in_force().values_list("loaded_on", flat=True)
    assert len(set(in_force)) == len(in_force) == len(entered) - len(taken_back)


def check_what_was_done_on_a_look() -> None:
    """Found open, not there, or twice where it was to end: nothing that rests on a look is done."""
    found = {
        (str(one.actor), one.at): facts_of(one)["finding"]
        for one in Entry.objects.filter(event="record_checked")
    }
    for entry in Entry.objects.filter(event__in=_RESTS_ON_A_LOOK):
        seen = found.get((str(entry.actor), entry.at), "shielded")
        assert seen in _RESTS_ON_A_LOOK[str(entry.event)], f"{entry.event}, and found {seen}"


# Who died may be there no more; where nobody could confirm, an unshield stops without the record.
_RESTS_ON_A_LOOK = dict.fromkeys(
    (
        "shield_applied", "agreed_review_open", "not_agreed_confirmed", "let_go_concluded",
        "first_review_concluded", "added_review_concluded", "record_review_concluded",
        "still_shielded",
    ),
    IS_SHIELDED,
) | {
    "unshield_stopped": (*IS_SHIELDED, "not_found"),
    "record_closed": ("shielded", "not_found"),
    "never_applied": ("shielded", "not_found"),
}  # fmt: skip


def _loads(event: str) -> Iterator[tuple[str, str]]:
    for entry in Entry.objects.filter(event=event).order_by("id"):
        yield entry.reference, str(entry.actor)


def check_added_reviews(members: Iterable[User]) -> None:
    """A claim has one added review at a time; each is concluded once at most. Of two claims of one
    record the team asks a working day apart.
    """
    team = {str(one.uid) for one in members}
    open_of: dict[str, str] = {}
    days: dict[str, dict[str, tuple[str, date]]] = {}
    for entry in Entry.objects.filter(event__in=_OF_ADDED).order_by("id"):
        if entry.event != "review_asked_for":
            (hold,) = [one for one, review in open_of.items() if review == entry.reference]
            del open_of[hold]
            continue
        facts = facts_of(entry)
        hold, day = str(facts["hold"]), date.fromisoformat(str(facts["asks_from"]))
        assert open_of.setdefault(hold, entry.reference) == entry.reference, "two of one claim"
        asked = days.setdefault(entry.record, {})
        if str(entry.actor) in team:
            others = [on for of, on in asked.values() if of != hold]
            assert all(_a_working_day_apart(day, other) for other in others)
        asked[entry.reference] = (hold, day)
    still_open = Review.objects.open().added().values_list("hold__reference", "reference")
    assert dict(still_open) == open_of


_OF_ADDED = ("review_asked_for", "added_review_concluded", "added_review_ended")


def _a_working_day_apart(one: date, other: date) -> bool:
    first, second = sorted((one, other))
    return second >= clock.next_working_day(first)
