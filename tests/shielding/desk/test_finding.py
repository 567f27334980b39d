"""Finding a record by number and showing one: for the IW Team, and always an entry."""

import pytest

from logbook.models import Entry
from logbook.reading import facts_of
from shielding.desk import actions
from shielding.web.refusals import NotAllowed, WrongState
from tests.support.people import a_practitioner, an_administrator, an_auditor, an_iw_member
from tests.support.requests import NOW, a_number, a_request

pytestmark = pytest.mark.django_db


def test_finding_a_record_is_an_entry_with_its_purpose():
    request, member = a_request(), an_iw_member()
    number = request.record.number_in_clear()
    assert actions.find_record(number, purpose="audit", by=member, now=NOW) == request.record
    entry = Entry.objects.get(event="record_searched")
    assert (entry.record, facts_of(entry)) == (
        request.record.reference,
        {"purpose": "audit", "found": True},
    )


def test_not_finding_a_record_is_an_entry_too():
    member = an_iw_member()
    assert actions.find_record(a_number(), purpose="data_check", by=member, now=NOW) is None
    entry = Entry.objects.get(event="record_searched")
    assert (entry.record, facts_of(entry)) == ("", {"purpose": "data_check", "found": False})


def test_a_search_without_a_purpose_of_the_list_is_refused():
    with pytest.raises(WrongState):
        actions.find_record(a_number(), purpose="curious", by=an_iw_member(), now=NOW)
    assert not Entry.objects.filter(event="record_searched").exists()


@pytest.mark.parametrize(
    ("somebody", "refusal"),
    [(a_practitioner, NotAllowed), (an_auditor, WrongState), (an_administrator, NotAllowed)],
)
def test_only_the_iw_team_searches_for_its_purposes_and_sees_numbers(somebody, refusal):
    record, person = a_request().record, somebody()
    with pytest.raises(refusal):
        actions.find_record(a_number(), purpose="audit", by=person, now=NOW)
    assert not Entry.objects.filter(event="record_searched").exists()
    with pytest.raises(NotAllowed):
        actions.show_number(record, reference=record.reference, by=person, now=NOW)


def test_showing_a_number_is_an_entry():
    request, member = a_request(), an_iw_member()
    record, reference = request.record, request.reference
    shown = actions.show_number(record, reference=reference, by=member, now=NOW)
    assert shown == record.number_in_clear()
    entry = Entry.objects.get(event="number_shown")
    assert (entry.actor, entry.reference, entry.record) == (
        member.uid,
        request.reference,
        request.record.reference,
    )
