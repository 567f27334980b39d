"""What the clock tells the IW Team of records: a request to shield, and one that is to check now.

Process document, step 4, shielding on receipt: until it is applied a child can be found.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from shielding.accounts.models import User
from shielding.filled import filled
from shielding.notices.alerts import AT_ONCE, Waits, alert
from shielding.notices.kinds import Kind, Readers
from shielding.records.models import Hold, Record

TO_SHIELD, TO_LEAD, CHECK_NOW = "to_shield", "to_shield_lead", "unshield_cancelled"
A_DAY = timedelta(hours=24)
AGAIN = (AT_ONCE, timedelta(hours=1), timedelta(hours=4), A_DAY)


def raise_alerts(now: datetime) -> None:
    """Owe the team a word of what is to be shielded: at once, and after 1, 4 and 24 hours.

    After 24 hours to the IW leads too. A record that may be open on the system, since a request
    came while it was being unshielded, is told besides: in a mail its reference stands first.
    """
    team = User.objects.working().iw_team()
    members, leads = list(team), team.leads_or_else_all()
    holds = [_hold_waits(hold) for hold in Hold.objects.to_apply().select_related("record")]
    alert(CHECK_NOW, _to_check_now(), people=members, now=now, after=AGAIN)
    alert(TO_SHIELD, holds, people=members, now=now, after=AGAIN)
    alert(TO_LEAD, holds, people=leads, now=now, after=(A_DAY,), mailboxes=False)


def _hold_waits(hold: Hold) -> Waits:
    """Return a hold as it waits: since it was placed, or its record came to be shielded again."""
    since = max(hold.placed_at, hold.record.waiting_since or hold.placed_at)
    return Waits(hold.reference, since, hold.reference)


def _to_check_now() -> list[Waits]:
    """Return the records to check now, each by the request that waits; by its own if none does."""
    waiting = []
    for record in Record.objects.to_check_now().with_asking():
        asking = [hold.reference for hold in record.asking if hold.applied_at is None]
        mentions = asking[0] if asking else record.reference
        waiting.append(Waits(record.reference, filled(record.waiting_since), mentions))
    return waiting


def _waits(reference: str) -> bool:
    return Hold.objects.to_apply().filter(reference=reference).exists()


def _is_to_check_now(reference: str) -> bool:
    return Record.objects.to_check_now().filter(reference=reference).exists()


def _members_while(waits: Callable[[str], bool]) -> Readers:
    """Return who hears of what waits, while it waits: whoever works in the IW Team."""
    return lambda reference, _now: (
        list(User.objects.working().iw_team()) if waits(reference) else []
    )


def _leads(reference: str, _now: datetime) -> list[User]:
    return User.objects.working().iw_team().leads_or_else_all() if _waits(reference) else []


KINDS = (
    Kind(TO_SHIELD, "A request to shield", readers=_members_while(_waits), waits=_waits),
    Kind(TO_LEAD, "Not applied after a day, to the lead", readers=_leads, waits=_waits),
    Kind(
        CHECK_NOW,
        "A record to check now",
        is_pressing=True,
        readers=_members_while(_is_to_check_now),
        waits=_is_to_check_now,
    ),
)
