"""What waits for a line manager: each list once, for the page and its count."""

from datetime import datetime

from django.db.models import Exists, OuterRef, Q

from brokerage import states
from brokerage.models import AccessRequest, AccessRequestQuerySet, Liaison
from shielding import clock
from shielding.accounts.deputies.models import staff_to_approve_for
from shielding.accounts.models import User


def to_agree(user: User, now: datetime) -> AccessRequestQuerySet:
    """Return what waits for this person as line manager or for whom they stand in, oldest first."""
    staff = staff_to_approve_for(user, clock.today(now))
    return AccessRequest.objects.to_approve(staff).order_by("submitted_at", "id")


def of_staff(user: User, now: datetime) -> AccessRequestQuerySet:
    """Return whatever access requests this person may open as a line manager, or as a deputy.

    Those of their staff and of whom they stand in for today, and those they decided themself. Not
    one that they are asked about as a source: what became of it would tell of another source.
    """
    staff = staff_to_approve_for(user, clock.today(now))
    asked = Liaison.objects.asked(user).filter(access=OuterRef("pk"))
    own = Q(manager_decided_by=user) | ~Exists(asked)
    return AccessRequest.objects.of_staff(staff, user).filter(own)


def other_of_staff(user: User, now: datetime) -> AccessRequestQuerySet:
    """Return those of them that do not wait for a line manager, the latest first."""
    rest = of_staff(user, now).exclude(state=states.WITH_MANAGER)
    return rest.order_by("-submitted_at", "-id")
