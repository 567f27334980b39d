"""What a usual request takes: pages read, buttons and links pressed, boxes filled in.

The figures stand in docs/testing.md.
"""

from collections.abc import Callable

import pytest
from django.urls import reverse

from tests.browser.support import asking, asking_for_access
from tests.browser.support.visitor import Effort, Visitor
from tests.support.people import a_practitioner
from tests.support.requests import a_number

pytestmark = pytest.mark.django_db(transaction=True)
SignIn = Callable[..., Visitor]


@pytest.fixture
def her(signed_in: SignIn) -> Visitor:
    manager = a_practitioner(name="Morgan Manager")
    return signed_in(a_practitioner(service=manager.service, manager=manager))


def _taken(her: Visitor, do: Callable[[], object]) -> Effort:
    her.effort = Effort()
    do()
    return her.effort


def _usual_request(her: Visitor) -> None:
    her.open(reverse("request_start"))
    her.press("Start a request")
    asking.answer(her, number=a_number(), manager="Morgan Manager")
    asking.send(her)
    her.reads("Request sent")


def _second_child(her: Visitor) -> None:
    her.follow("Ask for another child with these answers")
    asking.another_child(her, number=a_number(), manager="Morgan Manager")
    her.reads("Request sent")


def _usual_access(her: Visitor) -> None:
    her.open(reverse("access_start"))
    her.press("Ask for access")
    asking_for_access.answer(her, number=a_number())
    her.tick_everything()
    her.press("Confirm and send")
    her.reads("Access request sent")


def test_a_usual_request_a_second_child_and_an_access_request(her: Visitor) -> None:
    found = {
        "request": _taken(her, lambda: _usual_request(her)),
        "second child": _taken(her, lambda: _second_child(her)),
        "access request": _taken(her, lambda: _usual_access(her)),
    }
    assert found == {
        "request": Effort(pages=8, clicks=7, boxes=22),
        "second child": Effort(pages=2, clicks=2, boxes=17),
        "access request": Effort(pages=6, clicks=5, boxes=17),
    }
