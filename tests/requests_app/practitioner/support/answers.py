"""What a source says on the pages of an own request."""

from django.utils import timezone

from requests_app.models import Request
from shielding import clock
from shielding.models import Hold
from shielding.reviews import actions as review_actions
from tests.support.shielded_records import shielded_for

NEEDED = {
    "answer": "still_needed",
    "views": "yes",
    "sought_by": "source",
    "family_told": "yes",  # what a first review asks besides
}
NOT_NEEDED = {"answer": "no_longer_needed", "views": "no", "family_told": "not_safe"}
# A six-monthly or an added review asks nothing of that.
NEEDED_LATER = {name: said for name, said in NEEDED.items() if name != "family_told"}
LEFT = {"own_systems_unshielded": "on", "family": "told"}
SECOND = {"views": "no", "sought_by": "", "family_told": "not_safe", **LEFT}


def agreed(person):
    """Return this person's request, agreed and attested as applied just now."""
    (hold,) = shielded_for(person, now=timezone.now())
    return Request.objects.get(hold=hold)


def asked_again(person):
    """Return such a request whose record's six-monthly review is open, and that review."""
    request = agreed(person)
    today = clock.today(timezone.now())
    Hold.objects.filter(pk=request.hold_id).update(review_due=today)
    (review,) = review_actions.open_reviews_of(request.record, now=timezone.now())
    return request, review
