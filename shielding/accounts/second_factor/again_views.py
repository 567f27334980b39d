"""The second half of "confirm it is you": an app, a key or a recovery code after the password."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.debug import sensitive_post_parameters

from logbook.days import real_now
from logbook.guarded import SignedIn
from shielding.accounts.models import User
from shielding.accounts.second_factor import again, factors, giving, webauthn
from shielding.accounts.second_factor.forms import CodeForm, RecoveryCodeForm
from shielding.accounts.second_factor.models import FactorKind
from shielding.web.access import everyone
from shielding.web.fields import posted
from shielding.web.password_again import factor_given, waits_for_factor

_RECOVERY = "recovery-code"  # the name of the field, by its form's prefix


@everyone
@sensitive_post_parameters()
def factor_again(request: SignedIn) -> HttpResponse:
    """Ask for the second factor after the password, for a page that asked for both again.

    Without the password it leads on to that page, which asks for it: else whoever stole a session
    could guess codes here.
    """
    back, session, now = _page(request), request.session, real_now()
    if not waits_for_factor(session, now):
        return redirect(back)
    form, lost = _forms(request)
    if how := _given(request, request.user, form, lost):
        again.given_again(session, how)
        factor_given(session, now)
        return redirect(back)
    context = {
        "title": "Confirm it is you, with your app or key",
        "form": form,
        "lost": lost,
        "wrong": giving.KEY_NOT_TAKEN if "answer" in request.POST else "",
        "next": back,
        **_ways(request, request.user),
    }
    return render(request, "shielding/accounts/second_factor/again.html", context)


def _page(request: HttpRequest) -> str:
    """Return the page to go on to: one of this product, or home."""
    page = request.POST.get("next") or request.GET.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(page, allowed_hosts=None)
    return page if is_ours else reverse("home")


def _forms(request: HttpRequest) -> tuple[CodeForm, RecoveryCodeForm]:
    """Return the form of an app's code and that of a recovery code, of which one was posted."""
    given = posted(request)
    is_recovery = _RECOVERY in request.POST
    form = CodeForm(None if is_recovery or "answer" in request.POST else given)
    return form, RecoveryCodeForm(given if is_recovery else None, prefix="recovery")


def _given(request: HttpRequest, person: User, form: CodeForm, lost: RecoveryCodeForm) -> str:
    """Take what was posted, and return by what the second factor was given, or nothing."""
    hold = giving.held(person)
    if "answer" in request.POST and giving.signature(request, person, hold):
        return FactorKind.KEY
    if form.is_valid() and giving.code_of_app(form, person, hold):
        return FactorKind.APP
    if lost.is_valid() and giving.recovery_code(lost, person, hold):
        return again.RECOVERY
    return ""


def _ways(request: HttpRequest, person: User) -> dict[str, object]:
    """Return what the page offers: a key, an app, and recovery codes where some are left."""
    keys = factors.keys_of(person) if webauthn.is_possible() else []
    return {
        "has_app": any(one.kind == FactorKind.APP for one in factors.standing(person)),
        "options": keys and webauthn.ask_to_sign(request.session, person, keys, real_now()),
        "left": factors.codes_left(person),
    }
