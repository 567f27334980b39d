"""What the tests of the logbook's pages share."""

import json
import re
from datetime import UTC, datetime
from typing import Any

from django.db import connection

from logbook.models import Entry
from logbook.writing import log_entry
from tests.support.people import a_practitioner

LIST = "/logbook/"
NOW = datetime(2026, 3, 27, 14, 5, 9, tzinfo=UTC)


def an_entry(by=None, *, at=NOW, reference="IW-7KQ4-M2XD", record_reference="IW-2222-2222"):
    """Return a new entry: somebody opened a request."""
    log_entry(
        "request_opened",
        by=by or a_practitioner(),
        at=at,
        reference=reference,
        record_reference=record_reference,
    )
    return Entry.objects.latest("id")


def written(at, entry=None):
    """Return an entry as if PostgreSQL had written it then: rewritten as the owner, for a test.

    In the test database alone, by a function of the owner's; see `tests/conftest.py`.
    """
    entry = entry or an_entry(at=at)
    with connection.cursor() as cursor:
        cursor.execute("SELECT tests_write_at(%s, %s)", [entry.pk, at])
    return Entry.objects.get(pk=entry.pk)


def of_before(event, *, by, reference="IW-7KQ4-M2XD", record_reference="", **facts: Any):
    """Return a new entry as an older version of the product wrote it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO logbook_entry (schema, salt, at, actor, role, service, event, reference,"
            " record, facts) VALUES (1, decode(repeat('5a', 16), 'hex'), %s, %s, %s, '', %s, %s,"
            " %s, %s)",
            [
                NOW,
                by.uid,
                by.role,
                event,
                reference,
                record_reference,
                json.dumps(facts, sort_keys=True, separators=(",", ":")),
            ],
        )
    return Entry.objects.latest("id")


def shown(answer):
    """Return the numbers of the entries on a page of the list, in order."""
    return [int(number) for number in re.findall(r'href="(\d+)/"', answer.text)]


def text_of(answer):
    """Return what a page says, without its markup."""
    return " ".join(re.sub("<[^>]+>", " ", answer.text).split())
