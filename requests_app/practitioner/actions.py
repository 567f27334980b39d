"""What a practitioner does with a request: draft, answer, send, send again, confirm.

Every action has one shape: lock (the record's row first, then the request's), check the state,
check the policy, change, log, owe notices. A draft has no record yet, so sending one locks the
draft first: nobody who holds a record's row waits for a draft.
"""

from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction

from logbook.references import new_reference
from logbook.writing import log_entry
from requests_app import policies, questions, states
from requests_app.locking import (
    SentMeanwhile,
    locked,
    move,
    refuse_if_let_go,
    second_standing,
)
from requests_app.models import Request
from requests_app.notices import tell_supporter
from requests_app.shield_request_codes import Decision
from shielding import clock
from shielding.accounts.models import User
from shielding.filled import filled
from shielding.holds import actions as shield
from shielding.models import Hold, Record
from shielding.records.locking import lock_record
from shielding.reviews import actions as review_actions
from shielding.web.refusals import (
    ChangedSince,
    NotAllowed,
    Refused,
    WrongState,
    broken_constraint,
)

MOST_DRAFTS = 40
ANSWERS_FIXED = "These answers can no longer be changed."
NO_GROUND_SINCE = (
    "Something that is no ground was selected after you opened the page. Open it again, and decide."
)
GROUND_CHANGED = "The ground changed after you opened the page. Consider the points of the new one."


class SentWithAnother(Refused):
    """The form was sent before, about another record: that one was sent, and this was not."""

    code = "already_sent"
    message = (
        "Nothing was sent now. This form was sent before, with another record number. To ask for "
        "one more child open the page again from your request."
    )


def start_draft(*, by: User, now: datetime) -> Request:
    """Start an empty draft. Refuses anyone but a practitioner, and more than 40 drafts a person.

    Process document, step 3.
    """
    with transaction.atomic():
        person = User.objects.select_for_update().get(pk=by.pk)
        if not policies.may_ask(person):
            raise NotAllowed()
        if Request.objects.drafts_of(person).count() >= MOST_DRAFTS:
            raise Refused(
                "too_many_drafts",
                f"You have {MOST_DRAFTS} drafts. Send or discard one before you start another.",
            )
        return begin(by=person, now=now)


def begin(*, by: User, now: datetime, reference: str = "", like: Request | None = None) -> Request:
    """Create a draft in the caller's transaction: empty, or with the answers of an own request.

    Of `like` nothing that attests is copied, and no link to it is kept. With a `reference` of its
    own a second draft of it is PostgreSQL's to refuse.
    """
    # They may have been suspended since their page was opened.
    by.refresh_from_db(fields=["is_active", "role"])
    if not policies.may_ask(by) or (like and not policies.is_own(by, like)):
        raise NotAllowed()
    draft = Request.objects.create(
        reference=reference or new_reference(),
        practitioner=by,
        service=filled(by.service),
        created_at=now,
        state_since=now,
        changed_at=now,
        **(questions.copied(like) if like else {}),
    )
    log_entry("draft_started", by=by, at=now, reference=draft.reference)
    return draft


def discard_draft(request: Request, *, by: User, now: datetime) -> None:
    """Discard an own draft: its number is gone at once. Refuses what was sent."""
    with transaction.atomic():
        request = locked(request.pk, by)
        move(request, "discard", now)
        if not policies.is_own(by, request):
            raise NotAllowed()
        request.number = None
        request.save(update_fields=["number", "state", "state_since", "changed_at"])
        log_entry("draft_discarded", by=by, at=now, reference=request.reference)


