"""A review that a source asks for when something changes: asked, answered, concluded."""

from collections.abc import Callable

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.browser.support.visitor import Visitor
from tests.support.people import a_practitioner, an_iw_member
from tests.support.shielded_records import DAY, shielded_for

pytestmark = pytest.mark.django_db(transaction=True)
SignIn = Callable[..., Visitor]
SHIELDED = "It is shielded; no duplicate or unmatched unshielded record was found"
WHY = "There is a new address"


def test_a_source_asks_answers_and_a_member_concludes(signed_in: SignIn) -> None:
    # Given a source whose request is agreed, its first review concluded
    source = a_practitioner(name="Pat Practitioner")
    (hold,) = shielded_for(source, now=timezone.now() - 20 * DAY)
    own = reverse("request_detail", args=[hold.reference])
    her = signed_in(source)
    her.open(own)
    her.does_not_read("Answer the review")
    # When they ask for a review, and say why
    her.follow("Ask for a review: something has changed")
    assert her.faults() == []
    her.tick(WHY)
    her.press("Ask for a review")
    her.does_not_read(WHY)
    # and answer it at once
    her.follow("Answer the review")
    her.tick("Still needed", "It is not safe to ask them")
    assert her.faults() == []
    her.press("Continue")
    her.reads("Saved: the shield is still needed.")
    # Then a member, who reads why, concludes it without moving the six-monthly date
    him = signed_in(an_iw_member(name="Ira Invented"))
    him.follow("Added reviews")
    him.follow(hold.record.reviews.added().get().reference)
    him.reads(WHY, "by Pat Practitioner", "Still needed", "The six-monthly review stays due on")
    assert him.faults() == []
    him.tick(SHIELDED)
    him.press("Conclude the review")
    him.reads("The review is concluded.", "by Ira Invented")
    her.open(own)
    her.does_not_read("Answer the review", WHY)
    before = hold.review_due
    hold.refresh_from_db()
    assert hold.review_due == before
