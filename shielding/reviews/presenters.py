"""What the pages of reviews show: the list, one review with an answer from every source, who owes.

For the IW Team only: they name services and people.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.urls import reverse

from shielding import clock
from shielding.filled import filled
from shielding.records.grounds import GROUND
from shielding.records.models import Hold
from shielding.records.presenters import page_of_hold, record_tag
from shielding.reviews import actions, policies
from shielding.reviews import dates as review_dates
from shielding.reviews.models import Consultation, Review, with_last_words
from shielding.reviews.review_codes import Answer
from shielding.web.cells import (
    Card,
    Fact,
    Facts,
    day,
    moment,
    who,
)
from shielding.web.deadlines import SOON_FIRST_REVIEW, SOON_SIX_MONTHS, Deadline, deadline

_OUTCOMES = {
    "continues": "This request still asks for the shield",
    "let_go": "This request no longer asks for the shield; others did then",
    "nobody_asks": "Nobody asked any more",
    "unshielded": "Ended: the record was unshielded",
    "never_applied": "Ended: the record was never attested as shielded",
    "ended": "Ended with the record",
}
# The same before it is concluded, of today.
_WOULD_BE = _OUTCOMES | {
    "let_go": "This request no longer asks for the shield; others do",
    "nobody_asks": "Nobody asks any more",
}
# Of a review that asks nobody, or, opened before a review was of one hold, asked several.
_CONTINUES_FOR_SOMEBODY = "Somebody still asks for the shield"
_COLOURS: dict[str, str] = {
    Answer.STILL_NEEDED: "green",
    Answer.NO_LONGER_NEEDED: "purple",
}


@dataclass(frozen=True)
class TooSoon:
    """Why a review cannot be concluded yet: how many answers it waits for, and until when.

    `anew`: the source answered before the day of the first mail, which asks them all the same.
    `asks_from`: the day on which an added review asks its source; nobody asks before.
    """

    waits_for: int
    from_day: date
    anew: bool = False
    asks_from: date | None = None


@dataclass(frozen=True)
class Elsewhere:
    """A first review of a request that asks no longer: the request's own page concludes it."""

    url: str


@dataclass(frozen=True)
class Conclusion:
    """What concluding a review would do now, and who would be taken as silent.

    `moves` tells whether the next date is counted by it: a first and an added review move none.
    `of_the_record`: the next date is another request's, for this one asks no longer.
    """

    outcome: str
    next_due: date | None
    silent: list[str]
    moves: bool = True
    of_the_record: bool = False


def deadline_of(review: Review, now: datetime) -> Deadline:
    """Return a review's due day as seen now; a six-monthly one is soon much earlier."""
    soon = SOON_SIX_MONTHS if review.kind == Review.Kind.RECORD else SOON_FIRST_REVIEW
    return deadline(review.due, clock.today(now), soon=soon)


def facts(review: Review, owed: int, now: datetime) -> Facts:
    """Return what is known of a review: its record, its days, how many answers are owed."""
    record = review.record
    rows: Facts = [
        Fact(
            "Record",
            record.reference,
            url=reverse("record_detail", args=[record.reference]),
            action="Open",
            hidden=f"record {record.reference}",
        ),
        Fact.of("State of the record", record_tag(record)),
        Fact("Kind", review.get_kind_display()),
        *_why(review),
    ]
    if review.concluded_at is not None:
        return [*rows, Fact("Due", when=review.due, date_only=True), *_concluded(review)]
    rows.append(Fact("Due", due=deadline_of(review, now)))
    if (act_by := clock.act_by(review.due)) != review.due:
        rows.append(Fact("Act by", when=act_by, date_only=True))
    return [*rows, Fact("Answers owed", str(owed) if owed else "None")]


def _why(review: Review) -> Facts:
    """Return since when it is open; of an added one why, at whose word, and from when it asks."""
    if review.kind != Review.Kind.ADDED:
        return [Fact("Opened", when=review.opened_at, date_only=True)]
    return [
        Fact("What has changed", review.get_reason_display()),
        Fact("Asked for", moment(filled(review.asked_for_at), review.asked_for_by)),
        Fact("The practitioner is asked from", when=review.opened_at, date_only=True),
    ]


