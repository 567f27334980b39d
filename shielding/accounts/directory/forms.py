"""The questions of the pages about people and services."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from django import forms
from django.db.models import QuerySet
from django.forms.models import ModelChoiceIterator
from django.utils.crypto import salted_hmac
from django.utils.functional import cached_property

from shielding.accounts.addresses import why_not_this_address
from shielding.accounts.directory.similar import colleagues_like, people_like, services_like
from shielding.accounts.models import Service, User, new_service_code
from shielding.accounts.telling_apart import name_and_email
from shielding.phone_numbers import is_phone_number, phone_as_stored
from shielding.roles import Role
from shielding.web.fields import (
    BareTextField,
    EmailAddressField,
    Form,
    PlainTextField,
    choice,
    choice_of_rows,
)
from shielding.web.question_fields import BornField

NO_PHONE_NUMBER = "Enter a phone number that begins with 0 or +, like 01632 960 001"
LEAD, NOBODY = "iw_lead", "nobody"
ROLES = (
    (Role.IW.value, "IW Team"),
    (LEAD, "IW Team, lead"),
    (Role.AUDITOR.value, "Auditor"),
    (Role.ADMINISTRATOR.value, "Technical administrator"),
)
STATES = (
    ("working", "Can sign in"),
    ("suspended", "Suspended"),
    ("awaiting", "Awaiting a first role"),
)


class Seen(forms.CheckboxInput):
    """A box that is ticked for what was shown beside it, and for nothing else."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> bool:
        return bool(data.get(name) == self.attrs["value"])


class _NewNameForm(Form):
    """A name that is new. Where one is like it, that is shown before a second is given: the form
    comes back with a box to tick, which counts for the names beside it alone.
    """

    is_another = "This is somebody else"

    def names_like(self, name: str) -> list[str]:
        """Return the names like this one, in words that tell them apart."""
        raise NotImplementedError

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        names = self.names_like(cleaned["name"]) if "name" in cleaned else []
        if names:
            shown = salted_hmac("similar names", "\n".join(names), algorithm="sha256").hexdigest()
            self.fields["another"] = forms.BooleanField(
                label=self.is_another,
                help_text=f"There already: {'; '.join(names)}",
                widget=Seen(attrs={"value": shown}),
            )
            if self.data.get("another") != shown:
                self.add_error(
                    "another", "There is a similar name already. Look at it before you go on"
                )
        return cleaned


class ServiceForm(_NewNameForm):
    """The name of a new service. Only the IW Team and auditors will read it."""

    button = "Add the service"
    is_another = "This is another service"
    code = BornField(salt="new service", make=new_service_code)
    name = PlainTextField(
        label="Name of the service",
        max_length=80,
        help_text="Only the IW Team and auditors see this name. Everywhere else it is a code.",
        error_messages={"required": "Enter the name of the service"},
    )

    @cached_property
    def was_sent(self) -> bool:
        """Whether this form has made its service: what comes again is the act's to compare."""
        code = self.cleaned_data.get("code")
        return bool(code) and Service.objects.filter(code=code).exists()

    def names_like(self, name: str) -> list[str]:
        return [] if self.was_sent else services_like(name)

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        if not self.was_sent and Service.objects.filter(name__iexact=name).exists():
            raise forms.ValidationError("There is a service of this name already")
        return name


class NameForm(Form):
    """A person's name, as colleagues know it."""

    button = "Save the name"
    name = PlainTextField(
        label="Full name", max_length=80, error_messages={"required": "Enter their full name"}
    )


class RenameForm(_NewNameForm, NameForm):
    """The name of somebody who is there already, compared with everybody else's."""

    def __init__(self, *args: Any, person: User, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person, self.by = person, by

    def names_like(self, name: str) -> list[str]:
        if name == self.person.name:
            return []
        like = people_like if self.by.is_iw else colleagues_like
        return like(name, but=self.person)


class PhoneNumberField(BareTextField):
    """A work phone number in its stored spelling, or nothing: never words about somebody."""

    widget = forms.TextInput

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            label="Work phone number",
            required=False,
            max_length=60,
            help_text="From their service’s directory, for example 01632 960 001 or "
            "01632 960 001 ext 12. Leave it empty if there is none.",
            **kwargs,
        )

    def to_python(self, value: Any) -> str:
        phone = phone_as_stored(super().to_python(value))
        if phone and not is_phone_number(phone):
            raise forms.ValidationError(NO_PHONE_NUMBER)
        return phone


class PhoneForm(Form):
    """A person's work phone number, as the directory keeps it."""

    button = "Save the phone number"
    phone = PhoneNumberField()


class _AccountForm(_NewNameForm, NameForm):
    uid = BornField(salt="new account", make=lambda: str(uuid4()))
    email = EmailAddressField(
        label="Work email address",
        help_text="Their own, not one an office shares: duty mail goes there.",
        error_messages={"required": "Enter their work email address"},
    )

    field_order = ("uid",)

    @cached_property
    def was_sent(self) -> bool:
        """Whether this form has made its account: what comes again is the act's to compare."""
        uid = self.cleaned_data.get("uid")
        return bool(uid) and User.objects.filter(uid=uid).exists()

    def clean_uid(self) -> UUID | None:
        uid = self.cleaned_data["uid"]
        return UUID(uid) if uid else None

    def names_like(self, name: str) -> list[str]:
        return [] if self.was_sent else self.like(name)

    def like(self, name: str) -> list[str]:
        """Return the names like this one, as whoever fills this in may read them."""
        raise NotImplementedError

    def clean_email(self) -> str:
        email = User.objects.as_stored(self.cleaned_data["email"])
        if self.was_sent:
            return email
        if User.objects.filter(email=email).exists():
            raise forms.ValidationError("There is an account with this email address already")
        if wrong := why_not_this_address(email):
            raise forms.ValidationError(wrong)
        return email


