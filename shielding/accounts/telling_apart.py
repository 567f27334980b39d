"""Two people of one name, told apart on the IW Team's pages: by service and work email.

For these pages alone, and the administrators' of accounts, which show both anyway. What
practitioners and auditors read names people as shielding/web/cells.py does.
"""

from shielding.accounts.models import Service, User
from shielding.filled import filled
from shielding.web.cells import Fact, Facts, Text, who


def name_and_email(person: User) -> str:
    """Return somebody as a choice of a list: name, service and work email."""
    place = f"{person.name}, {person.service.name}" if person.service else person.name
    return f"{place}, {person.email}"


def name_over_email(person: User | None) -> str:
    """Return somebody as a line of a summary list: the name, and the work email below it."""
    return f"{person.name}\n{person.email}" if person else who(None)


def person_cell(person: User | None, url: str = "") -> Text:
    """Return somebody as a cell of a table, or who stands for a caller without an account."""
    return Text(who(person), url=url, beside=person.email if person else "")


def service_today(person: User | None, service: Service) -> Facts:
    """Return where somebody is today, if they moved since this service asked; else nothing."""
    if person is None or person.service_id in (None, service.pk):
        return []
    return [Fact("Their service today", filled(person.service).name)]
