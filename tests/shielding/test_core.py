"""Holds, the record's states and the invariant, on real transactions as the application's role."""

from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, connection, transaction

from logbook.models import Entry
from shielding import actions, locking, states
from shielding.models import Hold, Record
from tests.people import a_practitioner, an_iw_member

pytestmark = pytest.mark.django_db(transaction=True)
NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)


def a_hold(number="CP00000001", reference="IW-2222-2222", source=None):
    source = source or a_practitioner()
    with transaction.atomic():
        record = locking.lock_record(number)
        return actions.place_hold(
            record,
            source=actions.Source(source, source.service),
            reference=reference,
            ground="abuse",
            by=source,
            now=NOW,
        )


def test_a_hold_makes_an_unknown_record_one_to_shield_and_says_so():
    hold = a_hold()
    record = Record.objects.get()
    assert (record.state, record.episode, record.waiting_since) == (states.TO_SHIELD, 1, NOW)
    assert record.number_in_clear() == "CP00000001"
    entry = Entry.objects.get(event="hold_placed")
    assert (entry.reference, entry.record) == (hold.reference, record.reference)


def test_applied_attested_makes_the_record_shielded():
    hold = a_hold()
    member = an_iw_member()
    record = actions.attest_applied(
        hold, checked_on=NOW.date(), no_duplicate=True, by=member, now=NOW
    )
    assert (record.state, record.applied_by) == (states.SHIELDED, member)


def test_postgres_refuses_a_state_without_its_entry():
    a_hold()
    with pytest.raises(IntegrityError, match="changed without its entry"), transaction.atomic():
        Record.objects.update(state=states.UNSHIELDING)


def test_postgres_refuses_to_open_a_record_that_is_held():
    a_hold()
    with pytest.raises(IntegrityError, match="a hold stands"), transaction.atomic():
        Record.objects.update(state=states.NOT_SHIELDED)


def test_postgres_refuses_a_hold_on_an_open_record():
    hold = a_hold()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO shielding_record (reference, uid, number, blind_index, state, episode)"
            " VALUES ('IW-3333-3333', gen_random_uuid(), '', '\\x00', 'not_shielded', 0)"
        )
    open_record = Record.objects.get(state=states.NOT_SHIELDED)
    with pytest.raises(IntegrityError, match="open to all"):
        Hold.objects.filter(pk=hold.pk).update(record=open_record)
