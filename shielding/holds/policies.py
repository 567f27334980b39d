"""Who could be the source of a hold, and who may attest a word: one function per question."""

from datetime import datetime

from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Coalesce

from shielding.accounts.bulk.models import FileImport
from shielding.accounts.history import (
    HANDLING,
    LATELY,
    AccountChange,
    Change,
    PastManager,
    is_vouched_for,
    last_moved,
    phone_last_set,
)
from shielding.accounts.models import User
from shielding.accounts.second_person import (
    is_one_with,
    may_be_second_person,
    outside,
    seconds_after,
    who_count_as_one,
    who_may_be_second,
    with_who_count_as_one,
)
from shielding.filled import filled
from shielding.holds.hand_over.models import HandedOverHold, HandedOverHoldQuerySet
from shielding.records import letting_go_to_attest
from shielding.records.letting_go_codes import BY_SOURCE
from shielding.records.models import Hold, HoldQuerySet
from shielding.records.policies import may_administer
from shielding.web.paging import NOTHING

NOT_PHONED = (
    "Your account is new. Before it can withdraw a request, the IW Team phones you once on a "
    "number from the directory. Your request stands meanwhile."
)
READDRESSED = (
    "The email address of your account was changed. For three working days after that it withdraws "
    "no request, and your request stands meanwhile. Phone the IW Team if it cannot wait."
)
NOT_ENTERED = (
    "This request was taken over from a list. Nothing was changed, and it stands. If it is not "
    "yours, or is about another child, phone the IW Team and give them its reference."
)
NOT_ENTERED_HERE = (
    "This request was taken over from a file, and stands. If it is not its practitioner’s, or they "
    "meant another child, hand it over to whose it is. They ask for the right record in a request "
    "of its own."
)
OWN_NUMBER = (
    "You, or somebody who counts as one with you, set the work phone number by which the IW Team "
    "makes sure of them, or that of their line manager, or chose that line manager or took one "
    "away, or moved them to another service, within the last 28 days: another member records "
    "their word."
)
NUMBER_NOT_READ = (
    "This request was taken over from a file: its practitioner may mean another child. Ask them to "
    "read the record number to you, and record what they say only if it is that of this record."
)
# Of one request alone, and not given back since: `Hold.is_handed_over_alone`.
_ALONE = Q(hand_over__only__isnull=False, given_back_at=None)


def why_not_yet(by: User) -> str:
    """Return why an account lets go of nothing yet, in words for its person."""
    return READDRESSED if is_vouched_for(by) else NOT_PHONED


def asks_which_record(by: User, hold: Hold) -> bool:
    """Return whether a word that lets go is taken only from whoever reads the record number aloud.

    Where a member records it, of what was taken over from a file: its source was never shown the
    number. What the source does on their own page waits for such a call.
    """
    return by.is_iw and hold.imported_at is not None


def could_be_the_source(holds: HoldQuerySet) -> set[int]:
    """Return the ids of the members who could be the source of one of these holds themself.

    Whoever, after a hold was placed, made, let be used again, renamed or re-addressed the account
    that let go of it, or on whose word another member recorded it; whoever proposed handing one of
    them over; and whoever recorded the word of a source without an account. And who counts as one
    with any of these, from 28 days before the release on. Whoever moved somebody along with their
    holds counts, for 28 days, as one who proposed any hand-over of them. Of a hold that was taken
    over from a file also whoever proposed that file, and who did any of this with the account
    whenever it was: the file chose its source, and the minute of the import says nothing of when.
    But not who proposed that file while the hold, handed over alone, is somebody else's than it
    named: they took no part in that, and a team of three had too few left. Who confirmed a
    hand-over is none of them: the ordinary leaver must not stop a team of three.
    """
    handed = HandedOverHold.objects.filter(hold__in=holds).select_related("hold")
    steps = [(one.proposed_by_id, one.hold.released_at or one.at) for one in handed]
    moves = AccountChange.objects.filter(_moved_along(handed.filter(hand_over__isnull=False)))
    steps += [(by, at) for by, at in moves.values_list("by", "at") if by is not None]
    people = ("source", "released_by", "file_import")
    for hold in holds.filter(released_how__in=BY_SOURCE).select_related(*people):
        at = filled(hold.released_at)
        if hold.word_to_attest:
            steps.append((filled(hold.released_by).pk, at))
        if hold.source is not None:
            changes = AccountChange.objects.of(hold.source)
            if hold.file_import is None:
                changes = changes.handling_since(hold.placed_at)
            steps += [(by, at) for by in changes.handlers()]
        if hold.file_import is not None and not hold.is_handed_over_alone:
            steps.append((hold.file_import.proposed_by_id, at))
    return who_count_as_one(steps)


