"""The questions of a request to shield, one form each, and the sheets they are asked on.

A form turns what was typed into the columns of its question; which questions there are, on which
sheet, and whether they are answered, is the business of questions.py.
"""

from collections.abc import Sequence
from typing import Any, ClassVar, cast

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict

from logbook.days import clock_now
from requests_app import questions
from requests_app import shield_request_codes as codes
from requests_app.models import Request
from shielding.accounts.colleagues import NobodyNamed, named_by_email
from shielding.accounts.models import User
from shielding.records import number as record_number
from shielding.records.forms import NumberTypedTwice
from shielding.records.grounds import GROUND, GROUNDS, LABELS, OTHER
from shielding.web.fields import EmailAddressField, choice
from shielding.web.question_fields import (
    AsOfNow,
    Choices,
    PastDayField,
    Radios,
    TickAllField,
    labels,
    radios,
    tick,
)
from shielding.web.sheets.sheet_form import PartForm, SheetForm, answers_any

OTHER_POINTS = "The ground is another one by now: consider each of its points, then tick it"
NO_GROUND_SINCE = (
    "Something that is no ground was selected since you opened this page: read what is said here "
    "about it, then decide again"
)
NONE_OF_THESE = "none"
NOT_LISTED = "not_listed"
ANOTHER = "another"


_WORDS = "requests_app/practitioner/questions"


class PageForm(PartForm):
    """The form of one question, begun with what `asked` already has and read by `by`."""

    # Whether an email was typed that nobody has who may be named: the view notes it.
    nobody_named = False
    # The reference of a request of theirs that stands, if it is what they asked for again.
    standing = ""

    def __init__(self, data: QueryDict | None = None, *, asked: Request, by: User) -> None:
        self.asked, self.by = asked, by
        self.title = questions.PAGE[self.slug].title
        super().__init__(data, initial=self.answered())

    def answered(self) -> dict[str, Any]:
        """Return the saved answers as the fields show them."""
        return {name: getattr(self.asked, name) for name in questions.PAGE[self.slug].fields}

    def values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in questions.PAGE[self.slug].fields}


class NumberForm(NumberTypedTwice, PageForm):
    """Refuses the number of a record for which they ask already, and knows which request that is.

    All that they ask for now is read and compared here: the same query whatever the number is.
    """

    # Of a form that was sent before: the reference of what it sent.
    sent = ""

    slug = "number"
    guidance = f"{_WORDS}/number.html"

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = self.cleaned_data
        number = cleaned.get("number")
        if number and number == cleaned.get("number_again"):
            sought = record_number.blind_index(number)
            own = Request.objects.own_standing(self.by).exclude(reference=self.sent)
            own = own.order_by("id")
            for reference, index in own.values_list("reference", "record__blind_index"):
                if bytes(index) == sought:
                    self.standing = reference
            if self.standing:
                self.add_error("number", "You have already asked for this record to be shielded")
        return cleaned

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
    guidance = f"{_WORDS}/identity.html"
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
    guidance = f"{_WORDS}/explained.html"
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
    guidance = f"{_WORDS}/ground.html"
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
    """The points of the chosen ground, each ticked as considered and never answered here.

    Refuses those of another ground than the request has by now, chosen in another window.
    """

    slug = "points"
    guidance = f"{_WORDS}/points.html"
    points = TickAllField(
        label="I have considered",
        error_messages={
            "required": "Consider each point, then tick it",
            "incomplete": "Consider each point, then tick it",
            "invalid_choice": OTHER_POINTS,
        },
    )
    points_of = forms.CharField(widget=AsOfNow, required=False)

    def __init__(self, *args: Any, asked: Request, **kwargs: Any) -> None:
        super().__init__(*args, asked=asked, **kwargs)
        points = GROUND[asked.ground].points
        choice(self, "points").choices = [(point.code, point.text) for point in points]
        cast(AsOfNow, self.fields["points_of"].widget).value = asked.ground

    def answered(self) -> dict[str, Any]:
        return super().answered() | {"points_of": self.asked.ground}

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = self.cleaned_data
        # Two grounds may have points of the same code in other words. A page without it is from
        # before it was there; what is no text at all is no ground either, and has no place to say.
        self.errors.pop("points_of", None)
        if "points" in cleaned and cleaned.get("points_of") != self.asked.ground:
            self.add_error("points", OTHER_POINTS)
        return cleaned


