"""Roles beyond the practitioner's: two people, a day's wait, and everybody who must know told."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from shielding.accounts import policies, role_grants, second_person
from shielding.accounts.models import RoleGrant, User
from shielding.notices.models import Notice
from shielding.roles import Role
from shielding.web.refusals import NotAllowed, Refused, WrongState
from tests.support.entries import entries
from tests.support.people import a_practitioner, an_administrator, an_auditor, an_iw_member
from tests.support.threads import run_together

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def refused(kind, code, act):
    def rows():
        return list(User.objects.order_by("id").values()), list(RoleGrant.objects.values())

    before, written = rows(), entries()
    with pytest.raises(kind) as caught:
        act()
    assert caught.value.code == code
    assert (rows(), entries()) == (before, written)


def propose(person, by, role=Role.AUDITOR, is_lead=False):
    return role_grants.propose_role(person, role=role, is_lead=is_lead, by=by, now=NOW)


def told(kind):
    return set(Notice.objects.filter(kind=kind).values_list("recipient", flat=True))


@pytest.mark.parametrize(
    ("role", "is_lead"),
    [(Role.IW, False), (Role.IW, True), (Role.AUDITOR, False), (Role.ADMINISTRATOR, False)],
)
def test_a_new_colleague_comes_in_by_two_people(role, is_lead):
    administrator, lead = an_administrator(), an_iw_member(lead=True)
    other_lead, auditor, member = an_iw_member(lead=True), an_auditor(), an_iw_member()
    grant = role_grants.propose_account(
        name="New Colleague",
        email="New@council.example",
        role=role,
        is_lead=is_lead,
        by=administrator,
        now=NOW,
    )
    person = grant.person
    assert (person.email, person.is_active, person.is_lead) == ("new@council.example", False, False)
    assert told("role_proposed") == {lead.pk, other_lead.pk}

    role_grants.confirm_role(grant, by=lead, now=NOW)
    person.refresh_from_db()
    assert (person.role, person.is_lead, person.is_active) == (role, is_lead, True)
    assert person.second_person_from == NOW + timedelta(hours=24)
    assert told("role_granted") == {person.pk, other_lead.pk, auditor.pk}
    assert member.pk not in told("role_granted")
    facts = {"person": str(person.uid), "new_role": role.value, "lead": is_lead}
    assert entries() == [
        ("role_proposed", str(administrator.uid), facts),
        (
            "role_granted",
            str(lead.uid),
            facts | {"old_role": role.value, "proposed_by": str(administrator.uid)},
        ),
    ]


def test_a_role_changes_and_the_line_manager_goes_with_it():
    administrator, lead, manager = an_administrator(), an_iw_member(lead=True), an_iw_member()
    person = an_iw_member(line_manager=manager)
    role_grants.confirm_role(propose(person, administrator), by=lead, now=NOW)
    person.refresh_from_db()
    assert (person.role, person.line_manager) == (Role.AUDITOR, None)


def test_a_lead_becomes_an_ordinary_member_the_same_way():
    administrator, lead, person = (
        an_administrator(),
        an_iw_member(lead=True),
        an_iw_member(lead=True),
    )
    role_grants.confirm_role(propose(person, administrator, role=Role.IW), by=lead, now=NOW)
    person.refresh_from_db()
    assert (person.role, person.is_lead) == (Role.IW, False)


def test_a_refused_role_changes_nothing_and_can_be_proposed_again():
    administrator, lead, person = an_administrator(), an_iw_member(lead=True), an_iw_member()
    grant = propose(person, administrator)
    role_grants.refuse_role(grant, by=lead, now=NOW)
    person.refresh_from_db()
    grant.refresh_from_db()
    assert (person.role, grant.refused_by, grant.refused_at) == (Role.IW, lead, NOW)
    assert told("role_refused") == {administrator.pk}
    assert [event for event, _, _ in entries()] == ["role_proposed", "role_refused"]
    assert propose(person, administrator).is_open


@pytest.mark.parametrize("maker", [a_practitioner, an_iw_member, an_auditor])
def test_only_administrators_propose(maker):
    by, person = maker(), an_auditor()
    refused(NotAllowed, "may_not_propose", lambda: propose(person, by, role=Role.IW))
    refused(
        NotAllowed,
        "not_administrator",
        lambda: role_grants.propose_account(
            name="N", email="n@council.example", role=Role.IW, is_lead=False, by=by, now=NOW
        ),
    )


def test_an_iw_lead_proposes_nothing_either():
    lead, person = an_iw_member(lead=True), an_auditor()
    refused(NotAllowed, "may_not_propose", lambda: propose(person, lead, role=Role.IW))


def test_what_cannot_be_proposed():
    administrator, person = an_administrator(), an_iw_member()
    practitioner = a_practitioner(email="taken@council.example")
    gone = an_auditor(is_active=False, suspended_at=NOW, suspended_by=administrator)
    refused(NotAllowed, "may_not_propose", lambda: propose(administrator, administrator))
    refused(NotAllowed, "may_not_propose", lambda: propose(practitioner, administrator))
    refused(WrongState, "suspended", lambda: propose(gone, administrator, role=Role.IW))
    refused(Refused, "same_role", lambda: propose(person, administrator, role=Role.IW))
    refused(Refused, "no_such_role", lambda: propose(person, administrator, role=Role.PRACTITIONER))
    refused(Refused, "no_such_role", lambda: propose(person, administrator, is_lead=True))
    refused(
        Refused,
        "email_taken",
        lambda: role_grants.propose_account(
            name="N",
            email="Taken@council.example",
            role=Role.IW,
            is_lead=False,
            by=administrator,
            now=NOW,
        ),
    )
    propose(person, administrator)
    refused(WrongState, "proposal_open", lambda: propose(person, administrator))


@pytest.mark.parametrize("maker", [a_practitioner, an_iw_member, an_auditor, an_administrator])
@pytest.mark.parametrize("decide", [role_grants.confirm_role, role_grants.refuse_role])
def test_only_an_iw_lead_decides(maker, decide):
    grant = propose(an_iw_member(), an_administrator())
    by = maker()
    refused(NotAllowed, "may_not_decide_role", lambda: decide(grant, by=by, now=NOW))


@pytest.mark.parametrize("decide", [role_grants.confirm_role, role_grants.refuse_role])
def test_no_lead_decides_their_own_role(decide):
    lead = an_iw_member(lead=True)
    grant = propose(lead, an_administrator())
    refused(NotAllowed, "may_not_decide_role", lambda: decide(grant, by=lead, now=NOW))


def test_whoever_proposed_as_administrator_does_not_confirm_as_lead():
    administrator, lead, person = an_administrator(), an_iw_member(lead=True), an_iw_member()
    grant = propose(person, administrator)
    role_grants.confirm_role(
        role_grants.propose_role(
            administrator, role=Role.IW, is_lead=True, by=an_administrator(), now=NOW
        ),
        by=lead,
        now=NOW,
    )
    administrator.refresh_from_db()
    later = NOW + timedelta(days=2)
    refused(
        NotAllowed,
        "may_not_decide_role",
        lambda: role_grants.confirm_role(grant, by=administrator, now=later),
    )


def test_for_a_day_a_new_lead_is_nobodys_second():
    administrator, person = an_administrator(), an_iw_member()
    new_lead = an_iw_member(lead=True, second_person_from=NOW + timedelta(hours=24))
    grant = propose(person, administrator)
    almost = NOW + timedelta(hours=24, seconds=-1)
    refused(
        NotAllowed,
        "may_not_decide_role",
        lambda: role_grants.confirm_role(grant, by=new_lead, now=almost),
    )
    role_grants.confirm_role(grant, by=new_lead, now=NOW + timedelta(hours=24))
    assert second_person.may_be_second_person(administrator, NOW)


def test_a_decided_role_is_not_decided_again():
    administrator, lead = an_administrator(), an_iw_member(lead=True)
    for first in (role_grants.confirm_role, role_grants.refuse_role):
        grant = propose(an_iw_member(), administrator)
        first(grant, by=lead, now=NOW)
        for second in (role_grants.confirm_role, role_grants.refuse_role):
            refused(
                WrongState,
                "decided",
                lambda second=second, grant=grant: second(grant, by=lead, now=NOW),
            )


def test_the_suspended_and_those_who_manage_others_are_not_confirmed():
    administrator, lead = an_administrator(), an_iw_member(lead=True)
    gone, head = an_iw_member(), an_iw_member()
    grants = [propose(gone, administrator), propose(head, administrator)]
    User.objects.filter(pk=gone.pk).update(
        is_active=False, suspended_at=NOW, suspended_by=administrator
    )
    an_iw_member(line_manager=head)
    for code, grant in zip(("suspended", "manages_others"), grants, strict=True):
        refused(
            WrongState,
            code,
            lambda grant=grant: role_grants.confirm_role(grant, by=lead, now=NOW),
        )


@pytest.mark.django_db(transaction=True)
def test_of_eight_leads_deciding_at_once_one_decides():
    leads = [an_iw_member(lead=True) for _ in range(8)]
    grant = propose(an_iw_member(), an_administrator())
    start, outcomes = threading.Barrier(8), []

    def decide(lead, act):
        try:
            start.wait()
            act(grant, by=lead, now=NOW)
            outcomes.append("decided now")
        except WrongState as refusal:
            outcomes.append(refusal.code)
        finally:
            connection.close()

    acts = [role_grants.confirm_role, role_grants.refuse_role] * 4
    threads = [threading.Thread(target=decide, args=pair) for pair in zip(leads, acts, strict=True)]
    run_together(*threads)
    assert sorted(outcomes) == [*["decided"] * 7, "decided now"]
    assert len(entries("role_granted", "role_refused")) == 1


def test_of_a_proposal_that_is_not_there_nobody_can_say_who_hears():
    assert policies.who_hear_of_grant("IW-ZZZZ-ZZZZ", NOW) is None
    assert policies.who_keep_roles("IW-ZZZZ-ZZZZ", NOW) is None
