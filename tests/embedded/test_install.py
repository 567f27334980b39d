"""What is pinned is what is installed: no more, no less, and nothing that came out since."""

import os
import subprocess
import sys
from collections.abc import Iterator

import pytest

from tests.embedded.support.project_folder import AWKWARD, Folder
from tests.embedded.support.wheels import pin, wheel

INSTALL = (
    "import sys; from shielding.embedded import install\n"
    "try:\n"
    "    install.environment(); install.packages('requirements-embedded.txt')\n"
    "except install.Trouble as trouble:\n"
    "    sys.exit(str(trouble))"
)


class Project:
    """A project of two small packages, `ruler` and the `pencil` that it needs."""

    def __init__(self, folder: Folder) -> None:
        self.path = folder.path
        self.wheels = self.path / "wheels"
        pencil = pin("pencil", "1.0", wheel(self.wheels, "pencil", "1.0"))
        ruler = pin("ruler", "1.0", wheel(self.wheels, "ruler", "1.0", "pencil>=1"))
        self.lines = {"pencil": pencil, "ruler": ruler}
        self.asks_for("ruler")
        self.pins("pencil", "ruler")

    def asks_for(self, *names: str) -> None:
        (self.path / "requirements-embedded.in").write_text("\n".join(names) + "\n")

    def pins(self, *names: str) -> None:
        text = "".join(self.lines[name] for name in names)
        (self.path / "requirements-embedded.txt").write_text(text)

    def install(self, **given: str) -> tuple[int, str]:
        """Install as `make run` does; return the status and what was printed."""
        offline = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": self.wheels.as_uri()}
        done = subprocess.run(
            [sys.executable, "-c", INSTALL],
            cwd=self.path,
            env=dict(os.environ) | offline | given,
            capture_output=True,
            text=True,
        )
        return done.returncode, done.stdout + done.stderr

    def installed(self) -> set[str]:
        pip = [self.path / ".venv/bin/python", "-m", "pip", "list", "--format", "freeze"]
        lines = subprocess.check_output(pip, text=True, stderr=subprocess.DEVNULL).split()
        return {line for line in lines if not line.startswith(("pip==", "setuptools=="))}


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    folder = Folder(tmp_path_factory.mktemp("install") / AWKWARD)
    yield Project(folder)
    folder.remove()


def test_a_release_that_came_out_since_is_not_installed(project: Project) -> None:
    wheel(project.wheels, "pencil", "2.0")
    status, printed = project.install()
    assert status == 0, printed
    assert project.installed() == {"pencil==1.0", "ruler==1.0"}
    assert project.install() == (0, "")  # and nothing is done twice


def test_a_line_taken_out_is_said(project: Project) -> None:
    project.pins("ruler")
    status, printed = project.install()
    assert status == 1
    assert "ruler 1.0 requires pencil, which is not installed" in printed
    assert "requirements-embedded.txt is not whole" in printed
    assert "make lock" in printed
    project.pins("pencil")
    assert project.install() == (
        1,
        "requirements-embedded.txt pins no ruler. Make it anew with: make lock\n",
    )


def test_what_the_list_no_longer_has_goes(project: Project) -> None:
    project.pins("pencil", "ruler")
    assert project.install()[0] == 0
    project.asks_for("pencil")
    project.pins("pencil")
    assert project.install()[0] == 0
    assert project.installed() == {"pencil==1.0"}


def test_a_changed_file_and_a_missing_registry_are_refused_in_words(project: Project) -> None:
    project.asks_for("ruler")
    whole = dict(project.lines)
    project.lines["ruler"] = pin("ruler", "1.0", "0" * 64)
    project.pins("pencil", "ruler")
    status, printed = project.install()
    assert (status, "DO NOT MATCH THE HASHES" in printed) == (1, True)
    assert "A file that does not match its hash is refused" in printed
    project.lines = whole
    project.pins("pencil", "ruler")
    away = {"PIP_NO_INDEX": "0", "PIP_FIND_LINKS": "", "PIP_RETRIES": "0"}
    away |= {"PIP_INDEX_URL": "http://127.0.0.1:9/", "PIP_EXTRA_INDEX_URL": ""}
    status, printed = project.install(**away)
    assert (status, "a mirror is named by PIP_INDEX_URL" in printed) == (1, True)
    assert "Traceback" not in printed


def test_another_python_gets_an_environment_of_its_own(project: Project) -> None:
    project.asks_for("ruler")
    project.pins("pencil", "ruler")
    assert project.install()[0] == 0
    python = project.path / ".venv" / "bin" / "python"
    python.unlink()
    python.write_text("#!/bin/sh\necho 3.10\n")
    python.chmod(0o755)
    status, printed = project.install()
    assert (status, ".venv is of Python 3.10" in printed) == (0, True)
    assert project.installed() == {"pencil==1.0", "ruler==1.0"}
