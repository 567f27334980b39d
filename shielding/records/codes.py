"""Codes of a record: how it ended, what a look found, and why somebody looks for it."""

from dataclasses import dataclass

from django.db.models import TextChoices


@dataclass(frozen=True)
class End:
    """One end of a record: its code and its words."""

    code: str
    label: str


ENDS = (
    End("moved_away", "The child moved to another authority, which now keeps the shield"),
    End("archived", "The record was archived at 18, or at 25"),
    End("merged_duplicate", "The record was a duplicate and was merged into another"),
    End("died", "The child or young person has died"),
)
END = {end.code: end for end in ENDS}
CHOICES = [(end.code, end.label) for end in ENDS]
MOVED_AWAY = "moved_away"


class ReceiptCame(TextChoices):
    """How the other authority said that it keeps the shield now; never which authority it is."""

    PHONE = "phone", "By phone"
    MAIL = "mail", "By letter or e-mail"


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


class Purpose(TextChoices):
    """What a member of the IW Team says before a record is found by number."""

    PHONE_CALL = "phone_call", "Somebody phoned about this record"
    NEW_INFORMATION = "new_information", "New information from police or social care"
    DATA_CHECK = "data_check", "A check of the data, or for a duplicate record"
    AUDIT = "audit", "An auditor asked"
    COMPLAINT = "complaint", "A complaint or an investigation"
    SUBJECT_ACCESS = "subject_access", "A subject access request"


# A record opened from a list or from a request needs no other reason: the item is the reason.
WORK_ITEM = "work_item"
