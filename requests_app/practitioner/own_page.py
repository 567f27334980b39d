"""What the page of an own request offers its source to do after sending."""

from datetime import datetime
from typing import Any

from requests_app import policies
from requests_app.models import Request
from requests_app.practitioner import letters
from shielding.accounts.models import User
from shielding.filled import filled
from shielding.models import Consultation
from shielding.reviews import dates as review_dates
from shielding.web.cells import Fact, Facts


def next_review(asked: Request, now: datetime) -> Facts:
    """Return the row with the day of the next six-monthly review of what still asks for a shield.

    Counted from this request alone; nothing about the record, or about anybody else who asks.
    """
    if not asked.still_asks:
        return []
    day = review_dates.as_read(filled(asked.hold), now)
    return [Fact("Next six-monthly review", when=day, date_only=True)]


def offers(asked: Request, *, by: User, now: datetime) -> dict[str, Any]:
    """Return what the template draws links to: only what would be done, not refused."""
    owed = Consultation.objects.visible_to(by).answerable(now).filter(hold=asked.hold)
    return {
        "may_answer_review": owed.exists(),
        "may_send_another": policies.may_send_another(by, asked),
        "may_withdraw": policies.may_withdraw(by, asked),
        "may_say_family_of_end": policies.may_say_family_of_end(by, asked),
        "may_say_professionals_told": policies.may_say_professionals_told(by, asked),
        "letters": letters.printable(by, asked, now),
    }
