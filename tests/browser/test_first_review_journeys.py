"""The first review of an agreed request, from the request to its conclusion, as people walk it."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from shielding.accounts.models import User
from tests.browser.support import deciding
from tests.browser.support.visitor import Visitor
from tests.support.people import a_practitioner, an_iw_member
from tests.support.requests import a_request

pytestmark = pytest.mark.django_db(transaction=True)
SignIn = Callable[..., Visitor]
NO_DUPLICATE = "It is shielded; no duplicate or unmatched unshielded record was found"


@pytest.fixture
def practitioner() -> User:
    return a_practitioner(name="Pat Practitioner")


@pytest.fixture
def member() -> User:
    return an_iw_member(name="Indra Member")


def test_agreed_waits_for_the_source_who_answers_and_then_it_is_concluded(
    practitioner: User, member: User, signed_in: SignIn
) -> None:
    # Given a request of five days ago, which a member agrees today
    request = a_request(practitioner, now=timezone.now() - timedelta(days=5))
    him = signed_in(member)
    deciding.open_from_queue(him, request.reference, tab="To decide")
    deciding.agree(him)
    him.reads("It waits for the practitioner’s answer")
    him.follow("Open the first review")
    him.reads("First review of a request", "1 practitioner has not answered.")
    assert him.faults() == []
    # When its source says that the shield is still needed
    her = signed_in(practitioner)
    her.open(reverse("request_detail", args=[request.reference]))
    her.press("Answer the review")
    assert her.faults() == []
    her.tick("Still needed", "It is not safe to ask them", "It is not safe to tell them")
    her.press("Continue")
    her.reads("Saved: the shield is still needed.")
    # Then the member finds it among the first reviews to conclude, and concludes it
    him.open(reverse("home"))
    him.follow("First reviews to conclude")
    him.follow(request.reference)
    him.follow("Open the first review")
    him.reads("It is not safe to tell them", "The six-monthly review stays due on")
    assert him.faults() == []
    him.tick(NO_DUPLICATE)
    him.press("Conclude the review")
    him.reads("The review is concluded.", "by Indra Member")
    her.open(reverse("request_detail", args=[request.reference]))
    her.reads("Concluded on")


def test_without_an_answer_it_is_concluded_on_the_day_to_act_by(
    practitioner: User, member: User, signed_in: SignIn
) -> None:
    # Given a request whose first review is past its day, agreed, and nobody answered
    request = a_request(practitioner, now=timezone.now() - timedelta(days=8))
    him = signed_in(member, javascript=False)
    deciding.open_from_queue(him, request.reference, tab="To decide")
    deciding.agree(him)
    # When the member concludes it without
    him.follow("Open the first review")
    him.reads("These are recorded as “no answer”", "Tell their line manager")
    him.tick(NO_DUPLICATE)
    him.press("Conclude the review")
    # Then that is what stands there, and the source is asked no more
    him.reads("The review is concluded.", "No answer, so still needed", "1 day late")
    her = signed_in(practitioner)
    her.open(reverse("request_detail", args=[request.reference]))
    her.reads("Concluded on")
    her.does_not_read("Answer the review")
