"""What two requesters and their managers are mailed, minute by minute, through a mail server.

One asks about a shielded record, whose sources are asked and object; the other about a number that
nobody knows. Their mails are the same, at the same minutes.
"""

import re
from datetime import datetime, timedelta
from email import message_from_bytes

import pytest
from django.test import override_settings

from brokerage import states
from brokerage.desk import actions as desk_actions
from brokerage.line_manager import actions as manager_actions
from brokerage.models import AccessRequest
from shielding.accounts.models import User
from shielding.notices import delivery
from shielding.reviews import reminders
from tests.brokerage.support.cast import ASKED, Cast, a_cast, a_draft, again, say, send, shielded
from tests.support.requests import a_number
from tests.worker.support.machines import PostOffice
from tests.worker.support.smtp import SMTP

pytestmark = pytest.mark.django_db(transaction=True)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
UNTIL = ASKED + timedelta(days=4)
Story = list[tuple[datetime, str]]


def mailed(office: PostOffice, person: User, since: int) -> list[str]:
    """Return what came for a person after so many mails, references and marks of time masked."""
    came = [content for address, content in office.mails[since:] if address == person.email]
    return [masked(content) for content in came]


def masked(content: bytes) -> str:
    message = message_from_bytes(content)
    fixed = {name: message[name] for name in ("From", "Subject", "Auto-Submitted")}
    parts = [
        part.get_payload(decode=True).decode() for part in message.walk() if not part.is_multipart()
    ]
    return re.sub(r"IW-[A-Z0-9]{4}-[A-Z0-9]{4}", "REFERENCE", f"{fixed} {parts}")


def what_the_iw_team_does(now: datetime, known: AccessRequest, unknown: AccessRequest, cast: Cast):
    """Finish with the unknown one at once, with the shielded one after a day and an objection."""
    if now == ASKED + HOUR:
        desk_actions.conclude(unknown, outcome="no_brokerage_needed", by=cast.colleague, now=now)
        desk_actions.ask_sources(known, by=cast.member, now=now)
    if now == ASKED + 20 * HOUR:
        say(known, cast.source, "objects", now=now)
    if now == ASKED + 25 * HOUR:
        lead = {"decision": "no_contact", "reason": "safety"}
        desk_actions.decide_as_lead(again(known), by=cast.lead, now=now, **lead)
        desk_actions.conclude(again(known), outcome="declined", by=cast.member, now=now)


def test_they_are_the_same_mails_in_the_same_minutes(office):
    cast, other = a_cast(), a_cast()
    known = send(a_draft(cast.requester, number=shielded(cast)[0]))
    unknown = send(a_draft(other.requester, number=a_number()))
    pairs = ((cast.requester, other.requester), (cast.manager, other.manager))
    stories: dict[User, Story] = {person: [] for pair in pairs for person in pair}
    with override_settings(EMAIL_BACKEND=SMTP, EMAIL_HOST="127.0.0.1", EMAIL_PORT=office.port):
        for now in moments():
            if now == ASKED + MINUTE:
                manager_actions.agree(known, by=cast.manager, now=now)
                manager_actions.agree(unknown, by=other.manager, now=now)
            what_the_iw_team_does(now, known, unknown, cast)
            before = len(office.mails)
            reminders.raise_reminders(now)
            delivery.deliver(now)
            for person, story in stories.items():
                story += [(now, words) for words in mailed(office, person, before)]
    assert again(known).state == again(unknown).state == states.CONCLUDED
    for one, two in pairs:
        assert stories[one] == stories[two]
        assert stories[one]
    # Agreed on Monday at a minute past ten, mailed at once; and Wednesday at four.
    assert [now for now, _ in stories[cast.requester]] == [
        ASKED + MINUTE,
        again(known).publish_at,
    ]


def moments() -> list[datetime]:
    """Return the first minutes, then each hour, and the minutes around four o'clock."""
    first = [ASKED, ASKED + MINUTE, ASKED + 2 * MINUTE]
    hourly = [ASKED + number * HOUR for number in range(1, int((UNTIL - ASKED) / HOUR))]
    around = [moment + side * MINUTE for moment in hourly if moment.hour == 16 for side in (-1, 1)]
    return sorted({*first, *hourly, *around})
