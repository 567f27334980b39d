"""Every event reads as a sentence, made of codes alone; and so does what nobody expected."""

import re
import string
import uuid
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from django.db import connection, transaction

from logbook.events import EVENTS, by_code
from logbook.models import Entry
from logbook.sentences import ERASED, MADE, lines, london
from logbook.writing import log_entry
from shielding.operations.database_roles import as_owner
from tests.logbook.support.pages import LIST, of_before, text_of
from tests.support.people import a_practitioner, an_auditor, an_iw_member

NOW = datetime(2026, 3, 27, 14, 5, 9, tzinfo=UTC)
ABOUT = {"reference": "IW-7KQ4-M2XD", "record_reference": "IW-2222-2222"}
SOMEBODY = SimpleNamespace(uid=uuid.uuid4(), role="iw", service_code="")


def latest():
    (line,) = lines([Entry.objects.latest("id")])
    return line


@pytest.mark.parametrize("event", EVENTS.values(), ids=EVENTS)
def test_a_sentence_names_only_facts_that_its_event_has(event):
    named = {name for _, name, _, _ in string.Formatter().parse(event.sentence) if name}
    assert named <= event.facts | {"reference", "record", *MADE}
    assert all(MADE[name] <= event.facts for name in named & {*MADE})


@pytest.mark.parametrize("event", EVENTS.values(), ids=EVENTS)
def test_an_event_is_a_code_and_its_facts_are(event):
    assert re.fullmatch(r"[a-z_]{3,60}", event.code)
    assert all(re.fullmatch(r"[a-z_]+", fact) for fact in event.facts)
    # These are columns of the entry or arguments of log_entry(); a fact so called would be lost.
    assert not event.facts & {"event", "by", "at", "reference", "record", "record_reference"}
    # Whatever could be written in words has no name here to be written under.
    assert not event.facts & {"note", "notes", "text", "name", "email", "number", "comment"}


def test_two_events_with_one_code_are_refused():
    signed_in = EVENTS["signed_in"]
    assert by_code([signed_in]) == {"signed_in": signed_in}
    with pytest.raises(ValueError, match="two events have the code signed_in"):
        by_code([signed_in, EVENTS["signed_out"], signed_in])


@pytest.mark.django_db
@pytest.mark.parametrize("event", EVENTS.values(), ids=EVENTS)
def test_every_event_is_written_with_exactly_its_facts_and_reads_as_a_sentence(event):
    facts = dict.fromkeys(event.facts, "some_code")
    if event.retired:
        of_before(event.code, by=SOMEBODY, **ABOUT, **facts)
    else:
        log_entry(event.code, by=None if event.system else SOMEBODY, at=NOW, **ABOUT, **facts)
    line = latest()
    assert "not recorded" not in line.sentence
    assert not re.search(r"[{}_]", line.sentence)
    assert len(line.facts) == len(event.facts)
    assert all(words == "some code" for _, words in line.facts)


@pytest.mark.django_db
def test_people_go_by_the_names_they_have_today():
    member, person = an_iw_member(name="Ada Lovelace"), a_practitioner(name="Bede Venerable")
    log_entry("person_suspended", by=member, at=NOW, person=person.uid, told=[])
    person.name = "Bede Jarrow"
    person.save()
    line = latest()
    assert (line.who, line.role, line.sentence) == (
        "Ada Lovelace",
        "IW Team",
        "suspended Bede Jarrow",
    )


@pytest.mark.django_db
def test_that_a_record_went_to_another_state_is_said_only_where_it_did():
    facts = dict.fromkeys(EVENTS["shield_applied"].facts, True) | {"to": "shielded"}
    said = "attested that record IW-2222-2222 is shielded for IW-7KQ4-M2XD"
    moved = "; the record went from “to shield” to “shielded”"
    for before, after_it in (("to_shield", moved), ("shielded", "")):
        log_entry("shield_applied", by=SOMEBODY, at=NOW, **ABOUT, **facts | {"from": before})
        assert latest().sentence == said + after_it


@pytest.mark.django_db
def test_for_whom_it_was_agreed_is_said_only_of_who_stood_in():
    manager, deputy = a_practitioner(name="Ada Lovelace"), a_practitioner()
    for by, words in ((deputy, "agreed, for Ada Lovelace, to"), (manager, "agreed to")):
        log_entry("access_agreed", by=by, at=NOW, **ABOUT, manager=manager.uid)
        assert latest().sentence == f"{words} the access request IW-7KQ4-M2XD"


