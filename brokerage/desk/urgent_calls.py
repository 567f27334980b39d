"""Urgent child protection: phoned, dealt with at once, and read by a second member within a day."""

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from brokerage import parts, policies, publication, states
from brokerage.access_request_codes import OUTCOMES_OF_A_CALL, Caller, Part
from brokerage.locking import locked
from brokerage.models import AccessRequest
from brokerage.notices import call_was_read, tell_of_call, tell_parties
from logbook.writing import log_entry
from shielding.accounts.models import Service, User
from shielding.filled import filled
from shielding.records.locking import lock_record
from shielding.web.refusals import NotAllowed, Refused, WrongState, broken_constraint

_TAKEN = "This form was already sent. If it was another call, log it on a new form."


def log_call(
    *,
    reference: str,
    number: str,
    caller: str,
    requester: User | None,
    service: Service,
    purpose: str,
    sought: str,
    outcome: str,
    called_back: bool,
    by: User,
    now: datetime,
) -> AccessRequest:
    """Log an urgent call that the IW Team dealt with at once. Codes only, no text.

    `reference` was born with the form: sent twice it finds the call. The line manager of a caller
    with an account is told, the rest of the team is asked to read it within 24 hours. Refuses
    anyone outside the IW Team, a caller who was not called back on a number of the directory,
    and a form already sent for something else.
    """
    try:
        with transaction.atomic():
            _refuse_call(caller, requester, outcome, called_back, by)
            record = lock_record(number)
            service = filled(requester.service) if requester else service
            sent = AccessRequest.objects.filter(reference=reference).first()
            if sent is not None:
                who = (requester and requester.pk, service.pk)
                said = (*who, caller, purpose, sought, outcome)
                return _same_call(sent, (by.pk, record.pk, *said))
            access = AccessRequest.objects.create(
                reference=reference,
                requester=requester,
                service=service,
                record=record,
                caller=caller,
                purpose=purpose,
                sought=sought,
                outcome=outcome,
                **_concluded_at_once(by, now),
            )
            parts.take(Part.IW, by, access, now=now)
            if requester:
                parts.take(Part.REQUESTER, requester, access, now=now)
            _log_the_call(access, by, now)
            tell_of_call(access, by, now=now)
            tell_parties(access, now=now)
    except IntegrityError as error:
        if not broken_constraint(error).startswith("brokerage_accessrequest_reference"):
            raise  # pragma: no cover - no other rule of PostgreSQL's is broken by two calls at once
        raise Refused("reference_taken", _TAKEN) from None
    return access


def read_call(access: AccessRequest, *, by: User, now: datetime) -> AccessRequest:
    """Attest, as the second member, that one has read how a call was dealt with. Returns it.

    Twice finds it read. Refuses who logged it, anyone newly granted their role, and a third person.
    """
    with transaction.atomic():
        access = locked(access.pk, by)
        if access.read_by_id == by.pk:
            return access
        if access.read_at is not None or not access.is_urgent:
            raise WrongState("not_to_read", "This call does not wait to be read.")
        if not policies.may_read_call(by, access, now):
            raise NotAllowed("second_person", "Another member reads this, not you.")
        parts.take(Part.READER, by, access, now=now)
        access.read_at, access.read_by, access.changed_at = now, by, now
        access.save()
        log_entry(
            "access_call_read",
            by=by,
            at=now,
            reference=access.reference,
            record_reference=filled(access.record).reference,
        )
        call_was_read(access)
    return access


def _same_call(sent: AccessRequest, call: tuple[object, ...]) -> AccessRequest:
    """Return the call that was logged under a reference. Raises Refused if it is another one."""
    people = (sent.logged_by_id, sent.record_id, sent.requester_id, sent.service_id)
    if (*people, sent.caller, sent.purpose, sent.sought, sent.outcome) != call:
        raise Refused("reference_taken", _TAKEN)
    return sent


def _concluded_at_once(by: User, now: datetime) -> dict[str, Any]:
    """Return what is kept of a call as of a request: whoever took it brokered and concluded it."""
    return {
        "state": states.CONCLUDED,
        "state_since": now,
        "changed_at": now,
        "created_at": now,
        "submitted_at": now,
        "logged_at": now,
        "logged_by": by,
        "brokered_at": now,
        "brokered_by": by,
        "concluded_at": now,
        "concluded_by": by,
        "publish_at": publication.read_from(now, now),
    }


def _log_the_call(access: AccessRequest, by: User, now: datetime) -> None:
    log_entry(
        "access_call_logged",
        by=by,
        at=now,
        reference=access.reference,
        record_reference=filled(access.record).reference,
        kind=access.caller,
        purpose=access.purpose,
        sought=access.sought,
        outcome=access.outcome,
        requester=access.requester.uid if access.requester else "",
        requester_service=access.service.code,
    )


def _refuse_call(
    caller: str, requester: User | None, outcome: str, called_back: bool, by: User
) -> None:
    if not policies.may_administer(by):
        raise NotAllowed()
    if requester is not None and not policies.may_ask(requester):
        raise Refused("no_caller", "Choose a practitioner who can sign in, or the service.")
    if (requester is None) == (caller == Caller.PRACTITIONER) or caller not in Caller.values:
        raise Refused("no_caller", "Choose the practitioner, or the service of the caller.")
    if outcome not in OUTCOMES_OF_A_CALL:
        raise WrongState("no_outcome", "Select an outcome.")
    if not called_back:
        raise WrongState("not_called_back", "Call back on a number of the directory first.")
