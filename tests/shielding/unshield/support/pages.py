"""The pages of an unshield as a member opens them."""

from django.utils import timezone

from shielding.accounts.models import User
from shielding.models import Record
from tests.requests_app.support.desk import at_desk
from tests.support.shielded_records import DAY


def page_of(record: Record, act: str = "") -> str:
    return f"/records/{record.reference}/{act}"


def state(record: Record) -> str:
    record.refresh_from_db()
    return record.state


def long_signed_in(person: User):
    """Return a browser whose password was given half an hour ago."""
    browser = at_desk(person)
    session = browser.session
    session["fresh_at"] = int((timezone.now() - DAY / 48).timestamp())
    session.save()
    return browser
