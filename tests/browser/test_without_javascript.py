"""One long journey for each role with JavaScript switched off: every page works without it."""

from collections.abc import Callable

import pytest
from django.urls import reverse
from django.utils import timezone

from requests_app.models import Request
from shielding.accounts.models import RoleGrant, User
from tests.browser.support import asking, deciding
from tests.browser.support.deciding import shielded_and_agreed
from tests.browser.support.visitor import Visitor
from tests.support.people import (
    a_practitioner,
    a_service,
    an_administrator,
    an_auditor,
    an_iw_member,
)
from tests.support.requests import a_number, a_request

pytestmark = pytest.mark.django_db(transaction=True)
Plain = Callable[[User], Visitor]
GONE = "We removed the shielding from our own systems, or never had any there"


@pytest.fixture
def plain(signed_in: Callable[..., Visitor]) -> Plain:
    """Sign somebody in at a browser that runs no script."""

    def sign_in(person: User) -> Visitor:
        visitor = signed_in(person, javascript=False)
        visitor.reads_in_the_footer("You will be signed out after 15 minutes without activity.")
        return visitor

    return sign_in


def test_a_practitioner_asks_corrects_and_follows_a_request(plain: Plain) -> None:
    manager = a_practitioner(name="Morgan Manager")
    her = plain(a_practitioner(service=manager.service, manager=manager))
    her.press("Ask for a shield")
    her.press("Start a request")
    her.press("Continue")
    her.reads("There is a problem", "Enter the record number")
    number = a_number()
    asking.answer(her, number=number, manager="Morgan Manager")
    her.follow("Change lead professional")
    her.tick("None is appointed")
    her.press("Continue")
    asking.answer(her, number=number, manager="Morgan Manager")
    her.reads("None is appointed")
    reference = asking.send(her)
    her.reads("Request sent", reference)
    her.follow("See this request")
    her.press("Show the record number")
    her.reads(number)
    her.follow("Hide it and go back to the request")
    her.does_not_read(number)
    her.press("I have told the family")
    her.date("On which day did you tell them, in a way that is safe?", asking.today())
    her.press("Save")
    her.reads("Saved: the family was told.")
    shielded_and_agreed(reference)
    her.open(reverse("home"))
    her.follow("Professionals to tell")
    her.follow("Tell other professionals, then say so")
    her.date("When did you tell them?", asking.today())
    her.press("Save")
    her.reads("Saved: the professionals were told.")
    her.follow("Letter to the family: agreed")
    her.press("Show the letter to print")
    her.reads("Confirm that it is safe to hand this over")
    her.tick("It is safe to hand this over")
    her.press("Show the letter to print")
    her.reads("The record is shielded", reference)
    her.does_not_read(number)
    her.follow_back()
    her.follow("Ask for another child with these answers")
    her.press("Confirm and send")
    her.reads("There is a problem", "Enter the record number", "Consider each point")
    her.follow_back()
    her.press("Withdraw this request")
    her.press("Withdraw this request")
    her.reads("There is a problem", "Select whether the family was told")
    her.tick(GONE, "They were told, in a way that is safe")
    her.press("Withdraw this request")
    her.reads("No longer asks for a shield")
    her.go("Guidance")
    her.follow("When to shield, and when not")
    her.press("Sign out")
    assert her.heading() == "Sign in"


def test_a_practitioner_answers_the_reviews_that_ask_them(plain: Plain) -> None:
    person = a_practitioner()
    kept, gone = a_request(person, now=timezone.now()), a_request(person, now=timezone.now())
    her = plain(person)
    her.follow("Reviews to answer")
    her.follow(kept.reference)
    her.press("Answer the review")
    her.press("Continue")
    her.reads("There is a problem", "Select whether the shield is still needed")
    her.tick("Still needed", "Yes", "The Lead Professional", "Not yet")
    her.press("Continue")
    her.reads("Saved: the shield is still needed.")
    her.open(reverse("request_review", args=[gone.reference]))
    her.tick("No longer needed", "It is not safe to ask them", "Not yet")
    her.press("Continue")
    her.reads("You cannot take this back.")
    her.tick(GONE, "It is not safe to tell them")
    her.press("Withdraw this request")
    her.reads("No longer asks for a shield")
    her.go("Your requests")
    her.does_not_read("Say whether the shield is still needed")


