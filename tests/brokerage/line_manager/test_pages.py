"""A line manager's pages: what waits, one request, agreeing, declining, who stands in, races."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from brokerage import access_request_codes as codes
from brokerage import outcome_words, states
from brokerage.core_hooks import to_do
from brokerage.desk import actions as desk_actions
from brokerage.desk import urgent_calls
from brokerage.line_manager import actions as manager_actions
from brokerage.models import AccessRequest
from brokerage.requester import actions as requester_actions
from brokerage.requester import presenters as requester_presenters
from logbook.models import Entry
from logbook.references import new_reference
from shielding.accounts.deputies import actions as deputy_actions
from shielding.accounts.models import User
from tests.brokerage.support.cast import IN_WORDS, a_cast, again, in_state
from tests.brokerage.support.todays_requests import (
    a_deputy,
    ago,
    agreed,
    approval,
    asking,
    at_a_desk,
    concluded,
    needed_until,
    waiting,
)
from tests.requests_app.support.desk import main
from tests.support.people import a_practitioner, an_administrator, an_auditor, an_iw_member
from tests.support.requests import a_number

pytestmark = pytest.mark.django_db
LIST = "/access/to-agree/"
ACTS = {"agree/": {}, "decline/": {"reason": "ask_first"}}


@pytest.fixture
def cast():
    return a_cast()


@pytest.fixture
def desk(cast):
    return at_a_desk(cast.manager)


def row(access):
    return AccessRequest.objects.filter(pk=access.pk).values().get()


def urgent(cast):
    """Return a call in which the cast's requester was named."""
    return urgent_calls.log_call(
        reference=new_reference(),
        number=a_number(),
        caller="practitioner",
        requester=cast.requester,
        service=cast.requester.service,
        purpose="safeguarding",
        sought="contact",
        outcome="referred",
        called_back=True,
        by=cast.member,
        now=timezone.now(),
    )


# --- What is listed and shown -------------------------------------------------------------------


def test_the_list_has_what_waits_first_and_references_and_dates_only(cast, desk):
    old, new = waiting(cast, now=ago(3)), waiting(cast)
    other = agreed(cast)
    page = desk.get(LIST)
    assert [line[0].text for line in page.context["waiting_rows"]] == [
        old.reference,
        new.reference,
    ]
    assert [line[2] for line in page.context["waiting_rows"]] == ["3 days", "Since today"]
    assert [line[0].text for line in page.context["rows"]] == [other.reference]
    for hidden in (cast.requester.name, IN_WORDS, "Assessment", old.record.reference):
        assert hidden not in main(page)


def test_the_page_says_what_is_asked_and_nothing_of_the_record(cast, desk):
    access = waiting(cast)
    page = desk.get(approval(access))
    text = main(page)
    for shown in (
        "Talk to your colleague first",
        "If you agree, the request goes to the IW Team. You and your colleague are told when",
        "Declining ends this request. Your colleague can start a new one.",
        cast.requester.name,
        access.reference,
        "Assessment",
        "To be contacted",
        IN_WORDS,
        "Their own records do not say whom to ask",
        "Only the person who asks",
        f"{needed_until():%-d %B %Y}",
        "Yes, it is documented there",
        "With the line manager",
    ):
        assert shown in text, shown
    hold = access.record.holds.first()
    for hidden in (
        access.record.number_in_clear(),
        access.record.reference,
        hold.reference,
        cast.source.name,
        cast.source.service.code,
        cast.requester.service.name,
    ):
        assert hidden not in page.content.decode(), hidden
    posts = re.findall(r'<form[^>]* action="(/access[^"]*)"', page.content.decode())
    assert posts == [approval(access, "agree/"), approval(access, "decline/")]
    assert Entry.objects.filter(event="access_opened", actor=cast.manager.uid).count() == 1


