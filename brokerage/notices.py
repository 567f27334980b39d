"""What is owed to whom about an access request, and when: the words never say more than a mail."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Max

from brokerage import states
from brokerage.access_request_codes import Answer
from brokerage.models import AccessRequest, Liaison
from brokerage.time_limits import WARNED_BEFORE
from shielding import clock
from shielding.accounts.deputies.models import approvers_of
from shielding.accounts.models import User
from shielding.filled import filled
from shielding.notices.kinds import Kind
from shielding.notices.mail_hours import mail_hour
from shielding.notices.models import Notice
from shielding.notices.notify import notify, tell_people

AGREED = "access_agreed"


def tell_parties(access: AccessRequest, *, now: datetime, due_at: datetime | None = None) -> None:
    """Owe requester and line manager the word that something changed; never what.

    `due_at` is when an outcome is published: both read and both are mailed from then on.
    """
    asked = ("access_to_agree", "access_to_lead", "access_lapses")
    Notice.objects.filter(subject=access.reference, kind__in=asked).overtake()
    tell_people(access.reference, _parties(access, now), now=now, due_at=due_at)


def _parties(access: AccessRequest, now: datetime) -> list[User]:
    requester = access.requester
    return [requester, *_managers_of(access, requester, now)] if requester else []


def _managers_of(access: AccessRequest, requester: User, now: datetime) -> list[User]:
    """Return who hears of a request as a manager: who decided it, and who manages today.

    That is the line manager, and who stands in for them. Not who is asked about it as a source:
    they open it in no other role.
    """
    decided = access.manager_decided_by
    own = [decided] if decided and decided.is_active else []
    today = approvers_of(requester, clock.today(now))
    return own + [
        one for one in today if one not in own and not access.liaisons.asked(one).exists()
    ]


def withdraw_notices(access: AccessRequest) -> None:
    """Owe nobody any more what was not yet sent about a request and to the sources it asked.

    By the same statements however many were asked: a requester who withdraws must not tell it by
    the time it takes.
    """
    Notice.objects.filter(subject=access.reference).overtake()
    Notice.objects.filter(subject__in=access.liaisons.values("reference")).overtake()


def waits_no_more(kind: str, reference: str) -> None:
    """Owe nobody a word any more that was not yet sent of what waited and was done."""
    Notice.objects.filter(kind=kind, subject=reference).overtake()


def next_step(kind: str, subject: str) -> int:
    """Return the first step that no notice of this kind about this reference has taken.

    The caller holds the row of the access request, so that nobody else takes it meanwhile.
    """
    taken = Notice.objects.filter(kind=kind, subject=subject).aggregate(last=Max("step"))["last"]
    return 0 if taken is None else taken + 1


def tell_of_draft(draft: AccessRequest, to: User, *, now: datetime) -> None:
    """Owe a colleague the word that a draft is theirs now; nobody else can open a draft."""
    step = next_step("item_changed", draft.reference)
    notify("item_changed", draft.reference, recipients=[to], now=now, step=step)


def may_be_told(liaison: Liaison) -> bool:
    """Return whether the claim's source has an account and may know of the question at all.

    Not somebody with another part in the request, to whom the claim was handed over: to hear of
    it would tell them which child it is.
    """
    source = liaison.hold.source
    return source is not None and Liaison.objects.visible_to(source).filter(pk=liaison.pk).exists()


def ask(liaison: Liaison, *, now: datetime) -> None:
    """Owe a source with an account the word that somebody asks to reach them: each time anew."""
    source = liaison.hold.source
    if source is not None:
        step = next_step("contact_asked", liaison.reference)
        notify("contact_asked", liaison.reference, recipients=[source], now=now, step=step)


def tell_of_word(liaison: Liaison, *, now: datetime) -> None:
    """Owe a source the word that a member wrote down an answer in their name; never which."""
    step = next_step("item_changed", liaison.reference)
    notify("item_changed", liaison.reference, recipients=_source_of(liaison), now=now, step=step)


def _source_of(liaison: Liaison) -> list[User]:
    """Return the claim's source, where they work and may open the question."""
    source = liaison.hold.source
    works = source is not None and source.is_active and source.is_practitioner
    return [filled(source)] if works and may_be_told(liaison) else []


def source_of(reference: str, _now: datetime) -> list[User] | None:
    """Return who may hear that a question to a source changed; None where it is no question."""
    liaison = _liaison(reference)
    return None if liaison is None else _source_of(liaison)


def who_was_asked(liaison: Liaison) -> list[User]:
    """Return who is to hear what became of a question: the person it was asked of.

    They may be about to contact the requester; whoever has the claim since was never asked, but
    for who was asked anew, beside the objection of the person before them. Nobody who has left, and
    nobody with another part in the request, or who was left out for one. Nobody about a claim that
    was let go before: they make no contact any more.
    """
    if liaison.let_go_first:
        return []
    people = {liaison.asked_of}
    if liaison.answered_at is not None and liaison.answered_at < liaison.asked_at:
        people.add(liaison.hold.source)
    return [one for one in people if one is not None and _may_hear(one, liaison)]


def _may_hear(person: User, liaison: Liaison) -> bool:
    access = liaison.access
    if not (person.is_active and person.is_practitioner) or liaison.answer == Answer.LEFT_OUT:
        return False
    requester = access.requester
    line = requester.line_manager_id if requester else None
    if person.pk in (access.manager_id, line):
        return False
    return not access.participations.filter(person=person).exists()


def asked_no_more(liaisons: Iterable[Liaison], *, now: datetime) -> None:
    """Owe the sources no question more, and those who were asked the word that something ended."""
    for liaison in liaisons:
        Notice.objects.filter(subject=liaison.reference).overtake()
        # Once for the outcome, once more where a contact is stopped.
        step = next_step("contact_ended", liaison.reference)
        notify(
            "contact_ended",
            liaison.reference,
            recipients=who_was_asked(liaison),
            now=now,
            step=step,
        )


