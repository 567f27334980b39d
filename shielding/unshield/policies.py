"""What a final unshield still needs, and who may propose and confirm it or another end."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, Q, QuerySet

from logbook.days import start_of
from shielding import clock
from shielding.accounts.history import LATELY, handled_since
from shielding.accounts.models import User
from shielding.accounts.second_person import (
    barred_after,
    fallen_away,
    is_one_with,
    may_be_second_after,
    may_be_second_person,
    outside,
    seconds_after,
    somebody_after,
    still_counts,
    who_count_as_one,
    who_may_be_second,
    with_who_count_as_one,
)
from shielding.checks.actions import SHIELDED, Found
from shielding.checks.finding_codes import IS_SHIELDED, Finding
from shielding.filled import filled
from shielding.holds import policies as hold_policies
from shielding.holds.disputes import policies as dispute_policies
from shielding.records import letting_go_to_attest, states
from shielding.records.end_codes import MOVED_AWAY
from shielding.records.letting_go_codes import Release
from shielding.records.letting_go_to_attest import Owing
from shielding.records.models import Hold, LastReleased, Record, RecordQuerySet
from shielding.records.policies import may_administer
from shielding.roles import Role
from shielding.web import cells
from shielding.web.paging import NOTHING

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

FOUND_SHIELDED = (
    "You found the record shielded, although nobody attested it: another member looks, and says "
    "whether it is open or not there. Tell an IW lead."
)
COULD_BE_THE_SOURCE = (
    "You, or somebody who counts as one with you, made the account that withdrew, let it be used "
    "again, renamed it, proposed the hand-over or had moved the practitioner shortly before it, "
    "proposed the file from which the request was taken over, or recorded the word of somebody "
    "without an account: others unshield this record. Two members count as one if one made the "
    "other’s account, let it be used again, renamed it, or proposed or confirmed its role, at any "
    "time since 28 days before the practitioner withdrew."
)
TWO_LACKING = (
    "Too few members may unshield this record: whoever made the account that withdrew, let it be "
    "used again, renamed it, proposed the hand-over or had moved the practitioner shortly before "
    "it, proposed the file from which the request was taken over, or recorded the word of somebody "
    "without an account, takes no step; whoever recorded that a practitioner withdrew does not "
    "confirm; and for 28 days nobody takes a step together with, or in the place of, whoever made "
    "their account, let it be used again, renamed it, or proposed or confirmed their role, or for "
    "whom they did so. A newly granted member may, 24 hours after the role was confirmed, where "
    "nobody concerned did any of this for them. The IW lead is told."
)
# Releases in which a member took a step.
_BY_THE_TEAM = Q(released_how__in=[Release.ON_WORD, Release.NOT_AGREED]) | Q(
    word_attested_by__isnull=False
)
# Why a word is owed, as what is missing says it.
_OWED = {
    letting_go_to_attest.WITHOUT_ACCOUNT: "No other member attested by a call that they withdrew",
    letting_go_to_attest.SUSPENDED: "The account that withdrew was suspended about then, and no "
    "member attested by a call that they withdrew",
    letting_go_to_attest.UNHEARD: "Who recorded that they withdrew suspended their account, and no "
    "other member attested by a call that they withdrew",
    letting_go_to_attest.READDRESSED: "The email address of the account that withdrew was changed "
    "about then, and no member attested by a call that they withdrew",
    letting_go_to_attest.TAKEN_OVER: "Taken over from a file, and no other member made sure by a "
    "call which child they meant",
}


@dataclass(frozen=True)
class Missing:
    """One thing that keeps a record from being unshielded, in words for the IW Team."""

    code: str
    words: str


class Released(LastReleased):
    """What `with_releases` adds to a record."""

    word_owed: bool
    incomplete: bool


def with_releases(records: RecordQuerySet) -> "QuerySet[WithAnnotations[Record, Released]]":
    """Return the records with their last release, whether one of theirs waits for a call, and
    whether anything of the record itself keeps it from being unshielded: `unshield_missing`, but
    for the waiting day and for who may.
    """
    waits = Exists(letting_go_to_attest.to_attest().filter(record=OuterRef("pk")))
    of_this_episode = Hold.objects.filter(record=OuterRef("pk"), episode=OuterRef("episode"))
    unspoken = Exists(of_this_episode.filter(released_at__isnull=False, family=""))
    lacking = waits | unspoken | ~Q(end_code="") | dispute_policies.in_dispute()
    return records.with_last_release().annotate(
        word_owed=waits, incomplete=ExpressionWrapper(lacking, BooleanField())
    )


def unshield_missing(record: Record, by: User, now: datetime) -> list[Missing]:
    """Return all that keeps this member from beginning the final unshield; nothing if they may.

    Process document, step 9, and the rules of two: the page shows these words instead of a button.
    """
    missing = []
    if record.state != states.SHIELDED:
        missing.append(Missing("not_shielded", "The record is not attested as shielded."))
    if record.end_code:
        missing.append(Missing("end_proposed", "An end is proposed: confirm it or take it back."))
    holds = list(_of_this_episode(record))
    standing = sum(hold.is_standing for hold in holds)
    if standing:
        asks = "1 request still stands" if standing == 1 else f"{standing} requests still stand"
        missing.append(Missing("holds_stand", f"{asks} for this record."))
    released = [clock.today(hold.released_at) for hold in holds if hold.released_at]
    if released and clock.today(now) < (day := clock.next_working_day(max(released))):
        soon = f"It is too soon: not before {day:%-d %B %Y}, the working day after the last request"
        missing.append(Missing("too_soon", f"{soon} ended."))
    unspoken = [hold.reference for hold in holds if hold.released_at and not hold.family]
    if unspoken:
        whose = ", ".join(unspoken)
        missing.append(Missing("family", f"Not said yet whether the family was told: {whose}."))
    missing += [Missing("word", words) for words in _words_owed(holds)]
    if words := disputed(record):
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

    With who counts as one with them.
    """
    return hold_policies.could_be_the_source(record.holds.filter(episode=record.episode))


