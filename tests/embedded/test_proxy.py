"""What councils put before the web server keeps slow clients, large bodies and lies from it."""

import http.client
import os
import re
import socket
import ssl
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import urlencode

import pytest

from shielding.embedded import nginx
from shielding.embedded.progress import Trouble
from tests.embedded.support.proxy import HOST, Site

SLOW = 200
# With a token in the cookie the other one is looked for in the form, which has to be read for it.
HALF_A_FORM = (
    f"POST /sign-in/ HTTP/1.1\r\nHost: {HOST}\r\nX-Forwarded-Proto: https\r\n"
    f"Origin: https://{HOST}\r\nCookie: __Host-csrf={'a' * 32}\r\nContent-Length: 9000\r\n"
    "Content-Type: application/x-www-form-urlencoded\r\n\r\nlogin="
)
FORM = {"Content-Type": "application/x-www-form-urlencoded", "Referer": f"https://{HOST}/sign-in/"}


@pytest.fixture(scope="module")
def started(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    found = nginx.find()
    if not found:
        give_up = pytest.fail if os.environ.get("CI") else pytest.skip
        give_up(f"No nginx on this machine. {nginx.MEND}")
    made = Site(found, tmp_path_factory.mktemp("proxy"))
    yield made
    made.stop()


@pytest.fixture
def site(started: Site, transactional_db: None) -> Site:
    return started


class _Link(http.client.HTTPSConnection):
    """A connection to the council's name, which is this machine."""

    def __init__(self, site: Site, timeout: float) -> None:
        super().__init__(HOST, site.port, context=site.trust, timeout=timeout)
        self.connect_to = ("127.0.0.1", site.port)

    def connect(self) -> None:
        plain = socket.create_connection(self.connect_to, self.timeout)
        self.sock = self._context.wrap_socket(plain, server_hostname=HOST)  # type: ignore[attr-defined]


def ask(
    site: Site, path: str, body: bytes | None = None, *, within: float = 20, **headers: str
) -> tuple[int, str, http.client.HTTPMessage]:
    """Ask the proxy for a page, or post to it; return the status, the text and the headers."""
    with closing(_Link(site, within)) as link:
        link.request("GET" if body is None else "POST", path, body, {"Host": HOST} | headers)
        answer = link.getresponse()
        return answer.status, answer.read().decode(), answer.headers


def slow_ones(site: Site) -> list[socket.socket]:
    """Open connections that send half a head, half a form, or that ask and never read."""
    begun = (
        f"GET /sign-in/ HTTP/1.1\r\nHost: {HOST}\r\nX-Slow: ",
        HALF_A_FORM,
        f"GET /sign-in/ HTTP/1.1\r\nHost: {HOST}\r\n\r\n",
    )
    opened: list[socket.socket] = []
    for number in range(SLOW):
        plain = socket.create_connection(("127.0.0.1", site.port), 20)
        link = site.trust.wrap_socket(plain, server_hostname=HOST)
        link.sendall(begun[number % len(begun)].encode())
        opened.append(link)
    return opened


def test_two_hundred_slow_clients_hold_no_thread_of_the_web_server(site: Site) -> None:
    assert ask(site, "/sign-in/", within=60)[0] == 200  # it has started
    opened = slow_ones(site)
    status, page, headers = ask(site, "/sign-in/", within=2)
    assert (status, "Work email address" in page) == (200, True)
    assert headers.get_all("Strict-Transport-Security") == [
        "max-age=31536000; includeSubDomains; preload"
    ]
    # Without the proxy one for each thread would do: that is what it is for.
    for _ in range(12):
        plain = socket.create_connection(("127.0.0.1", site.gunicorn), 20)
        plain.sendall(HALF_A_FORM.encode())
        opened.append(plain)
    alone = http.client.HTTPConnection("127.0.0.1", site.gunicorn, timeout=0.5)
    alone.request("GET", "/health/live", headers={"Host": HOST})
    with pytest.raises(TimeoutError):
        alone.getresponse()
    for one in (alone, *opened):
        one.close()


def test_what_is_too_large_goes_no_further_and_no_lie_does(site: Site) -> None:
    for path, most in (("/sign-in/", 256), ("/people/import/", 1024), ("/go-live/", 1024)):
        status, text, _ = ask(site, path, b"x" * (most * 1024 + 1), **FORM)
        assert (status, "nothing was saved" in text) == (413, True), path
        assert ask(site, path, b"x" * (most * 1024 - 1), **FORM)[0] != 413, path

    # Who tries passwords and claims to be somebody else each time is one all the same.
    _, page, headers = ask(site, "/sign-in/")
    [token] = set(re.findall(r'name="csrfmiddlewaretoken" value="(\w+)"', page))
    cookie = re.search(r"__Host-csrf=\w+", str(headers))
    assert cookie
    tried = [
        ask(
            site,
            "/sign-in/",
            urlencode(
                {"login": "a@council.example", "password": "x" * 15, "csrfmiddlewaretoken": token}
            ).encode(),
            **FORM,
            **{"Cookie": cookie[0], "X-Forwarded-For": f"203.0.113.{number}"},
            **{"Forwarded": f"for=203.0.113.{number}", "X-Real-IP": f"203.0.113.{number}"},
        )[0]
        for number in range(5)
    ]
    assert tried == [200, 200, 200, 200, 429]

    # No other name is served, and nobody comes in without TLS, whatever they say about it.
    assert (
        ask(site, "/sign-in/", **{"X-Forwarded-Proto": "http", "X-Forwarded-Host": "a.b"})[0] == 200
    )
    plain = http.client.HTTPConnection("127.0.0.1", site.plain, timeout=20)
    plain.request("GET", "/sign-in/?a=b", headers={"Host": HOST, "X-Forwarded-Proto": "https"})
    answer = plain.getresponse()
    plain.close()
    assert (answer.status, answer.headers["Location"]) == (301, f"https://{HOST}/sign-in/?a=b")
    with pytest.raises(http.client.RemoteDisconnected):
        ask(site, "/sign-in/", **{"Host": "evil.example"})
    with (
        pytest.raises(ssl.SSLError),
        socket.create_connection(("127.0.0.1", site.port), 20) as link,
    ):
        site.trust.wrap_socket(link, server_hostname="evil.example")

    # Nor does a log hold what a mailed link opens, or who was tried.
    assert ask(site, "/new-password/MQ-canary7f3a/")[0] in (200, 302, 404)
    logs = "".join(path.read_text() for path in site.folder.glob("*.log"))
    assert (" GET 200 " in logs, " POST 413 " in logs) == (True, True)
    assert [word for word in ("canary7f3a", "sign-in", "council.example") if word in logs] == []


def test_without_nginx_a_line_says_what_to_install_and_ci_fails(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setenv("NGINX", str(tmp_path / "nothing"))
    monkeypatch.setenv("SKIP_APT", "1")
    monkeypatch.delenv("CI", raising=False)
    nginx.provide()
    said = capsys.readouterr()
    assert "apt-get install nginx" in said.out + said.err
    monkeypatch.setenv("CI", "true")
    with pytest.raises(Trouble, match="apt-get install nginx"):
        nginx.provide()
