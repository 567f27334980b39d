"""What the IW Team says of its work: "I have it", and who is on duty on which day."""

from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction

from logbook.writing import log_entry
from shielding.accounts.models import User
from shielding.duty import policies
from shielding.duty.models import ONE_A_DAY, DutyDay
from shielding.duty.rota import running_day
from shielding.hooks import DutyItem
from shielding.web.refusals import NotAllowed, WrongState, broken_constraint

_MEANWHILE = "Somebody changed the rota meanwhile. Nothing was changed by you: look at it again."


def take(item: DutyItem, *, by: User, now: datetime) -> None:
    """Say that one has a piece of work: an entry, which its pages show to colleagues for a while.

    Nothing is locked, no alert is ended, and a colleague may take it over: then theirs is the later
    entry. Refuses anybody outside the IW Team, and what is done. Process document, step 4.
    """
    with transaction.atomic():
        by.refresh_from_db(fields=["is_active", "role"])
        if not policies.may_take(by):
            raise NotAllowed()
        if not item.waits:
            raise WrongState("nothing_to_do", "There is nothing left to do here.")
        log_entry(
            "duty_taken",
            by=by,
            at=now,
            reference=item.reference,
            record_reference=item.record,
        )


def set_days(
    first: date, last: date, member: User | None, *, by: User, now: datetime
) -> list[date]:
    """Put a member on duty from one day to another, both counted, or nobody where none is given.

    Whoever was on duty on one of these days is so no more: that row is ended, and another made.
    What is so already stays. Refuses anybody but an IW lead, a member who does not work in the
    team, days that are over, and too many at once. Returns the days that were changed.
    """
    try:
        with transaction.atomic():
            _refuse(first, last, member, by, now)
            return _change(first, last, member, by, now)
    except IntegrityError as error:
        if broken_constraint(error) != ONE_A_DAY:
            raise
        raise WrongState("rota_changed", _MEANWHILE) from None


def _refuse(first: date, last: date, member: User | None, by: User, now: datetime) -> None:
    # Both locked: nobody is suspended or moved to another role between this and the entry.
    people = User.objects.locked(by.pk, member.pk if member else None)
    if not policies.may_keep_rota(people[by.pk]):
        raise NotAllowed("not_a_lead", "Only an IW lead changes the rota.")
    if member is not None and not policies.may_be_on_duty(people[member.pk]):
        raise WrongState("cannot_be_on_duty", "This person does not work in the IW Team.")
    wrong = policies.why_not_first(first, running_day(now)) or policies.why_not_last(first, last)
    if wrong:
        raise WrongState("not_these_days", f"{wrong}.")


def _change(first: date, last: date, member: User | None, by: User, now: datetime) -> list[date]:
    rows = DutyDay.objects.standing().of_days(first, last).select_related("member")
    rows = rows.select_for_update(of=("self",), no_key=True)
    standing, changed = {row.day: row for row in rows}, []
    for day in (first + timedelta(days=n) for n in range((last - first).days + 1)):
        row = standing.get(day)
        if (row.member_id if row else None) == (member.pk if member else None):
            continue
        if row is not None:
            _end(row, by, now)
        if member is not None:
            _set(day, member, by, now)
        changed.append(day)
    return changed


def _end(row: DutyDay, by: User, now: datetime) -> None:
    row.ended_at, row.ended_by = now, by
    row.save(update_fields=["ended_at", "ended_by"])
    log_entry("duty_day_ended", by=by, at=now, day=row.day, member=row.member.uid)


def _set(day: date, member: User, by: User, now: datetime) -> None:
    DutyDay.objects.create(day=day, member=member, set_at=now, set_by=by)
    log_entry("duty_day_set", by=by, at=now, day=day, member=member.uid)
