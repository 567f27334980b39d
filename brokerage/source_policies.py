"""A source's word on an access request: what they may say and do, and which offers stand."""

from datetime import datetime

from django.db.models import F, Q

from brokerage import states, time_limits
from brokerage.access_request_codes import Answer, FamilyAsked, LeadDecision, Need, Outcome, Purpose
from brokerage.models import AccessRequest, Liaison, LiaisonQuerySet, is_disowned
from shielding import clock
from shielding.accounts.models import User
from shielding.accounts.second_person import still_counts
from shielding.roles import Role

# Asked of who asks for the shield now: not of who handed the claim over, nor of a service alone
# whose practitioner has confirmed since that they phoned.
OF_ITS_SOURCE = Q(asked_of=F("hold__source")) | Q(asked_of=None, hold__source=None)
OFFERS = (Answer.WILL_CONTACT, Answer.GIVE_CONTACT)
# Which offer of a source an outcome rests on.
_TAKES: dict[str, str] = {
    Outcome.SOURCE_WILL_CONTACT: Answer.WILL_CONTACT,
    Outcome.PUT_IN_TOUCH: Answer.GIVE_CONTACT,
}


def rests_on(liaison: Liaison) -> bool:
    """Return whether the outcome rests on what was answered here, whoever has the claim now."""
    return _TAKES.get(liaison.access.outcome) == liaison.answer


def speaks_against(liaison: Liaison) -> bool:
    """Return whether what was said blocks contact until a lead decides: as SPEAKS_AGAINST."""
    return liaison.answer == Answer.OBJECTS or liaison.family == FamilyAsked.NOT_CONTENT


def is_family_left_alone(access: AccessRequest) -> bool:
    """Return whether the source is told not to ask the family: it could warn somebody."""
    return access.need == Need.CONCERN or access.purpose == Purpose.SAFEGUARDING


def may_record_silence(liaison: Liaison, now: datetime) -> bool:
    """Return whether "no answer" may be recorded: from the second working day after asking."""
    counts = time_limits.silence_counts_from(clock.today(liaison.asked_at))
    unheard = not liaison.answer or fell_away(liaison)
    return unheard and clock.today(now) >= counts


def rests_on_a_member(liaison: Liaison) -> bool:
    """Return whether an answer that lets contact go on stands on the word of one member alone.

    An offer that was phoned; and silence where no working account was asked, for nobody else can
    know whether anybody phoned. An objection never: it protects, and waits for no second person.
    """
    if not liaison.hold.is_standing:
        return False
    if liaison.answer == Answer.NO_ANSWER:
        return liaison.hold.source is None or not liaison.hold.source.is_active
    return liaison.answer in OFFERS and liaison.on_word


def fell_away(liaison: Liaison) -> bool:
    """Return whether a member's word counts no more: who wrote it down no longer works here, or did
    not all the time since.
    """
    wrote, at = liaison.answered_by_id, liaison.answered_at
    return rests_on_a_member(liaison) and not still_counts(wrote, Role.IW, since=at)


def may_confirm(liaison: Liaison) -> bool:
    """Return whether a source may say themself what a member wrote down, or something else."""
    return is_asked(liaison) and rests_on_a_member(liaison) and not was_anothers(liaison)


def is_asked(liaison: Liaison) -> bool:
    """Return whether the source's word still counts: it is being brokered, and they still ask."""
    return liaison.access.state in states.AT_IW and liaison.hold.is_standing


def has_to_answer(liaison: Liaison) -> bool:
    """Return whether a source may answer: they have not, or the IW Team noted their silence."""
    return is_asked(liaison) and liaison.answer in ("", Answer.NO_ANSWER)


def may_say(liaison: Liaison, answer: str) -> bool:
    """Return whether a source's answer may take the place of silence, or none; an objection of any.

    Also of what was written down by somebody who no longer works here. What is asked of somebody
    with another part in the request has no answer; and a claim that its practitioner has disowned
    is nobody's word for contact, but may be one against it. The question is a `marked` one.
    """
    if liaison.answer == Answer.LEFT_OUT:
        return False
    if answer == Answer.OBJECTS:
        return liaison.answer != Answer.OBJECTS or objects_anew(liaison)
    unheard = liaison.answer in ("", Answer.NO_ANSWER) or fell_away(liaison)
    return unheard and not liaison.disowned


