"""The tables of what a search found: people who can be told apart, and services."""

from collections.abc import Iterable

from django.urls import reverse

from shielding.accounts.directory.list_rows import service_tag
from shielding.accounts.directory.presenters import role_words, service_words, state_tag
from shielding.accounts.models import Service, User
from shielding.web.cells import Rows, Text

PEOPLE_HEADS = ("Name", "Email", "Role", "Service", "Account")
SERVICE_HEADS = ("Service", "Open or closed")


def people_rows(people: Iterable[User], reader: User) -> Rows:
    """Return the people found, each with their work email: two may have one name."""
    return [
        [
            Text(person.name, url=reverse("person", args=[person.uid])),
            person.email,
            role_words(person.get_role_display(), person.is_lead),
            service_words(person.service, reader),
            state_tag(person),
        ]
        for person in people
    ]


def service_rows(services: Iterable[Service]) -> Rows:
    """Return the services found; each leads to its page."""
    return [
        [
            Text(service.name, url=reverse("service", args=[service.code])),
            service_tag(service),
        ]
        for service in services
    ]
