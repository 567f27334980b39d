"""The work queue with 500 open items beside an empty page of the same stack, in one run.

Figures are ratios: machines differ and are noisy, two pages measured in turns on one are not.
"""

import http.client
import os
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from urllib.parse import quote

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.urls import reverse

from logbook.references import new_reference
from requests_app.desk import phoned_requests
from tests.support import people
from tests.support.requests import NOW, a_number

pytestmark = [pytest.mark.bench, pytest.mark.django_db(transaction=True)]

ITEMS, CLIENTS, ROUNDS, EACH = 500, 8, 6, 80
MOST_TIMES_AN_EMPTY_PAGE = 3


def test_the_queue_with_500_items_costs_at_most_three_empty_pages():
    member = people.an_iw_member()
    service = people.a_service()
    for _ in range(ITEMS):
        phoned_requests.log_phoned(
            reference=new_reference(),
            number=a_number(),
            ground="abuse",
            caller="gp",
            practitioner=None,
            service=service,
            by=member,
            now=NOW,
        )
    cookie = _signed_in(member)
    pages = {
        "empty page": reverse("help_page", args=["cookies"]),
        "queue of 500": reverse("desk_queue"),
    }
    taken: dict[str, list[float]] = {name: [] for name in pages}
    rates: dict[str, list[float]] = {name: [] for name in pages}
    with _web_server() as port:
        for path in pages.values():
            _ask_many(port, path, cookie, 20)  # warm: both workers have both pages' templates
        for _ in range(ROUNDS):
            for name, path in pages.items():
                begun = time.perf_counter()
                taken[name] += _ask_many(port, path, cookie, EACH)
                rates[name].append(EACH / (time.perf_counter() - begun))
    for name, times in taken.items():
        p95 = statistics.quantiles(times, n=20)[18]
        print(
            f"\n{name:>14}: {statistics.median(rates[name]):6.1f} requests/s, "
            f"p50 {statistics.median(times) * 1000:6.1f} ms, p95 {p95 * 1000:6.1f} ms",
            end="",
        )
    ratio = statistics.median(taken["queue of 500"]) / statistics.median(taken["empty page"])
    print(f"\n         ratio: {ratio:.2f} (at most {MOST_TIMES_AN_EMPTY_PAGE})")
    assert ratio <= MOST_TIMES_AN_EMPTY_PAGE


def _signed_in(person) -> str:
    client = Client()
    client.force_login(person)
    return client.cookies[settings.SESSION_COOKIE_NAME].value


@contextmanager
def _web_server() -> Iterator[int]:
    """Run the product's own web server, two workers, on the test database; yield its port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "gunicorn", "--workers", "2", "--bind", f"127.0.0.1:{port}"]
    server = subprocess.Popen([*command, "shielding.wsgi"], env=_environment(), text=True)
    try:
        _wait_for(port)
        yield port
    finally:
        server.terminate()
        server.wait(timeout=20)


def _environment() -> dict[str, str]:
    given = connection.settings_dict
    url = "postgres://{USER}:{PASSWORD}@{host}/{NAME}".format(host=quote(given["HOST"]), **given)
    if given["HOST"].startswith("/"):
        url = "postgres://{USER}:{PASSWORD}@/{HOST}/{NAME}".format(**given)
    return os.environ | {
        "DATABASE_URL": url,
        "LOCAL_HTTP": "1",
        "STATICFILES_BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage",
    }


def _wait_for(port: int) -> None:
    for _ in range(100):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise RuntimeError("the web server did not start")


def _ask_many(port: int, path: str, cookie: str, how_many: int) -> list[float]:
    with ThreadPoolExecutor(CLIENTS) as clients:
        return list(clients.map(lambda _: _ask(port, path, cookie), range(how_many)))


def _ask(port: int, path: str, cookie: str) -> float:
    """Return the seconds one page took. Fails unless it is the page itself, whole."""
    begun = time.perf_counter()
    asked = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    asked.request("GET", path, headers={"Cookie": f"{settings.SESSION_COOKIE_NAME}={cookie}"})
    answer = asked.getresponse()
    body = answer.read()
    taken = time.perf_counter() - begun
    asked.close()
    assert answer.status == 200, answer.status
    assert b"</html>" in body
    return taken
