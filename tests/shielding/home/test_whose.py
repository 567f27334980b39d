"""What is a member's own to do, and what a colleague's: the count, the list, and the policy."""

from datetime import timedelta

import pytest
from django.utils import timezone

from requests_app import policies as request_policies
from requests_app.models import Request
from shielding.accounts import actions as directory
from shielding.accounts import policies as account_policies
from shielding.accounts import role_grants, suspending
from shielding.accounts.history import to_vouch_for
from shielding.accounts.models import RoleGrant, User
from shielding.accounts.suspensions import Suspension
from shielding.holds import policies as hold_policies
from shielding.holds.disputes import hand_over_actions as disputes
from shielding.holds.disputes import policies as dispute_policies
from shielding.holds.disputes import suspension_actions as disputed_suspensions
from shielding.holds.hand_over import policies as hand_over_policies
from shielding.home import to_do
from shielding.models import HandOver, HandOverTold, Hold, Record, SuspensionTold
from shielding.records.letting_go_to_attest import to_attest
from shielding.reviews import policies as review_policies
from shielding.unshield import actions as unshield_actions
from shielding.unshield import other_ends
from shielding.unshield import policies as unshield_policies
from tests.requests_app.support.desk import at_desk, main
from tests.requests_app.support.desk_caseload import a_phoned_request, a_proposed_request
from tests.shielding.home.support.tiles import tiles
from tests.support import hand_overs
from tests.support.people import (
    a_practitioner,
    a_role_grant,
    a_service,
    an_administrator,
    an_iw_member,
)
from tests.support.requests import a_request
from tests.support.shielded_records import DAY, agreed_holds, let_go, shielded_for
from tests.support.statements import Statements

pytestmark = pytest.mark.django_db


