"""What a member of the IW Team says of their work: "I have it"."""

from datetime import datetime

from django.db import transaction

from logbook.writing import log_entry
from shielding.accounts.models import User
from shielding.duty import policies
from shielding.hooks import DutyItem
from shielding.web.refusals import NotAllowed, WrongState


def take(item: DutyItem, *, by: User, now: datetime) -> None:
    """Say that one has a piece of work: an entry, which its pages show to colleagues for a while.

    Nothing is locked, no alert is ended, and a colleague may take it over: then theirs is the later
    entry. Refuses anybody outside the IW Team, and what is done. Process document, step 4.
    """
    with transaction.atomic():
        by.refresh_from_db(fields=["is_active", "role"])
        if not policies.may_take(by):
            raise NotAllowed()
        if not item.waits:
            raise WrongState("nothing_to_do", "There is nothing left to do here.")
        log_entry(
            "duty_taken",
            by=by,
            at=now,
            reference=item.reference,
            record_reference=item.record,
        )
