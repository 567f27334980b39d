"""What somebody of a crowd may do to the source of a hold: hand over, dispute, suspend, phone."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from random import Random
from typing import Any

from shielding.accounts import suspending
from shielding.accounts.models import User
from shielding.holds import letting_go
from shielding.holds.disputes import hand_over_actions as disputes
from shielding.holds.disputes import release_actions
from shielding.holds.hand_over import actions as acts
from shielding.holds.hand_over.models import HandOver, HandOverTold
from shielding.models import Hold
from shielding.records import letting_go_to_attest

Likely = dict[Callable[[], Any], float]


def changing_hands(hold: Hold, chance: Random, *, by: User, now: datetime) -> Likely:
    """Return what may be done about the source of a hold, and how likely."""
    likely = _calls(hold, by, now)
    if hold.source is not None:
        likely |= _proposing(hold.source, chance, by, now) | _suspending(hold.source, by, now)
    return likely | _confirming(chance, by, now) | _disputing(hold, chance, by, now)


def _proposing(source: User, chance: Random, by: User, now: datetime) -> Likely:
    # Anybody of the service: also who cannot take over any more.
    others = User.objects.filter(role="practitioner", service=source.service).exclude(pk=source.pk)
    to = others.order_by("-id")[chance.randrange(4) :].first()
    return {partial(acts.propose, source, to=to, by=by, now=now): 8} if to else {}


def _confirming(chance: Random, by: User, now: datetime) -> Likely:
    waits = HandOver.objects.open().with_people()
    one = waits[chance.randrange(3) :].first() or waits.first()
    if one is None:
        return {}
    seen = acts.references_in_hand(one.person)
    return {
        partial(acts.confirm, one, seen=seen, by=by, now=now): 15,
        partial(acts.withdraw, one, by=by, now=now): 1,
    }


def _disputing(hold: Hold, chance: Random, by: User, now: datetime) -> Likely:
    told = HandOverTold.objects.select_related("person").order_by("-id")
    of_record = told.filter(hand_over__moved__hold__record=hold.record)
    likely: Likely = {}
    for some in (of_record, told):
        if said := some[chance.randrange(4) :].first():
            likely[partial(disputes.say_wrong, said, by=said.person, now=now)] = 10
    for one in HandOver.objects.disputed()[:1]:
        for verdict in HandOver.Verdict.values:
            likely[partial(disputes.settle, one, verdict=verdict, by=by, now=now)] = 8
    return likely


def _suspending(source: User, by: User, now: datetime) -> Likely:
    if source.is_active:
        return {partial(suspending.suspend, source, by=by, now=now): 4}
    return {partial(suspending.reactivate, source, by=by, now=now): 8}


def _calls(hold: Hold, by: User, now: datetime) -> Likely:
    attest = partial(letting_go.attest_word, hold, phoned=True, by=by, now=now)
    deny = partial(release_actions.deny_release, hold, phoned=True, by=by, now=now)
    owed = letting_go_to_attest.owed_for(hold)
    return {attest: 60 if owed else 0.5, deny: 4 if owed else 0.1}
