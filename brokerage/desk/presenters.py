"""What the brokerage desk shows of one access request, as the cards and lists that its page draws.

For the IW Team only: people and services are named, and what was said of a record is told.
"""

from collections.abc import Container, Iterable
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.urls import reverse

from brokerage import access_request_codes as codes
from brokerage import outcome_words, source_policies, states
from brokerage.access_request_codes import Answer
from brokerage.desk.state_colours import COLOURS
from brokerage.models import AccessRequest, Liaison
from shielding.accounts.models import User
from shielding.accounts.telling_apart import name_over_email, service_today
from shielding.filled import filled
from shielding.models import Hold
from shielding.records.presenters import page_of_hold, record_tag
from shielding.web.cells import (
    Card,
    Fact,
    Facts,
    Step,
    moment,
    who,
)

ANSWER_COLOURS = {
    Answer.WILL_CONTACT: "green",
    Answer.GIVE_CONTACT: "green",
    Answer.OBJECTS: "red",
    Answer.NO_ANSWER: "grey",
    Answer.LEFT_OUT: "grey",
}
_HAS_READ = "The whole access request, as a line manager or in the place of one."
_BY_PHONE = "By phone: somebody without an account, or who has not confirmed it yet"


def facts(access: AccessRequest, now: datetime) -> Facts:
    """Return what is known of an access request itself, who asks first."""
    rows: Facts = [
        Fact("State", tag=states.LABELS[access.state], colour=COLOURS[access.state]),
        _person_row("Requester", access.requester),
        Fact("Service", access.service.name),
        *service_today(access.requester, access.service),
    ]
    if access.is_urgent:
        rows += _call_rows(access)
    else:
        rows += _agreed_rows(access)
    rows.append(Fact("Purpose", access.get_purpose_display()))
    rows.append(Fact("What is sought", access.get_sought_display()))
    return rows if access.is_urgent else [*rows, *_asked_rows(access)]


def _person_row(key: str, person: User | None, whose: str = "") -> Fact:
    row = Fact(key, name_over_email(person))
    if person is not None:
        url = reverse("person", args=[person.uid])
        hidden = f"entry of the {whose or key.lower()}"
        row = replace(row, url=url, action="Directory", hidden=hidden)
    return row


def _call_rows(access: AccessRequest) -> Facts:
    read = moment(access.read_at, access.read_by) if access.read_at else "By nobody yet"
    return [
        Fact("Called", access.get_caller_display()),
        Fact("Logged", moment(filled(access.logged_at), access.logged_by)),
        Fact("Read by a second member", read),
    ]


def _agreed_rows(access: AccessRequest) -> Facts:
    requester = access.requester
    if access.manager_decided_at is None:
        return [_person_row("Line manager", requester.line_manager if requester else None)]
    done = "Declined" if access.decline_reason else "Agreed"
    rows = [_person_row(f"{done} by", access.manager_decided_by, "person who decided")]
    if access.manager_id != access.manager_decided_by_id:
        rows.append(_person_row("In the place of", access.manager, "line manager"))
    if access.decline_reason:
        rows.append(Fact("Why declined", access.get_decline_reason_display()))
    return rows


def _asked_rows(access: AccessRequest) -> Facts:
    documented = access.get_documented_display()
    if access.documented_on:
        documented += f", {access.documented_on:%-d %B %Y}"
    return [
        Fact(outcome_words.WITHOUT_IT, outcome_words.need(access)),
        Fact(outcome_words.NO_OTHER_WAY, outcome_words.why_not_otherwise(access)),
        Fact("Who would see it", outcome_words.seen_by(access)),
        Fact("Needed until", when=access.needed_until, date_only=True),
        Fact("In their own system", documented),
    ]


def record_rows(access: AccessRequest) -> Facts:
    """Return which record it is about and its state; the number is on the record's own page."""
    record = filled(access.record)
    return [
        Fact(
            "Record",
            record.reference,
            url=reverse("record_detail", args=[record.reference]),
            action="Open",
            hidden=f"record {record.reference}",
        ),
        Fact.of("State of the record", record_tag(record)),
    ]


def source_card(liaison: Liaison, now: datetime, *, read_by: Container[UUID]) -> Card:
    """Return what one source was asked and said, as a card.

    `read_by` is who has opened the access request: a source who has, in a line manager's place,
    knows more of it than a source is told.
    """
    rows: Facts = [
        _practitioner_row(liaison),
        _hold_row(liaison.hold),
        Fact("Asked", moment(liaison.asked_at, liaison.asked_by)),
        _answer_row(liaison),
    ]
    if liaison.answered_at:
        rows.append(Fact("Answered", _answered(liaison)))
    if liaison.family:
        rows.append(_family_row(liaison))
    if liaison.disowned:
        rows.append(Fact("What counts", "An objection, or that nobody answers."))
    if liaison.hold.source and liaison.hold.source.uid in read_by:
        rows.append(Fact("Has read", _HAS_READ))
    if not liaison.hold.is_standing:
        rows.append(Fact("Since then", "This request to shield no longer stands."))
    elif source_policies.may_stop(liaison, now) and liaison.answer == Answer.WILL_CONTACT:
        rows.append(_contact_row(liaison, now))
    return Card(liaison.hold.service_to_phone.name, rows)


