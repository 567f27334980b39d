"""Whoever has the application's password: what PostgreSQL refuses them, by raw SQL, one by one.

What it refuses them on the logbook is listed in `tests/logbook/test_append_only.py`; what nothing
refuses them is told in `docs/database-role.md`.
"""

from datetime import timedelta
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.db import DatabaseError, IntegrityError, ProgrammingError, connection, transaction

from shielding.accounts import role_grants, suspending
from shielding.accounts.models import RoleGrant, ServerGrant
from shielding.models import Hold
from shielding.operations.database_roles import READ_ONLY, application_role, as_owner
from tests.requests_app.go_live.support.files import a_file, a_row, taken_over
from tests.security.support.council import World
from tests.support import people
from tests.support.entries import entries
from tests.support.requests import NOW, a_draft, a_request
from tests.support.undone import undone

# What a row is known by, wherever it stands.
NAMES = {"reference", "uid", "code", "blind_index"}
NEW = {
    "reference": "'IW-9999-9999'",
    "uid": "gen_random_uuid()",
    "code": "'SV-999999'",
    "blind_index": "'\\x00'",
    "id": "id + 1000000",
}


def refusal(statement: str) -> str:
    """Return the constraint by which PostgreSQL refuses it, now or at the commit, or nothing."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
            assert cursor.rowcount, f"this changes no row: {statement}"
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            transaction.set_rollback(True)
    except IntegrityError as error:
        return str(error.__cause__.diag.constraint_name)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    return ""


def known_by() -> list[tuple[str, str]]:
    """Return every table and column by which a row of ours is known, where the application writes
    to it.
    """
    return [
        (model._meta.db_table, field.column)
        for label in ("accounts", "shielding", "requests_app", "brokerage")
        for model in apps.get_app_config(label).get_models()
        for field in model._meta.concrete_fields
        if field.name in NAMES and model._meta.db_table not in READ_ONLY
    ]


@pytest.mark.usefixtures("world")
def test_what_a_row_is_known_by_is_not_the_applications_to_change():
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        assert cursor.fetchone() == (application_role(),)
    places = known_by()
    assert ("shielding_record", "blind_index") in places
    tables = {table for table, _ in places}
    places += [(table, "id") for table in sorted(tables)]
    found = {
        (table, column): refusal(
            f"UPDATE {table} SET {column} = {NEW[column]} WHERE id = (SELECT min(id) FROM {table})"
        )
        for table, column in places
    }
    # Of a record these two were kept before, by the trigger that keeps it shut.
    known = {("shielding_record", "reference"), ("shielding_record", "uid")}
    assert found == {
        (table, column): "record_keeps_reference"
        if (table, column) in known
        else f"{table}_never_changes"
        for table, column in places
    }


@pytest.mark.usefixtures("world")
def test_setting_it_to_what_it_is_is_no_change():
    for table, column in known_by():
        assert refusal(f"UPDATE {table} SET {column} = {column}") == ""


def taken_over_or_not() -> dict[str, tuple[str, str]]:
    """Return how what was taken over from a file could be made to look otherwise, or what was not
    to look so; and what refuses it.
    """
    one, two = people.an_iw_member(), people.an_iw_member()
    asked, draft = a_request(people.a_practitioner()), a_draft(people.a_practitioner())
    taken_over(a_file(a_row(people.a_practitioner())), one=one, two=two)
    taken_over(a_file(a_row(people.a_practitioner())), one=one, two=two)
    hold, later = Hold.objects.taken_over().order_by("pk")
    of = "UPDATE {} SET {{}} WHERE {} = {{}}".format
    set_hold, set_request = of("shielding_hold", "id"), of("requests_app_request", "hold_id")
    holds, requests = "shielding_hold_stays_taken_over", "requests_app_request_stays_taken_over"
    nothing = "imported_at = NULL, imported_by_id = NULL, placed_on = NULL, applied_on = NULL"
    copied = (
        'INSERT INTO {0} SELECT (jsonb_populate_record(row, \'{{"id": 99999999,'
        ' "reference": "IW-9999-9999", "uid": "00000000-0000-0000-0000-000000000000"'
        " {1}}}')).* FROM {0} row WHERE {2} = {3}"
    ).format
    as_its_hold = "request_taken_over_as_its_hold"
    no_more = set_hold.format("imported_at = NULL, file_import_id = NULL", hold.pk)
    day_by_day = {
        f"{what} of a request": (set_request.format(f"{what} = {new}", hold.pk), requests)
        for what, new in {
            "imported_at": "imported_at - interval '1 day'",
            "imported_by_id": two.pk - 1,
            "placed_on": "placed_on - 1",
            "applied_on": "applied_on + 1",
            "hold_id": later.pk,
        }.items()
    }
    return day_by_day | {
        "a hold was not": (no_more, holds),
        "a hold, at another time": (
            set_hold.format("imported_at = imported_at - interval '1 day'", hold.pk), holds),
        "a hold, from another file": (
            set_hold.format(f"file_import_id = {later.file_import_id}", hold.pk), holds),
        "a hold was, that was not": (
            set_hold.format(
                f"imported_at = now(), file_import_id = {hold.file_import_id}", asked.hold_id
            ), holds),
        "a request was not": (set_request.format(nothing, hold.pk), requests),
        "its days are not known": (
            set_request.format("placed_on = NULL, applied_on = NULL", hold.pk), requests),
        "a request was, that was not": (
            set_request.format(f"imported_at = now(), imported_by_id = {two.pk}", asked.hold_id),
            requests),
        "a sent request without its hold": (
            set_request.format("hold_id = NULL", asked.hold_id), requests),
        "a draft gets the hold": (
            f"UPDATE requests_app_request SET hold_id = {hold.pk} WHERE id = {draft.pk}",
            as_its_hold),
        "a second request of the hold": (
            copied("requests_app_request", ', "imported_at": null', "hold_id", hold.pk),
            as_its_hold),
        "a hold without a request": (
            copied("shielding_hold", "", "id", hold.pk), "hold_taken_over_with_its_request"),
    }  # fmt: skip


@pytest.mark.django_db
def test_what_was_taken_over_stays_so_and_nothing_else_becomes_so():
    tried = taken_over_or_not()
    found = {how: refusal(statement) for how, (statement, _) in tried.items()}
    assert found == {how: refused_by for how, (_, refused_by) in tried.items()}
    assert refusal("UPDATE shielding_hold SET imported_at = imported_at") == ""
    assert refusal("UPDATE requests_app_request SET hold_id = hold_id, placed_on = placed_on") == ""


def code(statement: str) -> str:
    """Return PostgreSQL's code of what it refuses a statement for, or nothing."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
            transaction.set_rollback(True)
    except DatabaseError as error:
        return str(error.__cause__.pgcode)
    return ""


