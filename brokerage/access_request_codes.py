"""The closed lists of an access request: what the product stores instead of sentences."""

from django.db.models import TextChoices


class Purpose(TextChoices):
    SAFEGUARDING = "safeguarding", "Safeguarding enquiry"
    ASSESSMENT = "assessment", "Assessment"
    CONTINUITY = "continuity", "Continuity of service"
    HEALTH = "health", "Health need"
    EDUCATION = "education", "Education placement"
    COURT = "court", "Court or statutory duty"
    OTHER_AGREED = "other_agreed", "Another purpose, agreed with the IW Team"


class Sought(TextChoices):
    """Never an address or an identity: those do not pass through this product."""

    CONTACT = "contact", "To be contacted"
    MESSAGE = "message", "A message passed on"
    INVOLVEMENT = "involvement", "Confirmation that someone is involved"


class Need(TextChoices):
    """What cannot be done without it: as much of a reason as is told or kept."""

    VISIT = "visit", "Arrange a visit or appointment"
    ASSESSMENT = "assessment", "Complete an assessment by its date"
    CONCERN = "concern", "Pass on a concern"
    ONE_PLAN = "one_plan", "Agree one plan"
    SERVICE = "service", "Keep a service or treatment going"
    CARE = "care", "Agree care or medication"
    FILE = "file", "Pass on or receive a file"
    SAFE = "safe", "Check that the child is safe"
    DIRECTION = "direction", "Carry out a court’s or statutory direction"
    TALKED = "talked", "Something else, talked through with the line manager"


class WhyNotOtherwise(TextChoices):
    NOT_IN_OWN_RECORDS = "not_in_own_records", "Our own records do not say whom to ask"
    COLLEAGUES_ASKED = "colleagues_asked", "I asked colleagues, and nobody knows whom to ask"
    CANNOT_ASK_FAMILY = "cannot_ask_family", "The family cannot safely be asked"
    DUTY_CANNOT_WAIT = "duty_cannot_wait", "The duty cannot wait for another way"


class SeenBy(TextChoices):
    ME = "me", "Only me"
    MANAGER = "manager", "My line manager"
    TEAM = "team", "Colleagues in my team who work on this"
    MEETING = "meeting", "A meeting or panel of professionals"
    COURT = "court", "A court"


class Documented(TextChoices):
    YES = "yes", "Yes, it is documented there"
    NOT_APPLICABLE = "not_applicable", "Not applicable: we have no such system"


class Declaration(TextChoices):
    ROLE = "role", "I need this for my own professional role"
    NO_CONNECTION = "no_connection", "I have no personal connection with the child or family"
    NO_IDENTITY = "no_identity", "I am not trying to find an old or a new identity"
    MISUSE = "misuse", "I know that misuse is a disciplinary matter"


class DeclineReason(TextChoices):
    ASK_FIRST = "ask_first", "There is another way to try first"
    NOT_OUR_ROLE = "not_our_role", "It is not for our service to do"
    NOT_NEEDED = "not_needed", "It is not needed"
    TALK_FIRST = "talk_first", "We have to talk about it first"


class Answer(TextChoices):
    WILL_CONTACT = "will_contact", "The practitioner will contact the requester"
    GIVE_CONTACT = (
        "give_contact",
        "The practitioner’s work contact may be given through the IW Team",
    )
    OBJECTS = "objects", "The practitioner objects on safety grounds"
    NO_ANSWER = "no_answer", "No answer"
    # The claim was handed over to somebody with another part in this request.
    LEFT_OUT = "left_out", "Not asked: they have another part in this request"


# What a source can say.
SAID = (Answer.WILL_CONTACT, Answer.GIVE_CONTACT, Answer.OBJECTS)


class FamilyAsked(TextChoices):
    """Whether the source asked the family before they answer, and what came of it."""

    CONTENT = "content", "Asked, and content with it"
    NOT_CONTENT = "not_content", "Asked, and not content with it"
    NOT_SAFE = "not_safe", "Not asked: it is not safe to ask them"


