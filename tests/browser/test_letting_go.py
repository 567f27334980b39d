"""A source's way after the decision: a review answered, let go of, a letter handed over."""

from collections.abc import Callable

import pytest
from django.urls import reverse
from django.utils import timezone

from shielding.models import Hold
from tests.browser.support.deciding import entries, shielded_and_agreed
from tests.browser.support.visitor import Visitor
from tests.support.people import a_practitioner, an_iw_member
from tests.support.requests import a_request

pytestmark = pytest.mark.django_db(transaction=True)
SignIn = Callable[..., Visitor]
GONE = "We removed the shielding from our own systems, or never had any there"


def test_a_review_is_answered_and_what_is_needed_stays(signed_in: SignIn) -> None:
    # Given a practitioner whose first review asks
    request = a_request(now=timezone.now())
    her = signed_in(request.practitioner)
    her.follow("Reviews to answer")
    her.follow("Say whether the shield is still needed")
    # When they say that it is still needed
    her.tick("Still needed", "Yes", "Me", "Yes, in a way that is safe")
    her.press("Continue")
    # Then nothing is asked any more, and it is in the logbook
    her.reads("Saved: the shield is still needed.")
    her.does_not_read("Answer the review")
    him = signed_in(an_iw_member())
    assert "still needed" in entries(him, request.reference)


def test_no_longer_needed_lets_go_on_a_second_page(signed_in: SignIn) -> None:
    # Given two services that ask for one record, the first with its review open
    request = a_request(now=timezone.now())
    other = a_request(a_practitioner(), now=timezone.now(), number=request.record.number_in_clear())
    her = signed_in(request.practitioner)
    her.open(reverse("request_review", args=[request.reference]))
    # When one says that it is no longer needed, and attests what that takes
    her.tick("No longer needed", "No", "Not yet")
    her.press("Continue")
    her.reads("This does not unshield the record by itself")
    her.press("Withdraw this request")
    her.reads("There is a problem", "Confirm that you removed the shielding")
    her.tick(GONE, "They were told, in a way that is safe")
    her.press("Withdraw this request")
    # Then their page says that alone, and nothing of the other
    her.reads("No longer asks for a shield")
    her.does_not_read(other.reference, other.service.name)
    her.follow("Letter to the family: the request has ended")
    her.tick("It is safe to hand this over")
    her.press("Show the letter to print")
    her.reads("act as if the record can be found", request.reference)
    assert Hold.objects.standing().get().reference == other.reference


def test_withdrawn_and_a_letter_printed(signed_in: SignIn) -> None:
    # Given a practitioner whose request is agreed and applied
    request = shielded_and_agreed(a_request(now=timezone.now()).reference)
    her = signed_in(request.practitioner)
    her.open(reverse("request_detail", args=[request.reference]))
    # When they print the letter for the family
    her.follow("Letter to the family: agreed")
    her.tick("It is safe to hand this over")
    her.press("Show the letter to print")
    her.reads("The record is shielded", "complaints process")
    her.does_not_read(request.number_in_clear(), request.service.name, request.record.reference)
    her.follow_back()
    # and later let go
    her.follow("Withdraw this request")
    her.tick(GONE, "It is not safe to tell them")
    her.press("Withdraw this request")
    # Then they cannot do so again, and both are in the logbook
    her.reads("No longer asks for a shield")
    her.does_not_read("Withdraw this request")
    words = entries(signed_in(an_iw_member()), request.reference)
    assert "printed a letter" in words
    assert "released the hold" in words
