"""Invented files of people, and their way through two members."""

from datetime import datetime

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from shielding.accounts.bulk import actions
from shielding.accounts.bulk.models import FileImport
from shielding.accounts.bulk.views import PEOPLE
from shielding.accounts.models import User
from shielding.web.uploads import csv_file
from tests.support.requests import NOW

HEAD = "name,email,service,manager,phone"


def a_file(*rows: str) -> bytes:
    return "\n".join((HEAD, *rows, "")).encode()


def at(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def upload(person: User, content: bytes, found: FileImport | None = None, **answers):
    """Upload a file on the first page, or on that of an import."""
    if found is None:
        path, answers = reverse("people_import"), {"then": "check"} | answers
    else:
        path = reverse("people_import_one", args=[found.reference])
        answers = {"attested": "on"} | answers
    file = SimpleUploadedFile("people.csv", content)
    return at(person).post(path, answers | {"file": file}, follow=True)


def proposed(content: bytes, by: User, now: datetime = NOW) -> FileImport:
    rows = len(csv_file.read(content, PEOPLE.columns).lines)
    return actions.propose("people", content, rows=rows, by=by, now=now)


def rows_of(found: FileImport, content: bytes):
    return PEOPLE.check(csv_file.read(content, PEOPLE.columns), found.key_of_rows)
