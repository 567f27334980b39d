"""What was found is recorded as it is: the four findings, in every state, and who is told."""

from datetime import date, timedelta
from itertools import product

import pytest
from django.core import mail as outbox

from logbook.models import Entry
from logbook.reading import facts_of
from shielding.checks.actions import Found, attest_found
from shielding.checks.finding_codes import Finding
from shielding.holds import actions as hold_actions
from shielding.models import Check, Hold, Record
from shielding.notices import delivery
from shielding.notices.models import Notice
from shielding.records import states
from shielding.reviews import actions as review_actions
from shielding.unshield import actions as unshield_actions
from shielding.unshield import attestations
from shielding.web.refusals import NotAllowed, WrongState
from tests.support.people import (
    a_practitioner,
    a_service,
    an_administrator,
    an_auditor,
    an_iw_member,
)
from tests.support.requests import NOW, a_request
from tests.support.shielded_records import (
    DAY,
    agreed_holds,
    being_unshielded,
    let_go,
    nobody_asks,
    place,
)
from tests.support.undone import undone

pytestmark = pytest.mark.django_db
LATER = NOW + 3 * DAY
OPEN, NOT_FOUND = Found(Finding.OPEN), Found(Finding.NOT_FOUND)
DUPLICATE, SHIELDED = Found(Finding.DUPLICATE), Found(Finding.SHIELDED)


def of(hold: Hold) -> Record:
    return Record.objects.get(pk=hold.record_id)


def found(record: Record, what: Found = OPEN, *, by=None, now=LATER) -> Record:
    return attest_found(record, found=what, by=by or an_iw_member(), now=now)


def all_of_before_is_mailed() -> None:
    delivery.deliver(LATER - timedelta(hours=1))
    outbox.outbox.clear()


def told(kind: str = "phone_about") -> list[tuple[str, str]]:
    """Return who is owed a notice of this kind, with the reference it names."""
    owed = Notice.objects.filter(kind=kind).order_by("id")
    return [(one.recipient.email, one.mentions) for one in owed]


# --- Found open ---------------------------------------------------------------------------------


def test_found_open_takes_back_what_was_attested_but_not_the_first_of_the_episode():
    holds = agreed_holds(a_practitioner(), a_practitioner())
    waits = place(of(holds[0]), now=NOW)
    before, lead = of(holds[0]), an_iw_member(lead=True)
    record = found(before)
    assert (record.state, record.waiting_since) == (states.TO_SHIELD, LATER)
    assert (record.applied_at, record.applied_by) == (before.applied_at, before.applied_by)
    assert list(Record.objects.to_check_now()) == [record]
    for hold in holds:
        hold.refresh_from_db()
        assert (hold.applied_at, hold.applied_by, hold.found_open_at) == (None, None, LATER)
    waits.refresh_from_db()
    assert (waits.applied_at, waits.found_open_at) == (None, None)
    assert told() == [(hold.source.email, hold.reference) for hold in holds]
    assert told("found_open") == [(lead.email, record.reference)]
    assert not Notice.objects.exclude(kind__in=["phone_about", "found_open"]).filter(
        created_at=LATER
    )


def test_all_of_them_are_mailed_in_one_minute_and_the_same_words():
    holds = agreed_holds(*(a_practitioner(manager=a_practitioner()) for _ in range(2)))
    all_of_before_is_mailed()
    found(of(holds[0]))
    delivery.deliver(LATER)
    mails = {one.to[0]: one.body for one in outbox.outbox}
    assert set(mails) >= {hold.source.email for hold in holds}
    words = {mails[hold.source.email].replace(hold.reference, "IT") for hold in holds}
    assert len(words) == 1
    assert "Please phone the IW Team today about IT: 01632 960 001" in words.pop()
    managers = {hold.source.line_manager.email for hold in holds}
    assert not managers & set(mails)
    leads = [body for to, body in mails.items() if to not in {one.source.email for one in holds}]
    assert leads
    assert not any("Please phone" in body for body in leads)


@pytest.mark.behind_the_acts("a hand-over gives one person two requests for a record")
def test_no_mail_ties_two_requests_of_one_source_to_one_child():
    person = a_practitioner()
    one, two = agreed_holds(person, a_practitioner())
    Hold.objects.filter(pk=two.pk).update(source=person)
    found(of(one))
    due = dict(Notice.objects.filter(kind="phone_about").values_list("mentions", "due_at"))
    assert due[one.reference] == LATER
    assert due[two.reference] > LATER + timedelta(hours=12)


