"""What the clock owes to whom in brokerage: an answer that waits, a decision that waits, a call
that nobody read, a request that nobody finishes in time and then ends by itself.

Once a day each, to whoever it waits for on that day; any function may run as often as it likes.
One thing that cannot be looked at now (its row is busy) keeps no other from it, and is next time's.
Sources hear of a withdrawal here too: the requester's own act tells nobody but their line manager.
"""

import logging
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.db import OperationalError, transaction
from django.db.models import Exists, OuterRef, Q

from brokerage import policies, states
from brokerage.access_request_codes import Part
from brokerage.core_hooks.lapsing import lapse
from brokerage.models import AccessRequest, AccessRequestQuerySet, Liaison
from brokerage.notices import (
    AGREED,
    may_be_told,
    next_step,
    tell_leads,
    who_was_asked,
)
from brokerage.time_limits import CALL_READ_WITHIN
from shielding import clock
from shielding.accounts.deputies.models import approvers_of
from shielding.accounts.models import User
from shielding.filled import filled
from shielding.notices.alerts import Waits, alert
from shielding.notices.kinds import duty_kinds
from shielding.notices.mail_hours import mail_hour
from shielding.notices.models import DeliveryStatus, Notice, NoticeQuerySet
from shielding.notices.notify import notify
from shielding.records.locking import lock_known_record

logger = logging.getLogger(__name__)

# The step of the word that a requester withdrew. An outcome and a stop come before it, a step each
# at most; nothing ends after it.
_WITHDRAWN = 100
# Nobody is told of a withdrawal of long ago, as when they come back to work.
_STILL_NEWS = timedelta(days=7)


def raise_reminders(now: datetime) -> None:
    """End what was not answered in time; owe today's reminders of what waits since another day."""
    today = clock.today(now)
    _end_what_is_over(now)
    _tell_leads_what_ends_soon(now)
    _alert_to_agreed(now)
    with_manager = AccessRequest.objects.filter(state=states.WITH_MANAGER)
    for access in with_manager.select_related("requester__line_manager"):
        _remind(
            "access_to_agree",
            access,
            access.state_since,
            now,
            _locked(with_manager),
            lambda one: approvers_of(one.requester, today),
            at_once=True,
        )
    for liaison in Liaison.objects.owed().select_related("access", "hold__source"):
        _remind("contact_asked", liaison, liaison.asked_at, now, _locked_question, _source_of)
    to_read = AccessRequest.objects.urgent_to_read()
    for call in to_read.filter(logged_at__lte=now - CALL_READ_WITHIN):
        _remind(
            "urgent_not_read",
            call,
            filled(call.logged_at),
            now,
            _locked(to_read),
            lambda one: _readers(one, now),
            mailboxes=settings.DUTY_MAILBOXES,
        )
    with_lead = AccessRequest.objects.with_lead()
    for access in with_lead:
        _remind(
            "access_to_lead",
            access,
            access.state_since,
            now,
            _locked(with_lead),
            lambda one: policies.leads_for(one.pk, now),
        )
    _tell_of_withdrawals(now)


def _alert_to_agreed(now: datetime) -> None:
    """Tell the IW Team of what a line manager agreed, on the same day; not by the manager's act."""
    agreed = [
        Waits(one.reference, filled(one.manager_decided_at), one.reference)
        for one in AccessRequest.objects.to_begin()
    ]
    alert(AGREED, agreed, people=User.objects.working().iw_team(), now=now)


def _end_what_is_over(now: datetime) -> None:
    """End each request that nobody finished by the day until which it was needed."""
    for access in AccessRequest.objects.over(clock.today(now)):
        with _by_itself("access_lapsed", access.reference):
            lapse(access, now=now)


def _tell_leads_what_ends_soon(now: datetime) -> None:
    """Owe the leads, once, the word that a request ends unfinished within two working days."""
    told = Notice.objects.filter(kind="access_lapses", subject=OuterRef("reference"))
    soon = AccessRequest.objects.over_soon(clock.today(now)).filter(~Exists(told))
    for access in soon:
        with _by_itself("access_lapses", access.reference), transaction.atomic():
            if soon.select_for_update(of=("self",)).filter(pk=access.pk).exists():
                tell_leads("access_lapses", access, now=now)


def _source_of(liaison: Liaison) -> list[User]:
    source = liaison.hold.source
    return [source] if source is not None and may_be_told(liaison) else []


def _readers(call: AccessRequest, now: datetime) -> list[User]:
    return policies.others_for(Part.READER, call.pk, now).leads_or_else_all()


