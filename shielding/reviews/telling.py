"""What an act on a record owes its sources, and their line managers: that something changed.

One mail must not tie two requests to one child. A person may be the source of one and manage the
source of another, or manage both: so a source hears at once, of their own alone; managers and who
stands in for them hear with the next working day's mail, and whoever would hear of a second request
for the same record hears of it a working day later.
"""

from collections.abc import Iterable
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from shielding import clock, hooks
from shielding.accounts.deputies.models import approvers_of
from shielding.accounts.history import managers_lately
from shielding.accounts.models import User
from shielding.notices.kinds import WORD, Kind
from shielding.notices.mail_hours import mail_hour
from shielding.notices.models import DeliveryStatus, Notice, NoticeQuerySet
from shielding.notices.notify import notify, tell_people
from shielding.records.models import Hold
from shielding.reviews.models import Review

if TYPE_CHECKING:
    from django.db.models import QuerySet

TO_TEAM = "team_item_changed"


def tell_of_change(reference: str, person: User | None, *, now: datetime) -> None:
    """Owe a source and their line manager the word that something changed; never what.

    The manager hears of every change alike, so that hearing or not tells no outcome.
    """
    if person is None:
        return
    _tell_source(reference, person, now)
    _tell_managers(TO_TEAM, reference, approvers_of(person, clock.today(now)), now)


def tell_of_recorded_word(hold: Hold, *, now: datetime) -> None:
    """Owe the word that a member recorded something in a source's name: to them and their managers.

    The managers get a mail of its own: one member could record it and, before the mail goes, take
    away or suspend the manager who would know that it is wrong. So it goes to whoever is their
    manager, stands in or was one lately, whatever they are by then.
    """
    person = whose(hold)
    if person is None:
        return
    _tell_source(hold.reference, person, now)
    managers = [*approvers_of(person, clock.today(now)), *managers_lately(person, now)]
    _tell_managers(WORD, hold.reference, {one.pk: one for one in managers}.values(), now)


def whose(hold: Hold) -> User | None:
    """Return who hears of a claim: its source, or in whose name it was phoned and who may confirm.

    Nobody where they said that it was not theirs.
    """
    return hold.source or owner_of(hold.reference)


def _tell_managers(kind: str, reference: str, managers: Iterable[User], now: datetime) -> None:
    step = Notice.objects.filter(kind=kind, subject=reference).count()
    for reader in managers:
        at_nine = mail_hour(_free_day(reader, reference, now))
        notify(kind, reference, recipients=[reader], now=now, step=step, due_at=at_nine)


def of_same_record(reference: str) -> set[str]:
    """Return the references of the other requests for the record that one is for."""
    return set(_same_record(reference)) - {reference}


def _same_record(reference: str) -> "QuerySet[Any, str]":
    """Return the references of all requests for the record that one is for, as a query.

    So whoever asks with it asks the same whether others ask or not: what a source's act costs must
    not tell of them.
    """
    first = Review.objects.filter(kind=Review.Kind.REQUEST)
    reviews = first.filter(record__in=first.filter(reference=reference).values("record"))
    one = Hold.objects.filter(reference=reference)
    holds = Hold.objects.filter(record__in=one.values("record"))
    return reviews.values_list("reference", flat=True).union(
        holds.values_list("reference", flat=True)
    )


def owner_of(reference: str) -> User | None:
    """Return whose a request is now: its practitioner's, else its hold's source's."""
    for of_app in hooks.owner_of:
        known, owner = of_app(reference)
        if known:
            return owner
    hold = Hold.objects.filter(reference=reference).select_related("source__line_manager").first()
    return hold.source if hold else None


def _tell_source(reference: str, person: User, now: datetime) -> None:
    """Owe the source the word at once; of a second request of theirs that one act changed, later.

    What they hear as a manager puts nothing of their own off.
    """
    own = _heard_of_others(person, reference).filter(kind="item_changed", created_at=now)
    later = mail_hour(_free_day(person, reference, now)) if own.exists() else None
    tell_people(reference, [person], now=now, due_at=later)


def _free_day(reader: User, reference: str, now: datetime) -> date:
    """Return the next working day on which a reader hears of no other request for the record."""
    due = _heard_of_others(reader, reference).values_list("due_at", flat=True)
    taken = {clock.today(one) for one in due}
    day = clock.next_working_day(clock.today(now))
    while day in taken:
        day = clock.next_working_day(day)
    return day


def _heard_of_others(reader: User, reference: str) -> NoticeQuerySet:
    """Return what a reader heard, or is to hear, of changes of the other requests for a record."""
    changes = Notice.objects.filter(kind__in=[TO_TEAM, WORD, "item_changed"], recipient=reader)
    others = changes.filter(mentions__in=_same_record(reference)).exclude(mentions=reference)
    return others.exclude(fate=DeliveryStatus.OVERTAKEN)


def _managers(reference: str, now: datetime) -> list[User]:
    """Return who hears as a manager of a request's changes today."""
    owner = owner_of(reference)
    return approvers_of(owner, clock.today(now)) if owner else []


KINDS = (
    Kind(
        TO_TEAM,
        "Something changed, to the manager",
        is_duty=True,
        is_of_a_manager=True,
        readers=_managers,
        followers=_managers,
        apart=of_same_record,
    ),
    # As a hand-over's: also to somebody who was suspended, and whose page is behind no sign-in.
    Kind(
        WORD,
        "A word recorded by phone, to the manager",
        is_of_a_manager=True,
        followers=_managers,
        apart=of_same_record,
    ),
)
