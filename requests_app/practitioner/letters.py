"""Letters to the family and the notice to professionals: which can be printed when, and printing.

A letter names nobody: no ground, record number, service or source. Whoever hands it over keeps
no copy here; that it was printed is the entry.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from logbook.writing import log_entry
from requests_app import policies, states
from requests_app.locking import locked
from requests_app.models import Request
from shielding.accounts.models import User
from shielding.filled import filled
from shielding.records.letting_go_codes import FamilyToldOfEnd, Release
from shielding.reviews import dates as review_dates
from shielding.web.refusals import NotAllowed, WrongState


@dataclass(frozen=True)
class Letter:
    """One kind of letter: its code, what it is called, and when there is something to say in it."""

    kind: str
    title: str
    fits: Callable[[Request, datetime], bool]


def _is_applied(request: Request, _now: datetime) -> bool:
    # Of what was taken over the family and the professionals were told long ago.
    asks = request.still_asks and not request.is_taken_over
    return asks and filled(request.hold).applied_at is not None


def _is_agreed(request: Request, now: datetime) -> bool:
    return _is_applied(request, now) and filled(request.hold).agreed_at is not None


def _was_let_go(request: Request, _now: datetime) -> bool:
    by_source = (Release.SOURCE, Release.ON_WORD)
    hold = request.hold
    in_error = hold is not None and hold.family == FamilyToldOfEnd.NOTHING
    return hold is not None and hold.released_how in by_source and not in_error


LETTERS = (
    Letter("agreed", "Letter to the family: agreed", _is_agreed),
    Letter(
        "not-agreed",
        "Letter to the family: not to be shielded",
        lambda request, _now: request.was_not_agreed or request.state == states.SETTLED,
    ),
    Letter(
        "continues",
        "Letter to the family: the request still stands",
        lambda request, now: request.still_asks and next_review(request, now) is not None,
    ),
    Letter("no-longer-asked", "Letter to the family: the request has ended", _was_let_go),
    Letter("professionals", "Notice to other professionals", _is_applied),
)
LETTER = {letter.kind: letter for letter in LETTERS}


def next_review(request: Request, now: datetime) -> date | None:
    """Return the next review's day, once one was answered or its due day has passed."""
    hold = request.hold
    return review_dates.as_read(hold, now) if hold and review_dates.had_one(hold, now) else None


def printable(user: User, request: Request, now: datetime) -> list[Letter]:
    """Return the letters this practitioner can print now; none before a phone call is confirmed."""
    if not policies.is_own(user, request) or request.disowned_at is not None:
        return []
    if request.awaits_confirmation:
        return []
    return [letter for letter in LETTERS if letter.fits(request, now)]


def print_letter(request: Request, *, kind: str, by: User, now: datetime) -> None:
    """Log that a letter is printed, by its practitioner, who said that it is safe to hand over.

    Refuses anyone else, and a letter that does not fit where the request is.
    """
    with transaction.atomic():
        request = locked(request.pk, by)
        if not policies.is_own(by, request):
            raise NotAllowed()
        if LETTER[kind] not in printable(by, request, now):
            raise WrongState("no_such_letter", "There is no such letter to print for this request.")
        log_entry("letter_printed", by=by, at=now, reference=request.reference, kind=kind)
