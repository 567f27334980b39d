"""The questions of an access request, in the order they are asked: related ones on one sheet."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from brokerage import time_limits
from brokerage.access_request_codes import Declaration, Documented, SeenBy
from brokerage.models import AccessRequest


@dataclass(frozen=True)
class Page:
    """One question: its name, its heading and the columns it fills."""

    slug: str
    title: str
    fields: tuple[str, ...]
    answered: Callable[[AccessRequest, date], bool]


@dataclass(frozen=True)
class Sheet:
    """Related questions on one page: its address, its heading and its parts."""

    slug: str
    title: str
    parts: tuple[Page, ...]


ONLY_ME = "Select “Only me”, or who else would see it, not both"


def why_not_seen_by(chosen: list[str]) -> str:
    """Return what is wrong with who would see it; "" where it may be sent."""
    if not chosen:
        return "Select who would see what you learn"
    return ONLY_ME if SeenBy.ME in chosen and len(chosen) > 1 else ""


def _documented(access: AccessRequest, today: date) -> bool:
    return access.documented == Documented.NOT_APPLICABLE or (
        access.documented == Documented.YES and access.documented_on is not None
    )


SHEETS: tuple[Sheet, ...] = (
    Sheet(
        "record",
        "The record and your purpose",
        (
            Page("number", "Record number", ("number",), lambda a, today: a.number is not None),
            Page("purpose", "Purpose", ("purpose",), lambda a, today: bool(a.purpose)),
        ),
    ),
    Sheet(
        "need",
        "What you need",
        (
            Page(
                "need", "What cannot be done without it", ("need",), lambda a, today: bool(a.need)
            ),
            Page("sought", "What you ask for", ("sought",), lambda a, today: bool(a.sought)),
            Page(
                "otherwise",
                "Why there is no other way",
                ("why_not_otherwise",),
                lambda a, today: bool(a.why_not_otherwise),
            ),
            Page(
                "seen-by",
                "Who would see it",
                ("seen_by",),
                lambda a, today: not why_not_seen_by(a.seen_by),
            ),
        ),
    ),
    Sheet(
        "terms",
        "Until when, and your own records",
        (
            Page(
                "until",
                "Until when you need it",
                ("needed_until",),
                # A draft that lay too long asks again.
                lambda a, today: not time_limits.why_not(a.needed_until, today),
            ),
            Page("documented", "Your own records", ("documented", "documented_on"), _documented),
        ),
    ),
)
SHEET = {sheet.slug: sheet for sheet in SHEETS}
PAGES = tuple(page for sheet in SHEETS for page in sheet.parts)
PAGE = {page.slug: page for page in PAGES}
# By the question: on which sheet it is asked.
SHEET_OF = {page.slug: sheet for sheet in SHEETS for page in sheet.parts}
# All of them, each time a request is sent.
DECLARATIONS = tuple(Declaration.values)


def missing(access: AccessRequest, today: date) -> list[Page]:
    """Return the questions that are not answered yet, in their order."""
    return [page for page in PAGES if not page.answered(access, today)]
