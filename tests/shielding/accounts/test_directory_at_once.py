"""People who keep the directory at the same moment."""

import threading

import pytest
from django.db import connection

from shielding.accounts import actions
from shielding.accounts.models import User, ids_below
from shielding.web.refusals import Refused, WrongState
from tests.shielding.accounts.support.directory import NOW
from tests.support.entries import entries
from tests.support.people import a_practitioner, a_service, an_iw_member
from tests.support.threads import run_together

pytestmark = pytest.mark.django_db


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("size", [2, 3, 5])
def test_changes_at_once_make_no_circle_together(size):
    """Each change alone is fine; together they would close a circle. One of them must lose."""
    iw, service = an_iw_member(), a_service()
    ring = [a_practitioner(service=service) for _ in range(size)]
    start, outcomes = threading.Barrier(size), []

    def change(place):
        try:
            start.wait()
            actions.set_line_manager(ring[place], ring[place - 1], by=iw, now=NOW)
            outcomes.append("set")
        except Refused as refusal:
            outcomes.append(refusal.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=change, args=[place]) for place in range(size)]
    run_together(*threads)
    assert sorted(outcomes) == ["manager_circle", *["set"] * (size - 1)]
    assert len(entries("line_manager_set")) == size - 1
    for person in ring:
        assert person.pk not in ids_below(person)


@pytest.mark.django_db(transaction=True)
def test_somebody_is_added_while_their_service_closes():
    """Whoever is first wins; never is there a working person in a closed service."""
    iw = an_iw_member()
    for number in range(10):
        service, start = a_service(), threading.Barrier(2)

        def add(service=service, start=start, number=number):
            return together(
                start,
                lambda: actions.add_practitioner(
                    name="N",
                    email=f"late{number}@council.example",
                    service=service,
                    by=iw,
                    now=NOW,
                ),
            )

        def close(service=service, start=start):
            return together(start, lambda: actions.close_service(service, by=iw, now=NOW))

        threads = [threading.Thread(target=add), threading.Thread(target=close)]
        run_together(*threads)
        service.refresh_from_db()
        assert service.is_open == User.objects.in_service(service).exists()


@pytest.mark.django_db(transaction=True)
def test_two_addresses_that_differ_by_a_dot_are_not_both_added_at_once():
    iw, service = an_iw_member(), a_service()
    for number in range(10):
        start = threading.Barrier(2)

        def add(email, start=start):
            return together(
                start,
                lambda: actions.add_practitioner(
                    name="N", email=email, service=service, by=iw, now=NOW
                ),
            )

        emails = [f"a.nn{number}@council.example", f"ann{number}@council.example"]
        threads = [threading.Thread(target=add, args=[email]) for email in emails]
        run_together(*threads)
        assert User.objects.filter(email__in=emails).count() == 1


def together(start, act):
    try:
        start.wait()
        act()
    except (WrongState, Refused):
        pass
    finally:
        connection.close()
