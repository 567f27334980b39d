"""The columns of the page about mail: what is owed to whom, and what looks every minute."""

from collections.abc import Container, Iterable
from datetime import datetime

from django.conf import settings
from django.urls import reverse

from logbook.days import really
from shielding.filled import filled
from shielding.notices.kinds import words_of
from shielding.notices.models import DeliveryStatus, Notice
from shielding.notices.timers import Timer
from shielding.web import cells
from shielding.web.cells import Tag, Text, When

HEADS = ("Reference", "What about", "To", "Due", "What became of it", "Refused")
TIMER_HEADS = ("Task", "Last ran", "State")
TASKS = {
    "deliver_mail": "Deliver mail",
    "keep_house": "Clear old counts",
    "open_reviews": "Open reviews",
    "raise_reminders": "Raise reminders",
}
_COLOURS = {
    DeliveryStatus.QUEUED: "blue",
    DeliveryStatus.SENT: "green",
    DeliveryStatus.FAILED: "orange",
    DeliveryStatus.GIVEN_UP: "red",
    DeliveryStatus.OVERTAKEN: "grey",
}


def rows(notices: Iterable[Notice]) -> cells.Rows:
    """Return the table of notices. The reference is the one their reader knows."""
    return [
        [
            Text(notice.mentions or "none", code=bool(notice.mentions)),
            words_of(notice.kind),
            _reader(notice),
            When(notice.due_at),
            Tag(notice.get_fate_display(), _COLOURS[DeliveryStatus(notice.fate)]),
            str(notice.mail.refusals) if notice.mail else "0",
        ]
        for notice in notices
    ]


def to_send_again(notices: Iterable[Notice]) -> cells.Facts:
    """Return each mail that can be sent again, with whom it is for, what it tells and a button."""
    mails: dict[int, list[Notice]] = {}
    for notice in notices:
        mails.setdefault(filled(notice.mail_id), []).append(notice)
    return [
        cells.Fact(
            _reader(told[0]).text,
            ", ".join(sorted({words_of(one.kind) for one in told})),
            post=reverse("mail_send_again", args=[mail]),
            action="Send again",
            hidden=f"to {_reader(told[0]).text}",
        )
        for mail, told in mails.items()
    ]


def _reader(notice: Notice) -> Text:
    """Return whom it is for: a person, by name, or a duty mailbox by its address."""
    person = notice.recipient
    if person is None:
        return Text(notice.mailbox)
    return Text(person.name, url=reverse("person", args=[person.uid]), beside=person.email)


def stopped(now: datetime) -> list[str]:
    """Return which regular tasks have not run for too long, so that nobody may be told."""
    return Timer.objects.late(settings.CELERY_BEAT_SCHEDULE, really(now))


def timer_rows(late: Container[str]) -> cells.Rows:
    """Return each regular task with when it last ran, and whether it is one of the `late` ones."""
    looked = dict(Timer.objects.values_list("name", "last_run_at"))
    return [
        [
            TASKS.get(name, name),
            When(looked[name]) if name in looked else "Never",
            Tag("Stopped", "red") if name in late else Tag("Working", "green"),
        ]
        for name in settings.CELERY_BEAT_SCHEDULE
    ]
