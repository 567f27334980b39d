"""A hand-over as its page shows it."""

from dataclasses import dataclass
from datetime import datetime

from shielding.accounts.directory.presenters import name_changed
from shielding.accounts.history import HANDLING, AccountChange
from shielding.accounts.models import User
from shielding.accounts.telling_apart import name_over_email
from shielding.filled import filled
from shielding.holds.disputes import policies as dispute_policies
from shielding.holds.hand_over import actions, policies
from shielding.holds.hand_over.models import HandOver
from shielding.holds.involvement import Involvement
from shielding.records.models import Hold
from shielding.records.presenters import page_of_hold
from shielding.web import cells
from shielding.web.cells import Fact, Facts


@dataclass(frozen=True)
class Step:
    """How far a hand-over is for its reader: what they may do, and why not, in words."""

    void: str
    may_confirm: bool
    confirmers: list[str]
    is_open: bool
    is_disputed: bool
    may_settle: bool
    settlers: list[str]


def step(hand_over: HandOver, *, by: User, now: datetime) -> Step:
    """Return what the member may do about a hand-over that was proposed."""
    void = policies.why_void(hand_over) if hand_over.is_open else ""
    may_confirm = not void and policies.may_confirm_hand_over(by, hand_over, now)
    confirmers = policies.confirmers(hand_over, now) if hand_over.is_open else []
    settlers = dispute_policies.settlers(hand_over, now) if hand_over.is_disputed else []
    return Step(
        void,
        may_confirm,
        [one.name for one in confirmers],
        hand_over.is_open,
        hand_over.is_disputed,
        may_settle=dispute_policies.may_settle(by, hand_over, now),
        settlers=[one.name for one in settlers],
    )


def in_hand(person: User, colleague: User) -> Facts:
    """Return who would take over from whom, and how much; nothing where there is nothing."""
    rows = [Fact(words, str(number)) for words, number in actions.in_hand(person)]
    between = [Fact("From", name_over_email(person)), Fact("To", name_over_email(colleague))]
    return between + rows if rows else []


def would_go(hand_over: HandOver) -> Facts:
    """Return how much a hand-over of all would move; of one request its facts say which."""
    if hand_over.only is not None:
        return []
    return [Fact(words, str(number)) for words, number in actions.in_hand(hand_over.person)]


def alone(hold: Hold, to: User) -> Facts:
    """Return which request would go by itself, from whom and to whom, with their services."""
    return [
        _request(hold),
        Fact("From", _with_service(filled(hold.source))),
        Fact("To", _with_service(to)),
    ]


def _request(hold: Hold) -> Fact:
    return Fact(
        "This request only",
        hold.reference,
        url=page_of_hold(hold),
        action="Open",
        hidden=f"request {hold.reference}",
    )


def _with_service(person: User) -> str:
    return "\n".join([name_over_email(person), person.service.name if person.service else ""])


def facts(hand_over: HandOver) -> Facts:
    """Return who did what about a hand-over, and when."""
    rows = [
        *_between(hand_over),
        *name_changed(hand_over.to, "The colleague’s name changed"),
        Fact("Proposed", cells.moment(hand_over.proposed_at, hand_over.proposed_by)),
    ]
    if moved := policies.moved_along_lately(hand_over):
        rows.insert(-1, Fact("Moved here with them", cells.moment(moved.at, moved.by)))
    if hand_over.confirmed_at:
        confirmed = cells.done(hand_over.confirmed_at, hand_over.confirmed_by)
        rows.append(Fact("Confirmed", "\n".join(filter(None, [confirmed, _involved(hand_over)]))))
    if hand_over.withdrawn_at:
        rows.append(Fact("Taken back", cells.done(hand_over.withdrawn_at, hand_over.withdrawn_by)))
    if hand_over.disputed_at:
        said = cells.done(hand_over.disputed_at, hand_over.disputed_by)
        rows.append(Fact("Said to be wrong", said))
    if hand_over.settled_at:
        by = cells.done(hand_over.settled_at, hand_over.settled_by)
        rows.append(Fact("Settled", f"{hand_over.get_verdict_display()}\n{by}"))
    return rows


def _involved(hand_over: HandOver) -> str:
    """Return how the new practitioner of one request is known to be involved, in words."""
    return Involvement(hand_over.involvement).label if hand_over.involvement else ""


def _between(hand_over: HandOver) -> Facts:
    """Return from whom to whom; of one request alone which it is, and their services."""
    if hand_over.only is None:
        people = [("From", hand_over.person), ("To", hand_over.to)]
        return [Fact(words, name_over_email(person)) for words, person in people]
    return [
        _request(hand_over.only),
        Fact("From", _with_service(hand_over.person)),
        Fact("To", _with_service(hand_over.to)),
    ]


def maker_of(person: User) -> User | None:
    """Return who made, renamed or let in again a person's account last, and could act as them."""
    handled = AccountChange.objects.of(person).filter(change__in=HANDLING, by__isnull=False)
    latest = handled.select_related("by").first()
    return latest.by if latest else None
