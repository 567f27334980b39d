"""What stands around every view."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseNotAllowed,
    HttpResponseRedirect,
)
from django.shortcuts import redirect
from django.urls import reverse

from logbook.days import real_now
from shielding.web import sessions
from shielding.web.kept import answers

if TYPE_CHECKING:
    # Only mypy has it: settings.AUTH_USER_MODEL, the accounts, which lie above this room.
    from django.contrib.auth.models import _User

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
# Where the link of an invitation leads: who follows it need not read that they are signed out.
_INVITED_TO = "/new-password/"
# Who follows it may have lost their session to a thief a minute ago, and cannot sign in.
_NOT_ME = "/not-me/"
_METHODS = ("GET", "HEAD", "POST")
_SWITCHED_OFF = (
    "accelerometer",
    "camera",
    "clipboard-read",
    "display-capture",
    "geolocation",
    "gyroscope",
    "magnetometer",
    "microphone",
    "payment",
    "usb",
)
# A security key signs for our own pages, and for none that is shown inside them.
_OUR_OWN = ("publickey-credentials-create", "publickey-credentials-get")
_PERMISSIONS_POLICY = ", ".join(
    [f"{feature}=()" for feature in _SWITCHED_OFF] + [f"{feature}=(self)" for feature in _OUR_OWN]
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


def session_limits(get_response: GetResponse) -> GetResponse:
    """End a session that was idle or lasted too long, on every method, before the view.

    The page that was open is not acted on: the person signs in again and is asked it again; what
    was saved is still there, and so are the choices and dates of a page of questions, where it was
    posted with its own token. A session begun with a password that somebody else has seen reaches
    only the page to change it; one begun before the account got another email address or role, or
    was suspended, is over, and one that an act has ended. (Who is suspended now is nobody here
    already: they are looked up anew with each request.) Who comes to sign in because their open
    page said that the time is over is signed out even where the server would wait some seconds
    more.
    """

    def middleware(request: HttpRequest) -> HttpResponseBase:
        now = real_now()
        signs_in = request.path == reverse("account_login")
        keeps = request.path == reverse("session_keep") and request.method == "POST"
        told = keeps or (signs_in and request.GET.get("ended") == "idle")
        person: _User
        if request.user.is_authenticated:
            person, since = request.user, request.user.sessions_from
            how = sessions.why_over(request.session, now, told=told, not_before=since)
        elif (ended := sessions.ended_by_an_act(request)) is None:
            return get_response(request)
        else:
            # It ended with its row; what follows says why.
            person, how = ended
            request.user = person
        if how:
            by_an_act = how in sessions.BY_AN_ACT
            page = request.POST.get("page", "") if keeps else request.path
            # Somebody else may sit here: who had the address before, or a thief.
            kept = None if by_an_act else answers.of_page(request, page)
            whose = str(request.user.uid)
            sessions.end(request, how)
            answers.keep(request.session, kept, whose=whose)
            from_a_mail = (_NOT_ME, _INVITED_TO) if by_an_act else (_NOT_ME,)
            if signs_in or request.path.startswith(from_a_mail):
                return get_response(request)
            if keeps:
                return HttpResponse(status=204)
            back = {"next": request.get_full_path()} if request.method == "GET" or kept else {}
            return redirect(f"{reverse('account_login')}?{urlencode({'ended': how} | back)}")
        sessions.note_seen(request, now)
        if person.must_change_password and request.path not in _while_it_must_change():
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


def _while_it_must_change() -> tuple[str, ...]:
    """The page to choose a password, and what that page itself leads to."""
    names = (
        "account_change_password", "account_reauthenticate", "factor_again", "account_logout",
        "session_extend",
    )  # fmt: skip
    return tuple(reverse(name) for name in names)
