"""What the IW Team does: ask sources, hear them, ask the lead, conclude.

Process document: the IW Team "will liaise between the practitioner who has requested that the
record be shielded and the practitioner who has requested access to the record".
"""

from datetime import date, datetime

from django.db import transaction

from brokerage import parts, policies, publication, states
from brokerage.access_request_codes import (
    CHOSEN,
    CONTACT,
    DISCLOSING,
    PASSED_ON,
    REASONS,
    LeadDecision,
    Part,
    QuietReason,
)
from brokerage.desk.changed_meanwhile import ChangedMeanwhile, refuse_unheard, refuse_unseen
from brokerage.locking import in_turn, locked, locked_with_record, move
from brokerage.models import AccessRequest, Liaison
from brokerage.notices import (
    ask,
    asked_no_more,
    tell_leads,
    tell_parties,
    waits_no_more,
    warn_before_end,
)
from brokerage.parts import take_on
from brokerage.source import actions as source_actions
from logbook.writing import log_entry
from shielding.accounts.models import User
from shielding.filled import filled
from shielding.models import Hold
from shielding.web.refusals import NotAllowed, Refused, WrongState


def ask_sources(
    access: AccessRequest, *, by: User, now: datetime, seen: datetime | None = None
) -> list[Liaison]:
    """Ask every agreed source of the record who was not asked yet; returns what was asked.

    Left out is whoever has another part in this request. A decision of the lead that did not
    know of a new source is void. Refuses where nobody is left to ask: then the lead decides; and
    where nothing may be disclosed whatever they say: they would learn who asks for nothing. The
    same form of the same member is found done.

    `seen`, here and in the acts below, is when what the member's page showed had last changed.
    """
    with transaction.atomic():
        access = _opened(access, by, now, None)
        if asked := _asked_just_now(access, by, seen):
            return asked
        refuse_unseen(access, seen)
        move(access, "ask_sources", now)
        if access.quiet_reason:
            raise WrongState(
                "quiet", "The practitioners who asked for the shield are not to be told."
            )
        if words := policies.missing_of_people(access):
            raise WrongState("nobody_to_tell", words)
        holds = list(policies.to_ask(access).select_related("source"))
        if not holds:
            raise WrongState("nobody_to_ask", "There is no practitioner to ask: ask the IW lead.")
        take_on(access, by, now)
        access.void_go_ahead()
        access.save()
        asked = [_question(access, hold, by, now) for hold in holds]
        for one in asked:
            log_entry(
                "contact_asked",
                by=by,
                at=now,
                reference=access.reference,
                record_reference=filled(access.record).reference,
                liaison=one.reference,
                source=one.hold.reference,
            )
            ask(one, now=now)
    return asked


def ask_nobody(
    access: AccessRequest,
    *,
    reason: str,
    by: User,
    now: datetime,
    seen: datetime | None = None,
) -> AccessRequest:
    """Decide that no source is told, with a reason code; before any was asked. Returns it.

    Nobody can then be put in touch, and a look by the IW Team needs the lead.
    """
    with transaction.atomic():
        access = _opened(access, by, now, seen)
        move(access, "ask_nobody", now)
        if reason not in QuietReason.values:
            raise WrongState("no_reason", "Select why they are not told.")
        take_on(access, by, now)
        access.quiet_reason = reason
        access.save()
        log_entry(
            "sources_not_told",
            by=by,
            at=now,
            reference=access.reference,
            record_reference=filled(access.record).reference,
            reason=reason,
        )
    return access


def ask_lead(
    access: AccessRequest, *, by: User, now: datetime, seen: datetime | None = None
) -> AccessRequest:
    """Ask the IW lead to decide: no source is left to ask, or none may be told. Returns it.

    Refuses to ask again after *no contact* while nobody was asked and nobody said anything since:
    a decision is not looked for until it pleases.
    """
    with transaction.atomic():
        access = _opened(access, by, now, seen)
        move(access, "ask_lead", now)
        if not access.quiet_reason and policies.to_ask(access).exists():
            raise WrongState("sources_first", "Ask the practitioners first.")
        if not policies.is_news_to_lead(access):
            raise WrongState("lead_decided", "The IW lead decided, and nothing came since.")
        take_on(access, by, now)
        access.save()
        log_entry(
            "access_lead_asked",
            by=by,
            at=now,
            reference=access.reference,
            record_reference=filled(access.record).reference,
        )
        tell_leads("access_to_lead", access, now=now)
    return access