def _moved_along(handed: HandedOverHoldQuerySet) -> Q:
    """Return which account changes are a move of whoever had one of these holds before it was
    handed over, with that hold, within the 28 days before that was proposed.
    """
    of_them = handed.filter(
        hand_over__person=OuterRef("person"),
        hand_over__proposed_at__gte=OuterRef("at"),
        hand_over__proposed_at__lt=OuterRef("at") + LATELY,
    )
    # The minute of an import says nothing of when it was asked for.
    of_them = of_them.filter(
        Q(hold__file_import__isnull=False) | Q(hold__placed_at__lte=OuterRef("at"))
    )
    return Q(Exists(of_them.order_by()), change=Change.MOVED)


def could_be_the_source_of(user: int | str, record: str | OuterRef, episode: str | OuterRef) -> Q:
    """Return for which records and episodes a member could be the source: `could_be_the_source`, as
    a query. A text names a column of the row.
    """
    holds = Hold.objects.filter(record=outside(record), episode=outside(episode))
    return Q(Exists(holds.filter(_could_be_its_source(outside(user)))))


def _could_be_its_source(user: int | OuterRef) -> Q:
    """Return the same of one hold each."""
    them, at = outside(user), OuterRef("released_at")
    handed = HandedOverHold.objects.filter(hold=OuterRef("pk"))
    handed = handed.alias(since=Coalesce("hold__released_at", "at"))
    handed = handed.filter(is_one_with(them, "proposed_by", "since"))
    handled = AccountChange.objects.filter(
        is_one_with(them, "by", at), person=OuterRef("source"), change__in=HANDLING
    )
    after = handled.filter(at__gt=OuterRef("placed_at"))
    from_file = FileImport.objects.filter(
        is_one_with(them, "proposed_by", at), pk=OuterRef("file_import")
    )
    alone = HandedOverHold.objects.filter(_ALONE, hold=OuterRef("pk"))
    of_file = ~Exists(alone) & Exists(from_file)
    taken_over = Q(imported_at__isnull=False) & (Exists(handled) | of_file)
    moves = AccountChange.objects.filter(
        _moved_along(HandedOverHold.objects.filter(hold=OuterRef(OuterRef("pk")))),
        is_one_with(them, "by", "at"),
    )
    recorded = Q(word_to_attest=True) & is_one_with(user, "released_by", "released_at")
    by_source = Q(released_how__in=BY_SOURCE) & (recorded | Exists(after) | taken_over)
    return Q(Exists(handed) | by_source) | Q(Exists(moves))


def to_attest_by(user: User, now: datetime) -> Q:
    """Return which releases that wait for a call are this member's to do: they may attest one, or
    nobody may, and each reads so on its page. As a query: `attesters`.
    """
    if not may_administer(user):
        return NOTHING
    barred = Hold.objects.filter(_attests_nothing(OuterRef("pk")), pk=OuterRef(OuterRef("pk")))
    others = who_may_be_second(now).exclude(Q(Exists(barred)))
    dialled = _set_its_number("released_by")
    nobody = dialled | ~Q(Exists(others))
    own = ~dialled & ~_attests_nothing(user.pk)
    return nobody | own if may_be_second_person(user, now) else nobody


def _attests_nothing(user: int | OuterRef) -> Q:
    """Return on which releases a member attests no call, as a query: they recorded it, set the
    number that is dialled, or could be the source, or count as one with who did.
    """
    recorded = is_one_with(user, "released_by", "released_at")
    return recorded | _set_its_number(user) | _could_be_its_source(user)


