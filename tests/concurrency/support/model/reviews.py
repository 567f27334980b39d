"""Reviews: the first of a request, the six-monthly of each hold, the added. A part of the model."""

from datetime import date, timedelta

from shielding import clock
from shielding.filled import filled
from tests.concurrency.support.model.claims import Claims
from tests.concurrency.support.model.people import Plan
from tests.concurrency.support.model.shield import Looks
from tests.concurrency.support.model.tables import OPEN, SHIELDED, Review
from tests.shielding.support.dates import six_months_on


class Reviews(Claims, Looks):
    # --- What a source is asked, and says -------------------------------------------------------

    def answerable(self, q: int) -> bool:
        return bool(self._owed(q) or self._in_time(q) or self._said_early(q))

    def _owed(self, q: int) -> list[Review]:
        return [one for one in self.reviews if not one.outcome and one.asked.get(q) == ""]

    def _in_time(self, q: int) -> list[Review]:
        """Silence that was recorded of a hold, of which the due day has not ended."""
        six_monthly = [one for one in self.reviews if (one.kind, one.of) == ("record", q)]
        silent = [one for one in six_monthly if one.asked.get(q) == "no_answer"]
        return [one for one in silent if self.today <= one.due]

    def first_mail_of(self, review: Review) -> date:
        """The fourth day, or two working days before the day to act by."""
        day = clock.act_by(review.due)
        for _ in range(2):
            day = clock.act_by(day - timedelta(days=1))
        return min(day, review.due - timedelta(days=3))

    def _said_early(self, q: int) -> bool:
        """Whether the first review was answered before the first mail and asks once more now."""
        review = self.requests[q].review
        said, mailed_on = review.said_on.get(q), filled(review.mailed_on)
        return not review.outcome and said is not None and said < mailed_on <= self.today

    def say(self, q: int, word: str) -> None:
        """What the source says: to what is owed, and in place of a silence recorded meanwhile."""
        for review in self._in_time(q):
            review.asked[q] = word
            if word == "still_needed":
                self.requests[q].due = six_months_on(min(review.due, self.today))
        anew = [self.requests[q].review] if self._said_early(q) else []
        for review in [*self._owed(q), *anew]:
            review.asked[q], review.said_on[q] = word, self.today
        self.keep_earliest(self.requests[q].record)

    def answer(self, q: int, word: str) -> None:
        for review in self._owed(q):
            review.asked[q] = word

    def end(self, review: Review, outcome: str, unanswered: str) -> None:
        review.asked = {q: said or unanswered for q, said in review.asked.items()}
        review.outcome = outcome
        review.late = max(0, (self.today - review.due).days)

    # --- The first one --------------------------------------------------------------------------

    def conclude_first(self, q: int, who: int, found: str = SHIELDED) -> Plan:
        """Agreeing is not reviewing: the source has answered since the first mail, or the day has
        come on which it can be done without. Who logged a call does not conclude its review.
        """
        request = self.requests[q]
        if not self.member(who) or request.placed_by == who or not request.stands:
            return None
        if request.state != "agreed" or not self._may_end_first(q):
            return None
        return self.seen(request.record, who, found, lambda: self._continues(request.review))

    def _continues(self, review: Review) -> None:
        self.end(review, "continues", "no_answer")

    def _may_end_first(self, q: int) -> bool:
        review = self.requests[q].review
        said, mailed_on = review.said_on.get(q), filled(review.mailed_on)
        late = clock.working_days_after(mailed_on, 2)
        waited = self.today >= max(clock.act_by(review.due), late)
        return not review.outcome and (waited or (said is not None and said >= mailed_on))

    # --- Six-monthly reviews, each of one hold --------------------------------------------------

    def open_review(self, r: int, who: int) -> Plan:
        return lambda: (self._open_reviews(r), self._begin_added(r))[0]

    def _open_reviews(self, r: int) -> None:
        record, standing = self.records[r], self.standing(r)
        for q in standing:
            if self._near(self.requests[q].due) and not any(
                q in one.asked for one in self._open(r)
            ):
                self.reviews.append(Review("record", r, self.requests[q].due, {q: ""}, of=q))
        waits = record.state not in OPEN and not standing and not self._open(r)
        if waits and self._near(record.due):
            self.reviews.append(Review("record", r, record.due))

    def _near(self, due: date) -> bool:
        return due - timedelta(days=28) <= self.today

    def conclude(self, r: int, who: int, found: str = SHIELDED) -> Plan:
        """Conclude the open review of the record that was opened first."""
        if not self.member(who) or not self._open(r):
            return None
        review = self._open(r)[0]
        if "" in review.asked.values() and self.today < clock.act_by(review.due):
            return None
        return self.seen(r, who, found, lambda: self._conclude(r, review))

    def _conclude(self, r: int, review: Review) -> None:
        standing, others = self.standing(r), [one for one in self._open(r) if one is not review]
        if not standing:
            outcome, next_open = "nobody_asks", min((one.due for one in others), default=None)
            own = six_months_on(min(review.due, self.today))
            self.records[r].due = next_open or own
        elif review.of in (None, *standing):
            outcome = "continues"
        else:
            outcome = "let_go"
        self.end(review, outcome, "no_answer")
        if review.of in standing:
            said = review.asked[review.of] == "still_needed"
            counted_from = min(review.due, review.said_on[review.of]) if said else review.due
            self.requests[review.of].due = six_months_on(counted_from)
        self.keep_earliest(r)

    def _open(self, r: int) -> list[Review]:
        return [
            one for one in self.reviews if (one.kind, one.record, one.outcome) == ("record", r, "")
        ]

    # --- Reviews that are added, each of one hold -----------------------------------------------

    def ask_review(self, q: int, who: int) -> Plan:
        """Its source asks, and is asked at once; or a member, and where another was asked theirs
        waits. The source need not wait for a member's.
        """
        request, added = self.requests[q], self._added(q)
        if not self.speaks(who, request) or not request.stands:
            return None
        if added and (self.member(who) or q in added[0].asked):
            return None
        return lambda: self._ask_review(q, who)

    def _ask_review(self, q: int, who: int) -> None:
        r, day = self.requests[q].record, self.today
        others = [one for one in self.reviews if (one.kind, one.record) == ("added", r)]
        taken = [filled(one.asks_from) for one in others if one.of != q]
        mailed = {self._mailed_if_asked_on(one) for one in taken}
        while self.member(who) and (
            self._mailed_if_asked_on(day) in mailed
            or not all(_working_day_apart(day, one) for one in taken)
        ):
            day = clock.next_working_day(day)
        if not self._added(q):
            self.reviews.append(Review("added", r, day, of=q))
        review = self._added(q)[0]
        review.asks_from, review.due = day, day + timedelta(days=7)
        self._begin_added(r)

    def _mailed_if_asked_on(self, day: date) -> date:
        return max(self.first_mail_of(Review("added", 0, day + timedelta(days=7))), day)

    def _begin_added(self, r: int) -> None:
        for q in self.standing(r):
            for review in self._added(q):
                if q not in review.asked and filled(review.asks_from) <= self.today:
                    review.asked[q] = ""
                    review.mailed_on = max(self.first_mail_of(review), self.today)

    def _added(self, q: int) -> list[Review]:
        return [one for one in self.reviews if (one.kind, one.of, one.outcome) == ("added", q, "")]

    def conclude_added(self, q: int, who: int, found: str = SHIELDED) -> Plan:
        """Once its source answered or let go, or could be heard no more; it moves no date."""
        added, stands = self._added(q), self.requests[q].stands
        if not self.member(who) or not added or (stands and not self._heard(q, added[0])):
            return None
        r = self.requests[q].record
        outcome = "continues" if stands else "let_go" if self.standing(r) else "nobody_asks"
        return self.seen(r, who, found, lambda: self.end(added[0], outcome, "no_answer"))

    def _heard(self, q: int, review: Review) -> bool:
        if review.asked.get(q, "") or review.mailed_on is None:
            return q in review.asked
        late = clock.working_days_after(review.mailed_on, 2)
        return self.today >= max(clock.act_by(review.due), late)

    def end_of_record(self, r: int, outcome: str) -> None:
        """A new episode finds no review of the old one open."""
        added = [one for one in self.reviews if (one.kind, one.record) == ("added", r)]
        for review in [*self._open(r), *(one for one in added if not one.outcome)]:
            self.end(review, outcome, "let_go")


def _working_day_apart(one: date, other: date) -> bool:
    return max(one, other) >= clock.next_working_day(min(one, other))
