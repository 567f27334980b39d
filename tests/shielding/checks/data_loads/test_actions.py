"""A data load: who enters it and takes it back, and which records are checked again, by whom."""

from datetime import date, timedelta

import psycopg2
import pytest
from django.db import IntegrityError, transaction

from logbook.models import Entry
from shielding.accounts import actions as directory
from shielding.accounts import role_grants, suspending
from shielding.accounts.models import User
from shielding.checks.actions import SHIELDED, Found, attest_found
from shielding.checks.data_loads import actions as data_loads
from shielding.checks.data_loads import lists
from shielding.holds import actions as hold_actions
from shielding.models import DataLoad, Hold, Record
from shielding.notices.models import Notice
from shielding.unshield import actions as unshield_actions
from shielding.web.refusals import NotAllowed, WrongState
from tests.support.entries import entries
from tests.support.first_steps import given_a_role
from tests.support.people import (
    a_practitioner,
    an_administrator,
    an_auditor,
    an_iw_member,
    moved_on,
)
from tests.support.requests import NOW, a_request
from tests.support.shielded_records import (
    DAY,
    agreed_holds,
    at,
    being_unshielded,
    let_go,
    nobody_asks,
)

pytestmark = pytest.mark.django_db
LOADED = date(2026, 3, 10)
AFTER = at(LOADED + DAY)
ENTERED = AFTER + DAY
OPEN, NOT_FOUND, DUPLICATE = Found("open"), Found("not_found"), Found("duplicate")


def entered(on: date = LOADED, *, by: User | None = None, now=ENTERED) -> DataLoad:
    return data_loads.enter(on, by=by or an_iw_member(), now=now)


def look(record: Record, by: User, what: Found = SHIELDED, now=AFTER) -> None:
    attest_found(record, found=what, by=by, now=now)


def to_check(person: User) -> list[Record]:
    return list(lists.still_to_check(person, lists.ruling()))


def how_far(person: User) -> tuple[int, int]:
    return lists.progress(person, lists.ruling())


def names_of(record: Record, person: User) -> list[str | None]:
    """Return who looked first and second, as the list says."""
    load = lists.ruling()
    again = lists.to_check(person, record, load)
    return [one and one.by.name for one in lists.first_and_second(again.looks)]


def shielded(now=NOW) -> Record:
    return Record.objects.get(pk=agreed_holds(now=now)[0].record_id)


# --- Which records ------------------------------------------------------------------------------


def test_every_record_that_was_shielded_then_and_has_not_ended_since():
    member, second = an_iw_member(), an_iw_member()
    before, on_the_day = shielded(), shielded(at(LOADED, 23))
    let_go_of, unshielding = nobody_asks(), being_unshielded(member)
    open_again = shielded()
    ended = being_unshielded(member)
    a_request()
    shielded(AFTER)
    assert to_check(member) == []
    entered()
    unshield_actions.confirm_unshield(ended, by=second, now=ENTERED)
    look(open_again, second, OPEN)
    expected = {before, on_the_day, let_go_of, unshielding, open_again}
    assert set(to_check(member)) == expected
    assert how_far(member) == (0, 5)
    for stranger in (a_practitioner(), an_auditor(), an_administrator()):
        assert to_check(stranger) == []


def test_one_that_was_unshielded_and_shielded_again_since_falls_out():
    member, second = an_iw_member(), an_iw_member()
    record = being_unshielded(member)
    entered()
    assert record in to_check(member)
    unshield_actions.confirm_unshield(record, by=second, now=AFTER)
    agreed_holds(number=record.number_in_clear(), now=ENTERED)
    assert Record.objects.get(pk=record.pk).state == "shielded"
    assert record not in to_check(member)


# --- By two -------------------------------------------------------------------------------------


def test_two_members_look_and_each_sees_who_did():
    first, second = an_iw_member(name="Fay First"), an_iw_member(name="Sol Second")
    record, other = shielded(), shielded()
    entered()
    look(record, first)
    assert names_of(record, second) == ["Fay First", None]
    # What one has looked at waits for a colleague, and comes last.
    assert to_check(first) == [other, record]
    assert to_check(second) == [record, other]
    look(record, first)
    assert names_of(record, second) == ["Fay First", None]
    assert how_far(first) == (0, 2)
    look(record, second, DUPLICATE)
    assert names_of(record, first) == ["Fay First", "Sol Second"]
    assert to_check(first) == to_check(second) == [other]
    assert list(lists.checked_by_both(first, lists.ruling())) == [record]
    assert how_far(first) == (1, 2)


def test_what_does_not_count_as_a_look():
    member, second, gone, elsewhere = (an_iw_member() for _ in range(4))
    record = shielded()
    entered()
    look(record, member, now=at(LOADED, 22))  # it may have been before the load
    look(record, member, NOT_FOUND)
    look(record, gone)
    look(record, elsewhere)
    assert how_far(member) == (1, 1)
    suspending.suspend(gone, by=an_administrator(), now=ENTERED)
    moved_on(elsewhere, "auditor")
    assert names_of(record, second) == [None, None]
    assert how_far(member) == (0, 1)
    look(record, member)
    look(record, second)
    assert how_far(member) == (1, 1)


