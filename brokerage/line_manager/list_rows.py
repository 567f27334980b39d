"""The columns of a line manager's lists of access requests: nothing of the record, ever."""

from collections.abc import Iterable
from datetime import date, datetime

from django.urls import reverse

from brokerage.line_manager.presenters import PHONED, status
from brokerage.models import AccessRequest
from shielding import clock
from shielding.web.cells import Rows, Text, day

TO_AGREE_HEADS = ("Reference", "Sent on", "Waiting for")
OTHER_HEADS = ("Reference", "Status", "Sent on", "Agreed or declined on")


def to_agree_rows(requests: Iterable[AccessRequest], today: date) -> Rows:
    """Return what waits for a line manager as rows under TO_AGREE_HEADS: references and dates."""
    return [
        [_link(access), day(access.submitted_at), _waiting(access.submitted_at, today)]
        for access in requests
    ]


def other_rows(requests: Iterable[AccessRequest], now: datetime) -> Rows:
    """Return the rest as rows under OTHER_HEADS: references, one status for all, dates."""
    return [
        [_link(access), status(access, now), _sent(access), day(access.manager_decided_at)]
        for access in requests
    ]


def _sent(access: AccessRequest) -> str:
    sent_on = day(access.submitted_at)
    return f"{PHONED} on {sent_on}" if access.is_urgent else sent_on


def _waiting(since: datetime | None, today: date) -> str:
    days = (today - clock.today(since)).days if since else 0
    if not days:
        return "Since today"
    return f"{days} day" if days == 1 else f"{days} days"


def _link(access: AccessRequest) -> Text:
    url = reverse("access_approval", args=[access.reference])
    return Text(access.reference, url=url, code=True)
