"""What stands around every view."""

from collections.abc import Callable
from typing import Any, Protocol, cast
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.db import OperationalError
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseNotAllowed,
    HttpResponseRedirect,
)
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from logbook.writing import log_entry_alone
from shielding.web import sessions
from shielding.web.refusals import Busy, Refused

GetResponse = Callable[[HttpRequest], HttpResponseBase]


# Only what this site serves itself, and nothing inline: a page that was tampered with stays inert.
_CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
        "object-src 'none'",
    )
)
_METHODS = ("GET", "HEAD", "POST")
_PERMISSIONS_POLICY = ", ".join(
    f"{feature}=()"
    for feature in (
        "accelerometer",
        "camera",
        "clipboard-read",
        "display-capture",
        "geolocation",
        "gyroscope",
        "magnetometer",
        "microphone",
        "payment",
        "publickey-credentials-get",
        "usb",
    )
)


def security_headers(get_response: GetResponse) -> GetResponse:
    """Give every answer its security headers, errors and redirects included.

    Nothing is kept by browsers or by what stands between, except static files, whose names change
    with their content.
    """

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        response.headers["Content-Security-Policy"] = _CONTENT_SECURITY_POLICY
        response.headers["Permissions-Policy"] = _PERMISSIONS_POLICY
        if not request.path.startswith(settings.STATIC_URL) or response.status_code >= 400:
            response.headers["Cache-Control"] = "no-store"
        return response

    return middleware


def no_body_for_head(get_response: GetResponse) -> GetResponse:
    """Answer HEAD as GET would be, without its body: the web server warns of one in its log."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        if request.method == "HEAD" and isinstance(response, HttpResponse):
            response.headers.setdefault("Content-Length", str(len(response.content)))
            response.content = b""
        return response

    return middleware


def known_methods(get_response: GetResponse) -> GetResponse:
    """Refuse every method but reading and posting, on every address, before anything else looks."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if request.method not in _METHODS:
            return HttpResponseNotAllowed(_METHODS)
        return get_response(request)

    return middleware


class _WithExceptions(Protocol):
    process_exception: Callable[[HttpRequest, Exception], HttpResponseBase | None]


def refusals(get_response: GetResponse) -> GetResponse:
    """Turn a refusal into a page for the person and an entry of its own, after the rollback.

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
        if not isinstance(exception, Refused):
            return None
        _log_refusal(request, exception)
        return render(request, exception.template, {"refusal": exception}, status=exception.status)

    # A function takes attributes, which the type of one does not say.
    cast(_WithExceptions, middleware).process_exception = process_exception
    return middleware


def session_limits(get_response: GetResponse) -> GetResponse:
    """End a session that was idle or lasted too long, on every method, before the view.

    The page that was open is not acted on: the person signs in again and is asked it again; what
    was saved is still there. A session begun with a password that somebody else has seen reaches
    only the page to change it. (A suspended person is nobody here already: Django looks them up
    anew with each request.) Who comes to sign in because their open page said that the time is
    over is signed out even where the server would wait some seconds more.
    """

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return get_response(request)
        now = timezone.now()
        signs_in = request.path == reverse("account_login")
        told = signs_in and request.GET.get("ended") == "idle"
        if how := sessions.why_over(request.session, now, told=told):
            sessions.end(request, how)
            if signs_in:
                return get_response(request)
            back = {"next": request.get_full_path()} if request.method == "GET" else {}
            return redirect(f"{reverse('account_login')}?{urlencode({'ended': how} | back)}")
        sessions.note_seen(request.session, now)
        if request.user.must_change_password and request.path not in _password_pages():
            return redirect("account_change_password")
        return get_response(request)

    return middleware


class SignInFirst(LoginRequiredMiddleware):
    """Lead whoever is not signed in to the sign-in page, and back to the page they asked for.

    After a button they are not led back to its address, which is no page: they are told that what
    they sent was not saved.
    """

    def handle_no_permission(self, request: HttpRequest, view_func: Any) -> HttpResponseRedirect:
        if request.method == "POST":
            return redirect(f"{reverse('account_login')}?{urlencode({'ended': 'before'})}")
        return super().handle_no_permission(request, view_func)


def _password_pages() -> tuple[str, ...]:
    return reverse("account_change_password"), reverse("account_logout")


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
        at=timezone.now(),
        reference=reference,
        action=page or "unnamed",
        why=refusal.code,
    )
