"""One PostgreSQL server of our own: made once, started, stopped, and found again after a crash.

PostgreSQL refuses to run as root. For root its data are in a folder below /var/lib, because the
account it then runs as must reach them and the project's own folder may be closed to it.
"""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

from shielding.embedded.base_server import Server, forget_sockets, works_in
from shielding.embedded.binaries import HOME, binaries, open_folder
from shielding.embedded.keys import FOR_DJANGO, installation
from shielding.embedded.progress import Trouble, say, wait_until

OWNER, APPLICATION, DATABASE = "shielding_owner", "shielding_app", "shielding"
RETRIES = 5
SETTINGS = {
    "listen_addresses": "",  # only the socket in a private folder
    "unix_socket_permissions": "0700",
    "dynamic_shared_memory_type": "mmap",  # containers may have no /dev/shm, or a tiny one
    "password_encryption": "scram-sha-256",
    "timezone": "UTC",
    "log_timezone": "UTC",
    # An error's detail and statement hold the values of a row: neither may reach the log.
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
    "log_statement": "none",
    "log_min_duration_statement": "-1",
}


class Cluster(Server):
    """The server `name` of the project whose ignored folder is `var`.

    `version` asks for another major version of PostgreSQL than the wheel's first.
    """

    def __init__(
        self, name: str, var: Path, settings: dict[str, str], *, version: str = ""
    ) -> None:
        super().__init__("PostgreSQL", var / "postgres" / name)
        self.version = version
        self.secrets = installation(var, name)
        self.settings = SETTINGS | settings
        self.place = self.folder
        if self.account:
            self.place = HOME / self.secrets["INSTALLATION"]
        self.data = self.place / "data"
        self.log = self.place / "postgresql.log"

    # --- What a command needs to know ---------------------------------------------------------
    def keys(self) -> dict[str, str]:
        """Django's keys for the data of this server."""
        return {name: self.secrets[name] for name in FOR_DJANGO}

    def urls(self) -> dict[str, str]:
        """The two sign-ins: the application's, and the owner's, who migrates."""
        at = f"{self.socket_folder()}/{DATABASE}"
        return {
            "DATABASE_URL": f"postgres://{APPLICATION}:{self.secrets['APP_PASSWORD']}@/{at}",
            "DATABASE_OWNER_URL": f"postgres://{OWNER}:{self.secrets['OWNER_PASSWORD']}@/{at}",
        }

    # --- Starting and stopping ----------------------------------------------------------------
    def start(self) -> None:
        """Return when the server answers: found running, or started, made first if need be."""
        if self.answers():
            return
        open_folder(self.place)
        programs = binaries(self.version, self.account)
        self._refuse_copy()
        before = self._clear_what_a_crash_left()
        if not self.data.exists():
            self._make(programs)
        self._refuse_other_version(programs)
        for _ in range(RETRIES):
            if self._started(programs, self.sockets_like(before)):
                return
            if "still in use" not in self._last_words():
                break
            say("   Waiting for the last processes of the killed run to end.")
            time.sleep(2)
        raise Trouble(f"PostgreSQL did not start. Its last words:\n{self._last_words()}")

    def _started(self, programs: Path, sockets: str) -> bool:
        """Start the server process; whether it takes connections, or has ended at once."""
        config = self._configure(sockets)
        with open(self.log, "wb") as log:
            server = subprocess.Popen(
                [programs / "postgres", "-D", self.data, "-c", f"config_file={config}"],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # Ctrl-C is for us; we stop it when its last user has gone
                **self.identity(self.place),
            )
        try:
            wait_until(
                lambda: server.poll() is not None or (self._ready() and self.answers()),
                "Starting PostgreSQL",
                at_most=120,
            )
        except BaseException:
            server.terminate()
            raise
        if server.poll() is None:
            return True
        forget_sockets(sockets)
        return False

    def _configure(self, sockets: str) -> Path:
        """Write the server's configuration beside its data; return where."""
        access, config = self.place / "pg_hba.conf", self.place / "postgresql.conf"
        access.write_text("local all all scram-sha-256\n")
        own = {"hba_file": str(access), "unix_socket_directories": sockets}
        lines = (f"{key} = '{_quoted(value)}'\n" for key, value in (self.settings | own).items())
        config.write_text("".join(lines))
        for path in (access, config):
            path.chmod(0o644)  # no secret in them, and the server may run as another account
        return config

    def stop(self) -> None:
        """End the server and wait until it has gone; insist after a minute."""
        lock = self.data / "postmaster.pid"
        if not lock.exists():
            return
        number, sockets = self._pid(), self.socket_folder()
        for sign, patience in ((signal.SIGINT, 60), (signal.SIGQUIT, 10)):
            try:
                os.kill(number, sign)
                wait_until(lambda: not lock.exists(), "Stopping PostgreSQL", at_most=patience)
            except ProcessLookupError:
                break
            except Trouble:
                continue
            break
        forget_sockets(sockets)

    def answers(self) -> bool:
        """Whether a server takes connections on the socket its lock file names."""
        lines = self._lock_lines()
        if len(lines) < 5 or lines[1] != str(self.data):
            return False  # none, or the lock came here with a copied or moved folder
        with socket.socket(socket.AF_UNIX) as probe:
            probe.settimeout(5)
            try:
                probe.connect(f"{self.socket_folder()}/.s.PGSQL.5432")
            except OSError:
                return False
        return True

    def socket_folder(self) -> str:
        """The folder of the running server's socket; empty when none is running."""
        lines = self._lock_lines()
        return lines[4] if len(lines) > 4 else ""

    # --- The lock file: pid, data, start time, port, socket folder, address, memory, state -----
    def _lock_lines(self) -> list[str]:
        try:
            return (self.data / "postmaster.pid").read_text().splitlines()
        except (FileNotFoundError, NotADirectoryError):
            return []

    def _pid(self) -> int:
        return int(self._lock_lines()[0])

    def _ready(self) -> bool:
        lines = self._lock_lines()
        return len(lines) > 7 and lines[7].strip() == "ready"

    def _clear_what_a_crash_left(self) -> str:
        """Remove the lock of a killed server. PostgreSQL keeps the data; it recovers by itself.

        Returns the folder of the killed server's socket, empty where nothing was left.
        """
        lines = self._lock_lines()
        if not lines:
            return ""
        if _works_in(self.data, lines[0].strip()):
            raise Trouble(
                f"A PostgreSQL of this folder (process {lines[0]}) runs but does not answer."
                f" End it with: kill -INT {lines[0]}"
            )
        say("   The last run was killed: PostgreSQL recovers its data.")
        before = self.socket_folder()
        (self.data / "postmaster.pid").unlink()
        return before

    def _refuse_copy(self) -> None:
        """Two folders must not share one database: root's data is not inside the folder."""
        if not self.account:
            return
        note, here = self.place / "project", str(self.folder)
        there = note.read_text() if note.exists() else here
        if there != here and Path(there).exists():
            raise Trouble(
                f"{self.folder} is a copy of {there}, and its database belongs to that one."
                " To begin anew here, remove the folder var/ of this copy."
            )
        note.write_text(here)

    def _last_words(self) -> str:
        text = self.log.read_text(errors="replace").splitlines()[-8:]
        return "\n".join(f"   | {line}" for line in text)

    # --- Making it ----------------------------------------------------------------------------
    def _make(self, programs: Path) -> None:
        """Make data folder, roles and database beside the final place, then move them there."""
        say(f"-> Making a PostgreSQL database in {self.place}")
        draft = self.place / "data.new"
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700)
        self.give(draft)
        self._run(
            programs / "initdb",
            "-D",
            draft,
            "-U",
            "postgres",
            "--encoding=UTF8",
            "--no-locale",
            "--auth=reject",
        )
        single = (programs / "postgres", "--single", "-D", draft, "postgres")
        self._run(*single, said=self._roles())
        draft.rename(self.data)

    def _roles(self) -> str:
        """Two sign-ins that own and may as little as they need; the superuser gets no password."""
        return (
            f"CREATE ROLE {OWNER} LOGIN CREATEDB PASSWORD '{self.secrets['OWNER_PASSWORD']}';\n"
            f"CREATE ROLE {APPLICATION} LOGIN PASSWORD '{self.secrets['APP_PASSWORD']}';\n"
            f"CREATE DATABASE {DATABASE} OWNER {OWNER};\n"
        )

    def _run(self, *command: str | Path, said: str = "") -> None:
        with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as output:
            given.write(said.encode())
            given.seek(0)
            process = subprocess.Popen(
                command,
                stdin=given,
                stdout=output,
                stderr=subprocess.STDOUT,
                **self.identity(self.place),
            )
            try:
                wait_until(lambda: process.poll() is not None, "Making the database", at_most=300)
            finally:
                if process.poll() is None:
                    process.kill()
                process.wait()
            output.seek(0)
            text = output.read().decode(errors="replace")
        if process.returncode or "ERROR:" in text or "FATAL:" in text:
            tail = "\n".join(f"   | {line}" for line in text.splitlines()[-8:])
            raise Trouble(f"PostgreSQL's data could not be made in {self.place}:\n{tail}")

    def _refuse_other_version(self, programs: Path) -> None:
        made = (self.data / "PG_VERSION").read_text().strip()
        have = subprocess.check_output([programs / "postgres", "--version"], text=True).split()[2]
        if have.split(".")[0] != made:
            raise Trouble(
                f"The data in {self.data} was made by PostgreSQL {made}; the installed one is"
                f" {have}. Install the requirements the data was made with, or move it away."
            )


def _works_in(data: Path, number: str) -> bool:
    """Whether this process is a PostgreSQL on this data, and not a stranger that got its number."""
    if Path("/proc/self").exists() or not number.isdigit():
        return works_in(data, number)
    found = subprocess.run(["ps", "-o", "comm=", "-p", number], capture_output=True)
    return b"postgres" in found.stdout


def _quoted(value: str) -> str:
    return value.replace("\\", "\\\\").replace("'", "''")
