"""A due date in the words a work list shows: the date, and what it means today."""

from dataclasses import dataclass
from datetime import date

SOON_FIRST_REVIEW = 2
SOON_SIX_MONTHS = 14


@dataclass(frozen=True)
class Deadline:
    """A due date with its words; `colour` is that of the tag, or nothing where all is well."""

    on: date
    words: str
    colour: str = ""


def deadline(due: date, today: date, *, soon: int = SOON_FIRST_REVIEW) -> Deadline:
    """Return a due date in words. Due today is not overdue; `soon` is in days before."""
    days = (due - today).days
    if days < 0:
        return Deadline(due, f"{_days(-days)} overdue", "red")
    if days == 0:
        return Deadline(due, "Due today", "orange")
    if days <= soon:
        return Deadline(due, f"{_days(days)} left", "yellow")
    return Deadline(due, f"{_days(days)} left")


def _days(count: int) -> str:
    return "1 day" if count == 1 else f"{count} days"
