"""Days of mail without their idle minutes: the moments at which a look of the worker may send."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db.models import Min

from shielding.notices.models import OWED, DeliveryStatus, Mail, Notice

MINUTE = timedelta(minutes=1)


def moments_of_mail(start: datetime, until: datetime) -> Iterator[datetime]:
    """Give each moment at which something is due, and the minute before it; whoever asks delivers.

    First comes `start` and the minute after it. What would be sent too early is sent in the minute
    before, so that a test of moments sees it.
    """
    yield start
    now = start + MINUTE
    yield now
    while (due := _next_due()) and due <= until:
        if due - MINUTE > now:
            yield due - MINUTE
        now = max(due, now + MINUTE)
        if now > until:
            return
        yield now


def _next_due() -> datetime | None:
    """Return when the next notice or mail is due, also if that is past; None where nothing is."""
    waiting = Notice.objects.filter(fate=DeliveryStatus.QUEUED, mail=None)
    notice = waiting.aggregate(due=Min("due_at"))["due"]
    mail = Mail.objects.filter(fate__in=OWED).aggregate(due=Min("next_try_at"))["due"]
    return min((one for one in (notice, mail) if one), default=None)
