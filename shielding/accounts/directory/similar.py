"""Names so alike that they may be of the same: shown before a second is made, or given.

Alike but for capitals, accents, apostrophes, spaces, hyphens and full stops: "Anne Marie O’Neil"
is shown to whoever adds "Anne-Marie ONeil".
"""

from typing import TypeVar

from django.db.models import Func, QuerySet, TextField

from shielding.accounts.models import Service, User, as_filed
from shielding.accounts.telling_apart import name_and_email

Row = TypeVar("Row", User, Service)

MOST_SHOWN = 5
# What two people may write differently between the letters of one name. All kinds of spaces are
# one kind as names are filed, and apostrophes are gone.
_BARE = "translate(%(expressions)s, ' -‐‒–—−.,/', '')"


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
