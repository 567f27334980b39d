"""The token in a mailed link to say that a hand-over is wrong, made when the mail is delivered.

It names the reference under which one person was told, and nothing else; it is good for 28 days and
opens one page, which says the same whatever becomes of it.
"""

from datetime import timedelta

from django.core.signing import BadSignature, TimestampSigner

GOOD_FOR = timedelta(days=28)
_SIGNER = TimestampSigner(salt="shielding.hand_over")


def token_for(reference: str) -> str:
    """Return the token that stands for whoever was told under this reference."""
    return _SIGNER.sign(reference)


def reference_of(token: str) -> str:
    """Return the reference a token names; nothing for one that is forged, torn or too old."""
    try:
        return _SIGNER.unsign(token, max_age=GOOD_FOR)
    except BadSignature:
        return ""
