"""Codes of how a record ended, and of how another authority's receipt came."""

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
    MAIL = "mail", "By letter or email"
