"""What was done with an account and by whom, kept where rules may read it."""

from datetime import UTC, datetime, timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.db import ProgrammingError, connection, transaction

from shielding.accounts import actions, role_grants, suspending
from shielding.accounts.history import AccountChange, PastManager
from shielding.accounts.models import User
from shielding.operations.database_roles import as_owner
from shielding.operations.first_accounts import make_first_accounts
from shielding.web.refusals import NotAllowed
from tests.support.people import (
    a_practitioner,
    a_service,
    an_administrator,
    an_auditor,
    an_iw_member,
)
from tests.support.replay import replay

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
DAY = timedelta(days=1)
pytestmark = pytest.mark.django_db
FILL = import_module("shielding.accounts.migrations.0007_what_was_done_with_accounts").fill


def changes():
    found = AccountChange.objects.order_by("id").select_related("person", "by")
    return [(one.person, one.change, one.at, one.by) for one in found]


def managers():
    found = PastManager.objects.order_by("id").select_related("person", "manager", "ended_by")
    return [(one.person, one.manager, one.ended_at, one.ended_by) for one in found]


def lived_through():
    """Return who acts, and two accounts with whom all was done that can be done."""
    administrator, iw, lead = an_administrator(), an_iw_member(), an_iw_member(lead=True)
    service = a_service()
    first, second = a_practitioner(service=service), a_practitioner(service=service)
    added = actions.add_practitioner(
        name="Ann", email="ann@council.example", service=service, line_manager=first, by=iw, now=NOW
    )
    actions.set_line_manager(added, first, by=iw, now=NOW + DAY)
    actions.set_line_manager(added, second, by=iw, now=NOW + 2 * DAY)
    actions.set_line_manager(added, None, by=iw, now=NOW + 3 * DAY)
    suspending.suspend(added, by=iw, now=NOW + 4 * DAY)
    suspending.reactivate(added, by=administrator, now=NOW + 5 * DAY)
    grant = role_grants.propose_account(
        name="Bo", email="bo@council.example", role="iw", is_lead=False, by=administrator, now=NOW
    )
    role_grants.confirm_role(grant, by=lead, now=NOW + DAY)
    again = role_grants.propose_role(
        grant.person, role="auditor", is_lead=False, by=administrator, now=NOW + 2 * DAY
    )
    role_grants.refuse_role(again, by=lead, now=NOW + 2 * DAY)
    return administrator, iw, added, grant.person, first, second


def test_who_made_suspended_and_let_an_account_be_used_again_is_kept():
    administrator, iw, added, proposed, first, second = lived_through()
    assert changes() == [
        (added, "made", NOW, iw),
        (added, "suspended", NOW + 4 * DAY, iw),
        (added, "reactivated", NOW + 5 * DAY, administrator),
        (proposed, "made", NOW, administrator),
    ]
    assert managers() == [
        (added, first, NOW + 2 * DAY, iw),
        (added, second, NOW + 3 * DAY, iw),
    ]
    of_it = AccountChange.objects.of(added)
    assert [one.by for one in of_it.handling_since(NOW)] == [administrator]
    assert [one.by for one in of_it.handling_since(NOW - DAY)] == [administrator, iw]
    assert of_it.suspended_between(NOW, NOW + 4 * DAY).get().by == iw
    assert not of_it.suspended_between(NOW, NOW + 3 * DAY).exists()
    past = PastManager.objects.of(added)
    assert [one.manager for one in past.since(NOW)] == [second, first]
    assert [one.manager for one in past.since(NOW + 2 * DAY)] == [second]


def test_a_role_outside_the_line_ends_a_line_manager_who_is_kept():
    member, manager = an_iw_member(), an_iw_member()
    administrator, lead = an_administrator(), an_iw_member(lead=True)
    actions.set_line_manager(member, manager, by=lead, now=NOW)
    grant = role_grants.propose_role(
        member, role="auditor", is_lead=False, by=administrator, now=NOW + DAY
    )
    role_grants.confirm_role(grant, by=lead, now=NOW + 2 * DAY)
    assert managers() == [(member, manager, NOW + 2 * DAY, lead)]


@pytest.mark.django_db(transaction=True)
def test_the_first_accounts_were_made_by_nobody_who_has_one():
    with as_owner(connection):
        made = make_first_accounts(
            administrator=("Ada", "ada@council.example"), lead=("Lea", "l@council.example"), now=NOW
        )
    assert changes() == [(one, "made", NOW, None) for one in made]


def fill_in_anew():
    """Leave in the history of accounts what the upgrade fills in, and nothing else."""
    with as_owner(connection):
        AccountChange.objects.all().delete()
        PastManager.objects.all().delete()
        with transaction.atomic():
            FILL(apps, None)


@pytest.mark.django_db(transaction=True)
@pytest.mark.behind_the_acts("rows of an older version, and entries that no act wrote")
def test_what_came_before_is_filled_in_from_the_entries():
    lived_through()
    before = [(*one[:2], one[3]) for one in changes()], [(*one[:2], one[3]) for one in managers()]
    fill_in_anew()
    assert replay()[0] == []
    with connection.cursor() as cursor:
        # Whoever had the application's password could write such entries too.
        for facts in ('{"person":7}', "[]", "{", '{"person":"nobody"}'):
            cursor.execute(
                "INSERT INTO logbook_entry (schema, salt, at, role, service, event, reference,"
                " record, facts) VALUES (1, decode(repeat('5a', 16), 'hex'), now(), '', '',"
                " 'person_suspended', '', '', %s)",
                [facts],
            )
    fill_in_anew()
    after = [(*one[:2], one[3]) for one in changes()], [(*one[:2], one[3]) for one in managers()]
    assert after == before


@pytest.mark.parametrize("table", ["accounts_accountchange", "accounts_pastmanager"])
@pytest.mark.parametrize("act", ["UPDATE {} SET person_id = person_id", "DELETE FROM {}"])
def test_what_was_done_is_not_the_applications_to_change(table, act):
    with (
        pytest.raises(ProgrammingError) as refused,
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(act.format(table))
    assert refused.value.__cause__.pgcode == "42501"


def test_an_act_that_is_refused_leaves_nothing():
    person, auditor = a_practitioner(), an_auditor()
    with pytest.raises(NotAllowed):
        suspending.suspend(person, by=auditor, now=NOW)
    assert (changes(), User.objects.get(pk=person.pk).is_active) == ([], True)
