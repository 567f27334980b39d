"""What the worker does every minute. Each task means "go and look": it has no arguments.

Whatever is owed stands in the database and each function guards its own rows, so a task that runs
twice, late, at the same time as another or by hand does no harm.
"""

from collections.abc import Callable
from datetime import datetime

from celery import shared_task

from logbook.days import both_clocks
from shielding.accounts.attempts import refused
from shielding.accounts.sessions.ending import forget_addresses
from shielding.notices import delivery
from shielding.notices.timers import note_run
from shielding.operations import clearing
from shielding.reviews import actions, reminders
from shielding.reviews.added import actions as added_reviews


def _open_reviews(now: datetime, _real: datetime) -> None:
    """Open the six-monthly reviews that are near, and begin the added ones whose day has come."""
    actions.open_due_reviews(now)
    added_reviews.begin_reviews(now)


def _raise_reminders(now: datetime, real: datetime) -> None:
    reminders.raise_reminders(now)
    forget_addresses(real)


def _keep_house(now: datetime, real: datetime) -> None:
    refused.keep_house(now, real)
    clearing.clear_expired(real)


# In this order `manage.py drain` does them: what is opened, then owed, then delivered, last
# what nobody waits for.
# A name that is added here is added to CELERY_BEAT_SCHEDULE in settings.py too.
ROUND: dict[str, Callable[[datetime, datetime], object]] = {
    "open_reviews": _open_reviews,
    "raise_reminders": _raise_reminders,
    "deliver_mail": delivery.deliver,
    "keep_house": _keep_house,
}


def look(name: str, now: datetime, real: datetime) -> None:
    """Do one task of the round, and write that it has looked; one that fails writes nothing.

    `now` is the process's time. When it looked is written by the real clock, which finds out
    whether it stopped: moved on, the demo's would say so at once, and nobody would look.
    """
    ROUND[name](now, real)
    note_run(name, now=real)


@shared_task(name="open_reviews")
def open_reviews() -> None:
    """Open six-monthly reviews that are near, begin added ones. Process document, step 7."""
    look("open_reviews", *both_clocks())


@shared_task(name="raise_reminders")
def raise_reminders() -> None:
    """Owe the reminders and escalations that are due. Process document, steps 4 and 7."""
    look("raise_reminders", *both_clocks())


@shared_task(name="deliver_mail")
def deliver_mail() -> None:
    """Deliver what is due. Process document, step 7: the reminders of reviews."""
    look("deliver_mail", *both_clocks())


@shared_task(name="keep_house")
def keep_house() -> None:
    """Tell refused tries to sign in; clear old counts and sessions. Process document, step 8."""
    look("keep_house", *both_clocks())
