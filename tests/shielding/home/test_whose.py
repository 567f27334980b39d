"""What is a member's own to do, and what a colleague's: the count, the list, and the policy."""

from datetime import timedelta

import pytest
from django.utils import timezone

from requests_app import policies as request_policies
from requests_app.models import Request
from shielding.accounts import actions as directory
from shielding.accounts import policies as account_policies
from shielding.accounts import role_grants
from shielding.accounts.models import RoleGrant
from shielding.holds.hand_over import policies as hand_over_policies
from shielding.home import to_do
from shielding.models import HandOver, Record
from shielding.unshield import other_ends
from shielding.unshield import policies as unshield_policies
from tests.requests_app.support.desk import at_desk, main
from tests.requests_app.support.desk_caseload import a_phoned_request, a_proposed_request
from tests.shielding.home.support.tiles import tiles
from tests.support import hand_overs
from tests.support.people import a_practitioner, an_administrator, an_iw_member
from tests.support.requests import a_request
from tests.support.shielded_records import shielded_for

pytestmark = pytest.mark.django_db


def a_team():
    """Return four members, a lead first; the second was granted their role just now, the third had
    theirs given by the lead last week; and one who has left.
    """
    now = timezone.now()
    lead = an_iw_member(lead=True)
    new = an_iw_member(second_person_from=now + timedelta(hours=3))
    given, other, gone = an_iw_member(), an_iw_member(), an_iw_member()
    RoleGrant.objects.create(
        person=given,
        reference="IW-GGGG-GGGG",
        role="iw",
        proposed_at=now - timedelta(days=7),
        proposed_by=an_administrator(),
        confirmed_at=now - timedelta(days=7),
        confirmed_by=lead,
    )
    return lead, new, given, other, gone


def first_steps(team):
    """Each member takes a first step of everything that takes two."""
    now = timezone.now()
    for member in team:
        a_phoned_request(by=member)
        a_proposed_request(member)
        leaver = a_practitioner()
        to = a_practitioner(service=leaver.service)
        hand_overs.proposed(leaver, to=to, by=member, now=now)
        (hold,) = shielded_for(now=now - timedelta(days=10))
        other_ends.propose_end(hold.record, code="died", by=member, now=now)
    a_request(now=now, decision="considered")
    # Nobody confirms what somebody proposed who has left: it is overturned, and taken back.
    directory.suspend(team[-1], by=an_administrator(), now=now)


def may_look_second(user, one, now):
    """Whether a second look is theirs: to confirm, or to overturn what nobody can confirm."""
    if one.state != "proposed":
        return request_policies.may_decide(user, one)
    may = request_policies.may_be_second(user, one, now)
    overturns = may and request_policies.proposal_fell_away(one)
    return overturns or request_policies.may_confirm_not_agreed(user, one, now)


def end_waits_for(user, record, now):
    """Whether a proposed end is theirs: to confirm, or to take back what nobody can confirm."""
    void = not unshield_policies.proposed_end_counts(record)
    void = void or unshield_policies.lacks_receipt(record)
    takes_back = user.is_active and user.is_iw and void
    return takes_back or unshield_policies.may_confirm_end(user, record, now)


def asked_of(user, now):
    """Return what waits for two, each with the query and the policy of what this person may do."""
    return [
        (
            Request.objects.to_decide(),
            request_policies.to_decide_by(user),
            lambda one: request_policies.may_decide(user, one),
        ),
        (
            Request.objects.for_second_look(),
            request_policies.second_look_by(user, now),
            lambda one: may_look_second(user, one, now),
        ),
        (
            Record.objects.end_to_confirm(),
            unshield_policies.ends_that_wait_for(user, now),
            lambda one: end_waits_for(user, one, now),
        ),
        (
            HandOver.objects.open(),
            hand_over_policies.to_confirm_by(user, now),
            lambda one: hand_over_policies.may_confirm_hand_over(user, one, now),
        ),
        (
            RoleGrant.objects.open(),
            account_policies.to_decide_by(user, now),
            lambda one: account_policies.may_decide_role(user, one, now),
        ),
    ]


def test_each_query_says_what_its_policy_says_for_everybody():
    team = a_team()
    first_steps(team)
    administrator, another = an_administrator(), an_administrator()
    now = timezone.now()
    for person in (an_iw_member(), team[0]):
        role_grants.propose_role(person, role="auditor", is_lead=False, by=another, now=now)
    counts = {}
    for user in (*team, a_practitioner(), administrator):
        for which, (everything, mine, may) in enumerate(asked_of(user, now)):
            by_query = set(everything.filter(mine).values_list("pk", flat=True))
            assert by_query == {one.pk for one in everything if may(one)}, (which, user)
            counts.setdefault(which, set()).add(len(by_query))
    # Of each, somebody may do none, and others may do different numbers of them.
    assert counts == {0: {0, 4}, 1: {0, 1, 4, 5}, 2: {0, 1, 3, 4, 5}, 3: {0, 3, 4}, 4: {0, 1}}


def test_what_is_mine_and_what_a_colleagues_is_counted_and_listed_apart():
    team = a_team()
    first_steps(team)
    lead, new, given, other, _ = team
    browser = at_desk(other)
    shown = tiles(browser.get("/"))
    queue = "/desk/?tab=second_look&whose="
    second = {url: number for number, url, _ in shown if "tab=second_look" in url}
    # Of five proposed they made one; what was considered is anybody's.
    assert second == {f"{queue}mine": 5, f"{queue}colleague": 1}
    for number, url, words in shown:
        if not url.startswith("/brokerage/"):
            assert browser.get(url).context["page"].paginator.count == number, words
    listed = browser.get(f"{queue}colleague")
    assert "Second look: for a colleague to do" in listed.content.decode()
    assert "Remove filter For a colleague to do" in main(listed)
    own = Request.objects.get(proposed_by=other)
    assert own.reference in main(listed)
    assert own.reference not in main(browser.get(f"{queue}mine"))
    page = main(browser.get("/"))
    assert page.index("Yours to do") < page.index("For a colleague to do")
    # Who is new confirms nothing today; who counts as one with the lead, not what the lead began.
    assert (1, f"{queue}mine") in [tile[:2] for tile in tiles(at_desk(new).get("/"))]
    assert (4, f"{queue}mine") in [tile[:2] for tile in tiles(at_desk(given).get("/"))]


def test_with_nothing_waiting_it_says_so_and_shows_no_zero():
    member = an_iw_member()
    page = at_desk(member).get("/")
    assert "You have nothing to do." in main(page)
    assert tiles(page) == []
    assert to_do.waiting_for(member, timezone.now()) == to_do.ToDo([], [])
