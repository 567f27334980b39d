"""Who may do what to an access request, and what an outcome needs: one function per question."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db.models import Exists, Max, OuterRef, Q

from brokerage import parts, publication, source_policies, states
from brokerage.access_request_codes import (
    DISCLOSING,
    PASSED_ON,
    Answer,
    LeadDecision,
    Outcome,
    Part,
)
from brokerage.models import (
    SPEAKS_AGAINST,
    AccessRequest,
    AccessRequestQuerySet,
    Liaison,
    Participation,
)
from shielding import clock
from shielding.accounts.deputies.models import approvers_of
from shielding.accounts.deputies.policies import may_approve_for
from shielding.accounts.history import LATELY, to_vouch_for
from shielding.accounts.models import User, UserQuerySet
from shielding.accounts.second_person import (
    may_be_second_person,
    still_counts,
    who_may_be_second,
    with_who_count_as_one,
)
from shielding.filled import filled
from shielding.models import Hold
from shielding.records.models import HoldQuerySet
from shielding.records.policies import may_administer as may_administer
from shielding.roles import Role
from shielding.web.paging import NOTHING

_NOBODY_ELSE = (
    "Nobody can at the moment. A practitioner who has an account can answer on their own page; a "
    "newly granted member can conclude after 24 hours."
)
_WROTE = "You wrote down what a practitioner said by phone, or that they were silent"
_AS_ONE = (
    "Who wrote down what a practitioner said by phone and you gave one another an account, a name "
    "or a role within 28 days"
)
UNDECIDED = "A request to shield this record is not decided yet: decide it first."


def may_ask(user: User) -> bool:
    """Return whether the person may ask for access: practitioners do, for their service."""
    return user.is_active and user.is_practitioner


def is_own(user: User, access: AccessRequest) -> bool:
    """Return whether the access request is this practitioner's."""
    return may_ask(user) and access.requester_id == user.pk


def may_withdraw(user: User, access: AccessRequest, now: datetime) -> bool:
    """Return whether the requester may withdraw: until the outcome is published.

    So the page is the same whether or not the IW Team has finished. A call was dealt with at once.
    """
    if not is_own(user, access) or access.is_withdrawn or access.is_urgent:
        return False
    unpublished = access.state in states.ENDED and not access.is_published(now)
    return access.state in states.OPEN or unpublished


def may_decide_as_manager(user: User, access: AccessRequest, now: datetime) -> bool:
    """Return whether the person is the requester's line manager now, or stands in for them."""
    requester = access.requester
    return (
        requester is not None
        and requester.pk != user.pk
        and may_approve_for(user, requester, clock.today(now))
        and may_be_second_person(user, now)
    )


def may_broker(user: User, access: AccessRequest, now: datetime) -> bool:
    """Return whether the member may liaise and conclude: not who has another part in it."""
    return (
        may_administer(user)
        and may_be_second_person(user, now)
        and parts.may_take(Part.IW, user, access)
    )


def may_lead(user: User, access: AccessRequest, now: datetime) -> bool:
    """Return whether the lead may decide: not where they had a part in the brokering."""
    return (
        may_administer(user)
        and user.is_lead
        and may_be_second_person(user, now)
        and parts.may_take(Part.LEAD, user, access)
    )


def free_for(part: Part, user: User, now: datetime) -> Q:
    """Return in which access requests a member may take a part: `may_broker`, `may_lead` and
    `may_read_call`, as a query of those that wait for it.
    """
    leads = part != Part.LEAD or user.is_lead
    if not (may_administer(user) and leads and may_be_second_person(user, now)):
        return NOTHING
    others = Participation.objects.filter(access=OuterRef("pk"), person=user.pk).exclude(part=part)
    return ~Q(Exists(others))


def others_for(part: Part, access: Any, now: datetime) -> UserQuerySet:
    """Return the working members who have no other part in an access request (or an OuterRef)."""
    others = Participation.objects.filter(access=access, person=OuterRef("pk")).exclude(part=part)
    return who_may_be_second(now).filter(~Exists(others))


def leads_for(access: Any, now: datetime) -> UserQuerySet:
    """Return the working IW leads who may decide an access request: `may_lead`, as a query."""
    return others_for(Part.LEAD, access, now).iw_leads()


def is_news_to_lead(access: AccessRequest) -> bool:
    """Return whether a lead may be asked: not after *no contact*, unless something speaks for it.

    That is a claim agreed since, or a source who agrees since: an objection speaks against it, and
    a question that was handed over says nothing.
    """
    since = _no_contact(access).aggregate(latest=Max("no_contact_at"))["latest"]
    if since is None:
        return True
    claims = Hold.objects.standing().filter(record=access.record_id, agreed_at__gt=since)
    offers = access.liaisons.filter(answer__in=source_policies.OFFERS, answered_at__gt=since)
    offers = offers.exclude(SPEAKS_AGAINST)
    return claims.exists() or offers.exists()


