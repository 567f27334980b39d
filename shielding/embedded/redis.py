"""A Redis of our own for the worker and the beat: nothing in it is worth keeping.

What is owed stands in PostgreSQL; Redis only carries "go and look". So there is no data folder,
no port and no password: a socket in a private folder, and after a crash simply a new one.
"""

import os
import signal
import socket
import subprocess
from pathlib import Path

from shielding.embedded.base_server import Server, forget_sockets, works_in
from shielding.embedded.binaries import redis_server
from shielding.embedded.progress import Trouble, wait_until

SETTINGS = (
    ("port", "0"),
    ("unixsocketperm", "700"),
    ("save", ""),
    ("appendonly", "no"),
    ("maxmemory", "64mb"),
    ("maxmemory-policy", "noeviction"),
)


class Redis(Server):
    """The server `name` of the project whose ignored folder is `var`."""

    def __init__(self, name: str, var: Path) -> None:
        super().__init__("Redis", var / "redis" / name)
        self.log = self.folder / "redis.log"
        self.note = self.folder / "sockets"  # where the running server's private folder is
        self.process: subprocess.Popen[bytes] | None = None  # if it was started here

    def program(self) -> Path | None:
        """Where Redis's program is; None on a machine without one."""
        return redis_server(self.account)

    def url(self) -> str:
        """The address as the worker takes it."""
        return f"redis+socket://{self._socket()}"

    def start(self) -> None:
        """Return when the server answers: found running, or started."""
        if self.answers():
            return
        before = self._clear_what_a_crash_left()
        program = self.program()
        if program is None:
            raise Trouble("There is no redis-server on this machine.")
        folder = Path(self.sockets_like(before))
        self.note.write_text(str(folder))  # before it starts: a killed starter leaves no orphan
        options = [*SETTINGS, ("unixsocket", str(self._socket())), ("dir", str(folder))]
        options.append(("pidfile", str(folder / "pid")))
        command = [str(program)]
        for name, value in options:
            command += [f"--{name}", value]
        with open(self.log, "wb") as log:
            self.process = server = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # Ctrl-C is for us; we stop it when its last user has gone
                **self.identity(folder),
            )
        wait_until(
            lambda: server.poll() is not None or self.answers(), "Starting Redis", at_most=30
        )
        if server.poll() is not None:
            words = self.log.read_text(errors="replace")
            raise Trouble(f"Redis did not start. Its last words:\n{words[-1500:]}")

    def stop(self) -> None:
        """End the server, which has nothing to save; insist after ten seconds."""
        number = self._pid()
        self._say(b"SHUTDOWN NOSAVE\r\n")
        try:
            wait_until(lambda: not self._runs(number), "Stopping Redis", at_most=10)
        except Trouble:
            os.kill(int(number), signal.SIGKILL)
        if self.process:
            self.process.wait()
        forget_sockets(str(self._folder()))
        self.note.unlink(missing_ok=True)

    def answers(self) -> bool:
        """Whether a server answers on the socket that was noted."""
        return self._say(b"PING\r\n").startswith(b"+PONG")

    def _say(self, words: bytes) -> bytes:
        with socket.socket(socket.AF_UNIX) as link:
            link.settimeout(5)
            try:
                link.connect(str(self._socket()))
                link.sendall(words)
                return link.recv(100)
            except OSError:
                return b""

    def _folder(self) -> Path:
        try:
            return Path(self.note.read_text().strip() or "/nowhere")
        except FileNotFoundError:
            return Path("/nowhere")

    def _socket(self) -> Path:
        return self._folder() / "redis.sock"

    def _pid(self) -> str:
        try:
            return (self._folder() / "pid").read_text().strip()
        except OSError:
            return ""

    def _runs(self, number: str) -> bool:
        return works_in(self._folder(), number) or self.answers()

    def _clear_what_a_crash_left(self) -> str:
        """End a server that does not answer; return the folder of its socket, empty without one."""
        number = self._pid()
        if works_in(self._folder(), number):
            os.kill(int(number), signal.SIGKILL)
        before = str(self._folder()) if self.note.exists() else ""
        self.note.unlink(missing_ok=True)
        return before
