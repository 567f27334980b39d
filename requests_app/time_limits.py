"""By when a phoned request is confirmed, and somebody with *another reason* is phoned back."""

from datetime import date, datetime

from shielding import clock


def confirm_by(logged_at: datetime) -> date:
    """Return by when a practitioner confirms what they phoned: the end of the next working day."""
    return clock.next_working_day(clock.today(logged_at))


def phone_by(since: datetime) -> date:
    """Return by when somebody with *another reason* is phoned: by the end of the next working day.

    As long as a practitioner has to confirm what they phoned. Process document, the grounds.
    """
    return clock.next_working_day(clock.today(since))