def is_undecided(access: AccessRequest) -> bool:
    """Return whether somebody asks for the shield on whose request nobody has decided."""
    claims = Hold.objects.standing().filter(record=access.record_id)
    return claims.filter(agreed_at__isnull=True).exists()


def may_read_call(user: User, access: AccessRequest, now: datetime) -> bool:
    """Return whether the member may be the second reader of a call: not who logged it."""
    return (
        may_administer(user)
        and access.is_urgent
        and access.read_at is None
        and may_be_second_person(user, now)
        and parts.may_take(Part.READER, user, access)
    )


def may_pass_on(user: User, access: AccessRequest, now: datetime) -> bool:
    """Return whether the member may say that they passed on by phone what the outcome permits.

    Only once it is published: until then the requester may withdraw. Not of an urgent call, which
    was called back before it was logged; and not a lead who went ahead.
    """
    return (
        access.outcome in PASSED_ON
        and not access.is_urgent
        and not access.is_withdrawn
        and access.is_published(now)
        and not access.passed_on
        and may_broker(user, access, now)
    )


def why_not_then(access: AccessRequest, day: date, now: datetime) -> str:
    """Return why nothing can have been passed on that day, in words; "" where it can.

    Not before the outcome was read, nor after the contact's last day or a stop.
    """
    first = clock.today(filled(access.publish_at))
    last = min(filled(access.granted_until or access.needed_until), clock.today(now))
    if access.stopped_at:
        last = min(last, clock.today(access.stopped_at))
    if first <= day <= last:
        return ""
    return f"It can be passed on from {first:%-d %B %Y} to {last:%-d %B %Y}."


def may_answer(user: User, liaison: Liaison, now: datetime) -> bool:
    """Return whether the person may answer: the source, or the IW Team on their word."""
    if user.is_iw:
        return may_broker(user, liaison.access, now)
    return Liaison.objects.visible_to(user).filter(pk=liaison.pk).exists()


def to_ask(access: AccessRequest) -> HoldQuerySet:
    """Return the claims whose source is still to be asked: agreed, standing, not heard yet.

    Whoever has another part in this request is left out, and is never told why; asked they are once
    they have none. Asked anew is who confirmed a phoned claim after its service was asked. What
    speaks against contact stands, whoever has the claim now.
    """
    heard = access.liaisons.filter(
        SPEAKS_AGAINST | ~Q(answer=Answer.LEFT_OUT) & source_policies.OF_ITS_SOURCE
    )
    holds = Hold.objects.standing().filter(record=access.record_id, agreed_at__isnull=False)
    return (
        holds.exclude(source__in=parts.people_of(access), source__isnull=False)
        .exclude(pk__in=heard.values("hold"))
        .order_by("placed_at", "id")
    )


def who_can_agree(access: AccessRequest, now: datetime) -> list[User]:
    """Return the line manager and the deputy who can agree to a request today, if they work here.

    While there is one, the request is theirs to decide: the IW Team ends it only without.
    """
    return approvers_of(access.requester, clock.today(now)) if access.requester else []


_NOT_SILENT = "Only where every practitioner was asked and none answered."


def missing_for(
    access: AccessRequest, outcome: str, now: datetime, *, by: User | None = None
) -> str:
    """Return what an outcome still needs, in words for the IW Team; "" where it needs nothing.

    `by` is the member who would conclude; without one it is what is missing whoever does.
    """
    return missing(access, [outcome], now, by=by)[outcome]


def missing(
    access: AccessRequest, outcomes: Iterable[str], now: datetime, *, by: User | None = None
) -> dict[str, str]:
    """Return what each of these outcomes still needs, as `missing_for`, by as many statements."""
    if access.state == states.WITH_MANAGER:
        return {outcome: _missing_agreement(access, outcome, now) for outcome in outcomes}
    needed = dict.fromkeys(outcomes, "")
    if Outcome.NO_ANSWER in needed:
        # Nobody answers any more for a claim that was let go.
        gone = Q(answer="", hold__released_at__isnull=False)
        heard = access.liaisons.exclude(gone | Q(answer=Answer.LEFT_OUT))
        silent = set(heard.values_list("answer", flat=True)) == {Answer.NO_ANSWER}
        needed[Outcome.NO_ANSWER] = "" if silent else _NOT_SILENT
    disclosing = [outcome for outcome in needed if outcome in DISCLOSING]
    if disclosing:
        needed |= _missing_to_disclose(access, disclosing, now, by)
    return needed


