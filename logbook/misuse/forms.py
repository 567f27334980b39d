"""Which days of signs of misuse to look at, and at most how many."""

from datetime import date, timedelta
from typing import Any

from django.http import QueryDict

from logbook.days import Days
from logbook.pages.filters import A_DAY, FIRST_DAY, DayField, FilterForm

# A quarter; whoever was away for longer takes it in parts.
MOST_DAYS = 92


class DaysForm(FilterForm):
    """Which days to look at: without any the last ones, with one alone as many from it or up to it.

    Days alone, so that nothing else that is typed here gets into an address.
    """

    since = DayField(label="From", required=False, **A_DAY)
    until = DayField(label="To", required=False, **A_DAY)

    def __init__(self, data: QueryDict, *, usual: Days) -> None:
        super().__init__(data)
        self.usual, self.today = usual, usual.last

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        most = max(MOST_DAYS, len(self.usual))
        if self.is_valid() and self.days.first > self.today:
            field = "since" if cleaned.get("since") else "until"
            self.add_error(field, "The days must not lie ahead")
        if self.is_valid() and len(self.days) > most:
            self.add_error("until", f"The last day must be within {most} days of the first")
        return cleaned

    @property
    def days(self) -> Days:
        """The days asked for, up to today. Only of a form that is valid."""
        since: date | None = self.cleaned_data.get("since")
        until: date | None = self.cleaned_data.get("until")
        longer = timedelta(days=len(self.usual) - 1)
        if since:
            first, last = since, until or since + longer
        elif until:
            first, last = max(FIRST_DAY, until - longer), until
        else:
            return self.usual
        return Days(first, max(first, min(last, self.today)))
