"""What the clock owes to whom: reminders of answers, escalation, and unshieldings that hang.

Every function may run as often as it likes, twice at once, and after any pause: what is owed is
unique, and of what was missed only the latest is mailed, the rest is marked as overtaken.
"""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from shielding import clock, hooks
from shielding.accounts.models import User
from shielding.notices.kinds import Kind
from shielding.notices.models import DeliveryStatus, Notice
from shielding.notices.notify import notify
from shielding.records import states
from shielding.records.models import Record
from shielding.reviews.models import Consultation, Review
from shielding.reviews.reminder_days import FIRST_REVIEW, SIX_MONTHLY, Ladder, step

REMINDER, TO_MANAGER, TO_LEAD = "review_reminder", "review_overdue_manager", "review_overdue_lead"
KINDS = (
    Kind(REMINDER, "A review to answer", is_duty=True),
    Kind(TO_MANAGER, "An answer overdue, to the manager", is_duty=True),
    Kind(TO_LEAD, "An answer overdue, to the lead", is_duty=True),
    Kind("unshield_cancelled", "A request during an unshielding"),
)
AT_ONCE = 500


def raise_reminders(now: datetime) -> None:
    """Owe everything that is due by now. Process document, step 4: "reminding services when a
    review needs to be undertaken".
    """
    while _remind_some(now):
        pass
    escalate_to_managers(now)
    escalate_to_leads(now)
    tell_of_cancelled_unshields(now)
    for remind in hooks.reminders:
        remind(now)


def _remind_some(now: datetime) -> int:
    """Remind the sources of some owed consultations whose day has come; return how many there were.

    Their rows are locked: whoever answers meanwhile waits, and what is owed is then overtaken. One
    that is being answered is passed over, and looked at again a minute later.
    """
    today = clock.today(now)
    with transaction.atomic():
        waiting = (
            Consultation.objects.owed()
            .filter(remind_on__lte=today)
            .select_related("review", "hold__source")
            .select_for_update(of=("self",), skip_locked=True)[:AT_ONCE]
        )
        asked = list(waiting)
        for one in asked:
            _remind(one, today, now)
        Consultation.objects.bulk_update(asked, ["remind_on"])
    return len(asked)


def _remind(asked: Consultation, today: date, now: datetime) -> None:
    """Owe the source the latest step that is due, and mark those that were missed."""
    ladder, due = _ladder(asked.review), asked.review.due
    before = asked.remind_on - timedelta(days=1)
    days = ladder.days(due, after=before, until=today)
    source = asked.hold.source
    if source is not None and source.is_active and days:
        earlier = Notice.objects.filter(
            kind=REMINDER, subject=asked.reference, recipient=source
        ).exclude(step=step(days[-1], due))
        for day in days:
            _owe(asked, source, day, now)
        Notice.objects.filter(
            kind=REMINDER,
            subject=asked.reference,
            recipient=source,
            step=step(days[-1], due),
            fate=DeliveryStatus.OVERTAKEN,
        ).update(fate=DeliveryStatus.QUEUED, mail=None)
        earlier.overtake()
    asked.remind_on = ladder.following(due, after=today)


def _owe(asked: Consultation, source: User, day: date, now: datetime) -> None:
    notify(
        REMINDER,
        asked.reference,
        recipients=[source],
        now=now,
        step=step(day, asked.review.due),
        due_at=clock.at_nine(day),
        mentions=asked.hold.reference,
    )


def escalate_to_managers(now: datetime) -> None:
    """Tell line managers of answers their staff owe: a day after the due day, or a week.

    Where there is no working manager the IW leads hear of it instead, at once.
    """
    for asked in _late_consultations(now):
        source = asked.hold.source
        manager = source.line_manager if source else None
        people = [manager] if manager is not None and manager.is_active else _leads()
        with transaction.atomic():
            still = Consultation.objects.owed().select_for_update(of=("self",)).filter(pk=asked.pk)
            if still.exists():
                notify(
                    TO_MANAGER,
                    asked.reference,
                    recipients=people,
                    now=now,
                    mentions=asked.hold.reference,
                )


def escalate_to_leads(now: datetime) -> None:
    """Tell the IW leads of every review that is still open three days after its due day, or two
    weeks, whoever it waits for: sources, or the IW Team itself.
    """
    for review in _late_reviews(now):
        with transaction.atomic():
            still = Review.objects.open().select_for_update().filter(pk=review.pk)
            if still.exists():
                notify(TO_LEAD, review.reference, recipients=_leads(), now=now)


def tell_of_cancelled_unshields(now: datetime) -> None:
    """Tell the IW Team that a request arrived for a record that was being unshielded.

    It may be open on the system. Not told by the request itself, which does the same work for
    every record.
    """
    waiting = Record.objects.filter(
        state=states.TO_SHIELD, applied_at__isnull=False, unshield_cancels__gt=0
    )
    team = list(User.objects.working().iw_team())
    for record in waiting:
        with transaction.atomic():
            notify(
                "unshield_cancelled",
                record.reference,
                recipients=team,
                now=now,
                step=record.unshield_cancels,
            )


def _ladder(review: Review) -> Ladder:
    return SIX_MONTHLY if review.kind == Review.Kind.RECORD else FIRST_REVIEW


def _late_consultations(now: datetime) -> Iterator[Consultation]:
    told = Notice.objects.filter(kind=TO_MANAGER, subject=OuterRef("reference"))
    owed = Consultation.objects.owed().select_related("review", "hold__source__line_manager")
    return owed.filter(_overdue(now, "review__", "manager"), ~Exists(told)).iterator()


def _late_reviews(now: datetime) -> Iterable[Review]:
    told = Notice.objects.filter(kind=TO_LEAD, subject=OuterRef("reference"))
    return Review.objects.open().filter(_overdue(now, "", "lead"), ~Exists(told))


def _overdue(now: datetime, review: str, whom: str) -> Q:
    """Return the condition that a review is overdue by as many days as its ladder has for whom."""
    today = clock.today(now)
    late = Q()
    for kind, ladder in ((Review.Kind.REQUEST, FIRST_REVIEW), (Review.Kind.RECORD, SIX_MONTHLY)):
        by = today - timedelta(days=getattr(ladder, whom))
        late |= Q(**{f"{review}kind": kind, f"{review}due__lte": by})
    return late


def _leads() -> list[User]:
    return User.objects.working().iw_team().leads_or_else_all()
