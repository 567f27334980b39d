"""What the IW Team finds on the system is recorded as it is, whatever had been attested.

One act for every page on which it is attested. Process document, steps 4 and 7.
"""

from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.db import transaction

from logbook.writing import log_entry
from shielding import clock
from shielding.accounts.models import User
from shielding.checks import notices
from shielding.checks.finding_codes import IS_SHIELDED, Finding
from shielding.checks.models import Check
from shielding.filled import filled
from shielding.records import locking, policies, states
from shielding.records.models import Hold, Record
from shielding.web.refusals import NotAllowed, WrongState


@dataclass(frozen=True)
class Found:
    """What a member found: a code, and of a record that was open the days, where they are known."""

    finding: str = Finding.SHIELDED
    open_from: date | None = None
    open_until: date | None = None

    @property
    def is_shielded(self) -> bool:
        return self.finding in IS_SHIELDED


# The good answer, where the act says in its own entry what was attested.
SHIELDED = Found()


def attest_found(record: Record, *, found: Found, by: User, now: datetime) -> Record:
    """Record what a member found who looked at a record on the system.

    *Found open* takes back what was attested: the record is *to shield* (check now), the standing
    holds that were applied are so no more, and the IW leads and the sources of these holds alone
    are told. The record's first attestation of the episode stays. A duplicate is a code and changes
    nothing; nor does a number that is not there. Refuses anyone outside the IW Team, a record that
    nobody asked to shield, a finding that is not on the list, and days of the future or in the
    wrong order; *shielded*, of one that waits to be shielded or is being unshielded, which is
    attested on pages of their own. Returns the record.
    """
    with transaction.atomic():
        record = locking.lock_for(record.pk, by)
        if not policies.may_administer(by):
            raise NotAllowed()
        if not policies.may_check(by, record):
            raise WrongState("nothing_to_check", "Nobody asks for this record to be shielded.")
        if found.finding == Finding.SHIELDED and record.state != states.SHIELDED:
            raise WrongState("attest_it", "Attest on the page of each request that it is shielded.")
        note(record, found=found, by=by, now=now)
    return record


def note_news(record: Record, *, found: Found, by: User, now: datetime) -> None:
    """Write what was found beside an act that says itself that the record is shielded.

    Only where that is not all of it, or where it puts right what the last look had found.
    """
    last = record.checks.latest_first().first()
    if found != SHIELDED or (last is not None and last.finding != Finding.SHIELDED):
        note(record, found=found, by=by, now=now)


def is_found_shielded(record: Record) -> bool:
    """Return whether the last look of its episode found a record shielded, or nobody looked yet."""
    looks = record.checks.filter(at__gte=filled(record.episode_started_at))
    found = looks.order_by("-at", "-id").values_list("finding", flat=True)[:1]
    return list(found) in ([], [Finding.SHIELDED])


def note_look(record: Record, *, found: Found, by: User, now: datetime) -> None:
    """Write what was found beside an act that rests on the look; the caller says whether it is
    done.

    Of a record that is not kept shielded nothing is to be found: refuses anything but that no
    duplicate was found.
    """
    if policies.is_kept_shielded(record):
        note_news(record, found=found, by=by, now=now)
    elif found != SHIELDED:
        raise WrongState("nothing_to_check", "Nobody asks for this record to be shielded.")


def note(record: Record, *, found: Found, by: User, now: datetime) -> None:
    """Write what was found of a locked record, as a part of the act that attests something of it.

    Refuses a finding that is not on the list, and days that cannot be.
    """
    _refuse_what_cannot_be(found, now)
    before, cleared = record.state, list[Hold]()
    known = record.applied_at is not None and not _is_known_open(record)
    if found.finding == Finding.OPEN:
        cleared = _take_back(record, now)
    Check.objects.create(
        record=record,
        finding=found.finding,
        at=now,
        by=by,
        open_from=found.open_from,
        open_until=found.open_until,
    )
    log_entry(
        "record_checked",
        by=by,
        at=now,
        record_reference=record.reference,
        **{"from": before, "to": record.state},
        finding=found.finding,
        open_from=found.open_from or "",
        open_until=found.open_until or "",
    )
    for hold in cleared:
        log_entry(
            "applied_cleared",
            by=by,
            at=now,
            reference=hold.reference,
            record_reference=record.reference,
        )
    if found.finding == Finding.OPEN and known:
        notices.tell_leads(record, now=now)
    notices.tell_sources(cleared, now=now)


def _take_back(record: Record, now: datetime) -> list[Hold]:
    """Let a record wait to be shielded again; return the holds that were attested as applied."""
    standing = record.holds.standing().filter(applied_at__isnull=False)
    holds = list(standing.select_related("source").order_by("pk"))
    for hold in holds:
        hold.applied_at = hold.applied_by = None
        hold.found_open_at = now
        hold.save(update_fields=["applied_at", "applied_by", "found_open_at"])
    if record.state != states.TO_SHIELD:
        record.waiting_since = now
    record.state = states.RECORD[record.state, "found_open"]
    record.unshield_begun_at = record.unshield_begun_by = None
    record.save(update_fields=["state", "waiting_since", "unshield_begun_at", "unshield_begun_by"])
    return holds


def _is_known_open(record: Record) -> bool:
    """Whether the last look found it open, and nobody attested since that it is shielded."""
    last = record.checks.latest_first().first()
    return record.state == states.TO_SHIELD and last is not None and last.finding == Finding.OPEN


def _refuse_what_cannot_be(found: Found, now: datetime) -> None:
    days = [on for on in (found.open_from, found.open_until) if on is not None]
    if found.finding not in Finding.values:
        raise WrongState("check_incomplete", f"Say what you found on {settings.SYSTEM_NAME}.")
    if days and (found.finding != Finding.OPEN or max(days) > clock.today(now)):
        raise WrongState("check_incomplete", "Say only of an open record since when it was open.")
    if days != sorted(days):
        raise WrongState("check_incomplete", "The days are in the wrong order.")