def _missing_to_disclose(
    access: AccessRequest, disclosing: list[str], now: datetime, by: User | None
) -> dict[str, str]:
    """Return what each outcome still needs by which somebody hears of a source, or of a look."""
    words = missing_of_people(access) or _missing_of_record(access)
    asked = [] if words else _asked(access)
    if words := words or _missing_answer(asked):
        return dict.fromkeys(disclosing, words)
    offers = _offers_to(access)
    another = _missing_member(access, asked, by, now) if by else ""
    return {one: _missing_word(access, one, offers) or another for one in disclosing}


def _missing_agreement(access: AccessRequest, outcome: str, now: datetime) -> str:
    """Return why the IW Team does not end what is with a line manager, or not in this way."""
    if people := who_can_agree(access, now):
        names = " or ".join(one.name for one in people)
        return f"{names} can still agree to this or decline it."
    only = outcome == Outcome.NO_LONGER_NEEDED
    return "" if only else "The line manager has not agreed: only “No longer needed” is left."


def out_of_bounds(access: AccessRequest, granted_until: date | None, now: datetime) -> str:
    """Return what is wrong with the day on which a contact is to end, in words; "" if nothing."""
    first, last = clock.today(publication.of(access, now)), access.needed_until
    if last is None:
        return "An urgent call grants no contact."
    if last <= first:
        return (
            f"The outcome is read on {first:%-d %B %Y}, and it was needed until {last:%-d %B %Y}: "
            "they ask again."
        )
    if granted_until is None or not first < granted_until <= last:
        return (
            f"Contact ends after {first:%-d %B %Y}, when the outcome is read, and at the latest on "
            f"{last:%-d %B %Y}, the last day on which it was needed."
        )
    return ""


def missing_of_people(access: AccessRequest) -> str:
    """Return why nothing may be disclosed to this requester; "" where it may."""
    if access.is_withdrawn:
        return "The requester withdrew."
    requester, by = access.requester, access.manager_decided_by
    if requester is None or by is None or not (requester.is_active and by.is_active):
        return "The requester, or who agreed, no longer works here."
    if requester.line_manager_id != access.manager_id:
        return "The requester’s line manager has changed since: they ask again."
    return _missing_call([requester, by])


def _missing_call(people: Iterable[User]) -> str:
    """Return whose account is new and nobody's yet: one member could have made both of them."""
    new = to_vouch_for().filter(pk__in=[person.pk for person in people]).first()
    if new is None:
        return ""
    return (
        f"The account of {new.name} is new: a member who did not make it phones them first, on a "
        "number from the directory, and says so on their page."
    )


def _missing_of_record(access: AccessRequest) -> str:
    """Return who has not been heard yet; "" where everybody was."""
    if words := _missing_of_lead(access):
        return words
    if _objection_stands(access) or _no_contact(access).exists():
        return (
            "A practitioner objects, the family is not content, a contact was stopped, or the IW "
            "lead decided against it, here or when the same person asked before. Ask every "
            "practitioner first, then ask the IW lead."
        )
    if is_undecided(access):
        return UNDECIDED
    if not access.quiet_reason and to_ask(access).exists():
        return "A practitioner has not been asked yet."
    if _lead_decided_too_early(access):
        return "A practitioner was added since the lead decided: ask the IW lead."
    return ""


def _asked(access: AccessRequest) -> list[Liaison]:
    """Return what each source was asked, with whose answer it is and who wrote it down."""
    return list(access.liaisons.select_related("answered_by", "hold__source"))


def words_of_members(access: AccessRequest) -> list[Liaison]:
    """Return the answers that each stand on the word of one member of the IW Team alone."""
    return [one for one in _asked(access) if source_policies.rests_on_a_member(one)]


def _missing_answer(asked: list[Liaison]) -> str:
    """Return which answer is owed, or fell away; "" where everybody has answered."""
    if any(source_policies.is_asked(one) and not one.answered_at for one in asked):
        return "A practitioner has not answered: record their answer, or that there was none."
    if any(source_policies.fell_away(one) for one in asked):
        return (
            "Who wrote down what a practitioner said has left the IW Team since (for good or for a "
            "time): ask the practitioner again, and record their answer again."
        )
    return ""


