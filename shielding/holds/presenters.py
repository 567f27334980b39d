"""A hand-over as its page and the list of what waits show it."""

from dataclasses import dataclass
from datetime import datetime

from shielding.accounts import presenters as people
from shielding.accounts.history import HANDLING, AccountChange
from shielding.accounts.models import User
from shielding.accounts.presenters import name_changed
from shielding.accounts.suspensions import Suspension
from shielding.holds import policies
from shielding.holds.models import HandOver
from shielding.records.models import Hold
from shielding.web import cells
from shielding.web.cells import Fact, Facts

# What is found of a suspension that is said to be wrong, as it is chosen and as it is read later:
# whether the person can sign in then is another matter.
SUSPENSION_WAS: dict[str, str] = {
    Suspension.Verdict.RIGHTFUL: "It was right: the account stays as it is",
    Suspension.Verdict.WRONG: "It was wrong: the person can sign in again, unless the account was "
    "suspended anew or its service is closed",
}
_FOUND: dict[str, str] = {
    Suspension.Verdict.RIGHTFUL: "It was right",
    Suspension.Verdict.WRONG: "It was wrong",
}


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
    settlers = policies.settlers(hand_over, now) if hand_over.is_disputed else []
    return Step(
        void,
        may_confirm,
        [one.name for one in confirmers],
        hand_over.is_open,
        hand_over.is_disputed,
        may_settle=policies.may_settle(by, hand_over, now),
        settlers=[one.name for one in settlers],
    )


def facts(hand_over: HandOver) -> Facts:
    """Return who did what about a hand-over, and when."""
    rows = [
        Fact("From", hand_over.person.name),
        Fact("To", hand_over.to.name),
        *name_changed(hand_over.to, "The colleague’s name changed"),
        Fact("Proposed", cells.moment(hand_over.proposed_at, hand_over.proposed_by)),
    ]
    if hand_over.confirmed_at:
        rows.append(Fact("Confirmed", cells.done(hand_over.confirmed_at, hand_over.confirmed_by)))
    if hand_over.withdrawn_at:
        rows.append(Fact("Taken back", cells.done(hand_over.withdrawn_at, hand_over.withdrawn_by)))
    if hand_over.disputed_at:
        said = cells.done(hand_over.disputed_at, hand_over.disputed_by)
        rows.append(Fact("Said to be wrong", said))
    if hand_over.settled_at:
        by = cells.done(hand_over.settled_at, hand_over.settled_by)
        rows.append(Fact("Settled", f"{hand_over.get_verdict_display()}\n{by}"))
    return rows


def suspension_facts(suspension: Suspension) -> Facts:
    """Return who was suspended, who did and said what about it, and when."""
    rows = [
        Fact("Person", suspension.person.name),
        Fact("Suspended", cells.done(suspension.suspended_at, suspension.suspended_by)),
    ]
    if suspension.disputed_at:
        said = cells.done(suspension.disputed_at, suspension.disputed_by)
        rows.append(Fact("Said to be wrong", said))
    if suspension.settled_at:
        by = cells.done(suspension.settled_at, suspension.settled_by)
        rows.append(Fact("Settled", f"{_FOUND[suspension.verdict]}\n{by}"))
    return [*rows, Fact.of("Account", people.state_tag(suspension.person))]


def who_may_attest(hold: Hold, now: datetime) -> str:
    """Return which members may attest a call about a release, in words, or why nobody may."""
    if may := policies.attesters(hold, now):
        names = ", ".join(one.name for one in may)
        return f"It is not yours to attest. These members may: {names}."
    if hold.released_by_id in policies.who_set_number(hold, now):
        return (
            "Nobody may attest it: whoever recorded it, or somebody who counts as one with them, "
            "set the phone number that is dialled, or chose the line manager, from 28 days before "
            "on. Another member makes sure of both, takes them out of the directory and enters "
            "them again."
        )
    return (
        "Nobody may attest it at the moment: everybody recorded it, set the phone number that is "
        "dialled, could be the source, or gave whoever recorded it, or got from them, an account, "
        "a name or a role within the last 28 days. A newly granted member may, 24 hours after the "
        "role was confirmed by somebody else."
    )


def maker_of(person: User) -> User | None:
    """Return who made, renamed or let in again a person's account last, and could act as them."""
    handled = AccountChange.objects.of(person).filter(change__in=HANDLING, by__isnull=False)
    latest = handled.select_related("by").first()
    return latest.by if latest else None
