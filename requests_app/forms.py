"""What a practitioner is asked around a request: declarations, the day the family was told."""

from shielding.accounts.fields import Form
from shielding.question_fields import PastDayField, tick


class DeclarationForm(Form):
    """What the practitioner declares when sending; name, service and time come with the account."""

    button = "Confirm and send"
    no_case_information = tick(
        "I confirm this request contains no case information",
        "Confirm that the request contains no case information",
    )
    reason_to_ask = tick(
        "I work with this child or family and have a reason to ask",
        "Confirm that you have a reason to ask",
    )


class FamilyToldForm(Form):
    """The day on which the family was told, once it is done."""

    button = "Save"
    on = PastDayField(
        label="When did you tell them?",
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
