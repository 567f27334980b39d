"""Every page that shows a record, a request, an entry or the logbook leaves an entry of its own.

Committed before the first byte: where the entry cannot be written there is no page.
"""

import pytest
from django.db import DatabaseError, connection
from django.urls import reverse

from logbook.models import Entry
from tests.security.support.access_table import there
from tests.security.support.council import every_url

# What these show of an item is a list's line, or nothing: a question before an act on a colleague,
# or before a record is opened; of an import how many rows it has, and its members.
LISTS_AND_DIRECTORY = {
    "role_confirm",
    "role_refuse",
    "record_purpose",
    "go_live_one",
    "people_import_one",
}


def _pages_about_one_thing() -> list[str]:
    urls = every_url()
    about = {"reference", "number"}
    return sorted(
        name
        for name, url in urls.items()
        if about & set(url.pattern.converters) and name not in LISTS_AND_DIRECTORY
    )


@pytest.mark.django_db
def test_whoever_is_shown_a_request_a_record_or_an_entry_is_written_down(world):
    silent, shown = [], 0
    for name in _pages_about_one_thing():
        path = reverse(name, kwargs=there(world, name, set(every_url()[name].pattern.converters)))
        for who in ("owner", "iw", "auditor"):
            for method in ("get", "post"):
                last = Entry.objects.order_by("id").last().pk
                answer = getattr(world.client(who), method)(path)
                if answer.status_code != 200:
                    continue
                shown += 1
                new = Entry.objects.filter(pk__gt=last, actor=getattr(world, who).uid)
                if not new.exclude(event__in=["refused", "not_found"]).exists():
                    silent.append(f"{method} {name} {who}")
    assert silent == []
    assert shown > 20


@pytest.mark.django_db
@pytest.mark.parametrize(
    "name", ["desk_request", "brokerage_request", "record_detail", "logbook", "request_detail"]
)
def test_no_entry_no_page(name, world):
    path = reverse(name, kwargs=there(world, name, set(every_url()[name].pattern.converters)))
    client = world.client("owner" if name == "request_detail" else "iw")

    def refuse_entries(execute, sql, params, many, context):
        if "INSERT INTO logbook_entry" in sql:
            raise DatabaseError("the logbook is away")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(refuse_entries), pytest.raises(DatabaseError, match="away"):
        client.get(path)
