"""Which servers a command works with, and that they run for as long as anybody needs them."""

import fcntl
import os
import signal
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from shielding.embedded.base_server import Server
from shielding.embedded.keys import is_given, keys_not_given, with_ours
from shielding.embedded.postgresql import Cluster
from shielding.embedded.progress import Trouble, say, wait_until
from shielding.embedded.redis import Redis

ROOT = Path(__file__).resolve().parents[2]
VAR = ROOT / "var"
STOPS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
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
    given = [name for name in URLS if is_given(env, name)]
    if len(given) == 1:
        missing = next(name for name in URLS if name not in given)
        raise Trouble(
            f"{given[0]} is set and {missing} is not. Set both (the application's sign-in and the"
            " owner's, who migrates) to use your own server, or neither for the embedded one."
        )
    return bool(given)


@contextmanager
def environment(*, live: bool) -> Iterator[dict[str, str]]:
    """The environment a command needs: keys, and the sign-ins of a server that runs meanwhile.

    Raises Trouble when no server can be had.
    """
    given = dict(os.environ)
    if given_server(given):
        yield given | keys_not_given(VAR, "own-server")
        return
    version = os.environ.get("EMBEDDED_POSTGRES", "")  # "18": the tests on another version
    if live:
        cluster = Cluster("run", VAR, {})
    else:
        cluster = Cluster(f"tests{version}", VAR, FOR_TESTS, version=version)
    with in_use(cluster):
        given.setdefault("TRUSTED_PROXY_COUNT", "0")  # a machine that talks to itself
        ours = cluster.keys() | cluster.urls() | {"EMBEDDED_POSTGRES_LOG": str(cluster.log)}
        yield with_ours(given, ours)


@contextmanager
def with_redis(env: dict[str, str]) -> Iterator[dict[str, str]]:
    """Add the Redis of the worker: the one that is given, or our own meanwhile.

    Where there is none the environment stays without REDIS_URL, and a line says so.
    """
    if is_given(env, "REDIS_URL"):
        yield env
        return
    server = Redis("run", VAR)
    if server.program() is None:
        say("   No redis-server on this machine: what is due is done without worker and beat.")
        yield env
        return
    with in_use(server):
        yield env | {"REDIS_URL": server.url()}


def of_the_run(env: dict[str, str]) -> list[Server]:
    """The servers of our own that `make run` works with, where `env` was made by the two above."""
    ours: list[Server] = []
    if not given_server(dict(os.environ)):
        ours.append(Cluster("run", VAR, {}))
    if env.get("REDIS_URL") and not os.environ.get("REDIS_URL"):
        ours.append(Redis("run", VAR))
    return ours


@contextmanager
def in_use(server: Server) -> Iterator[None]:
    """Keep the server running meanwhile: its first user starts it, its last user stops it.

    A user is whoever holds the shared lock, so a killed one is no user any more.
    """
    with server.alone(), open(server.folder / "users.lock", "wb") as users:
        fcntl.flock(users, fcntl.LOCK_SH)
        server.start()
        mine = os.dup(users.fileno())
    try:
        yield
    finally:
        with uninterrupted(), server.alone():
            try:
                fcntl.flock(mine, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                pass  # somebody else still works with it
            else:
                server.stop()
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


def stop_politely(number: int, frame: FrameType | None) -> None:
    """Turn a signal into the exception that runs every `finally` on the way out."""
    raise SystemExit(128 + number)


def attend(command: Sequence[str], env: dict[str, str]) -> int:
    """Run `command` to its end and return its status; when we are stopped, stop it first."""
    try:
        child = subprocess.Popen(command, env=env)
    except OSError as error:
        raise Trouble(f"Cannot start {command[0]}: {error.strerror}.") from error
    try:
        status = child.wait()
    except SystemExit as stop:
        if stop.code == 128 + signal.SIGINT:
            _wait(child, 5)  # Ctrl-C reached it too: let it tidy up by itself
        raise
    finally:
        with uninterrupted():
            if child.poll() is None:
                child.terminate()
            if not _wait(child, 20):
                child.kill()
                child.wait()
    return status if status >= 0 else 128 - status


def _wait(child: subprocess.Popen[bytes], seconds: float) -> bool:
    """Whether the child ends within so many seconds."""
    try:
        wait_until(lambda: child.poll() is not None, "Stopping", at_most=seconds)
    except Trouble:
        return False
    return True
