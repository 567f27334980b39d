"""The demo's caseload: 40 obviously invented requests in every state, told by the real actions.

Each story below is one request's life, acted out by the product's own actions at moments in the
past, so that the demo's logbook is what a real one would be. Two reviews are overdue.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count

from logbook.references import new_reference
from requests_app import questions
from requests_app.desk import actions as desk_actions
from requests_app.desk import phoned_requests
from requests_app.models import Request
from requests_app.practitioner import actions as practitioner_actions
from requests_app.shield_request_codes import Caller, Explained, OwnSystem
from shielding import clock
from shielding.accounts.models import Service, User
from shielding.filled import filled
from shielding.holds import letting_go
from shielding.records.grounds import GROUND, GROUNDS
from shielding.reviews import actions as review_actions
from shielding.unshield import actions as unshield_actions

_DAY = timedelta(days=1)
_HOUR = timedelta(hours=1)


@dataclass
class Cast:
    """Who acts in the stories."""

    practitioners: list[User]
    manager: User
    members: list[User]
    surgery: Service


@dataclass
class Scene:
    """One request's turn: who plays, on which ground, and the moment it begins."""

    cast: Cast
    practitioner: User
    ground: str
    number: str
    then: datetime

    def draft(self, *, decision: str = "shield", upto: str = "family") -> Request:
        """Start a draft and answer its pages in order, up to and including one."""
        by, now = self.practitioner, self.then
        request = practitioner_actions.start_draft(by=by, now=now)
        values = _answers(self, decision)
        for page in questions.PAGES:
            if page.belongs(request):
                chosen = {name: values[name] for name in page.fields}
                request = practitioner_actions.save_answers(
                    request, page, values=chosen, by=by, now=now
                )
            if page.slug == upto:
                break
        return request

    def sent(self, *, decision: str = "shield") -> Request:
        return practitioner_actions.submit(
            self.draft(decision=decision), by=self.practitioner, now=self.then + _HOUR
        )

    def applied(self) -> Request:
        request, now = self.sent(), self.then + 3 * _HOUR
        desk_actions.attest_applied_for_request(
            request, checked_on=clock.today(now), no_duplicate=True, by=self.member(), now=now
        )
        request.refresh_from_db()
        return request

    def proposed(self) -> Request:
        request = self.applied()
        return desk_actions.propose_not_agreed(
            request,
            reason="whereabouts",
            seen=request.changed_at,
            by=self.member(),
            now=self.then + 4 * _HOUR,
        )

    def agree(self, request: Request) -> Request:
        return desk_actions.agree(
            request,
            involvement="on_record",
            no_duplicate=True,
            seen=request.changed_at,
            by=self.member(),
            now=self.then + 5 * _HOUR,
        )

    def answered(self) -> Request:
        """Return a request that was agreed, and whose source answered its first review."""
        request = self.agree(self.applied())
        letting_go.answer(
            filled(request.hold),
            answer="still_needed",
            views="yes",
            sought_by="source",
            family_told="yes",
            by=self.practitioner,
            now=self.then + 5 * _DAY,
        )
        return request

    def reviewed(self) -> Request:
        request = self.answered()
        review_actions.conclude_first_review(
            filled(request.review),
            no_duplicate=True,
            next_shown=filled(filled(request.hold).review_due),
            by=self.member(),
            now=self.then + 6 * _DAY,
        )
        return request

    def let_go(self) -> Request:
        request = self.reviewed()
        letting_go.withdraw(
            filled(request.hold),
            parting=letting_go.Parting(own_systems_unshielded=True, family="told"),
            by=self.practitioner,
            now=self.then + 10 * _DAY,
        )
        return request

    def phoned(self, caller: str) -> Request:
        known = caller == Caller.PRACTITIONER
        return phoned_requests.log_phoned(
            reference=new_reference(),
            number=self.number,
            ground=self.ground,
            caller=caller,
            practitioner=self.practitioner if known else None,
            service=filled(self.practitioner.service) if known else self.cast.surgery,
            by=self.member(),
            now=self.then,
        )

    def member(self, which: int = 0) -> User:
        return self.cast.members[which]


