"""A request's ways through the service, each from the pages that people use.

Every person sits at a browser of their own. What is already there when a journey begins was made
by the product's own actions.
"""

from collections.abc import Callable

import pytest
from django.urls import reverse

from requests_app.models import Request
from shielding.accounts.models import User
from tests.browser.support import asking, deciding
from tests.browser.support.visitor import Visitor
from tests.support.people import a_practitioner, an_iw_member
from tests.support.requests import a_draft, a_number, a_request

pytestmark = pytest.mark.django_db(transaction=True)
SignIn = Callable[..., Visitor]


@pytest.fixture
def manager() -> User:
    return a_practitioner(name="Morgan Manager")


@pytest.fixture
def practitioner(manager: User) -> User:
    return a_practitioner(name="Pat Practitioner", service=manager.service, manager=manager)


@pytest.fixture
def member() -> User:
    return an_iw_member(name="Indra Member")


def test_from_the_request_to_a_shielded_record_and_its_entries(
    practitioner: User, member: User, signed_in: SignIn
) -> None:
    # Given a practitioner who has asked for a record to be shielded
    her, number = signed_in(practitioner), a_number()
    her.press("Ask for a shield")
    her.press("Start a request")
    asking.answer(her, number=number, manager="Morgan Manager")
    her.reads("Fleeing forced marriage", "Saved, and not shown here", "Morgan Manager")
    reference = asking.send(her)
    her.reads("Request sent", reference, "Write this reference into your own record now.")
    # and a member of the IW Team who sees it first of all as not yet shielded
    him = signed_in(member)
    him.reads("Records to shield, not yet applied: 1", reference)
    # When the member attests that the record is shielded, and agrees
    deciding.open_from_queue(him, reference, tab="To shield")
    deciding.attest_applied(him)
    deciding.agree(him)
    # Then the practitioner reads both,
    her.follow("See this request")
    her.reads("Agreed and applied.", "Applied on ContactPoint and checked")
    # the logbook has an entry of each step,
    words = deciding.entries(him, reference)
    for step in (
        "asked to shield record",
        "placed a hold on record",
        "attested that record",
        "is known to be involved",
        "agreed the request",
    ):
        assert step in words
    # and the record number stands in neither.
    her.does_not_read(number)
    him.does_not_read(number)


def test_phoned_and_applied_before_any_decision(
    practitioner: User, member: User, signed_in: SignIn
) -> None:
    # Given a member who takes a call and logs it
    him = signed_in(member)
    him.press("Log a phoned request")
    number = a_number()
    him.write("Record number", number)
    him.write("Record number again", number)
    him.pick("Ground", "Risk of abduction")
    him.tick("A practitioner with an account")
    him.write("Work email address of the practitioner", practitioner.email)
    him.press("Log the request")
    # When the member shields the record at once and attests it, nothing decided
    deciding.attest_applied(him)
    him.reads("To decide")
    reference = asking.reference_of(him)
    # Then the practitioner is asked to confirm, answers what the phone did not, and confirms
    her = signed_in(practitioner)
    her.open(reverse("request_list"))
    her.reads("Confirm what was phoned")
    her.follow(reference)
    her.press("Answer and confirm")
    asking.answer(her, number="", manager="Morgan Manager")
    asking.send(her)
    her.reads("Phoned request confirmed")
    him.open(reverse("desk_request", args=[reference]))
    him.reads("Confirmed by the practitioner")


def test_considered_not_shielded_gets_a_second_look(
    practitioner: User, member: User, signed_in: SignIn
) -> None:
    # Given a practitioner who considered a shield and decided against it
    her = signed_in(practitioner)
    her.open(reverse("request_start"))
    her.press("Start a request")
    asking.answer(
        her,
        number=a_number(),
        manager="Morgan Manager",
        decision="Considered, not shielded",
    )
    reference = asking.send(her)
    her.reads("Recorded: considered, not shielded", "This request asks for no shield.")
    # When a member asks them to look again
    him = signed_in(member)
    him.does_not_read(reference)
    deciding.open_from_queue(him, reference, tab="Second look")
    him.tick("The risk may be higher than the reason suggests")
    him.press("Ask them to look again")
    # and the practitioner stays with the decision
    her.open(reverse("request_list"))
    her.follow(reference)
    her.reads("The risk may be higher than the reason suggests")
    her.press("Change answers and send again")
    asking.send(her)
    # Then the second look confirms it, and no hold was ever placed
    deciding.open_from_queue(him, reference, tab="Second look")
    deciding.found_no_duplicate(him, "Confirm “considered, not shielded”")
    him.press("Confirm")
    him.reads("Confirmed. The first review is concluded.")
    her.open(reverse("request_detail", args=[reference]))
    her.reads("Considered, not shielded", "was confirmed")
    assert Request.objects.get(reference=reference).hold is None


