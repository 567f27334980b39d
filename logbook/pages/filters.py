"""What the list of entries can be narrowed by: days, person, service, event, reference."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any, cast

import django_filters
from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import F, Func, Q, TextField, Value
from django.http import QueryDict

from logbook.bare import NO_WORDS, bare, visible
from logbook.days import start_of, typed
from logbook.events.labels import event_label, in_groups
from logbook.models import Entry, EntryQuerySet
from logbook.pages import people_to_choose
from logbook.pages.selects import Select
from logbook.reading import written_when
from logbook.references import REFERENCE, as_reference, why_no_reference

FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2100, 12, 31)
_DAY_FORMATS = ["%d/%m/%Y", "%d %m %Y", "%d.%m.%Y", "%d-%m-%Y", "%Y-%m-%d", "%d %B %Y", "%d %b %Y"]
_DAY_RANGE = "Enter a year from 2000 to 2100"
# The name under which a source was asked; by PostgreSQL, which stumbles over no broken facts.
_ASKED_AS = Func(
    F("facts"),
    Value(f'"liaison":"({REFERENCE})"'),
    function="substring",
    output_field=TextField(),
)


A_DAY: dict[str, Any] = {
    "input_formats": _DAY_FORMATS,
    "help_text": "For example, 27/3/2026",
    "widget": forms.TextInput,
    "error_messages": {"invalid": "Enter a real date, for example 27/3/2026"},
    "validators": [
        MinValueValidator(FIRST_DAY, _DAY_RANGE),
        MaxValueValidator(LAST_DAY, _DAY_RANGE),
    ],
}


class ReferenceField(forms.CharField):
    """A reference, however it was spaced; nothing else, so that no record number is looked up."""

    def to_python(self, value: Any) -> str:
        text = bare(super().to_python(value) or "")
        reference = as_reference(text)
        if text and not reference:
            raise forms.ValidationError(why_no_reference(text), code="invalid")
        return reference

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        attrs: dict[str, Any] = super().widget_attrs(widget)
        return attrs | NO_WORDS


class DayField(forms.DateField):
    """A day on one line, without what came along when it was pasted."""

    def to_python(self, value: Any) -> date | None:
        return super().to_python(visible(value) if isinstance(value, str) else value)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        attrs: dict[str, Any] = super().widget_attrs(widget)
        return attrs | NO_WORDS


class DayFilter(django_filters.DateFilter):
    field_class = DayField


class ReferenceFilter(django_filters.CharFilter):
    field_class = ReferenceField


class FilterForm(forms.Form):
    """The filters' form: a range of days must run forwards.

    What is no answer to a field may be a record number typed in the wrong place: the page says so
    and does not show it again.
    """

    use_required_attribute = False

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        self.data = {name: self.data.get(name) for name in cleaned}
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until and until < since:
            self.add_error("until", "The last day must be the first day or later")
        return cleaned


class EntryFilter(django_filters.FilterSet):
    """The filters of the list, from its form or from an address line that anybody may have written.

    The form is posted and only what it found good goes into an address, so that a record number
    typed into a wrong field is in no address, no history and no server's log.

    Days are London days, and those of writing, which nobody can choose. A person goes by opaque
    id, so that no name is in an address; the choices are the people who work with the logbook, and
    whoever was chosen from an entry. A service goes by its code, of which entries have it.
    """

    since = DayFilter(label="From", method="from_day", **A_DAY)
    until = DayFilter(label="To", method="to_day", **A_DAY)
    event = django_filters.ChoiceFilter(
        label="Event",
        empty_label="Anything",
        widget=Select,
        error_messages={"invalid_choice": "Select an event from the list"},
    )
    person = django_filters.ChoiceFilter(
        field_name="actor",
        label="Person",
        empty_label="Anybody",
        widget=Select,
        help_text="For a practitioner, choose the name in an entry",
        error_messages={"invalid_choice": "Select a person from the list"},
    )
    service = django_filters.ChoiceFilter(
        label="Service of whoever did it",
        empty_label="Any service",
        help_text="What the IW Team did for a service is not among it",
        widget=Select,
        error_messages={"invalid_choice": "Select a service from the list"},
    )
    reference = ReferenceFilter(
        method="with_reference",
        label="Reference",
        help_text="For example, IW-7KQ4-M2XD. Never a record number",
    )

    class Meta:
        form = FilterForm

    def __init__(
        self,
        data: QueryDict,
        *,
        queryset: EntryQuerySet,
        hidden: frozenset[str] = frozenset(),
        emails: bool = False,
        services: Iterable[tuple[str, str]] | None = None,
    ) -> None:
        """Narrow entries; `hidden` are the events that whoever reads never finds among them.

        With `emails` the people to choose from are told apart by them. Without `services`, pairs of
        code and name, nothing is narrowed by service.
        """
        super().__init__(data, queryset=queryset)
        if services is None:
            del self.filters["service"]
        else:
            named = [(code, f"{name}, {code}") for code, name in services]
            self.filters["service"].extra["choices"] = named
        self.filters["event"].extra["choices"] = list(in_groups(hidden))
        self.filters["person"].extra["choices"] = people_to_choose.choices(
            data.get("person", ""), emails=emails
        )

    def from_day(self, entries: EntryQuerySet, name: str, day: date) -> EntryQuerySet:
        return entries.filter(written_at__gte=written_when(start_of(day)))

    def to_day(self, entries: EntryQuerySet, name: str, day: date) -> EntryQuerySet:
        ends = written_when(start_of(day + timedelta(days=1)))
        return entries.filter(written_at__lt=ends)

    def with_reference(self, entries: EntryQuerySet, name: str, reference: str) -> EntryQuerySet:
        """Return the entries about a request, review or hold, or about a record, so named.

        An entry that names only a request is about that request's record too: without it nobody
        could see who looked at a record by way of a request, or of what its source was asked.
        """
        about = Entry.objects.filter(record=reference).order_by()
        by_way_of = about.exclude(reference="").values_list("reference", flat=True).distinct()
        asked = about.filter(event="contact_asked").values_list(_ASKED_AS, flat=True)
        named = [reference, *by_way_of, *asked]
        # PostgreSQL cannot tell of a long list that "" is not in it, and its index leaves "" out.
        by_reference = Q(reference__in=named, reference__gt="")
        return entries.filter(by_reference | Q(record=reference))

    @property
    def used(self) -> dict[str, str]:
        """The filters that narrow the list, by name, as words, without those mistaken."""
        self.is_valid()
        cleaned = self.form.cleaned_data
        return {name: self._words(name, value) for name, value in cleaned.items() if value}

    @property
    def given(self) -> dict[str, str]:
        """The filters in use as they stand in an address: what was meant, not what was typed."""
        return {name: _in_address(self.form.cleaned_data[name]) for name in self.used}

    @property
    def entries(self) -> EntryQuerySet:
        """The entries asked for; none where a filter makes no sense."""
        found = cast(EntryQuerySet, self.qs)  # it narrows the one it was given
        return found if self.is_valid() else found.none()

    def _words(self, name: str, value: Any) -> str:
        if isinstance(value, date):
            return value.strftime("%-d %B %Y")
        if name == "event":
            return event_label(value)
        return str(dict(getattr(self.form.fields[name], "choices", ())).get(value, value))


def _in_address(value: Any) -> str:
    return typed(value) if isinstance(value, date) else str(value)
