"""README and docs: the first stays short, and whatever file or folder they name is there."""

import re
from pathlib import Path

import pytest

from tests.architecture.support.source_code import ROOT

PAGES = [
    *sorted(ROOT.glob("*.md")),
    *sorted((ROOT / "docs").rglob("*.md")),
]
LINK = re.compile(r"\]\(([^)\s]+)\)")
# In backticks: folders, then a name with an ending or nothing; but for what running makes.
NAMED = re.compile(r"`((?!var/|\.venv/|node_modules/)(?:[\w.-]+/)+(?:[\w-]+\.[a-z]+)?)`")
# A test, by its file below tests/ and its function.
TEST = re.compile(r"`([\w/]+\.py)::(\w+)`")
CHAPTER = re.compile(r"^## V(\d+) ", re.MULTILINE)
CODE = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)


def text_of(page: Path) -> str:
    """Return a page without its blocks of code."""
    return CODE.sub("", page.read_text(encoding="utf-8"))


def linked(page: Path) -> list[Path]:
    """Return the files that a page links to, but for those on other sites."""
    found = [one.split("#")[0] for one in LINK.findall(text_of(page)) if "://" not in one]
    return [page.parent / one for one in found if one]


def named(page: Path) -> list[Path]:
    """Return the files and folders that a page names, each from the top of the project."""
    return [ROOT / one for one in NAMED.findall(text_of(page))]


def test_the_readme_has_at_most_700_words():
    assert len((ROOT / "README.md").read_text(encoding="utf-8").split()) <= 700


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_what_a_page_links_to_or_names_is_there(page):
    missing = [str(path) for path in linked(page) + named(page) if not path.exists()]
    assert not missing


def test_every_page_of_docs_is_linked_from_another():
    reached = {path.resolve() for page in PAGES for path in linked(page)}
    assert {page for page in PAGES if page.is_relative_to(ROOT / "docs")} <= reached


def test_links_and_paths_are_found():
    assert len([path for page in PAGES for path in linked(page)]) > 20
    assert len([path for page in PAGES for path in named(page)]) > 50


def missing_tests(text: str) -> list[str]:
    """Return the tests that a text names and that are not there."""
    return [
        f"{file}::{name}"
        for file, name in TEST.findall(text)
        if not (ROOT / "tests" / file).is_file()
        or f"\ndef {name}(" not in (ROOT / "tests" / file).read_text(encoding="utf-8")
    ]


def test_each_chapter_of_the_standard_names_tests_that_are_there_and_says_what_is_not_met():
    text = text_of(ROOT / "docs" / "security.md")
    assert CHAPTER.findall(text) == [str(number) for number in range(1, 18)]
    for chapter in re.split(r"^## ", text, flags=re.MULTILINE)[1:]:
        if "\nDoes not apply" not in chapter:
            assert (bool(TEST.search(chapter)), "\n**Not met:**" in chapter) == (True, True), (
                chapter[:40]
            )
    assert text.count("::") == len(TEST.findall(text)) > 50
    assert missing_tests(text) == []
    assert missing_tests("`security/test_away.py::test_x` `security/test_x.py::test_x`") == [
        "security/test_away.py::test_x",
        "security/test_x.py::test_x",
    ]
