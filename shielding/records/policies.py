"""Who may do what to a record or a hold: one function per question.

What an unshield still needs, and who may confirm it, is in shielding/unshield/policies.py.
"""

from datetime import datetime

from shielding.accounts.history import is_vouched_for, was_readdressed
from shielding.accounts.models import User
from shielding.records import states
from shielding.records.letting_go_codes import Release
from shielding.records.models import Hold, Record


def may_administer(user: User) -> bool:
    """Return whether the person acts for the IW Team (process document, step 4)."""
    return user.is_active and user.is_iw


def may_look_up(user: User) -> bool:
    """Return whether the person may ask for a record by its number, and says why: IW, auditors."""
    return user.is_active and (user.is_iw or user.is_auditor)


def may_apply(user: User, hold: Hold) -> bool:
    """Return whether the person may attest that the record is shielded for this hold."""
    return may_administer(user) and hold.is_standing and hold.applied_at is None


def is_to_check_now(record: Record) -> bool:
    """Return whether a record waits again that was shielded before in this episode.

    It may be open on the system this minute: it comes before every other, and whoever attests
    looks, and says what they found. As a list: `RecordQuerySet.to_check_now`.
    """
    return record.state == states.TO_SHIELD and record.applied_at is not None


def is_new(record: Record) -> bool:
    """Return whether nobody ever asked for this record to be shielded, nor looked at it."""
    return record.episode == 0 and not record.checks.exists()


def may_attest_never_applied(user: User, record: Record, standing: int) -> bool:
    """Return whether "checked: never applied" may end a record's waiting.

    Only while no hold stands and only if nobody attested in this episode that it was applied:
    once applied, the way back is the two-person unshield.
    """
    return (
        may_administer(user)
        and record.state == states.TO_SHIELD
        and record.applied_at is None
        and standing == 0
    )


def may_attest_still_shielded(user: User, record: Record) -> bool:
    """Return whether a record that waits again, for nobody any more, may be attested."""
    return may_administer(user) and is_to_check_now(record) and not record.holds.standing().exists()


def may_check(user: User, record: Record) -> bool:
    """Return whether the person may say what they found of a record: one that is to be shielded."""
    return may_administer(user) and record.state not in states.OPEN_TO_ALL


def is_kept_shielded(record: Record) -> bool:
    """Return whether a record is, or is to be, shielded: somebody asks, or it was attested once.

    Of any other nothing is to be found but that it is open, as it may be.
    """
    if record.state in states.OPEN_TO_ALL:
        return False
    return record.applied_at is not None or record.holds.standing().exists()


def waits_for_team(record: Record) -> bool:
    """Return whether a record by itself waits for the IW Team: that is reason enough to open it.

    It is to be shielded or being unshielded, its end is to be confirmed, or nobody asks for it any
    more. Not that one of its claims is reviewed, or that it is to be checked after a data load:
    that is every record in its turn, and the review and the list lead to it.
    """
    if record.state in (states.TO_SHIELD, states.UNSHIELDING) or record.end_code:
        return record.state != states.CLOSED
    return record.state == states.SHIELDED and not record.holds.standing().exists()


def may_speak_for(user: User, hold: Hold) -> bool:
    """Return whether the person may answer for a hold: its source, or IW on their word."""
    own = user.is_active and user.is_practitioner and hold.source_id == user.pk
    return own or may_administer(user)


def may_let_go(user: User, hold: Hold, now: datetime) -> bool:
    """Return whether the person may let go of a hold: not by a new account that nobody phoned, nor
    by one that has got another email address lately.
    """
    own = is_vouched_for(user) and not was_readdressed(user, now)
    return may_speak_for(user, hold) and (user.is_iw or own)


def may_say_family(user: User, hold: Hold, now: datetime) -> bool:
    """Return whether the person may say, of a hold that was let go, that the family was told.

    A hold that ended with its record asks for no such word. Nor by an account that has got another
    email address lately: an unshield waits for that word.
    """
    let_go = not hold.is_standing and hold.released_how != Release.ENDED
    own = user.is_iw or not was_readdressed(user, now)
    return let_go and not hold.family and may_speak_for(user, hold) and own
