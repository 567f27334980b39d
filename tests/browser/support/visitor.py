"""A person at a browser: what they do on a page, in their words, and what the page must be."""

import re
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from django.conf import settings
from django.test import Client
from playwright.sync_api import ConsoleMessage, FilePayload, Locator, Page, Response, ViewportSize

from shielding.accounts.models import User
from tests.browser.support.axe import Axe
from tests.support.people import PASSWORD

DESKTOP: ViewportSize = {"width": 1280, "height": 900}
PHONE: ViewportSize = {"width": 375, "height": 740}

_EMPTY_THE_FORM = """form => {
  for (const control of form.querySelectorAll('input:not([type=hidden]), select, textarea')) {
    if (['checkbox', 'radio'].includes(control.type)) control.checked = false
    else control.value = ''
  }
}"""

# By how much the page is wider than the window, and how many cells of its tables are not heard.
_WIDER_AND_NOT_HEARD = """[
  document.documentElement.scrollWidth - document.documentElement.clientWidth,
  [...document.querySelectorAll('[role=table] :is(td, th)')].filter(
    cell => ['none', 'contents'].includes(getComputedStyle(cell).display)
      || getComputedStyle(cell).visibility !== 'visible'
  ).length
]"""


class Effort(NamedTuple):
    """What something took a person: pages read, buttons and links pressed, boxes filled in."""

    pages: int = 0
    clicks: int = 0
    boxes: int = 0


