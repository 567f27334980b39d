"""On which days a source is asked and reminded, and who is told when the day has passed.

Days relative to the due day, as the process has it: a first review on its fourth and sixth day, on
the due day, then daily; a six-monthly one 28, 14 and 7 days before, on the due day, then weekly.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from django.conf import settings


@dataclass(frozen=True)
class Ladder:
    """The days of one kind of review, counted from the due day; negative is before it."""

    before: tuple[int, ...]
    every: int
    manager: int
    lead: int

    def days(self, due: date, *, after: date, until: date) -> list[date]:
        """Return the days of reminders later than `after` and no later than `until`, in order."""
        counts = [*self.before, *range(0, max(0, (until - due).days) + 1, self.every)]
        days = [due + timedelta(days=count) for count in counts]
        return [day for day in days if after < day <= until]

    def following(self, due: date, *, after: date) -> date:
        """Return the first day of a reminder later than `after`; there is always one."""
        far = max(due, after) + timedelta(days=self.every)
        return self.days(due, after=after, until=far)[0]


FIRST_REVIEW = Ladder(before=(-3, -1), every=1, manager=1, lead=3)
SIX_MONTHLY = Ladder(before=(-28, -14, -7), every=7, manager=7, lead=14)


def six_monthly_lead() -> timedelta:
    """Return how long before its due day a six-monthly review is opened: 28 days.

    Where the council reviews more often it is half of the period, so that reviews do not overlap.
    """
    return timedelta(days=min(28, settings.REVIEW_MONTHS * 14))


def six_monthly_opens(due: date) -> date:
    """Return the day on which a six-monthly review is opened and its sources are asked."""
    return due - six_monthly_lead()


# A step is the day's distance from the due day, kept positive: this one is the due day.
DUE_DAY = 100


def step(day: date, due: date) -> int:
    """Return the number of a reminder's day among those of its review."""
    return DUE_DAY + (day - due).days
