"""What the clock owes to whom in brokerage: an answer that waits, a decision that waits, a call
that nobody read.

Once a day each, to whoever it waits for on that day; any function may run as often as it likes.
Sources hear of a withdrawal here too: the requester's own act tells nobody but their line manager.
"""

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction
from django.db.models import Exists, OuterRef

from brokerage import policies, states
from brokerage.codes import Part
from brokerage.models import AccessRequest, Liaison
from brokerage.telling import READ_WITHIN, may_be_told
from shielding import clock
from shielding.accounts.deputies import approvers_of
from shielding.accounts.models import User
from shielding.accounts.notices import Notice, notify

# The step of the word that a requester withdrew; outcomes and stops count from 0.
_WITHDRAWN = 100


def raise_reminders(now: datetime) -> None:
    """Owe today's reminders of what has waited since an earlier day."""
    today = clock.today(now)
    for access in AccessRequest.objects.filter(state=states.WITH_MANAGER).select_related(
        "requester__line_manager"
    ):
        people = approvers_of(access.requester, today)
        _remind("access_to_agree", access.reference, access.state_since, people, today, now)
    for liaison in Liaison.objects.owed().select_related("hold__source"):
        source = liaison.hold.source
        people = [source] if source is not None and may_be_told(liaison) else []
        _remind("contact_asked", liaison.reference, liaison.asked_at, people, today, now)
    for call in AccessRequest.objects.urgent_to_read().filter(logged_at__lte=now - READ_WITHIN):
        able = policies.others_for(Part.READER, call.pk, now)
        people = list(able.iw_leads()) or list(able)
        _remind("urgent_not_read", call.reference, call.logged_at, people, today, now)
    for access in AccessRequest.objects.with_lead():
        able = policies.leads_for(access.pk, now)
        _remind("access_to_lead", access.reference, access.state_since, able, today, now)
    _tell_of_withdrawals(now)


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
    reference: str,
    since: datetime,
    people: Iterable[User],
    today: date,
    now: datetime,
) -> None:
    """Owe these people this day's reminder, once, if it waits since an earlier day."""
    days = (today - clock.today(since)).days
    owed = Notice.objects.filter(kind=kind, subject=reference, step=days, recipient__in=people)
    if days < 1 or owed.exists():
        return
    with transaction.atomic():
        Notice.objects.filter(kind=kind, subject=reference).overtake()
        notify(kind, reference, recipients=people, now=now, step=days)
