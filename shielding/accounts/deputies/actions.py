"""A deputy is named and ended. Each act is one transaction with its entry."""

from datetime import date, datetime

from django.db import transaction

from logbook.references import new_reference
from logbook.writing import log_entry
from shielding.accounts.deputies import policies
from shielding.accounts.deputies.models import Deputy, day_of
from shielding.accounts.models import User
from shielding.notices.notify import notify
from shielding.web.refusals import NotAllowed, Refused, WrongState


def name_deputy(
    manager: User, deputy: User, *, first_day: date, last_day: date, by: User, now: datetime
) -> Deputy:
    """Let somebody stand in for a line manager from one day to another; both of them are told.

    The manager names their own, the IW Team anybody's. Refuses others, whoever may not stand in
    for this manager, days in the past or further ahead than a year, more than 60 days of any 120
    for this deputy, and days on which somebody stands in already. It lapses by the calendar.
    Process document, on access: the line manager agrees.
    """
    with transaction.atomic():
        # Two deputies named at once wait here for each other.
        manager = _locked(manager)
        by = manager if by.pk == manager.pk else by
        if not policies.may_name_deputy(by, manager):
            raise NotAllowed("may_not_name_deputy")
        # Read anew, not locked: two managers who name each other would wait for ever.
        deputy = User.objects.get(pk=deputy.pk)
        if not policies.may_stand_in(deputy, manager):
            raise Refused("unfit_deputy", "This person cannot stand in for them.")
        if wrong := policies.why_not_these_days(first_day, last_day, day_of(now)):
            raise Refused("deputy_days", f"{wrong}.")
        if Deputy.objects.for_manager(manager).overlapping(first_day, last_day).exists():
            raise WrongState("deputy_overlaps", "Somebody stands in on one of these days already.")
        if wrong := policies.why_not_these_days_of(deputy, manager, first_day, last_day):
            raise Refused("deputy_days", f"{wrong}.")
        named = Deputy.objects.create(
            reference=new_reference(),
            manager=manager,
            deputy=deputy,
            first_day=first_day,
            last_day=last_day,
            named_at=now,
            named_by=by,
        )
        log_entry(
            "deputy_named",
            by=by,
            at=now,
            reference=named.reference,
            person=manager.uid,
            deputy=deputy.uid,
            first_day=first_day,
            last_day=last_day,
        )
        notify("deputy_named", named.reference, recipients=[manager, deputy], now=now)
    return named


def end_deputy(deputy: Deputy, *, by: User, now: datetime) -> None:
    """End a deputy's time early, or before it began; both are told.

    Refuses anyone but the manager and the IW Team, and what has ended or lapsed already.
    """
    with transaction.atomic():
        manager = _locked(deputy.manager)
        by = manager if by.pk == manager.pk else by
        deputy = Deputy.objects.select_related("deputy").get(pk=deputy.pk)
        if not policies.may_end_deputy(by, deputy):
            raise NotAllowed("may_not_end_deputy")
        if deputy.is_over(day_of(now)):
            raise WrongState("deputy_over", "This has ended already.")
        deputy.ended_at, deputy.ended_by = now, by
        deputy.save(update_fields=["ended_at", "ended_by"])
        log_entry(
            "deputy_ended",
            by=by,
            at=now,
            reference=deputy.reference,
            person=manager.uid,
            deputy=deputy.deputy.uid,
        )
        told = [manager, deputy.deputy]
        notify("deputy_ended", deputy.reference, recipients=told, now=now)


def _locked(person: User) -> User:
    # Not for the key: an insert elsewhere that names this person need not wait.
    return User.objects.select_for_update(no_key=True).get(pk=person.pk)
