"""What a compose file starts, as processes of this machine: its commands, variables and order.

What differs from containers, and nothing else does:
- A service's name in an address is 127.0.0.1, and each of its ports a free one of this machine.
- An image of ours is the folder that the Dockerfile's steps made; its processes run as whoever
  runs the tests. postgres and valkey are the embedded PostgreSQL and Redis, as on `make run`, and
  do at their start what the images do; mailpit is a mail server of Python that keeps the mail.
- A folder is not read-only; so a test looks whether anything in it was changed.
"""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from shielding.embedded.binaries import account, binaries, redis_server
from tests.embedded.support.compose import Project, Service
from tests.embedded.support.dockerfile import MACHINES, Image, Trouble
from tests.worker.support.machines import PostOffice

LOOPBACK = re.compile(r"(?<![\w.])(?:127\.0\.0\.1|0\.0\.0\.0):(\d+)")
CLIENT = """#!/bin/sh
exec '{python}' -c 'import redis, sys
print(redis.Redis(port={port}).execute_command(*sys.argv[1:]))' "$@"
"""
GRACE = 10.0  # what an engine waits for a container that was told to stop


def wait_for(condition: Callable[[], object], what: str, seconds: float = 90) -> None:
    """Raise Trouble when `condition()` is not true within so many seconds."""
    until = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > until:
            raise Trouble(f"it did not happen: {what}")
        time.sleep(0.1)


class Ports:
    """The free port of this machine that stands for each port of each service."""

    def __init__(self, services: list[str]) -> None:
        self.given: dict[tuple[str, int], int] = {}
        self.in_address = re.compile(rf"(?<=[@/])({'|'.join(services)}):(\d+)\b")

    def of(self, service: str, port: int) -> int:
        if (service, port) not in self.given:
            with socket.create_server(("127.0.0.1", 0)) as probe:
                self.given[service, port] = probe.getsockname()[1]
        return self.given[service, port]

    def addresses(self, value: str) -> str:
        """Return a variable's value with every service's address replaced."""
        return self.in_address.sub(
            lambda found: f"127.0.0.1:{self.of(found[1], int(found[2]))}", value
        )

    def own(self, service: str, word: str) -> str:
        """Return a word of a service's command with its own ports replaced."""
        return LOOPBACK.sub(lambda found: f"127.0.0.1:{self.of(service, int(found[1]))}", word)


class Container:
    """One service as a process. `start` begins it, `stop` ends it and returns its status."""

    stops_by = signal.SIGTERM
    user: dict[str, Any] = {}

    def __init__(self, service: Service, ports: Ports, place: Path) -> None:
        self.service, self.ports, self.place = service, ports, place
        self.log = place / f"{service.name}.log"
        self.process: subprocess.Popen[bytes] | None = None
        self.env = {name: ports.addresses(value) for name, value in service.environment.items()}
        self.cwd = place

    def start(self) -> None:
        self.begin(self.service.said["command"])

    def begin(self, command: list[str]) -> subprocess.Popen[bytes]:
        """Start a process with the service's variables and nothing of this machine's."""
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                command,
                env={"PATH": MACHINES} | self.env,
                cwd=self.cwd,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                **self.user,
            )
        return self.process

    def does(self, command: list[str], seconds: float = 60) -> tuple[int, str]:
        """Run a command as `docker compose exec` would; return its status and what it printed."""
        words = [self.ports.own(self.service.name, word) for word in command]
        path = self.env.get("PATH", MACHINES)
        done = subprocess.run(
            [shutil.which(words[0], path=path) or words[0], *words[1:]],
            env={"PATH": path} | self.env,
            cwd=self.cwd,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=seconds,
        )
        return done.returncode, done.stdout

    def healthy(self) -> bool:
        """Whether its health check, as written, says yes; Trouble when the container has ended."""
        if self.process is not None and self.process.poll() is not None:
            raise Trouble(f"{self.service.name} ended:\n{self.words()}")
        return self.does(self.service.health)[0] == 0

    def completed(self, seconds: float = 120) -> None:
        """Wait for its end. Raises Trouble unless it is a good one."""
        assert self.process
        if self.process.wait(seconds):
            raise Trouble(f"{self.service.name} failed:\n{self.words()}")

    def words(self) -> str:
        return self.log.read_text(errors="replace")[-3000:] if self.log.exists() else ""

    def stop(self) -> int | None:
        """Tell it to stop and wait as long as an engine would; None when it had to be killed."""
        if self.process is None:
            return 0
        if self.process.poll() is None:
            self.process.send_signal(self.stops_by)
        grace = float(self.service.said.get("stop_grace_period", f"{GRACE}s").removesuffix("s"))
        try:
            return self.process.wait(grace)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait(60)
            return None


