"""The rules PostgreSQL keeps by itself: raw SQL, two sessions, as the application's role.

Each is also met with its trigger disabled, so that the test is seen to fail without it.
"""

from collections.abc import Iterator

import psycopg2
import pytest
from django.db import IntegrityError, connection, transaction

from logbook.writing import log_entry
from shielding.accounts.models import User
from shielding.holds import actions as hold_actions
from shielding.models import Hold, Record
from shielding.records import locking, states
from shielding.unshield import attestations
from tests.concurrency.support.sessions import Session, two_sessions, without_trigger
from tests.support.people import a_practitioner, an_iw_member
from tests.support.requests import NOW

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.behind_the_acts("raw SQL, to meet PostgreSQL itself"),
]

HOLD_GUARD = ("shielding_hold", "shielding_hold_guard")
RECORD_GUARD = ("shielding_record", "shielding_record_guard")
STATE_LOGGED = ("shielding_record", "shielding_record_state_logged")

INSERT_HOLD = """
INSERT INTO shielding_hold (reference, record_id, source_id, service_id, ground, episode,
                            placed_at, placed_by_id, released_how)
SELECT %s, record_id, source_id, service_id, ground, episode, placed_at, placed_by_id, ''
FROM shielding_hold WHERE id = %s
"""
STAND_AGAIN = (
    "UPDATE shielding_hold SET released_at = NULL, released_by_id = NULL, released_how = ''"
    " WHERE id = %s"
)
LOG = """
INSERT INTO logbook_entry (schema, salt, at, actor, role, service, event, reference, record, facts)
VALUES (1, '\\x00112233445566778899aabbccddeeff', now(), NULL, '', '', 'never_applied', '', %s, %s)
"""
SET_STATE = "UPDATE shielding_record SET state = %s WHERE id = %s"


def facts(before: str, after: str) -> str:
    return f'{{"from":"{before}","to":"{after}"}}'


@pytest.fixture
def let_go() -> Hold:
    """A released hold on a record that waits to be shielded, for nobody any more."""
    source = a_practitioner()
    with transaction.atomic():
        hold = hold_actions.place_hold(
            locking.lock_record("CP00000001"),
            source=hold_actions.Source(source, source.service),
            reference="IW-2222-2222",
            ground="abuse",
            by=source,
            now=NOW,
        )
        hold_actions.release_hold(hold, how="source", by=source, now=NOW)
    return hold


@pytest.fixture
def opened(let_go: Hold) -> Hold:
    """A released hold on a record that is open to all again."""
    attestations.attest_never_applied(let_go.record, by=an_iw_member(), now=NOW)
    return let_go


@pytest.fixture
def sessions() -> Iterator[tuple[Session, Session]]:
    with two_sessions() as both:
        yield both


def state_and_standing() -> tuple[str, int]:
    return Record.objects.values_list("state", flat=True).get(), Hold.objects.standing().count()


def log_opening(session: Session, record: Record) -> None:
    session.run(LOG, record.reference, facts(states.TO_SHIELD, states.NOT_SHIELDED))


def test_opening_a_record_waits_for_a_hold_being_placed_and_is_then_refused(let_go, sessions):
    placing, opening = sessions
    placing.run(INSERT_HOLD, "IW-3333-3333", let_go.pk)
    log_opening(opening, let_go.record)
    outcome = opening.start(SET_STATE, states.NOT_SHIELDED, let_go.record_id)
    placing.commit()
    with pytest.raises(psycopg2.IntegrityError, match="a hold stands"):
        outcome.result()
    assert state_and_standing() == (states.TO_SHIELD, 1)


def test_placing_a_hold_waits_for_a_record_being_opened_and_is_then_refused(let_go, sessions):
    placing, opening = sessions
    log_opening(opening, let_go.record)
    opening.run(SET_STATE, states.NOT_SHIELDED, let_go.record_id)
    outcome = placing.start(INSERT_HOLD, "IW-3333-3333", let_go.pk)
    opening.commit()
    with pytest.raises(psycopg2.IntegrityError, match="open to all"):
        outcome.result()
    assert state_and_standing() == (states.NOT_SHIELDED, 0)


