"""What entries of tests are made of."""

import uuid
from datetime import UTC, datetime
from types import SimpleNamespace

from logbook.writing import log_entry

NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
SOMEBODY = SimpleNamespace(uid=uuid.uuid4(), role="iw", service_code="")


def a_fact(value, *, by=SOMEBODY):
    """Write an entry of an event that takes one fact, with this value."""
    log_entry("draft_started", by=by, at=NOW, reference="IW-7KQ4-M2XD")
    log_entry("request_answers_changed", by=by, at=NOW, reference="IW-7KQ4-M2XD", pages=value)
