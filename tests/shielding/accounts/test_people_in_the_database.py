"""What PostgreSQL itself refuses about people, however the rows get there."""

from datetime import UTC, datetime
from functools import partial

import pytest
from django.db import IntegrityError, transaction

from logbook.references import new_reference
from shielding.accounts.models import Service, User, ids_below
from shielding.notices.models import Notice
from shielding.notices.notify import NotOwed, notify
from shielding.roles import Role
from tests.support.people import (
    a_practitioner,
    a_role_grant,
    a_service,
    an_administrator,
    an_auditor,
    an_iw_member,
)

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def refused_by(constraint: str, change):
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        change()
    assert caught.value.__cause__.diag.constraint_name == constraint


def test_an_address_is_one_account_whatever_its_case():
    a_practitioner(email="Ann@Council.example")
    refused_by("accounts_user_email_key", lambda: a_practitioner(email=" ANN@council.EXAMPLE "))
    refused_by("user_email_lower", lambda: User.objects.update(email="ANN@council.example"))


@pytest.mark.parametrize("role", [Role.IW, Role.AUDITOR, Role.ADMINISTRATOR])
def test_only_practitioners_belong_to_a_service(role):
    service = a_service()
    person = a_practitioner(service=service)
    refused_by(
        "user_service_iff_practitioner",
        lambda: User.objects.filter(pk=person.pk).update(service=None),
    )
    refused_by(
        "user_service_iff_practitioner",
        lambda: User.objects.filter(pk=person.pk).update(role=role),
    )


@pytest.mark.parametrize("maker", [a_practitioner, an_auditor, an_administrator])
def test_only_the_iw_team_has_leads(maker):
    person = maker()
    refused_by("user_lead_is_iw", lambda: User.objects.filter(pk=person.pk).update(is_lead=True))


@pytest.mark.parametrize("maker", [an_auditor, an_administrator])
def test_auditors_and_administrators_have_no_line_manager(maker):
    person, manager = maker(), a_practitioner()
    refused_by(
        "user_outsiders_have_no_manager",
        lambda: User.objects.filter(pk=person.pk).update(line_manager=manager),
    )


def test_nobody_is_their_own_line_manager():
    person = a_practitioner()
    refused_by(
        "user_not_own_manager",
        lambda: User.objects.filter(pk=person.pk).update(line_manager=person),
    )


def test_suspended_by_whom_and_when_belong_together():
    person, by = a_practitioner(), an_administrator()
    one = User.objects.filter(pk=person.pk)
    refused_by("user_suspended_pair", lambda: one.update(is_active=False, suspended_by=by))
    refused_by("user_suspended_pair", lambda: one.update(is_active=False, suspended_at=NOW))
    refused_by("user_suspended_is_inactive", lambda: one.update(suspended_at=NOW, suspended_by=by))


def test_a_role_is_one_of_four():
    person = an_auditor()
    refused_by("user_role_known", lambda: User.objects.filter(pk=person.pk).update(role="king"))


def test_a_service_has_one_name_and_a_whole_closing():
    service = a_service("Family Support")
    refused_by("service_name_once", lambda: a_service("family support"))
    refused_by(
        "service_closed_pair",
        lambda: Service.objects.filter(pk=service.pk).update(closed_at=NOW),
    )
    assert service.code.startswith("SV-")
    assert str(service) == service.code


def a_grant(**fields):
    values = {
        "person": an_iw_member(),
        "reference": new_reference(),
        "role": Role.AUDITOR,
        "proposed_at": NOW,
        "proposed_by": an_administrator(),
    }
    return a_role_grant(**(values | fields))


def test_a_role_takes_two_people_and_neither_is_the_one_it_is_about():
    person, administrator = an_iw_member(), an_administrator()
    refused_by("grant_not_to_oneself", lambda: a_grant(person=person, proposed_by=person))
    by_two = partial(a_grant, person=person, proposed_by=administrator)
    refused_by("grant_two_people", lambda: by_two(confirmed_at=NOW, confirmed_by=administrator))
    refused_by("grant_not_to_oneself", lambda: by_two(confirmed_at=NOW, confirmed_by=person))
    lead = an_iw_member(lead=True)
    refused_by("grant_confirmed_pair", lambda: by_two(confirmed_by=lead))
    refused_by("grant_refused_pair", lambda: by_two(refused_by=lead))
    refused_by(
        "grant_one_end",
        lambda: by_two(confirmed_at=NOW, confirmed_by=lead, refused_at=NOW, refused_by=lead),
    )
    by_two()
    refused_by("grant_one_open", lambda: a_grant(person=person))
    refused_by("grant_role_known", lambda: a_grant(role=Role.PRACTITIONER))
    refused_by("grant_lead_is_iw", lambda: a_grant(is_lead=True))


def test_a_notice_is_owed_once_per_kind_subject_step_and_recipient():
    ann, bob = a_practitioner(), a_practitioner()
    for _ in range(3):
        notify("named", "IW-AAAA-AAAA", recipients=[ann, bob], now=NOW)
    notify("named", "IW-AAAA-AAAA", recipients=[ann], now=NOW, step=1)
    notify("told", "IW-AAAA-AAAA", recipients=[ann], now=NOW)
    notify("named", "IW-BBBB-BBBB", recipients=[ann], now=NOW)
    notify("named", "IW-BBBB-BBBB", recipients=[], now=NOW)
    owed = Notice.objects.order_by("id").values_list("kind", "subject", "step", "recipient")
    assert list(owed) == [
        ("named", "IW-AAAA-AAAA", 0, ann.pk),
        ("named", "IW-AAAA-AAAA", 0, bob.pk),
        ("named", "IW-AAAA-AAAA", 1, ann.pk),
        ("told", "IW-AAAA-AAAA", 0, ann.pk),
        ("named", "IW-BBBB-BBBB", 0, ann.pk),
    ]
    assert set(Notice.objects.values_list("fate", "due_at")) == {("queued", NOW)}
    assert str(Notice.objects.first()) == "named IW-AAAA-AAAA"
    refused_by("notice_fate_known", lambda: Notice.objects.update(fate="lost"))


@pytest.mark.django_db(transaction=True)
def test_a_notice_outside_a_transaction_is_a_fault():
    with pytest.raises(NotOwed):
        notify("named", "IW-AAAA-AAAA", recipients=[], now=NOW)


def test_who_is_a_manager_and_who_reports_to_whom():
    top = a_practitioner()
    middle = a_practitioner(service=top.service, manager=top)
    low = a_practitioner(service=top.service, manager=middle)
    assert ids_below(top) == {middle.pk, low.pk}
    assert ids_below(low) == set()
    assert top.is_manager
    assert not low.is_manager
    assert list(User.objects.staff_of(top)) == [middle]
    User.objects.filter(pk=low.pk).update(is_active=False)
    assert not User.objects.get(pk=middle.pk).is_manager


def test_lists_of_people():
    service = a_service()
    ann, bob = a_practitioner(service=service), a_practitioner()
    an_auditor()
    lead, member = an_iw_member(lead=True), an_iw_member()
    assert list(User.objects.practitioners().order_by("id")) == [ann, bob]
    assert list(User.objects.in_service(service)) == [ann]
    assert list(User.objects.iw_team().order_by("id")) == [lead, member]
    assert list(User.objects.iw_leads()) == [lead]
    User.objects.filter(pk=bob.pk).update(is_active=False)
    assert list(User.objects.working().practitioners()) == [ann]
    assert User.objects.get_by_natural_key(ann.email.upper()) == ann
    assert str(ann) == str(ann.uid)
    assert (ann.service_code, lead.service_code) == (service.code, "")
