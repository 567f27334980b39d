"""Which people the list of entries can be narrowed to: the few who are offered by name."""

from uuid import UUID

from django.contrib.auth import get_user_model

from logbook.names_of_people import Person, people, role_label, uuid_of

# More would make the list of names longer than the page; anybody else is chosen from an entry.
_MOST_STAFF = 40
_STAFF = ("iw", "auditor", "administrator")


def choices(chosen: str, *, emails: bool) -> list[tuple[str, str]]:
    """Return the choices of people, with the one chosen elsewhere, by two or three queries.

    With `emails` each with the work email, for whoever may read it: two may have one name.
    """
    listed = _staff()
    uid: UUID | None = uuid_of(chosen)
    if uid and uid not in {person.uid for person in listed}:
        listed = [*people([uid]).values(), *listed]
    beside = _emails(listed) if emails else {}
    return [
        (str(one.uid), ", ".join([one.name, role_label(one.role), *beside.get(one.uid, [])]))
        for one in listed
    ]


def _emails(listed: list[Person]) -> dict[UUID, list[str]]:
    """Return the work email of each of these people, by one query."""
    accounts = get_user_model()._default_manager.filter(uid__in=[one.uid for one in listed])
    return {uid: [email] for uid, email in accounts.values_list("uid", "email")}


def _staff() -> list[Person]:
    """Return the people who read the logbook or keep accounts, sorted as accounts are."""
    found = get_user_model()._default_manager.filter(role__in=_STAFF)
    return [Person(*row) for row in found.values_list("uid", "name", "role")[:_MOST_STAFF]]
