"""A claim goes to a colleague at the moment somebody acts on what its source was asked."""

import time
from collections.abc import Callable, Iterator
from functools import partial
from threading import Event

import pytest
from django.db import transaction
from django.utils import timezone

from brokerage import policies, source_policies, states
from brokerage.desk import actions as desk_actions
from brokerage.desk import lists
from brokerage.models import AccessRequest, Liaison
from brokerage.source import actions as source_actions
from shielding import clock
from shielding.accounts import actions as directory
from shielding.accounts.models import User
from shielding.holds.hand_over.models import HandOver
from shielding.web.refusals import Refused
from tests.brokerage.support.cast import DAY, Cast, a_cast, again, answered, asking
from tests.brokerage.support.desk import days_ago, recent
from tests.brokerage.support.family import family_said
from tests.concurrency.support.crowd import a_crowd, how_many_wait, until
from tests.concurrency.support.races import counts
from tests.support import hand_overs
from tests.support.people import a_practitioner, an_iw_member

pytestmark = pytest.mark.django_db(transaction=True)
FEW = counts(4, 100)
Act = Callable[[AccessRequest, Cast], object]


def fresh(person: User) -> User:
    return User.objects.get(pk=person.pk)


def meetings(
    times: int, act: Act, makes: Callable[..., AccessRequest]
) -> Iterator[tuple[AccessRequest, Liaison, Cast, bool]]:
    """Let an act meet the hand-over of its source's claims, on a new request each time.

    Yields the request, what its source was asked, who has a part, and whether the act was refused.
    The hand-over locks more, so now and then the act begins a little later.
    """
    with a_crowd(2) as crowd:
        for turn in range(times):
            cast = a_cast()
            access = recent(cast, makes)
            liaison = access.liaisons.get(hold__source=cast.source)
            heir = a_practitioner(service=cast.source.service)
            proposal = hand_overs.proposed(cast.source, to=heir, now=timezone.now())
            done, moved = crowd.at_once(
                partial(_after, 0.02 * (turn % 4), act, access, cast),
                partial(_hand_over, cast, proposal),
            )
            assert not isinstance(moved, Refused)
            liaison = Liaison.objects.select_related("hold", "access").get(pk=liaison.pk)
            assert liaison.hold.source == heir
            yield again(access), liaison, cast, isinstance(done, Refused)


def _after(seconds: float, act: Act, access: AccessRequest, cast: Cast) -> object:
    time.sleep(seconds)
    return act(access, cast)


def _hand_over(cast: Cast, proposal: HandOver) -> int:
    return hand_overs.confirmed(proposal, by=fresh(cast.colleague), now=timezone.now())


def answer(access: AccessRequest, cast: Cast, said: str) -> Liaison:
    """Answer as who had the claim when the page was opened."""
    liaison = Liaison.objects.get(access=access, hold__placed_by=cast.source)
    return source_actions.answer(
        liaison, answer=said, family=family_said(said), by=fresh(cast.source), now=timezone.now()
    )


@FEW
def test_no_yes_of_who_hands_over_is_left(times):
    def agree(access: AccessRequest, cast: Cast) -> Liaison:
        return answer(access, cast, "will_contact")

    for access, liaison, _cast, _refused in meetings(times, agree, asking):
        assert (liaison.answer, liaison.asked_of) == ("", liaison.hold.source)
        assert "not answered" in policies.missing_for(access, "viewed", timezone.now())


@FEW
def test_an_objection_of_who_hands_over_is_with_the_lead_or_too_late(times):
    def object_to_it(access: AccessRequest, cast: Cast) -> Liaison:
        return answer(access, cast, "objects")

    for access, liaison, _cast, refused in meetings(times, object_to_it, asking):
        said = ("", states.BEING_BROKERED) if refused else ("objects", states.WITH_LEAD)
        assert (liaison.answer, access.state) == said


@FEW
def test_no_contact_rests_on_the_yes_of_who_hands_over(times):
    def conclude(access: AccessRequest, cast: Cast) -> AccessRequest:
        now = timezone.now()
        return desk_actions.conclude(
            access,
            outcome="source_will_contact",
            granted_until=clock.today(now) + 20 * DAY,
            by=fresh(cast.member),
            now=now,
        )

    for access, liaison, _cast, refused in meetings(times, conclude, answered):
        now = timezone.now()
        assert not source_policies.may_contact(liaison, access.publish_at or now)
        to_stop = lists.in_tab(AccessRequest.objects.all(), "to_stop", now)
        assert to_stop.filter(pk=access.pk).exists() != refused


@FEW
def test_no_going_ahead_outlives_the_claim_of_who_hands_over(times):
    def with_lead(cast: Cast, **changed: object) -> AccessRequest:
        return answered(cast, first="objects", **changed)

    def go_ahead(access: AccessRequest, cast: Cast) -> AccessRequest:
        return desk_actions.decide_as_lead(
            access,
            decision="go_ahead",
            reason="duty",
            by=fresh(cast.lead),
            now=days_ago(0),
            seen=access.changed_at,
        )

    for access, liaison, _cast, refused in meetings(times, go_ahead, with_lead):
        assert (access.lead_decision, liaison.answer) == ("", "objects")
        assert access.state == (states.WITH_LEAD if refused else states.BEING_BROKERED)
        assert policies.missing_for(access, "put_in_touch", timezone.now())


# --- Two who would wait for each other ------------------------------------------------------------
@FEW
def test_two_leavers_who_are_asked_by_each_other_leave_at_once(times):
    with a_crowd(2) as crowd:
        for _turn in range(times):
            one, other = a_cast(), a_cast()
            one.source, other.source = other.requester, one.requester
            made = [recent(cast, asking) for cast in (one, other)]
            heirs = [a_practitioner(service=cast.source.service) for cast in (one, other)]
            both = [
                (cast, hand_overs.proposed(cast.source, to=heir, now=timezone.now()))
                for cast, heir in zip((one, other), heirs, strict=True)
            ]
            moved = crowd.at_once(*(partial(_hand_over, *pair) for pair in both))
            assert not any(isinstance(done, Refused) for done in moved)
            assert [again(access).state for access in made] == [states.WITHDRAWN] * 2


def test_a_line_manager_is_set_while_the_person_hands_over_to_them():
    heir, member = a_practitioner(), an_iw_member()
    person = a_practitioner(service=heir.service)
    now, held = timezone.now(), Event()
    proposal = hand_overs.proposed(person, to=heir, now=now)

    def keep_the_heir() -> None:
        with transaction.atomic():
            User.objects.select_for_update().get(pk=heir.pk)
            held.set()
            until(lambda: how_many_wait() == 2)

    def hand_over() -> None:
        held.wait(30)
        hand_overs.confirmed(proposal, by=member, now=now)

    def set_line_manager() -> None:
        until(lambda: how_many_wait() == 1)
        directory.set_line_manager(fresh(person), heir, by=member, now=now)

    with a_crowd(3) as crowd:
        assert crowd.at_once(keep_the_heir, hand_over, set_line_manager) == [None] * 3
    assert fresh(person).line_manager == heir
