"""What of the files of shields waits for the IW Team at home."""

from datetime import datetime

from shielding.accounts.bulk import to_do
from shielding.accounts.bulk.models import Kind
from shielding.accounts.models import User
from shielding.hooks import Waiting


def waiting(person: User, now: datetime) -> list[Waiting]:
    """Return the line of the files that wait for a second member; nobody else has it."""
    if not person.is_iw:
        return []
    return [to_do.waiting("Shields to import", Kind.SHIELDS, "go_live", person, now)]