def save_answers(
    request: Request, *pages: questions.Page, values: dict[str, Any], by: User, now: datetime
) -> Request:
    """Save the answers to some questions, in their order, and clear those that no longer belong;
    returns the request.

    `values` has the questions' columns; of the number, the normalised one. Refuses a question that
    does not belong or whose answers are fixed, points of another ground than the request has by
    now, *shield* where a "yes" to what is no ground came since, and anyone else's request. On a
    request that was sent a new ground is its hold's too, at once; about *another reason* somebody
    phones anew. A first "yes" to what is no ground empties the decision of a draft, so that
    *considered* is proposed. Process document, steps 2 to 6 and 3.
    """
    shown_ground, shown_no_ground = request.ground, bool(request.not_grounds)
    with transaction.atomic():
        request = locked(request.pk, by)
        if not policies.is_own(by, request):
            raise NotAllowed()
        if not policies.may_answer(by, request):
            raise WrongState("answers_fixed", ANSWERS_FIXED)
        if questions.PAGE["points"] in pages and request.ground != shown_ground:
            raise WrongState("ground_changed", GROUND_CHANGED)
        shields = values.get("decision") == Decision.SHIELD
        if shields and request.not_grounds and not shown_no_ground:
            raise WrongState("no_ground_since", NO_GROUND_SINCE)
        _refuse_unfit_supporter(values.get("supporter"), by)
        ground_before, no_ground_before = request.ground, bool(request.not_grounds)
        for page in pages:
            # In their order: what was decided says whether the reason belongs.
            if not questions.is_open(page, request):
                raise WrongState("answers_fixed", ANSWERS_FIXED)
            _fill(request, page, values)
        if request.ground != ground_before:
            request.points = []
            if request.hold is not None:
                shield.change_ground(request.hold, ground=request.ground, by=by, now=now)
                request.phoned_back_at = request.phoned_back_by = None
                request.other_reason_since = now
        questions.clear_what_does_not_belong(request)
        first_yes = bool(request.not_grounds) and not no_ground_before
        if first_yes and request.is_draft and request.decision == Decision.SHIELD:
            # Unless it is decided beside it. What was answered for a shield stays until then.
            decided = any("decision" in page.fields for page in pages)
            request.decision = request.decision if decided else ""
        request.changed_at = now
        request.save()
        log_entry(
            "request_answers_changed",
            by=by,
            at=now,
            reference=request.reference,
            # A draft has no record yet: so the logbook tells its pages from those of what was sent.
            record_reference=request.record.reference if request.record else "",
            pages=[page.slug for page in pages],
        )
    return request


def _fill(request: Request, page: questions.Page, values: dict[str, Any]) -> None:
    for name in page.fields:
        if name == "number":
            request.seal_number(values[name])
        else:
            setattr(request, name, values[name])


def _refuse_unfit_supporter(supporter: User | None, by: User) -> None:
    fit = User.objects.fit_to_support(by)
    if supporter is not None and not fit.filter(pk=supporter.pk).exists():
        raise Refused("unfit_supporter", "This person cannot be named as your line manager.")


def submit(request: Request, *, by: User, now: datetime, seen: datetime | None = None) -> Request:
    """Send a draft: a hold at once, or *considered, not shielded*; a review due within 7 days.

    Sending twice finds it sent and changes nothing. `seen` is when what the page showed had last
    changed; without it no page was there to go by. Refuses what changed since, a draft with pages
    unanswered, and a second request for a record that the same practitioner asks for already, also
    one to say that they do not (told to them only). The same statements run whatever is known of
    the record. Process document, steps 3 and 4.
    """
    try:
        return _submit(request, by=by, now=now, seen=seen)
    except SentMeanwhile:
        # It has its record now, which is locked first this time: found sent, or not theirs.
        return _submit(request, by=by, now=now, seen=seen)


def _submit(request: Request, *, by: User, now: datetime, seen: datetime | None) -> Request:
    with transaction.atomic():
        request = locked(request.pk, by)
        if not policies.is_own(by, request):
            raise NotAllowed()
        if request.submitted_at is not None:
            return request
        if seen is not None and request.changed_at != seen:
            raise ChangedSince()
        if request.state != states.DRAFT or questions.missing(request):
            raise WrongState("not_complete", "Answer every question before you send the request.")
        record = lock_record(request.number_in_clear())
        _refuse_second(record, by)
        request.record, request.number = record, None
        request.submitted_at = request.declared_at = now
        if request.decision == Decision.SHIELD:
            move(request, "submit", now)
            request.hold = _hold(request, record, by=by, now=now)
        else:
            move(request, "submit_considered", now)
        request.review = review_actions.open_request_review(
            record, hold=request.hold, reference=request.reference, submitted_at=now, by=by
        )
        request.save()
        _log_sent(request, by=by, now=now)
    return request


def send_another(
    like: Request,
    *,
    reference: str,
    values: dict[str, Any],
    instead: bool = False,
    by: User,
    now: datetime,
) -> Request:
    """Send a request with the answers of an own one, its number and all that attests given anew.

    It is drafted, answered and sent by the acts that any request is, in one transaction, and linked
    to nothing. `reference` was born with the form: sending it twice finds what was sent. Refuses
    what these acts refuse, a form that was sent before about another record, and a request that
    another may not be made like. `instead` says that `like` is to be taken back: it was entered in
    error. Process document, step 3.
    """
    try:
        with transaction.atomic():
            sent = Request.objects.filter(reference=reference).first()
            if sent is not None:
                return _the_same(sent, values["number"], by)
            if not policies.may_send_another(by, like, instead=instead):
                raise WrongState("not_again", policies.NOT_AGAIN)
            draft = begin(by=by, now=now, reference=reference, like=like)
            pages = [page for page in questions.PAGES if set(page.fields) <= set(values)]
            save_answers(draft, *pages, values=values, by=by, now=now)
            return submit(draft, by=by, now=now)
    except IntegrityError as error:
        # Sent twice at once: the second waited for the first.
        if not broken_constraint(error).startswith("requests_app_request_reference"):
            raise  # pragma: no cover - no other rule of PostgreSQL's is broken by two forms at once
        return _the_same(Request.objects.get(reference=reference), values["number"], by)


