"""What a source is asked when somebody needs to reach them about a record they had shielded."""

from crispy_forms.helper import FormHelper
from django.http import QueryDict
from django.urls import reverse

from brokerage import source_policies
from brokerage.access_request_codes import Answer, FamilyAsked
from brokerage.models import Liaison
from shielding.web.fields import Form
from shielding.web.question_fields import Radios, labels, radios

SAID: dict[str, str] = {
    Answer.WILL_CONTACT: "I will contact the person who asks",
    Answer.GIVE_CONTACT: "My work contact may be given to them through the IW Team",
    Answer.OBJECTS: "I object on safety grounds",
}
_HINTS: dict[str, str] = {
    Answer.WILL_CONTACT: "Only once this page says that you may. They learn from you who you are.",
    Answer.GIVE_CONTACT: "The IW Team tells it to this person and to nobody else.",
    Answer.OBJECTS: "There is no contact unless an IW lead decides otherwise. The person who "
    "asks is not told who you are.",
}


_FAMILY_FIRST = (
    "Ask them first, where that is safe, whether this person may hear from you. If they are not "
    "content, there is no contact unless an IW lead decides otherwise."
)
_LEFT_ALONE = (
    "Do not ask the family about this request: a concern is passed on or a child’s safety looked "
    "into, and to ask could warn somebody. So the answer is filled in for you."
)


def _family() -> Radios:
    return radios(
        "Was the family asked?", labels(FamilyAsked), "Select whether the family was asked"
    )


class _SaidForm(Form):
    """What a source says is said with whether they asked the family."""

    def __init__(self, data: QueryDict | None = None, *, liaison: Liaison) -> None:
        self.liaison = liaison
        alone = source_policies.is_family_left_alone(liaison.access)
        super().__init__(data, initial={"family": FamilyAsked.NOT_SAFE} if alone else None)
        self.fields["family"].help_text = _LEFT_ALONE if alone else _FAMILY_FIRST


class AnswerForm(_SaidForm):
    """The source's answer: one of three, without a word about the child."""

    button = "Send your answer"
    family = _family()
    answer = radios("What is your answer?", list(SAID.items()), "Select your answer", _HINTS)

    @property
    def helper(self) -> FormHelper:
        helper = super().helper
        helper.form_action = reverse("liaison_answer", args=[self.liaison.reference])
        return helper


class ObjectForm(_SaidForm):
    """An objection in place of what was offered before."""

    button = "Object on safety grounds"
    button_kind = "warning"
    family = _family()


class StopForm(Form):
    """The end of a contact that was allowed."""

    button = "Stop this contact"
    button_kind = "warning"
