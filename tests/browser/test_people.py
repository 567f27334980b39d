"""Services, people and roles, and signing in and out, at a browser."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.urls import reverse
from django.utils import timezone

from shielding.accounts.deputies.models import Deputy
from shielding.accounts.models import RoleGrant, User
from tests.support.people import PASSWORD, a_practitioner, an_administrator, an_iw_member

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_colleague_joins_a_new_service(signed_in: Any) -> None:
    manager = a_practitioner(name="Mary Manager")
    iw = signed_in(an_iw_member(name="Ida Team"))
    iw.open(reverse("people"))
    iw.follow("Services")
    iw.press("Add a service")
    iw.press("Add the service")
    assert iw.summary_faults() == []
    iw.write("Name of the service", "Health Visiting")
    iw.press("Add the service")
    iw.reads("The service is added.", "Health Visiting")

    iw.open(reverse("people"))
    iw.press("Add a practitioner")
    iw.write("Full name", "Ann Example")
    iw.write("Work email address", "office@council.example")
    iw.pick("Service", manager.service.name)
    iw.press("Add the practitioner")
    assert iw.heading() == "Who is the line manager of Ann Example?"
    iw.pick("Line manager", f"Mary Manager, {manager.service.name}, {manager.email}")
    iw.press("Save the line manager")
    iw.reads("The line manager is saved.", "Mary Manager", "several people read")
    assert iw.faults() == []
    iw.press("Suspend this account")
    iw.reads("The account is suspended.", "Suspended")
    iw.press("Let this account sign in again")
    iw.reads("The account can be used again.")


@pytest.mark.parametrize("javascript", [True, False])
def test_somebody_stands_in_for_a_manager(signed_in: Any, javascript: bool) -> None:
    head = a_practitioner(name="Hedy Head")
    manager = a_practitioner(manager=head, name="Mary Manager")
    a_practitioner(service=manager.service, manager=manager)
    today = timezone.localdate()

    mary = signed_in(manager, javascript=javascript)
    mary.follow("Your deputy")
    mary.reads("Nobody stands in for you.")
    mary.follow("Name a deputy")
    mary.write("Work email of your deputy", head.email)
    mary.date("First day", today)
    mary.date("Last day", today + timedelta(days=60))
    mary.press("Name the deputy")
    mary.reads("There is a problem", "A deputy stands in for at most 60 days")
    mary.date("Last day", today + timedelta(days=59))
    mary.press("Name the deputy")
    mary.reads("Hedy Head is named.", "Standing in")

    hedy = signed_in(head, javascript=javascript)
    hedy.open(reverse("your_account"))
    hedy.follow("Your deputy")
    hedy.reads("You stand in for", "Mary Manager", "Standing in")

    iw = signed_in(an_iw_member(), javascript=javascript)
    iw.open(reverse("person", args=[manager.uid]))
    iw.follow("Change deputy")
    reference = Deputy.objects.get().reference
    iw.press(f"End this now {reference}")
    iw.reads(f"{reference} is ended.", "Nobody stands in for them.", "Ended early")
    if javascript:
        assert [visitor.faults() for visitor in (mary, hedy, iw)] == [[], [], []]


def test_a_role_takes_two_people(signed_in: Any) -> None:
    administrator = signed_in(an_administrator(name="Ada Admin"))
    lead = signed_in(an_iw_member(lead=True, name="Lea Lead"))
    administrator.open(reverse("people"))
    administrator.press("Propose an account")
    administrator.press("Propose this account")
    assert administrator.summary_faults() == []
    administrator.write("Full name", "New Auditor")
    administrator.write("Work email address", "new@council.example")
    administrator.tick("Auditor")
    administrator.press("Propose this account")
    administrator.reads("An IW lead must confirm it.", "New Auditor")
    assert administrator.page.get_by_role("button", name="Confirm").count() == 0
    lead.open(reverse("roles"))
    assert lead.faults() == []
    reference = RoleGrant.objects.get().reference
    lead.press(f"Confirm {reference}")
    lead.reads("The role is confirmed.", "Confirmed by Lea Lead")
    assert lead.faults() == []
    assert User.objects.get(email="new@council.example").is_active


@pytest.mark.parametrize("javascript", [True, False])
def test_a_wrong_password_is_told_beside_the_field(at_a_browser: Any, javascript: bool) -> None:
    somebody = at_a_browser(javascript=javascript)
    somebody.open("/sign-in/")
    somebody.write("Work email address", "nobody@council.example")
    somebody.write("Password", "not the password")
    somebody.press("Sign in")
    somebody.reads("There is a problem", "The email address or the password is not right")
    if javascript:
        assert somebody.summary_faults() == []
        assert somebody.faults() == []


def test_an_ended_session_says_so_and_goes_on_where_it_was(signed_in: Any) -> None:
    person = a_practitioner()
    visitor = signed_in(person)
    cookies = visitor.page.context.cookies()
    key = next(cookie["value"] for cookie in cookies if cookie["name"] == "__Host-session")
    session = SessionStore(key)
    session["seen_at"] -= 15 * 60
    session.save()
    visitor.open(reverse("your_account"))
    visitor.reads("You were signed out because nothing happened for 15 minutes.")
    assert visitor.faults() == []
    visitor.write("Work email address", person.email)
    visitor.write("Password", PASSWORD)
    visitor.press("Sign in")
    assert visitor.heading() == "Your account"
