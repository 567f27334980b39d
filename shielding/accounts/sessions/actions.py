"""What a person does with their own sessions in other browsers."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from logbook.days import really
from logbook.writing import log_entry
from shielding.accounts.models import User
from shielding.accounts.sessions.ending import end_all
from shielding.accounts.sessions.models import SignedIn
from shielding.accounts.sessions.session_codes import How
from shielding.web.refusals import NotAllowed, WrongState


def end_one(session: SignedIn, *, here: UUID | None, by: User, now: datetime) -> None:
    """End one of one's own sessions, in another browser than this one (`here`).

    Its next request is nobody's. Refuses somebody else's, and this very one: for that there is the
    button to sign out. One that is over already stays as it ended.
    """
    with transaction.atomic():
        session = SignedIn.objects.select_for_update(of=("self",)).get(pk=session.pk)
        if session.person_id != by.pk:
            raise NotAllowed("not_ones_own")
        if session.uid == here:
            raise WrongState("this_one", "This is where you are now: sign out here instead.")
        if session.ended_at is not None:
            return
        session.ended_at, session.ended_how = really(now), How.ELSEWHERE
        session.save(update_fields=["ended_at", "ended_how"])
        log_entry("own_sessions_ended", by=by, at=now, count=1)


def end_others(*, here: UUID | None, by: User, now: datetime) -> int:
    """End all of one's own sessions but this one (`here`); return how many there were.

    When this one began stays as it is: nobody is signed in for longer by it. Links that were mailed
    stay good, or a thief who is signed in could kill each that the owner asks for.
    """
    with transaction.atomic():
        person = User.objects.locked(by.pk)[by.pk]
        count = end_all(person, How.ELSEWHERE, but=here, now=really(now))
        log_entry("own_sessions_ended", by=by, at=now, count=count)
    return count
