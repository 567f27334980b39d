"""Two members find one record open at once: what follows is done and told once."""

from functools import partial

import pytest

from shielding.checks.actions import Found, attest_found
from shielding.models import Check, Hold, Record
from shielding.notices.models import Notice
from shielding.records import states
from tests.concurrency.support.crowd import a_crowd
from tests.concurrency.support.races import counts
from tests.support.people import a_practitioner, an_iw_member
from tests.support.requests import NOW
from tests.support.shielded_records import DAY, shielded_for

pytestmark = pytest.mark.django_db(transaction=True)
OPEN = Found("open")


@counts(10, 200)
def test_its_source_and_the_leads_are_told_once(times):
    one, two = an_iw_member(lead=True), an_iw_member()
    with a_crowd(2) as crowd:
        for turn in range(times):
            (hold,) = shielded_for(a_practitioner())
            record = hold.record
            crowd.at_once(
                partial(attest_found, record, found=OPEN, by=one, now=NOW + DAY),
                partial(attest_found, record, found=OPEN, by=two, now=NOW + DAY),
            )
            assert Record.objects.get(pk=record.pk).state == states.TO_SHIELD
            assert Hold.objects.get(pk=hold.pk).applied_at is None
            assert Notice.objects.filter(kind="phone_about", subject=hold.reference).count() == 1
            told = Notice.objects.filter(kind="found_open", subject=record.reference)
            assert list(told.values_list("recipient", flat=True)) == [one.pk]
            assert Check.objects.count() == 2 * (turn + 1)
