"""Real people for the tests: plain functions that make rows, one per role."""

from itertools import count
from typing import Any

from shielding.accounts.models import Service, User
from shielding.roles import Role

PASSWORD = "correct horse battery staple"
_number = count(1)


def a_service(name: str = "", **fields: Any) -> Service:
    """Return a new open service."""
    fields.setdefault("created_at", "2026-01-05T09:00:00Z")
    return Service.objects.create(name=name or f"Service {next(_number)}", **fields)


def a_person(role: str, *, name: str = "", email: str = "", **fields: Any) -> User:
    """Return a new working account of this role, who can sign in with PASSWORD."""
    number = next(_number)
    return User.objects.create_user(
        email or f"person{number}@council.example",
        PASSWORD,
        name=name or f"Person Number{number}",
        role=role,
        **fields,
    )


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