@dataclass
class Visitor:
    """One person, their page, and what the browser's console complained about."""

    page: Page
    name: str = "somebody"
    complaints: list[str] = field(default_factory=list)
    expected_status: int = 200
    axe: Axe = field(default_factory=Axe)
    effort: Effort = Effort()

    def __post_init__(self) -> None:
        self.page.on("domcontentloaded", lambda _: self._took(pages=1))
        self.page.on("pageerror", lambda error: self._complain(str(error)))
        self.page.on("console", self._heard)

    def _heard(self, message: ConsoleMessage) -> None:
        # A page that is meant to be a 403 or 404 is reported by Chromium as a failed load.
        foreseen = f"status of {self.expected_status}" in message.text
        if message.type in ("error", "warning") and not foreseen:
            self._complain(message.text)

    def _complain(self, text: str) -> None:
        self.complaints.append(f"{self.name} at {self.page.url}: {text}")

    def _took(self, *, pages: int = 0, clicks: int = 0, boxes: int = 0) -> None:
        before = self.effort
        self.effort = Effort(before.pages + pages, before.clicks + clicks, before.boxes + boxes)

    # What a person does

    def open(self, path: str, *, status: int = 200) -> None:
        """Go to an address; the answer must have this status."""
        self.expected_status = status
        response: Response | None = self.page.goto(path)
        assert response is not None
        assert response.status == status, f"{path} answered {response.status}, not {status}"
        if self.page.url.endswith("/purpose/") and not path.endswith("/purpose/"):
            # No work led here: a record asks why it is opened.
            self.tick("Somebody phoned about this record")
            self.press("Open the record")
            self.page.goto(path)

    def sign_in(self, person: User) -> None:
        """Open the home page with the session that signing in gives.

        The form is sent from elsewhere: in a browser it is filled in where that is the subject.
        """
        elsewhere = Client()
        elsewhere.post("/sign-in/", {"login": person.email, "password": PASSWORD})
        session = elsewhere.cookies[settings.SESSION_COOKIE_NAME]
        # A cookie for TLS only is not put in for http, and goes to this machine also without TLS.
        self.page.context.add_cookies(
            [{"name": session.key, "value": session.value, "url": "https://localhost"}]
        )
        self.open("/")

    def write(self, label: str, text: str) -> None:
        """Type into the field of this label, in place of what stands there."""
        self.page.get_by_label(label, exact=True).fill(text)
        self._took(boxes=1)

    def tick(self, *labels: str) -> None:
        """Choose the radios or tick the boxes of these labels."""
        for label in labels:
            self.page.get_by_label(label, exact=True).check()
            self._took(boxes=1)

    def tick_everything(self, *, within: str = "main") -> None:
        """Tick every box on the page, or in some parts of it."""
        for box in self.page.locator(within).locator("input[type=checkbox]").all():
            box.check()
            self._took(boxes=1)

    def pick(self, label: str, option: str) -> None:
        """Choose an option of a drop-down list."""
        self.page.get_by_label(label, exact=True).select_option(label=option)

    def upload(self, label: str, content: bytes) -> None:
        """Choose a file with this content for the field of this label."""
        file = FilePayload(name="invented.csv", mimeType="text/csv", buffer=content)
        self.page.get_by_label(label, exact=True).set_input_files(file)
        self._took(boxes=1)

    def date(self, question: str, day: date) -> None:
        """Say a day below this question: with a click where there is one for it, else typed."""
        group = self.page.get_by_role("group", name=question)
        recent = group.get_by_label(re.compile(f"^(Today|Yesterday), {day:%-d} {day:%B}$"))
        if recent.count():
            recent.check()
            self._took(boxes=1)
            return
        for part, value in (("Day", "day"), ("Month", "month"), ("Year", "year")):
            group.get_by_label(part, exact=True).fill(str(getattr(day, value)))
            self._took(boxes=1)

    def press(self, button: str) -> None:
        """Press a button and wait for the page that follows."""
        with self.page.expect_navigation():
            self.page.get_by_role("button", name=button, exact=True).click()
        self._took(clicks=1)

    def follow(self, link: str) -> None:
        """Follow a link of the page's own part, also one drawn as a button."""
        part = self.page.get_by_role("main")
        drawn_as_button = part.get_by_role("button", name=link)
        with self.page.expect_navigation():
            part.get_by_role("link", name=link).or_(drawn_as_button).first.click()
        self._took(clicks=1)

    def follow_back(self) -> None:
        """Follow the link at the top of a page, back to where it belongs."""
        with self.page.expect_navigation():
            self.page.get_by_role("navigation", name="Back").get_by_role("link").click()

    def go(self, item: str) -> None:
        """Go to an item of the service's navigation."""
        with self.page.expect_navigation():
            self.page.get_by_role("navigation", name="Menu").get_by_role("link", name=item).click()

    # What a person reads

    def heading(self) -> str:
        return self.page.locator("h1").inner_text()

    def text(self) -> str:
        """Return the words of the page's own part."""
        return self.page.locator("main").inner_text()

    def reads_in_the_footer(self, sentence: str) -> None:
        assert sentence in " ".join(self.page.locator("footer").inner_text().split())

    def reads(self, *sentences: str) -> None:
        """Every one of these must stand on the page."""
        text = " ".join(self.text().split())
        missing = [sentence for sentence in sentences if sentence not in text]
        assert not missing, f"{self.name} does not read {missing} at {self.page.url}:\n{text}"

    def does_not_read(self, *sentences: str) -> None:
        """None of these may stand anywhere in the page, its title or its address."""
        everything = f"{self.page.url} {self.page.title()} {self.page.content()}"
        found = [sentence for sentence in sentences if sentence in everything]
        assert not found, f"{self.name} reads {found} at {self.page.url}"

    # What every page must be

    def faults(self, *, with_axe_at: tuple[ViewportSize, ...] = (PHONE, DESKTOP)) -> list[str]:
        """Return what is wrong with the page for people who see, hear or reach it differently."""
        found = []
        for viewport in (PHONE, DESKTOP):
            self.page.set_viewport_size(viewport)
            here = self.axe.faults(self.page) if viewport in with_axe_at else []
            wider, gone = self.page.evaluate(_WIDER_AND_NOT_HEARD)
            if gone:
                here.append(f"{gone} cells of tables are hidden, and others read under their heads")
            if wider:
                here.append(f"the page scrolls sideways by {wider} px")
            found += [f"{viewport['width']} px: {fault}" for fault in here]
        return found

    def forms(self) -> list[Locator]:
        """Return the page's own forms that ask something."""
        asking = self.page.locator("main form").filter(
            has=self.page.locator("input:not([type=hidden]), select, textarea")
        )
        return asking.all()

    def send_empty(self, form: Locator) -> None:
        """Send a form with nothing answered."""
        form.evaluate(_EMPTY_THE_FORM)
        with self.page.expect_navigation():
            form.locator("button[type=submit]").first.click()

    def summary_faults(self) -> list[str]:
        """Return what is wrong with how the page tells of mistakes.

        The title says so first, the summary has the focus, and each of its lines is a link that
        puts the person into the field it is about.
        """
        found = []
        if not self.page.title().startswith("Error: "):
            found.append(f"the title does not begin with “Error: ”: {self.page.title()}")
        focused = self.page.evaluate("document.activeElement.className")
        if "govuk-error-summary" not in focused:
            found.append(f"the focus is not on the summary but on “{focused}”")
        lines = self.page.locator(".govuk-error-summary__list li")
        links = lines.locator("a")
        if not lines.count() or lines.count() != links.count():
            found.append(f"{lines.count()} mistakes but {links.count()} links to fields")
        for link in links.all():
            target = (link.get_attribute("href") or "").removeprefix("#")
            link.click()
            if self.page.evaluate("document.activeElement.id") != target:
                found.append(f"“{link.inner_text()}” does not lead to its field #{target}")
        return found
