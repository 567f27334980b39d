"""What PostgreSQL and Redis have in common: whose they are, where their sockets are, one starter.

Whoever starts one may be root, which neither should run as: it then runs as an existing
unprivileged account. Nobody's folder has its permissions changed and no account is made.
"""

import fcntl
import os
import shutil
import tempfile
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from shielding.embedded.binaries import account
from shielding.embedded.progress import wait_until

# A socket's path has at most 107 bytes, so it cannot be below the project's folder.
SOCKETS = Path("/tmp")  # noqa: S108 - only ever a fresh folder made by mkdtemp, mode 0700


class Server(ABC):
    """One server of our own, `what` for people, with what we note about it in `folder`."""

    def __init__(self, what: str, folder: Path) -> None:
        self.what = what
        self.folder = folder
        self.folder.mkdir(parents=True, exist_ok=True)
        self.account = account()

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Hold the lock that makes starting and stopping one person's business at a time."""
        with open(self.folder / "start.lock", "wb") as lock:

            def taken() -> bool:
                try:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    return False
                return True

            wait_until(taken, f"Another command is starting the embedded {self.what}", at_most=300)
            yield

    @abstractmethod
    def start(self) -> None:
        """Return when the server answers: found running, or started."""

    @abstractmethod
    def stop(self) -> None:
        """End the server and wait until it has gone; nothing to do where it has gone already."""

    @abstractmethod
    def answers(self) -> bool:
        """Whether the server that was started takes connections."""

    def identity(self, place: Path) -> dict[str, Any]:
        """How a server process is started: its folder, a bare environment, and its account."""
        started: dict[str, Any] = {
            "cwd": place,
            "env": {"PATH": os.defpath, "LC_ALL": "C"},
            "umask": 0o077,
        }
        if self.account:
            started |= {"user": self.account.pw_uid, "group": self.account.pw_gid}
            started |= {"extra_groups": []}
        return started

    def give(self, path: Path) -> None:
        """Make the account that runs the server the owner of something we made."""
        if self.account:
            os.chown(path, self.account.pw_uid, self.account.pw_gid)

    def sockets_like(self, before: str) -> str:
        """Make a short private folder (mode 0700) for one run's socket; return its path.

        The path is the one of the killed run `before` where that can be had: who worked with that
        server finds the new one there.
        """
        sockets = _made_again(before) or tempfile.mkdtemp(prefix="shielding-", dir=SOCKETS)
        self.give(Path(sockets))
        return sockets


def _made_again(folder: str) -> str:
    """Make an ended run's folder anew, empty; return its path, or nothing where that cannot be."""
    forget_sockets(folder)
    try:
        if _is_ours(folder):
            os.mkdir(folder, 0o700)
            return folder
    except OSError:
        pass  # somebody else's by now
    return ""


def _is_ours(folder: str) -> bool:
    return Path(folder).name.startswith("shielding-") and Path(folder).parent == SOCKETS


def forget_sockets(folder: str) -> None:
    """Remove the folder of an ended run's socket, and never anything else."""
    if _is_ours(folder):
        shutil.rmtree(folder, ignore_errors=True)


def works_in(folder: Path, number: str) -> bool:
    """Whether this process works in this folder, and is no stranger that got its number.

    Where there is no /proc to ask, False.
    """
    try:
        return number.isdigit() and Path(f"/proc/{number}/cwd").samefile(folder)
    except OSError:
        return False  # gone, a zombie, or somebody else's
