"""A name that was changed: its person is told, and whoever goes by it reads when and by whom."""

from importlib import import_module

import pytest
from django.core import mail as outbox
from django.db import connection
from django.utils import timezone

from shielding.accounts import actions, policies
from shielding.accounts.history import AccountChange
from shielding.notices import delivery
from shielding.notices.models import Notice
from shielding.operations.database_roles import as_owner
from shielding.web import cells
from tests.requests_app.support.desk import at_desk, main
from tests.shielding.accounts.support.directory import NOW
from tests.support import hand_overs
from tests.support.entries import entries
from tests.support.people import a_practitioner, a_service, an_iw_member
from tests.support.replay import replay

pytestmark = pytest.mark.django_db
FILL = import_module("shielding.accounts.migrations.0011_a_name_that_was_changed").FILL


def test_whose_name_is_changed_is_mailed_that_it_was_and_by_neither_name():
    person = a_practitioner(name="Before Name")
    actions.rename(person, "After Name", by=an_iw_member(), now=NOW)
    delivery.deliver(NOW)
    (letter,) = outbox.outbox
    assert letter.to == [person.email]
    whole = letter.body + letter.alternatives[0].content + letter.subject
    assert whole.count("Your name here was changed.") == 2
    for secret in ("Before", "After", "Name "):
        assert secret not in whole


def test_the_name_that_is_there_already_tells_and_logs_nothing():
    """Two tabs, or a button pressed twice: one change, one mail."""
    person, member = a_practitioner(name="Before Name"), an_iw_member()
    browser, address = at_desk(member), f"/people/{person.uid}/name/"
    for _ in range(2):
        assert "The name is saved" in main(
            browser.post(address, {"name": "After Name"}, follow=True)
        )
    assert len(entries("person_renamed")) == 1
    assert AccountChange.objects.filter(change="renamed").count() == 1
    assert Notice.objects.filter(kind="name_changed", recipient=person).count() == 1


def test_nor_does_the_line_manager_who_is_it_already():
    manager = a_practitioner()
    person, member = a_practitioner(service=manager.service, manager=manager), an_iw_member()
    actions.set_line_manager(person, manager, by=member, now=NOW)
    assert entries("line_manager_set") == []
    actions.set_line_manager(person, None, by=member, now=NOW)
    actions.set_line_manager(person, None, by=member, now=NOW)
    assert len(entries("line_manager_set")) == 1


def test_who_changes_a_name_has_handled_the_account():
    """They could pass for its person: they neither vouch for it nor settle what was done."""
    maker, member = an_iw_member(), an_iw_member()
    made = actions.add_practitioner(
        name="New Comer", email="made@council.example", service=a_service(), by=maker, now=NOW
    )
    assert policies.may_vouch(member, made, NOW)
    actions.rename(made, "Old Hand", by=member, now=NOW)
    assert not policies.may_vouch(member, made, NOW)
    assert AccountChange.objects.of(made).handlers() == {maker.pk, member.pk}


def test_the_page_of_the_account_and_of_a_hand_over_say_who_changed_a_name_and_when():
    member, service = an_iw_member(name="Mal Member"), a_service()
    leaver, invented = a_practitioner(service=service), a_practitioner(service=service)
    reader, now = at_desk(an_iw_member()), timezone.now()
    page = f"/people/{invented.uid}/"
    hand_over = hand_overs.proposed(leaver, to=invented, now=now)
    of_it = f"/people/hand-overs/{hand_over.reference}/"
    for address in (page, of_it):
        assert "ame changed" not in main(reader.get(address))
    actions.rename(invented, "Col League", by=member, now=now)
    when = cells.moment(now, member)
    assert f"Name changed {when}" in main(reader.get(page))
    assert f"The colleague’s name changed {when}" in main(reader.get(of_it))


@pytest.mark.django_db(transaction=True)
@pytest.mark.behind_the_acts("rows of an older version")
def test_names_that_were_changed_before_are_filled_in_from_the_entries():
    member, person, other = an_iw_member(), a_practitioner(), a_practitioner()
    actions.rename(person, "After Name", by=member, now=NOW)
    actions.rename(other, "Other Name", by=member, now=NOW)
    with as_owner(connection), connection.cursor() as cursor:
        AccountChange.objects.filter(change="renamed").delete()
        cursor.execute(FILL)
    done = AccountChange.objects.filter(change="renamed").values_list("person", "by", "at")
    assert list(done.order_by("id")) == [(one.pk, member.pk, NOW) for one in (person, other)]
    assert replay()[0] == []
