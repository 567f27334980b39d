"""Who may take off whose second factor: one function for each question. Nobody their own."""

from datetime import datetime

from django.db.models import Q

from shielding.accounts.factor_resets.models import FactorReset
from shielding.accounts.history import LATELY, phone_last_set
from shielding.accounts.models import User
from shielding.accounts.second_person import (
    may_be_second_after,
    may_be_second_person,
    still_counts,
    who_count_as_one,
)
from shielding.roles import Role
from shielding.web.paging import those


def resets_alone(by: User, person: User) -> bool:
    """A practitioner's is reset by one IW member; `may_reset` says whether by this one."""
    return by.is_active and by.is_iw and person.is_practitioner


def may_reset(by: User, person: User, now: datetime) -> bool:
    """Return whether a member may reset a practitioner's at once, who is on the phone.

    Not newly granted, and not who set the number that is dialled.
    """
    return (
        resets_alone(by, person)
        and may_be_second_person(by, now)
        and by.pk not in who_set_number(person, now)
    )


def may_propose_reset(by: User, person: User) -> bool:
    """Return whether an administrator may propose the reset of anybody but a practitioner."""
    return (
        by.is_active and by.is_administrator and by.pk != person.pk and not person.is_practitioner
    )


def may_confirm_reset(by: User, reset: FactorReset, now: datetime) -> bool:
    """Return whether an IW lead may confirm: not its person, not who set the number to dial.

    Nor who proposed, or counts as one with them, nor newly granted.
    """
    return (
        reset.is_open
        and by.is_active
        and by.is_iw
        and by.is_lead
        and by.pk not in {reset.person_id, *who_set_number(reset.person, now)}
        and may_be_second_after(by, reset.proposed_by_id, at=reset.proposed_at, now=now)
    )


def may_withdraw_reset(by: User, reset: FactorReset) -> bool:
    """Return whether somebody may take a proposal back: whoever could propose it, or a lead."""
    leads = by.is_active and by.is_lead and by.pk != reset.person_id
    return reset.is_open and (may_propose_reset(by, reset.person) or leads)


def to_confirm_by(by: User, now: datetime) -> Q:
    """Return which proposals are this lead's to confirm, or, where void, to take back."""

    def is_theirs(reset: FactorReset) -> bool:
        if why_void(reset):
            return may_withdraw_reset(by, reset)
        return may_confirm_reset(by, reset, now)

    return those(FactorReset.objects.visible_to(by).open().with_people(), is_theirs)


def who_set_number(person: User, now: datetime) -> set[int]:
    """Return the ids of who set a person's number lately, and of who counts as one with them.

    By that number whoever resets makes sure of the person.
    """
    last = phone_last_set(person)
    if last is None or last.by_id is None or last.at <= now - LATELY:
        return set()
    return who_count_as_one([(last.by_id, last.at)])


def why_void(reset: FactorReset) -> str:
    """Return why nobody can confirm what was proposed any more, in words, or nothing."""
    if not still_counts(reset.proposed_by_id, Role.ADMINISTRATOR, since=reset.proposed_at):
        return (
            "Whoever proposed this has left that role since (for good or for a time), so "
            "it must be proposed again."
        )
    if reset.person.suspended_at is not None:
        return "The account is suspended: let it be used again first, or take this back."
    return ""


def who_hear_of_reset(reference: str, _now: datetime) -> list[User] | None:
    """Return who may hear that a second factor was reset: its person, IW leads and auditors.

    None where there is no such reset.
    """
    reset = FactorReset.objects.filter(reference=reference).first()
    if reset is None:
        return None
    watching = Q(role=Role.IW, is_lead=True) | Q(role=Role.AUDITOR) | Q(pk=reset.person_id)
    return list(User.objects.working().filter(watching))
