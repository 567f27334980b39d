"""From an invitation to the first page, and from a forgotten password to a new one."""

import re
from typing import Any

import pytest
from django.core import mail as outbox
from django.urls import reverse
from django.utils import timezone

from shielding.notices import delivery
from tests.support.people import a_service, an_iw_member

pytestmark = pytest.mark.django_db(transaction=True)
FIRST, SECOND = "seven green boats on a hill", "eight blue boats in a valley"


def mailed_path() -> str:
    """Deliver what is owed; return the path of the last link that was mailed, without its host."""
    delivery.deliver(timezone.now())
    bodies = "\n".join(one.body for one in outbox.outbox)
    return str(re.findall(r"https?://[^/\s]+(/new-password/\S+)", bodies)[-1])


@pytest.mark.parametrize("javascript", [True, False])
def test_a_new_colleague_chooses_a_password_and_later_another(
    signed_in: Any, at_a_browser: Any, javascript: bool
) -> None:
    service = a_service("Health visiting")
    iw = signed_in(an_iw_member(name="Ida Team"))
    iw.open(reverse("person_add"))
    iw.write("Full name", "Ann Example")
    iw.write("Work email address", "ann@council.example")
    iw.pick("Service", service.name)
    iw.press("Add the practitioner")
    iw.reads("Ann Example has an account and is sent an invitation.")

    ann = at_a_browser(javascript=javascript)
    ann.open(mailed_path())
    assert ann.heading() == "Choose your password"
    ann.write("New password", FIRST)
    ann.write("New password again", "not the same")
    ann.press("Save the password")
    if javascript:  # without it nothing moves the focus
        assert ann.summary_faults() == []
    ann.write("New password", FIRST)
    ann.write("New password again", FIRST)
    ann.press("Save the password")
    assert ann.heading() == "Sign in"

    ann.follow("I have forgotten my password")
    ann.write("Work email address", "ann@council.example")
    ann.press("Send the link")
    ann.reads("If there is an account with this address")
    old_link = mailed_path()
    ann.open(old_link)
    ann.write("New password", SECOND)
    ann.write("New password again", SECOND)
    ann.press("Save the password")
    ann.write("Work email address", "ann@council.example")
    ann.write("Password", SECOND)
    ann.press("Sign in")
    ann.reads("You have no requests yet")

    ann.open(old_link)
    ann.reads("This link cannot be used", "Ask for a new link")
