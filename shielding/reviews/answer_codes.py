"""Codes of what a source answers to a review."""

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