def test_agreed_in_one_tap(cast, desk):
    access = waiting(cast)
    assert desk.post(approval(access, "agree/")).url == LIST
    access = again(access)
    assert (access.state, access.manager_decided_by) == (states.WITH_IW, cast.manager)
    assert f"You agreed to {access.reference}" in main(desk.get(LIST))
    page = main(desk.get(approval(access)))
    assert "With the IW Team" in page
    assert f"by {cast.manager.name}" in page
    assert IN_WORDS in page
    assert "Talk to your colleague" not in page


def test_declined_with_a_reason(cast, desk):
    access = waiting(cast)
    for typed in ({}, {"reason": "because"}, {"reason": "\0"}, {"reason": ["ask_first", "x"]}):
        page = desk.post(approval(access, "decline/"), typed)
        assert page.status_code == 200
        assert set(page.context["form"].errors) == {"reason"}
    assert again(access).state == states.WITH_MANAGER
    assert desk.post(approval(access, "decline/"), {"reason": "talk_first"}).url == LIST
    assert again(access).decline_reason == "talk_first"
    page = main(desk.get(approval(access)))
    assert "Declined by the line manager" in page
    assert "We have to talk about it first" in page


def test_home_counts_what_the_list_has(cast, desk):
    waiting(cast)
    waiting(cast)
    agreed(cast)
    lines = {line.label: line for line in to_do.waiting(cast.manager, timezone.now())}
    line = lines["Access requests to agree"]
    assert (line.things.count(), line.url) == (2, LIST)
    assert len(desk.get(line.url).context["waiting_rows"]) == 2
    for other in (cast.requester, cast.member, an_auditor(), an_administrator()):
        labels = [one.label for one in to_do.waiting(other, timezone.now())]
        assert "Access requests to agree" not in labels


def test_a_call_that_names_their_staff_is_listed_and_not_decided(cast, desk):
    access = urgent(cast)
    (line,) = desk.get(LIST).context["rows"]
    assert line[2].startswith("Phoned to the IW Team on ")
    text = main(desk.get(approval(access)))
    assert "Phoned to the IW Team" in text
    assert "With the IW Team" in text
    for hidden in ("Why contact is needed", "Needed until", "Referred", "Agree"):
        assert hidden not in text
    for act, typed in ACTS.items():
        assert desk.post(approval(access, act), typed).status_code == 409
    assert again(access).manager_decided_by is None


# --- The words ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("outcome", "words"),
    [
        ("source_will_contact", "They will be contacted"),
        ("put_in_touch", "They will be contacted"),
        ("declined", "The IW Team has finished with this request"),
        ("referred", "The IW Team has finished with this request"),
    ],
)
def test_the_outcome_is_read_from_its_publication_on(cast, outcome, words):
    access = concluded(cast, outcome, now=ago(10))
    before, after = access.publish_at - timedelta(seconds=1), access.publish_at
    assert outcome_words.status_for_manager(access, before).words == "With the IW Team"
    assert outcome_words.status_for_manager(access, after).words == words
    text = main(at_a_desk(cast.manager).get(approval(access)))
    assert words in text
    for said in ("You will", "You withdrew", "Until", "Referred to", "Put in touch"):
        assert said not in text


@pytest.mark.parametrize("state", [states.WITH_MANAGER, states.WITH_IW, states.CONCLUDED])
def test_withdrawn_reads_the_same_from_wherever_it_was(cast, state):
    access = {
        states.WITH_MANAGER: waiting,
        states.WITH_IW: agreed,
        states.CONCLUDED: lambda c: concluded(c, "put_in_touch"),
    }[state](cast)
    access = requester_actions.withdraw(access, by=cast.requester, now=timezone.now())
    for later in (timezone.now(), ago(-30)):
        assert outcome_words.status_for_manager(access, later).words == "They withdrew it"
        assert outcome_words.status(access, later).words == "You withdrew it"
    text = main(at_a_desk(cast.manager).get(approval(access)))
    assert "They withdrew it" in text
    assert "You withdrew" not in text


