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
        "passkey.js",
        "recent-day.js",
        "session-warning.js",
        "tables.js",
    ]
    css = (BUILT / "app.css").read_text()
    assert css.startswith("/*! contains govuk-frontend")
    assert "\ufeff" not in css
    assert re.findall(r"GDS Transport|@font-face|crest|govuk-logotype|#1d70b8|url\(", css) == []
    assert "sourceMappingURL" not in (BUILT / "govuk-frontend.min.js").read_text()


@pytest.mark.skipif(not BUILT.is_dir(), reason="assets are not built: npm ci && npm run build")
def test_every_variant_that_a_template_takes_from_govuk_exists():
    """Also the sizes of a caption, which are put together: govuk-frontend has no small one."""
    css = (BUILT / "app.css").read_text()
    templates = [path.read_text() for path in (settings.BASE_DIR / "templates").rglob("*.html")]
    assert len(templates) > 100
    named = {
        name for text in templates for name in re.findall(r"govuk-[\w-]+--[\w-]*\w\b(?!{)", text)
    }
    sizes = {size for text in templates for size in re.findall(r'caption_size="(\w+)"', text)}
    named |= {f"govuk-table__caption--{size}" for size in sizes | {"m"}}
    # The frame's own is a mark of govuk-frontend's version, and styles nothing.
    assert sorted(name for name in named if f".{name}" not in css) == ["govuk-template--rebranded"]


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
