"""What the browser gets is ours to serve, and the lock file names no address."""

import json
import re
import shutil
import subprocess

import pytest
from django.conf import settings

BUILT = settings.VAR / "static"


def test_the_lock_file_holds_checksums_and_no_addresses():
    lock = json.loads((settings.BASE_DIR / "package-lock.json").read_text())
    packages = [package for name, package in lock["packages"].items() if name]
    assert [package for package in packages if "resolved" in package] == []
    assert [package for package in packages if "integrity" not in package] == []


@pytest.mark.skipif(not BUILT.is_dir(), reason="assets are not built: npm ci && npm run build")
def test_the_build_holds_our_files_and_nothing_of_govuk_branding():
    assert sorted(path.name for path in BUILT.iterdir()) == [
        "app.css",
        "app.js",
        "favicon.svg",
        "govuk-frontend.min.js",
        "js-enabled.js",
        "session-warning.js",
    ]
    css = (BUILT / "app.css").read_text()
    assert css.startswith("/*! contains govuk-frontend")
    assert "\ufeff" not in css
    assert re.findall(r"GDS Transport|@font-face|crest|govuk-logotype|#1d70b8|url\(", css) == []
    assert "sourceMappingURL" not in (BUILT / "govuk-frontend.min.js").read_text()


@pytest.mark.skipif(
    not shutil.which("node") or not (settings.BASE_DIR / "node_modules").is_dir(),
    reason="needs node and npm ci",
)
@pytest.mark.parametrize(
    ("name", "value", "why"),
    [
        ("COUNCIL_COLOUR", "#ffee00", "White text cannot be read on #ffee00"),
        ("COUNCIL_COLOUR", "red", "COUNCIL_COLOUR must look like"),
        ("COUNCIL_FONT", '"GDS Transport", arial', "GDS Transport is left in the stylesheet"),
        ("COUNCIL_FONT", "x); } body { display: none", "COUNCIL_FONT must be a list"),
    ],
)
def test_the_build_refuses_what_cannot_be_served(tmp_path, name, value, why):
    for part in ("static", "package.json"):
        source = settings.BASE_DIR / part
        copy = shutil.copytree if source.is_dir() else shutil.copy
        copy(source, tmp_path / part)
    (tmp_path / "node_modules").symlink_to(settings.BASE_DIR / "node_modules")
    node = shutil.which("node") or ""
    done = subprocess.run(
        [node, "--preserve-symlinks", "--preserve-symlinks-main", "static/build.mjs"],
        cwd=tmp_path,
        env={"PATH": "/usr/bin:/bin", name: value},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 0
    assert why in done.stderr
