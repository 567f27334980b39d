"""Opening a record or a source's claim: who sees it, and the entry that says somebody did."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.urls import reverse

from logbook.days import clock_now
from logbook.guarded import SignedIn
from logbook.writing import log_entry_alone
from shielding.records.models import Hold, Record
from shielding.records.policies import waits_for_team
from shielding.web.access import found_or_404
from shielding.web.refusals import AskFirst

# A record that work leads to needs no other reason. The list to check again after a data load has
# its own.
WORK_ITEM, DATA_CHECK = "work_item", "data_check"
PHONE_CALL, NEW_INFORMATION = "phone_call", "new_information"
# Colleagues see that a record was opened as work. Of an audit, a complaint and a subject access
# request they see nothing: it may be about them.
AS_WORK = frozenset({WORK_ITEM, DATA_CHECK, PHONE_CALL, NEW_INFORMATION})
# An answer that was sent from a page whose reason is over by now: it gives none of its own.
ANSWER_SENT = "answer_sent"
# Where the reasons are kept for which records were opened: the last few, so that two windows do not
# ask in turn, and none for longer than an hour.
REASONS = "record_found"
MOST_REASONS = 5
A_REASON_LASTS = timedelta(minutes=60)
# Where it is kept to which records work has led, as long; more than the longest list has on a page.
WORK = "records_of_work"
MOST_OF_WORK = 100
# What was kept so lately is not kept anew: a page that is looked at again writes nothing.
KEPT_LATELY = timedelta(minutes=10)


def find(request: SignedIn, reference: str) -> Record:
    """Return a record for an act that shows no page of it; else the page "not found"."""
    people = ("applied_by", "unshield_begun_by", "end_proposed_by", "closed_by")
    records = Record.objects.visible_to(request.user).select_related(*people)
    return found_or_404(request, records, reference=reference)


def note_opened(request: SignedIn, record: Record, *, shows_number: bool = False) -> None:
    """Write the entry that the record is opened, and why; before its page is shown.

    Leads to the question why (AskFirst) where no reason was given within the hour and no work led
    there. An answer that was sent goes through: what was attested must not be lost. Only what shows
    the number asks then too.
    """
    now = clock_now()
    purpose = _purpose(request, record, now)
    if not purpose and (request.method != "POST" or shows_number):
        raise AskFirst(reverse("record_purpose", args=[record.reference]))
    log_entry_alone(
        "record_opened",
        by=request.user,
        at=now,
        record_reference=record.reference,
        purpose=purpose or ANSWER_SENT,
    )
    # What it waited for may be done by what follows, and its page is looked at once more. Nothing
    # else makes the hour begin anew.
    if purpose == WORK_ITEM and waits_for_team(record):
        note_work(request, [record.reference])


def note_work(request: SignedIn, references: Iterable[str], *, item: str = WORK_ITEM) -> None:
    """Keep that work has led a member to these records, whose pages ask for no reason meanwhile.

    `item` is what they are opened for. Whoever else reads the page of an item opens no record. Nor
    does what is opened while a reason that is no work stands: whoever looks into a complaint reads
    the record's requests for that, and is asked anew after the hour.
    """
    if not request.user.is_iw:
        return
    now, kept = clock_now(), request.session.get(WORK, {})
    reasons = _reasons(request, now)
    no_work = {one["reference"] for one in reasons if one["purpose"] not in AS_WORK}
    found = [one for one in references if one not in no_work]
    news = [one for one in found if _is_news(kept.get(one), item, now)]
    if news:
        latest = {one: [item, now.isoformat()] for one in news}
        others = {one: said for one, said in kept.items() if one not in latest}
        request.session[WORK] = dict(list((latest | others).items())[:MOST_OF_WORK])


def keep_reason(request: SignedIn, reference: str, purpose: str, now: datetime) -> None:
    """Keep why a record is opened, for its pages within the hour."""
    others = [one for one in _reasons(request, now) if one["reference"] != reference]
    this = {"reference": reference, "purpose": purpose, "at": now.isoformat()}
    request.session[REASONS] = [this, *others][:MOST_REASONS]


def open_hold(request: SignedIn, reference: str) -> Hold:
    """Return a source's claim whose page follows: opening it is an entry."""
    holds = Hold.objects.visible_to(request.user).select_related(
        "record", "source__service", "service"
    )
    hold = found_or_404(request, holds, reference=reference)
    log_entry_alone(
        "request_opened",
        by=request.user,
        at=clock_now(),
        reference=reference,
        record_reference=hold.record.reference,
    )
    note_work(request, [hold.record.reference])
    return hold


def _purpose(request: SignedIn, record: Record, now: datetime) -> str:
    """Return why the record is opened: for the reason given within the hour, for the work that led
    there, or because it waits for the team as it is; "" for none of these.
    """
    for one in _reasons(request, now):
        if one["reference"] == record.reference:
            return one["purpose"]
    item, at = request.session.get(WORK, {}).get(record.reference, ("", ""))
    if item and now - datetime.fromisoformat(at) < A_REASON_LASTS:
        return str(item)
    return WORK_ITEM if waits_for_team(record) else ""


def _is_news(said: list[str] | None, item: str, now: datetime) -> bool:
    return said is None or said[0] != item or now - datetime.fromisoformat(said[1]) > KEPT_LATELY


def _reasons(request: SignedIn, now: datetime) -> list[dict[str, str]]:
    """Return the reasons that still count, the latest first."""
    kept = request.session.get(REASONS)
    # A session of before this version has one reason here, without its time.
    kept = kept if isinstance(kept, list) else []
    return [one for one in kept if now - datetime.fromisoformat(one["at"]) < A_REASON_LASTS]
