"""Every page of the site and the states it can be in. An address without one fails a test.

A row says who looks, at which page, and what is particular about it. `asks` marks a page with a
form: sent empty it must say what is wrong.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse

from shielding.guidance import GUIDANCE, HELP
from tests.browser.caseload import Caseload

Arguments = Callable[[Caseload], dict[str, Any]]


@dataclass(frozen=True)
class State:
    """One page in one state, as one person sees it."""

    who: str
    page: str
    about: str = ""
    args: Arguments = field(default=lambda case: {})
    query: str = ""
    status: int = 200
    asks: bool = False

    def path(self, case: Caseload) -> str:
        return reverse(self.page, kwargs=self.args(case)) + self.query

    @property
    def name(self) -> str:
        """A name for pictures and failures."""
        return "-".join(filter(None, (self.who, self.page, self.about.replace(" ", "_"))))


def story(name: str) -> Arguments:
    return lambda case: {"reference": case.reference(name)}


def slug(value: str) -> Arguments:
    return lambda case: {"slug": value}


def person(seat: str) -> Arguments:
    return lambda case: {"uid": getattr(case.office, seat).uid}


STATES: tuple[State, ...] = (
    State("nobody", "account_login", asks=True),
    State("nobody", "account_login", "after the limit", query="?ended=idle"),
    *(State("nobody", "help_page", topic.slug, slug(topic.slug)) for topic in HELP),
    State("practitioner", "account_logout"),
    State("practitioner", "account_change_password", asks=True),
    State("administrator", "account_reauthenticate", asks=True),
    State("practitioner", "your_account"),
    State("lead", "your_account"),
    State("practitioner", "guidance"),
    *(State("practitioner", "guidance_page", topic.slug, slug(topic.slug)) for topic in GUIDANCE),
    State("practitioner", "worksheet"),
    State("iw", "people"),
    State("iw", "people", "filtered", query="?role=practitioner&state=working"),
    State("iw", "people", "none found", query="?role=auditor&state=suspended"),
    State("administrator", "people"),
    State("iw", "person", "a practitioner", person("practitioner")),
    State("iw", "person", "a manager", person("manager")),
    State("administrator", "person", "an auditor", person("auditor")),
    State("iw", "person_add", asks=True),
    State("iw", "person_manager", args=person("practitioner")),
    State("iw", "person_name", args=person("practitioner"), asks=True),
    State("iw", "services"),
    State("iw", "service_add", asks=True),
    State("iw", "service_close", args=lambda case: {"code": case.office.school.code}),
    State("administrator", "roles"),
    State("lead", "roles"),
    State("administrator", "role_account", asks=True),
    State("administrator", "role_propose", args=person("auditor"), asks=True),
    State("iw", "logbook"),
    State("auditor", "logbook"),
    State("auditor", "logbook", "filtered", query="?event=signed_in"),
    State("auditor", "logbook", "a filter that makes no sense", query="?reference=nonsense"),
    State("auditor", "logbook_entry", args=lambda case: {"number": 1}),
    State("practitioner", "people", "not for this role", status=403),
)

# Addresses that only take a form, and the page it is sent from and comes back to.
POSTED: dict[str, str] = {
    "session_extend": "your_account",
    "person_suspend": "person",
    "person_reactivate": "person",
    "role_confirm": "roles",
    "role_refuse": "roles",
}
