"""How a practitioner is known to be involved with a child. Process document, step 3."""

from django.db.models import TextChoices


class Involvement(TextChoices):
    ON_RECORD = "on_record", "Their service is on the record"
    MANAGER_CONFIRMED = "manager_confirmed", "Their manager confirmed it on a directory number"
