"""What a source does with its claim: ask, let go, speak of the family. A part of the model."""

from datetime import timedelta
from typing import Any

from shielding.filled import filled
from tests.concurrency.support.model.hand_overs import HandsChange
from tests.concurrency.support.model.people import MEMBERS, Plan
from tests.concurrency.support.model.suspensions import SuspensionsDisputed
from tests.concurrency.support.model.tables import OPEN, Request, Review
from tests.shielding.support.dates import six_months_on


class Claims(HandsChange, SuspensionsDisputed):
    reviews: list[Review]
    _owed: Any
    answerable: Any
    first_mail_of: Any
    say: Any
    answer: Any

    # --- Asking, and standing again ----------------------------------------------------------

    def asks_already(self, r: int, who: int) -> bool:
        """Whether a practitioner has a claim here; what was phoned in their name is none yet."""
        own = [one for one in self.requests if (one.record, one.practitioner) == (r, who)]
        return any(one.stands and not one.awaits_confirmation for one in own)

    def submit(self, target: int, who: int) -> Plan:
        """Of each record once with a ground of the list, and once with *another reason*."""
        r, other = target % len(self.records), target >= len(self.records)
        if not self.works(who) or self.asks_already(r, who):
            return None
        return lambda: self.place(r, who, practitioner=who, other=other)

    def place(self, r: int, by: int, *, days_ago: int = 0, **facts: Any) -> None:
        """Place a claim, whose first review runs from the day on which it was asked for."""
        self._await_shield(r)
        review = Review("request", r, self.today - timedelta(days=days_ago - 7))
        review.asked[len(self.requests)] = ""
        review.mailed_on = max(self.first_mail_of(review), self.today)
        self.reviews.append(review)
        self.requests.append(
            Request(
                record=r,
                source=facts["practitioner"] if by == facts["practitioner"] else None,
                placed_by=by,
                placed_on=self.now(),
                episode=self.records[r].episode,
                review=review,
                due=six_months_on(self.today),
                **facts,
            )
        )
        self.keep_earliest(r)

    def _await_shield(self, r: int) -> None:
        record, before = self.records[r], self.records[r].state
        if before in OPEN:
            record.episode, record.episode_at = record.episode + 1, self.now()
            record.applied_at = None
        if before == "unshielding":
            record.cancels += 1
        if before != "shielded":
            record.state, record.begun_by = "to_shield", None
        record.end, record.proposed_by = "", None

    def _stand_again(self, q: int, source: int) -> None:
        """Let a claim that was let go stand again for a source, as if they had never let go.

        Whoever answers for it has its request, too.
        """
        request = self.requests[q]
        self._await_shield(request.record)
        request.source = request.practitioner = source
        request.episode = self.records[request.record].episode
        request.how = request.family = ""
        request.word_recorded, request.attested_by = False, None
        request.let_go_by = ()
        request.applied = request.found_open = False
        self._ask_anew(q)
        self.keep_earliest(request.record)

    def _ask_anew(self, q: int) -> None:
        """What was said with letting go, or for it, is void in every review that is open."""
        void = ("let_go", "no_longer_needed")
        open_now = [one for one in self.reviews if not one.outcome and one.asked.get(q) in void]
        for review in open_now:
            review.asked[q] = ""
            review.said_on.pop(q, None)
            if review.kind != "record":
                review.mailed_on = max(self.first_mail_of(review), self.today)

    def standing(self, r: int) -> list[int]:
        return [q for q, one in enumerate(self.requests) if one.record == r and one.stands]

    def of_episode(self, r: int) -> list[int]:
        episode = self.records[r].episode
        return [
            q for q, one in enumerate(self.requests) if (one.record, one.episode) == (r, episode)
        ]

    def keep_earliest(self, r: int) -> None:
        standing = self.standing(r)
        if standing:
            self.records[r].due = min(self.requests[q].due for q in standing)

    def resubmit(self, q: int, who: int) -> Plan:
        """A phoned one is confirmed first: nobody has answered its questions yet."""
        request = self.requests[q]
        own = self.works(who) and who == request.practitioner and not request.awaits_confirmation
        if not own or not request.stands or not request.asked:
            return None
        after = "submitted" if request.state == "returned" else request.state
        return lambda: vars(request).update(state=after, asked=False)

    # --- Letting go ---------------------------------------------------------------------------

    def withdraw(self, q: int, who: int) -> Plan:
        request = self.requests[q]
        if not self.speaks(who, request) or not request.stands:
            return None
        return lambda: self._let_go(q, who)

    def take_back(self, q: int, who: int) -> Plan:
        if self.withdraw(q, who) is None:
            return None
        return lambda: self._let_go(q, who, family="nothing")

    def still_needed(self, q: int, who: int) -> Plan:
        request = self.requests[q]
        if not self.speaks(who, request) or not request.stands or not self.answerable(q):
            return None
        return lambda: self.say(q, "still_needed")

    def no_longer_needed(self, q: int, who: int) -> Plan:
        if self.still_needed(q, who) is None:
            return None
        return lambda: (self.say(q, "no_longer_needed"), self._let_go(q, who))[0]

    def say_family(self, q: int, who: int) -> Plan:
        request = self.requests[q]
        to_say = not request.stands and not request.family and request.how != "ended"
        if not self.speaks(who, request) or not to_say:
            return None
        return lambda: setattr(request, "family", "told")

    def speaks(self, who: int, request: Request) -> bool:
        return self.member(who) or (self.works(who) and who == request.source)

    def release(self, q: int, how: str, *by: int) -> None:
        request = self.requests[q]
        self.answer(q, "let_go")
        request.how, request.let_go_on, request.let_go_by = how, self.today, by
        request.let_go_at, request.released_at = self.moment, self.now()
        request.word_recorded = how == "on_word" and not self.works(request.source)
        self.keep_earliest(request.record)

    def _let_go(self, q: int, who: int, family: str = "told") -> None:
        self.release(q, "on_word" if who in MEMBERS else "source", who)
        self.requests[q].family = family

    # --- Whose word it was --------------------------------------------------------------------

    def attest_word(self, q: int, who: int) -> Plan:
        request = self.requests[q]
        if not self._calls(q, who) or self.records[request.record].state == "unshielding":
            return None
        return lambda: vars(request).update(attested_by=who, attested_at=self.now())

    def _calls(self, q: int, who: int) -> bool:
        request = self.requests[q]
        if not self.word_owed(request) or who in self.could_be_the_source([q]):
            return False
        return self.second_after(who, request.let_go_by[0], request.released_at)

    def deny_release(self, q: int, who: int) -> Plan:
        """On that call they say that they did not let go: it stands again, of whoever has one.

        Whatever the record's state: an unshield that is on its way is cancelled by it.
        """
        source = self.requests[q].source
        if not self._calls(q, who) or source is None:
            return None
        return lambda: self._stand_again(q, source)

    def word_owed(self, request: Request) -> bool:
        """Whether a member's call is owed: of a source without an account, or suspended about then.

        Suspended is whoever let go, or by whoever recorded it, before the source could hear.
        """
        attested = self.counts(request.attested_by, request.attested_at)
        if request.how not in ("source", "on_word") or attested:
            return False
        by, at = request.let_go_by[0], filled(request.released_at)
        about_then = self.suspended_by(by, at - timedelta(days=3), at + timedelta(days=28))
        stopped = self.suspended_by(request.source, at, at + timedelta(days=28))
        unheard = request.how == "on_word" and by in stopped
        return request.word_recorded or bool(about_then) or unheard

    def could_be_the_source(self, claims: list[int]) -> set[int]:
        """Who handed a claim over, let the account that let go be used again, or alone says so.

        And who counts as one with them.
        """
        steps = []
        for q in claims:
            request = self.requests[q]
            for handed in (one for one in self.hand_overs if q in one.moved):
                at = handed.confirmed_on if request.stands else request.released_at
                steps.append((handed.proposed_by, at))
            if request.word_recorded:
                steps.append((request.let_go_by[0], request.released_at))
            if request.how in ("source", "on_word"):
                handlers = self.handled_since(request.source, request.placed_on)
                steps += [(by, request.released_at) for by in handlers]
        return self.as_one_with(steps)

    def disputed(self, r: int) -> bool:
        return self.hand_over_disputed(r) or self.suspension_disputed(r)
