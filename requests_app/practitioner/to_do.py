"""A practitioner's latest requests, at home."""

from datetime import datetime

from django.urls import reverse

from requests_app.practitioner import lists, presenters
from shielding import clock
from shielding.accounts.models import User
from shielding.hooks import Recent

A_GLANCE = 5


def latest_of_practitioner(user: User, now: datetime) -> Recent | None:
    """Return the requests a practitioner sent last."""
    if not user.is_practitioner:
        return None
    sent = lists.sent_by(user)[:A_GLANCE]
    return Recent(
        "Your latest requests",
        presenters.LIST_HEADS,
        presenters.list_rows(sent, clock.today(now)),
        reverse("request_list"),
    )
