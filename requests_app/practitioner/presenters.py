"""A request in words: its answers, its state, and what happened to it.

From the request's own columns, its hold and its review; never from the logbook, and nothing about
anyone else's request for the same record. The line manager is named to the practitioner alone.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.urls import reverse

from requests_app import policies, questions, state_colours, states
from requests_app import shield_request_codes as codes
from requests_app.models import Request
from shielding import clock
from shielding.accounts.models import User
from shielding.filled import filled
from shielding.models import Consultation, Review
from shielding.records.grounds import GROUND
from shielding.reviews.review_codes import Answer
from shielding.web.cells import Card, Due, Fact, Facts, Step, Tag, Text, When, day
from shielding.web.deadlines import SOON_FIRST_REVIEW, SOON_SIX_MONTHS, Deadline, deadline

if TYPE_CHECKING:
    pass


# Of a request that asks for no shield, or no longer: whatever else may be so of its record.
_CAN_BE_FOUND = "Act as if the record can be found."
_UNTIL_APPLIED = "Until this page says that it is applied, act as if the record can be found."
_SHIELD_NEXT = "The IW Team is to shield the record and to decide on your request."
_DECISION_NEXT = "Applied for your request. The IW Team has yet to decide on it."
_PHONE_NOW = (
    "Phone the IW Team now about this request. Until this page says that it is applied again, act "
    "as if the record can be found."
)
_TAKEN_OVER = (
    "You asked for this shield before this service was there, and it is agreed. This page does not "
    "show which child it is about. If you withdraw it, or answer that it is no longer needed, the "
    "IW Team phones you before anything is unshielded, and asks you for the record number. If you "
    "do not know which child it is about, if it is not yours, or if you think that the record can "
    "be found, phone the IW Team and give them the reference."
)
# What stands, said first whatever was attested for it.
_FIRST = {
    states.RETURNED: "The IW Team asks you something. Your request stands meanwhile. Change what "
    "needs changing, then send it again.",
    states.NOT_AGREED: "Your request stands again. Phone the IW Team.",
}
_NOT_APPLIED_NOW = _FIRST | {
    states.SUBMITTED: _SHIELD_NEXT,
    states.AGREED: "Agreed, and not yet applied for your request.",
}
_APPLIED_NOW = _FIRST | {
    states.SUBMITTED: _DECISION_NEXT,
    states.AGREED: "Agreed and applied. At each review, the first included, the IW Team asks you "
    "whether the shield is still needed.",
}
_NOW = {
    states.DRAFT: "Nothing is sent yet. The IW Team does not see a draft, and no record is "
    "shielded because of it.",
    states.NOT_AGREED: f"{_CAN_BE_FOUND} Tell the family in a way that is safe for them, and tell "
    "them how to complain.",
    states.CONSIDERED: f"This request asks for no shield. {_CAN_BE_FOUND} The IW Team looks at "
    "your decision a second time. Tell the family in a way that is safe for them, and tell them "
    "how to complain.",
    states.LOOK_AGAIN: "The IW Team asks you to look at this decision again with your line "
    f"manager. Confirm it, or ask for the record to be shielded after all. {_CAN_BE_FOUND}",
    states.SETTLED: f"This request asks for no shield. {_CAN_BE_FOUND} Tell the family in a way "
    "that is safe for them, and tell them how to complain. If anything changes, send a new "
    "request.",
}

# Why a request was not agreed, where the reason is one of the request itself. The others say what
# the IW Team knows of the record, or from somebody else: they share one sentence.
_WHY_NOT: dict[str, str] = {
    codes.NotAgreedReason.OBJECTION: "An objection in principle is not enough for a shield. If "
    "there is another reason, send a new request.",
    codes.NotAgreedReason.WELL_KNOWN: "Being well known is not enough for a shield. If there is "
    "another reason, send a new request.",
    codes.NotAgreedReason.NOT_INVOLVED: "You are not involved with the child. If you are, phone "
    "the IW Team.",
}
_ASK_WHY = "Phone the IW Team: they tell you why."

# The pages of a request, gathered under the headings of check your answers.
_SECTIONS = (
    ("The record and who asked", ("number", "origin", "identity", "explained")),
    (
        "Ground and decision",
        ("ground", "not-grounds", "points", "decision", "reason", "manager"),
    ),
    ("What you have done", ("protection", "siblings", "lead-professional", "family")),
)
_SAVED = "Saved, and not shown here"
_WILL_TELL = "I will tell them in a way that is safe, and confirm it here"
# To the IW Team "you" and "me" are somebody else: what the desk reads in their place.
_THEIR_HEADINGS = {"What you have done": "What they have done"}
_THEIR_KEYS = {
    "explained": "What they explained",
    "not-grounds": "Reasons that are no ground",
    "decision": "Their decision",
    "reason": "Why they decided not to shield",
    "manager": "The line manager who supported them",
    "protection": "Their own systems and other protection",
}
_THEIR_WORDS: dict[str, str] = {
    str(codes.Origin.PRACTITIONER.label): "The practitioner identified the need",
    str(codes.LeadProfessional.ME.label): "The practitioner",
    _SAVED: "Saved",  # it stands above, on the desk's page, once it was asked for
    _WILL_TELL: "They will tell the family in a way that is safe, and confirm it here",
}


def status(request: Request) -> Tag:
    """Return the state as a tag, in the words its practitioner may read."""
    state = states.SUBMITTED if request.stands_again else request.state_as_read
    colour = state_colours.FOR_PRACTITIONER[state] if _goes_on(request) else "grey"
    if request.waits_for_confirmation:
        colour = state_colours.TO_CONFIRM
    return Tag(request.label_for_practitioner(), colour)


def due_cell(request: Request, today: date) -> Text | Due:
    """Return when the first review is due in words, or when it was concluded."""
    if request.is_taken_over:
        return Text("None: taken over")
    if request.review is None:
        return Text("Not sent yet")
    if request.review.concluded_at is not None:
        return Text(f"Concluded on {day(request.review.concluded_at)}")
    return Due(deadline(request.review.due, today))


def answer_due(due: date, kind: str, today: date) -> Deadline:
    """Return by when an answer is due; of a six-monthly review it is soon much earlier."""
    soon = SOON_SIX_MONTHS if kind == Review.Kind.RECORD else SOON_FIRST_REVIEW
    return deadline(due, today, soon=soon)


def review_facts(asked: Consultation, today: date) -> Facts:
    """Return when a source's answer to a review is due, and the last working day before while that
    is to come; when they are asked once more, or what they answered before they were.
    """
    review = asked.review
    act_by = clock.act_by(review.due)
    rows = [Fact("Answer due", due=answer_due(review.due, review.kind, today))]
    if today <= act_by != review.due:
        rows.append(Fact("Last working day before", when=act_by, date_only=True))
    if review.kind == Review.Kind.REQUEST and today < asked.first_mail_on:
        again = "If you answer now, you are asked once more on"
        rows.append(Fact(again, when=asked.first_mail_on, date_only=True))
    if asked.answered_at is not None and asked.answer != Answer.NO_ANSWER:
        said = f"{asked.get_answer_display()}, {day(asked.answered_at)}"
        rows.append(Fact("Your earlier answer", said))
    return rows


def answer_sections(request: Request, *, change: bool) -> list[Card]:
    """Return every question with its answer under three headings.

    With `change` each row whose answer may still change leads to where it is asked. Of one that was
    taken over from a file the ground alone is known.
    """
    return _cards(request, lambda page: _row(page, request, change))


def their_answers(request: Request) -> list[Card]:
    """Return the same as somebody else reads it than the practitioner, who is not "you" to them."""
    return [
        replace(card, title=_THEIR_HEADINGS.get(card.title, card.title))
        for card in _cards(request, lambda page: _their_row(page, request))
    ]


def _cards(request: Request, row: Callable[[questions.Page], Fact]) -> list[Card]:
    if request.is_taken_over:
        return [Card("Ground", [Fact("Ground", ground(request))])]
    belonging = {page.slug: page for page in questions.pages_of(request)}
    return [
        Card(title, [row(belonging[slug]) for slug in slugs if slug in belonging])
        for title, slugs in _SECTIONS
    ]


def _their_row(page: questions.Page, request: Request) -> Fact:
    row = _row(page, request, change=False)
    key, value = _THEIR_KEYS.get(page.slug, row.key), _THEIR_WORDS.get(row.value, row.value)
    return replace(row, key=key, value=value)


def _came(request: Request) -> str:
    """Return how a request came, above the moment of it."""
    if request.is_taken_over:
        return "Taken over by this service"
    return "Phoned to the IW Team" if request.logged_at else "Sent"


def facts(request: Request, today: date) -> Facts:
    """Return where the request is: its state and own dates, as rows of a summary list."""
    rows: Facts = [Fact.of("Status", status(request))]
    if request.submitted_at is not None:
        rows.append(Fact(_came(request), when=request.submitted_at))
    if request.placed_on is not None:
        rows.append(Fact("Asked for, as the list says", when=request.placed_on, date_only=True))
        rows.append(Fact("Applied, as the list says", when=request.applied_on, date_only=True))
    if request.hold is not None:
        rows += _applied_rows(request)
        agreed_at = _while_asked(request, "agreed_at")
        if agreed_at is not None:
            rows.append(Fact("Agreed", when=agreed_at))
    if request.state == states.NOT_AGREED and request.was_not_agreed:
        rows.append(Fact("Why it was not agreed", _WHY_NOT.get(request.reason, _ASK_WHY)))
    if request.state_as_read in (states.RETURNED, states.LOOK_AGAIN):
        rows.append(Fact("What the IW Team asks", query_words(request)))
    if request.confirm_by is not None:
        rows.append(Fact("Confirm by", due=deadline(request.confirm_by, today)))
    if request.review is not None:
        rows.append(Fact.of("First review", due_cell(request, today)))
    if request.professionals_told_on is not None:
        told = When(request.professionals_told_on, date_only=True)
        rows.append(Fact.of("Other professionals told", told))
    return rows


def what_now(request: Request) -> str:
    """Return what the state means and what the practitioner can do, in a sentence or two."""
    if request.ended_with_its_record:
        return "The IW Team has ended this request. Phone them before you tell the family."
    if not _goes_on(request):
        return f"This request no longer asks for the record to be shielded. {_CAN_BE_FOUND}"
    return _while_it_stands(request) if request.still_asks else _NOW[request.state]


def _while_it_stands(request: Request) -> str:
    hold = filled(request.hold)
    if hold.found_open_at is not None:
        return f"{_FIRST.get(request.state_as_read, '')} {_PHONE_NOW}".strip()
    if request.is_taken_over:
        return _TAKEN_OVER
    if hold.applied_at is not None:
        return _APPLIED_NOW[request.state_as_read]
    return f"{_NOT_APPLIED_NOW[request.state_as_read]} {_UNTIL_APPLIED}"


def may_lead_to_complaint(request: Request) -> bool:
    """Return whether the family may disagree, so that the page leads to the complaints route."""
    not_asked = (states.CONSIDERED, states.LOOK_AGAIN, states.SETTLED)
    return request.was_not_agreed or request.state in not_asked


def is_as_sent(request: Request) -> bool:
    """Return whether what the confirmation page says is still to come: it is *considered*, or it
    stands and is not decided.
    """
    undecided = request.state in states.UNDECIDED and request.still_asks
    return undecided or request.state == states.CONSIDERED


def not_me_warning(request: Request) -> str:
    """Return what follows where a practitioner says that a phoned request was not theirs."""
    stands = "The request stands meanwhile."
    ended = "This request no longer stands."
    return f"The IW Team will look into who phoned. {stands if request.still_asks else ended}"


def sent_title(request: Request) -> str:
    """Return the heading of the confirmation page."""
    if request.decision == codes.Decision.CONSIDERED:
        return "Recorded: considered, not shielded"
    if request.confirmed_at is not None:
        return "Phoned request confirmed"
    return "Request sent again" if _sent_again_at(request) else "Request sent"


def query_words(request: Request) -> str:
    """Return the IW Team's query to the practitioner as a sentence."""
    known = codes.LookAgain if request.state == states.LOOK_AGAIN else codes.Query
    return str(dict(known.choices).get(request.query, "Please phone the IW Team"))


