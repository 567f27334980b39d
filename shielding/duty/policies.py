"""Who may say that they have a piece of work, who is on duty, and who keeps the rota."""

from datetime import date, timedelta

from shielding.accounts.models import User
from shielding.records.policies import may_administer

# What is set in one go, and how far ahead: a mistyped year fills no calendar.
MOST_DAYS, AHEAD = 31, 366


def may_take(user: User) -> bool:
    """Return whether the person may say "I have it": anybody who works in the IW Team."""
    return may_administer(user)


def may_be_on_duty(user: User) -> bool:
    """Return whether the person may be on duty: whoever works in the IW Team, and while they do."""
    return may_administer(user)


def may_keep_rota(user: User) -> bool:
    """Return whether the person sets and ends days of the rota: an IW lead."""
    return may_administer(user) and user.is_lead


def why_not_first(first: date, running: date) -> str:
    """Return why the rota cannot be changed from a day on, in words, or ""."""
    if first < running:
        return "A day that is over cannot be changed"
    if first > running + timedelta(days=AHEAD):
        return "The first day must be within a year"
    return ""


def why_not_last(first: date, last: date) -> str:
    """Return why the rota cannot be changed from one day to another, in words, or ""."""
    if last < first:
        return "The last day must be the first day or later"
    if (last - first).days >= MOST_DAYS:
        return f"At most {MOST_DAYS} days can be set at once"
    return ""
