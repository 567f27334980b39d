"""What the core keeps: records and the holds on them; reviews and whom they ask."""

from shielding.records.models import Hold, HoldQuerySet, Record, RecordQuerySet
from shielding.reviews.models import (
    Consultation,
    ConsultationQuerySet,
    Review,
    ReviewQuerySet,
    records_to_review,
    with_last_words,
)

__all__ = [
    "Consultation",
    "ConsultationQuerySet",
    "Hold",
    "HoldQuerySet",
    "Record",
    "RecordQuerySet",
    "Review",
    "ReviewQuerySet",
    "records_to_review",
    "with_last_words",
]
