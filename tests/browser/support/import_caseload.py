"""Imports of the office from files: one that waits for a second member, one that was done."""

from typing import TYPE_CHECKING

from shielding.accounts.bulk import actions as imports
from shielding.accounts.bulk.two_uploads import run
from shielding.accounts.bulk.views import PEOPLE
from shielding.web.uploads import csv_file

if TYPE_CHECKING:
    from tests.browser.support.caseload import Caseload

HEAD = "name,email,service,manager,phone\n"
WAITING = f"{HEAD}Wen Invented,wen@council.example,Invented primary school,,\n".encode()
DONE = f"{HEAD}Don Invented,don@council.example,Invented primary school,,\n".encode()


def tell(case: "Caseload") -> dict[str, str]:
    """Return the reference of each import by its story."""
    office, now = case.office, case.now
    waiting = imports.propose("people", WAITING, rows=1, by=office.second, now=now)
    done = imports.propose("people", DONE, rows=1, by=office.second, now=now)
    done = imports.confirm(done, DONE, by=office.iw, now=now)
    rows = PEOPLE.check(csv_file.read(DONE, PEOPLE.columns), done.reference)
    run(done, rows, PEOPLE.do, by=office.iw)
    imports.finish(done, left_out=0, by=office.iw, now=now)
    return {"people_to_confirm": waiting.reference, "people_done": done.reference}
