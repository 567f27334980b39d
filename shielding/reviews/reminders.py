"""What the clock owes to whom: reminders of answers, escalation, and unshieldings that hang.

Every function may run as often as it likes, twice at once, and after any pause: what is owed is
unique, and of what was missed only the latest is mailed, the rest is marked as overtaken.
"""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from shielding import clock, hooks
from shielding.accounts.deputies.models import approvers_of
from shielding.accounts.models import User
from shielding.notices.kinds import Kind
from shielding.notices.mail_hours import mail_hour
from shielding.notices.models import NOT_MAILED, DeliveryStatus, Notice
from shielding.notices.notify import notify
from shielding.records import to_shield_alerts
from shielding.records.models import Record
from shielding.reviews.models import Consultation, Review
from shielding.reviews.reminder_days import FIRST_REVIEW, SIX_MONTHLY, Ladder, step

REMINDER, TO_MANAGER, TO_LEAD = "review_reminder", "review_overdue_manager", "review_overdue_lead"
AT_ONCE = 500


def raise_reminders(now: datetime) -> None:
    """Owe everything that is due by now. Process document, step 4: "reminding services when a
    review needs to be undertaken".
    """
    to_shield_alerts.raise_alerts(now)
    while _remind_some(now):
        pass
    escalate_to_managers(now)
    escalate_to_leads(now)
    for remind in hooks.reminders:
        remind(now)


def _remind_some(now: datetime) -> int:
    """Remind the sources of some consultations whose day has come; return how many there were.

    Who answered a first review before its first mail gets that mail all the same. Their rows are
    locked: whoever answers meanwhile waits, and what is owed is then overtaken. One that is being
    answered is passed over, and looked at again a minute later.
    """
    today = clock.today(now)
    with transaction.atomic():
        waiting = (
            Consultation.objects.to_remind(now)
            .order_by("review__due", "id")
            .select_related("review", "hold__source")
            .select_for_update(of=("self",), skip_locked=True)[:AT_ONCE]
        )
        asked = list(waiting)
        for one in asked:
            _remind(one, today, now)
        Consultation.objects.bulk_update(asked, ["remind_on"])
    return len(asked)


def remind_again(person: User, now: datetime) -> None:
    """Let the next round mail a source who was suspended the reminder they missed, if they did.

    Where it was mailed before, it stays mailed. Part of the act that lets them in again.
    """
    today = clock.today(now)
    asked = Consultation.objects.to_ask(now).filter(hold__source=person, remind_on__gt=today)
    with transaction.atomic():
        for one in asked.select_related("review").select_for_update(of=("self",)):
            ladder, first = _ladder(one.review.kind), one.first_mail_on
            days = ladder.days(first, one.review.due, after=date.min, until=today)
            if days:
                # Whoever answered before the first mail gets that one alone.
                one.remind_on = first if one.answered_at else days[-1]
                one.save(update_fields=["remind_on"])


def _remind(asked: Consultation, today: date, now: datetime) -> None:
    """Owe the source the latest step that is due, and mark those that were missed."""
    ladder, due = _ladder(asked.review.kind), asked.review.due
    before = asked.remind_on - timedelta(days=1)
    days = ladder.days(asked.first_mail_on, due, after=before, until=today)
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
            fate__in=NOT_MAILED,
        ).update(fate=DeliveryStatus.QUEUED, mail=None)
        earlier.overtake()
    asked.remind_on = ladder.following(asked.first_mail_on, due, after=today)


def _owe(asked: Consultation, source: User, day: date, now: datetime) -> None:
    notify(
        REMINDER,
        asked.reference,
        recipients=[source],
        now=now,
        step=step(day, asked.review.due),
        due_at=mail_hour(day),
        mentions=asked.hold.reference,
    )


def escalate_to_managers(now: datetime) -> None:
    """Tell line managers of answers their staff owe: a day after the due day, or a week.

    Who stands in for them too; and who came to be either since the others heard. Where there is
    no working manager the IW leads hear of it instead, at once.
    """
    late, hearing = list(_late_consultations(now)), _Hearing(clock.today(now))
    told = _told([one.reference for one in late])
    for asked in late:
        people = hearing.of(asked.hold.source)
        if {one.pk for one in people} <= told.get(asked.reference, set()):
            continue
        with transaction.atomic():
            still = Consultation.objects.owed().select_for_update(of=("self",)).filter(pk=asked.pk)
            if still.exists():
                _tell_managers(asked, people, now)


class _Hearing:
    """Who hears today of answers that somebody owes; asked once for all staff of one manager."""

    def __init__(self, day: date) -> None:
        self._day = day
        self._of: dict[tuple[int | None, str], list[User]] = {}

    def of(self, source: User | None) -> list[User]:
        """Return the line manager and who stands in for them; the IW leads where there is none.

        The leads too for a source who is suspended: the IW Team phones, and no manager's page
        lists what is asked of nobody who could answer.
        """
        if source is None or not source.is_active:
            return self._leads()
        key = (source.line_manager_id, source.role)
        if key not in self._of:
            self._of[key] = approvers_of(source, self._day)
        return self._of[key] or self._leads()

    def _leads(self) -> list[User]:
        return self._of.setdefault((None, ""), _leads())


