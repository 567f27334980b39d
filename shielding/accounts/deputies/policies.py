"""Who may stand in for a line manager, on which days, and who may name and end it."""

from datetime import date, timedelta

from shielding import clock
from shielding.accounts.deputies.models import Deputy, approvers_of
from shielding.accounts.deputies.time_limits import MONTHS_AHEAD, MOST_DAYS, OF_DAYS
from shielding.accounts.models import User, ids_above, ids_below


def may_have_deputy(manager: User) -> bool:
    """A practitioner whom somebody working here names as line manager, suspended or not."""
    return manager.is_practitioner and manager.is_manager


def may_name_deputy(by: User, manager: User) -> bool:
    """A manager names a deputy for themself, the IW Team for anybody who manages others.

    So a deputy names nobody for the one they stand in for.
    """
    return by.is_active and may_have_deputy(manager) and (by.is_iw or by.pk == manager.pk)


def may_stand_in(person: User, manager: User) -> bool:
    """A deputy works, manages others, and is of the same service or above the absent one.

    Never somebody whom the absent one manages, directly or through others.
    """
    if not person.is_active or person.pk == manager.pk or not may_have_deputy(person):
        return False
    if person.pk in ids_below(manager):
        return False
    return person.service_id == manager.service_id or person.pk in ids_above(manager)


def may_end_deputy(by: User, deputy: Deputy) -> bool:
    """The manager and the IW Team end it early, the deputy not: nobody leaves a post alone."""
    return by.is_active and (by.is_iw or by.pk == deputy.manager_id)


def days_between(first_day: date, last_day: date) -> int:
    """Return how many days these are, both counted; less than 1 when they are the wrong way."""
    return (last_day - first_day).days + 1


def stands_in_too_long(manager: User, deputy: User, first_day: date, last_day: date) -> bool:
    """Return whether one deputy would have more than 60 of any 120 days with these for a manager.

    However many stretches they are in, and whoever else stood in between.
    """
    reach = timedelta(days=OF_DAYS)
    known = Deputy.objects.for_manager(manager).by_deputy(deputy)
    near = known.filter(last_day__gt=first_day - reach, first_day__lt=last_day + reach)
    days = set(range(first_day.toordinal(), last_day.toordinal() + 1))
    days = days.union(*(one.days() for one in near))
    return any(len(days & set(range(day, day + OF_DAYS))) > MOST_DAYS for day in days)


def why_not_these_days(first_day: date, last_day: date, today: date) -> str:
    """Return what is wrong with a deputy's days, in words for the page, or nothing."""
    if first_day < today:
        return "The first day must be today or in the future"
    if last_day < first_day:
        return "The last day must be the first day or after it"
    if days_between(first_day, last_day) > MOST_DAYS:
        return f"A deputy stands in for at most {MOST_DAYS} days"
    if last_day > clock.months_after(today, MONTHS_AHEAD):
        return "The last day must be within a year from today"
    return ""


def why_not_these_days_of(deputy: User, manager: User, first_day: date, last_day: date) -> str:
    """Return why a deputy does not get these days beside others they have, or nothing."""
    if stands_in_too_long(manager, deputy, first_day, last_day):
        return (
            f"With these days they would stand in on more than {MOST_DAYS} of {OF_DAYS} days:"
            " choose fewer days, or somebody else"
        )
    return ""


def may_approve_for(user: User, person: User, day: date) -> bool:
    """Whoever is the person's line manager or stands in for them that day; nobody for themself."""
    return user.is_active and user in approvers_of(person, day)
