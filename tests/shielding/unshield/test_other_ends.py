"""The other ends of a record: a code, two members, the holds end with it."""

import json

import pytest
from django.db import IntegrityError, transaction

from logbook.models import Entry
from shielding.accounts.models import User
from shielding.checks.actions import Found
from shielding.holds.disputes import hand_over_actions as disputes
from shielding.holds.hand_over.models import HandOver
from shielding.models import Consultation, Hold, Record
from shielding.notices.models import Notice
from shielding.records import states
from shielding.unshield import other_ends
from shielding.web.refusals import NotAllowed, WrongState
from tests.support import hand_overs
from tests.support.people import a_practitioner, an_iw_member
from tests.support.requests import NOW, a_request
from tests.support.shielded_records import DAY, agreed_holds, being_unshielded, place

pytestmark = pytest.mark.django_db
LATER = NOW + DAY
RECEIPT = other_ends.Receipt(on=NOW.date(), came="phone")


@pytest.fixture
def two() -> tuple[User, User]:
    return an_iw_member(), an_iw_member()


def propose(record: Record, by: User, code: str = "moved_away") -> Record:
    receipt = RECEIPT if code == "moved_away" else None
    return other_ends.propose_end(record, code=code, receipt=receipt, by=by, now=LATER)


def confirm(record: Record, by: User, **changed) -> Record:
    seen = [hold.reference for hold in record.holds.standing()]
    given = {"seen": seen, "attested": False, "no_duplicate": True} | changed
    return other_ends.confirm_end(record, by=by, now=LATER, **given)


def test_two_members_end_a_record_and_its_holds_with_it(two):
    manager = a_practitioner()
    one, other = agreed_holds(a_practitioner(manager=manager), a_practitioner())
    Notice.objects.all().overtake()
    record = confirm(propose(one.record, two[0]), two[1])
    assert (record.state, record.closed_by, record.review_due) == ("closed", two[1], None)
    assert set(Hold.objects.values_list("released_how", flat=True)) == {"ended"}
    told = Notice.objects.owed().values_list("recipient", flat=True)
    assert set(told) == {one.source_id, manager.pk, other.source_id}
    assert Entry.objects.newest_first().first().event == "record_closed"


def test_a_hold_that_ended_is_asked_nothing_more(two):
    request = a_request()
    record = confirm(propose(request.record, two[0]), two[1])
    assert record.state == states.CLOSED
    assert Consultation.objects.get().answer == "let_go"


def test_a_merged_duplicate_needs_its_attestation(two):
    (hold,) = agreed_holds()
    record = propose(hold.record, two[0], "merged_duplicate")
    with pytest.raises(WrongState, match="check_incomplete"):
        confirm(record, two[1])
    assert confirm(record, two[1], attested=True).state == states.CLOSED


# What was found, and of which ends it lets a record end.
ENDS_ON = {
    "shielded": ("moved_away", "archived", "died"),
    "duplicate": (),
    "open": (),
    "not_found": ("archived", "died"),
}


@pytest.mark.parametrize("finding", ENDS_ON)
def test_a_record_ends_on_what_was_found_or_that_alone_is_recorded(two, finding):
    lead = an_iw_member(lead=True)
    for code in ("moved_away", "archived", "died"):
        (hold,) = agreed_holds()
        record = confirm(propose(hold.record, two[0], code), two[1], saw=Found(finding))
        ends, hold = code in ENDS_ON[finding], Hold.objects.get(pk=hold.pk)
        assert (record.state == states.CLOSED, hold.is_standing) == (ends, not ends)
        assert [one.finding for one in record.checks.all()] == [finding] * (finding != "shielded")
        found_open = finding == "open"
        assert (hold.found_open_at is not None, record.state == states.TO_SHIELD) == (
            found_open,
            found_open,
        )
    told = Notice.objects.filter(kind="found_open", recipient=lead).count()
    assert told == (3 if finding == "open" else 0)


def test_the_check_for_duplicates_comes_first(two):
    (hold,) = agreed_holds()
    with pytest.raises(WrongState, match="check_incomplete"):
        confirm(propose(hold.record, two[0]), two[1], no_duplicate=False)


def test_not_by_the_one_who_proposed_nor_after_they_left(two):
    (hold,) = agreed_holds()
    record = propose(hold.record, two[0])
    with pytest.raises(NotAllowed, match="second_person"):
        confirm(record, two[0])
    User.objects.filter(pk=two[0].pk).update(is_active=False)
    with pytest.raises(NotAllowed, match="second_person"):
        confirm(record, two[1])


def test_a_request_that_arrives_takes_the_proposal_back(two):
    (hold,) = agreed_holds()
    record = propose(hold.record, two[0])
    place(record, now=LATER)
    with pytest.raises(WrongState, match="no_end_proposed"):
        confirm(record, two[1])
    assert Record.objects.get().end_code == ""


def test_nobody_ends_a_request_they_did_not_see(two):
    (hold,) = agreed_holds()
    record = propose(hold.record, two[0])
    with pytest.raises(WrongState, match="holds_changed"):
        confirm(record, two[1], seen=[])


def test_a_proposal_is_made_once_taken_back_and_made_again(two):
    (hold,) = agreed_holds()
    record = propose(hold.record, two[0])
    with pytest.raises(WrongState, match="end_proposed"):
        propose(record, two[1])
    record = other_ends.withdraw_end(record, by=two[1], now=LATER)
    with pytest.raises(WrongState, match="no_end_proposed"):
        other_ends.withdraw_end(record, by=two[1], now=LATER)
    assert propose(record, two[1], "died").end_code == "died"


