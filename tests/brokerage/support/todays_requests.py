"""Access requests of today, as a line manager and a source meet them at their pages."""

from datetime import date, datetime, timedelta

from django.test import Client
from django.utils import timezone

from brokerage.desk import actions as desk_actions
from brokerage.line_manager import actions as manager_actions
from brokerage.models import AccessRequest, Liaison
from shielding.accounts.deputies.models import Deputy
from shielding.accounts.models import User
from tests.brokerage.support.cast import DAY, Cast, again, say, sent
from tests.shielding.accounts.deputies.support.deputies import named
from tests.support.people import a_practitioner


def at_a_desk(person: User) -> Client:
    """Return a browser in which this person is signed in."""
    client = Client()
    client.force_login(person)
    return client


def ago(days: int) -> datetime:
    return timezone.now() - timedelta(days=days)


def needed_until() -> date:
    return timezone.localdate() + 60 * DAY


def waiting(cast: Cast, *, number: str = "", now: datetime | None = None) -> AccessRequest:
    """Return a request that is with the line manager today."""
    now = now or timezone.now()
    return sent(
        cast,
        number=number,
        now=now,
        needed_until=needed_until(),
        documented_on=timezone.localdate(now),
    )


def agreed(cast: Cast, *, number: str = "", now: datetime | None = None) -> AccessRequest:
    now = now or timezone.now()
    return manager_actions.agree(waiting(cast, number=number, now=now), by=cast.manager, now=now)


def asking(cast: Cast, *, number: str = "", now: datetime | None = None) -> AccessRequest:
    """Return a request whose two sources were asked."""
    now = now or timezone.now()
    access = agreed(cast, number=number, now=now)
    desk_actions.ask_sources(access, by=cast.member, now=now)
    return again(access)


def answered(cast: Cast, first: str, second: str, *, now: datetime) -> AccessRequest:
    access = asking(cast, now=now)
    say(access, cast.source, first, now=now)
    say(access, cast.other_source, second, now=now)
    return again(access)


def concluded(
    cast: Cast,
    outcome: str,
    *,
    first: str = "will_contact",
    second: str = "give_contact",
    now: datetime | None = None,
) -> AccessRequest:
    """Return a request concluded after both sources answered; contact ends in a month."""
    now = now or timezone.now()
    return desk_actions.conclude(
        answered(cast, first, second, now=now),
        outcome=outcome,
        granted_until=timezone.localdate(now) + 40 * DAY,
        by=cast.member,
        now=now,
    )


def asked(access: AccessRequest, source: User) -> Liaison:
    return access.liaisons.get(hold__source=source)


def a_deputy(
    manager: User, *, first: date | None = None, days: int = 7, now: datetime | None = None
) -> tuple[User, Deputy]:
    """Return somebody of the same service who manages others and stands in, from today unless told.

    `now` is when they were named.
    """
    person = a_practitioner(service=manager.service)
    a_practitioner(service=manager.service, manager=person)
    first, now = first or timezone.localdate(), now or timezone.now()
    return person, named(manager, person, first, days, now=now)


def approval(access: AccessRequest, act: str = "") -> str:
    return f"/access/to-agree/{access.reference}/{act}"


def question(liaison: Liaison, act: str = "") -> str:
    return f"/access/questions/{liaison.reference}/{act}"
