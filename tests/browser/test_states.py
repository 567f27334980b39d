"""Every page in every state, at a desk and on a phone: open to everybody's way of using it."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from tests.browser.caseload import Caseload, a_caseload
from tests.browser.states import POSTED, STATES, State
from tests.browser.visitor import Visitor

pytestmark = pytest.mark.django_db(transaction=True)

# So many pages share one caseload and one sign-in; a failure names its page.
AT_ONCE = 16


def test_every_address_has_a_state():
    """A new page is not done before somebody has looked at it in each of its states."""
    looked_at = {state.page for state in STATES}
    assert looked_at.isdisjoint(POSTED)
    assert set(_names(get_resolver().url_patterns)) == looked_at | set(POSTED)
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


def _batches() -> Iterator[Any]:
    for who in dict.fromkeys(state.who for state in STATES):
        theirs = [state for state in STATES if state.who == who]
        for start in range(0, len(theirs), AT_ONCE):
            yield pytest.param(who, theirs[start : start + AT_ONCE], id=f"{who}-{start}")


@pytest.fixture
def case() -> Caseload:
    return a_caseload()


@pytest.fixture
def seated(
    case: Caseload,
    at_a_browser: Callable[..., Visitor],
    signed_in: Callable[..., Visitor],
) -> Callable[[str], Visitor]:
    """Put somebody in a seat of the office, signed in unless the seat is nobody's."""

    def sit(who: str) -> Visitor:
        person = getattr(case.office, who)
        return signed_in(person) if person else at_a_browser()

    return sit


@pytest.mark.parametrize(("who", "states"), list(_batches()))
def test_the_page_has_no_fault(
    who: str, states: list[State], case: Caseload, seated: Callable[[str], Visitor]
) -> None:
    """No axe violation, no console error, no sideways scrolling, at 1280 and at 375 pixels.

    Its form sent empty says so in the title, in a summary that has the focus and whose lines lead
    to their fields, and is without fault itself.
    """
    visitor, faults = seated(who), []
    for state in states:
        visitor.open(state.path(case), status=state.status)
        found = visitor.faults()
        if state.asks:
            found += _faults_when_sent_empty(visitor, state.path(case))
        faults += [f"{state.name}: {fault}" for fault in found]
    assert not faults, "\n".join(["", *faults])


def _faults_when_sent_empty(visitor: Visitor, path: str) -> list[str]:
    """Send each form of the page empty, one after the other."""
    found = []
    for number in range(len(visitor.forms())):
        visitor.open(path)
        visitor.send_empty(visitor.forms()[number])
        found += visitor.summary_faults()
        found += [f"with mistakes, {fault}" for fault in visitor.faults()]
    return found
