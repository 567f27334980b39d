"""What stays of an open page when a session ends: its choices and dates, for the same person alone.

They lie in the session that begins then, with nobody signed in, and go back to the page from which
they came when the same person signs in there; anybody else's sign-in takes them away. A record
number, a text, and what was attested or declared are never kept: only what is a choice or a day by
the forms that the page says it has (`hooks.kept`).
"""

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from django import forms
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest, HttpResponseBase, QueryDict
from django.middleware.csrf import CsrfViewMiddleware
from django.urls import Resolver404, resolve

from logbook.days import real_now
from shielding import hooks
from shielding.web.fields import DayMonthYear, DayMonthYearField
from shielding.web.question_fields import TickAllField
from shielding.web.sheets.sheet_form import SheetForm

_PLACE, _WHOSE = "kept", "ended_of"
# What Django says of a token that is none of this session: not of a missing one, or another origin.
_ANOTHER_TOKEN = "CSRF token from POST"  # noqa: S105 - a reason
# A day's work: who comes back later begins the page again.
_FOR = timedelta(hours=12)
_PART_OF_A_DAY = re.compile(r"[0-9]{1,4}|[0-9]{4}-[0-9]{2}-[0-9]{2}")
# Somebody who is chosen is chosen by an opaque id.
_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class _Token(CsrfViewMiddleware):
    """Django's own check of the token, which comes after the check of the session."""

    def _reject(self, request: HttpRequest, reason: str) -> HttpResponseBase:
        return cast(HttpResponseBase, reason)


def _was_posted_by_our_page(request: HttpRequest) -> bool:
    check = _Token(cast(Callable[[HttpRequest], HttpResponseBase], lambda _: None))
    return check.process_view(request, cast(Any, None), (), {}) is None


def of_page(request: HttpRequest, path: str) -> dict[str, Any] | None:
    """Return what to keep of a page that was posted too late, for the person still signed in.

    Nothing without the page's own token, of a page that keeps nothing, or where nothing was said.
    """
    return _of(request, path) if _was_posted_by_our_page(request) else None


def keep_of_older(request: HttpRequest, reason: str) -> bool:
    """Keep what may be kept of a page that is older than the session; say whether there was any.

    Its reader signed in again in another tab meanwhile, so its token is another's: nothing of it is
    acted on. It is put before the person who is signed in now, on that page alone, with a line that
    says so. Nothing that another site sent: to a post of theirs browsers add no cookie of ours, and
    they say where it is from.
    """
    is_from_here = request.headers.get("Sec-Fetch-Site", "same-origin") == "same-origin"
    if not reason.startswith(_ANOTHER_TOKEN) or not is_from_here:
        return False
    kept = _of(request, request.path)
    if kept is not None:
        request.session[_PLACE] = kept
    return kept is not None


def _of(request: HttpRequest, path: str) -> dict[str, Any] | None:
    if request.method != "POST" or not request.user.is_authenticated:
        return None
    asked = list(_forms_of(path))
    if not asked:
        return None
    said = _choices_and_days(asked, request.POST)
    answers = {name: values for name, values in said if values}
    if not answers:
        return None
    at = int(real_now().timestamp())
    return {"uid": str(request.user.uid), "path": path, "answers": answers, "at": at}


def keep(session: SessionBase, kept: dict[str, Any] | None, *, whose: str) -> None:
    """Put it into the session of nobody that has begun, and whose the one was that ended."""
    session[_WHOSE] = whose
    if kept is not None:
        session[_PLACE] = kept


def keep_here(session: SessionBase, kept: dict[str, Any]) -> None:
    """Put it into the session of the person who is signed in, and goes on."""
    session[_PLACE] = kept


def waits(session: SessionBase, path: str) -> bool:
    """Return whether something of the page with this address is kept for whoever was signed in."""
    return _PLACE in session and bool(session[_PLACE]["path"] == path)


def is_another(session: SessionBase, uid: str) -> bool:
    """Return whether somebody else was signed in here until their time was over."""
    return str(session.get(_WHOSE, uid)) != uid


def at_sign_in(session: SessionBase, uid: str) -> None:
    """Take away what was kept for somebody else, or too long ago."""
    session.pop(_WHOSE, None)
    kept = session.get(_PLACE)
    if kept and (kept["uid"] != uid or real_now() - _when(kept) > _FOR):
        del session[_PLACE]


def bring_back(request: HttpRequest, form: SheetForm) -> None:
    """Begin a page's form with what was kept of it, once; `form.is_brought_back` says so."""
    kept = request.session.get(_PLACE)
    if request.method != "GET" or not kept or kept["path"] != request.path:
        return
    del request.session[_PLACE]
    answers = QueryDict(mutable=True)
    for name, values in kept["answers"].items():
        answers.setlist(name, values)
    form.begin_with(answers)


def _when(kept: dict[str, Any]) -> datetime:
    return datetime.fromtimestamp(kept["at"], UTC)


def _forms_of(path: str) -> Iterable[type[forms.Form]]:
    """Return the forms of the page at an address, or none where it keeps nothing."""
    try:
        found = resolve(path)
    except Resolver404:
        return []
    of = hooks.kept.get(found.url_name or "")
    return of(found.kwargs.get("slug", "")) if of else []


def _choices_and_days(
    asked: Iterable[type[forms.Form]], data: QueryDict
) -> Iterator[tuple[str, list[str]]]:
    for form in asked:
        for name, field in form.base_fields.items():
            if isinstance(field, DayMonthYearField):
                for part in cast(DayMonthYear, field.widget).parts:
                    key = f"{name}_{part}"
                    said = data.getlist(key)[:1]
                    yield key, [value for value in said if _PART_OF_A_DAY.fullmatch(value)]
            elif isinstance(field, forms.ChoiceField) and not isinstance(field, TickAllField):
                known = {str(value) for value, _ in cast(Any, field.choices)}
                said = data.getlist(name)
                yield name, [value for value in said if value in known or _ID.fullmatch(value)]