class QuietReason(TextChoices):
    """Why the sources are not told."""

    ABOUT_SOURCE = (
        "about_source",
        "The enquiry is about a practitioner who asked for the shield, or about their service",
    )
    WARNING = "warning", "To ask could warn somebody who poses a risk"
    POLICE = "police", "The police asked"
    COURT = "court", "A court ordered it"


class LeadDecision(TextChoices):
    GO_AHEAD = "go_ahead", "Go ahead"
    NO_CONTACT = "no_contact", "No contact"


class LeadReason(TextChoices):
    DUTY = "duty", "A statutory duty outweighs the objection"
    CHILD_AT_RISK = "child_at_risk", "A child would be at risk without it"
    SAFE_WAY = "safe_way", "A safe way was found"
    SAFETY = "safety", "Safety comes first"
    NOT_NEEDED = "not_needed", "The purpose does not need it"


# Which reasons go with which decision, in the order in which they are shown.
REASONS: dict[str, tuple[LeadReason, ...]] = {
    LeadDecision.GO_AHEAD: (LeadReason.DUTY, LeadReason.CHILD_AT_RISK, LeadReason.SAFE_WAY),
    LeadDecision.NO_CONTACT: (LeadReason.SAFETY, LeadReason.NOT_NEEDED),
}


class Outcome(TextChoices):
    SOURCE_WILL_CONTACT = "source_will_contact", "The practitioner will contact the requester"
    PUT_IN_TOUCH = "put_in_touch", "Put in touch through the IW Team"
    VIEWED = "viewed", "Viewed for the requester by the IW Team, passed on by phone"
    DECLINED = "declined", "Declined"
    REFERRED = "referred", "Referred to the police or social care"
    NO_BROKERAGE_NEEDED = "no_brokerage_needed", "No brokerage needed"
    NO_ANSWER = "no_answer", "No answer"
    NO_LONGER_NEEDED = "no_longer_needed", "No longer needed"
    NOT_IN_TIME = "not_in_time", "Not answered in time"


# All that a member may choose: one is the clock's.
CHOSEN = tuple(one for one in Outcome if one != Outcome.NOT_IN_TIME)
# With these the requester hears from somebody: they have an end date, and need every check anew.
CONTACT = (Outcome.SOURCE_WILL_CONTACT, Outcome.PUT_IN_TOUCH)
DISCLOSING = (*CONTACT, Outcome.VIEWED)
# Nobody is put in touch by an urgent call: that takes the word of a source.
OUTCOMES_OF_A_CALL = (Outcome.VIEWED, Outcome.REFERRED, Outcome.DECLINED)


class PassedOn(TextChoices):
    """What the IW Team passed on by phone. That it did is kept, and never what was said."""

    CONTACT = "contact", "The practitioner’s work contact, to the requester"
    MESSAGE = "message", "A message"
    VIEWED = "viewed", "What was viewed, to the requester"


# What the IW Team may pass on, by the outcome that permits it.
PASSED_ON: dict[str, tuple[PassedOn, ...]] = {
    Outcome.PUT_IN_TOUCH: (PassedOn.CONTACT, PassedOn.MESSAGE),
    Outcome.VIEWED: (PassedOn.VIEWED,),
}


class Part(TextChoices):
    """What somebody does in one access request: never two of these."""

    REQUESTER = "requester", "Requester"
    MANAGER = "manager", "Line manager"
    IW = "iw", "IW Team"
    LEAD = "lead", "IW lead"
    READER = "reader", "Second reader"


class Caller(TextChoices):
    PRACTITIONER = "practitioner", "A practitioner with an account"
    POLICE = "police", "A police officer, without an account"
    SOCIAL_CARE = "social_care", "A social worker, without an account"
    HEALTH = "health", "A doctor or nurse, without an account"
