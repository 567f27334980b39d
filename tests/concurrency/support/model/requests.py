"""What the IW Team decides of a request, and enters of a call. A part of the model."""

from tests.concurrency.support.model.people import SOURCES, Plan
from tests.concurrency.support.model.reviews import Reviews
from tests.concurrency.support.model.tables import IS_SHIELDED, SHIELDED, Request

# A call: about which record, by whom (nobody: a caller without an account), entered how many days
# later. What is entered later has *another reason*.
CALLS = tuple((r, caller, days) for r in (0, 1) for caller in (None, *SOURCES) for days in (0, 3))


class Requests(Reviews):
    # --- The decision ---------------------------------------------------------------------------

    def agree(self, q: int, who: int) -> Plan:
        request = self.requests[q]
        if not self._decidable(q, who, "submitted", "returned") or request.disowned:
            return None
        return lambda: vars(request).update(state="agreed", asked=False)

    def agree_applied(self, q: int, who: int, found: str = SHIELDED) -> Plan:
        """Agree, and attest on the same page that the record is shielded."""
        request = self.requests[q]
        if self.agree(q, who) is None:
            return None
        return self.seen(request.record, who, found, lambda: self._agree_applied(request))

    def _agree_applied(self, request: Request) -> None:
        if not request.applied:
            self.applied(request)
        request.state, request.asked = "agreed", False

    def send_back(self, q: int, who: int) -> Plan:
        request = self.requests[q]
        asked = request.practitioner is not None and not request.disowned
        if not self._decidable(q, who, "submitted") or not asked:
            return None
        return lambda: vars(request).update(state="returned", asked=True)

    def propose(self, q: int, who: int) -> Plan:
        if not self._decidable(q, who, "submitted", "returned"):
            return None
        proposed = {"state": "proposed", "proposed_by": who, "proposed_at": self.now()}
        return lambda: vars(self.requests[q]).update(proposed)

    def overturn(self, q: int, who: int) -> Plan:
        if not self._decidable(q, who, "proposed") or self.requests[q].proposed_by == who:
            return None
        if self.newly(who, self.now()):
            return None
        after = "returned" if self.requests[q].asked else "submitted"
        return lambda: vars(self.requests[q]).update(state=after, proposed_by=None)

    def confirm(self, q: int, who: int, found: str = SHIELDED) -> Plan:
        """Not agreed, by the second of two; found open or not there, what was proposed waits."""
        request = self.requests[q]
        # The first step of somebody who did not work all the time since has fallen away.
        if self.overturn(q, who) is None:
            return None
        if not self.counts(request.proposed_by, request.proposed_at):
            return None
        if not self.second_after(who, request.proposed_by, request.proposed_at):
            return None
        if request.review.outcome and found in IS_SHIELDED:
            return None
        return self.seen(request.record, who, found, lambda: self._not_agreed(q, who))

    def _not_agreed(self, q: int, who: int) -> None:
        request = self.requests[q]
        self.release(q, "not_agreed", who, request.proposed_by or who)
        request.state = "not_agreed"
        self.end(request.review, "not_agreed", "no_answer")

    def _decidable(self, q: int, who: int, *wanted: str) -> bool:
        """Nobody decides of a call that they logged."""
        request = self.requests[q]
        may = self.member(who) and request.logged_by != who
        return may and request.stands and request.state in wanted

    def conclude_let_go(self, q: int, who: int, found: str = SHIELDED) -> Plan:
        request = self.requests[q]
        if not self.member(who) or request.logged_by == who:
            return None
        if request.stands or request.review.outcome:
            return None
        return self.seen_if_kept(
            request.record, who, found, lambda: self.end(request.review, "let_go", "let_go")
        )

    # --- Phoned in, and phoned back -------------------------------------------------------------

    def phone(self, call: int, who: int) -> Plan:
        """The claim stands at once; its service is the source until the practitioner confirms."""
        r, caller, days_ago = CALLS[call]
        if not self.member(who):
            return None
        if caller is not None and (not self.works(caller) or self.asks_already(r, caller)):
            return None
        return lambda: self.place(
            r, who, practitioner=caller, logged_by=who, other=days_ago > 0, days_ago=days_ago
        )

    def confirm_phoned(self, q: int, who: int) -> Plan:
        """Its practitioner answers every question and confirms: from now on they are the source."""
        request = self.requests[q]
        if not self._awaits(request, who) or not request.stands:
            return None
        return lambda: vars(request).update(confirmed=True, source=who)

    def disown_phoned(self, q: int, who: int) -> Plan:
        """It was not them: the claim stands, and nobody answers for it but the IW Team."""
        request = self.requests[q]
        return (lambda: setattr(request, "disowned", True)) if self._awaits(request, who) else None

    def _awaits(self, request: Request, who: int) -> bool:
        waits = request.awaits_confirmation and not request.disowned
        return waits and self.works(who) and who == request.practitioner

    def answers_by_phone(self, q: int, who: int) -> Plan:
        """What somebody without an account answers to the questions: nothing is decided by it."""
        request = self.requests[q]
        may = self.member(who) and request.practitioner is None
        waits = request.stands and request.state != "proposed"
        return (lambda: None) if may and waits else None

    def needed_by_phone(self, q: int, who: int) -> Plan:
        """The same, with their answer to what the reviews ask."""
        return self.answers_by_phone(q, who) and self.still_needed(q, who)

    def not_needed_by_phone(self, q: int, who: int) -> Plan:
        return self.answers_by_phone(q, who) and self.no_longer_needed(q, who)

    def phone_back(self, q: int, who: int) -> Plan:
        """About *another reason*: once, while it stands."""
        request = self.requests[q]
        waits = request.other and request.stands and request.phoned_back_by is None
        if not self.member(who) or not waits:
            return None
        return lambda: setattr(request, "phoned_back_by", who)