def test_a_look_of_the_newly_granted_or_since_suspended_does_not_count():
    member, gone = an_iw_member(), an_iw_member()
    new, long_before = (an_iw_member(second_person_from=day) for day in (ENTERED, AFTER + 3 * DAY))
    record, administrator = shielded(), an_administrator()
    entered()
    for by in (new, gone):
        look(record, by)
    assert names_of(record, member) == [gone.name, None]
    suspending.suspend(gone, by=administrator, now=ENTERED)
    suspending.reactivate(gone, by=administrator, now=ENTERED)
    gone.refresh_from_db()
    assert gone.is_active
    assert names_of(record, member) == [None, None]
    assert to_check(new) == [record]
    # What one looked at before a later grant counts: they worked here all the time.
    look(record, long_before)
    look(record, new, now=ENTERED)
    assert names_of(record, member) == [long_before.name, new.name]
    assert how_far(member) == (1, 1)


def test_the_looks_of_two_who_count_as_one_are_one_look():
    """A lead who let a newcomer in could look under both names."""
    lead, other = an_iw_member(name="Lea Lead", lead=True), an_iw_member(name="Ola Other")
    newcomer = given_a_role(lead, now=at(LOADED - 5 * DAY))
    record = shielded()
    entered(by=other)
    look(record, lead)
    look(record, newcomer)
    assert names_of(record, other) == ["Lea Lead", None]
    assert how_far(other) == (0, 1)
    look(record, other)
    assert names_of(record, other) == ["Lea Lead", "Ola Other"]
    assert how_far(other) == (1, 1)


def test_two_newcomers_of_one_lead_are_two_and_what_is_done_later_undoes_no_look():
    """As in every act of two: else a new council could check nothing in its first four weeks."""
    lead = an_iw_member(lead=True)
    newcomers = [given_a_role(lead, now=at(LOADED - 5 * DAY)) for _ in range(2)]
    record = shielded()
    entered()
    look(record, newcomers[0])
    look(record, lead)
    assert how_far(lead) == (0, 1)
    look(record, newcomers[1])
    assert names_of(record, lead) == [newcomers[0].name, newcomers[1].name]
    assert how_far(lead) == (1, 1)
    directory.rename(newcomers[0], name="Nell New", by=an_administrator(), now=AFTER + DAY)
    assert how_far(lead) == (1, 1)


def test_long_after_the_role_was_given_they_are_two():
    lead = an_iw_member(lead=True)
    newcomer = given_a_role(lead, now=at(LOADED - 40 * DAY))
    record = shielded()
    entered()
    look(record, lead)
    look(record, newcomer)
    assert how_far(lead) == (1, 1)


def test_a_look_of_the_first_day_does_not_count_once_another_role_was_granted():
    new = given_a_role(an_iw_member(lead=True), now=AFTER - DAY / 4)
    record = shielded()
    entered()
    look(record, new)
    look(record, an_iw_member())
    assert how_far(new) == (0, 1)
    grant = role_grants.propose_role(
        new, role="iw", is_lead=True, by=an_administrator(), now=AFTER + 3 * DAY
    )
    role_grants.confirm_role(grant, by=an_iw_member(lead=True), now=AFTER + 3 * DAY)
    assert how_far(new) == (0, 1)


def test_found_open_begins_anew_once_it_is_shielded_again():
    first, second = an_iw_member(name="Fay First"), an_iw_member(name="Sol Second")
    (hold,) = agreed_holds()
    record = Record.objects.get(pk=hold.record_id)
    entered()
    look(record, first)
    look(record, second, OPEN)
    assert names_of(record, first) == [None, None]
    hold_actions.attest_applied(
        Hold.objects.get(pk=hold.pk),
        checked_on=ENTERED.date(),
        no_duplicate=True,
        found="shielded_again",
        by=second,
        now=ENTERED,
    )
    assert names_of(record, first) == ["Sol Second", None]
    look(record, first, now=ENTERED)
    assert names_of(record, first) == ["Sol Second", "Fay First"]
    assert how_far(first) == (1, 1)


# --- Which load ---------------------------------------------------------------------------------


def test_the_newest_day_rules_and_what_was_looked_at_before_it_is_looked_at_again():
    first, second = an_iw_member(), an_iw_member()
    record = shielded()
    entered()
    look(record, first)
    newer = entered(LOADED + 3 * DAY, by=first, now=ENTERED + 2 * DAY)
    assert names_of(record, first) == [None, None]
    older = entered(LOADED - 2 * DAY)
    assert lists.ruling() == newer
    assert older.taken_back_at is None
    # Taken back, the one before rules, with its looks; its day can be entered again.
    data_loads.take_back(newer, by=second, now=ENTERED + 2 * DAY)
    assert lists.ruling().loaded_on == LOADED
    assert names_of(record, first) == [first.name, None]
    entered(LOADED + 3 * DAY, now=ENTERED + 2 * DAY)
    assert names_of(record, first) == [None, None]


