"""What the colleagues of a requester do at a browser: agree, stand in, decline, answer, object.

The request itself, and what the IW Team does with it, is made by the product's acts.
"""

from collections.abc import Callable

import pytest
from django.urls import reverse
from django.utils import timezone

from brokerage.desk import actions as desk_actions
from brokerage.models import AccessRequest
from brokerage.requester import actions as requester_actions
from tests.brokerage.support.cast import IN_WORDS, Cast, a_cast, again, say
from tests.brokerage.support.todays_requests import (
    a_deputy,
    asked,
    asking,
    needed_until,
    waiting,
)
from tests.browser.support.visitor import PHONE, Visitor

pytestmark = pytest.mark.django_db(transaction=True)
SignIn = Callable[..., Visitor]


@pytest.fixture
def cast() -> Cast:
    return a_cast()


def nothing_of_the_record(access: AccessRequest, cast: Cast) -> tuple[str, ...]:
    """Return what no colleague of the requester may ever read."""
    return (
        access.record.number_in_clear(),
        access.record.reference,
        cast.source.name,
        cast.other_source.name,
        cast.member.name,
        *(hold.reference for hold in access.record.holds.all()),
    )


def open_the_first(them: Visitor, line: str, access: AccessRequest) -> None:
    """Find a request from the home page."""
    them.open(reverse("home"))
    them.follow(line)
    them.follow(access.reference)


def test_a_line_manager_agrees_on_a_phone_without_javascript(cast: Cast, signed_in: SignIn) -> None:
    # Given a request that waits for its line manager, who has a phone
    access = waiting(cast)
    them = signed_in(cast.manager, javascript=False, viewport=PHONE)
    # When they open it from the list: the first tap
    open_the_first(them, "Access requests to agree", access)
    them.reads("Talk to your colleague first", cast.requester.name, "Assessment", IN_WORDS)
    them.does_not_read(*nothing_of_the_record(access, cast))
    assert not them.page.evaluate(
        "document.documentElement.scrollWidth > document.documentElement.clientWidth"
    )
    # and agree: the second
    them.press("Agree")
    # Then it is with the IW Team, and they read when, and by whom.
    them.reads(f"You agreed to {access.reference}", "Nothing to agree.", "With the IW Team")
    them.follow(access.reference)
    them.reads("With the IW Team", f"by {cast.manager.name}")
    them.does_not_read("Or decline", *nothing_of_the_record(access, cast))
    assert again(access).manager_decided_by == cast.manager


def test_a_line_manager_declines_and_says_why(cast: Cast, signed_in: SignIn) -> None:
    access = waiting(cast)
    them = signed_in(cast.manager, javascript=False)
    open_the_first(them, "Access requests to agree", access)
    them.press("Decline")
    them.reads("There is a problem", "Select why you decline", IN_WORDS)
    them.tick("We have to talk about it first")
    them.press("Decline")
    them.reads(f"You declined {access.reference}", "Declined by the line manager")
    them.follow(access.reference)
    them.reads("We have to talk about it first")
    assert again(access).state == "declined"


def test_who_stands_in_agrees_and_the_manager_reads_who_it_was(
    cast: Cast, signed_in: SignIn
) -> None:
    deputy, _ = a_deputy(cast.manager)
    access = waiting(cast)
    him, them = signed_in(deputy, javascript=False), signed_in(cast.manager)
    # Both have it open; the deputy is quicker.
    open_the_first(them, "Access requests to agree", access)
    open_the_first(him, "Access requests to agree", access)
    him.reads(IN_WORDS)
    him.press("Agree")
    them.expected_status = 409
    them.press("Agree")
    them.reads("Nothing was changed", f"{deputy.name} agreed to this on ")
    assert them.faults() == []
    them.open(reverse("access_approval", args=[access.reference]))
    them.reads(f"by {deputy.name}")


def test_the_requester_withdraws_while_the_manager_agrees(cast: Cast, signed_in: SignIn) -> None:
    access = waiting(cast)
    them = signed_in(cast.manager)
    open_the_first(them, "Access requests to agree", access)
    requester_actions.withdraw(access, by=cast.requester, now=timezone.now())
    them.expected_status = 409
    them.press("Agree")
    them.reads("Nothing was changed", "This was withdrawn on ")
    them.follow("Go to the home page")
    them.does_not_read("Access requests to agree")
    them.open(reverse("access_to_agree"))
    them.reads("Nothing to agree.", "They withdrew it")
    assert again(access).manager_decided_by is None


def test_a_source_answers_and_later_objects(cast: Cast, signed_in: SignIn) -> None:
    # Given a source who is asked, at a browser without JavaScript
    access = asking(cast)
    liaison, other = asked(access, cast.source), asked(access, cast.other_source)
    hidden = (
        access.reference,
        access.record.reference,
        access.record.number_in_clear(),
        cast.other_source.name,
        other.reference,
        cast.requester.service.code,
        cast.member.name,
    )
    her = signed_in(cast.source, javascript=False)
    her.follow("Questions about contact")
    her.follow(liaison.reference)
    her.reads(
        cast.requester.name,
        cast.requester.service.name,
        cast.manager.name,
        IN_WORDS,
        liaison.hold.reference,
        "Do not contact them until this page says that you may.",
    )
    her.does_not_read(*hidden)
    # When they answer, after a slip, and object on the next day
    her.press("Send your answer")
    her.reads("There is a problem", "Select your answer", "Select whether the family was asked")
    her.tick("Asked, and content with it", "I will contact the person who asks")
    her.press("Send your answer")
    her.reads("Saved: the IW Team has your answer.", "Do not contact them until")
    her.follow("Object on safety grounds after all")
    her.reads("You cannot take this back.")
    her.tick("Not asked: it is not safe to ask them")
    her.press("Object on safety grounds")
    # Then an IW lead decides, and nothing more is asked of them.
    her.reads("You object", "There is no contact unless an IW lead decides otherwise.")
    her.does_not_read("Send your answer", *hidden)
    assert again(access).state == "with_lead"


def test_a_source_reads_when_they_may_and_stops_the_contact(cast: Cast, signed_in: SignIn) -> None:
    access = asking(cast)
    her = signed_in(cast.source, javascript=False)
    say(access, cast.source, "will_contact", now=timezone.now())
    say(access, cast.other_source, "give_contact", now=timezone.now())
    desk_actions.conclude(
        again(access),
        outcome="source_will_contact",
        granted_until=needed_until(),
        by=cast.member,
        now=timezone.now(),
    )
    liaison = asked(access, cast.source)
    her.open(reverse("liaison_list"))
    her.follow(liaison.reference)
    begins = timezone.localtime(again(access).publish_at)
    her.reads(f"Do not contact them yet. Look here again on {begins:%-d %B %Y} after")
    her.follow("Stop this contact")
    her.press("Stop this contact")
    her.reads("The contact is stopped.", "This is over.")
    her.does_not_read("you may contact them")
    assert again(access).stopped_by == cast.source
