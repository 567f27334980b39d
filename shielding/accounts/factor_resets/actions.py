"""Taking off a second factor that was lost: the person sets up another with three things.

Their password, the link that is mailed, and a code that they are told on the phone. Until then they
have no way in; afterwards they are nobody's second person for 24 hours.
"""

from datetime import datetime

from django.db import transaction

from logbook.days import really
from logbook.writing import log_entry
from shielding.accounts.factor_resets import policies
from shielding.accounts.factor_resets.models import FactorReset
from shielding.accounts.history import Change, remember
from shielding.accounts.models import User
from shielding.accounts.second_factor import factors
from shielding.accounts.second_factor.models import FactorEnd
from shielding.accounts.second_person import NOT_SECOND_FOR
from shielding.accounts.sessions.ending import end_for_good
from shielding.accounts.sessions.session_codes import How
from shielding.notices.notify import notify
from shielding.web import cells
from shielding.web.refusals import NotAllowed, WrongState


def reset_factor(person: User, *, phoned: bool, by: User, now: datetime) -> FactorReset:
    """Take off a practitioner's second factor, who is on the phone, and return the reset.

    Refuses whoever may not, a suspended account, and without the call.
    """
    with transaction.atomic():
        person = _locked(person, by)
        if not policies.may_reset(by, person, now):
            raise NotAllowed("may_not_reset")
        _refuse(person, phoned=phoned)
        reset = FactorReset.objects.create(
            person=person, proposed_at=now, proposed_by=by, done_at=now
        )
        _take_off(reset, by=by, now=now)
        log_entry(
            "factor_reset",
            by=by,
            at=now,
            reference=reset.reference,
            person=person.uid,
            proposed_by=by.uid,
        )
    return reset


def propose_reset(person: User, *, by: User, now: datetime) -> FactorReset:
    """Propose the reset of anybody but a practitioner; nothing changes before a lead confirms.

    Refuses whoever may not, oneself, a suspended account, and while another proposal waits; one
    that nobody can confirm any more ends by this.
    """
    with transaction.atomic():
        person = _locked(person, by)
        if not policies.may_propose_reset(by, person):
            raise NotAllowed("may_not_reset")
        _refuse(person, phoned=True)
        for waiting in FactorReset.objects.open().with_people().filter(person=person):
            if not policies.why_void(waiting):
                when = cells.moment(waiting.proposed_at, waiting.proposed_by)
                raise WrongState("already_proposed", f"This was proposed already, {when}.")
            _end(waiting, by=by, now=now)
        reset = FactorReset.objects.create(person=person, proposed_at=now, proposed_by=by)
        log_entry(
            "factor_reset_proposed",
            by=by,
            at=now,
            reference=reset.reference,
            person=person.uid,
        )
    return reset


def confirm_reset(reset: FactorReset, *, phoned: bool, by: User, now: datetime) -> None:
    """Take off the second factor as proposed, the person being on the phone.

    Refuses whom `may_confirm_reset` refuses, without the call, and what is void.
    """
    with transaction.atomic():
        reset = _opened(reset, by)
        if void := policies.why_void(reset):
            raise WrongState("reset_void", void)
        if not policies.may_confirm_reset(by, reset, now):
            raise NotAllowed("second_person", "Another colleague must confirm this, not you.")
        _refuse(reset.person, phoned=phoned)
        reset.confirmed_at, reset.confirmed_by, reset.done_at = now, by, now
        reset.save(update_fields=["confirmed_at", "confirmed_by", "done_at"])
        _take_off(reset, by=by, now=now)
        log_entry(
            "factor_reset",
            by=by,
            at=now,
            reference=reset.reference,
            person=reset.person.uid,
            proposed_by=reset.proposed_by.uid,
        )


def withdraw_reset(reset: FactorReset, *, by: User, now: datetime) -> None:
    """Take a proposal back. Refuses one that was decided, and whoever may not."""
    with transaction.atomic():
        reset = _opened(reset, by)
        if not policies.may_withdraw_reset(by, reset):
            raise NotAllowed("may_not_reset")
        _end(reset, by=by, now=now)


def _locked(person: User, by: User) -> User:
    people = User.objects.locked(person.pk, by.pk)
    by.refresh_from_db(fields=["is_active", "role", "is_lead", "second_person_from"])
    return people[person.pk]


def _opened(reset: FactorReset, by: User) -> FactorReset:
    """Return a proposal that waits, its row and its people's locked; who acts is read anew."""
    User.objects.locked(reset.person_id, reset.proposed_by_id, by.pk)
    waiting = FactorReset.objects.select_for_update(of=("self",)).with_people()
    reset = waiting.get(pk=reset.pk)
    by.refresh_from_db(fields=["is_active", "role", "is_lead", "second_person_from"])
    if not reset.is_open:
        raise WrongState("decided", "This was decided already.")
    return reset


def _refuse(person: User, *, phoned: bool) -> None:
    if person.suspended_at is not None:
        raise WrongState("suspended", "This account is suspended.")
    if not phoned:
        raise WrongState("not_phoned", "Phone them on a number from the directory first.")


def _take_off(reset: FactorReset, *, by: User, now: datetime) -> None:
    """End factors, codes and sessions; whoever did it could act as the person from now on."""
    person = User.objects.get(pk=reset.person_id)
    factors.end_all(person, FactorEnd.RESET, by=by, now=now)
    end_for_good(person, How.ACCOUNT, now=really(now))
    person.second_person_from = max(now + NOT_SECOND_FOR, person.second_person_from or now)
    person.save(update_fields=["sessions_from", "second_person_from"])
    remember(person, Change.FACTOR_RESET, by=by, now=now)
    told = policies.who_hear_of_reset(reset.reference, now) or []
    notify("factor_reset", reset.reference, recipients=told, now=now, mentions="")


def _end(reset: FactorReset, *, by: User, now: datetime) -> None:
    reset.withdrawn_at, reset.withdrawn_by = now, by
    reset.save(update_fields=["withdrawn_at", "withdrawn_by"])
    log_entry(
        "factor_reset_withdrawn", by=by, at=now, reference=reset.reference, person=reset.person.uid
    )