def said_to_be_wrong(hold: Hold) -> HandOver:
    """Return the hand-over of this hold, of which its old source says that it is wrong."""
    leaver = hold.source
    heir = a_practitioner(service=leaver.service)
    hand_overs.hand_over(leaver, to=heir, by=an_iw_member(), now=NOW)
    hand_over = HandOver.objects.get(person=leaver)
    disputes.say_wrong(hand_over.told.get(person=leaver), by=leaver, now=LATER)
    hand_over.refresh_from_db()
    return hand_over


def test_none_is_proposed_while_a_hand_over_is_said_to_be_wrong(two):
    (hold,) = agreed_holds()
    hand_over = said_to_be_wrong(hold)
    with pytest.raises(WrongState, match="disputed"):
        propose(hold.record, two[0])
    assert Record.objects.get(pk=hold.record_id).end_code == ""
    disputes.settle(hand_over, verdict="rightful", by=two[1], now=LATER)
    assert propose(hold.record, two[0]).end_code == "moved_away"


def test_one_that_was_proposed_is_not_confirmed_meanwhile(two):
    (hold,) = agreed_holds()
    record = propose(hold.record, two[0])
    hand_over = said_to_be_wrong(hold)
    with pytest.raises(WrongState, match="disputed"):
        confirm(record, two[1])
    assert Record.objects.get(pk=record.pk).state == states.SHIELDED
    disputes.settle(hand_over, verdict="wrong", by=two[1], now=LATER)
    assert confirm(record, two[1]).state == states.CLOSED


def test_one_that_was_proposed_can_be_taken_back_meanwhile(two):
    (hold,) = agreed_holds()
    record = propose(hold.record, two[0])
    said_to_be_wrong(hold)
    assert other_ends.withdraw_end(record, by=two[1], now=LATER).end_code == ""


def test_not_while_it_is_being_unshielded_nor_with_a_code_of_ones_own(two):
    with pytest.raises(WrongState, match="not_to_end"):
        propose(being_unshielded(two[0]), two[1])
    (hold,) = agreed_holds()
    with pytest.raises(WrongState, match="not_to_end"):
        propose(hold.record, two[0], "bored")


@pytest.mark.parametrize("act", ["propose", "confirm", "withdraw"])
def test_only_the_iw_team(two, act):
    (hold,) = agreed_holds()
    record, stranger = hold.record, a_practitioner()
    if act != "propose":
        propose(record, two[0])
    with pytest.raises(NotAllowed):
        {
            "propose": lambda: propose(record, stranger),
            "confirm": lambda: confirm(record, stranger),
            "withdraw": lambda: other_ends.withdraw_end(record, by=stranger, now=LATER),
        }[act]()


def test_postgres_closes_no_record_for_one_person(two):
    (hold,) = agreed_holds()
    propose(hold.record, two[0])
    Hold.objects.update(released_at=LATER, released_by=two[0], released_how="ended")
    for closed in ({"closed_by": two[0], "closed_at": LATER}, {}):
        with pytest.raises(IntegrityError, match="record_closed"), transaction.atomic():
            Record.objects.update(state=states.CLOSED, **closed)


@pytest.mark.parametrize(
    ("code", "receipt"),
    [
        ("moved_away", None),
        ("moved_away", other_ends.Receipt(on=NOW.date() + 2 * DAY, came="phone")),
        ("moved_away", other_ends.Receipt(on=NOW.date(), came="")),
        ("moved_away", other_ends.Receipt(on=NOW.date(), came="pigeon")),
        ("died", RECEIPT),
    ],
)
def test_only_what_moved_away_has_a_receipt_and_only_with_one_it_is_proposed(two, code, receipt):
    (hold,) = agreed_holds()
    with pytest.raises(WrongState) as refused:
        other_ends.propose_end(hold.record, code=code, receipt=receipt, by=two[0], now=LATER)
    assert refused.value.code == "no_receipt"
    hold.record.refresh_from_db()
    assert (hold.record.end_code, hold.record.receipt_on) == ("", None)


def test_the_receipt_stands_with_the_record_and_in_the_entry(two):
    (hold,) = agreed_holds()
    record = confirm(propose(hold.record, two[0]), two[1])
    record.refresh_from_db()
    assert (record.receipt_on, record.receipt_came) == (NOW.date(), "phone")
    entry = Entry.objects.get(event="move_proposed")
    assert json.loads(entry.facts) == {"on": str(NOW.date()), "came": "phone"}


def test_what_is_taken_back_leaves_no_receipt(two):
    (hold,) = agreed_holds()
    record = other_ends.withdraw_end(propose(hold.record, two[0]), by=two[1], now=LATER)
    record.refresh_from_db()
    assert (record.end_code, record.receipt_on, record.receipt_came) == ("", None, "")


def test_what_was_proposed_before_a_receipt_was_asked_for_is_proposed_anew(two):
    (hold,) = agreed_holds()
    record = propose(hold.record, two[0])
    Record.objects.filter(pk=record.pk).update(receipt_on=None, receipt_came="")
    with pytest.raises(NotAllowed):
        confirm(record, two[1])
    record.refresh_from_db()
    assert record.state == "shielded"


@pytest.mark.parametrize("half", [{"receipt_came": ""}, {"receipt_on": None}, {"end_code": "died"}])
def test_postgresql_refuses_half_a_receipt_and_one_of_another_end(two, half):
    (hold,) = agreed_holds()
    record = propose(hold.record, two[0])
    with pytest.raises(IntegrityError, match="record_receipt_whole"), transaction.atomic():
        Record.objects.filter(pk=record.pk).update(**half)
