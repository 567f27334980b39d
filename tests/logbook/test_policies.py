"""Who may read the logbook."""

import pytest

from logbook.models import Entry
from logbook.policies import entries_for, may_read
from logbook.writing import log_entry
from tests.logbook.support.writing import NOW, SOMEBODY
from tests.support.people import a_practitioner, an_administrator, an_auditor, an_iw_member

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("somebody", "may"),
    [(a_practitioner, False), (an_iw_member, True), (an_auditor, True), (an_administrator, False)],
)
def test_by_role_and_only_while_active(somebody, may):
    person = somebody()
    log_entry("signed_in", by=SOMEBODY, at=NOW)
    assert may_read(person) is may
    assert entries_for(person).count() == (1 if may else 0)
    person.is_active = False
    assert not may_read(person)
    assert not entries_for(person).exists()


def test_a_lead_reads_as_a_member_does_and_a_manager_not_at_all():
    manager = a_practitioner()
    a_practitioner(service=manager.service, manager=manager)
    assert may_read(an_iw_member(lead=True))
    assert not may_read(manager)
    assert Entry.objects.count() == 0
