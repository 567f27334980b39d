"""What the IW Team is asked when it logs a request to shield that came by phone."""

from datetime import date, datetime
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict

from logbook.days import clock_now
from requests_app import policies, questions
from requests_app import shield_request_codes as codes
from requests_app.models import Request
from requests_app.practitioner.question_forms import FORM, PageForm, SupporterForm
from requests_app.practitioner.source_forms import ProfessionalsToldForm
from shielding.accounts.models import User
from shielding.desk.caller_forms import CallForm
from shielding.holds.forms import AnswerOnWordForm
from shielding.models import Review
from shielding.records.grounds import LABELS
from shielding.reviews import consultations
from shielding.web.fields import DayAndTimeField, Form, is_answered
from shielding.web.question_fields import Radios, SeenField, small_radios

# More than a handful of managers are easier to find in a list than among radios.
MOST_RADIOS = 8


class PhonedForm(CallForm):
    """A request somebody phones in: when, the number twice, the ground, and who calls."""

    salt = "phoned request"
    with_account = codes.Caller.PRACTITIONER
    button = "Log the request"
    ground = forms.ChoiceField(
        label="Ground",
        choices=[("", "Choose a ground"), *LABELS],
        error_messages={"required": "Select the ground"},
    )
    caller = small_radios("Who is calling?", codes.Caller.choices, "Select who is calling")
    came_at = DayAndTimeField(
        label="When did the call come in? (optional)",
        required=False,
        help_text="Leave empty if they are on the phone now. For example, 27 3 2026 14 05",
    )
    field_order = (
        "reference",
        "came_at",
        "number",
        "number_again",
        "ground",
        "caller",
        "email",
        "service",
    )

    def __init__(self, data: QueryDict | None = None) -> None:
        super().__init__(data)
        email, service = self.fields["email"], self.fields["service"]
        email.help_text = (
            "If they have an account. They are asked to confirm within one working day."
        )
        service.help_text = "If they have no account. Their service then stands for them."

    def clean_came_at(self) -> datetime | None:
        came_at: datetime | None = self.cleaned_data["came_at"]
        if came_at is not None and not policies.may_still_be_logged(came_at, clock_now()):
            raise ValidationError(policies.CALL_TOO_OLD, code="too_old")
        return came_at

    def call(self) -> dict[str, Any]:
        """Return what was asked for as the action takes it."""
        given = self.cleaned_data
        practitioner = given.get("practitioner")
        return {
            "reference": given["reference"],
            "number": given["number"],
            "ground": given["ground"],
            "caller": given["caller"],
            "came_at": given["came_at"],
            "practitioner": practitioner,
            "service": practitioner.service if practitioner else given["service"],
        }


# Under names of their own: a request and a review both ask about the family.
_REVIEW, _PROFESSIONALS = "review", "professionals"
_NOT_ASKED_NOW = {
    _REVIEW: "Nothing of what you sent was recorded: since you opened this page somebody recorded "
    "their answer to the review, or it asks no more. If they told you something else, look at the "
    "request before you send the rest.",
    _PROFESSIONALS: "Nothing of what you sent was recorded: since you opened this page somebody "
    "recorded when professionals were told, or the record is no longer attested as shielded.",
}
_IF_THE_FAMILY_ASKED = ("asked_by", "identity_confirmed", "identity_confirmed_on", "explained")


