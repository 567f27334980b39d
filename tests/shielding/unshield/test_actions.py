"""The final unshield: two members, no hold, the working day after, every family spoken of."""

from datetime import timedelta

import pytest

from logbook.models import Entry
from shielding.accounts.models import User
from shielding.holds import letting_go
from shielding.models import Hold, Record
from shielding.records import states
from shielding.unshield import actions as unshield_actions
from shielding.unshield import attestations, other_ends, policies
from shielding.web.refusals import NotAllowed, Refused, WrongState
from tests.support.people import a_practitioner, an_auditor, an_iw_member
from tests.support.requests import NOW, a_request
from tests.support.shielded_records import (
    DAY,
    GONE,
    agreed_holds,
    being_unshielded,
    let_go,
    nobody_asks,
    place,
)

pytestmark = pytest.mark.django_db
LATER = NOW + DAY


@pytest.fixture
def two() -> tuple[User, User]:
    return an_iw_member(name="Ann First"), an_iw_member(name="Bob Second")


def begin(record: Record, by: User, now=LATER) -> Record:
    return unshield_actions.begin_unshield(record, by=by, now=now)


def confirm(record: Record, by: User, now=LATER) -> Record:
    return unshield_actions.confirm_unshield(record, by=by, now=now)


def test_two_members_unshield_the_working_day_after(two):
    record = confirm(begin(nobody_asks(), two[0]), two[1])
    record.refresh_from_db()
    assert (record.state, record.review_due, record.waiting_since) == ("not_shielded", None, None)
    assert (record.unshield_begun_by, record.unshield_confirmed_by) == two
    events = Entry.objects.filter(record=record.reference).order_by("-id")[:2]
    assert [entry.event for entry in events] == ["unshield_confirmed", "unshield_begun"]


@pytest.mark.parametrize("who", ["practitioner", "auditor", "suspended"])
def test_only_the_iw_team(two, who):
    record = nobody_asks()
    person = {
        "practitioner": a_practitioner,
        "auditor": an_auditor,
        "suspended": lambda: an_iw_member(is_active=False),
    }[who]()
    with pytest.raises(NotAllowed):
        begin(record, person)
    begin(record, two[0])
    for act in (
        lambda: confirm(record, person),
        lambda: unshield_actions.stop_unshield(record, found="never_opened", by=person, now=LATER),
    ):
        with pytest.raises(NotAllowed):
            act()
    assert Record.objects.get().state == states.UNSHIELDING


def test_not_while_anybody_asks(two):
    one, _other = agreed_holds(a_practitioner(), a_practitioner())
    let_go(one)
    with pytest.raises(WrongState, match="holds_stand"):
        begin(one.record, two[0])


def test_not_on_the_day_of_the_last_release_and_not_on_a_weekend(two):
    friday = NOW + 4 * DAY
    record = nobody_asks(friday)
    for days in range(3):
        with pytest.raises(WrongState, match="too_soon"):
            begin(record, two[0], now=friday + days * DAY)
    assert begin(record, two[0], now=friday + 3 * DAY).state == states.UNSHIELDING


def test_not_before_every_family_was_spoken_of(two):
    record = nobody_asks()
    Hold.objects.update(family="", family_at=None, family_by=None)
    with pytest.raises(WrongState, match="family") as refused:
        begin(record, two[0])
    hold = Hold.objects.get()
    assert hold.reference in refused.value.message
    letting_go.say_family(hold, family="not_safe", by=hold.source, now=NOW)
    assert begin(record, two[0]).state == states.UNSHIELDING


def test_not_while_an_end_is_proposed_which_would_stay_proposed_for_ever(two):
    record = other_ends.propose_end(nobody_asks(), code="died", by=two[0], now=NOW)
    with pytest.raises(WrongState, match="end_proposed"):
        begin(record, two[0])
    other_ends.withdraw_end(record, by=two[1], now=NOW)
    assert begin(record, two[0]).state == states.UNSHIELDING


def test_not_where_nobody_could_confirm(two):
    record = nobody_asks()
    User.objects.filter(pk=two[1].pk).update(is_active=False)
    User.objects.iw_team().exclude(pk=two[0].pk).update(is_active=False)
    with pytest.raises(WrongState, match="nobody_second"):
        begin(record, two[0])


def test_not_by_the_one_who_began(two):
    record = begin(nobody_asks(), two[0])
    with pytest.raises(NotAllowed, match="second_person"):
        confirm(record, two[0])


def test_not_by_one_who_recorded_a_release_on_the_sources_word(two):
    (hold,) = agreed_holds()
    letting_go.withdraw(hold, parting=GONE, by=two[1], now=NOW)
    record = begin(hold.record, two[0])
    with pytest.raises(NotAllowed, match="second_person"):
        confirm(record, two[1])
    assert confirm(record, an_iw_member()).state == states.NOT_SHIELDED


