"""What axe is asked about only where it may be broken is found where it is."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser

from tests.browser.support.axe import Axe

PAGE = """<!doctype html><html lang="en"><head><title>A page</title><style>
body { color: #0b0c0c; background: #fff; font: 19px/25px sans-serif }
.grey { color: #bbb }
.lineless { color: #203850; text-decoration: none }
.small { display: inline-block; width: 10px; height: 10px; overflow: hidden }
i { font-style: normal }
.large { position: absolute; width: 40px; height: 40px; top: 300px }
.over { margin-left: 20px }
.apart { margin-right: 14px }
</style></head><body><main><h1>A page</h1>%s</main></body></html>"""
BREAKS = {
    "<p class=grey>Words</p>": "color-contrast at p",
    "<p>See <a class=lineless href='/x'>a rule</a> of it</p>": "link-in-text-block at a",
    "<p>See <i><a class=lineless href='/x'>a rule</a></i> of it</p>": "link-in-text-block at a",
    "<div><a class=small href='/x'>one</a><a class=small href='/y'>two</a></div>": (
        'target-size at a[href="/x"], a[href="/y"]'
    ),
    "<a class='large' href='/x'>one</a><a class='large over' href='/y'>two</a>": (
        'target-size at a[href="/x"]'
    ),
}
KEEPS = (
    "<p>Words</p>",
    "<p>See <a href='/x'>the rules</a> that hold for it</p>",
    "<p><a class=lineless href='/x'>The rules</a></p>",
    "<div><a class='small apart' href='/x'>one</a><a class=small href='/y'>two</a></div>",
    "<a class=large href='/x'>one</a>",
)


@pytest.fixture
def axe_says(browser: Browser) -> Iterator[Callable[[str], list[str]]]:
    page, axe = browser.new_page(), Axe()

    def says(body: str) -> list[str]:
        page.set_content(PAGE % body)
        return axe.faults(page)

    yield says
    page.close()


def test_a_text_a_link_and_a_target_that_break_their_rule_are_found(axe_says):
    # Twice: a look that axe found wrong is not taken for good afterwards.
    for _ in range(2):
        assert {body: axe_says(body) for body in BREAKS} == {
            body: [fault] for body, fault in BREAKS.items()
        }


def test_what_keeps_them_is_no_fault(axe_says):
    assert {body: axe_says(body) for body in KEEPS} == dict.fromkeys(KEEPS, [])
