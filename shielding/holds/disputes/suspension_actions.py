"""Somebody who was told of a suspension says "this is wrong", and a member settles it.

One member could record a source's word and suspend the source, who would never hear. What was let
go since stands again at once, whatever the record's state: whether it did would tell a colleague of
it. Until it is settled no unshield of such a record begins. Process document, step 9, for a source
who never let go.
"""

from datetime import datetime

from django.db import transaction

from logbook.writing import log_entry
from shielding.accounts.models import User
from shielding.accounts.suspending import undo_suspension
from shielding.accounts.suspensions import Suspension, SuspensionTold
from shielding.filled import filled
from shielding.holds import actions
from shielding.holds.disputes import policies
from shielding.holds.disputes.notices import SUSPENSION_DISPUTED
from shielding.holds.hand_over import changing_hands
from shielding.notices import told_links
from shielding.notices.kinds import SUSPENSION
from shielding.notices.notify import notify
from shielding.records import states
from shielding.records.models import Hold, Record
from shielding.records.policies import may_administer
from shielding.reviews.telling import tell_of_change
from shielding.web import cells
from shielding.web.refusals import NotAllowed, WrongState

_Verdict = Suspension.Verdict


def told_by(token: str) -> SuspensionTold | None:
    """Return whom a mailed link stands for, or nobody: forged, torn and too old are the same."""
    reference = told_links.reference_of(SUSPENSION, token)
    return SuspensionTold.objects.select_related("person").filter(reference=reference).first()


def say_wrong(told: SuspensionTold, *, by: User, now: datetime) -> None:
    """Say, as somebody who was told of a suspension, that it is wrong; once for each who was told.

    Needs no working account. What the person had and was let go since (`policies.claims_of`) stands
    again; a record of it that is *unshielding*, or open to all, is *to shield*; none of which they
    are a source can be unshielded until it is settled. The leads are told. Says nothing of all this
    to whoever says it, and does nothing the second time.
    """
    with transaction.atomic():
        suspension = _locked(told.suspension_id)
        told = SuspensionTold.objects.select_for_update().get(pk=told.pk)
        if told.said_wrong_at is not None:
            return
        told.said_wrong_at = now
        told.save(update_fields=["said_wrong_at"])
        log_entry(
            "suspension_disputed",
            by=by,
            at=now,
            reference=suspension.reference,
            person=suspension.person.uid,
            suspended_by=suspension.suspended_by.uid,
        )
        if suspension.is_disputed or suspension.verdict == _Verdict.WRONG:
            return
        suspension.disputed_at, suspension.disputed_by = now, by
        suspension.settled_at = suspension.settled_by = None
        suspension.verdict = ""
        said = ["disputed_at", "disputed_by", "settled_at", "settled_by", "verdict"]
        suspension.save(update_fields=said)
        for record, holds in changing_hands.by_record(policies.claims_of(suspension)):
            _keep_shut(record, holds, suspension, by=by, now=now)
        step = suspension.told.filter(said_wrong_at__isnull=False).count()
        leads = User.objects.working().iw_team().leads_or_else_all()
        notify(SUSPENSION_DISPUTED, suspension.reference, recipients=leads, now=now, step=step)


def settle(
    suspension: Suspension, *, verdict: str, by: User, now: datetime, seen: datetime | None = None
) -> str:
    """Say, of a suspension that is said to be wrong, that it was rightful, or wrong.

    Wrong: the person can sign in again, and what was let go since stands again. Rightful: all stays
    as it is. Refuses who suspended them and everybody else with a part in it, a member while an IW
    lead is free, what is settled, and what was said anew since the page showed what was said
    (`seen`). Returns in words why the account stays as it is although it was wrong; else nothing.
    """
    with transaction.atomic():
        suspension = _locked(suspension.pk)
        by.refresh_from_db(fields=["is_active", "role", "is_lead", "second_person_from"])
        if not may_administer(by):
            raise NotAllowed()
        if not suspension.is_disputed:
            raise WrongState("not_disputed", _not_disputed(suspension))
        if words := policies.why_unseen(suspension, seen):
            raise WrongState("disputed_anew", words)
        if not policies.may_settle_suspension(by, suspension, now):
            raise NotAllowed("second_person", "Another member must settle this, not you.")
        if verdict not in _Verdict.values:
            raise WrongState("no_verdict", "Say whether it was right or wrong.")
        suspension.settled_at, suspension.settled_by, suspension.verdict = now, by, verdict
        suspension.save(update_fields=["settled_at", "settled_by", "verdict"])
        log_entry(
            "suspension_settled",
            by=by,
            at=now,
            reference=suspension.reference,
            person=suspension.person.uid,
            verdict=verdict,
        )
        return _undo(suspension, by=by, now=now) if verdict == _Verdict.WRONG else ""


def _locked(key: int) -> Suspension:
    return Suspension.objects.select_for_update(of=("self",)).with_people().get(pk=key)


def _keep_shut(
    record: Record, holds: list[Hold], suspension: Suspension, *, by: User, now: datetime
) -> None:
    """Stop an unshield that is on its way; let what was let go of stand again, in any state.

    A colleague who has the claim since would read from it whether the record is open.
    """
    if record.state == states.UNSHIELDING:
        actions.cancel_unshield(record, reference=suspension.reference, by=by, now=now)
    for hold in holds:
        if not hold.is_standing:
            _stands_again(hold, by=by, now=now)


def _undo(suspension: Suspension, *, by: User, now: datetime) -> str:
    """Let the person in again, and what was let go since stand again; people before records."""
    why_not = undo_suspension(suspension, by=by, now=now)
    for _record, holds in changing_hands.by_record(policies.let_go_since(suspension)):
        for hold in holds:
            _stands_again(hold, by=by, now=now)
    return why_not


def _stands_again(hold: Hold, *, by: User, now: datetime) -> None:
    """Let a claim stand again for its source; their request, which a hand-over may have moved with
    nothing left of it but its review, is theirs again too.
    """
    source = filled(hold.source)
    actions.stand_again(hold, source=source, by=by, now=now)
    changing_hands.follow(hold, source, by=by, now=now)
    tell_of_change(hold.reference, source, now=now)


def _not_disputed(suspension: Suspension) -> str:
    if suspension.settled_at is None:
        return "Nobody says that this suspension is wrong."
    done = cells.moment(suspension.settled_at, suspension.settled_by)
    return f"This was settled already: {done}."
