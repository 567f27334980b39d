"""A list in pages, for every list of the product that is read page by page."""

from typing import Any, TypeVar

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest

A_PAGE = 25
Thing = TypeVar("Thing")


def page_of(
    request: HttpRequest, things: "QuerySet[Any, Thing] | list[Thing]", length: int = A_PAGE
) -> Page[Thing]:
    """Return the page of a list that the address asks for; the nearest where there is none such."""
    return Paginator(things, length).get_page(request.GET.get("page"))


def first_page(things: "QuerySet[Any, Thing] | list[Thing]") -> Page[Thing]:
    """Return the first page of a list that stands above another one, whose pages are turned."""
    return Paginator(things, A_PAGE).get_page(1)
