"""Who may change whose email address: one function for each question."""

from datetime import datetime

from django.db.models import Q

from shielding.accounts.corrections.models import AddressChange
from shielding.accounts.history import LATELY, phone_last_set
from shielding.accounts.models import User
from shielding.accounts.second_person import (
    may_be_second_after,
    still_counts,
    who_count_as_one,
    who_may_be_second,
)
from shielding.roles import Role
from shielding.web.paging import those

OWN_NUMBER = (
    "Whoever proposed this, or somebody who counts as one with them, set the work phone number on "
    "which the second makes sure of the person, within the last 28 days. Withdraw it: a member who "
    "did not may propose it again."
)


def role_that_proposes(person: User) -> Role:
    """Return who proposes: the IW Team for a practitioner, an administrator for anybody else."""
    return Role.IW if person.is_practitioner else Role.ADMINISTRATOR


def may_propose_address(by: User, person: User) -> bool:
    """Return whether somebody may propose another address for an account; nobody for their own."""
    return by.is_active and by.pk != person.pk and by.role == role_that_proposes(person)


def may_confirm_address(by: User, change: AddressChange, now: datetime) -> bool:
    """Return whether somebody may confirm: an IW member, of anybody but a practitioner a lead.

    Not the person, who proposed, who counts as one with them, nor newly granted. And not who set
    the number that is dialled; nobody, where that was who proposed.
    """
    dialled = who_set_number(change)
    return (
        change.is_open
        and _decides(by, change.person)
        and by.pk not in {change.person_id, *dialled}
        and change.proposed_by_id not in dialled
        and may_be_second_after(by, change.proposed_by_id, at=change.proposed_at, now=now)
    )


def to_confirm_by(by: User, now: datetime) -> Q:
    """Return which changes are this person's to do, as the page of each says.

    They confirm one, or, where nobody can any more, they take it back.
    """
    team = who_may_be_second(now)

    def is_theirs(change: AddressChange) -> bool:
        if not why_void(change):
            if may_confirm_address(by, change, now):
                return True
            if any(may_confirm_address(one, change, now) for one in team):
                return False
        return may_withdraw_address(by, change)

    return those(AddressChange.objects.visible_to(by).open().with_people(), is_theirs)


def may_withdraw_address(by: User, change: AddressChange) -> bool:
    """Return whether somebody may take a proposal back: whoever could propose it, or decide it."""
    decides = by.pk != change.person_id and _decides(by, change.person)
    return may_propose_address(by, change.person) or decides


def _decides(by: User, person: User) -> bool:
    return by.is_active and by.is_iw and (person.is_practitioner or by.is_lead)


def who_set_number(change: AddressChange) -> set[int]:
    """Return the ids of who set the person's number since 28 days before the proposal, and of who
    counts as one with them: by it the second makes sure.
    """
    last = phone_last_set(change.person)
    if last is None or last.by_id is None or last.at <= change.proposed_at - LATELY:
        return set()
    return who_count_as_one([(last.by_id, last.at)])


def why_void(change: AddressChange) -> str:
    """Return why nobody can confirm what was proposed any more, in words, or nothing."""
    role = role_that_proposes(change.person)
    if not still_counts(change.proposed_by_id, role, since=change.proposed_at):
        return (
            "Whoever proposed this has left that role since (for good or for a time), so "
            "it must be proposed again."
        )
    if change.person.suspended_at is not None:
        return "The account is suspended: let it be used again first, or withdraw this."
    if change.proposed_by_id in who_set_number(change):
        return OWN_NUMBER
    return ""


def who_hear_of_address(reference: str, _now: datetime) -> list[User] | None:
    """Return who may hear that an address was changed: its person, IW leads and auditors.

    None where there is no such change.
    """
    change = AddressChange.objects.filter(reference=reference).first()
    if change is None:
        return None
    watching = Q(role=Role.IW, is_lead=True) | Q(role=Role.AUDITOR) | Q(pk=change.person_id)
    return list(User.objects.working().filter(watching))
