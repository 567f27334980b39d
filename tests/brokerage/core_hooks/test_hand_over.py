"""What of a leaver's access requests goes to a colleague, and what a new source is asked."""

import pytest

from brokerage import policies, source_policies, states
from brokerage.core_hooks.reminders import raise_reminders
from brokerage.desk import actions as desk_actions
from brokerage.line_manager import actions as manager_actions
from brokerage.models import AccessRequest, Liaison
from brokerage.source import actions as source_actions
from shielding.accounts.models import User
from shielding.holds.hand_over.actions import in_hand
from shielding.notices.models import Notice
from tests.brokerage.support.cast import (
    ASKED,
    NEED,
    Cast,
    a_cast,
    a_draft,
    again,
    answered,
    asking,
    concluded,
    in_state,
    say,
    sent,
)
from tests.support import hand_overs
from tests.support.people import a_practitioner

pytestmark = pytest.mark.django_db


def leave(person: User, cast: Cast, to: User | None = None) -> User:
    """Hand everything of a person over to a colleague, by default a new one."""
    to = to or a_practitioner(service=person.service, manager=cast.manager)
    hand_overs.hand_over(person, to=to, by=cast.colleague, now=ASKED)
    return to


def test_a_draft_goes_over_without_what_the_leaver_attested():
    cast = a_cast()
    draft = a_draft(cast.requester)
    heir = leave(cast.requester, cast)
    draft = again(draft)
    assert (draft.requester, draft.need, draft.purpose) == (heir, NEED, "assessment")
    assert (draft.documented, draft.documented_on) == ("", None)


@pytest.mark.parametrize(
    "state", [states.WITH_MANAGER, states.WITH_IW, states.BEING_BROKERED, states.WITH_LEAD]
)
def test_an_open_one_ends_and_the_colleague_finds_a_draft(state):
    cast = a_cast()
    access = in_state(cast, state)
    number = access.record.number_in_clear()
    heir = leave(cast.requester, cast)
    assert (again(access).state, again(access).requester) == (states.WITHDRAWN, cast.requester)
    draft = AccessRequest.objects.get(requester=heir)
    assert (draft.state, draft.need, draft.declared_at) == (states.DRAFT, NEED, None)
    assert draft.number_in_clear() == number
    assert draft.purpose == access.purpose
    assert Notice.objects.owed().filter(subject=draft.reference, recipient=heir).exists()
    with pytest.raises(Exception, match="not_allowed|not_"):
        desk_actions.ask_sources(access, by=cast.member, now=ASKED)


@pytest.mark.parametrize("state", [states.DISCARDED, states.DECLINED, states.WITHDRAWN])
def test_what_is_at_its_end_stays(state):
    cast = a_cast()
    access = in_state(cast, state)
    leave(cast.requester, cast)
    assert (again(access).requester, again(access).state) == (cast.requester, state)
    assert AccessRequest.objects.count() == 1


def test_a_colleague_with_another_part_gets_no_draft():
    cast = a_cast()
    access = manager_actions.agree(sent(cast), by=cast.manager, now=ASKED)
    leave(cast.requester, cast, to=cast.manager)
    assert again(access).state == states.WITHDRAWN
    assert not AccessRequest.objects.filter(requester=cast.manager).exists()


def test_no_contact_is_made_for_a_leaver():
    cast = a_cast()
    access = concluded(cast)
    liaison = access.liaisons.get(hold__source=cast.source)
    assert source_policies.may_contact(liaison, access.publish_at)
    User.objects.filter(pk=cast.requester.pk).update(is_active=False)
    liaison = Liaison.objects.get(pk=liaison.pk)
    assert not source_policies.may_contact(liaison, access.publish_at)


def test_a_yes_was_the_leaver_s_own_and_an_objection_stays():
    cast = a_cast()
    access = answered(cast)
    heir = leave(cast.source, cast)
    liaison = Liaison.objects.get(access=access, hold__source=heir)
    assert (liaison.answer, liaison.answered_at) == ("", None)
    assert Notice.objects.owed().filter(subject=liaison.reference, recipient=heir).exists()
    assert "not answered" in policies.missing_for(again(access), "source_will_contact", ASKED)
    objecting = asking(cast)
    say(objecting, cast.other_source, "objects")
    other_heir = leave(cast.other_source, cast)
    assert Liaison.objects.get(access=objecting, hold__source=other_heir).answer == "objects"


def test_a_source_who_takes_over_and_asked_themself_is_left_out_and_blocks_nobody():
    cast = a_cast()
    access = asking(cast)
    say(access, cast.other_source, "give_contact")
    User.objects.filter(pk=cast.source.pk).update(service=cast.requester.service)
    cast.source.refresh_from_db()
    leave(cast.source, cast, to=cast.requester)
    liaison = Liaison.objects.get(access=access, hold__source=cast.requester)
    assert liaison.answer == "left_out"
    assert not Liaison.objects.visible_to(cast.requester).exists()
    assert policies.missing_for(again(access), "put_in_touch", ASKED) == ""


def test_what_goes_over_is_said_before():
    cast = a_cast()
    sent(cast)
    a_draft(cast.requester)
    lines = dict(in_hand(cast.requester))
    assert lines["Drafts of access requests"] == 1
    assert lines["Access requests sent and still open"] == 1


@pytest.mark.parametrize("outcome", ["source_will_contact", "put_in_touch"])
def test_a_colleague_is_not_bound_by_the_leaver_s_yes_after_the_outcome(outcome):
    cast = a_cast()
    access = concluded(cast, outcome)
    giving = cast.source if outcome == "source_will_contact" else cast.other_source
    liaison = access.liaisons.get(hold__source=giving)
    assert source_policies.offer_was_taken(liaison)
    leave(giving, cast)
    liaison = Liaison.objects.get(pk=liaison.pk)
    assert not source_policies.offer_was_taken(liaison)
    assert not source_policies.may_contact(liaison, access.publish_at)


@pytest.mark.parametrize("heir", ["requester", "manager"])
def test_who_was_left_out_hears_nothing_of_it(heir):
    cast = a_cast()
    access = answered(cast)
    heir = getattr(cast, heir)
    User.objects.filter(pk=cast.source.pk).update(service=heir.service)
    cast.source.refresh_from_db()
    leave(cast.source, cast, to=heir)
    desk_actions.conclude(access, outcome="declined", by=cast.member, now=ASKED)
    assert not Notice.objects.filter(kind="contact_ended", recipient=heir).exists()
    raise_reminders(ASKED)
    assert not Notice.objects.filter(kind__startswith="contact", recipient=heir).exists()


def test_the_receiver_s_own_answers_by_phone_stay():
    cast = a_cast()
    access = asking(cast)
    liaison = access.liaisons.get(hold__source=cast.source)
    source_actions.answer(
        liaison, answer="give_contact", family="content", by=cast.member, now=ASKED
    )
    leave(a_practitioner(service=cast.source.service), cast, to=cast.source)
    assert Liaison.objects.get(pk=liaison.pk).answer == "give_contact"


def test_a_draft_that_goes_over_is_told_and_keeps_nothing_the_leaver_attested():
    cast = a_cast()
    draft = a_draft(cast.requester)
    heir = leave(cast.requester, cast)
    assert (again(draft).documented, again(draft).documented_on) == ("", None)
    assert Notice.objects.owed().filter(subject=draft.reference, recipient=heir).exists()
