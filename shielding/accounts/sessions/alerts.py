"""Tell the IW leads and the duty mailboxes that somebody said "this was not me"."""

from datetime import datetime, timedelta

from shielding.accounts.sessions import policies
from shielding.accounts.sessions.models import NotMe
from shielding.notices.alerts import AT_ONCE, Waits, alert
from shielding.notices.kinds import Kind

NOT_ME = "not_me"
_AGAIN = (AT_ONCE, timedelta(hours=1), timedelta(hours=4), timedelta(hours=24))

KIND = Kind(
    NOT_ME,
    "“This was not me”",
    is_pressing=True,
    readers=policies.who_hear,
    waits=policies.waits,
)


def raise_alerts(now: datetime) -> None:
    """Owe them a word of each about which nobody has phoned: at once, after 1, 4 and 24 hours."""
    for said in NotMe.objects.open():
        waiting = [Waits(said.reference, said.said_at, said.reference)]
        alert(NOT_ME, waiting, people=policies.who_hear(said.reference, now), now=now, after=_AGAIN)