class Ours(Container):
    """A container of the image that the Dockerfile makes."""

    def __init__(self, service: Service, ports: Ports, place: Path, image: Image) -> None:
        super().__init__(service, ports, place)
        self.image = image
        self.env = {"PATH": image.path(), "HOME": str(place)} | image.env | self.env
        self.cwd = image.inside(".")

    def start(self) -> None:
        command = self.service.said.get("command", self.image.command)
        words = [self.ports.own(self.service.name, word) for word in command]
        found = shutil.which(words[0], path=self.image.path())
        if not found:
            raise Trouble(f"{self.service.name}: the image has no program {words[0]}")
        self.begin([found, *words[1:]])


class Postgres(Container):
    """The image postgres: at its first start a server for itself alone, then the one that stays."""

    stops_by = signal.SIGINT  # as the image says

    def __init__(self, service: Service, ports: Ports, place: Path, project: Project) -> None:
        super().__init__(service, ports, place)
        self.project = project
        self.programs = binaries("", account())
        self.port = ports.of(service.name, 5432)
        self.cwd = self.home = Path(tempfile.mkdtemp(prefix="image-"))
        self.user = _as_somebody(self.home)
        # The image's programs look for its server by themselves; these two say where it is here.
        self.env |= {"PGPORT": str(self.port), "PGHOST": str(self.home), "LC_ALL": "C"}
        self.env["PATH"] = f"{self.programs}{os.pathsep}{MACHINES}"

    def start(self) -> None:
        """Make the data; run the scripts on a server that the health check must not take for ours.

        Raises Trouble when the health check says yes to that one.
        """
        self._initdb()
        first = self._serve("")
        wait_for(lambda: self._on_socket("pg_isready"), "PostgreSQL's first start")
        if self.healthy():
            raise Trouble(f"{self.service.name}: the health check takes the first start for ours")
        for script in self._scripts():
            self._psql(script)
        first.send_signal(signal.SIGINT)
        first.wait(60)
        self._serve("127.0.0.1")

    def _initdb(self) -> None:
        password = self.home / "password"
        password.write_text(self.env["POSTGRES_PASSWORD"])
        shutil.chown(password, self.user.get("user"))
        # The image trusts who comes from 127.0.0.1; here everybody does: passwords are asked for.
        made = self.begin(
            [
                str(self.programs / "initdb"),
                "-D",
                str(self.home / "data"),
                "-U",
                "postgres",
                "--pwfile",
                str(password),
                "--encoding=UTF8",  # the image's language is en_US.utf8
                "--auth-local=trust",
                "--auth-host=scram-sha-256",
            ]
        )
        if made.wait(120):
            raise Trouble(f"initdb failed:\n{self.words()}")

    def _serve(self, addresses: str) -> subprocess.Popen[bytes]:
        program, *options = self.service.said["command"]
        where = {
            "listen_addresses": addresses, "port": str(self.port),
            "unix_socket_directories": str(self.home), "dynamic_shared_memory_type": "mmap",
        }  # fmt: skip
        for name, value in where.items():
            options += ["-c", f"{name}={value}"]
        return self.begin([str(self.programs / program), "-D", str(self.home / "data"), *options])

    def _on_socket(self, program: str, *options: str) -> bool:
        return self.does([program, "-h", str(self.home), "-U", "postgres", *options])[0] == 0

    def _scripts(self) -> list[str]:
        found = []
        for config in self.service.said.get("configs", []):
            if not re.fullmatch(r"/docker-entrypoint-initdb\.d/\w+\.sql", config["target"]):
                raise Trouble(f"nothing here mounts {config['target']}")
            found.append(self.project.configs[config["source"]]["content"])
        return found

    def _psql(self, script: str) -> None:
        command = ["psql", "-v", "ON_ERROR_STOP=1", "--no-psqlrc", "-U", "postgres", "-c", script]
        for statement in filter(str.strip, script.split(";\n")):
            status, printed = self.does([*command[:-1], statement])
            if status:
                raise Trouble(f"{self.service.name}: {printed}")

    def stop(self) -> int | None:
        status = super().stop()
        shutil.rmtree(self.home, ignore_errors=True)
        return status


