"""Which day of duty it is, who is on duty, and what the rota holds. Staff alone, and no record."""

from datetime import date, datetime, timedelta

from shielding import clock
from shielding.accounts.models import User
from shielding.duty.models import DutyDay
from shielding.duty.policies import may_be_on_duty
from shielding.notices.mail_hours import BEGINS

_A_DAY = timedelta(days=1)
# Two weeks are shown, empty days too; further ahead only the days that are set.
DAYS_SHOWN = 14


def running_day(now: datetime) -> date:
    """Return the day of duty that runs now: from 08:00 in London until the next day's 08:00."""
    today = clock.today(now)
    return today if now.astimezone(clock.LONDON).time() >= BEGINS else today - _A_DAY


def over_at(day: date) -> datetime:
    """Return the moment at which a day of duty is over."""
    return datetime.combine(day + _A_DAY, BEGINS, clock.LONDON)


def running(now: datetime) -> DutyDay | None:
    """Return what the rota says of now, whether or not its member still works in the team."""
    standing = DutyDay.objects.standing().select_related("member")
    return standing.filter(day=running_day(now)).first()


def on_duty(now: datetime) -> list[User]:
    """Return who is on duty now: nobody where the rota names nobody.

    Where it names somebody who was suspended or left the team, the IW leads stand in: the team
    counts on somebody who hears.
    """
    found = running(now)
    if found is None:
        return []
    if may_be_on_duty(found.member):
        return [found.member]
    return User.objects.working().iw_team().leads_or_else_all()


def days_ahead(person: User, now: datetime) -> list[tuple[date, DutyDay | None]]:
    """Return the days from the running one on, each with what is set; for the IW Team alone."""
    first = running_day(now)
    standing = DutyDay.objects.visible_to(person).standing().filter(day__gte=first)
    found = {one.day: one for one in standing.select_related("member", "set_by")}
    shown = [first + n * _A_DAY for n in range(DAYS_SHOWN)]
    return [(day, found.get(day)) for day in sorted({*shown, *found})]
