"""The questions of a request, in the order of the process document: related ones on one sheet.

A question belongs to a request when the earlier answers say so; it is answered when its columns
are. What does not belong is cleared, so that no stale attestation is ever sent.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from requests_app import states
from requests_app.models import Request
from requests_app.shield_request_codes import Decision, Explained, FamilyTold, Origin, OwnSystem
from shielding.records.grounds import GROUND


@dataclass(frozen=True)
class Page:
    """One question, or a few that go together: its name, its heading and the columns it fills."""

    slug: str
    title: str
    fields: tuple[str, ...]
    answered: Callable[[Request], bool]
    belongs: Callable[[Request], bool] = lambda request: True
    # Whether an answer on its own sheet says that it belongs: it is shown with that question.
    asked_beside: str = ""


@dataclass(frozen=True)
class Sheet:
    """Related questions on one page: its address, its heading and its parts."""

    slug: str
    title: str
    parts: tuple[Page, ...]


def _family_asked(request: Request) -> bool:
    return request.origin == Origin.FAMILY


def _asks_to_shield(request: Request) -> bool:
    return request.decision == Decision.SHIELD


def _points_considered(request: Request) -> bool:
    ground = GROUND.get(request.ground)
    return ground is not None and {p.code for p in ground.points} <= set(request.points)


def _supported(request: Request) -> bool:
    return request.supporter_not_listed or bool(request.supporter_id and request.supported_on)


def _protected(request: Request) -> bool:
    in_own_system = request.own_system == OwnSystem.NOT_APPLICABLE or (
        request.own_system == OwnSystem.YES and request.own_system_on is not None
    )
    return in_own_system and request.measures_considered


def _family_told(request: Request) -> bool:
    return request.family_told in (FamilyTold.WILL, FamilyTold.NOT_SAFE) or (
        request.family_told == FamilyTold.DONE and request.family_told_on is not None
    )


SHEETS: tuple[Sheet, ...] = (
    Sheet(
        "record",
        "The record to shield",
        (
            Page(
                "number",
                "Record number",
                ("number",),
                lambda r: r.number is not None or r.record_id is not None,
            ),
            Page("origin", "Where the request comes from", ("origin",), lambda r: bool(r.origin)),
        ),
    ),
    Sheet(
        "who-asked",
        "The family who asked",
        (
            Page(
                "identity",
                "Who asked",
                ("asked_by", "identity_confirmed_on"),
                lambda r: bool(r.asked_by and r.identity_confirmed_on),
                _family_asked,
            ),
            Page(
                "explained",
                "What you explained",
                ("explained",),
                lambda r: set(Explained.values) <= set(r.explained),
                _family_asked,
            ),
        ),
    ),
    Sheet(
        "ground",
        "Why the record needs a shield",
        (
            Page("ground", "Ground for shielding", ("ground",), lambda r: bool(r.ground)),
            Page(
                "not-grounds",
                "What is not a ground",
                ("not_grounds",),
                lambda r: r.not_grounds is not None,
            ),
        ),
    ),
    Sheet(
        "decision",
        "Points to consider and your decision",
        (
            Page(
                "points",
                "Points to consider",
                ("points",),
                _points_considered,
                lambda r: bool(r.ground),
            ),
            Page("decision", "Your decision", ("decision",), lambda r: bool(r.decision)),
            Page(
                "reason",
                "Why you decided not to shield",
                ("considered_reason",),
                lambda r: bool(r.considered_reason),
                lambda r: r.decision == Decision.CONSIDERED,
                asked_beside="decision",
            ),
            Page(
                "manager",
                "The line manager who supported you",
                ("supporter", "supporter_not_listed", "supported_on"),
                _supported,
            ),
        ),
    ),
    Sheet(
        "done",
        "What you have done",
        (
            Page(
                "protection",
                "Your own systems and other protection",
                ("own_system", "own_system_on", "measures_considered"),
                _protected,
                _asks_to_shield,
            ),
            Page(
                "siblings",
                "Brothers, sisters and others in the home",
                ("siblings_considered",),
                lambda r: r.siblings_considered,
                _asks_to_shield,
            ),
            Page(
                "lead-professional",
                "Lead Professional",
                ("lead_professional",),
                lambda r: bool(r.lead_professional),
                _asks_to_shield,
            ),
            Page("family", "Telling the family", ("family_told", "family_told_on"), _family_told),
        ),
    ),
)
SHEET = {sheet.slug: sheet for sheet in SHEETS}
PAGES = tuple(page for sheet in SHEETS for page in sheet.parts)
PAGE = {page.slug: page for page in PAGES}
# By the question: on which sheet it is asked.
SHEET_OF = {page.slug: sheet for sheet in SHEETS for page in sheet.parts}

# Once the request was sent these stand: another record is another request, letting go is another
# act. When asked to look again the practitioner may also come to shield. What was agreed was
# agreed on its ground.
_FIXED_ONCE_SENT = ("number", "decision", "reason")
_FIXED_ONCE_AGREED = (*_FIXED_ONCE_SENT, "ground")

# What a request for another child has of the one before: nothing that attests, never the number.
_COPIED = (
    "origin",
    "asked_by",
    "ground",
    "decision",
    "considered_reason",
    "lead_professional",
)


def copied(like: Request) -> dict[str, Any]:
    """Return the answers that a request for another child begins with."""
    return {name: getattr(like, name) for name in _COPIED}


def pages_of(request: Request) -> list[Page]:
    """Return the questions that belong to the request, in order."""
    return [page for page in PAGES if page.belongs(request)]


def missing(request: Request) -> list[Page]:
    """Return the questions still to answer; the first is where a draft resumes."""
    return [page for page in pages_of(request) if not page.answered(request)]


def asked_by_phone(request: Request) -> list[Page]:
    """Return what to ask somebody without an account, all at once: what is unanswered, and what
    they promised to tell the family.

    Of the family who asked too, while nobody said where the request comes from.
    """
    unsaid = (PAGE["identity"], PAGE["explained"]) if not request.origin else ()
    promised = request.family_told == FamilyTold.WILL and request.family_told_on is None
    return [
        page
        for page in PAGES
        if (page.belongs(request) and not page.answered(request))
        or page in unsaid
        or (promised and page is PAGE["family"])
    ]


def is_open(page: Page, request: Request) -> bool:
    """Return whether a question's answers may still change, given where the request is."""
    if not page.belongs(request):
        return False
    if request.state == states.DRAFT:
        return True
    if request.state == states.LOOK_AGAIN:
        return page.slug != "number"
    if request.state == states.AGREED:
        return page.slug not in _FIXED_ONCE_AGREED
    return page.slug not in _FIXED_ONCE_SENT


