"""What the IW Team decides on a request: agree, return, propose, confirm, look again, conclude.

Each act that follows from a page carries `seen`, the moment the request on that page last changed:
if it has changed since, somebody was there before, and the person is told who and when instead of
deciding what they never saw.

And what stays of a family who asked the council directly, and was told whom to speak to.
"""

from datetime import date, datetime

from django.db import transaction

from logbook.writing import log_entry
from requests_app import policies, states
from requests_app.desk.changed_meanwhile import ChangedMeanwhile
from requests_app.locking import locked, move, refuse_if_let_go
from requests_app.models import Request
from shielding import clock
from shielding.accounts.models import User
from shielding.checks import actions as checks
from shielding.checks.actions import SHIELDED, Found
from shielding.filled import filled
from shielding.holds import actions as shield
from shielding.records import policies as record_policies
from shielding.records.letting_go_codes import Release
from shielding.reviews import actions as review_actions
from shielding.reviews.telling import tell_of_change
from shielding.web.refusals import NotAllowed, Refused, WrongState


def _opened(request: Request, seen: datetime, by: User) -> Request:
    """Return the request, locked, as the member saw it and may decide it; else raise."""
    request = locked(request.pk, by)
    if not policies.may_decide(by, request):
        raise NotAllowed()
    if request.changed_at != seen:
        raise ChangedMeanwhile(request)
    return request


def _refuse_a_second_word(request: Request, found: str, saw: Found) -> None:
    """Raise where somebody said meanwhile whether the record had been opened: that is asked once.

    The word of the second may differ from theirs, so it is not left out without telling them.
    """
    if found and saw.is_shielded and not record_policies.is_to_check_now(filled(request.record)):
        # Where it was attested for another request, nothing of that one is told.
        mine = filled(request.hold).applied_at is not None
        raise ChangedMeanwhile(request, events=("shield_applied",) if mine else ())


def _tell(request: Request, now: datetime) -> None:
    """Owe practitioner and line manager the word that something changed; never what.

    Nobody who said that a phoned request was not theirs hears of it again.
    """
    practitioner = None if request.disowned_at else request.practitioner
    tell_of_change(request.reference, practitioner, now=now)


def attest_applied_for_request(
    request: Request,
    *,
    checked_on: date,
    no_duplicate: bool,
    by: User,
    now: datetime,
    found: str = "",
    saw: Found = SHIELDED,
) -> None:
    """Attest that the record is shielded on the system for this request, decided or not.

    The practitioner is told that something changed; of anything else that the member `saw`, they
    are not. Refuses as the core's attestation does, and that it had been opened (`found`) where
    somebody said of that meanwhile.
    """
    with transaction.atomic():
        request = locked(request.pk, by)
        if not policies.may_attest(by, request):
            raise NotAllowed()
        if request.hold is None:
            raise WrongState("no_hold", "This request does not ask for a shield.")
        if request.hold.applied_at is not None:
            raise ChangedMeanwhile(request, events=("shield_applied",))
        _refuse_a_second_word(request, found, saw)
        shield.attest_applied(
            request.hold,
            checked_on=checked_on,
            no_duplicate=no_duplicate,
            found=found,
            saw=saw,
            by=by,
            now=now,
        )
        if saw.is_shielded:
            _tell(request, now)


def attest_phoned_back(request: Request, *, phoned: bool, by: User, now: datetime) -> None:
    """Attest a call to a number of the directory about *another reason*, which no code says.

    What was said is not written here. Refuses anyone outside the IW Team, without the call, a
    request that has another ground or asks no longer, and a second time (saying who phoned).
    """
    with transaction.atomic():
        request = locked(request.pk, by)
        if not policies.may_attest(by, request):
            raise NotAllowed()
        if request.phoned_back_at is not None:
            raise ChangedMeanwhile(request, events=("phoned_back",))
        if request.phone_by is None:
            raise WrongState("not_to_phone", "There is nothing to phone about here.")
        if not phoned:
            raise WrongState("not_phoned", "Phone them on a number from the directory first.")
        request.phoned_back_at, request.phoned_back_by = now, by
        request.save(update_fields=["phoned_back_at", "phoned_back_by"])
        log_entry(
            "phoned_back",
            by=by,
            at=now,
            reference=request.reference,
            record_reference=filled(request.record).reference,
        )


