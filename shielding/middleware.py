"""What stands around every view."""

from collections.abc import Callable

from django.db import OperationalError
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone

from logbook.writing import record_alone
from shielding.accounts.refused import Busy, Refused

GetResponse = Callable[[HttpRequest], HttpResponseBase]


def refusals(get_response: GetResponse) -> GetResponse:
    """Turn a refusal into a page for the person and an entry of its own, after the rollback.

    A lock that could not be had within its time becomes a polite "busy": nothing was changed.
    """

    def middleware(request: HttpRequest) -> HttpResponseBase:
        return get_response(request)

    def process_exception(request: HttpRequest, exception: Exception) -> HttpResponseBase | None:
        if isinstance(exception, OperationalError) and _lock_not_had(exception):
            exception = Busy()
        if not isinstance(exception, Refused):
            return None
        _log_refusal(request, exception)
        return render(
            request, "errors/refused.html", {"refusal": exception}, status=exception.status
        )

    middleware.process_exception = process_exception  # type: ignore[attr-defined]
    return middleware


def _lock_not_had(error: OperationalError) -> bool:
    """Whether PostgreSQL gave up waiting for a row (lock_not_available) or broke a deadlock."""
    return getattr(error.__cause__, "pgcode", None) in ("55P03", "40P01")


def _log_refusal(request: HttpRequest, refusal: Refused) -> None:
    """Write who was refused what, by the page's name: a path could carry what was typed."""
    if not request.user.is_authenticated:
        return
    page = request.resolver_match.url_name if request.resolver_match else ""
    reference = request.resolver_match.kwargs.get("reference", "") if request.resolver_match else ""
    record_alone(
        "refused",
        by=request.user,
        at=timezone.now(),
        reference=reference,
        action=page or "unnamed",
        why=refusal.code,
    )
