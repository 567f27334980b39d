"""No page takes a file, and a large one is refused before it is read."""

import io

import pytest
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.handlers.wsgi import WSGIRequest
from django.urls import reverse

_FIELD = b'--B\r\nContent-Disposition: form-data; name="login"\r\n\r\na@b.example\r\n'
_FILE = (
    b'--B\r\nContent-Disposition: form-data; name="file"; filename="people.csv"\r\n'
    b"Content-Type: text/csv\r\n\r\n"
)


class Body(io.BytesIO):
    """What a browser sends, and how much of it was asked for at once."""

    most = 0

    def read(self, size=-1):
        self.most = max(self.most, size)
        return super().read(size)


def sent(length, *, end=b"\r\n--B--\r\n"):
    """Return a request with a field and a file of this length, and its body."""
    body = Body(_FIELD + _FILE + b"x" * length + end)
    request = WSGIRequest(
        {
            "REQUEST_METHOD": "POST",
            "PATH_INFO": "/",
            "SERVER_NAME": "x",
            "SERVER_PORT": "80",
            "CONTENT_TYPE": "multipart/form-data; boundary=B",
            "CONTENT_LENGTH": str(len(body.getvalue())),
            "wsgi.input": body,
        }
    )
    return request, body


def test_a_small_file_is_left_out_and_read_piece_by_piece():
    request, body = sent(200_000)
    assert request.POST.dict() == {"login": "a@b.example"}
    assert request.FILES.dict() == {}
    assert 0 < body.most <= 64 * 1024


def test_a_large_file_is_refused_before_it_is_read():
    request, body = sent(10 * 1024 * 1024)
    with pytest.raises(RequestDataTooBig):
        _ = request.POST
    assert body.most == 0


def test_a_file_that_breaks_off_leaves_nothing():
    request, _ = sent(1_000, end=b"")
    assert request.FILES.dict() == {}


@pytest.mark.django_db
def test_whoever_sends_one_without_signing_in_reads_the_page_of_a_bad_request(client):
    large = SimpleUploadedFile("people.csv", b"x" * 300_000)
    page = client.post(reverse("account_login"), {"login": "a@b.example", "file": large})
    assert page.status_code == 400
