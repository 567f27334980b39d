"""The questions of a request to shield, one form a page.

A form turns what was typed into the columns of its page; which pages there are, and whether they
are answered, is the business of questions.py.
"""

from typing import Any, ClassVar, cast

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict

from requests_app import questions
from requests_app import shield_request_codes as codes
from requests_app.models import Request
from shielding.accounts.models import User
from shielding.records.forms import NumberTypedTwice
from shielding.records.grounds import GROUND, GROUNDS, LABELS, OTHER
from shielding.web.fields import Form, choice
from shielding.web.question_fields import PastDayField, Radios, TickAllField, labels, radios, tick

NONE_OF_THESE = "none"
NOT_LISTED = "not_listed"
# More than a handful of managers are easier to find in a list than among radios.
MOST_RADIOS = 8


class PageForm(Form):
    """The form of one question page, begun with what `asked` already has and read by `by`."""

    slug: ClassVar[str]

    def __init__(self, data: QueryDict | None = None, *, asked: Request, by: User) -> None:
        self.asked, self.by = asked, by
        super().__init__(data, initial=self.answered())

    def answered(self) -> dict[str, Any]:
        """Return the saved answers as the fields show them."""
        return {name: getattr(self.asked, name) for name in questions.PAGE[self.slug].fields}

    def values(self) -> dict[str, Any]:
        """Return the page's columns; nothing where there is nothing to save."""
        return {name: self.cleaned_data[name] for name in questions.PAGE[self.slug].fields}


class NumberForm(NumberTypedTwice, PageForm):
    slug = "number"

    @property
    def is_saved(self) -> bool:
        return self.asked.number is not None


class OriginForm(PageForm):
    slug = heading = "origin"
    origin = radios(
        "Where does this request come from?",
        labels(codes.Origin),
        "Select where the request comes from",
        {
            "family": "A parent or carer, or the child or young person, asked you for it.",
            "practitioner": "You saw the need from your own work with the family.",
        },
    )


class IdentityForm(PageForm):
    slug = "identity"
    asked_by = radios("Who asked you?", labels(codes.AskedBy), "Select who asked you")
    identity_confirmed = tick(
        "I have confirmed who they are",
        "Confirm who they are before you go on, then tick the box",
        "Keep details of documents out of this service.",
    )
    identity_confirmed_on = PastDayField(
        label="When did you confirm it?",
        help_text="For example, 27 3 2026",
        error_messages={"required": "Enter the date you confirmed who they are"},
    )

    def answered(self) -> dict[str, Any]:
        confirmed = self.asked.identity_confirmed_on is not None
        return super().answered() | {"identity_confirmed": confirmed}


class ExplainedForm(PageForm):
    slug = "explained"
    explained = TickAllField(
        label="I have explained to the person who asked",
        choices=labels(codes.Explained),
        error_messages={
            "required": "Explain all three to the person who asked, then tick each",
            "incomplete": "Explain all three to the person who asked, then tick each",
        },
    )


class GroundForm(PageForm):
    slug = "ground"
    ground = radios(
        "Which ground fits best?",
        LABELS,
        "Select the ground that fits best",
        {
            ground.code: f"Normally identified by: {ground.identified_by}"
            for ground in GROUNDS
            if ground.identified_by
        }
        | {
            OTHER: "If you ask for a shield, the IW Team phones you about it. Your request stands "
            "meanwhile."
        },
    )


class PointsForm(PageForm):
    """The points of the chosen ground, each ticked as considered and never answered here."""

    slug = "points"
    points = TickAllField(
        label="I have considered",
        error_messages={
            "required": "Consider each point, then tick it",
            "incomplete": "Consider each point, then tick it",
        },
    )

    def __init__(self, *args: Any, asked: Request, **kwargs: Any) -> None:
        super().__init__(*args, asked=asked, **kwargs)
        points = GROUND[asked.ground].points
        choice(self, "points").choices = [(point.code, point.text) for point in points]


class ChoicesOrNone(forms.MultipleChoiceField):
    """Ticks, and one of them that excludes the others."""

    exclusive: str


class NotGroundsForm(PageForm):
    """What does not justify a shield. "None of these" is an answer, and excludes the others."""

    slug = "not-grounds"
    not_grounds = ChoicesOrNone(
        label="Is any of these the reason for this request?",
        choices=[*labels(codes.NotGround), (NONE_OF_THESE, "None of these")],
        widget=forms.CheckboxSelectMultiple,
        help_text="Select all that apply.",
        error_messages={"required": "Select what applies, or select “None of these”"},
    )
    not_grounds.exclusive = NONE_OF_THESE

    def answered(self) -> dict[str, Any]:
        saved = self.asked.not_grounds
        return {"not_grounds": [NONE_OF_THESE] if saved == [] else saved}

    def clean_not_grounds(self) -> list[str]:
        chosen = set(self.cleaned_data["not_grounds"])
        if NONE_OF_THESE in chosen and len(chosen) > 1:
            raise ValidationError("Select what applies or “None of these”, not both")
        return [code for code in codes.NotGround.values if code in chosen]


