"""A CSV file as people have them: read whole, or each bad line named and nothing repeated."""

import pytest

from shielding.web.uploads import fingerprint
from shielding.web.uploads.csv_file import MOST_ROWS, Column, read

COLUMNS = (Column("name", 10), Column("phone", 20, required=False, may_begin_with_plus=True))
GOOD = "name,phone\nAnn Lee,01632 960001\nBo,+441632960002\n"
CELLS = [("Ann Lee", "01632 960001"), ("Bo", "+441632960002")]


def cells(content: bytes):
    """Return what was read, and what was wrong, in words."""
    table = read(content, COLUMNS)
    return [(one.cells["name"], one.cells["phone"]) for one in table.lines], table.problems.shown


@pytest.mark.parametrize(
    "content",
    [
        GOOD.encode(),
        GOOD.encode("utf-8-sig"),
        GOOD.replace(",", ";").encode(),
        GOOD.replace("\n", "\r\n").encode(),
        GOOD.replace("\n", "\r").encode(),
        GOOD.replace("\n", "\n\n,\n").encode(),
        b'Phone , NAME\n01632 960001,"Ann Lee"\n+441632960002, Bo \n',
    ],
)
def test_it_is_read_as_people_save_it(content):
    assert cells(content) == (CELLS, [])


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "The first line has to name these columns: name, phone."),
        (b"name\nAnn\n", "The first line has to name these columns: name, phone."),
        (b"name,phone,name\nA,,B\n", "The first line has to name these columns: name, phone."),
        (b"name,phone\n", "The file has no row below its first line."),
        (GOOD.encode("utf-16"), "This is not a CSV file in UTF-8. Save it as “CSV UTF-8”."),
        ("name,phone\nÉlise,\n".encode("cp1252"), "This is not a CSV file in UTF-8. Save it"),
        (b"name,phone\nA\x00,\n", "This is not a CSV file in UTF-8."),
        (b'name,phone\n"Ann,\n', "Line 2: The file cannot be read from here on"),
        (b"name,phone\nAnn\nBo,,\nCy,\n", "Lines 2 to 3: It has more or fewer cells"),
        (b"name,phone\n,1\nBo,\n,2\n", "Lines 2, 4: “name” is empty"),
        (b"name,phone\nAnn Lee Longer,\n", "Line 2: “name” is longer than 10 characters"),
        (b"name,phone\n=1+1,\n@a,\n-b,\n+c,\nD,+44 1\n", "Lines 2 to 5: “name” begins as a"),
        (b'name,phone\n"A\nB",\n', "Line 3: “name”: use ordinary letters"),
        ("name,phone\nA\u202eB,\n".encode(), "Line 2: “name”: use ordinary letters"),
        (b"name,phone\n" + b"A,\n" * (MOST_ROWS + 1), "The file has more than 5,000 rows."),
        (b"name,phone\n" + b"A" * 200_000 + b",\n", "The file cannot be read from here on"),
    ],
)
def test_what_is_wrong_is_named_by_its_line(content, said):
    (problem,) = cells(content)[1]
    assert said in problem


def test_a_file_and_its_rows_are_known_again_and_in_no_other_import():
    assert fingerprint.of_file(b"a") == fingerprint.of_file(b"a") != fingerprint.of_file(b"b")
    one = fingerprint.of_row(b"1", ("a", "bc"))
    assert one == fingerprint.of_row(b"1", ("a", "bc"))
    assert (
        len(
            {
                one,
                fingerprint.of_row(b"2", ("a", "bc")),
                fingerprint.of_row(b"1", ("ab", "c")),
                fingerprint.of_file(b"a"),
            }
        )
        == 4
    )
