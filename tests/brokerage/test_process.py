"""The process of brokerage, step by step, by its acts."""

from datetime import UTC, datetime

import pytest

from brokerage import source_policies, states
from shielding.holds import letting_go
from shielding.unshield import actions
from tests.brokerage.support.cast import (
    ASKED,
    DAY,
    a_cast,
    again,
    answered,
    concluded,
    in_state,
    sent,
)

pytestmark = pytest.mark.django_db


def test_agreed_asked_answered_concluded():
    cast = a_cast()
    access = concluded(cast)
    assert (access.state, access.outcome) == (states.CONCLUDED, "source_will_contact")
    # Agreed and concluded on a Monday at ten: read from Wednesday at four.
    assert access.publish_at == datetime(2026, 3, 11, 16, tzinfo=UTC)
    liaison = access.liaisons.get(hold__source=cast.source)
    assert source_policies.may_contact(liaison, access.publish_at)


@pytest.mark.parametrize("state", states.LABELS)
def test_every_state_is_reached(state):
    assert in_state(a_cast(), state).state == state


def test_an_unshield_ends_what_is_brokered_and_nothing_else():
    cast = a_cast()
    access = answered(cast)
    waiting = sent(cast, number=access.record.number_in_clear())
    for hold in access.record.holds.standing():
        letting_go.withdraw(
            hold, parting=letting_go.Parting(True, "told"), by=hold.source, now=ASKED
        )
    actions.begin_unshield(access.record, by=cast.member, now=ASKED + DAY)
    actions.confirm_unshield(access.record, by=cast.lead, now=ASKED + DAY)
    assert again(access).outcome == "no_brokerage_needed"
    assert again(waiting).state == states.WITH_MANAGER
