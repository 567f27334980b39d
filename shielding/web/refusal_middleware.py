"""A refusal becomes a page for the person, and an entry of the logbook."""

from collections.abc import Callable
from typing import Protocol, cast

from django.db import OperationalError
from django.http import HttpRequest, HttpResponseBase, HttpResponseNotAllowed
from django.shortcuts import redirect, render

from logbook.days import clock_now
from logbook.writing import log_entry_alone
from shielding.web.middleware import GetResponse
from shielding.web.refusals import AskFirst, Busy, Refused


class _WithExceptions(Protocol):
    process_exception: Callable[[HttpRequest, Exception], HttpResponseBase | None]


def refusals(get_response: GetResponse) -> GetResponse:
    """Turn a refusal into a page for the person and an entry of its own, after the rollback.

    Something that is asked before a page leads there, without an entry: nothing was refused.
    A lock that could not be had within its time becomes a polite "busy": nothing was changed. The
    address of a button that was opened as a page says what to do instead.
    """

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        if not isinstance(response, HttpResponseNotAllowed):
            return response
        page = render(request, "errors/405.html", status=response.status_code)
        page.headers["Allow"] = response.headers["Allow"]
        return page

    def process_exception(request: HttpRequest, exception: Exception) -> HttpResponseBase | None:
        if isinstance(exception, OperationalError) and _lock_not_had(exception):
            exception = Busy()
        if isinstance(exception, AskFirst):
            return redirect(exception.address)
        if not isinstance(exception, Refused):
            return None
        _log_refusal(request, exception)
        return render(request, exception.template, {"refusal": exception}, status=exception.status)

    # A function takes attributes, which the type of one does not say.
    cast(_WithExceptions, middleware).process_exception = process_exception
    return middleware


def _lock_not_had(error: OperationalError) -> bool:
    """Whether PostgreSQL gave up waiting (for a row, for a statement) or broke a deadlock."""
    return getattr(error.__cause__, "pgcode", None) in ("55P03", "57014", "40P01")


def _log_refusal(request: HttpRequest, refusal: Refused) -> None:
    """Write who was refused what, by the page's name: a path could carry what was typed."""
    if not request.user.is_authenticated:
        return
    page = request.resolver_match.url_name if request.resolver_match else ""
    reference = request.resolver_match.kwargs.get("reference", "") if request.resolver_match else ""
    log_entry_alone(
        "refused",
        by=request.user,
        at=clock_now(),
        reference=reference,
        action=page or "unnamed",
        why=refusal.code,
    )
