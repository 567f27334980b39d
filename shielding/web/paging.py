"""A list in pages, for every list of the product that is read page by page."""

from collections.abc import Callable
from typing import Any, TypeVar

from django.core.paginator import Page, Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest

A_PAGE = 25
Thing = TypeVar("Thing")
Listed = TypeVar("Listed", bound="QuerySet[Any, Any]")
# What an address may ask of a list in which some things are a colleague's to do, and its words.
MINE, COLLEAGUE = "mine", "colleague"
WHOSE = {MINE: "yours to do", COLLEAGUE: "for a colleague to do"}
# Which things are somebody's to do: a condition, or what returns it once it is asked for.
Mine = Q | Callable[[], Q]
# A condition that nothing meets: of what somebody may not do at all.
NOTHING = Q(pk__in=[])


def page_of(
    request: HttpRequest, things: "QuerySet[Any, Thing] | list[Thing]", length: int = A_PAGE
) -> Page[Thing]:
    """Return the page of a list that the address asks for; the nearest where there is none such."""
    return Paginator(things, length).get_page(request.GET.get("page"))


def first_page(things: "QuerySet[Any, Thing] | list[Thing]") -> Page[Thing]:
    """Return the first page of a list that stands above another one, whose pages are turned."""
    return Paginator(things, A_PAGE).get_page(1)


def those(things: "QuerySet[Any, Thing]", may: Callable[[Thing], bool]) -> Q:
    """Return which of a few things a question says yes to, asked of each: a condition for `mine`.

    For lists that are short by their kind, whose question no query asks.
    """
    return Q(pk__in=[one.pk for one in things if may(one)])  # type: ignore[attr-defined]


def of_whom(things: Listed, mine: Mine, whose: str) -> Listed:
    """Return what of a list is asked for: what this person may do, what only a colleague may, or
    all of it. Whatever is not the one is the other, so that the two make the whole.

    A condition that takes asking row by row (`those`) is given as what returns it: the whole list
    asks nothing.
    """
    if whose not in WHOSE:
        return things
    own = things.filter(mine() if callable(mine) else mine)
    return own if whose == MINE else things.exclude(pk__in=own.order_by().values("pk"))
