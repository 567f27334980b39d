"""How we are doing: who sees what, as counted or hidden, and that each look is an entry."""

import csv
import io
import re
from datetime import timedelta

import pytest
from django.urls import reverse

from logbook.days import clock_now, london_day, start_of
from logbook.events import EVENTS
from logbook.figures.months import closed_months, closed_quarters
from logbook.models import Entry
from logbook.reading import facts_of
from logbook.writing import log_entry
from shielding.compliance import open_now, presenters
from shielding.compliance.bars import bars
from shielding.compliance.file import as_csv
from tests.logbook.support.writing import SOMEBODY
from tests.requests_app.support.desk import at_desk, main
from tests.support.people import a_practitioner, an_administrator, an_auditor, an_iw_member
from tests.support.requests import a_request
from tests.support.statements import Statements

pytestmark = pytest.mark.django_db
PAGE, BOARD, FILE = (reverse(name) for name in ("how_we_are_doing", "board", "figures"))
NOW = clock_now()
# The last four closed quarters, and the last twelve closed months, by their place.
MONTHS = [month for quarter in closed_quarters(london_day(NOW), 4) for month in quarter.months]
CLOSED = closed_months(london_day(NOW), 12)
LAST_QUARTER = closed_quarters(london_day(NOW), 1)[0].name
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
_references = iter(range(10_000))


def wrote(event, at, times=1, *, reference="", **facts):
    every = dict.fromkeys(EVENTS[event].facts, "a_code") | facts
    by = None if EVENTS[event].system else SOMEBODY
    for _ in range(times):
        named = reference or f"IW-{next(_references):04}-2222"
        log_entry(event, by=by, at=at, reference=named, **every)


def applied(at, *took):
    for hours in took:
        reference = f"IW-{next(_references):04}-3333"
        wrote("hold_placed", at - hours * HOUR, reference=reference)
        wrote("shield_applied", at, reference=reference)


def noon(month):
    """Return a moment of a month."""
    return start_of(month.days.first) + timedelta(days=9, hours=12)


def text(answer):
    return " ".join(re.sub("<[^>]+>", " ", main(answer)).split())


def table(answer, id):
    """Return the rows of a table of a page, as words."""
    body = answer.text.split(f'id="{id}-caption"')[1].split("</table>")[0].split("<tbody")[1]
    rows = re.findall(r"<tr.*?</tr>", body, re.S)
    return [
        [" ".join(re.sub("<[^>]+>", " ", cell).split()) for cell in
         re.findall(r"<t[hd].*?</t[hd]>", row, re.S)]
        for row in rows
    ]  # fmt: skip


def drawn(answer, id):
    """Return the bars of a picture: their labels, lengths and numbers."""
    picture = answer.text.split(f'aria-labelledby="{id}-title"')[1].split("</svg>")[0]
    words = re.findall(r"<text[^>]*>([^<]*)</text>", picture)
    lengths = re.findall(r'<rect[^>]*? width="(\d+)"', picture)
    return [(words[2 * at], int(lengths[at]), words[2 * at + 1]) for at in range(len(lengths))]


def due(at, times, *, late=None, kind="first"):
    """Write reviews that fell due: concluded some days late, or left open."""
    opened, concluded = {
        "first": ("review_opened", "first_review_concluded"),
        "six_monthly": ("record_review_opened", "record_review_concluded"),
    }[kind]
    for _ in range(times):
        reference = f"IW-{next(_references):04}-4444"
        wrote(opened, at - 7 * DAY, reference=reference, due=london_day(at))
        if late is not None:
            wrote(concluded, at, reference=reference, days_late=late)


TIMES = "shields-attested-and-the-time-from-asking"


# --- Who ------------------------------------------------------------------------------------------
def test_leads_and_auditors_see_it_each_look_is_an_entry_and_a_file_is_an_auditors():
    lead, auditor = an_iw_member(lead=True), an_auditor()
    for person in (lead, auditor):
        browser = at_desk(person)
        page = browser.get(PAGE)
        assert page.status_code == 200
        last = Entry.objects.latest("id")
        assert (last.event, last.actor, facts_of(last)) == ("figures_opened", person.uid, {})
        assert ("Save these figures as a file" in page.text) is (person is auditor)
        assert browser.get(BOARD).status_code == 200
        last = Entry.objects.latest("id")
        days = {
            "since": MONTHS[0].days.first.isoformat(),
            "until": MONTHS[-1].days.last.isoformat(),
        }
        assert (last.event, last.actor, facts_of(last)) == ("board_printed", person.uid, days)
        assert f'href="{PAGE}"' in browser.get(reverse("home")).text
    assert at_desk(lead).post(FILE).status_code == 403
    saved = at_desk(auditor).post(FILE)
    last = Entry.objects.latest("id")
    assert (last.event, last.actor, facts_of(last)) == ("figures_exported", auditor.uid, days)
    assert saved.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert saved.headers["Content-Disposition"] == 'attachment; filename="figures.csv"'
    assert at_desk(auditor).get(FILE).status_code == 405
    for person in (an_iw_member(), a_practitioner(), an_administrator()):
        browser = at_desk(person)
        for answer in (browser.get(PAGE), browser.get(BOARD), browser.post(FILE)):
            assert answer.status_code == 403
            assert Entry.objects.latest("id").event == "refused"
        assert PAGE not in browser.get(reverse("home")).text


