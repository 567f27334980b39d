"""A request entered with a wrong number: begun anew, taken back, and opened by nobody alone."""

from collections.abc import Callable

import pytest
from django.urls import reverse
from django.utils import timezone

from requests_app.models import Request
from shielding.models import Record
from tests.browser.support import asking, deciding
from tests.browser.support.visitor import Visitor
from tests.support.people import an_iw_member
from tests.support.requests import a_number, a_request

pytestmark = pytest.mark.django_db(transaction=True)
SignIn = Callable[..., Visitor]


def test_the_right_record_comes_first_and_the_wrong_one_waits_for_two(signed_in: SignIn) -> None:
    # Given a source whose record is shielded, and who finds that the number was wrong
    wrong = deciding.shielded_and_agreed(a_request(now=timezone.now()).reference)
    her = signed_in(wrong.practitioner)
    her.open(reverse("request_detail", args=[wrong.reference]))
    her.follow("The number was wrong, or it is about another child")
    her.reads("First ask for the right record")
    her.does_not_read("family")
    assert her.faults() == []
    # When they ask for the right one with the same answers, and then take the wrong one back
    her.follow("Ask for the right record with these answers")
    asking.another_child(her, number=a_number(), manager="My manager is not in the directory")
    # Then the page to take it back follows, and names the right one to be written down.
    assert her.page.url.endswith(reverse("request_in_error", args=[wrong.reference]))
    right = Request.objects.exclude(pk=wrong.pk).get(practitioner=wrong.practitioner).reference
    her.reads(f"Request {right} is sent: write this reference into your own record now.")
    her.press("Take this request back")
    her.reads("There is a problem", "Confirm that the request was entered in error")
    assert her.faults() == []
    her.tick("The record number was wrong, or this is about another child")
    her.press("Take this request back")
    # Then it asks no longer, and nothing is left to say of the family,
    her.reads("This request no longer asks for the record to be shielded.")
    her.does_not_read("Say whether the family was told", "Letters to print", right)
    assert her.faults() == []
    # and the record stays shielded: the waiting day and the two members are still to come.
    him = signed_in(an_iw_member())
    him.open(reverse("record_detail", args=[wrong.record.reference]))
    him.reads("Shielded", "Entered in error: there was nothing to tell them")
    him.does_not_read("Begin the final unshield")
    assert him.faults() == []
    assert Record.objects.get(pk=wrong.record_id).state == "shielded"
