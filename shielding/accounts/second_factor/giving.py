"""Giving a second factor on a page: what was posted, taken once, and counted where it was wrong."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

from django import forms
from django.db import transaction
from django.http import HttpRequest

from logbook.days import clock_now, real_now
from shielding.accounts.attempts.budget import Kind, take
from shielding.accounts.factor_resets.models import FactorReset
from shielding.accounts.factor_resets.spoken_code import is_code_of
from shielding.accounts.models import User
from shielding.accounts.second_factor import actions, factors, webauthn
from shielding.accounts.second_factor.factors import Taken
from shielding.accounts.second_factor.forms import KeyForm

NOT_RIGHT = "This code is not right"
USED = "This code was used already. Wait for the next one that your app shows"
KEY_NOT_TAKEN = "The key was not accepted. Try again, or use another way"
# The person's row, held while something of theirs is taken.
Hold = Callable[[], AbstractContextManager[User]]


def held(person: User) -> Hold:
    """Return how to hold the row of somebody who is signed in."""

    @contextmanager
    def hold() -> Iterator[User]:
        with transaction.atomic():
            yield User.objects.locked(person.pk)[person.pk]

    return hold


def code_of_app(form: forms.Form, person: User, hold: Hold) -> bool:
    """Take the code of an app; where that cannot be, say why on the form."""
    return _taken(
        form,
        person,
        hold,
        lambda whose, code: factors.take_code(whose, code, clock_now(), real_now()),
    )


def recovery_code(form: forms.Form, person: User, hold: Hold) -> bool:
    """Take a recovery code, of which the person is told; where that cannot be, say why."""

    def look(whose: User, code: str) -> Taken:
        if not factors.take_recovery_code(whose, code, clock_now()):
            return Taken.NO
        actions.note_recovery_code(by=whose, now=clock_now())
        return Taken.YES

    return _taken(form, person, hold, look)


def spoken_code(form: forms.Form, person: User, hold: Hold, reset: FactorReset | None) -> bool:
    """Take the code that was said on the phone after a reset; where that cannot be, say why."""

    def look(_whose: User, code: str) -> Taken:
        good = reset is not None and is_code_of(reset, code, clock_now())
        return Taken.YES if good else Taken.NO

    return _taken(form, person, hold, look)


def signature(request: HttpRequest, person: User, hold: Hold) -> bool:
    """Take what one of the person's keys signed for this page."""
    now = clock_now()
    try:
        answer = answer_of_key(request)
        with hold() as whose:
            factors.take_signature(request.session, whose, answer, now, real_now())
    except webauthn.Copied:
        actions.note_copied_key(by=person, now=now)
        return False
    except webauthn.NotSigned:
        return False
    return True


def answer_of_key(request: HttpRequest) -> Any:
    """Return what a key answered; raises NotSigned where that is no answer of one."""
    form = KeyForm(request.POST)
    if not form.is_valid():
        webauthn.forget(request.session)
        raise webauthn.NotSigned
    return form.cleaned_data["answer"]


def _taken(form: forms.Form, person: User, hold: Hold, look: Callable[[User, str], Taken]) -> bool:
    """Take a code, which counts as wrong until it is known to be right. Raises TooMany."""
    tried = take(Kind.CODE, person.uid)
    with hold() as whose:
        taken = look(whose, form.cleaned_data["code"])
    if taken is Taken.YES:
        tried.right()
        return True
    if taken is Taken.BEFORE:
        tried.unused()
    else:
        actions.note_wrong_code(tried.tries, by=person, now=clock_now())
    form.add_error("code", USED if taken is Taken.BEFORE else NOT_RIGHT)
    return False
