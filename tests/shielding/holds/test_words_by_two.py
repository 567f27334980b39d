"""A word given by phone for a source without a working account: one records, another attests."""

from importlib import import_module

import pytest
from django.apps import apps
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from requests_app.desk import phoned_requests
from shielding.accounts import actions as directory
from shielding.accounts.models import User
from shielding.holds import actions as hold_actions
from shielding.holds import letting_go
from shielding.holds import policies as hold_policies
from shielding.holds.disputes.release_actions import deny_release
from shielding.models import Hold, Record
from shielding.records import states
from shielding.records.letting_go_to_attest import owed_for
from shielding.reviews import actions as reviews
from shielding.unshield import actions as unshield
from shielding.unshield import policies
from shielding.web.refusals import NotAllowed, WrongState
from tests.requests_app.support.desk import at_desk, main
from tests.support.first_steps import given_a_role
from tests.support.people import a_practitioner, a_service, an_iw_member
from tests.support.replay import replay
from tests.support.requests import NOW, a_number
from tests.support.shielded_records import DAY, GONE, agreed_holds, let_go

pytestmark = pytest.mark.django_db
MARK = import_module("shielding.migrations.0008_a_word_by_two").mark


@pytest.fixture
def team() -> list[User]:
    """A team of three: one records, another attests and begins, the third confirms."""
    return [an_iw_member(name=f"Member {name}") for name in "ABC"]


def phoned() -> Hold:
    """Return the applied hold of a GP who phoned and has no account."""
    member = an_iw_member()
    request = phoned_requests.log_phoned(
        reference="IW-2222-2222",
        number=a_number(),
        ground="abuse",
        caller="gp",
        practitioner=None,
        service=a_service(),
        by=member,
        now=NOW,
    )
    hold_actions.attest_applied(
        request.hold, checked_on=NOW.date(), no_duplicate=True, by=member, now=NOW
    )
    User.objects.filter(pk=member.pk).update(is_active=False)
    return request.hold


def suspended() -> Hold:
    (hold,) = agreed_holds()
    User.objects.iw_team().filter(name__startswith="Person").update(is_active=False)
    User.objects.filter(pk=hold.source_id).update(is_active=False)
    return hold


def recorded(hold: Hold, by: User) -> Hold:
    letting_go.withdraw(hold, parting=GONE, by=by, now=NOW)
    return Hold.objects.get(pk=hold.pk)


def attest(hold: Hold, by: User, *, phoned: bool = True) -> Hold:
    return letting_go.attest_word(hold, phoned=phoned, by=by, now=NOW)


def begin(record: Record, by: User) -> Record:
    return unshield.begin_unshield(record, by=by, now=NOW + DAY)


def confirm(record: Record, by: User) -> Record:
    return unshield.confirm_unshield(record, by=by, now=NOW + DAY)


def test_a_service_without_an_account_that_says_otherwise_asks_by_a_new_request(team):
    one, other, _third = team
    hold = recorded(phoned(), one)
    desk = at_desk(other)
    page = desk.get(reverse("hold_attest", args=[hold.reference]))
    assert "attest nothing: their service asks for the shield by a new request" in main(page)
    denied = reverse("hold_denied", args=[hold.reference])
    card = desk.get(reverse("record_detail", args=[hold.record.reference]))
    assert [one for one in (page, card) if denied in one.content.decode()] == []
    assert desk.get(denied).status_code == 302


@pytest.mark.parametrize("without_account", [phoned, suspended])
def test_a_team_of_three_can_do_it_each_their_part(team, without_account):
    one, other, third = team
    hold = recorded(without_account(), one)
    with pytest.raises(WrongState, match="word"):
        begin(hold.record, other)
    attest(hold, other)
    with pytest.raises(WrongState, match="could_be_the_source"):
        begin(hold.record, one)
    record = begin(hold.record, other)
    for barred in (one, other):
        with pytest.raises(NotAllowed, match="second_person"):
            confirm(record, barred)
    assert confirm(record, third).state == states.NOT_SHIELDED
    assert replay()[0] == []


