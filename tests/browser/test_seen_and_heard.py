"""What a page is for those who hear it, use no mouse, choose its colours, or see it small."""

import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page, Route, ViewportSize, expect

from tests.browser.conftest import SignIn
from tests.browser.support.visitor import DESKTOP, PHONE, Visitor
from tests.support.people import a_practitioner, a_service, an_administrator, an_iw_member

pytestmark = pytest.mark.django_db(transaction=True)

# A desk's window at 400 %.
MAGNIFIED: ViewportSize = {"width": 320, "height": 225}
# As long as a name may be, without a place to break it.
LONG = "Wolfeschlegelsteinhausenbergerdorffwelchevoralternwarengewissenhaftschaferswess"

_WHERE_MAIN_STOOD = """
window.stood = []
const look = () => {
  const main = document.querySelector('main')
  const top = main && Math.round(main.getBoundingClientRect().top)
  if (main && top !== window.stood.at(-1)) window.stood.push(top)
  requestAnimationFrame(look)
}
look()
"""
_TABS = """links => links.map(link => [
  link.ariaCurrent, getComputedStyle(link).borderBottomColor
])"""


def rows_heard(page: Page) -> list[list[tuple[str, str]]]:
    """Return the rows of the page's tables as a screen reader gets them: role and words."""
    heard = page.context.new_cdp_session(page).send("Accessibility.getFullAXTree")["nodes"]
    nodes = {node["nodeId"]: node for node in heard}

    def shown(node: Any) -> Iterator[Any]:
        for child in node.get("childIds", ()):
            if nodes[child].get("ignored"):
                yield from shown(nodes[child])
            else:
                yield nodes[child]

    def words(node: Any) -> str:
        if node["role"]["value"] == "StaticText":
            return str(node["name"]["value"])
        return "".join(map(words, shown(node)))

    return [
        [(cell["role"]["value"], words(cell).strip("\u00a0")) for cell in shown(row)]
        for row in heard
        if not row.get("ignored") and row["role"]["value"] == "row"
    ]


def test_every_cell_is_heard_under_its_own_head(signed_in: SignIn) -> None:
    """Empty ones too, where rows stand one below the other: Chromium's own tree is asked."""
    iw = an_iw_member(name="Indra Invented")
    service = a_service("Invented nursery")
    a_practitioner(service=service, name="Pat Invented")
    visitor = signed_in(iw, viewport=MAGNIFIED)
    visitor.open("/people/")
    assert visitor.page.locator(".app-stacked td:empty").count() > 0
    at_400 = rows_heard(visitor.page)
    roles = [[role for role, _ in row] for row in at_400]
    others = len(roles[0]) - 1
    assert roles[0] == ["columnheader"] * (others + 1)
    assert roles[1:] == [["rowheader", *["cell"] * others]] * 2
    heads, *people = [[words for _, words in row] for row in at_400]
    heard = [dict(zip(heads, person, strict=True)) for person in people]
    assert [(one["Service"], one["Account"]) for one in heard] == [
        ("", "Can sign in"),
        (f"Invented nursery ({service.code})", "Can sign in"),
    ]
    for viewport in (PHONE, DESKTOP):
        visitor.page.set_viewport_size(viewport)
        assert rows_heard(visitor.page) == at_400


def test_a_table_is_a_stop_of_the_tab_key_only_where_it_overflows(signed_in: SignIn) -> None:
    iw = an_iw_member()
    page = signed_in(iw).page
    page.goto("/people/")
    box, table = page.locator(".app-scroll"), page.locator(".app-scroll table")
    region = page.get_by_role("region", name="People", exact=True)
    expect(box).not_to_have_attribute("tabindex", "0")
    expect(region).to_have_count(0)
    table.evaluate("table => { table.style.minWidth = '3000px' }")
    expect(box).to_have_attribute("tabindex", "0")
    expect(region).to_have_count(1)
    box.focus()
    table.evaluate("table => { table.style.minWidth = '' }")
    expect(box).to_be_focused()
    page.locator("h1").click()
    expect(box).not_to_have_attribute("tabindex", "0")
    page.set_viewport_size({"width": 660, "height": 900})
    table.evaluate("table => { table.style.fontSize = '60px' }")
    expect(region).to_have_count(1)
    plain = signed_in(iw, javascript=False).page
    plain.goto("/people/")
    expect(plain.get_by_role("region", name="People", exact=True)).to_have_count(1)


def test_the_menu_of_a_phone_is_folded_from_the_first_and_moves_nothing(signed_in: SignIn) -> None:
    page = signed_in(an_iw_member(), viewport=PHONE).page
    menu, button = page.locator("#navigation"), page.get_by_role("button", name="Menu")

    def late(route: Route) -> None:
        time.sleep(0.3)
        route.continue_()

    page.route("**/app*.js", late)
    page.add_init_script(_WHERE_MAIN_STOOD)
    page.goto("/guidance/")
    expect(button).to_have_attribute("aria-expanded", "false")
    expect(menu).to_be_hidden()
    assert len(page.evaluate("stood")) == 1
    button.click()
    expect(menu).to_be_visible()


def test_the_menu_unfolds_if_its_script_does_not_come(signed_in: SignIn) -> None:
    visitor = signed_in(an_iw_member(), viewport=PHONE)
    visitor.page.route("**/app*.js", lambda route: route.abort())
    visitor.page.goto("/guidance/")
    expect(visitor.page.locator("#navigation")).to_be_visible()
    expect(visitor.page.get_by_role("button", name="Menu")).to_be_hidden()
    visitor.complaints.clear()  # of the script that did not come


def test_with_colours_of_ones_own_the_chosen_tab_shows(signed_in: SignIn) -> None:
    page = signed_in(an_iw_member()).page
    page.emulate_media(forced_colors="active")
    page.goto(reverse("desk_queue"))
    tabs = page.locator(".app-tabs a").evaluate_all(_TABS)
    chosen = {colour for current, colour in tabs if current}
    others = {colour for current, colour in tabs if not current}
    assert len(chosen) == len(others) == 1
    assert chosen != others


def test_a_long_name_does_not_widen_a_phones_page(signed_in: SignIn) -> None:
    assert len(LONG) > 70
    service = a_service(LONG)
    manager = a_practitioner(service=service, name=LONG)
    person = a_practitioner(service=service, manager=manager, name=LONG, email=f"{LONG}@a.example")
    iw = an_iw_member(name=LONG)
    faults = []
    administrator = an_administrator(name=LONG)
    for who, pages in (
        (iw, ("/people/", f"/people/{person.uid}/", "/people/services/")),
        (administrator, ("/people/roles/", "/your-account/")),
    ):
        visitor = signed_in(who, viewport=PHONE)
        for address in ("/", *pages):
            visitor.page.goto(address)
            faults += _wider(visitor, address)
    assert faults == []


def _wider(visitor: Visitor, address: str) -> list[str]:
    wide = visitor.page.evaluate("document.documentElement.scrollWidth")
    assert LONG in visitor.page.content()
    return [f"{address}: {wide} px"] if wide > PHONE["width"] else []
