"""Factors of people, as the tests give them."""

import uuid
from datetime import UTC, datetime

import pyotp

from shielding.accounts.models import User
from shielding.accounts.second_factor import factors, recovery, totp
from shielding.accounts.second_factor.models import Factor, RecoveryCode

NOW = datetime(2026, 3, 2, 10, 0, 10, tzinfo=UTC)


def an_app(person: User, *, confirmed: bool = True) -> tuple[Factor, str]:
    """Return a person's new app and its secret."""
    app = factors.new_app(person, NOW)
    if confirmed:
        app.confirmed_at = NOW
        app.save(update_fields=["confirmed_at"])
    return app, factors.secret_of(app)


def code_of(secret: str, moment: datetime = NOW) -> str:
    """Return the code that an app shows at a moment."""
    return pyotp.HOTP(secret).at(totp.step_at(moment))


def recovery_codes(person: User, *, kept: bool = True) -> list[str]:
    """Return ten recovery codes of a person, kept or only shown yet."""
    batch = uuid.uuid4()
    codes = recovery.codes_of(batch)
    RecoveryCode.objects.bulk_create(
        RecoveryCode(
            person=person,
            batch=batch,
            digest=recovery.digest(one),
            made_at=NOW,
            kept_at=NOW if kept else None,
        )
        for one in codes
    )
    return codes
