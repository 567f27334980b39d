"""The only way to write in the logbook."""

import json
import re
import secrets
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Protocol
from uuid import UUID

from django.db import connection, transaction

from logbook.events import EVENTS

SCHEMA = 1
# A code, a reference, an opaque id, an ISO date: nothing a person could tell a story with.
_TOKEN = re.compile(r"[A-Za-z0-9_:.+-]{0,64}")

_INSERT = """
INSERT INTO logbook_entry (schema, salt, at, actor, role, service, event, reference, record, facts)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
"""


class NotLoggable(Exception):
    """A programmer's error: an unknown event, wrong facts, free text, or no transaction."""


class Actor(Protocol):
    """What an entry needs to know of a person: opaque ids and the role they acted in."""

    uid: UUID
    role: str

    @property
    def service_code(self) -> str: ...


def log_entry(
    event: str,
    *,
    by: Actor | None,
    at: datetime,
    reference: str = "",
    record_reference: str = "",
    **facts: Any,
) -> None:
    """Write one entry in the caller's transaction, so that act and entry stand or fall together.

    Refuses (NotLoggable) outside a transaction, on an unknown or retired event, on a missing or
    surplus fact, on anything that is not a code, reference, id, date, number or yes/no, and on
    by=None unless the event is declared as the system's. `at` is the time of the act; PostgreSQL
    adds the time of writing. Process document, step 4: "logging requests, decisions and reasons";
    "information recorded must not contain any case information".
    """
    kind = EVENTS.get(event)
    if kind is None:
        raise NotLoggable(f"unknown event {event}")
    if kind.retired:
        raise NotLoggable(f"{event} is retired: it is read, and written no more")
    if not connection.in_atomic_block:
        raise NotLoggable(f"{event} outside a transaction")
    if set(facts) != kind.facts:
        raise NotLoggable(f"{event} needs {sorted(kind.facts)}, got {sorted(facts)}")
    if (by is None) != kind.system:
        raise NotLoggable(f"{event} {'has no' if kind.system else 'needs a'} person")
    with connection.cursor() as cursor:
        cursor.execute(
            _INSERT,
            [
                SCHEMA,
                secrets.token_bytes(16),
                at,
                by.uid if by else None,
                str(by.role) if by else "",
                by.service_code if by else "",
                event,
                _token(reference),
                _token(record_reference),
                _text(facts),
            ],
        )


def log_entry_alone(event: str, *, by: Actor | None, at: datetime, **rest: Any) -> None:
    """Write one entry in a transaction of its own: refusals, and reads before the page is shown.

    If it cannot be written the caller fails with it: no entry, no page.
    """
    with transaction.atomic():
        log_entry(event, by=by, at=at, **rest)


def _text(facts: Mapping[str, Any]) -> str:
    plain = {name: _plain(value) for name, value in facts.items()}
    return json.dumps(plain, sort_keys=True, separators=(",", ":"))


def _plain(value: Any) -> Any:
    if isinstance(value, bool | int):
        return value
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, str | UUID):
        return _token(str(value))
    raise NotLoggable(f"{type(value).__name__} cannot be a fact")


def _token(value: str) -> str:
    if not _TOKEN.fullmatch(value):
        raise NotLoggable("free text cannot be a fact")
    return value
