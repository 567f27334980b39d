"""The token in a mailed link to say that something is wrong, made when the mail is delivered.

It names the reference under which one person was told, and nothing else; it is good for 28 days and
opens one page, which says the same whatever becomes of it. What was told of a hand-over opens
nothing of a suspension: each kind signs with a salt of its own.
"""

from datetime import timedelta

from django.core.signing import BadSignature, TimestampSigner

GOOD_FOR = timedelta(days=28)


def token_for(kind: str, reference: str) -> str:
    """Return the token that stands for whoever was told of this kind under this reference."""
    return _signer(kind).sign(reference)


def reference_of(kind: str, token: str) -> str:
    """Return the reference a token of this kind names; nothing if it is forged, torn or too old."""
    try:
        return _signer(kind).unsign(token, max_age=GOOD_FOR)
    except BadSignature:
        return ""


def _signer(kind: str) -> TimestampSigner:
    return TimestampSigner(salt=f"shielding.{kind}")
