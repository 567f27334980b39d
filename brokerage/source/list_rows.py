"""The columns of a source's lists of what they are asked."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.urls import reverse

from brokerage.models import Liaison
from brokerage.source.presenters import status, tag
from shielding.web.cells import Rows, Text, day

TO_ANSWER_HEADS = ("Reference", "Your request", "Asked on")
OTHER_HEADS = ("Reference", "Status", "Your request", "Asked on")
HANDED_ON_HEADS = ("Reference", "Asked on")


def to_answer_rows(liaisons: Iterable[Liaison]) -> Rows:
    """Return what a source has to answer as rows under TO_ANSWER_HEADS."""
    return [[_link(one), one.hold.reference, day(one.asked_at)] for one in liaisons]


def other_rows(liaisons: Iterable[Any], now: datetime) -> Rows:
    """Return what else a source was asked as rows under OTHER_HEADS."""
    return [
        [
            _link(one),
            tag(status(one, runs=one.runs, now=now)),
            one.hold.reference,
            day(one.asked_at),
        ]
        for one in liaisons
    ]


def handed_on_rows(liaisons: Iterable[Liaison]) -> Rows:
    """Return what a colleague has now as rows under HANDED_ON_HEADS, whatever became of it."""
    return [[Text(one.reference, code=True), day(one.asked_at)] for one in liaisons]


def _link(liaison: Liaison) -> Text:
    url = reverse("liaison_detail", args=[liaison.reference])
    return Text(liaison.reference, url=url, code=True)