# --- As counted -----------------------------------------------------------------------------------
def test_the_page_shows_twelve_closed_months_as_they_were_counted():
    applied(noon(CLOSED[11]), 1, 2, 30)
    applied(noon(CLOSED[6]), 5)
    applied(start_of(CLOSED[11].next.days.first), 1)  # this month still runs
    applied(start_of(CLOSED[0].days.first) - HOUR, 1)  # and this one is thirteen months ago
    due(noon(CLOSED[11]), 3, late=0)
    due(noon(CLOSED[11]), 1)
    due(noon(CLOSED[10]), 2, late=0, kind="six_monthly")
    wrote("applied_cleared", noon(CLOSED[10]), 2)
    wrote("access_concluded", noon(CLOSED[9]), 2, outcome="viewed")
    wrote("access_declined", noon(CLOSED[9]))
    wrote("access_lapsed", noon(CLOSED[8]))
    page = at_desk(an_auditor()).get(PAGE)
    rows = table(page, f"{TIMES}-months")
    assert [row[0] for row in rows] == [month.name for month in CLOSED]
    assert rows[11][1:] == ["3", "2 hours", "30 hours"]
    assert rows[6][1:] == ["1", "5 hours", "5 hours"]
    assert rows[7][1:] == ["0", "none", "none"]
    assert table(page, f"{TIMES}-all") == [
        ["Within 4 hours", "2"],
        ["Within 24 hours", "1"],
        ["Later", "1"],
        ["Median", "4 hours"],
        ["90th percentile", "30 hours"],
    ]
    assert table(page, "first-reviews-due-months")[11][1:] == ["4", "75%"]
    assert table(page, "first-reviews-due-all")[1] == ["Late, or still open", "1"]
    assert table(page, "six-monthly-reviews-due-months")[10][1:] == ["2", "100%"]
    assert table(page, "attested-shields-found-open-afterwards-months")[10][1:] == ["2"]
    assert "Reviews count in the month in which they fell due" in text(page)
    ended = dict(table(page, "access-requests-that-ended-all"))
    assert {words: number for words, number in ended.items() if number != "0"} == {
        "Viewed for the requester by the IW Team, passed on by phone": "2",
        "Declined by the line manager": "1",
        "Not answered in time": "1",
    }
    bars_drawn = drawn(page, TIMES)
    assert [(label, number) for label, _, number in bars_drawn] == [
        (row[0][:3], row[1]) for row in rows
    ]
    assert [length > 0 for _, length, _ in bars_drawn] == [row[1] != "0" for row in rows]
    assert '<div class="app-noprint">' in page.text


def test_what_is_open_now_by_kind_and_age():
    for days in (0.5, 9, 40):
        a_request(now=NOW - days * DAY)
    found = {row.kind: row.cells[1:] for row in open_now.open_now(NOW)}
    assert found["Requests to attest as shielded"] == ["1", "1", "1", "3", "2"]
    assert found["Requests to decide"] == ["1", "1", "1", "3", "2"]
    assert found["First reviews"] == ["1", "1", "1", "3", "2"]
    assert found["Answers that practitioners owe"] == ["1", "1", "1", "3", "2"]
    for nothing in ("Urgent calls to read", "Mail that could not be delivered", "Added reviews"):
        assert found[nothing] == ["0"] * 5
    rows = table(at_desk(an_iw_member(lead=True)).get(PAGE), "open-now")
    assert {row[0]: row[1:] for row in rows} == found


def test_the_same_queries_however_much_there_is():
    auditor = at_desk(an_auditor())
    auditor.get(PAGE)
    counts = set()
    for _ in range(2):
        asked = []
        for ask in (lambda: auditor.get(PAGE), lambda: auditor.get(BOARD),
                    lambda: auditor.post(FILE)):  # fmt: skip
            with Statements() as queries:
                ask()
            asked.append(len(queries))
        counts.add(tuple(asked))
        a_request(now=NOW - DAY)
        applied(noon(MONTHS[10]), *range(9))
        wrote("access_declined", noon(MONTHS[10]), 9)
    assert len(counts) == 1


# --- What leaves the team -------------------------------------------------------------------------
def small_and_large():
    """Write a history with months, times, outcomes of one, and others of many."""
    applied(noon(MONTHS[9]), *[2] * 12)
    applied(noon(MONTHS[10]), *[3] * 9)
    applied(noon(MONTHS[11]), 30, 30)
    due(noon(MONTHS[9]), 14, late=0)
    due(noon(MONTHS[10]), 7, late=3)
    due(noon(MONTHS[10]), 3)
    due(noon(MONTHS[10]), 3, late=0, kind="six_monthly")
    wrote("applied_cleared", noon(MONTHS[9]), 2)
    wrote("access_concluded", noon(MONTHS[9]), 20, outcome="viewed")
    wrote("access_concluded", noon(MONTHS[9]), 8, outcome="declined")
    wrote("access_declined", noon(MONTHS[10]), 1)


