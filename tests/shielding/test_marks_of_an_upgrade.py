"""An upgrade that changes rows says so in the logbook: replayed, it gives the tables afterwards."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from typing import Any

import pytest
from django.db import connection

from logbook.models import Entry
from logbook.reading import facts_of
from logbook.sentences import lines
from shielding.accounts import actions as directory
from shielding.accounts import suspending
from shielding.accounts.models import User
from shielding.holds import letting_go
from shielding.models import Hold
from shielding.operations.database_roles import as_owner
from tests.support.people import a_practitioner, a_service, an_administrator, an_iw_member
from tests.support.replay import replay
from tests.support.requests import NOW
from tests.support.shielded_records import DAY, agreed_holds, let_go
from tests.support.versions import migrate

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.behind_the_acts("rows of an older version"),
]
# Before a word by phone took two, and before the person behind a new account was phoned.
BEFORE = (
    ("shielding", "0007_hand_overs_by_two"),
    ("accounts", "0008_a_mail_of_a_hand_over"),
)
SAY_SO = [
    import_module(f"shielding.{name}").SAY_SO
    for name in (
        "migrations.0010_what_an_upgrade_marked_is_an_entry",
        "accounts.migrations.0010_who_counts_as_vouched_for_is_an_entry",
    )
]
MARKED, COUNTED = "word_to_attest_marked", "account_counted_as_vouched"


def write(sql: str, *values: Any) -> None:
    """Run one statement of the older version as the owner."""
    with as_owner(connection), connection.cursor() as cursor:
        cursor.execute(sql, values or None)


def released_on_word(hold: Hold, by: User) -> None:
    """Let go of a hold as the older version did on a source's word: it takes one member."""
    write(
        "UPDATE shielding_hold SET released_at = %s, released_by_id = %s, released_how = 'on_word',"
        " family = 'told', family_at = %s, family_by_id = %s WHERE id = %s",
        NOW, by.pk, NOW, by.pk, hold.pk,
    )  # fmt: skip
    entry("hold_released", hold, by, f'{{"how":"on_word","source":"{hold.source.uid}"}}')
    entry("family_told_of_end", hold, by, '{"family":"told","on_word":true}')


def suspend(person: User, *, by: User, now: datetime) -> None:
    """Suspend an account as the older version did: nobody was told."""
    write(
        "UPDATE accounts_user SET is_active = false, suspended_at = %s, suspended_by_id = %s"
        " WHERE id = %s",
        now, by.pk, person.pk,
    )  # fmt: skip
    write(
        "INSERT INTO accounts_accountchange (person_id, change, at, by_id)"
        " VALUES (%s, 'suspended', %s, %s)",
        person.pk, now, by.pk,
    )  # fmt: skip
    write(
        "INSERT INTO logbook_entry"
        " (schema, salt, at, actor, role, service, event, reference, record, facts) VALUES"
        " (1, uuid_send(gen_random_uuid()), %s, %s, %s, '', 'person_suspended', '', '', %s)",
        now, by.uid, by.role, f'{{"person":"{person.uid}"}}',
    )  # fmt: skip


def handed_over_by_one(person: User, to: User, by: User) -> None:
    """Hand over as it was before it took two: an entry without a reference, and nobody was told."""
    write(
        "INSERT INTO logbook_entry"
        " (schema, salt, at, actor, role, service, event, reference, record, facts) VALUES"
        " (1, uuid_send(gen_random_uuid()), %s, %s, %s, '', 'handed_over', '', '', %s)",
        NOW, by.uid, by.role, f'{{"moved":0,"person":"{person.uid}","to":"{to.uid}"}}',
    )  # fmt: skip


def entry(event: str, hold: Hold, by: User, facts: str) -> None:
    write(
        "INSERT INTO logbook_entry"
        " (schema, salt, at, actor, role, service, event, reference, record, facts) VALUES"
        " (1, uuid_send(gen_random_uuid()), %s, %s, %s, '', %s, %s, %s, %s)",
        NOW, by.uid, by.role, event, hold.reference, hold.record.reference, facts,
    )  # fmt: skip


