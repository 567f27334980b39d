"""What waits for the IW Team's brokerage at home, and a record's access requests on its page."""

from datetime import datetime
from typing import Any

from django.db.models import Q
from django.urls import reverse

from brokerage import states
from brokerage.desk import other_requests
from brokerage.desk.lists import in_tab, mine_in, no_lead_can_decide, to_act_on
from brokerage.desk.queue_page import address_of
from brokerage.models import AccessRequest, running_on
from brokerage.time_limits import CALL_READ_WITHIN
from shielding import clock
from shielding.accounts.models import User
from shielding.hooks import DutyItem, Recent, Waiting
from shielding.models import Record


def for_iw_team(user: User, now: datetime) -> list[Waiting]:
    """Return what waits for the IW Team; each leads to the list it counts. Others get nothing."""
    if not user.is_iw:
        return []
    everything = AccessRequest.objects.visible_to(user)

    def line(label: str, tab: str, *, loud: bool = False, late: bool | Q = False) -> Waiting:
        listed, mine = in_tab(everything, tab, now), mine_in(tab, user, now)
        return Waiting(label, address_of(tab), listed, loud=loud, late=late, mine=mine)

    unread = Q(logged_at__lte=now - CALL_READ_WITHIN)
    return [
        line("Urgent calls to read", "to_read", loud=True, late=unread),
        line("Contacts to stop", "to_stop", loud=True),
        line("Outcomes to pass on by phone", "to_pass_on"),
        line(_lead_label(everything, now), "with_lead", loud=user.is_lead),
        line("Access requests to begin", "to_begin"),
        line("Answers of practitioners to record", "answers"),
        line("Access requests to go on with", "to_go_on"),
        line("Access requests nobody can agree to", "nobody"),
    ]


def duty_item(reference: str, user: User, now: datetime) -> DutyItem | None:
    """Return an access request as work of the IW Team. As in every entry of it, without a record:
    whoever reads their own entries learns nothing.
    """
    asked = AccessRequest.objects.visible_to(user).filter(reference=reference)
    found = asked.first() if user.is_iw else None
    return of_access(found, now) if found else None


def of_access(access: AccessRequest, now: datetime) -> DutyItem:
    """Return an access request that was read as work."""
    return DutyItem(
        reference=access.reference,
        record="",
        page=reverse("brokerage_request", args=[access.reference]),
        waits=access.state in states.AT_IW
        or AccessRequest.objects.filter(to_act_on(now), pk=access.pk).exists(),
    )


def _lead_label(everything: Any, now: datetime) -> str:
    label = "Access requests with the IW lead"
    stuck = everything.filter(no_lead_can_decide(now)).exists()
    return f"{label}: no lead can decide some of them" if stuck else label


def of_record(record: Record, by: User, now: datetime) -> Recent | None:
    """Return a record's access requests that are open or whose contact runs, for its page."""
    going_on = Q(state__in=states.OPEN) | running_on(clock.today(now))
    requests = AccessRequest.objects.visible_to(by).filter(going_on, record=record)
    rows = other_requests.rows(other_requests.with_objections(requests, now))
    if not rows:
        return None
    noun = "access request" if len(rows) == 1 else "access requests"
    number = f"{len(rows)} {noun} open, or with a contact that runs"
    return Recent(number, other_requests.HEADS, rows, address_of("all"))
