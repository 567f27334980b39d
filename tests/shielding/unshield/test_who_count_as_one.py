"""Who count as one: who gave a member their account or role is not the second beside them."""

import pytest

from shielding.accounts import actions as directory
from shielding.accounts import suspending
from shielding.accounts.models import User
from shielding.accounts.suspensions import Suspension
from shielding.holds.disputes import hand_over_actions as disputes
from shielding.holds.disputes import policies as dispute_policies
from shielding.holds.disputes import suspension_actions as disputed_suspensions
from shielding.holds.hand_over.models import HandOver
from shielding.models import Record
from shielding.notices import delivery
from shielding.notices.models import Notice
from shielding.records import states
from shielding.reviews.reminders import raise_reminders
from shielding.unshield import actions as unshield
from shielding.unshield import attestations, other_ends, policies
from shielding.web.refusals import NotAllowed, WrongState
from tests.requests_app.support.desk import at_desk, main
from tests.shielding.unshield.support.pages import page_of
from tests.support import first_steps, hand_overs
from tests.support.first_steps import CONFIRMED, given_a_role
from tests.support.people import (
    a_practitioner,
    a_service,
    an_administrator,
    an_iw_member,
    grant_at_the_server,
)
from tests.support.requests import NOW, a_request
from tests.support.shielded_records import DAY, agreed_holds, let_go, nobody_asks

pytestmark = pytest.mark.django_db
STEPS = (
    first_steps.an_unshield,
    first_steps.an_end,
    first_steps.a_hand_over,
    first_steps.not_agreed,
    first_steps.a_word,
)


@pytest.fixture
def lead() -> User:
    return an_iw_member(lead=True, name="Lea Lead")


@pytest.mark.parametrize("step", STEPS, ids=lambda one: one.__name__)
def test_who_confirmed_a_role_is_not_the_second_beside_that_member_nor_the_first(lead, step):
    newcomer = given_a_role(lead)
    for first, second in ((newcomer, lead), (lead, newcomer)):
        confirm = step(first)
        with pytest.raises(NotAllowed, match="second_person"):
            confirm(second)
    confirm(an_iw_member())


def test_nor_who_proposed_it_and_came_to_the_team_since(lead):
    newcomer = given_a_role(lead)
    proposer = came_to_the_team(newcomer.grants.get().proposed_by)
    assert proposer.pk not in {one.pk for one in _seconds(newcomer)}


def came_to_the_team(administrator: User) -> User:
    administrator.role = "iw"
    administrator.save(update_fields=["role"])
    grant_at_the_server(administrator)
    return administrator


def _seconds(first: User) -> list[User]:
    return policies.seconds(nobody_asks(), NOW + DAY, beginner=first)


def test_who_let_a_member_in_again_after_a_suspension_handled_their_account(lead):
    """The lead settles it: whoever lets a colleague in again could act as them."""
    member, other = an_iw_member(), an_iw_member()
    suspending.suspend(member, by=an_administrator(), now=NOW - 2 * DAY)
    suspension = Suspension.objects.get()
    told = suspension.told.get(person=member)
    disputed_suspensions.say_wrong(told, by=member, now=NOW - DAY)
    disputed_suspensions.settle(suspension, verdict="wrong", by=lead, now=NOW - DAY)
    member.refresh_from_db()
    confirm = first_steps.an_unshield(member)
    with pytest.raises(NotAllowed, match="second_person"):
        confirm(lead)
    assert confirm(other).state == states.NOT_SHIELDED


def test_nor_who_renamed_a_member():
    member, administrator = an_iw_member(), an_administrator()
    directory.rename(member, "Another Name", by=administrator, now=NOW - DAY)
    assert came_to_the_team(administrator).pk not in {one.pk for one in _seconds(member)}


@pytest.mark.parametrize(("days", "is_second"), [(27, False), (28, True)])
def test_28_days_before_the_first_step_bar_nobody(lead, days, is_second):
    newcomer = given_a_role(lead, now=NOW + DAY - days * DAY)
    seconds = policies.seconds(nobody_asks(), NOW + DAY, beginner=newcomer)
    assert (lead in seconds) == is_second


def test_waiting_with_the_second_step_lets_nobody_in(lead):
    """Counted from the first step: an unshield that hangs for a month is not theirs then."""
    newcomer = given_a_role(lead)
    record = unshield.begin_unshield(nobody_asks(), by=newcomer, now=NOW + DAY)
    with pytest.raises(NotAllowed, match="second_person"):
        unshield.confirm_unshield(record, by=lead, now=NOW + 40 * DAY)


