"""Every command that README and docs show is one that works, run here as it is written.

What another test runs, or what no test can run here, is named with where it is shown instead.
"""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.contrib.auth import get_user_model
from django.db import connection

from shielding import settings as product
from shielding.notices.timers import Timer
from tests.embedded.support.project_folder import PROJECT, Folder

# Which test module runs it, or why none does.
SHOWN_ELSEWHERE = {
    "make run": "test_run.py",
    "make test": "by running it",
    "make check": "by running it",
    "make migrate": "test_release.py",
    "cp .env.example .env": "test_compose.py",
    "docker compose up": "test_image.py",
    ".venv/bin/python -m shielding.embedded exec --live -- .venv/bin/python manage.py"
    " break_glass EMAIL --by YOURS --with THEIRS --why nobody_leads": "test_break_glass.py",
}
CRON = "*/10 * * * * "


def commands() -> list[str]:
    """What the code blocks of README and docs show, a continued line as one."""
    found = []
    for path in [PROJECT / "README.md", *sorted((PROJECT / "docs").rglob("*.md"))]:
        text = path.read_text(encoding="utf-8").replace("\\\n", " ")
        indented = re.findall(r"(?:\A|\n\n)((?:    [^\n]+\n)+)", text)
        fenced = re.findall(r"^```(?:sh|console)\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
        for block in indented + fenced:
            lines = [" ".join(line.split("    #")[0].split()) for line in block.splitlines()]
            found += [line for line in lines if _is_command(line)]
    return found


def _is_command(line: str) -> bool:
    return bool(re.match(r"(make|cp|docker|git|python3?|\.venv/\S+|\*/10) ", line))


def environment() -> dict[str, str]:
    """What a service's own file of settings says: the keys and the test's database."""
    names = ("SECRET_KEY", "RECORD_NUMBER_KEYS", "RECORD_INDEX_KEY")
    given = {name: os.environ[name] for name in names} | {"TRUSTED_PROXY_COUNT": "1"}
    for name in ("DATABASE_URL", "DATABASE_OWNER_URL"):
        server, _, _ = os.environ[name].rpartition("/")
        given[name] = f"{server}/{connection.settings_dict['NAME']}"
    return given


def run(command: str, *, at: Path = PROJECT, **given: str) -> str:
    """Run it as cron or a fresh shell does, with next to no environment; return what it said."""
    done = subprocess.run(
        ["/bin/sh", "-c", command],
        cwd=at,
        env={"PATH": "/usr/bin:/bin", "HOME": "/"} | given,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def only(part: str) -> str:
    """The one command that has this part."""
    [command] = [line for line in commands() if part in line]
    return command


def test_every_command_is_run_here_or_shown_elsewhere():
    run_here = [only(part) for part in ("drain", "first_accounts", "first_password")]
    run_here += [only(part) for part in ("makemigrations", "ruff format")]
    unknown = set(commands()) - set(run_here) - set(SHOWN_ELSEWHERE)
    unknown = {line for line in unknown if not line.startswith(("make run PORT=", "make test "))}
    assert not unknown
    assert set(SHOWN_ELSEWHERE) <= set(commands())
    tests = {path.name for path in (PROJECT / "tests").rglob("test_*.py")}
    assert {place for place in SHOWN_ELSEWHERE.values() if place.endswith(".py")} <= tests


def test_every_target_that_is_shown_is_one_and_every_one_has_its_line_of_help():
    makefile = (PROJECT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z]+):.*##", makefile, re.MULTILINE))
    # With no environment of ours: inside `make test` a second make says more than its own lines.
    assert {line.split()[1] for line in run("make help").splitlines()} == targets
    texts = [PROJECT / "README.md", *(PROJECT / "docs").rglob("*.md")]
    shown = {name for path in texts for name in re.findall(r"`make ([a-z]+)", path.read_text())}
    assert shown <= targets
    assert {"run", "test", "check"} <= shown


@pytest.mark.django_db(transaction=True)
def test_the_cron_line_does_a_round_with_nothing_but_the_file_of_settings(tmp_path: Path):
    settings = tmp_path / "the settings.env"
    settings.write_text("".join(f"{name}='{value}'\n" for name, value in environment().items()))
    command = only("drain").removeprefix(CRON)
    assert "%" not in command  # to cron that is the end of the line
    command = command.replace("/etc/shielding.env", f"'{settings}'")
    run(command.replace("/srv/shielding", f"'{PROJECT}'"))
    assert Timer.objects.count() == 4


@pytest.mark.django_db(transaction=True)
@pytest.mark.behind_the_acts("accounts alone, made by a process of its own")
def test_the_first_accounts_are_made_as_it_is_written(settings):
    command = only("first_accounts")
    for name, email in (("Ada", "ada@council.example"), ("Bo", "bo@council.example")):
        command = command.replace('"NAME" EMAIL', f'"{name}" {email}', 1)
    said = run(command, **environment())
    assert "Technical administrator: ada@council.example" in said
    people = get_user_model().objects.values_list("email", flat=True)
    assert set(people) == {"ada@council.example", "bo@council.example"}
    command = only("first_password").replace("EMAIL", "ada@council.example")
    settings.PASSWORD_HASHERS = product.PASSWORD_HASHERS
    password = run(command, **environment()).split()[-1]
    assert get_user_model().objects.get(email="ada@council.example").check_password(password)


@pytest.mark.django_db(transaction=True)
def test_the_first_change_is_made_as_it_is_written(tmp_path: Path):
    page = (PROJECT / "docs" / "develop.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```(diff|python (\S+))\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    [(_, _, change)] = [block for block in blocks if block[0] == "diff"]
    [(_, name, new_test)] = [block for block in blocks if block[1]]
    Folder(tmp_path / "project").add_the_product()
    project = tmp_path / "project"
    (project / ".venv").symlink_to(sys.prefix)
    (project / name).write_text(new_test)
    (project / "change.diff").write_text(change)
    run("git apply change.diff", at=project)
    run(only("makemigrations"), at=project, **environment())
    assert len(list((project / "requests_app" / "migrations").glob("*_too_old.py"))) == 1
    run(only("ruff format"), at=project)
    run(f".venv/bin/python -m ruff format --check {name}", at=project)
    # The test itself would migrate a database of its own; here it is enough that it can be read.
    run(f".venv/bin/python -m pytest --collect-only -q {name}", at=project, **environment())
