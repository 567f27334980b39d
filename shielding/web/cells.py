"""What tables, cards and lists of every room are made of and write alike: who, when, how long.

The classes are what the templates of `_components` draw; those the logbook draws too are there.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from django.template.defaultfilters import date as write_date

from logbook.pages.cells import Chip as Chip
from logbook.pages.cells import Tag as Tag
from logbook.pages.cells import Text as Text
from logbook.pages.cells import When as When
from shielding import clock
from shielding.web.deadlines import Deadline


@dataclass(frozen=True)
class Due:
    """A cell that is a due date and what it means today."""

    due: Deadline


# Rows of a table: what `_components/table.html` draws under its heads.
Cell = str | Text | Tag | When | Due
Row = list[Cell]
Rows = list[Row]


@dataclass(frozen=True)
class Fact:
    """One line of a summary list: what it is about, what is so, and where it can be changed.

    What is so are words, or else a tag, a due date or a moment; `post` is the address of a button.
    """

    key: str
    value: str = ""
    when: date | datetime | None = None
    date_only: bool = False
    tag: str = ""
    colour: str = ""
    due: Deadline | None = None
    url: str = ""
    action: str = ""
    hidden: str = ""
    post: str = ""

    @classmethod
    def of(cls, key: str, cell: Cell) -> "Fact":
        """Return the line that says what a cell of a table says."""
        match cell:
            case Tag():
                return cls(key, tag=cell.tag, colour=cell.colour)
            case When():
                return cls(key, when=cell.when, date_only=cell.date_only)
            case Due():
                return cls(key, due=cell.due)
            case Text():
                return cls(key, cell.text)
            case _:
                return cls(key, cell)


Facts = list[Fact]


@dataclass(frozen=True)
class Card:
    """A summary list under a title of its own."""

    title: str
    rows: Facts


@dataclass(frozen=True)
class Step:
    """One moment of a timeline: when, what happened, by whom, and more about it."""

    at: datetime
    title: str
    by: str = ""
    text: str = ""


@dataclass(frozen=True)
class Head:
    """A heading that sorts its list: where to, and how the list is sorted by it now."""

    text: str
    url: str
    sort: str


Heads = list[str | Head]


@dataclass(frozen=True)
class Tab:
    """One of several lists beside each other, with how much is in it."""

    label: str
    url: str
    current: bool
    count: int | None = None


def waiting_words(since: datetime, now: datetime) -> str:
    """Return how long something has waited, in hours: days would sound shorter than they are."""
    hours = int((now - since).total_seconds() // 3600)
    if hours < 1:
        return "Under 1 hour"
    return "1 hour" if hours == 1 else f"{hours:,} hours"


def sort_head(words: str, key: str, address: str, sort: str) -> Head:
    """Return a heading that sorts its list: by `key`, or the other way where it is so sorted."""
    if sort.removeprefix("-") != key:
        return Head(words, f"{address}&sort={key}", "none")
    down = sort.startswith("-")
    return Head(
        words,
        f"{address}&sort={key if down else f'-{key}'}",
        "descending" if down else "ascending",
    )


class Named(Protocol):
    """Somebody who is named on a page."""

    name: str


def who(person: Named | None) -> str:
    """Return a person's name, or who stands in for somebody without an account."""
    return person.name if person else "Somebody without an account, by phone"


def day(on: date | datetime | None) -> str:
    """Return a day, or the London day of a moment, written out; nothing where there is none."""
    if on is None:
        return ""
    if isinstance(on, datetime):
        on = clock.today(on)
    return f"{on.day} {on:%B %Y}"


def done(at: datetime | None, by: Named | None, otherwise: str = "") -> str:
    return moment(at, by) if at else otherwise


def day_and_time(at: datetime) -> str:
    """Return a moment written as on every page."""
    return f"{day(at)}, {hour(at)}"


def hour(at: datetime) -> str:
    """Return the hour and minute of a moment in London, written as on every page."""
    return write_date(at.astimezone(clock.LONDON), "g:iA").lower()


def moment(at: datetime, by: Named | None) -> str:
    """Return when something was done, written as on every page, and by whom."""
    return f"{day_and_time(at)}, by {who(by)}"
