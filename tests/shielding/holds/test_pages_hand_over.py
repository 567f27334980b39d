"""A leaver's items are handed to a colleague from the directory; what changes hands is shown."""

import pytest
from django.utils import timezone

from requests_app.models import Request
from shielding.accounts.models import User
from shielding.models import Hold
from tests.requests_app.support.desk import at_desk, main
from tests.support.people import (
    a_practitioner,
    a_service,
    an_administrator,
    an_auditor,
    an_iw_member,
)
from tests.support.requests import a_draft
from tests.support.shielded_records import shielded_for

pytestmark = pytest.mark.django_db


@pytest.fixture
def service():
    return a_service()


@pytest.fixture
def leaver(service) -> User:
    return a_practitioner(service=service, name="Lou Leaver")


@pytest.fixture
def colleague(service) -> User:
    return a_practitioner(service=service, name="Cal Colleague")


def page_of(person: User) -> str:
    return f"/people/{person.uid}/"


def hand_over(person: User, to: User | None = None) -> str:
    return f"{page_of(person)}hand-over/{f'{to.uid}/' if to else ''}"


def test_from_the_directory_to_a_colleague_of_the_same_service(leaver, colleague):
    stranger = a_practitioner(name="Sam Stranger")
    shielded_for(leaver, now=timezone.now())
    shielded_for(leaver, now=timezone.now())
    a_draft(leaver)
    browser = at_desk(an_iw_member())
    assert "Hand over to a colleague" in main(browser.get(page_of(leaver)))
    choice = main(browser.get(hand_over(leaver)))
    assert "Cal Colleague" in choice
    assert "Sam Stranger" not in choice
    assert stranger.name not in choice
    answer = browser.post(hand_over(leaver), {"to": str(colleague.uid)})
    assert answer.url == hand_over(leaver, colleague)
    asked = main(browser.get(answer.url))
    assert "Requests that keep a shield, or whose end the family is to be told of 2" in asked
    assert "Drafts 1" in asked
    assert "Answers owed" not in asked
    assert Hold.objects.filter(source=leaver).count() == 2
    page = browser.post(answer.url, follow=True)
    assert page.redirect_chain == [(page_of(leaver), 302)]
    assert "Handed over to Cal Colleague" in main(page)
    assert Hold.objects.filter(source=colleague).count() == 2
    assert not Request.objects.filter(practitioner=leaver).exists()
    assert "They have nothing to hand over." in main(browser.get(answer.url))


def test_a_leaver_whose_account_is_suspended_already_is_handed_over_too(leaver, colleague):
    shielded_for(leaver, now=timezone.now())
    User.objects.filter(pk=leaver.pk).update(is_active=False)
    browser = at_desk(an_iw_member())
    assert browser.get("/records/without-practitioner/").context["page"].paginator.count == 1
    browser.post(hand_over(leaver, colleague))
    assert browser.get("/records/without-practitioner/").context["page"].paginator.count == 0


@pytest.mark.parametrize("bad", ["", "nonsense", "\x00", "x" * 5000])
def test_a_colleague_is_one_of_those_shown(leaver, colleague, bad):
    page = at_desk(an_iw_member()).post(hand_over(leaver), {"to": bad})
    assert 'id="id_to_error"' in page.content.decode()


def test_nobody_of_another_service_takes_over(leaver):
    stranger, browser = a_practitioner(), at_desk(an_iw_member())
    shielded_for(leaver, now=timezone.now())
    assert "No other practitioner of this service can sign in." in main(
        browser.get(hand_over(leaver))
    )
    chosen = browser.post(hand_over(leaver), {"to": str(stranger.uid)})
    assert 'id="id_to_error"' in chosen.content.decode()
    assert browser.get(hand_over(leaver, stranger)).url == hand_over(leaver)
    refused = browser.post(hand_over(leaver, stranger))
    assert refused.status_code == 409
    assert "Choose a practitioner of the same service." in main(refused)
    assert Hold.objects.get().source == leaver


def test_only_the_iw_team_hands_over_and_only_from_practitioners(leaver, colleague):
    for somebody in (colleague, an_auditor(), an_administrator()):
        assert at_desk(somebody).get(hand_over(leaver)).status_code == 403
        assert at_desk(somebody).post(hand_over(leaver, colleague)).status_code == 403
    administrator = at_desk(an_administrator())
    assert "Hand over to a colleague" not in main(administrator.get(page_of(leaver)))
    member = an_iw_member()
    assert at_desk(member).get(hand_over(member)).status_code == 403
    assert "Hand over to a colleague" not in main(at_desk(member).get(page_of(member)))
