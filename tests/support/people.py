"""Real people for the tests: plain functions that make rows, one per role."""

import json
from datetime import UTC, datetime
from itertools import count
from typing import Any

from django.db import connection
from django.utils import timezone

from shielding.accounts import role_grants
from shielding.accounts.models import RoleGrant, Service, User
from shielding.roles import Role

PASSWORD = "correct horse battery staple"
_number = count(1)


def a_service(name: str = "", **fields: Any) -> Service:
    """Return a new open service."""
    fields.setdefault("created_at", "2026-01-05T09:00:00Z")
    return Service.objects.create(name=name or f"Service {next(_number)}", **fields)


def a_person(role: str, *, name: str = "", email: str = "", **fields: Any) -> User:
    """Return a new working account of this role, who can sign in with PASSWORD, and did before.

    A role beyond the practitioner's stands with a grant: it has one, as if given at the server.
    """
    number = next(_number)
    in_use = fields.pop("is_active", True)
    fields.setdefault("last_login", datetime(2026, 1, 5, 9, tzinfo=UTC))
    person = User.objects.create_user(
        email or f"person{number}@council.example",
        PASSWORD,
        name=name or f"Person Number{number}",
        role=role,
        is_active=in_use and role == Role.PRACTITIONER,
        **fields,
    )
    if role != Role.PRACTITIONER:
        grant_at_the_server(person, in_use=in_use)
    return person


# Only the owner gives a role at the server. In the test database, and there alone, the application
# may ask for it by this function: a second sign-in for each of thousands of people would take
# minutes, and a test that is rolled back cannot have one at all.
GRANT_AT_THE_SERVER = """
CREATE OR REPLACE FUNCTION tests_grant(person bigint, lead boolean, in_use boolean) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    INSERT INTO accounts_servergrant (person_id, role, is_lead, given_at)
    SELECT id, role, lead, created_at FROM accounts_user WHERE id = person
    ON CONFLICT (person_id) DO UPDATE SET role = excluded.role, is_lead = excluded.is_lead;
    UPDATE accounts_user SET is_active = in_use, is_lead = lead WHERE id = person
$$;
CREATE OR REPLACE FUNCTION tests_role_grant(given jsonb) RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    INSERT INTO accounts_rolegrant (reference, person_id, role, is_lead, proposed_at,
        proposed_by_id, confirmed_at, confirmed_by_id, refused_at, refused_by_id)
    SELECT reference, person_id, role, is_lead, proposed_at,
        proposed_by_id, confirmed_at, confirmed_by_id, refused_at, refused_by_id
    FROM jsonb_populate_record(NULL::accounts_rolegrant, given) RETURNING id
$$;
CREATE OR REPLACE FUNCTION tests_broken_glass(person bigint, two bigint[], at timestamptz)
RETURNS text LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    INSERT INTO accounts_brokenglass (reference, person_id, one_id, other_id, why, at)
    VALUES ('IW-GLAS-' || person, person, two[1], two[2], 'break_in', at) RETURNING reference
$$
"""


def a_role_grant(**fields: Any) -> RoleGrant:
    """Return a row of a grant as a test wants it, which only the owner could write."""
    grant = RoleGrant(**fields)
    names = [field.attname for field in RoleGrant._meta.concrete_fields]
    given = json.dumps({name: getattr(grant, name) for name in names}, default=str)
    with connection.cursor() as cursor:
        cursor.execute("SELECT tests_role_grant(%s)", [given])
        return RoleGrant.objects.get(pk=cursor.fetchone()[0])


def let_in_at_the_server(person: User, *two: User, now: datetime) -> str:
    """Return the reference of the row that says so; nothing else is done."""
    with connection.cursor() as cursor:
        given = [person.pk, [one.pk for one in two], now]
        cursor.execute("SELECT tests_broken_glass(%s, %s, %s)", given)
        return str(cursor.fetchone()[0])


def grant_at_the_server(
    person: User, *, lead: bool | None = None, in_use: bool | None = None
) -> None:
    """Let a person's role stand, with the lead flag as it is or as told, and the account so."""
    person.is_lead = person.is_lead if lead is None else lead
    person.is_active = person.is_active if in_use is None else in_use
    with connection.cursor() as cursor:
        given = [person.pk, person.is_lead, person.is_active]
        cursor.execute("SELECT tests_grant(%s, %s, %s)", given)


def moved_on(person: User, role: str) -> None:
    """Give a person another role, as it is given: proposed by one, confirmed by another."""
    grant = role_grants.propose_role(
        person, role=role, is_lead=False, by=an_administrator(), now=timezone.now()
    )
    role_grants.confirm_role(grant, by=an_iw_member(lead=True), now=timezone.now())


def a_practitioner(
    *, service: Service | None = None, manager: User | None = None, **fields: Any
) -> User:
    """Return a new practitioner, of a new service unless one is given."""
    return a_person(
        Role.PRACTITIONER, service=service or a_service(), line_manager=manager, **fields
    )


def an_iw_member(*, lead: bool = False, **fields: Any) -> User:
    return a_person(Role.IW, is_lead=lead, **fields)


def an_auditor(**fields: Any) -> User:
    return a_person(Role.AUDITOR, **fields)


def an_administrator(**fields: Any) -> User:
    return a_person(Role.ADMINISTRATOR, **fields)
