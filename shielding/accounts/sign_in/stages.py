"""What lies between the password and a session: the second factor. Nobody is signed in meanwhile.

The sign-in library keeps who gave their password in the session of nobody, for a quarter of an
hour. It looks at that person's key alone; so what must not have changed meanwhile is kept beside
it, and compared while the person's row is held.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from allauth.account.internal.stagekit import clear_login, stash_login
from allauth.account.stages import LoginStage, LoginStageController
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from logbook.days import clock_now, real_now
from shielding import sealing
from shielding.accounts.factor_resets.models import FactorReset
from shielding.accounts.models import User
from shielding.accounts.second_factor import actions, again, factors
from shielding.accounts.second_factor.models import Factor
from shielding.accounts.sessions.models import NotMe
from shielding.accounts.suspensions import BrokenGlass

# How long a set-up may take once its mailed link was opened in this browser.
LINK_OPEN_FOR = timedelta(minutes=60)
# Where a session keeps whose link was opened.
_LINK = "set_up_link"


class Gone(Exception):
    """The account is not what it was when its password was given."""


def fingerprint(person: User) -> str:
    """Return what changes with all that ends a sign-in which is not complete yet."""
    standing = sorted(Factor.objects.standing().filter(person=person).values_list("pk", flat=True))
    parts = (person.pk, person.password, person.sessions_from, person.is_active, standing)
    return sealing.keyed("sign in", "|".join(map(str, parts))).hex()


def keep_link(request: HttpRequest, person: User) -> None:
    """Keep in this browser that a person's mailed link was opened in it."""
    now = int(real_now().timestamp())
    request.session[_LINK] = {"print": fingerprint(person), "at": now}


class SecondFactor(LoginStage):
    """After the password: an app, a key or a recovery code; where there is none, its set-up."""

    key = "second_factor"
    urlname = "second_factor"

    def is_resumable(self, request: HttpRequest) -> bool:
        """Never: on a shared computer the sign-in page is for whoever sits there now."""
        return False

    def handle(self) -> tuple[HttpResponse, bool]:
        """Lead to the page that asks for it, in a session with a new key."""
        self.request.session.cycle_key()
        person: User = self.login.user
        self.state["print"] = fingerprint(person)
        if factors.has_factor(person):
            return redirect("second_factor"), True
        if not self.may_set_up and not self.must_be_phoned:
            actions.mail_link(by=person, now=clock_now())
        return redirect("factor_begin"), True

    @property
    def person(self) -> User:
        found: User = self.login.user
        return found

    @property
    def given(self) -> str:
        """By what the second factor was given here, or nothing."""
        return str(self.state.get("given", ""))

    @property
    def may_set_up(self) -> bool:
        """Return whether a first factor may be set up: its mailed link was opened in this browser.

        Not needed with a one-time password that somebody made at the server for this person. What
        ended the account's links since ended this one too, though it was opened before. Nor before
        the IW Team has phoned somebody who said that another used their account.
        """
        if self.must_be_phoned:
            return False
        handed_over = self._is_let_in_at_the_server or not factors.had_any(self.person)
        if self.person.must_change_password and handed_over:
            return True
        kept: Any = self.request.session.get(_LINK)
        if not isinstance(kept, dict) or kept.get("print") != fingerprint(self.person):
            return False
        return real_now() - datetime.fromtimestamp(kept["at"], UTC) < LINK_OPEN_FOR

    @property
    def reset(self) -> FactorReset | None:
        """Return the person's reset after which no factor was set up yet, if there is one."""
        return FactorReset.objects.not_used(self.person).first()

    @property
    def needs_spoken_code(self) -> bool:
        """Return whether a code that was said on the phone is asked too, and was not given yet.

        After a reset, and where the password came by a mailed link to an account that was used
        before: link and password both come by the mailbox, so it would be all that a thief needs.
        """
        if self._is_let_in_at_the_server:
            return False
        reset = self.reset
        if reset is None:
            return self.person.password_by_link_at is not None
        return str(self.state.get("spoken", "")) != str(reset.uid)

    @property
    def must_be_phoned(self) -> bool:
        """Return whether the person said "this was not me", and nobody has phoned them yet.

        Their mailbox may be a thief's, and with a new password it would be all that is needed.
        """
        said = NotMe.objects.open().filter(person=self.person)
        return said.exists() and not self._is_let_in_at_the_server

    @property
    def _is_let_in_at_the_server(self) -> bool:
        """Return whether two people let this person in again today, who had them beside them."""
        return BrokenGlass.objects.lately(clock_now()).filter(person=self.person).exists()

    @contextmanager
    def held(self) -> Iterator[User]:
        """Hold the person's row, and go on knowing the account as it is after what is done inside.

        Raises Gone where it is not what it was when the password was given.
        """
        with transaction.atomic():
            yield self._locked()
            self.state["print"] = fingerprint(User.objects.get(pk=self.person.pk))
        self.keep()

    def refuse_changed(self) -> None:
        """Raise Gone where the account is not what it was; whoever writes asks again by `held`."""
        self._compared(self.person)

    def keep(self) -> None:
        """Write into the session what this stage knows."""
        stash_login(self.request, self.login)

    def complete(self, how: str) -> HttpResponse:
        """Sign the person in. Raises Gone as `held` does; nobody can change the row meanwhile."""
        with transaction.atomic():
            self.login.user = self._locked()
            # Before the session's row is written, which says by what it was begun.
            again.begun_by(self.request.session, how)
            response: HttpResponse = self.exit()
        self.request.session.pop(_LINK, None)
        return response

    def leave(self) -> None:
        """Let nobody be half signed in here any more."""
        clear_login(self.request)
        self.request.session.pop(_LINK, None)
        self.request.session.cycle_key()

    def _locked(self) -> User:
        return self._compared(User.objects.locked(self.person.pk)[self.person.pk])

    def _compared(self, person: User) -> User:
        if not person.is_active or fingerprint(person) != self.state["print"]:
            raise Gone
        return person


def entered(request: HttpRequest) -> SecondFactor | None:
    """Return the stage in which this browser is, if somebody gave their password here."""
    if request.user.is_authenticated:
        return None
    stage: SecondFactor | None = LoginStageController.enter(request, SecondFactor.key)
    return stage if stage is not None and stage.login.user is not None else None
