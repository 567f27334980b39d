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

from shielding.notices import readers
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
    Whoever of these people is on duty and came to the team after the last word is owed it as well.
    """
    things, people = list(waiting), list(people)
    boxes = settings.DUTY_MAILBOXES if mailboxes else []
    told = _told(kind, [one.subject for one in things])
    told_already = list[tuple[Waits, int]]()
    for one in things:
        last, step = told.get(one.subject, (None, -1))
        moments = [one.since + pause for pause in after]
        due = [at for at in moments if at <= now and (last is None or last < at)]
        if due:
            steps = range(step + 1, step + 1 + len(due))
            _owe(kind, one, steps, people=people, mailboxes=boxes, now=now)
        elif last is not None and moments[0] <= last:
            told_already.append((one, step))
    _tell_who_came_on_duty(kind, told_already, people, now)


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


def _tell_who_came_on_duty(
    kind: str, told: list[tuple[Waits, int]], people: "list[_User]", now: datetime
) -> None:
    """Owe whoever is on duty the last word of what still waits, where they were never owed it.

    Nobody else hears of it before its next step: whoever joined or came back since is not on duty.
    """
    here = readers.on_duty(now) if told else set[int]()
    on_duty = [person for person in people if person.pk in here]
    if not on_duty:
        return
    owed = Notice.objects.filter(kind=kind, subject__in=[one.subject for one, _ in told])
    known = set(owed.filter(recipient__in=on_duty).values_list("subject", "step", "recipient"))
    for one, step in told:
        missed = [person for person in on_duty if (one.subject, step, person.pk) not in known]
        if missed:
            with transaction.atomic():
                notify(
                    kind, one.subject, recipients=missed, now=now, step=step, mentions=one.mentions
                )
