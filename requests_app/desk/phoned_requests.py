"""What a practitioner phones to the IW Team: logged at once, its hold placed, confirmed later.

By whoever has an account; of anybody else a member records what they answer.
"""

from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction

from logbook.writing import log_entry
from requests_app import policies, questions, states
from requests_app.desk.changed_meanwhile import ChangedMeanwhile
from requests_app.locking import locked, second_standing
from requests_app.models import Request
from requests_app.notices import tell_supporter
from requests_app.shield_request_codes import Caller, Decision
from shielding import clock
from shielding.accounts.models import Service, User
from shielding.filled import filled
from shielding.holds import actions as shield
from shielding.holds import letting_go
from shielding.models import Record
from shielding.notices.notify import notify
from shielding.records import policies as shield_policies
from shielding.records.locking import lock_record
from shielding.reviews import actions as review_actions
from shielding.web.refusals import NotAllowed, Refused, WrongState, broken_constraint


class AlreadySent(ChangedMeanwhile):
    """The form of a phoned request was sent before: by somebody else, or with other details."""

    code = "reference_taken"
    message = "This form was already sent."
    heading = "This form was already sent"
    advice = (
        "Nothing of what you sent just now was saved: the request stands as it was logged first. "
        "If that was wrong, have it taken back as entered in error, and log the call on a new "
        "form. If it was another call, log that on a new form."
    )

    def __init__(self, request: Request) -> None:
        super().__init__(request, events=("request_phoned",))


def log_phoned(
    *,
    reference: str,
    number: str,
    ground: str,
    caller: str,
    practitioner: User | None,
    service: Service,
    by: User,
    now: datetime,
    came_at: datetime | None = None,
) -> Request:
    """Log a request that a practitioner phoned in: its hold is placed at once.

    `reference` was born with the form, so that sending the form twice finds the request. Of a call
    that is entered later `came_at` is when it came in: from it the seven days of the first review
    run. For a caller with an account the practitioner confirms within one working day; for one
    without, the service is the source. Refuses a call that is to come or whose first review would
    be overdue, a source who already asks, a form already sent with anything else in it or by a
    colleague (saying who did and when), and anyone outside the IW Team.
    """
    try:
        with transaction.atomic():
            _refuse_caller(caller, practitioner, by)
            if not policies.may_still_be_logged(came_at or now, now):
                raise WrongState("call_too_old", f"{policies.CALL_TOO_OLD}.")
            record = lock_record(number)
            sent = Request.objects.filter(reference=reference).first()
            if sent is not None:
                whose = (practitioner.pk, None) if practitioner else (None, service.pk)
                # Without a moment of its own a call came in when it was logged.
                at = came_at or sent.logged_at
                return _same_call(sent, (by.pk, record.pk, ground, caller, *whose, at))
            if practitioner and second_standing(record, practitioner):
                raise Refused("already_asked", "This practitioner already asks for this record.")
            if practitioner:
                service = filled(practitioner.service)
            request = _phoned(
                record,
                reference=reference,
                ground=ground,
                caller=caller,
                practitioner=practitioner,
                service=service,
                came_at=came_at or now,
                by=by,
                now=now,
            )
            _log_phoned(request, by=by, now=now)
    except IntegrityError as error:
        # Sent twice at once with two numbers: they lock two records, so neither waits before this.
        if not broken_constraint(error).startswith("shielding_hold_reference"):
            raise  # pragma: no cover - no other rule of PostgreSQL's is broken by two calls at once
        raise AlreadySent(Request.objects.get(reference=reference)) from None
    return request


def _same_call(sent: Request, call: tuple[object, ...]) -> Request:
    """Return the request this form made. Raises AlreadySent where it was another call, or the same
    one put right: what was logged stays as it is, and nobody may believe that it was changed.
    """
    service = None if sent.practitioner_id else sent.service_id
    logged = (sent.logged_by_id, sent.record_id, sent.ground, sent.caller)
    if (*logged, sent.practitioner_id, service, sent.submitted_at) != call:
        raise AlreadySent(sent)
    return sent


