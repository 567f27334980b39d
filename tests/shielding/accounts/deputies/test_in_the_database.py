"""What PostgreSQL itself refuses about deputies, however the rows get there."""

import threading
from datetime import date

import pytest
from django.db import DataError, IntegrityError, OperationalError, connection, transaction

from logbook.references import new_reference
from shielding.accounts.deputies.models import Deputy
from tests.shielding.accounts.deputies.support.deputies import DAY, NOW, TODAY, a_line, named
from tests.support.threads import run_together

pytestmark = pytest.mark.django_db

INSERT = """
INSERT INTO accounts_deputy (reference, manager_id, deputy_id, first_day, last_day, named_at,
    named_by_id, ended_at, ended_by_id)
VALUES (%(reference)s, %(manager)s, %(deputy)s, %(first)s, %(last)s, %(at)s,
    %(by)s, %(ended_at)s, %(ended_by)s)
"""


def insert(line, **changed):
    row = {
        "reference": new_reference(),
        "manager": line.manager,
        "deputy": line.peer,
        "first": TODAY,
        "last": TODAY + 6 * DAY,
        "at": NOW,
        "by": line.manager,
        "ended_at": None,
        "ended_by": None,
    } | changed
    values = {name: getattr(value, "pk", value) for name, value in row.items()}
    with connection.cursor() as cursor:
        cursor.execute(INSERT, values)


def refused_by(constraint, line, **changed):
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        insert(line, **changed)
    assert caught.value.__cause__.diag.constraint_name == constraint


def test_each_rule_of_a_row():
    line = a_line()
    refused_by("deputy_is_somebody_else", line, deputy=line.manager, by=line.iw)
    refused_by("deputy_named_by_another", line, by=line.peer)
    refused_by("deputy_days_in_order", line, last=TODAY - DAY)
    refused_by("deputy_sixty_days", line, last=TODAY + 60 * DAY)
    refused_by("deputy_ended_pair", line, ended_at=NOW)
    refused_by("deputy_ended_pair", line, ended_by=line.iw)
    insert(line, last=TODAY + 59 * DAY)
    insert(line, deputy=line.head, ended_at=NOW, ended_by=line.iw)


def test_a_reference_names_one():
    line = a_line()
    done = named(line.manager, line.peer)
    refused_by("accounts_deputy_reference_key", line, reference=done.reference, first=TODAY + DAY)


@pytest.mark.parametrize(
    ("first", "last", "free"),
    [(-9, -1, True), (-9, 0, False), (0, 6, False), (3, 4, False), (6, 20, False), (7, 20, True)],
)
def test_no_two_at_once_for_one_manager(first, last, free):
    line = a_line()
    insert(line)
    days = {"first": TODAY + first * DAY, "last": TODAY + last * DAY}
    insert(line, manager=line.head, by=line.head, **days)  # another's days are their own
    insert(line, **days, ended_at=NOW, ended_by=line.iw)  # what was ended takes no day
    if free:
        insert(line, deputy=line.head, **days)
    else:
        refused_by("deputy_no_two_at_once", line, deputy=line.head, **days)


def test_a_managers_last_day_is_not_the_next_managers():
    """The calendar has 3.7 million days: a stretch of a million each would run into others."""
    line = a_line()
    for manager in (line.top, line.head, line.manager):
        day = date.max - (manager.pk - line.top.pk) * 1_000_000 * DAY
        insert(line, manager=manager, by=manager, first=day, last=day)


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_the_edges_of_the_calendar_belong_to_one_manager_each(day):
    """Managers whose numbers follow each other keep apart on the first and last day there is."""
    line = a_line()
    edges = ("0001-01-01", "9999-12-31")
    for manager in (line.top, line.head, line.manager, line.staff):
        for edge in edges:
            insert(line, manager=manager, by=manager, first=edge, last=edge)
    refused_by("deputy_no_two_at_once", line, deputy=line.head, first=day, last=day)


def test_a_day_without_end_is_refused():
    line = a_line()
    with pytest.raises((DataError, IntegrityError)), transaction.atomic():
        insert(line, last="infinity")


def test_what_is_ended_is_not_taken_back_where_the_days_are_taken():
    line = a_line()
    insert(line, ended_at=NOW, ended_by=line.iw)
    insert(line, deputy=line.head)
    everything = Deputy.objects.all()
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        everything.update(ended_at=None, ended_by=None)
    assert caught.value.__cause__.diag.constraint_name == "deputy_no_two_at_once"


@pytest.mark.django_db(transaction=True)
@pytest.mark.behind_the_acts("rows by raw SQL, to race them without the act's lock")
def test_without_the_lock_postgresql_keeps_two_apart():
    line = a_line()
    outcomes, start = [], threading.Barrier(2)

    def put(deputy):
        try:
            with transaction.atomic():
                start.wait()
                insert(line, deputy=deputy)
            outcomes.append("put")
        except IntegrityError as error:
            outcomes.append(error.__cause__.diag.constraint_name)
        except OperationalError as error:
            # Each wrote its row before it looked for the other's: PostgreSQL ends one of them.
            outcomes.append(type(error.__cause__).__name__)
        finally:
            connection.close()

    threads = [threading.Thread(target=put, args=[one]) for one in (line.peer, line.head)]
    run_together(*threads)
    (refused,) = [one for one in outcomes if one != "put"]
    assert refused in ("deputy_no_two_at_once", "DeadlockDetected")
    assert len(outcomes) == 2