def test_asked_to_look_again_they_may_come_to_shield(
    practitioner: User, member: User, signed_in: SignIn
) -> None:
    # Given a decision not to shield that a member asked to look at again
    request = a_request(practitioner, decision="considered")
    him = signed_in(member)
    deciding.open_from_queue(him, request.reference, tab="Second look")
    him.tick("Please phone the IW Team")
    him.press("Ask them to look again")
    # When the practitioner now decides to shield
    her = signed_in(practitioner)
    her.open(reverse("request_page", args=[request.reference, "decision"]))
    her.tick("Shield the record")
    her.press("Continue")
    her.open(reverse("request_check", args=[request.reference]))
    her.press("Continue")
    asking.answer(her, number="", manager="Morgan Manager")
    asking.send(her)
    # Then its hold stands at once
    him.open(reverse("home"))
    him.reads("Records to shield, not yet applied: 1", request.reference)


def test_not_agreed_takes_two(practitioner: User, member: User, signed_in: SignIn) -> None:
    # Given a request that one member proposes not to agree
    reference = a_request(practitioner).reference
    him, other = signed_in(member), signed_in(an_iw_member(name="Sasha Second"))
    deciding.open_from_queue(him, reference, tab="To decide")
    him.tick("Merely well known")
    him.press("Propose not to agree")
    him.reads("Proposed. Another member must confirm it.", "These members may: Sasha Second")
    assert him.page.get_by_role("button", name="Confirm: not agreed").count() == 0
    # the practitioner is told nothing of it yet
    her = signed_in(practitioner)
    her.open(reverse("request_detail", args=[reference]))
    her.reads("With the IW Team")
    her.does_not_read("Merely well known", "Indra Member", "proposed")
    # When another member confirms
    deciding.open_from_queue(other, reference, tab="Second look")
    other.reads("Indra Member proposed", "Merely well known")
    deciding.found_shielded(other, "Confirm that it is not agreed")
    other.press("Confirm: not agreed")
    # Then it is not agreed, the hold is gone, and the practitioner learns how to go on
    other.reads("Ended")
    her.page.reload()
    her.reads("Not agreed", "tell them how to complain")
    her.does_not_read("Merely well known", "Indra Member", "Sasha Second")


def test_returned_answered_and_sent_again(
    practitioner: User, member: User, signed_in: SignIn
) -> None:
    # Given a request that a member returns with a query
    reference = a_request(practitioner).reference
    him, her = signed_in(member), signed_in(practitioner)
    deciding.open_from_queue(him, reference, tab="To decide")
    him.tick("The ground does not fit what the IW Team was told")
    him.press("Return with this query")
    him.reads("The request is returned.")
    # When the practitioner changes the ground and sends it again
    her.open(reverse("home"))
    her.follow("Requests returned to you")
    her.follow(reference)
    her.reads("The ground does not fit what the IW Team was told")
    her.press("Change answers and send again")
    her.follow("Change ground for shielding")
    her.tick("Risk of abduction")
    her.press("Continue")
    her.tick_everything()
    her.press("Continue")
    her.open(reverse("request_check", args=[reference]))
    asking.send(her)
    her.reads("Request sent again")
    # Then it waits to be decided again, on its new ground
    deciding.open_from_queue(him, reference, tab="To decide")
    him.reads("Risk of abduction")
    deciding.agree(him)


