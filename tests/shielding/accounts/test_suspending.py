"""Who suspends whom, who must remain, and how somebody is let in again."""

from datetime import timedelta

import pytest

from shielding.accounts import policies, role_grants, suspending
from shielding.accounts.models import Service, User
from shielding.accounts.second_factor import factors
from shielding.accounts.second_person import may_be_second_person
from shielding.notices.models import Notice
from shielding.web.refusals import NotAllowed, WrongState
from tests.shielding.accounts.second_factor.support.factors import an_app, recovery_codes
from tests.shielding.accounts.support.directory import NOW, refused
from tests.support.entries import entries
from tests.support.people import a_practitioner, an_administrator, an_auditor, an_iw_member
from tests.support.undone import undone

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def a_lead(**fields):
    return an_iw_member(lead=True, **fields)


MAKERS = (a_practitioner, an_iw_member, a_lead, an_auditor, an_administrator)
MAY_SUSPEND = {
    # who, and whom they may suspend
    an_administrator: MAKERS,
    a_lead: (a_practitioner, an_iw_member),
    an_iw_member: (a_practitioner,),
    an_auditor: (),
    a_practitioner: (),
}
MAY_LET_IN = MAY_SUSPEND | {a_lead: (a_practitioner,)}


@pytest.fixture
def council():
    """Let there be somebody left of each role, whoever is suspended."""
    return {maker: maker() for maker in MAKERS}


def told(kind):
    return set(Notice.objects.filter(kind=kind).values_list("recipient", flat=True))


@pytest.mark.usefixtures("council")
@pytest.mark.parametrize("maker", MAKERS)
def test_who_suspends_and_reactivates_whom(maker):
    by = maker()
    for whom_maker in MAKERS:
        with undone():
            whom = whom_maker()
            allowed = whom_maker in MAY_SUSPEND[maker]
            assert policies.may_suspend(by, whom) is allowed
            if not allowed:
                refused(
                    NotAllowed,
                    "may_not_suspend",
                    lambda whom=whom: suspending.suspend(whom, by=by, now=NOW),
                )
                continue
            suspending.suspend(whom, by=by, now=NOW)
            whom.refresh_from_db()
            assert (whom.is_active, whom.suspended_at, whom.suspended_by) == (False, NOW, by)
            facts = {"person": str(whom.uid), "told": [str(whom.uid)]}
            assert entries() == [("person_suspended", str(by.uid), facts)]
    for whom_maker in MAKERS:
        with undone():
            whom = whom_maker(is_active=False, suspended_at=NOW, suspended_by=an_administrator())
            let_in = lambda whom=whom: suspending.reactivate(whom, by=by, now=NOW)  # noqa: E731
            if whom_maker not in MAY_LET_IN[maker]:
                refused(NotAllowed, "may_not_reactivate", let_in)
                continue
            let_in()
            whom.refresh_from_db()
            assert (whom.is_active, whom.suspended_at, whom.suspended_by) == (True, None, None)
            assert entries() == [
                ("person_reactivated", str(by.uid), {"person": str(whom.uid)}),
            ]


@pytest.mark.usefixtures("council")
@pytest.mark.parametrize("maker", [an_iw_member, a_lead, an_administrator])
def test_nobody_suspends_themselves(maker):
    by = maker()
    refused(NotAllowed, "may_not_suspend", lambda: suspending.suspend(by, by=by, now=NOW))


def test_suspending_and_reactivating_need_the_right_state():
    by, person = an_administrator(), a_practitioner()
    awaiting = an_auditor(is_active=False)
    gone = a_practitioner(is_active=False, suspended_at=NOW, suspended_by=by)
    Service.objects.filter(pk=gone.service.pk).update(closed_at=NOW, closed_by=by)
    for code, act, whom in (
        ("not_in_use", suspending.suspend, awaiting),
        ("not_in_use", suspending.suspend, gone),
        ("not_suspended", suspending.reactivate, awaiting),
        ("not_suspended", suspending.reactivate, person),
        ("service_closed", suspending.reactivate, gone),
    ):
        refused(WrongState, code, lambda act=act, whom=whom: act(whom, by=by, now=NOW))


def test_administrators_hear_of_a_member_whom_a_lead_suspended_and_of_no_other(council):
    suspending.suspend(an_iw_member(), by=council[an_administrator], now=NOW)
    suspending.suspend(a_practitioner(), by=council[a_lead], now=NOW)
    assert told("member_suspended") == set()
    suspending.suspend(council[an_iw_member], by=council[a_lead], now=NOW)
    assert told("member_suspended") == {council[an_administrator].pk}


# What makes the other one of a role nobody whom the council could go on with.
CANNOT_ACT = {
    "never signed in": {"last_login": None},
    "suspended": {"is_active": False, "suspended_at": NOW},
    "new in the role": {"second_person_from": NOW + timedelta(seconds=1)},
    "not since the role was given": {"sessions_from": NOW},
}