def test_who_attests_it_anew_ends_what_was_owed_and_the_record_is_shielded():
    holds = agreed_holds(a_practitioner(), a_practitioner())
    all_of_before_is_mailed()
    found(of(holds[0]))
    hold_actions.attest_applied(
        Hold.objects.get(pk=holds[0].pk),
        checked_on=LATER.date(),
        no_duplicate=True,
        found="shielded_again",
        by=an_iw_member(),
        now=LATER,
    )
    first, second = (Hold.objects.get(pk=hold.pk) for hold in holds)
    assert (first.applied_at, first.found_open_at) == (LATER, None)
    assert (second.applied_at, second.found_open_at) == (None, LATER)
    assert of(first).state == states.SHIELDED
    delivery.deliver(LATER)
    mailed = {one.to[0] for one in outbox.outbox}
    assert first.source.email not in mailed
    assert second.source.email in mailed
    assert Check.objects.latest_first().first().finding == Finding.SHIELDED


def test_while_it_is_unshielded_it_is_to_shield_and_nobody_confirms():
    first, second = an_iw_member(), an_iw_member()
    record = being_unshielded(first)
    record = found(record, by=second)
    assert (record.state, record.unshield_begun_by, record.unshield_cancels) == (
        states.TO_SHIELD,
        None,
        0,
    )
    with pytest.raises(unshield_actions.Cancelled):
        unshield_actions.confirm_unshield(record, by=second, now=LATER)
    record = attestations.attest_still_shielded(
        record, found="shielded_again", by=second, now=LATER
    )
    assert record.state == states.SHIELDED


def test_stopping_an_unshield_may_find_it_open():
    member = an_iw_member()
    record = unshield_actions.stop_unshield(
        being_unshielded(member), found="", saw=OPEN, by=member, now=LATER
    )
    assert record.state == states.TO_SHIELD
    again = attestations.attest_still_shielded(
        record, found="", saw=OPEN, by=member, now=LATER + DAY
    )
    assert again.state == states.TO_SHIELD


def test_one_that_was_never_applied_simply_waits_on_and_nobody_is_told():
    request = a_request()
    an_iw_member(lead=True)
    record = found(request.record)
    assert (record.state, record.waiting_since) == (states.TO_SHIELD, NOW)
    assert told() == told("found_open") == []


def test_the_leads_are_told_once_of_one_that_is_known_to_be_open():
    (hold,) = agreed_holds()
    an_iw_member(lead=True)
    found(of(hold))
    found(of(hold), now=LATER + DAY)
    assert len(told("found_open")) == len(told()) == 1
    record = of(hold)
    assert record.waiting_since == LATER


def test_the_days_are_kept_and_logged():
    (hold,) = agreed_holds()
    found(of(hold), Found(Finding.OPEN, date(2026, 3, 3), date(2026, 3, 4)))
    check = Check.objects.get()
    assert (check.open_from, check.open_until) == (date(2026, 3, 3), date(2026, 3, 4))
    entry = Entry.objects.get(event="record_checked")
    assert facts_of(entry) == {
        "finding": "open",
        "from": "shielded",
        "to": "to_shield",
        "open_from": "2026-03-03",
        "open_until": "2026-03-04",
    }
    assert Entry.objects.get(event="applied_cleared").reference == hold.reference


# --- The others ---------------------------------------------------------------------------------


@pytest.mark.parametrize("what", [SHIELDED, DUPLICATE, NOT_FOUND])
def test_nothing_else_changes_anything(what):
    (hold,) = agreed_holds()
    an_iw_member(lead=True)
    before = Record.objects.values().get(), Hold.objects.values().get()
    found(of(hold), what)
    assert (Record.objects.values().get(), Hold.objects.values().get()) == before
    assert told() == told("found_open") == []
    assert Check.objects.get().finding == what.finding


def test_a_duplicate_is_a_code_on_this_record_alone():
    (hold,) = agreed_holds()
    found(of(hold), DUPLICATE)
    assert {field.name for field in Check._meta.fields} == {
        "id",
        "record",
        "finding",
        "at",
        "by",
        "open_from",
        "open_until",
    }
    assert Record.objects.count() == 1


@pytest.mark.parametrize(
    ("what", "applied"), [(DUPLICATE, True), (OPEN, False), (NOT_FOUND, False)]
)
def test_a_first_attestation_says_what_was_found(what, applied):
    request = a_request()
    hold_actions.attest_applied(
        request.hold,
        checked_on=LATER.date(),
        no_duplicate=True,
        saw=what,
        by=an_iw_member(),
        now=LATER,
    )
    hold = Hold.objects.get()
    assert (hold.applied_at is not None) == applied
    assert of(hold).state == (states.SHIELDED if applied else states.TO_SHIELD)
    assert (of(hold).applied_at is not None) == applied
    assert Check.objects.get().finding == what.finding
    entries = Entry.objects.filter(event="shield_applied")
    assert [facts_of(one)["no_duplicate"] for one in entries] == [False] * applied


