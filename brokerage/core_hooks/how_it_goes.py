"""What of brokerage is open now, and how access requests end: for the page of figures."""

from datetime import datetime

from django.db.models import Q

from brokerage import states
from brokerage.access_request_codes import Outcome
from brokerage.models import TO_READ, AccessRequest
from brokerage.time_limits import CALL_READ_WITHIN
from shielding import clock
from shielding.hooks import OpenNow

# By outcome; or by the event, where it needs no other word.
ENDS: dict[str, str] = {
    **{str(one.value): str(one.label) for one in Outcome},
    "access_declined": "Declined by the line manager",
    "access_withdrawn": "Withdrawn",
}
# The clock ends it without an entry of an outcome.
ENDS["access_lapsed"] = ENDS.pop(Outcome.NOT_IN_TIME)


def open_now(now: datetime) -> list[OpenNow]:
    """Return the access requests that wait for somebody, whoever sees them."""
    access = AccessRequest.objects.order_by()
    over = Q(needed_until__lt=clock.today(now))
    return [
        OpenNow(
            "Access requests with the line manager",
            access.filter(state=states.WITH_MANAGER),
            "submitted_at",
            over,
        ),
        OpenNow("Access requests with the IW Team", access.at_desk(), "manager_decided_at", over),
        OpenNow(
            "Urgent calls to read",
            access.filter(TO_READ),
            "logged_at",
            Q(logged_at__lt=now - CALL_READ_WITHIN),
        ),
    ]
