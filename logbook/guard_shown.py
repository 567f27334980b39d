"""The guard's figures as a page shows them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.urls import reverse

from logbook.days import Quarter
from logbook.guard_figures import CONFIRMED, REFUSED, Figures, Kinds
from logbook.sentences import event_label

_TITLES = {
    REFUSED: (
        "Refused",
        "Texts the guard did not let be stored. One counts once for each kind of thing found in it,"
        " and again each time it was tried.",
    ),
    CONFIRMED: (
        "Confirmed",
        "Texts the guard asked about, and whose author said that they name nobody. One counts once"
        " for each kind of thing asked about, and again each time it was saved.",
    ),
}


@dataclass(frozen=True)
class Section:
    """One event with its two tables."""

    id: str
    title: str
    about: str
    by_kind: list[list[str]]
    by_service: list[list[str]]


def sections(figures: Mapping[str, Figures], kinds: Kinds) -> list[Section]:
    """Return the tables of each event: kinds in words, services by code."""
    return [
        Section(
            event,
            *_TITLES[event],
            [[_in_words(kind, kinds[event]), count] for kind, count in found.by_kind.items()],
            [[code or "No service", count] for code, count in found.by_service.items()],
        )
        for event, found in figures.items()
    ]


def links(quarters: Sequence[Quarter], chosen: Quarter) -> list[dict[str, str]]:
    """Return the quarters to choose from; the chosen one has no address."""
    page = reverse("logbook_guard")
    return [
        {
            "text": f"{quarter.first_day:%B} to {quarter.last_day:%B %Y}",
            "url": "" if quarter == chosen else f"{page}?quarter={quarter.code}",
        }
        for quarter in quarters
    ]


def _in_words(kind: str, words: Mapping[str, str]) -> str:
    """Return a kind's words; one of another day is named by its code."""
    text = words.get(kind) or event_label(kind)
    return text[:1].upper() + text[1:]
