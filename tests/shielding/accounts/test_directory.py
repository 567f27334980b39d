"""Services, practitioners and line managers: who may keep the directory, and what it refuses."""

from functools import partial

import pytest
from django.db import DatabaseError, IntegrityError

from shielding.accounts import actions, addresses, policies, role_grants
from shielding.accounts.models import Service, User, ids_below
from shielding.web.refusals import NotAllowed, Refused, WrongState
from tests.shielding.accounts.support.directory import NOW, refused
from tests.support.entries import entries
from tests.support.people import (
    a_practitioner,
    a_service,
    an_administrator,
    an_auditor,
    an_iw_member,
)

pytestmark = pytest.mark.django_db

OTHERS = [a_practitioner, an_auditor, an_administrator]


def test_the_iw_team_adds_and_closes_a_service():
    iw = an_iw_member()
    service = actions.add_service("Health Visiting", by=iw, now=NOW)
    actions.close_service(service, by=iw, now=NOW)
    service.refresh_from_db()
    assert (service.name, service.closed_at, service.closed_by) == ("Health Visiting", NOW, iw)
    assert not service.is_open
    assert list(Service.objects.open()) == []
    assert entries() == [
        ("service_added", str(iw.uid), {"added": service.code}),
        ("service_closed", str(iw.uid), {"closed": service.code}),
    ]


def test_a_breach_nobody_foresaw_is_not_passed_off_as_a_taken_name():
    too_long, iw = "x" * 81, an_iw_member()
    with pytest.raises(DatabaseError):
        actions.add_service(too_long, by=iw, now=NOW)
    with pytest.raises(IntegrityError):
        actions.add_practitioner(
            name=None, email="n@council.example", service=a_service(), by=iw, now=NOW
        )
    assert entries() == []


def test_a_service_is_not_closed_twice_nor_with_people_nor_named_twice():
    iw, service = an_iw_member(), a_service("Housing")
    person = a_practitioner(service=service)
    refused(WrongState, "service_in_use", lambda: actions.close_service(service, by=iw, now=NOW))
    refused(Refused, "name_taken", lambda: actions.add_service("HOUSING", by=iw, now=NOW))
    User.objects.filter(pk=person.pk).update(is_active=False)
    Service.objects.filter(pk=service.pk).update(closed_at=NOW, closed_by=iw)
    refused(WrongState, "service_closed", lambda: actions.close_service(service, by=iw, now=NOW))


@pytest.mark.parametrize("maker", OTHERS)
def test_nobody_else_keeps_the_directory(maker):
    by, person, manager, service = maker(), a_practitioner(), a_practitioner(), a_service()
    now = NOW
    for act in (
        lambda: actions.add_service("New", by=by, now=now),
        lambda: actions.close_service(service, by=by, now=now),
        lambda: actions.add_practitioner(
            name="N", email="n@council.example", service=service, by=by, now=now
        ),
    ):
        refused(NotAllowed, "not_iw", act)
    refused(
        NotAllowed,
        "may_not_set_manager",
        lambda: actions.set_line_manager(person, manager, by=by, now=now),
    )


def test_a_suspended_member_keeps_nothing():
    by = an_iw_member()
    User.objects.filter(pk=by.pk).update(is_active=False)
    by.refresh_from_db()
    refused(NotAllowed, "not_iw", lambda: actions.add_service("New", by=by, now=NOW))


def test_a_practitioner_is_added_without_a_password():
    iw, manager = an_iw_member(), a_practitioner()
    person = actions.add_practitioner(
        name="Ann Example",
        email=" Ann.Example@Council.Example ",
        service=manager.service,
        line_manager=manager,
        by=iw,
        now=NOW,
    )
    person.refresh_from_db()
    assert (person.email, person.role) == ("ann.example@council.example", "practitioner")
    assert (person.line_manager, person.service) == (manager, manager.service)
    assert (person.is_active, person.has_usable_password()) == (True, False)
    facts = {
        "person": str(person.uid),
        "new_role": "practitioner",
        "new_service": manager.service.code,
    }
    assert entries() == [("person_added", str(iw.uid), facts)]


def test_a_practitioner_is_not_added_to_a_closed_service_nor_under_a_used_address():
    iw, manager = an_iw_member(), a_practitioner(email="a@council.example")
    closed = a_service(closed_at=NOW, closed_by=iw)

    def add(email, service, line_manager=None):
        return lambda: actions.add_practitioner(
            name="N", email=email, service=service, line_manager=line_manager, by=iw, now=NOW
        )

    refused(WrongState, "service_closed", add("n@council.example", closed))
    refused(Refused, "email_taken", add("A@council.example", manager.service))
    refused(Refused, "unfit_manager", add("n@council.example", a_service(), manager))


ALIKE = "with dots elsewhere"
ADDRESSES = {
    "ann.example+iw@council.example": "“+”",
    "annexample@council.example": ALIKE,
    "a.nn.example@council.example": ALIKE,
    "Ann.Ex.ample@Council.Example": ALIKE,
    "ann.example@elsewhere.example": "must end in @council.example or @nhs.example",
    "ann.example@deep.council.example": "must end in",
    "ann.example@nhs.example": "",
    "ann-example@council.example": "",
}


@pytest.mark.parametrize(("email", "words"), ADDRESSES.items())
def test_no_account_gets_the_mailbox_of_a_colleague(settings, client, email, words):
    """Whoever makes it, on the page or past it: one person could be both of two people."""
    settings.MAIL_DOMAINS = ["council.example", "nhs.example"]
    iw, administrator, service = an_iw_member(), an_administrator(), a_service()
    a_practitioner(email="ann.example@council.example")
    made = {"name": "Ann Other", "email": email, "now": NOW}
    add = partial(actions.add_practitioner, **made, service=service, by=iw)
    propose = partial(
        role_grants.propose_account, **made, role="iw", is_lead=False, by=administrator
    )
    if words:
        refused(Refused, "unfit_address", add)
        refused(Refused, "unfit_address", propose)
    client.force_login(iw)
    answers = {"name": "Ann Other", "email": email, "service": service.code}
    answer = client.post("/people/add/", answers)
    if words:
        (said,) = answer.context["form"].errors["email"]
        assert words in said
    assert User.objects.filter(name="Ann Other").exists() is not bool(words)


