"""A leaver's holds go to a colleague of the same service, and the shield stays on meanwhile."""

import json
import uuid
from importlib import import_module

import pytest
from django.apps import apps
from django.db import IntegrityError, transaction

from logbook.models import Entry
from logbook.writing import log_entry
from shielding.accounts.models import User
from shielding.holds import letting_go
from shielding.holds.hand_over import actions as acts
from shielding.holds.hand_over.models import HandedOverHold, HandOver
from shielding.models import Hold
from shielding.web.refusals import NotAllowed, WrongState
from tests.support import hand_overs
from tests.support.people import a_practitioner, a_service, an_iw_member
from tests.support.requests import NOW
from tests.support.shielded_records import DAY, GONE, let_go, shielded_for

pytestmark = pytest.mark.django_db
FILL = import_module("shielding.migrations.0007_hand_overs_by_two").fill


@pytest.fixture
def service():
    return a_service()


def hand_over(person: User, to: User, by: User | None = None) -> int:
    return hand_overs.hand_over(person, to=to, by=by or an_iw_member(), now=NOW)


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
        acts.propose(leaver, to=colleague, by=colleague, now=NOW)
    proposal = hand_overs.proposed(leaver, to=colleague, now=NOW)
    for act in (hand_overs.confirmed, acts.withdraw):
        with pytest.raises(NotAllowed):
            act(proposal, by=colleague, now=NOW)


# --- Two members ----------------------------------------------------------------------------------
def a_proposal(service, **given) -> HandOver:
    leaver, colleague = a_practitioner(service=service), a_practitioner(service=service)
    shielded_for(leaver)
    return hand_overs.proposed(leaver, to=colleague, now=NOW, **given)


def test_nothing_moves_before_another_confirms(service):
    proposal = a_proposal(service)
    assert Hold.objects.get().source == proposal.person
    with pytest.raises(NotAllowed, match="second_person"):
        hand_overs.confirmed(proposal, by=proposal.proposed_by, now=NOW)
    assert Hold.objects.get().source == proposal.person
    hand_overs.confirmed(proposal, by=an_iw_member(), now=NOW)
    assert Hold.objects.get().source == proposal.to
    moved = HandedOverHold.objects.get()
    assert (moved.hand_over, moved.proposed_by) == (proposal, proposal.proposed_by)


def test_whoever_was_granted_the_role_today_confirms_nothing(service):
    proposal, new = a_proposal(service), an_iw_member(second_person_from=NOW + DAY)
    with pytest.raises(NotAllowed, match="second_person"):
        hand_overs.confirmed(proposal, by=new, now=NOW)


def test_a_proposal_of_somebody_who_left_falls_away_and_is_made_anew(service):
    proposal, other = a_proposal(service), an_iw_member()
    User.objects.filter(pk=proposal.proposed_by_id).update(is_active=False)
    with pytest.raises(WrongState, match="hand_over_void"):
        hand_overs.confirmed(proposal, by=other, now=NOW)
    anew = acts.propose(proposal.person, to=proposal.to, by=other, now=NOW)
    proposal.refresh_from_db()
    assert (proposal.withdrawn_by, list(HandOver.objects.open())) == (other, [anew])
    assert hand_overs.confirmed(anew, by=an_iw_member(), now=NOW) == 2


def test_a_colleague_who_cannot_take_over_any_more_gets_nothing(service):
    proposal = a_proposal(service)
    User.objects.filter(pk=proposal.to_id).update(is_active=False)
    with pytest.raises(WrongState, match="hand_over_void"):
        hand_overs.confirmed(proposal, by=an_iw_member(), now=NOW)


def test_one_proposal_a_person(service):
    proposal = a_proposal(service)
    with pytest.raises(WrongState, match="already_proposed") as refused:
        hand_overs.proposed(proposal.person, to=proposal.to, now=NOW)
    assert proposal.proposed_by.name in refused.value.message


def test_what_was_confirmed_or_taken_back_is_over_and_says_who_did_it(service):
    confirmed, taken_back = a_proposal(service), a_proposal(service)
    first, second = an_iw_member(name="Ada One"), an_iw_member(name="Bea Two")
    hand_overs.confirmed(confirmed, by=first, now=NOW)
    acts.withdraw(taken_back, by=second, now=NOW)
    for over, who in ((confirmed, "Ada One"), (taken_back, "Bea Two")):
        for act in (hand_overs.confirmed, acts.withdraw):
            with pytest.raises(WrongState) as refused:
                act(over, by=an_iw_member(), now=NOW)
            assert who in refused.value.message


def test_what_came_or_went_since_the_page_was_opened_is_looked_at_again(service):
    proposal = a_proposal(service)
    seen = acts.references_in_hand(proposal.person)
    shielded_for(proposal.person)
    with pytest.raises(WrongState, match="holds_changed"):
        acts.confirm(proposal, seen=seen, by=an_iw_member(), now=NOW)
    assert set(Hold.objects.values_list("source", flat=True)) == {proposal.person_id}


@pytest.mark.parametrize(
    ("column", "constraint"),
    [
        ("confirmed_by", "hand_over_by_two"),
        ("withdrawn_by", "hand_over_withdrawn_pair"),
    ],
)
def test_postgresql_keeps_the_two_apart_as_well(service, column, constraint):
    proposal = a_proposal(service)
    wrong = {
        "confirmed_by": {"confirmed_by": proposal.proposed_by, "confirmed_at": NOW},
        "withdrawn_by": {"withdrawn_by": proposal.proposed_by},
    }[column]
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        HandOver.objects.filter(pk=proposal.pk).update(**wrong)


def test_postgresql_knows_no_hand_over_to_oneself():
    person = a_practitioner()
    with pytest.raises(IntegrityError, match="hand_over_to_another"), transaction.atomic():
        HandOver.objects.create(
            person=person, to=person, proposed_at=NOW, proposed_by=an_iw_member()
        )


def test_postgresql_keeps_one_open_proposal_a_person(service):
    proposal = a_proposal(service)
    with pytest.raises(IntegrityError, match="hand_over_one_open"), transaction.atomic():
        HandOver.objects.create(
            person=proposal.person, to=proposal.to, proposed_at=NOW, proposed_by=an_iw_member()
        )


def test_a_page_opened_before_no_longer_speaks_for_the_hold(service):
    leaver, colleague = a_practitioner(service=service), a_practitioner(service=service)
    (hold,) = shielded_for(leaver)
    hand_over(leaver, colleague)
    with pytest.raises(NotAllowed):
        letting_go.withdraw(hold, parting=GONE, by=leaver, now=NOW)


def test_what_one_member_handed_over_alone_before_is_filled_in(service):
    (hold,), member = shielded_for(), an_iw_member()
    facts = {"before": hold.source.uid, "after": hold.source.uid, "hand_over": ""}
    log_entry("hold_handed_over", by=member, at=NOW, reference=hold.reference, **facts)
    log_entry("hold_handed_over", by=member, at=NOW, reference="IW-ZZZZ-ZZZZ", **facts)
    log_entry("hold_handed_over", by=Nobody(), at=NOW, reference=hold.reference, **facts)
    FILL(apps, None)
    moved = HandedOverHold.objects.get()
    assert (moved.hold, moved.proposed_by, moved.hand_over) == (hold, member, None)


class Nobody:
    """Whoever has no account any more."""

    uid, role, service_code = uuid.uuid4(), "iw", ""
