"""A person's own apps, keys and recovery codes: add, end one of several, be given new codes."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from logbook.days import clock_now, real_now
from logbook.guarded import SignedIn
from shielding.accounts.second_factor import actions, again, factors, giving, recovery, webauthn
from shielding.accounts.second_factor.forms import CodeForm, KeptForm, KindForm
from shielding.accounts.second_factor.models import FactorKind
from shielding.accounts.second_factor.presenters import app_to_set_up, own_rows
from shielding.accounts.sessions.ending import own
from shielding.web.access import everyone
from shielding.web.fields import posted
from shielding.web.password_again import FRESH_MINUTES, fresh

_FOLDER = "shielding/accounts/second_factor"
# Where a session keeps which app is being set up.
_APP = "own_app"


@everyone
@require_safe
def own_factors(request: SignedIn) -> HttpResponse:
    """Show what opens the account besides its password, and how many recovery codes are left."""
    found = factors.standing(request.user)
    context = {
        "title": "Your app, keys and codes",
        "rows": own_rows(found),
        "left": factors.codes_left(request.user),
        "may_add": len(found) < factors.MOST,
        "back_url": reverse("your_account"),
    }
    return render(request, f"{_FOLDER}/own.html", context)


@everyone
@fresh(FRESH_MINUTES)
def own_factor_add(request: SignedIn) -> HttpResponse:
    """Choose what to add: another app, or another key."""
    form = KindForm(posted(request), keys=webauthn.is_possible())
    if form.is_valid():
        if form.cleaned_data["kind"] == FactorKind.KEY:
            return redirect("own_factor_key")
        request.session[_APP] = str(factors.new_app(request.user, clock_now()).uid)
        return redirect("own_factor_app")
    context = {"title": "Add an app or a key", "form": form, "back_url": reverse("own_factors")}
    return render(request, f"{_FOLDER}/add.html", context)


@everyone
@fresh(FRESH_MINUTES)
def own_factor_app(request: SignedIn) -> HttpResponse:
    """Show the secret of the app to add; its first code confirms it."""
    app = factors.app_to_confirm(request.user, request.session.get(_APP))
    if app is None:
        return redirect("own_factor_add")
    form = CodeForm(posted(request))
    if form.is_valid():
        if actions.confirm_app(app, form.cleaned_data["code"], **_by(request)):
            return _added(request)
        form.add_error("code", giving.NOT_RIGHT)
    context = {"title": "Add this app", "form": form, **app_to_set_up(app)}
    return render(request, f"{_FOLDER}/app.html", context)


@everyone
@fresh(FRESH_MINUTES)
def own_factor_key(request: SignedIn) -> HttpResponse:
    """Ask the browser for another key."""
    if not webauthn.is_possible():
        return redirect("own_factor_add")
    person, wrong = request.user, ""
    if request.method == "POST":
        try:
            answer = giving.answer_of_key(request)
            key = webauthn.added(request.session, person, answer, real_now())
            actions.add_key(key, **_by(request))
            return _added(request)
        except webauthn.NotSigned:
            wrong = giving.KEY_NOT_TAKEN
    known = factors.keys_of(person)
    options = webauthn.ask_to_add(request.session, person, known, real_now())
    context = {"title": "Add this key", "options": options, "wrong": wrong}
    return render(request, f"{_FOLDER}/key.html", context)


@everyone
@require_POST
@fresh(FRESH_MINUTES, back_to="own_factors")
def own_factor_end(request: SignedIn, uid: UUID) -> HttpResponse:
    """End one of several; the last one cannot be ended by its owner."""
    actions.end_factor(uid, here=own(request.session), by=request.user, now=clock_now())
    messages.success(request, "It does not open your account any more.")
    return redirect("own_factors")


@everyone
@fresh(FRESH_MINUTES)
def own_codes(request: SignedIn) -> HttpResponse:
    """Make ten new recovery codes by a button, and show them until they are kept."""
    person, makes = request.user, "make" in request.POST
    form = KeptForm(None if makes else posted(request))
    if makes:
        actions.make_codes(by=person, now=clock_now())
        return redirect("own_codes")
    if form.is_valid():
        actions.keep_codes(here=own(request.session), by=person, now=clock_now())
        messages.success(request, "These are your recovery codes now. Those of before do not work.")
        return redirect("own_factors")
    shown = [recovery.as_shown(code) for code in factors.codes_to_keep(person)]
    context = {"title": "New recovery codes", "codes": shown, "form": form}
    return render(request, f"{_FOLDER}/own_codes.html", context)


def _by(request: SignedIn) -> dict[str, Any]:
    """Return who adds something, in which session, and whether a recovery code opened that."""
    late = again.came_by_recovery(request.session)
    here = own(request.session)
    return {"by": request.user, "now": clock_now(), "after_recovery": late, "here": here}


def _added(request: SignedIn) -> HttpResponse:
    request.session.pop(_APP, None)
    messages.success(request, "Added. You can sign in with it from now on.")
    return redirect("own_factors")
