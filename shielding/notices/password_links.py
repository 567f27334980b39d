"""The token in a mailed link that sets a password: good for one use, and not for long."""

from typing import Any

from django.conf import settings
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.utils.http import base36_to_int


class PasswordLinks(PasswordResetTokenGenerator):
    """Django's tokens, which end with the password they replace, with two limits of our own.

    Where there is a password already a link is good for an hour; an invitation is good for
    PASSWORD_RESET_TIMEOUT. A suspended account's is good for nothing.
    """

    def check_token(self, user: Any, token: str | None) -> bool:
        if user is None or not user.is_active or not super().check_token(user, token):
            return False
        if not user.has_usable_password():
            return True
        made = base36_to_int(str(token).partition("-")[0])
        return self._num_seconds(self._now()) - made <= settings.PASSWORD_LINK_MINUTES * 60
