"""A contact that was granted is carried out: by the source, or passed on by the IW Team.

What was asked, answered and concluded nine days ago was made by the product's own acts.
"""

from collections.abc import Callable

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.brokerage.support.cast import Cast, a_cast
from tests.brokerage.support.todays_requests import ago, asked, concluded
from tests.browser.support.deciding import entries
from tests.browser.support.visitor import Visitor

pytestmark = pytest.mark.django_db(transaction=True)
SignIn = Callable[..., Visitor]
PHONE = "01632 960 777"


@pytest.fixture
def cast() -> Cast:
    return a_cast()


def test_a_source_who_will_contact_is_shown_how(cast: Cast, signed_in: SignIn) -> None:
    # Given a source who said that they will contact, an outcome that was read,
    access = concluded(cast, "source_will_contact", now=ago(9))
    them = signed_in(cast.requester)
    them.open(reverse("access_detail", args=[access.reference]))
    them.reads("You will be contacted")
    assert them.faults() == []
    # and a member who puts the requester's number into the directory
    him = signed_in(cast.member)
    him.open(reverse("person_phone", args=[cast.requester.uid]))
    him.write("Work phone number", PHONE)
    assert him.faults() == []
    him.press("Save the phone number")
    # When the source opens the question, and asks how
    her = signed_in(cast.source)
    her.open(reverse("liaison_list"))
    her.follow(asked(access, cast.source).reference)
    her.reads("You may contact them now, until")
    her.does_not_read(PHONE, cast.requester.email)
    assert her.faults() == []
    her.press("Show how to reach them")
    # Then they read it in that one answer,
    her.reads(PHONE, cast.requester.email, "Nothing about a child or a family belongs in an email.")
    her.does_not_read(access.reference)
    assert her.faults() == []
    her.follow("Hide it and go back to the question")
    her.does_not_read(PHONE, cast.requester.email)
    # and the logbook has that it was shown, without what was shown.
    words = entries(him, access.reference)
    assert "how to reach who asks" in words
    assert PHONE not in words


def test_what_a_source_lets_be_given_is_passed_on_by_phone(cast: Cast, signed_in: SignIn) -> None:
    # Given an outcome that was read, by which the IW Team passes on a source’s work contact
    access = concluded(cast, "put_in_touch", now=ago(9))
    him = signed_in(cast.member)
    him.follow("Outcomes to pass on by phone")
    him.follow(access.reference)
    him.reads("nobody has recorded yet that it was passed on by phone")
    assert him.faults() == []
    # When a member has phoned both and says so
    him.tick("The practitioner’s work contact, to the requester")
    him.date("On which day?", timezone.localdate())
    him.press("I passed it on by phone")
    # Then that it was done is all that stands there, and it waits no more.
    him.reads("It is recorded that you passed it on by phone.", f"by {cast.member.name}")
    him.does_not_read("nobody has recorded yet")
    assert him.faults() == []
    him.open(reverse("home"))
    him.does_not_read("Outcomes to pass on by phone")