class DecisionForm(PageForm):
    """Shield, or considered and not shielded; the latter is proposed where a "yes" was given."""

    slug = "decision"
    decision = radios(
        "What have you decided, with the support of your line manager?",
        labels(codes.Decision),
        "Select what you have decided",
        {
            "shield": "The IW Team is told when your request arrives, and your request says when "
            "the shield is applied.",
            "considered": "This request then asks for no shield. Your decision is logged, and the "
            "IW Team looks at it.",
        },
    )

    def answered(self) -> dict[str, Any]:
        proposed = codes.Decision.CONSIDERED.value if self.asked.not_grounds else ""
        return {"decision": self.asked.decision or proposed}


class ReasonForm(PageForm):
    slug = "reason"
    considered_reason = radios(
        "What is the main reason?", labels(codes.ConsideredReason), "Select the main reason"
    )


class ManagerForm(PageForm):
    """Who supported the decision: from the directory, or said not to be in it. Never a gate."""

    slug = "manager"
    supporter = radios(
        "Which line manager supported you?", [], "Select the line manager who supported you"
    )
    supported_on = PastDayField(
        label="When did they support it?",
        required=False,
        help_text="For example, 27 3 2026",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.managers = {str(person.uid): person for person in _managers_for(self.by)}
        field = cast(Radios, self.fields["supporter"])  # as it is declared above
        if len(self.managers) > MOST_RADIOS:
            field.widget = forms.Select()
        field.choices = [
            *([("", "Choose")] if len(self.managers) > MOST_RADIOS else []),
            *((uid, person.name) for uid, person in self.managers.items()),
            (NOT_LISTED, "My manager is not in the directory"),
        ]
        field.hints = {
            NOT_LISTED: "Send the request all the same. Then ask the IW Team to put your line "
            "manager into the directory."
        }

    def answered(self) -> dict[str, Any]:
        chosen = self.asked.supporter or self.by.line_manager
        uid = str(chosen.uid) if chosen else ""
        return {
            "supporter": NOT_LISTED if self.asked.supporter_not_listed else uid,
            "supported_on": self.asked.supported_on,
        }

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = self.cleaned_data
        named = cleaned.get("supporter") not in (None, NOT_LISTED)
        if named and "supported_on" in cleaned and cleaned["supported_on"] is None:
            self.add_error("supported_on", "Enter the date your line manager supported it")
        return cleaned

    def values(self) -> dict[str, Any]:
        chosen = self.cleaned_data["supporter"]
        return {
            "supporter": self.managers.get(chosen),
            "supporter_not_listed": chosen == NOT_LISTED,
            "supported_on": self.cleaned_data["supported_on"],
        }


def _managers_for(person: User) -> list[User]:
    """Return a person's own line manager first, then the other managers of their service."""
    managers = [
        other for other in User.objects.managers_in(person.service) if other.pk != person.pk
    ]
    own = person.line_manager
    if own is None or not own.is_active:
        return managers
    return [own, *(other for other in managers if other.pk != own.pk)]


class _DoneOnForm(PageForm):
    """A choice of which one answer needs the day on which it was done."""

    chosen: ClassVar[str]
    done: ClassVar[str]
    on: ClassVar[str]
    needed: ClassVar[str]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = self.cleaned_data
        if cleaned.get(self.chosen) != self.done:
            cleaned[self.on] = None
            self.errors.pop(self.on, None)  # what it says no longer matters
        elif self.on in cleaned and cleaned[self.on] is None:
            self.add_error(self.on, self.needed)
        return cleaned


class ProtectionForm(_DoneOnForm):
    slug = "protection"
    chosen, done, on = "own_system", codes.OwnSystem.YES, "own_system_on"
    needed = "Enter the date you shielded your own systems"
    own_system = radios(
        "Are your service’s own systems shielded?",
        labels(codes.OwnSystem),
        "Select whether your own systems are shielded",
    )
    own_system_on = PastDayField(
        label="If yes, when?", required=False, years=25, help_text="For example, 27 3 2026"
    )
    measures_considered = tick(
        "I have considered whether the police or social care must be told and what else protects "
        "the family, and have done what is needed",
        "Consider what else protects the family, do what is needed, then tick the box",
    )


class SiblingsForm(PageForm):
    slug = "siblings"
    siblings_considered = tick(
        "I have considered brothers, sisters and other children who live with this child",
        "Consider the other children, then tick the box",
    )


class LeadProfessionalForm(PageForm):
    slug = "lead-professional"
    heading = "lead_professional"
    lead_professional = radios(
        "Who is the Lead Professional?",
        labels(codes.LeadProfessional),
        "Select who the Lead Professional is",
        help_text="At a review the Lead Professional asks the family what they think.",
    )


class FamilyForm(_DoneOnForm):
    slug = "family"
    chosen, done, on = "family_told", codes.FamilyTold.DONE, "family_told_on"
    needed = "Enter the date you told them"
    family_told = radios(
        "Have you told the family?",
        labels(codes.FamilyTold),
        "Select whether you have told the family",
    )
    family_told_on = PastDayField(
        label="If yes, when?", required=False, help_text="For example, 27 3 2026"
    )


_FORMS: tuple[type[PageForm], ...] = (
    NumberForm,
    OriginForm,
    IdentityForm,
    ExplainedForm,
    GroundForm,
    PointsForm,
    NotGroundsForm,
    DecisionForm,
    ReasonForm,
    ManagerForm,
    ProtectionForm,
    SiblingsForm,
    LeadProfessionalForm,
    FamilyForm,
)
FORM = {form.slug: form for form in _FORMS}
