"""Opening a record or a source's claim: who sees it, and the entry that says somebody did."""

from datetime import datetime, timedelta

from django.utils import timezone

from logbook.guarded import SignedIn
from logbook.writing import log_entry_alone
from shielding.records.models import Hold, Record
from shielding.web.access import found_or_404

# A record opened from a list or from a request needs no other reason: the item is the reason. The
# list to check again after a data load has its own.
WORK_ITEM, DATA_CHECK = "work_item", "data_check"
# Where the reasons are kept for which records were opened: the last few, so that two windows do not
# ask in turn, and none for longer than an hour.
REASONS = "record_found"
MOST_REASONS = 5
A_REASON_LASTS = timedelta(minutes=60)


def find(request: SignedIn, reference: str) -> Record:
    """Return a record for an act that shows no page of it; else the page "not found"."""
    people = ("applied_by", "unshield_begun_by", "end_proposed_by", "closed_by")
    records = Record.objects.visible_to(request.user).select_related(*people)
    return found_or_404(request, records, reference=reference)


def note_opened(request: SignedIn, record: Record, *, item: str = WORK_ITEM) -> None:
    """Write the entry that the record is opened, and why; before its page is shown.

    `item` is what it is opened for where it was not found by its number.
    """
    log_entry_alone(
        "record_opened",
        by=request.user,
        at=timezone.now(),
        record_reference=record.reference,
        purpose=_purpose(request, record, item),
    )


def keep_reason(request: SignedIn, reference: str, purpose: str, now: datetime) -> None:
    """Keep why a record is opened, for its pages within the hour."""
    others = [one for one in _reasons(request, now) if one["reference"] != reference]
    this = {"reference": reference, "purpose": purpose, "at": now.isoformat()}
    request.session[REASONS] = [this, *others][:MOST_REASONS]


def open_hold(request: SignedIn, reference: str) -> Hold:
    """Return a source's claim whose page follows: opening it is an entry."""
    holds = Hold.objects.visible_to(request.user).select_related("record", "source", "service")
    hold = found_or_404(request, holds, reference=reference)
    log_entry_alone(
        "request_opened",
        by=request.user,
        at=timezone.now(),
        reference=reference,
        record_reference=hold.record.reference,
    )
    return hold


def _purpose(request: SignedIn, record: Record, item: str) -> str:
    """Return why the record is opened: the reason that was given for it within the hour, if any."""
    for one in _reasons(request, timezone.now()):
        if one["reference"] == record.reference:
            return one["purpose"]
    return item


def _reasons(request: SignedIn, now: datetime) -> list[dict[str, str]]:
    """Return the reasons that still count, the latest first."""
    kept = request.session.get(REASONS)
    # A session of before this version has one reason here, without its time.
    kept = kept if isinstance(kept, list) else []
    return [one for one in kept if now - datetime.fromisoformat(one["at"]) < A_REASON_LASTS]