ASKED = "accounts_write_grant(text, text, bigint, text, boolean, bigint, timestamptz)"


@pytest.mark.django_db
def test_the_application_writes_no_grant_but_by_the_owners_function(world):
    mine = f"WHERE id = {world.grant.pk}"
    tried = [
        f"UPDATE accounts_rolegrant SET confirmed_at = now(), confirmed_by_id = {world.lead.pk}"
        f" {mine}",
        f"UPDATE accounts_rolegrant SET role = role {mine}",
        f"SELECT 1 FROM accounts_rolegrant {mine} FOR UPDATE",
        f"DELETE FROM accounts_rolegrant {mine}",
        "INSERT INTO accounts_rolegrant (person_id, reference, role, is_lead, proposed_at,"
        " proposed_by_id, confirmed_at, confirmed_by_id) VALUES"
        f" ({world.iw.pk}, 'IW-9999-9999', 'iw', true, now(), {world.administrator.pk}, now(),"
        f" {world.lead.pk})",
        "SELECT accounts_no_grant('anything')",
        f"ALTER FUNCTION {ASKED} SECURITY INVOKER",
        f"DROP FUNCTION {ASKED}",
        "CREATE FUNCTION public.accounts_write_grant() RETURNS void LANGUAGE sql AS ''",
    ]
    assert {one: code(one) for one in tried} == dict.fromkeys(tried, "42501")
    with connection.cursor() as cursor:
        cursor.execute("SELECT has_function_privilege('public', %s, 'EXECUTE')", [ASKED])
        assert cursor.fetchone() == (False,)
        cursor.execute(
            "SELECT prosecdef, proconfig FROM pg_proc WHERE oid = %s::regprocedure", [ASKED]
        )
        assert cursor.fetchone() == (True, ["search_path=pg_catalog, public, pg_temp"])


