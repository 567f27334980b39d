"""What requester and line manager read: the same words, whatever the IW Team did."""

from datetime import timedelta

import pytest

from brokerage import outcome_words, states
from brokerage.access_request_codes import CHOSEN, CONTACT
from brokerage.desk import actions as desk_actions
from brokerage.desk import urgent_calls
from brokerage.line_manager import actions as manager_actions
from brokerage.requester.presenters import what_now
from shielding.accounts.models import User
from shielding.web.refusals import WrongState
from tests.brokerage.support.cast import ASKED, a_cast, agreed, concluded, in_state, sent
from tests.support.requests import a_number

pytestmark = pytest.mark.django_db
LATER = ASKED + timedelta(days=30)

# Each outcome, and the word that is read from the publication on.
READ = {
    "source_will_contact": outcome_words.CONTACTED,
    "put_in_touch": outcome_words.CONTACTED,
    "viewed": outcome_words.FINISHED,
    "declined": outcome_words.FINISHED,
    "referred": outcome_words.FINISHED,
    "no_brokerage_needed": outcome_words.FINISHED,
    "no_answer": outcome_words.FINISHED,
    "no_longer_needed": outcome_words.FINISHED,
}


def test_every_outcome_has_its_word():
    assert READ.keys() == set(CHOSEN)
    assert {code for code, word in READ.items() if word == outcome_words.CONTACTED} == set(CONTACT)


@pytest.mark.parametrize("outcome", READ)
@pytest.mark.behind_the_acts("gives an outcome that the acts would refuse here")
def test_before_and_after_the_publication(outcome):
    access = concluded(a_cast())
    access.outcome = outcome
    assert (
        outcome_words.status(access, access.publish_at - timedelta(seconds=1))
        == outcome_words.WITH_IW
    )
    assert outcome_words.status(access, access.publish_at) == READ[outcome]
    # What the IW Team viewed it passes on by phone, from that hour: nothing says otherwise, and the
    # words are the same where nothing is passed on.
    nobody = "Nobody gets in touch with you under this request, unless the IW Team phones you."
    finished = READ[outcome] == outcome_words.FINISHED
    assert what_now(access, access.publish_at).startswith(nobody) == finished


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (states.DRAFT, outcome_words.DRAFT),
        (states.WITH_MANAGER, outcome_words.WITH_MANAGER),
        (states.DECLINED, outcome_words.DECLINED),
        (states.WITH_IW, outcome_words.WITH_IW),
        (states.BEING_BROKERED, outcome_words.WITH_IW),
        (states.WITH_LEAD, outcome_words.WITH_IW),
        (states.WITHDRAWN, outcome_words.WITHDRAWN),
        (states.LAPSED, outcome_words.WITH_IW),  # not read yet
    ],
)
def test_of_each_state_one_word_for_requester_and_manager(state, words):
    access = in_state(a_cast(), state)
    assert outcome_words.status(access, ASKED) == words
    theirs = {outcome_words.WITHDRAWN: outcome_words.THEY_WITHDREW}.get(words, words)
    assert outcome_words.status_for_manager(access, ASKED) == theirs


def test_the_manager_reads_of_contact_when_the_requester_does():
    access = concluded(a_cast())
    assert outcome_words.status_for_manager(access, ASKED) == outcome_words.WITH_IW
    assert outcome_words.status_for_manager(access, LATER) == outcome_words.THEY_ARE_CONTACTED


@pytest.mark.parametrize("sooner", [timedelta(seconds=1), timedelta(0), -timedelta(seconds=1)])
@pytest.mark.parametrize("outcome", ["source_will_contact", "put_in_touch"])
def test_a_contact_stopped_before_anybody_read_of_it_is_finished(outcome, sooner):
    access = concluded(a_cast(), outcome)
    access.stopped_at = access.publish_at - sooner
    before, unread = access.publish_at - timedelta(seconds=1), sooner > timedelta(0)
    assert outcome_words.status(access, before) == outcome_words.WITH_IW
    assert outcome_words.status_for_manager(access, before) == outcome_words.WITH_IW
    read = outcome_words.status(access, LATER), outcome_words.status_for_manager(access, LATER)
    if unread:
        assert read == (outcome_words.FINISHED, outcome_words.FINISHED)
    else:
        # Once it was read, it is so until the next 16:00 after the stop: which may be the same.
        soon = (
            access.publish_at if sooner == timedelta(0) else access.publish_at + timedelta(days=1)
        )
        for moment, words in (
            (soon - timedelta(seconds=1), outcome_words.CONTACTED),
            (soon, outcome_words.FINISHED),
        ):
            if moment >= access.publish_at:
                assert outcome_words.status(access, moment) == words


def test_what_nobody_could_agree_to_stays_where_it_was_until_the_publication():
    access = ended_by_the_team(a_cast())
    assert outcome_words.status(access, ASKED) == outcome_words.WITH_MANAGER
    assert outcome_words.status(access, LATER) == outcome_words.FINISHED


def test_a_new_line_manager_reads_at_once_that_what_nobody_could_agree_to_is_finished():
    cast = a_cast()
    access = ended_by_the_team(cast)
    assert outcome_words.status_for_manager(access, ASKED) == outcome_words.FINISHED
    User.objects.filter(pk=cast.manager.pk).update(is_active=True)
    with pytest.raises(WrongState) as refusal:
        manager_actions.agree(access, by=cast.manager, now=ASKED)
    assert "The IW Team has finished with this" in refusal.value.message


def ended_by_the_team(cast):
    """Return a request whose line manager left, so that the IW Team ended it."""
    access = sent(cast)
    User.objects.filter(pk=cast.manager.pk).update(is_active=False)
    return desk_actions.conclude(access, outcome="no_longer_needed", by=cast.member, now=ASKED)


def test_a_call_is_with_the_iw_team_until_the_publication():
    cast = a_cast()
    call = urgent_calls.log_call(
        reference="IW-2222-2222",
        number=a_number(),
        caller="practitioner",
        requester=cast.requester,
        service=cast.requester.service,
        purpose="safeguarding",
        sought="contact",
        outcome="viewed",
        called_back=True,
        by=cast.member,
        now=ASKED,
    )
    assert outcome_words.status(call, ASKED) == outcome_words.WITH_IW


def test_a_declined_one_is_read_at_once():
    cast = a_cast()
    access = manager_actions.decline(sent(cast), reason="ask_first", by=cast.manager, now=ASKED)
    assert outcome_words.status(access, ASKED) == outcome_words.DECLINED
    assert outcome_words.status(agreed(cast), ASKED) == outcome_words.WITH_IW
