"""Entries that are signs of misuse, and the numbers from which on they are, for the tests."""

import uuid
from datetime import UTC, datetime, timedelta
from itertools import count
from types import SimpleNamespace

from logbook.days import last_days
from logbook.events import EVENTS
from logbook.misuse import signs as misuse_signs
from logbook.misuse.signs import Limits
from logbook.writing import log_entry
from shielding.clock import is_working_day

# A Friday, 3pm; the days before it are the six of Saturday to Thursday and the Friday before.
NOW = datetime(2026, 3, 27, 15, 0, tzinfo=UTC)
FIRST = datetime(2026, 3, 20, tzinfo=UTC)
JUST_BEFORE = FIRST - timedelta(microseconds=1)
LIMITS = Limits(
    days=7,
    refused=3,
    records=3,
    records_iw=5,
    people=3,
    burst=4,
    asked=3,
    asked_one=2,
    declined=2,
    agreed=3,
    register=3,
)
DAYS = last_days(NOW, LIMITS.days)
JUST_AFTER = DAYS.end
NIGHT = datetime(2026, 3, 24, 22, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
_numbers = count(1)


def somebody(role="iw", service=""):
    return SimpleNamespace(uid=uuid.uuid4(), role=role, service_code=service)


def a_reference():
    return f"IW-{next(_numbers):04}-2222"


def wrote(event, by, at=NOW, *, reference="", about="", **facts):
    """Write an entry; a fact that does not matter here is a code."""
    every = dict.fromkeys(EVENTS[event].facts, "a_code") | facts
    log_entry(event, by=by, at=at, reference=reference, record_reference=about, **every)


def opened(by, times, at=NOW, *, about=None):
    for _ in range(times):
        wrote("record_opened", by, at, about=about or a_reference())


def who(found):
    return [(sign.person, sign.count) for sign in found.signs]


def bursts(now=NOW, working=is_working_day):
    return misuse_signs.out_of_hours(LIMITS, last_days(now, LIMITS.days), working)


def sent(person, at=NOW, *, about=None):
    """Write that the person sent an access request; return its reference."""
    reference = a_reference()
    wrote("access_submitted", person, at, reference=reference, about=about or a_reference())
    return reference
