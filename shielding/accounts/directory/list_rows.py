"""The columns of the lists of people, of services and of roles that were decided."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.urls import reverse

from shielding.accounts.directory.presenters import role_words, service_words, state_tag
from shielding.accounts.models import RoleGrant, Service, User, Working
from shielding.accounts.telling_apart import person_cell
from shielding.web.cells import Rows, Tag, Text, When

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

PEOPLE_HEADS = ("Name", "Role", "Service", "Line manager", "Account")
STAFF_HEADS = ("Name", "Role", "Service")
SERVICE_HEADS = ("Service", "Code", "People", "Since", "State", "Change")
GRANT_HEADS = ("Person", "Role", "Proposed by", "Proposed", "Decided", "Outcome")


def people_rows(people: Iterable[User], reader: User) -> Rows:
    """Return the table of people; the first cell leads to a person's page."""
    return [
        [
            person_cell(person, reverse("person", args=[person.uid])),
            role_words(person.get_role_display(), person.is_lead),
            service_words(person.service, reader),
            person_cell(person.line_manager) if person.line_manager else "",
            state_tag(person),
        ]
        for person in people
    ]


def staff_rows(staff: Iterable[User], reader: User) -> Rows:
    """Return the table of who reports to somebody."""
    return [row[: len(STAFF_HEADS)] for row in people_rows(staff, reader)]


def service_rows(services: "Iterable[WithAnnotations[Service, Working]]") -> Rows:
    """Return the table of services, with how many people work in each."""
    return [
        [
            service.name,
            Text(service.code, code=True),
            str(service.working),
            When(service.created_at, date_only=True),
            Tag("Open", "green") if service.is_open else Tag("Closed", "grey"),
            _closing(service) if service.is_open else "",
        ]
        for service in services
    ]


def _closing(service: Service) -> Text:
    address = reverse("service_close", args=[service.code])
    return Text("Close", url=address, hidden=service.name)


def grant_rows(grants: Iterable[RoleGrant]) -> Rows:
    """Return the table of decided proposals."""
    return [
        [
            person_cell(grant.person),
            role_words(grant.get_role_display(), grant.is_lead),
            person_cell(grant.proposed_by),
            When(grant.proposed_at, date_only=True),
            When(grant.confirmed_at or grant.refused_at, date_only=True),
            _outcome(grant),
        ]
        for grant in grants
    ]


def _outcome(grant: RoleGrant) -> Tag:
    if grant.confirmed_by:
        return Tag(f"Confirmed by {grant.confirmed_by.name}", "green")
    name = grant.refused_by.name if grant.refused_by else ""
    return Tag(f"Refused by {name}", "red")
