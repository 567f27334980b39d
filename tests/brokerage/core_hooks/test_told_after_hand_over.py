"""Who hears of an end after a claim, or a requester's things, went to a colleague."""

from datetime import timedelta

import pytest
from django.urls import reverse

from brokerage import source_policies, states
from brokerage.core_hooks.reminders import raise_reminders
from brokerage.desk import actions as desk_actions
from brokerage.line_manager import actions as manager_actions
from brokerage.line_manager.presenters import facts
from brokerage.models import AccessRequest, Liaison
from brokerage.requester import actions as requester_actions
from brokerage.source import actions as source_actions
from logbook.models import Entry
from shielding.accounts import actions as directory
from shielding.accounts import suspending
from shielding.accounts.models import User
from shielding.holds.hand_over import actions as hold_hand_over
from shielding.notices.models import Notice
from shielding.web.cells import Text
from tests.brokerage.support import todays_requests
from tests.brokerage.support.cast import (
    ASKED,
    DAY,
    NEED,
    Cast,
    a_cast,
    a_draft,
    again,
    agreed,
    asking,
    concluded,
    say,
    sent,
)
from tests.requests_app.support.desk import at_desk, main
from tests.support import hand_overs
from tests.support.people import a_practitioner, an_iw_member
from tests.support.shielded_records import let_go

pytestmark = pytest.mark.django_db
SOON = ASKED + timedelta(hours=1)


def hand_over(person: User, cast: Cast, *, to: User | None = None, now=ASKED) -> User:
    person = User.objects.get(pk=person.pk)
    to = to or a_practitioner(service=person.service, manager=a_practitioner())
    hand_overs.hand_over(person, to=User.objects.get(pk=to.pk), by=cast.colleague, now=now)
    return to


def hears(person: User, kind: str = "contact_ended") -> int:
    """Return how many notices of this kind the person is still owed."""
    return Notice.objects.owed().filter(kind=kind, recipient=person).count()


# --- A claim that went to a colleague -------------------------------------------------------------
def test_who_became_the_requester_s_line_manager_since_hears_nothing_as_a_source():
    cast = a_cast()
    access = asking(cast)
    now_manager = User.objects.get(pk=cast.source.pk)
    a_practitioner(service=cast.source.service, manager=now_manager)
    requester = User.objects.get(pk=cast.requester.pk)
    directory.set_line_manager(requester, now_manager, by=cast.colleague, now=ASKED)
    desk_actions.conclude(again(access), outcome="declined", by=cast.member, now=SOON)
    assert (hears(cast.source), hears(cast.other_source)) == (0, 1)


@pytest.mark.parametrize("ends", ["outcome", "withdrawal"])
def test_whoever_took_an_objection_over_and_was_asked_anew_hears_of_the_end_too(ends):
    cast = a_cast()
    access = asking(cast)
    say(access, cast.source, "objects")
    say(access, cast.other_source, "objects")
    heir = hand_over(cast.source, cast)
    if ends == "withdrawal":
        requester_actions.withdraw(again(access), by=cast.requester, now=SOON)
    else:
        desk_actions.conclude(again(access), outcome="declined", by=cast.member, now=SOON)
    raise_reminders(SOON)
    later = hand_over(heir, cast, now=SOON)
    told = (cast.source, heir, cast.other_source, later)
    assert [hears(person) for person in told] == [1, 1, 1, 0]


def test_the_source_who_may_be_phoning_hears_of_the_withdrawal_and_their_heir_does_not():
    cast = a_cast()
    access = concluded(cast)
    heir = hand_over(cast.source, cast)
    requester_actions.withdraw(access, by=cast.requester, now=SOON)
    for _twice in range(2):
        raise_reminders(SOON)
    assert (hears(cast.source), hears(heir)) == (1, 0)


def test_the_source_who_offered_hears_of_the_stop_and_their_heir_does_not():
    cast = a_cast()
    access = concluded(cast)
    heir = hand_over(cast.source, cast)
    source_actions.stop_contact(access, by=cast.member, now=SOON)
    of_stop = Notice.objects.owed().filter(kind="contact_ended", created_at=SOON)
    assert [one.recipient for one in of_stop] == [cast.source]
    assert hears(heir) == 0
    other = Notice.objects.filter(kind="contact_ended", recipient=cast.other_source)
    assert other.count() == 1