def decide_as_lead(
    access: AccessRequest,
    *,
    decision: str,
    reason: str,
    by: User,
    now: datetime,
    seen: datetime | None = None,
    heard: datetime | None = None,
) -> AccessRequest:
    """Decide on an objection, or where no source could be asked, with a reason code. Returns it.

    Refuses anyone but an IW lead who had no part in the brokering, a reason that does not go with
    the decision, and to go ahead while a request to shield the record is undecided: whose it is
    comes later than the decision, and makes it void. The same decision of the same lead is found
    made. The decision holds for the sources who were asked by then: a new one, or a
    new objection, makes it void. `heard` is when the latest word against contact was said that the
    lead's page knew of, to whichever request of the person.
    """
    with transaction.atomic():
        access = locked_with_record(access, by)
        if not policies.may_lead(by, access, now):
            raise NotAllowed("second_person", "An IW lead who had no part in this decides.")
        if _has_decided(access, by, decision, reason):
            return access
        refuse_unseen(access, seen)
        now = in_turn(access, now)
        refuse_unheard(access, heard)
        move(access, "decide", now)
        if reason not in REASONS.get(decision, ()):
            raise WrongState("no_decision", "Select your decision and a reason that goes with it.")
        if decision == LeadDecision.GO_AHEAD and policies.is_undecided(access):
            raise WrongState("undecided", policies.UNDECIDED)
        parts.take(Part.LEAD, by, access, now=now)
        access.lead_decided_at, access.lead_decided_by = now, by
        access.lead_decision, access.lead_reason = decision, reason
        if decision == LeadDecision.NO_CONTACT:
            access.no_contact_at = now
        access.save()
        waits_no_more("access_to_lead", access.reference)
        log_entry(
            "access_lead_decided",
            by=by,
            at=now,
            reference=access.reference,
            record_reference=filled(access.record).reference,
            decision=decision,
            reason=reason,
        )
    return access


def conclude(
    access: AccessRequest,
    *,
    outcome: str,
    by: User,
    now: datetime,
    granted_until: date | None = None,
    seen: datetime | None = None,
) -> AccessRequest:
    """Conclude with an outcome, which requester and manager read from the publication on.

    Before anybody is put in touch or told anything: this is what permits it. The same outcome of
    the same member is found concluded. Refuses whatever
    `policies.missing_for` names, whoever wrote down a source's word that this rests on, a day
    outside the grant's bounds, and whoever has another part in this request.
    "The outcome of the request must be recorded in the Logbook".
    """
    with transaction.atomic():
        # Nobody whose step counts may be suspended or moved while this is decided; people first.
        first = policies.who_acted_first(access)
        list(User.objects.select_for_update(no_key=True).filter(pk__in=first).order_by("pk"))
        access = _opened(access, by, now, None)
        concluded = (access.concluded_by_id, access.outcome, access.granted_until)
        if concluded == (by.pk, outcome, granted_until):
            return access
        refuse_unseen(access, seen)
        if outcome not in CHOSEN:
            raise WrongState("no_outcome", "Select an outcome.")
        now = in_turn(access, now)
        if words := policies.missing_for(access, outcome, now, by=by):
            raise WrongState("outcome_too_early", words)
        move(access, "conclude", now)
        take_on(access, by, now)
        access.granted_until = _bounded(access, outcome, granted_until, now)
        access.concluded_at, access.concluded_by, access.outcome = now, by, outcome
        access.publish_at = publication.of(access, now)
        access.save()
        _rely_on_members(access, by)
        log_entry(
            "access_concluded",
            by=by,
            at=now,
            reference=access.reference,
            record_reference=filled(access.record).reference,
            outcome=outcome,
            granted_until=access.granted_until or "",
            purpose=access.purpose,
            need=access.need,
            why_not_otherwise=access.why_not_otherwise,
        )
        asked_no_more(access.liaisons.with_people(), now=now)
        tell_parties(access, now=now, due_at=access.publish_at)
        if access.granted_until:
            warn_before_end(access, now=now)
    return access


