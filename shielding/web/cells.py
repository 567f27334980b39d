"""What tables, cards and lists of every room write alike: who, when, how long."""

from datetime import datetime
from typing import Any

from django.template.defaultfilters import date as write_date

from shielding import clock

Rows = list[Any]


def waiting_words(since: datetime, now: datetime) -> str:
    """Return how long something has waited, in hours: days would sound shorter than they are."""
    hours = int((now - since).total_seconds() // 3600)
    if hours < 1:
        return "Under 1 hour"
    return "1 hour" if hours == 1 else f"{hours:,} hours"


def sort_head(words: str, key: str, address: str, sort: str) -> dict[str, str]:
    """Return a heading that sorts its list: by `key`, or the other way where it is so sorted."""
    if sort.removeprefix("-") != key:
        return {"text": words, "url": f"{address}&sort={key}", "sort": "none"}
    down = sort.startswith("-")
    return {
        "text": words,
        "url": f"{address}&sort={key if down else f'-{key}'}",
        "sort": "descending" if down else "ascending",
    }


def who(person: Any) -> str:
    """Return a person's name, or who stands in for somebody without an account."""
    return person.name if person else "Somebody without an account, by phone"


def day(moment: datetime) -> str:
    """Return the London day of a moment, written out."""
    on = clock.today(moment)
    return f"{on.day} {on:%B %Y}"


def done(at: datetime | None, by: Any, otherwise: str = "") -> str:
    return moment(at, by) if at else otherwise


def moment(at: datetime, by: Any) -> str:
    """Return when something was done, written as on every page, and by whom."""
    time = write_date(at.astimezone(clock.LONDON), "g:iA").lower()
    return f"{day(at)}, {time}, by {who(by)}"
