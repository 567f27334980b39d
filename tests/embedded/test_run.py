"""`make run`'s own part from start to end: seeded, killed, run again, stopped."""

import http.client
import os
import re
import signal
import socket
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.embedded.support.project_folder import (
    AWKWARD,
    PATIENCE,
    Folder,
    printed_until,
    wait_for,
)

LAST_SIGN_IN = "administrator@"


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Folder]:
    made = Folder(tmp_path / AWKWARD)
    made.add_the_product()
    yield made
    made.remove()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def status(port: int, path: str = "/") -> int:
    """What the site answers to a stranger; 0 when nobody listens."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    except ConnectionError:
        return 0
    finally:
        connection.close()


def at_post(folder: Folder, word: str) -> int:
    """The process that we started as the worker, or the beat; not a child of its own."""
    for number in folder.posts():
        words = Path(f"/proc/{number}/cmdline").read_bytes().split(b"\0")
        parent = int(Path(f"/proc/{number}/stat").read_text().rsplit(")")[1].split()[1])
        if word.encode() in words and parent not in folder.posts():
            return number
    pytest.fail(f"there is no {word}")


def number_of(folder: Folder, server: str) -> int:
    """The process that PostgreSQL, or Redis, noted as its first."""
    if server == "Redis":
        note = folder.path / "var" / "redis" / "run" / "sockets"
        return int((Path(note.read_text()) / "pid").read_text())
    locks = [place / "data" / "postmaster.pid" for place in folder.places()]
    [lock] = [lock for lock in locks if lock.exists()]
    return int(lock.read_text().splitlines()[0])


def sign_ins(printed: str) -> list[str]:
    return re.findall(r"(\S+@\S+ +\S+)$", printed, re.MULTILINE)


def test_demo_data_survive_a_killed_run_and_a_stop_leaves_nothing(folder: Folder) -> None:
    port = free_port()
    first = folder.begin("run", PORT=str(port), TICK_SECONDS="1")
    printed = printed_until(LAST_SIGN_IN, first)
    assert f"The site is at http://127.0.0.1:{port}/" in printed
    assert 0 < status(port) < 500
    kept = folder.path / "var" / "demo-sign-ins.txt"
    assert kept.stat().st_mode & 0o777 == 0o600

    refused, said = folder.do("run", PORT=str(free_port()))
    assert (refused, said.strip()) == (
        1,
        f"The site of this folder is running already: process {first.pid}, http://127.0.0.1:{port}/",
    )

    wait_for(lambda: status(port, "/health/ready") == 200)  # the worker has looked
    wait_for(lambda: list((folder.path / "var" / "mail").glob("*.eml")))
    assert status(port, "/demo/mail/") == 200
    assert status(port, "/demo/") == 200
    os.kill(at_post(folder, "worker"), signal.SIGKILL)  # as the kernel does when memory runs out
    printed_until("The worker ended (status -9); starting it again", first)

    for server in ("Redis", "PostgreSQL"):
        os.kill(number_of(folder, server), signal.SIGKILL)
        printed_until(f"!! {server} ended; starting it again.", first)
        wait_for(lambda: status(port, "/health/ready") == 200)

    os.kill(at_post(folder, "beat"), signal.SIGSTOP)  # as deaf to a request to stop as it ever was
    os.kill(first.pid, signal.SIGKILL)
    first.communicate(timeout=PATIENCE)  # whoever outlives it keeps its output open
    wait_for(lambda: (status(port), folder.posts()) == (0, []))
    folder.kill_everything()

    second = folder.begin("run", PORT=str(port))
    again = printed_until(LAST_SIGN_IN, second)
    assert "The last run was killed: PostgreSQL recovers its data." in again
    assert "Making" not in again
    assert len(sign_ins(again)) == 12
    assert sign_ins(again) == sign_ins(printed)
    os.kill(second.pid, signal.SIGINT)
    assert second.communicate(timeout=PATIENCE)[0].endswith("`make run` goes on with it.\n")
    assert (second.returncode, folder.servers(), folder.posts(), status(port)) == (0, [], [], 0)


def test_an_own_server_is_neither_migrated_nor_seeded_by_running(folder: Folder) -> None:
    run = [sys.executable, "-m", "shielding.embedded", "run"]
    code, printed = folder.do("exec", "--", *run, PORT=str(free_port()))
    assert code == 1
    assert re.search(r"\nYour database lacks \d+ migrations\. Run: make migrate\n$", printed)
    nowhere = "postgres://somebody:secret@127.0.0.1:1/nothing"
    given = {"DATABASE_URL": nowhere, "DATABASE_OWNER_URL": nowhere, "PORT": str(free_port())}
    code, printed = folder.do("run", **given)
    assert (code, "Your server does not answer: connection to" in printed) == (1, True)
    assert not re.search("Traceback|secret|Making", printed)
    assert not (folder.path / "var" / "demo-sign-ins.txt").exists()
