"""No folder grows so full, and no name in it so alike, that a newcomer has to guess."""

from collections import Counter
from pathlib import Path

import pytest

from tests.architecture.support.source_code import PACKAGES, ROOT, imported, parsed

MOST_MODULES = 15
MOST_OF_A_PREFIX = 2


def folders() -> dict[str, list[str]]:
    """Return the modules of each folder of the product, without migrations."""
    found: dict[str, list[str]] = {}
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            place = path.parent.relative_to(ROOT)
            if path.stem != "__init__" and "migrations" not in place.parts:
                found.setdefault(str(place), []).append(path.stem)
    return found


def crowded(found: dict[str, list[str]]) -> list[str]:
    """Return the folders that hold too many modules."""
    return [place for place, names in found.items() if len(names) > MOST_MODULES]


def alike(found: dict[str, list[str]]) -> list[str]:
    """Return where a prefix stands so often that it is a folder's name."""
    return [
        f"{place}: {prefix}_"
        for place, names in found.items()
        for prefix, count in Counter(name.split("_")[0] for name in names).items()
        if count > MOST_OF_A_PREFIX
    ]


def test_no_folder_has_more_modules_than_can_be_looked_over():
    found = folders()
    assert len(found) > 20
    assert crowded(found) == []


def test_no_prefix_stands_for_a_folder():
    assert alike(folders()) == []


@pytest.mark.parametrize(
    ("names", "says"),
    [
        ([f"one{number}" for number in range(16)], (["desk"], [])),
        (["call_forms", "call_page", "call_list"], ([], ["desk: call_"])),
        (["call_forms", "call_page", "forms"], ([], [])),
    ],
)
def test_a_full_folder_and_a_repeated_prefix_are_seen(names, says):
    assert (crowded({"desk": names}), alike({"desk": names})) == says


def test_every_room_with_views_has_tests_at_the_same_path():
    rooms = [
        place for place, names in folders().items() if any(one.endswith("views") for one in names)
    ]
    assert len(rooms) > 10
    assert [room for room in rooms if not list((ROOT / "tests" / room).glob("test_*.py"))] == []


# Of no one room: the frame of every page and its parts, texts that everybody may read, mails, and
# what allauth asks for by its own names ("account").
OF_NO_ROOM = {
    "_components",
    "_partials",
    "account",
    "emails",
    "errors",
    "govuk",
    "guidance",
    "help",
    "layouts",
}


def astray(templates: list[str], rooms: set[str]) -> list[str]:
    """Return the templates that stand at another path than any room of the code."""
    found = []
    for template in templates:
        place = Path(template).parent.parts
        if place and place[0] not in OF_NO_ROOM and "/".join(place[:2]) not in rooms:
            found.append(template)
    return found


def test_every_template_stands_at_the_path_of_its_room():
    where = ROOT / "templates"
    templates = [str(path.relative_to(where)) for path in sorted(where.rglob("*.html"))]
    assert len(templates) > 100
    assert astray(templates, set(folders())) == []


@pytest.mark.parametrize(
    ("template", "is_astray"),
    [
        ("base.html", False),
        ("layouts/page.html", False),
        ("brokerage/all_waiting.html", False),
        ("brokerage/requester/questions/need.html", False),
        ("accounts/people.html", True),
        ("brokerage/letters/agreed.html", True),
    ],
)
def test_a_template_at_another_path_is_seen(template, is_astray):
    rooms = {"brokerage", "brokerage/requester", "shielding/accounts"}
    assert astray([template], rooms) == ([template] if is_astray else [])


def test_no_test_imports_a_test_module():
    """What two of them need is under a support/ folder: else one cannot be moved for the other."""
    found = []
    for path in sorted((ROOT / "tests").rglob("*.py")):
        names = imported(parsed(path)).values()
        found += [
            f"{path.relative_to(ROOT)}: {name}"
            for name in names
            if name.startswith("tests.") and any(p.startswith("test_") for p in name.split("."))
        ]
    assert found == []
