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


def test_no_record_number_in_any_page_address_or_title():
    cast = a_cast()
    every = [a_call(by=cast.member), *(in_state(cast, state) for state in STATES)]
    records, browser = [again(access).record for access in every], at_desk(cast.lead)
    pages = [*map(page_of, every), *(f"{DESK}?tab={tab.code}" for tab in TABS), "/"]
    pages += [f"/records/{record.reference}/" for record in records]
    for address in pages:
        page = browser.get(address)
        assert page.status_code == 200
        text = page.content.decode()
        title = re.search(r"<title>(.*?)</title>", text, re.S)
        assert title is not None
        for record in records:
            assert record.number_in_clear() not in text + str(page.headers), address
            for secret in (record.reference, "Person Number"):
                assert secret not in title.group(1) or address.startswith("/records/")


def test_no_address_of_the_desk_takes_more_than_references_and_fixed_words():
    for pattern in urls.urlpatterns:
        assert set(pattern.pattern.converters) <= {"reference", "liaison"}


def test_what_overtakes_is_known_to_the_logbook():
    assert set(changed_meanwhile._MOVES) <= set(EVENTS)
