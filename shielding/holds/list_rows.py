"""The columns of the lists of what is done by phone: answers to get, and releases to confirm."""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from django.urls import reverse

from shielding.accounts.telling_apart import person_cell
from shielding.records import letting_go_to_attest
from shielding.records.grounds import GROUND
from shielding.records.letting_go_to_attest import Owing
from shielding.records.models import Hold
from shielding.reviews.models import Consultation
from shielding.reviews.presenters import deadline_of, whom_to_ask
from shielding.web.cells import Due, Rows, Text, When, done

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

ANSWER_HEADS = ("Request", "Review due", "Whom to ask", "Service", "Ground", "Since")
RELEASE_HEADS = ("Request", "Practitioner", "Service", "Withdrawn", "Why", "Record")


def answer_rows(owed: Iterable[Consultation], now: datetime) -> Rows:
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
            asked.hold.service_to_phone.name,
            GROUND[asked.hold.ground].label,
            When(asked.hold.placed_at, date_only=True),
        ]
        for asked in owed
    ]


def release_rows(holds: "Iterable[WithAnnotations[Hold, Owing]]") -> Rows:
    """Return the table of releases that wait for a call; they come with `word_owed`."""
    return [
        [
            Text(hold.reference, url=reverse("hold_attest", args=[hold.reference]), code=True),
            person_cell(hold.source),
            hold.service_to_phone.name,
            done(hold.released_at, hold.released_by),
            letting_go_to_attest.WHY[hold.word_owed],
            Text(
                hold.record.reference,
                url=reverse("record_detail", args=[hold.record.reference]),
                code=True,
            ),
        ]
        for hold in holds
    ]