def timeline(request: Request) -> list[Step]:
    """Return what happened to a request, oldest first, from its own columns."""
    moments: tuple[tuple[datetime | None, str, str], ...] = (
        (None if _was_brought(request) else request.created_at, "You started it", ""),
        (request.imported_at, "The IW Team took it over: it was there before this service", ""),
        (request.logged_at, "The IW Team logged it from a phone call", ""),
        (None if _was_brought(request) else request.submitted_at, "You sent it", ""),
        (_applied_at(request), _applied_words(), ""),
        (request.confirmed_at, "You confirmed it", ""),
        (_since(request, states.RETURNED), "Returned to you", query_words(request)),
        (_since(request, states.LOOK_AGAIN), "You were asked to look again", query_words(request)),
        (_sent_again_at(request), "You sent it again", ""),
        (_while_asked(request, "agreed_at"), "Agreed", ""),
        (_since(request, states.NOT_AGREED), "Not agreed", ""),
        (_since(request, states.SETTLED), "“Considered, not shielded” was confirmed", ""),
        (_ended_at(request), request.label_for_practitioner(), ""),
    )
    happened = [(at, title, text) for at, title, text in moments if at is not None]
    return [
        Step(at, title, text=text)
        for at, title, text in sorted(happened, key=lambda moment: moment[0])
    ]


