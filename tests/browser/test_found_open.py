"""A check that finds a record open: said, told, shielded again, and checked by two."""

from collections.abc import Callable

import pytest
from django.core import mail as outbox
from django.urls import reverse
from django.utils import timezone

from shielding.notices import delivery
from tests.browser.support.deciding import attest_applied, entries, shielded_and_agreed
from tests.browser.support.visitor import Visitor
from tests.support.people import an_iw_member
from tests.support.requests import a_request

pytestmark = pytest.mark.django_db(transaction=True)
SignIn = Callable[..., Visitor]


def test_found_open_is_told_and_attested_anew(signed_in: SignIn) -> None:
    # Given a record that is shielded for one source
    request = shielded_and_agreed(a_request(now=timezone.now()).reference)
    her, him = signed_in(request.practitioner), signed_in(an_iw_member(name="Ira Invented"))
    # and data were loaded since, which a member enters
    him.open(reverse("data_loads"))
    him.date("On which day were data loaded into ContactPoint?", timezone.localdate())
    him.press("Enter the data load")
    him.reads("0 of 1 checked by two members.")
    # When a member looks and finds it open
    him.open(reverse("record_detail", args=[request.record.reference]))
    him.follow("Say what you found on ContactPoint")
    him.tick("It is open: it can be found there")
    him.press("Record what I found")
    # Then it is the first thing on the home page, and its source is asked to phone
    him.reads("Found open: shield the record on ContactPoint now", "Check now")
    assert him.faults() == []
    him.open(reverse("home"))
    him.reads("Check now: it may already be open", "Records to shield, not yet applied: 1")
    outbox.outbox.clear()
    delivery.deliver(timezone.now())
    (mail,) = [one for one in outbox.outbox if request.practitioner.email in one.to]
    assert f"Please phone the IW Team today about {request.reference}" in mail.body
    her.open(reverse("request_detail", args=[request.reference]))
    her.reads("Phone the IW Team now about this request.", "No longer: phone the IW Team")
    assert her.faults() == []
    # and when it is shielded again, that is attested for the request
    him.follow(request.reference)
    him.tick("It had been opened, and I shielded it again")
    attest_applied(him)
    him.does_not_read("Check now")
    her.page.reload()
    her.does_not_read("Phone the IW Team now")
    # and a second member looks as well: then both have checked it
    second = signed_in(an_iw_member(name="Uma Invented"))
    second.follow("To check again after a data load")
    second.follow(request.record.reference)
    second.reads("by Ira Invented. The second look is still to come.")
    second.tick("It is shielded; no duplicate or unmatched unshielded record was found")
    second.press("Record what I found")
    second.reads("Checked by two members.", "1 of 1 checked by two members.")
    assert second.faults() == []
    assert "is no longer attested as applied" in entries(second, request.reference)