def day_has_come(now: datetime) -> Q:
    """Return of which records the last release is a working day ago, as a query.

    Until then nobody begins to unshield them.
    """
    day = start_of(clock.act_by(clock.today(now)))
    lately = Hold.objects.filter(record=OuterRef("pk"), episode=OuterRef("episode"))
    return ~Q(Exists(lately.filter(released_at__gte=day)))


def to_begin_by(user: User) -> Q:
    """Return which records nobody asks for this member may begin to unshield, as a query: not where
    they could be the source. Where everybody could, each one's: an IW lead looks into it.
    """
    if not may_administer(user):
        return NOTHING
    record, episode = OuterRef("pk"), OuterRef("episode")
    could = hold_policies.could_be_the_source_of("pk", record, episode)
    others = User.objects.working().iw_team().exclude(could)
    own = hold_policies.could_be_the_source_of(user.pk, "pk", "episode")
    return ~own | ~Q(Exists(others))


def let_go_alone(user: User, record: Record) -> bool:
    """Return whether the member could have let this record go and be the one who drops it.

    Whoever could be the source, or recorded on their word that they let go, does not attest that it
    was never applied: that takes nobody else. Nor does who counts as one with them.
    """
    on_word = record.holds.filter(episode=record.episode, released_how=Release.ON_WORD)
    recorded = [(filled(hold.released_by_id), filled(hold.released_at)) for hold in on_word]
    return user.pk in who_count_as_one(recorded) | could_be_the_source(record)


def found_it_shielded(user: User, record: Record) -> bool:
    """Return whether the member looked in this episode and found that the record is shielded.

    Nobody attested it: another member says *never applied*, so that it takes two to open it.
    """
    looks = record.checks.filter(by=user, finding__in=IS_SHIELDED)
    return looks.filter(at__gte=filled(record.episode_started_at)).exists()


def words_owed(record: Record) -> list[str]:
    """Return which releases of this episode wait for a member's call, a sentence for each reason.

    Asked when an unshield begins and again when it is confirmed: an account may have been
    suspended, or the call's member have left, in between.
    """
    return _words_owed(_of_this_episode(record))


def _of_this_episode(record: Record) -> "QuerySet[WithAnnotations[Hold, Owing]]":
    return letting_go_to_attest.with_word_owed(record.holds.filter(episode=record.episode))


def _words_owed(holds: "Iterable[WithAnnotations[Hold, Owing]]") -> list[str]:
    owed = {why: [one.reference for one in holds if one.word_owed == why] for why in _OWED}
    return [f"{_OWED[why]}: {', '.join(whose)}." for why, whose in owed.items() if whose]


