"""Where the reference of a file of shields leads."""

from django.urls import reverse

from shielding.accounts.bulk.models import FileImport, Kind
from shielding.accounts.models import User


def page_of_reference(reference: str, user: User) -> str:
    """Return the page of the import so named, for a member of the IW Team, else ""."""
    imports = FileImport.objects.visible_to(user).of_kind(Kind.SHIELDS)
    found = imports.filter(reference=reference).exists()
    return reverse("go_live_one", args=[reference]) if found else ""
