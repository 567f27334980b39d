"""What happens to one request of the demo: turns, acted out by the product's own actions.

Each turn yields the moment of an act before it is done: see `shielding/demo/telling.py`.
"""

from collections.abc import Generator
from dataclasses import dataclass
from datetime import datetime, timedelta

from logbook.references import new_reference
from requests_app import questions
from requests_app.desk import actions as desk_actions
from requests_app.desk import phoned_requests
from requests_app.models import Request
from requests_app.practitioner import actions as practitioner_actions
from requests_app.shield_request_codes import Caller, Explained, OwnSystem
from shielding import clock
from shielding.accounts.models import User
from shielding.demo.telling import Cast
from shielding.filled import filled
from shielding.holds import letting_go
from shielding.records.grounds import GROUND
from shielding.reviews import actions as review_actions

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
Turn = Generator[datetime, None, Request]


@dataclass
class Scene:
    """One request's turn: who plays, on which ground, and the moment it begins."""

    cast: Cast
    practitioner: User
    ground: str
    number: str
    then: datetime

    def draft(self, *, decision: str = "shield", upto: str = "family") -> Turn:
        """Start a draft and answer its pages in order, up to and including one."""
        by = self.practitioner
        yield (now := self.then)
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

    def sent(self, *, decision: str = "shield") -> Turn:
        draft = yield from self.draft(decision=decision)
        yield (now := self.then + HOUR)
        return practitioner_actions.submit(draft, by=self.practitioner, now=now)

    def applied(self) -> Turn:
        request = yield from self.sent()
        yield (now := self.then + 3 * HOUR)
        desk_actions.attest_applied_for_request(
            request, checked_on=clock.today(now), no_duplicate=True, by=self.member(), now=now
        )
        request.refresh_from_db()
        return request

    def proposed(self) -> Turn:
        request = yield from self.applied()
        yield (now := self.then + 4 * HOUR)
        return desk_actions.propose_not_agreed(
            request, reason="whereabouts", seen=request.changed_at, by=self.member(), now=now
        )

    def agreed(self) -> Turn:
        """Agree a request before it is applied."""
        return (yield from self._agree((yield from self.sent())))

    def _agree(self, request: Request) -> Turn:
        yield (now := self.then + 5 * HOUR)
        return desk_actions.agree(
            request,
            involvement="on_record",
            no_duplicate=True,
            seen=request.changed_at,
            by=self.member(),
            now=now,
        )

    def answered(self) -> Turn:
        """Return a request that was agreed, and whose source answered its first review."""
        request = yield from self._agree((yield from self.applied()))
        yield (now := self.then + 5 * DAY)
        letting_go.answer(
            filled(request.hold),
            answer="still_needed",
            views="yes",
            sought_by="source",
            family_told="yes",
            by=self.practitioner,
            now=now,
        )
        return request

    def reviewed(self) -> Turn:
        request = yield from self.answered()
        yield (now := self.then + 6 * DAY)
        review_actions.conclude_first_review(
            filled(request.review),
            no_duplicate=True,
            next_shown=filled(filled(request.hold).review_due),
            by=self.member(),
            now=now,
        )
        return request

    def let_go(self) -> Turn:
        request = yield from self.reviewed()
        yield (now := self.then + 10 * DAY)
        letting_go.withdraw(
            filled(request.hold),
            parting=letting_go.Parting(own_systems_unshielded=True, family="told"),
            by=self.practitioner,
            now=now,
        )
        return request

    def phoned(self, caller: str) -> Turn:
        known = caller == Caller.PRACTITIONER
        yield self.then
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
