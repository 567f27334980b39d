"""What the core keeps: records and the holds on them; reviews and whom they ask."""

from shielding.accounts.suspensions import Suspension, SuspensionTold
from shielding.checks.data_loads.models import DataLoad
from shielding.checks.models import Check
from shielding.duty.models import DutyDay
from shielding.holds.hand_over.models import HandedOverHold, HandOver, HandOverTold
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
    "Check",
    "Consultation",
    "ConsultationQuerySet",
    "DataLoad",
    "DutyDay",
    "HandOver",
    "HandOverTold",
    "HandedOverHold",
    "Hold",
    "HoldQuerySet",
    "Record",
    "RecordQuerySet",
    "Review",
    "ReviewQuerySet",
    "Suspension",
    "SuspensionTold",
    "records_to_review",
    "with_last_words",
]