def test_said_on_that_call_that_they_did_not_it_stands_again_of_whoever_has_an_account(team):
    one, other, _third = team
    of_nobody, stopped = recorded(phoned(), one), recorded(suspended(), one)
    with pytest.raises(WrongState, match="no_account"):
        deny_release(of_nobody, phoned=True, by=other, now=NOW)
    desk = at_desk(other)
    denied = [f"/by-phone/{hold.reference}/not-withdrawn/" for hold in (of_nobody, stopped)]
    calls = [f"/by-phone/{hold.reference}/attest/" for hold in (of_nobody, stopped)]
    offered = [one in desk.get(at).content.decode() for one, at in zip(denied, calls, strict=True)]
    assert offered == [False, True]
    assert [desk.get(one).status_code for one in denied] == [302, 200]
    with pytest.raises(NotAllowed, match="second_person"):
        deny_release(stopped, phoned=True, by=one, now=NOW)
    with pytest.raises(WrongState, match="not_phoned"):
        deny_release(stopped, phoned=False, by=other, now=NOW)
    again = deny_release(stopped, phoned=True, by=other, now=NOW)
    assert (again.is_standing, again.source, again.word_to_attest) == (True, stopped.source, False)
    assert replay()[0] == []


def test_who_attests_only_begins(team):
    one, other, third = team
    hold = attest(recorded(suspended(), one), other)
    with pytest.raises(WrongState, match="nobody_second"):
        begin(hold.record, third)


def test_an_answer_by_phone_that_lets_go_takes_two_as_well(team):
    hold = suspended()
    then = NOW + 170 * DAY
    reviews.open_reviews_of(hold.record, now=then)
    letting_go.answer(
        hold,
        answer="no_longer_needed",
        views="yes",
        sought_by="source",
        parting=GONE,
        by=team[0],
        now=then,
    )
    assert owed_for(hold)


def test_of_a_source_who_can_sign_in_one_records_it(team):
    (hold,) = agreed_holds()
    assert not recorded(hold, team[0]).word_to_attest
    (own,) = agreed_holds()
    assert not let_go(own).word_to_attest


def test_not_by_who_recorded_it_nor_newly_granted_nor_by_others(team):
    hold = recorded(suspended(), team[0])
    new = an_iw_member(second_person_from=NOW + DAY)
    for nobody in (team[0], new, a_practitioner()):
        with pytest.raises(NotAllowed):
            attest(hold, nobody)
    with pytest.raises(WrongState, match="not_phoned"):
        attest(hold, team[1], phoned=False)
    attest(hold, team[1])
    with pytest.raises(WrongState, match="not_to_attest"):
        attest(hold, team[2])


def set_number(person: User, by: User, *, phone: str = "01632 960123", days: int = 1) -> None:
    directory.set_phone(person, phone, by=by, now=NOW - days * DAY)


@pytest.mark.parametrize("whose", ["source", "manager"])
def test_neither_of_the_two_set_the_number_that_is_dialled(team, whose):
    """Else one member answers the second one's call, or phones themself."""
    one, other, third = team
    manager = a_practitioner()
    (hold,) = agreed_holds(a_practitioner(service=manager.service, manager=manager))
    User.objects.iw_team().filter(name__startswith="Person").update(is_active=False)
    User.objects.filter(pk=hold.source_id).update(is_active=False)
    dialled = hold.source if whose == "source" else manager
    set_number(dialled, one)
    with pytest.raises(NotAllowed, match="own_number") as refused:
        recorded(hold, one)
    assert refused.value.message == hold_policies.OWN_NUMBER
    with pytest.raises(NotAllowed, match="own_number"):
        letting_go.take_back(hold, in_error=True, by=one, now=NOW)
    hold = recorded(hold, other)
    with pytest.raises(NotAllowed, match="second_person"):
        attest(hold, one)
    assert [one.name for one in hold_policies.attesters(hold, NOW)] == [third.name]
    attest(hold, third)


def test_a_number_set_between_the_two_steps_by_who_recorded_is_nobody_s_to_dial(team):
    """Until another member, having made sure of it elsewhere, enters it anew; or 28 days later."""
    one, other, third = team
    hold = recorded(suspended(), one)
    set_number(hold.source, one, days=0)
    with pytest.raises(NotAllowed, match="second_person"):
        attest(hold, other)
    set_number(hold.source, third, phone="", days=0)
    set_number(hold.source, third, days=0)
    with pytest.raises(NotAllowed, match="second_person"):
        attest(hold, third)
    attest(hold, other)


def test_a_number_set_long_ago_is_as_good_as_any(team):
    hold = suspended()
    set_number(hold.source, team[0], days=28)
    attest(recorded(hold, team[0]), team[1])


def test_the_page_says_what_to_do_where_the_number_is_of_who_recorded_it(team):
    hold = recorded(suspended(), team[0])
    directory.set_phone(hold.source, "01632 960123", by=team[0], now=timezone.now())
    page = main(at_desk(team[1]).get(f"/by-phone/{hold.reference}/attest/", follow=True))
    assert "set the phone number that is dialled" in page
    assert "takes it out of the directory and enters it again" in page


