"""A project folder of its own for each test, as awkward as a folder can be."""

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

PATIENCE = 120  # seconds that anything may take on a busy machine
PROJECT = Path(__file__).resolve().parents[3]
AWKWARD = "Sam's council folder, " + ", ".join(3 * ["with a name of more than 120 characters"])
# Reads and writes as each role; the embedded environment is all it has.
SQL = """
import os, sys, environ, psycopg2
url = environ.Env.db_url_config(os.environ[sys.argv[1]])
link = psycopg2.connect(host=url["HOST"], dbname=url["NAME"], user=url["USER"],
                        password=sys.argv[3] if len(sys.argv) > 3 else url["PASSWORD"])
link.autocommit = True
cursor = link.cursor()
cursor.execute(sys.argv[2])
if cursor.description:
    sys.stdout.write(repr(cursor.fetchall()))
"""


class Folder:
    """A copy of the room `shielding/embedded` in a folder that no other test uses."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.python = sys.executable
        self.begun: list[subprocess.Popen[str]] = []
        room = path / "shielding" / "embedded"
        room.mkdir(parents=True)
        path.chmod(0o700)
        (path / "shielding" / "__init__.py").touch()
        for source in (PROJECT / "shielding" / "embedded").glob("*.py"):
            shutil.copy(source, room)

    def add_the_product(self) -> None:
        """Copy everything else that is not ignored, and the built assets."""
        listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
        names = subprocess.check_output(listed, cwd=PROJECT, text=True).split("\0")
        built = (PROJECT / "var" / "static").glob("*")
        for source in [PROJECT / name for name in names if name] + list(built):
            if source.is_file():
                target = self.path / source.relative_to(PROJECT)
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(source, target)

    def begin(
        self, *arguments: str, before: Sequence[str] = (), at: Path | None = None, **given: str
    ) -> subprocess.Popen[str]:
        """Start `python -m shielding.embedded ...` here, behind the command `before`.

        `given` is added to the environment; `at` is another folder to do it in.
        """
        env = {name: value for name, value in os.environ.items() if "DATABASE" not in name}
        process = subprocess.Popen(
            [*before, self.python, "-m", "shielding.embedded", *arguments],
            cwd=at or self.path,
            env=env | given,
            text=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        self.begun.append(process)
        return process

    def do(self, *arguments: str, **options: Any) -> tuple[int, str]:
        """Begin it and wait for its end; return its status and what it printed."""
        process = self.begin(*arguments, **options)
        printed, _ = process.communicate(timeout=300)
        return process.returncode, printed

    def sql(self, role: str, text: str, *more: str, live: bool = False) -> tuple[int, str]:
        """Run one SQL statement as `DATABASE_URL` or `DATABASE_OWNER_URL`."""
        options = ["--live"] if live else []
        return self.do("exec", *options, "--", sys.executable, "-c", SQL, role, text, *more)

    def places(self) -> Iterator[Path]:
        """Where this folder's servers keep their data, as the Cluster decides."""
        for secret in (self.path / "var" / "secrets").glob("*.env"):
            values = dict(line.split("=", 1) for line in secret.read_text().splitlines())
            yield self.path / "var" / "postgres" / secret.stem
            yield Path("/var/lib/shielding") / values["INSTALLATION"]

    def servers(self) -> list[int]:
        """The processes that work in this folder's data, and its Redis."""
        homes = {place / "data" for place in self.places()}
        homes |= {Path(note.read_text()) for note in self.path.glob("var/redis/*/sockets")}
        return self._at_work(homes)

    def posts(self) -> list[int]:
        """The processes of the site, the worker and the beat."""
        begun = {process.pid for process in self.begun}
        return [number for number in self._at_work({self.path}) if number not in begun]

    def _at_work(self, homes: set[Path]) -> list[int]:
        """The processes whose folder is one of these."""
        found = []
        for link in Path("/proc").glob("[0-9]*/cwd"):
            try:
                if link.readlink() in homes:
                    found.append(int(link.parent.name))
            except OSError:
                continue
        return found

    def kill_everything(self) -> None:
        """As a power cut would: no process gets to say goodbye."""
        until = time.monotonic() + PATIENCE
        while running := self.servers() + self.posts():
            assert time.monotonic() < until, f"these cannot be killed: {running}"
            for number in running:
                try:
                    os.kill(number, signal.SIGKILL)
                except ProcessLookupError:
                    continue
            time.sleep(0.05)

    def remove(self) -> None:
        """Leave nothing behind, wherever the data was kept."""
        for process in self.begun:
            process.kill()
            with process:
                pass  # waits for it and closes its output
        self.kill_everything()
        for place in list(self.places()):
            shutil.rmtree(place, ignore_errors=True)
        shutil.rmtree(self.path, ignore_errors=True)


def printed_until(words: str, running: subprocess.Popen[str]) -> str:
    """Return what it printed up to the line with these words.

    Fails with what it printed instead, when it ends or is killed because it took too long.
    """
    assert running.stdout
    printed = ""
    too_long = threading.Timer(PATIENCE, running.kill)
    too_long.start()
    try:
        while line := running.stdout.readline():
            printed += line
            if words in line:
                return printed
    finally:
        too_long.cancel()
    raise AssertionError(f"it did not print “{words}” in {PATIENCE} seconds, but:\n{printed}")


def wait_for(condition: Callable[[], object], seconds: float = PATIENCE) -> None:
    """Fail when `condition()` is not true within so many seconds."""
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "it did not happen"
        time.sleep(0.05)