def disputed(record: Record) -> str:
    """Return which hand-overs of this record, and suspensions of its sources, are said to be wrong.

    In words; empty for none. Until each is settled the record neither opens nor ends: a source may
    not have let go.
    """
    wrong = [f"{what} {reference}" for what, reference in dispute_policies.disputed(record)]
    return f"Said to be wrong, and to be settled first: {', '.join(wrong)}." if wrong else ""


def two_are_lacking(record: Record, now: datetime) -> bool:
    """Return whether fewer than two could unshield, for what members did with its sources."""
    return _two_are_lacking(record, now, could_be_the_source(record))


def _two_are_lacking(record: Record, now: datetime, barred: set[int]) -> bool:
    one_with_them = _one_with_who_released(record) - released_by(record)
    if not barred and not one_with_them and not handled_since(now - LATELY):
        return False
    free = User.objects.working().iw_team().exclude(pk__in=barred)
    return not any(_seconds(record, now, one, barred) for one in free)


def released_by(record: Record) -> set[int]:
    """Return the ids of the members who recorded a release of this episode, alone or as a pair, or
    attested that a source let go.
    """
    return {by for by, _ in _steps_of_releases(record)}


def _one_with_who_released(record: Record) -> set[int]:
    """Return them, and who counts as one with them from 28 days before the release on."""
    return who_count_as_one(_steps_of_releases(record))


def _steps_of_releases(record: Record) -> list[tuple[int, datetime]]:
    """Return who recorded, proposed or attested a release of this episode, and when that was."""
    holds = record.holds.filter(_BY_THE_TEAM, episode=record.episode)
    return [
        (by, filled(hold.released_at))
        for hold in holds
        for by in (hold.released_by_id, hold.release_proposed_by_id, hold.word_attested_by_id)
        if by is not None
    ]


def seconds(record: Record, now: datetime, *, beginner: User | None) -> list[User]:
    """Return the members who could confirm the final unshield if this one begins, or began.

    Nobody where the one who began could be the source: their step counts for nothing. Nor who
    recorded a release of this episode, nor who counts as one with them or with the one who began:
    one of the two made the other’s account, or gave it its role, lately.
    """
    return _seconds(record, now, beginner, could_be_the_source(record))


def _seconds(record: Record, now: datetime, beginner: User | None, barred: set[int]) -> list[User]:
    if beginner is not None and beginner.pk in barred:
        return []
    barred = barred | _one_with_who_released(record)
    if settings.UNSHIELD_BY_TWO and beginner is not None:
        began_at = record.unshield_begun_at or now
        barred |= with_who_count_as_one({beginner.pk}, since=began_at - LATELY)
    members = User.objects.working().iw_team().order_by("sort_name", "id").exclude(pk__in=barred)
    return [one for one in members if may_be_second_person(one, now)]


def may_confirm_unshield(user: User, record: Record, now: datetime) -> bool:
    """Return whether the member may confirm: not who began or counts as one with them, nor who
    recorded a release or could be the source, nor who counts as one with these.

    Nor once the step of whoever began has fallen away: then a member who looks on the system stops
    it.
    """
    began = record.unshield_begun_by
    if began is None or not beginning_counts(record):
        return False
    return may_administer(user) and user.pk in {
        one.pk for one in seconds(record, now, beginner=began)
    }


def beginning_counts(record: Record) -> bool:
    """Return whether whoever began works in the IW Team, and did all the time since."""
    return still_counts(record.unshield_begun_by_id, Role.IW, since=record.unshield_begun_at)


def to_go_on_with_by(user: User, now: datetime) -> Q:
    """Return which records that are being unshielded are this member's to do: they may confirm, or
    nobody can, and whoever looks stops it. As a query: `may_confirm_unshield`, `nobody_confirms`.
    """
    if not may_administer(user):
        return NOTHING
    began = hold_policies.could_be_the_source_of("unshield_begun_by", "pk", "episode")
    counts = ~fallen_away("unshield_begun", Role.IW) & ~began
    record, episode = OuterRef("pk"), OuterRef("episode")
    others = who_may_be_second(now).exclude(_takes_no_second_step("pk", record, episode))
    own = ~_takes_no_second_step(user.pk, "pk", "episode")
    if settings.UNSHIELD_BY_TWO:
        by, at = OuterRef("unshield_begun_by"), OuterRef("unshield_begun_at")
        others = others.exclude(is_one_with("pk", by, at))
        own &= ~barred_after(user, "unshield_begun")
    nobody = ~counts | ~Q(Exists(others))
    return (counts & own) | nobody if may_be_second_person(user, now) else nobody