def a_team():
    """Return four members, a lead first; the second was granted their role just now, the third had
    theirs given by the lead last week; and one who has left.
    """
    now = timezone.now()
    lead = an_iw_member(lead=True)
    new = an_iw_member(second_person_from=now + timedelta(hours=3))
    given, other, gone = an_iw_member(), an_iw_member(), an_iw_member()
    a_role_grant(
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
    suspending.suspend(team[-1], by=an_administrator(), now=now)
    team[-1].refresh_from_db()


def one_takes_part(actor, by, then):
    """One member takes a part in everything of which another does the rest; `by` does that."""
    at = then + DAY
    directory.add_practitioner(
        name="New Comer", email="new@council.example", service=a_service(), by=actor, now=at
    )
    a_phoned_request(by=actor)
    renamed, plain, proposed, today, begun = (agreed_holds(now=then)[0] for _ in range(5))
    directory.rename(renamed.source, "Another Name", by=actor, now=at)
    colleague = a_practitioner(service=proposed.source.service)
    hand_overs.hand_over(proposed.source, to=colleague, by=by, proposed_by=actor, now=at)
    for hold in (renamed, plain, begun, Hold.objects.get(pk=proposed.pk)):
        let_go(hold, now=at)
    let_go(today, now=then + 7 * DAY)
    unshield_actions.begin_unshield(begun.record, by=actor, now=then + 3 * DAY)
    (unheard,) = agreed_holds(now=then)
    User.objects.filter(pk=unheard.source_id).update(is_active=False)
    let_go(unheard, by=actor, now=at)
    leaver = a_practitioner()
    colleague = a_practitioner(service=leaver.service)
    (ended,) = agreed_holds(leaver, now=then)
    hand_overs.hand_over(leaver, to=colleague, by=by, proposed_by=actor, now=at)
    other_ends.propose_end(ended.record, code="died", by=actor, now=at)
    wrong = HandOverTold.objects.get(person=leaver)
    disputes.say_wrong(wrong, by=leaver, now=at)
    suspended = a_practitioner()
    suspending.suspend(suspended, by=actor, now=at)
    wrong = SuspensionTold.objects.get(person=suspended)
    disputed_suspensions.say_wrong(wrong, by=suspended, now=at)


def may_look_second(user, one, now):
    """Whether a second look is theirs: to confirm, or to overturn what nobody can confirm."""
    if one.state != "proposed":
        return request_policies.may_decide(user, one)
    nobody = not any(
        request_policies.may_confirm_not_agreed(other, one, now) for other in members()
    )
    overturns = request_policies.may_be_second(user, one, now) and nobody
    return overturns or request_policies.may_confirm_not_agreed(user, one, now)


def end_waits_for(user, record, now):
    """Whether a proposed end is theirs: to confirm, or to take back what nobody can confirm."""
    nobody = not any(unshield_policies.may_confirm_end(other, record, now) for other in members())
    takes_back = user.is_active and user.is_iw and nobody
    return takes_back or unshield_policies.may_confirm_end(user, record, now)


def members():
    return User.objects.working().iw_team()


def theirs_or_nobodys(may):
    """Whether something is a member's to do, by a question about one of the team and the thing."""

    def is_theirs(user, one):
        able = {member.pk for member in members() if may(member, one)}
        return user.is_active and user.is_iw and (not able or user.pk in able)

    return is_theirs


def asked_of(user, now):
    """Return what waits for two, each with the query and the policy of what this person may do."""
    confirms = theirs_or_nobodys(
        lambda member, one: hand_over_policies.may_confirm_hand_over(member, one, now)
    )
    vouches = theirs_or_nobodys(lambda member, one: account_policies.may_vouch(member, one, now))
    attests = theirs_or_nobodys(lambda member, one: hold_policies.may_attest_word(member, one, now))
    settles = theirs_or_nobodys(lambda member, one: dispute_policies.may_settle(member, one, now))
    settles_suspension = theirs_or_nobodys(
        lambda member, one: dispute_policies.may_settle_suspension(member, one, now)
    )
    begins = theirs_or_nobodys(
        lambda member, one: member.pk not in unshield_policies.could_be_the_source(one)
    )
    ends = theirs_or_nobodys(
        lambda member, one: unshield_policies.may_confirm_unshield(member, one, now)
    )
    return {
        "to decide": (
            Request.objects.to_decide(),
            request_policies.to_decide_by(user),
            lambda one: request_policies.may_decide(user, one),
        ),
        "second look": (
            Request.objects.for_second_look(),
            request_policies.second_look_by(user, now),
            lambda one: may_look_second(user, one, now),
        ),
        # Of all with a claim: which of them wait is another question.
        "first review": (
            Request.objects.filter(hold__isnull=False),
            request_policies.to_conclude_by(user),
            lambda one: review_policies.may_conclude_first(user, one.review),
        ),
        "end": (
            Record.objects.end_to_confirm(),
            unshield_policies.ends_that_wait_for(user, now),
            lambda one: end_waits_for(user, one, now),
        ),
        "hand-over": (
            HandOver.objects.open(),
            hand_over_policies.to_confirm_by(user, now),
            lambda one: confirms(user, one),
        ),
        "role": (
            RoleGrant.objects.open(),
            account_policies.to_decide_by(user, now),
            lambda one: account_policies.may_decide_role(user, one, now),
        ),
        "account": (
            to_vouch_for(),
            account_policies.to_vouch_by(user, now),
            lambda one: vouches(user, one),
        ),
        "release": (
            to_attest(),
            hold_policies.to_attest_by(user, now),
            lambda one: attests(user, one),
        ),
        "disputed hand-over": (
            HandOver.objects.disputed(),
            dispute_policies.to_settle_by(user, now),
            lambda one: settles(user, one),
        ),
        "disputed suspension": (
            Suspension.objects.disputed(),
            dispute_policies.suspensions_to_settle_by(user, now),
            lambda one: settles_suspension(user, one),
        ),
        "to unshield": (
            Record.objects.to_unshield(),
            unshield_policies.to_begin_by(user),
            lambda one: begins(user, one),
        ),
        "on a day": (
            Record.objects.to_unshield(),
            unshield_policies.day_has_come(now),
            lambda one: "too_soon" not in lacking(one, user, now),
        ),
        "being unshielded": (
            Record.objects.being_unshielded(),
            unshield_policies.to_go_on_with_by(user, now),
            lambda one: ends(user, one),
        ),
    }


def lacking(record, user, now):
    return {missing.code for missing in unshield_policies.unshield_missing(record, user, now)}


def counted(people, now):
    """Return how many of each line are each one's, by queries that must say what policies say."""
    counts = {}
    for user in people:
        for line, (everything, mine, may) in asked_of(user, now).items():
            by_query = set(everything.filter(mine).values_list("pk", flat=True))
            assert by_query == {one.pk for one in everything if may(one)}, (line, user)
            counts.setdefault(line, []).append(len(by_query))
    return counts


def test_each_query_says_what_its_policy_says_for_everybody():
    team = a_team()
    first_steps(team)
    administrator, another = an_administrator(), an_administrator()
    now = timezone.now()
    for person in (an_iw_member(), team[0]):
        role_grants.propose_role(person, role="auditor", is_lead=False, by=another, now=now)
    counts = counted((*team, a_practitioner(), administrator), now)
    # Of each, somebody may do none, and others may do different numbers of them.
    assert {line: set(of) for line, of in counts.items() if any(of)} == {
        "to decide": {0, 4},
        "second look": {0, 1, 4, 5},
        "first review": {0, 14},
        "end": {0, 1, 3, 4},
        "hand-over": {0, 3, 4},
        "role": {0, 1},
    }


def only(*team):
    """Nobody but these is left in the team: those whom scenes are made with asked for no second."""
    User.objects.iw_team().exclude(pk__in=[one.pk for one in team]).update(is_active=False)


def test_so_does_each_where_one_member_took_part_before():
    now = timezone.now()
    lead, new, given, other, free = team = a_team()
    one_takes_part(lead, by=other, then=now - 7 * DAY)
    only(*team)
    counts = counted((lead, given, other, free, a_practitioner()), now)
    assert {line: of for line, of in counts.items() if any(of)} == {
        "to decide": [0, 1, 1, 1, 0],
        "first review": [0, 1, 1, 1, 0],
        "end": [1, 1, 1, 1, 0],  # nobody confirms what is in dispute: whoever looks takes it back
        "account": [0, 0, 1, 1, 0],
        "release": [0, 0, 1, 1, 0],
        "disputed hand-over": [0, 0, 0, 1, 0],  # who confirmed it settles nothing about it
        "disputed suspension": [0, 0, 1, 1, 0],
        "to unshield": [2, 2, 5, 5, 0],
        "on a day": [4, 4, 4, 4, 4],
        "being unshielded": [0, 0, 1, 1, 0],
    }
    browser = at_desk(other)
    shown = tiles(browser.get("/"))
    assert len(shown) == 11
    for number, url, words in shown:
        assert browser.get(url).context["page"].paginator.count == number, words


def test_what_nobody_in_the_team_may_is_everybodys():
    """Two members are left, one of whom was given their role by the other last week."""
    lead, _, given, other, gone = a_team()
    first_steps([lead, gone])
    now = timezone.now()
    one_takes_part(lead, by=other, then=now - 7 * DAY)
    only(lead, given)
    counts = counted((lead, given, a_practitioner()), now)
    assert {line: of for line, of in counts.items() if any(of)} == {
        "to decide": [1, 3, 0],
        "second look": [2, 3, 0],  # nobody confirms the lead's: who is as one with them overturns
        "first review": [5, 7, 0],
        "end": [3, 3, 0],
        "hand-over": [2, 2, 0],
        "account": [1, 1, 0],
        "release": [1, 1, 0],
        "disputed hand-over": [1, 1, 0],
        "disputed suspension": [1, 1, 0],
        "to unshield": [5, 5, 0],
        "on a day": [4, 4, 4],
        "being unshielded": [1, 1, 0],
    }
    assert to_do.waiting_for(given, now).colleagues == []


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


def test_home_and_its_list_cost_the_same_however_many_are_being_unshielded():
    member = at_desk(an_iw_member())
    costs = []
    for more in (1, 3):
        for _ in range(more):
            begun_lately()
        for address in ("/", "/records/being-unshielded/?whose=mine"):
            member.get(address)
            with Statements() as asked:
                answer = member.get(address)
            assert answer.status_code == 200
            costs.append(len(asked))
    assert costs[:2] == costs[2:]


def begun_lately():
    now = timezone.now()
    (hold,) = agreed_holds(now=now - 30 * DAY)
    let_go(hold, now=now - 10 * DAY)
    record = Record.objects.get(pk=hold.record_id)
    return unshield_actions.begin_unshield(record, by=an_iw_member(), now=now - DAY)