def _concluded(review: Review) -> Facts:
    late = ", 1 day late" if review.days_late == 1 else f", {review.days_late} days late"
    by = moment(filled(review.concluded_at), review.concluded_by)
    rows: Facts = [
        Fact("Concluded", f"{by}{late if review.days_late else ''}"),
        Fact("Outcome", _outcome_words(review)),
    ]
    if review.next_due:
        key = "The record’s next review due" if review.outcome == "let_go" else "Next review due"
        rows.append(Fact(key, when=review.next_due, date_only=True))
    return rows


def _outcome_words(review: Review) -> str:
    if review.outcome == "continues" and review.hold_id is None:
        return _CONTINUES_FOR_SOMEBODY
    return _OUTCOMES.get(review.outcome, review.outcome)


def card(asked: Consultation, now: datetime, *, open_review: bool = True) -> Card:
    """Return what one source was asked and answered; while they may answer, where to record it."""
    hold = asked.hold
    rows: Facts = [
        Fact(
            "Request",
            hold.reference,
            url=page_of_hold(hold),
            action="Open",
            hidden=f"request {hold.reference}",
        ),
        Fact("Whom to ask" if asked.answered_at is None else "Practitioner", source_words(hold)),
        Fact("Ground", GROUND[hold.ground].label),
        Fact("Asks since", day(hold.placed_at)),
        *answer_rows(asked, open_review=open_review, in_time=_in_time(asked, now)),
    ]
    return Card(hold.service_to_phone.name, rows)


def _in_time(asked: Consultation, now: datetime) -> bool:
    """Return whether an answer still takes the place of what is recorded: of *no answer* until the
    due day has ended, of one that came before the first mail once that has gone.
    """
    answerable = Consultation.objects.answerable(now).filter(pk=asked.pk)
    return asked.answered_at is not None and answerable.exists()


def _to_record(row: Fact, hold: Hold) -> Fact:
    """Return the line with where to record what the source said."""
    return replace(
        row,
        url=reverse("hold_answer", args=[hold.reference]),
        action="Record what they said",
        hidden=f"by phone for request {hold.reference}",
    )


def answer_rows(asked: Consultation, *, open_review: bool = True, in_time: bool = False) -> Facts:
    """Return the answer to one review, by whom and when, or that it is owed."""
    if asked.answered_at is None:
        row = Fact("Answer", tag="Owed", colour="yellow")
        if open_review and asked.hold.is_standing:
            row = _to_record(row, asked.hold)
        return [row]
    word = ", on the practitioner’s confirmed word" if asked.on_word else ""
    answer = Fact(
        "Answer", tag=asked.get_answer_display(), colour=_COLOURS.get(asked.answer, "grey")
    )
    rows: Facts = [
        _to_record(answer, asked.hold) if in_time else answer,
        Fact("Recorded", f"{moment(asked.answered_at, asked.answered_by)}{word}"),
    ]
    if asked.views:
        by = asked.get_views_sought_by_display()
        sought = asked.get_views_display() + (f", by: {by}" if by else "")
        rows.append(Fact("Views of the child and family sought", sought))
    if asked.family_told:
        told = asked.get_family_told_display()
        rows.append(Fact("Family told of decision, reviews and complaints", told))
    return rows


def other_cards(review: Review, now: datetime) -> list[Card]:
    """Return a card for every other request of the episode: its last word, and its open review.

    A record's open reviews are seen together, and each is concluded alone.
    """
    holds = review.record.holds.filter(episode=review.record.episode)
    asked = review.consultations.values("hold")
    others = with_last_words(
        holds.exclude(pk__in=asked).select_related("service", "source__service")
    )
    return [
        Card(hold.service_to_phone.name, _other_rows(hold, now))
        for hold in others.order_by("placed_at", "id")
    ]


