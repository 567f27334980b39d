"""Keeps the processes of `make run` alive: site, worker, and the beat that wakes the worker.

The site's end is the end of all. Whatever else dies is started again, with one line.
"""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from shielding.embedded.base_server import Server
from shielding.embedded.progress import Trouble, say, wait_until

LOOK = 1  # seconds between two looks at whether everybody is still there
SOON_AGAIN = 5  # seconds before starting again what died within so many seconds
PATIENCE = 25  # the worker finishes its mail within 20 s when it is told to stop


@dataclass
class Post:
    """One process to keep: what it is called, how it is started, whether it may be missed.

    `orphaned` is the signal it gets when we are killed and nobody is left to insist.
    """

    name: str
    command: Sequence[str | Path]
    env: dict[str, str]
    vital: bool = False
    orphaned: signal.Signals = signal.SIGTERM
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0

    def start(self, cwd: Path) -> None:
        try:
            self.process = subprocess.Popen(
                self.command,
                env=self.env,
                cwd=cwd,
                stdin=subprocess.DEVNULL,
                start_new_session=True,  # Ctrl-C is for us; we stop them, then the servers
                preexec_fn=end_with(os.getpid(), self.orphaned),
            )
        except OSError as error:
            raise Trouble(f"Cannot start {self.command[0]}: {error.strerror}.") from error
        self.started = time.monotonic()

    @property
    def ended(self) -> int | None:
        """The status it ended with; None while it runs."""
        return self.process.poll() if self.process else 0

    def told_to_stop(self) -> None:
        if self.process and self.ended is None:
            self.process.terminate()

    def gone(self) -> None:
        """Wait for its end; insist when it takes too long."""
        if self.process is None:
            return
        try:
            wait_until(lambda: self.ended is not None, f"Stopping {self.name}", at_most=PATIENCE)
        except Trouble:
            self.process.kill()
        self.process.wait()


@contextmanager
def at_their_posts(posts: Sequence[Post], cwd: Path) -> Iterator[None]:
    """Start everybody; at the end tell all to stop and wait until all have gone."""
    try:
        for post in posts:
            post.start(cwd)
        yield
    finally:
        before = {number: signal.signal(number, signal.SIG_IGN) for number in _ASKED_TO_STOP}
        for post in posts:
            post.told_to_stop()
        for post in posts:
            post.gone()
        for number, handler in before.items():
            signal.signal(number, handler)


def keep(posts: Sequence[Post], cwd: Path, servers: Sequence[Server] = ()) -> int:
    """Return the status of a vital process when it ends; start the others again.

    A server of ours that died is started again where it was. Raises Trouble where it cannot be.
    """
    while True:
        for server in servers:
            _revive(server)
        for post in posts:
            status = post.ended
            if status is None:
                continue
            if post.vital:
                return status if status >= 0 else 128 - status
            again = max(0.0, post.started + SOON_AGAIN - time.monotonic())
            say(f"!! {post.name} ended (status {status}); starting it again.")
            time.sleep(again)
            post.start(cwd)
        time.sleep(LOOK)


def _revive(server: Server) -> None:
    if server.answers():
        return
    say(f"!! {server.what} ended; starting it again.")
    with server.alone():
        server.start()


_ASKED_TO_STOP = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def end_with(parent: int, orphaned: signal.Signals) -> Callable[[], None]:
    """What a new process does first: be sent this when we are killed, so that the port is free."""

    def first() -> None:
        if sys.platform != "linux":
            return
        ctypes.CDLL(None).prctl(1, orphaned)  # PR_SET_PDEATHSIG
        if os.getppid() != parent:  # we were killed before it asked: nobody will send it anything
            os._exit(1)

    return first
