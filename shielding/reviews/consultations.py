"""One review asking one source: asked, answered, or answered for them when there is no more to ask.

Parts of the actions that use them: the caller holds the record's lock.
"""

from collections.abc import Iterable
from datetime import date, datetime

from logbook.writing import log_entry
from shielding import clock
from shielding.accounts.models import User
from shielding.notices.notify import overtake
from shielding.records.models import Hold, Record
from shielding.reviews.models import Consultation, Review
from shielding.reviews.reminder_days import (
    first_mail_of_first_review,
    first_mail_of_six_monthly,
)
from shielding.reviews.review_codes import Answer


def ask(review: Review, hold: Hold, *, now: datetime) -> Consultation:
    """Ask a hold's source in a review. Who is asked stands in the entry of the review.

    The reminders of a first or an added review begin a few days on; at once where that day has
    passed. A six-monthly one's begin with what is due already, so that the first of
    them asks.
    """
    first = _first_mail(review, now)
    return Consultation.objects.create(
        review=review, hold=hold, asked_at=now, first_mail_on=first, remind_on=first
    )


def ask_anew(hold: Hold, *, now: datetime) -> None:
    """Ask the source of a hold that stands again in every open review that letting go had answered.

    What was said with it is void, as letting go is: else the review would be concluded without a
    word of whoever answers for the hold. Each is an entry.
    """
    void = hold.consultations.filter(
        review__concluded_at__isnull=True, answer__in=(Answer.LET_GO, Answer.NO_LONGER_NEEDED)
    )
    for asked in void.select_related("review").order_by("id"):
        asked.first_mail_on = asked.remind_on = _first_mail(asked.review, now)
        asked.answered_at, asked.answered_by, asked.on_word = None, None, False
        asked.answer = asked.views = asked.views_sought_by = asked.family_told = ""
        asked.save()
        log_entry(
            "source_asked",
            by=None,
            at=now,
            reference=hold.reference,
            record_reference=hold.record.reference,
            review=asked.review.reference,
        )


def _first_mail(review: Review, now: datetime) -> date:
    if review.kind == Review.Kind.RECORD:
        return first_mail_of_six_monthly(review.due)
    return first_mail_of_first_review(review.due, asked_on=clock.today(now))


def answerable_by(hold: Hold, now: datetime) -> list[Consultation]:
    """Return what a hold's source may answer: what is owed; what they said of a first review before
    its first mail, anew; and until its due day has ended what the IW Team recorded as *no answer*.
    """
    answerable = Consultation.objects.answerable(now).filter(hold=hold)
    return list(answerable.select_related("review", "hold"))


def owed_by(hold: Hold) -> list[Consultation]:
    """Return what a hold's source is asked and has not answered; two reviews may ask at once."""
    owed = Consultation.objects.owed().filter(hold=hold).select_related("review", "hold")
    return list(owed)


def close(consultations: Iterable[Consultation], *, answer: str, by: User, now: datetime) -> None:
    """Record for sources who did not answer why they are asked no more: each is an entry.

    `answer` is *no answer*, *decided first* or *let go*; every one of them keeps a shield on.
    """
    for asked in consultations:
        asked.answer, asked.answered_at, asked.answered_by = answer, now, by
        asked.save(update_fields=["answer", "answered_at", "answered_by"])
        log_entry(
            "consultation_closed",
            by=by,
            at=now,
            reference=asked.hold.reference,
            review=asked.review.reference,
            answer=answer,
        )
    overtake([asked.reference for asked in consultations])


def keep_earliest(record: Record) -> None:
    """Give a record the earliest review day of its standing holds; without any it keeps its own.

    The same statements whatever the others are: what a source's act costs must not tell of them.
    """
    record.review_due = record.holds.standing().earliest_review() or record.review_due
    record.save(update_fields=["review_due"])


def unanswered(review: Review) -> list[Consultation]:
    """Return a review's consultations without an answer."""
    asked = review.consultations.filter(answered_at__isnull=True)
    return list(asked.select_related("hold", "review").order_by("id"))


def end_record_reviews(record: Record, *, outcome: str, by: User, now: datetime) -> None:
    """Conclude the six-monthly and added reviews that are open, because the record opens or ends.

    A new episode must find none of an old one.
    """
    for review in record.reviews.open().not_of_requests():
        close(unanswered(review), answer=Answer.LET_GO, by=by, now=now)
        review.days_late = clock.days_late(review.due, now)
        review.concluded_at, review.concluded_by, review.outcome = now, by, outcome
        review.save(update_fields=["days_late", "concluded_at", "concluded_by", "outcome"])
        is_added = review.kind == Review.Kind.ADDED
        log_entry(
            "added_review_ended" if is_added else "record_review_ended",
            by=by,
            at=now,
            reference=review.reference,
            record_reference=record.reference,
            outcome=outcome,
            days_late=review.days_late,
        )
