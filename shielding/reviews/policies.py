"""Who may ask for a review, and conclude one, and from when on; and when one is near."""

from datetime import date, datetime

from shielding import clock
from shielding.accounts.deputies.models import approvers_of, staff_to_approve_for
from shielding.accounts.models import User
from shielding.filled import filled
from shielding.notices.mail_hours import mail_hour
from shielding.records.models import Hold
from shielding.records.policies import may_administer, may_speak_for
from shielding.reviews.models import Consultation, Review
from shielding.reviews.reminder_days import (
    first_mail_of_first_review,
    silent_from,
    six_monthly_opens,
)


def review_is_near(due: date | None, now: datetime) -> bool:
    """Return whether a six-monthly review due that day is to be open by now."""
    return due is not None and six_monthly_opens(due) <= clock.today(now)


def may_do_without_answers(review: Review, now: datetime) -> bool:
    """Return whether silence may be recorded: from the day to act on, not before."""
    return clock.today(now) >= clock.act_by(review.due)


def may_conclude_first(user: User, review: Review) -> bool:
    """Return whether the member may conclude a request's first review: who agreed it may, who asked
    or logged the call may not.
    """
    hold = filled(review.hold)
    return may_administer(user) and user.pk not in (hold.source_id, hold.placed_by_id)


def may_end_first_review(review: Review, now: datetime) -> bool:
    """Return whether an agreed request's first review waits for nobody any more."""
    return Review.objects.to_conclude(now).filter(pk=review.pk).exists()


def first_review_ends_from(review: Review) -> date:
    """Return from which day on an agreed request's first review waits for no answer."""
    asked = review.consultations.order_by("id").get()
    return silent_from(asked.first_mail_on, review.due)


def may_ask_for_review(user: User, hold: Hold, now: datetime) -> bool:
    """Return whether the person may ask for a review of a hold: its source, their line manager or
    who stands in for them today, or the IW Team.
    """
    if may_speak_for(user, hold):
        return True
    source = hold.source
    return source is not None and user in approvers_of(source, clock.today(now))


def hold_of_team(manager: User, reference: str, now: datetime) -> Hold | None:
    """Return the standing hold of this reference whose source the manager acts for today, if any.

    What is not there, ended, or of somebody else is alike: who asks for what is their staff's to
    tell.
    """
    staff = staff_to_approve_for(manager, clock.today(now))
    return Hold.objects.standing().filter(reference=reference, source__in=staff).first()


def added_review_of(hold: Hold) -> Review | None:
    """Return the added review of a hold that is open, if any: there is one at most."""
    return Review.objects.open().added().filter(hold=hold).first()


def is_asked(hold: Hold) -> bool:
    """Return whether the open added review of a hold has asked its source: none waits for its day.

    A query of its own, so that asking costs the source the same whether one waits or none is open.
    """
    asking = Consultation.objects.filter(review__in=Review.objects.open().added())
    return asking.filter(hold=hold).exists()


def begins_at(user: User, hold: Hold, now: datetime) -> datetime:
    """Return from when an added review asks its source if the person asks for it now: at once.

    But two sources of one record whom the IW Team has asked hear of it a working day apart, the
    second at the same hour: as if it had been asked for then. Nor are both mailed first on one day,
    as before a holiday, when the first mails of two days of asking fall together. Who asks for
    their own, or for their staff's, would read from a delay that somebody else asks for the record:
    theirs never waits.
    """
    if not may_administer(user):
        return now
    others = Review.objects.added().filter(record=hold.record_id).exclude(hold=hold)
    opened = {clock.today(at) for at in others.values_list("opened_at", flat=True)}
    mailed = {_first_mail_if_opened_on(day) for day in opened}
    day = clock.today(now)
    while _first_mail_if_opened_on(day) in mailed or not all(
        _working_day_apart(day, other) for other in opened
    ):
        day = clock.next_working_day(day)
    return clock.same_hour_on(day, now)


def _first_mail_if_opened_on(day: date) -> date:
    due = clock.first_review_due(mail_hour(day))
    return first_mail_of_first_review(due, asked_on=day)


def _working_day_apart(one: date, other: date) -> bool:
    first, second = sorted((one, other))
    return second >= clock.next_working_day(first)


def may_end_added_review(review: Review, now: datetime) -> bool:
    """Return whether an added review waits for nobody any more: answered, let go, or its day has
    come to do without.
    """
    if not filled(review.hold).is_standing:
        return True
    asked = review.consultations.first()
    answered = asked is not None and asked.answered_at is not None
    return answered or (
        asked is not None and clock.today(now) >= silent_from(asked.first_mail_on, review.due)
    )


def added_review_ends_from(review: Review) -> date:
    """Return from which day on an added review waits for no answer."""
    asked: Consultation | None = review.consultations.first()
    opens = clock.today(review.opened_at)
    first = first_mail_of_first_review(review.due, asked_on=opens)
    return silent_from(asked.first_mail_on if asked else first, review.due)


def stays_due(review: Review) -> date | None:
    """Return the day that concluding an added review leaves as it is: its hold's, or the record's
    where the hold was let go.
    """
    hold = filled(review.hold)
    return hold.review_due if hold.is_standing else review.record.review_due


def outcome_of_added(review: Review) -> str:
    """Return what concluding an added review says: whether its source asks still, or anybody."""
    if filled(review.hold).is_standing:
        return "continues"
    others = Hold.objects.standing().filter(record=review.record_id)
    return "let_go" if others.exists() else "nobody_asks"


def by_whom(review: Review) -> str:
    """Return who concluded a review and when, as a sentence."""
    on = clock.today(filled(review.concluded_at))
    return f"{filled(review.concluded_by).name} concluded this review on {on:%-d %B %Y}."