def agree(
    request: Request,
    *,
    involvement: str,
    seen: datetime,
    by: User,
    now: datetime,
    no_duplicate: bool = False,
    applied_on: date | None = None,
    found: str = "",
    saw: Found = SHIELDED,
) -> Request:
    """Agree a request: its hold becomes an agreed one. Its first review stays open.

    Deciding is not reviewing: the review is concluded once its source was asked. Needs how the
    practitioner is known to be involved. With `applied_on` it also attests that the record is
    shielded, checked on that day, unless that is attested already; where the member `saw` that it
    is open, or not there, that is recorded and the request is not agreed. Refuses what another
    member acted on meanwhile, or said meanwhile of what was `found`, a request let go, and one's
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
        hold = filled(request.hold)
        _refuse_a_second_word(request, found, saw)
        if applied_on is not None and hold.applied_at is None:
            shield.attest_applied(
                hold,
                checked_on=applied_on,
                no_duplicate=no_duplicate,
                found=found,
                saw=saw,
                by=by,
                now=now,
            )
        elif applied_on is not None:
            # A colleague attested it since the page was opened; what was found counts all the same.
            checks.note_look(filled(request.record), found=saw, by=by, now=now)
        if not saw.is_shielded:
            return Request.objects.get(pk=request.pk)
        shield.agree_hold(hold, involvement=involvement, by=by, now=now)
        request.decided_at, request.decided_by, request.involvement = now, by, involvement
        request.query = ""
        request.save()
        log_entry(
            "agreed_review_open",
            by=by,
            at=now,
            reference=request.reference,
            record_reference=filled(request.record).reference,
            involvement=involvement,
        )
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
        log_entry("request_returned", by=by, at=now, reference=request.reference, query=query)
        _tell(request, now)
    return request


def propose_not_agreed(
    request: Request, *, reason: str, seen: datetime, by: User, now: datetime
) -> Request:
    """Propose not to agree. The hold stands until another member confirms; nobody is told yet.

    Where it is with its practitioner they go on reading that it is, and since when, and answer.
    """
    with transaction.atomic():
        request = _opened(request, seen, by)
        refuse_if_let_go(request)
        returned = request.state_since if request.state == states.RETURNED else None
        move(request, "propose_not_agreed", now)
        request.state_since = returned or now
        request.query = request.query if returned else ""
        request.reason, request.proposed_at, request.proposed_by = reason, now, by
        request.save()
        log_entry("not_agreed_proposed", by=by, at=now, reference=request.reference, reason=reason)
    return request


def confirm_not_agreed(
    request: Request,
    *,
    no_duplicate: bool,
    seen: datetime,
    by: User,
    now: datetime,
    saw: Found = SHIELDED,
) -> Request:
    """Confirm, as the second member, that a request is not agreed: its hold is released.

    The record stays shielded until the final unshield. Where the member `saw` that it is open, or
    not there (unless that is the reason), that is recorded and the proposal stands. Refuses the
    one who proposed and who counts as one with them, anyone newly granted their role, what
    somebody acted on meanwhile, and the proposal of somebody who no longer works in the IW Team,
    or did not all the time since: it is overturned and decided anew.
    """
    with transaction.atomic():
        # Whoever proposed may not leave the team while this is decided; people before records.
        User.objects.locked(request.proposed_by_id, by.pk)
        request = _opened(request, seen, by)
        refuse_if_let_go(request)
        move(request, "confirm_not_agreed", now)
        if not policies.may_be_second(by, request, now):
            raise NotAllowed("second_person", "Another member must confirm this, not you.")
        if policies.proposal_fell_away(request):
            raise WrongState("proposal_fell_away", policies.PROPOSED_ANEW)
        if policies.counts_as_one(by, request, now):
            raise NotAllowed("second_person", policies.COUNT_AS_ONE)
        checks.note_look(filled(request.record), found=saw, by=by, now=now)
        if not policies.not_agreed_on(saw, request):
            return Request.objects.get(pk=request.pk)
        hold = filled(request.hold)
        shield.release_hold(
            hold, how=Release.NOT_AGREED, proposed_by=request.proposed_by, by=by, now=now
        )
        late = review_actions.conclude_request_review(
            filled(request.review),
            outcome="not_agreed",
            no_duplicate=no_duplicate,
            saw=saw,
            by=by,
            now=now,
        )
        request.decided_at, request.decided_by = now, by
        request.save()
        log_entry(
            "not_agreed_confirmed",
            by=by,
            at=now,
            reference=request.reference,
            reason=request.reason,
            proposed_by=filled(request.proposed_by).uid,
            days_late=late,
        )
        _tell(request, now)
    return request


def overturn_not_agreed(request: Request, *, seen: datetime, by: User, now: datetime) -> Request:
    """Overturn, as the second member, a proposal not to agree: it is to be decided again, or is
    with its practitioner as before, who was asked and has not answered.
    """
    with transaction.atomic():
        request = _opened(request, seen, by)
        refuse_if_let_go(request)
        since = request.state_since
        move(request, "overturn_returned" if request.query else "overturn_not_agreed", now)
        request.state_since = since if request.query else now
        if not policies.may_be_second(by, request, now):
            raise NotAllowed("second_person", "Another member must overturn this, not you.")
        log_entry(
            "not_agreed_overturned",
            by=by,
            at=now,
            reference=request.reference,
            reason=request.reason,
        )
        request.reason, request.proposed_at, request.proposed_by = "", None, None
        request.save()
    return request


def settle_considered(
    request: Request,
    *,
    no_duplicate: bool,
    seen: datetime,
    by: User,
    now: datetime,
    saw: Found = SHIELDED,
) -> Request:
    """Confirm *considered, not shielded* after the second look; its review is concluded.

    Where others ask for its record, and the member `saw` that it is open, or not there, that is
    recorded and nothing is confirmed. Refuses what somebody acted on meanwhile, and without a look.
    """
    with transaction.atomic():
        request = _opened(request, seen, by)
        move(request, "settle", now)
        checks.note_look(filled(request.record), found=saw, by=by, now=now)
        if not saw.is_shielded:
            return Request.objects.get(pk=request.pk)
        late = review_actions.conclude_request_review(
            filled(request.review),
            outcome="considered",
            no_duplicate=no_duplicate,
            saw=saw,
            by=by,
            now=now,
        )
        request.decided_at, request.decided_by = now, by
        request.save()
        log_entry(
            "considered_confirmed", by=by, at=now, reference=request.reference, days_late=late
        )
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
        log_entry("look_again_asked", by=by, at=now, reference=request.reference, query=query)
        _tell(request, now)
    return request


def conclude_let_go(
    request: Request,
    *,
    no_duplicate: bool,
    seen: datetime,
    by: User,
    now: datetime,
    saw: Found = SHIELDED,
) -> Request:
    """Conclude the first review of a request that was let go or ended before it was reviewed.

    Decided or not: every request is reviewed all the same. Where the member `saw` that the record
    is open, or not there, that is recorded and the review stays open. Refuses one that still
    stands, one concluded already, and without a look.
    """
    with transaction.atomic():
        request = _opened(request, seen, by)
        if request.hold is None or request.hold.is_standing:
            raise WrongState("still_asked", "This request still stands: decide and review it.")
        if request.review is None:
            raise WrongState("no_first_review", "What was taken over has no first review.")
        if request.review.concluded_at is not None:
            raise WrongState("already_concluded", "This review is already concluded.")
        checks.note_look(filled(request.record), found=saw, by=by, now=now)
        if not saw.is_shielded:
            return request
        late = review_actions.conclude_request_review(
            filled(request.review),
            outcome="let_go",
            no_duplicate=no_duplicate,
            saw=saw,
            by=by,
            now=now,
        )
        request.changed_at = now
        request.save(update_fields=["changed_at"])
        log_entry(
            "let_go_concluded",
            by=by,
            at=now,
            reference=request.reference,
            record_reference=filled(request.record).reference,
            days_late=late,
        )
    return request


def redirect_family(*, on: date, kind: str, by: User, now: datetime) -> None:
    """Log that a family asking the council directly was told to speak to a practitioner they know.

    Date and kind of practitioner, nothing else: no identity is stored. Refuses anyone outside the
    IW Team and a day in the future. Process document, step 1 of the requests from families.
    """
    if not record_policies.may_administer(by):
        raise NotAllowed()
    if on > clock.today(now):
        raise WrongState("in_future", "The day cannot be in the future.")
    with transaction.atomic():
        log_entry("family_redirected", by=by, at=now, on=on, kind=kind)
