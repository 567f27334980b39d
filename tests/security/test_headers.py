"""The headers of errors and redirects, and the cookies; those of every door: the access table."""

import io

import pytest
from django.core.wsgi import get_wsgi_application
from django.test import Client
from django.urls import reverse

from tests.security.support.headers import differing
from tests.support import people


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("status", "ask"),
    [
        (404, lambda client: client.get("/no-such-page/", secure=True)),
        (405, lambda client: client.delete("/", secure=True)),
        (403, lambda client: client.post("/sign-in/", {"login": "x"}, secure=True)),
        (400, lambda client: client.get("/", secure=True, headers={"host": "elsewhere.example"})),
        (302, lambda client: client.get("/requests/", secure=True)),
    ],
)
def test_errors_and_redirects_have_them(status, ask):
    answer = ask(Client(enforce_csrf_checks=True))
    assert answer.status_code == status
    assert differing(answer) == {}


@pytest.mark.django_db
def test_plain_http_is_sent_to_https_with_them(settings):
    settings.SECURE_SSL_REDIRECT = True
    answer = Client().get("/sign-in/")
    assert (answer.status_code, answer.url) == (301, "https://testserver/sign-in/")
    assert set(differing(answer)) == {"Strict-Transport-Security"}  # browsers ignore it on http


@pytest.mark.django_db
def test_cookies_are_of_this_host_only_and_not_for_scripts():
    member, client = people.an_iw_member(), Client()
    client.post(
        reverse("account_login"), {"login": member.email, "password": people.PASSWORD}, secure=True
    )
    client.get(reverse("find_record"), secure=True)
    cookies = {name: cookie for name, cookie in client.cookies.items() if cookie.value}
    assert set(cookies) == {"__Host-session", "__Host-csrf", "__Host-known"}
    for name, cookie in cookies.items():
        assert cookie["secure"] is True
        assert cookie["httponly"] is True
        assert (cookie["path"], cookie["domain"]) == ("/", "")
        assert cookie["samesite"] == ("Strict" if name == "__Host-known" else "Lax")


@pytest.mark.django_db(transaction=True)  # the application closes its connection itself
@pytest.mark.parametrize(
    ("path", "status"), [("/sign-in/", 200), ("/health/live", 200), ("/nowhere/", 404)]
)
def test_head_is_answered_without_a_body(path, status):
    """Asked of the application itself: Django's test client would drop the body on its own."""
    bodies, lengths = {}, {}
    for method in ("GET", "HEAD"):
        environ = {
            "REQUEST_METHOD": method,
            "REMOTE_ADDR": "127.0.0.1",
            "PATH_INFO": path,
            "SERVER_NAME": "127.0.0.1",
            "SERVER_PORT": "80",
            "HTTP_HOST": "127.0.0.1",
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(),
        }

        def began(line, headers, method=method):
            assert line.startswith(str(status))
            lengths[method] = dict(headers)["Content-Length"]

        bodies[method] = b"".join(get_wsgi_application()(environ, began))
    assert len(bodies["GET"]) == int(lengths["GET"]) > 0
    assert bodies["HEAD"] == b""
    assert abs(int(lengths["HEAD"]) - int(lengths["GET"])) <= 1  # a masked token differs
