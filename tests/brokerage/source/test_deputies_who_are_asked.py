"""Somebody who may read a requester's access requests as a manager, and is asked as a source."""

from functools import partial

import pytest
from django.urls import reverse
from django.utils import timezone

from brokerage.desk import actions as desk_actions
from brokerage.line_manager import actions as manager_actions
from shielding.accounts import actions as directory
from tests.brokerage.source.support.heard import fresh
from tests.brokerage.support.cast import a_cast, again, say
from tests.brokerage.support.desk import page_of
from tests.brokerage.support.todays_requests import (
    a_deputy,
    ago,
    agreed,
    approval,
    asked,
    asking,
    at_a_desk,
    concluded,
    question,
    waiting,
)
from tests.requests_app.support.desk import at_desk, main
from tests.shielding.accounts.deputies.support.deputies import named
from tests.support import hand_overs
from tests.support.people import a_practitioner

pytestmark = pytest.mark.django_db
LIST = reverse("access_to_agree")
HAS_READ = "as a line manager or in the place of one"


@pytest.fixture
def cast():
    """A second source of the line manager's own service: only such a one may stand in for them."""
    cast = a_cast()
    cast.other_source = a_practitioner(service=cast.manager.service)
    return cast


def stands_in(source, cast):
    """Let a source stand in for the requester's line manager, since some days."""
    a_practitioner(service=source.service, manager=source)
    named(cast.manager, source, timezone.localdate(ago(9)), 30, now=ago(10))


def reads(person, access):
    """Return how a person's page of an access request of their staff answers, and its listing."""
    desk = at_a_desk(person)
    listed = access.reference in main(desk.get(LIST))
    return desk.get(approval(access)).status_code, listed


def test_a_deputy_who_is_asked_as_a_source_reads_nowhere_that_another_s_offer_was_taken(cast):
    stands_in(cast.other_source, cast)
    access = agreed(cast, now=ago(8))
    assert reads(cast.other_source, access) == (200, True)
    desk_actions.ask_sources(access, by=cast.member, now=ago(8))
    assert reads(cast.other_source, access) == (404, False)
    say(again(access), cast.source, "will_contact", now=ago(8))
    say(again(access), cast.other_source, "will_contact", now=ago(8))
    assert (reads(cast.other_source, access), reads(cast.manager, access)) == (
        (404, False),
        (200, True),
    )


@pytest.mark.parametrize("role", ["deputy", "line manager"])
def test_who_was_asked_and_became_one_of_them_since_reads_no_outcome(cast, role):
    access = concluded(cast, "source_will_contact", now=ago(8))
    if role == "deputy":
        stands_in(cast.other_source, cast)
    else:
        a_practitioner(service=cast.other_source.service, manager=cast.other_source)
        now = timezone.now()
        directory.set_line_manager(
            fresh(cast.requester), cast.other_source, by=cast.colleague, now=now
        )
    assert reads(cast.other_source, access) == (404, False)


@pytest.mark.parametrize("make", [asking, partial(concluded, outcome="source_will_contact")])
def test_a_deputy_who_was_given_a_claim_that_was_asked_about_reads_no_outcome(cast, make):
    heir = a_practitioner(service=cast.other_source.service)
    stands_in(heir, cast)
    access = make(cast, now=ago(8))
    assert reads(heir, access) == (200, True)
    hand_overs.hand_over(fresh(cast.other_source), to=heir, by=cast.colleague, now=timezone.now())
    assert reads(heir, access) == (404, False)
    assert at_a_desk(heir).get(question(asked(access, heir))).status_code == 200


def test_a_deputy_who_was_asked_and_handed_the_claim_on_reads_no_outcome(cast):
    access = concluded(cast, "source_will_contact", now=ago(8))
    heir = a_practitioner(service=cast.other_source.service)
    hand_overs.hand_over(fresh(cast.other_source), to=heir, by=cast.colleague, now=ago(7))
    stands_in(cast.other_source, cast)
    assert reads(cast.other_source, access) == (404, False)


def test_who_decided_keeps_their_page_though_they_are_given_an_objection(cast):
    access = agreed(cast, now=ago(8))
    desk_actions.ask_sources(access, by=cast.member, now=ago(8))
    say(again(access), cast.other_source, "objects", now=ago(8))
    leaver = fresh(cast.other_source)
    hand_overs.hand_over(leaver, to=cast.manager, by=cast.colleague, now=timezone.now())
    assert reads(cast.manager, access) == (200, True)


def test_a_line_manager_who_is_left_out_as_a_source_keeps_their_page(cast):
    deputy, _ = a_deputy(cast.manager)
    access = manager_actions.agree(waiting(cast), by=deputy, now=timezone.now())
    desk_actions.ask_sources(access, by=cast.member, now=timezone.now())
    hand_overs.hand_over(
        fresh(cast.other_source), to=cast.manager, by=cast.colleague, now=timezone.now()
    )
    assert asked(access, cast.manager).answer == "left_out"
    assert reads(cast.manager, access) == (200, True)


def test_the_desk_reads_which_source_knows_the_reason(cast):
    stands_in(cast.other_source, cast)
    access = agreed(cast, now=ago(8))
    reads(cast.other_source, access)
    desk_actions.ask_sources(access, by=cast.member, now=ago(8))
    cards = at_desk(cast.member).get(page_of(access)).context["sources"]
    shown = {card.title: any(HAS_READ in str(row.value) for row in card.rows) for card in cards}
    assert shown == {cast.source.service.name: False, cast.other_source.service.name: True}
