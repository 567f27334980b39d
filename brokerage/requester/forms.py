"""The questions of an access request, one form each, and what is declared when it is sent.

A form turns what was typed into the columns of its question; which questions there are, on which
sheet, and whether they are answered, is the business of questions.py.
"""

from datetime import date
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import QueryDict

from brokerage import access_request_codes as codes
from brokerage import questions, time_limits
from brokerage.models import AccessRequest
from shielding.records.forms import NumberTypedTwice
from shielding.web.fields import DayMonthYearField, Form
from shielding.web.question_fields import PastDayField, SeenField, TickAllField, labels, radios
from shielding.web.sheets.sheet_form import PartForm, SheetForm


class PageForm(PartForm):
    """The form of one question, begun with what `access` already has, on a London day."""

    def __init__(
        self, data: QueryDict | None = None, *, access: AccessRequest, today: date
    ) -> None:
        self.access, self.today = access, today
        self.title = questions.PAGE[self.slug].title
        super().__init__(data, initial=self.answered())

    def answered(self) -> dict[str, Any]:
        """Return the saved answers as the fields show them."""
        return {name: getattr(self.access, name) for name in questions.PAGE[self.slug].fields}

    def values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in questions.PAGE[self.slug].fields}


class NumberForm(NumberTypedTwice, PageForm):
    slug = "number"
    guidance = "brokerage/requester/questions/number.html"

    @property
    def is_saved(self) -> bool:
        return self.access.number is not None


class PurposeForm(PageForm):
    slug = heading = "purpose"
    purpose = radios(
        "What do you need it for?",
        labels(codes.Purpose),
        "Select what you need it for",
        {codes.Purpose.OTHER_AGREED.value: "Phone the IW Team first, and agree it with them."},
    )


class SoughtForm(PageForm):
    slug = heading = "sought"
    sought = radios(
        "What do you ask for?",
        labels(codes.Sought),
        "Select what you ask for",
        help_text="Never an address or an identity: nobody passes those on through this service.",
    )


class NeedForm(PageForm):
    slug = "need"
    guidance = "brokerage/requester/questions/need.html"
    need = radios(
        "What can you not do without it?",
        labels(codes.Need),
        "Select what you cannot do without it",
        {codes.Need.TALKED.value: "Talk to your line manager first, and tell them what it is."},
    )


class OtherwiseForm(PageForm):
    slug = "otherwise"
    heading = "why_not_otherwise"
    why_not_otherwise = radios(
        "Why can it not be met in another way?",
        labels(codes.WhyNotOtherwise),
        "Select why it cannot be met in another way",
    )


class SeenByForm(PageForm):
    slug = "seen-by"
    heading = "seen_by"
    seen_by = forms.MultipleChoiceField(
        label="Who would see what you learn?",
        choices=labels(codes.SeenBy),
        widget=forms.CheckboxSelectMultiple,
        help_text="Select all that apply.",
        error_messages={"required": "Select who would see what you learn"},
    )

    def clean_seen_by(self) -> list[str]:
        chosen = set(self.cleaned_data["seen_by"])
        in_order = [code for code in codes.SeenBy.values if code in chosen]
        if words := questions.why_not_seen_by(in_order):
            raise ValidationError(words)
        return in_order


class UntilForm(PageForm):
    """By when it is needed: a fortnight ahead unless changed, four working days at least, and no
    more than six months.
    """

    slug = "until"
    heading = "needed_until"
    needed_until = DayMonthYearField(
        label="Until when do you need it?",
        future=True,
        help_text=(
            "At least four working days from today: if you need it sooner, phone the IW Team on "
            f"{settings.COUNCIL_PHONE}. At most six months. For example, 27 3 2026"
        ),
        error_messages={"required": "Enter until when you need it"},
    )

    def answered(self) -> dict[str, Any]:
        saved = self.access.needed_until
        usual = self.today + time_limits.USUALLY
        return {"needed_until": usual if time_limits.why_not(saved, self.today) else saved}

    def clean_needed_until(self) -> date:
        until: date = self.cleaned_data["needed_until"]
        if words := time_limits.why_not(until, self.today):
            raise ValidationError(words)
        return until


class DocumentedForm(PageForm):
    slug = "documented"
    documented = radios(
        "Is this request documented in your own case system?",
        labels(codes.Documented),
        "Select whether it is documented in your own case system",
    )
    documented_on = PastDayField(
        label="If yes, when?", required=False, help_text="For example, 27 3 2026"
    )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = self.cleaned_data
        if cleaned.get("documented") != codes.Documented.YES:
            cleaned["documented_on"] = None
            self.errors.pop("documented_on", None)  # what it says no longer matters
        elif "documented_on" in cleaned and cleaned["documented_on"] is None:
            self.add_error("documented_on", "Enter the date you documented it")
        return cleaned


_FORMS: tuple[type[PageForm], ...] = (
    NumberForm,
    PurposeForm,
    NeedForm,
    SoughtForm,
    OtherwiseForm,
    SeenByForm,
    UntilForm,
    DocumentedForm,
)
FORM = {form.slug: form for form in _FORMS}


def forms_of(slug: str) -> list[type[forms.Form]]:
    """Return the forms of the sheet with this address."""
    return (
        [FORM[page.slug] for page in questions.SHEET[slug].parts] if slug in questions.SHEET else []
    )


def sheet_form(
    sheet: questions.Sheet, data: QueryDict | None, *, access: AccessRequest, today: date
) -> SheetForm:
    """Return the form of a sheet, with every question of it."""
    parts = [FORM[page.slug](data, access=access, today=today) for page in sheet.parts]
    return SheetForm(parts, data)


class DeclarationsForm(Form):
    """What the requester declares, each time they send: all of it, ticked one by one.

    Of the answers that the page showed, and of no others.
    """

    button = "Confirm and send"
    seen = SeenField()
    declared = TickAllField(
        label="I confirm each of these",
        choices=labels(codes.Declaration),
        error_messages={
            "required": "Confirm each of these before you send the request",
            "incomplete": "Confirm each of these before you send the request",
        },
    )

    def __init__(self, data: QueryDict | None = None, *, access: AccessRequest) -> None:
        super().__init__(data, initial={"seen": access.changed_at.isoformat()})


class DiscardForm(Form):
    """Nothing to fill in: the button is the answer."""

    button = "Discard this draft"
    button_kind = "warning"


class WithdrawForm(Form):
    """Nothing to fill in: the button is the answer."""

    button = "Withdraw this request"
    button_kind = "warning"