def _locked(waiting: AccessRequestQuerySet) -> Callable[[AccessRequest], AccessRequest | None]:
    """Return what reads an access request anew, its row locked: None if it waits no more."""
    return lambda one: waiting.select_for_update().filter(pk=one.pk).first()


def _locked_question(liaison: Liaison) -> Liaison | None:
    """Return what a source is asked, read anew: None if nothing is owed any more.

    The record comes first, as whoever lets a claim go locks that; then the access request.
    """
    access = liaison.access
    lock_known_record(filled(access.record_id))
    AccessRequest.objects.select_for_update().get(pk=access.pk)
    owed = Liaison.objects.owed().select_related("hold__source")
    return owed.filter(pk=liaison.pk).first()


def _tell_of_withdrawals(now: datetime) -> None:
    """Owe whoever was asked, once, the word that a requester withdrew.

    Also those who had heard of the outcome: one of them might contact the requester. Since the
    withdrawal nobody was asked any more, so it is nobody's who took a claim over later.
    """
    told = Notice.objects.filter(
        kind="contact_ended", subject=OuterRef("reference"), step=_WITHDRAWN
    )
    asked = Liaison.objects.withdrawn().filter(
        ~Exists(told), asked_of__isnull=False, access__withdrawn_at__gte=now - _STILL_NEWS
    )
    for liaison in asked.with_people():
        with _by_itself("contact_ended", liaison.reference), transaction.atomic():
            notify(
                "contact_ended",
                liaison.reference,
                recipients=who_was_asked(liaison),
                now=now,
                step=_WITHDRAWN,
            )


def _remind(
    kind: str,
    thing: Any,
    since: datetime,
    now: datetime,
    still_waiting: Callable[[Any], Any],
    people: Callable[[Any], Iterable[User]],
    *,
    at_once: bool = False,
    mailboxes: Iterable[str] = (),
) -> None:
    """Owe each of these people this day's reminder, once, if it waits since an earlier day.

    A deputy named after the others were reminded is reminded too; with `at_once` also on the very
    day on which it began to wait, since whoever asked told only those who managed then. Mailboxes
    get it once a day too. Whoever
    decides at this moment is waited for: what was decided is not reminded of, and what is decided
    afterwards overtakes the reminder. Nothing is locked where there is nobody to remind.
    """
    if clock.today(now) <= clock.today(since) and not at_once:
        return
    reference = thing.reference
    of_today = _of_today(kind, reference, now)
    with _by_itself(kind, reference):
        boxes_left = mailboxes and not of_today.exclude(mailbox="").exists()
        if not boxes_left and not _left_of(people(thing), of_today):
            return
        with transaction.atomic():
            thing = still_waiting(thing)
            if thing is None:
                return
            whom = list(people(thing))
            left = _left_of(whom, of_today)
            kept = of_today.filter(Q(recipient__in=whom) | ~Q(mailbox=""))
            earlier = Notice.objects.filter(kind=kind, subject=reference).exclude(pk__in=kept)
            earlier.overtake()
            notify(
                kind,
                reference,
                recipients=left,
                now=now,
                step=next_step(kind, reference),
                due_at=_due_at(kind, since, now, again=of_today.exists()),
                mailboxes=[] if of_today.exclude(mailbox="").exists() else mailboxes,
            )


def _due_at(kind: str, since: datetime, now: datetime, *, again: bool) -> datetime:
    """Return when this day's first reminder is due: with the duty mail, also where it was missed.

    A clock that stood still in the morning costs no day. What came up later in the day waits for
    the next.
    """
    today = clock.today(now)
    if kind in duty_kinds() and not again and clock.today(since) < today:
        return mail_hour(today)
    return now


def _of_today(kind: str, reference: str, now: datetime) -> NoticeQuerySet:
    """Return the notices of this kind that were written today: by an act, or by the clock."""
    midnight = datetime.combine(clock.today(now), time(0), clock.LONDON)
    return Notice.objects.filter(kind=kind, subject=reference, created_at__gte=midnight)


def _left_of(people: Iterable[User], of_today: NoticeQuerySet) -> list[User]:
    """Return who of these was told nothing today: what was overtaken was never mailed."""
    told = set(of_today.exclude(fate=DeliveryStatus.OVERTAKEN).values_list("recipient", flat=True))
    return [person for person in people if person.pk not in told]


@contextmanager
def _by_itself(kind: str, reference: str) -> Iterator[None]:
    """Let a row that is busy stop this one thing, with a line in the log, and not the round."""
    try:
        yield
    except OperationalError as error:
        logger.warning("Not owed now, %s of %s: %s", kind, reference, type(error).__name__)
