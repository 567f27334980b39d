"""Two members look at once: what follows is done and told once, and each look has its name."""

from functools import partial

import pytest

from shielding.checks.actions import SHIELDED, Found, attest_found
from shielding.checks.data_loads import actions as data_loads
from shielding.checks.data_loads import lists
from shielding.models import Check, DataLoad, Hold, Record
from shielding.notices.models import Notice
from shielding.records import states
from shielding.web.refusals import WrongState
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


@counts(5, 200)
def test_one_day_is_entered_once_and_two_looks_at_once_are_two(times):
    one, two = an_iw_member(), an_iw_member()
    with a_crowd(2) as crowd:
        for turn in range(times):
            day = (NOW + (turn + 1) * DAY).date()
            came = crowd.at_once(
                partial(data_loads.enter, day, by=one, now=NOW + 400 * DAY),
                partial(data_loads.enter, day, by=two, now=NOW + 400 * DAY),
            )
            assert sorted((type(each) for each in came), key=str) == [DataLoad, WrongState]
        (hold,) = shielded_for(a_practitioner())
        load, record = lists.ruling(), hold.record
        came = crowd.at_once(
            partial(attest_found, record, found=SHIELDED, by=one, now=NOW + 401 * DAY),
            partial(attest_found, record, found=SHIELDED, by=two, now=NOW + 401 * DAY),
        )
        assert came == [record, record]
        assert lists.progress(one, load) == (1, 1)
        first, second = lists.first_and_second(lists.to_check(two, record, load).looks)
        assert {first.by, second.by} == {one, two}
