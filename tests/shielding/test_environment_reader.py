"""A secret may come from a file; what is wrong with one stops the start and shows no value."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from shielding.environment_reader import database_address, env
from shielding.operations.database_roles import application_role

ROOT = Path(__file__).resolve().parents[2]
SECRETS = (
    "SECRET_KEY",
    "RECORD_NUMBER_KEYS",
    "RECORD_INDEX_KEY",
    "DATABASE_URL",
    "DATABASE_OWNER_URL",
    "EMAIL_URL",
    "REDIS_URL",
)


def started(code: str, **given: str) -> subprocess.CompletedProcess[str]:
    """Run `code` with this environment changed by `given`; what is given empty is not there."""
    together = {name: value for name, value in (os.environ | given).items() if value}
    return subprocess.run(
        [sys.executable, "-c", code], env=together, cwd=ROOT, capture_output=True, text=True
    )


@pytest.mark.parametrize("name", SECRETS)
def test_each_secret_is_read_from_a_file_without_the_line_end(name, tmp_path, monkeypatch):
    file = tmp_path / "secret"
    file.write_text("pa$$ phrase\\$\n")
    monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv(f"{name}_FILE", str(file))
    assert env(name) == "pa$$ phrase\\$"


def test_every_secret_of_the_settings_may_come_from_files(tmp_path):
    given = {}
    for name in SECRETS:
        value = os.environ.get(name) or {"EMAIL_URL": "smtp://m:25"}.get(name, "redis://r:1/0")
        (tmp_path / name).write_text(f"{value}\n")
        given |= {name: "", f"{name}_FILE": str(tmp_path / name)}
    shown = "import shielding.settings as s; print(s.REDIS_URL, s.EMAIL_HOST, s.DATABASE_OWNER_URL)"
    done = started(shown, **given)
    owner = os.environ["DATABASE_OWNER_URL"]
    assert (done.returncode, done.stdout.split()[1:]) == (0, ["m", owner]), done.stderr


@pytest.mark.parametrize("name", SECRETS)
def test_a_secret_given_both_ways_is_refused_without_its_value(name, tmp_path, monkeypatch):
    file = tmp_path / "secret"
    file.write_text("in the file")
    monkeypatch.setenv(name, "in the variable")
    monkeypatch.setenv(f"{name}_FILE", str(file))
    with pytest.raises(ImproperlyConfigured) as refusal:
        env(name)
    assert str(refusal.value) == f"{name} and {name}_FILE are both set: keep one of them."


@pytest.mark.parametrize("content", [None, b"", b" \n", b"\xff\xfe"])
def test_a_file_that_gives_nothing_stops_the_start(content, tmp_path):
    file = tmp_path / "secret"
    if content is not None:
        file.write_bytes(content)
    done = started("import shielding.settings", SECRET_KEY="", SECRET_KEY_FILE=str(file))
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1] == (
        "django.core.exceptions.ImproperlyConfigured: SECRET_KEY_FILE must name a file that can be"
        " read and is not empty."
    )


def test_what_is_not_given_at_all_is_named():
    done = started("import shielding.settings", SECRET_KEY="")
    assert "Set the SECRET_KEY environment variable" in done.stderr.splitlines()[-1]


def test_a_dollar_in_front_stands_for_nothing_and_is_not_told(monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "$hush$\\$")
    assert env("SECRET_KEY") == "$hush$\\$"


@pytest.mark.parametrize("name", ["DATABASE_URL", "EMAIL_URL"])
def test_an_address_that_cannot_be_read_is_refused_without_a_word_of_it(name):
    address = {"DATABASE_URL": "postgres://app:hush/hush@db:5432/x", "EMAIL_URL": "smtp://a:hu/s@m"}
    done = started("import shielding.settings", **{name: address[name]})
    assert done.returncode == 1
    assert f"{name} is no address that can be read" in done.stderr
    assert "hu" not in done.stderr.split("ImproperlyConfigured", 1)[1]
    with pytest.raises(ImproperlyConfigured, match="^OWNER is no address"):
        database_address("postgres://app:hush/hush@db:5432/x", "OWNER")


def test_who_the_application_is_comes_from_the_file_too(tmp_path, monkeypatch):
    file = tmp_path / "url"
    file.write_text("postgres://somebody:secret@db:5432/shielding\n")
    monkeypatch.delenv("DATABASE_URL")
    monkeypatch.setenv("DATABASE_URL_FILE", str(file))
    assert application_role() == "somebody"
