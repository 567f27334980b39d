"""What is owed to people when something of theirs changes, and what no longer is."""

from collections.abc import Iterable
from datetime import datetime

from shielding.accounts.models import User
from shielding.accounts.notices import Notice, notify


def tell_of_change(reference: str, person: User | None, *, now: datetime) -> None:
    """Owe a person and their line manager the word that something changed; never what.

    The manager hears of every change alike, so that hearing or not tells no outcome.
    """
    people = [person, person.line_manager] if person else []
    tell_people(reference, [one for one in people if one is not None], now=now)


def tell_people(
    reference: str, people: Iterable[User], *, now: datetime, due_at: datetime | None = None
) -> None:
    """Owe these people the word that something changed, from `due_at` on where that is given.

    The caller holds the lock of what changed, so the count is the next free step.
    """
    step = Notice.objects.filter(kind="item_changed", subject=reference).count()
    notify("item_changed", reference, recipients=people, now=now, step=step, due_at=due_at)


def overtake(subjects: list[str]) -> None:
    """Owe nobody any more what was not yet sent about these subjects: it was done."""
    Notice.objects.filter(subject__in=subjects).overtake()
