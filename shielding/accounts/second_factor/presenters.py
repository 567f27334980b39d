"""What the pages show of apps, keys and codes."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils.safestring import mark_safe

from shielding.accounts.second_factor import factors, totp
from shielding.accounts.second_factor.models import Factor
from shielding.filled import filled


def app_to_set_up(app: Factor) -> dict[str, Any]:
    """Return the picture that an app reads its secret from, and the secret as text beside it."""
    secret = factors.secret_of(app)
    address = totp.address(secret, person=app.person.email, service=settings.SERVICE_NAME)
    # Lines and numbers that segno drew, of what it was given not a letter.
    # Squares alone: what is in the address is drawn by the library and not written.
    picture = mark_safe(totp.picture(address))  # noqa: S308 - as said
    return {"picture": picture, "secret": totp.in_fours(secret), "address": app.person.email}


@dataclass(frozen=True)
class OwnFactor:
    """One app or key as its owner's page lists it: by its date, for nobody names theirs."""

    uid: UUID
    words: str
    added: datetime
    used: datetime | None
    hidden: str


def own_rows(found: list[Factor]) -> list[OwnFactor]:
    """Return a person's apps and keys for their own page."""
    return [
        OwnFactor(
            one.uid,
            str(one.get_kind_display()),
            filled(one.confirmed_at),
            one.last_used_at,
            f"{one.get_kind_display()}, number {number}",
        )
        for number, one in enumerate(found, start=1)
    ]
