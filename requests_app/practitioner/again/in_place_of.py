"""What the page of a request entered in error says, so that another is sent in its place.

Nothing of it is stored: it would link the two.
"""

from datetime import timedelta

from django.core.signing import BadSignature, TimestampSigner

from requests_app.models import Request
from shielding.accounts.models import User

# As long as what somebody gave on a page is kept where their session ended.
GOOD_FOR = timedelta(hours=12)
_SIGNER = TimestampSigner(salt="in place of one entered in error")


def signed(request: Request, by: User) -> str:
    """Return the value that says that this person is about to take this request back."""
    return _SIGNER.sign(_said(request, by))


def is_signed(value: str, request: Request, by: User) -> bool:
    """Return whether it says so: of this request, by this person, and not too long ago."""
    try:
        return _SIGNER.unsign(value, max_age=GOOD_FOR) == _said(request, by)
    except BadSignature:
        return False


def _said(request: Request, by: User) -> str:
    return f"{by.uid}/{request.uid}"