def test_a_leaver_s_request_is_not_said_to_be_withdrawn_by_them(cast):
    access = agreed(cast)
    access.withdrawn_at, access.withdrawn_by = timezone.now(), cast.member
    assert outcome_words.status_for_manager(access, timezone.now()).words == "Withdrawn"
    assert outcome_words.status(access, timezone.now()).words == "Withdrawn"
    assert "start a new request" in requester_presenters.what_now(access, timezone.now())


def test_no_code_reads_as_if_the_manager_had_said_it():
    """What a requester says of themself is said of them."""
    for code in (*codes.SeenBy, *codes.WhyNotOtherwise, *codes.Documented):
        said = outcome_words.as_theirs(code)
        assert not re.search(r"\b(I|me|my|My|our|Our)\b", said), said


@pytest.mark.parametrize("state", [one for one in states.LABELS if one != states.WITH_MANAGER])
def test_in_every_other_state_there_is_nothing_to_decide(cast, state, desk):
    access, drafts = in_state(cast, state), (states.DRAFT, states.DISCARDED)
    page, before = desk.get(approval(access)), row(access)
    assert page.status_code == (404 if state in drafts else 200)
    done = "decline/" if state == states.DECLINED else "agree/"
    for act, typed in ACTS.items():
        answer = desk.post(approval(access, act), typed)
        assert answer.status_code == (404 if state in drafts else 302 if act == done else 409)
    # A form without its reason is told the same, not what to select.
    assert desk.post(approval(access, "decline/")).status_code == (404 if state in drafts else 409)
    assert row(access) == before
    if state not in drafts:
        assert "Or decline" not in main(page)
        assert outcome_words.status_for_manager(access, timezone.now()).words in main(page)


# --- Who may -------------------------------------------------------------------------------------


def test_others_find_nothing(cast):
    access = waiting(cast)
    line = a_practitioner(manager=a_practitioner())
    people = (
        cast.requester,
        a_practitioner(),
        line.line_manager,
        cast.source,
        a_practitioner(service=cast.manager.service, manager=cast.manager),
    )
    for person in people:
        desk = at_a_desk(person)
        assert desk.get(approval(access)).status_code == 404
        for act, typed in ACTS.items():
            assert desk.post(approval(access, act), typed).status_code == 404
        page = desk.get(LIST)
        assert (page.context["waiting_rows"], page.context["rows"]) == ([], [])
    for person in (an_iw_member(), an_iw_member(lead=True), an_auditor(), an_administrator()):
        desk = at_a_desk(person)
        assert desk.get(LIST).status_code == 403
        assert desk.get(approval(access)).status_code == 403
        for act, typed in ACTS.items():
            assert desk.post(approval(access, act), typed).status_code == 403
    assert again(access).state == states.WITH_MANAGER


def test_who_stands_in_sees_and_decides_what_the_manager_does(cast):
    deputy, _ = a_deputy(cast.manager)
    access, decided = waiting(cast), agreed(cast)
    desk = at_a_desk(deputy)
    page = desk.get(LIST)
    assert [line[0].text for line in page.context["waiting_rows"]] == [access.reference]
    assert [line[0].text for line in page.context["rows"]] == [decided.reference]
    for one in (access, decided):
        assert IN_WORDS in main(desk.get(approval(one)))
    assert "Your colleague and their line manager are told" in main(desk.get(approval(access)))
    assert desk.post(approval(access, "agree/")).status_code == 302
    access = again(access)
    assert (access.manager, access.manager_decided_by) == (cast.manager, deputy)
    absent = main(at_a_desk(cast.manager).get(approval(access)))
    assert f"by {deputy.name}" in absent


@pytest.mark.parametrize("first", [-8, 1])
def test_nobody_stands_in_before_or_after_their_days(cast, first):
    today = timezone.localdate()
    deputy, _ = a_deputy(cast.manager, first=today + timedelta(days=first), now=ago(8))
    access = waiting(cast)
    desk = at_a_desk(deputy)
    assert desk.get(LIST).context["waiting_rows"] == []
    assert desk.get(approval(access)).status_code == 404
    assert desk.post(approval(access, "agree/")).status_code == 404


