"""A practitioner's own access requests: the drafts to finish, and those they sent.

Each is one queryset, for the home page's count, for the list behind it, and for nothing else to
disagree with. Ordered by what the practitioner did; never by what the IW Team does.
"""

from datetime import datetime

from django.urls import reverse

from brokerage.models import AccessRequest, AccessRequestQuerySet
from brokerage.requester import list_rows
from shielding.accounts.models import User
from shielding.hooks import Recent, Waiting

A_GLANCE = 5


def drafts_of(user: User) -> AccessRequestQuerySet:
    """Return what a practitioner began and has not sent, the latest first."""
    drafts = AccessRequest.objects.visible_to(user).drafts_of(user)
    return drafts.order_by("-created_at", "-id")


def sent_by(user: User) -> AccessRequestQuerySet:
    """Return a practitioner's requests that are no drafts, the latest first."""
    sent = AccessRequest.objects.visible_to(user).sent()
    return sent.order_by("-submitted_at", "-id")


def waiting(user: User, now: datetime) -> list[Waiting]:
    """Return what waits for a practitioner, for the home page; nothing for anyone else."""
    if not user.is_practitioner:
        return []
    drafts = f"{reverse('access_list')}?show=drafts"
    return [Waiting("Access requests to finish", drafts, drafts_of(user))]


def latest(user: User, now: datetime) -> Recent | None:
    """Return the access requests a practitioner sent last; nothing where there are none."""
    if not user.is_practitioner:
        return None
    rows = list_rows.list_rows(sent_by(user)[:A_GLANCE], now)
    heads, url = list_rows.LIST_HEADS, reverse("access_list")
    return Recent("Your latest access requests", heads, rows, url) if rows else None
