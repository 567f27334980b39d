"""Requests in every tab of the work queue."""

from datetime import timedelta

from django.utils import timezone

from logbook.references import new_reference
from requests_app.desk import actions, phoned_requests
from requests_app.desk.phoned_request_forms import PhonedForm
from requests_app.models import Request
from shielding.accounts.models import Service, User
from tests.support.people import a_practitioner, an_iw_member
from tests.support.requests import a_number, a_request, agreed, first_review_concluded


def born_with_the_form() -> str:
    """Return the signed reference that a fresh form for a phoned request carries."""
    return str(PhonedForm().initial["reference"])


def a_phoned_request(
    practitioner: User | None = None, *, service: Service | None = None, by: User | None = None
) -> Request:
    """Return a phoned request of a practitioner, or with a service of a caller without account."""
    person = practitioner or (None if service else a_practitioner())
    return phoned_requests.log_phoned(
        reference=new_reference(),
        number=a_number(),
        ground="abuse",
        caller="practitioner" if person else "gp",
        practitioner=person,
        service=service or person.service,
        by=by or an_iw_member(),
        now=timezone.now(),
    )


def a_proposed_request(by: User) -> Request:
    """Return a request that this member proposed not to agree."""
    request = a_request(now=timezone.now())
    return actions.propose_not_agreed(
        request, reason="well_known", seen=request.changed_at, by=by, now=timezone.now()
    )


def a_returned_request(by: User) -> Request:
    """Return a request that this member returned with a query."""
    request = a_request(now=timezone.now())
    return actions.return_with_query(
        request, query="please_phone", seen=request.changed_at, by=by, now=timezone.now()
    )


def in_every_tab() -> list[Request]:
    """Return requests that together are in every tab, and one that is in none."""
    member, now = an_iw_member(), timezone.now()
    decided = a_request(now=now)
    actions.attest_applied_for_request(
        decided, checked_on=timezone.localdate(), no_duplicate=True, by=member, now=now
    )
    reviewed = a_request(now=now)
    actions.attest_applied_for_request(
        reviewed, checked_on=timezone.localdate(), no_duplicate=True, by=member, now=now
    )
    first_review_concluded(agreed(reviewed, by=member, now=now), by=member)
    to_conclude = a_request(now=now - timedelta(days=8))
    return [
        a_request(now=now),
        a_proposed_request(member),
        a_returned_request(member),
        a_request(now=now, decision="considered"),
        a_phoned_request(by=member),
        agreed(a_request(now=now), by=member, now=now),
        agreed(decided, by=member, now=now),
        agreed(to_conclude, by=member, now=now),
        reviewed,
        a_request(now=now, ground="other"),
    ]
