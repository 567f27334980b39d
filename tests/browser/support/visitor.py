"""A person at a browser: what they do on a page, in their words, and what the page must be."""

from dataclasses import dataclass, field

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import ConsoleMessage, Locator, Page, Response, ViewportSize

from shielding.accounts.models import User
from tests.support.people import PASSWORD

DESKTOP: ViewportSize = {"width": 1280, "height": 900}
PHONE: ViewportSize = {"width": 375, "height": 740}
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

_EMPTY_THE_FORM = """form => {
  for (const control of form.querySelectorAll('input:not([type=hidden]), select, textarea')) {
    if (['checkbox', 'radio'].includes(control.type)) control.checked = false
    else control.value = ''
  }
}"""

# Contrast is three quarters of axe's time and does not change with the width: no colour of ours
# does. It is measured on the phone, where letters are smaller and the limit is stricter; at the
# other width only for what the phone does not show, such as the open navigation.
_RUN_AXE = """async ([tags, contrast]) => {
  if (!window.axe) window.bringAxe()
  const hidden = () => [...document.body.querySelectorAll('*')].filter(e => !e.checkVisibility())
  const rules = { 'color-contrast': { enabled: contrast } }
  const found = [await axe.run({ runOnly: tags, rules, resultTypes: ['violations'] })]
  if (contrast) window.hiddenThere = hidden()
  const onlyHere = (window.hiddenThere || []).filter(element => element.checkVisibility())
  if (!contrast && onlyHere.length) {
    const runOnly = { type: 'rule', values: Object.keys(rules) }
    found.push(await axe.run({ include: onlyHere }, { runOnly, resultTypes: ['violations'] }))
  }
  return found.flatMap(results => results.violations).map(
    broken => `${broken.id} at ${broken.nodes.map(node => node.target[0]).join(', ')}`
  )
}"""
_WIDER_THAN_THE_WINDOW = """
  document.documentElement.scrollWidth - document.documentElement.clientWidth
"""


@dataclass
class Visitor:
    """One person, their page, and what the browser's console complained about."""

    page: Page
    name: str = "somebody"
    complaints: list[str] = field(default_factory=list)
    expected_status: int = 200
    knows_axe: bool = False

    def __post_init__(self) -> None:
        self.page.on("pageerror", lambda error: self._complain(str(error)))
        self.page.on("console", self._heard)

    def _heard(self, message: ConsoleMessage) -> None:
        # A page that is meant to be a 403 or 404 is reported by Chromium as a failed load.
        foreseen = f"status of {self.expected_status}" in message.text
        if message.type in ("error", "warning") and not foreseen:
            self._complain(message.text)

    def _complain(self, text: str) -> None:
        self.complaints.append(f"{self.name} at {self.page.url}: {text}")

    # What a person does

    def open(self, path: str, *, status: int = 200) -> None:
        """Go to an address; the answer must have this status."""
        self.expected_status = status
        response: Response | None = self.page.goto(path)
        assert response is not None
        assert response.status == status, f"{path} answered {response.status}, not {status}"

    def sign_in(self, person: User) -> None:
        """Sign in with the password that every person of the tests has."""
        self.open("/sign-in/")
        self.write("Work email address", person.email)
        self.write("Password", PASSWORD)
        self.press("Sign in")
        assert not self.page.url.rstrip("/").endswith("/sign-in"), self.text()

    def write(self, label: str, text: str) -> None:
        """Type into the field of this label, in place of what stands there."""
        self.page.get_by_label(label, exact=True).fill(text)

    def tick(self, *labels: str) -> None:
        """Choose the radios or tick the boxes of these labels."""
        for label in labels:
            self.page.get_by_label(label, exact=True).check()

    def tick_everything(self) -> None:
        """Tick every box on the page."""
        for box in self.page.locator("main input[type=checkbox]").all():
            box.check()

    def pick(self, label: str, option: str) -> None:
        """Choose an option of a drop-down list."""
        self.page.get_by_label(label, exact=True).select_option(label=option)

    def date(self, question: str, day: object) -> None:
        """Type a date's three parts below this question."""
        group = self.page.get_by_role("group", name=question)
        for part, value in (("Day", "day"), ("Month", "month"), ("Year", "year")):
            group.get_by_label(part, exact=True).fill(str(getattr(day, value)))

    def press(self, button: str) -> None:
        """Press a button and wait for the page that follows."""
        with self.page.expect_navigation():
            self.page.get_by_role("button", name=button, exact=True).click()

    def follow(self, link: str) -> None:
        """Follow a link of the page's own part, also one drawn as a button."""
        part = self.page.get_by_role("main")
        drawn_as_button = part.get_by_role("button", name=link)
        with self.page.expect_navigation():
            part.get_by_role("link", name=link).or_(drawn_as_button).first.click()

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
            here = self._axe(contrast=viewport == PHONE) if viewport in with_axe_at else []
            if wider := self.page.evaluate(_WIDER_THAN_THE_WINDOW):
                here.append(f"the page scrolls sideways by {wider} px")
            found += [f"{viewport['width']} px: {fault}" for fault in here]
        return found

    def _axe(self, *, contrast: bool) -> list[str]:
        """Return what axe objects to. It is evaluated, not added as a script: the CSP stays.

        Half a megabyte is sent to the browser once, and every later page has it at hand.
        """
        if not self.knows_axe:
            bring = f"window.bringAxe = () => {{{AXE_SCRIPT}\n}}"
            self.page.add_init_script(bring)
            self.page.evaluate(bring)
            self.knows_axe = True
        return list(self.page.evaluate(_RUN_AXE, [RULES, contrast]))

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
