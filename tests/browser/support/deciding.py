"""What a member of the IW Team does at the desk, as a person does it."""

from django.urls import reverse
from django.utils import timezone

from requests_app.desk import actions as acts
from requests_app.models import Request
from shielding import clock
from shielding.accounts import role_grants
from shielding.accounts.models import RoleGrant, User
from shielding.roles import Role
from tests.browser.support.asking import today
from tests.browser.support.visitor import Visitor
from tests.support.people import an_iw_member
from tests.support.requests import agreed

_SHIELDED = "It is shielded; no duplicate or unmatched unshielded record was found"
_NO_DUPLICATE = "No duplicate or unmatched unshielded record was found"


def open_from_queue(him: Visitor, reference: str, *, tab: str) -> None:
    """Find a request in a tab of the work queue and open it."""
    him.open(reverse("desk_queue"))
    him.page.get_by_role("navigation", name="Work queue").get_by_role("link", name=tab).click()
    him.follow(reference)


def attest_applied(him: Visitor) -> None:
    section = him.page.get_by_role("region", name="Attest that the record is shielded")
    day = section.get_by_role("group", name="When did you check it?")
    for part, value in zip(("Day", "Month", "Year"), _parts(), strict=True):
        day.get_by_label(part, exact=True).fill(value)
    section.get_by_label(_SHIELDED).check()
    him.press("Attest what I found")
    him.reads("The record is attested as shielded for this request.")


def found_no_duplicate(him: Visitor, form: str) -> None:
    """Tick, in the form of this heading, that the look for duplicates found none."""
    him.page.get_by_role("region", name=form).get_by_label(_NO_DUPLICATE).check()


def found_shielded(him: Visitor, form: str) -> None:
    """Say, in the form of this heading, that the record was found shielded."""
    him.page.get_by_role("region", name=form).get_by_label(_SHIELDED).check()


def agree(him: Visitor) -> None:
    section = him.page.get_by_role("region", name="Agree the request")
    section.get_by_label("Their service is on the record").check()
    him.press("Agree")
    him.reads("The request is agreed.")


def entries(him: Visitor, reference: str) -> str:
    """Return the logbook's words about a reference, as its page shows them."""
    him.open(reverse("logbook"))
    him.write("Reference", reference)
    him.press("Apply filters")
    return him.text()


def proposed_by(member: User, request: Request) -> Request:
    """Return the request as a member left it who proposed not to agree it."""
    return acts.propose_not_agreed(
        request, reason="well_known", seen=request.changed_at, by=member, now=timezone.now()
    )


def shielded_and_agreed(reference: str) -> Request:
    """Return the request as the IW Team leaves it: attested as applied, and agreed."""
    request, member, now = Request.objects.get(reference=reference), an_iw_member(), timezone.now()
    acts.attest_applied_for_request(
        request, checked_on=clock.today(now), no_duplicate=True, by=member, now=now
    )
    return agreed(request, by=member, now=now)


def role_proposed_by(administrator: User) -> RoleGrant:
    """Return the proposal of an auditor's account."""
    return role_grants.propose_account(
        name="Noor Newcomer",
        email="noor@council.example",
        role=Role.AUDITOR,
        is_lead=False,
        by=administrator,
        now=timezone.now(),
    )


def _parts() -> tuple[str, str, str]:
    day = today()
    return str(day.day), str(day.month), str(day.year)
