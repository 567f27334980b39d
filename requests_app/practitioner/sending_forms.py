"""What a practitioner is asked around a request: declarations, the day the family was told."""

from django.http import QueryDict

from requests_app.models import Request
from shielding.web.fields import Form
from shielding.web.question_fields import PastDayField, SeenField, tick


class DeclarationForm(Form):
    """What the practitioner declares when sending; name, service and time come with the account.

    Of the answers that the page showed, and of no others. Of a request that was sent the page says
    nothing of when it changed: the IW Team works on it.
    """

    button = "Confirm and send"
    seen = SeenField(required=False)
    reason_to_ask = tick(
        "I work with this child or family and have a reason to ask",
        "Confirm that you have a reason to ask",
    )

    def __init__(self, data: QueryDict | None = None, *, asked: Request) -> None:
        seen = {} if asked.submitted_at else {"seen": asked.changed_at.isoformat()}
        super().__init__(data, initial=seen)


class FamilyToldForm(Form):
    """The day on which the family was told, once it is done; until then it is nobody's hurry."""

    button = "Save"
    on = PastDayField(
        label="On which day did you tell them, in a way that is safe?",
        help_text="For example, 27 3 2026",
        error_messages={"required": "Enter the date you told them"},
    )


class DiscardForm(Form):
    """Nothing to fill in: the button is the answer."""

    button = "Discard this draft"
    button_kind = "warning"


class NotMeForm(Form):
    """Nothing to fill in: the button is the answer."""

    button = "This was not me"
    button_kind = "warning"
