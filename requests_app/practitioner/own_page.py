"""What the page of an own request offers its source to do after sending."""

from datetime import datetime
from typing import Any

from requests_app import policies
from requests_app.models import Request
from requests_app.practitioner import letters
from requests_app.practitioner.presenters import answer_due
from shielding import clock
from shielding.accounts.models import User
from shielding.filled import filled
from shielding.models import Consultation, Review
from shielding.reviews import dates as review_dates
from shielding.reviews.models import ConsultationQuerySet
from shielding.web.cells import Fact, Facts


def next_review(asked: Request, *, by: User, now: datetime) -> Facts:
    """Return when the next six-monthly review of what still asks for a shield is, and before it by
    when an answer is owed to one that asks now.

    Counted from this request alone; nothing about the record, or about anybody else who asks. The
    day of the first review stands among the other facts already.
    """
    if not asked.still_asks:
        return []
    day = review_dates.as_read(filled(asked.hold), now)
    asks = _answerable(asked, by, now).exclude(review__kind=Review.Kind.REQUEST)
    owed = [one.review for one in asks.select_related("review")[:1]]
    rows = [
        Fact("Answer owed by", due=answer_due(one.due, one.kind, clock.today(now))) for one in owed
    ]
    after = any(one.kind == Review.Kind.RECORD and one.due != day for one in owed)
    words = "Six-monthly review after that" if after else "Next six-monthly review"
    return [*rows, Fact(words, when=day, date_only=True)]


def _answerable(asked: Request, by: User, now: datetime) -> ConsultationQuerySet:
    return Consultation.objects.visible_to(by).answerable(now).filter(hold=asked.hold)


def offers(asked: Request, *, by: User, now: datetime) -> dict[str, Any]:
    """Return what the template draws links to: only what would be done, not refused."""
    return {
        "may_answer_review": _answerable(asked, by, now).exists(),
        "may_send_another": policies.may_send_another(by, asked),
        "may_withdraw": policies.may_withdraw(by, asked),
        "may_take_back": policies.may_take_back(by, asked),
        "may_say_family_of_end": policies.may_say_family_of_end(by, asked, now),
        "may_say_professionals_told": policies.may_say_professionals_told(by, asked),
        "letters": letters.printable(by, asked, now),
    }
