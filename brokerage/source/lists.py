"""What a source is asked: each list once, for the page and its count."""

from datetime import datetime

from django.db.models import Exists, OuterRef

from brokerage.models import AccessRequest, Liaison, LiaisonQuerySet
from shielding import clock
from shielding.accounts.models import User
from shielding.web.paging import A_PAGE


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