@pytest.mark.django_db
def test_somebody_without_an_account_is_said_to_be_unknown():
    log_entry("person_suspended", by=SOMEBODY, at=NOW, person=uuid.uuid4(), told=[])
    assert (latest().who, latest().sentence) == ("an unknown person", "suspended an unknown person")


@pytest.mark.django_db
def test_the_system_acts_under_its_own_name():
    log_entry("setting_changed", by=None, at=NOW, setting="review_months", value=6)
    assert (latest().who, latest().sentence) == ("The system", "Setting review months is now 6")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("value", "words"),
    [
        (True, "yes"), (False, "no"), ("", "none"), ([], "none"), (0, "0"),
        (["ground", "own_system"], "ground, own system"), (NOW.date(), "27 March 2026"),
        ("SV-7KQ4", "SV-7KQ4"), ("x" * 36, "x" * 36),
        ("IW-7KQ4-M2XD", "IW-7KQ4-M2XD"), ("2026-13-01", "2026-13-01"),
    ],
)  # fmt: skip
def test_values_are_put_in_words(value, words):
    log_entry("request_answers_changed", by=SOMEBODY, at=NOW, **ABOUT, pages=value)
    assert latest().sentence == f"changed answers of IW-7KQ4-M2XD: {words}"


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        (NOW, "27 March 2026, 14:05:09"),
        (datetime(2026, 6, 30, 23, 30, tzinfo=UTC), "1 July 2026, 00:30:00"),
        (datetime(2026, 10, 25, 0, 59, 59, tzinfo=UTC), "25 October 2026, 01:59:59"),
        (datetime(2026, 10, 25, 1, 0, 0, tzinfo=UTC), "25 October 2026, 01:00:00"),
    ],
)
def test_times_are_londons(moment, words):
    assert london(moment) == words


# --- What no code of ours wrote -------------------------------------------------------------------
def by_hand(event, facts):
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO logbook_entry"
            " (schema, salt, at, actor, role, service, event, reference, record, facts)"
            " VALUES (1, '0123456789abcdef', %s, NULL, 'clerk', '', %s, '', '', %s)",
            [NOW, event, facts],
        )


@pytest.mark.django_db
def test_an_event_of_another_day_is_named_by_its_code():
    by_hand("seal_of_wax_broken", '{"colour":"dark_red"}')
    line = latest()
    assert (line.event, line.sentence) == ("Seal of wax broken", "Seal of wax broken")
    assert (line.role, line.facts) == ("clerk", [("Colour", "dark red")])


@pytest.mark.django_db
def test_facts_that_are_missing_are_said_to_be():
    by_hand("request_returned", "{}")
    assert latest().sentence == "returned no reference with a query: not recorded"


@pytest.mark.django_db
@pytest.mark.parametrize("facts", ["", "{", "[]", "7", "[" * 4000, '{"query":{"a":[null,1.5]}}'])
def test_facts_of_any_shape_still_make_a_line(facts):
    by_hand("request_returned", facts)
    assert latest().sentence.startswith("returned no reference with a query: ")
    assert isinstance(latest().facts, list)


@pytest.mark.django_db
def test_facts_cannot_reach_into_the_program():
    by_hand("request_returned", '{"query":"{query.__class__}"}')
    assert latest().sentence == "returned no reference with a query: {query.  class  }"


@pytest.mark.django_db(transaction=True)
def test_an_emptied_entry_keeps_its_number_and_time_and_says_so(client):
    with transaction.atomic():
        log_entry("request_opened", by=SOMEBODY, at=NOW, **ABOUT)
    empty_as_retention_will()
    line = latest()
    assert (line.sentence, line.who, line.role, line.facts) == (ERASED, "", "", [])
    assert line.when == london(line.entry.written_at)
    client.force_login(an_auditor())
    assert f"{line.when} entry {line.entry.pk} content erased" in text_of(client.get(LIST))
    page = text_of(client.get(f"{LIST}{line.entry.pk}/"))
    assert f"Content erased, see entry 2 Written {line.when} Number {line.entry.pk}" in page
    assert "Who" not in page


def empty_as_retention_will():
    """Empty every entry; nobody can today, and the trigger refuses even the owner."""
    switch = "ALTER TABLE logbook_entry {} TRIGGER logbook_entry_no_change"
    with as_owner(connection), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(switch.format("DISABLE"))
        cursor.execute(
            "UPDATE logbook_entry SET at = NULL, actor = NULL, role = NULL, service = NULL,"
            " event = NULL, reference = NULL, record = NULL, facts = NULL, erased_by = 2"
        )
        cursor.execute(switch.format("ENABLE"))
