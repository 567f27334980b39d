"""The token in a mailed link that sets a password: good for one use, and not for long."""

from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.utils.http import base36_to_int

from shielding import clock

# How many days an invitation is good for, of those on which somebody is at work to read it.
INVITATION_DAYS = 3
# From when Django counts the seconds of a token, by the clock on the wall.
_COUNTED_FROM = datetime(2001, 1, 1, tzinfo=clock.LONDON)


class PasswordLinks(PasswordResetTokenGenerator):
    """Django's tokens, which end with the password they replace, with limits of our own.

    Where there is a password already a link is good for an hour; an invitation until the end of
    the third working day after it was mailed, which PASSWORD_RESET_TIMEOUT lies beyond. A suspended
    account's is good for nothing.
    """

    def _make_hash_value(self, user: Any, timestamp: int) -> str:
        """Return what a link ends with: the password it replaces, the address, the sessions' end.

        Django's own ends with the last sign-in too: then a thief who knows the password kills each
        link that the owner asks for by signing in. A suspension ends sessions, and so links for
        good: the mailbox may have been read while the account was shut.
        """
        return f"{user.pk}{user.password}{user.sessions_from}{timestamp}{user.email}"

    def check_token(self, user: Any, token: str | None) -> bool:
        if user is None or not user.is_active or not super().check_token(user, token):
            return False
        seconds = base36_to_int(str(token).partition("-")[0])
        if user.has_usable_password():
            age = self._num_seconds(self._now()) - seconds
            return age <= settings.PASSWORD_LINK_MINUTES * 60
        mailed_on = (_COUNTED_FROM + timedelta(seconds=seconds)).date()
        return self._now().date() <= last_day_of_invitation(mailed_on)

    def last_day(self) -> date:
        """Return the last day of an invitation that is mailed now."""
        return last_day_of_invitation(self._now().date())


def last_day_of_invitation(mailed_on: date) -> date:
    """Return until the end of which day an invitation is good: none runs while nobody works."""
    return clock.working_days_after(mailed_on, INVITATION_DAYS)


class SetUpLinks(PasswordResetTokenGenerator):
    """The tokens of links that a second factor is set up with, beside the password.

    Good for an hour, and not once there is a factor: the account's first one ends them all.
    """

    key_salt = "shielding.notices.set_up_links"

    def _make_hash_value(self, user: Any, timestamp: int) -> str:
        set_up = user.factors.filter(confirmed_at__isnull=False).order_by("-pk")
        last = set_up.values_list("pk", "ended_at").first()
        return f"{user.pk}{user.password}{user.sessions_from}{timestamp}{user.email}{last}"

    def check_token(self, user: Any, token: str | None) -> bool:
        if user is None or not user.is_active or not super().check_token(user, token):
            return False
        seconds = base36_to_int(str(token).partition("-")[0])
        return self._num_seconds(self._now()) - seconds <= settings.PASSWORD_LINK_MINUTES * 60
