"""Who may move whom to another service, and what stands against it: one function each."""

from datetime import datetime

from django.db.models import Q

from shielding.accounts.history import LATELY, last_moved
from shielding.accounts.models import Service, User
from shielding.holds.hand_over.models import HandOver
from shielding.records.policies import may_administer


def may_move(by: User, person: User) -> bool:
    """Return whether somebody may move a person: an IW member, whoever works as a practitioner."""
    return may_administer(by) and person.is_practitioner and person.is_active


def why_not_to(service: Service, person: User) -> str:
    """Return why a person cannot be moved to a service, in words, or nothing."""
    if not service.is_open:
        return "This service is closed."
    if service.pk == person.service_id:
        return "They are in this service already."
    return ""


def has_handed_over(person: User, now: datetime) -> bool:
    """Return whether a colleague took over lately what a person had in hand, in their service."""
    last = last_moved(person)
    since = max(last.at, now - LATELY) if last else now - LATELY
    of_all = HandOver.objects.filter(person=person, only=None)
    return of_all.filter(confirmed_at__gt=since).exists()


def open_hand_over(person: User) -> HandOver | None:
    """Return the hand-over from or to this person that waits: it is of their service of now."""
    waiting = HandOver.objects.open().filter(Q(person=person) | Q(to=person))
    return waiting.first()
