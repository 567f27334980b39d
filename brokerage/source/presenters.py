"""What a source reads of what they are asked: who asks and for what, and whether they may contact.

Nothing of the record's state, of any other source, or of what the IW Team thinks.
"""

from dataclasses import dataclass
from datetime import datetime

from django.template.defaultfilters import date as in_words

from brokerage import access_request_codes as codes
from brokerage import outcome_words, source_policies
from brokerage.access_request_codes import Answer, FamilyAsked
from brokerage.models import Liaison
from brokerage.source.forms import SAID
from shielding import clock
from shielding.accounts.models import User
from shielding.accounts.telling_apart import service_today
from shielding.filled import filled
from shielding.records.presenters import own_page_of_hold
from shielding.web.cells import Fact, Facts, Tag, day


@dataclass(frozen=True)
class Status:
    """Where a question stands for its source: a tag, and what they may or must do."""

    words: str
    colour: str
    now: str


_UNLESS_A_LEAD = "There is no contact unless an IW lead decides otherwise. Do not contact them."
_WAIT = "Do not contact them until this page says that you may."
TO_ANSWER = Status("To answer", "yellow", _WAIT)
ANSWERED = Status("Answered", "blue", f"The IW Team has your answer. {_WAIT}")
OBJECTED = Status("You object", "orange", _UNLESS_A_LEAD)
OBJECTED_BEFORE_YOU = Status(
    "The practitioner before you objected",
    "orange",
    _UNLESS_A_LEAD,
)
NOT_CONTENT = Status(
    "The family is not content",
    "orange",
    "The IW Team has your answer. There is no contact unless an IW lead decides otherwise. "
    f"{_WAIT}",
)
NOT_CONTENT_BEFORE_YOU = Status(
    "The practitioner before you answered",
    "orange",
    f"The family was not content. {_UNLESS_A_LEAD}",
)
NOT_ASKED = Status(
    "Not asked any more", "grey", "Your request to shield no longer stands. Do not contact them."
)
WILL_CONTACT = Status("You will contact them", "green", "")
MAY_CONTACT = Status("You may contact them", "green", "")
THROUGH_IW = Status("The IW Team passes on your contact", "green", "")
NOT_NOW = Status(
    "Not at the moment",
    "orange",
    "Do not contact them at the moment. Look here again, or phone the IW Team.",
)
FINISHED = Status("Finished", "grey", "This is over. Do not contact them about it.")


def status(liaison: Liaison, *, runs: bool, now: datetime) -> Status:
    """Return where a question stands; `runs` is whether there is a contact that could be stopped.

    That somebody else's offer was taken reads as finished: it would tell of another source. Once
    their claim was let go nothing more is said: when it is finished would tell of the record.
    """
    if liaison.let_go_first:
        return NOT_ASKED
    if runs and source_policies.offer_was_taken(liaison):
        if not filled(liaison.access.requester).is_active:
            return NOT_NOW
        if liaison.answer != Answer.WILL_CONTACT:
            return THROUGH_IW
        return MAY_CONTACT if liaison.access.is_published(now) else WILL_CONTACT
    access = liaison.access
    if access.concluded_at or access.lapsed_at or access.is_withdrawn:
        return FINISHED
    if not source_policies.is_asked(liaison):
        return NOT_ASKED
    if source_policies.has_to_answer(liaison):
        return TO_ANSWER
    anothers = source_policies.was_anothers(liaison)
    if liaison.family == FamilyAsked.NOT_CONTENT and liaison.answer != Answer.OBJECTS:
        return NOT_CONTENT_BEFORE_YOU if anothers else NOT_CONTENT
    if liaison.answer == Answer.OBJECTS:
        return OBJECTED_BEFORE_YOU if anothers else OBJECTED
    return ANSWERED


# Whoever has the claim now did not say it, and cannot take it back.
SAID_BEFORE_YOU = (OBJECTED_BEFORE_YOU, NOT_CONTENT_BEFORE_YOU)


def object_words(read: Status) -> str:
    """Return what leads a source to object after what was said before, here or by a colleague."""
    words = {
        OBJECTED: "Object again, because something has changed",
        OBJECTED_BEFORE_YOU: "Object as well",
        NOT_CONTENT_BEFORE_YOU: "Object as well",
    }
    return words.get(read, "Object on safety grounds after all")


def what_now(liaison: Liaison, read: Status, now: datetime) -> str:
    """Return what the source may do, in a sentence or two."""
    until = day(liaison.access.granted_until)
    if read == WILL_CONTACT:
        return (
            f"Do not contact them yet. Look here again on {_published(liaison, 'after')}: from "
            f"then until {until} you may contact them. Speak to nobody else about it."
        )
    if read == MAY_CONTACT:
        return f"You may contact them now, until {until}. Speak to nobody else about it."
    if read == THROUGH_IW:
        may = f"the IW Team may give them your work contact, until {until}."
        if liaison.access.is_published(now):
            return f"T{may[1:]}"
        return f"From {_published(liaison)} {may}"
    return read.now


def facts(liaison: Liaison, read: Status) -> Facts:
    """Return who asks, for what, and about which own request, as rows of a summary list."""
    access, hold = liaison.access, liaison.hold
    request = own_page_of_hold(hold)
    rows: Facts = [
        Fact.of("Status", tag(read)),
        Fact(
            "Your request to shield",
            hold.reference,
            url=request,
            action="Open",
            hidden="your request to shield",
        ),
        Fact("Who asks", filled(access.requester).name),
        # By its name here alone: the source judges by it whether contact is safe.
        Fact("Their service", access.service.name),
        *service_today(access.requester, access.service),
        Fact("Their line manager", filled(access.manager).name),
        Fact("Purpose", codes.Purpose(access.purpose).label),
        Fact(outcome_words.WITHOUT_IT, outcome_words.need(access)),
        Fact("What they ask for", codes.Sought(access.sought).label),
        Fact("Asked", when=liaison.asked_at),
    ]
    if liaison.answer in SAID:
        anothers = source_policies.was_anothers(liaison)
        whose = "Answer of the practitioner before you" if anothers else "Your answer"
        rows.append(Fact(whose, _said(liaison)))
        if liaison.family:
            rows.append(Fact("The family", FamilyAsked(liaison.family).label))
    return rows


def contact_facts(liaison: Liaison, requester: User) -> Facts:
    """Return how a source reaches the requester, and until when, as rows of a summary list."""
    return [
        Fact("Name", requester.name),
        Fact("Work phone number", requester.phone or "None in the directory"),
        Fact("Work email address", requester.email),
        Fact("Contact until", when=liaison.access.granted_until, date_only=True),
    ]


def _said(liaison: Liaison) -> str:
    how = ", by phone" if liaison.on_word else ""
    return f"{SAID[liaison.answer]}\n{day(liaison.answered_at)}{how}"


def _published(liaison: Liaison, when: str = "at") -> str:
    """Return when the requester reads the outcome, which nothing is said or passed on before."""
    at = filled(liaison.access.publish_at)
    return f"{day(at)} {when} {_hour(at)}"


def _hour(at: datetime) -> str:
    return str(in_words(at.astimezone(clock.LONDON), "g:iA")).lower()


def tag(read: Status) -> Tag:
    """Return where a question stands as a tag."""
    return Tag(read.words, read.colour)