def may_attest_word(user: User, hold: Hold, now: datetime) -> bool:
    """Return whether the member may attest, by a call, that a source let go, where one is owed.

    `attesters`, of one that waits.
    """
    return (
        may_administer(user)
        and letting_go_to_attest.owed_for(hold) != ""
        and user.pk in {one.pk for one in attesters(hold, now)}
    )


def attesters(hold: Hold, now: datetime) -> list[User]:
    """Return who may attest a call about a release: not who recorded it, nor who counts as one with
    them, nor could be the source, nor newly granted their role.

    Nor who set the number that is dialled, or counts as one with them; and nobody where that was
    who recorded it. The names go on its page.
    """
    first, at = filled(hold.released_by_id), filled(hold.released_at)
    dialled = who_set_number(hold, now)
    if first in dialled:
        return []
    barred = dialled | could_be_the_source(Hold.objects.filter(pk=hold.pk))
    return [one for one in seconds_after(first, at=at, now=now) if one.pk not in barred]


def who_set_number(hold: Hold, now: datetime) -> set[int]:
    """Return the ids of who lately set the number by which somebody makes sure of a source's word.

    That is the source's own, and their line manager's: who is phoned where they are gone. Or who
    put another line manager in the place of one before, or nobody; of a first one nothing tells who
    chose them. Or who moved them to the service where they are, which may answer for them. And who
    counts as one with these. Lately: from 28 days before the release on, or before now where it is
    not recorded yet.
    """
    if hold.source is None:
        return set()
    return who_set_number_of(hold.source, since=(hold.released_at or now) - LATELY)


def who_set_number_of(person: User, *, since: datetime) -> set[int]:
    """Return the same of one person, counted from a moment on."""
    people = [one for one in (person, person.line_manager) if one is not None]
    set_last = [one for one in map(phone_last_set, people) if one is not None]
    if moved := last_moved(person):
        set_last.append(moved)
    ids = {one.by_id for one in set_last if one.by_id and one.at > since}
    chosen = PastManager.objects.of(person).since(since).first()
    if chosen is not None:
        ids.add(chosen.ended_by_id)
    return with_who_count_as_one(ids, since=since) if ids else ids


def _set_its_number(user: int | str | OuterRef) -> Q:
    """Return on which releases a member is, or counts as one with, who lately set the number of the
    source or their line manager, or chose that one, or moved the source: `who_set_number`, as a
    query. A text names a column of the row.
    """
    return set_number_of(outside(user), OuterRef("source"), OuterRef("released_at"))


def set_number_of(them: int | OuterRef, person: OuterRef, at: OuterRef) -> Q:
    """Return whether a member is, or counts as one with, who set the number of somebody or of their
    line manager, chose that one or took one away, or moved them, from 28 days before a moment on:
    `who_set_number_of`. All three as a query inside the one that asks calls them.
    """
    later = Q(at__gt=OuterRef("at")) | Q(at=OuterRef("at"), pk__gt=OuterRef("pk"))
    same = AccountChange.objects.filter(person=OuterRef("person"), change=OuterRef("change"))
    dialled = Q(Q(person=person) | Q(person__staff=person), change=Change.PHONE_SET)
    moved = Q(person=person, change=Change.MOVED)
    changes = AccountChange.objects.filter(dialled | moved, at__gt=at - LATELY)
    changes = changes.exclude(Exists(same.filter(later)))
    ended_later = Q(ended_at__gt=OuterRef("ended_at")) | Q(
        ended_at=OuterRef("ended_at"), pk__gt=OuterRef("pk")
    )
    managers = PastManager.objects.filter(person=OuterRef("person"))
    before = PastManager.objects.filter(person=person, ended_at__gt=at - LATELY)
    before = before.exclude(Exists(managers.filter(ended_later)))
    return Q(Exists(changes.filter(is_one_with(them, "by", at)))) | Q(
        Exists(before.filter(is_one_with(them, "ended_by", at)))
    )
