"""The columns of a practitioner's lists of requests to shield, and of what names them."""

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, cast

from django.urls import reverse

from requests_app import policies
from requests_app.models import Answering, Request
from requests_app.practitioner.presenters import answer_due, due_cell, ground, status
from shielding.accounts.models import User, ids_below
from shielding.filled import filled
from shielding.web.cells import Cell, Due, Rows, Text, day
from shielding.web.deadlines import deadline

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

    from requests_app.practitioner.to_do import Duty

LIST_HEADS = ("Reference", "Status", "First review", "Ground")
DUTY_HEADS = ("Reference", "What to do", "Due", "Ground")
SUPPORTING_HEADS = ("Reference", "Practitioner", "You supported it on", "Sent on")
# Whoever phoned may be somebody else until the practitioner confirms it.
A_CALLER = "A caller, by phone"
NOT_SHOWN = "Not shown: phone the IW Team"


def list_rows(requests: Iterable[Request], today: date) -> Rows:
    """Return a practitioner's requests as rows under LIST_HEADS."""
    return [
        [_link(request), status(request), due_cell(request, today), ground(request)]
        for request in requests
    ]


def duty_rows(requests: Iterable[Request], duty: "Duty", today: date) -> Rows:
    """Return the requests with one thing to do as rows under DUTY_HEADS."""
    return [
        [_link(request), _act(request, duty), _duty_due(request, duty, today), ground(request)]
        for request in requests
    ]


def _duty_due(request: Request, duty: "Duty", today: date) -> Cell:
    """Return by when a thing is to be done: confirming and answering have days of their own.

    To tell somebody has none: nobody is to be told sooner than is safe.
    """
    if duty.slug == "review":
        owed = cast("WithAnnotations[Request, Answering]", request)  # `to_answer` made its list
        return Due(answer_due(owed.answer_due, owed.answer_kind, today))
    if duty.slug in ("family", "family-of-end", "professionals"):
        return Text("When it is safe")
    if duty.slug == "to-confirm" and request.confirm_by is not None:
        return Due(deadline(request.confirm_by, today))
    concluded = request.review is None or request.review.concluded_at is not None
    return Text("No date") if concluded else due_cell(request, today)


def _act(request: Request, duty: "Duty") -> Cell:
    if not duty.page:
        return duty.act
    return Text(duty.act, url=reverse(duty.page, args=[request.reference]))


def supporting_rows(requests: Iterable[Request]) -> Rows:
    """Return what a line manager sees of requests that name them: reference, who it is, dates."""
    requests = list(requests)
    managers = {filled(request.supporter) for request in requests}
    staff = {manager: ids_below(manager) for manager in managers}
    return [
        [
            Text(request.reference, code=True),
            _practitioner(request, staff),
            day(request.supported_on) if request.supported_on else "",
            day(request.submitted_at),
        ]
        for request in requests
    ]


def _practitioner(request: Request, staff: dict[User, set[int]]) -> str:
    if request.practitioner is None or request.was_only_phoned:
        return A_CALLER
    manager = filled(request.supporter)
    named = policies.is_named_to_supporter(request, manager, staff[manager])
    return request.practitioner.name if named else NOT_SHOWN


def _link(request: Request) -> Text:
    url = reverse("request_detail", args=[request.reference])
    return Text(request.reference, url=url, code=True)
