"""On which days a source is asked and reminded, and who is told when the day has passed.

Days relative to the due day, as the process has it: a first or an added review on its fourth day,
or earlier where a holiday comes first, on its sixth, on the due day, then daily; a six-monthly one
28, 14 and 7 days before, on the due day, then weekly.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from django.conf import settings

from shielding import clock


@dataclass(frozen=True)
class Ladder:
    """The days of one kind of review, counted from the due day; negative is before it.

    Its first day is none of them: that is each source's own, see `first_mail_of_first_review`.
    """

    before: tuple[int, ...]
    every: int
    manager: int
    lead: int

    def days(self, first: date, due: date, *, after: date, until: date) -> list[date]:
        """Return the days of reminders later than `after` and no later than `until`, in order.

        `first` is the day of the first mail; what the ladder has up to it falls away.
        """
        counts = [*self.before, *range(0, max(0, (until - due).days) + 1, self.every)]
        later = [due + timedelta(days=count) for count in counts]
        days = [first, *(day for day in later if day > first)]
        return [day for day in days if after < day <= until]

    def following(self, first: date, due: date, *, after: date) -> date:
        """Return the first day of a reminder later than `after`; there is always one."""
        far = max(first, due, after) + timedelta(days=self.every)
        return self.days(first, due, after=after, until=far)[0]


FIRST_REVIEW = Ladder(before=(-1,), every=1, manager=1, lead=3)
SIX_MONTHLY = Ladder(before=(-14, -7), every=7, manager=7, lead=14)
# The fourth of the seven days, and the working days that whoever is mailed has at least.
_FOURTH_DAY = timedelta(days=3)
TO_ANSWER = 2


def first_mail_of_first_review(due: date, *, asked_on: date) -> date:
    """Return on which day a first review is mailed first to a source who was asked on a day.

    On the fourth day, or two working days before the act-by day if that is earlier. Who is asked
    later than that, of a call that was entered late, is mailed at once.
    """
    early = clock.working_days_before(clock.act_by(due), TO_ANSWER)
    return max(min(due - _FOURTH_DAY, early), asked_on)


def silent_from(first_mail: date, due: date) -> date:
    """Return from which day no answer to a first review may be recorded as such: the day to act by.

    Whoever was asked late has two working days all the same.
    """
    return max(clock.act_by(due), clock.working_days_after(first_mail, TO_ANSWER))


def six_monthly_lead() -> timedelta:
    """Return how long before its due day a six-monthly review is opened: 28 days.

    Where the council reviews more often it is half of the period, so that reviews do not overlap.
    """
    return timedelta(days=min(28, settings.REVIEW_MONTHS * 14))


def six_monthly_opens(due: date) -> date:
    """Return the day on which a six-monthly review is opened and its sources are asked."""
    return due - six_monthly_lead()


def first_mail_of_six_monthly(due: date) -> date:
    """Return on which day a six-monthly review is mailed first: it is open by then."""
    return due - timedelta(days=28)


# A step is the day's distance from the due day, kept positive: this one is the due day.
DUE_DAY = 100


def step(day: date, due: date) -> int:
    """Return the number of a reminder's day among those of its review."""
    return DUE_DAY + (day - due).days
