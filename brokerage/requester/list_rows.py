"""The columns of a practitioner's lists of access requests."""

from collections.abc import Iterable
from datetime import datetime

from django.urls import reverse

from brokerage.models import AccessRequest
from brokerage.requester.presenters import purpose, status
from shielding.web.cells import Rows, Text, When

LIST_HEADS = ("Reference", "Status", "Sent", "Purpose")
DRAFT_HEADS = ("Reference", "What to do", "Begun", "Purpose")


def list_rows(requests: Iterable[AccessRequest], now: datetime) -> Rows:
    """Return a practitioner's sent requests as rows under LIST_HEADS."""
    return [
        [
            _link(access),
            status(access, now),
            When(access.submitted_at, date_only=True),
            purpose(access),
        ]
        for access in requests
    ]


def draft_rows(drafts: Iterable[AccessRequest]) -> Rows:
    """Return a practitioner's drafts as rows under DRAFT_HEADS."""
    return [
        [
            _link(draft),
            "Finish the draft",
            When(draft.created_at, date_only=True),
            purpose(draft),
        ]
        for draft in drafts
    ]


def _link(access: AccessRequest) -> Text:
    url = reverse("access_detail", args=[access.reference])
    return Text(access.reference, url=url, code=True)