def asked(act: str, named: str = "", whom: Any = None, role: str = "iw", **more: Any) -> str:
    """Return what asks the owner's function for a step of a grant, at a moment of the test's."""
    person = "NULL" if whom is None else whom.pk
    lead, at = str(more.get("lead", False)), more.get("at", NOW).isoformat()
    return (
        f"SELECT accounts_write_grant('{act}', '{named}', {person}, '{role}', {lead},"
        f" {more['by'].pk}, '{at}')"
    )


def forged(world: World) -> dict[str, tuple[str, str]]:
    """Return how the function would be asked for a grant, and the rule by which it refuses."""
    one, lead = world.grant.reference, world.lead
    administrator = world.administrator
    new = people.an_iw_member(lead=True, second_person_from=NOW + timedelta(seconds=1))
    gone = people.an_iw_member(lead=True, is_active=False)
    stopped = {"is_active": False, "suspended_at": NOW, "suspended_by": administrator}
    was_administrator = people.an_administrator(**stopped)
    person, out = people.an_iw_member(), people.an_auditor(**stopped)
    given = {"role": "auditor", "proposed_at": NOW, "is_lead": False}
    void = people.a_role_grant(
        person=person, reference="IW-VVVV-VVVV", proposed_by=was_administrator, **given
    )
    of_gone = people.a_role_grant(
        person=out, reference="IW-WWWW-WWWW", proposed_by=administrator, **given | {"role": "iw"}
    )
    # Somebody who is an administrator and then a lead, as `test_role_grants` has it.
    both = people.a_role_grant(
        person=people.an_auditor(), reference="IW-BBBB-BBBB", proposed_by=lead, **given
    )
    own = people.a_role_grant(
        person=lead, reference="IW-LLLL-LLLL", proposed_by=administrator, **given
    )
    flag = f"UPDATE accounts_user SET is_lead = {{}} WHERE id = {world.iw.pk}".format
    # At the commit nothing of it would be left to see.
    for_a_moment = f"{flag('true')}; {asked('confirm', one, by=world.iw)}; {flag('false')}"
    itself, two, colleague = "grant_not_to_oneself", "grant_two_people", "grant_to_a_colleague"
    proposes, decides = "grant_by_an_administrator", "grant_by_a_lead"
    free = people.an_auditor()
    return {
        "proposed by a member": (asked("propose", "IW-1", free, by=world.iw), proposes),
        "by a lead": (asked("propose", "IW-1", free, by=lead), proposes),
        "by one suspended": (asked("propose", "IW-1", free, by=was_administrator), proposes),
        "for oneself": (asked("propose", "IW-1", administrator, by=administrator), itself),
        "for nobody": (asked("propose", "IW-1", by=administrator), itself),
        "for a practitioner": (asked("propose", "IW-1", world.owner, by=administrator), colleague),
        "for one suspended": (asked("propose", "IW-1", out, by=administrator), colleague),
        "a practitioner's role": (
            asked("propose", "IW-1", free, "practitioner", by=administrator), "grant_role_known"),
        "an auditor who leads": (
            asked("propose", "IW-1", free, "auditor", lead=True, by=administrator),
            "grant_lead_is_iw"),
        "a second while one is open": (
            asked("propose", "IW-1", person, "auditor", by=administrator), "grant_one_open"),
        "confirmed by a member": (asked("confirm", one, by=world.iw), decides),
        "by its proposer": (asked("confirm", one, by=administrator), two),
        "by its proposer, a lead": (asked("confirm", both.reference, by=lead), two),
        "by its person, a lead": (asked("confirm", own.reference, by=lead), itself),
        "by a lead of today": (asked("confirm", one, by=new), decides),
        "by a lead who has left": (asked("confirm", one, by=gone), decides),
        "by one made a lead for it": (for_a_moment, "user_role_granted"),
        "whose proposer has left": (asked("confirm", void.reference, by=lead), proposes),
        "of one suspended": (asked("confirm", of_gone.reference, by=lead), colleague),
        "of none": (asked("confirm", "IW-ZZZZ-ZZZZ", by=lead), itself),
        "refused by a member": (asked("refuse", one, by=world.iw), decides),
        "refused by its person": (asked("refuse", own.reference, by=lead), itself),
        "no act at all": (asked("undo", one, by=lead), itself),
    }  # fmt: skip


