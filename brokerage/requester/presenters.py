"""An access request in its requester's words: its answers, its status, its own dates.

From the columns that the requester filled in and what their line manager said; of the IW Team
nothing but `outcome_words.status`. Whatever record it is about, the words are the same.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime

from django.conf import settings
from django.urls import reverse

from brokerage import access_request_codes as codes
from brokerage import outcome_words, questions
from brokerage.models import AccessRequest
from brokerage.time_limits import WARNED_BEFORE
from shielding import clock
from shielding.web.cells import Fact, Facts, Tag, Text, day

_FINISHED = (
    "Nobody gets in touch with you under this request, unless the IW Team phones you. That does "
    "not mean that the record is shielded, or that it is not: these words are the same for every "
    "record. If your need stays, talk to your line manager."
)
_WITHDRAWN = "Nothing is passed on because of it. If you need it after all, start a new request."
_NOW = {
    outcome_words.DRAFT: "Nothing is sent yet. Nobody but you sees a draft.",
    outcome_words.WITH_MANAGER: "Talk to your line manager. They agree to it or decline it in this "
    "service. The IW Team does not work on it before.",
    outcome_words.DECLINED: "Talk to your line manager. It does not go to the IW Team. If your "
    "need stays, start a new request.",
    outcome_words.WITH_IW: "The IW Team deals with it. You read the result here, and get a mail, "
    "at 4pm: at the earliest two working days after your line manager agreed. If it is not "
    "finished by {last_day}, your last day, you are told at 4pm the day after. Until then this "
    "page does not change.",
    outcome_words.CONTACTED: "It is agreed that somebody gets in touch with you at work. They "
    "tell you who they are. If nobody has by {contact_until}, phone the IW Team or start a new "
    "request.",
    outcome_words.FINISHED: _FINISHED,
    outcome_words.NOT_IN_TIME: "The last day on which you needed it has passed, and your line "
    "manager neither agreed nor declined. The IW Team did not work on it. If your need stays, talk "
    "to your line manager and start a new request.",
    outcome_words.WITHDRAWN: _WITHDRAWN,
    outcome_words.NOBODY_ASKS: _WITHDRAWN,
}


def status(access: AccessRequest, now: datetime) -> Tag:
    """Return the status as a tag."""
    said = outcome_words.status(access, now)
    return Tag(said.words, said.colour)


def facts(access: AccessRequest, now: datetime) -> Facts:
    """Return where a request is: its status and its requester's own dates."""
    rows: Facts = [Fact.of("Status", status(access, now))]
    if access.is_urgent:
        rows.append(Fact("Phoned to the IW Team", when=access.logged_at))
    elif access.submitted_at is not None:
        rows.append(Fact("Sent", when=access.submitted_at))
    if access.manager_decided_at is not None:
        declined = bool(access.decline_reason)
        rows.append(Fact("Declined" if declined else "Agreed", when=access.manager_decided_at))
        if declined:
            reason = str(codes.DeclineReason(access.decline_reason).label)
            rows.append(Fact("Why it was declined", reason))
    if access.is_withdrawn:
        rows.append(Fact("Withdrawn", when=access.withdrawn_at))
    elif access.granted_until is not None:
        rows += _time_for_contact(access, now)
    return rows


def _time_for_contact(access: AccessRequest, now: datetime) -> Facts:
    if outcome_words.status(access, now) == outcome_words.CONTACTED:
        key = "Contact can be made until"
    elif outcome_words.contact_is_over(access, now):
        key = "Contact could be made until"
    else:
        return []
    return [Fact(key, when=access.granted_until, date_only=True)]


def what_now(access: AccessRequest, now: datetime) -> str:
    """Return what the status means and what the requester can do, in a sentence or two."""
    if access.is_urgent and not access.is_published(now):
        return (
            "The IW Team logged a phone call from you about this. If you did not phone, phone them "
            f"now on {settings.COUNCIL_PHONE}."
        )
    read = outcome_words.status(access, now)
    if read == outcome_words.FINISHED and outcome_words.contact_is_over(access, now):
        return (
            f"The time for contact under this request ended on {day(access.granted_until)}. "
            "Nobody gets in touch because of it any more. If you need more, start a new request."
        )
    soon = _ends_soon(access, now) if read == outcome_words.CONTACTED else ""
    last_day, until = day(access.needed_until), day(access.granted_until)
    said = _NOW[read].format(last_day=last_day, contact_until=until)
    return f"{said} {soon}".strip()


def _ends_soon(access: AccessRequest, now: datetime) -> str:
    """Return, from the day of the mail that a contact ends, what to do to have it for longer."""
    last = access.granted_until
    if last is None or clock.today(now) < last - WARNED_BEFORE:
        return ""
    return f"The time for it ends on {day(last)}: only a new request extends it."


def answer_rows(access: AccessRequest, today: date, *, change: bool) -> Facts:
    """Return every question with its answer; with `change` each row leads to where it is asked.

    The number is never shown. Of a call only what was said on the phone is there.
    """
    pages = [page for page in questions.PAGES if not access.is_urgent or page.slug in _OF_A_CALL]
    return [_row(page, access, today, change) for page in pages]


# What the IW Team writes down of a call.
_OF_A_CALL = ("number", "purpose", "sought")


def _row(page: questions.Page, access: AccessRequest, today: date, change: bool) -> Fact:
    answered = page.answered(access, today) if change else True
    words = _WORDS[page.slug](access) if answered else "Not answered yet"
    row = Fact(page.title, words)
    if change:
        row = replace(
            row,
            url=question_url(page, access.reference),
            action="Change" if answered else "Answer",
            hidden=page.title.lower(),
        )
    return row


def question_url(page: questions.Page, reference: str) -> str:
    """Return where a question is asked: its place on its sheet."""
    sheet = questions.SHEET_OF[page.slug]
    return f"{reverse('access_page', args=[reference, sheet.slug])}#{page.slug}"


def missing_rows(access: AccessRequest, missing: list[questions.Page]) -> list[Text]:
    """Return the questions to answer, each a link to where it is asked."""
    return [Text(page.title, url=question_url(page, access.reference)) for page in missing]


def purpose(access: AccessRequest) -> str:
    """Return the purpose in words; of a draft, that it is not chosen yet."""
    return str(codes.Purpose(access.purpose).label) if access.purpose else "Not chosen yet"


def _documented(access: AccessRequest) -> str:
    words = str(codes.Documented(access.documented).label)
    return f"{words}\n{day(access.documented_on)}" if access.documented_on else words


_WORDS: dict[str, Callable[[AccessRequest], str]] = {
    "number": lambda a: "Saved, and not shown here",
    "purpose": purpose,
    "sought": lambda a: str(codes.Sought(a.sought).label),
    "need": outcome_words.need,
    "otherwise": lambda a: str(codes.WhyNotOtherwise(a.why_not_otherwise).label),
    "seen-by": lambda a: "\n".join(str(codes.SeenBy(code).label) for code in a.seen_by),
    "until": lambda a: day(a.needed_until),
    "documented": _documented,
}
