"""Codes of why somebody looks for a record by its number: the IW Team's, and an auditor's."""

from django.db.models import TextChoices

from shielding.accounts.models import User
from shielding.records import opening


class Purpose(TextChoices):
    """What is said before a record is found by number."""

    PHONE_CALL = opening.PHONE_CALL, "Somebody phoned about this record"
    NEW_INFORMATION = opening.NEW_INFORMATION, "New information from police or social care"
    DATA_CHECK = opening.DATA_CHECK, "A check of the data, or for a duplicate record"
    AUDIT = "audit", "An auditor asked"
    AUDITING = "auditing", "An audit"
    COMPLAINT = "complaint", "A complaint or an investigation"
    SUBJECT_ACCESS = "subject_access", "A subject access request"


_AUDITORS = (Purpose.AUDITING, Purpose.COMPLAINT, Purpose.SUBJECT_ACCESS)


def purposes_of(user: User) -> list[Purpose]:
    """Return the purposes a person may give: an auditor their own, the IW Team all but the audit.

    Nobody else looks for a record.
    """
    if user.is_auditor:
        return list(_AUDITORS)
    return [one for one in Purpose if one != Purpose.AUDITING] if user.is_iw else []