def test_two_practitioners_on_one_record_see_nothing_of_each_other(
    practitioner: User, member: User, signed_in: SignIn
) -> None:
    # Given two practitioners of different services who ask about the same record
    number, other = a_number(), a_practitioner(name="Toni Teacher")
    first = a_request(practitioner, number=number)
    draft = a_draft(other, number=number)
    him, hers = signed_in(other), signed_in(practitioner)
    him.open(reverse("request_check", args=[draft.reference]))
    second = asking.send(him)
    # When the IW Team, who sees both, decides both
    desk = signed_in(member)
    for reference in (first.reference, second):
        deciding.open_from_queue(desk, reference, tab="To decide")
        desk.reads("1 other request stands for this record.")
        deciding.attest_applied(desk)
        deciding.agree(desk)
    # Then each reads of their own and finds no trace of the other,
    theirs = (
        (hers, first.reference, (second, "Toni", other.service.name, other.service.code)),
        (him, second, (first.reference, "Pat ", practitioner.service.name)),
    )
    for person, own, others in theirs:
        for page in ("home", "request_list", "guidance"):
            person.open(reverse(page))
            person.does_not_read(*others)
        person.open(reverse("request_detail", args=[own]))
        person.reads("Agreed and applied.")
        person.does_not_read(*others, number)
        # and the other's pages are not there, just as one that never was.
        for page in ("request_detail", "request_check", "request_sent"):
            absent = reverse(page, args=[others[0]])
            person.open(absent, status=404)
            there = person.text()
            person.open(reverse(page, args=["IW-2222-2222"]), status=404)
            assert person.text() == there


def test_two_members_at_once_one_decides_and_the_other_reads_who(
    practitioner: User, member: User, signed_in: SignIn
) -> None:
    # Given two members who have the same request open
    reference = a_request(practitioner).reference
    first, late = signed_in(member), signed_in(an_iw_member(name="Lou Late"))
    for visitor in (first, late):
        visitor.open(reverse("desk_request", args=[reference]))
    # When one agrees and the other, a moment later, returns it
    deciding.agree(first)
    late.tick("Please phone the IW Team")
    late.expected_status = 409
    late.press("Return with this query")
    # Then the other reads who was first, and nothing was changed
    late.reads("Somebody has already acted on this", "Indra Member agreed the request")
    assert late.faults() == []
    assert Request.objects.get(reference=reference).state == "agreed"


def test_a_draft_is_resumed_where_it_was_left(practitioner: User, signed_in: SignIn) -> None:
    # Given a practitioner who answers a page and leaves
    her, number = signed_in(practitioner), a_number()
    her.open(reverse("request_start"))
    her.press("Start a request")
    asking.type_number(her, number)
    her.tick("I identified the need")
    her.press("Continue")
    reference = asking.reference_of(her)
    her.follow("Leave this for later")
    her.page.get_by_role("button", name="Sign out").click()
    # When she comes back another day
    again = signed_in(practitioner)
    again.follow("Drafts to finish")
    again.follow(reference)
    again.press("Continue this draft")
    # Then the first page she has not answered is asked, and her answers are there
    assert asking.page_of(again) == "ground"
    again.open(reverse("request_page", args=[reference, "record"]))
    assert again.page.get_by_label("I identified the need").is_checked()
    again.reads("A number is saved.")
    again.does_not_read(number)


def test_a_siblings_request_is_sent_with_the_same_answers_and_no_link(
    practitioner: User, signed_in: SignIn
) -> None:
    # Given a request that was just sent
    her = signed_in(practitioner)
    draft = a_draft(practitioner)
    her.open(reverse("request_check", args=[draft.reference]))
    first = asking.send(her)
    # When the practitioner asks for another child with its answers
    her.follow("Ask for another child with these answers")
    her.reads("old record and their new one in one sitting", "Fleeing abuse or domestic violence")
    assert her.faults() == []
    # Then the number, the points and what is attested are asked again, and nothing else,
    assert her.page.get_by_label("Risk of abduction").count() == 0
    asking.another_child(her, number=a_number(), manager="Morgan Manager")
    second = asking.reference_of(her)
    assert second != first
    her.does_not_read(first)
    # and nothing on either page leads to the other.
    her.open(reverse("request_detail", args=[second]))
    her.does_not_read(first)
    her.open(reverse("request_detail", args=[first]))
    her.does_not_read(second)
