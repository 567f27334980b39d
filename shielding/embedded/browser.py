"""The Chromium that the browser tests drive: the machine's, Debian's, or Playwright's own."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from shielding.embedded.progress import Trouble, say, step

# First the engine alone: the same pages for half the processor's time, as no window is drawn.
NAMES = (
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
)
# The first that Debian has: an older release has no package of the engine alone.
PACKAGES = ("chromium-headless-shell", "chromium")
OWN = """
import sys
from pathlib import Path
from playwright.sync_api import sync_playwright
with sync_playwright() as playwright:
    path = playwright.chromium.executable_path
sys.stdout.write(path if Path(path).exists() else "")
"""


def find(python: Path = Path(sys.executable)) -> str | None:
    """The path of a Chromium that starts: CHROMIUM if given, the machine's, Playwright's own.

    `python` is the interpreter that has Playwright installed. None when there is no browser.
    """
    given = os.environ.get("CHROMIUM")
    candidates = [given] if given else [shutil.which(name) for name in NAMES]
    for candidate in candidates:
        if candidate and _starts(candidate):
            return candidate
    own = subprocess.run([python, "-c", OWN], capture_output=True, text=True)
    return own.stdout if own.returncode == 0 and own.stdout else None


def provide(python: Path) -> None:
    """Find or fetch a browser. Without one: a loud line, and Trouble where CI is set."""
    if find(python):
        return
    for fetch in (_from_debian, _from_playwright):
        try:
            fetch(python)
        except Trouble as trouble:
            say(f"   {trouble}")
        if find(python):
            return
    missing = "NO CHROMIUM ON THIS MACHINE: the browser tests (tests/browser)"
    tell_missing(missing, "Set CHROMIUM=/path/to/chromium to run them.")


def tell_missing(missing: str, mend: str) -> None:
    """Say loudly that tests are skipped, and how to run them. Raises Trouble where CI is set."""
    if os.environ.get("CI", "").lower() in ("1", "true", "yes"):
        raise Trouble(f"{missing} cannot run, and with CI set that is a failure. {mend}")
    say(f"\n!! {missing} are SKIPPED. {mend}\n")


def apt_get_for(what: str) -> dict[str, str] | None:
    """Return the environment of apt-get where it may bring `what`: as root, on Debian.

    None elsewhere, and where SKIP_APT forbids it.
    """
    release = Path("/etc/os-release")
    debian = release.exists() and "ID=debian" in release.read_text().splitlines()
    if not debian or os.geteuid() != 0 or not shutil.which("apt-get"):
        return None
    if os.environ.get("SKIP_APT"):
        say(f"   SKIP_APT is set: Debian's {what} is not installed.")
        return None
    say(f"   No {what} here: taking Debian's with apt-get (SKIP_APT=1 refuses).")
    quiet = dict(os.environ) | {"DEBIAN_FRONTEND": "noninteractive"}
    step("apt-get update", ["apt-get", "update"], env=quiet)
    return quiet


def _from_debian(python: Path) -> None:
    quiet = apt_get_for("Chromium")
    if quiet is None:
        return
    package = next(name for name in PACKAGES if name == PACKAGES[-1] or _debian_has(name))
    step(f"apt-get install {package}", ["apt-get", "install", "-y", package], env=quiet)


def _debian_has(package: str) -> bool:
    done = subprocess.run(["apt-cache", "show", package], capture_output=True)
    return done.returncode == 0


def _from_playwright(python: Path) -> None:
    install: list[str | Path] = [python, "-m", "playwright", "install", "chromium"]
    step("Fetching Playwright's own Chromium", install, at_most=600)


def _starts(path: str) -> bool:
    """Whether it prints its version; some machines have only a stub that tells how to get one."""
    try:
        done = subprocess.run([path, "--version"], capture_output=True, timeout=30)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0
