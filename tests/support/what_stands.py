"""All that acts may change, to compare before and after what must have changed nothing."""

from typing import Any

from django.db.models import Model

from logbook.models import Entry
from requests_app.models import Request
from shielding.accounts.history import AccountChange
from shielding.accounts.models import User
from shielding.holds.hand_over.models import HandedOverHold, HandOver, HandOverTold
from shielding.models import Check, Consultation, DataLoad, Hold, Record, Review
from shielding.notices.models import Notice

_TABLES: tuple[type[Model], ...] = (
    AccountChange, Check, Consultation, DataLoad, HandOver, HandOverTold, HandedOverHold, Hold,
    Notice, Record, Request, Review, User,
)  # fmt: skip
# What is written of a look, or of a refusal: neither changes anything.
_LOOKS = (
    "directory_opened", "service_opened", "record_opened", "request_opened", "refused", "not_found",
    "signed_in",
)  # fmt: skip


def what_stands() -> dict[str, list[Any]]:
    """Return every row that an act may change, and every entry of an act."""
    rows: dict[str, list[Any]] = {
        table.__name__: list(table._default_manager.order_by("pk").values()) for table in _TABLES
    }
    for person in rows["User"]:
        person.pop("last_login")  # signing in is no act
    acts = Entry.objects.exclude(event__in=_LOOKS).order_by("id")
    return rows | {"Entry": list(acts.values_list("id", "event"))}
