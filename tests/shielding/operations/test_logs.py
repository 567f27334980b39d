"""No value anybody typed, and none of the database, reaches a log line."""

import logging
from types import SimpleNamespace

import pytest
from django.test import RequestFactory

from shielding.operations.logs import Careful

CANARY = "CANARY-7f3a"


def line(name: str, message: str, *args: object, **extra: object) -> str:
    """Return what a record of this logger becomes."""
    record = logging.LogRecord(name, logging.ERROR, __file__, 1, message, args, None)
    record.__dict__.update(extra)
    return Careful().format(record)


def test_a_request_is_told_by_its_page_not_by_its_path():
    request = RequestFactory().post(f"/guidance/{CANARY}/?q={CANARY}", {"number": CANARY})
    said = line(
        "django.request", "%s: %s", "Not Found", f"/{CANARY}", request=request, status_code=404
    )
    assert said.endswith("ERROR django.request POST 404 page=guidance_page")


@pytest.mark.parametrize("path", [f"/{CANARY}/", f"/{CANARY}"])
def test_an_address_that_is_no_page_is_told_as_none(path):
    said = line("django.request", "x", request=RequestFactory().get(path), status_code=404)
    assert said.endswith("GET 404 page=none")


def test_a_request_that_was_never_parsed():
    said = line("django.security", CANARY, request=SimpleNamespace(method="GET"), status_code=400)
    assert said.endswith("GET 400 page=none")


def test_an_exception_is_told_by_its_class_and_our_own_lines():
    try:
        try:
            raise KeyError(CANARY)
        except KeyError as cause:
            raise ValueError(f"Key (number)=({CANARY})") from cause
    except ValueError as error:
        said = line("django.request", "boom", exc_info=(type(error), error, error.__traceback__))
    assert CANARY not in said
    assert "ValueError from KeyError at tests/shielding/operations/test_logs.py:" in said
    assert "\n" not in said


def test_other_loggers_keep_their_values_to_themselves():
    assert CANARY not in line("psycopg2", "failed: %s", CANARY)
    assert CANARY not in line("anything", {"number": CANARY})


def test_our_own_loggers_may_name_references():
    assert line("shielding.tasks", "sealed %d", 3).endswith("ERROR shielding.tasks sealed 3")
