"""A source answers a review, lets go, or says that the family was told. Process document, step 8.

By the source themself, or by the IW Team on their confirmed word, attributed.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from logbook.writing import log_entry
from shielding.accounts.history import is_vouched_for
from shielding.accounts.models import User
from shielding.holds import actions
from shielding.holds import policies as hold_policies
from shielding.notices.notify import overtake
from shielding.records import letting_go_to_attest, locking, policies, states
from shielding.records.letting_go_codes import FamilyToldOfEnd, Release
from shielding.records.models import Hold
from shielding.reviews import consultations
from shielding.reviews import dates as review_dates
from shielding.reviews.models import Consultation, Review
from shielding.reviews.review_codes import Answer
from shielding.reviews.telling import tell_of_change, tell_of_recorded_word
from shielding.web.refusals import NotAllowed, WrongState

STOP_FIRST = "The record is being unshielded and may be open: stop that first, then attest."
_ENDED = "This request no longer asks for a shield."
LET_GO_ANEW = (
    "Nothing was saved. The request stood again since your page was opened, and was withdrawn "
    "again: look at it, and phone them about that."
)


@dataclass(frozen=True)
class Parting:
    """What whoever lets go attests: own systems unshielded; the family told, or not safe to.

    `number_read`: to a member who records the word of what was taken over they read its number.
    """

    own_systems_unshielded: bool
    family: str
    number_read: bool = False


def answer(
    hold: Hold,
    *,
    answer: str,
    views: str,
    sought_by: str,
    by: User,
    now: datetime,
    parting: Parting | None = None,
    family_told: str = "",
) -> Hold:
    """Answer every review that asks this hold's source: *still needed*, or *no longer needed*.

    *No longer needed* lets go and takes `parting`; of a new account, whose person nobody phoned
    yet, and of one whose address was changed lately, it is kept and the hold stands. `views`:
    whether the family's views were sought, `sought_by` by whom; `family_told`: what a first review
    asks besides. What was answered before the first mail of a first review may be answered anew
    from its day on. Until the due day has ended it takes the place of a *no answer* that was
    recorded meanwhile. Refuses anyone but the source and the IW Team (for a source whose word they
    have: source and manager are told), and where nothing is asked. Returns the hold. "The IW team
    will consult all sources who requested the shielding."
    """
    with transaction.atomic():
        hold = _locked(hold, by)
        asked = consultations.answerable_by(hold, now)
        if not asked:
            raise WrongState("not_asked", "This was answered already, or the review is concluded.")
        if answer not in (Answer.STILL_NEEDED, Answer.NO_LONGER_NEEDED):
            raise WrongState("no_answer", "Say whether the shield is still needed.")
        for one in asked:
            one.answer, one.views, one.views_sought_by = answer, views, sought_by
            one.family_told = family_told
            _keep_answer(one, hold, by=by, now=now)
        overtake([one.reference for one in asked])
        if answer == Answer.STILL_NEEDED:
            _count_anew(hold, asked)
        elif policies.may_let_go(by, hold, now):
            _let_go(hold, parting, by=by, now=now)
        if by.is_iw and hold.is_standing:
            # Whoever lets go is told anyway, with their manager.
            tell_of_recorded_word(hold, now=now)
    return hold


def _keep_answer(asked: Consultation, hold: Hold, *, by: User, now: datetime) -> None:
    """Keep what was answered, and on whose word; it is an entry."""
    asked.answered_at, asked.answered_by, asked.on_word = now, by, by.is_iw
    asked.save()
    log_entry(
        "consultation_answered",
        by=by,
        at=now,
        reference=hold.reference,
        review=asked.review.reference,
        answer=asked.answer,
        views=asked.views,
        sought_by=asked.views_sought_by,
        family_told=asked.family_told,
        on_word=asked.on_word,
    )


def _count_anew(hold: Hold, asked: list[Consultation]) -> None:
    """Count the next date from this answer where the review was concluded before it came."""
    for one in asked:
        if one.review.kind == Review.Kind.RECORD and one.review.concluded_at is not None:
            hold.review_due = review_dates.after(one)
            hold.save(update_fields=["review_due"])
            consultations.keep_earliest(hold.record)


def withdraw(hold: Hold, *, parting: Parting, by: User, now: datetime) -> Hold:
    """Let go of a hold at any time. The record stays shielded until two members unshield it.

    Refuses anyone but the source and the IW Team on their confirmed word, a second time, without
    both attestations, and by an account that may not yet (`why_not_yet`). Returns the hold. "The
    practitioner will remove the shielding from their own systems" and "inform the IW team".
    """
    with transaction.atomic():
        hold = _locked(hold, by)
        _let_go(hold, parting, by=by, now=now)
    return hold


def take_back(hold: Hold, *, in_error: bool, by: User, now: datetime) -> Hold:
    """Take a request back that was entered in error: of a wrong number, or about another child.

    As letting go in everything, waiting day and two members with it, but for the word about own
    systems and the family: there is nothing to tell them. Refuses anyone but the source and the IW
    Team on their confirmed word, a second time, without the attestation, and by an account that may
    not yet (`why_not_yet`); and of what was taken over from a file anybody: its source did not
    enter it, and it may be another's, to whom it is handed over. Returns the hold.
    """
    with transaction.atomic():
        hold = _locked(hold, by)
        _refuse_too_new(hold, by, now)
        _refuse_own_number(hold, by, now)
        if hold.imported_at is not None:
            words = hold_policies.NOT_ENTERED_HERE if by.is_iw else hold_policies.NOT_ENTERED
            raise WrongState("taken_over", words)
        if not in_error:
            raise WrongState("not_in_error", "Say that the request was entered in error.")
        actions.release_hold(hold, how=_by_whom(by), by=by, now=now)
        hold.family, hold.family_at, hold.family_by = FamilyToldOfEnd.NOTHING, now, by
        hold.save(update_fields=["family", "family_at", "family_by"])
        log_entry("entered_in_error", by=by, at=now, reference=hold.reference, on_word=by.is_iw)
        _tell(hold, by, now)
    return hold


def attest_word(
    hold: Hold, *, phoned: bool, by: User, now: datetime, seen: datetime | None = None
) -> Hold:
    """Attest a call to a number from the directory in which it was said that the source let go.

    Of a source without a working account, as another member recorded; of an account that was
    suspended or got another email address about then; of what was taken over from a file and let go
    on its source's own page, of which the call makes sure which child they meant. Who attests may
    begin the unshield and not confirm it. Refuses whoever `hold_policies.attesters` leaves out,
    without the call, where nothing is to be attested, while the record is being unshielded (that is
    stopped first, having looked), and what was let go anew since the page showed when (`seen`).
    Returns the hold. Process document, step 8, and the rules of two.
    """
    with transaction.atomic():
        hold = _locked_to_attest(hold, phoned=phoned, by=by, now=now, seen=seen)
        hold.word_attested_at, hold.word_attested_by = now, by
        hold.save(update_fields=["word_attested_at", "word_attested_by"])
        log_entry(
            "word_attested",
            by=by,
            at=now,
            reference=hold.reference,
            record_reference=hold.record.reference,
        )
    return hold


def _locked_to_attest(
    hold: Hold, *, phoned: bool, by: User, now: datetime, seen: datetime | None
) -> Hold:
    """Return a release that waits for a call, its record's row and its own locked; else raise."""
    record = locking.lock_for(hold.record_id, by)
    hold = Hold.objects.select_for_update().get(pk=hold.pk)
    hold.record = record
    if not policies.may_administer(by):
        raise NotAllowed()
    if not letting_go_to_attest.owed_for(hold):
        raise WrongState("not_to_attest", "There is nothing to attest here.")
    if seen is not None and hold.released_at != seen:
        raise WrongState("let_go_anew", LET_GO_ANEW)
    if record.state == states.UNSHIELDING:
        raise WrongState("unshielding", STOP_FIRST)
    if not hold_policies.may_attest_word(by, hold, now):
        raise NotAllowed("second_person", "Another member must attest this, not you.")
    if not phoned:
        raise WrongState("not_phoned", "Phone them on a number from the directory first.")
    return hold


