"""Invented files of shields, and their way through two members."""

from datetime import date, datetime, timedelta

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from logbook.days import clock_now
from requests_app.go_live.shields_file import Shield
from requests_app.go_live.views import SHIELDS
from shielding.accounts.bulk import actions as imports
from shielding.accounts.bulk.models import FileImport
from shielding.accounts.bulk.two_uploads import Ran, run
from shielding.accounts.models import User
from shielding.clock import months_after, today
from shielding.web.uploads import csv_file
from tests.support.requests import NOW, a_number

HEAD = "number;ground;email;placed;applied;next_review;involvement"


def a_row(person: User, number: str = "", **cells: object) -> str:
    """Return a row of a shield of this practitioner; `cells` say what is different of it."""
    row = {
        "number": number or a_number(),
        "ground": "abuse",
        "email": person.email,
        "placed": "2025-03-05",
        "applied": "06/03/2025",
        "next_review": today(clock_now()) + timedelta(days=10),
        "involvement": "on_record",
    } | cells
    return ";".join(map(str, row.values()))


def a_file(*rows: str) -> bytes:
    return "\n".join((HEAD, *rows, "")).encode()


def soon(now: datetime) -> date:
    """Return the latest day on which a review may be due that is taken over now."""
    return months_after(today(now), 6)


def confirmed(content: bytes, *, one: User, two: User, now: datetime = NOW) -> FileImport:
    """Return an import of this file that one member proposed and another confirmed."""
    rows = len(csv_file.read(content, SHIELDS.columns).lines)
    found = imports.propose("shields", content, rows=rows, by=one, now=now)
    return imports.confirm(found, content, by=two, now=now)


def rows_of(found: FileImport, content: bytes) -> list[Shield]:
    """Return the rows of an import, of which nothing may be wrong."""
    table = csv_file.read(content, SHIELDS.columns)
    rows: list[Shield] = SHIELDS.check(table, found.key_of_rows)
    assert table.problems.shown == []
    return rows


def taken_over(content: bytes, *, one: User, two: User) -> Ran:
    """Take over all shields of a file."""
    found = confirmed(content, one=one, two=two)
    return run(found, rows_of(found, content), SHIELDS.do, by=two)


def upload(person: User, content: bytes, found: FileImport | None = None, **answers: str):
    """Upload a file on the first page, or on that of an import."""
    client = Client()
    client.force_login(person)
    path, sent = reverse("go_live"), {"then": "check"} | answers
    if found is not None:
        path, sent = reverse("go_live_one", args=[found.reference]), {"attested": "on"} | answers
    file = SimpleUploadedFile("shields.csv", content)
    return client.post(path, sent | {"file": file}, follow=True)
