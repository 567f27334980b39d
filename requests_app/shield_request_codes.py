"""The closed lists of a request to shield: what the product stores instead of sentences."""

from django.db.models import TextChoices


class Origin(TextChoices):
    FAMILY = "family", "The family asked"
    PRACTITIONER = "practitioner", "I identified the need"


class AskedBy(TextChoices):
    PARENT_CARER = "parent_carer", "A parent or carer"
    YOUNG_PERSON = "young_person", "The child or young person"


class Explained(TextChoices):
    REASONS = "reasons", "Why records are shielded"
    SENSITIVE = "sensitive", "How shielding differs from sensitive services"
    DISADVANTAGES = "disadvantages", "The disadvantages of shielding a record"


class NotGround(TextChoices):
    OBJECTION = "objection", "They object to the system in principle"
    WELL_KNOWN = "well_known", "The child, young person, parent or carer is merely well known"
    WHEREABOUTS = (
        "whereabouts",
        "Their whereabouts are already known, also to the person who poses the risk",
    )


class Decision(TextChoices):
    SHIELD = "shield", "Shield the record"
    CONSIDERED = "considered", "Considered, not shielded"


class ConsideredReason(TextChoices):
    OBJECTION = "objection", "Objection in principle only"
    WELL_KNOWN = "well_known", "Well known, but not at risk"
    WHEREABOUTS = "whereabouts", "The whereabouts are already known"
    NO_INCREASED_RISK = "no_increased_risk", "Being found would not increase the risk"
    OTHER_PROTECTION = "other_protection", "Other protection is enough"
    DISADVANTAGES = "disadvantages", "The disadvantages outweigh the protection"
    FAMILY_CHANGED_MIND = "family_changed_mind", "The family no longer asks for it"


class OwnSystem(TextChoices):
    YES = "yes", "Yes, they are shielded"
    NOT_APPLICABLE = "not_applicable", "Not applicable: we hold no record that shows whereabouts"


class LeadProfessional(TextChoices):
    ME = "me", "Me"
    SOMEONE_ELSE = "someone_else", "Someone else"
    NONE = "none", "None is appointed"


class FamilyTold(TextChoices):
    DONE = "done", "Yes, I have told them, in a way that is safe"
    WILL = "will", "Not yet: I will, in a way that is safe, and confirm it here"
    NOT_SAFE = "not_safe", "No: it is not safe to tell them"


class Query(TextChoices):
    GROUND_UNCLEAR = "ground_unclear", "The ground does not fit what the IW Team was told"
    NUMBER = "number", "Check the record number with the IW Team"
    INVOLVEMENT = "involvement", "The IW Team cannot confirm that you are involved"
    POINTS = "points", "Look at the points to consider again with your line manager"
    PLEASE_PHONE = "please_phone", "Please phone the IW Team"


class LookAgain(TextChoices):
    RISK = "risk", "The risk may be higher than the reason suggests"
    REASON = "reason", "The reason does not fit the answers"
    PLEASE_PHONE = "please_phone", "Please phone the IW Team"


class NotAgreedReason(TextChoices):
    OBJECTION = "objection", "Objection in principle only"
    WELL_KNOWN = "well_known", "Merely well known"
    WHEREABOUTS = "whereabouts", "The whereabouts are already known"
    NOT_INVOLVED = "not_involved", "The practitioner is not involved with the child"
    NO_SUCH_RECORD = "no_such_record", "No such record exists"


class Caller(TextChoices):
    PRACTITIONER = "practitioner", "A practitioner with an account"
    GP = "gp", "A GP, without an account"
    POLICE = "police", "A police officer, without an account"
    OTHER = "other", "Another practitioner, without an account"


class Redirected(TextChoices):
    HEALTH_VISITOR = "health_visitor", "Health visitor"
    TEACHER = "teacher", "Teacher"
    DOCTOR = "doctor", "Doctor"
    SOCIAL_WORKER = "social_worker", "Social worker"
    OTHER = "other", "Another practitioner they know"
