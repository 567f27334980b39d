"""A request against the final unshield, a source who lets go against a member who begins."""

from datetime import timedelta
from functools import partial

import pytest

from requests_app.desk import actions as desk_actions
from requests_app.models import Request
from requests_app.practitioner import actions as asking
from shielding.accounts.models import User
from shielding.holds import letting_go
from shielding.models import Consultation, Hold, Record
from shielding.records import states
from shielding.reviews import actions as review_actions
from shielding.unshield import actions as unshield_actions
from shielding.unshield import policies
from shielding.web.refusals import Refused
from tests.concurrency.support.crowd import a_crowd
from tests.concurrency.support.races import counts, held_while_open
from tests.support.people import a_practitioner, an_iw_member
from tests.support.requests import NOW, a_number, a_written_draft
from tests.support.shielded_records import DAY, GONE

pytestmark = pytest.mark.django_db(transaction=True)
LATER = NOW + DAY


def shielded_for_one(source, member, number: str) -> Hold:
    """Return the hold of a record that is attested as shielded for one source."""
    request = asking.submit(a_written_draft(source, number=number), by=source, now=NOW)
    desk_actions.agree(
        request,
        involvement="on_record",
        no_duplicate=True,
        applied_on=NOW.date(),
        seen=NOW,
        by=member,
        now=NOW,
    )
    return request.hold


@counts(10, 1_000)
def test_no_request_is_lost_to_an_unshield_confirmed_at_the_same_moment(times, capsys):
    source, other = a_practitioner(), a_practitioner()
    first, second = an_iw_member(), an_iw_member()
    unshielded = cancelled = 0
    with a_crowd(2) as crowd:
        for turn in range(times):
            number = a_number()
            hold = shielded_for_one(source, first, number)
            letting_go.withdraw(hold, parting=GONE, by=source, now=NOW)
            record = unshield_actions.begin_unshield(hold.record, by=first, now=LATER)
            draft = a_written_draft(other, number=number)
            sent, confirmed = crowd.at_once(
                partial(asking.submit, draft, by=other, now=LATER),
                partial(read_and_confirm, record, second, times_read=turn % 5),
            )
            assert sent.hold.is_standing
            record.refresh_from_db()
            was_first = isinstance(confirmed, Record)
            assert was_first or isinstance(confirmed, unshield_actions.Cancelled)
            assert (record.state, record.episode) == (states.TO_SHIELD, 1 + was_first)
            assert record.unshield_cancels == 1 - was_first
            unshielded += was_first
            cancelled += not was_first
    assert (unshielded + cancelled, held_while_open()) == (times, 0)
    assert Hold.objects.standing().count() == times
    with capsys.disabled():
        print(  # noqa: T201 - the figures of the race are its result
            f"\n{times} races of a request against the confirmation of an unshield: unshielded"
            f" first and shielded anew {unshielded}, cancelled loudly {cancelled}, holds lost 0,"
            " held while open 0"
        )


def read_and_confirm(record: Record, member: User, *, times_read: int) -> Record:
    """Confirm after reading so often what the page shows, so that either may be first."""
    for _ in range(times_read):
        policies.unshield_missing(record, member, LATER)
    return unshield_actions.confirm_unshield(record, by=member, now=LATER)


@counts(5, 200)
def test_of_eight_who_confirm_stop_or_ask_one_comes_first_and_nobody_is_lost(times):
    source, first = a_practitioner(), an_iw_member()
    members, others = [an_iw_member() for _ in range(5)], [a_practitioner() for _ in range(2)]
    with a_crowd(8) as crowd:
        for _ in range(times):
            number = a_number()
            hold = shielded_for_one(source, first, number)
            letting_go.withdraw(hold, parting=GONE, by=source, now=NOW)
            record = unshield_actions.begin_unshield(hold.record, by=first, now=LATER)
            acts = [
                *[partial(unshield_actions.confirm_unshield, record, by=one, now=LATER)
                  for one in members],
                partial(unshield_actions.stop_unshield, record, found="never_opened", by=first,
                        now=LATER),
                *[partial(asking.submit, a_written_draft(one, number=number), by=one, now=LATER)
                  for one in others],
            ]  # fmt: skip
            outcomes = crowd.at_once(*acts)
            assert sum(isinstance(one, Record) for one in outcomes) <= 1
            assert all(isinstance(one, Request) for one in outcomes[6:])
            record.refresh_from_db()
            assert record.state in (states.TO_SHIELD, states.SHIELDED)
            assert record.holds.standing().count() == 2
    assert held_while_open() == 0


@counts(5, 200)
def test_an_answer_is_kept_or_refused_while_the_review_is_concluded(times):
    source, member, due = a_practitioner(), an_iw_member(), NOW + timedelta(days=184)
    kept = 0
    with a_crowd(2) as crowd:
        for turn in range(times):
            hold = shielded_for_one(source, member, a_number())
            (review,) = review_actions.open_reviews_of(hold.record, now=due)
            word = ("still_needed", "no_longer_needed")[turn % 2]
            answered, concluded = crowd.at_once(
                partial(
                    letting_go.answer,
                    hold,
                    answer=word,
                    views="yes",
                    sought_by="source",
                    parting=GONE,
                    by=source,
                    now=due,
                ),
                partial(
                    review_actions.conclude_record_review,
                    review,
                    no_duplicate=True,
                    next_shown=review_actions.next_due(review, due),
                    by=member,
                    now=due,
                ),
            )
            assert not isinstance(concluded, Refused)
            said = Consultation.objects.get(review=review).answer
            assert said == ("no_answer" if isinstance(answered, Refused) else word)
            stands = Hold.objects.get(pk=hold.pk).is_standing
            assert stands is (said != "no_longer_needed")
            kept += said == word
    assert 0 <= kept <= times
