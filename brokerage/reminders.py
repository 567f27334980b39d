"""What the clock owes to whom in brokerage: an answer that waits, a decision that waits, a call
that nobody read.

Once a day each, to whoever it waits for on that day; any function may run as often as it likes.
Sources hear of a withdrawal here too: the requester's own act tells nobody but their line manager.
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef

from brokerage import policies, states
from brokerage.codes import Part
from brokerage.models import AccessRequest, AccessRequestQuerySet, Liaison
from brokerage.telling import READ_WITHIN, may_be_told
from shielding import clock
from shielding.accounts.deputies import approvers_of
from shielding.accounts.models import User
from shielding.accounts.notices import Notice, notify
from shielding.locking import lock_known_record

# The step of the word that a requester withdrew; outcomes and stops count from 0.
_WITHDRAWN = 100


def raise_reminders(now: datetime) -> None:
    """Owe today's reminders of what has waited since an earlier day."""
    today = clock.today(now)
    with_manager = AccessRequest.objects.filter(state=states.WITH_MANAGER)
    for access in with_manager.select_related("requester__line_manager"):
        _remind("access_to_agree", access, access.state_since, now, _locked(with_manager),
                lambda one: approvers_of(one.requester, today))  # fmt: skip
    for liaison in Liaison.objects.owed().select_related("access", "hold__source"):
        _remind("contact_asked", liaison, liaison.asked_at, now, _locked_question, _source_of)
    to_read = AccessRequest.objects.urgent_to_read()
    for call in to_read.filter(logged_at__lte=now - READ_WITHIN):
        _remind("urgent_not_read", call, call.logged_at, now, _locked(to_read),
                lambda one: _readers(one, now))  # fmt: skip
    with_lead = AccessRequest.objects.with_lead()
    for access in with_lead:
        _remind("access_to_lead", access, access.state_since, now, _locked(with_lead),
                lambda one: policies.leads_for(one.pk, now))  # fmt: skip
    _tell_of_withdrawals(now)


def _source_of(liaison: Liaison) -> list[User]:
    source = liaison.hold.source
    return [source] if source is not None and may_be_told(liaison) else []


def _readers(call: AccessRequest, now: datetime) -> list[User]:
    able = policies.others_for(Part.READER, call.pk, now)
    return list(able.iw_leads()) or list(able)


def _locked(waiting: AccessRequestQuerySet) -> Callable[[AccessRequest], AccessRequest | None]:
    """Return what reads an access request anew, its row locked: None if it waits no more."""
    return lambda one: waiting.select_for_update().filter(pk=one.pk).first()


def _locked_question(liaison: Liaison) -> Liaison | None:
    """Return what a source is asked, read anew: None if nothing is owed any more.

    The record comes first, as whoever lets a claim go locks that; then the access request.
    """
    access = liaison.access
    lock_known_record(access.record_id)
    AccessRequest.objects.select_for_update().get(pk=access.pk)
    owed = Liaison.objects.owed().select_related("hold__source")
    return owed.filter(pk=liaison.pk).first()


def _tell_of_withdrawals(now: datetime) -> None:
    """Owe the sources who were asked, once, the word that a requester withdrew.

    Also to those who had heard of the outcome: one of them might contact the requester.
    """
    told = Notice.objects.filter(
        kind="contact_ended", subject=OuterRef("reference"), step=_WITHDRAWN
    )
    asked = Liaison.objects.withdrawn().filter(~Exists(told), hold__source__isnull=False)
    for liaison in asked.select_related("hold__source"):
        if not may_be_told(liaison):
            continue
        with transaction.atomic():
            notify("contact_ended", liaison.reference, recipients=[liaison.hold.source],
                   now=now, step=_WITHDRAWN)  # fmt: skip


def _remind(
    kind: str,
    thing: Any,
    since: datetime,
    now: datetime,
    still_waiting: Callable[[Any], Any],
    people: Callable[[Any], Iterable[User]],
) -> None:
    """Owe these people this day's reminder, once, if it waits since an earlier day.

    Whoever decides at this moment is waited for: what was decided is not reminded of, and what is
    decided afterwards overtakes the reminder.
    """
    reference, days = thing.reference, (clock.today(now) - clock.today(since)).days
    owed = Notice.objects.filter(kind=kind, subject=reference, step=days)
    if days < 1 or owed.filter(recipient__in=people(thing)).exists():
        return
    with transaction.atomic():
        thing = still_waiting(thing)
        if thing is None:
            return
        Notice.objects.filter(kind=kind, subject=reference).overtake()
        notify(kind, reference, recipients=people(thing), now=now, step=days)
