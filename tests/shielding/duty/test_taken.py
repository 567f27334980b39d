""" "I have it": colleagues see who has a piece of work, nothing is locked, and alerts go on."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from logbook.models import Entry
from logbook.reading import Done
from logbook.writing import log_entry
from shielding.accounts import suspending
from shielding.checks.actions import Found, attest_found
from shielding.checks.finding_codes import Finding
from shielding.duty import actions, items
from shielding.duty.at_work import at_work
from shielding.duty.taken import Work, last_word, who_has, work_of
from shielding.holds import actions as holds
from shielding.notices.models import Notice
from shielding.records import to_shield_alerts
from shielding.records.models import Record
from shielding.web.refusals import NotAllowed, WrongState
from tests.brokerage.support.cast import a_cast, agreed, concluded
from tests.requests_app.support.desk import at_desk, main
from tests.support.people import a_practitioner, an_administrator, an_auditor, an_iw_member
from tests.support.requests import NOW, a_request
from tests.support.shielded_records import being_unshielded, nobody_asks
from tests.support.shielded_records import place as asked_for_again
from tests.support.statements import Statements

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def take(reference, by, now=NOW):
    actions.take(items.item_of(reference, by, now), by=by, now=now)


def says(reference, by, now=NOW):
    """Return what a page says of who has a piece of work, and what its button says."""
    shown = at_work(items.item_of(reference, by, now), by=by, now=now)
    return shown.has, shown.button


def test_a_member_takes_a_request_and_colleagues_see_it_wherever_it_is_listed():
    request = a_request()
    sam, ann = at_desk(an_iw_member(name="Sam Sees")), at_desk(an_iw_member(name="Ann Also"))
    page = reverse("desk_request", args=[request.reference])
    record = reverse("record_detail", args=[request.record.reference])
    assert "has had it" not in main(ann.get(page))
    answer = sam.post(reverse("duty_take", args=[request.reference]))
    assert (answer.status_code, answer.url) == (302, page)
    assert "You have had it since" in main(sam.get(page))
    lists = [reverse("desk_queue"), reverse("records_to_shield"), reverse("home")]
    for place in (page, record, *lists):
        assert "Sam Sees has had it since" in main(ann.get(place)), place
    ann.post(reverse("duty_take", args=[request.record.reference]))
    for place in (page, record, *lists):
        assert "Ann Also has had it since" in main(sam.get(place)), place
        assert "Sam Sees has had it" not in main(sam.get(place)), place
    taken = Entry.objects.filter(event="duty_taken").order_by("id")
    assert [(entry.reference, entry.record, entry.facts) for entry in taken] == [
        (request.reference, request.record.reference, "{}"),
        (request.record.reference, request.record.reference, "{}"),
    ]


def test_an_access_request_is_taken_at_the_desk_without_naming_its_record():
    access = agreed(a_cast())
    sam, ann = at_desk(an_iw_member(name="Sam Sees")), at_desk(an_iw_member())
    page = reverse("brokerage_request", args=[access.reference])
    assert sam.post(reverse("duty_take", args=[access.reference])).url == page
    for place in (page, reverse("brokerage_queue")):
        assert "Sam Sees has had it since" in main(ann.get(place)), place
    entry = Entry.objects.get(event="duty_taken")
    assert (entry.reference, entry.record) == (access.reference, "")


def test_it_is_shown_for_four_hours_with_the_button_to_take_it_over():
    reference, sam, ann = a_request().reference, an_iw_member(name="Sam"), an_iw_member(name="Ann")
    assert says(reference, ann) == ("", "I have it")
    take(reference, sam)
    last = NOW + 4 * HOUR - timedelta(seconds=1)
    assert says(reference, ann, last) == ("Sam has had it since 10:00am.", "I have it now")
    assert says(reference, sam, last) == ("You have had it since 10:00am.", "")
    take(reference, ann, last)
    assert says(reference, sam, last) == ("Ann has had it since 1:59pm.", "I have it now")
    assert says(reference, sam, last + 4 * HOUR) == ("", "I have it")


def test_what_an_item_shows_else_may_be_older_than_who_has_it():
    sam = an_iw_member(name="Sam")
    takes = [
        Done("duty_taken", sam.uid, NOW - ago, "IW-2222-2222", "", {})
        for ago in (4 * HOUR, 4 * HOUR - timedelta(seconds=1))
    ]
    work, names = Work("IW-2222-2222"), {sam.uid: sam.name}
    found = [last_word(work, [one], names, set(), NOW) for one in takes]
    assert found == [None, takes[1]]


def test_whoever_is_suspended_has_it_no_more():
    reference, sam, ann = a_request().reference, an_iw_member(name="Sam"), an_iw_member()
    take(reference, sam)
    suspending.suspend(sam, by=an_administrator(), now=NOW)
    assert says(reference, ann) == ("", "I have it")
    assert who_has([Work(reference)], NOW) == {}


def test_taking_it_ends_no_alert():
    """Of two that wait alike one is taken: both are told again at the same hours."""
    taken, other = a_request(), a_request()
    member = an_iw_member()
    take(taken.reference, member)
    take(taken.record.reference, member)
    told = {}
    for hours in (0, 1, 4, 24):
        to_shield_alerts.raise_alerts(NOW + hours * HOUR)
        for request in (taken, other):
            owed = Notice.objects.filter(subject=request.reference, fate="queued")
            steps = owed.order_by("kind", "step").values_list("kind", "step")
            told.setdefault(request.reference, []).append(list(steps))
    assert told[taken.reference] == told[other.reference]
    assert [len(steps) for steps in told[taken.reference]] == [1, 1, 1, 2]


def test_what_is_done_cannot_be_taken_and_shows_no_button():
    member, done = an_iw_member(), nobody_asks()
    finished = concluded(a_cast())
    for reference in (done.reference, finished.reference):
        with pytest.raises(WrongState):
            take(reference, member)
        assert says(reference, member) == ("", "")
    assert not Entry.objects.filter(event="duty_taken").exists()
    page = at_desk(member).get(reverse("record_detail", args=[done.reference]))
    assert "I have it" not in main(page)


def test_nobody_but_the_team_takes_anything():
    request = a_request()
    item = items.item_of(request.reference, an_iw_member(), NOW)
    suspended = an_iw_member()
    suspending.suspend(suspended, by=an_administrator(), now=NOW)
    for person in (a_practitioner(), an_auditor(), an_administrator(), suspended):
        with pytest.raises(NotAllowed):
            actions.take(item, by=person, now=NOW)
        assert items.item_of(request.reference, person, NOW) is None


def test_a_list_takes_two_queries_however_long_and_one_of_records_three():
    member, counts, of_records = an_iw_member(), [], []
    pairs = [(f"IW-{n}{n}{n}{n}-2222", f"IW-{n}{n}{n}{n}-3333") for n in range(2, 8)]
    items = [Work(reference, record) for reference, record in pairs]
    records = [Work(record, record) for _, record in pairs]
    for number, (reference, record) in enumerate(pairs, 1):
        log_entry("duty_taken", by=member, at=NOW, reference=reference, record_reference=record)
        with Statements() as asked:
            found = who_has(items[:number], NOW)
        assert len(found) == number
        counts.append(len(asked))
        with Statements() as asked:
            who_has(records[:number], NOW)
        of_records.append(len(asked))
    assert (counts, of_records) == ([2] * 6, [3] * 6)


def test_another_request_for_the_record_has_not_been_taken():
    """Of a record both are; of each request its own."""
    one = a_request()
    other = a_request(number=one.record.number_in_clear())
    assert other.record == Record.objects.get()
    sam, ann = an_iw_member(name="Sam"), an_iw_member()
    take(one.reference, sam)
    assert says(other.reference, ann) == ("", "I have it")
    assert says(one.record.reference, ann)[0] == "Sam has had it since 10:00am."


def attested(request, *, by, now):
    holds.attest_applied(request.hold, checked_on=now.date(), no_duplicate=True, by=by, now=now)
    request.refresh_from_db()


def found_open(record, *, by, now):
    attest_found(record, found=Found(Finding.OPEN), by=by, now=now)


def test_nobody_has_what_came_to_be_checked_now_after_they_took_it():
    """Found open, or asked for while it was being unshielded: whoever took it did other work."""
    sam, ann = an_iw_member(name="Sam"), an_iw_member(name="Ann")
    request = a_request()
    reference, record = request.reference, request.record.reference
    take(reference, sam)
    take(record, sam, NOW + HOUR / 6)
    attested(request, by=sam, now=NOW + HOUR / 5)
    found_open(request.record, by=ann, now=NOW + 2 * HOUR)
    later = NOW + 3 * HOUR
    assert [says(one, ann, later)[0] for one in (reference, record)] == ["", ""]
    assert who_has([work_of_record(record)], later) == {}
    take(record, ann, later)
    assert says(record, sam, later)[0] == "Ann has had it since 1:00pm."
    assert len(who_has([work_of_record(record)], later)) == 1

    begun = being_unshielded(ann)
    before = begun.unshield_begun_at
    log_entry("duty_taken", by=sam, at=before, reference=begun.reference,
              record_reference=begun.reference)  # fmt: skip
    asked_for_again(begun, now=before + HOUR)
    assert says(begun.reference, ann, before + HOUR)[0] == ""


def work_of_record(reference):
    return work_of(Record.objects.get(reference=reference))


def test_whoever_took_a_request_that_waits_for_no_shield_has_not_taken_its_record():
    """One that is sent after a look found the record open waits for it; a second look does not."""
    sam, ann = an_iw_member(name="Sam"), an_iw_member()
    first = a_request()
    record, later = first.record, NOW + HOUR
    considered = a_request(number=record.number_in_clear(), decision="considered")
    log_entry("duty_taken", by=sam, at=later, reference=considered.reference,
              record_reference=record.reference)  # fmt: skip
    assert says(considered.reference, ann, later)[0] == "Sam has had it since 11:00am."
    assert says(record.reference, ann, later) == ("", "I have it")
    assert who_has([work_of_record(record.reference)], later) == {}


def test_whoever_took_a_record_has_taken_those_of_its_requests_that_wait_for_the_shield():
    sam, ann = an_iw_member(name="Sam"), an_iw_member(name="Ann")
    one = a_request()
    take(one.record.reference, sam)
    assert says(one.reference, ann)[0] == "Sam has had it since 10:00am."
    queue = reverse("desk_queue")
    attested(one, by=sam, now=NOW + HOUR)
    assert says(one.reference, ann, NOW + HOUR) == ("", "I have it")
    now = timezone.now()
    log_entry("duty_taken", by=sam, at=now, reference=one.record.reference,
              record_reference=one.record.reference)  # fmt: skip
    assert "has had it" not in main(at_desk(ann).get(queue))
    found_open(one.record, by=ann, now=now)
    assert "Sam has had it" in main(at_desk(ann).get(queue))