class Redis(Container):
    """The image valkey, by the embedded Redis, which speaks the same."""

    def __init__(self, service: Service, ports: Ports, place: Path) -> None:
        super().__init__(service, ports, place)
        self.port = str(ports.of(service.name, 6379))
        found = redis_server(account())
        if found is None:
            raise Trouble("these tests need a redis-server")
        self.program = found
        self.cwd = self.home = Path(tempfile.mkdtemp(prefix="image-"))
        self.user = _as_somebody(self.home)
        client = self.home / "valkey-cli"  # the wheel has the server alone
        client.write_text(CLIENT.format(python=sys.executable, port=self.port))
        client.chmod(0o755)
        self.env["PATH"] = f"{self.home}{os.pathsep}{MACHINES}"

    def start(self) -> None:
        program, *options = self.service.said["command"]
        if program not in ("valkey-server", "redis-server"):
            raise Trouble(f"nothing here stands in for {program}")
        self.begin(
            [
                str(self.program),
                *options,
                "--port",
                self.port,
                "--bind",
                "127.0.0.1",
                "--dir",
                str(self.home),
            ]
        )

    def stop(self) -> int | None:
        status = super().stop()
        shutil.rmtree(self.home, ignore_errors=True)
        return status


class Mail(Container):
    """The image mailpit: it keeps what it is given."""

    def __init__(self, service: Service, ports: Ports, place: Path) -> None:
        super().__init__(service, ports, place)
        self.office = PostOffice()
        self.office.port = ports.of(service.name, 1025)

    def start(self) -> None:
        self.office.open()

    def healthy(self) -> bool:
        return True

    def stop(self) -> int | None:
        self.office.close()
        return 0


def _as_somebody(home: Path) -> dict[str, Any]:
    """How a server is started that refuses to be root's, with `home` as its folder."""
    somebody = account()
    if somebody is None:
        return {}
    os.chown(home, somebody.pw_uid, somebody.pw_gid)
    return {"user": somebody.pw_uid, "group": somebody.pw_gid, "extra_groups": []}


class Up:
    """`docker compose up`: everybody in order, each when those it waits for are where it says."""

    def __init__(self, project: Project, image: Image, place: Path) -> None:
        self.project, self.image, self.place = project, image, place
        self.ports = Ports(list(project.services))
        self.running: dict[str, Container] = {}

    def container(self, service: Service) -> Container:
        """Return what stands in for this service's image. Raises Trouble where nothing does."""
        repository = service.said["image"].partition(":")[0]
        if repository == "shielding":
            return Ours(service, self.ports, self.place, self.image)
        if repository == "postgres":
            return Postgres(service, self.ports, self.place, self.project)
        stand_ins = {"valkey/valkey": Redis, "redis": Redis, "axllent/mailpit": Mail}
        if repository not in stand_ins:
            raise Trouble(f"nothing here stands in for the image {service.said['image']}")
        return stand_ins[repository](service, self.ports, self.place)

    def start(self) -> None:
        for service in self.project.in_order():
            for name, condition in service.waits_for.items():
                self._wait(self.running[name], condition)
            self.running[service.name] = container = self.container(service)
            container.start()

    def _wait(self, container: Container, condition: str) -> None:
        if condition == "service_healthy":
            wait_for(container.healthy, f"{container.service.name} is healthy")
        elif condition == "service_completed_successfully":
            container.completed()

    def down(self) -> dict[str, int | None]:
        """Stop everybody, the last first; return the status each ended with."""
        backwards = reversed(list(self.running.items()))
        return {name: container.stop() for name, container in backwards}
