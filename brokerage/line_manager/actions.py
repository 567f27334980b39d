"""What the requester's line manager, or who stands in for them, does: agree or decline.

Process document: "this should be agreed with their line manager".
"""

from datetime import datetime

from django.db import transaction

from brokerage import parts, policies, states
from brokerage.access_request_codes import DeclineReason, Part
from brokerage.locking import locked, move
from brokerage.models import AccessRequest
from brokerage.notices import tell_parties
from logbook.writing import log_entry
from shielding import clock
from shielding.accounts.models import User
from shielding.filled import filled
from shielding.web.refusals import NotAllowed, WrongState


def agree(access: AccessRequest, *, by: User, now: datetime) -> AccessRequest:
    """Agree to a request of one's staff: it goes to the IW Team. Returns it.

    Agreeing twice finds it agreed, whatever came of it since. Refuses anyone but the requester's
    line manager of this moment and who stands in for them today, what was withdrawn or decided
    meanwhile, and whoever has another part in it.
    """
    return _decide(access, "agree", by=by, now=now)


def decline(access: AccessRequest, *, reason: str, by: User, now: datetime) -> AccessRequest:
    """Decline a request of one's staff with a reason code: they read it at once. Returns it.

    Declining twice with the same reason finds it declined. Refuses as `agree` does, and without a
    reason.
    """
    return _decide(access, "decline", reason=reason, by=by, now=now)


def _decide(
    access: AccessRequest, act: str, *, by: User, now: datetime, reason: str = ""
) -> AccessRequest:
    with transaction.atomic():
        access = locked(access.pk, by)
        if _has_said(by, access, act, reason):
            return access
        if access.state != states.WITH_MANAGER:
            raise WrongState(f"not_{act}", _what_came_first(access, by, now))
        if not policies.may_decide_as_manager(by, access, now):
            raise NotAllowed()
        if act == "decline" and reason not in DeclineReason.values:
            raise WrongState("no_reason", "Select why you decline.")
        move(access, act, now)
        parts.take(Part.MANAGER, by, access, now=now)
        access.manager = filled(access.requester).line_manager
        access.manager_decided_at, access.manager_decided_by = now, by
        access.decline_reason = reason
        access.save()
        event, facts = (
            ("access_agreed", {}) if act == "agree" else ("access_declined", {"reason": reason})
        )
        log_entry(
            event,
            by=by,
            at=now,
            reference=access.reference,
            record_reference=filled(access.record).reference,
            manager=filled(access.manager).uid,
            **facts,
        )
        tell_parties(access, now=now)
    return access


def _has_said(by: User, access: AccessRequest, act: str, reason: str) -> bool:
    """Return whether this very decision is this very person's: their form came twice."""
    own = by.is_active and access.manager_decided_by_id == by.pk
    # What was agreed has no reason either, and is not what a form without its reason declines.
    same = reason == access.decline_reason and bool(reason) == (act == "decline")
    return own and same


def _what_came_first(access: AccessRequest, by: User, now: datetime) -> str:
    """Return who was there before, and when, for whoever might have decided; else no more.

    What the IW Team did with one that was agreed is not said: the line manager reads it when the
    requester does. One that nobody could agree to it has ended without a look at the record.
    """
    if not policies.may_decide_as_manager(by, access, now):
        return WrongState.message
    if access.manager_decided_by is not None:
        who = "You" if access.manager_decided_by == by else access.manager_decided_by.name
        act = "declined" if access.state == states.DECLINED else "agreed to"
        return f"{who} {act} this on {_moment(filled(access.manager_decided_at))}."
    if access.is_withdrawn:
        when = _moment(filled(access.withdrawn_at))
        return f"This was withdrawn on {when}. There is nothing to decide."
    if access.state == states.LAPSED:
        return "The last day on which this was needed has passed. There is nothing to decide."
    return "The IW Team has finished with this, as nobody could agree to it."


def _moment(at: datetime) -> str:
    return f"{at.astimezone(clock.LONDON):%-d %B %Y at %H:%M}"