def warn_before_end(access: AccessRequest, *, now: datetime) -> None:
    """Owe the requester a warning at nine, a week before what they were granted ends."""
    notify(
        "grant_ends",
        access.reference,
        recipients=[filled(access.requester)],
        now=now,
        due_at=max(
            mail_hour(filled(access.granted_until) - WARNED_BEFORE), filled(access.publish_at)
        ),
    )


def tell_leads(kind: str, access: AccessRequest, *, now: datetime) -> None:
    """Owe the IW leads word of an access request: each time anew."""
    step = next_step(kind, access.reference)
    leads = User.objects.working().iw_team().leads_or_else_all()
    notify(kind, access.reference, recipients=leads, now=now, step=step)


def tell_of_call(access: AccessRequest, by: User, *, now: datetime) -> None:
    """Owe the rest of the team a look at a call."""
    rest = User.objects.working().iw_team().exclude(pk=by.pk)
    notify("urgent_to_read", access.reference, recipients=rest, now=now)


def contact_stopped(access: AccessRequest, *, now: datetime) -> None:
    """Owe the leads word that a contact was stopped, and nobody a warning that it ends."""
    Notice.objects.filter(subject=access.reference, kind="grant_ends").overtake()
    tell_leads("contact_stopped", access, now=now)


def call_was_read(access: AccessRequest) -> None:
    """Owe nobody a look at a call any more."""
    kinds = ("urgent_to_read", "urgent_not_read")
    Notice.objects.filter(subject=access.reference, kind__in=kinds).overtake()


def parties_of(reference: str, now: datetime) -> list[User] | None:
    """Return who may hear that an access request changed; of a draft its requester alone."""
    access = _access(reference)
    if access is None:
        return None
    sent = access.submitted_at is not None
    own = [access.requester] if access.requester else []
    parties = _parties(access, now) if sent else own
    return [one for one in parties if one.is_active and one.is_practitioner]


def _to_agree(reference: str, now: datetime) -> list[User] | None:
    access = _access(reference)
    if access is None or access.requester is None:
        return None if access is None else []
    waits = access.state == states.WITH_MANAGER
    return approvers_of(access.requester, clock.today(now)) if waits else []


def _to_be_warned(reference: str, now: datetime) -> list[User] | None:
    access = _access(reference)
    if access is None:
        return None
    granted = AccessRequest.objects.granted(clock.today(now)).filter(pk=access.pk).exists()
    requester = access.requester
    return [requester] if requester and requester.is_practitioner and granted else []


def _asked(reference: str, _now: datetime) -> list[User] | None:
    liaison = _liaison(reference)
    if liaison is None:
        return None
    source = liaison.hold.source
    owed = Liaison.objects.owed().filter(pk=liaison.pk).exists()
    return [source] if source is not None and owed and may_be_told(liaison) else []


def _was_asked(reference: str, _now: datetime) -> list[User] | None:
    liaison = _liaison(reference)
    return None if liaison is None else who_was_asked(liaison)


def _at_desk(reference: str, _now: datetime) -> list[User] | None:
    """Return who may open what is the IW Team's: whoever works in it."""
    return None if _access(reference) is None else list(User.objects.working().iw_team())


def is_to_begin(reference: str) -> bool:
    """Return whether an access request was agreed and the IW Team did nothing for it yet."""
    return AccessRequest.objects.to_begin().filter(reference=reference).exists()


def is_to_read(reference: str) -> bool:
    """Return whether an urgent call waits still to be read by another member."""
    return AccessRequest.objects.urgent_to_read().filter(reference=reference).exists()


def _to_begin(reference: str, _now: datetime) -> list[User]:
    return list(User.objects.working().iw_team()) if is_to_begin(reference) else []


def _to_finish(reference: str, now: datetime) -> list[User] | None:
    """Return who may still finish a request before it ends by itself: whoever works in IW."""
    access = _access(reference)
    if access is None:
        return None
    return list(User.objects.working().iw_team()) if access.state in states.OPEN else []


def _access(reference: str) -> AccessRequest | None:
    found = AccessRequest.objects.select_related("requester__line_manager", "manager_decided_by")
    return found.filter(reference=reference).first()


def _liaison(reference: str) -> Liaison | None:
    return Liaison.objects.with_people().filter(reference=reference).first()


KINDS = (
    Kind(
        "access_lapses",
        "An access request that ends unfinished, to the lead",
        is_duty=True,
        readers=_to_finish,
    ),
    Kind(
        "access_to_agree",
        "An access request to agree",
        is_duty=True,
        is_of_a_manager=True,
        readers=_to_agree,
    ),
    Kind(AGREED, "An agreed access request", readers=_to_begin, waits=is_to_begin),
    Kind("access_to_lead", "An access request, to the lead", readers=_at_desk),
    Kind(
        "contact_asked",
        "A question about contact, to who asked for the shield",
        is_duty=True,
        readers=_asked,
    ),
    Kind(
        "contact_ended",
        "A question about contact that is finished",
        is_personal=True,
        readers=_was_asked,
    ),
    Kind("contact_stopped", "A contact stopped", readers=_at_desk),
    Kind(
        "grant_ends",
        "A contact that ends soon",
        is_duty=True,
        readers=_to_be_warned,
        is_told_once=True,
    ),
    Kind("urgent_not_read", "An urgent call nobody read", readers=_at_desk, waits=is_to_read),
    Kind("urgent_to_read", "An urgent call to read", readers=_at_desk),
)
