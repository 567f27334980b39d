"""The pages that take a file: who is there is asked before a byte is read, and then the token."""

import io
import re

import pytest
from django.test import Client
from django.urls import reverse

from shielding.accounts.bulk.models import FileImport
from shielding.web.uploads.in_memory import MOST_BYTES
from tests.support.people import a_practitioner, an_iw_member

pytestmark = pytest.mark.django_db
FILE = (
    b'--B\r\nContent-Disposition: form-data; name="then"\r\n\r\ncheck\r\n'
    b'--B\r\nContent-Disposition: form-data; name="file"; filename="../p.csv"\r\n'
    b"Content-Type: text/csv\r\n\r\n"
)
END = b"\r\n--B--\r\n"


class Body(io.BytesIO):
    """What a browser sends, and whether any of it was asked for."""

    was_read = False

    def read(self, size=-1):
        self.was_read = True
        return super().read(size)


def post(client: Client, content: bytes, *, token: str = "", end: bytes = END):
    """Send a file; return the answer, and whether a byte of it was read."""
    given = f'--B\r\nContent-Disposition: form-data; name="csrfmiddlewaretoken"\r\n\r\n{token}\r\n'
    whole = given.encode() + FILE + content + end
    body = Body(whole)
    environ = {"wsgi.input": body, "CONTENT_LENGTH": str(len(whole))}
    kind = "multipart/form-data; boundary=B"
    answer = client.generic("POST", reverse("people_import"), whole, kind, **environ)
    return answer, body.was_read


def at(person=None) -> Client:
    client = Client(enforce_csrf_checks=True)
    if person is not None:
        client.force_login(person)
    return client


def test_nothing_is_read_of_whoever_may_not_send_one():
    for client, code in ((at(), 302), (at(a_practitioner()), 403)):
        answer, was_read = post(client, b"x" * 100_000)
        assert (answer.status_code, was_read) == (code, False)


def test_without_the_token_of_a_page_it_is_refused():
    client = at(an_iw_member())
    page = client.get(reverse("people_import")).content.decode()
    token = re.search('csrfmiddlewaretoken" value="([^"]+)"', page)[1]
    answer, was_read = post(client, b"name\n", token="x" * 64)
    assert (answer.status_code, was_read) == (403, True)
    answer, _ = post(client, b"name\n", token=token)
    assert answer.status_code == 200
    assert "The first line has to name these columns" in answer.content.decode()


def test_ten_megabytes_are_refused_before_they_are_read_and_half_a_file_is_none():
    client = Client()
    client.force_login(an_iw_member())
    answer, was_read = post(client, b"x" * 10 * 1024 * 1024)
    assert (answer.status_code, was_read) == (400, False)
    answer, _ = post(client, b"name\n" * 10, end=b"")
    assert answer.status_code == 200
    assert "Select a CSV file" in answer.content.decode()
    answer, _ = post(client, b"x\n" * (MOST_BYTES // 2 - 1000))
    assert "The first line has to name these columns" in answer.content.decode()
    assert not FileImport.objects.exists()
