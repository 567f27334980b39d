"""The lists of pinned packages are what their .in files ask for, and say so when they are not."""

import re
import shutil
from pathlib import Path

import pytest

from shielding.embedded.lock import LISTS, ROOT, what_is_wrong, which_differ


@pytest.fixture
def lists(tmp_path: Path) -> Path:
    for path in ROOT.glob("requirements*"):
        shutil.copy(path, tmp_path)
    return tmp_path


def change(path: Path, pattern: str, new: str) -> None:
    text, count = re.subn(pattern, new, path.read_text(), count=1, flags=re.MULTILINE)
    assert count == 1
    path.write_text(text)


@pytest.mark.parametrize("name", LISTS)
def test_each_list_is_whole(name: str) -> None:
    assert what_is_wrong(name) == []
    assert which_differ() == []


def test_a_line_taken_out_is_missed(lists: Path) -> None:
    change(lists / "requirements-dev.txt", r"^coverage==", "# ")
    [wrong] = what_is_wrong("requirements-dev", lists)
    assert re.fullmatch(
        r"requirements-dev.txt pins no coverage: pytest-cov==\S+ needs coverage\[toml\]\S+\.", wrong
    )
    change(lists / "requirements.txt", r"^django==", "# ")
    assert "requirements.txt pins no django: requirements.in asks for" in " ".join(
        what_is_wrong("requirements", lists)
    )


def test_another_version_and_one_too_many_are_seen(lists: Path) -> None:
    change(lists / "requirements.txt", r"^django==5\.2", "django==4.2")
    [outside, *others] = what_is_wrong("requirements", lists)
    assert outside.startswith("requirements.txt pins django==4.2")
    assert which_differ(lists)
    change(lists / "requirements-dev.in", r"^ruff .*$", "")
    [surplus] = what_is_wrong("requirements-dev", lists)
    assert re.fullmatch(r"requirements-dev.txt pins ruff==\S+, which nothing asks for\.", surplus)
