"""A leaver's holds go to a colleague of the same service, and the shield stays on meanwhile."""

import json

import pytest

from logbook.models import Entry
from shielding.accounts.models import User
from shielding.holds import hand_over as hold_hand_over
from shielding.holds import letting_go
from shielding.models import Hold
from shielding.web.refusals import NotAllowed, WrongState
from tests.support.people import a_practitioner, a_service, an_iw_member
from tests.support.requests import NOW
from tests.support.shielded_records import GONE, let_go, shielded_for

pytestmark = pytest.mark.django_db


@pytest.fixture
def service():
    return a_service()


def hand_over(person: User, to: User, by: User | None = None) -> int:
    return hold_hand_over.hand_over(person, to=to, by=by or an_iw_member(), now=NOW)


def test_standing_holds_get_a_source_who_can_answer(service):
    leaver, colleague = a_practitioner(service=service), a_practitioner(service=service)
    mine, theirs = shielded_for(leaver, a_practitioner())
    User.objects.filter(pk=leaver.pk).update(is_active=False)
    assert list(Hold.objects.without_practitioner()) == [mine]
    hand_over(leaver, colleague)
    assert not Hold.objects.without_practitioner().exists()
    sources = dict(Hold.objects.values_list("reference", "source"))
    assert sources == {mine.reference: colleague.pk, theirs.reference: theirs.source_id}
    mine.refresh_from_db()
    assert letting_go.withdraw(mine, parting=GONE, by=colleague, now=NOW).released_by == colleague
    entry = Entry.objects.get(event="hold_handed_over")
    assert (entry.reference, str(colleague.uid) in entry.facts) == (mine.reference, True)


def test_what_was_let_go_moves_only_while_the_family_is_not_spoken_of(service):
    leaver, colleague = a_practitioner(service=service), a_practitioner(service=service)
    (spoken,), (unspoken,) = shielded_for(leaver), shielded_for(leaver)
    let_go(spoken)
    let_go(unspoken)
    Hold.objects.filter(pk=unspoken.pk).update(family="", family_at=None, family_by=None)
    hand_over(leaver, colleague)
    assert Hold.objects.get(pk=spoken.pk).source == leaver
    assert Hold.objects.get(pk=unspoken.pk).source == colleague


def test_the_entry_says_how_many_things_changed_hands(service):
    leaver, colleague = a_practitioner(service=service), a_practitioner(service=service)
    shielded_for(leaver)
    shielded_for(leaver)
    moved = hand_over(leaver, colleague)
    # Two claims, and the two requests that made them.
    assert moved == 4
    facts = json.loads(Entry.objects.get(event="handed_over").facts)
    assert facts["moved"] == moved


@pytest.mark.parametrize("whom", ["another service", "suspended", "themself", "iw"])
def test_only_to_a_working_colleague_of_the_same_service(service, whom):
    leaver = a_practitioner(service=service)
    to = {
        "another service": a_practitioner,
        "suspended": lambda: a_practitioner(service=service, is_active=False),
        "themself": lambda: leaver,
        "iw": an_iw_member,
    }[whom]()
    with pytest.raises(WrongState, match="not_a_colleague"):
        hand_over(leaver, to)


def test_only_by_the_iw_team(service):
    leaver, colleague = a_practitioner(service=service), a_practitioner(service=service)
    with pytest.raises(NotAllowed):
        hand_over(leaver, colleague, by=colleague)


def test_a_page_opened_before_no_longer_speaks_for_the_hold(service):
    leaver, colleague = a_practitioner(service=service), a_practitioner(service=service)
    (hold,) = shielded_for(leaver)
    hand_over(leaver, colleague)
    with pytest.raises(NotAllowed):
        letting_go.withdraw(hold, parting=GONE, by=leaver, now=NOW)
