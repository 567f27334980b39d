"""London's days and quarters, as far as the logbook needs them."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")


def start_of(day: date) -> datetime:
    """Return the moment a day begins in London."""
    return datetime.combine(day, time.min, LONDON)


def london_day(moment: datetime) -> date:
    """Return the London date of a moment."""
    return moment.astimezone(LONDON).date()


def days_since(first: date, last: date) -> list[date]:
    """Return every day from the first to the last, both among them."""
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


@dataclass(frozen=True)
class Quarter:
    """A calendar quarter of London."""

    year: int
    number: int

    @property
    def code(self) -> str:
        """As it stands in an address and an entry, such as 2026-3."""
        return f"{self.year}-{self.number}"

    @property
    def first_day(self) -> date:
        return date(self.year, 3 * self.number - 2, 1)

    @property
    def last_day(self) -> date:
        return self.next.first_day - timedelta(days=1)

    @property
    def next(self) -> "Quarter":
        return Quarter(self.year + self.number // 4, self.number % 4 + 1)

    @property
    def before(self) -> "Quarter":
        return Quarter(self.year - (self.number == 1), (self.number - 2) % 4 + 1)


def whole_quarters(now: datetime, how_many: int) -> list[Quarter]:
    """Return the last quarters that are over, the latest first."""
    today = london_day(now)
    found = [Quarter(today.year, (today.month + 2) // 3).before]
    while len(found) < how_many:
        found.append(found[-1].before)
    return found
