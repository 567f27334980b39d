"""What an account is for: one role each."""

from django.db import models


class Role(models.TextChoices):
    """One account has one role. Line manager is no role but a relation between people."""

    PRACTITIONER = "practitioner", "Practitioner"
    IW = "iw", "IW Team"
    AUDITOR = "auditor", "Auditor"
    ADMINISTRATOR = "administrator", "Technical administrator"
