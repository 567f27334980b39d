"""Urgent calls for the tests: logged by the act, or as the form posts them."""

from datetime import datetime
from typing import Any

from django.utils import timezone

from brokerage.desk import urgent_calls
from brokerage.desk.urgent_call_forms import UrgentForm
from brokerage.models import AccessRequest
from logbook.references import new_reference
from shielding.accounts.models import User
from tests.support.people import a_service
from tests.support.requests import a_number


def a_call(
    *, by: User, requester: User | None = None, now: datetime | None = None, **changed: Any
) -> AccessRequest:
    """Return a call that a member logged; of a police officer unless a requester is given."""
    values: dict[str, Any] = {
        "reference": new_reference(),
        "number": a_number(),
        "caller": "practitioner" if requester else "police",
        "requester": requester,
        "service": requester.service if requester else a_service(),
        "purpose": "safeguarding",
        "sought": "contact",
        "outcome": "referred",
        "called_back": True,
    }
    return urgent_calls.log_call(**values | changed, by=by, now=now or timezone.now())


def a_call_posted(**changed: Any) -> dict[str, Any]:
    """Return what the form posts about a police officer's call."""
    number = a_number()
    return {
        "reference": str(UrgentForm().initial["reference"]),
        "number": number,
        "number_again": number,
        "caller": "police",
        "email": "",
        "service": "",
        "purpose": "safeguarding",
        "sought": "contact",
        "outcome": "viewed",
        "called_back": "on",
    } | changed
