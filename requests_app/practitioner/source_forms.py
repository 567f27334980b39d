"""What a source is asked after sending: is it still needed, letting go, telling, handing over."""

from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.http import QueryDict
from django.urls import reverse

from requests_app.models import Request
from shielding import clock
from shielding.holds.letting_go import Parting
from shielding.records.letting_go_codes import FamilyToldOfEnd
from shielding.reviews.review_codes import Answer, FamilyTold, SoughtBy, Views
from shielding.web.fields import Form, is_answered
from shielding.web.question_fields import PastDayField, radios, tick

_ANSWERS = [
    (answer.value, str(answer.label)) for answer in (Answer.STILL_NEEDED, Answer.NO_LONGER_NEEDED)
]
_SOUGHT_BY = [
    (SoughtBy.SOURCE.value, "Me"),
    (SoughtBy.LEAD_PROFESSIONAL.value, "The Lead Professional"),
]
_TOLD = [(told.value, str(told.label)) for told in FamilyTold]
_FAMILY = FamilyToldOfEnd.to_say()
_OTHER_REVIEW = (
    "Nothing was saved: the first review was answered or concluded since you opened this page, "
    "and another review asks you now. Send the answer again if it is yours to that one too."
)


class AnswerForm(Form):
    """A review's question to its source: still needed or not, and whose views were sought.

    `first` adds what a first review asks besides: whether the family was told.
    """

    answer = radios(
        "Is the shield still needed?", _ANSWERS, "Select whether the shield is still needed"
    )
    views = radios(
        "Were the views of the child or young person and the family sought?",
        [(view.value, str(view.label)) for view in Views],
        "Select whether their views were sought",
    )
    sought_by = forms.ChoiceField(
        label="Who sought their views?",
        choices=_SOUGHT_BY,
        widget=forms.RadioSelect,
        required=False,
        help_text="Only if their views were sought.",
    )
    family_told = radios(
        "Was the family told of the decision, the reviews and how to complain?",
        _TOLD,
        "Select whether the family was told",
    )

    def __init__(self, data: QueryDict | None = None, *, first: bool) -> None:
        super().__init__(data)
        # A page of before may answer a first review that was concluded meanwhile.
        self._is_of_before = not first and is_answered(self, "family_told")
        if not first:
            del self.fields["family_told"]

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        if self._is_of_before:
            self.add_error(None, _OTHER_REVIEW)
        if given.get("views") != Views.YES:
            given["sought_by"] = ""
        elif "sought_by" not in self.errors and not given.get("sought_by"):
            self.add_error("sought_by", "Select who sought their views")
        return given

    @property
    def lets_go(self) -> bool:
        return bool(self.cleaned_data["answer"] == Answer.NO_LONGER_NEEDED)


class PartingForm(Form):
    """Letting go: what has to be done in the service first, and whether the family was told."""

    button = "Withdraw this request"
    button_kind = "warning"
    own_systems_unshielded = tick(
        "We removed the shielding from our own systems, or never had any there",
        "Confirm that you removed the shielding from your own systems",
    )
    family = radios(
        "Was the family told that this request no longer asks for a shield?",
        _FAMILY,
        "Select whether the family was told",
    )

    def parting(self) -> Parting:
        """Return both attestations as the act takes them."""
        given = self.cleaned_data
        return Parting(given["own_systems_unshielded"], given["family"])


class InErrorForm(Form):
    """That a request was entered in error: no word about the family, who never heard of it."""

    button = "Take this request back"
    button_kind = "warning"
    in_error = tick(
        "The record number was wrong, or this is about another child",
        "Confirm that the request was entered in error",
    )


class NoLongerNeededForm(PartingForm):
    """The second page of an answer that lets go; it carries what the first page asked."""

    views = forms.ChoiceField(choices=Views.choices, widget=forms.HiddenInput)
    sought_by = forms.ChoiceField(
        choices=[("", ""), *_SOUGHT_BY], widget=forms.HiddenInput, required=False
    )
    family_told = forms.ChoiceField(
        choices=[("", ""), *_TOLD], widget=forms.HiddenInput, required=False
    )

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        asked: Request,
        first: bool,
        answered: dict[str, Any] | None = None,
    ) -> None:
        self.asked, self.is_of_first = asked, first
        super().__init__(data, initial=answered)

    def clean(self) -> dict[str, Any]:
        if self.cleaned_data.get("views") != Views.YES:
            self.cleaned_data["sought_by"] = ""
        return self.cleaned_data

    @property
    def helper(self) -> FormHelper:
        helper = super().helper
        helper.form_action = reverse("request_no_longer_needed", args=[self.asked.reference])
        return helper

    @property
    def lost_the_first_page(self) -> bool:
        """Whether what the first page asked did not come along, or another review asks now."""
        if bool(self.data.get("family_told")) != self.is_of_first:
            return True
        needs = self.data.get("views") == Views.YES and not self.data.get("sought_by")
        return needs or bool({"views", "sought_by", "family_told"} & set(self.errors))


class FamilyOfEndForm(Form):
    """Whether the family was told that the request was not agreed."""

    button = "Save"
    family = radios(
        "Was the family told that the request was not agreed, and how to complain?",
        _FAMILY,
        "Select whether the family was told",
    )


class ProfessionalsToldForm(Form):
    """The day on which the professionals who work with the child were told."""

    button = "Save"
    on = PastDayField(
        years=30,
        label="When did you tell them?",
        help_text="For example, 27 3 2026",
        error_messages={"required": "Enter the date you told them"},
    )

    def __init__(
        self, data: QueryDict | None = None, *, asked: Request, prefix: str | None = None
    ) -> None:
        self.asked = asked
        super().__init__(data, prefix=prefix)

    def clean_on(self) -> Any:
        on, hold = self.cleaned_data["on"], self.asked.hold
        if hold and hold.applied_at and on < clock.today(hold.applied_at):
            raise forms.ValidationError("The date cannot be before the day the shield was applied")
        return on


class LetterForm(Form):
    """Before a letter is shown: that it can be handed over without danger."""

    button = "Show the letter to print"
    safe = tick(
        "It is safe to hand this over",
        "Confirm that it is safe to hand this over",
        "Nobody who poses a risk will see it or learn of it.",
    )