class PractitionerForm(_AccountForm):
    """A new practitioner; who their line manager is comes on the next page."""

    button = "Add the practitioner"
    phone = PhoneNumberField()
    service = forms.ModelChoiceField(
        label="Service",
        queryset=Service.objects.none(),
        to_field_name="code",
        empty_label="Choose a service",
        error_messages={"required": "Select their service"},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = choice_of_rows(self, "service")
        field.queryset = Service.objects.open()
        field.label_from_instance = lambda service: service.name

    def like(self, name: str) -> list[str]:
        return people_like(name)


if TYPE_CHECKING:
    _OneOfThePeople = forms.ModelChoiceField[User]  # which Django can say to mypy only
    _People = ModelChoiceIterator[User]
else:
    _OneOfThePeople, _People = forms.ModelChoiceField, ModelChoiceIterator


class PersonField(_OneOfThePeople):
    """One of the people shown, by opaque id; anything else gets the same one message."""

    def to_python(self, value: Any) -> User | None:
        try:
            person: User | None = super().to_python(value)
        except forms.ValidationError:
            message = self.error_messages["invalid_choice"]
            raise forms.ValidationError(message, code="invalid_choice") from None
        return person


class _ThenNobody(_People):
    """The people to choose from, and before them that it is nobody for now."""

    def __iter__(self) -> Iterator[Any]:
        rows = super().__iter__()
        yield next(rows)  # what is no answer
        yield NOBODY, "Nobody for now"
        yield from rows


class ManagerField(PersonField):
    """Somebody's line manager, or that there is nobody for now: one of both must be said.

    Without a manager nobody hears of what is late, or would know that what is done with the account
    is wrong: that must not come of a page that was sent in haste.
    """

    iterator = _ThenNobody

    def __init__(self, *, label: str, help_text: str) -> None:
        super().__init__(
            label=label,
            queryset=User.objects.none(),
            to_field_name="uid",
            empty_label="Choose a line manager, or nobody",
            error_messages={
                "required": "Select their line manager, or nobody for now",
                "invalid_choice": "Select one of the people shown",
            },
            help_text=f"{help_text} With nobody, no manager is told of answers that are late or "
            "that the account is suspended or handed over, and they cannot ask for access.",
        )

    def clean(self, value: Any) -> User | None:
        return None if value == NOBODY else super().clean(value)


class ManagerForm(Form):
    """Whom a person reports to; nobody is an answer too."""

    button = "Save the line manager"
    manager = ManagerField(
        label="Line manager",
        help_text="People of the same service, and people of other services who manage others.",
    )

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = choice_of_rows(self, "manager")
        field.queryset = User.objects.fit_to_manage(person).select_related("service")
        field.label_from_instance = name_and_email


class _RoleChoice(Form):
    kind = forms.ChoiceField(
        label="Role",
        choices=ROLES,
        widget=forms.RadioSelect,
        error_messages={"required": "Select a role"},
    )

    def role(self) -> dict[str, Any]:
        """Return the answer as the actions take it."""
        kind = self.cleaned_data["kind"]
        return {"role": Role.IW.value if kind == LEAD else kind, "is_lead": kind == LEAD}


class RoleForm(_RoleChoice):
    """Another role for an account outside the services."""

    button = "Propose this role"


class RoleAccountForm(_AccountForm, _RoleChoice):
    """A new colleague outside the services, and the role proposed for them."""

    button = "Propose this account"

    def like(self, name: str) -> list[str]:
        return colleagues_like(name)


class PeopleFilter(Form):
    """Which people to list. Everything may be left open; a wrong answer lists nobody."""

    role = forms.ChoiceField(
        label="Role", required=False, choices=[("", "All roles"), *Role.choices]
    )
    state = forms.ChoiceField(
        label="Account", required=False, choices=[("", "All accounts"), *STATES]
    )
    service = forms.ModelChoiceField(
        label="Service",
        required=False,
        queryset=Service.objects.all(),
        to_field_name="code",
        empty_label="All services",
    )

    def __init__(self, *args: Any, names: bool, **kwargs: Any) -> None:
        """With `names` services are listed by name; an administrator reads their codes only."""
        super().__init__(*args, **kwargs)
        choice_of_rows(self, "service").label_from_instance = lambda service: (
            service.name if names else service.code
        )

    def words(self, name: str) -> str:
        """Return the answer to one filter as it was shown."""
        value = self.cleaned_data[name]
        if isinstance(value, Service):
            return str(choice_of_rows(self, name).label_from_instance(value))
        return str(dict(choice(self, name).choices)[value])

    def people(self) -> QuerySet[User]:
        """Return the people asked for, and nobody when an answer is not one of those shown."""
        people = User.objects.select_related("service", "line_manager")
        if not self.is_valid():
            return people.none()
        if role := self.cleaned_data["role"]:
            people = people.filter(role=role)
        if service := self.cleaned_data["service"]:
            people = people.in_service(service)
        match self.cleaned_data["state"]:
            case "working":
                people = people.working()
            case "suspended":
                people = people.filter(suspended_at__isnull=False)
            case "awaiting":
                people = people.filter(is_active=False, suspended_at__isnull=True)
        return people


class VouchForm(Form):
    """That a member phoned the person behind a new account."""

    button = "Attest it"
    phoned = forms.BooleanField(
        label="I phoned them on a number from the directory, and the account is theirs",
        error_messages={"required": "Tick once you phoned them"},
    )
