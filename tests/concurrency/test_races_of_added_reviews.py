"""A review is asked for by two at once, or while its source lets go: one at most, none left."""

from functools import partial

import pytest

from shielding.holds import letting_go
from shielding.models import Consultation, Review
from shielding.reviews.added import actions
from tests.concurrency.support.crowd import a_crowd
from tests.concurrency.support.races import counts
from tests.support.people import a_practitioner, an_iw_member
from tests.support.requests import NOW
from tests.support.shielded_records import DAY, GONE, shielded_for

pytestmark = pytest.mark.django_db(transaction=True)
LATER = NOW + 9 * DAY


@counts(5, 200)
def test_two_ask_at_once_or_one_while_it_is_let_go(times):
    member = an_iw_member()
    with a_crowd(2) as crowd:
        for _ in range(times):
            hold, let_go = shielded_for(a_practitioner(), a_practitioner())
            source = hold.source
            found = crowd.at_once(
                partial(actions.ask_for_review, hold, reason="complaint", by=member, now=LATER),
                partial(actions.ask_for_review, hold, reason="new_address", by=source, now=LATER),
            )
            assert len([one for one in found if isinstance(one, Review)]) == 1
            assert Review.objects.added().filter(hold=hold).count() == 1
            crowd.at_once(
                partial(
                    actions.ask_for_review, let_go, reason="complaint", by=let_go.source, now=LATER
                ),
                partial(letting_go.withdraw, let_go, parting=GONE, by=let_go.source, now=LATER),
            )
            assert not Consultation.objects.owed().filter(hold=let_go).exists()