def _answers(scene: Scene, decision: str) -> dict[str, object]:
    day = clock.today(scene.then)
    # Only who is of their service or above them may be named.
    fit = User.objects.fit_to_support(scene.practitioner).filter(pk=scene.cast.manager.pk).first()
    return {
        "number": scene.number,
        "origin": "family",
        "asked_by": "parent_carer",
        "identity_confirmed_on": day,
        "explained": list(Explained.values),
        "ground": scene.ground,
        "points": [point.code for point in GROUND[scene.ground].points],
        "not_grounds": [] if decision == "shield" else ["whereabouts"],
        "decision": decision,
        "considered_reason": "whereabouts" if decision == "considered" else "",
        "supporter": fit,
        "supporter_not_listed": fit is None,
        "supported_on": day if fit else None,
        "own_system": OwnSystem.YES,
        "own_system_on": day,
        "measures_considered": True,
        "siblings_considered": True,
        "lead_professional": "me",
        "family_told": "will",
        "family_told_on": None,
    }


def _returned(scene: Scene) -> None:
    request = scene.applied()
    desk_actions.return_with_query(
        request,
        query="please_phone",
        seen=request.changed_at,
        by=scene.member(),
        now=scene.then + 5 * _HOUR,
    )


def _not_agreed(scene: Scene) -> None:
    request = scene.proposed()
    desk_actions.confirm_not_agreed(
        request,
        no_duplicate=True,
        seen=request.changed_at,
        by=scene.member(1),
        now=scene.then + _DAY,
    )


def _settled(scene: Scene) -> None:
    request = scene.sent(decision="considered")
    desk_actions.settle_considered(
        request,
        no_duplicate=True,
        seen=request.changed_at,
        by=scene.member(),
        now=scene.then + 5 * _HOUR,
    )


def _look_again(scene: Scene) -> None:
    request = scene.sent(decision="considered")
    desk_actions.ask_to_look_again(
        request, query="risk", seen=request.changed_at, by=scene.member(), now=scene.then + _DAY
    )


def _unshielding(scene: Scene) -> None:
    unshield_actions.begin_unshield(
        filled(scene.let_go().record), by=scene.member(), now=scene.then + 20 * _DAY
    )


def _discarded(scene: Scene) -> None:
    practitioner_actions.discard_draft(
        scene.draft(upto="ground"), by=scene.practitioner, now=scene.then
    )


Story = Callable[[Scene], object]

# (how many, how many days ago, what happened)
STORIES: tuple[tuple[int, float, Story], ...] = (
    (2, 0.6, lambda s: s.sent()),
    (2, 2.2, lambda s: s.sent()),
    (1, 9.3, lambda s: s.sent()),  # overdue: never applied, never decided
    (3, 3.1, lambda s: s.applied()),
    (1, 5.4, lambda s: s.proposed()),
    (1, 8.2, lambda s: s.proposed()),  # overdue: proposed, never confirmed
    (2, 4.3, _returned),
    (2, 1.3, lambda s: s.agree(s.sent())),  # agreed before it was applied
    (1, 5.6, lambda s: s.answered()),  # its first review can be concluded
    (5, 40.1, lambda s: s.reviewed()),
    (3, 160.1, lambda s: s.reviewed()),  # the six-monthly review is near
    (1, 30.1, lambda s: s.let_go()),  # to unshield
    (1, 35.1, lambda s: _unshielding(s)),
    (2, 20.2, _not_agreed),
    (2, 1.7, lambda s: s.sent(decision="considered")),
    (2, 15.3, _settled),
    (1, 3.6, _look_again),
    (2, 0.4, lambda s: s.phoned(Caller.PRACTITIONER)),
    (1, 0.3, lambda s: s.phoned(Caller.GP)),
    (4, 1.1, lambda s: s.draft(upto="decision")),
    (1, 2.4, _discarded),
)


def tell(cast: Cast, *, now: datetime) -> int:
    """Act out every story in the caller's transaction; returns how many requests there are."""
    number = count(1)
    for how_many, days_ago, story in STORIES:
        for turn in range(how_many):
            index = next(number)
            story(
                Scene(
                    cast=cast,
                    practitioner=cast.practitioners[index % len(cast.practitioners)],
                    ground=GROUNDS[index % len(GROUNDS)].code,
                    number=f"CP{90_000_000 + index}",
                    then=now - days_ago * _DAY - turn * 2 * _HOUR,
                )
            )
    return next(number) - 1
