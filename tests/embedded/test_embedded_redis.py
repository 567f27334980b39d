"""The embedded Redis: private, found again, replaced after a crash, gone at the end."""

import os
import signal
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis

from shielding.embedded.base_server import works_in
from shielding.embedded.redis import Redis


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Redis]:
    made = Redis("tests", tmp_path)
    made.start()
    yield made
    made.stop()


def link(server: Redis) -> "redis.Redis":
    return redis.Redis(unix_socket_path=server.url().removeprefix("redis+socket://"))


def folder(server: Redis) -> Path:
    return Path(server.url().removeprefix("redis+socket://")).parent


def pid(server: Redis) -> int:
    return int((folder(server) / "pid").read_text())


def test_it_is_closed_to_everybody_else_and_keeps_nothing(server: Redis) -> None:
    assert stat.S_IMODE(folder(server).stat().st_mode) == 0o700
    settings = {key: link(server).config_get(key)[key] for key in ("port", "save", "appendonly")}
    assert settings == {"port": "0", "save": "", "appendonly": "no"}
    owner = Path(f"/proc/{pid(server)}").stat().st_uid
    assert owner == (server.account.pw_uid if server.account else os.geteuid())


def test_a_second_user_finds_the_one_that_runs(server: Redis, tmp_path: Path) -> None:
    before = pid(server)
    again = Redis("tests", tmp_path)
    again.start()
    assert (pid(again), again.url()) == (before, server.url())


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGSTOP])
def test_after_a_crash_or_a_hang_there_is_a_new_one(
    server: Redis, tmp_path: Path, how: signal.Signals
) -> None:
    before, sockets = pid(server), folder(server)
    os.kill(before, how)
    if how == signal.SIGKILL and server.process:
        server.process.wait(60)
    again = Redis("tests", tmp_path)
    again.start()
    assert again.answers()
    assert pid(again) != before
    assert folder(again) == sockets  # who worked with the old one finds it
    again.stop()


def test_stopped_it_leaves_nothing(tmp_path: Path) -> None:
    server = Redis("tests", tmp_path)
    server.start()
    number, sockets = pid(server), folder(server)
    server.stop()
    assert not works_in(sockets, str(number))
    assert not sockets.exists()
    assert not server.answers()
