"""What each act on a record or a hold does, and what it refuses, one case each."""

from datetime import timedelta

import pytest
from django.db import connection, transaction

from logbook.models import Entry
from logbook.reading import facts_of
from shielding.holds import actions as hold_actions
from shielding.models import Hold, Record
from shielding.records import locking, policies, states
from shielding.unshield import attestations, other_ends
from shielding.web.refusals import NotAllowed, WrongState
from tests.support.people import a_practitioner, an_administrator, an_auditor, an_iw_member
from tests.support.requests import NOW, a_number, a_request
from tests.support.shielded_records import hold_on

pytestmark = pytest.mark.django_db(transaction=True)
LATER = NOW + timedelta(days=1)
DAY = LATER.date()


def release(hold: Hold, *, by=None, how="source") -> None:
    with transaction.atomic():
        hold_actions.release_hold(hold, how=how, by=by or hold.source, now=LATER)


def apply(hold: Hold, *, by=None, now=LATER) -> Record:
    by = by or an_iw_member()
    return hold_actions.attest_applied(hold, checked_on=DAY, no_duplicate=True, by=by, now=now)


def last_entry() -> dict:
    entry = Entry.objects.newest_first().first()
    return {"event": entry.event, "reference": entry.reference, **facts_of(entry)}


def put(record: Record, state: str) -> None:
    """Put a record into a state without the acts before it, with the entry PostgreSQL wants."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO logbook_entry"
            " (schema, salt, at, actor, role, service, event, reference, record, facts)"
            " VALUES (1, '\\x00112233445566778899aabbccddeeff', now(), NULL, '', '', 'test', '',"
            " %s, %s)",
            [record.reference, f'{{"from":"{record.state}","to":"{state}"}}'],
        )
        closed = {"closed_at": NOW, "closed_by": an_iw_member(), "end_code": "died"}
        proposed = {"end_proposed_at": NOW, "end_proposed_by": an_iw_member()}
        ended = closed | proposed if state == states.CLOSED else {}
        Record.objects.filter(pk=record.pk).update(state=state, **ended)
    record.refresh_from_db()


# --- Placing a hold -----------------------------------------------------------------------------


def test_locking_needs_a_transaction():
    with pytest.raises(transaction.TransactionManagementError):
        locking.lock_record(a_number())


def test_a_second_hold_leaves_the_record_waiting_since_the_first():
    number = a_number()
    one, two = hold_on(number), hold_on(number, reference="IW-3333-3333", now=LATER)
    record = Record.objects.get()
    assert (record.waiting_since, record.episode) == (NOW, 1)
    assert (one.episode, two.episode) == (1, 1)


def test_a_hold_on_a_shielded_record_leaves_it_shielded_and_is_itself_not_yet_applied():
    number = a_number()
    member = an_iw_member()
    apply(hold_on(number), by=member)
    later = hold_on(number, reference="IW-3333-3333", now=LATER)
    record = Record.objects.get()
    assert (record.state, record.applied_by, later.applied_at) == (states.SHIELDED, member, None)
    assert last_entry() | {"from": "shielded", "to": "shielded"} == last_entry()
    apply(later, by=an_iw_member(), now=LATER + timedelta(hours=1))
    record.refresh_from_db()
    assert (record.applied_at, record.applied_by) == (LATER, member)  # the first attestation stays


@pytest.mark.behind_the_acts("puts records into states by hand")
def test_a_hold_placed_while_unshielding_makes_the_record_one_to_shield_in_the_same_episode():
    number = a_number()
    first = hold_on(number)
    record = apply(first)
    release(first)
    put(record, states.UNSHIELDING)
    hold_on(number, reference="IW-3333-3333", now=LATER)
    record.refresh_from_db()
    assert (record.state, record.episode, record.waiting_since) == (states.TO_SHIELD, 1, LATER)
    # It was open to nobody meanwhile, so that "never applied" cannot end its waiting.
    assert record.applied_at == LATER


@pytest.mark.parametrize("state", states.OPEN_TO_ALL)
@pytest.mark.behind_the_acts("puts records into states by hand")
def test_a_hold_on_an_open_record_begins_a_new_episode_with_nothing_attested(state):
    number = a_number()
    first = hold_on(number)
    record = apply(first)
    release(first)
    one, two = an_iw_member(), an_iw_member()
    put(record, states.UNSHIELDING)
    Record.objects.update(
        unshield_begun_at=NOW,
        unshield_begun_by=one,
        unshield_confirmed_at=NOW,
        unshield_confirmed_by=two,
    )
    put(record, state)
    hold = hold_on(number, reference="IW-3333-3333", now=LATER)
    record.refresh_from_db()
    assert (record.state, record.episode, hold.episode) == (states.TO_SHIELD, 2, 2)
    assert (record.episode_started_at, record.waiting_since) == (LATER, LATER)
    assert [
        record.applied_at,
        record.applied_by,
        record.unshield_begun_at,
        record.unshield_begun_by,
        record.unshield_confirmed_at,
        record.unshield_confirmed_by,
    ] == [None] * 6


def test_a_service_alone_may_be_the_source():
    member, service = an_iw_member(), a_practitioner().service
    with transaction.atomic():
        hold = hold_actions.place_hold(
            locking.lock_record(a_number()),
            source=hold_actions.Source(None, service),
            reference="IW-2222-2222",
            ground="abuse",
            by=member,
            now=NOW,
        )
    assert (hold.source, hold.service, hold.placed_by) == (None, service, member)
    facts = last_entry()
    assert (facts["source"], facts["source_service"]) == ("", service.code)
    release(hold, by=member, how="on_word")
    assert last_entry()["source"] == ""


# --- Attesting that it is applied ---------------------------------------------------------------


def test_applied_is_refused_to_everybody_outside_the_team():
    hold = hold_on(a_number())
    outsiders = (hold.source, an_auditor(), an_administrator(), an_iw_member(is_active=False))
    for person in outsiders:
        with pytest.raises(NotAllowed):
            apply(hold, by=person)


def test_applied_is_attested_once_for_a_hold():
    hold = hold_on(a_number())
    apply(hold)
    with pytest.raises(WrongState, match="already_applied"):
        apply(hold)


def test_applied_is_not_attested_for_a_hold_that_was_let_go():
    hold = hold_on(a_number())
    release(hold)
    with pytest.raises(WrongState, match="hold_released"):
        apply(hold)


@pytest.mark.behind_the_acts("puts records into states by hand")
def test_applied_is_not_attested_on_a_record_being_unshielded():
    number = a_number()
    hold = hold_on(number)
    put(hold.record, states.UNSHIELDING)
    with pytest.raises(WrongState, match="not_to_shield"):
        apply(hold)


@pytest.mark.parametrize(
    ("checked_on", "no_duplicate"),
    [
        (NOW.date() - timedelta(days=1), True),  # before it was asked
        (LATER.date() + timedelta(days=1), True),  # not yet
        (DAY, False),
    ],
)
def test_applied_needs_a_day_since_the_hold_and_the_check_for_duplicates(checked_on, no_duplicate):
    hold = hold_on(a_number())
    with pytest.raises(WrongState, match="check_incomplete"):
        hold_actions.attest_applied(
            hold, checked_on=checked_on, no_duplicate=no_duplicate, by=an_iw_member(), now=LATER
        )
    assert Record.objects.get().state == states.TO_SHIELD


# --- Agreeing, changing the ground, releasing ---------------------------------------------------


def agree(hold: Hold) -> None:
    with transaction.atomic():
        hold_actions.agree_hold(hold, involvement="on_record", by=an_iw_member(), now=LATER)


def test_a_hold_is_agreed_once_and_only_while_it_stands():
    hold, other = hold_on(a_number()), hold_on(a_number(), reference="IW-3333-3333")
    agree(hold)
    with pytest.raises(WrongState, match="already_agreed"):
        agree(hold)
    release(other)
    with pytest.raises(WrongState, match="hold_released"):
        agree(other)


def test_the_ground_of_a_hold_that_was_let_go_stays():
    hold = hold_on(a_number())
    with transaction.atomic():
        hold_actions.change_ground(hold, ground="asylum", by=hold.source, now=LATER)
    facts = last_entry()
    assert (facts["event"], facts["before"], facts["after"]) == (
        "ground_changed",
        "abuse",
        "asylum",
    )
    release(hold)
    with pytest.raises(WrongState, match="hold_released"):
        hold_actions.change_ground(hold, ground="abuse", by=hold.source, now=LATER)


def test_a_hold_is_released_once_and_the_record_stays_as_it_is():
    hold = hold_on(a_number())
    apply(hold)
    release(hold)
    assert Record.objects.get().state == states.SHIELDED
    with pytest.raises(WrongState, match="already_released"):
        release(hold)


# --- Never applied ------------------------------------------------------------------------------


def never(record: Record, by=None) -> Record:
    return attestations.attest_never_applied(record, by=by or an_iw_member(), now=LATER)


def test_never_applied_ends_the_waiting_of_a_record_nobody_holds():
    hold = hold_on(a_number())
    release(hold)
    record = never(hold.record)
    assert (record.state, record.waiting_since) == (states.NOT_SHIELDED, None)
    facts = last_entry()
    assert (facts["event"], facts["from"], facts["to"]) == (
        "never_applied",
        "to_shield",
        "not_shielded",
    )


def test_never_applied_takes_a_proposed_end_back():
    hold = hold_on(a_number())
    other_ends.propose_end(hold.record, code="died", by=an_iw_member(), now=NOW)
    release(hold)
    never(hold.record)
    assert Record.objects.get().end_code == ""
    assert not Record.objects.end_to_confirm().exists()


def test_never_applied_is_refused_while_one_of_two_holds_stands():
    number = a_number()
    hold = hold_on(number)
    hold_on(number, reference="IW-3333-3333")
    release(hold)
    with pytest.raises(WrongState, match="holds_stand"):
        never(hold.record)


@pytest.mark.behind_the_acts("puts records into states by hand")
def test_never_applied_is_refused_once_it_was_applied_in_this_episode():
    number = a_number()
    hold = hold_on(number)
    record = apply(hold)
    release(hold)
    with pytest.raises(WrongState, match="not_waiting"):
        never(record)
    put(record, states.TO_SHIELD)  # as after a stopped unshield
    with pytest.raises(WrongState, match="not_waiting"):
        never(record)


def test_never_applied_is_refused_for_an_open_record_and_to_everybody_outside_the_team():
    hold = hold_on(a_number())
    release(hold)
    for person in (hold.source, an_auditor(), an_administrator(), an_iw_member(is_active=False)):
        with pytest.raises(NotAllowed):
            never(hold.record, by=person)
    never(hold.record)
    with pytest.raises(WrongState, match="not_waiting"):
        never(hold.record)


# --- What a page asks before it offers an act ---------------------------------------------------


def test_a_page_offers_to_attest_only_what_the_act_would_take():
    member, hold = an_iw_member(), hold_on(a_number())
    assert policies.may_apply(member, hold)
    assert not policies.may_attest_never_applied(member, hold.record, 1)
    release(hold)
    assert not policies.may_apply(member, hold)
    record = Record.objects.get()
    assert policies.may_attest_never_applied(member, record, 0)
    for person in (hold.source, an_auditor(), an_administrator(), an_iw_member(is_active=False)):
        assert not policies.may_attest_never_applied(person, record, 0)
    never(record)
    assert not policies.may_attest_never_applied(member, Record.objects.get(), 0)


def test_once_applied_a_page_offers_neither():
    member, hold = an_iw_member(), hold_on(a_number())
    record = apply(hold)
    hold.refresh_from_db()
    assert not policies.may_apply(member, hold)
    record.state = states.TO_SHIELD  # as after a hold that came while unshielding
    assert not policies.may_attest_never_applied(member, record, 0)


def test_a_source_is_named_once_and_only_of_what_stands():
    request = a_request()
    with pytest.raises(WrongState, match="has_source"):
        hold_actions.name_source(request.hold, request.practitioner, now=NOW)
