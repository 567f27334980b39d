"""What makes a password of this product good, and how it is kept. TRUST.md 3; NIST SP 800-63B."""

import calendar
import re
import unicodedata
from collections.abc import Iterator

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.core.exceptions import ValidationError

from shielding.roles import Role

# What must be left of a password when all that is expected here is taken away.
LEFT = 8
_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm", "1234567890", "abcdefghijklmnopqrstuvwxyz")
# A piece of a keyboard row, of the alphabet or of counting, from this many keys on.
_IN_A_ROW = 4
# Shorter ones stand in other words by chance.
_SHORTEST = 3
_FIRST_TRIED = (
    "password", "passphrase", "passwort", "letmein", "welcome", "changeme", "secret", "admin",
    "council", "shield", "shielding", "shielded", "children", "child", "safeguarding", "social",
    "worker", "teacher", "health", "visitor", "manager", "team", "school", "summer", "autumn",
    "winter", "spring",
)  # fmt: skip


class Argon2(Argon2PasswordHasher):
    """Argon2id by OWASP's second setting: 19 MiB, two passes, one lane.

    Django's own takes 100 MiB a try: eight threads that refuse a thief would hold 800.
    """

    time_cost, memory_cost, parallelism = 2, 19 * 1024, 1


class NothingExpected:
    """Refuse a password that is made of what somebody would try first here, or of one sign.

    Expected are the council, the service, the shielded system, roles, months, days, years, keyboard
    rows, and the person's own name and email address.
    """

    def validate(self, password: str, user: AbstractBaseUser | None = None) -> None:
        """Refuse when fewer than eight letters and digits are left without what is expected."""
        left = _letters(password)
        for word in sorted(_expected(user), key=len, reverse=True):
            left = left.replace(word, "")
        left = re.sub(r"(?:19|20)\d\d", "", left)
        left = re.sub(r"(.)\1{2,}", r"\1", left)
        if len(left) < LEFT:
            raise ValidationError(
                "This password is made of words, names or keys that somebody would try first: "
                "choose others.",
                code="password_expected",
            )

    def get_help_text(self) -> str:
        return "Not made of names, months, keyboard rows or words of this service."


def _letters(words: str) -> str:
    """Return only the letters and digits of some words, small and without accents."""
    plain = unicodedata.normalize("NFKD", words).casefold()
    return "".join(one for one in plain if one.isalnum())


def _expected(user: AbstractBaseUser | None) -> Iterator[str]:
    said = [settings.COUNCIL_NAME, settings.SERVICE_NAME, settings.SYSTEM_NAME, *Role.labels]
    if user is not None:
        said += [getattr(user, "name", ""), getattr(user, "email", "")]
    for part in re.split(r"[\W_]+", " ".join(map(str, said))):
        if len(word := _letters(part)) >= _SHORTEST:
            yield word
    yield from _FIRST_TRIED
    for name in (*calendar.month_name, *calendar.day_name):
        if name:
            yield name.lower()
    for row in _ROWS:
        for way in (row, row[::-1]):
            for length in range(len(way), _IN_A_ROW - 1, -1):
                yield from (way[at : at + length] for at in range(len(way) - length + 1))
