"""A file of people: what a row must say, and what of it is wrong."""

from dataclasses import dataclass, replace

from django import forms
from django.core.exceptions import ValidationError

from logbook.bare import bare
from shielding.accounts.addresses import SAME_MAILBOX, mailbox, why_unfit
from shielding.accounts.directory.similar import all_alike
from shielding.accounts.models import Service, User
from shielding.accounts.telling_apart import name_and_email
from shielding.phone_numbers import is_phone_number, phone_as_stored
from shielding.roles import Role
from shielding.web.uploads import fingerprint
from shielding.web.uploads.csv_file import Column, Line, Problems, Table

COLUMNS = (
    Column("name", 80, hint="Their full name"),
    Column("email", 254, hint="Their own work email address"),
    Column("service", 80, hint="The name or the code of a service that is open"),
    Column(
        "manager",
        254,
        required=False,
        hint="The email address of their line manager, of the same service: somebody who has an "
        "account, or another row. It may be empty.",
    ),
    Column(
        "phone",
        60,
        required=False,
        may_begin_with_plus=True,
        hint="Their work phone number from their service’s directory. It may be empty.",
    ),
)
_is_email = forms.EmailField.default_validators[0]


@dataclass(frozen=True)
class Person:
    """A row that can be imported: the service by its code, the line manager by address."""

    digest: bytes
    number: int
    name: str
    email: str
    service: str
    manager: str
    phone: str


def check(table: Table, key: bytes = b"") -> list[Person]:
    """Return the people of a file, managers before their staff; what is wrong goes to its problems.

    Changes nothing. Without anything wrong the rows can be imported as they stand now; each is
    asked everything again when it is.
    """
    services = _services()
    people = [_person(line, services, table.problems, key) for line in table.lines]
    _look_for_twins(people, table.problems)
    _look_for_accounts(people, table.problems)
    _look_at_managers(people, table.problems)
    wrong = table.problems.numbers
    return _managers_first([one for one in people if one.number not in wrong])


def alike(people: list[Person]) -> list[str]:
    """Return in words which rows have a name like an account's, or like another row's.

    Those of IW members first: whoever had a practitioner's account as well could ask, let go and
    administer as two people.
    """
    found = []
    for places, accounts in all_alike([one.name for one in people]):
        numbers = sorted(people[place].number for place in places)
        line = ("Line " if len(numbers) == 1 else "Lines ") + ", ".join(map(str, numbers))
        said = [f"{name_and_email(one)}{', IW Team' if one.is_iw else ''}" for one in accounts]
        words = "; ".join(said) or "the same name"
        found.append((not any(one.is_iw for one in accounts), numbers, f"{line}: {words}"))
    return [words for _, _, words in sorted(found)]


def _services() -> dict[str, str]:
    """Return the codes of the open services by code and by name, as a row may have them."""
    found: dict[str, str] = {}
    for service in Service.objects.open():
        found[service.name.casefold()] = found[service.code.casefold()] = service.code
    return found


def _person(line: Line, services: dict[str, str], problems: Problems, key: bytes) -> Person:
    cells = line.cells
    person = Person(
        digest=fingerprint.of_row(key, line.as_kept),
        number=line.number,
        name=cells["name"],
        email=User.objects.as_stored(bare(cells["email"])),
        service=services.get(cells["service"].casefold(), ""),
        manager=User.objects.as_stored(bare(cells["manager"])),
        phone=phone_as_stored(cells["phone"]),
    )
    if line.number in problems.numbers:
        return replace(person, email="", manager="")
    if not _is_address(person.email):
        problems.add(line.number, "“email” is not an email address")
    if not person.service:
        problems.add(line.number, "“service” is neither the name nor the code of an open service")
    if person.phone and not is_phone_number(person.phone):
        problems.add(line.number, "“phone” is not a phone number")
    return person


def _is_address(email: str) -> bool:
    try:
        _is_email(email)
    except ValidationError:
        return False
    return True


def _look_for_twins(people: list[Person], problems: Problems) -> None:
    seen = set()
    for one in people:
        if one.email and mailbox(one.email) in seen:
            problems.add(one.number, "Another row has this email address, or one of its mailbox")
        seen.add(mailbox(one.email))


def _look_for_accounts(people: list[Person], problems: Problems) -> None:
    """Name the rows that `create_account` would refuse; one question for all of them."""
    taken = set(User.objects.values_list("email", flat=True))
    mailboxes = set(map(mailbox, taken))
    for one in people:
        if one.number in problems.numbers:
            continue
        if one.email in taken:
            problems.add(one.number, "There is an account with this email address already")
        elif wrong := why_unfit(one.email):
            problems.add(one.number, wrong)
        elif mailbox(one.email) in mailboxes:
            problems.add(one.number, SAME_MAILBOX)


def _look_at_managers(people: list[Person], problems: Problems) -> None:
    """Name the rows whose line manager cannot be theirs: see `policies.may_manage`."""
    rows = {one.email: one for one in people if one.email}
    asked_for = {one.manager for one in people} - {""} - set(rows)
    working = User.objects.working().filter(email__in=asked_for, role=Role.PRACTITIONER)
    accounts = {one.email: one for one in working.select_related("service")}
    for one in people:
        manager = rows.get(one.manager)
        account = accounts.get(one.manager)
        if not one.manager:
            continue
        if manager is None and account is None:
            problems.add(one.number, "“manager” has neither an account nor another row")
        elif manager is not None and manager.service != one.service:
            problems.add(one.number, "“manager” is of another service")
        elif account is not None and not (
            account.service_code == one.service or account.is_manager
        ):
            problems.add(one.number, "“manager” is of another service, and manages nobody yet")
    for one in people:
        if _goes_round(one, rows):
            problems.add(one.number, "Their line managers go round in a circle")


def _goes_round(person: Person, rows: dict[str, Person]) -> bool:
    seen, above = set[str](), rows.get(person.manager)
    while above is not None and above.email not in seen:
        if above.email == person.email:
            return True
        seen.add(above.email)
        above = rows.get(above.manager)
    return False


def _managers_first(people: list[Person]) -> list[Person]:
    """Return the rows so that each comes after its line manager's."""
    rows = {one.email: one for one in people}
    ordered: dict[str, Person] = {}
    for one in people:
        line, above = {one.email: one}, rows.get(one.manager)
        while above is not None and above.email not in ordered and above.email not in line:
            line[above.email] = above
            above = rows.get(above.manager)
        ordered |= {email: line[email] for email in reversed(line) if email not in ordered}
    return list(ordered.values())
