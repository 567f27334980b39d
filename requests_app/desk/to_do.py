"""What waits for the IW Team at home, and how much of it there is."""

from datetime import datetime
from urllib.parse import urlencode

from django.db.models import Q
from django.db.models.functions import Coalesce
from django.urls import reverse

from requests_app.desk.lists import MANY, MINE, crowded
from requests_app.models import Request, late_to_confirm, late_to_shield
from shielding import clock
from shielding.accounts.models import User
from shielding.hooks import DutyItem, OpenNow, Waiting
from shielding.records.presenters import LATE_AFTER


def for_iw_team(user: User, now: datetime) -> list[Waiting]:
    """Return what waits for the IW Team; each leads to the list it counts. Others get nothing."""
    if not user.is_iw:
        return []
    asked = Request.objects.visible_to(user)
    return [
        Waiting(
            "Overdue first reviews",
            _queue(tab="open", due="overdue"),
            asked.open_at_desk().overdue(now),
            late=True,
        ),
        Waiting(
            "Requests to attest as shielded",
            _queue(tab="to_shield"),
            asked.to_shield(),
            late=late_to_shield(now),
        ),
        Waiting(
            "To decide",
            _queue(tab="to_decide"),
            asked.to_decide(),
            mine=MINE["to_decide"](user, now),
        ),
        Waiting(
            "For a second look",
            _queue(tab="second_look"),
            asked.for_second_look(),
            mine=MINE["second_look"](user, now),
        ),
        Waiting(
            "With the practitioner", _queue(tab="with_practitioner"), asked.with_practitioner()
        ),
        Waiting(
            "First reviews to conclude",
            _queue(tab="to_conclude"),
            asked.to_conclude(now),
            mine=MINE["to_conclude"](user, now),
        ),
        Waiting(
            "Phoned, not confirmed",
            _queue(tab="phoned"),
            asked.phoned_unconfirmed(),
            late=late_to_confirm(now),
        ),
        Waiting(
            "To phone about another reason",
            _queue(tab="to_phone"),
            asked.to_phone(),
            late=Q(pk__in=asked.late_to_phone(now).order_by().values("pk")),
        ),
        Waiting(
            f"People with more than {MANY} undecided requests",
            reverse("many_requests"),
            crowded(user),
        ),
    ]


def duty_item(reference: str, user: User, now: datetime) -> DutyItem | None:
    """Return a request as work of the IW Team: there is something to do while the desk lists it."""
    asked = Request.objects.visible_to(user).select_related("record", "hold", "review")
    found = asked.filter(reference=reference).first() if user.is_iw else None
    return of_request(found) if found else None


def of_request(asked: Request) -> DutyItem:
    """Return a request that was read as work."""
    record, hold = asked.record, asked.hold
    return DutyItem(
        reference=asked.reference,
        record=record.reference if record else "",
        page=reverse("desk_request", args=[asked.reference]),
        waits=Request.objects.open_at_desk().filter(pk=asked.pk).exists(),
        since=record.waiting_since if record else None,
        to_shield=hold is not None and hold.is_standing and hold.applied_at is None,
    )


def open_now(now: datetime) -> list[OpenNow]:
    """Return what the IW Team still has to do with requests, whoever sees them."""
    asked, shield_by = Request.objects.all(), now - LATE_AFTER
    late = Q(review__concluded_at__isnull=True, review__due__lt=clock.today(now))
    # One that is with its practitioner keeps that moment while it is proposed.
    second = asked.for_second_look().alias(looked_for=Coalesce("proposed_at", "state_since"))
    return [
        OpenNow(
            "Requests to attest as shielded",
            asked.to_shield(),
            "submitted_at",
            Q(submitted_at__lte=shield_by),
        ),
        OpenNow("Requests to decide", asked.to_decide(), "submitted_at", late),
        OpenNow("Requests for a second look", second, "looked_for", late),
        OpenNow("Requests with the practitioner", asked.with_practitioner(), "state_since", late),
    ]


def _queue(**filters: str) -> str:
    return f"{reverse('desk_queue')}?{urlencode(filters)}"
