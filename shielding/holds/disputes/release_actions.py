"""A source says on the phone that they did not let go of what was recorded as let go.

Somebody else used their account, or they meant another child, as may who cannot see the number of
a request that was taken over. What was let go stands again: the other answer to the call that a
release waits for would be a false one. Process document, step 8, and the rules of two.
"""

from datetime import datetime

from django.db import transaction

from logbook.writing import log_entry
from shielding.accounts.models import User
from shielding.filled import filled
from shielding.holds import actions
from shielding.holds.disputes import policies
from shielding.holds.disputes.notices import RELEASE_DENIED, who_looks_into
from shielding.holds.hand_over import changing_hands
from shielding.holds.letting_go import LET_GO_ANEW
from shielding.notices.models import Notice
from shielding.notices.notify import notify
from shielding.records import locking, states
from shielding.records.models import Hold
from shielding.records.policies import may_administer
from shielding.reviews.telling import tell_of_change
from shielding.web.refusals import NotAllowed, WrongState


def deny_release(
    hold: Hold, *, phoned: bool, by: User, now: datetime, seen: datetime | None = None
) -> Hold:
    """Let a claim stand again whose source said on a call that they did not let go of it.

    Of a release that waits for a call, or of what was taken over from a file and is not open to all
    yet. An unshield that is on its way is cancelled: somebody looks now. The source and their
    manager are told that something changed; the leads (`notices.who_looks_into`) that somebody may
    have used the account, or recorded a word that nobody gave. Refuses whoever may not
    (`policies.may_deny_release`), without the call, where nothing can be denied, what was let go
    anew since the page showed when (`seen`), and a claim of a service without an account: it asks
    again by a new request. Returns the hold.
    """
    with transaction.atomic():
        hold = _locked_to_deny(hold, phoned=phoned, by=by, now=now, seen=seen)
        source, record = filled(hold.source), hold.record
        hear = who_looks_into({hold.released_by_id, hold.word_attested_by_id})
        log_entry(
            "release_denied",
            by=by,
            at=now,
            reference=hold.reference,
            record_reference=record.reference,
            source=source.uid,
            how=hold.released_how,
            released_by=filled(hold.released_by).uid,
            attested_by=hold.word_attested_by.uid if hold.word_attested_by else "",
        )
        if record.state == states.UNSHIELDING:
            actions.cancel_unshield(record, reference=hold.reference, by=by, now=now)
        actions.stand_again(hold, source=source, by=by, now=now)
        changing_hands.follow(hold, source, by=by, now=now)
        tell_of_change(hold.reference, source, now=now)
        step = Notice.objects.filter(kind=RELEASE_DENIED, subject=hold.reference).count()
        notify(RELEASE_DENIED, hold.reference, recipients=hear, now=now, step=step)
    return hold


def _locked_to_deny(
    hold: Hold, *, phoned: bool, by: User, now: datetime, seen: datetime | None
) -> Hold:
    record = locking.lock_for(hold.record_id, by)
    hold = Hold.objects.select_for_update().get(pk=hold.pk)
    hold.record = record
    if not may_administer(by):
        raise NotAllowed()
    if not policies.can_be_denied(hold):
        raise WrongState("not_to_deny", policies.why_not_denied(hold))
    if seen is not None and hold.released_at != seen:
        raise WrongState("let_go_anew", LET_GO_ANEW)
    if not policies.may_deny_release(by, hold, now):
        raise NotAllowed("second_person", "Another member must record this, not you.")
    if not phoned:
        raise WrongState("not_phoned", "Phone them on a number from the directory first.")
    if hold.source is None:
        raise WrongState("no_account", "The service that phoned asks again with a new request.")
    return hold
