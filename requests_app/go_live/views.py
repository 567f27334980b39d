"""The pages on which shields that were there before the product are taken over from a file."""

from django.conf import settings
from django.http import HttpResponse
from django.views.decorators.http import require_POST

from logbook.guarded import SignedIn
from requests_app.go_live import actions, shields_file
from shielding.accounts.bulk.models import Kind
from shielding.accounts.bulk.two_uploads import Importing, one_page, start_page, take_back_page
from shielding.roles import Role
from shielding.web.access import for_roles
from shielding.web.password_again import FRESH_MINUTES, fresh
from shielding.web.uploads.in_memory import takes_a_file

SHIELDS = Importing(
    kind=Kind.SHIELDS,
    noun="shields",
    columns=shields_file.COLUMNS,
    check=shields_file.check,
    do=actions.take_over,
    start="go_live",
    one="go_live_one",
    take_back="go_live_take_back",
    taken_back="The import is taken back. What was taken over by it stays.",
    title="Take over shields from a file",
    advice="Each row becomes an agreed request of its practitioner, without a first review. Each "
    "practitioner is sent one email. Every record joins those that two members check again. "
    "Whoever proposes this file, or made the account of a practitioner in it, takes no step to "
    "unshield its records: if you can, let one member propose the files of people and of shields.",
    attest=f"Every record in this file is shielded on {settings.SYSTEM_NAME}: I attest it for each "
    "row, and how its practitioner is known to be involved",
    back="records_to_check_again",
)


@for_roles(Role.IW)
@fresh(FRESH_MINUTES)
@takes_a_file
def go_live(request: SignedIn) -> HttpResponse:
    """Check a file of shields, and propose it."""
    return start_page(request, SHIELDS)


@for_roles(Role.IW)
@fresh(FRESH_MINUTES)
@takes_a_file
def go_live_one(request: SignedIn, reference: str) -> HttpResponse:
    """Show an import of shields; the second member confirms it with the same file."""
    return one_page(request, SHIELDS, reference)


@for_roles(Role.IW)
@require_POST
def go_live_take_back(request: SignedIn, reference: str) -> HttpResponse:
    """Take back a proposal, or stop what was not run to its end."""
    return take_back_page(request, SHIELDS, reference)
