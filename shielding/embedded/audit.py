"""Whether a known advisory is about anything that is pinned: `make audit`.

Python's packages are asked about at OSV, by uv; those of the assets at npm's registry. What could
not be asked is said, and is no good news: status 2. An advisory that was found is status 1. What
this cannot see at all: PostgreSQL's own programs, and whatever no list pins.
"""

import re
import shutil
import subprocess
import sys
from pathlib import Path

from shielding.embedded.progress import Trouble, say, step

ROOT = Path(__file__).resolve().parents[2]
LISTS = ("requirements-dev.txt", "requirements-node.txt")  # the first holds all of the others
PROJECT = """[project]
name = "pinned"
version = "0"
requires-python = ">=3.11"
dependencies = [
{dependencies}
]
"""
NOTHING, FOUND, NOT_ASKED = 0, 1, 2


def pins() -> list[str]:
    """Every pin of the lists, with what it says about machines."""
    texts = [(ROOT / name).read_text() for name in LISTS]
    found = [re.findall(r"^([\w.-]+==[^\\\n]+?) *\\?$", text, re.MULTILINE) for text in texts]
    return sorted({pin for some in found for pin in some})


def python_packages(folder: Path) -> int:
    """Ask about every pinned Python package; return NOTHING, FOUND or NOT_ASKED.

    uv audits projects, so the pins become one. Raises Trouble where it holds another number of
    packages than are pinned: something would not have been asked about.
    """
    wanted = pins()
    dependencies = ",\n".join(f'    "{pin}"' for pin in wanted)  # markers have single quotes
    (folder / "pyproject.toml").write_text(PROJECT.format(dependencies=dependencies))
    uv = [sys.executable, "-m", "uv"]
    step("Gathering what is pinned", [*uv, "lock", "--quiet"], cwd=folder)
    held = (folder / "uv.lock").read_text().count("[[package]]") - 1  # without the project itself
    if held != len(wanted):
        raise Trouble(f"{len(wanted)} packages are pinned and {held} would be audited.")
    say(f"-> Asking OSV about {held} Python packages")
    return _asked([*uv, "audit", "--quiet", "--frozen"], folder, "error: Request failed")


def asset_packages(folder: Path) -> int:
    """Ask about what the assets are built from; return NOTHING, FOUND or NOT_ASKED."""
    for name in ("package.json", "package-lock.json"):
        shutil.copy(ROOT / name, folder)
    say("-> Asking npm's registry about what the assets are built from")
    command = ["npm", "audit", "--package-lock-only", "--audit"]
    return _asked(command, folder, "audit endpoint returned an error")


def _asked(command: list[str], folder: Path, not_asked: str) -> int:
    try:
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=300)
    except (OSError, subprocess.TimeoutExpired) as error:
        say(f"   NOT ASKED: {error}")
        return NOT_ASKED
    if not done.returncode:
        say("   No advisory.")
        return NOTHING
    said = done.stdout + done.stderr
    say(said)
    if not_asked in said:
        say("   NOT ASKED: no answer from there, so nothing is known about these.")
        return NOT_ASKED
    return FOUND


def main() -> int:
    """Ask about everything; return the worst of what was heard, an advisory before a silence."""
    folder = ROOT / "var" / "audit"
    folder.mkdir(parents=True, exist_ok=True)
    try:
        heard = {python_packages(folder), asset_packages(folder)}
    except Trouble as trouble:
        say(f"\n{trouble}")
        return NOT_ASKED
    return FOUND if FOUND in heard else max(heard)


if __name__ == "__main__":
    sys.exit(main())