def pass_on(
    access: AccessRequest,
    *,
    passed_on: str,
    on: date,
    by: User,
    now: datetime,
    seen: datetime | None = None,
) -> AccessRequest:
    """Attest that what the outcome permits was passed on by phone, and on which day. Returns it.

    What was said is kept nowhere, nor is the source's own contact. The same word of the same member
    is found said. Refuses whoever has another part in it, what the outcome does not permit, before
    it is published, after a withdrawal, and a day that is before the publication or after a stop
    or the last day.
    """
    with transaction.atomic():
        access = _opened(access, by, now, None)
        said = (access.passed_on_by_id, access.passed_on, access.passed_on_day)
        if said == (by.pk, passed_on, on):
            return access
        refuse_unseen(access, seen)
        if not policies.may_pass_on(by, access, now):
            raise WrongState("not_to_pass_on", "There is nothing to pass on here.")
        if passed_on not in PASSED_ON[access.outcome]:
            raise WrongState("not_permitted", "The outcome does not permit this.")
        if words := policies.why_not_then(access, on, now):
            raise WrongState("not_then", words)
        take_on(access, by, now)
        access.passed_on, access.passed_on_day = passed_on, on
        access.passed_on_at, access.passed_on_by, access.changed_at = now, by, now
        access.save()
        log_entry(
            "access_passed_on",
            by=by,
            at=now,
            reference=access.reference,
            record_reference=filled(access.record).reference,
            passed_on=passed_on,
            on=on,
        )
    return access


def _opened(access: AccessRequest, by: User, now: datetime, seen: datetime | None) -> AccessRequest:
    """Return the request, its record and itself locked, for a member who may broker it."""
    access = locked_with_record(access, by)
    if not policies.may_broker(by, access, now):
        raise NotAllowed("second_person", "Another member of the IW Team brokers this.")
    refuse_unseen(access, seen)
    return access


def _asked_just_now(access: AccessRequest, by: User, seen: datetime | None) -> list[Liaison]:
    """Return what this member asked where nothing has changed since: their form came twice."""
    if seen is None or access.changed_at == seen:
        return []
    return list(access.liaisons.filter(asked_by=by, asked_at=access.changed_at))


def _has_decided(access: AccessRequest, by: User, decision: str, reason: str) -> bool:
    """Return whether this very decision is this very lead's, and stands: their form came twice."""
    made = (access.lead_decided_by_id, access.lead_decision, access.lead_reason)
    return made == (by.pk, decision, reason) and access.state == states.BEING_BROKERED


def _question(access: AccessRequest, hold: Hold, by: User, now: datetime) -> Liaison:
    """Return the question to a claim's source: new, or begun anew where the source is."""
    liaison = access.liaisons.filter(hold=hold).first() or Liaison(access=access, hold=hold)
    liaison.asked_of, liaison.asked_at, liaison.asked_by = hold.source, now, by
    liaison.answer, liaison.answered_at, liaison.answered_by = "", None, None
    liaison.family, liaison.on_word = "", False
    liaison.save()
    return liaison


def _rely_on_members(access: AccessRequest, by: User) -> None:
    """Keep beside each answer that one member wrote down who concluded on it: somebody else."""
    if access.outcome in DISCLOSING:
        for liaison in policies.words_of_members(access):
            liaison.relied_on_by = by
            liaison.save(update_fields=["relied_on_by"])


def _bounded(
    access: AccessRequest, outcome: str, granted_until: date | None, now: datetime
) -> date | None:
    """Return the end of a grant, which lies after the publication and within what was asked."""
    if outcome not in CONTACT:
        return None
    if words := policies.out_of_bounds(access, granted_until, now):
        raise Refused("grant_bounds", words)
    return granted_until


def answer_on_word(
    liaison: Liaison,
    *,
    answer: str,
    family: str = "",
    asked_at: datetime,
    by: User,
    now: datetime,
) -> Liaison:
    """Record what a source said to a member, as `source.actions.answer` does with all its refusals.

    `asked_at` is when the source whom the page named was asked. Refuses where the question has
    gone to somebody else since: the word of who left is not their colleague's. Returns it.
    """
    with transaction.atomic():
        access = locked(liaison.access_id, by)
        if not Liaison.objects.filter(pk=liaison.pk, asked_at=asked_at).exists():
            raise ChangedMeanwhile(access)
        return source_actions.answer(liaison, answer=answer, family=family, by=by, now=now)