def say_family(hold: Hold, *, family: str, by: User, now: datetime) -> Hold:
    """Say, of a hold that ended, that the family was told, or that it is not safe to tell them.

    After *not agreed* that includes how to complain. Refuses anyone but the source and the IW
    Team on their word (source and manager are told), a hold that stands or ended with its record,
    and a second time. Returns the hold.
    """
    with transaction.atomic():
        record = locking.lock_for(hold.record_id, by)
        hold = Hold.objects.select_for_update().get(pk=hold.pk)
        hold.record = record
        if not policies.may_speak_for(by, hold):
            raise NotAllowed()
        if not policies.may_say_family(by, hold, now):
            raise WrongState("not_to_tell", "There is nothing to record here.")
        _family_said(hold, family, by=by, now=now)
        if by.is_iw:
            tell_of_recorded_word(hold, now=now)
    return hold


def _locked(hold: Hold, by: User) -> Hold:
    """Return the standing hold, its record's row and its own locked; else raise."""
    record = locking.lock_for(hold.record_id, by)
    hold = Hold.objects.select_for_update().get(pk=hold.pk)
    hold.record = record
    if not policies.may_speak_for(by, hold):
        raise NotAllowed()
    if not hold.is_standing:
        raise WrongState("already_released", _ENDED)
    return hold


