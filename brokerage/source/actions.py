"""What a source does: answer, and stop a contact that runs, as a hand-over does too."""

from datetime import datetime

from django.db import transaction

from brokerage import policies, source_policies
from brokerage.access_request_codes import Answer, FamilyAsked, LeadDecision
from brokerage.locking import in_turn, locked, move
from brokerage.models import AccessRequest, Liaison
from brokerage.notices import (
    asked_no_more,
    contact_stopped,
    tell_leads,
    tell_of_word,
    waits_no_more,
)
from brokerage.parts import take_on
from logbook.writing import log_entry
from shielding.accounts.models import User
from shielding.filled import filled
from shielding.web.refusals import NotAllowed, WrongState


def stop(access: AccessRequest, *, by: User, now: datetime) -> None:
    """Stop a contact that runs, with its entry and its notices; the caller locked the request.

    Told are the leads and whoever made the offer that was taken: that a contact ran would tell
    another source of them.
    """
    now = in_turn(access, now)
    access.stopped_at, access.stopped_by, access.changed_at = now, by, now
    access.save()
    log_entry(
        "contact_stopped",
        by=by,
        at=now,
        reference=access.reference,
        record_reference=filled(access.record).reference,
    )
    liaisons = access.liaisons.with_people()
    asked_no_more([one for one in liaisons if source_policies.rests_on(one)], now=now)
    contact_stopped(access, now=now)


def answer(liaison: Liaison, *, answer: str, family: str = "", by: User, now: datetime) -> Liaison:
    """Record what a source says: by the source, or by the IW Team on their confirmed word.

    `family` is whether the family was asked: said with every answer, and with silence left out.
    That they are not content blocks as an objection does; the offer made with it stands if the
    lead goes ahead.

    A source in whose name a member recorded it is told at once that something changed.

    An objection blocks until the lead decides, and may replace an earlier answer until the end,
    also one that a lead went ahead with, or that a colleague made who had the claim before; where
    the lead decided against contact, it is no reason to ask them again.
    *No answer* is the IW Team's to record, from the second working day after asking. The same word
    of the same person is found said. Refuses anyone else, a source with another part in this
    request, another answer than an objection once there is one or for a claim that its practitioner
    has disowned, and after the end. A source may say themself what a member wrote down for them.
    """
    with transaction.atomic():
        # The access request alone is locked: a source never waits for somebody at the record.
        access = locked(liaison.access_id, by)
        liaison = Liaison.objects.marked().select_for_update(of=("self",)).get(pk=liaison.pk)
        liaison.access = access
        if not policies.may_answer(by, liaison, now):
            raise NotAllowed()
        if source_policies.has_said(by, liaison, answer, family):
            return liaison
        _refuse_answer(liaison, answer, family, by, now)
        now = in_turn(access, now)
        against = answer == Answer.OBJECTS or family == FamilyAsked.NOT_CONTENT
        to_lead = against and access.lead_decision != LeadDecision.NO_CONTACT
        move(access, "object" if to_lead else "answer", now)
        if by.is_iw:
            take_on(access, by, now)
        _keep_answer(liaison, answer, family, by=by, now=now)
        log_entry(
            "contact_answered",
            by=by,
            at=now,
            reference=access.reference,
            liaison=liaison.reference,
            answer=answer,
            family=family,
            on_word=liaison.on_word,
        )
        if to_lead:
            access.void_go_ahead()
            tell_leads("access_to_lead", access, now=now)
        access.save()
    return liaison


def _keep_answer(liaison: Liaison, answer: str, family: str, *, by: User, now: datetime) -> None:
    """Write down what was said and by whom; a source it was written down for is told at once."""
    if not by.is_iw or source_policies.was_anothers(liaison):
        # Who confirmed a phoned claim since its service was asked, or was given it since.
        liaison.asked_of = liaison.hold.source
    liaison.answer, liaison.answered_at, liaison.answered_by = answer, now, by
    liaison.family = family
    liaison.on_word = by.is_iw and answer != Answer.NO_ANSWER
    liaison.save()
    waits_no_more("contact_asked", liaison.reference)
    if liaison.on_word:
        tell_of_word(liaison, now=now)


def show_contact(liaison: Liaison, *, by: User, now: datetime) -> User:
    """Return the requester, whose work phone number and email address their source is shown.

    Each time is an entry. Refuses anyone but the source whose *I will contact* the outcome rests
    on, before it is published, after the contact's last day, a stop or a withdrawal, and once
    either of them has let go or left.
    """
    with transaction.atomic():
        # A withdrawal or a stop that is being written now is waited for.
        access = locked(liaison.access_id, by)
        visible = Liaison.objects.visible_to(by).filter(pk=liaison.pk, hold__source=by)
        found = visible.marked().select_related("hold").first()
        if found is None:
            raise NotAllowed()
        found.access = access
        if not source_policies.may_see_contact(found, now):
            raise WrongState("no_contact", "You may not contact them now. Look at the page again.")
        log_entry(
            "requester_contact_shown",
            by=by,
            at=now,
            reference=access.reference,
            liaison=found.reference,
        )
    return filled(access.requester)


def stop_contact(access: AccessRequest, *, by: User, now: datetime) -> AccessRequest:
    """Stop a contact that was granted: a source objects after all, or it is no longer safe.

    By any IW member, whatever their part: to stop protects, and waits for no second person. Or by a
    source who was asked and whose claim stands. Stopping twice finds it stopped. Refuses where no
    grant runs. Requester and manager read nothing of it; the IW Team phones. Returns it.
    """
    with transaction.atomic():
        access = locked(access.pk, by)
        asked = Liaison.objects.visible_to(by).filter(
            access=access, hold__source=by, hold__released_at__isnull=True
        )
        if not (policies.may_administer(by) or asked.exists()):
            raise NotAllowed()
        if access.stopped_by_id == by.pk:
            return access
        if not source_policies.is_running(access, now):
            raise WrongState("no_grant", "No contact is granted any more.")
        stop(access, by=by, now=now)
    return access


def _refuse_answer(liaison: Liaison, answer: str, family: str, by: User, now: datetime) -> None:
    if not liaison.hold.is_standing:
        raise WrongState("let_go", "This request to shield no longer stands.")
    if liaison.answer == Answer.LEFT_OUT:
        raise WrongState("left_out", "This practitioner has another part in this request.")
    if answer == Answer.NO_ANSWER:
        if not by.is_iw or not source_policies.may_record_silence(liaison, now):
            raise WrongState("too_early", "Give the practitioner until the second working day.")
    elif answer not in (Answer.WILL_CONTACT, Answer.GIVE_CONTACT, Answer.OBJECTS):
        raise WrongState("no_answer", "Select an answer.")
    elif liaison.disowned and answer != Answer.OBJECTS:
        raise WrongState("disowned", "Its practitioner said that this request is not theirs.")
    elif not (source_policies.may_say(liaison, answer) or _confirms(liaison, by)):
        raise WrongState("answered", "This was answered already.")
    if (family in FamilyAsked.values) != (answer != Answer.NO_ANSWER):
        raise WrongState("no_family", "Select whether the family was asked.")


def _confirms(liaison: Liaison, by: User) -> bool:
    """Return whether a source speaks for themself where a member did: no other word is needed."""
    return not by.is_iw and source_policies.may_confirm(liaison)
