"""A council goes live: people and shields come from files, by two members, without script."""

from collections.abc import Callable

import pytest

from logbook.days import clock_now
from requests_app.models import Request
from shielding.accounts.models import User
from shielding.clock import today
from tests.browser.support.visitor import Visitor
from tests.support.people import a_practitioner, a_service, an_iw_member
from tests.support.requests import a_number

pytestmark = pytest.mark.django_db(transaction=True)
PEOPLE = "name,email,service,manager,phone"
SHIELDS = "number,ground,email,placed,applied,next_review,involvement"
CHECK = "Check the file: nothing is changed"
PROPOSE = "Check it, and propose it to a colleague if nothing is wrong"


def test_two_members_add_people_and_take_shields_over(signed_in: Callable[..., Visitor]) -> None:
    school = a_service("Invented primary school")
    teacher = a_practitioner(service=school, name="Toni Invented")
    him = signed_in(an_iw_member(name="Indra Invented"), javascript=False)
    her = signed_in(an_iw_member(name="Sasha Invented"), javascript=False)
    # He checks a file of people, is told which row is wrong, and proposes the corrected one
    row = "Pat Invented,pat@council.example,Invented primary school,,01632 960001"
    him.go("People and services")
    him.follow("Add people from a file")
    send(him, f"{PEOPLE}\n{row}\nBo,bo,Invented primary school,,\n", CHECK)
    him.reads("1 of 2 rows have something wrong", "Line 3: “email” is not an email address")
    people = f"{PEOPLE}\n{row}\n"
    send(him, people, PROPOSE)
    him.reads("Waiting for another member", "These may: Sasha Invented")
    assert not User.objects.filter(name="Pat Invented").exists()
    # she finds it at home, and imports the same file
    find(her, "People to import", "Waiting for another member")
    confirm(her, people, "I compared this file")
    her.reads("Done. Rows done: 1. Left out: 0")
    her.go("People and services")
    her.reads("Pat Invented")
    # And she proposes a file of shields, which he confirms
    days = f"2025-03-05,06/03/2025,{today(clock_now())}"
    shields = f"{SHIELDS}\n{a_number()},abuse,{teacher.email},{days},on_record\n"
    her.open("/")
    her.follow("Take over shields from a file")
    send(her, shields, PROPOSE)
    find(him, "Shields to import", "Waiting for another member")
    confirm(him, shields, "Every record in this file is shielded")
    him.reads("Done. Rows done: 1. Left out: 0")
    him.open("/")
    him.follow("To check again after a data load")
    him.reads("0 of 1 checked by two members.")
    # Its practitioner reads of it, and may withdraw it
    reference = Request.objects.get().reference
    own = signed_in(teacher, javascript=False)
    own.follow(reference)
    own.reads("You asked for this shield before this service was there", "Withdraw this request")


def send(visitor: Visitor, content: str, then: str) -> None:
    visitor.upload("CSV file", content.encode())
    visitor.tick(then)
    visitor.press("Upload the file")


def find(visitor: Visitor, tile: str, state: str) -> None:
    """Follow a number at home to the import that waits."""
    visitor.open("/")
    visitor.follow(tile)
    visitor.reads(state)
    visitor.follow("IW-")


def confirm(visitor: Visitor, content: str, attest: str) -> None:
    visitor.upload("CSV file", content.encode())
    visitor.page.get_by_label(attest).check()
    visitor.press("Upload the same file and import it")
