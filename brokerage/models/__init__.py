"""Access requests and who has a part in them; what their sources are asked, and say."""

from brokerage.models.access import (
    REASON_LENGTH,
    TO_READ,
    AccessRequest,
    AccessRequestQuerySet,
    Participation,
    granted_on,
    two_people,
)
from brokerage.models.liaisons import Liaison, LiaisonQuerySet

__all__ = [
    "REASON_LENGTH",
    "TO_READ",
    "AccessRequest",
    "AccessRequestQuerySet",
    "Liaison",
    "LiaisonQuerySet",
    "Participation",
    "granted_on",
    "two_people",
]
