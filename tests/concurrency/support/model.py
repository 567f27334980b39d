"""The process in plain Python: what every act refuses and changes, without a database.

Written from the process and not from the product's code, to be compared with it. A plan is None
where the act is refused, else what it changes. Only dates already proved elsewhere are borrowed.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from shielding import clock
from shielding.filled import filled
from tests.concurrency.support.model_hand_overs import HandsChange
from tests.concurrency.support.model_people import MEMBERS, Plan
from tests.shielding.support.dates import six_months_on

OPEN = ("not_shielded", "closed")


@dataclass
class Record:
    state: str = "not_shielded"
    episode: int = 0
    applied: bool = False
    due: date | None = None
    begun_by: int | None = None
    begun_at: datetime | None = None
    cancels: int = 0
    end: str = ""
    proposed_by: int | None = None
    proposed_at: datetime | None = None


@dataclass
class Review:
    kind: str
    record: int
    due: date
    asked: dict[int, str] = field(default_factory=dict)
    # On which day each said so.
    said_on: dict[int, date] = field(default_factory=dict)
    of: int | None = None
    # Of an added one: from which day it asks, and the day of the first mail once it has.
    asks_from: date | None = None
    mailed_on: date | None = None
    outcome: str = ""
    late: int | None = None


@dataclass
class Request:
    """A request and its hold, which go by one name."""

    record: int
    source: int
    episode: int
    review: Review
    due: date
    sent_on: date
    state: str = "submitted"
    proposed_by: int | None = None
    proposed_at: datetime | None = None
    applied: bool = False
    found_open: bool = False
    how: str = ""
    let_go_on: date | None = None
    let_go_by: tuple[int, ...] = ()
    family: str = ""
    # The moments, whether the source had no account when their word was recorded, and who phoned.
    placed_at: int = 0
    let_go_at: int = 0
    released_at: datetime | None = None
    word_recorded: bool = False
    attested_by: int | None = None
    attested_at: datetime | None = None

    @property
    def stands(self) -> bool:
        return not self.how


class Model(HandsChange):
    def __init__(self, records: int, today: date) -> None:
        super().__init__()
        self.today = today
        self.records = [Record() for _ in range(records)]
        self.requests: list[Request] = []
        self.reviews: list[Review] = []

    def plan(self, act: str, target: int, who: int) -> Plan:
        """Return what an act by somebody on the target would change, or None if it is refused."""
        return getattr(self, act)(target, who)

    # --- What the source does ---------------------------------------------------------------

    def submit(self, r: int, who: int) -> Plan:
        own = [q for q in self.requests if (q.record, q.source) == (r, who) and q.stands]
        return None if own or not self.works(who) else lambda: self._submit(r, who)

    def _submit(self, r: int, who: int) -> None:
        self._await_shield(r)
        review = Review("request", r, self.today + timedelta(days=7))
        review.asked[len(self.requests)] = ""
        self.reviews.append(review)
        own = six_months_on(self.today)
        episode = self.records[r].episode
        self.requests.append(
            Request(r, who, episode, review, own, self.today, placed_at=self.moment)
        )
        self._keep_earliest(r)

    def _await_shield(self, r: int) -> None:
        record, before = self.records[r], self.records[r].state
        if before in OPEN:
            record.episode, record.applied = record.episode + 1, False
        if before == "unshielding":
            record.cancels += 1
        if before != "shielded":
            record.state, record.begun_by = "to_shield", None
        record.end, record.proposed_by = "", None

    def _stand_again(self, q: int, source: int) -> None:
        """Let a claim that was let go stand again for a source, as if they had never let go."""
        request, record = self.requests[q], self.records[self.requests[q].record]
        self._await_shield(request.record)
        request.source, request.episode, request.how, request.family = (
            source,
            record.episode,
            "",
            "",
        )
        request.word_recorded, request.attested_by = False, None
        request.let_go_by = ()
        request.applied = request.found_open = False
        self._ask_anew(q)
        self._keep_earliest(request.record)

    def _ask_anew(self, q: int) -> None:
        """What was said with letting go, or for it, is void in every review that is open."""
        void = ("let_go", "no_longer_needed")
        open_now = [one for one in self.reviews if not one.outcome and one.asked.get(q) in void]
        for review in open_now:
            review.asked[q] = ""
            review.said_on.pop(q, None)
            if review.kind != "record":
                review.mailed_on = max(self._first_mail(review), self.today)

    def resubmit(self, q: int, who: int) -> Plan:
        request = self.requests[q]
        own = self.works(who) and who == request.source
        if not own or not request.stands or request.state != "returned":
            return None
        return lambda: setattr(request, "state", "submitted")

    def withdraw(self, q: int, who: int) -> Plan:
        request = self.requests[q]
        if not self._speaks(who, request) or not request.stands:
            return None
        return lambda: self._let_go(q, who)

    def take_back(self, q: int, who: int) -> Plan:
        if self.withdraw(q, who) is None:
            return None

        def do() -> None:
            self._let_go(q, who)
            self.requests[q].family = "nothing"

        return do

    def still_needed(self, q: int, who: int) -> Plan:
        request = self.requests[q]
        asked = self._owed(q) or self._in_time(q) or self._said_early(q)
        if not self._speaks(who, request) or not request.stands or not asked:
            return None
        return lambda: self._say(q, "still_needed")

    def no_longer_needed(self, q: int, who: int) -> Plan:
        if self.still_needed(q, who) is None:
            return None
        return lambda: (self._say(q, "no_longer_needed"), self._let_go(q, who))[0]

    def say_family(self, q: int, who: int) -> Plan:
        request = self.requests[q]
        if (
            not self._speaks(who, request)
            or request.stands
            or request.family
            or request.how == "ended"
        ):
            return None
        return lambda: setattr(request, "family", "told")

    def _speaks(self, who: int, request: Request) -> bool:
        return self.member(who) or (self.works(who) and who == request.source)

    def _owed(self, q: int) -> list[Review]:
        return [one for one in self.reviews if not one.outcome and one.asked.get(q) == ""]

    def _in_time(self, q: int) -> list[Review]:
        """Silence that was recorded of a hold, of which the due day has not ended."""
        six_monthly = [one for one in self.reviews if (one.kind, one.of) == ("record", q)]
        silent = [one for one in six_monthly if one.asked.get(q) == "no_answer"]
        return [one for one in silent if self.today <= one.due]

    def first_mail(self, q: int) -> date:
        """The day of the first mail of a request's own review."""
        review = self.requests[q].review
        return review.mailed_on or self._first_mail(review)

    def _first_mail(self, review: Review) -> date:
        """The fourth day, or two working days before the day to act by."""
        day = clock.act_by(review.due)
        for _ in range(2):
            day = clock.act_by(day - timedelta(days=1))
        return min(day, review.due - timedelta(days=3))

    def _said_early(self, q: int) -> bool:
        """Whether the first review was answered before the first mail and asks once more now."""
        review = self.requests[q].review
        said = review.said_on.get(q)
        return not review.outcome and said is not None and said < self.first_mail(q) <= self.today

    def _say(self, q: int, word: str) -> None:
        """What the source says: to what is owed, and in place of a silence recorded meanwhile."""
        for review in self._in_time(q):
            review.asked[q] = word
            if word == "still_needed":
                self.requests[q].due = six_months_on(min(review.due, self.today))
        anew = [self.requests[q].review] if self._said_early(q) else []
        for review in [*self._owed(q), *anew]:
            review.asked[q], review.said_on[q] = word, self.today
        self._keep_earliest(self.requests[q].record)

    def _keep_earliest(self, r: int) -> None:
        standing = self.standing(r)
        if standing:
            self.records[r].due = min(self.requests[q].due for q in standing)

    def _answer(self, q: int, word: str) -> None:
        for review in self._owed(q):
            review.asked[q] = word

    def _release(self, q: int, how: str, *by: int) -> None:
        request = self.requests[q]
        self._answer(q, "let_go")
        request.how, request.let_go_on, request.let_go_by = how, self.today, by
        request.let_go_at, request.released_at = self.moment, self.now()
        request.word_recorded = how == "on_word" and not self.works(request.source)
        self._keep_earliest(request.record)

    def _let_go(self, q: int, who: int) -> None:
        self._release(q, "on_word" if who in MEMBERS else "source", who)
        self.requests[q].family = "told"

    def attest_word(self, q: int, who: int) -> Plan:
        request = self.requests[q]
        if not self.member(who) or not self.word_owed(request) or who in request.let_go_by:
            return None
        if self.records[request.record].state == "unshielding" or who in self._could_be(q):
            return None
        return lambda: vars(request).update(attested_by=who, attested_at=self.now())

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

    # --- What the IW Team decides -----------------------------------------------------------

    def agree(self, q: int, who: int) -> Plan:
        if not self._decidable(q, who, "submitted", "returned"):
            return None
        return lambda: setattr(self.requests[q], "state", "agreed")

    def conclude_first(self, q: int, who: int) -> Plan:
        """Agreeing is not reviewing: the source has answered since the first mail, or the day has
        come on which it can be done without.
        """
        review = self.requests[q].review
        if not self._decidable(q, who, "agreed") or review.outcome:
            return None
        said = review.said_on.get(q)
        answered = said is not None and said >= self.first_mail(q)
        late = clock.working_days_after(self.first_mail(q), 2)
        if not answered and self.today < max(clock.act_by(review.due), late):
            return None
        return lambda: self._end(review, "continues", "no_answer")

    def send_back(self, q: int, who: int) -> Plan:
        if not self._decidable(q, who, "submitted"):
            return None
        return lambda: setattr(self.requests[q], "state", "returned")

    def propose(self, q: int, who: int) -> Plan:
        if not self._decidable(q, who, "submitted", "returned"):
            return None
        proposed = {"state": "proposed", "proposed_by": who, "proposed_at": self.now()}
        return lambda: vars(self.requests[q]).update(proposed)

    def overturn(self, q: int, who: int) -> Plan:
        if not self._decidable(q, who, "proposed") or self.requests[q].proposed_by == who:
            return None
        return lambda: vars(self.requests[q]).update(state="submitted", proposed_by=None)

    def confirm(self, q: int, who: int) -> Plan:
        request = self.requests[q]
        # The first step of somebody who did not work all the time since has fallen away.
        if self.overturn(q, who) is None:
            return None
        if not self.counts(request.proposed_by, request.proposed_at):
            return None
        return None if request.review.outcome else lambda: self._not_agreed(q, who)

    def _not_agreed(self, q: int, who: int) -> None:
        self._release(q, "not_agreed", who, self.requests[q].proposed_by)
        self._decide(q, "not_agreed")

    def _decidable(self, q: int, who: int, *wanted: str) -> bool:
        request = self.requests[q]
        return self.member(who) and request.stands and request.state in wanted

    def _decide(self, q: int, outcome: str) -> None:
        self.requests[q].state = outcome
        self._end(self.requests[q].review, outcome, "no_answer")

    def conclude_let_go(self, q: int, who: int) -> Plan:
        request = self.requests[q]
        if not self.member(who) or request.stands or request.review.outcome:
            return None
        return lambda: self._end(request.review, "let_go", "let_go")

    def _end(self, review: Review, outcome: str, unanswered: str) -> None:
        review.asked = {q: said or unanswered for q, said in review.asked.items()}
        review.outcome = outcome
        review.late = max(0, (self.today - review.due).days)

    def apply(self, q: int, who: int) -> Plan:
        request = self.requests[q]
        if not self.member(who) or not request.stands or request.applied:
            return None
        return lambda: self._apply(request)

    def _apply(self, request: Request) -> None:
        request.applied, request.found_open = True, False
        record = self.records[request.record]
        record.state, record.applied = "shielded", True

    def found_open(self, r: int, who: int) -> Plan:
        """A look finds it open: what was attested for those who ask is so no more."""
        if not self.member(who) or self.records[r].state in OPEN:
            return None
        return lambda: self._found_open(r)

    def _found_open(self, r: int) -> None:
        vars(self.records[r]).update(state="to_shield", begun_by=None)
        for request in (self.requests[q] for q in self.standing(r)):
            request.found_open = request.found_open or request.applied
            request.applied = False

    def found_nothing(self, r: int, who: int) -> Plan:
        """There is no record with the number: all stays as it was."""
        may = self.member(who) and self.records[r].state not in OPEN
        return (lambda: None) if may else None

    # --- Six-monthly reviews, each of one hold ------------------------------------------------

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

    def conclude(self, r: int, who: int) -> Plan:
        """Conclude the open review of the record that was opened first."""
        if not self.member(who) or not self._open(r):
            return None
        review = self._open(r)[0]
        if "" in review.asked.values() and self.today < clock.act_by(review.due):
            return None
        return lambda: self._conclude(r, review)

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
        self._end(review, outcome, "no_answer")
        if review.of in standing:
            said = review.asked[review.of] == "still_needed"
            counted_from = min(review.due, review.said_on[review.of]) if said else review.due
            self.requests[review.of].due = six_months_on(counted_from)
        self._keep_earliest(r)

    def _open(self, r: int) -> list[Review]:
        return [
            one for one in self.reviews if (one.kind, one.record, one.outcome) == ("record", r, "")
        ]

    # --- Reviews that are added, each of one hold ----------------------------------------------

    def ask_review(self, q: int, who: int) -> Plan:
        """Its source asks, and is asked at once; or a member, and where another was asked theirs
        waits. The source need not wait for a member's.
        """
        request, added = self.requests[q], self._added(q)
        if not self._speaks(who, request) or not request.stands:
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
        return max(self._first_mail(Review("added", 0, day + timedelta(days=7))), day)

    def _begin_added(self, r: int) -> None:
        for q in self.standing(r):
            for review in self._added(q):
                if q not in review.asked and filled(review.asks_from) <= self.today:
                    review.asked[q] = ""
                    review.mailed_on = max(self._first_mail(review), self.today)

    def _added(self, q: int) -> list[Review]:
        return [one for one in self.reviews if (one.kind, one.of, one.outcome) == ("added", q, "")]

    def conclude_added(self, q: int, who: int) -> Plan:
        """Once its source answered or let go, or could be heard no more; it moves no date."""
        added, stands = self._added(q), self.requests[q].stands
        if not self.member(who) or not added:
            return None
        if stands and not self._heard(q, added[0]):
            return None
        others = self.standing(self.requests[q].record)
        outcome = "continues" if stands else "let_go" if others else "nobody_asks"
        return lambda: self._end(added[0], outcome, "no_answer")

    def _heard(self, q: int, review: Review) -> bool:
        if review.asked.get(q, "") or review.mailed_on is None:
            return q in review.asked
        late = clock.working_days_after(review.mailed_on, 2)
        return self.today >= max(clock.act_by(review.due), late)

    def standing(self, r: int) -> list[int]:
        return [q for q, one in enumerate(self.requests) if one.record == r and one.stands]

    # --- How an episode ends ----------------------------------------------------------------

    def _opens(self, r: int, state: str, outcome: str) -> None:
        record = self.records[r]
        record.state, record.due = state, None
        if state == "not_shielded":
            record.end, record.proposed_by = "", None
        added = [one for one in self.reviews if (one.kind, one.record) == ("added", r)]
        for review in [*self._open(r), *(one for one in added if not one.outcome)]:
            self._end(review, outcome, "let_go")

    def never_applied(self, r: int, who: int) -> Plan:
        record = self.records[r]
        waits = record.state == "to_shield" and not record.applied
        if not self.member(who) or not waits or self.standing(r) or self.disputed(r):
            return None
        of_episode = self._of_episode(r)
        recorded = any(one.how == "on_word" and who in one.let_go_by for one in of_episode)
        if recorded or who in self._could_be_the_source(r):
            return None
        if any(map(self.word_owed, of_episode)):
            return None
        return lambda: self._opens(r, "not_shielded", "never_applied")

    def begin(self, r: int, who: int) -> Plan:
        record = self.records[r]
        of_episode = self._of_episode(r)
        if not self.member(who) or record.state != "shielded" or record.end or self.standing(r):
            return None
        last = max(one.let_go_on for one in of_episode)
        spoken = all(one.family and not self.word_owed(one) for one in of_episode)
        if not spoken or self.today < clock.next_working_day(last) or self.disputed(r):
            return None
        if not self._seconds(r, who):
            return None
        begun = {"state": "unshielding", "begun_by": who, "begun_at": self.now()}
        return lambda: vars(record).update(begun)

    def confirm_unshield(self, r: int, who: int) -> Plan:
        record = self.records[r]
        if record.state != "unshielding" or not self.counts(record.begun_by, record.begun_at):
            return None
        if who not in self._seconds(r, record.begun_by):
            return None
        if any(map(self.word_owed, self._of_episode(r))):
            return None
        return lambda: self._opens(r, "not_shielded", "unshielded")

    def stop(self, r: int, who: int) -> Plan:
        record = self.records[r]
        if not self.member(who) or record.state != "unshielding":
            return None
        return lambda: vars(record).update(state="shielded", begun_by=None)

    def still_shielded(self, r: int, who: int) -> Plan:
        record = self.records[r]
        waits = record.state == "to_shield" and record.applied
        if not self.member(who) or not waits or self.standing(r):
            return None
        return lambda: setattr(record, "state", "shielded")

    def _of_episode(self, r: int) -> list[Request]:
        episode = self.records[r].episode
        return [one for one in self.requests if (one.record, one.episode) == (r, episode)]

    def _seconds(self, r: int, beginner: int | None) -> set[int]:
        """Who could confirm what this member begins: nobody, if they could be the source."""
        could_be = self._could_be_the_source(r)
        barred = {beginner} | could_be
        for one in self._of_episode(r):
            if one.how in ("on_word", "not_agreed") or one.attested_by is not None:
                barred |= {*one.let_go_by, one.attested_by}
        free = {one for one in MEMBERS if self.works(one)} - barred
        return free if beginner not in could_be else set()

    def _could_be_the_source(self, r: int) -> set[int]:
        """Who handed a claim over, let the account that let go be used again, or alone says so."""
        episode = self.records[r].episode
        of_episode = [
            q for q, one in enumerate(self.requests) if (one.record, one.episode) == (r, episode)
        ]
        return {who for q in of_episode for who in self._could_be(q)}

    def _could_be(self, q: int) -> set[int]:
        request = self.requests[q]
        could_be = {handed.proposed_by for handed in self.hand_overs if q in handed.moved}
        if request.word_recorded:
            could_be.add(request.let_go_by[0])
        if request.how in ("source", "on_word"):
            could_be |= self.reactivated_since(request.source, request.placed_at)
        return could_be

    def propose_end(self, r: int, who: int) -> Plan:
        record = self.records[r]
        if not self.member(who) or record.end or record.state not in ("to_shield", "shielded"):
            return None
        if self.disputed(r):
            return None
        proposed = {"end": "died", "proposed_by": who, "proposed_at": self.now()}
        return lambda: vars(record).update(proposed)

    def withdraw_end(self, r: int, who: int) -> Plan:
        record = self.records[r]
        if not self.member(who) or not record.end or record.state == "closed":
            return None
        return lambda: vars(record).update(end="", proposed_by=None)

    def confirm_end(self, r: int, who: int) -> Plan:
        record = self.records[r]
        if self.withdraw_end(r, who) is None or record.proposed_by == who:
            return None
        if not self.counts(record.proposed_by, record.proposed_at) or self.disputed(r):
            return None
        return lambda: self._close(r, who)

    def _close(self, r: int, who: int) -> None:
        for q in self.standing(r):
            self._release(q, "ended", who)
        self._opens(r, "closed", "ended")


def _working_day_apart(one: date, other: date) -> bool:
    return max(one, other) >= clock.next_working_day(min(one, other))
