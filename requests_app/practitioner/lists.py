"""A practitioner's own requests: what waits, what they sent. And those that name a line manager."""

from datetime import datetime

from django.db.models import QuerySet

from requests_app.models import Request, RequestQuerySet
from shielding import clock
from shielding.accounts.models import User

# So many are shown of a list on a page of several; the rest is behind a link.
A_GLANCE = 5


def _own(user: User) -> RequestQuerySet:
    return Request.objects.visible_to(user).select_related("hold", "review")


def sent_by(user: User) -> RequestQuerySet:
    """Return the requests of a practitioner that are no drafts, the latest first."""
    return _own(user).filter(submitted_at__isnull=False).order_by("-submitted_at", "-id")


def drafts(user: User, _now: datetime) -> RequestQuerySet:
    """Return what a practitioner began and has not sent, the latest first."""
    return _own(user).drafts_of(user).order_by("-created_at", "-id")


def to_answer(user: User, now: datetime) -> QuerySet[Request]:
    """Return those with a review to answer, the first due first."""
    return _own(user).to_answer(user, now).order_by("answer_due", "id")


def to_confirm(user: User, _now: datetime) -> RequestQuerySet:
    """Return those phoned in that they have not confirmed, the longest ago first."""
    return _own(user).to_confirm().order_by("submitted_at", "id")


def returned(user: User, _now: datetime) -> RequestQuerySet:
    """Return those that came back with a query, the longest ago first."""
    return _own(user).returned().order_by("state_since", "id")


def to_look_at_again(user: User, _now: datetime) -> RequestQuerySet:
    """Return those with a decision against a shield to look at again, the longest ago first."""
    return _own(user).to_look_at_again().order_by("state_since", "id")


def families_to_tell(user: User, _now: datetime) -> RequestQuerySet:
    """Return those whose family they said they will tell, the longest ago first."""
    return _own(user).family_to_tell().order_by("submitted_at", "id")


def families_to_tell_of_the_end(user: User, _now: datetime) -> RequestQuerySet:
    """Return those not agreed whose family is to be told of it, the longest ago first."""
    return _own(user).end_to_tell(user).order_by("submitted_at", "id")


def professionals_to_tell(user: User, _now: datetime) -> RequestQuerySet:
    """Return those of which other professionals are to be told, the longest ago first."""
    return _own(user).professionals_to_tell(user).order_by("submitted_at", "id")


def naming(manager: User, now: datetime) -> RequestQuerySet:
    """Return the sent requests that name a line manager as supporter, the latest first.

    Or whom they stand in for today.
    """
    named = Request.objects.naming(manager, clock.today(now))
    return named.select_related("practitioner", "supporter").order_by("-submitted_at", "-id")
