"""Whose letting go another member attests by a call before an unshield counts on it, and why.

Asked of what was done with accounts, not stored in the act of suspending: a suspension locks no
record, one that comes later counts at once, also for an unshield that was begun, and none can be
forgotten. Stored is only that the source had no account when their word was recorded, and the call.
"""

from datetime import timedelta
from typing import TYPE_CHECKING, TypedDict, cast

from django.conf import settings
from django.db.models import Case, CharField, Exists, F, OuterRef, Q, QuerySet, Value, When

from shielding.accounts.history import AccountChange
from shielding.accounts.second_person import fallen_away
from shielding.records import states
from shielding.records.letting_go_codes import BY_SOURCE, Release
from shielding.records.models import Hold, HoldQuerySet, Record
from shielding.roles import Role

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

WITHOUT_ACCOUNT, SUSPENDED, UNHEARD = "without_account", "suspended", "unheard"
READDRESSED, TAKEN_OVER = "readdressed", "taken_over"
# Why a release waits, in words for the IW Team.
WHY = {
    WITHOUT_ACCOUNT: "One member recorded it, on the word of a practitioner without a working "
    "account.",
    SUSPENDED: "The account that withdrew was suspended within 28 days after it, or in the three "
    "days before it.",
    UNHEARD: "One member recorded it, on their word, and suspended their account within 28 days "
    "after it: they may not have heard of it.",
    READDRESSED: "The email address of the account that withdrew was changed within 28 days after "
    "it, or in the three days before it.",
    TAKEN_OVER: "The request was taken over from a file: its practitioner cannot see which child "
    "it is about, and may have meant another.",
}
# What whoever hears that it was not withdrawn does once the record is open: nothing stands again.
TOO_LATE = (
    f"Its record is open to all, so nothing stands again here. Check {settings.SYSTEM_NAME} now, "
    "and log a new request by phone at once, with the number of this record: it is shielded again "
    "by that."
)
# When a suspension, or another address, says that it may not have been them who let go.
BEFORE, AFTER = timedelta(days=3), timedelta(days=28)

_SUSPENDED_ABOUT_THEN = AccountChange.objects.filter(
    person=OuterRef("released_by")
).suspended_between(OuterRef("released_at") - BEFORE, OuterRef("released_at") + AFTER)
# Whoever read their mail could choose a password, and let go by it.
_READDRESSED_ABOUT_THEN = AccountChange.objects.filter(
    person=OuterRef("released_by")
).readdressed_between(OuterRef("released_at") - BEFORE, OuterRef("released_at") + AFTER)
# Whoever records a word could stop the account before its person hears that they let go.
_STOPPED_BY_WHO_RECORDED = AccountChange.objects.filter(
    person=OuterRef("source"), by=OuterRef("released_by")
).suspended_between(OuterRef("released_at"), OuterRef("released_at") + AFTER)
_BY_ONE = [Release.SOURCE, Release.ON_WORD]
_OWED = Case(
    # The call of a member who no longer works here, or did not all the time since, counts no more:
    # somebody phones again.
    When(Q(word_attested_by__isnull=False) & ~fallen_away("word_attested", Role.IW), Value("")),
    When(word_to_attest=True, then=Value(WITHOUT_ACCOUNT)),
    When(Exists(_SUSPENDED_ABOUT_THEN), released_how__in=_BY_ONE, then=Value(SUSPENDED)),
    When(Exists(_STOPPED_BY_WHO_RECORDED), released_how=Release.ON_WORD, then=Value(UNHEARD)),
    When(Exists(_READDRESSED_ABOUT_THEN), released_how__in=_BY_ONE, then=Value(READDRESSED)),
    # A member who records their word was read the number.
    When(imported_at__isnull=False, released_how=Release.SOURCE, then=Value(TAKEN_OVER)),
    default=Value(""),
    output_field=CharField(),
)


class Owing(TypedDict):
    """What `with_word_owed` adds to a hold."""

    word_owed: str


def with_word_owed(holds: HoldQuerySet) -> "QuerySet[WithAnnotations[Hold, Owing]]":
    """Return the holds with `word_owed`: why a call is still owed (a key of WHY), or nothing."""
    # The same rows; only a cast names what was added to them.
    found = holds.annotate(word_owed=_OWED)
    return cast("QuerySet[WithAnnotations[Hold, Owing]]", found)


def owed(holds: HoldQuerySet) -> "QuerySet[WithAnnotations[Hold, Owing]]":
    """Return those that were let go and wait for a member's call, the longest ago first."""
    return with_word_owed(holds).exclude(word_owed="").order_by("released_at", "id")


def to_attest() -> "QuerySet[WithAnnotations[Hold, Owing]]":
    """Return those of them that an unshield counts on, of records not open to all yet."""
    counted = Hold.objects.filter(episode=F("record__episode"))
    return owed(counted.exclude(record__state__in=states.OPEN_TO_ALL))


def stands_again_on_word(hold: Hold, record: Record) -> bool:
    """Return whether what was let go can stand again by a call although it waits for none.

    Of what was taken over from a file, whose claim may be another practitioner's than who said so:
    until its record is open to all.
    """
    return _of_a_file_in(record, hold) and record.state not in states.OPEN_TO_ALL


def came_too_late(hold: Hold, record: Record) -> bool:
    """Return whether it could have stood again so until its record was opened: now it cannot."""
    return _of_a_file_in(record, hold) and record.state == states.NOT_SHIELDED


def _of_a_file_in(record: Record, hold: Hold) -> bool:
    """Return whether a source let go of what was taken over, in the record's period of now."""
    taken_over = hold.imported_at is not None and hold.episode == record.episode
    return taken_over and hold.released_how in BY_SOURCE


def owed_for(hold: Hold) -> str:
    """Return why a hold's release waits for a call (a key of WHY), or nothing: it waits for none.

    Asked anew each time: the account may have been suspended since.
    """
    found = owed(Hold.objects.filter(pk=hold.pk)).first()
    return found.word_owed if found else ""
