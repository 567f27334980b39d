"""What a line manager is asked when they do not agree to an access request."""

from crispy_forms.helper import FormHelper
from django.http import QueryDict
from django.urls import reverse

from brokerage.access_request_codes import DeclineReason
from brokerage.models import AccessRequest
from shielding.web.fields import Form
from shielding.web.question_fields import labels, radios


class DeclineForm(Form):
    """Why it is declined: a code, which the requester reads at once."""

    button = "Decline"
    button_kind = "secondary"
    reason = radios("Why do you decline?", labels(DeclineReason), "Select why you decline")

    def __init__(self, data: QueryDict | None = None, *, access: AccessRequest) -> None:
        self.access = access
        super().__init__(data)

    @property
    def helper(self) -> FormHelper:
        helper = super().helper
        helper.form_action = reverse("access_decline", args=[self.access.reference])
        return helper
