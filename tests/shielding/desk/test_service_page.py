"""The page of a service: its people, and what a closed one leaves to nobody."""

import pytest
from django.urls import reverse
from django.utils import timezone

from shielding.accounts import actions, suspending
from shielding.accounts.models import Service, User
from shielding.models import Hold
from shielding.web.refusals import NotAllowed, WrongState
from tests.requests_app.support.desk import at_desk, main
from tests.requests_app.support.desk_caseload import a_phoned_request
from tests.support.entries import entries
from tests.support.people import a_practitioner, a_service, an_administrator, an_iw_member
from tests.support.replay import replay
from tests.support.requests import a_request
from tests.support.statements import Statements

pytestmark = pytest.mark.django_db


def test_a_closed_service_shows_its_people_and_the_shields_left_there():
    member, school = an_iw_member(), a_service("Invented school")
    gone = a_practitioner(service=school, name="Gone Practitioner")
    theirs = a_request(gone, now=timezone.now())
    phoned = a_phoned_request(service=school)
    elsewhere = a_phoned_request(service=a_service())
    browser, page = at_desk(member), reverse("service", args=[school.code])
    shown = main(browser.get(page))
    assert "Gone Practitioner" in shown
    # Which shields a service asks for is no list while it is open.
    assert theirs.reference not in shown
    assert phoned.reference not in shown
    suspending.suspend(gone, by=member, now=timezone.now())
    assert main(browser.get(page)).count("IW-") == 0
    assert not Hold.objects.left_in(school).exists()
    browser.post(reverse("service_close", args=[school.code]))
    shown = main(browser.get(page))
    for reference in (theirs.reference, phoned.reference):
        assert reference in shown
    assert elsewhere.reference not in shown
    assert f"by {member.name}" in shown  # who closed it
    opened = ("service_opened", str(member.uid), {"opened": school.code})
    assert entries("service_opened") == [opened] * 3


def test_a_closed_service_is_opened_again():
    member, school, now = an_iw_member(), a_service(), timezone.now()
    gone = a_practitioner(service=school)
    suspending.suspend(gone, by=member, now=now)
    browser, address = at_desk(member), reverse("service_reopen", args=[school.code])
    assert browser.post(address).status_code == 409
    actions.close_service(school, by=member, now=now)
    with pytest.raises(WrongState, match="service_closed"):
        suspending.reactivate(gone, by=member, now=now)
    assert "The service is open again." in main(browser.post(address, follow=True))
    school.refresh_from_db()
    assert (school.closed_at, school.closed_by) == (None, None)
    suspending.reactivate(User.objects.get(pk=gone.pk), by=member, now=now)
    assert entries("service_reopened") == [
        ("service_reopened", str(member.uid), {"reopened": school.code})
    ]
    with pytest.raises(NotAllowed):
        actions.reopen_service(school, by=an_administrator(), now=now)
    assert replay()[0] == []
    Service.objects.filter(pk=school.pk).update(closed_at=now, closed_by=member)
    assert [one.split()[0] for one in replay()[0]] == ["services"]


def test_its_page_asks_no_more_for_more_people_and_shields():
    member, school = an_iw_member(), a_service()
    browser, page = at_desk(member), reverse("service", args=[school.code])
    gone = a_practitioner(service=school)
    suspending.suspend(gone, by=member, now=timezone.now())
    a_phoned_request(service=school)
    actions.close_service(school, by=member, now=timezone.now())
    asked = []
    for _ in range(3):
        with Statements() as statements:
            assert browser.get(page).status_code == 200
        asked.append(len(statements))
        for _ in range(3):
            a_phoned_request(service=school)
            a_practitioner(service=school, is_active=False)
    assert asked[1] == asked[2]
