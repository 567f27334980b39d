"""An account gets another email address: one proposes it, another phones the person and confirms.

Whoever has the address is sent the links for a password, so this is like making an account anew:
it has no password after it, and the new address is sent an invitation to choose one.
"""

from datetime import datetime, timedelta

from django.db import transaction

from logbook.days import really
from logbook.writing import log_entry
from shielding.accounts.actions import owe_invitation
from shielding.accounts.addresses import alone_with_addresses, why_not_this_address
from shielding.accounts.corrections import policies
from shielding.accounts.corrections.models import AddressChange
from shielding.accounts.history import Change, remember
from shielding.accounts.models import User
from shielding.accounts.second_factor import factors
from shielding.accounts.second_factor.models import FactorEnd
from shielding.accounts.second_person import NOT_SECOND_FOR
from shielding.accounts.sessions.ending import end_all
from shielding.accounts.sessions.session_codes import How
from shielding.notices.kinds import ADDRESS_CHANGED
from shielding.notices.notify import notify
from shielding.web import cells
from shielding.web.refusals import NotAllowed, Refused, WrongState

_SIGNS_IN_MEANWHILE = timedelta(seconds=30)  # longer than any page can take
SAME = "This is the email address they have."


def propose_address(person: User, address: str, *, by: User, now: datetime) -> AddressChange:
    """Propose another email address for an account; nothing changes before another confirms.

    Refuses whoever may not, oneself, a suspended account, the address it has, one that an account
    has or that no account gets, and while another proposal waits; one that nobody can confirm any
    more ends by this.
    """
    with transaction.atomic():
        alone_with_addresses()
        person = User.objects.locked(person.pk)[person.pk]
        by.refresh_from_db(fields=["is_active", "role"])
        if not policies.may_propose_address(by, person):
            raise NotAllowed("may_not_change_address")
        if person.suspended_at is not None:
            raise WrongState("suspended", "This account is suspended.")
        for waiting in AddressChange.objects.open().with_people().filter(person=person):
            if not policies.why_void(waiting):
                when = cells.moment(waiting.proposed_at, waiting.proposed_by)
                raise WrongState("already_proposed", f"Another address was proposed, {when}.")
            _end(waiting, by=by, now=now)
        address = _free(address, person)
        change = AddressChange.objects.create(
            person=person, address=address, proposed_at=now, proposed_by=by
        )
        log_entry(
            "address_change_proposed",
            by=by,
            at=now,
            reference=change.reference,
            person=person.uid,
        )
    return change


def confirm_address(change: AddressChange, *, phoned: bool, by: User, now: datetime) -> None:
    """Give an account the address that was proposed, once the person was phoned about it.

    Its password ends, its apps, keys and recovery codes, its sessions, and the links that were
    mailed: whoever read the address of before may have chosen or added them. The new address is
    sent an invitation. The old one is told, without the new one; the person, the IW leads and the
    auditors are. For 24 hours the account is no second person, and for three working days it
    withdraws nothing. Refuses whom `may_confirm_address` refuses, without the call, what was
    proposed by somebody who no longer works, and an address that somebody has by now.
    """
    with transaction.atomic():
        alone_with_addresses()
        change = _opened(change, by)
        if void := policies.why_void(change):
            raise WrongState("address_void", void)
        if not policies.may_confirm_address(by, change, now):
            raise NotAllowed("second_person", "Another colleague must confirm this, not you.")
        if not phoned:
            raise WrongState("not_phoned", "Phone them on a number from the directory first.")
        person, before = change.person, change.person.email
        _readdress(person, change.address, by=by, now=now)
        change.confirmed_at, change.confirmed_by = now, by
        change.save(update_fields=["confirmed_at", "confirmed_by"])
        # Under the name of who chose the address: who confirms only phoned.
        remember(person, Change.READDRESSED, by=change.proposed_by, now=now)
        owe_invitation(person, now)
        _tell_watchers(change, before, by=by, now=now)
        log_entry(
            "address_change_confirmed",
            by=by,
            at=now,
            reference=change.reference,
            person=person.uid,
            proposed_by=change.proposed_by.uid,
        )


def withdraw_address(change: AddressChange, *, by: User, now: datetime) -> None:
    """Take back an address that was proposed. Refuses one that was confirmed, and whoever could
    neither propose nor confirm it.
    """
    with transaction.atomic():
        change = _opened(change, by)
        if not policies.may_withdraw_address(by, change):
            raise NotAllowed("may_not_change_address")
        _end(change, by=by, now=now)


def _opened(change: AddressChange, by: User) -> AddressChange:
    """Return a proposal that waits, its row and its people's locked; who acts is read anew."""
    User.objects.locked(change.person_id, change.proposed_by_id, by.pk)
    waiting = AddressChange.objects.select_for_update(of=("self",)).with_people()
    change = waiting.get(pk=change.pk)
    by.refresh_from_db(fields=["is_active", "role", "is_lead", "second_person_from"])
    for at, who in (
        (change.confirmed_at, change.confirmed_by),
        (change.withdrawn_at, change.withdrawn_by),
    ):
        if at is not None:
            raise WrongState("decided", f"This was decided already: {cells.moment(at, who)}.")
    return change


def _free(address: str, person: User) -> str:
    """Return an address as it is stored; refuses one that this account has, or may not have."""
    address = User.objects.as_stored(address)
    if address == person.email:
        raise Refused("same_address", SAME)
    if User.objects.filter(email=address).exists():
        raise Refused("email_taken", "There is an account with this email address already.")
    if wrong := why_not_this_address(address, but=person):
        raise Refused("unfit_address", f"{wrong}.")
    return address


def _readdress(person: User, address: str, *, by: User, now: datetime) -> None:
    person.email = _free(address, person)
    # Whoever knew the password knew it by the address of before. With it ends every session, also
    # of who signs in by it this minute; `sessions_from` says why, in real time, whatever the demo's
    # clock shows.
    person.set_unusable_password()
    person.must_change_password = False
    person.end_sessions(really(now) + _SIGNS_IN_MEANWHILE)
    end_all(person, How.ACCOUNT, now=really(now))
    # Whoever had that password may have set up an app or a key by it.
    factors.end_all(person, FactorEnd.RESET, by=by, now=now)
    person.second_person_from = max(now + NOT_SECOND_FOR, person.second_person_from or now)
    person.save(
        update_fields=[
            "email", "password", "must_change_password", "sessions_from", "second_person_from",
        ]
    )  # fmt: skip


def _tell_watchers(change: AddressChange, before: str, *, by: User, now: datetime) -> None:
    """Owe the old address the word that it is another now, and all who watch over accounts."""
    reference, kind = change.reference, "address_confirmed"
    notify(ADDRESS_CHANGED, reference, recipients=[], mailboxes=[before], now=now, mentions="")
    watching = policies.who_hear_of_address(reference, now) or []
    known = {one.pk: one for one in watching if one.pk not in (by.pk, change.person_id)}
    notify(kind, reference, recipients=known.values(), now=now)
    notify(kind, reference, recipients=[change.person], now=now, mentions="")


def _end(change: AddressChange, *, by: User, now: datetime) -> None:
    change.withdrawn_at, change.withdrawn_by = now, by
    change.save(update_fields=["withdrawn_at", "withdrawn_by"])
    log_entry(
        "address_change_withdrawn",
        by=by,
        at=now,
        reference=change.reference,
        person=change.person.uid,
    )
