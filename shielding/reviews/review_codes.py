"""Codes of a review: what a source answers, and why somebody asked for one between times."""

from django.db.models import TextChoices


class Answer(TextChoices):
    """What a review has of one source. The last three are not said by them."""

    STILL_NEEDED = "still_needed", "Still needed"
    NO_LONGER_NEEDED = "no_longer_needed", "No longer needed"
    NO_ANSWER = "no_answer", "No answer, so still needed"
    DECIDED_FIRST = "decided_first", "Decided before an answer was due"
    LET_GO = "let_go", "Their request ended meanwhile"


class Views(TextChoices):
    """Whether the views of the child and family were sought."""

    YES = "yes", "Yes"
    NO = "no", "No"
    NOT_SAFE = "not_safe", "It is not safe to ask them"


class SoughtBy(TextChoices):
    """Who sought them."""

    SOURCE = "source", "The practitioner"
    LEAD_PROFESSIONAL = "lead_professional", "The Lead Professional"


class FamilyTold(TextChoices):
    """Whether the family was told of the decision, of reviews and of complaints."""

    YES = "yes", "Yes, in a way that is safe"
    NOT_YET = "not_yet", "Not yet"
    NOT_SAFE = "not_safe", "It is not safe to tell them"


class Reason(TextChoices):
    """Why somebody asked for a review: read by the IW Team and auditors alone."""

    RISK_LOWER = "risk_lower", "The risk is lower"
    RISK_HIGHER = "risk_higher", "The risk is higher"
    WHEREABOUTS_KNOWN = "whereabouts_known", "The whereabouts have become known"
    NEW_ADDRESS = "new_address", "There is a new address"
    TURNING_18 = "turning_18", "The young person turns 18"
    CONSENT_GIVEN = "consent_given", "Consent was given"
    CONSENT_WITHDRAWN = "consent_withdrawn", "Consent was withdrawn"
    DATA_LOAD = "data_load", "Data was loaded on the system"
    COMPLAINT = "complaint", "There is a complaint"
