"""`log_entry()`: what it writes, what it refuses; an entry stands or falls with its act."""

import json
from datetime import date

import pytest
from django.db import DataError, IntegrityError, connection, transaction

from logbook.events import EVENTS
from logbook.models import AppendOnly, Entry
from logbook.reading import UnreadableFacts, facts_of, latest_facts
from logbook.writing import NotLoggable, log_entry, log_entry_alone
from shielding.accounts.models import Service
from tests.logbook.support.writing import NOW, SOMEBODY, a_fact
from tests.support.people import a_practitioner, a_service, an_iw_member


@pytest.mark.django_db
def test_an_entry_holds_who_role_service_when_what_and_about_which():
    person = a_practitioner()
    log_entry(
        "hold_placed",
        by=person,
        at=NOW,
        reference="IW-7KQ4-M2XD",
        record_reference="IW-2222-2222",
        **{"from": "not_shielded", "to": "to_shield"},
        ground="abuse",
        episode=1,
        source=person.uid,
        source_service=person.service.code,
    )
    entry = Entry.objects.get()
    assert (entry.actor, entry.role, entry.service) == (
        person.uid,
        "practitioner",
        person.service.code,
    )
    assert (entry.at, entry.event) == (NOW, "hold_placed")
    assert (entry.reference, entry.record) == ("IW-7KQ4-M2XD", "IW-2222-2222")
    assert facts_of(entry) == {
        "from": "not_shielded", "to": "to_shield", "ground": "abuse", "episode": 1,
        "source": str(person.uid), "source_service": person.service.code,
    }  # fmt: skip
    assert (entry.schema, len(entry.salt), entry.erased_by) == (1, 16, None)


@pytest.mark.django_db
def test_postgres_gives_the_number_the_time_of_writing_and_the_transaction():
    a_fact("ground")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(DISTINCT id), bool_and(xact = pg_current_xact_id()),"
            " bool_and(clock_timestamp() - written_at < interval '1 minute')"
            " FROM logbook_entry"
        )
        assert cursor.fetchone() == (2, True, True)


@pytest.mark.django_db
def test_no_two_entries_have_the_same_salt():
    for _ in range(20):
        a_fact("ground")
    salts = {bytes(salt) for salt in Entry.objects.values_list("salt", flat=True)}
    assert len(salts) == 40


@pytest.mark.django_db
def test_the_systems_entries_have_no_person():
    log_entry("setting_changed", by=None, at=NOW, setting="REVIEW_MONTHS", value="6")
    entry = Entry.objects.get()
    assert (entry.actor, entry.role, entry.service) == (None, "", "")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("value", "kept"),
    [
        ("ground", "ground"),
        ("", ""),
        (["ground", "origin"], ["ground", "origin"]),
        ([], []),
        (7, 7),
        (True, True),
        (date(2026, 3, 2), "2026-03-02"),
        (NOW, "2026-03-02T10:00:00+00:00"),
        pytest.param(SOMEBODY.uid, str(SOMEBODY.uid), id="an opaque id"),
        ("IW-7KQ4-M2XD", "IW-7KQ4-M2XD"),
    ],
)
def test_facts_are_codes_references_ids_dates_numbers_and_yes_or_no(value, kept):
    a_fact(value)
    assert facts_of(Entry.objects.latest("id")) == {"pages": kept}


@pytest.mark.django_db
@pytest.mark.parametrize(
    "value",
    [
        "two words", "a\tb", "a\nb", "ground\n", "Anna’s", "x" * 65, "a,b", "\x00", "‮ground",
        "anna@council.example", "1/2", None, 1.5, b"ground", {"a": "b"}, ["ground", "two words"],
        ["ground", None], object(),
    ],
)  # fmt: skip
def test_anything_that_could_be_a_sentence_is_refused(value):
    with pytest.raises(NotLoggable):
        a_fact(value)


@pytest.mark.django_db
@pytest.mark.parametrize("field", ["reference", "record_reference"])
def test_neither_reference_takes_free_text(field):
    with pytest.raises(NotLoggable):
        log_entry("draft_started", by=SOMEBODY, at=NOW, **{field: "the Smith family"})


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("event", "facts", "why"),
    [
        ("request_opend", {}, "unknown event"),
        ("request_returned", {}, "needs"),
        ("request_returned", {"query": "number_unclear", "note": "x"}, "needs"),
        ("request_returned", {"reason": "number_unclear"}, "needs"),
        ("request_opened", {"query": "x"}, "needs"),
    ],
)
def test_an_unknown_event_and_wrong_facts_are_refused(event, facts, why):
    with pytest.raises(NotLoggable, match=why):
        log_entry(event, by=SOMEBODY, at=NOW, **facts)
    assert not Entry.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(("event", "by"), [("signed_in", None), ("setting_changed", SOMEBODY)])
def test_nobody_is_named_only_where_the_event_is_the_systems(event, by):
    facts = dict.fromkeys(EVENTS[event].facts, "x")
    with pytest.raises(NotLoggable, match="person"):
        log_entry(event, by=by, at=NOW, **facts)


