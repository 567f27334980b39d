"""A colleague whom a practitioner names by their exact work email: no list of staff is shown.

Whoever is not there, is suspended, manages nobody or belongs elsewhere is answered alike, and each
such try is an entry. After ten of a day nobody is looked up for that person until the next, a real
day, for it guards the machine: what was typed is kept nowhere. The IW Team chooses from a list, and
reads who is who.
"""

from datetime import datetime

from django.core.cache import cache
from django.core.exceptions import ValidationError

from logbook.days import london_day, really
from logbook.writing import log_entry_alone
from shielding.accounts.models import User, UserQuerySet

MOST_A_DAY = 10
NOBODY = "Check the email: no manager you can name has it"
TOO_OFTEN = "You have tried too often today. Phone the IW Team if you need help"
_TWO_DAYS = 2 * 24 * 60 * 60


class NobodyNamed(ValidationError):
    """No manager this person can name has the email, or nobody looks any more: a try to note."""


def named_by_email(email: str, fit: UserQuerySet, *, by: User, now: datetime) -> User:
    """Return who of those fit has this work email, by the same query whoever has it.

    Refuses an email that none of them has, and any email after ten of those in a day.
    """
    if len(cache.get_many(_places(by, now))) >= MOST_A_DAY:
        raise NobodyNamed(TOO_OFTEN)
    person = fit.filter(email=User.objects.as_stored(email)).first()
    if person is None:
        raise NobodyNamed(NOBODY)
    return person


def note_nobody_named(*, by: User, reference: str = "", now: datetime) -> None:
    """Write that a person typed an email that no manager they can name has, and count it."""
    log_entry_alone("nobody_named", by=by, at=now, reference=reference)
    # Each takes a place of its own, so that two at once are two.
    any(cache.add(place, 1, _TWO_DAYS) for place in _places(by, now))


def _places(by: User, now: datetime) -> list[str]:
    day = london_day(really(now))
    return [f"nobody-named-{by.uid}-{day.isoformat()}-{number}" for number in range(MOST_A_DAY)]
