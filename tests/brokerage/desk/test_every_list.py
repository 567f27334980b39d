"""Every list of the brokerage desk with something in it: counts, what waits at home, no names."""

from datetime import timedelta
from functools import partial

import pytest
from django.utils import timezone

from brokerage import policies, states
from brokerage.access_request_codes import Part
from brokerage.desk.lists import PART_IN, TABS, in_tab, mine_in
from brokerage.models import AccessRequest
from logbook.models import Entry
from shielding import clock
from shielding.accounts.models import User
from tests.brokerage.support.cast import a_cast, asking, concluded, in_state, sent
from tests.brokerage.support.desk import DESK, count_in_tab, references
from tests.brokerage.support.urgent_calls import a_call
from tests.requests_app.support.desk import at_desk
from tests.support.made_once import made_once
from tests.support.people import a_practitioner, an_administrator, an_auditor, an_iw_member

pytestmark = pytest.mark.django_db


def in_every_tab():
    """Make one access request in every state, a call, a contact that runs, one nobody can agree."""
    cast = a_cast()
    for state in states.LABELS:
        in_state(cast, state)
    asking(cast)  # on the 9th of March: silence may be recorded
    for access in (concluded(cast), concluded(cast, "put_in_touch")):
        AccessRequest.objects.filter(pk=access.pk).update(granted_until=_soon())
    without_a_source()
    a_call(by=cast.member)
    alone = a_cast()
    sent(alone)
    alone.manager.is_active = False
    alone.manager.save()
    return cast


def without_a_source():
    """Make a contact that runs, whose source left after the outcome."""
    cast = a_cast()
    AccessRequest.objects.filter(pk=concluded(cast).pk).update(granted_until=_soon())
    User.objects.filter(pk=cast.source.pk).update(is_active=False)


def _soon():
    return clock.today(timezone.now()) + timedelta(days=10)


@pytest.fixture(scope="module")
def made(django_db_setup, django_db_blocker):
    with made_once(in_every_tab, django_db_blocker) as copied:
        yield copied


@pytest.fixture
def in_all(made, db):
    """Who has a part where there is something in every tab."""
    return made()


def test_every_count_is_the_count_of_its_list_and_looking_is_no_entry_and_names_nobody(in_all):
    browser = at_desk(in_all.member)
    entries = Entry.objects.count()
    numbers = [one.record.number_in_clear() for one in AccessRequest.objects.exclude(record=None)]
    drafts = [one.reference for one in AccessRequest.objects.filter(state=states.DRAFT)]
    assert drafts
    for tab in TABS:
        page = browser.get(DESK, {"tab": tab.code})
        listed = references(page)
        assert listed, tab.code
        assert count_in_tab(page, tab.label) == len(listed) == page.context["page"].paginator.count
        assert set(drafts).isdisjoint(listed)
        shown = page.content.decode().partition("<main")[2]
        for secret in (in_all.requester.name, in_all.requester.service.name, *numbers):
            assert secret not in shown
    assert Entry.objects.count() == entries


def tiles_for(person):
    """Return the tiles of somebody's home that lead to the brokerage desk."""
    waiting = at_desk(person).get("/").context["waiting"]
    tiles = (*waiting.mine, *waiting.colleagues)
    return [tile for tile in tiles if tile.url.startswith(DESK)]


def test_every_number_at_home_is_the_count_of_its_list_and_what_a_colleague_does_stands_apart(
    in_all,
):
    for person in (in_all.lead, in_all.member, an_iw_member()):
        browser, tiles = at_desk(person), tiles_for(person)
        assert {tile.label for tile in tiles} == {
            "Urgent calls to read",
            "Contacts to stop",
            "Access requests with the IW lead",
            "Outcomes to pass on by phone",
            "Access requests to begin",
            "Answers of practitioners to record",
            "Access requests to go on with",
            "Access requests nobody can agree to",
        }
        for tile in tiles:
            assert tile.number == len(references(browser.get(tile.url))) > 0
        loud = [tile.label for tile in tiles if tile.loud and "colleague" not in tile.url]
        assert loud[:2] == ["Urgent calls to read", "Contacts to stop"] or person == in_all.member


def able(part, access, now):
    """Who may take a part in an access request, if anybody."""
    of_part = policies.leads_for if part == Part.LEAD else partial(policies.others_for, part)
    return list(of_part(access.pk, now))


def test_which_are_a_members_own_is_what_the_policies_say(in_all):
    now = timezone.now()
    new = an_iw_member(second_person_from=now + timedelta(hours=2))
    people = (in_all.lead, in_all.member, new, in_all.requester, an_iw_member(lead=True))
    the_queries_say_what_the_policies_say(people, now)
    assert tiles_for(new)
    assert {one.url.partition("whose=")[2] for one in tiles_for(new)} == {"", "colleague"}
    # Where nobody is left who may, no colleague does it: it is everybody's.
    User.objects.iw_team().exclude(pk__in=[in_all.member.pk, new.pk]).update(is_active=False)
    for person in (in_all.member, new):
        lead = next(one for one in tiles_for(person) if "no lead can decide" in one.label)
        assert lead.url.endswith("whose=mine")
    the_queries_say_what_the_policies_say((in_all.member, new), now)


def the_queries_say_what_the_policies_say(people, now):
    may = {Part.IW: policies.may_broker, Part.LEAD: policies.may_lead}
    may[Part.READER] = policies.may_read_call
    for person in people:
        for code, part in PART_IN.items():
            waits = in_tab(AccessRequest.objects.all(), code, now)
            mine = waits.filter(mine_in(code, person, now))
            asked = {
                one.pk
                for one in waits
                if may[part](person, one, now) or (person.is_iw and not able(part, one, now))
            }
            assert set(mine.values_list("pk", flat=True)) == asked, (code, person)


def test_only_a_lead_hears_of_objections_loudly_and_others_nothing(in_all):
    assert not next(tile for tile in tiles_for(an_iw_member()) if "IW lead" in tile.label).loud
    for somebody in (a_practitioner(), an_auditor(), an_administrator()):
        assert not tiles_for(somebody)
