"""Codes of an authenticator app: six digits of each half minute (RFC 6238), by pyotp.

Which half minute a code is of is ours to know, so that it is taken once: `factors.take_code`.
"""

import io
import re
from datetime import datetime
from urllib.parse import quote

import pyotp
import segno
from django.utils.crypto import constant_time_compare

SECONDS = 30
# The one before and the one after, for clocks that differ: NIST SP 800-63B allows no more.
_NEAR = (1, 0, -1)
_CODE = re.compile(r"[0-9]{6}")


def new_secret() -> str:
    """Return a fresh secret of 160 bits, in the letters that apps take."""
    return pyotp.random_base32(32)


def step_at(moment: datetime) -> int:
    """Return the half minute of a moment, counted from 1970."""
    return int(moment.timestamp()) // SECONDS


def steps_of(secret: str, code: str, moment: datetime) -> list[int]:
    """Return of which half minutes near a moment this is the code, the latest first.

    All three are compared, so that how long it takes tells nothing.
    """
    counted, now = pyotp.HOTP(secret), step_at(moment)
    near = [now + away for away in _NEAR if now + away >= 0]
    same = [constant_time_compare(counted.at(step), code) for step in near]
    return [step for step, is_it in zip(near, same, strict=True) if is_it]


def as_typed(text: str) -> str:
    """Return the six digits that were typed, however they were spaced, or "" if they are none."""
    digits = re.sub(r"[\s-]", "", text)
    return digits if _CODE.fullmatch(digits) else ""


def address(secret: str, *, person: str, service: str) -> str:
    """Return what an app reads from the picture: the secret, and what it calls it."""
    label = quote(f"{service}:{person}", safe="")
    return f"otpauth://totp/{label}?secret={secret}&issuer={quote(service, safe='')}"


def picture(address: str) -> str:
    """Return the picture of an address as SVG for inside a page: no style, no script."""
    out = io.BytesIO()
    plain = {"xmldecl": False, "svgns": False, "svgclass": None, "lineclass": None}
    segno.make(address, error="m", micro=False).save(out, kind="svg", scale=4, border=4, **plain)
    return out.getvalue().decode()


def in_fours(secret: str) -> str:
    """Return a secret as it is typed off a page: in groups of four."""
    return " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))