def _the_same(sent: Request, number: str, by: User) -> Request:
    """Return the request that this form made. Refuses another record's, and anyone else's."""
    if not policies.is_own(by, sent):
        raise NotAllowed()
    if filled(sent.record).number_in_clear() != number:
        raise SentWithAnother()
    return sent


def resubmit(request: Request, *, by: User, now: datetime) -> Request:
    """Send a returned request, or one to look at again, back to the IW Team.

    One that was *considered* may now ask to shield: its hold is placed at once. The review and
    its due date stay as they were. What is proposed meanwhile stays proposed, and whoever is the
    second is shown what was sent. Refuses unanswered pages, a request let go meanwhile and one
    they said was not theirs.
    """
    with transaction.atomic():
        request = locked(request.pk, by)
        if not policies.is_own(by, request):
            raise NotAllowed()
        refuse_if_let_go(request)
        _refuse_if_disowned(request)
        if questions.missing(request):
            raise WrongState("not_complete", "Answer every question before you send the request.")
        move(request, _act_of_sending_again(request), now)
        if request.decision == Decision.SHIELD and request.hold is None:
            _refuse_second(filled(request.record), by)
            request.hold = _hold(request, filled(request.record), by=by, now=now)
            review_actions.give_review_its_hold(filled(request.review), request.hold, now=now)
        request.declared_at, request.query = now, ""
        request.save()
        _log_sent_again(request, by=by, now=now)
    return request


def _act_of_sending_again(request: Request) -> str:
    if request.decision == Decision.CONSIDERED:
        return "resubmit_considered"
    proposed = request.state == states.PROPOSED and request.query != ""
    return "resubmit_proposed" if proposed else "resubmit"


def confirm_phoned(request: Request, *, by: User, now: datetime) -> Request:
    """Confirm a request that was phoned to the IW Team, every page answered.

    Independent of what is decided meanwhile; from now on they are the source of its hold. Refuses
    a second time, and one let go or disowned.
    """
    with transaction.atomic():
        request = locked(request.pk, by)
        if not request.awaits_confirmation or request.disowned_at is not None:
            raise WrongState("not_to_confirm", "This request does not wait for you to confirm it.")
        if not policies.is_own(by, request):
            raise NotAllowed()
        refuse_if_let_go(request)
        if questions.missing(request):
            raise WrongState("not_complete", "Answer every question before you confirm.")
        request.confirmed_at, request.confirmed_by, request.declared_at = now, by, now
        request.changed_at = now
        request.save(update_fields=["confirmed_at", "confirmed_by", "declared_at", "changed_at"])
        shield.name_source(filled(request.hold), by, now=now)
        tell_supporter(request, now)
        log_entry(
            "phoned_request_confirmed",
            by=by,
            at=now,
            reference=request.reference,
            ground=request.ground,
        )
    return request


def send(request: Request, *, by: User, now: datetime, seen: datetime | None = None) -> Request:
    """Do what "confirm and send" means where the request is: send, send again, or confirm.

    A phoned request that was returned meanwhile is confirmed and sent again. Refuses what each of
    these refuses; pressed twice, also at once, it finds the request sent. `seen` counts for a draft
    alone: what the IW Team does with one that was sent must not show.
    """
    if request.submitted_at is None:
        return submit(request, by=by, now=now, seen=seen)
    with transaction.atomic():
        # Pressed twice at once, the second sees what the first did.
        request = locked(request.pk, by)
        if request.awaits_confirmation:
            request = confirm_phoned(request, by=by, now=now)
        if request.state_as_read in (states.RETURNED, states.LOOK_AGAIN):
            request = resubmit(request, by=by, now=now)
        return submit(request, by=by, now=now)


def disown_phoned(request: Request, *, by: User, now: datetime) -> None:
    """Say "this was not me" of a phoned request: the IW Team is shown it, the hold stays."""
    with transaction.atomic():
        request = locked(request.pk, by)
        if not request.awaits_confirmation or request.disowned_at is not None:
            raise WrongState("not_to_confirm", "This request does not wait for you to confirm it.")
        if not policies.is_own(by, request):
            raise NotAllowed()
        request.disowned_at, request.disowned_by, request.changed_at = now, by, now
        request.save(update_fields=["disowned_at", "disowned_by", "changed_at"])
        log_entry("phoned_request_disowned", by=by, at=now, reference=request.reference)


