"""Holds, the record's states and the invariant, on real transactions as the application's role."""

from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction

from logbook.models import Entry
from shielding.holds import actions
from shielding.models import Hold, Record
from shielding.operations.database_roles import as_owner
from shielding.records import locking, states
from shielding.records.letting_go_codes import Release
from tests.support.people import a_practitioner, an_iw_member

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
    source = a_hold().source
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO shielding_record (reference, uid, number, blind_index, state, episode)"
            " VALUES ('IW-3333-3333', gen_random_uuid(), '', '\\x00', 'not_shielded', 0)"
        )
    open_record = Record.objects.get(state=states.NOT_SHIELDED)
    with pytest.raises(IntegrityError, match="open to all"):
        Hold.objects.create(
            reference="IW-4444-4444",
            record=open_record,
            source=source,
            service=source.service,
            ground="abuse",
            episode=1,
            placed_at=NOW,
            placed_by=source,
        )


def test_postgres_keeps_a_hold_with_its_record():
    one, other = a_hold(), a_hold("CP00000002", "IW-5555-5555")
    with pytest.raises(IntegrityError, match="stays with its record"):
        Hold.objects.filter(pk=one.pk).update(record=other.record)


@pytest.mark.behind_the_acts("sets states as the owner, without an entry")
def test_postgres_opens_no_record_that_was_applied_but_by_the_unshield_of_two():
    hold, member = a_hold(), an_iw_member()
    record = actions.attest_applied(
        hold, checked_on=NOW.date(), no_duplicate=True, by=member, now=NOW
    )
    with transaction.atomic():
        locking.lock_known_record(record.pk)
        actions.release_hold(hold, how=Release.SOURCE, by=member, now=NOW)
    for state in (states.SHIELDED, states.UNSHIELDING):
        with as_owner(connection), connection.cursor() as cursor:
            cursor.execute("ALTER TABLE shielding_record DISABLE TRIGGER USER")
            Record.objects.filter(pk=record.pk).update(state=state)
            cursor.execute("ALTER TABLE shielding_record ENABLE TRIGGER USER")
        with pytest.raises(IntegrityError, match="unshield of two"), transaction.atomic():
            Record.objects.filter(pk=record.pk).update(state=states.NOT_SHIELDED)


@pytest.mark.parametrize("table", ["shielding_hold", "logbook_entry"])
def test_no_temporary_table_can_stand_in_for_a_real_one(table):
    with pytest.raises(ProgrammingError, match="permission denied"), connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMPORARY TABLE {table} (id bigint)")


def test_a_trigger_looks_only_where_it_says_even_if_there_is_a_temporary_table():
    hold = a_hold()
    with as_owner(connection), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE shielding_hold (LIKE public.shielding_hold)")
        with pytest.raises(IntegrityError, match="a hold stands"), transaction.atomic():
            Record.objects.filter(pk=hold.record_id).update(state=states.NOT_SHIELDED)
        transaction.set_rollback(True)
