"""A practitioner moves to another service, and what they ask for goes along.

Or to a colleague of the service they leave: by an ordinary hand-over, before the move.
"""

from datetime import datetime

from django.db import transaction

from logbook.references import new_reference
from logbook.writing import log_entry
from shielding import hooks
from shielding.accounts import actions as directory
from shielding.accounts.history import Change, remember
from shielding.accounts.models import Service, User
from shielding.filled import filled
from shielding.holds.hand_over.actions import in_hand, references_in_hand
from shielding.holds.moves import policies
from shielding.notices.kinds import MOVED
from shielding.notices.notify import notify
from shielding.web.refusals import NotAllowed, WrongState

ALONG, HANDED_OVER, NOTHING = "along", "handed_over", "nothing"


def move_person(
    person: User,
    *,
    to: Service,
    manager: User | None,
    how: str,
    seen: list[str],
    by: User,
    now: datetime,
) -> None:
    """Move a practitioner to another service, under another line manager or nobody.

    `how` is ALONG: what they ask for stays theirs, those shields whose references the page showed
    (`seen`), no others; HANDED_OVER, where a colleague has taken it over, or NOTHING, where there
    was nothing: nothing may be in their hands then. Either way a
    shield keeps the service that asked for it, and what is not sent yet is of the new one. The
    person, and their line managers of before and after, are told. Refuses anyone outside the IW
    Team, whoever does not work as a practitioner, a closed service and the one they are in, a
    manager who may not manage them there, and while a hand-over from or to them waits.
    """
    with transaction.atomic():
        to = directory.open_service(to)
        person = directory.locked_in_line(person, manager, by)
        by.refresh_from_db(fields=["is_active", "role"])
        if not policies.may_move(by, person):
            raise NotAllowed("may_not_move")
        if why := policies.why_not_to(to, person):
            raise WrongState("not_to_this_service", why)
        if waiting := policies.open_hand_over(person):
            words = f"Confirm the hand-over {waiting.reference} first, or take it back."
            raise WrongState("hand_over_open", words)
        before, old_manager = filled(person.service), person.line_manager
        person.service = to
        person.save(update_fields=["service"])
        # Whatever is about to be sent is waited for here: then nothing new is asked for meanwhile.
        for moved in hooks.moved:
            moved(person, to, by, now)
        _refuse_what_is_in_hand(person, how, seen)
        directory.give_manager(person, manager, by=by, now=now)
        remember(person, Change.MOVED, by=by, now=now)
        log_entry(
            "person_moved",
            by=by,
            at=now,
            person=person.uid,
            before=before.code,
            after=to.code,
            how=how,
        )
        people = {one.pk: one for one in (person, old_manager, manager) if one is not None}
        notify(MOVED, new_reference(), recipients=people.values(), now=now, mentions="")


def _refuse_what_is_in_hand(person: User, how: str, seen: list[str]) -> None:
    """Raise WrongState where what they have in hand is not what the page showed, or said."""
    if how != ALONG and in_hand(person):
        raise WrongState("still_in_hand", "They still have something in hand: hand it over first.")
    if how == ALONG and references_in_hand(person) != sorted(seen):
        raise WrongState("holds_changed", "What they have asked for changed meanwhile: look again.")
