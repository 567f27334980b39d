"""What is read as the time for a contact runs out, and after its last day."""

from datetime import datetime, time, timedelta

import pytest
from django.utils import timezone

from brokerage import outcome_words
from brokerage.requester import presenters
from brokerage.source import actions
from shielding import clock
from tests.brokerage.support.cast import DAY, a_cast, concluded
from tests.brokerage.support.requester_posts import address
from tests.brokerage.support.todays_requests import approval, at_a_desk
from tests.requests_app.support.desk import main

pytestmark = pytest.mark.django_db

OVER = "The time for contact under this request ended on 30 April 2026."
SOON = "The time for it ends on 30 April 2026: only a new request extends it."


def noon(day):
    return datetime.combine(day, time(12), clock.LONDON)


@pytest.mark.parametrize("outcome", ["source_will_contact", "put_in_touch"])
def test_it_says_in_time_that_only_a_new_request_extends_it_and_when_it_ended(outcome):
    access = concluded(a_cast(), outcome)
    last = noon(access.granted_until)
    for now, words, status, key in (
        (last - 8 * DAY, "", outcome_words.CONTACTED, "Contact can be made until"),
        (last - 7 * DAY, SOON, outcome_words.CONTACTED, "Contact can be made until"),
        (last, SOON, outcome_words.CONTACTED, "Contact can be made until"),
        (last + DAY, OVER, outcome_words.FINISHED, "Contact could be made until"),
        (last + 300 * DAY, OVER, outcome_words.FINISHED, "Contact could be made until"),
    ):
        said = presenters.what_now(access, now)
        assert words in said
        assert ("new request" in said) == bool(words)
        assert ("gets in touch with you" in said) == (words != OVER)
        assert outcome_words.status(access, now) == status
        row = presenters.facts(access, now)[-1]
        assert (row.key, row.when) == (key, access.granted_until)


def test_the_day_is_london_s():
    access = concluded(a_cast())
    midnight = datetime.combine(access.granted_until + DAY, time(0), clock.LONDON)
    assert outcome_words.status(access, midnight - timedelta(seconds=1)) == outcome_words.CONTACTED
    assert outcome_words.status(access, midnight) == outcome_words.FINISHED


def test_a_contact_that_was_stopped_reads_the_same_to_both():
    cast, read = a_cast(), []
    for stops in (False, True):
        access = concluded(cast)
        if stops:
            actions.stop_contact(access, by=cast.source, now=access.publish_at + DAY)
        assert access.granted_until < timezone.localdate()
        own = main(at_a_desk(cast.requester).get(address(access)))
        listed = main(at_a_desk(cast.requester).get("/access/"))
        theirs = main(at_a_desk(cast.manager).get(approval(access)))
        read += [[page.replace(access.reference, "REF") for page in (own, theirs)]]
        for page in (own, listed, theirs):
            assert "will be contacted" not in page
        assert OVER in own
    assert read[0] == read[1]


def test_what_was_stopped_before_anybody_read_of_it_never_had_such_a_time():
    access = concluded(cast := a_cast())
    access = actions.stop_contact(
        access, by=cast.source, now=access.publish_at - timedelta(hours=1)
    )
    now = noon(access.granted_until + DAY)
    assert "The time for" not in presenters.what_now(access, now)
    assert {row.key for row in presenters.facts(access, now)} == {"Status", "Sent", "Agreed"}
