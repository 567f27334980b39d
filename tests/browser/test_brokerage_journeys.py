"""Brokerage from the IW Team's desk, with JavaScript off: each journey by the pages people use.

What requester and sources did when a journey begins was made by the product's own acts.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from brokerage.models import AccessRequest
from shielding import clock
from tests.brokerage.support import cast as acts
from tests.brokerage.support.cast import Cast, a_cast
from tests.browser.support.visitor import Visitor
from tests.support.people import a_service
from tests.support.requests import a_number

pytestmark = pytest.mark.django_db(transaction=True)
SignIn = Callable[..., Visitor]
CALLED = (
    "I called them back on a number of the directory, and it was neither the requester nor who "
    "agreed"
)
UNTIL = "On which day does the contact end?"


@pytest.fixture
def cast() -> Cast:
    return a_cast()


def an_hour_ago() -> datetime:
    return timezone.now() - timedelta(hours=1)


def agreed(cast: Cast, number: str) -> AccessRequest:
    """Return a request that the line manager agreed an hour ago."""
    until = clock.today(timezone.now()) + timedelta(days=40)
    return acts.agreed(cast, number=number, now=an_hour_ago(), needed_until=until)


def at_desk(signed_in: SignIn, person: object) -> Visitor:
    return signed_in(person, javascript=False)


def open_from(him: Visitor, reference: str, *, tab: str) -> None:
    """Find an access request in a list of the desk and open it."""
    him.open(reverse("home"))
    him.go("Brokerage")
    with him.page.expect_navigation():
        him.page.get_by_role("navigation", name="Brokerage").get_by_role("link", name=tab).click()
    him.follow(reference)


def hear(him: Visitor, of: str, said: str) -> None:
    """Record what a source said on the phone."""
    section = him.page.get_by_role("region", name=f"Record what was said for request {of}")
    section.get_by_label(said, exact=True).check()
    section.get_by_label("Asked, and content with it", exact=True).check()
    section.get_by_label(CALLED, exact=True).check()
    with him.page.expect_navigation():
        section.get_by_role("button", name="Record the answer").click()
    him.reads("The answer is recorded.")


def test_agreed_and_put_in_touch(cast: Cast, signed_in: SignIn) -> None:
    # Given a request about a record with two sources, which the line manager agreed
    number, (one, two) = acts.shielded(cast)
    access = agreed(cast, number)
    him = at_desk(signed_in, cast.member)
    open_from(him, access.reference, tab="To begin")
    him.reads(cast.requester.name, cast.manager.name, "Not asked yet", cast.source.name)
    # When the member asks the sources, phones both, and one may be named
    him.press("Ask the practitioners")
    him.reads("The practitioners are asked;", "A practitioner has not answered")
    hear(him, one.reference, "The practitioner’s work contact may be given through the IW Team")
    hear(him, two.reference, "The practitioner will contact the requester")
    # Then he reads that another member concludes on what he wrote down, and who can
    him.reads("another member of the IW Team concludes. These can:", cast.colleague.name)
    her = at_desk(signed_in, cast.colleague)
    open_from(her, access.reference, tab="Being brokered")
    # and she does, before anybody is put in touch, with the day on which contact ends
    her.reads("Record this before you phone anybody or pass anything on", "4:00pm")
    her.tick("Put in touch through the IW Team, to be passed on by phone")
    her.date(UNTIL, clock.today(timezone.now()) + timedelta(days=20))
    her.press("Conclude")
    her.reads("Concluded.", "Put in touch through the IW Team, to be passed on by phone, until")
    her.does_not_read(number)
    open_from(him, access.reference, tab="Current contacts")
    him.does_not_read(number)
    # and what was agreed is stopped once it is no longer safe.
    him.tick("I will phone whoever asked for the shield, and the requester if they know of it")
    him.press("Stop the contact")
    him.reads("The contact was stopped. Nobody may be in touch under this request.")


def test_an_objection_and_the_lead_s_decision(cast: Cast, signed_in: SignIn) -> None:
    # Given a source who objected on the page they were asked on
    number, _ = acts.shielded(cast)
    access = agreed(cast, number)
    him = at_desk(signed_in, cast.member)
    open_from(him, access.reference, tab="To begin")
    him.press("Ask the practitioners")
    acts.say(access, cast.source, "objects", now=timezone.now())
    acts.say(access, cast.other_source, "will_contact", now=timezone.now())
    open_from(him, access.reference, tab="With the IW lead")
    him.reads("An IW lead who had no part in this decides.", cast.lead.name)
    # When a lead decides
    her = at_desk(signed_in, cast.lead)
    her.open(reverse("home"))
    her.follow("Access requests with the IW lead")
    her.follow(access.reference)
    her.tick("No contact", "No contact, because: Safety comes first")
    her.press("Record the decision")
    her.reads("Your decision is recorded.", "You decided on this request, so")
    # Then nothing that discloses is left, and another member concludes it.
    open_from(him, access.reference, tab="Being brokered")
    him.reads("The IW lead decided that there is no contact.")
    him.tick("Declined")
    him.press("Conclude")
    him.reads("Concluded.", "IW lead: No contact", "Safety comes first")
    her.does_not_read(number)
    him.does_not_read(number)


def test_an_urgent_call_is_read_by_a_second_member(cast: Cast, signed_in: SignIn) -> None:
    # Given a member who dealt with a call of the police
    a_service("Invented police station")
    number = a_number()
    him = at_desk(signed_in, cast.member)
    him.open(reverse("brokerage_queue"))
    him.follow("Log an urgent call")
    him.write("Record number", number)
    him.write("Record number again", number)
    him.tick("A police officer, without an account")
    him.pick("Service of the caller", "Invented police station")
    him.pick("Purpose", "Safeguarding enquiry")
    him.tick("Confirmation that someone is involved", "Referred to the police or social care")
    him.tick("I called back on a number of the directory")
    him.press("Log the call")
    him.reads("The call is logged.", "By nobody yet", "You logged this call, so")
    reference = him.heading().removeprefix("Access request ")
    # When another member reads it
    her = at_desk(signed_in, cast.colleague)
    her.open(reverse("home"))
    her.follow("Urgent calls to read")
    her.follow(reference)
    her.tick("I have read how this call was dealt with")
    her.press("I have read it")
    # Then it waits for nobody any more.
    her.reads("It is recorded that you read this call.", "Read by a second member")
    her.open(reverse("brokerage_queue") + "?tab=to_read")
    her.reads("Nothing is waiting here.")
    him.does_not_read(number)
    her.does_not_read(number)


def test_a_number_that_nobody_knew_needs_no_brokerage(cast: Cast, signed_in: SignIn) -> None:
    number = a_number()
    access = agreed(cast, number)
    him = at_desk(signed_in, cast.member)
    open_from(him, access.reference, tab="To begin")
    him.reads("Not shielded", "There is no practitioner to ask")
    him.tick("No brokerage needed")
    him.press("Conclude")
    him.reads("Concluded.", "No brokerage needed")
    him.does_not_read(number)


def test_whoever_was_second_reads_who_was_first(cast: Cast, signed_in: SignIn) -> None:
    number = a_number()
    access = agreed(cast, number)
    him, her = at_desk(signed_in, cast.member), at_desk(signed_in, cast.colleague)
    for member in (him, her):
        open_from(member, access.reference, tab="To begin")
        member.tick("Declined")
    him.press("Conclude")
    her.expected_status = 409
    her.press("Conclude")
    her.reads("Somebody has already acted on this", cast.member.name, "Nothing of what you sent")
    her.follow("Open the access request")
    her.reads("Concluded")
