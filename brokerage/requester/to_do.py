"""What waits for a requester at home: drafts to finish, and the requests they sent last."""

from datetime import datetime

from django.urls import reverse

from brokerage.requester import list_rows, lists
from shielding.accounts.models import User
from shielding.hooks import Recent, Waiting


def waiting(user: User, now: datetime) -> list[Waiting]:
    """Return what waits for a practitioner, for the home page; nothing for anyone else."""
    if not user.is_practitioner:
        return []
    drafts = f"{reverse('access_list')}?show=drafts"
    return [Waiting("Access requests to finish", drafts, lists.drafts_of(user))]


def latest(user: User, now: datetime) -> Recent | None:
    """Return the access requests a practitioner sent last; nothing where there are none."""
    if not user.is_practitioner:
        return None
    rows = list_rows.list_rows(lists.sent_by(user)[: lists.A_GLANCE], now)
    heads, url = list_rows.LIST_HEADS, reverse("access_list")
    return Recent("Your latest access requests", heads, rows, url) if rows else None
