"""Codes of why a member of the IW Team looks for a record by its number."""

from django.db.models import TextChoices

from shielding.records import opening


class Purpose(TextChoices):
    """What a member of the IW Team says before a record is found by number."""

    PHONE_CALL = "phone_call", "Somebody phoned about this record"
    NEW_INFORMATION = "new_information", "New information from police or social care"
    DATA_CHECK = opening.DATA_CHECK, "A check of the data, or for a duplicate record"
    AUDIT = "audit", "An auditor asked"
    COMPLAINT = "complaint", "A complaint or an investigation"
    SUBJECT_ACCESS = "subject_access", "A subject access request"
