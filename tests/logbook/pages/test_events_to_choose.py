"""The events that the list can be narrowed by, as whoever reads chooses one."""

import re

import pytest

from logbook.events import EVENTS, labels
from tests.logbook.support.pages import LIST

pytestmark = pytest.mark.django_db


def test_every_event_is_in_one_group_by_a_name_of_its_own():
    groups = dict(labels.in_groups(frozenset()))
    chosen = [event for events in groups.values() for event in events]
    assert sorted(code for code, _ in chosen) == sorted(EVENTS)
    names = [name for _, name in chosen]
    assert len(set(names)) == len(names)
    assert set(labels._LABELS) <= set(EVENTS)
    # Words of the code that no page uses.
    for name in names:
        assert not re.search(r"\b(hold|liaison|vouched|consultation|word)\b", name.lower()), name
    hidden = frozenset(code for code, _ in groups["Reading"])
    assert "Reading" not in dict(labels.in_groups(hidden))


def test_the_page_offers_them_in_groups_and_says_which_is_chosen(client, auditor):
    page = client.get(LIST, {"event": "shield_applied"}).text
    (select,) = re.findall(r'<select name="event".*?</select>', page, re.S)
    assert re.findall(r'<optgroup label="([^"]*)">', select) == [
        "Requests to shield", "Records", "Reviews", "Access requests", "People and accounts",
        "Reading", "Of earlier versions",
    ]  # fmt: skip
    records = select.split('label="Records"')[1].split("</optgroup>")[0]
    assert '<option value="shield_applied" selected>Shield attested</option>' in records
    assert '<option value="">Anything</option><optgroup' in select
    assert "Event: Shield attested" in page
