"""Somebody without an account phones for another reason: phoned back, and answered for."""

from collections.abc import Callable

import pytest
from django.urls import reverse

from tests.browser.support import asking
from tests.browser.support.visitor import Visitor
from tests.support.people import a_service, an_iw_member
from tests.support.requests import a_number

pytestmark = pytest.mark.django_db(transaction=True)
SignIn = Callable[..., Visitor]
OTHER = "Another reason"


def test_phoned_back_about_the_reason_and_answers_entered_on_one_page(signed_in: SignIn) -> None:
    # Given a GP who phones, and whose reason no code says
    surgery, number = a_service("Invented surgery"), a_number()
    him = signed_in(an_iw_member())
    him.open(reverse("phoned"))
    him.write("Record number", number)
    him.write("Record number again", number)
    him.pick("Ground", OTHER)
    him.tick("A GP, without an account")
    him.pick("Service of the caller", surgery.name)
    him.press("Log the request")
    reference = asking.reference_of(him)
    # When a member finds on the home page that they are to be phoned, and phones
    him.open(reverse("home"))
    him.follow("To phone about another reason")
    him.reads("Phone by")
    him.follow(reference)
    assert him.faults() == []
    him.tick("I phoned them, and they told me the reason")
    him.press("Attest that I phoned")
    him.reads("It is attested that you phoned about the reason.")
    # and enters what they answered, all on one page
    him.follow("Record what they answered")
    assert him.faults() == []
    answer_all(him)
    him.press("Record what they answered")
    # Then nothing is open any more, and their word answered the review too
    him.reads("What they answered is recorded, on their word.", "Still needed")
    him.does_not_read("Not answered yet", number)
    assert him.faults() == []
    him.open(reverse("home"))
    him.does_not_read("To phone about another reason")


def answer_all(him: Visitor) -> None:
    """Enter what is asked of the request and of its first review, as a GP who saw the need does."""
    him.tick("I identified the need", "None of these", "My manager is not in the directory")
    points = him.page.get_by_role("group", name="I have considered")
    for box in points.get_by_role("checkbox").all():
        box.check()
    him.tick(
        "Not applicable: we hold no record that shows whereabouts",
        "I have considered whether the police or social care must be told and what else protects "
        "the family, and have done what is needed",
        "I have considered brothers, sisters and other children who live with this child",
        "None is appointed",
        "No: it is not safe to tell them",
    )
    him.tick("Still needed", "It is not safe to ask them")
    told = him.page.get_by_role("group", name="Was the family told of the decision")
    told.get_by_label("It is not safe to tell them").check()
