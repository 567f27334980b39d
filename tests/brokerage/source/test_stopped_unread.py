"""A contact stopped before its publication: requester and manager read what they always read."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from brokerage.desk import actions as desk_actions
from brokerage.models import AccessRequest
from brokerage.source import actions as source_actions
from shielding.notices.models import Notice
from tests.brokerage.support.cast import a_cast, again
from tests.brokerage.support.todays_requests import answered, approval, at_a_desk
from tests.support.indistinguishable import statements
from tests.support.statements import Statements

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.behind_the_acts("a publication that has come on the day of the test"),
]


def finished(cast, now, outcome):
    """Return a request that ended; a contact is stopped before anybody read of it."""
    access = answered(cast, "will_contact", "give_contact", now=now)
    until = access.needed_until if outcome != "declined" else None
    access = desk_actions.conclude(
        access, outcome=outcome, granted_until=until, by=cast.member, now=now
    )
    if until:
        access = source_actions.stop_contact(access, by=cast.source, now=now)
    return access


def published(access):
    AccessRequest.objects.filter(pk=access.pk).update(
        publish_at=timezone.now() - timedelta(minutes=1),
        stopped_at=again(access).stopped_at and timezone.now() - timedelta(minutes=5),
    )


def read_by(person, pages, access):
    """Return what a person reads, references and token masked, and the statements it takes."""
    client, found = at_a_desk(person), []
    for page in pages:
        with Statements() as queries:
            text = client.get(page).content.decode()
        text = re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "TOKEN", text)
        found.append((text.replace(access.reference, "REF"), statements(queries)))
    return found


@pytest.mark.parametrize("outcome", ["source_will_contact", "put_in_touch"])
def test_requester_and_manager_read_the_same_as_after_declining(outcome):
    cast, seen, now = a_cast(), [], timezone.now()
    for one in ("declined", outcome):
        access = finished(cast, now, one)
        own = (f"/access/{access.reference}/", f"/access/{access.reference}/withdraw/")
        before = read_by(cast.requester, own, access)
        published(access)
        after = read_by(cast.requester, own, access)
        manager = read_by(cast.manager, [approval(access)], access)
        seen.append((before, after, manager))
        assert "The IW Team has finished with this request" in after[0][0]
        assert "Contact can be made until" not in after[0][0]
        assert "The IW Team has finished with this request" in manager[0][0]
    assert seen[0] == seen[1]


def test_no_warning_that_it_ends_is_owed():
    cast = a_cast()
    access = finished(cast, timezone.now(), "source_will_contact")
    kinds = {"grant_ends", "item_changed"}
    owed = Notice.objects.owed().filter(subject=access.reference, kind__in=kinds)
    assert {one.kind for one in owed} == {"item_changed"}