def _other_rows(hold: Any, now: datetime) -> Facts:
    rows: Facts = [
        Fact(
            "Request",
            hold.reference,
            url=page_of_hold(hold),
            action="Open",
            hidden=f"request {hold.reference}",
        ),
        Fact("Last word", _last_word(hold)),
    ]
    open_reviews = [one.review for one in hold.asking]
    rows += [_open_review_row(one, now) for one in open_reviews]
    if hold.is_standing and Review.Kind.RECORD not in {one.kind for one in open_reviews}:
        rows.append(Fact("Next review", when=hold.review_due, date_only=True))
    return rows


def _last_word(hold: Any) -> str:
    if hold.released_at is not None:
        return f"No longer asks, {day(hold.released_at)}"
    if hold.last_word is None:
        return f"None yet; asks since {day(hold.placed_at)}"
    return f"{Answer(hold.last_word).label}, {day(hold.last_word_at)}"


def _open_review_row(review: Review, now: datetime) -> Fact:
    return Fact(
        f"{review.get_kind_display()}, open",
        due=deadline_of(review, now),
        url=reverse("review_detail", args=[review.reference]),
        action="Open",
        hidden=f"review {review.reference}",
    )


def back_from(review: Review) -> dict[str, str]:
    """Return where somebody goes back to from the page of a review."""
    if review.kind == Review.Kind.REQUEST:
        url = page_of_hold(filled(review.hold))
        return {"back_url": url, "back_text": f"Request {review.reference}"}
    if review.kind == Review.Kind.ADDED:
        return {"back_url": f"{reverse('review_list')}?show=added", "back_text": "Added reviews"}
    return {"back_url": reverse("review_list"), "back_text": "Six-monthly reviews"}


def conclusion(
    review: Review, asked: list[Consultation], now: datetime
) -> Conclusion | TooSoon | Elsewhere:
    """Return what concluding would do now, or the day from which it can be done without answers."""
    if review.kind == Review.Kind.REQUEST:
        return _of_first_review(review, asked, now)
    if review.kind == Review.Kind.ADDED:
        return _of_added_review(review, asked, now)
    silent = [one for one in asked if one.answered_at is None]
    if silent and not policies.may_do_without_answers(review, now):
        return TooSoon(waits_for=len(silent), from_day=clock.act_by(review.due))
    outcome = review_dates.outcome(review)
    for_somebody = outcome == "continues" and review.hold_id is None
    return Conclusion(
        outcome=_CONTINUES_FOR_SOMEBODY if for_somebody else _WOULD_BE[outcome],
        next_due=actions.next_due(review, now),
        silent=_names(silent),
        of_the_record=outcome == "let_go",
    )


def _of_first_review(
    review: Review, asked: list[Consultation], now: datetime
) -> Conclusion | TooSoon | Elsewhere:
    hold = filled(review.hold)
    if not hold.is_standing:
        return Elsewhere(page_of_hold(hold))
    silent = [one for one in asked if one.answered_at is None]
    if not policies.may_end_first_review(review, now):
        day = policies.first_review_ends_from(review)
        return TooSoon(waits_for=1, from_day=day, anew=not silent)
    return Conclusion(_WOULD_BE["continues"], hold.review_due, _names(silent), moves=False)


def _of_added_review(
    review: Review, asked: list[Consultation], now: datetime
) -> Conclusion | TooSoon:
    if not policies.may_end_added_review(review, now):
        asks_from = None if asked else clock.today(review.opened_at)
        ends_from = policies.added_review_ends_from(review)
        return TooSoon(waits_for=1, from_day=ends_from, asks_from=asks_from)
    silent = [one for one in asked if one.answered_at is None]
    outcome = _WOULD_BE[policies.outcome_of_added(review)]
    return Conclusion(outcome, policies.stays_due(review), _names(silent), moves=False)


def _names(silent: list[Consultation]) -> list[str]:
    return [f"{one.hold.service_to_phone.name}, {one.hold.reference}" for one in silent]


def source_words(hold: Hold) -> str:
    """Return whom a hold's answer comes from, or who is to be phoned for it."""
    return who(hold.source) if hold.source and hold.source.is_active else whom_to_ask(hold)


def whom_to_ask(hold: Hold) -> str:
    """Return who is to be phoned for a source without a working account."""
    if hold.source is None:
        return "Nobody with a confirmed account: phone the service"
    return f"{hold.source.name}, whose account is suspended: phone the service"
