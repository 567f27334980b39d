"""The page of one access request at the desk: all that is known of it, and what can be done."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse

from brokerage import outcome_words, policies, publication, states
from brokerage.access_request_codes import CONTACT, PASSED_ON, Part
from brokerage.desk import forms as desk_forms
from brokerage.desk import other_requests, presenters
from brokerage.desk.lists import in_tab, marked
from brokerage.desk.to_do import of_access
from brokerage.models import AccessRequest
from logbook.reading import who_did
from shielding.accounts.models import User
from shielding.accounts.second_person import may_be_second_person
from shielding.duty.at_work import at_work
from shielding.web.cells import Card

Tried = desk_forms.DeskForm | desk_forms.AnswerForm | None
# What a member did in a request that leaves its next step to another; who logged a call below.
_DID: dict[str, str] = {
    Part.REQUESTER: "You sent this request",
    Part.MANAGER: "You answered for this request as line manager",
    Part.IW: "You dealt with this request",
    Part.LEAD: "You decided on this request",
    Part.READER: "You read this call",
}


@dataclass(frozen=True)
class Source(Card):
    """One source's card, the form for what they say, and what to know before it is filled in."""

    form: Tried
    form_warning: str


def context(
    access: AccessRequest, *, by: User, now: datetime, tried: Tried = None
) -> dict[str, Any]:
    """Return what the template draws; `tried` is a form that came back with mistakes."""
    forms = [
        tried if isinstance(tried, form) else form(access=access, by=by, now=now)
        for form in desk_forms.offered(by, access, now)
    ]
    own, others = _of_the_record(access, by, now)
    sources = _sources(access, by, now, tried)
    answering = [source.form for source in sources if source.form]
    plain = [other_requests.Warning(text) for text in warnings(access, by, now)]
    left = _left(access)
    about = access.record.reference if access.record else ""
    concluding = any(form.slug == "conclude" for form in forms)
    return {
        "title": f"Access request {access.reference}",
        "access": access,
        "at_work": at_work(of_access(access, now), by=by, now=now, record=about),
        "warnings": [*other_requests.warnings(own, others), *plain],
        "facts": presenters.facts(access, now),
        "record": presenters.record_rows(access),
        "other_heads": other_requests.HEADS,
        "others": other_requests.rows(others),
        "sources": sources,
        "left": left,
        "forms": forms,
        "words": words(access, by, now, left=left),
        "publish_at": publication.of(access, now) if concluding else None,
        "timeline": presenters.happened(access),
        "error_form": tried if tried in [*forms, *answering] else None,
        "back_url": reverse("brokerage_queue"),
        "back_text": "Brokerage",
    }


def _of_the_record(access: AccessRequest, by: User, now: datetime) -> tuple[Any, list[Any]]:
    """Return this access request and the others of its record, each with what warns of it."""
    visible = AccessRequest.objects.visible_to(by).filter(record=access.record_id)
    found = list(other_requests.with_objections(visible, now))
    own = next(one for one in found if one.pk == access.pk)
    return own, [one for one in found if one.pk != access.pk]


def _sources(access: AccessRequest, by: User, now: datetime, tried: Tried) -> list[Source]:
    """Return each source's card, and the form for what they say where this member may record it."""
    liaisons = list(access.liaisons.in_full())
    may_hear = bool(liaisons) and policies.may_broker(by, access, now)
    warning = _last_lead(access, by, now) if may_hear else ""
    read_by = who_did("access_opened", access.reference) if liaisons else set()
    cards = []
    for liaison in liaisons:
        liaison.access = access
        form: Tried = None
        if may_hear and desk_forms.answers_left(liaison, now):
            form = desk_forms.AnswerForm(liaison=liaison, now=now)
            if isinstance(tried, desk_forms.AnswerForm) and tried.liaison == liaison:
                form = tried
        card = presenters.source_card(liaison, now, read_by=read_by)
        cards.append(Source(card.title, card.rows, form=form, form_warning=warning))
    return cards


def _last_lead(access: AccessRequest, by: User, now: datetime) -> str:
    """Return what the only lead who is free to decide gives up by recording an answer."""
    if not (by.is_lead and access.state in states.AT_IW):
        return ""
    if list(policies.leads_for(access, now)) != [by]:
        return ""
    return (
        "No other IW lead can decide in this request. If you record an answer you take a part in "
        "it, and can then not decide on an objection: ask another member to record it."
    )


def _left(access: AccessRequest) -> list[str]:
    """Return who is left to ask, in words; nobody of a request that is not worked on."""
    if access.state not in states.AT_IW:
        return []
    holds = policies.to_ask(access).select_related("source__service", "service")
    return presenters.to_ask_words(holds)


