"""What a source is asked when somebody needs to reach them about a record they had shielded."""

from crispy_forms.helper import FormHelper
from django.http import QueryDict
from django.urls import reverse

from brokerage.codes import Answer
from brokerage.models import Liaison
from shielding.web.fields import Form
from shielding.web.question_fields import radios

SAID: dict[str, str] = {
    Answer.WILL_CONTACT: "I will contact the person who asks",
    Answer.GIVE_CONTACT: "My work contact may be given to them through the IW Team",
    Answer.OBJECTS: "I object on safety grounds",
}
_HINTS: dict[str, str] = {
    Answer.WILL_CONTACT: "Only once this page says that you may. They learn from you who you are.",
    Answer.GIVE_CONTACT: "The IW Team tells it to this person and to nobody else.",
    Answer.OBJECTS: "An IW lead decides. The person who asks is not told who you are.",
}


class AnswerForm(Form):
    """The source's answer: one of three, without a word about the child."""

    button = "Send your answer"
    answer = radios("What is your answer?", list(SAID.items()), "Select your answer", _HINTS)

    def __init__(self, data: QueryDict | None = None, *, liaison: Liaison) -> None:
        self.liaison = liaison
        super().__init__(data)

    @property
    def helper(self) -> FormHelper:
        helper = super().helper
        helper.form_action = reverse("liaison_answer", args=[self.liaison.reference])
        return helper


class ObjectForm(Form):
    """An objection in place of what was offered before."""

    button = "Object on safety grounds"
    button_kind = "warning"


class StopForm(Form):
    """The end of a contact that was allowed."""

    button = "Stop this contact"
    button_kind = "warning"
