"""How much one person may send in an hour: more than anybody's work, less than a machine's."""

from collections.abc import Callable
from typing import Any, Protocol, cast

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render

from logbook.days import clock_now
from logbook.writing import log_entry_alone
from shielding.accounts.attempts.budget import Kind, TooMany, take
from shielding.accounts.attempts.page import wait_words
from shielding.web.kept import answers
from shielding.web.middleware import GetResponse

# What a page sends by itself while somebody types, and the way out.
BY_ITSELF = {"session_extend", "session_keep", "account_logout"}
# "Never refused": a request to shield, sent by a practitioner or logged from a call.
TO_SHIELD = {"request_check", "request_again", "phoned"}
# Whose session a machine has taken gets it back by these.
AGAINST_A_THIEF = {
    "account_change_password", "account_reauthenticate", "factor_again", "not_me",
    "own_session_end", "own_sessions_end_others",
}  # fmt: skip
NOT_COUNTED = BY_ITSELF | TO_SHIELD | AGAINST_A_THIEF


class _WithView(Protocol):
    process_view: Callable[[HttpRequest, Any, Any, Any], HttpResponseBase | None]


def writes(get_response: GetResponse) -> GetResponse:
    """Count what a signed-in person posts, and answer what is too much in an hour with 429.

    The view is not asked, so nothing is changed. Choices and dates of a page of questions are there
    again when it is next opened, as after a session's end. The first refusal of an hour is an
    entry; a machine that goes on cannot fill the logbook.
    """

    def middleware(request: HttpRequest) -> HttpResponseBase:
        return get_response(request)

    def process_view(request: HttpRequest, *_view: Any) -> HttpResponseBase | None:
        match = request.resolver_match
        if request.method != "POST" or not request.user.is_authenticated or match is None:
            return None
        if match.url_name in NOT_COUNTED:
            return None
        try:
            take(Kind.WRITE, request.user.uid)
        except TooMany as refused:
            _note(request, match.url_name or "unnamed")
            return _page(request, refused.seconds)
        return None

    # A function takes attributes, which the type of one does not say.
    cast(_WithView, middleware).process_view = process_view
    return middleware


def _note(request: HttpRequest, action: str) -> None:
    """Write the entry, unless this hour has one."""
    person = request.user
    if not person.is_authenticated:
        return
    try:
        take(Kind.TOLD, person.uid)
    except TooMany:
        return
    log_entry_alone("refused", by=person, at=clock_now(), action=action, why="too_many_writes")


def _page(request: HttpRequest, seconds: int) -> HttpResponseBase:
    kept = answers.of_page(request, request.path)
    if kept is not None:
        answers.keep_here(request.session, kept)
    context = {"wait": wait_words(seconds), "kept": kept is not None, "page": request.path}
    page = render(request, "errors/too_much_sent.html", context, status=429)
    page.headers["Retry-After"] = str(seconds)
    return page