def test_who_may_not_attest_reads_who_may_where_the_link_would_be(team):
    hold = recorded(suspended(), team[0])
    address = f"/by-phone/{hold.reference}/attest/"
    page = at_desk(team[0]).get(f"/records/{hold.record.reference}/")
    assert address not in page.content.decode()
    assert "It is not yours to attest. These members may: " in main(page)
    theirs = at_desk(team[1]).get(f"/records/{hold.record.reference}/")
    assert address in theirs.content.decode()
    assert "These members may: " not in main(theirs)


def test_nor_did_somebody_who_counts_as_one_with_them_set_it(team):
    """Whose role they confirmed records the word: nobody attests then, however long they wait."""
    lead = an_iw_member(lead=True)
    newcomer = given_a_role(lead)
    hold = recorded(suspended(), newcomer)
    assert hold_policies.attesters(hold, NOW + DAY) != []
    set_number(hold.source, lead, days=0)
    for later in (DAY, 40 * DAY):
        assert hold_policies.attesters(hold, NOW + later) == []
    other = suspended()
    set_number(other.source, lead)
    with pytest.raises(NotAllowed, match="own_number"):
        recorded(other, newcomer)
    may = hold_policies.attesters(recorded(other, team[0]), NOW + DAY)
    assert not {lead, newcomer} & set(may)
    assert team[1] in may


def test_nor_did_they_choose_the_line_manager_who_is_phoned(team):
    """Only in the place of one before: who chose a first one is kept nowhere."""
    first = a_practitioner()
    second = a_practitioner(service=first.service)
    source = a_practitioner(service=first.service, manager=first)
    (hold,) = agreed_holds(source)
    directory.set_line_manager(source, second, by=team[0], now=NOW - DAY)
    User.objects.filter(pk=source.pk).update(is_active=False)
    hold = Hold.objects.get(pk=hold.pk)
    with pytest.raises(NotAllowed, match="own_number"):
        recorded(hold, team[0])
    recorded(hold, team[1])
    with pytest.raises(NotAllowed, match="second_person"):
        attest(hold, team[0])
    attest(hold, team[2])


def test_of_a_source_who_can_sign_in_their_own_number_matters_to_nobody(team):
    (hold,) = agreed_holds()
    set_number(hold.source, team[0])
    assert not recorded(hold, team[0]).is_standing


def test_not_of_a_hold_that_stands_or_was_let_go_by_its_source(team):
    (standing,), (own,) = agreed_holds(), agreed_holds()
    for hold in (standing, let_go(own)):
        with pytest.raises(WrongState, match="not_to_attest"):
            attest(hold, team[1])


def test_the_pages_say_who_is_wanted(team):
    one, other, _ = team
    hold = suspended()
    page = main(at_desk(one).get(f"/by-phone/{hold.reference}/let-go/"))
    assert "They have no working account that may withdraw" in page
    hold = recorded(hold, one)
    record = f"/records/{hold.record.reference}/"
    page = main(at_desk(other).get(record))
    assert f"No other member attested by a call that they withdrew: {hold.reference}." in page
    address = f"/by-phone/{hold.reference}/attest/"
    assert at_desk(one).get(address).url == record
    browser = at_desk(other)
    assert "Tick once you phoned them" in main(browser.post(address, {}))
    assert "It is attested" in main(browser.post(address, {"phoned": "on"}, follow=True))
    assert "Their word" in main(browser.get(record))
    assert "recorded the word of somebody without an account" in main(at_desk(one).get(record))


@pytest.mark.parametrize(
    ("wrong", "constraint"),
    [
        (lambda hold: {"word_attested_by": hold.released_by, "word_attested_at": NOW},
         "hold_word_by_two"),
        (lambda hold: {"word_attested_at": NOW}, "hold_word_attested_pair"),
        (lambda hold: {"released_how": "source"}, "hold_word_of_a_release"),
    ],
)  # fmt: skip
def test_postgresql_keeps_it_as_well(team, wrong, constraint):
    hold = recorded(suspended(), team[0])
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Hold.objects.filter(pk=hold.pk).update(**wrong(hold))


def test_what_was_let_go_so_before_is_attested_too(team):
    before, with_account = recorded(suspended(), team[0]), recorded(agreed_holds()[0], team[0])
    Hold.objects.update(word_to_attest=False)
    MARK(apps, None)
    owed = Hold.objects.filter(word_to_attest=True)
    assert list(owed) == [before]
    assert with_account not in owed
    assert [one.code for one in policies.unshield_missing(before.record, team[1], NOW + DAY)] == [
        "word"
    ]