def _tell_managers(asked: Consultation, people: list[User], now: datetime) -> None:
    """Owe the word to whom of these it is not owed, nor was: their manager may be new."""
    told = _told([asked.reference]).get(asked.reference, set())
    step = Notice.objects.filter(kind=TO_MANAGER, subject=asked.reference).count()
    notify(
        TO_MANAGER,
        asked.reference,
        recipients=[one for one in people if one.pk not in told],
        now=now,
        step=step,
        # Overdue since the day began: a clock that stood still in the morning costs no day.
        due_at=now if step else mail_hour(clock.today(now)),
        mentions=asked.hold.reference,
    )


def _told(references: list[str]) -> dict[str, set[int]]:
    """Return who was told, or is to be, of each of these answers: what was overtaken was not."""
    notices = Notice.objects.filter(kind=TO_MANAGER, subject__in=references)
    told: dict[str, set[int]] = {}
    for subject, reader in notices.exclude(fate=DeliveryStatus.OVERTAKEN).values_list(
        "subject", "recipient"
    ):
        told.setdefault(subject, set()).add(reader)
    return told


def escalate_to_leads(now: datetime) -> None:
    """Tell the IW leads of every review that is still open three days after its due day, or two
    weeks, whoever it waits for: sources, or the IW Team itself.
    """
    for review in _late_reviews(now):
        with transaction.atomic():
            still = Review.objects.open().select_for_update().filter(pk=review.pk)
            if still.exists():
                nine = mail_hour(clock.today(now))
                notify(TO_LEAD, review.reference, recipients=_leads(), now=now, due_at=nine)


def _ladder(kind: str) -> Ladder:
    return SIX_MONTHLY if kind == Review.Kind.RECORD else FIRST_REVIEW


def _late_consultations(now: datetime) -> Iterator[Consultation]:
    owed = Consultation.objects.owed().select_related("review", "hold__source__line_manager")
    return owed.filter(_overdue(now, "review__", "manager")).iterator()


def _late_reviews(now: datetime) -> Iterable[Review]:
    told = Notice.objects.filter(kind=TO_LEAD, subject=OuterRef("reference"))
    return Review.objects.open().filter(_overdue(now, "", "lead"), ~Exists(told))


def _overdue(now: datetime, review: str, whom: str) -> Q:
    """Return the condition that a review is overdue by as many days as its ladder has for whom."""
    today = clock.today(now)
    late = Q()
    for kind in Review.Kind:
        by = today - timedelta(days=getattr(_ladder(kind), whom))
        late |= Q(**{f"{review}kind": kind, f"{review}due__lte": by})
    return late


def _leads() -> list[User]:
    return User.objects.working().iw_team().leads_or_else_all()


def _of_source(reference: str, now: datetime) -> list[User] | None:
    """Return who is to answer a consultation: its source, while they can and it asks them."""
    asked = _asked(reference)
    source = asked.hold.source if asked else None
    if asked is None or source is None:
        return None if asked is None else []
    asks = Consultation.objects.to_ask(now).filter(pk=asked.pk).exists()
    return [source] if asks and source.is_active and source.is_practitioner else []


def _of_managers(reference: str, now: datetime) -> list[User] | None:
    """Return who hears that an answer is overdue, while it is owed."""
    asked = _asked(reference)
    if asked is None:
        return None
    return _Hearing(clock.today(now)).of(asked.hold.source) if _is_owed(asked) else []


def _of_leads(reference: str, now: datetime) -> list[User] | None:
    """Return who hears that a review is overdue, while it is open."""
    review = Review.objects.filter(reference=reference).first()
    if review is None:
        return None
    return _leads() if review.concluded_at is None else []


def of_team(reference: str, now: datetime) -> list[User] | None:
    """Return who may open a record: whoever works in the IW Team."""
    known = Record.objects.filter(reference=reference).exists()
    return list(User.objects.working().iw_team()) if known else None


def _asked(reference: str) -> Consultation | None:
    asked = Consultation.objects.select_related("review", "hold__source__line_manager")
    return asked.filter(reference=reference).first()


def _is_owed(asked: Consultation) -> bool:
    return asked.answered_at is None and asked.review.concluded_at is None


KINDS = (
    Kind(REMINDER, "A review to answer", is_duty=True, readers=_of_source),
    Kind(
        TO_MANAGER,
        "An answer overdue, to the manager",
        is_duty=True,
        is_of_a_manager=True,
        readers=_of_managers,
    ),
    Kind(TO_LEAD, "An answer overdue, to the lead", is_duty=True, readers=_of_leads),
)
