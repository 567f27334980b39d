"""The pages about people: who opens which, and rows for them to be about."""

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from logbook.references import new_reference
from shielding.roles import Role
from tests.support.people import (
    a_practitioner,
    a_role_grant,
    a_service,
    an_administrator,
    an_auditor,
    an_iw_member,
)


def as_(person):
    client = Client()
    client.force_login(person)
    session = client.session
    session["fresh_at"] = int(timezone.now().timestamp())
    session.save()
    return client


def a_grant(**fields):
    values = {
        "person": an_iw_member(),
        "reference": new_reference(),
        "role": Role.AUDITOR,
        "proposed_at": timezone.now(),
        "proposed_by": an_administrator(),
    }
    return a_role_grant(**(values | fields))


ROLES = {
    "practitioner": a_practitioner,
    "iw": an_iw_member,
    "lead": lambda: an_iw_member(lead=True),
    "auditor": an_auditor,
    "administrator": an_administrator,
}
IW, ADMINISTRATOR, LEAD = {"iw", "lead"}, {"administrator"}, {"lead"}
# URL name, who opens it, and what GET and an empty POST answer to them.
TABLE = [
    ("your_account", set(ROLES), 200, 405),
    ("session_extend", set(ROLES), 405, 204),
    ("session_keep", set(ROLES), 405, 204),
    ("people", IW | ADMINISTRATOR, 200, 405),
    ("person", IW | ADMINISTRATOR, 200, 405),
    ("person_add", IW, 200, 200),
    ("person_manager", IW, 200, 200),
    ("person_name", IW | ADMINISTRATOR, 200, 200),
    ("person_phone", IW, 200, 302),
    ("person_suspend", IW | ADMINISTRATOR, 405, 302),
    ("person_reactivate", IW | ADMINISTRATOR, 405, 409),
    ("services", IW, 200, 405),
    ("service_add", IW, 200, 200),
    ("service_close", IW, 200, 302),
    ("service_reopen", IW, 405, 409),
    ("service", IW, 200, 405),
    ("roles", ADMINISTRATOR | LEAD, 200, 405),
    ("role_account", ADMINISTRATOR, 200, 200),
    ("role_propose", ADMINISTRATOR, 200, 200),
    ("role_confirm", LEAD, 405, 302),
    ("role_refuse", LEAD, 405, 302),
]


def address(name):
    """The page's address with rows that exist: a practitioner, an empty service, a proposal."""
    if name == "role_propose":
        return reverse(name, args=[an_iw_member().uid])
    if name.startswith("person") and name != "person_add":
        return reverse(name, args=[a_practitioner().uid])
    if name in ("service", "service_close", "service_reopen"):
        return reverse(name, args=[a_service().code])
    if name in ("role_confirm", "role_refuse"):
        return reverse(name, args=[a_grant().reference])
    return reverse(name)