def _missing_of_lead(access: AccessRequest) -> str:
    """Return what the lead has still to decide, or decided against; "" if nothing.

    Going ahead is the step of who decided it: it falls away for good once they no longer work here.
    A decision against contact stands.
    """
    if access.state == states.WITH_LEAD:
        return "The IW lead decides first."
    if access.lead_decision == LeadDecision.NO_CONTACT:
        return "The IW lead decided that there is no contact."
    gone_ahead = access.lead_decision == LeadDecision.GO_AHEAD
    lead, at = access.lead_decided_by_id, access.lead_decided_at
    if gone_ahead and not still_counts(lead, Role.IW, since=at):
        return (
            "The IW lead who went ahead has left the IW Team since (for good or for a time): ask "
            "an IW lead again."
        )
    return ""


def who_acted_first(access: AccessRequest) -> set[int]:
    """Return whose earlier step a conclusion rests on: asks, agreed, went ahead, wrote it down."""
    ids = {access.requester_id, access.manager_decided_by_id, access.lead_decided_by_id}
    ids |= {one.answered_by_id for one in words_of_members(access)}
    return {one for one in ids if one is not None}


def _missing_member(access: AccessRequest, asked: list[Liaison], by: User, now: datetime) -> str:
    """Return that another member concludes on what this one wrote down, and who can.

    So nobody is both the source's voice and who acts on it: nor one who counts as one with them.
    """
    words = [one for one in asked if source_policies.rests_on_a_member(one)]
    wrote, as_one = {filled(one.answered_by_id) for one in words}, set[int]()
    for one in words:
        since = filled(one.answered_at) - LATELY
        as_one |= with_who_count_as_one({filled(one.answered_by_id)}, since=since)
    if by.pk not in as_one:
        return ""
    others = others_for(Part.IW, access, now).exclude(pk__in=as_one)
    names = ", ".join(one.name for one in others)
    able = f"These can: {names}." if names else _NOBODY_ELSE
    return (
        f"{_WROTE if by.pk in wrote else _AS_ONE}: another member of the IW Team concludes. {able}"
    )


def _objection_stands(access: AccessRequest) -> bool:
    """Return whether a source objects, or a contact was stopped, and no lead went ahead since.

    To this request, or to another one of the same requester, unless the same person has said later,
    to this one, that they agree: silence takes no objection back, nor what was said before it, nor
    the yes of a colleague who has the claim since.
    """
    later = Liaison.objects.filter(
        access=access,
        hold=OuterRef("hold"),
        asked_of=OuterRef("asked_of"),
        answer__in=source_policies.OFFERS,
        answered_at__gt=OuterRef("since"),
    ).exclude(SPEAKS_AGAINST)
    against = Liaison.objects.against().filter(
        access__record=access.record_id, access__requester=access.requester_id
    )
    if access.lead_decision == LeadDecision.GO_AHEAD:
        against = against.filter(since__gt=filled(access.lead_decided_at))
    return against.filter(~Exists(later)).exists()


def _no_contact(access: AccessRequest) -> AccessRequestQuerySet:
    """Return where a lead decided against contact of this person with this record, here or before.

    Also where one went ahead afterwards, with another request or not knowing of what came since:
    asking again is no way to another answer. Not where a lead has gone ahead with this request
    since.
    """
    decided = AccessRequest.objects.order_by().filter(
        record=access.record_id, requester=access.requester_id, no_contact_at__isnull=False
    )
    if access.lead_decision == LeadDecision.GO_AHEAD:
        decided = decided.filter(no_contact_at__gt=access.lead_decided_at)
    return decided


def _lead_decided_too_early(access: AccessRequest) -> bool:
    """Return whether a claim was agreed since the lead went ahead that nobody can be asked about.

    Those who can be asked are, and that makes the decision void.
    """
    if access.lead_decided_at is None:
        return False
    since = Hold.objects.standing().filter(agreed_at__gt=access.lead_decided_at)
    return since.filter(record=access.record_id).exists()


def _offers_to(access: AccessRequest) -> set[str]:
    """Return what sources without another part in this request offered, and stand by."""
    offers = source_policies.offers_that_stand().filter(access=access)
    standing = offers.exclude(hold__source__in=parts.people_of(access))
    return set(standing.values_list("answer", flat=True))


def _missing_word(access: AccessRequest, outcome: str, offers: set[str]) -> str:
    """Return which word of a source, or of the lead, an outcome needs; "" where it is there."""
    if outcome == Outcome.SOURCE_WILL_CONTACT:
        return "" if Answer.WILL_CONTACT in offers else "No practitioner said that they will."
    if outcome == Outcome.PUT_IN_TOUCH:
        return "" if Answer.GIVE_CONTACT in offers else "No practitioner agreed to that."
    gone_ahead = access.lead_decision == LeadDecision.GO_AHEAD
    return "" if offers or gone_ahead else "No practitioner agreed: ask the IW lead."