def test_who_handed_a_claim_on_reads_that_it_is_no_longer_theirs_and_nothing_else(client):
    cast = a_cast()
    access = concluded(cast)
    liaison = access.liaisons.get(asked_of=cast.source)
    page = reverse("liaison_list")
    client.force_login(cast.source)
    assert "Handed on" not in client.get(page).text
    heir = hand_over(cast.source, cast)
    client.force_login(User.objects.get(pk=cast.source.pk))
    (row,) = client.get(page).context["handed_on_rows"]
    assert row[0] == Text(liaison.reference, code=True)
    assert client.get(reverse("liaison_detail", args=[liaison.reference])).status_code == 404
    for someone in (heir, cast.other_source, cast.requester, cast.manager):
        client.force_login(someone)
        assert "Handed on" not in client.get(page).text


def test_who_has_a_part_in_the_request_reads_nothing_of_what_they_handed_on():
    cast = a_cast()
    access = concluded(cast)
    hand_over(cast.source, cast)
    assert Liaison.objects.handed_on_by(cast.source).count() == 1
    assert not Liaison.objects.handed_on_by(cast.member).exists()
    access.participations.create(person=cast.source, part="reader", since=ASKED)
    assert not Liaison.objects.handed_on_by(cast.source).exists()


def test_who_was_asked_anew_hears_and_who_was_asked_before_them_does_not():
    cast = a_cast()
    access = asking(cast)
    heir = hand_over(cast.source, cast)
    requester_actions.withdraw(access, by=cast.requester, now=SOON)
    raise_reminders(SOON)
    assert (hears(cast.source), hears(heir)) == (0, 1)


@pytest.mark.parametrize("how", ["stopped", "declined", "withdrawn"])
def test_an_end_that_is_not_mailed_yet_is_still_owed_after_a_hand_over(how):
    cast = a_cast()
    if how == "declined":
        desk_actions.conclude(asking(cast), outcome="declined", by=cast.member, now=ASKED)
    else:
        access = concluded(cast)
        Notice.objects.filter(recipient=cast.source).overtake()
        if how == "stopped":
            source_actions.stop_contact(access, by=cast.member, now=ASKED)
        else:
            requester_actions.withdraw(access, by=cast.requester, now=ASKED)
            raise_reminders(ASKED)
    assert hears(cast.source) == 1
    heir = hand_over(cast.source, cast, now=SOON)
    raise_reminders(SOON)
    assert (hears(cast.source), hears(heir)) == (1, 0)


def test_what_was_asked_about_a_claim_let_go_before_is_told_to_nobody_any_more():
    cast = a_cast()
    access = asking(cast)
    liaison = access.liaisons.get(hold__source=cast.source)
    let_go(liaison.hold, now=ASKED)
    heir = hand_over(cast.source, cast, now=SOON)
    liaison.refresh_from_db()
    assert (liaison.asked_of, liaison.asked_at) == (cast.source, ASKED)
    desk_actions.conclude(again(access), outcome="declined", by=cast.member, now=SOON)
    assert (hears(cast.source), hears(heir)) == (0, 0)


def test_nobody_hears_months_later_of_a_withdrawal_of_long_ago():
    cast = a_cast()
    access = asking(cast)
    suspending.suspend(User.objects.get(pk=cast.source.pk), by=cast.colleague, now=ASKED)
    requester_actions.withdraw(access, by=cast.requester, now=ASKED)
    raise_reminders(ASKED + DAY)
    late = ASKED + 90 * DAY
    heir = hand_over(cast.source, cast, now=late)
    raise_reminders(late)
    suspending.reactivate(User.objects.get(pk=cast.source.pk), by=cast.colleague, now=late)
    raise_reminders(late)
    assert (hears(cast.source), hears(heir), hears(cast.other_source)) == (0, 0, 1)


