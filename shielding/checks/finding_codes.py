"""Codes of what a look at a record on the system found."""

from django.db.models import TextChoices


class Finding(TextChoices):
    """What a member found who looked at a record on the system, wherever it is attested.

    A duplicate is a code on this record alone: the other number comes in as a request of its own,
    and nothing says that the two belong together.
    """

    SHIELDED = (
        "shielded",
        "It is shielded; no duplicate or unmatched unshielded record was found",
    )
    DUPLICATE = (
        "duplicate",
        "It is shielded; a duplicate or unmatched unshielded record was found",
    )
    OPEN = "open", "It is open: it can be found there"
    NOT_FOUND = "not_found", "There is no record with this number"


# With these the record itself is shielded.
IS_SHIELDED = (Finding.SHIELDED, Finding.DUPLICATE)


class FoundOpen(TextChoices):
    """Said by whoever attests that a record is shielded after an unshield that did not end."""

    NEVER_OPENED = "never_opened", "I checked: it was never opened"
    SHIELDED_AGAIN = "shielded_again", "It had been opened, and I shielded it again"
