"""An access request's ways through the service, each from the pages that people use.

Every person sits at a browser of their own. What is already there when a journey begins was made
by the product's own actions.
"""

from collections.abc import Callable

import pytest
from django.urls import reverse

from brokerage.models import AccessRequest
from shielding.accounts.models import User
from tests.browser.support.asking import page_of, reference_of, type_number
from tests.browser.support.asking_for_access import answer
from tests.browser.support.visitor import PHONE, Visitor
from tests.support.people import a_practitioner
from tests.support.requests import a_number

pytestmark = pytest.mark.django_db(transaction=True)
SignIn = Callable[..., Visitor]


@pytest.fixture
def requester() -> User:
    manager = a_practitioner(name="Morgan Manager")
    return a_practitioner(name="Pat Practitioner", service=manager.service, manager=manager)


def test_a_requester_asks_corrects_comes_back_sends_and_withdraws_without_javascript(
    requester: User, signed_in: SignIn
) -> None:
    # Given a practitioner who reads the guidance and begins
    her, number = signed_in(requester, javascript=False), a_number()
    her.go("Guidance")
    her.follow("Access to a shielded record")
    her.reads("If a child could be harmed before an answer: phone the IW Team now.")
    her.follow("Ask for access")
    her.reads("If a child could be harmed before an answer: phone the IW Team now.")
    her.press("Ask for access")
    # who makes mistakes with the number, leaves, and comes back to it
    her.write("Record number", number)
    her.write("Type the record number again", f"{number}1")
    her.press("Continue")
    her.reads("There is a problem", "The two record numbers are not the same.")
    her.does_not_read(number)
    her.follow("Leave this for later")
    reference = AccessRequest.objects.get().reference
    her.go("Home")
    her.follow("Access requests to finish")
    her.follow(reference)
    her.follow("Continue this draft")
    assert page_of(her) == "record"
    # When they answer, forget to choose what they cannot do without it, and change it after all
    type_number(her, number)
    her.tick("Assessment")
    her.press("Continue")
    assert her.page.get_by_role("textbox").count() == 0
    her.tick("To be contacted", "Our own records do not say whom to ask", "A court")
    her.press("Continue")
    her.reads("There is a problem", "Select what you cannot do without it")
    her.tick("Something else, talked through with the line manager")
    her.press("Continue")
    assert page_of(her) == "terms"
    answer(her, number=number)
    her.reads("Something else", "Saved, and not shown here", "It goes to Morgan Manager")
    her.follow("Change what cannot be done without it")
    her.tick("Agree one plan")
    her.press("Continue")
    her.press("Confirm and send")
    her.reads("There is a problem", "Confirm each of these before you send the request")
    her.tick_everything()
    her.press("Confirm and send")
    # Then it is sent, they are told to talk to their line manager,
    her.reads("Access request sent", reference, "Talk to your line manager: Morgan Manager.")
    her.follow("See this request")
    her.reads("With the line manager", "Agree one plan")
    her.does_not_read(number, "Something else")
    # the list has it, and they withdraw it.
    her.go("Your access requests")
    her.follow(reference)
    her.follow("Withdraw this request")
    her.reads("You cannot take this back.")
    her.press("Withdraw this request")
    her.reads("You withdrew the access request.", "You withdrew it")
    assert AccessRequest.objects.get().state == "withdrawn"


def test_a_requester_without_a_manager_is_told_what_to_do_on_a_phone(signed_in: SignIn) -> None:
    # Given a practitioner nobody in the directory can agree for
    alone = a_practitioner(name="Sam Alone")
    her = signed_in(alone, viewport=PHONE)
    her.open(reverse("access_start"))
    her.press("Ask for access")
    answer(her, number=a_number())
    # Then the page says what to do, and offers no button that only fails;
    her.reads("Nobody in the directory can agree to this, so it cannot be sent yet.")
    her.reads("Phone the IW Team on", "Your answers are kept.")
    her.does_not_read("Confirm and send")
    # and once the IW Team has put their manager into the directory it is sent.
    User.objects.filter(pk=alone.pk).update(line_manager=a_practitioner(service=alone.service))
    her.page.reload()
    her.tick_everything()
    her.press("Confirm and send")
    her.reads("Access request sent", reference_of(her))


def test_a_draft_is_discarded(requester: User, signed_in: SignIn) -> None:
    her = signed_in(requester)
    her.open(reverse("access_start"))
    her.press("Ask for access")
    her.follow_back()
    her.follow("Discard this draft")
    her.press("Discard this draft")
    her.reads("The draft is discarded.", "You have not sent an access request yet.")