def may_object_later(liaison: Liaison) -> bool:
    """Return whether a source may object beside what was said: an offer, or an objection.

    Whether a lead has decided is nothing that their page tells.
    """
    return is_asked(liaison) and liaison.answer in (*OFFERS, Answer.OBJECTS)


def has_said(user: User, liaison: Liaison, answer: str, family: str) -> bool:
    """Return whether this very answer is this very person's: their form came twice.

    With the same word on the family.
    Only while the word still counts: after the end the same form is too late, and is told so. An
    objection that may be made anew is not the same again.
    """
    same = (liaison.answer, liaison.family) == (answer, family)
    same = same and liaison.answer not in ("", Answer.LEFT_OUT)
    # An objection is the source's own whoever wrote it down, so that their page tells nothing.
    by_phone = answer == Answer.OBJECTS and liaison.hold.source_id == user.pk
    own = (liaison.answered_by_id == user.pk or by_phone) and not objects_anew(liaison)
    return same and own and is_asked(liaison)


def was_anothers(liaison: Liaison) -> bool:
    """Return whether the answer is of who had the claim before: given before they were asked.

    Or before they had it, where what was asked had come to its end by then.
    """
    if liaison.answered_at is None:
        return False
    handed_over = liaison.asked_of_id not in (None, liaison.hold.source_id)
    return handed_over or liaison.answered_at < liaison.asked_at


def objects_anew(liaison: Liaison) -> bool:
    """Return whether an objection there says something new beside the one that was made.

    A lead went ahead since, for another objection makes that void; or it is of who had the claim
    before.
    """
    overruled = liaison.access.lead_decision == LeadDecision.GO_AHEAD
    return liaison.answer == Answer.OBJECTS and (overruled or was_anothers(liaison))


def offer_was_taken(liaison: Liaison) -> bool:
    """Return whether the outcome rests on what this source offered, and their claim stands.

    A claim that was handed over since is somebody else's, who offered nothing.
    """
    own = liaison.asked_of_id == liaison.hold.source_id
    return rests_on(liaison) and own and liaison.hold.is_standing


def offers_taken() -> LiaisonQuerySet:
    """Return the offers that outcomes rest on, of who works here: `offer_was_taken`, as a query."""
    taken = Q()
    for outcome, said in _TAKES.items():
        taken |= Q(access__outcome=outcome, answer=said)
    return offers_that_stand().filter(taken)


def offers_that_stand() -> LiaisonQuerySet:
    """Return what sources offered whose claim stands, who were asked themselves and work here.

    None about a claim that its practitioner has disowned since.
    """
    here = Q(hold__source__is_active=True) | Q(hold__source=None)
    offers = Liaison.objects.filter(answer__in=OFFERS, hold__released_at__isnull=True)
    return offers.filter(OF_ITS_SOURCE, ~is_disowned(), here).order_by()


def is_granted(access: AccessRequest, now: datetime) -> bool:
    """Return whether contact under this request may be made today."""
    return AccessRequest.objects.granted(clock.today(now)).filter(pk=access.pk).exists()


def is_running(access: AccessRequest, now: datetime) -> bool:
    """Return whether there is a contact to stop: also of a requester who is suspended."""
    return AccessRequest.objects.running(clock.today(now)).filter(pk=access.pk).exists()


def may_stop(liaison: Liaison, now: datetime) -> bool:
    """Return whether a source may stop a contact: one that rests on their own offer, and runs.

    Nobody else is offered it: that a contact runs would tell them of another source. Also while
    the requester is suspended: it would run on when they come back.
    """
    return offer_was_taken(liaison) and is_running(liaison.access, now)


def may_contact(liaison: Liaison, now: datetime) -> bool:
    """Return whether a source who offered it may contact the requester now.

    Asked each time the page is shown: not after a withdrawal, a stop, the end of the grant, or
    once either of them has let go or left; nor before the requester and their manager read of it,
    for until then the requester may withdraw.
    """
    will = liaison.answer == Answer.WILL_CONTACT and liaison.access.is_published(now)
    return will and offer_was_taken(liaison) and is_granted(liaison.access, now)


def may_see_contact(liaison: Liaison, now: datetime) -> bool:
    """Return whether a source is shown how to reach the requester: who may contact them now.

    Not about a claim that its practitioner has disowned since. The question is a `marked` one.
    """
    return may_contact(liaison, now) and not liaison.disowned
