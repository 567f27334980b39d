"""A record's way from its sources letting go to its end, from the IW Team's pages.

Six months pass by giving times to the product's own acts. What members do, they do at a browser.
"""

from collections.abc import Callable
from datetime import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from requests_app.desk import actions as acts
from requests_app.models import Request
from shielding.accounts import suspending
from shielding.accounts.models import User
from shielding.holds import actions as hold_actions
from shielding.holds import letting_go
from shielding.models import HandOver, Hold, Record
from shielding.reviews import actions as review_actions
from tests.browser.support import deciding
from tests.browser.support.visitor import Visitor
from tests.support.people import a_practitioner, a_service, an_iw_member
from tests.support.requests import a_number, a_request, agreed, first_review_concluded
from tests.support.shielded_records import DAY, GONE, at, let_go, nobody_asks, place, shielded_for

pytestmark = pytest.mark.django_db(transaction=True)
SignIn = Callable[..., Visitor]
SHIELDED = "It is shielded; no duplicate or unmatched unshielded record was found"
SHIELDED = "It is shielded; no duplicate or unmatched unshielded record was found"


@pytest.fixture
def first() -> User:
    return an_iw_member(name="Ann First")


@pytest.fixture
def second() -> User:
    return an_iw_member(name="Bob Second")


@pytest.fixture
def third() -> User:
    return an_iw_member(name="Cleo Third")


def ago(days: int) -> datetime:
    return at(timezone.localdate() - days * DAY)


def say(hold: Hold, answer: str, *, by: User, now: datetime) -> None:
    letting_go.answer(
        hold,
        answer=answer,
        views="yes",
        sought_by="source",
        parting=GONE if answer == "no_longer_needed" else None,
        by=by,
        now=now,
    )


def six_months_of_three_sources(member: User) -> Record:
    """One lets go at its 7-day review, one does not answer, one stays; the six months pass.

    The six-monthly review is open and nobody has answered it yet.
    """
    number = a_number()
    asked = [a_request(a_practitioner(), number=number, now=ago(210)) for _ in range(3)]
    for request in asked:
        hold_actions.attest_applied(
            request.hold, checked_on=ago(209).date(), no_duplicate=True, by=member, now=ago(209)
        )
    leaves, silent, stays = asked
    say(leaves.hold, "no_longer_needed", by=leaves.practitioner, now=ago(205))
    say(stays.hold, "still_needed", by=stays.practitioner, now=ago(205))
    leaves = Request.objects.get(pk=leaves.pk)
    acts.conclude_let_go(leaves, no_duplicate=True, seen=leaves.changed_at, by=member, now=ago(204))
    agreed(silent, by=member, now=ago(203))
    agreed(stays, by=member, now=ago(203))
    for one in (silent, stays):
        first_review_concluded(Request.objects.get(pk=one.pk), by=member, now=ago(202))
    review_actions.open_due_reviews(ago(45))
    return Record.objects.get(pk=silent.record_id)


def open_and_follow(him: Visitor, record: Record, link: str) -> None:
    him.open(reverse("record_detail", args=[record.reference]))
    him.follow(link)


def test_three_sources_let_go_one_after_the_other_and_two_members_unshield(
    first: User, second: User, third: User, signed_in: SignIn
) -> None:
    # Given a record three sources asked for, of whom one let go and one never answered
    record = six_months_of_three_sources(third)
    silent, stays = Hold.objects.standing().order_by("id")
    # and members of the IW Team, without JavaScript, who find its review overdue
    her, him = signed_in(first, javascript=False), signed_in(second, javascript=False)
    her.follow("Overdue six-monthly reviews")
    first_of_two, other = (record.reviews.of_records().get(hold=one) for one in (silent, stays))
    her.follow(first_of_two.reference)
    her.reads(
        "Answers owed 1",
        "These are recorded as “no answer”",
        "This request still asks for the shield",
    )
    her.reads("Other requests for this record", f"Request {stays.reference}", "Still needed")
    # When, a week ago, one let go by itself and one by phone, whose word a third member recorded
    say(stays, "no_longer_needed", by=stays.source, now=ago(7))
    say(silent, "no_longer_needed", by=third, now=ago(7))
    her.page.reload()
    her.reads("on the practitioner’s confirmed word", "Answers owed None", "Nobody asks any more")
    her.tick(SHIELDED)
    her.press("Conclude the review")
    her.reads("The review is concluded.", "by Ann First")
    # and the other's, which is concluded by itself,
    her.follow(f"Open review {other.reference}")
    her.tick(SHIELDED)
    her.press("Conclude the review")
    her.reads("The review is concluded.", "by Ann First")
    # Then the record is still shielded, and one member begins the final unshield
    her.follow("Open record")
    her.reads("Shielded", "0 of 3 requests in force")
    her.follow("Begin the final unshield")
    her.press("Begin the final unshield")
    her.reads("Unshielding", "by Ann First", "These members may: Bob Second.")
    her.does_not_read("Confirm: it is unshielded")
    # whom the member who recorded a release cannot follow, but another can,
    them = signed_in(third, javascript=False)
    them.open(reverse("record_detail", args=[record.reference]))
    them.reads("It is not yours to confirm.")
    him.open(reverse("home"))
    him.follow("Being unshielded")
    him.follow(record.reference)
    him.follow("Confirm: it is unshielded")
    him.press("Confirm: it is unshielded")
    him.reads("The record is unshielded.", "Not shielded")
    # and the logbook has what each of them did.
    lines = [" ".join(line.split()) for line in deciding.entries(him, record.reference).split("\n")]
    for name, did in (
        ("Ann First", f"began to unshield record {record.reference}"),
        ("Bob Second", f"attested that record {record.reference} is unshielded"),
    ):
        assert any(name in line and did in line for line in lines), lines


