"""A small line of managers for the tests of deputies, and deputies named by the real act."""

from dataclasses import dataclass, fields
from datetime import UTC, date, datetime, timedelta

from shielding.accounts.deputies import actions
from shielding.accounts.deputies.models import Deputy
from shielding.accounts.models import User
from tests.support.people import (
    a_practitioner,
    a_service,
    an_administrator,
    an_auditor,
    an_iw_member,
)

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
TODAY = date(2026, 3, 2)
DAY = timedelta(days=1)


@dataclass
class Line:
    """Who manages whom. `manager` is the one who goes away."""

    top: User  # of another service, above the head
    head: User  # of another service, above the manager
    manager: User
    staff: User
    peer: User  # of the manager's service, manages others
    peers_staff: User
    below: User  # of the manager's service, manages others, reports to the manager
    far_below: User  # manages others, reports to below
    alone: User  # of the manager's service, manages nobody
    left_alone: User  # manages only somebody who is suspended
    gone: User  # of the manager's service, manages others, suspended
    stranger: User  # manages others in another service
    iw: User
    lead: User
    iw_manager: User
    iw_gone: User
    auditor: User
    administrator: User

    def everybody(self) -> dict[str, User]:
        return {one.name: getattr(self, one.name) for one in fields(self)}


def a_line() -> Line:
    """Return a service with managers of every kind, and those around it."""
    service = a_service()
    top = a_practitioner()
    head = a_practitioner(manager=top)
    manager = a_practitioner(service=service, manager=head)
    below = a_practitioner(service=service, manager=manager)
    far_below = a_practitioner(service=service, manager=below)
    peer, left_alone, gone = (
        a_practitioner(service=service),
        a_practitioner(service=service),
        a_practitioner(service=service, is_active=False),
    )
    stranger, iw_manager = a_practitioner(), an_iw_member()
    for one in (far_below, gone, stranger):
        a_practitioner(service=one.service, manager=one)
    a_practitioner(service=service, manager=left_alone, is_active=False)
    an_iw_member(line_manager=iw_manager)
    return Line(
        top=top,
        head=head,
        manager=manager,
        staff=a_practitioner(service=service, manager=manager),
        peer=peer,
        peers_staff=a_practitioner(service=service, manager=peer),
        below=below,
        far_below=far_below,
        alone=a_practitioner(service=service),
        left_alone=left_alone,
        gone=gone,
        stranger=stranger,
        iw=an_iw_member(),
        lead=an_iw_member(lead=True),
        iw_manager=iw_manager,
        iw_gone=an_iw_member(is_active=False),
        auditor=an_auditor(),
        administrator=an_administrator(),
    )


def named(
    manager: User,
    deputy: User,
    first_day: date = TODAY,
    days: int = 7,
    *,
    by: User | None = None,
    now: datetime = NOW,
) -> Deputy:
    """Name a deputy for so many days, both counted; the manager does, unless another is given."""
    return actions.name_deputy(
        manager,
        deputy,
        first_day=first_day,
        last_day=first_day + (days - 1) * DAY,
        by=by or manager,
        now=now,
    )