class ManagerOfServiceForm(SupporterForm):
    """Who supported a caller: the IW Team reads who manages others in the caller's service."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if len(self.managers) > MOST_RADIOS:
            field = cast(Radios, self.fields["supporter"])  # as it is declared
            field.widget = forms.Select()
            field.choices = [("", "Choose"), *self.choices()]

    def offered(self) -> dict[str, User]:
        managers = User.objects.managers_in(self.asked.service).select_related("service")
        return {str(person.uid): person for person in managers}

    def words(self, manager: User) -> str:
        return f"{manager.name}, {manager.email}"


class OpenAnswersForm(Form):
    """All that somebody without an account has yet to answer, in one go: what is empty stays open.

    Made of the forms of the pages on which a practitioner is asked, and of that for an answer to a
    review by phone. Of what nothing was filled in of, nothing is asked. An answer to what is asked
    no more is refused with all that came with it: *no longer needed* is never passed over.
    """

    button = "Record what they answered"
    seen = SeenField()

    def __init__(self, data: QueryDict | None = None, *, asked: Request, now: datetime) -> None:
        super().__init__(data, initial={"seen": asked.changed_at.isoformat()})
        self.asked, self.posted = asked, data
        self.pages = [page.slug for page in questions.asked_by_phone(asked)]
        owed = consultations.answerable_by(asked.hold, now) if asked.hold else []
        self.first = any(one.review.kind == Review.Kind.REQUEST for one in owed)
        self.asks_review = bool(owed)
        self.asks_professionals = policies.are_professionals_to_tell(asked)
        for slug in self.pages:
            self._add(self._page(slug))
        if self.asks_review:
            self._add(self._of_review(None))
        if self.asks_professionals:
            self._add(self._of_professionals(None))
        for name in _IF_THE_FAMILY_ASKED if "origin" in self.fields else ():
            self.fields[name].help_text = "Only if the family asked."

    def clean(self) -> dict[str, Any]:
        self.answered: dict[str, dict[str, Any]] = {}
        self.review: dict[str, Any] | None = None
        self.told_on: date | None = None
        self._refuse_what_is_not_asked_now()
        for slug in self.pages:
            part = self._page(slug, self.posted)
            if self._is_filled(part) and self._takes(part):
                self.answered[slug] = part.values()
        if self.asks_review:
            review = self._of_review(self.posted)
            if self._is_filled(review) and self._takes(review):
                self.review = review.said()
        if self.asks_professionals:
            told = self._of_professionals(self.posted)
            if self._is_filled(told) and self._takes(told):
                self.told_on = told.cleaned_data["on"]
        self._fit_together()
        return self.cleaned_data

    def answers(self) -> dict[str, Any]:
        """Return what was answered as the act takes it."""
        return {
            "answers": self.answered,
            "review": self.review,
            "professionals_told_on": self.told_on,
            "seen": self.cleaned_data["seen"],
        }

    @property
    def asks_anything(self) -> bool:
        """Whether anything is open."""
        return bool(self.pages) or self.asks_review or self.asks_professionals

    @property
    def nothing_left(self) -> str:
        """What is told where nothing is open: of what was sent all the same, that it is lost."""
        lost = "Nothing of what you sent was recorded. " if self.is_bound else ""
        return f"{lost}There is nothing left to ask them."

    def _page(self, slug: str, data: QueryDict | None = None) -> PageForm:
        """Return the form of a page, as somebody of their service is asked it."""
        form = ManagerOfServiceForm if slug == "manager" else FORM[slug]
        return form(data, asked=self.asked, by=User(service=self.asked.service))

    def _of_review(self, data: QueryDict | None) -> AnswerOnWordForm:
        return AnswerOnWordForm(data, first=self.first, prefix=_REVIEW)

    def _of_professionals(self, data: QueryDict | None) -> ProfessionalsToldForm:
        form = ProfessionalsToldForm(data, asked=self.asked, prefix=_PROFESSIONALS)
        form.fields["on"].label = "When did you tell the other professionals who work with them?"
        return form

    def _add(self, part: Form) -> None:
        for name, field in part.fields.items():
            field.required = False
            self.fields[part.add_prefix(name)] = field
            self.initial[part.add_prefix(name)] = part.initial.get(name)

    def _is_filled(self, part: Form) -> bool:
        """Return whether anything was said of a part that was not said before."""
        names = {name: part.add_prefix(name) for name in part.fields}
        if any(full in self.errors for full in names.values()):
            return True
        said = {name: self.cleaned_data.get(full) for name, full in names.items()}
        before = {name: part.initial.get(name) for name in names}
        return any(said[name] and said[name] != before[name] for name in names)

    def _takes(self, part: Form) -> bool:
        """Return whether a part is whole; else put its sentences beside its fields here."""
        for name, errors in part.errors.items():
            full = part.add_prefix(name)
            if full not in self.errors:
                self.add_error(full, list(errors))
        return part.is_valid()

    def _refuse_what_is_not_asked_now(self) -> None:
        """Say of an answer to what was recorded, or ended, since the page was opened that it is so.

        Neither moves the moment at which the request last changed.
        """
        whole = AnswerOnWordForm(self.posted, first=True, prefix=_REVIEW)
        told = self._of_professionals(self.posted)
        for kind, part in ((_REVIEW, whole), (_PROFESSIONALS, told)):
            unasked = [name for name in part.fields if part.add_prefix(name) not in self.fields]
            if any(is_answered(part, name) for name in unasked):
                self.add_error(None, _NOT_ASKED_NOW[kind])

    def _fit_together(self) -> None:
        said = self.answered or self.review or self.told_on
        if not self.errors and not said:
            first = next((name for name in self.fields if name != "seen"), None)
            self.add_error(first, "Enter at least one answer")
        given = self.answered.get("origin", {"origin": self.asked.origin})
        of_family = {"identity", "explained"} & set(self.answered)
        if of_family and given["origin"] != codes.Origin.FAMILY and "origin" in self.fields:
            self.add_error("origin", "Select that the family asked, or say nothing about them")