@pytest.mark.behind_the_acts("a source who came to have another part, which the acts keep apart")
@pytest.mark.parametrize("part", ["manager", "participation"])
def test_nobody_with_another_part_hears_of_an_end(part):
    cast = a_cast()
    access = asking(cast)
    if part == "manager":
        AccessRequest.objects.filter(pk=access.pk).update(manager=cast.source)
    else:
        access.participations.create(person=cast.source, part="iw", since=ASKED)
    desk_actions.conclude(again(access), outcome="declined", by=cast.member, now=SOON)
    assert (hears(cast.source), hears(cast.other_source)) == (0, 1)


# --- A requester's things that went to a colleague ------------------------------------------------
def test_the_manager_hears_of_the_end_and_only_the_heir_of_the_draft():
    cast = a_cast()
    access = agreed(cast)
    of_manager = Notice.objects.filter(recipient=cast.manager, subject=access.reference)
    before = of_manager.filter(kind="item_changed").count()
    heir = hand_over(cast.requester, cast)
    assert again(access).state == states.WITHDRAWN
    assert of_manager.filter(kind="item_changed").count() == before + 1
    assert of_manager.owed().count() == 1
    draft = AccessRequest.objects.get(requester=heir)
    told = Notice.objects.owed().filter(subject=draft.reference)
    assert [one.recipient for one in told] == [heir]


def test_a_draft_that_goes_there_and_back_is_told_each_time_to_its_new_owner_alone():
    cast = a_cast()
    draft = a_draft(cast.requester)
    heir = hand_over(cast.requester, cast)
    hand_over(heir, cast, to=cast.requester, now=SOON)
    hand_over(cast.requester, cast, to=heir, now=SOON)
    told = Notice.objects.filter(subject=draft.reference).order_by("step")
    assert [one.recipient for one in told] == [heir, cast.requester, heir]
    assert again(draft).need == NEED


def test_a_contact_that_runs_is_stopped_with_its_entry_and_its_notices():
    cast = a_cast()
    access = concluded(cast)
    heir = hand_over(cast.requester, cast, now=SOON)
    access = again(access)
    assert (access.stopped_at, access.stopped_by) == (SOON, cast.colleague)
    assert not source_policies.is_granted(access, SOON)
    liaison = Liaison.objects.get(access=access, hold__source=cast.source)
    assert not source_policies.may_contact(liaison, access.publish_at)
    assert Entry.objects.filter(event="contact_stopped", reference=access.reference).count() == 1
    assert hears(cast.source) == 1
    assert hears(cast.lead, "contact_stopped") == hears(cast.other_lead, "contact_stopped") == 1
    assert not Notice.objects.owed().filter(kind="grant_ends").exists()
    # It was the one asker's: the colleague has nothing of it.
    assert not AccessRequest.objects.filter(requester=heir).exists()


def test_that_a_contact_is_stopped_is_said_before():
    cast = a_cast()
    todays_requests.concluded(cast, "source_will_contact")
    words = "Current contacts under their access requests"
    assert dict(hold_hand_over.in_hand(cast.requester)) == {words: 1}
    assert words not in dict(hold_hand_over.in_hand(cast.source))
    heir = a_practitioner(service=cast.requester.service)
    address = reverse("person_hand_over_to", args=[cast.requester.uid, heir.uid])
    assert "Current contacts would be stopped." in main(at_desk(an_iw_member()).get(address))


def test_another_s_contact_runs_on():
    cast = a_cast()
    access = concluded(cast)
    hand_over(a_practitioner(service=cast.requester.service), cast)
    assert source_policies.is_granted(again(access), ASKED)


def test_what_a_manager_reads_of_twins_that_were_declined():
    """Whenever they were sent; but not what is said of them once this one has been decided."""
    cast = a_cast()
    waiting = sent(cast)
    number = waiting.record.number_in_clear()
    decided = agreed(cast, number=number)
    later = ASKED + timedelta(minutes=1)
    twin = sent(cast, number=number, now=later)
    manager_actions.decline(twin, reason="not_our_role", by=cast.manager, now=later)
    twins = AccessRequest.objects.declined_twins
    assert list(twins(again(waiting))) == [twin]
    rows = {row.key: row.value for row in facts(again(waiting), later)}
    assert cast.manager.name in rows["The same was declined"]
    assert not twins(again(decided)).exists()
    assert not twins(again(twin)).exists()
    assert not twins(sent(cast)).exists()