def test_entered_on_its_own_day_it_is_over_at_that_moment():
    member, moment = an_iw_member(), at(LOADED, 15)
    before, on_the_day = shielded(), shielded(at(LOADED, 11))
    load = entered(now=moment)
    assert load.over_at == moment
    shielded(moment)
    look(before, member, now=moment - timedelta(hours=1))
    assert to_check(member) == [before, on_the_day]
    look(before, member, now=moment + timedelta(hours=1))
    assert to_check(member) == [on_the_day, before]


def test_it_is_entered_and_taken_back_by_an_act_with_its_entry():
    member, second = an_iw_member(), an_iw_member()
    load = entered(by=member)
    data_loads.take_back(load, by=second, now=ENTERED + DAY)
    assert entries("data_load_entered", "data_load_taken_back") == [
        ("data_load_entered", str(member.uid), {"on": "2026-03-10"}),
        ("data_load_taken_back", str(second.uid), {"on": "2026-03-10"}),
    ]
    told = Entry.objects.filter(event__startswith="data_load").values_list("reference", flat=True)
    assert list(told) == [load.reference] * 2


def test_who_enters_it_and_on_which_day_is_refused_and_nothing_is_written():
    member, suspended = an_iw_member(), an_iw_member()
    suspending.suspend(suspended, by=an_administrator(), now=NOW)
    suspended.is_active = True  # as the page read them a moment before
    entered(by=member)
    told = Entry.objects.count()
    for stranger in (a_practitioner(), an_auditor(), an_administrator(), suspended):
        with pytest.raises(NotAllowed):
            entered(LOADED + DAY, by=stranger)
    with pytest.raises(WrongState, match="load_to_come"):
        entered(ENTERED.date() + DAY, by=member)
    with pytest.raises(WrongState, match="load_entered"):
        entered(by=an_iw_member())
    assert list(DataLoad.objects.values_list("entered_by", flat=True)) == [member.pk]
    assert Entry.objects.count() == told


def test_nor_does_a_lead_and_whom_they_let_in():
    lead = an_iw_member(lead=True)
    newcomer = given_a_role(lead, now=ENTERED - 2 * DAY)
    load = entered(by=lead)
    with pytest.raises(NotAllowed):
        data_loads.take_back(load, by=newcomer, now=ENTERED + DAY)
    assert lists.ruling() == load


def test_one_alone_does_not_take_it_back():
    member, second, new = an_iw_member(), an_iw_member(), an_auditor()
    load = entered(by=member)
    an_auditor()  # one remains
    moved_on(new, "iw")
    for nobody in (member, new, a_practitioner(), an_auditor(), an_administrator()):
        with pytest.raises(NotAllowed):
            data_loads.take_back(load, by=nobody, now=ENTERED)
    assert lists.ruling() == load
    an_iw_member(lead=True)
    data_loads.take_back(load, by=second, now=ENTERED)
    told = Notice.objects.filter(kind="data_load_taken_back").values_list("recipient", "due_at")
    assert set(told) == {(one.pk, ENTERED) for one in (member, *User.objects.iw_leads())}
    with pytest.raises(WrongState, match="load_taken_back"):
        data_loads.take_back(load, by=second, now=ENTERED)
    load.refresh_from_db()
    assert (load.taken_back_by, load.taken_back_at) == (second, ENTERED)
    assert lists.ruling() is None
    assert to_check(member) == []


@pytest.mark.behind_the_acts("tries what PostgreSQL refuses whatever the acts do")
def test_postgresql_refuses_one_alone_a_day_twice_and_another_day():
    member, second = an_iw_member(), an_iw_member()
    load = entered(by=member)
    mine = DataLoad.objects.filter(pk=load.pk)

    def refused(change) -> str:
        with pytest.raises(IntegrityError) as error, transaction.atomic():
            change()
        assert isinstance(error.value.__cause__, psycopg2.IntegrityError)
        return error.value.__cause__.diag.constraint_name

    alone = {"taken_back_by": member, "taken_back_at": ENTERED}
    again = DataLoad(loaded_on=LOADED, entered_at=ENTERED, entered_by=second)
    assert refused(lambda: mine.update(**alone)) == "data_load_taken_back_by_two"
    assert refused(lambda: mine.update(taken_back_by=second)) == "data_load_taken_back_pair"
    assert refused(again.save) == "data_load_day_once"
    never = "shielding_dataload_never_changes"
    assert refused(lambda: mine.update(loaded_on=LOADED + DAY)) == never
    assert refused(lambda: mine.update(entered_by=second)) == never
    data_loads.take_back(load, by=second, now=ENTERED)
    assert refused(lambda: mine.update(taken_back_at=None, taken_back_by=None)) == never


def test_a_hold_let_go_changes_nothing_while_the_record_is_shielded():
    member, (hold,) = an_iw_member(), agreed_holds()
    entered()
    let_go(hold, now=ENTERED)
    assert [one.pk for one in to_check(member)] == [hold.record_id]