def _applied_rows(request: Request) -> Facts:
    """Return whether it is applied, as attested for this request.

    Of what was taken over neither: whether the file attested it, and so whether a member does it
    later, depends on what was known of the record.
    """
    words, hold = _applied_words(), filled(request.hold)
    if (at := _applied_at(request)) is not None:
        return [Fact(words, when=at)]
    if not hold.is_standing:
        return []
    if hold.found_open_at is not None:
        return [Fact(words, "No longer: phone the IW Team")]
    return [] if request.is_taken_over else [Fact(words, "Not yet")]


def _applied_words() -> str:
    return f"Applied on {settings.SYSTEM_NAME} and checked"


def _applied_at(request: Request) -> datetime | None:
    """Return when a member attested, having looked, that it is applied for this request.

    Nothing of one that was taken over: see `_applied_rows`.
    """
    return None if request.is_taken_over else _while_asked(request, "applied_at")


def _was_brought(request: Request) -> bool:
    """Return whether the IW Team entered it, from a call or a file."""
    return request.logged_at is not None or request.is_taken_over


def _while_asked(request: Request, name: str) -> datetime | None:
    """Return a moment of the hold, unless the source had let go: what came after is not theirs."""
    hold = request.hold
    at: datetime | None = getattr(hold, name) if hold else None
    if hold is None or at is None:
        return None
    return None if hold.released_at is not None and at > hold.released_at else at