def _takes_no_second_step(user: int | str, record: str | OuterRef, episode: str | OuterRef) -> Q:
    """Return for which records and episodes a member confirms no unshield, whoever began: they
    could be the source, or recorded a release, or count as one with who did. As a query; a text
    names a column of the row.
    """
    holds = Hold.objects.filter(_BY_THE_TEAM, record=outside(record), episode=outside(episode))
    them, at = outside(user), "released_at"
    recorded = Q(pk__in=[])
    for step in ("released_by", "release_proposed_by", "word_attested_by"):
        recorded |= is_one_with(them, step, at)
    could = hold_policies.could_be_the_source_of(user, record, episode)
    return could | Q(Exists(holds.filter(recorded)))


def nobody_confirms(record: Record, now: datetime) -> bool:
    """Return whether what was begun can be confirmed by nobody, so that it can only be stopped."""
    began = record.unshield_begun_by
    return not beginning_counts(record) or not seconds(record, now, beginner=began)


def may_propose_end(user: User, record: Record) -> bool:
    """Return whether the member may propose that the record ended otherwise than by an unshield.

    Not while a hand-over of it is said to be wrong.
    """
    can_end = states.after(record.state, "close") is not None and not disputed(record)
    return may_administer(user) and not record.end_code and can_end


def lacks_receipt(record: Record) -> bool:
    """Return whether it was proposed that the child moved away, before a receipt was asked for."""
    return record.end_code == MOVED_AWAY and record.receipt_on is None


def ends_on(found: Found, code: str) -> bool:
    """Return whether a record may end so on what was found: it is shielded and has no duplicate;
    or it is not there any more, as one that was archived or merged, or of somebody who died.
    """
    gone = code != MOVED_AWAY and found.finding == Finding.NOT_FOUND
    return found == SHIELDED or gone


def may_confirm_end(user: User, record: Record, now: datetime) -> bool:
    """Return whether the member may confirm an end: not who proposed or counts as one with them,
    nor newly granted.

    Nor once the proposal has fallen away, or without the receipt of a child who moved away: then it
    is taken back and proposed anew. Nor while a hand-over of the record is said to be wrong.
    """
    first, at = record.end_proposed_by_id, record.end_proposed_at
    if first is None or at is None or not proposed_end_counts(record):
        return False
    if disputed(record) or lacks_receipt(record):
        return False
    return may_administer(user) and may_be_second_after(user, first, at=at, now=now)


def ends_that_wait_for(user: User, now: datetime) -> Q:
    """Return which proposed ends are this member's to do, as a query.

    They confirm one (`may_confirm_end`), or, where nobody can, they take it back: it has fallen
    away, something of the record is in dispute, or every other member is barred.
    """
    if not may_administer(user):
        return NOTHING
    no_receipt = Q(end_code=MOVED_AWAY, receipt_on__isnull=True)
    void = fallen_away("end_proposed", Role.IW) | no_receipt | dispute_policies.in_dispute()
    void |= ~somebody_after("end_proposed", now)
    return void | ~barred_after(user, "end_proposed") if may_be_second_person(user, now) else void


def proposed_end_counts(record: Record) -> bool:
    """Return whether whoever proposed an end works in the IW Team, and did all the time since."""
    return still_counts(record.end_proposed_by_id, Role.IW, since=record.end_proposed_at)


def end_proposed_anew(record: Record, shown: datetime | None) -> str:
    """Return in words that the end that is proposed is not the one that a page showed, if so."""
    if shown is None or record.end_proposed_at == shown:
        return ""
    anew = cells.moment(filled(record.end_proposed_at), record.end_proposed_by)
    return f"What your page showed was taken back, and an end proposed again: {anew}. Look again."


def end_seconds(record: Record, now: datetime) -> list[User]:
    """Return the members who may confirm the end that was proposed. The names go on its page."""
    first, at = filled(record.end_proposed_by_id), filled(record.end_proposed_at)
    return seconds_after(first, at=at, now=now)