@pytest.mark.django_db
def test_the_owners_function_refuses_what_the_acts_refuse(world):
    tried = forged(world)
    found = {how: refusal(statement) for how, (statement, _) in tried.items()}
    assert found == {how: refused_by for how, (_, refused_by) in tried.items()}


@pytest.mark.django_db
def test_a_decided_grant_is_not_decided_again_by_the_function(world):
    people.an_auditor()  # of whom one remains
    other = people.an_iw_member(lead=True)
    for decide in (role_grants.refuse_role, role_grants.confirm_role):
        with undone():
            decide(world.grant, by=world.lead, now=NOW)
            for act in ("confirm", "refuse"):
                again = asked(act, world.grant.reference, by=other)
                assert refusal(again) == "grant_decided_once"


@pytest.mark.django_db
def test_in_other_peoples_names_the_function_gives_a_role_with_its_day(world):
    """What `docs/database-role.md` says of it: it stays in the list, and no entry tells of it."""
    before = entries()
    with connection.cursor() as cursor:
        by = {"by": world.administrator, "at": NOW}
        cursor.execute(asked("propose", "IW-FFFF-FFFF", world.iw, "iw", lead=True, **by))
        cursor.execute(asked("confirm", "IW-FFFF-FFFF", by=world.lead))
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    world.iw.refresh_from_db()
    assert (world.iw.is_lead, world.iw.second_person_from) == (True, NOW + timedelta(days=1))
    assert RoleGrant.objects.decided().first().confirmed_by == world.lead
    assert entries() == before


def with_a_role(world: World) -> dict[str, tuple[str, str]]:
    """Return how somebody would come by a role or the lead flag, and what refuses it."""
    administrator = world.administrator.pk
    demoted = people.an_iw_member(lead=True)
    grant = role_grants.propose_role(
        demoted, role="iw", is_lead=False, by=world.administrator, now=NOW
    )
    role_grants.confirm_role(grant, by=world.lead, now=NOW)
    waiting = role_grants.propose_account(
        name="Wanda",
        email="wanda@council.example",
        role="administrator",
        is_lead=False,
        by=world.administrator,
        now=NOW,
    ).person
    change = "UPDATE accounts_user SET {} WHERE id = {}".format
    columns = (
        "uid, email, name, role, is_active, is_lead, created_at, password, must_change_password"
    )
    insert = (
        f"INSERT INTO accounts_user ({columns}) SELECT gen_random_uuid(), 'new@council.example',"
        " 'New', '{}', {}, {}, now(), password, false FROM accounts_user LIMIT 1"
    ).format
    granted, begins = "user_role_granted", "user_begins_inactive"
    return {
        "a practitioner as a member": (
            change("role = 'iw', service_id = NULL", world.owner.pk), granted),
        "a member as an auditor": (
            change("role = 'auditor', line_manager_id = NULL", world.iw.pk), granted),
        "a member as an administrator": (change("role = 'administrator'", world.iw.pk), granted),
        "an auditor as a member": (change("role = 'iw'", world.auditor.pk), granted),
        "an administrator as a member": (change("role = 'iw'", administrator), granted),
        "the lead flag": (change("is_lead = true", world.iw.pk), granted),
        "the lead flag, by a grant that a later one took back": (
            change("is_lead = true", demoted.pk), granted),
        "the role that is only proposed": (
            change("role = 'administrator'", world.auditor.pk), granted),
        "an account that waits for its role": (change("is_active = true", waiting.pk), granted),
        "an account in use": (insert("iw", "true", "true"), begins),
        "an account in use, an auditor's": (insert("auditor", "true", "false"), begins),
        "a role and out of use, then in use": (
            insert("iw", "false", "true") + "; UPDATE accounts_user SET is_active = true"
            " WHERE email = 'new@council.example'", granted),
    }  # fmt: skip


