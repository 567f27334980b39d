"""The nginx that the tests put before our web server: the machine's or Debian's.

Debian's package is unpacked into var/, not installed: installed, it would serve the machine's port
80 from then on.
"""

import os
import shutil
import subprocess
from pathlib import Path

from shielding.embedded.browser import apt_get_for, tell_missing
from shielding.embedded.progress import Trouble, say, step

FOLDER = Path(__file__).resolve().parents[2] / "var" / "nginx"
MISSING = "NO NGINX ON THIS MACHINE: the tests of the proxy (tests/embedded/test_proxy.py)"
MEND = "Install nginx (on Debian: apt-get install nginx), or set NGINX=/path/to/nginx."


def find() -> str | None:
    """The path of an nginx that starts: NGINX if given, the machine's, the one in var/."""
    given = os.environ.get("NGINX")
    ours = FOLDER / "usr" / "sbin" / "nginx"
    beside = shutil.which("nginx", path="/usr/sbin:/usr/local/sbin:/sbin")
    candidates = [given] if given else [shutil.which("nginx"), beside, str(ours)]
    return next((one for one in candidates if one and _starts(one)), None)


def provide() -> None:
    """Find or fetch nginx. Without one: a loud line, and Trouble where CI is set."""
    if find():
        return
    try:
        _from_debian()
    except Trouble as trouble:
        say(f"   {trouble}")
    if not find():
        tell_missing(MISSING, MEND)


def _from_debian() -> None:
    quiet = apt_get_for("nginx")
    if quiet is None:
        return
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    step("apt-get download nginx", ["apt-get", "download", "nginx"], env=quiet, cwd=FOLDER)
    for package in FOLDER.glob("nginx_*.deb"):
        step("Unpacking nginx into var/nginx", ["dpkg-deb", "-x", package, FOLDER])


def _starts(path: str) -> bool:
    try:
        done = subprocess.run([path, "-v"], capture_output=True, timeout=30)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0
