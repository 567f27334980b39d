"""What the desk never says: to others that it was there, and in its own addresses and titles."""

import re

import pytest

from brokerage.desk import changed_meanwhile, urls
from brokerage.desk.lists import TABS
from logbook.events import EVENTS
from tests.brokerage.support.cast import a_cast, again, in_state
from tests.brokerage.support.desk import DESK, page_of
from tests.brokerage.support.urgent_calls import a_call
from tests.requests_app.support.desk import at_desk

pytestmark = pytest.mark.django_db
STATES = ("with_manager", "with_iw", "consulting", "with_lead", "concluded", "withdrawn")


@pytest.mark.parametrize("state", [*STATES, "urgent"])
def test_no_record_number_in_any_page_address_or_title(state):
    cast = a_cast()
    access = a_call(by=cast.member) if state == "urgent" else in_state(cast, state)
    browser, number = at_desk(cast.lead), again(access).record.number_in_clear()
    pages = [page_of(access), *(f"{DESK}?tab={tab.code}" for tab in TABS), "/"]
    pages.append(f"/records/{access.record.reference}/")
    for address in pages:
        page = browser.get(address)
        text = page.content.decode()
        assert number not in text
        assert number not in str(page.headers)
        title = re.search(r"<title>(.*?)</title>", text, re.S)
        assert title is not None
        for secret in (access.record.reference, "Person Number"):
            assert secret not in title.group(1) or address.startswith("/records/")


def test_no_address_of_the_desk_takes_more_than_references_and_fixed_words():
    for pattern in urls.urlpatterns:
        assert set(pattern.pattern.converters) <= {"reference", "liaison"}


def test_what_overtakes_is_known_to_the_logbook():
    assert set(changed_meanwhile._MOVES) <= set(EVENTS)
