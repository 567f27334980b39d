"""A real Redis, real workers and beats, and a mail server that can refuse: for a test to break."""

import asyncio
import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from email import message_from_bytes
from pathlib import Path
from typing import Any

import redis
from aiosmtpd.controller import Controller
from django.db import connection

from shielding.embedded.binaries import redis_server

ROOT = Path(__file__).resolve().parents[3]
CELERY = ["-m", "celery", "-q", "-A", "shielding.celery"]
QUIET = ["--loglevel", "WARNING"]
ONE = ["--concurrency", "1", "--without-gossip", "--without-mingle"]


def wait_for(condition: Callable[[], object], seconds: float = 150) -> None:
    """Fail when `condition()` is not true within so many seconds.

    A machine that is busy may have the mail server answer too late: the next try is a minute off.
    """
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "it did not happen"
        time.sleep(0.02)


class PostOffice:
    """A mail server that keeps what it accepts and refuses whom it is told to."""

    def __init__(self, *, seconds_a_mail: float = 0.0) -> None:
        self.begun = 0
        self.mails: list[tuple[str, bytes]] = []
        self.refuses: set[str] = set()
        self.seconds_a_mail = seconds_a_mail
        with socket.create_server(("127.0.0.1", 0)) as probe:
            self.port = probe.getsockname()[1]
        self.controller: Controller | None = None

    def open(self) -> None:
        self.controller = Controller(self, hostname="127.0.0.1", port=self.port)
        self.controller.start()

    def close(self) -> None:
        if self.controller:
            self.controller.stop()
        self.controller = None

    async def handle_RCPT(
        self, server: Any, session: Any, envelope: Any, address: str, _: Any
    ) -> str:  # noqa: N802, E501 - the library's name
        if address in self.refuses:
            return "550 no such person"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        self.begun += 1
        await asyncio.sleep(self.seconds_a_mail)  # not accepted yet, and the sender has said all
        self.mails.append((envelope.rcpt_tos[0], envelope.content))
        await asyncio.sleep(self.seconds_a_mail)  # accepted, and the sender does not know it yet
        return "250 OK"

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    def received(self) -> Counter[str]:
        """Count what came, by recipient."""
        return Counter(address for address, _ in self.mails)

    def extras(self) -> int:
        """Return how many mails came more than once."""
        return len(self.mails) - len(set(self.received()))

    def message_ids(self) -> set[str]:
        return {str(message_from_bytes(content)["Message-ID"]) for _, content in self.mails}


@dataclass
class Engine:
    """What a test may start, kill, flush and take away. Everything ends with the test."""

    office: PostOffice
    tick_seconds: int = 1
    duty_mailboxes: str = ""
    begun: list[subprocess.Popen[bytes]] = field(default_factory=list)
    redis_process: subprocess.Popen[bytes] | None = None
    over: threading.Event = field(default_factory=threading.Event)
    folder: Path = field(default_factory=lambda: Path(tempfile.mkdtemp(prefix="engine-")))

    # --- Redis ---------------------------------------------------------------------------------
    @property
    def redis_url(self) -> str:
        return f"redis+socket://{self.folder}/redis.sock"

    def start_redis(self) -> None:
        program = redis_server(None)
        assert program, "these tests need a redis-server"
        self.redis_process = subprocess.Popen(
            [program, "--port", "0", "--unixsocket", str(self.folder / "redis.sock"), "--save", ""],
            stdout=subprocess.DEVNULL,
            cwd=self.folder,
        )
        wait_for(self._redis_answers)

    def stop_redis(self) -> None:
        if self.redis_process:
            self.redis_process.kill()
            self.redis_process.wait(60)

    def flush_redis(self) -> None:
        with contextlib.closing(self.link()) as link:
            link.flushall()

    def link(self, *, silence: float | None = 5) -> "redis.Redis":
        """Return a connection that bears so many seconds without a word from Redis, None: any."""
        return redis.Redis(unix_socket_path=str(self.folder / "redis.sock"), socket_timeout=silence)

    def _redis_answers(self) -> bool:
        with contextlib.closing(self.link()) as link, contextlib.suppress(redis.ConnectionError):
            return bool(link.ping())
        return False

    # --- Worker and beat -----------------------------------------------------------------------
    def environment(self) -> dict[str, str]:
        """The product's own settings, on the test's database."""
        server, _, _ = os.environ["DATABASE_URL"].rpartition("/")
        return os.environ | {
            "DUTY_MAILBOXES": self.duty_mailboxes,
            "DATABASE_URL": f"{server}/{connection.settings_dict['NAME']}",
            "DJANGO_SETTINGS_MODULE": "shielding.settings",
            "EMAIL_URL": self.office.url,
            "REDIS_URL": self.redis_url,
            "REMAP_SIGTERM": "SIGQUIT",
            "TICK_SECONDS": str(self.tick_seconds),
        }

    def worker(self) -> subprocess.Popen[bytes]:
        return self._begin(*CELERY, "worker", *ONE, *QUIET)

    def kept_worker(self) -> None:
        """Keep a worker: one that ends is started again, as `make run` and the containers do."""

        def keep() -> None:
            while not self.over.is_set():
                self.worker().wait()

        threading.Thread(target=keep, daemon=True).start()

    def beat(self) -> subprocess.Popen[bytes]:
        return self._begin(*CELERY, "beat", *QUIET)

    def drain(self, *options: str) -> subprocess.Popen[bytes]:
        return self._begin("manage.py", "drain", *options)

    def _begin(self, *what: str) -> subprocess.Popen[bytes]:
        with open(self.folder / "log", "ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-W", "ignore", *what],
                env=self.environment(),
                cwd=ROOT,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self.begun.append(process)
        return process

    def log(self) -> str:
        """Return everything the workers and beats wrote."""
        path = self.folder / "log"
        return path.read_text() if path.exists() else ""

    @staticmethod
    def kill(process: subprocess.Popen[bytes]) -> None:
        """End it as the kernel would: no goodbye."""
        process.send_signal(signal.SIGKILL)
        process.wait(60)

    def end(self) -> None:
        self.over.set()
        for process in list(self.begun):
            self.kill(process)
        self.stop_redis()
        shutil.rmtree(self.folder, ignore_errors=True)


class Listener:
    """Everything that is said to a Redis meanwhile."""

    def __init__(self, engine: Engine) -> None:
        self.engine, self.said = engine, ""
        self.thread = threading.Thread(target=self._listen, daemon=True)
        self.listening = threading.Event()

    def __enter__(self) -> "Listener":
        self.thread.start()
        assert self.listening.wait(10)
        return self

    def __exit__(self, *_: Any) -> None:
        with contextlib.closing(self.engine.link()) as link:
            link.set("the-end", "1")
        self.thread.join(10)

    def _listen(self) -> None:
        # A worker may take its time to start; until then nothing is said.
        link = self.engine.link(silence=None)
        with contextlib.closing(link), link.monitor() as monitor:
            self.listening.set()
            for heard in monitor.listen():
                self.said += f"{heard['command']}\n"
                if "the-end" in heard["command"]:
                    return