@pytest.mark.django_db
def test_no_role_and_no_lead_flag_stand_without_their_grant(world):
    tried = with_a_role(world)
    found = {how: refusal(statement) for how, (statement, _) in tried.items()}
    assert found == {how: refused_by for how, (_, refused_by) in tried.items()}


@pytest.mark.django_db
@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO accounts_servergrant SELECT id, 'iw', true, now() FROM accounts_user",
        "UPDATE accounts_servergrant SET is_lead = true",
        "DELETE FROM accounts_servergrant",
        "INSERT INTO accounts_brokenglass (reference) VALUES ('IW-9999-9999')",
        "UPDATE accounts_brokenglass SET at = now()",
    ],
)
def test_only_the_owner_gives_a_role_at_the_server(statement):
    people.an_iw_member()
    with (
        pytest.raises(ProgrammingError) as refused,
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    assert refused.value.__cause__.pgcode == "42501"


@pytest.mark.django_db
def test_what_takes_a_role_away_needs_no_grant_and_what_gives_it_back_has_it(world):
    for change in ("is_lead = false", "is_lead = true", "name = 'Lea'"):
        assert refusal(f"UPDATE accounts_user SET {change} WHERE id = {world.lead.pk}") == ""
    suspending.suspend(world.iw, by=world.administrator, now=NOW)
    suspending.reactivate(world.iw, by=world.administrator, now=NOW)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


@pytest.mark.django_db(transaction=True)
@pytest.mark.behind_the_acts("what the owner's function itself could not do")
def test_not_even_the_owner_gives_a_grant_to_another_or_takes_a_decision_back():
    grant = people.a_role_grant(
        person=people.an_auditor(),
        reference="IW-OOOO-OOOO",
        role="iw",
        proposed_at=NOW,
        proposed_by=people.an_administrator(),
        refused_at=NOW,
        refused_by=people.an_iw_member(lead=True),
    )
    mine = f"WHERE id = {grant.pk}"
    with as_owner(connection):
        for change in (
            "is_lead = true",
            f"person_id = {people.an_auditor().pk}",
            "refused_at = NULL, refused_by_id = NULL",
        ):
            found = refusal(f"UPDATE accounts_rolegrant SET {change} {mine}")
            assert found == "accounts_rolegrant_never_changes"


FROM_BEFORE = import_module(
    "shielding.accounts.migrations.0006_roles_with_their_grants"
).FROM_BEFORE


@pytest.mark.django_db(transaction=True)
@pytest.mark.behind_the_acts("rows of an older version")
def test_roles_from_before_stand_and_those_that_wait_do_not():
    lead, gone, auditor = (
        people.an_iw_member(lead=True),
        people.an_iw_member(),
        people.an_auditor(),
    )
    administrator, remains = people.an_administrator(), people.an_auditor()
    suspending.suspend(gone, by=administrator, now=NOW)
    role_grants.confirm_role(
        role_grants.propose_role(
            auditor, role="administrator", is_lead=False, by=administrator, now=NOW
        ),
        by=lead,
        now=NOW,
    )
    role_grants.propose_account(
        name="Wanda",
        email="wanda@council.example",
        role="iw",
        is_lead=False,
        by=administrator,
        now=NOW,
    )
    with as_owner(connection), connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM accounts_servergrant; {FROM_BEFORE}")
    assert set(ServerGrant.objects.values_list("person", "role", "is_lead")) == {
        (lead.pk, "iw", True),
        (remains.pk, "auditor", False),
        (gone.pk, "iw", False),
        (administrator.pk, "administrator", False),
    }
