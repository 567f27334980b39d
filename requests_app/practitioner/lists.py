"""The requests a practitioner sent, and those that name a line manager. What waits: to_do.py."""

from datetime import datetime

from django.urls import reverse

from requests_app.models import Request, RequestQuerySet
from requests_app.practitioner import list_rows
from shielding import clock
from shielding.accounts.models import User
from shielding.hooks import Recent

A_GLANCE = 5


def sent_by(user: User) -> RequestQuerySet:
    """Return the requests of a practitioner that are no drafts, the latest first."""
    sent = Request.objects.visible_to(user).select_related("hold", "review")
    sent = sent.filter(submitted_at__isnull=False)
    return sent.order_by("-submitted_at", "-id")


def naming(manager: User, now: datetime) -> RequestQuerySet:
    """Return the sent requests that name a line manager as supporter, the latest first.

    Or whom they stand in for today.
    """
    named = Request.objects.naming(manager, clock.today(now))
    return named.order_by("-submitted_at", "-id")


def latest(user: User, now: datetime) -> Recent | None:
    """Return the requests a practitioner sent last, for the home page; nothing for anyone else."""
    if not user.is_practitioner:
        return None
    sent = sent_by(user)[:A_GLANCE]
    return Recent(
        "Your latest requests",
        list_rows.LIST_HEADS,
        list_rows.list_rows(sent, clock.today(now)),
        reverse("request_list"),
    )
