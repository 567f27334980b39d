"""What somebody types is found nowhere but in its encrypted column: no log, URL, header or cache.

A number and a word are planted in every field of every form, in good answers and in bad ones, as
each role; then every place a leak would show is searched, PostgreSQL's own log among them.
"""

import io
import logging
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from shielding.embedded.postgresql import Cluster
from shielding.operations.database_roles import as_owner
from shielding.operations.logs import Careful
from tests.security.support.access_table import there
from tests.security.support.council import World, a_world, every_url
from tests.support.requests import a_draft

NUMBER = "CP73570001"
WORD = "CANARY7f3a"


@pytest.fixture
def log_lines(monkeypatch):
    """Everything the product's log would hold at its most talkative."""
    lines = io.StringIO()
    handler = logging.StreamHandler(lines)
    handler.setFormatter(Careful())
    for name in ("", "django", "django.request", "allauth"):
        monkeypatch.setattr(logging.getLogger(name), "level", logging.DEBUG)
    # Alone: pytest's own handlers, at the root, would write out the whole context of every page.
    for name in ("", "django"):
        monkeypatch.setattr(logging.getLogger(name), "handlers", [handler])
    monkeypatch.setattr(logging.getLogger("django"), "propagate", False)
    return lines


def _fields_of(page: bytes) -> set[str]:
    """Return the names of the fields a page's forms have, hidden ones left as they are."""
    inputs = re.findall(rb"<(?:input|select|textarea)[^>]*>", page)
    visible = [tag for tag in inputs if b'type="hidden"' not in tag]
    return {found[1].decode() for tag in visible if (found := re.search(rb'name="([^"]+)"', tag))}


def _plant(world: World) -> list:
    """Answer every form there is with the canaries; return every answer that came."""
    answers = []
    for name, pattern in every_url().items():
        path = reverse(name, kwargs=there(world, name, set(pattern.pattern.converters)))
        planted = set[str]()
        for who in ("owner", "iw", "lead", "administrator", "auditor"):
            client = world.client(who)
            page = client.get(path)
            answers.append(page)
            if page.status_code in (403, 404):
                continue  # the same refusal for whatever is sent
            names = _fields_of(page.content) | {"number", "number_again", "name", "email", "login"}
            if who == "lead" and names <= planted:
                continue  # the same form as any other member's
            for canary in (NUMBER, WORD, f"{WORD}\x00{NUMBER}"):
                if name not in ("account_logout", "not_me", "request_discard", "access_discard"):
                    answers.append(client.post(path, dict.fromkeys(names, canary)))
                    if answers[-1].status_code == 405:
                        break  # there is no form: nothing sent was read
                    if who == "iw" and answers[-1].status_code != 403:
                        planted = names
        answers.append(world.client("iw").get(path, {"q": WORD, "number": NUMBER, "person": WORD}))
    return answers


@pytest.mark.django_db(transaction=True)
def test_the_canaries_are_found_nowhere(log_lines):
    world = a_world()
    pg_log = _postgres_log()
    log_began = pg_log.stat().st_size if pg_log else 0
    answers: list = []
    # First: among what is planted is another email address, which ends its account's sessions.
    _shown_to_its_own(world, answers)
    answers += _plant(world)
    _trouble_in_postgres()

    found = []
    for answer in answers:
        head = " ".join(f"{key}: {value}" for key, value in answer.headers.items())
        title = re.search(rb"<title>(.*?)</title>", answer.content, re.DOTALL)
        found += _canaries(head, "a header")
        found += _canaries(title[1].decode() if title else "", "a title")
    found += _canaries(log_lines.getvalue(), "the log")
    assert "page=" in log_lines.getvalue()  # it was listening
    for session in Session.objects.all():
        found += _canaries(str(session.get_decoded()), "a session")
    found += [place for place in _columns_with_canaries() if not _may_hold_names(place)]
    if pg_log:
        text = pg_log.read_bytes()[log_began:].decode(errors="replace")
        assert "begins as not shielded" in text  # it was listening
        found += _canaries(text, "PostgreSQL's log")
    assert found == []


def _shown_to_its_own(world: World, answers: list) -> None:
    """Type the number into a draft, send it, show it: the ordinary life of a number."""
    client, draft = world.client("owner"), a_draft(world.owner)
    page = reverse("request_page", args=[draft.reference, "record"])
    typed = {"number": NUMBER, "number_again": NUMBER, "origin": "family"}
    answers.append(client.post(page, typed))
    draft.refresh_from_db()
    assert draft.number_in_clear() == NUMBER
    shown = client.post(reverse("request_number", args=[draft.reference]))
    assert NUMBER in shown.content.decode()
    answers.append(shown)
    searched = world.client("iw").post(
        reverse("find_record"), {"number": NUMBER, "purpose": "phone_call"}, follow=True
    )
    answers.append(searched)


def _trouble_in_postgres() -> None:
    """Make PostgreSQL refuse a row that holds the canaries: its default log would quote them."""
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO shielding_record (reference, uid, number, blind_index, state, episode)"
            " VALUES (%s, gen_random_uuid(), %s, %s, 'canary', 0) -- canary_meets_a_constraint",
            [WORD, NUMBER.encode(), WORD.encode()],
        )


def _postgres_log() -> Path | None:
    """Return the log of the embedded test server; a server that was given keeps its own."""
    server = Cluster("tests", settings.VAR, {})
    return server.log if server.log.is_file() and _is_used(server) else None


def _is_used(server: Cluster) -> bool:
    return connection.settings_dict["HOST"] == str(server.socket_folder())


def _canaries(text: str, place: str) -> list[str]:
    return [f"{canary} in {place}" for canary in (NUMBER, WORD) if canary.lower() in text.lower()]


def _columns_with_canaries() -> list[str]:
    """Return every table.column that holds a canary in clear, in any of its forms."""
    found = []
    with as_owner(connection), connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name, data_type FROM information_schema.columns"
            " WHERE table_schema = 'public'"
        )
        for table, column, kind in cursor.fetchall():
            text = f"encode({column}, 'escape')" if kind == "bytea" else f'"{column}"::text'
            cursor.execute(
                f'SELECT 1 FROM "{table}" WHERE {text} ILIKE ANY (%s) LIMIT 1',
                [[f"%{NUMBER}%", f"%{WORD}%"]],
            )
            if cursor.fetchone():
                found.append(f"{table}.{column}")
    return found


def _may_hold_names(place: str) -> bool:
    """Where names of staff and services are kept."""
    filed = ("accounts_user.sort_name", "accounts_service.sort_name")
    kept = ("accounts_user.name", "accounts_user.email", "accounts_service.name", *filed)
    return place in kept
