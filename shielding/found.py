"""What a look at the shielded system found: a record may have been opened there meanwhile."""

from django.db.models import TextChoices


class FoundOpen(TextChoices):
    """Said by whoever attests that a record is shielded after an unshield that did not end."""

    NEVER_OPENED = "never_opened", "I checked: it was never opened"
    SHIELDED_AGAIN = "shielded_again", "It had been opened, and I shielded it again"
