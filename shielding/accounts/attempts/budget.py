"""Counting tries: who has some left, and how long anybody else waits.

A try is taken before anything is looked at and given back when it was right, so that two at once
cannot both be the last one. A wait is an answer, never a pause: no thread sleeps.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection

from logbook.days import real_now
from shielding.accounts.attempts.models import Budget
from shielding.sealing import keyed

Kind = Budget.Kind
# Unused for so long, a count begins anew; the round deletes it.
FORGOTTEN_AFTER = timedelta(hours=24)
_HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Rule:
    """How many tries there are without a wait, and how long the waits after them are.

    The first wait follows the last free try; each further try doubles it, up to the longest. With
    `hourly` the count is of one hour of the clock and the wait lasts until its end. Where it
    `forgets`, a right try empties the count; else it only gives back its own, for whoever is right
    for themselves must not make room for tries at others. After `ends` none are left.
    """

    free: int
    first: timedelta = timedelta(seconds=15)
    longest: timedelta = timedelta(minutes=15)
    hourly: bool = False
    forgets: bool = False
    ends: int = 1_000_000_000


_A_MAIL = timedelta(minutes=10)
RULES = {
    Kind.KNOWN: Rule(4, forgets=True, ends=20),
    Kind.PAIR: Rule(4, forgets=True),
    # More than one network has: a single thief has to wait before everybody else has to.
    Kind.ACCOUNT: Rule(20),
    # A whole council may come from one address: ten services' worth of slips of the keyboard.
    Kind.NETWORK: Rule(300, hourly=True),
    Kind.AGAIN: Rule(4, forgets=True),
    Kind.CODE: Rule(4, forgets=True),
    Kind.MAIL: Rule(1, first=_A_MAIL, longest=_A_MAIL),
    Kind.LINKS: Rule(300, hourly=True),
    # No try at anything: what is sent counts alike, and nothing gives it back.
    Kind.WRITE: Rule(settings.WRITES_AN_HOUR, hourly=True),
    Kind.TOLD: Rule(1, hourly=True),
}
# In one statement, so that it holds for tries at once: of two at the last free one, one passes.
# A try that is refused changes nothing, so nobody can make another's wait longer by asking.
_TAKE = """
INSERT INTO accounts_budget AS had (kind, key, tries, until, last_at)
VALUES (%(kind)s, %(key)s, 1, {wait_of_first}, %(now)s)
ON CONFLICT (kind, key) DO UPDATE SET tries = {tries}, until = {wait}, last_at = %(now)s
WHERE {forgotten} OR ((had.until IS NULL OR had.until <= %(now)s) AND had.tries < %(ends)s)
RETURNING tries, until
"""
_FORGOTTEN = "had.last_at < %(forgotten)s"
_TRIES = f"CASE WHEN {_FORGOTTEN} THEN 1 ELSE had.tries + 1 END"
_WAIT = (
    "CASE WHEN {tries} >= %(free)s THEN %(now)s + interval '1 second' * least("
    "%(longest)s, %(first)s * power(2, least({tries} - %(free)s, 20))) END"
)
_TAKE = _TAKE.format(
    wait_of_first=_WAIT.format(tries="1"),
    tries=_TRIES,
    wait=_WAIT.format(tries=f"({_TRIES})"),
    forgotten=_FORGOTTEN,
)
_STANDS = "SELECT tries, until FROM accounts_budget WHERE kind = %(kind)s AND key = %(key)s"
_RIGHT = """
UPDATE accounts_budget SET
    tries = CASE WHEN %(forget)s THEN 0 ELSE greatest(tries - 1, 0) END,
    until = CASE WHEN %(forget)s OR until = %(until)s THEN NULL ELSE until END
WHERE kind = %(kind)s AND key = %(key)s
"""


class TooMany(Exception):
    """Tried too often: nothing was looked at. `seconds` from now another try may be made.

    It becomes a page (page.py), and is counted for `account` where that is known.
    """

    def __init__(
        self,
        seconds: int,
        account: UUID | None = None,
        *,
        ended: bool = False,
        kind: Kind | None = None,
    ) -> None:
        self.seconds, self.account, self.ended, self.kind = seconds, account, ended, kind
        super().__init__()


@dataclass(frozen=True)
class Taken:
    """One try that was counted; the `tries`th that was not right."""

    kind: Kind
    key: bytes
    tries: int
    until: datetime | None

    def right(self) -> None:
        """Give it back because it was right; where the kind forgets, the wrong ones before too."""
        self._back(forget=RULES[self.kind].forgets)

    def unused(self) -> None:
        """Give it back because nothing was looked at."""
        self._back(forget=False)

    def _back(self, *, forget: bool) -> None:
        values = {"kind": self.kind, "key": self.key, "until": self.until, "forget": forget}
        with connection.cursor() as cursor:
            cursor.execute(_RIGHT, values)


def take(kind: Kind, *keys: str | UUID, now: datetime | None = None) -> Taken:
    """Count one try of a kind for these keys, before it is looked at, and return it.

    Raises TooMany where none is left now. Not inside a transaction that a wrong try undoes: the
    count would be undone with it. A person is named by their uid, for whom TooMany is then counted;
    an address as it was typed, whether anybody has it or not.
    """
    now, rule = now or real_now(), RULES[kind]
    hour = now.replace(minute=0, second=0, microsecond=0)
    parts = [*map(str, keys), hour.isoformat()] if rule.hourly else map(str, keys)
    left = (hour + _HOUR - now).total_seconds()
    key = keyed("attempts", "\0".join([kind.value, *parts]))
    values: dict[str, Any] = {
        "kind": kind.value,
        "key": key,
        "now": now,
        "free": rule.free,
        "first": left if rule.hourly else rule.first.total_seconds(),
        "longest": left if rule.hourly else rule.longest.total_seconds(),
        "ends": rule.ends,
        "forgotten": now - FORGOTTEN_AFTER,
    }
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, values)
        if row := cursor.fetchone():
            return Taken(kind, key, *row)
        cursor.execute(_STANDS, values)
        tries, until = cursor.fetchone() or (0, None)
    account = next((one for one in keys if isinstance(one, UUID)), None)
    wait = max(1, ceil((until - now).total_seconds())) if until else 1
    raise TooMany(wait, account, ended=tries >= rule.ends, kind=kind)
