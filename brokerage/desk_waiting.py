"""What waits for the IW Team's brokerage at home, and a record's access requests on its page."""

from datetime import datetime
from typing import Any

from brokerage import desk_others, states
from brokerage.desk_filters import in_tab, no_lead_can_decide
from brokerage.desk_queue import address_of
from brokerage.models import AccessRequest
from shielding.accounts.models import User
from shielding.hooks import Recent, Waiting
from shielding.models import Record


def for_iw_team(user: Any, now: datetime) -> list[Waiting]:
    """Return what waits for the IW Team; each leads to the list it counts. Others get nothing."""
    if not user.is_iw:
        return []
    everything = AccessRequest.objects.visible_to(user)

    def line(label: str, tab: str, *, loud: bool = False) -> Waiting:
        return Waiting(label, address_of(tab), in_tab(everything, tab, now), loud=loud)

    return [
        line("Urgent calls to read", "to_read", loud=True),
        line(_lead_label(everything, now), "with_lead", loud=user.is_lead),
        line("Access requests to begin", "to_begin"),
        line("Answers of sources to record", "answers"),
        line("Access requests nobody can agree to", "nobody"),
        line("Contacts whose source has gone", "nobody_offers"),
    ]


def _lead_label(everything: Any, now: datetime) -> str:
    label = "Access requests with the IW lead"
    stuck = everything.filter(no_lead_can_decide(now)).exists()
    return f"{label}: no lead can decide some of them" if stuck else label


def of_record(record: Record, by: User, now: datetime) -> Recent | None:
    """Return the open access requests of a record, for its page; nothing where there is none."""
    requests = AccessRequest.objects.visible_to(by).filter(record=record, state__in=states.OPEN)
    rows = desk_others.rows(desk_others.with_objections(requests, now))
    if not rows:
        return None
    number = "1 open access request" if len(rows) == 1 else f"{len(rows)} open access requests"
    return Recent(number, desk_others.HEADS, rows, address_of("all"))