def _let_go(hold: Hold, parting: Parting | None, *, by: User, now: datetime) -> None:
    _refuse_too_new(hold, by, now)
    _refuse_own_number(hold, by, now)
    if parting is None or not parting.own_systems_unshielded:
        raise WrongState("own_systems", "Remove the shielding from your own systems first.")
    _refuse_unread(hold, parting.number_read, by)
    actions.release_hold(hold, how=_by_whom(by), by=by, now=now)
    _family_said(hold, parting.family, by=by, now=now)
    _tell(hold, by, now)


def _tell(hold: Hold, by: User, now: datetime) -> None:
    """Owe the word that a claim was let go: by its source, or by a member on their word."""
    if by.is_iw:
        tell_of_recorded_word(hold, now=now)
    else:
        tell_of_change(hold.reference, hold.source, now=now)


def _refuse_too_new(hold: Hold, by: User, now: datetime) -> None:
    """Raise where this account may not let go yet, though it is its source's."""
    if not policies.may_let_go(by, hold, now):
        code = "readdressed" if is_vouched_for(by) else "not_vouched_for"
        raise WrongState(code, hold_policies.why_not_yet(by))


def _refuse_own_number(hold: Hold, by: User, now: datetime) -> None:
    """Raise where a word rests on a call to a number that the member who records it set lately.

    A second member calls it as well, or whoever answers says which record it is of.
    """
    by_call = hold.imported_at is not None or not actions.could_let_go(hold, now)
    if by.is_iw and by_call and by.pk in hold_policies.who_set_number(hold, now):
        raise NotAllowed("own_number", hold_policies.OWN_NUMBER)


def _refuse_unread(hold: Hold, number_read: bool, by: User) -> None:
    """Raise where a member records the word of a source who did not say which record they mean."""
    if hold_policies.asks_which_record(by, hold) and not number_read:
        raise WrongState("number_not_read", hold_policies.NUMBER_NOT_READ)


def _by_whom(by: User) -> str:
    return Release.ON_WORD if by.is_iw else Release.SOURCE


def _family_said(hold: Hold, family: str, *, by: User, now: datetime) -> None:
    if family not in dict(FamilyToldOfEnd.to_say()):
        raise WrongState("family", "Say whether the family was told.")
    hold.family, hold.family_at, hold.family_by = family, now, by
    hold.save(update_fields=["family", "family_at", "family_by"])
    log_entry(
        "family_told_of_end",
        by=by,
        at=now,
        reference=hold.reference,
        family=family,
        on_word=by.is_iw,
    )
