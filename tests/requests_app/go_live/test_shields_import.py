"""Shields that were there before the product: checked, proposed, confirmed with the same file."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from logbook.days import clock_now
from logbook.models import Entry
from requests_app.go_live import actions
from requests_app.go_live.views import SHIELDS
from requests_app.models import Request, late_to_shield
from shielding.accounts import suspending
from shielding.accounts.bulk import actions as imports
from shielding.accounts.bulk import two_uploads
from shielding.accounts.bulk.models import FileImport
from shielding.accounts.history import AccountChange
from shielding.checks import actions as checks
from shielding.checks.actions import Found
from shielding.checks.data_loads import actions as data_loads
from shielding.checks.data_loads import lists
from shielding.clock import today
from shielding.holds import actions as holds
from shielding.holds import letting_go
from shielding.models import DataLoad, Hold, Record
from shielding.notices.models import Notice
from shielding.reviews import actions as reviews
from shielding.unshield import actions as unshield
from shielding.unshield.policies import could_be_the_source, to_begin_by, unshield_missing
from shielding.web.refusals import NotAllowed, Refused
from shielding.web.uploads import csv_file, fingerprint
from tests.requests_app.go_live.support.files import (
    a_file,
    a_row,
    confirmed,
    rows_of,
    soon,
    taken_over,
    upload,
)
from tests.requests_app.support.desk import at_desk, main
from tests.support.entries import entries
from tests.support.people import a_practitioner, an_administrator, an_iw_member
from tests.support.replay import replay
from tests.support.requests import NOW, a_number, a_request
from tests.support.shielded_records import (
    DAY,
    being_unshielded,
    let_go,
    nobody_asks,
    place,
    shielded_for,
)

pytestmark = pytest.mark.django_db


def test_a_check_names_each_bad_row_changes_nothing_and_tells_of_no_record():
    now = clock_now()
    person, gone = a_practitioner(), a_practitioner(is_active=False)
    member, known = an_iw_member(), a_number()
    shielded_for(a_practitioner(), number=known)
    twin = a_number()
    late = soon(now).replace(year=soon(now).year + 9)
    content = a_file(
        a_row(person, known),
        a_row(person, twin),
        a_row(person, twin, email=person.email.upper()),
        a_row(person, "12"),
        a_row(person, ground="because"),
        a_row(gone),
        a_row(member),
        a_row(person, involvement="perhaps"),
        a_row(person, placed="30/02/2025"),
        a_row(person, applied="2025-03-04"),
        a_row(person, applied="2999-01-01"),
        a_row(person, next_review="2025-03-05"),
        a_row(person, next_review=late),
        a_row(person, next_review="soon"),
        a_row(person, number="=CP"),
        a_row(person, number=""),
    ).replace(known.encode(), known.lower().encode())
    before = Record.objects.count(), Hold.objects.count(), Notice.objects.count()
    page = main(upload(member, content, then="propose"))
    for said in (
        "13 of 16 rows have something wrong. Nothing has been changed.",
        "Line 4: Another row has this number and this practitioner",
        "Line 5: “number” is not a record number",
        "Line 6: “ground” is none of the grounds",
        "Lines 7 to 8: “email” is of no practitioner who can sign in",
        "Line 9: “involvement” is none of the answers",
        "Line 10: “placed” is not a day",
        "Lines 11 to 12: The days are in the wrong order, or in the future",
        "Line 13: “next_review” is not after the day on which it was asked for",
        "Line 14: “next_review” is more than 6 months ahead",
        "Line 15: “next_review” is not a day",
        "Line 16: “number” begins as a formula does",
    ):
        assert said in page
    assert known.lower() not in page.lower()
    assert twin not in page
    assert (Record.objects.count(), Hold.objects.count(), Notice.objects.count()) == before
    assert not FileImport.objects.exists()
    # Of a record that is shielded for another the same is said as of one that nobody knows.
    pages = [main(upload(member, a_file(a_row(person, one)))) for one in (known, a_number())]
    assert pages[0] == pages[1]
    assert "Nothing is wrong with the file" in pages[0]


def test_two_members_with_the_same_file_take_its_shields_over():
    one, two, person = an_iw_member(), an_iw_member(), a_practitioner()
    number = a_number()
    day = soon(clock_now())
    content = a_file(
        a_row(person, number, next_review=day.isoformat(), ground="other"),
        a_row(a_practitioner(), number),
    )
    upload(one, content, then="propose")
    found = FileImport.objects.get()
    assert not Hold.objects.exists()
    assert upload(one, content, found).status_code == 403
    assert upload(two, content.replace(b"abuse", b"asylum"), found).status_code == 409
    page = main(upload(two, content, found))
    assert "Done. Rows done: 2. Left out: 0" in page
    request = Request.objects.get(practitioner=person)
    hold = request.hold
    assert (request.state, request.review, request.decided_by) == ("agreed", None, two)
    assert (hold.source, hold.ground, hold.review_due) == (person, "other", day)
    assert hold.applied_by == hold.agreed_by == hold.placed_by == two
    assert hold.imported_at == request.imported_at == request.submitted_at
    record = Record.objects.get()
    assert (record.state, record.number_in_clear()) == ("shielded", number)
    assert (record.holds.standing().count(), record.review_due) == (2, min(day, record.review_due))
    facts = entries("shield_taken_over")[0][2]
    assert (facts["placed_on"], facts["applied_on"]) == ("2025-03-05", "2025-03-06")
    applied = entries("shield_applied")[0][2]
    assert (applied["checked_on"], applied["no_duplicate"]) == ("2025-03-06", False)
    assert facts["from_import"] == found.reference
    # The entries have the time of the import.
    assert Entry.objects.get(event="hold_placed", reference=hold.reference).at == hold.placed_at
    # Everybody of them is told once, and each record is to be checked again.
    told = Notice.objects.filter(kind="shield_taken_over")
    assert {notice.recipient_id for notice in told} == {
        hold.source_id for hold in Hold.objects.all()
    }
    assert not DataLoad.objects.exists()
    assert list(lists.still_to_check(one, None)) == [record]
    assert replay()[0] == []


def test_the_list_to_check_again_has_them_whatever_load_rules():
    one, two = an_iw_member(), an_iw_member()
    load = DataLoad.objects.create(loaded_on=today(NOW), entered_at=NOW, entered_by=one)
    (hold,) = shielded_for(a_practitioner(), now=NOW + timedelta(hours=1))
    taken_over(a_file(a_row(a_practitioner())), one=one, two=two)
    assert DataLoad.objects.get() == load
    waiting = set(lists.still_to_check(one, load))
    assert waiting == set(Record.objects.filter(holds__imported_at__isnull=False))
    assert hold.record not in waiting
    # Without a load they alone are on it, until two members have looked since.
    DataLoad.objects.update(taken_back_at=NOW, taken_back_by=two)
    shielded_for(a_practitioner(), now=NOW)
    assert set(lists.still_to_check(one, None)) == waiting
    again = reverse("records_to_check_again")
    page = main(at_desk(one).get(again))
    assert "To check again after an import" in page
    assert "0 of 1 checked by two members." in page
    (record,) = waiting
    now = clock_now()
    for member in (one, two):
        assert lists.progress(one, None) == (0, 1)
        checks.attest_found(record, found=Found(), by=member, now=now)
    assert lists.progress(one, None) == (1, 1)
    assert "Checked by two members" in main(at_desk(one).get(f"{again}?show=checked"))


def test_a_file_attests_nothing_of_a_record_that_was_opened_and_looks_of_before_count_no_more():
    one, two, person = an_iw_member(), an_iw_member(), a_practitioner()
    record = nobody_asks(NOW)
    for member in (one, two):
        checks.attest_found(record, found=Found(), by=member, now=NOW + timedelta(hours=2))
    record = unshield.begin_unshield(record, by=one, now=NOW + DAY)
    record = unshield.confirm_unshield(record, by=two, now=NOW + DAY)
    assert record.state == "not_shielded"
    load = data_loads.enter(today(NOW), by=one, now=NOW)
    taken_over(a_file(a_row(person, record.number_in_clear())), one=one, two=two)
    taken = Hold.objects.select_related("record").get(source=person)
    assert (taken.applied_at, taken.record.state, taken.episode) == (None, "to_shield", 2)
    assert Request.objects.to_shield().filter(hold=taken).exists()
    # Once it is shielded it is on the list to check: the looks of the first episode are over.
    holds.attest_applied(
        taken, checked_on=today(clock_now()), no_duplicate=True, by=one, now=clock_now()
    )
    for which in (load, None):
        assert list(lists.still_to_check(one, which)) == [record]
        assert lists.progress(one, which) == (0, 1)
    assert replay()[0] == []


def test_rows_are_done_in_an_order_that_is_not_the_files():
    one, two = an_iw_member(), an_iw_member()
    people = [a_practitioner() for _ in range(8)]
    content = a_file(*map(a_row, people))
    found = confirmed(content, one=one, two=two)
    rows = rows_of(found, content)
    assert [row.digest for row in rows] == sorted(row.digest for row in rows)
    assert [row.number for row in rows] != sorted(row.number for row in rows)
    other = FileImport()
    assert [row.person for row in rows_of(other, content)] != [row.person for row in rows]


def test_where_somebody_is_to_look_it_is_not_attested():
    one, two, person = an_iw_member(), an_iw_member(), a_practitioner()
    opened, doubled, waiting = (a_number() for _ in range(3))
    opening = being_unshielded(one).number_in_clear()
    (hold,) = shielded_for(a_practitioner(), number=opened)
    checks.attest_found(hold.record, found=Found("open"), by=one, now=NOW)
    (hold,) = shielded_for(a_practitioner(), number=doubled)
    checks.attest_found(hold.record, found=Found("duplicate"), by=one, now=NOW)
    a_request(number=waiting)
    rows = [a_row(person, number) for number in (opening, opened, doubled, waiting)]
    taken_over(a_file(*rows), one=one, two=two)
    found = {
        hold.record.number_in_clear(): (hold.applied_at is not None, hold.record.state)
        for hold in Hold.objects.filter(source=person).select_related("record")
    }
    assert found == {
        opening: (False, "to_shield"),
        opened: (False, "to_shield"),
        doubled: (False, "shielded"),
        # Somebody asked a minute ago, which is a sign that it is open, and nobody has looked.
        waiting: (False, "to_shield"),
    }
    asked = Request.objects.exclude(practitioner=person).filter(record__state="to_shield")
    waits = asked.filter(hold__applied_at=None, hold__found_open_at=None)
    assert waits.filter(late_to_shield(clock_now() + 2 * DAY)).count() == 1
    assert replay()[0] == []


def test_what_a_practitioner_asks_for_already_is_left_and_no_page_says_so():
    one, two, person = an_iw_member(), an_iw_member(), a_practitioner()
    number = a_number()
    a_request(person, number=number)
    content = a_file(a_row(person, number), a_row(a_practitioner()))
    upload(one, content, then="propose")
    page = main(upload(two, content, FileImport.objects.get()))
    assert "Done. Rows done: 2. Left out: 0" in page
    assert "Rows that were left out" not in page
    assert Hold.objects.filter(source=person).count() == 1


def test_a_run_that_was_stopped_goes_on_and_places_nothing_again():
    one, two = an_iw_member(), an_iw_member()
    people = [a_practitioner() for _ in range(3)]
    content = a_file(*map(a_row, people))
    found = confirmed(content, one=one, two=two)
    first, *rest = rows_of(found, content)
    assert actions.take_over(found, first, by=two, now=NOW)
    hold = Hold.objects.get()
    let_go(hold)
    assert not actions.take_over(found, first, by=two, now=NOW)
    suspending.suspend(next(each for each in people if each.pk == rest[0].person), by=one, now=NOW)
    left_out = f"Line {rest[0].number}: “email” is of no practitioner who can sign in"
    for _ in range(2):
        page = main(upload(two, content, found))
        assert "Begun. Rows done: 2 of 3" in page
        assert left_out in page
    page = main(upload(two, content, found, ends="on"))
    assert "Done. Rows done: 2. Left out: 1" in page
    assert left_out in page
    assert entries("import_finished")[0][2]["left_out"] == 1
    assert Hold.objects.count() == 2
    assert not Hold.objects.get(pk=hold.pk).is_standing
    assert not actions_left(found, content)


def actions_left(found: FileImport, content: bytes) -> list[bytes]:
    """Return which rows of the file an import has not done and could."""
    table = csv_file.read(content, SHIELDS.columns)
    done = {bytes(one.digest) for one in found.done.all()}
    return [row.digest for row in SHIELDS.check(table, found.key_of_rows) if row.digest not in done]


def test_a_member_who_is_suspended_stops_the_rest():
    one, two = an_iw_member(), an_iw_member()
    content = a_file(a_row(a_practitioner()), a_row(a_practitioner()))
    found = confirmed(content, one=one, two=two)
    first, second = rows_of(found, content)
    actions.take_over(found, first, by=two, now=NOW)
    suspending.suspend(one, by=an_administrator(), now=NOW)
    assert upload(two, content, found).status_code == 409
    with pytest.raises(two_uploads.actions.Halted):
        actions.take_over(found, second, by=two, now=NOW)
    assert Hold.objects.count() == 1


def test_another_takes_the_place_of_who_proposed_half_way_and_nothing_is_placed_again():
    one, two, three = an_iw_member(), an_iw_member(), an_iw_member()
    people = [a_practitioner() for _ in range(3)]
    content = a_file(*map(a_row, people))
    now = clock_now()
    found = confirmed(content, one=one, two=two, now=now)
    first, second, _ = rows_of(found, content)
    actions.take_over(found, first, by=two, now=now)
    let_go(Hold.objects.get())
    actions.take_over(found, second, by=two, now=now)
    suspending.suspend(one, by=an_administrator(), now=now)
    assert upload(two, content, found).status_code == 409
    assert upload(two, content, found, stands_for="on").status_code == 409
    assert "You propose this import now" in main(upload(three, content, found, stands_for="on"))
    assert "Done. Rows done: 3. Left out: 0" in main(upload(two, content, found))
    assert Hold.objects.count() == 3
    assert Hold.objects.standing().count() == 2
    # The file is still the first one's, to the byte: they alone chose the sources.
    assert {hold.file_import.proposed_by for hold in Hold.objects.all()} == {one}
    assert replay()[0] == []


def test_a_review_that_is_late_already_is_opened_late():
    one, two = an_iw_member(), an_iw_member()
    taken_over(a_file(a_row(a_practitioner(), next_review="2025-09-05")), one=one, two=two)
    reviews.open_due_reviews(NOW)
    hold = Hold.objects.get()
    assert hold.reviews.get().due.isoformat() == "2025-09-05"
    place(hold.record, now=NOW)  # another source's own day moves nothing of theirs
    assert Hold.objects.get(pk=hold.pk).review_due.isoformat() == "2025-09-05"


def test_another_goes_on_where_who_confirmed_does_not_and_no_row_is_done_again():
    one, two, three = an_iw_member(), an_iw_member(), an_iw_member()
    content = a_file(a_row(a_practitioner()), a_row(a_practitioner()))
    now = clock_now()
    found = confirmed(content, one=one, two=two, now=now)
    first, second = rows_of(found, content)
    actions.take_over(found, first, by=two, now=now)
    early = now + timedelta(minutes=59)
    with pytest.raises(NotAllowed):
        imports.confirm(found, content, by=three, now=early)
    later = now + timedelta(minutes=61)
    with pytest.raises(NotAllowed):
        imports.confirm(found, content, by=one, now=later)
    found = imports.confirm(found, content, by=three, now=later)
    assert found.confirmed_by == three
    assert not actions.take_over(found, first, by=three, now=later)
    with pytest.raises(two_uploads.actions.Halted):
        actions.take_over(found, second, by=two, now=later)
    assert actions.take_over(found, second, by=three, now=later)
    # Once it has ended nothing matches its rows any more, and nobody changes who proposed it.
    row = found.done.first()
    found = imports.finish(found, left_out=0, by=three, now=later)
    assert found.row_key is None
    assert fingerprint.of_row(b"", ("a",)) != bytes(row.digest)
    assert rows_of(found, content)[0].digest not in {bytes(one.digest) for one in found.done.all()}
    for columns in (
        {"proposed_by": three, "confirmed_by": one},
        {"digest": b"another"},
        {"confirmed_by": one, "proposed_by": found.proposed_by},
        {"row_key": b"another"},
        {"finished_at": None},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            FileImport.objects.update(**columns)
    assert replay()[0] == []


def test_who_proposed_the_file_or_made_its_practitioner_takes_no_step_of_the_unshield():
    one, two, maker, free, _other = (an_iw_member() for _ in range(5))
    person = a_practitioner()
    # Made long before the import, which says nothing of when the shield was asked for.
    AccountChange.objects.create(person=person, change="made", at=NOW - 90 * DAY, by=maker)
    AccountChange.objects.create(person=person, change="vouched", at=NOW - 89 * DAY, by=free)
    taken_over(a_file(a_row(person)), one=one, two=two)
    hold = let_go(Hold.objects.get(), now=clock_now())
    letting_go.attest_word(hold, phoned=True, by=two, now=clock_now())
    record = Record.objects.get()
    assert could_be_the_source(record) == {one.pk, maker.pk}
    later = clock_now() + 12 * DAY
    for member, codes in ((one, 1), (maker, 1), (two, 0), (free, 0)):
        missing = unshield_missing(record, member, later)
        assert [each.code for each in missing] == ["could_be_the_source"] * codes
        as_a_query = Record.objects.filter(to_begin_by(member)).exists()
        assert as_a_query == (not codes)
    # A hold says that it was taken over only with its file.
    with pytest.raises(IntegrityError), transaction.atomic():
        Hold.objects.update(file_import=None)


def test_whoever_no_longer_signs_in_gets_no_shield():
    person, one, two = a_practitioner(), an_iw_member(), an_iw_member()
    content = a_file(a_row(person))
    found = confirmed(content, one=one, two=two, now=clock_now())
    (row,) = rows_of(found, content)
    suspending.suspend(person, by=two, now=clock_now())
    with pytest.raises(Refused, match="no_practitioner"):
        actions.take_over(found, row, by=two, now=clock_now())
    assert not Hold.objects.exists()
