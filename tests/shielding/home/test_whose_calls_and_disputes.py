"""Whose it is to phone about a release, or to settle what is said to be wrong: case by case, by the
policy, by the query behind home and its lists, and at the same cost however many there are."""

from datetime import timedelta

import pytest
from django.utils import timezone

from shielding.accounts import suspending
from shielding.accounts.history import AccountChange, PastManager
from shielding.accounts.models import User
from shielding.accounts.suspensions import Suspension, SuspensionTold
from shielding.holds import policies as hold_policies
from shielding.holds.disputes import hand_over_actions, suspension_actions
from shielding.holds.disputes import policies as dispute_policies
from shielding.home import to_do
from shielding.models import HandOver, HandOverTold, Hold
from shielding.records.letting_go_to_attest import to_attest
from tests.requests_app.go_live.support.files import a_file, a_row, taken_over
from tests.requests_app.support.desk import at_desk
from tests.support import hand_overs
from tests.support.people import a_practitioner, a_role_grant, an_administrator, an_iw_member
from tests.support.shielded_records import DAY, agreed_holds, let_go
from tests.support.statements import Statements

pytestmark = pytest.mark.django_db
NAMES = ("lead", "one", "two", "three", "as_three")


class Team:
    """Five members, one of them new for a day; the fifth had their role from the fourth lately."""

    def __init__(self) -> None:
        self.now = timezone.now()
        self.then, self.let_go_at = self.now - 60 * DAY, self.now - 5 * DAY
        self.by_name = {name: an_iw_member(lead=name == "lead") for name in NAMES}
        self.lead, self.one, self.two, self.three, self.as_three = self.by_name.values()
        self.new = an_iw_member(second_person_from=self.now + timedelta(hours=3))
        self.grant(self.as_three, by=self.three, at=self.now - 7 * DAY)

    def grant(self, person, *, by, at):
        a_role_grant(
            person=person,
            reference=f"IW-GGGG-{person.pk:04}",
            role="iw",
            proposed_at=at,
            proposed_by=an_administrator(),
            confirmed_at=at,
            confirmed_by=by,
        )

    def done(self, person, change, *, by, at):
        AccountChange.objects.create(person=person, change=change, by=by, at=at)

    def alone(self):
        """Let nobody else be in the team: with whom scenes are made."""
        own = [one.pk for one in (*self.by_name.values(), self.new)]
        User.objects.iw_team().exclude(pk__in=own).update(is_active=False)

    def compared(self, waiting, able, mine):
        """Return who may do each, by its pk; by the query too, which gives to all what nobody may.

        `able` is the list that the page of each names.
        """
        found = {one.pk: {member.pk for member in able(one, self.now)} for one in waiting}
        for member in (*self.by_name.values(), self.new):
            theirs = {pk for pk, these in found.items() if not these or member.pk in these}
            by_query = waiting.filter(mine(member, self.now)).values_list("pk", flat=True)
            assert set(by_query) == theirs, member
        assert not waiting.filter(mine(a_practitioner(), self.now)).exists()
        names = {member.pk: name for name, member in self.by_name.items()}
        return {
            pk: " ".join(sorted((names[member] for member in these), key=NAMES.index))
            for pk, these in found.items()
        }


