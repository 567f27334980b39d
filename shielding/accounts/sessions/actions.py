"""What a person does with their own sessions, and what becomes of "this was not me"."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from logbook.days import really
from logbook.writing import log_entry
from shielding.accounts.models import User
from shielding.accounts.second_factor import factors
from shielding.accounts.second_factor.models import FactorEnd
from shielding.accounts.sessions import policies
from shielding.accounts.sessions.ending import end_all, end_for_good
from shielding.accounts.sessions.models import NotMe, SignedIn
from shielding.accounts.sessions.session_codes import Found, How
from shielding.notices import told_links
from shielding.notices.kinds import PASSWORD_CHANGED
from shielding.notices.models import Notice
from shielding.web import cells
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


def told_by(token: str) -> Notice | None:
    """Return the word of a changed password that a mailed link stands for, or nothing: forged,
    torn and too old are the same.
    """
    reference = told_links.reference_of(PASSWORD_CHANGED, token)
    told = Notice.objects.filter(kind=PASSWORD_CHANGED, subject=reference)
    return told.select_related("recipient").first()


def say_not_me(*, link: str = "", by: User, now: datetime) -> None:
    """Say of one's own account that somebody else used it; the IW Team phones the person.

    Ends every session, each link that was mailed before, and all apps, keys and recovery codes: a
    thief may have added one. Others are set up once the person was phoned. From the page, where
    who says it is signed in, the next password-holder must choose another. By the link of the mail
    about a changed password (`link`), which counts once, the password ends: it may be a thief's.
    Needs no working account. The leads and the duty mailboxes are told by the clock, at once.
    """
    with transaction.atomic():
        person = User.objects.locked(by.pk)[by.pk]
        if link and NotMe.objects.filter(link=link).exists():
            return
        if link:
            person.set_unusable_password()
        person.must_change_password = not link
        end_for_good(person, How.NOT_ME, now=really(now))
        person.save(update_fields=["password", "must_change_password", "sessions_from"])
        factors.end_all(person, FactorEnd.OWN, by=person, now=now)
        said = NotMe.objects.create(person=person, said_at=now, link=link)
        how = "link" if link else "page"
        log_entry("not_me_said", by=by, at=now, reference=said.reference, how=how)


def settle_not_me(not_me: NotMe, *, phoned: bool, found: str, by: User, now: datetime) -> None:
    """Say, after a call to the person, what there was to it; nobody is told of it any more.

    Changes nothing of the account: its page suspends it, or sends a new invitation. Refuses whom
    `may_settle` refuses, without the call, and what is settled.
    """
    with transaction.atomic():
        waiting = NotMe.objects.select_for_update(of=("self",)).with_people()
        not_me = waiting.get(pk=not_me.pk)
        by.refresh_from_db(fields=["is_active", "role"])
        if not_me.settled_at is not None:
            done = cells.moment(not_me.settled_at, not_me.settled_by)
            raise WrongState("settled", f"This was settled already: {done}.")
        if not policies.may_settle(by, not_me, now):
            raise NotAllowed("second_person", "Another member must settle this, not you.")
        if not phoned or found not in Found.values:
            raise WrongState("not_phoned", "Phone them on a number from the directory first.")
        not_me.settled_at, not_me.settled_by, not_me.found = now, by, found
        not_me.save(update_fields=["settled_at", "settled_by", "found"])
        log_entry(
            "not_me_settled",
            by=by,
            at=now,
            reference=not_me.reference,
            person=not_me.person.uid,
            found=found,
        )