def test_small_numbers_are_hidden_alike_in_file_page_and_picture():
    small_and_large()
    auditor = at_desk(an_auditor())
    rows = list(csv.reader(io.StringIO(auditor.post(FILE).text)))
    assert rows[0] == ["Quarter", "What", "By", "Which", "How many"]
    of_last = {tuple(row[1:4]): row[4] for row in rows if row[0] == LAST_QUARTER}
    what = "Shields attested, and the time from asking"
    by_month = [month.name for month in MONTHS[9:]]
    assert [of_last[what, "Month", month] for month in by_month] == ["12", "c", "c"]
    bands = ("Within 4 hours", "Within 24 hours", "Later")
    assert [of_last[what, "Time", band] for band in bands] == ["c", "0", "c"]
    for figure in ("Median", "90th percentile"):
        assert of_last[what, "Figure", figure] == "c"
    first = "First reviews due"
    assert of_last[first, "Figure", "In time, of all"] == "58%"
    assert of_last["Six-monthly reviews due", "Figure", "In time, of all"] == "c"
    wrong = "Attested shields found open afterwards"
    assert [of_last[wrong, "Month", month] for month in by_month] == ["c", "0", "0"]
    ended = "Access requests that ended"
    assert of_last[ended, "Outcome", "Declined by the line manager"] == "c"
    assert of_last[ended, "Outcome", "Declined"] == "c"  # the smallest of the rest goes along
    assert of_last[ended, "Month", by_month[0]] == "c"
    assert of_last[ended, "Outcome", "Withdrawn"] == "0"

    page = auditor.get(BOARD)
    shown = dict(table(page, f"{TIMES}-months"))
    assert [shown[month] for month in by_month] == ["12", "c", "c"]
    picture = drawn(page, TIMES)
    assert [(label, number) for label, _, number in picture] == [
        (month[:3], number) for month, number in shown.items()
    ]
    assert [length for _, length, number in picture if number == "c"] == [0, 0]
    others = {tuple(row[:2]): row[2] for row in table(page, f"{TIMES}-quarters")}
    assert others[LAST_QUARTER, "Median"] == "c"
    # Every number of the page is one of the file.
    told = {row[4] for row in rows[1:]}
    for section in presenters.for_the_board(presenters.leaving(london_day(NOW))):
        assert {row[-1] for row in section.by_month.rows + section.other.rows} <= told


def test_a_quarter_is_the_same_whenever_it_is_taken_and_files_share_nothing_else():
    """So that no file is another one and a few things more."""
    small_and_large()
    following = MONTHS[-1].next
    applied(noon(following), 1)
    wrote("access_declined", noon(following.next), 2)
    taken = []
    for day in (
        following.days.first,
        following.next.next.days.last,
        following.next.next.next.days.first,
    ):
        quarters = {}
        for quarter, *rest in presenters.file_rows(presenters.leaving(day))[1:]:
            quarters.setdefault(quarter, []).append(rest)
        taken.append(quarters)
    assert taken[0] == taken[1]
    assert list(taken[2])[:3] == list(taken[0])[1:]
    for quarter in list(taken[2])[:3]:
        assert taken[2][quarter] == taken[0][quarter]


def test_nothing_of_a_service_a_ground_or_a_person_leaves():
    person = a_practitioner(name="Grace Hopper")
    a_request(person, now=noon(MONTHS[10]))
    auditor = at_desk(an_auditor())
    for answer in (auditor.get(PAGE), auditor.get(BOARD), auditor.post(FILE)):
        said = (
            text(answer) if answer.headers["Content-Type"].startswith("text/html") else answer.text
        )
        for word in ("IW-", person.service.code, person.service.name, "Hopper", "abuse", "ground"):
            assert word not in said


def test_no_cell_is_a_formula():
    cells = ["=1+1", "+1", "-1", "@a", "\ta", "\ra", "a=1", "6", 'a "b", c']
    (row,) = csv.reader(io.StringIO(as_csv([cells])))
    assert row == ["'=1+1", "'+1", "'-1", "'@a", "'\ta", "'\ra", "a=1", "6", 'a "b", c']


def test_bars_are_as_long_as_their_numbers_and_a_hidden_one_has_none():
    found = bars({"Jan": "10", "Feb": "c", "Mar": "5", "Apr": "0"})
    assert [bar.length for bar in found.bars] == [236, 0, 118, 0]
    assert [bar.number for bar in found.bars] == ["10", "c", "5", "0"]
    assert [bar.length for bar in bars({"Jan": "0", "Feb": "c"}).bars] == [0, 0]
