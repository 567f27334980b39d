"""Who may do what to a record or a hold: one function per question.

What an unshield still needs, and who may confirm it, is in shielding/unshield/policies.py.
"""

from datetime import datetime

from django.conf import settings
from django.db.models import Q

from shielding.accounts.models import User
from shielding.accounts.policies import may_be_second_person
from shielding.records import states
from shielding.records.models import Hold, Record


def may_administer(user: User) -> bool:
    """Return whether the person acts for the IW Team (process document, step 4)."""
    return user.is_active and user.is_iw


def may_apply(user: User, hold: Hold) -> bool:
    """Return whether the person may attest that the record is shielded for this hold."""
    return may_administer(user) and hold.is_standing and hold.applied_at is None


def was_being_unshielded(record: Record) -> bool:
    """Return whether a record waits again that was shielded before in this episode.

    It may have been opened on the system: whoever attests looks, and says what they found.
    """
    return record.state == states.TO_SHIELD and record.applied_at is not None


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
    return (
        may_administer(user)
        and was_being_unshielded(record)
        and not record.holds.standing().exists()
    )


def may_speak_for(user: User, hold: Hold) -> bool:
    """Return whether the person may answer for a hold: its source, or IW on their word."""
    own = user.is_active and user.is_practitioner and hold.source_id == user.pk
    return own or may_administer(user)


def may_say_family(user: User, hold: Hold) -> bool:
    """Return whether the person may say, of a hold that was let go, that the family was told.

    A hold that ended with its record asks for no such word.
    """
    let_go = not hold.is_standing and hold.released_how != Hold.Release.ENDED
    return let_go and not hold.family and may_speak_for(user, hold)


def released_by(record: Record) -> set[int]:
    """Return the ids of the members who recorded a release of this episode, alone or as a pair."""
    by_team = Q(released_how__in=[Hold.Release.ON_WORD, Hold.Release.NOT_AGREED])
    pairs = record.holds.filter(by_team, episode=record.episode)
    ids = {pk for pair in pairs.values_list("released_by", "release_proposed_by") for pk in pair}
    return ids - {None}


def seconds(record: Record, now: datetime, *, beginner: User | None) -> list[User]:
    """Return the members who could confirm the final unshield if this one begins, or began.

    Here and not with the unshield, because the reminders of reviews ask it too.
    """
    members = User.objects.working().iw_team().order_by("name")
    barred = released_by(record)
    if settings.UNSHIELD_BY_TWO and beginner is not None:
        barred |= {beginner.pk}
    return [one for one in members.exclude(pk__in=barred) if may_be_second_person(one, now)]
