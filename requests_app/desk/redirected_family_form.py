"""What the IW Team is asked when it told a family to speak to a practitioner."""

from requests_app import shield_request_codes as codes
from shielding.web.fields import DayMonthYearField, Form
from shielding.web.question_fields import small_radios


class RedirectedForm(Form):
    """When a family was told to speak to a practitioner, and of which kind: nothing else."""

    button = "Log it"
    on = DayMonthYearField(
        label="When did they ask the council?",
        past=True,
        help_text="For example, 27 3 2026",
        error_messages={"required": "Enter the day they asked"},
    )
    kind = small_radios(
        "Whom were they told to speak to?",
        codes.Redirected.choices,
        "Select whom they were told to speak to",
    )
