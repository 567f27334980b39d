"""What the other access requests of a record say to the IW Team about this one.

For the IW Team's pages only, in references, days and codes: that sources were once not told, that
one objected, that a contact was stopped, that the lead said no, that a contact runs to which a
source has objected since.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, TypedDict, cast

from django.db.models import BooleanField, ExpressionWrapper, OuterRef, QuerySet, Subquery
from django.urls import reverse

from brokerage import access_request_codes as codes
from brokerage import outcome_words, states
from brokerage.desk.state_colours import COLOURS
from brokerage.models import (
    SPEAKS_AGAINST,
    AccessRequest,
    AccessRequestQuerySet,
    Liaison,
    running_on,
)
from shielding import clock
from shielding.accounts.telling_apart import person_cell
from shielding.filled import filled
from shielding.web.cells import Cell, Rows, Tag, Text, When

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

HEADS = ("Access request", "Requester", "Sent", "State", "Who asked for the shield", "IW lead")


@dataclass(frozen=True)
class Known:
    """An access request that something is known from, and what, in words."""

    text: str
    reference: str
    url: str


@dataclass(frozen=True)
class Warning:
    """What nobody should miss, and the access requests it is known from."""

    text: str
    links: tuple[Known, ...] = ()


Warnings = list[Warning]


class Marks(TypedDict):
    """What `with_objections` adds to an access request."""

    objected_at: datetime | None
    stands_at: datetime | None
    runs: bool


if TYPE_CHECKING:
    Marked = WithAnnotations[AccessRequest, Marks]


def with_objections(requests: AccessRequestQuerySet, now: datetime) -> "QuerySet[Marked]":
    """Return them as listed, each with its latest objection and with whether its contact runs.

    `objected_at` is that of any source, `stands_at` that of a source whose claim still stands.
    """
    objections = Liaison.objects.filter(SPEAKS_AGAINST, access=OuterRef("pk"))
    latest = objections.order_by("-answered_at").values("answered_at")
    standing = latest.filter(hold__released_at__isnull=True)
    runs = ExpressionWrapper(running_on(clock.today(now)), BooleanField())
    found = requests.as_listed().annotate(
        objected_at=Subquery(latest[:1]), stands_at=Subquery(standing[:1]), runs=runs
    )
    # The same rows; only a cast names what annotating added to them.
    return cast("QuerySet[Marked]", found)


def rows(others: "Iterable[Marked]") -> Rows:
    """Return access requests of a record as rows under HEADS: a repeated attempt is seen here."""
    return [
        [
            Text(one.reference, url=_address(one), code=True),
            person_cell(one.requester),
            When(one.submitted_at, date_only=True),
            _state(one),
            _sources(one),
            _lead(one),
        ]
        for one in others
    ]


def _state(access: AccessRequest) -> Cell:
    """Return where it is; of one that was concluded, how."""
    words = states.LABELS[access.state]
    if access.outcome:
        return f"{words}: {outcome_words.outcome_of(access)}"
    return Tag(words, COLOURS[access.state])


def _sources(access: "Marked") -> Cell:
    if access.quiet_reason:
        return f"Not told: {outcome_words.quiet(access.quiet_reason)}"
    return Tag("A practitioner objects", "red") if access.objected_at else ""


def _lead(access: AccessRequest) -> Cell:
    if access.lead_decision == codes.LeadDecision.NO_CONTACT:
        return Tag(access.get_lead_decision_display(), "red")
    return access.get_lead_decision_display()


def warnings(own: "Marked", others: "list[Marked]") -> Warnings:
    """Return what the other requests warn of: text, and the requests it is known from as links.

    Whoever sent them. Of what came before only while this one is open, and of a call.
    """
    found = _to_stop(own, others)
    if own.state in states.OPEN or own.is_urgent:
        found += _of_before(others)
    return found


def _of_before(others: "list[Marked]") -> Warnings:
    quiet = [one for one in others if one.quiet_reason]
    objected = [one for one in others if one.objected_at]
    stopped = [one for one in others if one.stopped_at]
    refused = [one for one in others if one.lead_decision == codes.LeadDecision.NO_CONTACT]
    return [
        *_warning(
            "The practitioners were not told of another request for this record. Find out whether "
            "that is still right before you ask them:",
            quiet,
            lambda one: f"{outcome_words.quiet(one.quiet_reason)}, {_day(filled(one.brokered_at))}",
        ),
        *_warning(
            "A practitioner objected to contact about this record",
            objected,
            lambda one: f"on {_day(filled(one.objected_at))}",
        ),
        *_warning(
            "A contact about this record was stopped",
            stopped,
            lambda one: f"on {_day(filled(one.stopped_at))}",
        ),
        *_warning(
            "The IW lead said no contact about this record",
            refused,
            lambda one: f"on {_day(filled(one.lead_decided_at))}",
        ),
    ]


def _to_stop(own: "Marked", others: "list[Marked]") -> Warnings:
    """Return that a contact of this requester runs to which a source has objected since."""
    same = [one for one in others if own.requester_id and one.requester_id == own.requester_id]
    against = [one for one in same if own.runs and _objects_since(one, own)]
    running = [one for one in same if one.runs and _objects_since(own, one)]
    stop = "A practitioner has objected since: stop the contact."
    return [
        *_warning(
            f"{stop} They objected", against, lambda one: f"on {_day(filled(one.stands_at))}"
        ),
        *_warning(
            f"{stop} It runs", running, lambda one: f"until {_day(filled(one.granted_until))}"
        ),
    ]


def _objects_since(later: "Marked", contact: "Marked") -> bool:
    """Return whether an objection stands that came after a contact was agreed.

    Not one that a lead went ahead knowing of: see `lists.source_objects`.
    """
    if later.stands_at is None or later.lead_decision == codes.LeadDecision.GO_AHEAD:
        return False
    return bool(later.stands_at > filled(contact.concluded_at))


def _warning(text: str, known_from: "list[Marked]", words: "Callable[[Marked], str]") -> Warnings:
    links = tuple(Known(words(one), one.reference, _address(one)) for one in known_from)
    return [Warning(text, links)] if links else []


def _address(access: AccessRequest) -> str:
    return reverse("brokerage_request", args=[access.reference])


def _day(on: date | datetime) -> str:
    return f"{clock.today(on) if isinstance(on, datetime) else on:%-d %B %Y}"
