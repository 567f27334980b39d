"""A request from start to sent with the keyboard alone: Tab, arrows, Space, Enter, and typing."""

from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import Page

from requests_app.models import Request
from tests.browser.support.asking import page_of, today
from tests.browser.support.visitor import Visitor
from tests.support.people import PASSWORD, a_practitioner
from tests.support.requests import a_number

pytestmark = pytest.mark.django_db(transaction=True)

_WHERE = """() => {
  const here = document.activeElement
  const words = (here.labels && here.labels.length) ? here.labels[0].innerText : here.innerText
  return (words || '').trim()
}"""


class Keyboard:
    """Somebody who has no mouse."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def go_to(self, label: str) -> None:
        """Press Tab until what has this label has the focus, and can be seen to have it."""
        for _ in range(60):
            self.page.keyboard.press("Tab")
            if self.page.evaluate(_WHERE) == label:
                return
        raise AssertionError(f"Tab never comes to “{label}” at {self.page.url}")

    def press(self, button: str) -> None:
        """Go to a button or a link and press Enter."""
        self.go_to(button)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def follow_in_page(self, link: str) -> None:
        """Go to a link within the page and press Enter: it moves the focus and nothing else."""
        self.go_to(link)
        self.page.keyboard.press("Enter")

    def type(self, label: str, text: str) -> None:
        self.go_to(label)
        self.page.keyboard.type(text)

    def date(self) -> None:
        """Type today into the three parts that follow."""
        for part, name in (("Day", "day"), ("Month", "month"), ("Year", "year")):
            self.type(part, str(getattr(today(), name)))

    def tick(self, *labels: str) -> None:
        """Go to each box and press Space."""
        for label in labels:
            self.go_to(label)
            self.page.keyboard.press("Space")

    def choose(self, first: str, *, down: int = 0) -> None:
        """Go to the radios, which Tab enters at the first, and move with the arrow keys."""
        self.go_to(first)
        self.page.keyboard.press("Space")
        for _ in range(down):
            self.page.keyboard.press("ArrowDown")

    def carry_on(self) -> None:
        self.press("Continue")


def test_a_request_from_start_to_sent(at_a_browser: Callable[..., Visitor]) -> None:
    # Given a practitioner without a mouse, who signs in
    manager = a_practitioner(name="Morgan Manager")
    person = a_practitioner(service=manager.service, manager=manager)
    her = at_a_browser(name=person.name)
    her.open(reverse("account_login"))
    keys, number = Keyboard(her.page), a_number()
    keys.type("Work email address", person.email)
    keys.type("Password", PASSWORD)
    with her.page.expect_navigation():
        her.page.keyboard.press("Enter")
    # and skips to the page's own part
    her.page.keyboard.press("Tab")
    assert her.page.evaluate(_WHERE) == "Skip to main content"
    her.page.keyboard.press("Enter")
    assert her.page.evaluate("document.activeElement.id") == "main-content"
    # When they start a request and answer it sheet by sheet
    keys.press("Ask for a shield")
    keys.press("Start a request")
    keys.type("Record number", number)
    keys.type("Type the record number again", number)
    keys.choose("The family asked")
    keys.carry_on()
    keys.choose("A parent or carer", down=1)
    keys.tick("I have confirmed who they are")
    keys.date()
    keys.tick(
        "Why records are shielded",
        "How shielding differs from sensitive services",
        "The disadvantages of shielding a record",
    )
    keys.carry_on()
    keys.choose("Fleeing abuse or domestic violence, or re-housed because of it")
    keys.tick("None of these")
    keys.carry_on()
    keys.tick(
        "Does the person who poses a risk of harm know where the family now live?",
        "Does that person collect the children for contact visits?",
    )
    keys.choose("Shield the record")
    keys.choose("Morgan Manager")
    keys.date()
    keys.carry_on()
    keys.choose("Yes, they are shielded")
    keys.date()
    keys.tick(
        "I have considered whether the police or social care must be told and what else protects "
        "the family, and have done what is needed"
    )
    keys.tick("I have considered brothers, sisters and other children who live with this child")
    keys.choose("Me")
    # one mistake on the way: nothing chosen; the summary has the focus and its link leads there
    keys.carry_on()
    assert her.page.title().startswith("Error: ")
    keys.follow_in_page("Select whether you have told the family")
    her.page.keyboard.press("Space")
    keys.date()
    keys.carry_on()
    assert page_of(her) == "check"
    keys.tick("I work with this child or family and have a reason to ask")
    keys.press("Confirm and send")
    # Then it is sent
    her.reads("Request sent")
    assert Request.objects.get().asked_by == "young_person"