def test_where_they_are_alone_the_page_says_so_and_the_way_out_and_the_leads_are_told(lead):
    newcomer, record = given_a_role(lead), nobody_asks()
    User.objects.iw_team().exclude(pk__in=[lead.pk, newcomer.pk]).update(is_active=False)
    for member in (lead, newcomer):
        with pytest.raises(WrongState, match="two_lacking"):
            unshield.begin_unshield(record, by=member, now=NOW + DAY)
    assert policies.two_are_lacking(record, NOW + DAY)
    raise_reminders(NOW + DAY)
    told = Notice.objects.filter(kind="unshield_lacks_members", subject=record.reference)
    assert [one.recipient for one in told] == [lead]
    third = an_iw_member()
    assert not policies.two_are_lacking(record, NOW + DAY)
    record = unshield.begin_unshield(record, by=third, now=NOW + DAY)
    assert unshield.confirm_unshield(record, by=lead, now=CONFIRMED).state == states.NOT_SHIELDED


AGAIN = "24 hours after the role was confirmed by somebody else"


def test_the_pages_of_an_end_and_a_hand_over_name_who_may_or_say_that_nobody_does(lead):
    newcomer, browser = given_a_role(lead), at_desk(lead)
    (hold,) = agreed_holds()
    other_ends.propose_end(hold.record, code="archived", by=newcomer, now=NOW)
    leaver = a_practitioner(service=a_service())
    to = a_practitioner(service=leaver.service)
    proposed = hand_overs.proposed(leaver, to=to, by=newcomer, now=NOW)
    addresses = (page_of(hold.record), f"/people/hand-overs/{proposed.reference}/")
    User.objects.iw_team().exclude(pk__in=[lead.pk, newcomer.pk]).update(is_active=False)
    alone = [main(browser.get(one)) for one in addresses]
    assert ["Nobody may confirm it at the moment" in page for page in alone] == [True] * 2
    assert [AGAIN in page for page in alone] == [True] * 2
    an_iw_member(name="Thea Third")
    with_a_third = [main(browser.get(one)) for one in addresses]
    assert ["may: Thea Third." in page for page in with_a_third] == [True] * 2


def test_the_page_of_a_word_names_who_may_attest_it_or_says_that_nobody_does(lead):
    newcomer, (hold,) = given_a_role(lead), agreed_holds()
    User.objects.filter(pk=hold.source_id).update(is_active=False)
    let_go(hold, by=newcomer)
    User.objects.iw_team().exclude(pk__in=[lead.pk, newcomer.pk]).update(is_active=False)
    browser, address = at_desk(lead), f"/by-phone/{hold.reference}/attest/"
    page = main(browser.get(address, follow=True))
    assert "Nobody may attest it at the moment" in page
    assert AGAIN in page
    an_iw_member(name="Thea Third")
    assert "may: Thea Third." in main(browser.get(address, follow=True))


def test_nor_does_either_drop_alone_what_the_other_let_go(lead):
    newcomer, other = given_a_role(lead), an_iw_member()
    record = let_go(a_request().hold, by=lead, now=NOW).record
    for moment in (NOW, NOW + 40 * DAY):
        with pytest.raises(NotAllowed, match="second_person"):
            attestations.attest_never_applied(record, by=newcomer, now=moment)
    assert "Look, and say whether it was ever shielded" not in main(
        at_desk(lead).get(page_of(record))
    )
    done = attestations.attest_never_applied(record, by=other, now=NOW)
    assert done.state == states.NOT_SHIELDED


def test_nor_settles_what_the_other_took_part_in(lead):
    newcomer, third = given_a_role(lead), an_iw_member()
    leaver = a_practitioner(service=a_service())
    to = a_practitioner(service=leaver.service)
    hand_overs.hand_over(leaver, to=to, proposed_by=newcomer, by=an_iw_member(), now=NOW)
    hand_over = HandOver.objects.get()
    assert dispute_policies.settlers(hand_over, NOW) == [third]
    suspending.suspend(leaver, by=newcomer, now=NOW)
    settlers = dispute_policies.settlers_of_suspension(Suspension.objects.get(), NOW)
    assert lead not in settlers
    assert third in settlers
    # Nor a month later: it counts from what is settled, and waiting lets nobody in.
    later = NOW + 40 * DAY
    assert dispute_policies.settlers(hand_over, later) == [third]
    assert lead not in dispute_policies.settlers_of_suspension(Suspension.objects.get(), later)