def _ended_at(request: Request) -> datetime | None:
    """Return when it was let go or ended; *not agreed* has a moment of its own."""
    hold = request.hold
    return None if hold is None or request.was_not_agreed else hold.released_at


def _goes_on(request: Request) -> bool:
    return request.hold is None or request.still_asks or request.was_not_agreed


def _since(request: Request, state: str) -> datetime | None:
    return request.state_since if request.state_as_read == state else None


def _sent_again_at(request: Request) -> datetime | None:
    again = request.declared_at not in (None, request.submitted_at, request.confirmed_at)
    return request.declared_at if again else None


def answers_kept(request: Request) -> Facts:
    """Return what a request for another child is begun with, in words."""
    slugs = ("origin", "ground", "decision", "reason", "lead-professional")
    return [
        _row(page, request, False) for page in questions.pages_of(request) if page.slug in slugs
    ]


def question_url(page: questions.Page, reference: str) -> str:
    """Return where a question is asked: its place on its sheet."""
    sheet = questions.SHEET_OF[page.slug]
    return f"{reverse('request_page', args=[reference, sheet.slug])}#{page.slug}"


def missing_rows(request: Request, missing: list[questions.Page]) -> list[Text]:
    """Return the questions to answer, each a link to where it is asked."""
    return [Text(page.title, url=question_url(page, request.reference)) for page in missing]


