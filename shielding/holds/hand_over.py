"""A practitioner leaves or moves: all they hold goes to a colleague of the same service.

A hold without a practitioner keeps its shield; this gives it somebody who can answer for it.
"""

from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet

from logbook.writing import log_entry
from shielding import clock, hooks
from shielding.accounts.models import User
from shielding.holds import policies
from shielding.notices.kinds import personal_kinds
from shielding.notices.models import Notice
from shielding.records import locking
from shielding.records import policies as record_policies
from shielding.records.models import Hold
from shielding.reviews.models import Consultation
from shielding.web.refusals import NotAllowed, WrongState


def hand_over(person: User, *, to: User, by: User, now: datetime) -> int:
    """Give a person's holds, and what the apps above keep for them, to a colleague.

    Holds that stand, and ended ones of which the family was not yet spoken. Refuses anyone
    outside the IW Team, and a colleague who is not a working practitioner of the same service.
    Nobody is owed a reminder twice: what the leaver was owed is overtaken, the clock reminds the
    colleague. Returns how many things changed hands.
    """
    with transaction.atomic():
        # No key lock: whoever sends a request meanwhile names their own row and does not wait.
        pair = User.objects.select_for_update(no_key=True).filter(pk__in=[person.pk, to.pk])
        people = {one.pk: one for one in pair.order_by("pk")}
        person, to = people[person.pk], people[to.pk]
        if not record_policies.may_administer(by):
            raise NotAllowed()
        if not policies.may_take_over(to, person):
            raise WrongState("not_a_colleague", "Choose a practitioner of the same service.")
        # Drafts have no record and are locked before one: so are they here.
        moved = sum(hand(person, to, by, now) for hand in hooks.hand_over_drafts)
        holds = _hand_over_holds(person, to, by=by, now=now)
        moved += len(holds) + sum(hand(person, to, holds, by, now) for hand in hooks.hand_over)
        Notice.objects.filter(recipient=person).exclude(kind__in=personal_kinds()).overtake()
        log_entry("handed_over", by=by, at=now, person=person.uid, to=to.uid, moved=moved)
    return moved


def holds_in_hand(person: User) -> QuerySet[Hold]:
    """Return the holds a hand-over moves: standing, or ended with the family not yet spoken of."""
    unspoken = Q(released_at__isnull=True) | (Q(family="") & ~Q(released_how="ended"))
    return Hold.objects.filter(unspoken, source=person)


def in_hand(person: User) -> list[tuple[str, int]]:
    """Return what a hand-over would move, in words with how many; what is not there is left out."""
    holds = holds_in_hand(person)
    owed = Consultation.objects.owed().filter(hold__in=holds)
    of_core = [
        ("Requests that keep a shield, or whose end the family is to be told of", holds.count()),
        ("Answers owed to a review", owed.count()),
    ]
    lines = [*of_core, *(line for found in hooks.in_hand for line in found(person))]
    return [(words, number) for words, number in lines if number]


def _hand_over_holds(person: User, to: User, *, by: User, now: datetime) -> list[Hold]:
    of_person = holds_in_hand(person)
    records = of_person.order_by("record_id").values_list("record_id", flat=True).distinct()
    moved = []
    for key in list(records):
        record = locking.lock_known_record(key)
        for hold in of_person.filter(record=record).order_by("id"):
            hold.source = to
            hold.save(update_fields=["source"])
            # The colleague is reminded anew, beginning with the latest step.
            for asked in hold.consultations.owed():
                asked.remind_on = clock.today(asked.asked_at)
                asked.save(update_fields=["remind_on"])
            log_entry(
                "hold_handed_over",
                by=by,
                at=now,
                reference=hold.reference,
                record_reference=record.reference,
                before=person.uid,
                after=to.uid,
            )
            moved.append(hold)
    return moved
