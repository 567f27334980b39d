"""The pages on which many people are added from a file, by two members."""

from django.http import HttpResponse
from django.views.decorators.http import require_POST

from logbook.guarded import SignedIn
from shielding.accounts.bulk import actions, people_file
from shielding.accounts.bulk.models import Kind
from shielding.accounts.bulk.two_uploads import Importing, one_page, start_page, take_back_page
from shielding.roles import Role
from shielding.web.access import for_roles
from shielding.web.password_again import FRESH_MINUTES, fresh
from shielding.web.uploads.in_memory import takes_a_file

PEOPLE = Importing(
    kind=Kind.PEOPLE,
    noun="people",
    columns=people_file.COLUMNS,
    check=people_file.check,
    do=actions.add_person,
    alike=people_file.alike,
    start="people_import",
    one="people_import_one",
    take_back="people_import_take_back",
    taken_back="The import is taken back. Who was added by it stays.",
    title="Add practitioners from a file",
    advice="Each of them is sent an invitation to choose a password. Their accounts withdraw "
    "nothing until a member has phoned them.",
    attest="I compared this file with what the services gave us: these people work there",
    back="people",
)


@for_roles(Role.IW)
@fresh(FRESH_MINUTES)
@takes_a_file
def people_import(request: SignedIn) -> HttpResponse:
    """Check a file of people, and propose it."""
    return start_page(request, PEOPLE)


@for_roles(Role.IW)
@fresh(FRESH_MINUTES)
@takes_a_file
def people_import_one(request: SignedIn, reference: str) -> HttpResponse:
    """Show an import of people; the second member confirms it with the same file."""
    return one_page(request, PEOPLE, reference)


@for_roles(Role.IW)
@require_POST
def people_import_take_back(request: SignedIn, reference: str) -> HttpResponse:
    """Take back a proposal, or stop what was not run to its end."""
    return take_back_page(request, PEOPLE, reference)