@pytest.mark.parametrize("missing", [HOLD_GUARD, RECORD_GUARD])
def test_one_of_the_pair_alone_lets_a_held_record_open_while_the_hold_is_placed(let_go, missing):
    with without_trigger(*missing), two_sessions() as (placing, opening):
        placing.run(INSERT_HOLD, "IW-3333-3333", let_go.pk)
        log_opening(opening, let_go.record)
        if missing == HOLD_GUARD:
            opening.run(SET_STATE, states.NOT_SHIELDED, let_go.record_id)
            placing.commit()
        else:
            outcome = opening.start(SET_STATE, states.NOT_SHIELDED, let_go.record_id)
            placing.commit()
            outcome.result()
        opening.commit()
    assert state_and_standing() == (states.NOT_SHIELDED, 1)


def test_without_the_guard_of_the_hold_one_lands_on_a_record_being_opened(let_go):
    with without_trigger(*HOLD_GUARD), two_sessions() as (placing, opening):
        log_opening(opening, let_go.record)
        # The key of the record is not written, so the foreign key alone waits for nothing.
        opening.run(SET_STATE, states.NOT_SHIELDED, let_go.record_id)
        placing.run(INSERT_HOLD, "IW-3333-3333", let_go.pk)
        placing.commit()
        opening.commit()
    assert state_and_standing() == (states.NOT_SHIELDED, 1)


def test_a_released_hold_cannot_stand_again_on_an_open_record(opened, sessions):
    one, _ = sessions
    with pytest.raises(psycopg2.IntegrityError, match="open to all"):
        one.run(STAND_AGAIN, opened.pk)


def test_without_its_guard_a_released_hold_stands_again_on_an_open_record(opened):
    with without_trigger(*HOLD_GUARD), two_sessions() as (one, _):
        one.run(STAND_AGAIN, opened.pk)
        one.commit()
    assert state_and_standing() == (states.NOT_SHIELDED, 1)


@pytest.mark.parametrize("level", ["REPEATABLE READ", "SERIALIZABLE"])
def test_neither_guard_judges_by_a_snapshot_that_may_be_old(let_go, sessions, level):
    """Under these levels a session would not see the hold that it waited for."""
    placing, opening = sessions
    opening.run(f"SET TRANSACTION ISOLATION LEVEL {level}")
    log_opening(opening, let_go.record)  # the snapshot is taken here
    placing.run(INSERT_HOLD, "IW-3333-3333", let_go.pk)
    placing.commit()
    with pytest.raises(psycopg2.IntegrityError, match="old snapshot"):
        opening.run(SET_STATE, states.NOT_SHIELDED, let_go.record_id)
    assert state_and_standing() == (states.TO_SHIELD, 1)


@pytest.mark.parametrize(
    "state", [state for state in states.RECORD_LABELS if state != "not_shielded"]
)
def test_a_record_begins_as_not_shielded(state):
    statement = (
        "INSERT INTO shielding_record (reference, uid, number, blind_index, state, episode,"
        " waiting_since, review_due)"
        " VALUES ('IW-3333-3333', gen_random_uuid(), '', '\\x00', %s, 0, now(), now())"
    )
    refused = pytest.raises(psycopg2.IntegrityError, match="begins as not shielded")
    with two_sessions() as (one, _), refused:
        one.run(statement, state)
    if state in (states.SHIELDED, states.CLOSED):
        return  # people who attested are wanted as well: constraints, with or without the trigger
    with without_trigger(*RECORD_GUARD), two_sessions() as (one, _):
        one.run(statement, state)
        one.commit()
    assert Record.objects.get().state == state


def shield_with_entry(let_go: Hold, entry: tuple[str, str] | None) -> None:
    """Set the record *unshielding* in one transaction, with an entry of (record, facts) or none."""
    with two_sessions() as (one, _):
        if entry:
            one.run(LOG, *entry)
        one.run(SET_STATE, states.UNSHIELDING, let_go.record_id)
        one.commit()