@dataclass
class Before:
    """A database of the older version: what was let go of on a word, and accounts of then."""

    of_the_suspended: Hold
    of_the_working: Hold
    accounts: list[User]
    member: User


def a_new_account(by: User) -> User:
    address = f"new{User.objects.count()}@council.example"
    return directory.add_practitioner(
        name="New", email=address, service=a_service(), by=by, now=NOW
    )


@pytest.fixture
def before(transactional_db: None) -> Iterator[Before]:
    member = an_iw_member()
    accounts = [a_new_account(member), a_new_account(member)]
    shielded = [agreed_holds(a_practitioner())[0].pk for _ in range(2)]
    # Read whole by now: the older version has not every column of today's.
    holds = list(Hold.objects.filter(pk__in=shielded).select_related("record", "source"))
    administrator = an_administrator()
    try:
        migrate(*BEFORE[0])
        migrate(*BEFORE[1])
        suspend(holds[0].source, by=administrator, now=NOW - 60 * DAY)
        for hold in holds:
            released_on_word(hold, member)
        handed_over_by_one(*accounts, by=member)
        yield Before(*holds, accounts, member)
    finally:
        migrate()


def of(event: str) -> list[Entry]:
    return list(Entry.objects.filter(event=event).order_by("id"))


def test_what_the_upgrade_marked_and_counted_is_an_entry_each(before):
    entries = Entry.objects.count()
    migrate()
    marked = Hold.objects.filter(word_to_attest=True)
    assert [one.pk for one in marked] == [before.of_the_suspended.pk]
    assert [(one.reference, one.record) for one in of(MARKED)] == [
        (before.of_the_suspended.reference, before.of_the_suspended.record.reference)
    ]
    assert [facts_of(one)["person"] for one in of(COUNTED)] == [
        str(one.uid) for one in before.accounts
    ]
    assert Entry.objects.count() == entries + 3
    assert {(one.actor, one.role) for one in of(MARKED) + of(COUNTED)} == {(None, "")}
    assert {line.who for line in lines(of(MARKED) + of(COUNTED))} == {"The system"}
    entries_and_tables_agree_after_it_and_after_what_is_done_then(before)


def entries_and_tables_agree_after_it_and_after_what_is_done_then(before):
    """Asked of the same upgrade: one more would cost a test as much time as all else in it."""
    assert replay()[0] == []
    letting_go.attest_word(before.of_the_suspended, phoned=True, by=an_iw_member(), now=NOW + DAY)
    late = a_new_account(before.member)
    directory.vouch(late, phoned=True, by=an_iw_member(), now=NOW + DAY)
    assert replay()[0] == []


def test_an_upgrade_of_what_is_new_already_adds_no_entry(transactional_db):
    """What acts did since has its entries: it was marked and vouched for by somebody."""
    member = an_iw_member()
    (hold,) = agreed_holds(a_practitioner())
    suspending.suspend(hold.source, by=an_administrator(), now=NOW)
    let_go(hold, by=member)
    late = a_new_account(member)
    directory.vouch(late, phoned=True, by=an_iw_member(), now=NOW + DAY)
    for marks in SAY_SO:
        write(marks)
    assert Hold.objects.get(pk=hold.pk).word_to_attest
    assert hold.reference not in {one.reference for one in of(MARKED)}
    assert str(late.uid) not in {facts_of(one)["person"] for one in of(COUNTED)}


def test_the_releases_of_a_nation_are_read_once(transactional_db):
    """Looked for anew of each release that is marked, they took 20 seconds for 51,100 records."""
    marks, _counts = SAY_SO
    with as_owner(connection), connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {marks}")
        plan = [line for (line,) in cursor.fetchall()]
    assert [line for line in plan if "SubPlan" in line] == []
    assert [line for line in plan if "logbook_entry" in line and "Scan" in line]