def test_a_new_account_is_not_vouched_for_by_whom_its_maker_gave_a_role(lead):
    newcomer, other = given_a_role(lead), an_iw_member()
    made = directory.add_practitioner(
        name="New Comer", email="made@council.example", service=a_service(), by=lead, now=NOW
    )
    for moment in (NOW, NOW + 40 * DAY):
        with pytest.raises(NotAllowed, match="second_person"):
            directory.vouch(made, phoned=True, by=newcomer, now=moment)
    directory.vouch(made, phoned=True, by=other, now=NOW)


def test_a_dispute_to_be_settled_first_is_no_lack_of_members(lead):
    """Nobody can unshield it now, however many they are: no lead is sent after a member."""
    proposer, service = an_iw_member(), a_service()
    leaver, colleague = (a_practitioner(service=service) for _ in "ab")
    (hold,) = agreed_holds(leaver)
    hand_overs.hand_over(leaver, to=colleague, proposed_by=proposer, by=an_iw_member(), now=NOW)
    User.objects.iw_team().exclude(pk__in=[lead.pk, proposer.pk]).update(is_active=False)
    hold.refresh_from_db()
    let_go(hold)
    told = Notice.objects.filter(kind="unshield_lacks_members", recipient=lead)
    raise_reminders(NOW + DAY)
    assert told.owed().count() == 1
    hand_over = HandOver.objects.get()
    disputes.say_wrong(hand_over.told.get(person=leaver), by=leaver, now=NOW + DAY)
    hold.refresh_from_db()
    let_go(hold, now=NOW + DAY)
    assert Record.objects.to_unshield().exists()
    delivery.deliver(NOW + DAY)
    assert told.owed().count() == 0
    assert told.get().fate == "overtaken"
    Notice.objects.filter(pk=told.get().pk).update(subject="IW-2222-2222")
    raise_reminders(NOW + 2 * DAY)
    assert told.owed().count() == 0


def test_nor_do_two_confirm_for_a_third_what_that_one_released(lead):
    """Both owe their role to who recorded the release, and to nobody else: three count as one.

    With one of them another is the second; and waiting changes nothing.
    """
    first, second, other = given_a_role(lead), given_a_role(lead), an_iw_member()
    (hold,) = agreed_holds()
    record = let_go(hold, by=lead).record
    User.objects.iw_team().exclude(pk__in=[lead.pk, first.pk, second.pk, other.pk]).update(
        is_active=False
    )
    assert policies.seconds(record, NOW + DAY, beginner=first) == [other]
    assert policies.seconds(record, NOW + 40 * DAY, beginner=first) == [other]
    with pytest.raises(WrongState, match="nobody_second"):
        unshield.begin_unshield(record, by=other, now=NOW + DAY)
    User.objects.filter(pk=other.pk).update(is_active=False)
    for later in (DAY, 40 * DAY):
        with pytest.raises(WrongState, match="two_lacking"):
            unshield.begin_unshield(record, by=first, now=NOW + later)
    assert policies.TWO_LACKING in main(at_desk(first).get(page_of(record)))


def test_nor_take_two_either_step_for_a_third_who_could_be_the_source(lead):
    first, second, others = given_a_role(lead), given_a_role(lead), [an_iw_member(), an_iw_member()]
    (hold,) = agreed_holds()
    directory.rename(hold.source, "Another Name", by=lead, now=NOW + DAY / 2)
    record = let_go(hold, now=NOW + DAY).record
    for barred in (lead, first, second):
        with pytest.raises(WrongState, match="could_be_the_source"):
            unshield.begin_unshield(record, by=barred, now=NOW + 3 * DAY)
    assert policies.COULD_BE_THE_SOURCE in main(at_desk(first).get(page_of(record)))
    record = unshield.begin_unshield(record, by=others[0], now=NOW + 3 * DAY)
    assert not {lead, first, second} & set(
        policies.seconds(record, NOW + 3 * DAY, beginner=others[0])
    )
    done = unshield.confirm_unshield(record, by=others[1], now=NOW + 3 * DAY)
    assert done.state == states.NOT_SHIELDED