def test_not_by_one_newly_granted_their_role(two):
    record = begin(nobody_asks(), two[0])
    User.objects.filter(pk=two[1].pk).update(second_person_from=LATER + timedelta(hours=1))
    with pytest.raises(NotAllowed, match="second_person"):
        confirm(record, two[1])
    assert confirm(record, two[1], now=LATER + timedelta(hours=1)).state == states.NOT_SHIELDED


def test_not_after_the_one_who_began_left_the_team(two):
    record = begin(nobody_asks(), two[0])
    User.objects.filter(pk=two[0].pk).update(is_active=False)
    with pytest.raises(NotAllowed, match="second_person"):
        confirm(record, two[1])
    stopped = unshield_actions.stop_unshield(record, found="never_opened", by=two[1], now=LATER)
    assert (stopped.state, stopped.unshield_begun_by) == (states.SHIELDED, None)


def test_with_the_setting_off_the_one_who_began_may_confirm_in_python(two, settings):
    record = begin(nobody_asks(), two[0])
    mine = policies.to_go_on_with_by(two[0], LATER)
    assert not Record.objects.filter(mine).exists()
    settings.UNSHIELD_BY_TWO = False
    assert policies.may_confirm_unshield(two[0], record, LATER)
    assert Record.objects.filter(policies.to_go_on_with_by(two[0], LATER)).get() == record


@pytest.mark.parametrize("found", ["never_opened", "shielded_again"])
def test_stopping_says_what_was_found(two, found):
    record = begin(nobody_asks(), two[0])
    unshield_actions.stop_unshield(record, found=found, by=two[1], now=LATER)
    entry = Entry.objects.newest_first().first()
    assert (entry.event, found in entry.facts) == ("unshield_stopped", True)


@pytest.mark.parametrize("found", ["", "not_checked"])
def test_nothing_is_stopped_without_a_look(two, found):
    record = begin(nobody_asks(), two[0])
    with pytest.raises(WrongState, match="check_incomplete"):
        unshield_actions.stop_unshield(record, found=found, by=two[1], now=LATER)


def test_confirming_or_stopping_twice_is_refused(two):
    record = confirm(begin(nobody_asks(), two[0]), two[1])
    for act in (
        lambda: confirm(record, two[1]),
        lambda: unshield_actions.stop_unshield(record, found="never_opened", by=two[1], now=LATER),
        lambda: begin(record, two[0]),
    ):
        with pytest.raises(Refused):
            act()
    assert Record.objects.get().state == states.NOT_SHIELDED


def test_a_request_that_arrives_cancels_and_the_second_member_is_told_loudly(two):
    record = being_unshielded(two[0])
    place(record, now=LATER)
    record.refresh_from_db()
    assert (record.state, record.unshield_cancels) == (states.TO_SHIELD, 1)
    assert (record.unshield_cancelled_of, record.unshield_begun_by) == (two[0], None)
    with pytest.raises(unshield_actions.Cancelled):
        confirm(record, two[1])


def test_after_a_cancel_whoever_attests_says_what_they_found(two):
    from shielding.holds import actions as hold_actions  # noqa: PLC0415 - named beside the act it is compared with

    record = being_unshielded(two[0])
    hold = place(record, now=LATER)
    told = {"checked_on": LATER.date(), "no_duplicate": True, "by": two[1], "now": LATER}
    with pytest.raises(WrongState, match="check_incomplete"):
        hold_actions.attest_applied(hold, **told)
    hold_actions.attest_applied(hold, found="shielded_again", **told)
    events = list(Entry.objects.filter(reference=hold.reference).values_list("event", flat=True))
    assert "found_after_unshielding" in events
    assert Record.objects.get().state == states.SHIELDED


def test_a_cancelled_record_nobody_asks_for_any_more_is_attested_and_unshielded_anew(two):
    record = being_unshielded(two[0])
    let_go(place(record, now=LATER), now=LATER)
    with pytest.raises(WrongState, match="check_incomplete"):
        attestations.attest_still_shielded(record, found="", by=two[1], now=LATER)
    record = attestations.attest_still_shielded(record, found="never_opened", by=two[1], now=LATER)
    assert record.state == states.SHIELDED
    assert begin(record, two[0], now=LATER + DAY).state == states.UNSHIELDING


def test_still_shielded_is_not_attested_while_somebody_asks(two):
    record = being_unshielded(two[0])
    place(record, now=LATER)
    with pytest.raises(NotAllowed):
        attestations.attest_still_shielded(record, found="never_opened", by=two[1], now=LATER)


def test_a_request_after_the_unshield_begins_a_new_episode(two):
    record = confirm(begin(nobody_asks(), two[0]), two[1])
    hold = a_request(number=record.number_in_clear(), now=LATER).hold
    record.refresh_from_db()
    assert (record.state, record.episode, hold.episode) == (states.TO_SHIELD, 2, 2)
    assert record.review_due is not None
    assert record.unshield_confirmed_by is None