@pytest.mark.parametrize("maker", [a_lead, an_iw_member, an_auditor, an_administrator])
def test_of_each_role_one_remains_who_could_act(maker):
    by, last, other = an_administrator(second_person_from=NOW + DAY), maker(), maker()
    rows = User.objects.filter(pk=other.pk)
    for why, fields in CANNOT_ACT.items():
        with undone():
            more = {"suspended_by": by} if "suspended_at" in fields else {}
            rows.update(**fields, **more)
            assert policies.why_last(last, NOW), why
            refused(WrongState, "last_of_role", lambda: suspending.suspend(last, by=by, now=NOW))
    # The limits of the same: for a day, and since.
    rows.update(second_person_from=NOW, sessions_from=other.last_login)
    suspending.suspend(last, by=by, now=NOW)


def test_a_lead_is_a_member_too_and_an_account_never_used_may_go():
    by, lead, member = an_administrator(), a_lead(), an_iw_member()
    refused(WrongState, "last_of_role", lambda: suspending.suspend(lead, by=by, now=NOW))
    suspending.suspend(member, by=by, now=NOW)
    auditor = an_auditor(last_login=None)
    suspending.suspend(auditor, by=by, now=NOW)
    auditor.refresh_from_db()
    assert not auditor.is_active


def test_who_could_act_has_a_second_factor_where_it_is_asked_for(settings):
    by, lead, other = an_administrator(), a_lead(), a_lead()
    settings.SECOND_FACTOR = True
    refused(WrongState, "last_of_role", lambda: suspending.suspend(lead, by=by, now=NOW))
    app, _ = an_app(other, confirmed=False)
    refused(WrongState, "last_of_role", lambda: suspending.suspend(lead, by=by, now=NOW))
    app.confirmed_at = NOW
    app.save()
    suspending.suspend(lead, by=by, now=NOW)
    lead.refresh_from_db()
    assert not lead.is_active


def test_whoever_has_a_role_and_is_let_in_has_no_app_key_or_code_of_before():
    by, member, practitioner = an_administrator(), an_iw_member(), a_practitioner()
    an_iw_member()
    for person in (member, practitioner):
        an_app(person)
        recovery_codes(person)
        suspending.suspend(person, by=by, now=NOW)
        suspending.reactivate(person, by=by, now=NOW)
    assert (factors.has_factor(member), factors.codes_left(member)) == (False, 0)
    assert (factors.has_factor(practitioner), factors.codes_left(practitioner)) == (True, 10)


def test_nor_is_the_last_given_another_role():
    administrator, lead, last = an_administrator(), a_lead(), an_auditor()
    two = {"by": administrator, "now": NOW}
    grant = role_grants.propose_role(last, role="iw", is_lead=True, **two)
    with pytest.raises(WrongState) as caught:
        role_grants.confirm_role(grant, by=lead, now=NOW)
    assert (caught.value.code, "no auditor left" in caught.value.message) == ("last_of_role", True)
    other = a_lead()
    demoted = role_grants.propose_role(other, role="iw", is_lead=False, **two)
    User.objects.filter(pk=lead.pk).update(last_login=None)
    with pytest.raises(WrongState, match="last_of_role"):
        role_grants.confirm_role(demoted, by=lead, now=NOW)
    # They stay a member: of that role one remains.
    User.objects.filter(pk=lead.pk).update(last_login=NOW)
    role_grants.confirm_role(demoted, by=lead, now=NOW)
    an_auditor()
    role_grants.confirm_role(grant, by=lead, now=NOW)


def test_one_person_suspends_one_lead_in_28_days():
    administrator, other = an_administrator(), an_administrator()
    first, second, _remains = a_lead(), a_lead(), a_lead()
    suspending.suspend(first, by=administrator, now=NOW)
    later = NOW + 28 * DAY
    refuse = lambda: suspending.suspend(second, by=administrator, now=later)  # noqa: E731
    with pytest.raises(WrongState) as caught:
        refuse()
    assert caught.value.code == "second_lead"
    an_iw_member()
    suspending.suspend(an_iw_member(), by=administrator, now=later)
    with undone():
        suspending.suspend(second, by=other, now=later)
    suspending.suspend(second, by=administrator, now=later + timedelta(seconds=1))


@pytest.mark.parametrize("maker", [a_lead, an_iw_member, an_auditor, an_administrator])
def test_whoever_has_a_role_is_let_in_as_if_it_were_new(maker, council):
    person, by = maker(must_change_password=True), council[an_administrator]
    suspending.suspend(person, by=by, now=NOW)
    later = NOW + DAY
    suspending.reactivate(person, by=by, now=later)
    person.refresh_from_db()
    assert (person.has_usable_password(), person.must_change_password) == (False, False)
    assert (person.second_person_from, person.sessions_from) == (later + DAY, later)
    assert not may_be_second_person(person, later + DAY - timedelta(seconds=1))
    assert told("member_let_in") == {council[a_lead].pk, council[an_auditor].pk}
    assert told("invitation") == {person.pk}


@pytest.mark.usefixtures("council")
def test_a_practitioner_is_let_in_with_their_password_and_nobody_hears():
    person, by = a_practitioner(), an_iw_member()
    suspending.suspend(person, by=by, now=NOW)
    suspending.reactivate(person, by=by, now=NOW)
    person.refresh_from_db()
    assert (person.has_usable_password(), person.second_person_from) == (True, None)
    assert told("member_let_in") | told("invitation") == set()