def releases(team):
    """Return releases that wait, each by what makes it another's, and who may phone about it."""
    at, cases = team.let_go_at, {}

    def released(who, *, hold=None, by=None, now=at):
        hold = hold or agreed_holds(a_practitioner(manager=a_practitioner()), now=team.then)[0]
        let_go(hold, by=by, now=now)
        if hold.imported_at is None:
            stopped_by = by or an_administrator()
            team.done(hold.source, "suspended", by=stopped_by, at=now + DAY)
        cases[hold.pk] = who
        return hold.source

    def set_number(person, by, at):
        team.done(person, "phone_set", by=by, at=at)

    released("lead one two three as_three")
    # Who set the number that is dialled, and who counts as one with them: the last of the source's,
    # the last of the manager's, within 28 days.
    set_number(released("lead one two"), team.three, at)
    source = released("lead two three as_three")
    set_number(source, team.three, at - 2 * DAY)
    set_number(source, team.two, at - DAY)
    set_number(source, team.one, at - DAY)
    set_number(released("lead one three as_three").line_manager, team.two, at - 27 * DAY)
    set_number(released("lead one two three as_three"), team.two, at - 28 * DAY)
    # Who chose the line manager, where there was another before.
    chosen = released("lead two three as_three")
    other = a_practitioner()
    for by, day in ((team.two, 3), (team.one, 2)):
        PastManager.objects.create(
            person=chosen, manager=other, ended_at=at - day * DAY, ended_by=by
        )
    # Or took the only one away; or moved the source within 28 days, the last of them.
    alone = released("lead two three as_three")
    PastManager.objects.create(person=alone, manager=other, ended_at=at, ended_by=team.one)
    User.objects.filter(pk=alone.pk).update(line_manager=None)
    source = released("lead one three as_three")
    team.done(source, "moved", by=team.one, at=at - 2 * DAY)
    team.done(source, "moved", by=team.two, at=at - DAY)
    # Who could be the source; who recorded it, and nobody where the number was theirs as well.
    team.done(released("lead one three as_three"), "renamed", by=team.two, at=at - DAY)
    released("lead two three as_three", hold=agreed_holds(now=team.then)[0], by=team.one)
    recorded = agreed_holds(now=team.then)[0]
    User.objects.filter(pk=recorded.source_id).update(is_active=False)
    released("lead two three as_three", hold=recorded, by=team.one)
    dialled = agreed_holds(now=team.then)[0]
    User.objects.filter(pk=dialled.source_id).update(is_active=False)
    set_number(released("", hold=dialled, by=team.three), team.as_three, at)
    # Who proposed the file from which it was taken over.
    person = a_practitioner()
    taken_over(a_file(a_row(person)), one=team.two, two=team.one)
    imported = Hold.objects.get(source=person)
    team.now += 2 * DAY
    User.objects.filter(pk=team.new.pk).update(second_person_from=team.now + DAY)
    team.new.refresh_from_db()
    released("lead one three as_three", hold=imported, now=team.now - DAY)
    return cases


def test_whose_each_release_is_to_phone_about():
    team = Team()
    cases = releases(team)
    team.alone()
    found = team.compared(to_attest(), hold_policies.attesters, hold_policies.to_attest_by)
    assert found == cases


def disputed_hand_overs(team):
    """Return disputed hand-overs, each by what makes it another's, and who may settle it."""
    then, at, cases = team.then, team.let_go_at, {}

    def said_wrong(who, *, proposed, confirmed, leaver=None, to=None, before=()):
        leaver = leaver or agreed_holds(now=then)[0].source
        to = to or a_practitioner(service=leaver.service)
        for person, change, by, when in before:
            team.done(leaver if person == "leaver" else to, change, by=by, at=when)
        hand_overs.hand_over(leaver, to=to, by=confirmed, proposed_by=proposed, now=at)
        told = HandOverTold.objects.get(person=leaver)
        hand_over_actions.say_wrong(told, by=leaver, now=at)
        cases[told.hand_over_id] = who

    both = {"proposed": team.one, "confirmed": team.two}
    said_wrong("lead", **both)
    said_wrong("one three as_three", proposed=team.lead, confirmed=team.two)
    said_wrong("two", proposed=team.lead, confirmed=team.one, before=[
        ("to", "renamed", team.three, then + DAY)])  # fmt: skip
    said_wrong("three as_three", **both, before=[("to", "made", team.lead, then + DAY)])
    said_wrong("lead", **both, before=[("to", "made", team.lead, then - DAY)])
    said_wrong("lead", **both, before=[("to", "phone_set", team.lead, then + DAY)])
    # Who moved the leaver there with their claims shortly before, and who counts as one with them,
    # and who with these.
    said_wrong("three as_three", **both, before=[("leaver", "moved", team.lead, at - DAY)])
    said_wrong("lead", **both, before=[("leaver", "moved", team.lead, at - 29 * DAY)])
    between = an_iw_member()
    team.done(between, "renamed", by=team.lead, at=at - 35 * DAY)
    team.done(between, "reactivated", by=team.three, at=at - DAY)
    said_wrong("as_three", **both, before=[("leaver", "moved", team.lead, at - 10 * DAY)])
    # What was taken over from a file: its proposer, and who did anything with the account before.
    for proposer, before in ((team.lead, []), (team.one, [("to", "made", team.lead, then - DAY)])):
        leaver = a_practitioner()
        taken_over(a_file(a_row(leaver)), one=proposer, two=team.two)
        said_wrong("three as_three", **both, leaver=leaver, before=before)
    # Nothing of theirs moved.
    said_wrong("lead", **both, leaver=a_practitioner(), before=[
        ("to", "made", team.lead, at - DAY)])  # fmt: skip
    return cases


