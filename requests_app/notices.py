"""The kinds of notice about requests to shield, and whom each is for when its mail goes out.

And the word to a manager that a request names them, which several acts owe.
"""

from datetime import datetime

from requests_app.models import Request
from shielding import clock
from shielding.accounts.deputies.models import approvers_of, in_place_of
from shielding.accounts.models import User
from shielding.notices.kinds import Kind
from shielding.notices.mail_hours import mail_hour
from shielding.notices.notify import notify


def owner_of(reference: str) -> tuple[bool, User | None]:
    """Return whether this is a request, and its practitioner unless they said it was not theirs."""
    request = _request(reference)
    if request is None:
        return False, None
    return True, None if request.disowned_at else request.practitioner


def of_item(reference: str, now: datetime) -> list[User] | None:
    """Return who may hear that a request changed: its practitioner, and who manages them."""
    known, owner = owner_of(reference)
    if owner is None:
        return [] if known else None
    own = [owner] if owner.is_active and owner.is_practitioner else []
    return own + approvers_of(owner, clock.today(now))


def to_confirm(reference: str, _now: datetime) -> list[User] | None:
    """Return who is to confirm what was phoned in their name, while it is to be confirmed."""
    request = _request(reference)
    if request is None:
        return None
    waiting = Request.objects.phoned_unconfirmed().filter(pk=request.pk, disowned_at=None)
    owner = request.practitioner if waiting.exists() else None
    return [owner] if owner and owner.is_active and owner.is_practitioner else []


def named(reference: str, now: datetime) -> list[User] | None:
    """Return who reads that a request names them: the manager it names, and who stands in."""
    request = _request(reference)
    if request is None:
        return None
    named = in_place_of(request.supporter, clock.today(now)) if request.supporter else []
    return [one for one in named if one.is_practitioner and one.is_manager]


def tell_supporter(request: Request, now: datetime) -> None:
    """Owe the named manager, and who stands in for them, the word that they were named.

    The reference only, and once.
    """
    named = in_place_of(request.supporter, clock.today(now)) if request.supporter else []
    supporters = [one for one in named if one.pk != request.practitioner_id]
    notify("named_as_supporter", request.reference, recipients=supporters, now=now)


def _request(reference: str) -> Request | None:
    found = Request.objects.select_related("practitioner__line_manager", "supporter")
    return found.filter(reference=reference).first()


TAKEN_OVER = "shield_taken_over"


def tell_of_taken_over(request: Request, person: User, now: datetime) -> None:
    """Owe a practitioner the word that a shield of theirs was taken over, with the mail of a day.

    Once, and with all others of that day in one mail: an import takes minutes.
    """
    due = mail_hour(clock.next_working_day(clock.today(now)))
    notify(TAKEN_OVER, request.reference, recipients=[person], now=now, due_at=due)


def _taken_over(reference: str, _now: datetime) -> list[User] | None:
    request = _request(reference)
    if request is None:
        return None
    owner = request.practitioner if request.is_taken_over else None
    return [owner] if owner and owner.is_active and owner.is_practitioner else []


KINDS = (
    Kind(
        TAKEN_OVER,
        "A shield taken over from a file",
        is_duty=True,
        readers=_taken_over,
        is_told_once=True,
    ),
    # At once: they have one working day, of which the next duty mail would take the most.
    Kind("confirm_phoned", "A phoned request to confirm", readers=to_confirm, is_told_once=True),
    Kind("named_as_supporter", "Named as supporter", is_of_a_manager=True, readers=named),
)
