"""The pages between the password and a session. Nobody is signed in on any of them."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from logbook.days import clock_now, real_now
from logbook.guarded import View
from shielding.accounts.factor_resets.forms import SpokenCodeForm
from shielding.accounts.second_factor import actions, factors, giving, recovery, webauthn
from shielding.accounts.second_factor.again import RECOVERY
from shielding.accounts.second_factor.forms import (
    CodeForm,
    KeptForm,
    KindForm,
    RecoveryCodeForm,
)
from shielding.accounts.second_factor.models import FactorKind
from shielding.accounts.second_factor.presenters import app_to_set_up
from shielding.accounts.sign_in.mailed_links import whose_link
from shielding.accounts.sign_in.stages import Gone, SecondFactor, entered, keep_link
from shielding.web.access import public
from shielding.web.fields import posted

_HALF = "The password was given, and nobody is signed in before this page is answered."
_FOLDER = "shielding/accounts/second_factor"
Page = Callable[..., HttpResponse]


def in_stage(*, given: bool = False, first: bool = False) -> Callable[[Page], View]:
    """Open a page to whoever gave their password in this browser a quarter of an hour ago or less.

    With `given` only after the second factor too, with `first` only where there is none yet and
    one may be set up. Everybody else begins at the sign-in page, and so does whoever's account is
    not what it was when its password was given.
    """

    def decorate(page: Page) -> View:
        @public(_HALF)
        @sensitive_post_parameters()
        @wraps(page)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            stage = entered(request)
            if stage is None:
                return redirect("account_login")
            try:
                stage.refuse_changed()
                if bool(stage.given) is not given:
                    return redirect("factor_codes" if stage.given else "second_factor")
                if first and factors.has_factor(stage.person):
                    return redirect("second_factor")
                return page(request, stage, *args, **kwargs)
            except Gone:
                stage.leave()
                return redirect(f"{reverse('account_login')}?{urlencode({'ended': 'account'})}")

        return guarded

    return decorate


@in_stage()
def second_factor(request: HttpRequest, stage: SecondFactor) -> HttpResponse:
    """Ask for the code of an app or the signature of a key, whichever the account has."""
    if not factors.has_factor(stage.person):
        return redirect("factor_begin")
    is_key = "answer" in request.POST
    form = CodeForm(None if is_key else posted(request))
    if is_key and giving.signature(request, stage.person, stage.held):
        return _passed(stage, FactorKind.KEY)
    if form.is_valid() and giving.code_of_app(form, stage.person, stage.held):
        return _passed(stage, FactorKind.APP)
    wrong = giving.KEY_NOT_TAKEN if is_key else ""
    return _ask(request, stage, form, wrong)


@in_stage()
def recovery_code(request: HttpRequest, stage: SecondFactor) -> HttpResponse:
    """Take one of the ten codes instead, for who has neither app nor key at hand."""
    form = RecoveryCodeForm(posted(request))
    if form.is_valid() and giving.recovery_code(form, stage.person, stage.held):
        return _passed(stage, RECOVERY)
    context = {"title": "Use a recovery code", "form": form, "back_url": reverse("second_factor")}
    return _shown(request, "recovery_code", context)


@in_stage(first=True)
def factor_begin(request: HttpRequest, stage: SecondFactor) -> HttpResponse:
    """Begin the set-up of a first factor; before its mailed link was opened, say so."""
    if stage.must_be_phoned:
        return _shown(request, "phoned_first", {"title": "The IW Team phones you first"}, stage)
    if not stage.may_set_up:
        return _shown(request, "link_mailed", {"title": "Look at your email"}, stage)
    if stage.needs_spoken_code:
        return redirect("factor_spoken_code")
    form = KindForm(posted(request), keys=webauthn.is_possible())
    if form.is_valid():
        if form.cleaned_data["kind"] == FactorKind.KEY:
            return redirect("factor_key")
        with stage.held() as person:
            app = factors.new_app(person, clock_now())
        stage.state["app"] = str(app.uid)
        stage.keep()
        return redirect("factor_app")
    return _shown(request, "begin", {"title": "Set up a second step", "form": form}, stage)


@in_stage(first=True)
def factor_spoken_code(request: HttpRequest, stage: SecondFactor) -> HttpResponse:
    """Ask for the code that was said on the phone, where the factor was reset."""
    form = SpokenCodeForm(posted(request))
    if not stage.may_set_up or not stage.needs_spoken_code:
        return redirect("factor_begin")
    reset = stage.reset
    if form.is_valid() and giving.spoken_code(form, stage.person, stage.held, reset) and reset:
        stage.state["spoken"] = str(reset.uid)
        stage.keep()
        return redirect("factor_begin")
    context = {"title": "Type the code from the phone", "form": form}
    return _shown(request, "spoken_code", context, stage)


@in_stage(first=True)
def factor_app(request: HttpRequest, stage: SecondFactor) -> HttpResponse:
    """Show the secret of an app to set up; its first code confirms it."""
    app = factors.app_to_confirm(stage.person, stage.state.get("app"))
    if app is None or not _is_ready(stage):
        return redirect("factor_begin")
    form, now = CodeForm(posted(request)), clock_now()
    if form.is_valid():
        with stage.held() as person:
            done = actions.confirm_app(app, form.cleaned_data["code"], by=person, now=now)
        if done:
            return _passed(stage, FactorKind.APP)
        form.add_error("code", giving.NOT_RIGHT)
    context = {"title": "Set up your app", "form": form, **app_to_set_up(app)}
    return _shown(request, "app", context, stage)


@in_stage(first=True)
def factor_key(request: HttpRequest, stage: SecondFactor) -> HttpResponse:
    """Ask the browser for a new key."""
    if not _is_ready(stage) or not webauthn.is_possible():
        return redirect("factor_begin")
    wrong = ""
    if request.method == "POST":
        try:
            answer = giving.answer_of_key(request)
            key = webauthn.added(request.session, stage.person, answer, real_now())
            with stage.held() as person:
                actions.add_key(key, by=person, now=clock_now())
            return _passed(stage, FactorKind.KEY)
        except webauthn.NotSigned:
            wrong = giving.KEY_NOT_TAKEN
    options = webauthn.ask_to_add(request.session, stage.person, [], real_now())
    context = {"title": "Set up your key", "options": options, "wrong": wrong}
    return _shown(request, "key", context, stage)


@in_stage(given=True)
def factor_codes(request: HttpRequest, stage: SecondFactor) -> HttpResponse:
    """Show the ten recovery codes until their person says that they kept them, then sign in."""
    form = KeptForm(posted(request))
    codes = factors.codes_to_keep(stage.person)
    if form.is_valid():
        with stage.held() as person:
            actions.keep_codes(by=person, now=clock_now())
        return stage.complete(stage.given)
    shown = [recovery.as_shown(code) for code in codes]
    context = {"title": "Keep your recovery codes", "codes": shown, "form": form}
    return _shown(request, "codes", context, stage)


@public("Whoever has a mailed link may open it; without the password it opens nothing.")
def factor_link(request: HttpRequest, uidb36: str, key: str) -> HttpResponse:
    """Open the mailed link in this browser: by a button, so that looking at it does nothing."""
    person, stage = whose_link(uidb36, key), entered(request)
    if person is None:
        return _shown(
            request, "link", {"title": "This link to set up a second step cannot be used"}
        )
    if request.method == "POST":
        keep_link(request, person)
        if stage is not None and stage.person == person:
            return redirect("factor_begin")
        return redirect("account_login")
    return _shown(request, "link", {"title": "Set up a second step", "whose": person})


@public("Signing in as somebody else is for whoever sits there now.")
@require_POST
def stage_leave(request: HttpRequest) -> HttpResponse:
    """Let whoever gave their password here be half signed in no more."""
    stage = entered(request)
    if stage is not None:
        stage.leave()
    return redirect("account_login")


@public("Who has lost the phone cannot sign in.")
@require_safe
def lost_factor(request: HttpRequest) -> HttpResponse:
    """Say what to do without phone and key."""
    stage = entered(request)
    context = {"title": "Without your app or key", "may_recover": stage is not None}
    return _shown(request, "lost", context)


def _ask(request: HttpRequest, stage: SecondFactor, form: CodeForm, wrong: str) -> HttpResponse:
    found = factors.standing(stage.person)
    keys = factors.keys_of(stage.person) if webauthn.is_possible() else []
    options = None
    if keys:
        options = webauthn.ask_to_sign(request.session, stage.person, keys, real_now())
    context = {
        "title": "One more step to sign in",
        "form": form,
        "has_app": any(one.kind == FactorKind.APP for one in found),
        "options": options,
        "wrong": wrong,
    }
    return _shown(request, "ask", context, stage)


def _is_ready(stage: SecondFactor) -> bool:
    return stage.may_set_up and not stage.needs_spoken_code


def _passed(stage: SecondFactor, how: str) -> HttpResponse:
    """Sign in whoever gave both; first they keep their recovery codes, if they never did."""
    if factors.kept_codes(stage.person):
        return stage.complete(how)
    with stage.held() as person:
        actions.make_codes(by=person, now=clock_now())
        stage.state["given"] = how
    return redirect("factor_codes")


def _shown(
    request: HttpRequest,
    page: str,
    context: dict[str, Any],
    stage: SecondFactor | None = None,
) -> HttpResponse:
    whose = {"half": stage.person} if stage is not None else {}
    return render(request, f"{_FOLDER}/{page}.html", context | whose)
