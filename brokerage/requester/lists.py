"""A practitioner's own access requests: the drafts to finish, and those they sent.

Each is one queryset, for the home page's count, for the list behind it, and for nothing else to
disagree with. Ordered by what the practitioner did; never by what the IW Team does.
"""

from brokerage.models import AccessRequest, AccessRequestQuerySet
from shielding.accounts.models import User

# So many are shown of a list on a page of several; the rest is behind a link.
A_GLANCE = 5


def drafts_of(user: User) -> AccessRequestQuerySet:
    """Return what a practitioner began and has not sent, the latest first."""
    drafts = AccessRequest.objects.visible_to(user).drafts_of(user)
    return drafts.order_by("-created_at", "-id")


def sent_by(user: User) -> AccessRequestQuerySet:
    """Return a practitioner's requests that are no drafts, the latest first."""
    sent = AccessRequest.objects.visible_to(user).sent()
    return sent.order_by("-submitted_at", "-id")