def test_whose_each_disputed_hand_over_is_to_settle():
    team = Team()
    cases = disputed_hand_overs(team)
    team.alone()
    disputed = HandOver.objects.disputed()
    found = team.compared(disputed, dispute_policies.settlers, dispute_policies.to_settle_by)
    assert found == cases
    # Where the lead is gone it is the others'; where nobody is left, everybody's.
    User.objects.filter(pk=team.lead.pk).update(is_active=False)
    del team.by_name["lead"]
    found = team.compared(disputed, dispute_policies.settlers, dispute_policies.to_settle_by)
    assert found == {pk: who for pk, who in found.items() if "lead" not in who}
    assert set(found.values()) >= {"three as_three", "two", "as_three"}


def disputed_suspensions(team):
    """Return disputed suspensions, each by what makes it another's, and who may settle it."""
    at, cases = team.let_go_at, {}

    def said_wrong(who, *, by, recorded=None, handled=None, manager=None, person=None):
        person = person or a_practitioner(manager=manager)
        hold = agreed_holds(person, now=team.then)[0]
        team.done(person, "phone_set", by=team.two, at=at - DAY)
        if handled:
            team.done(person, "made", by=handled, at=team.then - 90 * DAY)
        suspending.suspend(person, by=by, now=at)
        told = SuspensionTold.objects.filter(suspension__person=person).last()
        suspension_actions.say_wrong(told, by=told.person, now=at)
        if recorded:  # what was let go before stands again by that: this is of since then
            hold.refresh_from_db()
            if recorded == person:  # as if they had come in before it
                in_use = {"is_active": True, "suspended_at": None, "suspended_by": None}
                User.objects.filter(pk=person.pk).update(**in_use)
            let_go(hold, by=recorded, now=at - 2 * DAY)
        cases[told.suspension_id] = who

    said_wrong("lead", by=team.one)
    said_wrong("one two three as_three", by=team.lead)
    said_wrong("two three as_three", by=team.one, handled=team.lead)
    # They count as one who did so since 28 days before the first step: here that was the release.
    team.done(team.one, "renamed", by=team.lead, at=at - 29 * DAY)
    said_wrong("two", by=team.one, recorded=team.three)
    said_wrong("three as_three", by=team.two, recorded=team.one)
    # But for what they let go of themself before it.
    person = a_practitioner()
    said_wrong("lead", by=team.one, recorded=person, person=person)
    # Whoever says that it is wrong settles nothing, as a line manager may.
    said_wrong("two three as_three", by=team.one, manager=team.lead)
    return cases


def test_whose_each_disputed_suspension_is_to_settle():
    team = Team()
    cases = disputed_suspensions(team)
    team.alone()
    disputed = Suspension.objects.disputed()
    policies = dispute_policies.settlers_of_suspension, dispute_policies.suspensions_to_settle_by
    assert team.compared(disputed, *policies) == cases


def waits_and_is_wrong(team):
    """One release more that waits, one hand-over and one suspension that are said to be wrong."""
    (hold,) = agreed_holds(now=team.then)
    let_go(hold, now=team.let_go_at)
    team.done(hold.source, "suspended", by=team.one, at=team.let_go_at)
    (hold,) = agreed_holds(now=team.then)
    to = a_practitioner(service=hold.service)
    hand_overs.hand_over(hold.source, to=to, by=team.one, now=team.let_go_at)
    wrong = HandOverTold.objects.get(person=hold.source)
    hand_over_actions.say_wrong(wrong, by=hold.source, now=team.let_go_at)
    stopped = a_practitioner()
    suspending.suspend(stopped, by=team.one, now=team.let_go_at)
    wrong = SuspensionTold.objects.get(person=stopped)
    suspension_actions.say_wrong(wrong, by=stopped, now=team.let_go_at)


LISTS = (
    "/by-phone/attest/?whose=mine",
    "/people/hand-overs/?show=disputed&whose=mine",
    "/people/suspensions/?whose=mine",
)


def test_home_and_its_lists_cost_the_same_however_many_wait_or_are_in_dispute():
    team, costs = Team(), []
    member = at_desk(team.two)
    for number, more in ((1, 1), (5, 4)):
        for _ in range(more):
            waits_and_is_wrong(team)
        with Statements() as asked:
            waiting = to_do.waiting_for(team.two, team.now)
        assert {tile.number for tile in (*waiting.mine, *waiting.colleagues)} == {number}
        costs.append([len(asked)])
        for address in LISTS:
            with Statements() as asked:
                answer = member.get(address)
            assert answer.status_code == 200
            costs[-1].append(len(asked))
    assert costs[0] == costs[1]


def test_home_of_a_line_manager_asks_no_question_twice():
    manager = a_practitioner()
    a_practitioner(manager=manager, service=manager.service)
    browser = at_desk(manager)
    browser.get("/")
    with Statements() as asked:
        assert browser.get("/").status_code == 200
    every = [one["sql"] for one in asked.captured_queries]
    assert sorted(set(every)) == sorted(every)
