"""The embedded PostgreSQL where machines are awkward: nothing lost, nothing left running."""

import os
import shutil
import signal
import socket
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from shielding.embedded.keys import installation
from shielding.embedded.progress import Trouble
from tests.embedded.support.project_folder import (
    AWKWARD,
    PATIENCE,
    SQL,
    Folder,
    printed_until,
    wait_for,
)

OWNER, APPLICATION = "DATABASE_OWNER_URL", "DATABASE_URL"
WAIT = "import time; print('up', flush=True); time.sleep(60)"
root_only = pytest.mark.skipif(os.geteuid() != 0, reason="only root's data is kept elsewhere")


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Folder]:
    made = Folder(tmp_path / AWKWARD)
    yield made
    made.remove()


def test_works_in_an_awkward_folder_and_leaves_nothing_running(folder: Folder) -> None:
    show = "import os, sys; sys.stdout.write(os.environ['DATABASE_URL'])"
    url = folder.do("exec", "--", sys.executable, "-c", show)[1]
    sockets = Path(url[url.index("/tmp/") :]).parent  # noqa: S108 - where the server's socket was
    assert sockets.name.startswith("shielding-")
    assert not sockets.exists()
    rights = "select rolsuper, rolcreatedb, rolcreaterole from pg_roles where rolname=current_user"
    assert folder.sql(OWNER, rights)[1].endswith("[(False, True, False)]")
    assert folder.sql(APPLICATION, rights) == (0, "[(False, False, False)]")
    status, printed = folder.sql(APPLICATION, "select 1", "wrong")
    assert (status, "password authentication failed" in printed) == (1, True)
    assert folder.servers() == []


