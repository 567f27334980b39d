"""People change: an address by two, a move to another service, a service that closes and opens."""

from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from shielding.accounts.corrections.models import AddressChange
from shielding.accounts.models import User
from tests.browser.support.visitor import PHONE
from tests.support.people import a_practitioner, a_service, an_iw_member
from tests.support.requests import a_request

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("javascript", [True, False])
def test_an_address_a_move_and_a_closed_service(signed_in: Any, javascript: bool) -> None:
    school, clinic = a_service("Old School"), a_service("New Clinic")
    person = a_practitioner(service=school, name="Max Mover", email="max@council.example")
    a_request(person, now=timezone.now())
    like = a_practitioner(service=clinic, name="Nia New")
    first = signed_in(an_iw_member(name="Ida First"), javascript=javascript)
    second = signed_in(an_iw_member(name="Sam Second"), javascript=javascript)
    faults = []
    if javascript:
        second.page.set_viewport_size(PHONE)

    def look(visitor: Any) -> None:
        if javascript:
            faults.extend(visitor.faults())

    # An address by two.
    first.open(reverse("person", args=[person.uid]))
    first.follow("Change email address")
    look(first)
    first.write("New work email address", "max.mover@council.example")
    first.press("Propose this address")
    first.reads("Proposed.", "It is not yours to confirm")
    second.open("/")
    second.follow("Email addresses to confirm")
    look(second)
    second.follow(AddressChange.objects.get().reference)
    second.tick("I phoned them on a number from the directory, and the new address is theirs")
    look(second)
    second.press("Confirm: change the address")
    second.reads("The address is changed.", "max.mover@council.example")

    # A name like another's is shown before it is given.
    second.open(reverse("person_name", args=[person.uid]))
    second.write("Full name", "Nia-New")
    second.press("Save the name")
    second.reads("There is a similar name already", like.email)
    look(second)
    second.write("Full name", "Max Moved")
    second.press("Save the name")
    second.reads("The name is saved.")

    # They move, with what they ask for.
    second.press("Move to another service")
    second.pick("New service", "New Clinic")
    second.press("Continue")
    look(second)
    second.tick("It goes along: they still answer for it in the new service")
    second.pick("New line manager", f"Nia New, New Clinic, {like.email}")
    second.press("Move them")
    second.reads("Max Moved is in New Clinic now.", "Moved from another service")
    moved = User.objects.get(pk=person.pk)
    assert (moved.service, moved.line_manager, moved.email) == (
        clinic, like, "max.mover@council.example",
    )  # fmt: skip

    # Their old service closes and opens again.
    first.open(reverse("services"))
    first.follow("Old School")
    look(first)
    first.press("Close this service")
    first.press("Close the service")
    first.reads("The service is closed.", "No request of this service stands")
    look(first)
    first.press("Open this service again")
    first.reads("The service is open again.")
    assert faults == []
