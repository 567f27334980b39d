"""What somebody at the server can do before anybody can sign in."""

from datetime import UTC, datetime
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from shielding.accounts.models import ServerGrant, User
from shielding.accounts.suspending import reactivate, suspend
from tests.support.entries import entries
from tests.support.people import a_practitioner, an_auditor

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.behind_the_acts("accounts alone, some of them made as rows"),
]


def said(*command):
    out, err = StringIO(), StringIO()
    call_command(*command, stdout=out, stderr=err)
    return out.getvalue()


def first_accounts(lead="Lea@council.example"):
    return said(
        "first_accounts",
        "--administrator",
        "Ada Admin",
        "ada@council.example",
        "--lead",
        "Lea Lead",
        lead,
    )


def test_the_first_two_accounts():
    assert first_accounts() == (
        "Technical administrator: ada@council.example\nIW Team: lea@council.example\n"
    )
    ada, lea = User.objects.order_by("id")
    assert (ada.name, ada.role, ada.is_lead) == ("Ada Admin", "administrator", False)
    assert (lea.name, lea.role, lea.is_lead) == ("Lea Lead", "iw", True)
    assert not ada.has_usable_password()
    assert entries() == [
        (
            "first_account_made",
            "",
            {"person": str(ada.uid), "new_role": "administrator", "lead": False},
        ),
        ("first_account_made", "", {"person": str(lea.uid), "new_role": "iw", "lead": True}),
    ]


def test_the_first_roles_are_given_at_the_server_and_stand_when_their_account_is_used_again():
    first_accounts()
    ada, lea = User.objects.order_by("id")
    assert [(one.role, one.is_lead) for one in ServerGrant.objects.order_by("person")] == [
        ("administrator", False),
        ("iw", True),
    ]
    suspend(lea, by=ada, now=NOW)
    reactivate(lea, by=ada, now=NOW)
    assert User.objects.working().iw_leads().get() == lea


@pytest.mark.parametrize("lead", ["lea+x@council.example", "a.da@council.example"])
def test_the_first_two_are_two_mailboxes(lead):
    with pytest.raises(CommandError, match="mailbox"):
        first_accounts(lead=lead)
    assert not User.objects.exists()


def test_without_the_owners_address_the_command_says_so(settings):
    settings.DATABASE_OWNER_URL = ""
    with pytest.raises(CommandError, match="Set DATABASE_OWNER_URL"):
        first_accounts()
    assert not User.objects.exists()


def test_only_an_empty_installation_gets_them():
    an_auditor()
    with pytest.raises(CommandError, match="There are accounts already"):
        first_accounts()
    assert User.objects.count() == 1


def test_an_address_must_be_one():
    with pytest.raises(CommandError, match="not an email address"):
        first_accounts(lead="lea")
    assert not User.objects.exists()


def test_a_first_password_is_printed_once_and_is_an_entry():
    person = a_practitioner(email="ann@council.example")
    password = said("first_password", "Ann@Council.example").strip()
    person.refresh_from_db()
    assert person.check_password(password)
    assert person.must_change_password
    assert len(password) == 29
    assert entries() == [("first_password_made", "", {"person": str(person.uid)})]
    assert said("first_password", person.email).strip() != password


def test_no_password_for_nobody_nor_for_the_suspended():
    gone = a_practitioner(is_active=False)
    for email, message in (("nobody@council.example", "no account"), (gone.email, "not in use")):
        with pytest.raises(CommandError, match=message):
            said("first_password", email)
    assert entries() == []