def _phoned(
    record: Record,
    *,
    reference: str,
    ground: str,
    caller: str,
    practitioner: User | None,
    service: Service,
    came_at: datetime,
    by: User,
    now: datetime,
) -> Request:
    """Return the new request of a call, its hold placed and its review opened.

    The service is the hold's source until the practitioner confirms: the call may have been put to
    the wrong name, and only a source answers reviews and lets go.
    """
    hold = shield.place_hold(
        record,
        source=shield.Source(None, service),
        reference=reference,
        ground=ground,
        by=by,
        now=now,
    )
    return Request.objects.create(
        reference=reference,
        state=states.SUBMITTED,
        state_since=now,
        changed_at=now,
        practitioner=practitioner,
        service=service,
        created_at=now,
        submitted_at=came_at,
        record=record,
        hold=hold,
        review=review_actions.open_request_review(
            record,
            hold=hold,
            reference=reference,
            submitted_at=came_at,
            entered_at=now,
            by=by,
        ),
        ground=ground,
        decision=Decision.SHIELD,
        logged_at=now,
        logged_by=by,
        caller=caller,
    )


def record_answers(
    request: Request,
    *,
    answers: dict[str, dict[str, Any]],
    review: dict[str, Any] | None,
    seen: datetime,
    by: User,
    now: datetime,
    professionals_told_on: date | None = None,
) -> Request:
    """Record what somebody without an account answered by phone, on their confirmed word.

    `answers` has the columns of each page by its slug; what is not among them stays open. `review`
    is their answer to the reviews that ask them, as `letting_go.answer` takes it;
    `professionals_told_on` when they told who may shield their own records too. Refuses anyone
    outside the IW Team, a request of somebody with an account, one let go or proposed not to be
    agreed, what somebody changed since the page was opened, and a day on which professionals could
    not be told. Returns the request.
    """
    with transaction.atomic():
        request = locked(request.pk, by)
        if not policies.may_attest(by, request):
            raise NotAllowed()
        if not policies.may_answer_for(by, request):
            raise WrongState("not_by_phone", "Nobody without an account is asked here.")
        if request.changed_at != seen:
            raise ChangedMeanwhile(request)
        for page in questions.asked_by_phone(request):
            if page.slug in answers and questions.is_open(page, request):
                for name in page.fields:
                    setattr(request, name, answers[page.slug][name])
        questions.clear_what_does_not_belong(request)
        if professionals_told_on is not None:
            _professionals_told(request, professionals_told_on, by=by, now=now)
        request.changed_at = now
        request.save()
        log_entry(
            "answers_on_word",
            by=by,
            at=now,
            reference=request.reference,
            record_reference=filled(request.record).reference,
            pages=sorted(answers),
            review=review["answer"] if review else "",
        )
        if "manager" in answers:
            tell_supporter(request, now)
        if review is not None:
            letting_go.answer(filled(request.hold), **review, by=by, now=now)
    return request


def _professionals_told(request: Request, on: date, *, by: User, now: datetime) -> None:
    """Take the day on which professionals were told; refuses one before it was applied."""
    if not policies.are_professionals_to_tell(request):
        raise WrongState("not_to_tell", "There is nothing to record here.")
    if not clock.today(filled(filled(request.hold).applied_at)) <= on <= clock.today(now):
        raise WrongState("not_then", "The day is between the shield and today.")
    request.professionals_told_on = on
    log_entry("professionals_told", by=by, at=now, reference=request.reference, on=on)


def _log_phoned(request: Request, *, by: User, now: datetime) -> None:
    """Write the entry of a call and owe its practitioner the word that they are to confirm it."""
    practitioner = request.practitioner
    log_entry(
        "request_phoned",
        by=by,
        at=now,
        reference=request.reference,
        record_reference=filled(request.record).reference,
        ground=request.ground,
        source=practitioner.uid if practitioner else "",
        source_service=request.service.code,
        kind=request.caller,
        came_at=filled(request.submitted_at),
    )
    if practitioner:
        notify("confirm_phoned", request.reference, recipients=[practitioner], now=now)


def _refuse_caller(caller: str, practitioner: User | None, by: User) -> None:
    """Raise where the member may not log, or the caller is neither a practitioner nor a service."""
    if not shield_policies.may_administer(by):
        raise NotAllowed()
    if practitioner is not None and not policies.may_ask(practitioner):
        raise Refused("no_caller", "Choose a practitioner who can sign in, or the service.")
    if (practitioner is None) == (caller == Caller.PRACTITIONER):
        raise Refused("no_caller", "Choose the practitioner, or the service of the caller.")
