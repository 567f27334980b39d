"""Where the sign-in library asks this product what it wants: closed to sign-up, quiet, local."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.contrib.auth import authenticate
from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from logbook.days import clock_now
from logbook.references import new_reference
from shielding.accounts.attempts import tries
from shielding.accounts.attempts.budget import TooMany
from shielding.accounts.attempts.turns import a_turn
from shielding.accounts.models import User
from shielding.accounts.sign_in import entries
from shielding.notices.kinds import PASSWORD_RESET
from shielding.notices.notify import notify
from shielding.web.refusals import WrongState

# Signing in and out shows on the page itself; saying it again would be noise.
_QUIET = {"account/messages/logged_in.txt", "account/messages/logged_out.txt"}


class ClosedDoor(DefaultAccountAdapter):
    """Accounts are made by the IW Team and the administrator, never by signing up."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": "The email address or the password is not right",
        "enter_current_password": "Enter your current password",
        "incorrect_password": "The password is not right",
        "invalid_password_reset": "This link cannot be used any more",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        """Return the person, or nothing: a suspended account answers as a wrong password does.

        The library would send suspended people to a page of their own, and not count the attempt,
        which both tell whoever tries that the account exists and the password is right.
        Raises TooMany before the password is looked at.
        """
        return _look(tries.before_password(request, credentials["email"]), request, **credentials)

    def reauthenticate(self, user: User, password: str) -> bool:
        """Return whether this is the password of the person signed in.

        The library looks the address up in a table of its own that this product leaves empty.
        Raises TooMany where it was wrong too often in this session.
        """
        tried = tries.before_password_again(self.request, user)
        found = _look(tried, self.request, email=user.email, password=password)
        return found is not None and found.pk == user.pk

    def set_password(self, user: User, password: str) -> None:
        """Save a password its owner chose, and nothing else of the account.

        Saving the whole row could undo a suspension that happened meanwhile. Refuses where the
        account has another password, or none, since this page was opened: it got another email
        address, and who sits here may be who had the one of before.
        """
        before = user.password
        user.set_password(password)
        user.must_change_password = False
        same = User.objects.filter(pk=user.pk, password=before)
        if not same.update(password=user.password, must_change_password=False):
            words = "The password of this account was changed meanwhile. Sign in again."
            raise WrongState("password_changed", words)

    def get_reset_password_from_key_url(self, key: str) -> str:
        """Return nothing: the link is made with the mail, and its token is stored nowhere."""
        return ""

    def send_password_reset_mail(self, user: User, email: str, context: dict[str, Any]) -> None:
        """Owe the person a mail with a link; the worker delivers it."""
        now = clock_now()
        notify(PASSWORD_RESET, new_reference(), recipients=[user], now=now, mentions="")

    def is_safe_url(self, url: str) -> bool:
        """Return whether the address after sign-in is a page of this product: a path, no host."""
        return url_has_allowed_host_and_scheme(url, allowed_hosts=None)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("your_account")

    def add_message(
        self,
        request: HttpRequest,
        level: int,
        message_template: str | None = None,
        *args: Any,
        **kwargs: Any,
    ) -> None:
        if message_template not in _QUIET:
            super().add_message(request, level, message_template, *args, **kwargs)


def _look(tried: tries.Tried, request: HttpRequest, **credentials: Any) -> User | None:
    """Look at a password whose try was counted: a right one is given back, a wrong one an entry."""
    try:
        with a_turn():
            person: User | None = authenticate(request, **credentials)
    except TooMany:
        tried.unused()
        raise
    if person is None:
        entries.sign_in_failed(credentials["email"])
    else:
        tried.right()
    return person
