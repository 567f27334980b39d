"""The notice that a data load was taken back: to whoever entered it, and the IW leads."""

from datetime import datetime

from shielding.accounts.models import User
from shielding.checks.data_loads.models import DataLoad
from shielding.notices.kinds import Kind
from shielding.notices.notify import notify

TAKEN_BACK = "data_load_taken_back"


def tell_of_taken_back(load: DataLoad, *, by: User, now: datetime) -> None:
    """Owe whoever entered a data load, and the leads, the word that it was taken back by another.

    With it goes the check of every record: not by one member without a colleague who hears of it.
    """
    hearing = [one for one in _hearing_of(load) if one.pk != by.pk]
    notify(TAKEN_BACK, load.reference, recipients=hearing, now=now)


def _hearing_of(load: DataLoad) -> list[User]:
    working = User.objects.working().iw_team()
    people = [*working.filter(pk=load.entered_by_id), *working.leads_or_else_all()]
    return list({one.pk: one for one in people}.values())


def _of_load(reference: str, _now: datetime) -> list[User] | None:
    load = DataLoad.objects.filter(reference=reference).first()
    return _hearing_of(load) if load else None


KINDS = (Kind(TAKEN_BACK, "A data load taken back", readers=_of_load),)
