"""From a request to shield to the mail that alerts the IW Team, and on to the record applied."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail as outbox
from django.urls import reverse
from django.utils import timezone

from shielding import tasks
from tests.browser.support import asking, deciding
from tests.browser.support.visitor import Visitor
from tests.support.people import an_iw_member
from tests.support.requests import a_draft

pytestmark = pytest.mark.django_db(transaction=True)
SignIn = Callable[..., Visitor]
DUTY = "iw.duty@council.example"


def mailed(hours: int = 0) -> list[str]:
    """Return what the mailbox is mailed in the worker's round of this minute, or hours later."""
    outbox.outbox.clear()
    for work in ("raise_reminders", "deliver_mail"):
        now = timezone.now() + timedelta(hours=hours)
        tasks.ROUND[work](now, now)
    return [mail.body for mail in outbox.outbox if mail.to == [DUTY]]


def test_a_request_alerts_the_team_until_a_member_applies_it(
    signed_in: SignIn, settings: Any
) -> None:
    settings.DUTY_MAILBOXES = [DUTY]
    # Given a practitioner who sends a request to shield
    draft = a_draft(now=timezone.now())
    her = signed_in(draft.practitioner)
    her.open(reverse("request_check", args=[draft.reference]))
    reference = asking.send(her)
    # When the worker looks, then the duty mailbox has its reference, and again after an hour
    for hours in (0, 1):
        (body,) = mailed(hours)
        assert reference in body
        assert "shield" not in body.lower()
    # and a member finds it as the first thing to do,
    him = signed_in(an_iw_member(name="Ira Invented"))
    him.reads("Records to shield, not yet applied: 1")
    assert him.faults() == []
    him.follow(reference)
    assert him.faults() == []
    deciding.attest_applied(him)
    # which ends the alerts, and is what the practitioner reads.
    assert mailed(hours=30) == []
    him.open(reverse("home"))
    him.reads("No record is waiting to be shielded.")
    her.follow("See this request")
    her.reads("Applied on ContactPoint and checked")
    assert her.faults() == []
