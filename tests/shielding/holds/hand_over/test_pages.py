"""A leaver's items are handed to a colleague from the directory; what changes hands is shown."""

import pytest
from django.utils import timezone

from requests_app.models import Request
from shielding.accounts import actions as directory
from shielding.accounts import suspending
from shielding.accounts.models import User
from shielding.models import HandOver, Hold
from tests.requests_app.support.desk import at_desk, main
from tests.support import hand_overs
from tests.support.people import (
    a_practitioner,
    a_service,
    an_administrator,
    an_auditor,
    an_iw_member,
)
from tests.support.requests import a_draft
from tests.support.shielded_records import shielded_for
from tests.support.statements import Statements

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
    assert "Requests in force, or whose family is still to be told 2" in asked
    assert "Drafts 1" in asked
    assert "Answers owed" not in asked
    page = browser.post(answer.url, follow=True)
    proposal = HandOver.objects.get()
    assert page.redirect_chain == [(proposed(proposal), 302)]
    assert "It is not yours to confirm" in main(page)
    assert "Confirm: hand over" not in main(page)
    assert Hold.objects.filter(source=leaver).count() == 2
    other = at_desk(an_iw_member())
    assert proposal.reference in main(other.get("/people/hand-overs/"))
    page = other.get(proposed(proposal))
    assert "Drafts 1" in main(page)
    page = other.post(proposed(proposal), {"seen": seen_on(page)}, follow=True)
    assert "Handed over to Cal Colleague" in main(page)
    assert Hold.objects.filter(source=colleague).count() == 2
    assert not Request.objects.filter(practitioner=leaver).exists()
    assert "They have nothing to hand over." in main(browser.get(hand_over(leaver, colleague)))


def proposed(proposal: HandOver) -> str:
    return f"/people/hand-overs/{proposal.reference}/"


def seen_on(page) -> str:
    return page.context["form"]["seen"].value()


def test_who_proposed_is_refused_and_who_comes_later_reads_who_was_there_before(leaver, colleague):
    shielded_for(leaver, now=timezone.now())
    first, second, third = (an_iw_member(name=f"Member {name}") for name in ("A", "B", "C"))
    proposal = hand_overs.proposed(leaver, to=colleague, by=first, now=timezone.now())
    address, seen = proposed(proposal), Hold.objects.get().reference
    assert at_desk(first).post(address, {"seen": seen}).status_code == 403
    assert Hold.objects.get().source == leaver
    late = at_desk(third).get(address)
    assert at_desk(second).post(address, {"seen": seen}).url == address
    answer = at_desk(third).post(address, {"seen": seen_on(late)})
    assert (answer.status_code, "Member B" in main(answer)) == (409, True)
    assert "Member B" in main(at_desk(third).get(address))


def test_a_proposal_is_taken_back_by_either(leaver, colleague):
    for number in range(2):
        member = an_iw_member()
        proposal = hand_overs.proposed(
            leaver, to=colleague, by=None if number else member, now=timezone.now()
        )
        answer = at_desk(member).post(f"{proposed(proposal)}withdraw/", follow=True)
        assert "Taken back" in main(answer)
    assert not HandOver.objects.open().exists()


def test_the_page_of_a_proposal_whose_first_member_left_says_so(leaver, colleague):
    shielded_for(leaver, now=timezone.now())
    proposal = hand_overs.proposed(leaver, to=colleague, now=timezone.now())
    User.objects.filter(pk=proposal.proposed_by_id).update(is_active=False)
    page = main(at_desk(an_iw_member()).get(proposed(proposal)))
    assert "has left the IW Team since (for good or for a time), so it must be" in page
    assert "Confirm: hand over" not in page
    assert "To propose again" in main(at_desk(an_iw_member()).get("/people/hand-overs/"))


def test_the_list_costs_the_same_however_long_and_says_which_fell_away():
    browser, costs, stopped = at_desk(an_iw_member()), [], an_iw_member()
    for number in (1, 3):
        for _ in range(number):
            person = a_practitioner()
            to = a_practitioner(service=person.service)
            hand_overs.proposed(person, to=to, by=stopped, now=timezone.now())
        with Statements() as asked:
            page = main(browser.get("/people/hand-overs/"))
        costs.append(len(asked))
        assert page.count("To confirm") == HandOver.objects.count()
    assert costs[0] == costs[1]
    suspending.suspend(stopped, by=an_administrator(), now=timezone.now())
    suspending.reactivate(stopped, by=an_administrator(), now=timezone.now())
    person = a_practitioner()
    to = a_practitioner(service=person.service)
    hand_overs.proposed(person, to=to, by=stopped, now=timezone.now())
    page = main(browser.get("/people/hand-overs/"))
    assert (page.count("To propose again"), page.count("To confirm")) == (4, 1)


@pytest.mark.parametrize("bad", ["nonsense", "\x00", "IW-2222-2222", "x" * 5000])
def test_a_page_of_another_hand_is_asked_for_anew(leaver, colleague, bad):
    shielded_for(leaver, now=timezone.now())
    proposal = hand_overs.proposed(leaver, to=colleague, now=timezone.now())
    answer = at_desk(an_iw_member()).post(proposed(proposal), {"seen": bad})
    assert answer.status_code in (200, 409)
    assert Hold.objects.get().source == leaver


def test_the_page_names_who_made_the_colleagues_account(leaver, service):
    maker = an_iw_member(name="Mal Maker")
    made = directory.add_practitioner(
        name="New Comer",
        email="new@council.example",
        service=service,
        by=maker,
        now=timezone.now(),
    )
    shielded_for(leaver, now=timezone.now())
    own = "If you made or renamed the colleague’s account, propose it yourself"
    best = "Mal Maker made, renamed or reactivated it last: best let them propose."
    for member in (an_iw_member(), maker):
        page = main(at_desk(member).get(hand_over(leaver, made)))
        assert own in page
        assert (best in page) == (member != maker)


def test_a_leaver_whose_account_is_suspended_already_is_handed_over_too(leaver, colleague):
    shielded_for(leaver, now=timezone.now())
    User.objects.filter(pk=leaver.pk).update(is_active=False)
    browser = at_desk(an_iw_member())
    assert browser.get("/records/without-practitioner/").context["page"].paginator.count == 1
    proposal = hand_overs.proposed(leaver, to=colleague, now=timezone.now())
    browser.post(proposed(proposal), {"seen": Hold.objects.get().reference})
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
