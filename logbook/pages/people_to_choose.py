"""Which people the list of entries can be narrowed to: the few who are offered by name."""

from uuid import UUID

from django.contrib.auth import get_user_model

from logbook.names_of_people import Person, people, role_label, uuid_of

# More would make the list of names longer than the page; anybody else is chosen from an entry.
_MOST_STAFF = 40
_STAFF = ("iw", "auditor", "administrator")


def choices(chosen: str) -> list[tuple[str, str]]:
    """Return the choices of people, with the one chosen elsewhere, by one or two queries."""
    listed = _staff()
    uid: UUID | None = uuid_of(chosen)
    if uid and uid not in {person.uid for person in listed}:
        listed = [*people([uid]).values(), *listed]
    return [(str(person.uid), f"{person.name}, {role_label(person.role)}") for person in listed]


def _staff() -> list[Person]:
    """Return the people who read the logbook or keep accounts, sorted as accounts are."""
    found = get_user_model()._default_manager.filter(role__in=_STAFF)
    return [Person(*row) for row in found.values_list("uid", "name", "role")[:_MOST_STAFF]]
