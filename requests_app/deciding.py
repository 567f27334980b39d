"""What the IW Team does with a request: log a phoned one, decide, propose, confirm, look again.

The same shape as actions.py. Each act that follows from a page carries `seen`, the moment the
request on that page last changed: if it has changed since, somebody was there before, and the
person is told who and when instead of deciding what they never saw.
"""

from datetime import date, datetime

from django.db import IntegrityError, transaction

from logbook.sentences import Line, latest_line
from logbook.writing import record as log
from requests_app import policies, states
from requests_app.codes import Caller, Decision
from requests_app.locking import locked, move, refuse_if_let_go, second_standing
from requests_app.models import Request
from shielding import actions as shield
from shielding import policies as shield_policies
from shielding.accounts.models import Service, User
from shielding.accounts.notices import Notice, notify
from shielding.accounts.refused import NotAllowed, Refused, WrongState, broken_constraint
from shielding.locking import lock_record
from shielding.models import Hold, Record

# What changes a request's state, so that a page of before is out of date.
_MOVES = (
    "request_returned",
    "request_agreed",
    "not_agreed_proposed",
    "not_agreed_overturned",
    "not_agreed_confirmed",
    "considered_confirmed",
    "look_again_asked",
    "request_resubmitted",
    "request_answers_changed",
    "phoned_request_confirmed",
    "phoned_request_disowned",
)


class Overtaken(WrongState):
    """Somebody acted on this request since the page was opened; its page says who and when.

    Raised only to members of the IW Team, who may read each other's names.
    """

    code = "overtaken"
    message = "Somebody acted on this request since you opened the page."
    template = "requests_app/desk/overtaken.html"
    heading = "Somebody was there before you"
    advice = "Nothing of what you sent was saved. Look at the request as it is now."

    def __init__(self, request: Request, *, events: tuple[str, ...] = _MOVES) -> None:
        self.request = request
        self._events = events
        super().__init__()

    @property
    def act(self) -> Line | None:
        """The act that was first, with the name of who did it and when, read from its entry."""
        return latest_line(self.request.reference, self._events)


class AlreadySent(Overtaken):
    """The form of a phoned request was sent before, by somebody else or for another record."""

    code = "reference_taken"
    message = "This form was already sent."
    heading = "This form was already sent"
    advice = (
        "Nothing of what you sent just now was saved. If it was another call, log it on a new form."
    )

    def __init__(self, request: Request) -> None:
        super().__init__(request, events=("request_phoned",))


def _opened(request: Request, seen: datetime, by: User) -> Request:
    """Return the request, locked, as the member saw it and may decide it; else raise."""
    request = locked(request.pk, by)
    if not policies.may_decide(by, request):
        raise NotAllowed()
    if request.changed_at != seen:
        raise Overtaken(request)
    return request


def _tell(request: Request, now: datetime) -> None:
    """Owe practitioner and line manager the word that something changed; never what.

    The manager hears of every change alike, so that hearing or not tells no outcome. Nobody who
    said that a phoned request was not theirs hears of it again.
    """
    practitioner = None if request.disowned_at else request.practitioner
    people = [practitioner, practitioner.line_manager] if practitioner else []
    people = [person for person in people if person is not None]
    # The request's row is locked, so the count is the next free step.
    step = Notice.objects.filter(kind="item_changed", subject=request.reference).count()
    notify("item_changed", request.reference, recipients=people, now=now, step=step)


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
) -> Request:
    """Log a request that a practitioner phoned in: its hold is placed at once.

    `reference` was born with the form, so that sending the form twice finds the request. For a
    caller with an account the practitioner confirms within one working day; for one without, the
    service is the source. Refuses a source who already asks, a form already sent for another
    record or by a colleague (saying who did and when), and anyone outside the IW Team.
    """
    try:
        with transaction.atomic():
            _refuse_caller(caller, practitioner, by)
            record = lock_record(number)
            sent = _sent_before(reference, record, by)
            if sent is not None:
                return sent
            if practitioner and second_standing(record, practitioner):
                raise Refused("already_asked", "This practitioner already asks for this record.")
            source = shield.Source(practitioner, practitioner.service if practitioner else service)
            request = _phoned(
                record, reference=reference, ground=ground, caller=caller, source=source,
                by=by, now=now,
            )  # fmt: skip
            _log_phoned(request, by=by, now=now)
    except IntegrityError as error:
        # Sent twice at once with two numbers: they lock two records, so neither waits before this.
        if not broken_constraint(error).startswith("shielding_hold_reference"):
            raise
        raise AlreadySent(Request.objects.get(reference=reference)) from None
    return request


