"""What of a leaver's requests goes to a colleague, in the hand-over that the core begins.

The core has checked who may, and locked the records of the leaver's holds; a request's row is all
that is locked here. Drafts may be more than one person may start: nothing is refused for that.
"""

from datetime import datetime

from django.db.models import Q

from logbook.writing import log_entry
from requests_app import states
from requests_app.models import REVIEW_OPEN, Request, RequestQuerySet
from shielding.accounts.models import Service, User
from shielding.filled import filled
from shielding.holds.hand_over.actions import holds_in_hand
from shielding.models import Hold

# What may still be sent with a shield to ask for.
_UNSENT = (states.DRAFT, states.CONSIDERED, states.LOOK_AGAIN)


def hand_over_drafts(person: User, to: User, by: User, now: datetime) -> int:
    """Give a person's drafts to a colleague; returns how many."""
    return _hand_over(Request.objects.drafts_of(person), to, by=by, now=now)


def hand_over_sent(person: User, to: User, holds: list[Hold], by: User, now: datetime) -> int:
    """Give a person's sent requests of which anything is left to do to a colleague.

    Never one that the person said was not theirs, nor one whose claim came to stand for them since
    these were locked: it stays where its claim is.
    """
    seen = _sent_in_hand(person).select_for_update(of=("self",)).order_by("id")
    waited_for = [one.pk for one in seen]
    stays = holds_in_hand(person).exclude(pk__in=[hold.pk for hold in holds])
    theirs = _sent_in_hand(person).filter(pk__in=waited_for).exclude(hold__in=stays)
    return _hand_over(theirs, to, by=by, now=now)


def follow_holds(holds: list[Hold], to: User, by: User, now: datetime) -> None:
    """Give the requests that made these holds to whom the holds went."""
    made = Request.objects.filter(hold__in=holds)
    # Also those that seem to be theirs already: a hand-over may be taking them away this moment.
    waited_for = [one.pk for one in made.select_for_update(of=("self",)).order_by("id")]
    theirs = Request.objects.filter(pk__in=waited_for).exclude(practitioner=to)
    _hand_over(theirs, to, by=by, now=now)


def moved(person: User, service: Service, by: User, now: datetime) -> None:
    """Give what a person has not sent, or may send again with a shield of its own, the service
    they are in now: it will be the source's. What was sent already keeps the one it was sent from.

    Locked, so that whatever is being sent is waited for, or waits.
    """
    unsent = Request.objects.filter(practitioner=person, hold=None, state__in=_UNSENT)
    keys = [one.pk for one in unsent.select_for_update(of=("self",)).order_by("id")]
    Request.objects.filter(pk__in=keys).update(service=service)


def in_hand(person: User) -> list[tuple[str, int]]:
    """Return how many drafts and sent requests would go, in words."""
    return [
        ("Drafts", Request.objects.drafts_of(person).count()),
        ("Requests sent and still open", _sent_in_hand(person).count()),
    ]


def _sent_in_hand(person: User) -> RequestQuerySet:
    not_at_its_end = (
        REVIEW_OPEN
        | Q(hold__released_at__isnull=True, hold__isnull=False)
        | (Q(hold__released_at__isnull=False, hold__family="") & ~Q(hold__released_how="ended"))
    )
    sent = Request.objects.filter(practitioner=person, submitted_at__isnull=False)
    promised = Q(pk__in=sent.family_to_tell().values("pk"))
    return sent.filter(not_at_its_end | promised, disowned_at__isnull=True)


def _hand_over(requests: RequestQuerySet, to: User, *, by: User, now: datetime) -> int:
    moved = 0
    for request in requests.select_for_update(of=("self",)).order_by("id"):
        before, request.practitioner = request.practitioner, to
        request.save(update_fields=["practitioner"])
        log_entry(
            "request_handed_over",
            by=by,
            at=now,
            reference=request.reference,
            before=filled(before).uid,
            after=to.uid,
        )
        moved += 1
    return moved
