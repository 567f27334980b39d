"""A member sees that a colleague is at it and takes it over; a lead's rota names who is on duty."""

from collections.abc import Callable

import pytest
from django.urls import reverse

from logbook.days import clock_now
from shielding.duty.rota import running_day
from tests.browser.support.visitor import PHONE, Visitor
from tests.support.people import an_iw_member
from tests.support.requests import a_request
from tests.support.shielded_records import DAY

pytestmark = pytest.mark.django_db(transaction=True)


def test_from_a_colleague_who_has_it_open_to_who_is_on_duty(
    signed_in: Callable[..., Visitor],
) -> None:
    # Given a request that waits, and a member who opened it and says that she has it, on a phone
    request = a_request(now=clock_now() - DAY / 24)
    lea = an_iw_member(name="Lea Leads", lead=True)
    sam = an_iw_member(name="Sam Sees")
    ann = signed_in(an_iw_member(name="Ann Also"), javascript=False, viewport=PHONE)
    ann.follow(request.reference)
    ann.press("I have it")
    ann.reads("Your colleagues see for four hours that you have it.", "You have had it since")
    # When a colleague comes to it, then he reads in the list and on its page who is at it,
    him = signed_in(sam)
    him.reads("Ann Also has had it since")
    him.follow(request.reference)
    him.reads("Ann Also opened this", "Ann Also has had it since")
    assert him.faults() == []
    # and takes it over, which she reads.
    him.press("I have it now")
    him.reads("You have had it since")
    ann.open("/")
    ann.reads("Sam Sees has had it since", "Nobody is named on the rota for today.")
    # When a lead puts him on duty, from a phone without a script
    her = signed_in(lea, javascript=False, viewport=PHONE)
    her.follow("Who is on duty")
    day = running_day(clock_now())
    her.date("First day", day)
    her.date("Last day (optional)", day + DAY)
    her.pick("Who is on duty?", f"Sam Sees, {sam.email}")
    her.press("Change the rota")
    her.reads("The rota is changed for 2 days.", "Sam Sees")
    # then home names him to everybody in the team, who read the rota and cannot change it.
    him.open("/")
    him.reads("You are on duty until")
    assert him.faults() == []
    ann.open("/")
    ann.reads("Sam Sees is on duty until")
    him.follow("Who is on duty")
    him.reads("An IW lead changes the rota.", "by Lea Leads")
    assert him.faults() == []
    rota = signed_in(lea)
    rota.open(reverse("duty"))
    assert rota.faults() == []
