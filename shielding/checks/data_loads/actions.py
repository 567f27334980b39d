"""A load of data into the system: entered by a member, taken back by another.

Process document, step 4: after each load every shielded record is checked again, by two.
"""

from datetime import date, datetime

from django.db import transaction

from logbook.writing import log_entry
from shielding import clock
from shielding.accounts.models import User
from shielding.checks.data_loads import policies
from shielding.checks.data_loads.models import DataLoad
from shielding.checks.data_loads.notices import tell_of_taken_back
from shielding.records.policies import may_administer
from shielding.web.refusals import NotAllowed, WrongState


def enter(loaded_on: date, *, by: User, now: datetime) -> DataLoad:
    """Enter the day on which data were loaded: every record shielded then is to be checked again.

    Refuses anyone outside the IW Team, a day to come, and a day that is entered already. An older
    day than the newest in force is kept and changes no list. Returns the load.
    """
    with transaction.atomic():
        by.refresh_from_db(fields=["is_active", "role"])
        if not may_administer(by):
            raise NotAllowed()
        if loaded_on > clock.today(now):
            raise WrongState("load_to_come", "Enter a data load once it has been done.")
        load, is_new = DataLoad.objects.get_or_create(
            loaded_on=loaded_on,
            taken_back_at=None,
            defaults={"entered_at": now, "entered_by": by},
        )
        if not is_new:
            raise WrongState("load_entered", "A data load of this day is entered already.")
        log_entry("data_load_entered", by=by, at=now, reference=load.reference, on=loaded_on)
    return load


def take_back(load: DataLoad, *, by: User, now: datetime) -> DataLoad:
    """Take back a load that was entered by mistake: the one before it rules again, where there is.

    Refuses anyone outside the IW Team, who entered it, who was newly granted their role, and one
    that was taken back already. The looks stay. Whoever entered it and the leads are told at once.
    Returns the load.
    """
    with transaction.atomic():
        load = DataLoad.objects.select_for_update(no_key=True).get(pk=load.pk)
        by.refresh_from_db(fields=["is_active", "role", "second_person_from"])
        if load.taken_back_at is not None:
            raise WrongState("load_taken_back", "This data load was taken back already.")
        if not may_administer(by):
            raise NotAllowed()
        if not policies.may_take_back(by, load, now):
            raise NotAllowed("second_person", "Another member must take this back, not you.")
        load.taken_back_at, load.taken_back_by = now, by
        load.save(update_fields=["taken_back_at", "taken_back_by"])
        log_entry(
            "data_load_taken_back", by=by, at=now, reference=load.reference, on=load.loaded_on
        )
        tell_of_taken_back(load, by=by, now=now)
    return load
