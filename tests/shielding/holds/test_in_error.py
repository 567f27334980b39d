"""A request that was entered in error is taken back: letting go, without a word of the family."""

import json

import pytest
from django.db import IntegrityError, transaction

from logbook.models import Entry
from shielding.accounts import actions as directory
from shielding.accounts import suspending
from shielding.holds import letting_go
from shielding.models import Hold
from shielding.notices.models import Notice
from shielding.records import policies as record_policies
from shielding.unshield import actions as unshield
from shielding.unshield import policies as unshield_policies
from shielding.web.refusals import NotAllowed, WrongState
from tests.support.people import a_practitioner, a_service, an_administrator, an_iw_member
from tests.support.requests import NOW
from tests.support.shielded_records import DAY, agreed_holds

pytestmark = pytest.mark.django_db


def take_back(hold, by=None, *, in_error=True, now=NOW):
    return letting_go.take_back(hold, in_error=in_error, by=by or hold.source, now=now)


def missing(record, by, now):
    return [one.code for one in unshield_policies.unshield_missing(record, by, now)]


def test_the_source_takes_it_back_and_nothing_is_to_be_said_of_the_family():
    (hold,) = agreed_holds()
    gone = take_back(hold)
    gone.refresh_from_db()
    assert (gone.is_standing, gone.released_how, gone.family) == (False, "source", "nothing")
    assert not record_policies.may_say_family(hold.source, gone, NOW)
    with pytest.raises(WrongState) as refused:
        letting_go.say_family(gone, family="told", by=hold.source, now=NOW)
    assert refused.value.code == "not_to_tell"
    events = Entry.objects.filter(reference=hold.reference).values_list("event", flat=True)
    assert {"hold_released", "entered_in_error"} <= set(events)
    assert "family_told_of_end" not in events
    entry = Entry.objects.get(event="entered_in_error")
    assert json.loads(entry.facts) == {"on_word": False}


def test_it_takes_neither_a_day_less_nor_a_member_less():
    (hold,) = agreed_holds()
    one, other = an_iw_member(), an_iw_member()
    take_back(hold)
    record = hold.record
    record.refresh_from_db()
    assert record.state == "shielded"
    assert missing(record, one, NOW) == ["too_soon"]
    later = NOW + 4 * DAY
    assert missing(record, one, later) == []
    begun = unshield.begin_unshield(record, by=one, now=later)
    with pytest.raises(NotAllowed):
        unshield.confirm_unshield(begun, by=one, now=later)
    assert unshield.confirm_unshield(begun, by=other, now=later).state == "not_shielded"


def test_on_the_word_of_a_source_it_is_attributed_and_they_are_told():
    manager = a_practitioner()
    (hold,) = agreed_holds(a_practitioner(manager=manager))
    Notice.objects.all().overtake()
    member = an_iw_member()
    gone = take_back(hold, member)
    assert (gone.released_how, gone.released_by, gone.family_by) == ("on_word", member, member)
    assert json.loads(Entry.objects.get(event="entered_in_error").facts) == {"on_word": True}
    told = Notice.objects.owed().filter(mentions=hold.reference)
    assert set(told.values_list("recipient", flat=True)) == {hold.source_id, manager.pk}


def test_on_the_word_of_a_source_without_an_account_another_member_attests_the_call():
    (hold,) = agreed_holds()
    suspending.suspend(hold.source, by=an_administrator(), now=NOW)
    gone = take_back(hold, an_iw_member())
    assert gone.word_to_attest


def test_who_else_asks_changes_nothing_of_it():
    alone, (own, _other) = agreed_holds()[0], agreed_holds(a_practitioner(), a_practitioner())
    Notice.objects.all().overtake()
    for hold in (alone, own):
        take_back(hold)
    kinds = [
        sorted(Notice.objects.owed().filter(mentions=hold.reference).values_list("kind", "due_at"))
        for hold in (alone, own)
    ]
    assert kinds[0] == kinds[1]
    assert kinds[0]


def test_not_by_anybody_else_nor_twice_nor_without_saying_so():
    (hold,) = agreed_holds()
    for stranger in (a_practitioner(), a_practitioner(service=hold.service), an_administrator()):
        with pytest.raises(NotAllowed):
            take_back(hold, stranger)
    with pytest.raises(WrongState) as refused:
        take_back(hold, in_error=False)
    assert refused.value.code == "not_in_error"
    assert Hold.objects.get(pk=hold.pk).is_standing
    take_back(hold)
    with pytest.raises(WrongState) as refused:
        take_back(hold)
    assert refused.value.code == "already_released"


def test_a_new_account_nobody_phoned_takes_nothing_back():
    member = an_iw_member()
    person = directory.add_practitioner(
        name="New", email="new@council.example", service=a_service(), by=member, now=NOW
    )
    (hold,) = agreed_holds(person)
    with pytest.raises(WrongState) as refused:
        take_back(hold, person)
    assert refused.value.code == "not_vouched_for"


@pytest.mark.parametrize("family", ["nothing", "anything", ""])
def test_nobody_says_of_an_ordinary_end_that_there_was_nothing_to_tell(family):
    (hold,) = agreed_holds()
    parting = letting_go.Parting(own_systems_unshielded=True, family=family)
    with pytest.raises(WrongState) as refused:
        letting_go.withdraw(hold, parting=parting, by=hold.source, now=NOW)
    assert refused.value.code == "family"


def test_postgresql_refuses_it_of_a_hold_that_stands():
    (hold,) = agreed_holds()
    with pytest.raises(IntegrityError, match="hold_family_once_let_go"), transaction.atomic():
        Hold.objects.filter(pk=hold.pk).update(
            family="nothing", family_at=NOW, family_by=hold.source
        )
