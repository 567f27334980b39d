"""The demo's caseload: 40 obviously invented requests in every state, told by the real actions.

Each story is one request's life, so that the demo's logbook is what a real one would be. Two
reviews are overdue. One practitioner left, and says that what was done then is wrong.
"""

from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import count

from requests_app.demo.scenes import DAY, HOUR, Scene
from requests_app.desk import actions as desk_actions
from requests_app.practitioner import actions as practitioner_actions
from requests_app.shield_request_codes import Caller
from shielding.accounts import suspending
from shielding.accounts.models import User
from shielding.demo.telling import Cast, Story
from shielding.filled import filled
from shielding.holds.disputes import hand_over_actions, suspension_actions
from shielding.holds.hand_over import actions as hand_overs
from shielding.models import HandOverTold, SuspensionTold
from shielding.records.grounds import GROUNDS
from shielding.unshield import actions as unshield_actions


def _returned(scene: Scene) -> Story:
    request = yield from scene.applied()
    yield (now := scene.then + 5 * HOUR)
    desk_actions.return_with_query(
        request, query="please_phone", seen=request.changed_at, by=scene.member(), now=now
    )


def _not_agreed(scene: Scene) -> Story:
    request = yield from scene.proposed()
    yield (now := scene.then + DAY)
    desk_actions.confirm_not_agreed(
        request, no_duplicate=True, seen=request.changed_at, by=scene.member(1), now=now
    )


def _settled(scene: Scene) -> Story:
    request = yield from scene.sent(decision="considered")
    yield (now := scene.then + 5 * HOUR)
    desk_actions.settle_considered(
        request, no_duplicate=True, seen=request.changed_at, by=scene.member(), now=now
    )


def _look_again(scene: Scene) -> Story:
    request = yield from scene.sent(decision="considered")
    yield (now := scene.then + DAY)
    desk_actions.ask_to_look_again(
        request, query="risk", seen=request.changed_at, by=scene.member(), now=now
    )


def _unshielding(scene: Scene) -> Story:
    request = yield from scene.let_go()
    yield (now := scene.then + 20 * DAY)
    unshield_actions.begin_unshield(filled(request.record), by=scene.member(), now=now)


def _discarded(scene: Scene) -> Story:
    draft = yield from scene.draft(upto="ground")
    yield scene.then
    practitioner_actions.discard_draft(draft, by=scene.practitioner, now=scene.then)


def _left(scene: Scene) -> Story:
    """Somebody leaves: what they ask for goes to a colleague, their account is suspended.

    They say that neither was right; a member who took no part settles each.
    """
    gone, colleague = scene.practitioner, scene.cast.practitioners[3]
    yield from scene.reviewed()
    yield (now := scene.then + 16 * DAY)
    hand_over = hand_overs.propose(gone, to=colleague, by=scene.member(), now=now)
    yield (now := scene.then + 17 * DAY)
    seen = hand_overs.references_in_hand(gone)
    hand_overs.confirm(hand_over, seen=seen, by=scene.member(1), now=now)
    yield (now := scene.then + 18 * DAY)
    suspending.suspend(gone, by=filled(scene.cast.administrator), now=now)
    yield (now := scene.then + 22 * DAY)
    hand_over_actions.say_wrong(HandOverTold.objects.get(person=gone), by=gone, now=now)
    yield (now := scene.then + 23 * DAY)
    suspension_actions.say_wrong(SuspensionTold.objects.get(person=gone), by=gone, now=now)


# (how many, how many days ago, what happened)
STORIES: tuple[tuple[int, float, Callable[[Scene], Story]], ...] = (
    (2, 0.6, lambda s: s.sent()),
    (2, 2.2, lambda s: s.sent()),
    (1, 9.3, lambda s: s.sent()),  # overdue: never applied, never decided
    (3, 3.1, lambda s: s.applied()),
    (1, 5.4, lambda s: s.proposed()),
    (1, 8.2, lambda s: s.proposed()),  # overdue: proposed, never confirmed
    (2, 4.3, _returned),
    (2, 1.3, lambda s: s.agreed()),  # agreed before it was applied
    (1, 5.6, lambda s: s.answered()),  # its first review can be concluded
    (4, 40.1, lambda s: s.reviewed()),
    (3, 160.1, lambda s: s.reviewed()),  # the six-monthly review is near
    (1, 30.1, lambda s: s.let_go()),  # to unshield
    (1, 35.1, _unshielding),
    (2, 20.2, _not_agreed),
    (2, 1.7, lambda s: s.sent(decision="considered")),
    (2, 15.3, _settled),
    (1, 3.6, _look_again),
    (2, 0.4, lambda s: s.phoned(Caller.PRACTITIONER)),
    (1, 0.3, lambda s: s.phoned(Caller.GP)),
    (4, 1.1, lambda s: s.draft(upto="decision")),
    (1, 2.4, _discarded),
)
LEFT = 25.1


def of_requests(cast: Cast, *, now: datetime) -> Iterator[Story]:
    """Return every story of a request to shield."""
    number = count(1)
    for how_many, days_ago, story in STORIES:
        for turn in range(how_many):
            index = next(number)
            then = now - days_ago * DAY - turn * 2 * HOUR
            by = cast.practitioners[index % len(cast.practitioners)]
            yield story(_scene(cast, index, by, then))
    if cast.gone is not None:
        yield _left(_scene(cast, next(number), cast.gone, now - LEFT * DAY))


def _scene(cast: Cast, index: int, by: User, then: datetime) -> Scene:
    return Scene(
        cast=cast,
        practitioner=by,
        ground=GROUNDS[index % len(GROUNDS)].code,
        number=f"CP{90_000_000 + index}",
        then=then,
    )
