"""The record's row lock: everything that touches a record takes it first.

Without it a request and the opening of its record pass each other unseen; the tests race them with
and without. READ COMMITTED and this lock are the guard; nothing here retries.
"""

from uuid import uuid4

from django.db import connection, transaction

from logbook.references import new_reference
from shielding.accounts.models import User
from shielding.records import number as record_number
from shielding.records import states
from shielding.records.models import Record
from shielding.web.refusals import WrongState

# Setting the key column takes the full row lock, so that a hold cannot slip in beside us, and the
# database does the same work whether it knows the number or not.
_UPSERT = """
INSERT INTO shielding_record (reference, uid, number, blind_index, state, episode)
VALUES (%s, %s, %s, %s, %s, 0)
ON CONFLICT (blind_index) DO UPDATE SET blind_index = excluded.blind_index
RETURNING id
"""


def lock_record(number: str) -> Record:
    """Return the record of a normalised number, made if unknown, its row locked.

    The same statements run for any number and any state, so that neither page nor timing tells a
    practitioner whether the record was known. Refuses outside a transaction.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("lock_record outside a transaction")
    uid = uuid4()
    sealed = record_number.seal(number, table=Record._meta.db_table, row=uid)
    index = record_number.blind_index(number)
    with connection.cursor() as cursor:
        cursor.execute(_UPSERT, [new_reference(), uid, sealed, index, states.NOT_SHIELDED])
        (key,) = cursor.fetchone()
    return Record.objects.get(pk=key)


def lock_known_record(key: int) -> Record:
    """Return a record by its primary key, its row locked. Refuses outside a transaction."""
    return Record.objects.select_for_update().get(pk=key)


def lock_for(key: int, by: User) -> Record:
    """Return a record, its row locked, for somebody's act; who acts is read anew once it is ours.

    They may have been suspended, or lost their role, while we waited.
    """
    record = lock_known_record(key)
    by.refresh_from_db(fields=["is_active", "role", "is_lead", "second_person_from"])
    return record


def lock_for_second(key: int, by: User, *, first: str) -> Record:
    """Return a record for the second of two, locked after whoever acted first (`first`, a column).

    Neither may leave the team while it is decided; people are locked before records. Refuses where
    another took the first step anew meanwhile.
    """
    acted = Record.objects.values_list(first, flat=True).get(pk=key)
    User.objects.locked(acted, by.pk)
    record = lock_for(key, by)
    if getattr(record, f"{first}_id") not in (acted, None):
        raise WrongState("taken_anew", "Somebody has taken the first step since: look again.")
    return record