class ChoicesOrNone(forms.MultipleChoiceField):
    """Ticks, and one of them that excludes the others."""

    exclusive: str


class NotGroundsForm(PageForm):
    """What does not justify a shield. "None of these" is an answer, and excludes the others."""

    slug = "not-grounds"
    guidance = f"{_WORDS}/not-grounds.html"
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
    """Shield, or considered and not shielded; the latter is proposed where a "yes" was given.

    Refuses *shield* from a page that was opened before the "yes", which proposed nothing.
    """

    slug = "decision"
    guidance = f"{_WORDS}/decision.html"
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

    no_ground_shown = forms.CharField(widget=AsOfNow, required=False)

    def __init__(self, *args: Any, asked: Request, **kwargs: Any) -> None:
        super().__init__(*args, asked=asked, **kwargs)
        shown = cast(AsOfNow, self.fields["no_ground_shown"].widget)
        shown.value = "yes" if asked.not_grounds else ""

    def answered(self) -> dict[str, Any]:
        proposed = codes.Decision.CONSIDERED.value if self.asked.not_grounds else ""
        return {"decision": self.asked.decision or proposed}

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = self.cleaned_data
        # What is no text at all has no place to say so, and a page of before did not carry it.
        self.errors.pop("no_ground_shown", None)
        shields = cleaned.get("decision") == codes.Decision.SHIELD
        if shields and self.asked.not_grounds and cleaned.get("no_ground_shown") != "yes":
            self.add_error("decision", NO_GROUND_SINCE)
        return cleaned