def shown(sheet: Sheet, request: Request) -> list[Page]:
    """Return the parts of a sheet that are asked now: what is open, and what an answer on the same
    sheet may open.
    """
    return [
        page
        for page in sheet.parts
        if is_open(page, request)
        or (page.asked_beside and is_open(PAGE[page.asked_beside], request))
    ]


def following(sheet: Sheet, request: Request) -> Sheet | None:
    """Return the sheet to ask next, or None when check your answers comes next.

    The first with something unanswered after this, else any; so a change made from check your
    answers leads back there. A "yes" to what is not a ground always leads to the decision.
    """
    if sheet is SHEET["ground"] and request.not_grounds and is_open(PAGE["decision"], request):
        return SHEET["decision"]
    unanswered = [SHEET_OF[page.slug] for page in missing(request)]
    after = [other for other in unanswered if SHEETS.index(other) > SHEETS.index(sheet)]
    return next(iter(after + unanswered), None)


def preceding(sheet: Sheet, request: Request) -> Sheet | None:
    """Return the sheet before this one, or None where the person came from check your answers."""
    if request.state != states.DRAFT or not missing(request):
        return None
    before = [other for other in SHEETS[: SHEETS.index(sheet)] if shown(other, request)]
    return before[-1] if before else None


def clear_what_does_not_belong(request: Request) -> None:
    """Empty the columns of what no longer belongs, and points of another ground."""
    columns = {column.name: column for column in Request._meta.concrete_fields}
    for page in PAGES:
        if not page.belongs(request):
            for name in page.fields:
                setattr(request, name, columns[name].get_default())
    ground = GROUND.get(request.ground)
    allowed = {point.code for point in ground.points} if ground else set()
    if not set(request.points) <= allowed:
        request.points = []
