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
from shielding.models import Hold, Review
from shielding.web.refusals import NotAllowed, WrongState


@dataclass(frozen=True)
class Letter:
    """One kind of letter: its code, what it is called, and when there is something to say in it."""

    kind: str
    title: str
    fits: Callable[[Request], bool]


def _is_applied(request: Request) -> bool:
    return request.still_asks and filled(request.hold).applied_at is not None


def _is_agreed(request: Request) -> bool:
    return _is_applied(request) and filled(request.hold).agreed_at is not None


def _was_let_go(request: Request) -> bool:
    by_source = (Hold.Release.SOURCE, Hold.Release.ON_WORD)
    return request.hold is not None and request.hold.released_how in by_source


LETTERS = (
    Letter("agreed", "Letter to the family: agreed", _is_agreed),
    Letter(
        "not-agreed",
        "Letter to the family: not agreed",
        lambda request: request.state in (states.NOT_AGREED, states.SETTLED),
    ),
    Letter(
        "continues",
        "Letter to the family: the review is done",
        lambda request: request.still_asks and next_review(request) is not None,
    ),
    Letter("no-longer-asked", "Letter to the family: we no longer ask", _was_let_go),
    Letter("professionals", "Notice to other professionals", _is_applied),
)
LETTER = {letter.kind: letter for letter in LETTERS}


def next_review(request: Request) -> date | None:
    """Return the next review's day, as the last six-monthly one that asked this source set it."""
    if request.hold is None:
        return None
    concluded = request.hold.consultations.filter(
        review__kind=Review.Kind.RECORD, review__next_due__isnull=False
    )
    days = list(
        concluded.order_by("-review__concluded_at").values_list("review__next_due", flat=True)[:1]
    )
    return days[0] if days else None


def printable(user: User, request: Request) -> list[Letter]:
    """Return the letters this practitioner can print now; none before a phone call is confirmed."""
    if not policies.is_own(user, request) or request.disowned_at is not None:
        return []
    if request.awaits_confirmation:
        return []
    return [letter for letter in LETTERS if letter.fits(request)]


def print_letter(request: Request, *, kind: str, by: User, now: datetime) -> None:
    """Log that a letter is printed, by its practitioner, who said that it is safe to hand over.

    Refuses anyone else, and a letter that does not fit where the request is.
    """
    with transaction.atomic():
        request = locked(request.pk, by)
        if not policies.is_own(by, request):
            raise NotAllowed()
        if LETTER[kind] not in printable(by, request):
            raise WrongState("no_such_letter", "There is no such letter to print for this request.")
        log_entry("letter_printed", by=by, at=now, reference=request.reference, kind=kind)
