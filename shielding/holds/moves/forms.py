"""To which service somebody moves, under whom, and what becomes of what they have in hand."""

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict

from logbook.references import is_reference
from shielding.accounts.directory.forms import ManagerField
from shielding.accounts.models import Service, User
from shielding.accounts.telling_apart import name_and_email
from shielding.holds.moves.actions import ALONG, HANDED_OVER
from shielding.web.fields import Form, choice_of_rows
from shielding.web.question_fields import OPEN_AGAIN, radios


class ServiceForm(Form):
    """The service somebody moves to: an open one, not theirs."""

    button = "Continue"
    to = forms.ModelChoiceField(
        label="New service",
        queryset=Service.objects.none(),
        to_field_name="code",
        empty_label="Choose a service",
        error_messages={"required": "Select the service they move to"},
    )

    def __init__(self, data: QueryDict | None = None, *, person: User) -> None:
        super().__init__(data)
        field = choice_of_rows(self, "to")
        field.queryset = Service.objects.open().exclude(people=person)
        field.label_from_instance = lambda service: service.name


class MoveForm(Form):
    """The new line manager, and whether what they have in hand goes along.

    Neither has a default. With nothing in hand the second is not asked. What goes along is what the
    page showed.
    """

    button = "Move them"
    button_kind = "warning"
    manager = ManagerField(
        label="New line manager",
        help_text="People of the new service, and people of other services who manage others.",
    )
    how = radios(
        "What happens to what they have in hand?",
        [
            (ALONG, "It goes along: they still answer for it in the new service"),
            (HANDED_OVER, "A colleague of the service they leave takes it over"),
        ],
        "Select what happens to what they have in hand",
        {HANDED_OVER: "The hand-over comes first, and another member confirms it. Then move them."},
    )
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        person: User,
        to: Service,
        shown: list[str],
        asks: bool,
    ) -> None:
        super().__init__(data, initial={"seen": " ".join(shown)})
        field = choice_of_rows(self, "manager")
        there = User(pk=person.pk, role=person.role, service=to)
        field.queryset = User.objects.fit_to_manage(there).select_related("service")
        field.label_from_instance = name_and_email
        if not asks:
            del self.fields["how"]

    def clean_seen(self) -> list[str]:
        """Return the references the page showed; anything else is of no page of ours."""
        seen: list[str] = self.cleaned_data["seen"].split()
        if not all(map(is_reference, seen)):
            raise ValidationError(OPEN_AGAIN, code="invalid")
        return seen