def test_a_deputy_reads_that_the_manager_declined_the_same_before(cast):
    number, (deputy, _) = a_number(), a_deputy(cast.manager)
    first, other = waiting(cast, number=number), waiting(cast)
    manager_actions.decline(first, reason="ask_first", by=cast.manager, now=timezone.now())
    neighbour = a_practitioner(service=cast.requester.service, manager=cast.manager)
    theirs = waiting(replace(cast, requester=neighbour), number=number)
    again_ = waiting(cast, number=number)
    desk = at_a_desk(deputy)
    for access, told in ((again_, True), (other, False), (theirs, False), (first, False)):
        text = main(desk.get(approval(access)))
        assert ("The same was declined" in text) is told
    today = f"{timezone.localdate():%-d %B %Y}"
    text = main(desk.get(approval(again_)))
    said = f"{today}, by {cast.manager.name}: There is another way to try first"
    assert said in text
    assert number not in text


def test_afterwards_a_deputy_keeps_what_they_decided_and_no_more(cast):
    deputy, stood_in = a_deputy(cast.manager)
    mine, theirs, left = waiting(cast), agreed(cast), waiting(cast)
    manager_actions.decline(mine, reason="ask_first", by=deputy, now=timezone.now())
    deputy_actions.end_deputy(stood_in, by=cast.manager, now=timezone.now())
    desk = at_a_desk(deputy)
    page = desk.get(LIST)
    assert page.context["waiting_rows"] == []
    assert [line[0].text for line in page.context["rows"]] == [mine.reference]
    assert IN_WORDS in main(desk.get(approval(mine)))
    for gone in (theirs, left):
        assert desk.get(approval(gone)).status_code == 404


# --- Who was there before -------------------------------------------------------------------------


def test_withdrawn_meanwhile_is_said(cast, desk):
    access = waiting(cast)
    desk.get(approval(access))
    requester_actions.withdraw(access, by=cast.requester, now=timezone.now())
    for act, typed in ACTS.items():
        page = desk.post(approval(access, act), typed)
        assert page.status_code == 409
        assert "This was withdrawn on " in main(page)


@pytest.mark.parametrize("how", ["agree", "decline"])
def test_decided_meanwhile_is_said_with_who_and_when(cast, desk, how):
    deputy, _ = a_deputy(cast.manager)
    access = waiting(cast)
    desk.get(approval(access))
    told = "agreed to" if how == "agree" else "declined"
    assert at_a_desk(deputy).post(approval(access, f"{how}/"), {"reason": "not_needed"}).url == LIST
    for act, typed in ACTS.items():
        page = desk.post(approval(access, act), typed)
        assert page.status_code == 409
        assert f"{deputy.name} {told} this on {timezone.localdate():%-d %B %Y} at " in main(page)
    assert again(access).manager_decided_by == deputy


def test_what_the_iw_team_did_meanwhile_is_not_said(cast, desk):
    pages = set()
    for access in (
        agreed(cast),
        asking(cast),
        concluded(cast, "source_will_contact"),
        concluded(cast, "declined"),
    ):
        again = desk.post(approval(access, "agree/"))
        assert (again.status_code, again.url) == (302, approval(access))
        answer = main(desk.post(approval(access, "decline/"), {"reason": "ask_first"}))
        pages.add(answer[: answer.index(" at ")])
    assert pages == {f"Nothing was changed You agreed to this on {timezone.localdate():%-d %B %Y}"}


def test_ended_by_the_iw_team_before_anybody_agreed(cast, desk):
    access = waiting(cast)
    User.objects.filter(pk=cast.manager.pk).update(is_active=False)
    desk_actions.conclude(access, outcome="no_longer_needed", by=cast.member, now=timezone.now())
    User.objects.filter(pk=cast.manager.pk).update(is_active=True)
    page = desk.get(approval(access))
    assert "The IW Team has finished with this request" in main(page)
    assert "With the line manager" not in main(page)
    page = desk.post(approval(access, "agree/"))
    assert page.status_code == 409
    assert "The IW Team has finished with this, as nobody could agree to it." in main(page)
