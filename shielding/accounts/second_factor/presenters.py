"""What the pages show of apps, keys and codes."""

from typing import Any

from django.conf import settings
from django.utils.safestring import mark_safe

from shielding.accounts.second_factor import factors, totp
from shielding.accounts.second_factor.models import Factor


def app_to_set_up(app: Factor) -> dict[str, Any]:
    """Return the picture that an app reads its secret from, and the secret as text beside it."""
    secret = factors.secret_of(app)
    address = totp.address(secret, person=app.person.email, service=settings.SERVICE_NAME)
    # Lines and numbers that segno drew, of what it was given not a letter.
    picture = mark_safe(totp.picture(address))  # noqa: S308
    return {"picture": picture, "secret": totp.in_fours(secret), "address": app.person.email}
