"""Moving the demo's clock: forward, by whole days, and never a row of any table."""

import fcntl
import os
from datetime import date, datetime, timedelta
from pathlib import Path

from django.conf import settings

from logbook.days import MOST_DAYS_AHEAD, days_ahead
from logbook.reading import clock_moves
from logbook.writing import log_entry_alone
from shielding import clock
from shielding.web.refusals import WrongState

STEPS = {"day": "A day", "week": "A week", "month": "A month"}


def move_clock(step: str, *, seen: int, by: None = None, now: datetime) -> int:
    """Move the demo's clock on by a day, a week or a month; returns how many days ahead it is.

    Refuses anywhere but in the demo, a clock that was moved since the page was seen, and more than
    ten years. The entry is written first: whoever is stopped in between has moved nothing, and no
    time that the clock ever said is without its entry.
    """
    if not settings.DEMO_CLOCK:
        raise WrongState("no_demo", "Only the demo's clock can be moved.")
    path = Path(settings.DEMO_CLOCK)
    with open(path.with_name(f"{path.name}.lock"), "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if days_ahead() != seen:
            raise WrongState("clock_moved", "The clock was moved meanwhile. Look at the day.")
        days = (_after(step, clock.today(now)) - clock.today(now)).days
        if seen + days > MOST_DAYS_AHEAD:
            raise WrongState("clock_too_far", "The clock of the demo goes no further.")
        log_entry_alone("demo_clock_moved", by=by, at=now, days=days, ahead=seen + days)
        _replace(path, str(seen + days))
    return seen + days


def keep_file() -> None:
    """Write the file of the clock where there is none: as far ahead as the last entry says.

    At the start of the demo, and nowhere else: while it runs nobody takes a lost file for none.
    """
    path = Path(settings.DEMO_CLOCK)
    if not path.exists():
        moves = clock_moves()
        _replace(path, str(moves[-1][1].days if moves else 0))


def _after(step: str, day: date) -> date:
    if step == "month":
        return clock.months_after(day, 1)
    return day + timedelta(days={"day": 1, "week": 7}[step])


def _replace(path: Path, text: str) -> None:
    """Put a whole file in the place of another: nobody ever reads half of one."""
    part = path.with_name(f"{path.name}.part")
    with open(part, "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
