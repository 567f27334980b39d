"""What of imports waits for whom at home."""

from datetime import datetime

from django.urls import reverse

from shielding.accounts.bulk.models import FileImport
from shielding.accounts.bulk.policies import to_upload_by
from shielding.accounts.models import User
from shielding.hooks import Waiting


def waiting(label: str, kind: str, page: str, person: User, now: datetime) -> Waiting:
    """Return the line of the imports of a kind that wait for a second member, or to be gone on."""
    imports = FileImport.objects.visible_to(person).of_kind(kind).open()
    return Waiting(label, reverse(page), imports, mine=to_upload_by(person, now))