def test_without_a_list_of_domains_every_domain_will_do():
    a_practitioner(email="ann.example@council.example")
    made = {"name": "N", "service": a_service(), "by": an_iw_member(), "now": NOW}
    for email in ("annexample@other.example", "bo@any.example"):
        assert actions.add_practitioner(email=email, **made).email == email


def test_a_name_is_corrected():
    iw, person = an_iw_member(), a_practitioner()
    actions.rename(person, "New Name", by=iw, now=NOW)
    person.refresh_from_db()
    assert person.name == "New Name"
    assert entries() == [("person_renamed", str(iw.uid), {"person": str(person.uid)})]


def test_nobody_corrects_their_own_name():
    for person in (a_practitioner(), an_iw_member(), an_administrator()):
        refused(
            NotAllowed,
            "may_not_rename",
            lambda person=person: actions.rename(person, "X", by=person, now=NOW),
        )


def test_a_line_manager_is_set_changed_and_removed():
    iw, first = an_iw_member(), a_practitioner()
    second = a_practitioner(service=first.service)
    person = a_practitioner(service=first.service)
    for manager in (first, second, None):
        actions.set_line_manager(person, manager, by=iw, now=NOW)
        person.refresh_from_db()
        assert person.line_manager == manager
    pairs = [("", first.uid), (first.uid, second.uid), (second.uid, "")]
    assert entries() == [
        (
            "line_manager_set",
            str(iw.uid),
            {"person": str(person.uid), "before": str(before), "after": str(after)},
        )
        for before, after in pairs
    ]


def test_a_head_of_several_services_manages_across_them():
    iw, head = an_iw_member(), a_practitioner()
    stranger = a_practitioner()
    refused(
        Refused,
        "unfit_manager",
        lambda: actions.set_line_manager(stranger, head, by=iw, now=NOW),
    )
    a_practitioner(service=head.service, manager=head)
    actions.set_line_manager(stranger, head, by=iw, now=NOW)
    stranger.refresh_from_db()
    assert stranger.line_manager == head


@pytest.mark.parametrize("maker", [an_iw_member, an_auditor, an_administrator])
def test_a_manager_has_the_same_role(maker):
    person, iw, manager = a_practitioner(), an_iw_member(), maker()
    refused(
        Refused,
        "unfit_manager",
        lambda: actions.set_line_manager(person, manager, by=iw, now=NOW),
    )


def test_an_iw_member_may_manage_another_and_sets_nobody_their_own():
    first, second, third = an_iw_member(), an_iw_member(), an_iw_member()
    refused(
        NotAllowed,
        "may_not_set_manager",
        lambda: actions.set_line_manager(first, second, by=first, now=NOW),
    )
    actions.set_line_manager(first, second, by=third, now=NOW)
    first.refresh_from_db()
    assert first.line_manager == second


@pytest.mark.parametrize("maker", [an_auditor, an_administrator])
def test_those_outside_the_line_get_no_manager(maker):
    iw, person, manager = an_iw_member(), maker(), maker()
    refused(
        NotAllowed,
        "may_not_set_manager",
        lambda: actions.set_line_manager(person, manager, by=iw, now=NOW),
    )


def test_a_suspended_colleague_manages_nobody():
    iw, person = an_iw_member(), a_practitioner()
    gone = a_practitioner(service=person.service, is_active=False)
    refused(
        Refused,
        "unfit_manager",
        lambda: actions.set_line_manager(person, gone, by=iw, now=NOW),
    )


def test_nobody_reports_to_themselves_however_far_round():
    iw = an_iw_member()
    line = [a_practitioner()]
    for _ in range(4):
        line.append(a_practitioner(service=line[0].service, manager=line[-1]))
    refused(
        Refused,
        "unfit_manager",
        lambda: actions.set_line_manager(line[0], line[0], by=iw, now=NOW),
    )
    for below in line[1:]:
        refused(
            Refused,
            "manager_circle",
            lambda below=below: actions.set_line_manager(line[0], below, by=iw, now=NOW),
        )
    actions.set_line_manager(line[4], line[0], by=iw, now=NOW)
    assert ids_below(line[0]) == {person.pk for person in line[1:]}


def test_the_list_of_possible_managers_is_what_the_policy_allows():
    person = a_practitioner()
    head = a_practitioner()
    a_practitioner(service=head.service, manager=head)
    a_practitioner(service=person.service, is_active=False)
    a_practitioner(service=person.service)
    below = a_practitioner(service=person.service, manager=person)
    an_iw_member(), an_auditor()
    allowed = {
        other
        for other in User.objects.all()
        if policies.may_manage(other, person) and other != below
    }
    assert set(User.objects.fit_to_manage(person)) == allowed
    assert len(allowed) == 2


@pytest.mark.parametrize(
    ("email", "shared"),
    [
        ("office@council.example", True),
        ("info@council.example", True),
        ("st-annes.admin@council.example", True),
        ("duty_team2@council.example", True),
        ("ENQUIRIES@council.example", True),
        ("ann.example@council.example", False),
        ("adminah.khan@council.example", False),
        ("infosec@council.example", False),
    ],
)
def test_addresses_that_look_shared(email, shared):
    assert addresses.looks_shared(email) is shared
