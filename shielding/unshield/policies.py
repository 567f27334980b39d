"""What a final unshield still needs, and who may propose and confirm it or another end."""

from dataclasses import dataclass
from datetime import datetime

from shielding import clock
from shielding.accounts.models import User
from shielding.accounts.policies import may_be_second_person
from shielding.records import states
from shielding.records.models import Record
from shielding.records.policies import may_administer, seconds


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


def may_propose_end(user: User, record: Record) -> bool:
    """Return whether the member may propose that the record ended otherwise than by an unshield."""
    return (
        may_administer(user)
        and not record.end_code
        and states.after(record.state, "close") is not None
    )


def may_confirm_end(user: User, record: Record, now: datetime) -> bool:
    """Return whether the member may confirm an end: not who proposed, nor newly granted.

    Nor after whoever proposed has left the team: then it is taken back and proposed anew.
    """
    proposed = record.end_proposed_by
    if proposed is None or not may_administer(User.objects.get(pk=proposed.pk)):
        return False
    return may_administer(user) and user.pk != proposed.pk and may_be_second_person(user, now)
