"""What the IW Team records on a source's word."""

from typing import Any

from django import forms
from django.http import QueryDict

from shielding.holds.letting_go import Parting
from shielding.records.letting_go_codes import FamilyToldOfEnd, Release
from shielding.records.models import Hold
from shielding.reviews.review_codes import Answer, FamilyTold, SoughtBy, Views
from shielding.web.fields import Form, is_answered
from shielding.web.question_fields import SeenField

_ANSWERS = [
    (answer.value, answer.label) for answer in (Answer.STILL_NEEDED, Answer.NO_LONGER_NEEDED)
]


_OTHER_REVIEW = (
    "Nothing was recorded: the first review was answered or concluded since you opened this page, "
    "and another review asks now. Send the answer again if it is theirs to that one too."
)


_OWN_SYSTEMS = "They removed the shielding from their own systems"
_TICK_NUMBER = "Tick once they read you the number of this record"
# Whoever was put to a record by mistake must not hear its number from us.
_THEY_READ = "record number that they read to me is the number of this record. I did not read it"


def _number_read(*, required: bool, help_text: str = "") -> forms.BooleanField:
    return forms.BooleanField(
        label=f"The {_THEY_READ} to them",
        required=required,
        help_text=help_text,
        error_messages={"required": _TICK_NUMBER},
    )


def _family(*, required: bool, help_text: str = "") -> forms.ChoiceField:
    return forms.ChoiceField(
        label="Was the family told that the request no longer asks for a shield?",
        choices=FamilyToldOfEnd.to_say(),
        widget=forms.RadioSelect,
        required=required,
        help_text=help_text,
        error_messages={"required": "Select whether the family was told"},
    )


class AnswerOnWordForm(Form):
    """A source's answer to the reviews that ask them, with what letting go needs.

    `first` adds what a first review asks besides: whether the family was told. Where that was sent
    and is not asked any more, the answer is refused: it was to another review. `taken_over` adds
    what whoever cannot see the record number says before they let go: which it is.
    """

    button = "Record their answer"
    answer = forms.ChoiceField(
        label="Is the shield still needed?",
        choices=_ANSWERS,
        widget=forms.RadioSelect,
        error_messages={"required": "Select whether the shield is still needed"},
    )
    views = forms.ChoiceField(
        label="Were the views of the child or young person and the family sought?",
        choices=Views.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Select whether their views were sought"},
    )
    sought_by = forms.ChoiceField(
        label="Who sought their views?",
        choices=SoughtBy.choices,
        widget=forms.RadioSelect,
        required=False,
        help_text="Only if their views were sought.",
    )
    family_told = forms.ChoiceField(
        label="Was the family told of the decision, the reviews and how to complain?",
        choices=FamilyTold.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Select whether the family was told of the decision"},
    )
    own_systems_unshielded = forms.BooleanField(
        label=_OWN_SYSTEMS,
        required=False,
        help_text="Only if the shield is no longer needed.",
    )
    family = _family(required=False, help_text="Only if the shield is no longer needed.")
    number_read = _number_read(required=False, help_text="Only if the shield is no longer needed.")

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        first: bool,
        taken_over: bool = False,
        prefix: str | None = None,
    ) -> None:
        super().__init__(data, prefix=prefix)
        if not taken_over:
            del self.fields["number_read"]
        # A page of before may answer a first review that a colleague recorded meanwhile.
        self._is_of_before = not first and is_answered(self, "family_told")
        if not first:
            del self.fields["family_told"]

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        if self._is_of_before:
            self.add_error(None, _OTHER_REVIEW)
        if given.get("views") == Views.YES:
            self._demand("sought_by", "Select who sought their views")
        else:
            given["sought_by"] = ""
        if given.get("answer") == Answer.NO_LONGER_NEEDED:
            self._demand("own_systems_unshielded", "Tick once they removed it from their systems")
            self._demand("family", "Select whether the family was told")
            if "number_read" in self.fields:
                self._demand("number_read", _TICK_NUMBER)
        return given

    def _demand(self, name: str, sentence: str) -> None:
        if name not in self.errors and not self.cleaned_data.get(name):
            self.add_error(name, sentence)

    def said(self) -> dict[str, Any]:
        """Return the answer as the act takes it."""
        given = self.cleaned_data
        lets_go = given["answer"] == Answer.NO_LONGER_NEEDED
        attested = (given["own_systems_unshielded"], given["family"])
        parting = Parting(*attested, given.get("number_read", False)) if lets_go else None
        said = ("answer", "views", "sought_by", "family_told")
        return {name: given[name] for name in said if name in given} | {"parting": parting}


class LetGoOnWordForm(Form):
    """A source lets go outside a review: of what was taken over, having read the record number."""

    button = "Record that they withdrew"
    button_kind = "warning"
    own_systems_unshielded = forms.BooleanField(
        label=_OWN_SYSTEMS,
        error_messages={"required": "Tick once they removed it from their systems"},
    )
    family = _family(required=True)

    def __init__(self, data: QueryDict | None = None, *, taken_over: bool) -> None:
        super().__init__(data)
        if taken_over:
            self.fields["number_read"] = _number_read(required=True)

    def parting(self) -> Parting:
        """Return both attestations as the act takes them."""
        return Parting(**self.cleaned_data)


class InErrorOnWordForm(Form):
    """That a request was entered in error, on its source's word."""

    button = "Record that it was entered in error"
    button_kind = "warning"
    in_error = forms.BooleanField(
        label="They say that the number was wrong, or that it is about another child",
        help_text="They ask for the right record in a request of its own.",
        error_messages={"required": "Tick once they said so"},
    )


_WHICH_CHILD = (
    "I phoned them on a number from the directory. They said that they withdraw, and the "
    f"{_THEY_READ} to them"
)


class AttestWordForm(Form):
    """That a member phoned the source, or who stands in for them, and that they let go.

    Of the word that the page showed: the claim may have stood again, and been let go anew.
    """

    button = "Attest it"
    seen = SeenField(required=False)
    phoned = forms.BooleanField(
        label="I phoned them on a number from the directory, and they said that they withdraw",
        help_text="Or, if they are gone, their line manager or service.",
        error_messages={"required": "Tick once you phoned them"},
    )

    def __init__(self, data: QueryDict | None = None, *, hold: Hold) -> None:
        shown = hold.released_at.isoformat() if hold.released_at else ""
        super().__init__(data, initial={"seen": shown})
        if hold.imported_at is not None:
            self.fields["phoned"].label = _WHICH_CHILD


class FamilyOnWordForm(Form):
    """Whether the family was told of an end that is recorded already."""

    button = "Record it"
    family = _family(required=True)

    def __init__(self, data: QueryDict | None = None, *, hold: Hold) -> None:
        super().__init__(data)
        if hold.released_how == Release.NOT_AGREED:
            self.fields[
                "family"
            ].label = "Was the family told that the request was not agreed, and how to complain?"
