"""Names so alike that they may be of the same: shown before a second is made, or given.

Alike but for capitals, accents, apostrophes, spaces, hyphens and full stops: "Anne Marie O’Neil"
is shown to whoever adds "Anne-Marie ONeil".
"""

from typing import TypeVar

from django.db import connection
from django.db.models import Func, QuerySet, TextField

from shielding.accounts.models import Service, User, as_filed, filed
from shielding.accounts.telling_apart import name_and_email

Row = TypeVar("Row", User, Service)

MOST_SHOWN = 5
# What two people may write differently between the letters of one name. All kinds of spaces are
# one kind as names are filed, and apostrophes are gone.
_BARE = "translate(%(expressions)s, ' -‐‒–—−.,/', '')"

_TYPED, _KEPT = (_BARE % {"expressions": one} for one in (filed("name"), "person.sort_name"))
# Put together of constants alone; the names are given to it.
_ALL_ALIKE = f"""
SELECT typed.number, typed.bare, person.id
FROM (
    SELECT number, {_TYPED} AS bare FROM unnest(%s::text[]) WITH ORDINALITY AS row(name, number)
) AS typed
LEFT JOIN accounts_user AS person ON {_KEPT} = typed.bare
"""  # noqa: S608


def all_alike(names: list[str]) -> list[tuple[list[int], list[User]]]:
    """Return which of these names are like each other, or like those of accounts: the places of
    each such name, from 0, with the people so called. One question however many names there are.
    """
    places: dict[str, set[int]] = {}
    ids: dict[str, set[int]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_ALL_ALIKE, [names])
        for number, bare, person in cursor.fetchall():
            places.setdefault(bare, set()).add(number - 1)
            ids.setdefault(bare, set()).update([person] if person else [])
    everybody = {one for found in ids.values() for one in found}
    people = User.objects.select_related("service").in_bulk(everybody)
    return [
        (sorted(places[bare]), sorted((people[one] for one in found), key=lambda one: one.pk))
        for bare, found in ids.items()
        if found or len(places[bare]) > 1
    ]


def people_like(name: str, *, but: User | None = None) -> list[str]:
    """Return the people with a name like this one, as the IW Team tells them apart.

    Of whoever is renamed, the others (`but` them).
    """
    others = _but(but).select_related("service")
    return [name_and_email(one) for one in _alike(others, name)]


def colleagues_like(name: str, *, but: User | None = None) -> list[str]:
    """Return them as an administrator reads of them: no service has a name there."""
    return [f"{one.name}, {one.email}" for one in _alike(_but(but), name)]


def services_like(name: str) -> list[str]:
    """Return the services with a name like this one, closed ones too."""
    found = _alike(Service.objects.all(), name)
    return [one.name if one.is_open else f"{one.name} (closed)" for one in found]


def _but(person: User | None) -> QuerySet[User]:
    return User.objects.exclude(pk=person.pk) if person else User.objects.all()


def _alike(rows: QuerySet[Row], name: str) -> QuerySet[Row]:
    bare = Func("sort_name", template=_BARE, output_field=TextField())
    typed = Func(as_filed(name), template=_BARE, output_field=TextField())
    return rows.alias(bare=bare).filter(bare=typed).order_by("sort_name", "id")[:MOST_SHOWN]