def test_every_secret_is_closed_to_others_and_different_in_each_installation(
    tmp_path: Path,
) -> None:
    first = installation(tmp_path / "first", "run")
    assert installation(tmp_path / "first", "run") == first
    assert not set(first.values()) & set(installation(tmp_path / "second", "run").values())
    path = tmp_path / "first" / "secrets" / "run.env"
    assert (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    path.write_text("\n".join(path.read_text().splitlines()[1:]))
    with pytest.raises(Trouble, match="lacks SECRET_KEY"):
        installation(tmp_path / "first", "run")


def test_concurrent_commands_share_one_server_until_the_last_ends(folder: Folder) -> None:
    first = folder.begin("exec", "--", sys.executable, "-c", WAIT)
    second = folder.begin("exec", "--", sys.executable, "-c", WAIT)
    wait_for(lambda: folder.servers())
    assert folder.sql(OWNER, "select 1")[1].endswith("[(1,)]")
    first.terminate()
    assert first.wait(PATIENCE) == 128 + signal.SIGTERM
    assert folder.servers(), "the second command still needs it"
    second.terminate()
    assert second.wait(PATIENCE) == 128 + signal.SIGTERM
    assert folder.servers() == []


def test_a_killed_run_loses_nothing(folder: Folder) -> None:
    assert folder.sql(OWNER, "create table kept as select 42 as answer", live=True)[0] == 0
    waiting = folder.begin("exec", "--live", "--", sys.executable, "-c", WAIT)
    wait_for(lambda: folder.servers())
    assert folder.sql(OWNER, "insert into kept values (43)", live=True) == (0, "")
    os.killpg(waiting.pid, signal.SIGKILL)
    folder.kill_everything()
    waiting.wait(PATIENCE)
    status, printed = folder.sql(OWNER, "select answer from kept order by 1", live=True)
    assert status == 0
    assert "The last run was killed: PostgreSQL recovers its data." in printed
    assert printed.endswith("[(42,), (43,)]")


def test_a_server_whose_starter_was_killed_is_found_again_and_ended(folder: Folder) -> None:
    waiting = folder.begin("exec", "--", sys.executable, "-c", WAIT)
    wait_for(lambda: len(folder.servers()) > 3)
    os.killpg(waiting.pid, signal.SIGKILL)
    waiting.wait(PATIENCE)
    assert folder.servers()
    assert folder.sql(OWNER, "select 1")[1].endswith("[(1,)]")
    assert folder.servers() == []


def test_a_stale_lock_with_the_number_of_a_stranger_is_no_obstacle(folder: Folder) -> None:
    assert folder.do("exec", "--", "true")[0] == 0
    data = next(place / "data" for place in folder.places() if (place / "data").exists())
    lock = data / "postmaster.pid"
    lock.write_text(f"{os.getpid()}\n{data}\n0\n5432\n/tmp/shielding-gone\n\n1 1\nready\n")
    shutil.chown(lock, data.stat().st_uid)
    assert folder.sql(OWNER, "select 1")[1].endswith("[(1,)]")


def test_a_stop_ends_command_and_server(folder: Folder) -> None:
    for sign in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        waiting = folder.begin("exec", "--", sys.executable, "-c", WAIT)
        printed_until("up", waiting)
        os.killpg(waiting.pid, sign)
        assert (waiting.wait(PATIENCE), folder.servers()) == (128 + sign, [])


def test_a_refused_row_is_not_in_the_log(folder: Folder) -> None:
    create = "create table numbers (number text unique)"
    twice = "insert into numbers values ('CP31415926'), ('CP31415926')"
    script = f"{SQL}\nlog = open(os.environ['EMBEDDED_POSTGRES_LOG']).read()"
    assert folder.sql(OWNER, create)[0] == 0
    show = (
        f"import sys\ntry:\n    exec({script!r})\nexcept Exception: pass\n"
        "log = open(__import__('os').environ['EMBEDDED_POSTGRES_LOG']).read()\n"
        "sys.stdout.write(log)"
    )
    _, printed = folder.do("exec", "--", sys.executable, "-c", show, OWNER, twice)
    assert "violates unique constraint" in printed
    assert "31415926" not in printed


def test_half_an_own_server_is_refused_in_a_sentence(folder: Folder) -> None:
    status, printed = folder.do("exec", "--", "true", DATABASE_URL="postgres://a:b@db/c")
    assert status == 1
    assert printed.strip().startswith("DATABASE_URL is set and DATABASE_OWNER_URL is not.")
    assert "Traceback" not in printed


def test_an_own_server_may_be_named_in_files(folder: Folder) -> None:
    (folder.path / "url").write_text("postgres://a:b@db.example/c")
    own = {f"{name}_FILE": str(folder.path / "url") for name in (OWNER, APPLICATION)}
    show = "import os, sys; sys.stdout.write(os.environ.get('DATABASE_URL', 'from the file'))"
    status, printed = folder.do("exec", "--", sys.executable, "-c", show, **own)
    assert (status, printed.splitlines()[-1]) == (0, "from the file")
    assert not (folder.path / "var" / "postgres").exists()


def test_an_embedded_servers_keys_take_the_place_of_a_key_in_a_file(folder: Folder) -> None:
    show = "import os, sys; sys.stdout.write(repr('SECRET_KEY_FILE' in os.environ))"
    status, printed = folder.do("exec", "--", sys.executable, "-c", show, SECRET_KEY_FILE="/key")
    assert (status, printed.splitlines()[-1]) == (0, "False")


def test_an_own_server_is_used_and_none_is_started(folder: Folder) -> None:
    own = dict.fromkeys((OWNER, APPLICATION), "postgres://a:b@db.example/c")
    show = "import os, sys; sys.stdout.write(os.environ['DATABASE_URL'])"
    status, printed = folder.do("exec", "--", sys.executable, "-c", show, **own)
    assert (status, printed.splitlines()[-1]) == (0, own[APPLICATION])
    assert not (folder.path / "var" / "postgres").exists()


def test_a_full_disk_is_said_and_leaves_nothing_half_made(folder: Folder) -> None:
    small = ["sh", "-c", 'ulimit -f 2000; exec "$@"', "sh"]
    status, printed = folder.do("exec", "--", "true", before=small)
    assert status == 1
    assert "PostgreSQL's data could not be made in" in printed
    assert "Traceback" not in printed
    assert folder.sql(OWNER, "select 1")[1].endswith("[(1,)]")


def test_a_folder_that_cannot_be_written_is_named(folder: Folder) -> None:
    (folder.path / "var").write_text("not a folder")
    status, printed = folder.do("exec", "--", "true")
    assert (status, printed.strip()) == (
        1,
        f"Cannot go on: Not a directory: {folder.path}/var/postgres/tests",
    )


def test_a_busy_port_is_named_and_another_proposed(folder: Folder) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        status, printed = folder.do("run", PORT=str(port))
    assert status == 1
    assert f"Port {port} on 127.0.0.1 cannot be used" in printed
    assert "make run PORT=" in printed
    assert folder.do("run", PORT="eighty")[1].strip().startswith("PORT must be a number")


@root_only
def test_a_copy_of_the_folder_does_not_take_the_database_of_the_first(
    folder: Folder, tmp_path: Path
) -> None:
    assert folder.do("exec", "--", "true")[0] == 0
    copy = tmp_path / "copy"
    shutil.copytree(folder.path, copy)
    status, printed = folder.do("exec", "--", "true", at=copy)
    assert (status, "is a copy of" in printed) == (1, True)
    folder.path.rename(folder.path.with_name("moved"))
    folder.path = folder.path.with_name("moved")
    assert folder.do("exec", "--", "true")[0] == 0
