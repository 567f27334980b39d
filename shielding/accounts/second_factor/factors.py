"""What opens an account besides the password: which factors stand, and taking each thing once."""

from collections.abc import MutableMapping
from datetime import datetime
from enum import Enum, auto
from typing import Any

from django.db.models import Q

from shielding import sealing
from shielding.accounts.models import User
from shielding.accounts.second_factor import recovery, totp, webauthn
from shielding.accounts.second_factor.models import Factor, FactorEnd, FactorKind, RecoveryCode
from shielding.filled import filled

# More are no safer: each is one more to lose.
MOST = 6
_SECRET = "accounts_factor.sealed"  # noqa: S105 - a table and its column


class Taken(Enum):
    """What became of a code: taken now, taken before, or none of this person's."""

    YES = auto()
    BEFORE = auto()
    NO = auto()


def has_factor(person: User) -> bool:
    """Return whether anything but the password opens this account."""
    return Factor.objects.standing().filter(person=person).exists()


def had_any(person: User) -> bool:
    """Return whether anything but the password ever opened this account."""
    return Factor.objects.filter(person=person, confirmed_at__isnull=False).exists()


def standing(person: User) -> list[Factor]:
    """Return a person's factors that stand, the oldest first."""
    return list(Factor.objects.standing().of(person))


def new_app(person: User, now: datetime) -> Factor:
    """Return an app that is to be set up: its secret is sealed here, and opens nothing yet."""
    app = Factor(person=person, kind=FactorKind.APP, made_at=now)
    app.sealed = sealing.seal(totp.new_secret(), place=_SECRET, row=app.uid)
    app.save(force_insert=True)
    return app


def app_to_confirm(person: User, uid: str | None) -> Factor | None:
    """Return a person's app of this name, if it is still to be confirmed by its first code."""
    waits = Factor.objects.filter(person=person, confirmed_at=None, ended_at=None).apps()
    return waits.filter(uid=uid).first() if uid else None


def secret_of(app: Factor) -> str:
    """Return the secret of an app in clear, for the page that sets it up and to compare codes."""
    return sealing.unseal(bytes(filled(app.sealed)), place=_SECRET, row=app.uid)


def take_code(person: User, code: str, now: datetime, real: datetime) -> Taken:
    """Take a code of one of a person's apps: of two at once, and ever after, only the first.

    `real` is the time by which apps count.
    """
    before = False
    for app in Factor.objects.standing().apps().of(person):
        for step in totp.steps_of(secret_of(app), code, real):
            if take_step(app, step, now):
                return Taken.YES
            before = True
    return Taken.BEFORE if before else Taken.NO


def take_step(app: Factor, step: int, now: datetime) -> bool:
    """Take the code of a half minute; False where that one, or a later one, was taken before."""
    later = Factor.objects.filter(Q(last_step=None) | Q(last_step__lt=step), pk=app.pk)
    return bool(later.filter(ended_at=None).update(last_step=step, last_used_at=now))


def take_recovery_code(person: User, code: str, now: datetime) -> bool:
    """Take one of a person's recovery codes: of two at once, and ever after, only the first."""
    good = RecoveryCode.objects.good().filter(person=person, digest=recovery.digest(code))
    return bool(good.update(used_at=now))


def take_signature(
    session: MutableMapping[str, Any], person: User, answer: Any, now: datetime, real: datetime
) -> webauthn.Signed:
    """Take what one of a person's keys signed. Raises NotSigned, and Copied: see webauthn.py."""
    signed = webauthn.signed(session, person, keys_of(person), answer, real)
    key = Factor.objects.standing().filter(person=person, credential_id=signed.credential_id)
    if signed.sign_count:
        key = key.filter(sign_count__lt=signed.sign_count)
    if not key.update(sign_count=signed.sign_count, last_used_at=now):
        raise webauthn.Copied  # another took this count meanwhile
    return signed


def keys_of(person: User) -> list[webauthn.Key]:
    """Return a person's keys as they sign."""
    found = Factor.objects.standing().keys().of(person)
    rows = found.values_list("credential_id", "public_key", "sign_count")
    return [
        webauthn.Key(bytes(name or b""), bytes(key or b""), count or 0) for name, key, count in rows
    ]


def codes_left(person: User) -> int:
    """Return how many recovery codes of a person are still good."""
    return RecoveryCode.objects.good().filter(person=person).count()


def kept_codes(person: User) -> bool:
    """Return whether a person has said to have kept recovery codes, used up or not."""
    kept = RecoveryCode.objects.filter(person=person, kept_at__isnull=False, ended_at=None)
    return kept.exists()


def codes_to_keep(person: User) -> list[str]:
    """Return the codes that a person has been given and not said to have kept, in clear."""
    batch = RecoveryCode.objects.to_keep().filter(person=person).values_list("batch", flat=True)
    first = batch.first()
    return recovery.codes_of(first) if first else []


def end_all(person: User, how: FactorEnd, *, by: User, now: datetime) -> None:
    """End every factor and every recovery code of a person. A part of an act."""
    factors = Factor.objects.filter(person=person, ended_at=None)
    factors.update(ended_at=now, ended_by=by, ended_how=how)
    RecoveryCode.objects.filter(person=person, ended_at=None).update(ended_at=now)
