"""The names behind the opaque ids of entries, looked up when a page is shown and never stored.

The logbook lies below the accounts, so it asks of a person only what every account has: `uid`,
`name` and `role`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.contrib.auth import get_user_model

NOBODY_KNOWN = "an unknown person"


@dataclass(frozen=True)
class Person:
    """Somebody as a page shows them."""

    uid: UUID
    name: str
    role: str


def people(uids: Iterable[UUID]) -> dict[UUID, Person]:
    """Return those of these people who have an account, by id, in one query."""
    found = get_user_model()._default_manager.filter(uid__in=set(uids))
    return {uid: Person(uid, *rest) for uid, *rest in found.values_list("uid", "name", "role")}


def role_label(code: str) -> str:
    """Return a role's words, or the code in readable form for a role of another day."""
    labels = dict(get_user_model()._meta.get_field("role").flatchoices)
    return str(labels.get(code, code.replace("_", " ")))


def uuid_of(text: object) -> UUID | None:
    """Return the opaque id a text is, if it is one."""
    try:
        return UUID(text) if isinstance(text, str) and len(text) == 36 else None
    except ValueError:
        return None