WRONG_ENTRIES = {
    "none": None,
    "of another record": ("IW-9999-9999", facts("to_shield", "unshielding")),
    "from another state": ("", facts("shielded", "unshielding")),
    "to another state": ("", facts("to_shield", "closed")),
    "without states": ("", "{}"),
}


@pytest.mark.parametrize("entry", WRONG_ENTRIES.values(), ids=WRONG_ENTRIES)
def test_a_state_needs_its_own_entry_in_the_same_transaction(let_go, entry):
    if entry and not entry[0]:
        entry = (let_go.record.reference, entry[1])
    with pytest.raises(psycopg2.IntegrityError, match="changed without its entry"):
        shield_with_entry(let_go, entry)
    assert Record.objects.get().state == states.TO_SHIELD
    with without_trigger(*STATE_LOGGED):
        shield_with_entry(let_go, entry)
    assert Record.objects.get().state == states.UNSHIELDING


def test_an_entry_of_an_earlier_transaction_does_not_do(let_go, sessions):
    one, _ = sessions
    one.run(LOG, let_go.record.reference, facts("to_shield", "unshielding"))
    one.commit()
    one.run(SET_STATE, states.UNSHIELDING, let_go.record_id)
    with pytest.raises(psycopg2.IntegrityError, match="changed without its entry"):
        one.commit()


def test_a_state_with_its_entry_passes(let_go):
    shield_with_entry(let_go, (let_go.record.reference, facts("to_shield", "unshielding")))
    assert Record.objects.get().state == states.UNSHIELDING


def test_entry_and_state_may_lie_in_different_savepoints(let_go):
    member, record = an_iw_member(), let_go.record
    with transaction.atomic():
        with transaction.atomic():
            log_entry(
                "never_applied",
                by=member,
                at=NOW,
                record_reference=record.reference,
                **{"from": states.TO_SHIELD, "to": states.NOT_SHIELDED},
            )
        with transaction.atomic():
            Record.objects.filter(pk=record.pk).update(state=states.NOT_SHIELDED)
    assert state_and_standing() == (states.NOT_SHIELDED, 0)


def test_an_entry_that_was_rolled_back_to_a_savepoint_does_not_do(let_go):
    member, record = an_iw_member(), let_go.record

    def change_with_the_entry_undone() -> None:
        with transaction.atomic():
            undo = transaction.savepoint()
            log_entry(
                "never_applied",
                by=member,
                at=NOW,
                record_reference=record.reference,
                **{"from": states.TO_SHIELD, "to": states.NOT_SHIELDED},
            )
            transaction.savepoint_rollback(undo)
            Record.objects.filter(pk=record.pk).update(state=states.NOT_SHIELDED)

    with pytest.raises(IntegrityError, match="changed without its entry"):
        change_with_the_entry_undone()


def confirm_unshield(record: Record, *, begun_by: User | None, confirmed_by: User) -> None:
    Record.objects.filter(pk=record.pk).update(
        unshield_begun_at=NOW if begun_by else None,
        unshield_begun_by=begun_by,
        unshield_confirmed_at=NOW,
        unshield_confirmed_by=confirmed_by,
    )


def test_the_final_unshield_takes_two_people(let_go):
    one, two = an_iw_member(), an_iw_member()
    for first in (one, None):
        with pytest.raises(IntegrityError, match="record_unshield_by_two"):
            confirm_unshield(let_go.record, begun_by=first, confirmed_by=one)
    confirm_unshield(let_go.record, begun_by=one, confirmed_by=two)


@pytest.fixture
def applied(let_go: Hold) -> Hold:
    """A released hold on a record once attested as shielded."""
    Record.objects.update(applied_at=NOW, applied_by=an_iw_member())
    return let_go


def open_from(session: Session, hold: Hold, before: str) -> None:
    """Set the record *not shielded* from a state, with the entry that wants."""
    session.run(LOG, hold.record.reference, facts(before, states.NOT_SHIELDED))
    session.run(SET_STATE, states.NOT_SHIELDED, hold.record_id)
    session.commit()


