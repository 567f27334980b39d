"""The cells of a table and the lines of a list, as the templates of `_components` draw them."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True)
class Text:
    """A cell of words, which may lead somewhere; `code` is drawn as a reference is.

    `hidden` are words more, for those who hear the page; `beside` tells it from others of the same
    words, below it, and `note` is a warning below that.
    """

    text: str
    url: str = ""
    code: bool = False
    hidden: str = ""
    beside: str = ""
    note: str = ""


@dataclass(frozen=True)
class Tag:
    """A cell that is a status in few words, in one of GOV.UK's colours."""

    tag: str
    colour: str


@dataclass(frozen=True)
class When:
    """A cell that is a moment, or its day alone."""

    when: date | datetime | None
    date_only: bool = False


# What the logbook's own tables have in a cell.
Cell = str | Text | Tag | When


@dataclass(frozen=True)
class Field:
    """One line of a summary list: what it is about, what is so, and where more of it is."""

    key: str
    value: str = ""
    tag: str = ""
    colour: str = ""
    url: str = ""
    action: str = ""
    hidden: str = ""


@dataclass(frozen=True)
class Chip:
    """A filter in use, and the address of the same list without it."""

    label: str
    url: str