def test_a_second_source_s_attestation_may_find_open_what_the_first_s_said():
    (first,) = agreed_holds()
    second = place(of(first), now=NOW)
    hold_actions.attest_applied(
        second, checked_on=LATER.date(), no_duplicate=True, saw=OPEN, by=an_iw_member(), now=LATER
    )
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.applied_at, first.found_open_at) == (None, LATER)
    assert (second.applied_at, second.found_open_at) == (None, None)
    assert told() == [(first.source.email, first.reference)]


@pytest.mark.parametrize(
    ("what", "concluded"), [(SHIELDED, True), (DUPLICATE, True), (OPEN, False), (NOT_FOUND, False)]
)
def test_a_six_monthly_review_is_concluded_where_it_is_shielded(what, concluded):
    (hold,) = agreed_holds()
    due = hold.review_due
    now = NOW.replace(year=due.year, month=due.month, day=due.day)
    (review,) = review_actions.open_reviews_of(of(hold), now=now)
    review = review_actions.conclude_record_review(
        review,
        no_duplicate=True,
        saw=what,
        next_shown=review_actions.next_due(review, now),
        by=an_iw_member(),
        now=now,
    )
    review.refresh_from_db()
    assert (review.concluded_at is not None) == concluded
    assert review.no_duplicate == (what == SHIELDED)
    assert of(hold).state == (states.TO_SHIELD if what == OPEN else states.SHIELDED)


# --- Who, and in which state --------------------------------------------------------------------


def shielded():
    return of(agreed_holds()[0])


def waiting():
    return a_request().record


def unshielding():
    return being_unshielded(an_iw_member())


def check_now():
    record = being_unshielded(an_iw_member())
    place(record, now=LATER)
    return Record.objects.get(pk=record.pk)


def not_shielded():
    request = a_request()
    let_go(request.hold)
    return attestations.attest_never_applied(
        Record.objects.get(pk=request.record_id), by=an_iw_member(), now=NOW
    )


# In which state a finding is recorded, and what state follows; absent: it is refused.
TABLE = {
    (shielded, "shielded"): "shielded",
    (shielded, "duplicate"): "shielded",
    (shielded, "not_found"): "shielded",
    (shielded, "open"): "to_shield",
    (waiting, "duplicate"): "to_shield",
    (waiting, "not_found"): "to_shield",
    (waiting, "open"): "to_shield",
    (check_now, "duplicate"): "to_shield",
    (check_now, "not_found"): "to_shield",
    (check_now, "open"): "to_shield",
    (unshielding, "duplicate"): "unshielding",
    (unshielding, "not_found"): "unshielding",
    (unshielding, "open"): "to_shield",
}


@pytest.mark.parametrize("start", [shielded, waiting, check_now, unshielding, not_shielded])
def test_each_finding_in_each_state_by_everybody(start):
    key = start().pk
    strangers = (a_practitioner(service=a_service()), an_auditor(), an_administrator())
    members = (an_iw_member(), an_iw_member(lead=True))
    for finding, person in product(Finding.values, (*strangers, *members)):
        after = TABLE.get((start, finding))
        refused = NotAllowed if person in strangers else WrongState if after is None else None
        record = Record.objects.get(pk=key)
        with undone():
            if refused:
                with pytest.raises(refused):
                    found(record, Found(finding), by=person)
            else:
                assert found(record, Found(finding), by=person).state == after, finding


CANNOT_BE = (
    Found(""),
    Found("gone"),
    Found("\x00"),
    Found(Finding.OPEN, LATER.date() + DAY),
    Found(Finding.OPEN, None, LATER.date() + DAY),
    Found(Finding.OPEN, date(2026, 3, 4), date(2026, 3, 3)),
    Found(Finding.SHIELDED, date(2026, 3, 3)),
)


def test_what_cannot_be_is_refused_and_nothing_is_half_done():
    (hold,) = agreed_holds()
    before = Hold.objects.values().get()
    for what in CANNOT_BE:
        with pytest.raises(WrongState, match="check_incomplete"):
            found(of(hold), what)
        assert (Hold.objects.values().get(), Check.objects.count()) == (before, 0), what
        assert of(hold).state == states.SHIELDED, what


def test_a_suspended_member_says_nothing():
    (hold,) = agreed_holds()
    member = an_iw_member()
    type(member).objects.filter(pk=member.pk).update(is_active=False)
    with pytest.raises(NotAllowed):
        found(of(hold), by=member)


def test_a_record_nobody_asks_for_is_found_open_too():
    record = nobody_asks()
    lead = an_iw_member(lead=True)
    assert found(record).state == states.TO_SHIELD
    assert told("found_open") == [(lead.email, record.reference)]
    assert told() == []
