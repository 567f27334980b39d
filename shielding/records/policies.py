"""Who may do what to a record, a hold or a review: one function per question."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import Q

from shielding import clock
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


def may_propose_end(user: User, record: Record) -> bool:
    """Return whether the member may propose that the record ended otherwise than by an unshield."""
    return (
        may_administer(user)
        and not record.end_code
        and states.after(record.state, "close") is not None
    )


@dataclass(frozen=True)
class Missing:
    """One thing that keeps a record from being unshielded, in words for the IW Team."""

    code: str
    words: str


def unshield_missing(record: Record, by: User, now: datetime) -> list[Missing]:
    """Return all that keeps this member from beginning the final unshield; nothing if they may.

    Process document, step 9, and the rules of two: the page shows these words instead of a button.
    """
    missing = []
    if record.state != states.SHIELDED:
        missing.append(Missing("not_shielded", "The record is not attested as shielded."))
    if record.end_code:
        missing.append(Missing("end_proposed", "An end is proposed: confirm it or take it back."))
    holds = list(record.holds.filter(episode=record.episode))
    standing = sum(hold.is_standing for hold in holds)
    if standing:
        asks = "1 request stands" if standing == 1 else f"{standing} requests stand"
        missing.append(Missing("holds_stand", f"{asks} for this record."))
    released = [clock.today(hold.released_at) for hold in holds if hold.released_at]
    if released and clock.today(now) < (day := clock.next_working_day(max(released))):
        missing.append(
            Missing("too_soon", f"Not before {day:%-d %B %Y}, the working day after the last left.")
        )
    unspoken = [hold.reference for hold in holds if hold.released_at and not hold.family]
    if unspoken:
        whose = ", ".join(unspoken)
        missing.append(Missing("family", f"Not said yet whether the family was told: {whose}."))
    if not seconds(record, now, beginner=by):
        missing.append(
            Missing("nobody_second", "Nobody in the IW Team could confirm after you began.")
        )
    return missing


def released_by(record: Record) -> set[int]:
    """Return the ids of the members who recorded a release of this episode, alone or as a pair."""
    by_team = Q(released_how__in=[Hold.Release.ON_WORD, Hold.Release.NOT_AGREED])
    pairs = record.holds.filter(by_team, episode=record.episode)
    ids = {pk for pair in pairs.values_list("released_by", "release_proposed_by") for pk in pair}
    return ids - {None}


def seconds(record: Record, now: datetime, *, beginner: User | None) -> list[User]:
    """Return the members who could confirm the final unshield if this one begins, or began."""
    members = User.objects.working().iw_team().order_by("name")
    barred = released_by(record)
    if settings.UNSHIELD_BY_TWO and beginner is not None:
        barred |= {beginner.pk}
    return [one for one in members.exclude(pk__in=barred) if may_be_second_person(one, now)]


def may_confirm_unshield(user: User, record: Record, now: datetime) -> bool:
    """Return whether the member may confirm: not who began, nor who recorded a release.

    Nor after whoever began has left the team: then it is stopped and begun anew.
    """
    began = record.unshield_begun_by
    if began is None or not may_administer(User.objects.get(pk=began.pk)):
        return False
    return may_administer(user) and user.pk in {
        one.pk for one in seconds(record, now, beginner=began)
    }


def may_confirm_end(user: User, record: Record, now: datetime) -> bool:
    """Return whether the member may confirm an end: not who proposed, nor newly granted.

    Nor after whoever proposed has left the team: then it is taken back and proposed anew.
    """
    proposed = record.end_proposed_by
    if proposed is None or not may_administer(User.objects.get(pk=proposed.pk)):
        return False
    return may_administer(user) and user.pk != proposed.pk and may_be_second_person(user, now)
