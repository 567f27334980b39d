"""The embedded PostgreSQL: a real server from the binaries of an installed wheel, in this folder.

    python -m shielding.embedded run                     the site with demo data, until Ctrl-C
    python -m shielding.embedded exec -- COMMAND         COMMAND beside the server for tests
    python -m shielding.embedded exec --live -- COMMAND  COMMAND beside the data that `run` keeps

Both servers start with their first user and stop with their last; several commands may share one.
When DATABASE_URL and DATABASE_OWNER_URL are given, that server is used and none is started.
Only the standard library, so that a missing package ends in a sentence and not in a traceback.
"""

import fcntl
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from shielding.embedded.cluster import Cluster
from shielding.embedded.keys import keys
from shielding.embedded.progress import Trouble, say, wait_until

ROOT = Path(__file__).resolve().parents[2]
VAR = ROOT / "var"
URLS = ("DATABASE_URL", "DATABASE_OWNER_URL")
FOR_TESTS = {
    # Nothing in a test database is worth a disk flush; many test processes may connect.
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "200",
}


def given_server(env: dict[str, str]) -> bool:
    """Whether the environment names a server. Raises Trouble when it names half of one."""
    given = [name for name in URLS if env.get(name)]
    if len(given) == 1:
        missing = next(name for name in URLS if name not in given)
        raise Trouble(
            f"{given[0]} is set and {missing} is not. Set both (the application's sign-in and the"
            " owner's, who migrates) to use your own server, or neither for the embedded one."
        )
    return bool(given)


@contextmanager
def environment(*, live: bool) -> Iterator[dict[str, str]]:
    """The environment a command needs: keys, and the sign-ins of a server that is running meanwhile.

    What is set already is kept. Raises Trouble when no server can be had.
    """
    given = dict(os.environ)
    if given_server(given):
        yield keys(VAR, "own-server") | given
        return
    name = "run" if live else "tests"
    cluster = Cluster(name, VAR, {} if live else FOR_TESTS)
    with in_use(cluster):
        yield cluster.keys() | given | cluster.urls() | {"EMBEDDED_POSTGRES_LOG": str(cluster.log)}


@contextmanager
def in_use(cluster: Cluster) -> Iterator[None]:
    """Keep the server running meanwhile: its first user starts it, its last user stops it.

    A user is whoever holds the shared lock, so a killed one is no user any more.
    """
    with cluster.alone(), open(cluster.folder / "users.lock", "wb") as users:
        fcntl.flock(users, fcntl.LOCK_SH)
        cluster.start()
        mine = os.dup(users.fileno())
    try:
        yield
    finally:
        with uninterrupted(), cluster.alone():
            try:
                fcntl.flock(mine, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                pass  # somebody else still works with it
            else:
                cluster.stop()
            os.close(mine)


@contextmanager
def uninterrupted() -> Iterator[None]:
    """Let a second Ctrl-C not break the tidying up after the first."""
    before = {number: signal.signal(number, signal.SIG_IGN) for number in STOPS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


STOPS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def stop_politely(number: int, frame: FrameType | None) -> None:
    """Turn a signal into the exception that runs every `finally` on the way out."""
    raise SystemExit(128 + number)


def attend(command: list[str], env: dict[str, str]) -> int:
    """Run `command` to its end and return its status; when we are stopped, stop it first."""
    try:
        child = subprocess.Popen(command, env=env)
    except OSError as error:
        raise Trouble(f"Cannot start {command[0]}: {error.strerror}.") from error
    try:
        status = child.wait()
    finally:
        if child.poll() is None:
            with uninterrupted():
                child.terminate()
                end(child)
    return status if status >= 0 else 128 - status


def end(child: subprocess.Popen[bytes]) -> None:
    """Wait for a child that was asked to stop; insist after 20 seconds."""
    try:
        wait_until(lambda: child.poll() is not None, "Stopping", at_most=20)
    except Trouble:
        child.kill()
        child.wait()


def main(arguments: list[str]) -> int:
    """Do what the command line says; return the exit status."""
    for number in STOPS:
        signal.signal(number, stop_politely)
    try:
        if arguments == ["run"]:
            from shielding.embedded import serving

            return serving.run()
        if arguments[:1] == ["exec"] and "--" in arguments:
            split = arguments.index("--")
            options, command = arguments[1:split], arguments[split + 1 :]
            if command and options in ([], ["--live"]):
                with environment(live=bool(options)) as env:
                    return attend(command, env)
        say(str(__doc__))
        return 2
    except Trouble as trouble:
        say(f"\n{trouble}")
    except OSError as error:
        where = f": {error.filename}" if error.filename else ""
        say(f"\nCannot go on: {error.strerror or error}{where}")
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