def test_a_line_manager_reads_who_names_them(plain: Plain) -> None:
    manager = a_practitioner(name="Morgan Manager")
    staff = a_practitioner(service=manager.service, manager=manager)
    request = a_request(
        staff, supporter=manager, supporter_not_listed=False, supported_on=asking.today()
    )
    them = plain(manager)
    them.go("Your requests")
    them.follow("Requests that name you as the line manager who supported them")
    them.reads(request.reference, staff.name)
    them.does_not_read("abuse", staff.service.name, request.number_in_clear())
    them.go("Home")
    them.follow("Overdue answers of your team")
    them.reads(staff.name, request.reference, "overdue")
    them.does_not_read("abuse", staff.service.name, request.record.reference)
    them.open(reverse("request_detail", args=[request.reference]), status=404)
    them.go("Guidance")
    them.follow("Asking for a record to be shielded")
    them.press("Sign out")


def test_an_iw_member_takes_a_call_and_works_the_queue(plain: Plain) -> None:
    service = a_service("Invented surgery")
    returned, agreed = a_request(), a_request()
    him = plain(an_iw_member(name="Indra Member"))
    him.press("Log a phoned request")
    number = a_number()
    him.write("Record number", number)
    him.write("Record number again", number)
    him.pick("Ground", "Risk of abduction")
    him.tick("A GP, without an account")
    him.press("Log the request")
    him.reads("There is a problem", "Select the service of the caller")
    him.pick("Service of the caller", service.name)
    him.write("Record number", number)
    him.write("Record number again", number)
    him.press("Log the request")
    deciding.attest_applied(him)
    him.press("Show record number")
    him.reads(number)
    deciding.open_from_queue(him, returned.reference, tab="To decide")
    him.tick("Please phone the IW Team")
    him.press("Return with this query")
    deciding.open_from_queue(him, agreed.reference, tab="To decide")
    deciding.agree(him)
    him.go("Find a record")
    him.tick("Somebody phoned about this record")
    him.write("Record number", number)
    him.press("Find the record")
    him.reads("Risk of abduction", "Shielded")
    him.go("Home")
    him.follow("Log a family that asked the council directly")
    him.date("When did they ask the council?", asking.today())
    him.tick("Teacher")
    him.press("Log it")
    him.reads("It is logged that the family was told whom to speak to.")
    him.go("People and services")
    him.follow("Services")
    him.follow("Add a service")
    him.write("Name of the service", "Invented nursery")
    him.press("Add the service")
    him.reads("Invented nursery")
    assert "returned" in deciding.entries(him, returned.reference)
    him.press("Sign out")


def test_an_iw_lead_is_the_second_of_two_and_confirms_a_role(plain: Plain) -> None:
    member, administrator = an_iw_member(name="Indra Member"), an_administrator()
    request = deciding.proposed_by(member, a_request())
    deciding.role_proposed_by(administrator)
    lead = plain(an_iw_member(lead=True, name="Lee Lead"))
    lead.follow("Roles to confirm")
    lead.press(f"Confirm {RoleGrant.objects.get().reference}")
    lead.reads("The role is confirmed.")
    deciding.open_from_queue(lead, request.reference, tab="Second look")
    lead.press("Overturn")
    lead.reads("Overturned. The request is to be decided again.")
    deciding.agree(lead)
    lead.press("Sign out")
    assert Request.objects.get().state == "agreed"


def test_an_auditor_reads_the_logbook(plain: Plain) -> None:
    request = a_request()
    them = plain(an_auditor())
    them.follow("Read the logbook")
    them.write("Reference", "not a reference")
    them.press("Apply filters")
    them.reads("Enter a reference like IW-7KQ4-M2XD")
    words = deciding.entries(them, request.reference)
    assert "asked to shield record" in words
    them.does_not_read(request.number_in_clear())
    them.page.locator("table a").first.click()
    assert them.heading().startswith("Entry ")
    them.open(reverse("request_detail", args=[request.reference]), status=403)
    them.go("Guidance")
    them.press("Sign out")


def test_an_administrator_proposes_a_role_and_suspends_an_account(plain: Plain) -> None:
    leaver, _remains = an_auditor(name="Lou Leaver"), an_auditor()
    them = plain(an_administrator())
    them.go("Accounts")
    them.follow("Propose an account")
    them.press("Propose this account")
    them.reads("There is a problem", "Enter their full name", "Select a role")
    them.write("Full name", "Noor Newcomer")
    them.write("Work email address", "noor@council.example")
    them.tick("Auditor")
    them.press("Propose this account")
    them.reads("An IW lead must confirm it.", "Noor Newcomer")
    them.open(reverse("person", args=[leaver.uid]))
    them.press("Suspend this account")
    them.reads("The account is suspended.")
    them.press("Let this account sign in again")
    them.open(reverse("desk_queue"), status=403)
    them.open(reverse("logbook"), status=403)
    them.go("Home")
    them.press("Sign out")
