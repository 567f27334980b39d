"""Who settles that somebody said "this was not me", and who hears of it."""

from datetime import datetime

from django.db.models import Exists, OuterRef, Q

from shielding.accounts.history import LATELY, AccountChange
from shielding.accounts.models import User
from shielding.accounts.sessions.models import NotMe


def may_settle(by: User, not_me: NotMe, now: datetime) -> bool:
    """A member who phoned the person settles it: not the person, nor who handled the account.

    Whoever made it, renamed it or let it be used again in the last 28 days could be who used it.
    """
    handled = AccountChange.objects.of(not_me.person).handling_since(now - LATELY)
    return (
        by.is_active and by.is_iw and by.pk != not_me.person_id and by.pk not in handled.handlers()
    )


def to_settle_by(by: User, now: datetime) -> Q:
    """Return which of them this member may settle: `may_settle`, as a query."""
    if not (by.is_active and by.is_iw):
        return Q(pk__in=[])
    lately = AccountChange.objects.handling_since(now - LATELY).filter(by=by.pk)
    handled = Exists(lately.filter(person=OuterRef("person")))
    return ~Q(person=by.pk) & ~Q(handled)


def who_hear(reference: str, _now: datetime) -> list[User]:
    """Return who is told, while nobody has phoned: the IW leads, but never whose account it is."""
    said = NotMe.objects.open().filter(reference=reference).first()
    if said is None:
        return []
    return User.objects.working().iw_team().exclude(pk=said.person_id).leads_or_else_all()


def waits(reference: str) -> bool:
    """Return whether nobody has phoned yet about what was said under this reference."""
    return NotMe.objects.open().filter(reference=reference).exists()