def ground(request: Request) -> str:
    """Return the ground in words; of a draft, that it is not chosen yet."""
    return GROUND[request.ground].label if request.ground else "Not chosen yet"


def _row(page: questions.Page, request: Request, change: bool) -> Fact:
    answered = page.answered(request)
    row = Fact(page.title, _WORDS[page.slug](request) if answered else "Not answered yet")
    if change and questions.is_open(page, request):
        row = replace(
            row,
            url=question_url(page, request.reference),
            action="Change" if answered else "Answer",
            hidden=page.title.lower(),
        )
    return row


def _number(request: Request) -> str:
    return _SAVED


def _identity(request: Request) -> str:
    who = codes.AskedBy(request.asked_by).label
    return f"{who}\nIdentity confirmed on {day(request.identity_confirmed_on)}"


def _points(request: Request) -> str:
    return "\n".join(point.text for point in GROUND[request.ground].points) + "\nAll considered"


def no_ground_words(request: Request, *, by: User) -> str:
    """Return what is said of a "yes" to what is no ground, on a request that was sent."""
    said = (
        "You said that one of these is the reason: an objection in principle, being well known, or "
        "whereabouts that are already known. The guidance does not see that as a ground for "
        "shielding."
    )
    if policies.may_withdraw(by, request):
        return f"{said} Unless there is a risk of significant harm as well, withdraw this request."
    return f"{said} Unless there is a risk of significant harm as well, tell the IW Team."


def _not_grounds(request: Request) -> str:
    chosen = [str(codes.NotGround(code).label) for code in request.not_grounds or []]
    return "\n".join(chosen) or "None of them applies"


def _manager(request: Request) -> str:
    who = request.supporter.name if request.supporter else "Not in the directory"
    return f"{who}\nSupported on {day(request.supported_on)}" if request.supported_on else who


def _protection(request: Request) -> str:
    own = codes.OwnSystem(request.own_system).label
    if request.own_system_on is not None:
        own = f"Own systems shielded on {day(request.own_system_on)}"
    return f"{own}\nPolice, social care and other protection considered"


def _family(request: Request) -> str:
    if request.family_told_on is not None:
        return f"Told on {day(request.family_told_on)}, in a way that is safe"
    if request.family_told == codes.FamilyTold.NOT_SAFE:
        return "It is not safe to tell them"
    return _WILL_TELL


_WORDS: dict[str, Callable[[Request], str]] = {
    "number": _number,
    "origin": lambda r: str(codes.Origin(r.origin).label),
    "identity": _identity,
    "explained": lambda r: "\n".join(map(str, codes.Explained.labels)),
    "ground": ground,
    "points": _points,
    "not-grounds": _not_grounds,
    "decision": lambda r: str(codes.Decision(r.decision).label),
    "reason": lambda r: str(codes.ConsideredReason(r.considered_reason).label),
    "manager": _manager,
    "protection": _protection,
    "siblings": lambda r: "Considered",
    "lead-professional": lambda r: str(codes.LeadProfessional(r.lead_professional).label),
    "family": _family,
}
