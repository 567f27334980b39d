"""Imports of the office from files: one that waits for a second member, one that was done, one
whose proposer has left.
"""

from typing import TYPE_CHECKING

from requests_app.go_live.views import SHIELDS
from requests_app.models import Request
from shielding import clock
from shielding.accounts.bulk import actions as imports
from shielding.accounts.bulk.models import FileImport
from shielding.accounts.bulk.two_uploads import Importing, run
from shielding.accounts.bulk.views import PEOPLE
from shielding.accounts.models import User
from shielding.filled import filled
from shielding.holds import letting_go
from shielding.holds.hand_over.actions import propose_alone
from shielding.web.uploads import csv_file
from tests.support import hand_overs
from tests.support.people import a_practitioner, an_iw_member
from tests.support.requests import a_number
from tests.support.shielded_records import GONE

if TYPE_CHECKING:
    from tests.browser.support.caseload import Caseload

HEAD = "name,email,service,manager,phone\n"
WAITING = f"{HEAD}Wen Invented,wen@council.example,Invented primary school,,\n".encode()
LEFT = f"{HEAD}Lou Invented,lou@council.example,Invented primary school,,\n".encode()
DONE = f"{HEAD}Don Invented,don@council.example,Invented primary school,,\n".encode()


_TAKEN = {"imported_at__isnull": False}
SHIELDS_HEAD = "number,ground,email,placed,applied,next_review,involvement\n"


def tell(case: "Caseload") -> dict[str, str]:
    """Return the reference of each import by its story, and of what was taken over."""
    office = case.office
    due = clock.months_after(clock.today(case.now), 3)
    of_teacher = f"abuse,{office.teacher.email},2025-03-05,2025-03-06,{due},on_record\n"
    waiting = f"{SHIELDS_HEAD}{a_number()},{of_teacher}".encode()
    taken = f"{SHIELDS_HEAD}{a_number()},{of_teacher}{a_number()},{of_teacher}".encode()
    found = {
        "people_to_confirm": _proposed(case, "people", WAITING).reference,
        "people_done": _done(case, PEOPLE, DONE).reference,
        "people_left": _left(case).reference,
        "shields_to_confirm": _proposed(case, "shields", waiting).reference,
        "shields_done": _done(case, SHIELDS, taken).reference,
    }
    found |= _of_taken_over(case)
    return found | _of_the_wrong_practitioner(case)


def _of_taken_over(case: "Caseload") -> dict[str, str]:
    """Let the practitioner withdraw one of the two: it waits for a call."""
    stands, gone = Request.objects.filter(imported_at__isnull=False).order_by("id")
    letting_go.withdraw(gone.hold, parting=GONE, by=case.office.teacher, now=case.now)
    return {"taken_over": stands.reference, "taken_over_withdrawn": gone.reference}


def _of_the_wrong_practitioner(case: "Caseload") -> dict[str, str]:
    """Take over the shields of three who were named wrongly.

    Of one it is proposed whose it is, and of one that is done.
    """
    office, due = case.office, clock.months_after(clock.today(case.now), 3)
    named = [
        a_practitioner(service=office.school, name=f"{one} Invented") for one in ("Wil", "Win")
    ]
    wrong = [*named, office.heir]
    rows = "".join(f"{_of(person)},2025-03-05,2025-03-06,{due},on_record\n" for person in wrong)
    _done(case, SHIELDS, f"{SHIELDS_HEAD}{rows}".encode())
    left, waits, done = (Request.objects.get(practitioner=person, **_TAKEN) for person in wrong)
    of_one, by_two = (
        propose_alone(filled(one.hold), to=office.joiner, by=office.iw, now=case.now)
        for one in (waits, done)
    )
    hand_overs.confirmed(by_two, by=office.lead, now=case.now)
    case.hand_overs["of_one"] = of_one.reference
    return {"named_wrong": left.reference, "not_theirs": done.reference}


def _of(person: User) -> str:
    return f"{a_number()},asylum,{person.email}"


def _proposed(case: "Caseload", kind: str, content: bytes) -> FileImport:
    return imports.propose(kind, content, rows=1, by=case.office.second, now=case.now)


def _left(case: "Caseload") -> FileImport:
    """Confirmed, and then whoever proposed it left the team."""
    gone = an_iw_member(name="Pip Invented-Gone")
    found = imports.propose("people", LEFT, rows=1, by=gone, now=case.now)
    found = imports.confirm(found, LEFT, by=case.office.iw, now=case.now)
    User.objects.filter(pk=gone.pk).update(is_active=False)
    return found


def _done(case: "Caseload", importing: Importing, content: bytes) -> FileImport:
    member, now = case.office.iw, case.now
    done = imports.confirm(_proposed(case, importing.kind, content), content, by=member, now=now)
    rows = importing.check(csv_file.read(content, importing.columns), done.key_of_rows)
    run(done, rows, importing.do, by=member)
    return imports.finish(done, left_out=0, by=member, now=now)
