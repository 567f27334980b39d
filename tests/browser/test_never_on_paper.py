"""The lists of every shielded record print empty: on paper they would be a map of children."""

from collections.abc import Callable

import pytest
from django.utils import timezone

from shielding.checks.data_loads import actions as loads
from shielding.clock import today
from tests.browser.support.visitor import Visitor
from tests.support.people import a_practitioner, an_iw_member
from tests.support.shielded_records import DAY, agreed_holds

pytestmark = pytest.mark.django_db(transaction=True)


def test_no_reference_of_a_record_is_printed(signed_in: Callable[..., Visitor]) -> None:
    lead, now = an_iw_member(lead=True), timezone.now()
    agreed_holds(a_practitioner(), now=now - 10 * DAY)
    loads.enter(today(now), by=lead, now=now)
    visitor = signed_in(lead)
    for address in ("/records/", "/records/to-check-again/"):
        visitor.page.emulate_media(media="screen")
        visitor.open(address)
        assert "IW-" in visitor.text()
        visitor.page.emulate_media(media="print")
        assert "IW-" not in visitor.text()