def warnings(access: AccessRequest, by: User, now: datetime) -> list[str]:
    """Return what nobody should miss about an access request as it is now."""
    found = []
    everything = AccessRequest.objects.visible_to(by).filter(pk=access.pk)
    with_manager = access.state == states.WITH_MANAGER
    if with_manager and in_tab(everything, "nobody", now).exists():
        found.append(
            "Nobody in the directory can agree to this: the requester’s line manager does not "
            "work here, and nobody stands in. Correct the directory, or conclude it."
        )
    if access.granted_until:
        found += _to_stop(marked(everything, now).get())
    waits = AccessRequest.objects.to_pass_on(now).filter(pk=access.pk)
    if access.outcome in PASSED_ON and waits.exists():
        contact = access.outcome in CONTACT
        reads = "they will be contacted" if contact else "the IW Team has finished with this"
        found.append(
            f"The requester can read that {reads}, and nobody has recorded yet that it was passed "
            "on by phone. Phone now, then record it below."
        )
    if access.stopped_at:
        found.append("The contact was stopped. Nobody may be in touch under this request.")
    if access.is_withdrawn:
        found.append("The requester withdrew it. Nothing is disclosed any more.")
    return found


def _to_stop(contact: Any) -> list[str]:
    """Return why a contact that runs is to be stopped; objections are told with what they are to.

    `contact` is the access request with its marks.
    """
    found = []
    if contact.nobody_offers:
        found.append(
            "The practitioner who offered this contact has withdrawn, handed over or left, or says "
            "that the request was not theirs. The requester waits to hear from them, or is about "
            "to: phone the requester, and stop the contact."
        )
    if contact.source_unheard:
        found.append(
            "Somebody asks for this record to be shielded who was not asked about this contact: "
            "stop it. Whoever still needs it asks again."
        )
    if contact.another_stopped:
        found.append(
            "Another contact of this requester about this record was stopped since this one was "
            "agreed: find out why, and stop this one too."
        )
    if contact.requester_suspended:
        found.append(
            "The requester is suspended. Nobody may contact them meanwhile, but the contact runs "
            "on if they come back: stop it unless they do so soon."
        )
    if contact.no_contact_since:
        found.append(
            "An IW lead has decided since against contact of this requester about this record: "
            "stop this one too."
        )
    return found


def words(access: AccessRequest, by: User, now: datetime, *, left: list[str]) -> list[str]:
    """Return, in words, why what is not offered cannot be done, and who may do it.

    `left` is who is left to ask.
    """
    said = []
    if access.state == states.WITH_MANAGER and (people := policies.who_can_agree(access, now)):
        names = " or ".join(one.name for one in people)
        said.append(
            f"It waits for {names} to agree or decline. Until then it is not the IW Team’s."
        )
    elif access.state in states.OPEN and not policies.may_broker(by, access, now):
        said.append(_not_yours(by, access, now, Part.IW, "goes on"))
    if access.is_urgent and not access.read_at and not policies.may_read_call(by, access, now):
        said.append(_not_yours(by, access, now, Part.READER, "reads it"))
    if access.state == states.WITH_LEAD and not policies.may_lead(by, access, now):
        said.append(_lead_words(access, now))
    elif access.state == states.WITH_LEAD and policies.may_broker(by, access, now):
        said.append(
            "If you decide, another member concludes. If you record an answer or conclude, you can "
            "no longer decide."
        )
    if access.state in states.AT_IW:
        said += _source_words(access, left)
    return said


def _not_yours(by: User, access: AccessRequest, now: datetime, part: Part, goes_on: str) -> str:
    """Return why a member may not do something, and which members may.

    `goes_on` is what another does, as in "another member reads it".
    """
    names = ", ".join(one.name for one in policies.others_for(part, access, now))
    able = f"These members may: {names}." if names else "Nobody may at the moment."
    return f"{_did(by, access, now)}, so another member {goes_on}. {able}"


def _did(by: User, access: AccessRequest, now: datetime) -> str:
    """Return what keeps a member from the next step of an access request."""
    if not may_be_second_person(by, now):
        return "Your role or sign-in changed less than 24 hours ago"
    if access.logged_by_id == by.pk:
        return "You logged this call"
    return _DID[presenters.part_of(by, access)]


def _lead_words(access: AccessRequest, now: datetime) -> str:
    names = ", ".join(one.name for one in policies.leads_for(access, now))
    if names:
        return f"An IW lead who had no part in this decides. These may: {names}."
    return (
        "No IW lead can decide this: each did something else in it, or there is none. Conclude it "
        "with an outcome that discloses nothing, or have another lead appointed."
    )


def _source_words(access: AccessRequest, left: list[str]) -> list[str]:
    """Return why no source can be asked, or why the lead cannot be asked yet."""
    if access.quiet_reason:
        return [
            "Those who asked for the shield are not told: "
            f"{outcome_words.quiet(access.quiet_reason)}."
        ]
    if left:
        can = states.after(access.state, "ask_lead")
        return ["The IW lead can be asked once every practitioner was asked."] if can else []
    if access.liaisons.exists():
        return ["Every practitioner has been asked."]
    return [
        "There is no practitioner to ask: nobody asks for this record to be shielded, their "
        "request is not agreed yet, or they have another part in this one."
    ]
