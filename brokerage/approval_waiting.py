"""What waits for a line manager and for a source: each list once, for the page and its count."""

from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse

from brokerage import states
from brokerage.models import AccessRequest, AccessRequestQuerySet, Liaison, LiaisonQuerySet
from shielding import clock
from shielding.accounts.deputies import staff_to_approve_for
from shielding.accounts.models import User
from shielding.accounts.paging import A_PAGE
from shielding.hooks import Waiting


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


def to_answer(user: User) -> LiaisonQuerySet:
    """Return what a source has not answered yet, the longest asked first."""
    return Liaison.objects.visible_to(user).owed()


def other_asked(user: User, now: datetime) -> LiaisonQuerySet:
    """Return what else a source was asked, the latest first; `runs`: there is a contact to stop."""
    runs = AccessRequest.objects.running(clock.today(now)).filter(pk=OuterRef("access"))
    rest = Liaison.objects.visible_to(user).exclude(pk__in=to_answer(user).values("pk"))
    rest = rest.select_related("access__requester", "hold").annotate(runs=Exists(runs))
    return rest.order_by("-asked_at", "-id")


def handed_on(user: User) -> LiaisonQuerySet:
    """Return the latest questions a source was asked before a colleague took their request."""
    return Liaison.objects.handed_on_by(user)[:A_PAGE]


def waiting(user: Any, now: datetime) -> list[Waiting]:
    """Return what waits for a practitioner at home: as a source, and as whoever agrees."""
    if not user.is_practitioner:
        return []
    asked = Waiting("Questions about contact", reverse("liaison_list"), to_answer(user))
    if not staff_to_approve_for(user, clock.today(now)).exists():
        return [asked]
    agree = Waiting("Access requests to agree", reverse("access_to_agree"), to_agree(user, now))
    return [asked, agree]