@pytest.mark.django_db(transaction=True)
def test_outside_a_transaction_nothing_is_written():
    with pytest.raises(NotLoggable, match="outside a transaction"):
        log_entry("signed_in", by=SOMEBODY, at=NOW)
    assert not Entry.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_alone_an_entry_is_committed_before_the_next_line():
    log_entry_alone("signed_in", by=SOMEBODY, at=NOW)
    assert not connection.in_atomic_block
    connection.close()
    assert Entry.objects.get().event == "signed_in"


class Fails(Exception):
    pass


@pytest.mark.django_db(transaction=True)
def test_act_and_entry_roll_back_together():
    member = an_iw_member()

    def add_and_fail():
        with transaction.atomic():
            log_entry("service_added", by=member, at=NOW, added=a_service("Never was").code)
            raise Fails

    pytest.raises(Fails, add_and_fail)
    assert not Entry.objects.exists()
    assert not Service.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_an_entry_that_cannot_be_written_takes_the_act_with_it():
    member = an_iw_member()

    def add_and_log_wrongly():
        with transaction.atomic():
            log_entry("service_added", by=member, at=NOW, added=a_service("St Anne’s School").name)

    pytest.raises(NotLoggable, add_and_log_wrongly)
    assert not Service.objects.exists()


# --- PostgreSQL's own checks, should a line of code ever go round log_entry() ---------------------
WRITE = (
    "INSERT INTO logbook_entry"
    " (schema, salt, at, actor, role, service, event, reference, record, facts)"
    " VALUES (1, %(salt)s, %(at)s, NULL, %(role)s, %(service)s, %(event)s, %(reference)s,"
    " %(record)s, %(facts)s)"
)
WHOLE = {
    "salt": b"0123456789abcdef", "at": NOW, "role": "", "service": "", "event": "signed_in",
    "reference": "", "record": "", "facts": "{}",
}  # fmt: skip


@pytest.mark.django_db
def test_a_whole_row_is_taken():
    with connection.cursor() as cursor:
        cursor.execute(WRITE, WHOLE)
    assert Entry.objects.get().event == "signed_in"


@pytest.mark.django_db
@pytest.mark.parametrize(
    "wrong",
    [
        {"facts": '{"why":"she phoned"}'}, {"facts": '{"why":"she\tphoned"}'},
        {"facts": '{"why":"she\nphoned"}'}, {"facts": "x" * 4001}, {"salt": b"short"},
        {"role": "IW Team"}, {"service": "St Anne's School"}, {"event": "Signed in"},
        {"event": "x"}, {"reference": "the Smiths"}, {"record": "CP 00000001"},
        # Content is whole or, by retention, gone; the application can write no half of it.
        {"facts": None}, {"at": None}, {"event": None}, {"role": None},
    ],
)  # fmt: skip
def test_postgres_refuses_white_space_wrong_codes_and_half_an_entry(wrong):
    with pytest.raises(IntegrityError), connection.cursor() as cursor:
        cursor.execute(WRITE, WHOLE | wrong)


@pytest.mark.django_db
def test_postgres_refuses_a_salt_that_is_missing_and_a_time_that_is_none():
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(WRITE, WHOLE | {"salt": None})
    with pytest.raises(DataError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(WRITE, WHOLE | {"at": "yesterday-ish"})


# --- The ORM reads, and says so -------------------------------------------------------------------
@pytest.mark.django_db
@pytest.mark.parametrize(
    "write",
    [
        lambda: Entry(event="signed_in").save(),
        lambda: Entry(pk=1).delete(),
        lambda: Entry.objects.create(event="signed_in"),
        lambda: Entry.objects.bulk_create([Entry(event="signed_in")]),
        lambda: Entry.objects.get_or_create(event="signed_in"),
        lambda: Entry.objects.update_or_create(event="signed_in"),
        lambda: Entry.objects.update(event="signed_in"),
        lambda: Entry.objects.filter(pk=1).update(event="signed_in"),
        lambda: Entry.objects.bulk_update([Entry(pk=1)], ["event"]),
        lambda: Entry.objects.all().delete(),
    ],
)
def test_the_orm_writes_changes_and_removes_nothing(write):
    with pytest.raises(AppendOnly):
        write()


# --- Reading back ---------------------------------------------------------------------------------
@pytest.mark.django_db
def test_the_latest_facts_of_an_event_that_match():
    for value in ("5", "6"):
        log_entry("setting_changed", by=None, at=NOW, setting="REVIEW_MONTHS", value=value)
    log_entry("setting_changed", by=None, at=NOW, setting="FIRST_REVIEW_DAYS", value="7")
    assert latest_facts("setting_changed", setting="REVIEW_MONTHS") == {
        "setting": "REVIEW_MONTHS",
        "value": "6",
    }
    assert latest_facts("setting_changed", setting="SYSTEM_NAME") is None


@pytest.mark.parametrize("facts", ["{", "[]", "7", "[" * 4000])
def test_facts_that_something_else_wrote_are_said_to_be_unreadable(facts):
    with pytest.raises(UnreadableFacts):
        facts_of(Entry(facts=facts))


def test_facts_are_kept_as_the_exact_text_that_was_written():
    assert json.loads('{"a":1}') == facts_of(Entry(facts='{"a":1}'))
