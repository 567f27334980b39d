"""What a final unshield still needs, and who may propose and confirm it or another end."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import Q

from shielding import clock
from shielding.accounts.history import AccountChange
from shielding.accounts.models import User
from shielding.accounts.policies import may_be_second_person
from shielding.filled import filled
from shielding.holds.models import HandedOverHold
from shielding.records import states
from shielding.records.models import Hold, Record
from shielding.records.policies import may_administer

COULD_BE_THE_SOURCE = (
    "You made the account that let go, let it be used again, proposed the hand-over, or recorded "
    "the word of somebody without an account: two other members unshield this record."
)
TWO_LACKING = (
    "Fewer than two members may unshield this record: whoever made the account that let go, let it "
    "be used again, proposed the hand-over, or recorded the word of somebody without an account, "
    "takes no step. A newly granted member may, 24 hours "
    "after the role was confirmed. The IW lead is told."
)
_BY_SOURCE = (Hold.Release.SOURCE, Hold.Release.ON_WORD)


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
    unattested = [hold.reference for hold in holds if hold.word_is_owed]
    if unattested:
        whose = ", ".join(unattested)
        missing.append(
            Missing("word", f"No other member attested by a call that they let go: {whose}.")
        )
    if wrong := disputed(record):
        words = f"Said to be wrong, and to be settled first: hand-over {', '.join(wrong)}."
        missing.append(Missing("disputed", words))
    return missing + _members_missing(record, by, now)


def _members_missing(record: Record, by: User, now: datetime) -> list[Missing]:
    """Return what keeps these two members from it: this one, or whoever could confirm."""
    barred = could_be_the_source(record)
    if _two_are_lacking(record, now, barred):
        return [Missing("two_lacking", TWO_LACKING)]
    if by.pk in barred:
        return [Missing("could_be_the_source", COULD_BE_THE_SOURCE)]
    if not _seconds(record, now, by, barred):
        return [Missing("nobody_second", "Nobody in the IW Team could confirm after you began.")]
    return []


def could_be_the_source(record: Record) -> set[int]:
    """Return the ids of the members who could be the source themself, and take neither step.

    Whoever, after a hold was placed, made, let be used again or proposed re-addressing the account
    that let go of it, or on whose word another member recorded it; whoever proposed handing one of
    this episode's holds over; and whoever recorded the word of a source without an account. Who
    confirmed a hand-over is none of them: the ordinary leaver must not stop a team of three.
    """
    holds = record.holds.filter(episode=record.episode)
    handed = HandedOverHold.objects.filter(hold__in=holds)
    ids = set(handed.values_list("proposed_by", flat=True))
    for hold in holds.filter(released_how__in=_BY_SOURCE).select_related("source", "released_by"):
        if hold.word_to_attest:
            ids.add(filled(hold.released_by).pk)
        if hold.source is not None:
            changes = AccountChange.objects.of(hold.source)
            ids |= changes.handling_since(hold.placed_at).handlers()
    return ids


def disputed(record: Record) -> list[str]:
    """Return the references of the hand-overs of this record that are said to be wrong."""
    of_record = HandedOverHold.objects.of_record(record).disputed()
    return sorted(set(of_record.values_list("hand_over__reference", flat=True)))


def two_are_lacking(record: Record, now: datetime) -> bool:
    """Return whether fewer than two could unshield, for what members did with its sources."""
    return _two_are_lacking(record, now, could_be_the_source(record))


def _two_are_lacking(record: Record, now: datetime, barred: set[int]) -> bool:
    if not barred:
        return False
    free = User.objects.working().iw_team().exclude(pk__in=barred)
    return not any(_seconds(record, now, one, barred) for one in free)


def released_by(record: Record) -> set[int]:
    """Return the ids of the members who recorded a release of this episode, alone or as a pair, or
    attested that somebody without an account let go.
    """
    by_team = Q(released_how__in=[Hold.Release.ON_WORD, Hold.Release.NOT_AGREED])
    pairs = record.holds.filter(by_team, episode=record.episode)
    columns = ("released_by", "release_proposed_by", "word_attested_by")
    ids = {pk for pair in pairs.values_list(*columns) for pk in pair}
    return ids - {None}


def seconds(record: Record, now: datetime, *, beginner: User | None) -> list[User]:
    """Return the members who could confirm the final unshield if this one begins, or began.

    Nobody where the one who began could be the source: their step counts for nothing.
    """
    return _seconds(record, now, beginner, could_be_the_source(record))


def _seconds(record: Record, now: datetime, beginner: User | None, barred: set[int]) -> list[User]:
    if beginner is not None and beginner.pk in barred:
        return []
    barred = barred | released_by(record)
    if settings.UNSHIELD_BY_TWO and beginner is not None:
        barred |= {beginner.pk}
    members = User.objects.working().iw_team().order_by("name").exclude(pk__in=barred)
    return [one for one in members if may_be_second_person(one, now)]


def may_confirm_unshield(user: User, record: Record, now: datetime) -> bool:
    """Return whether the member may confirm: not who began, nor who recorded a release, nor
    whoever could be the source.

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