def _sent_before(reference: str, record: Record, by: User) -> Request | None:
    """Return the request this form made, or nothing. Raises AlreadySent where it is another's."""
    sent = Request.objects.filter(reference=reference).first()
    if sent is not None and (sent.logged_by_id != by.pk or sent.record_id != record.pk):
        raise AlreadySent(sent)
    return sent


def _phoned(
    record: Record,
    *,
    reference: str,
    ground: str,
    caller: str,
    source: shield.Source,
    by: User,
    now: datetime,
) -> Request:
    """Return the new request of a call, its hold placed and its review opened."""
    hold = shield.place_hold(
        record, source=source, reference=reference, ground=ground, by=by, now=now
    )
    return Request.objects.create(
        reference=reference,
        state=states.SUBMITTED,
        state_since=now,
        changed_at=now,
        practitioner=source.person,
        service=source.service,
        created_at=now,
        submitted_at=now,
        record=record,
        hold=hold,
        review=shield.open_request_review(
            record, hold=hold, reference=reference, submitted_at=now, by=by
        ),
        ground=ground,
        decision=Decision.SHIELD,
        logged_at=now,
        logged_by=by,
        caller=caller,
    )


def _log_phoned(request: Request, *, by: User, now: datetime) -> None:
    """Write the entry of a call and owe its practitioner the word that they are to confirm it."""
    practitioner = request.practitioner
    log(
        "request_phoned",
        by=by,
        at=now,
        reference=request.reference,
        record_reference=request.record.reference,
        ground=request.ground,
        source=practitioner.uid if practitioner else "",
        source_service=request.service.code,
        kind=request.caller,
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


def attest_applied(
    request: Request, *, checked_on: date, no_duplicate: bool, by: User, now: datetime
) -> None:
    """Attest that the record is shielded on the system for this request, decided or not.

    The practitioner is told that something changed. Refuses as the core's attestation does.
    """
    with transaction.atomic():
        request = locked(request.pk, by)
        if not policies.may_attest(by, request):
            raise NotAllowed()
        if request.hold is None:
            raise WrongState("no_hold", "This request does not ask for a shield.")
        if request.hold.applied_at is not None:
            raise Overtaken(request, events=("shield_applied",))
        shield.attest_applied(
            request.hold, checked_on=checked_on, no_duplicate=no_duplicate, by=by, now=now
        )
        _tell(request, now)


def agree(
    request: Request,
    *,
    involvement: str,
    no_duplicate: bool,
    seen: datetime,
    by: User,
    now: datetime,
    applied_on: date | None = None,
) -> Request:
    """Agree a request: its hold becomes an agreed one and its first review is concluded.

    Needs how the practitioner is known to be involved, and the check for duplicates. With
    `applied_on` it also attests that the record is shielded, checked on that day, unless that is
    attested already. Refuses what another member acted on meanwhile, a request let go, and one's
    own.
    """
    with transaction.atomic():
        request = _opened(request, seen, by)
        refuse_if_let_go(request)
        if not policies.may_agree(by, request):
            raise WrongState("not_to_agree", "Its practitioner has to answer first.")
        move(request, "agree", now)
        if not involvement:
            raise WrongState("check_incomplete", "Check that the practitioner is involved first.")
        hold = request.hold
        if applied_on is not None and hold.applied_at is None:
            shield.attest_applied(
                hold, checked_on=applied_on, no_duplicate=no_duplicate, by=by, now=now
            )
        shield.agree_hold(hold, involvement=involvement, by=by, now=now)
        late = shield.conclude_request_review(
            request.review, outcome="agreed", no_duplicate=no_duplicate, by=by, now=now
        )
        request.decided_at, request.decided_by, request.involvement = now, by, involvement
        request.query = ""
        request.save()
        log("request_agreed", by=by, at=now, reference=request.reference,
            record_reference=request.record.reference, involvement=involvement,
            days_late=late)  # fmt: skip
        _tell(request, now)
    return request


def return_with_query(
    request: Request, *, query: str, seen: datetime, by: User, now: datetime
) -> Request:
    """Return a request to its practitioner with a query code; the hold and the clock go on.

    Refuses a request that nobody with an account can answer: phone its service instead.
    """
    with transaction.atomic():
        request = _opened(request, seen, by)
        refuse_if_let_go(request)
        if request.practitioner_id is None or request.disowned_at is not None:
            raise Refused("nobody_to_ask", "Nobody with an account asked: phone the service.")
        move(request, "return_with_query", now)
        request.query = query
        request.save()
        log("request_returned", by=by, at=now, reference=request.reference, query=query)
        _tell(request, now)
    return request


def propose_not_agreed(
    request: Request, *, reason: str, seen: datetime, by: User, now: datetime
) -> Request:
    """Propose not to agree. The hold stands until another member confirms; nobody is told yet."""
    with transaction.atomic():
        request = _opened(request, seen, by)
        refuse_if_let_go(request)
        move(request, "propose_not_agreed", now)
        request.reason, request.proposed_at, request.proposed_by = reason, now, by
        request.save()
        log("not_agreed_proposed", by=by, at=now, reference=request.reference, reason=reason)
    return request


def confirm_not_agreed(
    request: Request, *, no_duplicate: bool, seen: datetime, by: User, now: datetime
) -> Request:
    """Confirm, as the second member, that a request is not agreed: its hold is released.

    The record stays shielded until the final unshield. Refuses the one who proposed, anyone newly
    granted their role, and what somebody acted on meanwhile.
    """
    with transaction.atomic():
        request = _opened(request, seen, by)
        refuse_if_let_go(request)
        move(request, "confirm_not_agreed", now)
        if not policies.may_be_second(by, request, now):
            raise NotAllowed("second_person", "Another member must confirm this, not you.")
        hold = request.hold
        shield.release_hold(
            hold, how=Hold.Release.NOT_AGREED, proposed_by=request.proposed_by, by=by, now=now
        )
        late = shield.conclude_request_review(
            request.review, outcome="not_agreed", no_duplicate=no_duplicate, by=by, now=now
        )
        request.decided_at, request.decided_by = now, by
        request.save()
        log("not_agreed_confirmed", by=by, at=now, reference=request.reference,
            reason=request.reason, proposed_by=request.proposed_by.uid,
            days_late=late)  # fmt: skip
        _tell(request, now)
    return request


def overturn_not_agreed(request: Request, *, seen: datetime, by: User, now: datetime) -> Request:
    """Overturn, as the second member, a proposal not to agree: it is to be decided again."""
    with transaction.atomic():
        request = _opened(request, seen, by)
        refuse_if_let_go(request)
        move(request, "overturn_not_agreed", now)
        if not policies.may_be_second(by, request, now):
            raise NotAllowed("second_person", "Another member must overturn this, not you.")
        log("not_agreed_overturned", by=by, at=now, reference=request.reference,
            reason=request.reason)  # fmt: skip
        request.reason, request.proposed_at, request.proposed_by = "", None, None
        request.save()
    return request


def settle_considered(
    request: Request, *, no_duplicate: bool, seen: datetime, by: User, now: datetime
) -> Request:
    """Confirm *considered, not shielded* after the second look; its review is concluded."""
    with transaction.atomic():
        request = _opened(request, seen, by)
        move(request, "settle", now)
        late = shield.conclude_request_review(
            request.review, outcome="considered", no_duplicate=no_duplicate, by=by, now=now
        )
        request.decided_at, request.decided_by = now, by
        request.save()
        log("considered_confirmed", by=by, at=now, reference=request.reference, days_late=late)
        _tell(request, now)
    return request


def ask_to_look_again(
    request: Request, *, query: str, seen: datetime, by: User, now: datetime
) -> Request:
    """Ask practitioner and manager to look again at *considered*; the review's clock goes on."""
    with transaction.atomic():
        request = _opened(request, seen, by)
        move(request, "ask_to_look_again", now)
        request.query = query
        request.save()
        log("look_again_asked", by=by, at=now, reference=request.reference, query=query)
        _tell(request, now)
    return request
