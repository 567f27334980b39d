"""What somebody is answered who tried too often, and how that is counted."""

from collections.abc import Callable
from math import ceil
from typing import Protocol, cast

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render

from logbook.days import real_now
from shielding.accounts.attempts import known, refused
from shielding.accounts.attempts.address import network_of
from shielding.accounts.attempts.budget import TooMany
from shielding.web.middleware import GetResponse


class _WithExceptions(Protocol):
    process_exception: Callable[[HttpRequest, Exception], HttpResponseBase | None]


def attempts(get_response: GetResponse) -> GetResponse:
    """Answer TooMany with a page, 429 and Retry-After; give a browser that became known its cookie.

    The page is the same whether anybody has the address that was tried or not.
    """

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        known.give_cookie(request, response)
        return response

    def process_exception(request: HttpRequest, exception: Exception) -> HttpResponseBase | None:
        if not isinstance(exception, TooMany):
            return None
        refused.count(exception.account, network_of(request), real_now())
        context = {"wait": wait_words(exception.seconds)}
        page = render(request, "errors/429.html", context, status=429)
        page.headers["Retry-After"] = str(exception.seconds)
        return page

    # A function takes attributes, which the type of one does not say.
    cast(_WithExceptions, middleware).process_exception = process_exception
    return middleware


def wait_words(seconds: int) -> str:
    """Return how long to wait, rounded up, such as "15 seconds" or "2 minutes"."""
    number, unit = (seconds, "second") if seconds < 60 else (ceil(seconds / 60), "minute")
    return f"{number} {unit}{'' if number == 1 else 's'}"
