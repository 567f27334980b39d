"""The list of answers to get by phone: owed by sources whom no mail reaches."""

from collections.abc import Iterable
from datetime import datetime

from django.urls import reverse

from shielding.records.grounds import GROUND
from shielding.records.models import Hold
from shielding.reviews.due import deadline_of
from shielding.reviews.models import Consultation
from shielding.web.cells import Due, Rows, Text, When

HEADS = ("Request", "Review due", "Whom to ask", "Service", "Ground", "Since")


def rows(owed: Iterable[Consultation], now: datetime) -> Rows:
    """Return the answers nobody is reminded of; the reference leads to where one is recorded."""
    return [
        [
            Text(
                asked.hold.reference,
                url=reverse("hold_answer", args=[asked.hold.reference]),
                code=True,
            ),
            Due(deadline_of(asked.review, now)),
            whom_to_ask(asked.hold),
            asked.hold.service.name,
            GROUND[asked.hold.ground].label,
            When(asked.hold.placed_at, date_only=True),
        ]
        for asked in owed
    ]


def whom_to_ask(hold: Hold) -> str:
    """Return who is to be phoned for a source without a working account."""
    if hold.source is None:
        return "Nobody with a confirmed account: phone the service"
    return f"{hold.source.name}, whose account is suspended: phone the service"
