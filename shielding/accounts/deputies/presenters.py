"""What the pages about deputies show. Who is in it by name; which service, never."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from shielding.accounts.deputies import policies
from shielding.accounts.deputies.list_rows import (
    HEADS,
    MOST_OVER,
    STANDS_IN_HEADS,
    deputy_rows,
    state_tag,
)
from shielding.accounts.deputies.models import Deputy
from shielding.accounts.models import User
from shielding.accounts.telling_apart import name_over_email
from shielding.web.cells import Fact, Facts


@dataclass(frozen=True)
class DeputyCard:
    """One who stands in or will, as a card, and whether the reader may end it."""

    reference: str
    facts: Facts
    may_end: bool


def page_about(manager: User, reader: User, day: date) -> dict[str, Any]:
    """Return what a page shows of who stands in for somebody, and for whom they stand in."""
    seen = Deputy.objects.visible_to(reader).with_people()
    theirs = seen.for_manager(manager)
    acting = {one.pk for one in Deputy.objects.deputies_of(manager, day)}
    acting |= {one.pk for one in Deputy.objects.standing_in(manager, day)}
    for_others = seen.by_deputy(manager).to_come(day)
    return {
        "cards": [_card(one, reader, day, acting) for one in theirs.to_come(day)],
        "may_name": policies.may_name_deputy(reader, manager),
        "heads": HEADS,
        "over": deputy_rows(theirs.over(day)[:MOST_OVER], reader, day, acting),
        "stands_in_heads": STANDS_IN_HEADS,
        "stands_in": deputy_rows(for_others, reader, day, acting, of_deputy=True),
    }


def days_words(deputy: Deputy) -> str:
    """Return from when to when, such as "1 May 2026 to 9 May 2026"."""
    return f"{_long(deputy.first_day)} to {_long(deputy.last_day)}"


def now_and_next(manager: User, day: date) -> str:
    """Return who stands in for a manager and who does next, or that nobody does."""
    known = Deputy.objects.for_manager(manager).to_come(day).select_related("deputy")[:2]
    return (
        "\n".join(f"{one.deputy.name}, {one.deputy.email}, {days_words(one)}" for one in known)
        or "Nobody"
    )


def _card(deputy: Deputy, reader: User, day: date, acting: set[int]) -> DeputyCard:
    return DeputyCard(
        reference=deputy.reference,
        facts=[
            Fact("Deputy", name_over_email(deputy.deputy) if reader.is_iw else deputy.deputy.name),
            Fact("First day", when=deputy.first_day, date_only=True),
            Fact("Last day", when=deputy.last_day, date_only=True),
            Fact("Named by", _named_by(deputy, reader)),
            Fact.of("State", state_tag(deputy, day, acting)),
        ],
        may_end=policies.may_end_deputy(reader, deputy),
    )


def _named_by(deputy: Deputy, reader: User) -> str:
    if deputy.named_by_id == reader.pk:
        return "You"
    return deputy.named_by.name if reader.is_iw else "The IW Team"


def _long(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
