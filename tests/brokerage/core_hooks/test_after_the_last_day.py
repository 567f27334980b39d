"""What is read as the time for a contact runs out, and after its last day."""

from datetime import datetime, time, timedelta

import pytest

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
        assert ("only a new request extends it" in said) == (words == SOON)
        assert ("If nobody has by 30 April 2026, phone" in said) == (words != OVER)
        assert ("gets in touch with you" in said) == (words != OVER)
        assert outcome_words.status(access, now) == status
        row = presenters.facts(access, now)[-1]
        assert (row.key, row.when) == (key, access.granted_until)


def test_the_day_is_london_s():
    access = concluded(a_cast())
    midnight = datetime.combine(access.granted_until + DAY, time(0), clock.LONDON)
    assert outcome_words.status(access, midnight - timedelta(seconds=1)) == outcome_words.CONTACTED
    assert outcome_words.status(access, midnight) == outcome_words.FINISHED


def test_a_contact_that_was_stopped_promises_nothing_from_the_next_four_o_clock():
    cast = a_cast()
    access = concluded(cast)
    stopped = actions.stop_contact(access, by=cast.source, now=access.publish_at + DAY / 2)
    four = access.publish_at + DAY
    for now, requester, manager in (
        (four - timedelta(seconds=1), outcome_words.CONTACTED, outcome_words.THEY_ARE_CONTACTED),
        (four, outcome_words.FINISHED, outcome_words.FINISHED),
        (noon(access.granted_until + DAY), outcome_words.FINISHED, outcome_words.FINISHED),
    ):
        assert outcome_words.status(stopped, now) == requester
        assert outcome_words.status_for_manager(stopped, now) == manager
    # Finished as any other is: neither that it was stopped, nor until when it would have run.
    assert "The time for" not in presenters.what_now(stopped, four)
    assert {row.key for row in presenters.facts(stopped, four)} == {"Status", "Sent", "Agreed"}
    for page in (address(access), "/access/"):
        assert "will be contacted" not in main(at_a_desk(cast.requester).get(page))
    assert "will be contacted" not in main(at_a_desk(cast.manager).get(approval(access)))


def test_what_was_stopped_before_anybody_read_of_it_never_had_such_a_time():
    access = concluded(cast := a_cast())
    access = actions.stop_contact(
        access, by=cast.source, now=access.publish_at - timedelta(hours=1)
    )
    now = noon(access.granted_until + DAY)
    assert "The time for" not in presenters.what_now(access, now)
    assert {row.key for row in presenters.facts(access, now)} == {"Status", "Sent", "Agreed"}