def test_once_applied_a_record_opens_only_by_the_unshield_of_two(applied, sessions):
    one, other = sessions
    with pytest.raises(psycopg2.IntegrityError, match="unshield of two"):
        open_from(one, applied, states.TO_SHIELD)
    shield_with_entry(applied, (applied.record.reference, facts("to_shield", "unshielding")))
    with pytest.raises(psycopg2.IntegrityError, match="unshield of two"):
        open_from(other, applied, states.UNSHIELDING)
    confirm_unshield(applied.record, begun_by=an_iw_member(), confirmed_by=an_iw_member())
    with two_sessions() as (third, _):
        open_from(third, applied, states.UNSHIELDING)
    # And then it may be asked for anew, as any record that is open to all.
    source = a_practitioner()
    with transaction.atomic():
        hold = hold_actions.place_hold(
            locking.lock_record("CP00000001"),
            source=hold_actions.Source(source, source.service),
            reference="IW-5555-5555",
            ground="abuse",
            by=source,
            now=NOW,
        )
    assert (hold.episode, state_and_standing()) == (2, (states.TO_SHIELD, 1))


def test_without_its_guard_an_applied_record_opens_alone(applied):
    with without_trigger(*RECORD_GUARD), two_sessions() as (one, _):
        open_from(one, applied, states.TO_SHIELD)
    assert Record.objects.get().state == states.NOT_SHIELDED


@pytest.mark.parametrize("column", ["reference = 'IW-9999-9999'", "uid = gen_random_uuid()"])
def test_a_record_keeps_the_name_its_entries_use(let_go, sessions, column):
    with pytest.raises(psycopg2.IntegrityError, match="keeps its reference"):
        sessions[0].run(f"UPDATE shielding_record SET {column}")


def test_a_hold_stays_with_its_record(let_go, sessions):
    with transaction.atomic():
        other = locking.lock_record("CP00000002")
    with pytest.raises(psycopg2.IntegrityError, match="stays with its record"):
        sessions[0].run("UPDATE shielding_hold SET record_id = %s", other.pk)


def test_no_temporary_table_can_stand_in_for_the_one_a_trigger_reads(sessions):
    with pytest.raises(psycopg2.errors.InsufficientPrivilege):
        sessions[0].run("CREATE TEMP TABLE logbook_entry (LIKE public.logbook_entry)")


def test_the_upsert_of_a_submission_keeps_even_a_bare_hold_out(let_go):
    """It names the key column, so the foreign key of a hold waits without any trigger."""
    with without_trigger(*HOLD_GUARD), two_sessions() as (placing, _):
        with transaction.atomic():
            locking.lock_record("CP00000001")
            placing.run(INSERT_HOLD, "IW-3333-3333", let_go.pk)
            outcome = placing.start_to_commit()
        outcome.result()


def test_a_column_that_is_no_key_would_not_keep_it_out(let_go):
    with without_trigger(*HOLD_GUARD), two_sessions() as (placing, writing):
        writing.run("UPDATE shielding_record SET episode = episode WHERE id = %s", let_go.record_id)
        placing.run(INSERT_HOLD, "IW-3333-3333", let_go.pk)
        placing.commit()


def test_the_owner_finds_every_trigger_enabled_again():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgname, tgenabled FROM pg_trigger WHERE NOT tgisinternal"
            " AND tgname LIKE 'shielding%%' ORDER BY 1"
        )
        assert cursor.fetchall() == [
            ("shielding_consultation_never_changes", "O"),
            ("shielding_dataload_never_changes", "O"),
            ("shielding_dutyday_never_changes", "O"),
            ("shielding_handedoverhold_never_changes", "O"),
            ("shielding_handover_never_changes", "O"),
            ("shielding_handovertold_never_changes", "O"),
            ("shielding_hold_guard", "O"),
            ("shielding_hold_never_changes", "O"),
            ("shielding_hold_stays_taken_over", "O"),
            ("shielding_record_guard", "O"),
            ("shielding_record_never_changes", "O"),
            ("shielding_record_state_logged", "O"),
            ("shielding_review_never_changes", "O"),
        ]
