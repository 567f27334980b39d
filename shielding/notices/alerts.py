"""Duty alerts: what waits for the IW Team is told by the clock, and again while it waits.

Never by the act it tells of: a request to shield does the same work for every record, and takes as
long. Counted by what waits, one thing at a time; everything that is new for a reader at one look
goes into one mail.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.db.models import Max

from shielding.notices.models import Notice
from shielding.notices.notify import notify

if TYPE_CHECKING:
    # Only mypy has it: settings.AUTH_USER_MODEL, the accounts, which lie above this room.
    from django.contrib.auth.models import _User

AT_ONCE = timedelta(0)


@dataclass(frozen=True)
class Waits:
    """One thing that waits for the IW Team, since when, and the reference a mail names it by."""

    subject: str
    since: datetime
    mentions: str


def alert(
    kind: str,
    waiting: Iterable[Waits],
    *,
    people: "Iterable[_User]",
    now: datetime,
    after: Sequence[timedelta] = (AT_ONCE,),
    mailboxes: bool = True,
) -> None:
    """Owe these people, and the duty mailboxes, a word of each thing that waits so long.

    Once for each pause of `after`, counted from when it began to wait; where several passed unseen
    only the last is mailed, the others are overtaken, and so is an earlier word that is still owed.
    What begins to wait anew is told anew. Twice at once does it once: both count the same step.
    """
    things, people = list(waiting), list(people)
    boxes = settings.DUTY_MAILBOXES if mailboxes else []
    told = _told(kind, [one.subject for one in things])
    for one in things:
        last, step = told.get(one.subject, (None, -1))
        moments = [one.since + pause for pause in after]
        due = [at for at in moments if at <= now and (last is None or last < at)]
        if due:
            steps = range(step + 1, step + 1 + len(due))
            _owe(kind, one, steps, people=people, mailboxes=boxes, now=now)


def _told(kind: str, subjects: list[str]) -> dict[str, tuple[datetime | None, int]]:
    """Return when the last word of each was written, and its step, as they stand at one moment."""
    written = Notice.objects.filter(kind=kind, subject__in=subjects).order_by()
    last = written.values_list("subject").annotate(Max("created_at"), Max("step"))
    return {subject: (at, step) for subject, at, step in last}


def _owe(
    kind: str,
    one: Waits,
    steps: range,
    *,
    people: "list[_User]",
    mailboxes: list[str],
    now: datetime,
) -> None:
    with transaction.atomic():
        for step in steps:
            notify(
                kind,
                one.subject,
                recipients=people,
                mailboxes=mailboxes,
                now=now,
                step=step,
                mentions=one.mentions,
            )
        Notice.objects.filter(kind=kind, subject=one.subject, step__lt=steps[-1]).overtake()
