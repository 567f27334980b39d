"""Signing in by both steps, as a browser does it."""

import re

from django.core import mail as outbox
from django.test import Client
from django.urls import reverse

from logbook.days import clock_now, real_now
from shielding.notices import delivery
from tests.shielding.accounts.second_factor.support.factors import code_of
from tests.support.people import PASSWORD


def at(name, **kwargs):
    return reverse(name, kwargs=kwargs)


def with_password(person, client=None, password=PASSWORD, **more):
    """Return a browser in which a person's password was given, and the answer."""
    client = client or Client()
    answer = client.post("/sign-in/", {"login": person.email, "password": password, **more})
    return client, answer


def is_in(client):
    return client.get("/your-account/").status_code == 200


def mailed_link():
    """Deliver what is owed and return the path of the latest link that a set-up begins with."""
    delivery.deliver(clock_now())
    found = [re.findall(r"(/sign-in/set-up/\S+/\S+/)", one.body) for one in outbox.outbox]
    return [link for links in found for link in links][-1]


def give_code(client, secret, moment=None):
    return client.post(at("second_factor"), {"code": code_of(secret, moment or real_now())})


def secret_on(page):
    """Return the secret that the page of an app shows."""
    return re.findall(r">((?:[A-Z2-7]{4} ){7}[A-Z2-7]{4})<", page)[0].replace(" ", "")


def codes_on(page):
    """Return the recovery codes that a page shows."""
    return re.findall(r">([2-9A-Z]{5}-[2-9A-Z]{5})<", page)


def set_up_app(client):
    """Set up an app in the stage, from the choice on; return its secret and recovery codes."""
    client.post(at("factor_begin"), {"kind": "app"})
    secret = secret_on(client.get(at("factor_app")).content.decode())
    answer = client.post(at("factor_app"), {"code": code_of(secret, real_now())})
    assert answer.url == at("factor_codes"), answer.url
    codes = codes_on(client.get(at("factor_codes")).content.decode())
    return secret, codes
