"""Access requests and who has a part in them; what their sources are asked, and say."""

from brokerage.models.access import (
    TO_READ,
    AccessRequest,
    AccessRequestQuerySet,
    Participation,
    granted_on,
    running_on,
)
from brokerage.models.liaisons import SPEAKS_AGAINST, Liaison, LiaisonQuerySet, is_disowned

__all__ = [
    "SPEAKS_AGAINST",
    "TO_READ",
    "AccessRequest",
    "AccessRequestQuerySet",
    "Liaison",
    "LiaisonQuerySet",
    "Participation",
    "granted_on",
    "is_disowned",
    "running_on",
]
