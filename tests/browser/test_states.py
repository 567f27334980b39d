"""Every page in every state, at a desk and on a phone: open to everybody's way of using it."""

from collections.abc import Callable, Iterator

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from tests.browser.support.caseload import Caseload
from tests.browser.support.states import (
    FOR_MACHINES,
    HALF_SIGNED_IN,
    POSTED,
    STATES,
    State,
    batches,
)
from tests.browser.support.visitor import PHONE, Visitor
from tests.support.words import banned_in

pytestmark = pytest.mark.django_db(transaction=True)

# Which page had which title first, for each person: whoever hears pages tells them apart by it.
_PAGE_OF_TITLE: dict[tuple[str, str], str] = {}


def test_every_address_has_a_state():
    """A new page is not done before somebody has looked at it in each of its states."""
    looked_at = {state.page for state in STATES}
    assert looked_at.isdisjoint(POSTED)
    every_address = set(_names(get_resolver().url_patterns))
    assert every_address == looked_at | set(POSTED) | FOR_MACHINES | HALF_SIGNED_IN
    assert set(POSTED.values()) <= looked_at


def test_every_state_has_its_own_name():
    names = [state.name for state in STATES]
    assert sorted(set(names)) == sorted(names)


def _names(patterns: list[URLPattern | URLResolver]) -> Iterator[str]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from _names(pattern.url_patterns)
        else:
            yield pattern.name or str(pattern)


@pytest.mark.parametrize("states", batches())
def test_the_page_has_no_fault(
    states: list[State], case: Caseload, seated: Callable[[str], Visitor]
) -> None:
    """No axe violation, no console error, no sideways scrolling, at 1280 and at 375 pixels.

    Its form sent empty says so in the title, in a summary that has the focus and whose lines lead
    to their fields, and is without fault itself; axe looks at that on the phone only.
    """
    faults = []
    for state in states:
        visitor = seated(state.who)
        state.open_by(visitor, case)
        found = [*_shared_title(visitor, state, case), *_words(visitor), *visitor.faults()]
        if state.asks:
            found += _faults_when_sent_empty(visitor, state, case)
        faults += [f"{state.name}: {fault}" for fault in found]
    assert not faults, "\n".join(["", *faults])


def _shared_title(visitor: Visitor, state: State, case: Caseload) -> list[str]:
    """Return a complaint if the page has the title of another page that this person opened."""
    here = visitor.page.url
    if state.status != 200 or state.press or not here.endswith(state.path(case)):
        return []
    page = f"{state.page} {state.args(case).get('slug', '')}"
    title = visitor.page.title()
    first = _PAGE_OF_TITLE.setdefault((state.who, title), page)
    return [] if first == page else [f"“{title}” is the title of {first} too"]


def _words(visitor: Visitor) -> list[str]:
    """Return a complaint for each word of the code on the page. The logbook's entries keep them."""
    if "/logbook/" in visitor.page.url:
        return []
    said = f"{visitor.page.title()} {visitor.page.inner_text('body')}"
    return [f"it says “{word}”" for word in banned_in(said)]


def _faults_when_sent_empty(visitor: Visitor, state: State, case: Caseload) -> list[str]:
    """Send each form of the open page empty, one after the other."""
    found = []
    for number in range(len(visitor.forms())):
        if number:
            state.open_by(visitor, case)
        visitor.send_empty(visitor.forms()[number])
        found += visitor.summary_faults()
        found += [f"with mistakes, {fault}" for fault in visitor.faults(with_axe_at=(PHONE,))]
    return found