class ReasonForm(PageForm):
    """Why no shield is asked for: beside the decision, and an answer only where that says so."""

    slug = "reason"
    guidance = f"{_WORDS}/reason.html"
    considered_reason = radios(
        "If you decided not to shield: what is the main reason?",
        labels(codes.ConsideredReason),
        "Select the main reason",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["considered_reason"].required = False

    @property
    def is_asked(self) -> bool:
        """Whether the decision beside it, or else the saved one, is *considered, not shielded*."""
        decided = self.data.get("decision", self.asked.decision)
        return bool(decided == codes.Decision.CONSIDERED)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = self.cleaned_data
        if not self.is_asked:
            self.errors.pop("considered_reason", None)  # what it says does not matter
        elif not cleaned.get("considered_reason") and not self.errors:
            said = self.fields["considered_reason"].error_messages["required"]
            self.add_error("considered_reason", said)
        return cleaned

    def values(self) -> dict[str, Any]:
        return super().values() if self.is_asked else {}


class SupporterForm(PageForm):
    """Who supported the decision: from the directory, or said not to be in it. Never a gate."""

    slug = "manager"
    guidance = f"{_WORDS}/manager.html"
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
        self.managers = self.offered()
        field = cast(Radios, self.fields["supporter"])  # as it is declared above
        field.choices = self.choices()
        field.hints = self.hints() | {
            NOT_LISTED: "Send the request all the same. Then ask the IW Team to put your line "
            "manager into the directory."
        }

    def offered(self) -> dict[str, User]:
        """Return the managers that the page shows, by opaque id."""
        raise NotImplementedError

    def choices(self) -> Choices:
        """Return the answers shown: the managers, and that theirs is not in the directory."""
        shown = [(uid, self.words(person)) for uid, person in self.managers.items()]
        return [*shown, (NOT_LISTED, "My manager is not in the directory")]

    def words(self, manager: User) -> str:
        """Return a manager as the reader of the page may know them."""
        return manager.name

    def hints(self) -> dict[str, str]:
        """Return what is said below an answer, by the answer."""
        return {}

    def answered(self) -> dict[str, Any]:
        chosen = str(self.asked.supporter.uid) if self.asked.supporter else ""
        return {
            "supporter": NOT_LISTED if self.asked.supporter_not_listed else chosen,
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


class ManagerForm(SupporterForm):
    """One's own line manager with one click, or another by their exact work email.

    The email is looked up last, when all else on the sheet is right: so whoever reads who has it
    has also said whom they name.
    """

    field_order = ("supporter", "email", "supported_on")
    email = EmailAddressField(
        label="Work email of the other manager",
        required=False,
        help_text="Only if you selected another manager: their exact work email. They manage "
        "people in your service, or are above your line manager.",
    )

    def offered(self) -> dict[str, User]:
        """Return one's own line manager, and who was named before: as long as they may be."""
        known = [one for one in (self.by.line_manager, self.asked.supporter) if one is not None]
        fit = User.objects.fit_to_support(self.by).filter(pk__in=[one.pk for one in known])
        fits = set(fit.values_list("pk", flat=True)) if known else set()
        return {str(one.uid): one for one in known if one.pk in fits}

    def choices(self) -> Choices:
        *shown, not_listed = super().choices()
        return [*shown, (ANOTHER, "Another manager, by their work email"), not_listed]

    def hints(self) -> dict[str, str]:
        own = self.by.line_manager
        return {str(own.uid): "Your line manager"} if own else {}

    def answered(self) -> dict[str, Any]:
        """Show who was named before; nobody named yet: one's own. Never who may not be any more."""
        answered, named = super().answered(), self.asked.supporter
        if named is not None:
            fits = User.objects.fit_to_support(self.by).filter(pk=named.pk).exists()
            return answered if fits else answered | {"supporter": ANOTHER}
        if not self.asked.supporter_not_listed and self.by.line_manager is not None:
            answered["supporter"] = str(self.by.line_manager.uid)
        return answered

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("supporter") != ANOTHER:
            self.errors.pop("email", None)  # what it says does not matter
        elif not cleaned.get("email"):
            if "email" not in self.errors:
                self.add_error("email", "Enter the work email of the manager who supported you")
        elif self.others_are_right and not self.errors:
            self._look_up(cleaned["email"])
        return cleaned

    def _look_up(self, email: str) -> None:
        fit = User.objects.fit_to_support(self.by)
        try:
            self.managers[ANOTHER] = named_by_email(email, fit, by=self.by, now=clock_now())
        except ValidationError as error:
            self.nobody_named = isinstance(error, NobodyNamed)
            self.add_error("email", error)


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
    guidance = f"{_WORDS}/protection.html"
    chosen, done, on = "own_system", codes.OwnSystem.YES, "own_system_on"
    needed = "Enter the date you shielded your own systems"
    own_system = radios(
        "Are your service’s own systems shielded?",
        labels(codes.OwnSystem),
        "Select whether your own systems are shielded",
    )
    own_system_on = PastDayField(
        label="If yes, when did you shield them?",
        required=False,
        years=25,
        help_text="For example, 27 3 2026",
    )
    measures_considered = tick(
        "I have considered whether the police or social care must be told and what else protects "
        "the family, and have done what is needed",
        "Consider what else protects the family, do what is needed, then tick the box",
    )


class SiblingsForm(PageForm):
    slug = "siblings"
    guidance = f"{_WORDS}/siblings.html"
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
    guidance = f"{_WORDS}/family.html"
    chosen, done, on = "family_told", codes.FamilyTold.DONE, "family_told_on"
    needed = "Enter the date you told them"
    family_told = radios(
        "Have you told the family?",
        labels(codes.FamilyTold),
        "Select whether you have told the family",
    )
    family_told_on = PastDayField(
        label="If yes, when did you tell them?",
        required=False,
        help_text="For example, 27 3 2026",
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


def forms_of(slug: str) -> list[type[forms.Form]]:
    """Return the forms of the sheet with this address."""
    return (
        [FORM[page.slug] for page in questions.SHEET[slug].parts] if slug in questions.SHEET else []
    )


class QuestionsForm(SheetForm):
    """Questions of a request on one page, and what they told the person when refused."""

    def __init__(
        self, pages: list[PageForm], data: QueryDict | None, *, more: Sequence[PartForm] = ()
    ) -> None:
        self.pages = pages
        super().__init__([*pages, *more], data)

    @property
    def nobody_named(self) -> bool:
        """Whether an email was typed that nobody has who may be named."""
        return any(page.nobody_named for page in self.pages)

    @property
    def standing(self) -> str:
        """The reference of a request of theirs that stands, if it is what they asked for again."""
        return next((page.standing for page in self.pages if page.standing), "")


class RequestSheetForm(QuestionsForm):
    """What a sheet asks of a request now, and whether what was posted answers more than that."""

    def __init__(
        self, sheet: questions.Sheet, data: QueryDict | None, *, asked: Request, by: User
    ) -> None:
        shown = questions.shown(sheet, asked)
        super().__init__([FORM[page.slug](data, asked=asked, by=by) for page in shown], data)
        closed = [FORM[page.slug] for page in sheet.parts if page not in shown]
        self.answers_what_is_closed = data is not None and answers_any(closed, data)
