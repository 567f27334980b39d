"""Requests of a practitioner as they come to be later, and what their page says."""

from django.db import transaction
from django.utils import timezone

from logbook.references import new_reference
from requests_app.desk import actions, phoned_requests
from shielding.holds import actions as shield
from shielding.records.letting_go_codes import Release
from tests.support.requests import a_number, a_request


def returned(person, member, query="points"):
    request = a_request(person, now=timezone.now())
    return actions.return_with_query(
        request, query=query, seen=request.changed_at, by=member, now=timezone.now()
    )


def phoned(person, member, ground="honour"):
    return phoned_requests.log_phoned(
        reference=new_reference(),
        number=a_number(),
        ground=ground,
        caller="practitioner",
        practitioner=person,
        service=person.service,
        by=member,
        now=timezone.now(),
    )


def let_go(request, by):
    with transaction.atomic():
        shield.release_hold(request.hold, how=Release.ON_WORD, by=by, now=timezone.now())


def titles(page):
    return [moment.title for moment in page.context["timeline"]]


def fact(page, key):
    return next((row for row in page.context["facts"] if row.key == key), None)
