"""The register: every record that is shielded or to be shielded, and what to notice of it."""

from typing import TYPE_CHECKING, TypedDict, cast

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from shielding.accounts.models import Service, User
from shielding.records import states
from shielding.records.models import Hold, Record
from shielding.reviews.models import Consultation
from shielding.reviews.review_codes import Answer

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations


class Flags(TypedDict):
    """What `in_register` adds to a record."""

    alone: bool
    unanswered: bool


def in_register(
    person: User, *, ground: str = "", service: Service | None = None
) -> "QuerySet[WithAnnotations[Record, Flags]]":
    """Return the records that are not open to all, the first due for review first.

    Each with `alone` (it has a claim that nobody at work answers for) and `unanswered` (its source
    gave no answer to the last review that was concluded). Narrowed to those with a standing claim
    of this ground, of this service, or of both. Records of one day are in order of their
    references: that of their making would put children asked for together side by side.
    """
    records = Record.objects.visible_to(person).exclude(state__in=states.OPEN_TO_ALL)
    of_this = Q(record=OuterRef("pk"))
    if ground or service:
        asked = Hold.objects.standing().filter(of_this)
        asked = asked.filter(ground=ground) if ground else asked
        records = records.filter(Exists(asked.filter(service=service) if service else asked))
    concluded = Consultation.objects.filter(
        hold=OuterRef("pk"), review__concluded_at__isnull=False
    ).order_by("-answered_at", "-id")
    silent = Hold.objects.standing().annotate(last=Subquery(concluded.values("answer")[:1]))
    found = records.annotate(
        alone=Exists(Hold.objects.without_practitioner().filter(of_this)),
        unanswered=Exists(silent.filter(of_this, last=Answer.NO_ANSWER)),
    ).order_by("review_due", "reference")
    # The same rows; only a cast names what was added to them.
    return cast("QuerySet[WithAnnotations[Record, Flags]]", found)