def confirm_family_told(request: Request, *, on: date, by: User, now: datetime) -> None:
    """Record the day on which the family was told, promised when the request was sent.

    Refuses anyone else's request, a second time and a day in the future. Process document, step 7
    of the first table.
    """
    with transaction.atomic():
        request = locked(request.pk, by)
        if not policies.is_own(by, request):
            raise NotAllowed()
        _refuse_if_disowned(request)
        if not policies.may_say_family_told(by, request):
            raise WrongState("not_to_tell", "There is nothing to record here.")
        if on > clock.today(now):
            raise WrongState("in_future", "The day cannot be in the future.")
        request.family_told, request.family_told_on = "done", on
        request.save(update_fields=["family_told", "family_told_on"])
        log_entry("family_told", by=by, at=now, reference=request.reference, on=on)


def record_professionals_told(request: Request, *, on: date, by: User, now: datetime) -> None:
    """Record the day on which professionals with a legitimate interest were told of the shield.

    Refuses anyone but the source, before the shield is attested as applied for this request, a
    day before that or in the future, and a second time. "Inform other professionals": after
    applying, so that they may shield their own records too.
    """
    with transaction.atomic():
        request = locked(request.pk, by)
        if not policies.is_own(by, request):
            raise NotAllowed()
        if not policies.may_say_professionals_told(by, request):
            raise WrongState("not_to_tell", "There is nothing to record here.")
        if not clock.today(filled(filled(request.hold).applied_at)) <= on <= clock.today(now):
            raise WrongState("not_then", "The day is between the shield and today.")
        request.professionals_told_on = on
        request.save(update_fields=["professionals_told_on"])
        log_entry("professionals_told", by=by, at=now, reference=request.reference, on=on)


def show_number_for_request(request: Request, *, by: User, now: datetime) -> str:
    """Return the record number of an own request, and log that it was shown.

    Refuses anyone else, and a phoned request: it may have been put to the wrong name.
    """
    with transaction.atomic():
        request = locked(request.pk, by)
        if not policies.may_see_number(by, request):
            raise NotAllowed("number_not_shown", "The IW Team has the number of this request.")
        number = request.number_in_clear()
        if not number:
            raise WrongState("no_number", "No number is saved yet.")
        log_entry("number_shown", by=by, at=now, reference=request.reference)
    return number


def _refuse_if_disowned(request: Request) -> None:
    """Raise WrongState where the practitioner said that a phoned request was not theirs."""
    if request.disowned_at is not None:
        raise WrongState("disowned", "You told the IW Team that this request is not yours.")


def _refuse_second(record: Record, by: User) -> None:
    """Refuse what the page of the number refuses, where it was typed before the other was sent.

    That somebody considered a record and does not ask for it, as well: nobody does both.
    """
    if second_standing(record, by):
        raise Refused(
            "already_asked",
            "You have already asked for this record to be shielded. See your list. To record that "
            "you considered it and do not ask, withdraw that request first.",
        )


def _hold(request: Request, record: Record, *, by: User, now: datetime) -> Hold:
    """Place the hold of an own request."""
    source = shield.Source(by, request.service)
    return shield.place_hold(
        record,
        source=source,
        reference=request.reference,
        ground=request.ground,
        by=by,
        now=now,
    )


def _log_sent(request: Request, *, by: User, now: datetime) -> None:
    """Write the entry of a sent request and tell the manager it names (the reference only)."""
    shield = request.decision == Decision.SHIELD
    log_entry(
        "request_submitted" if shield else "request_considered",
        by=by,
        at=now,
        reference=request.reference,
        record_reference=filled(request.record).reference,
        **_answers_to_log(request),
    )
    tell_supporter(request, now)


def _log_sent_again(request: Request, *, by: User, now: datetime) -> None:
    """Write the entry of a request sent again: any of its answers may be another since."""
    shield = request.decision == Decision.SHIELD
    facts = _answers_to_log(request) | ({"decision": request.decision} if shield else {})
    log_entry(
        "request_resubmitted" if shield else "considered_resubmitted",
        by=by,
        at=now,
        reference=request.reference,
        **facts,
    )
    tell_supporter(request, now)


def _answers_to_log(request: Request) -> dict[str, Any]:
    """Return the coded answers that the logbook keeps of a request, by its decision."""
    common: dict[str, Any] = {
        "ground": request.ground,
        "origin": request.origin,
        "asked_by": request.asked_by,
        "supporter": request.supporter.uid if request.supporter else "",
        "supported_on": request.supported_on or "",
    }
    if request.decision == Decision.CONSIDERED:
        reason, not_grounds = request.considered_reason, request.not_grounds or []
        return common | {"reason": reason, "not_grounds": not_grounds}
    return common | {
        "lead_professional": request.lead_professional,
        "family_told": request.family_told,
        "own_system": request.own_system,
    }
