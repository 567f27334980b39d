"""Practitioners from a file: checked, proposed by one member, confirmed by another with it."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from shielding.accounts import actions as directory
from shielding.accounts import suspending
from shielding.accounts.bulk import actions, two_uploads
from shielding.accounts.bulk.models import FileImport, ImportedRow
from shielding.accounts.bulk.views import PEOPLE
from shielding.accounts.history import AccountChange, is_vouched_for, phone_last_set
from shielding.accounts.models import Service, User
from shielding.notices.models import Notice
from shielding.web.refusals import NotAllowed, WrongState
from tests.concurrency.support.crowd import a_crowd
from tests.requests_app.support.desk import main
from tests.shielding.accounts.bulk.support.files import a_file, at, proposed, rows_of, upload
from tests.support.entries import entries
from tests.support.failures import fail_at_every_statement
from tests.support.people import a_practitioner, a_service, an_administrator, an_iw_member
from tests.support.replay import replay
from tests.support.requests import NOW
from tests.support.statements import Statements

pytestmark = pytest.mark.django_db


@pytest.fixture
def school() -> Service:
    return a_service("St Invented’s")


def test_a_check_names_each_bad_row_and_changes_nothing(school, settings):
    settings.MAIL_DOMAINS = ["council.example"]
    a_service("Closed", closed_at=NOW, closed_by=an_iw_member())
    elsewhere = a_practitioner(email="else.where@council.example")
    a_practitioner(email="dot.ted@council.example")
    content = a_file(
        "A Good,good@council.example,St Invented’s,,",
        "B,taken,St Invented’s,,",
        f"C,{elsewhere.email.upper()},St Invented’s,,",
        "D,dotted@council.example,St Invented’s,,",
        "E,e+x@council.example,St Invented’s,,",
        "F,f@gmail.example,St Invented’s,,",
        "G,go.od@council.example,St Invented’s,,",
        "H,h@council.example,Closed,,",
        "I,i@council.example,St Invented’s,nobody@council.example,",
        "J,j@council.example,St Invented’s,dot.ted@council.example,",
        "K,k@council.example,St Invented’s,l@council.example,",
        f"L,l@council.example,{school.code.lower()},k@council.example,",
        "M,m@council.example,St Invented’s,,call me",
        ",n@council.example,St Invented’s,,",
        "=O,o@council.example,St Invented’s,,",
    )
    before = User.objects.count()
    page = main(upload(an_iw_member(), content, then="propose"))
    for said in (
        "14 of 15 rows have something wrong. Nothing has been changed.",
        "Line 3: “email” is not an email address",
        "Line 4: There is an account with this email address already",
        "Line 5: A colleague’s account has this address with dots elsewhere",
        "Line 6: The address must not have a “+”",
        "Line 7: The address must end in @council.example",
        "Line 8: Another row has this email address, or one of its mailbox",
        "Line 9: “service” is neither the name nor the code of an open service",
        "Line 10: “manager” has neither an account nor another row",
        "Line 11: “manager” is of another service, and manages nobody yet",
        "Lines 12 to 13: Their line managers go round in a circle",
        "Line 14: “phone” is not a phone number",
        "Line 15: “name” is empty",
        "Line 16: “name” begins as a formula does",
    ):
        assert said in page
    assert "dotted@" not in page
    assert User.objects.count() == before + 1  # the member who looked
    assert not FileImport.objects.exists()
    assert [(event, facts) for event, _, facts in entries("import_checked")] == [
        ("import_checked", {"kind": "people", "rows": 15, "wrong": 14})
    ]


def test_two_members_with_the_same_file_add_its_people(school, monkeypatch):
    one, two = an_iw_member(name="Ona One"), an_iw_member(name="Twi Two")
    content = a_file(
        "Staff,staff@council.example,St Invented’s,head@council.example,01632 960001",
        f"Head,head@council.example,{school.code},,",
    )
    page = main(upload(one, content, then="propose"))
    found = FileImport.objects.get()
    assert "Nothing is imported before another confirms" in page
    assert "These may: Twi Two" in page
    assert not User.objects.filter(email="staff@council.example").exists()
    assert upload(one, content, found).status_code == 403
    assert upload(two, content + b"\n", found).status_code == 409
    assert not ImportedRow.objects.exists()
    monkeypatch.setattr(two_uploads, "SECONDS", -1)
    assert "Not every row is imported yet" in main(upload(two, content, found))
    monkeypatch.undo()
    page = main(upload(two, content, found))
    assert "Done. Rows done: 2. Left out: 0" in page
    staff = User.objects.get(email="staff@council.example")
    assert (staff.line_manager.email, staff.phone) == ("head@council.example", "01632 960001")
    assert (staff.service, staff.has_usable_password()) == (school, False)
    made = AccountChange.objects.of(staff).get(change="made")
    assert made.by == one
    # The number is theirs who proposed it: by it somebody is made sure of.
    assert phone_last_set(staff).by == one
    ((_, actor, kept),) = entries("person_phone_from_file")
    assert (actor, kept["proposed_by"]) == (str(two.uid), str(one.uid))
    assert not is_vouched_for(staff)
    assert Notice.objects.filter(kind="invitation").count() == 2
    added = entries("person_added_from_file")
    assert [actor for _, actor, _ in added] == [str(two.uid)] * 2
    assert added[0][2]["proposed_by"] == str(one.uid)
    # Again it is over, and the same file is known.
    assert upload(two, content, found).status_code == 409
    assert upload(one, content.replace(b"Head", b"Hat"), then="check").status_code == 200
    with pytest.raises(WrongState, match="file_known"):
        actions.propose("people", content, rows=2, by=one, now=NOW)
    assert replay()[0] == []
    # Who proposed it made the accounts: they phone nobody behind them, who confirmed may.
    with pytest.raises(NotAllowed):
        directory.vouch(staff, phoned=True, by=one, now=NOW + timedelta(days=1))
    directory.vouch(staff, phoned=True, by=two, now=NOW + timedelta(days=1))


def test_names_like_those_of_others_are_looked_at_and_ticked_at_both_uploads(school):
    one, two = an_iw_member(name="Ona One"), an_iw_member(name="Zoë O’Neil-Two")
    there = a_practitioner(name="Anne Marie Smith", service=school)
    content = a_file(
        "Anne-Marie SMITH,x1@council.example,St Invented’s,,",
        "Zoe ONeil Two,x2@council.example,St Invented’s,,",
        "Sam Same,x3@council.example,St Invented’s,,",
        "SAM SAME,x4@council.example,St Invented’s,,",
        "Nobody Like,x5@council.example,St Invented’s,,",
    )
    with Statements() as asked:
        checked = upload(one, content)
    assert len([q for q in asked if "unnest" in q["sql"]]) == 1
    said = checked.context["alike"]
    assert said == [
        f"Line 3: Zoë O’Neil-Two, {two.email}, IW Team",
        f"Line 2: Anne Marie Smith, St Invented’s, {there.email}",
        "Lines 4, 5: the same name",
    ]
    assert all(words in main(checked) for words in said)
    for answers in ({}, {"others": "on"}):
        assert "tick the box" in main(upload(one, content, then="propose", **answers))
    assert not FileImport.objects.exists()
    box = {"others": checked.context["form"]["others"].field.widget.attrs["value"]}
    upload(one, content, then="propose", **box)
    found = FileImport.objects.get()
    # A tick is for the names that were shown, by whoever ticked: somebody came meanwhile.
    a_practitioner(name="Nobody Like")
    again = upload(two, content, found, **box)
    assert "Nobody Like" in main(again)
    assert "tick the box" in main(again)
    found.refresh_from_db()
    assert (found.confirmed_at, found.done.count()) == (None, 0)
    box = {"others": again.context["form"]["others"].field.widget.attrs["value"]}
    assert "Done. Rows done: 5. Left out: 0" in main(upload(two, content, found, **box))


def test_not_by_who_counts_as_one_nor_after_who_proposed_has_gone(school):
    one, two, young = an_iw_member(), an_iw_member(), an_iw_member(second_person_from=None)
    content = a_file("Staff,staff@council.example,St Invented’s,,")
    found = proposed(content, one)
    AccountChange.objects.create(person=one, change="renamed", by=two, at=NOW)
    young.second_person_from = NOW + timedelta(hours=2)
    young.save()
    for nobody in (one, two, young, a_practitioner(), an_administrator()):
        with pytest.raises(NotAllowed):
            actions.confirm(found, content, by=nobody, now=NOW)
    free = an_iw_member()
    suspending.suspend(one, by=an_administrator(), now=NOW)
    with pytest.raises(WrongState, match="proposal_fell_away"):
        actions.confirm(found, content, by=free, now=NOW)
    assert "nobody can confirm it" in main(
        at(free).get(reverse("people_import_one", args=[found.reference]))
    )
    actions.take_back(found, by=free, now=NOW)
    again = proposed(content, two)
    actions.confirm(again, content, by=free, now=NOW)
    # Every row asks for both again.
    suspending.suspend(two, by=an_administrator(), now=NOW)
    (row,) = rows_of(again, content)
    with pytest.raises(actions.Halted):
        actions.add_person(again, row, by=free, now=NOW)


def test_what_changed_since_the_check_is_left_out_and_named(school):
    one, two = an_iw_member(), an_iw_member()
    content = a_file(
        "Staff,staff@council.example,St Invented’s,head@council.example,",
        "Head,head@council.example,St Invented’s,,",
        "Other,other@council.example,St Invented’s,,",
    )
    found = actions.confirm(proposed(content, one), content, by=two, now=NOW)
    rows = rows_of(found, content)
    a_practitioner(email="head@council.example", is_active=False)
    ran = two_uploads.run(found, rows, PEOPLE.do, by=two)
    assert ran.left_out.shown == [
        "Line 2: Their line manager has no account",
        "Line 3: There is an account with this email address already",
    ]
    page = main(upload(two, content, found))
    assert "Begun. Rows done: 1 of 3" in page
    assert "End the import, although rows are left out" in page
    page = main(upload(two, content, found, ends="on"))
    assert "Done. Rows done: 1. Left out: 2" in page
    assert "Line 3: There is an account with this email address already" in page


def test_a_row_waits_for_addresses_service_and_lines_before_it_locks_people(school):
    """As whoever changes an address or a service: the other way round they wait for each other."""
    one, two = an_iw_member(), an_iw_member()
    content = a_file("Staff,staff@council.example,St Invented’s,,")
    found = actions.confirm(proposed(content, one), content, by=two, now=NOW)
    (row,) = rows_of(found, content)
    with CaptureQueriesContext(connection) as asked:
        actions.add_person(found, row, by=two, now=NOW)
    locks = [each["sql"] for each in asked if "pg_advisory" in each["sql"] or "FOR " in each["sql"]]
    assert [("pg_advisory" in one, "accounts_service" in one) for one in locks[:3]] == [
        (True, False),
        (False, True),
        (True, False),
    ]
    assert any("accounts_user" in one for one in locks[3:])


@pytest.mark.django_db(transaction=True)
def test_a_failure_at_any_statement_leaves_everything_as_it_was():
    a_service("St Invented’s")
    one, two = an_iw_member(), an_iw_member()
    content = a_file("Staff,staff@council.example,St Invented’s,,01632 960001")
    fail_at_every_statement(lambda: proposed(content, one))
    found = FileImport.objects.get()
    fail_at_every_statement(lambda: actions.confirm(found, content, by=two, now=NOW))
    (row,) = rows_of(found, content)
    fail_at_every_statement(lambda: actions.add_person(found, row, by=two, now=NOW))
    fail_at_every_statement(lambda: actions.finish(found, left_out=0, by=two, now=NOW))
    other = proposed(content + b"\n", one)
    fail_at_every_statement(lambda: actions.take_back(other, by=two, now=NOW))


@pytest.mark.django_db(transaction=True)
def test_two_at_once_confirm_once_and_no_row_is_done_twice():
    a_service("St Invented’s")
    one, two, three = an_iw_member(), an_iw_member(), an_iw_member()
    content = a_file(*(f"P{n},p{n}@council.example,St Invented’s,," for n in range(5)))
    with a_crowd(2) as crowd:
        came = crowd.at_once(lambda: proposed(content, one), lambda: proposed(content, three))
        assert sorted(type(each).__name__ for each in came) == ["FileImport", "WrongState"]
        found = FileImport.objects.with_people().get()
        first = next(each for each in (one, three) if each != found.proposed_by)
        came = crowd.at_once(
            lambda: actions.confirm(found, content, by=first, now=NOW),
            lambda: actions.confirm(found, content, by=two, now=NOW),
        )
        assert sorted(type(each).__name__ for each in came) == ["FileImport", "NotAllowed"]
        found = FileImport.objects.with_people().get()
        rows = rows_of(found, content)
        twice = [lambda: two_uploads.run(found, rows, PEOPLE.do, by=found.confirmed_by)] * 2
        crowd.at_once(*twice)
    assert ImportedRow.objects.count() == User.objects.filter(name__startswith="P").count() - 3
    assert len(entries("person_added_from_file")) == 5