def test_a_fourth_request_arrives_while_a_record_is_being_unshielded(
    first: User, second: User, signed_in: SignIn
) -> None:
    # Given a record that one member began to unshield and another is about to confirm
    record = nobody_asks(ago(10))
    her, him = signed_in(first), signed_in(second)
    open_and_follow(her, record, "Begin the final unshield")
    her.press("Begin the final unshield")
    open_and_follow(him, record, "Confirm: it is unshielded")
    # When a practitioner asks for it at that moment
    hold = place(record, now=timezone.now())
    him.expected_status = 409
    him.press("Confirm: it is unshielded")
    # Then the second member reads loudly that it is to be shielded again,
    him.reads("Shield this record again now", "Nothing was confirmed.")
    assert him.faults() == []
    him.follow("Open the record")
    him.reads("To shield", "Check now: it may already be open")
    him.follow(f"Open request {hold.reference}")
    # and attests it for the new request, with what they found.
    section = him.page.get_by_role("region", name="Attest that the record is shielded")
    section.get_by_label("It had been opened, and I shielded it again").check()
    deciding.attest_applied(him)
    assert Record.objects.get().state == "shielded"
    her.open(reverse("home"))
    her.does_not_read("Records to shield, not yet applied: 1")


def test_an_unshield_is_stopped_and_begun_anew(
    first: User, second: User, signed_in: SignIn
) -> None:
    record = nobody_asks(ago(10))
    her, him = signed_in(first), signed_in(second)
    open_and_follow(her, record, "Begin the final unshield")
    her.press("Begin the final unshield")
    open_and_follow(him, record, "Stop")
    him.tick(SHIELDED, "I checked: it was never opened")
    him.press("Stop the unshield")
    him.reads("The unshield is stopped.", "Shielded")
    open_and_follow(him, record, "Begin the final unshield")
    him.press("Begin the final unshield")
    open_and_follow(her, record, "Confirm: it is unshielded")
    her.press("Confirm: it is unshielded")
    assert Record.objects.get().state == "not_shielded"


def test_a_record_moves_to_another_authority(first: User, second: User, signed_in: SignIn) -> None:
    # Given a shielded record that somebody asks for
    source = a_practitioner(name="Pat Practitioner")
    (hold,) = shielded_for(source, now=ago(20))
    her, him = signed_in(first), signed_in(second)
    # When one member proposes that the child moved away, and another looks and confirms
    open_and_follow(her, hold.record, "The record has ended")
    her.tick("The child moved to another authority, which now keeps the shield", "By phone")
    assert her.faults() == []
    her.press("Propose that it has ended")
    her.reads("There is a problem")
    her.date("If the child moved: on which day did the other authority confirm it?", ago(1))
    her.press("Propose that it has ended")
    her.reads("Proposed. Another member must confirm it.", "by Ann First")
    him.open(reverse("home"))
    him.follow("Ends to confirm")
    him.follow(hold.record.reference)
    him.follow("Look at it and confirm")
    him.reads("Pat Practitioner", hold.reference, "This cannot be undone.")
    him.reads("The other authority confirmed it on", "by phone")
    assert him.faults() == []
    him.tick(SHIELDED)
    him.press("Confirm: the record has ended")
    # Then the record is closed, its hold ended with it, and nothing of it waits any more.
    him.reads("Confirmed: the record has ended.", "Closed", "because the record ended")
    him.open(reverse("home"))
    him.does_not_read("Ends to confirm")


def test_a_leaver_is_handed_over_by_two_and_the_colleague_lets_go(
    first: User, second: User, signed_in: SignIn
) -> None:
    # Given a practitioner who leaves with a request that stands
    service = a_service()
    leaver = a_practitioner(service=service, name="Lou Leaver")
    colleague = a_practitioner(service=service, name="Cal Colleague")
    (hold,) = shielded_for(leaver, now=ago(20))
    suspending.suspend(leaver, by=first, now=ago(1))
    her = signed_in(first)
    her.follow("Requests without an active practitioner")
    her.reads("Lou Leaver", hold.reference)
    # When a member proposes that a colleague takes over, and another confirms it
    her.open(reverse("person", args=[leaver.uid]))
    her.follow("Hand over to a colleague")
    her.pick("Colleague", f"Cal Colleague, {service.name}, {colleague.email}")
    her.press("Continue")
    her.reads("This would change hands once another member confirms it.")
    her.press("Propose the hand-over")
    her.reads("Nothing changes hands until another member confirms.", "It is not yours to confirm")
    him = signed_in(second)
    him.follow("Hand-overs to confirm")
    him.follow(HandOver.objects.get().reference)
    him.reads("Requests in force, or whose family is still to be told", "Ann First")
    him.press("Confirm: hand over")
    # Then the hold has a source who can answer for it, and the shield never went off.
    him.reads("Handed over to Cal Colleague")
    her.open(reverse("holds_without_practitioner"))
    her.does_not_read(hold.reference)
    hold.refresh_from_db()
    assert hold.source == colleague
    assert let_go(hold, now=timezone.now()).released_by == colleague
    assert Record.objects.get().state == "shielded"
