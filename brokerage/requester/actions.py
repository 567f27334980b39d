"""What a requester does: draft, answer, send, withdraw. Process document, "Brokerage".

A request is told nothing of the record: the same statements run whatever is known of it, and
nothing of the record is read.
"""

from datetime import datetime
from typing import Any

from django.db import transaction

from brokerage import parts, policies, questions, states, time_limits
from brokerage.access_request_codes import Part
from brokerage.locking import locked, move
from brokerage.models import AccessRequest
from brokerage.notices import tell_parties, withdraw_notices
from logbook.writing import log_entry
from shielding import clock
from shielding.accounts.deputies.models import approvers_of
from shielding.accounts.models import User
from shielding.filled import filled
from shielding.notices.notify import notify
from shielding.records.locking import lock_record
from shielding.web.refusals import ChangedSince, NotAllowed, Refused, WrongState

MOST_DRAFTS = 40


class NobodyAgrees(Refused):
    """Nobody in the directory can agree to a request: its answers stay, and the page says more."""

    code = "no_manager"
    message = (
        "Nobody in the directory can agree to this: you have no line manager there who works now, "
        "and nobody stands in for them."
    )
    template = "brokerage/requester/nobody_agrees.html"


def start_draft(*, by: User, now: datetime) -> AccessRequest:
    """Start an empty draft. Refuses anyone but a practitioner, and more than 40 drafts a person."""
    with transaction.atomic():
        person = User.objects.select_for_update().get(pk=by.pk)
        if not policies.may_ask(person):
            raise NotAllowed()
        if AccessRequest.objects.drafts_of(person).count() >= MOST_DRAFTS:
            raise Refused(
                "too_many_drafts",
                f"You have {MOST_DRAFTS} drafts. Send or discard one before you start another.",
            )
        draft = AccessRequest.objects.create(
            requester=person,
            service=filled(person.service),
            created_at=now,
            state_since=now,
            changed_at=now,
        )
        log_entry("access_draft_started", by=by, at=now, reference=draft.reference)
    return draft


def discard_draft(access: AccessRequest, *, by: User, now: datetime) -> None:
    """Discard an own draft: its number is gone at once. Refuses what was sent."""
    with transaction.atomic():
        access = locked(access.pk, by)
        move(access, "discard", now)
        if not policies.is_own(by, access):
            raise NotAllowed()
        access.number = None
        access.save()
        log_entry("access_draft_discarded", by=by, at=now, reference=access.reference)


def save_answers(
    access: AccessRequest,
    *pages: questions.Page,
    values: dict[str, Any],
    by: User,
    now: datetime,
) -> AccessRequest:
    """Save the answers to questions of one sheet of an own draft; returns it.

    Refuses a day that is past or more than six months ahead, what was sent, and anyone else's.
    """
    with transaction.atomic():
        access = locked(access.pk, by)
        if not policies.is_own(by, access):
            raise NotAllowed()
        if access.state != states.DRAFT:
            raise WrongState("answers_fixed", "These answers can no longer be changed.")
        for name in (name for page in pages for name in page.fields):
            if name == "number":
                access.seal_number(values[name])
            else:
                setattr(access, name, values[name])
            if name == "needed_until":
                _bound(access, now)
        access.changed_at = now
        access.save()
        sheet = questions.SHEET_OF[pages[-1].slug]
        log_entry(
            "access_answers_changed", by=by, at=now, reference=access.reference, page=sheet.slug
        )
    return access


def _bound(access: AccessRequest, now: datetime) -> None:
    """Raise Refused unless the day until which contact is needed may be asked for today."""
    if words := time_limits.why_not(access.needed_until, clock.today(now)):
        raise Refused("needed_until_bounds", f"{words}.")


def submit(
    access: AccessRequest,
    *,
    declared: frozenset[str],
    by: User,
    now: datetime,
    seen: datetime | None = None,
) -> AccessRequest:
    """Send a draft to its author's line manager, or to whoever stands in for them today.

    Sending twice finds it sent. `seen` is when what the page showed had last changed; without it
    no page was there to go by. Refuses what changed since, unanswered pages, a declaration left
    out, and where nobody could agree (with what to do). The record is touched by the one upsert
    that does the same work for any number. Process document: "agreed with their line manager".
    """
    with transaction.atomic():
        access = locked(access.pk, by)
        if not policies.is_own(by, access):
            raise NotAllowed()
        if access.submitted_at is not None:
            return access
        if seen is not None and access.changed_at != seen:
            raise ChangedSince()
        today = clock.today(now)
        if access.state != states.DRAFT or questions.missing(access, today):
            raise WrongState("not_complete", "Answer every question before you send the request.")
        if declared != frozenset(questions.DECLARATIONS):
            raise WrongState("not_declared", "Confirm each of the declarations first.")
        managers = approvers_of(by, today)
        if not managers:
            raise NobodyAgrees()
        record = lock_record(access.number_in_clear())
        access.record, access.number = record, None
        access.submitted_at = access.declared_at = now
        move(access, "submit", now)
        access.save()
        parts.take(Part.REQUESTER, by, access, now=now)
        log_entry(
            "access_submitted",
            by=by,
            at=now,
            reference=access.reference,
            record_reference=record.reference,
            purpose=access.purpose,
            sought=access.sought,
            need=access.need,
            why_not_otherwise=access.why_not_otherwise,
            seen_by=access.seen_by,
            needed_until=access.needed_until,
            documented=access.documented,
        )
        notify("access_to_agree", access.reference, recipients=managers, now=now)
    return access


def withdraw(access: AccessRequest, *, by: User, now: datetime) -> AccessRequest:
    """Withdraw an own request, at any time until its outcome is published.

    After this nothing is disclosed. Where the IW Team had finished meanwhile the requester does
    not learn it, nor whether anybody was asked: sources are told by the clock, a minute later, so
    that the same statements run for every record. Withdrawing twice finds it withdrawn. Refuses
    anyone else, and what was published.
    """
    with transaction.atomic():
        access = locked(access.pk, by)
        if not policies.is_own(by, access):
            raise NotAllowed()
        if access.withdrawn_by_id == by.pk:
            return access
        if not policies.may_withdraw(by, access, now):
            raise WrongState("not_to_withdraw", "This request can no longer be withdrawn.")
        if access.state not in states.ENDED:
            move(access, "withdraw", now)
        access.withdrawn_at, access.withdrawn_by, access.changed_at = now, by, now
        access.save()
        log_entry("access_withdrawn", by=by, at=now, reference=access.reference)
        withdraw_notices(access)
        tell_parties(access, now=now)
    return access
