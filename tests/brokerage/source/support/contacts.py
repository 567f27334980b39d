"""Contacts that were agreed."""

from django.utils import timezone

from brokerage.desk import actions as desk_actions
from shielding import clock
from tests.brokerage.support.cast import DAY, again, asking, say, shielded
from tests.brokerage.support.desk import days_ago, recent


def contacts(cast, *requesters):
    """Return contacts about one record that run today, one for each requester."""
    number, _ = shielded(cast)
    found = []
    for person in requesters:
        access = recent(person, asking, number=number)
        for source in (cast.source, cast.other_source):
            say(access, source, "will_contact", now=days_ago(0.08))
        found.append(
            desk_actions.conclude(
                again(access),
                outcome="source_will_contact",
                granted_until=clock.today(timezone.now()) + 20 * DAY,
                by=person.member,
                now=days_ago(0.07),
            )
        )
    return found