def _practitioner_row(liaison: Liaison) -> Fact:
    if liaison.disowned:
        return Fact("Practitioner", tag="They say it was not them", colour="red")
    if liaison.hold.source is None:
        return Fact("Practitioner", _BY_PHONE)
    return _person_row("Practitioner", liaison.hold.source)


def _contact_row(liaison: Liaison, now: datetime) -> Fact:
    """Return whether a source may make the contact that they offered, or from when."""
    if liaison.disowned:
        return Fact("Contact", "Not on the word of this request: stop it.")
    if source_policies.may_contact(liaison, now):
        return Fact("Contact", "They may contact the requester now.")
    if not filled(liaison.access.requester).is_active:
        return Fact("Contact", "Not while the requester is suspended.")
    return Fact("They may contact the requester from", when=liaison.access.publish_at)


def _hold_row(hold: Hold) -> Fact:
    return Fact(
        "Request to shield",
        hold.reference,
        url=page_of_hold(hold),
        action="Open",
        hidden=f"request to shield {hold.reference}",
    )


def _answer_row(liaison: Liaison) -> Fact:
    if not liaison.answer and source_policies.is_asked(liaison):
        return Fact("Answer", tag="Owed", colour="yellow")
    if not liaison.answer:
        return Fact("Answer", tag="Not answered", colour="grey")
    colour = ANSWER_COLOURS[Answer(liaison.answer)]
    return Fact("Answer", tag=liaison.get_answer_display(), colour=colour)


def _family_row(liaison: Liaison) -> Fact:
    words = liaison.get_family_display()
    if liaison.family == codes.FamilyAsked.NOT_CONTENT:
        return Fact("The family", tag=words, colour="red")
    return Fact("The family", words)


def _answered(liaison: Liaison) -> str:
    said = moment(filled(liaison.answered_at), liaison.answered_by)
    return f"{said}\nOn the practitioner’s confirmed word" if liaison.on_word else said


def to_ask_words(holds: Iterable[Hold]) -> list[str]:
    """Return each source who is left to ask in words."""
    return [f"{who(hold.source)}, {hold.service_to_phone.name}" for hold in holds]


def happened(access: AccessRequest) -> list[Step]:
    """Return what became of an access request, oldest first, from its own columns."""
    urgent = access.is_urgent
    decided = "Declined" if access.decline_reason else "Agreed"
    moments = (
        (not urgent and access.submitted_at, "Sent", access.requester, ""),
        (access.logged_at, "Phoned and logged", access.logged_by, ""),
        (access.manager_decided_at, decided, access.manager_decided_by, ""),
        (
            bool(access.quiet_reason) and access.brokered_at,
            "Not told",
            access.brokered_by,
            outcome_words.quiet(access.quiet_reason) if access.quiet_reason else "",
        ),
        (
            access.lead_decided_at,
            f"IW lead: {access.get_lead_decision_display()}",
            access.lead_decided_by,
            access.get_lead_reason_display(),
        ),
        (access.concluded_at, "Concluded", access.concluded_by, _outcome(access)),
        (access.read_at, "Read by a second member", access.read_by, ""),
        (access.withdrawn_at, "Withdrawn", access.withdrawn_by, ""),
        (
            access.passed_on_at,
            "Passed on by phone",
            access.passed_on_by,
            _passed_on(access),
        ),
        (access.stopped_at, "Contact stopped", access.stopped_by, ""),
    )
    done = [Step(at, title, by=who(by), text=text) for at, title, by, text in moments if at]
    if access.lapsed_at:
        done.append(Step(access.lapsed_at, "Lapsed: not answered in time, by nobody"))
    return sorted(done, key=lambda step: step.at)


def _outcome(access: AccessRequest) -> str:
    outcome = outcome_words.outcome_of(access)
    if access.granted_until:
        outcome += f", until {access.granted_until:%-d %B %Y}"
    return outcome


def _passed_on(access: AccessRequest) -> str:
    if not access.passed_on_day:
        return ""
    return f"{access.get_passed_on_display()}, on {access.passed_on_day:%-d %B %Y}"


def part_of(user: User, access: AccessRequest) -> str:
    """Return which part somebody took in an access request; "" if none."""
    own = access.participations.filter(person=user).first()
    return own.part if own else ""
