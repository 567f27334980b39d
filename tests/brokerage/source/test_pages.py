"""A source's pages: what they are asked, their answer, a later objection, contact and its end."""

from datetime import timedelta

import pytest
from django.utils import timezone

from brokerage import source_policies, states
from brokerage.access_request_codes import Answer
from brokerage.core_hooks import to_do
from brokerage.desk import actions as desk_actions
from brokerage.models import Liaison
from brokerage.requester import actions as requester_actions
from brokerage.source import actions as source_actions
from brokerage.source import presenters
from brokerage.source.forms import SAID
from logbook.models import Entry
from shielding.accounts import suspending
from shielding.holds import letting_go
from tests.brokerage.source.support.heard import lead_decides
from tests.brokerage.support.cast import IN_WORDS, a_cast, again, say
from tests.brokerage.support.family import CONTENT
from tests.brokerage.support.todays_requests import (
    ago,
    asked,
    asking,
    at_a_desk,
    concluded,
    question,
)
from tests.requests_app.support.desk import main
from tests.support import hand_overs
from tests.support.people import a_practitioner, an_administrator, an_auditor, an_iw_member
from tests.support.shielded_records import GONE
from tests.support.undone import undone

pytestmark = pytest.mark.django_db
LIST = "/access/questions/"
WAIT = "Do not contact them until this page says that you may."
MAY = "You may contact them now, until "
FINISHED = "This is over. Do not contact them about it."
NO_CONTACT = "There is no contact unless an IW lead decides otherwise."
ACTS = {
    "answer/": {"answer": "will_contact", **CONTENT},
    "object/": CONTENT,
    "stop/": {},
}
TAKEN = {"source_will_contact": "will_contact", "put_in_touch": "give_contact"}


@pytest.fixture
def cast():
    return a_cast()


@pytest.fixture
def desk(cast):
    return at_a_desk(cast.source)


def row(liaison):
    return Liaison.objects.filter(pk=liaison.pk).values().get()


def seen_by(person, liaison):
    return main(at_a_desk(person).get(question(liaison)))


# --- What is asked --------------------------------------------------------------------------------


def test_the_page_says_who_asks_and_which_own_request_and_no_more(cast, desk):
    access = asking(cast)
    liaison, other = asked(access, cast.source), asked(access, cast.other_source)
    page = desk.get(question(liaison))
    text = main(page)
    for shown in (
        WAIT,
        cast.requester.name,
        cast.requester.service.name,
        cast.manager.name,
        "Assessment",
        IN_WORDS,
        "To be contacted",
        liaison.reference,
        liaison.hold.reference,
        *SAID.values(),
    ):
        assert shown in text, shown
    assert f'href="/requests/{liaison.hold.reference}/"' in page.content.decode()
    for hidden in (
        access.reference,
        access.record.reference,
        access.record.number_in_clear(),
        cast.requester.service.code,
        cast.requester.email,
        cast.member.name,
        cast.other_source.name,
        other.reference,
        other.hold.reference,
        "Only me",
        "Our own records",
    ):
        assert hidden not in page.content.decode(), hidden
    assert Entry.objects.filter(event="liaison_opened", actor=cast.source.uid).count() == 1


def test_the_list_and_home_count_what_is_to_answer(cast, desk):
    now = timezone.now()
    first, second = asking(cast, now=ago(1)), asking(cast)
    say(second, cast.source, "give_contact", now=now)
    page = desk.get(LIST)
    todo, rest = page.context["waiting_rows"], page.context["rows"]
    assert [line[0].text for line in todo] == [asked(first, cast.source).reference]
    assert [line[0].text for line in rest] == [asked(second, cast.source).reference]
    (line,) = to_do.waiting(cast.source, now)
    assert (line.label, line.url, line.things.count()) == ("Questions about contact", LIST, 1)
    for hidden in (cast.requester.name, first.reference, IN_WORDS):
        assert hidden not in main(page)
    for other in (cast.member, an_auditor(), an_administrator()):
        assert to_do.waiting(other, now) == []


@pytest.mark.parametrize("answer", SAID)
def test_answered_once_and_an_objection_in_its_place(cast, desk, answer):
    access = asking(cast)
    liaison = asked(access, cast.source)
    assert desk.post(question(liaison, "answer/"), {"answer": answer, **CONTENT}).url == question(
        liaison
    )
    liaison.refresh_from_db()
    assert (liaison.answer, liaison.answered_by, liaison.on_word) == (answer, cast.source, False)
    objects = answer == Answer.OBJECTS
    assert again(access).state == (states.WITH_LEAD if objects else states.BEING_BROKERED)
    text = main(desk.get(question(liaison)))
    assert SAID[answer] in text
    assert "What is your answer?" not in text
    assert ("Object on safety grounds after all" in text) != objects
    assert "Do not contact them" in text
    for another in SAID:
        left = desk.post(question(liaison, "answer/"), {"answer": another, **CONTENT})
        assert left.status_code == (302 if another == answer else 409)
    page = main(desk.get(question(liaison, "object/")))
    assert "You cannot take this back." in page
    assert desk.post(question(liaison, "object/"), CONTENT).url == question(liaison)
    liaison.refresh_from_db()
    assert (liaison.answer, again(access).state) == ("objects", states.WITH_LEAD)
    assert NO_CONTACT in main(desk.get(question(liaison)))


def test_a_bad_answer_is_said_beside_its_field(cast, desk):
    liaison = asked(asking(cast), cast.source)
    for typed in (
        {},
        {"answer": ""},
        {"answer": "no_answer"},
        {"answer": "left_out"},
        {"answer": "\u202eobjects"},
        {"answer": ["objects", "maybe"]},
    ):
        page = desk.post(question(liaison, "answer/"), CONTENT | typed)
        assert page.status_code == 200
        assert set(page.context["form"].errors) == {"answer"}
    assert Liaison.objects.get(pk=liaison.pk).answer == ""


def test_silence_noted_by_the_iw_team_can_still_be_broken(cast, desk):
    access = asking(cast, now=ago(7))
    liaison = asked(access, cast.source)
    source_actions.answer(liaison, answer="no_answer", by=cast.member, now=timezone.now())
    text = main(desk.get(question(liaison)))
    assert "What is your answer?" in text
    assert "No answer" not in text
    desk.post(question(liaison, "answer/"), {"answer": "will_contact", **CONTENT})
    assert Liaison.objects.get(pk=liaison.pk).answer == "will_contact"


def test_what_was_said_by_phone_is_shown_as_such(cast, desk):
    liaison = asked(asking(cast), cast.source)
    source_actions.answer(
        liaison, answer="give_contact", family="content", by=cast.member, now=timezone.now()
    )
    text = main(desk.get(question(liaison)))
    assert "by phone" in text
    assert cast.member.name not in text


def test_who_took_a_claim_over_reads_whose_objection_it_was(cast):
    access = asking(cast)
    liaison = asked(access, cast.source)
    say(access, cast.source, "objects", now=timezone.now())
    heir = a_practitioner(service=cast.source.service)
    hand_overs.hand_over(cast.source, to=heir, by=cast.colleague, now=timezone.now())
    desk = at_a_desk(heir)
    text = main(desk.get(question(liaison)))
    for words in (
        "The practitioner before you objected",
        "Answer of the practitioner before you",
        "phone the IW Team on",
        f"{NO_CONTACT} Do not contact them.",
    ):
        assert words in text
    for words in ("You object", "Your answer", "What is your answer?", cast.source.name):
        assert words not in text
    tags = [line[1].tag for line in desk.get(LIST).context["rows"]]
    assert tags == ["The practitioner before you objected"]
    desk_actions.conclude(again(access), outcome="declined", by=cast.member, now=timezone.now())
    text = main(desk.get(question(liaison)))
    assert "Answer of the practitioner before you" in text
    assert "Your answer" not in text


def test_who_objected_themself_reads_it_as_their_own(cast, desk):
    access = asking(cast)
    say(access, cast.source, "objects", now=timezone.now())
    text = main(desk.get(question(asked(access, cast.source))))
    assert "You object" in text
    assert "before you" not in text


# --- Contact --------------------------------------------------------------------------------------


@pytest.mark.parametrize("outcome", TAKEN)
def test_only_the_offer_that_was_taken_reads_so(cast, outcome):
    access = concluded(cast, outcome, now=ago(8))
    until = f"{access.granted_until:%-d %B %Y}"
    words = {"will_contact": f"{MAY}{until}", "give_contact": f"your work contact, until {until}"}
    for source in (cast.source, cast.other_source):
        liaison = asked(access, source)
        desk, taken = at_a_desk(source), liaison.answer == TAKEN[outcome]
        text = main(desk.get(question(liaison)))
        assert (words[liaison.answer] in text) == taken
        assert (FINISHED in text) != taken
        assert ("Stop this contact" in text) == taken
        may = source_policies.may_contact(liaison, timezone.now())
        assert may == (taken and outcome == "source_will_contact")
        assert (MAY in text) == may
        # Whoever offered something else finds out nothing by trying, either.
        assert (desk.get(question(liaison, "stop/")).status_code == 200) == taken
        if not taken:
            assert desk.post(question(liaison, "stop/")).status_code == 409
    assert again(access).stopped_at is None


def test_before_the_requester_reads_of_it_the_source_reads_from_when(cast, desk):
    access = concluded(cast, "source_will_contact")
    text = main(desk.get(question(asked(access, cast.source))))
    begins = timezone.localtime(access.publish_at)
    assert f"Look here again on {begins:%-d %B %Y} after 4:00pm: from then until" in text
    assert MAY not in text
    assert "hear from you" not in text
    (line,) = desk.get(LIST).context["rows"]
    assert line[1].tag == "You will contact them"


def test_the_team_gives_a_work_contact_from_when_the_requester_reads_of_it(cast):
    access = concluded(cast, "put_in_touch")
    liaison, begins = asked(access, cast.other_source), timezone.localtime(access.publish_at)
    gives = f"the IW Team may give them your work contact, until {access.granted_until:%-d %B %Y}."
    read = presenters.THROUGH_IW
    before = presenters.what_now(liaison, read, access.publish_at - timedelta(seconds=1))
    assert before == f"From {begins:%-d %B %Y} at 4:00pm {gives}"
    assert presenters.what_now(liaison, read, access.publish_at) == f"T{gives[1:]}"


def test_a_lead_who_decided_is_not_said_to_decide_still(cast):
    """Whether one did is nothing that a source reads: the words are the same before and after."""
    access = asking(cast)
    liaison = asked(access, cast.source)
    say(access, cast.source, "objects", now=timezone.now())
    desk = at_a_desk(cast.source)
    before = main(desk.get(question(liaison)))
    lead_decides(access, "no_contact", cast, now=timezone.now())
    assert main(desk.get(question(liaison))) == before
    assert NO_CONTACT in before


@pytest.mark.parametrize("outcome", TAKEN)
def test_a_source_stops_the_contact(cast, outcome):
    access = concluded(cast, outcome)
    source = cast.source if outcome == "source_will_contact" else cast.other_source
    desk, liaison = at_a_desk(source), asked(access, source)
    assert "phone the IW Team" in main(desk.get(question(liaison, "stop/")))
    assert desk.post(question(liaison, "stop/")).url == question(liaison)
    assert again(access).stopped_by == source
    text = main(desk.get(question(liaison)))
    assert FINISHED in text
    assert MAY not in text
    assert desk.get(question(liaison, "stop/")).url == question(liaison)
    assert desk.post(question(liaison, "stop/")).url == question(liaison)
    for status in desk.get(LIST).context["rows"]:
        assert status[1].tag == "Finished"


def withdrawn(access, cast):
    requester_actions.withdraw(access, by=cast.requester, now=timezone.now())


def stopped_by_the_iw_team(access, cast):
    source_actions.stop_contact(access, by=cast.member, now=timezone.now())


def requester_left(access, cast):
    suspending.suspend(cast.requester, by=cast.colleague, now=timezone.now())


def let_go(access, cast):
    letting_go.withdraw(
        asked(access, cast.source).hold, parting=GONE, by=cast.source, now=timezone.now()
    )


def test_after_every_end_the_page_says_that_it_is_finished(cast, desk):
    access = concluded(cast, "source_will_contact")
    liaison = asked(access, cast.source)
    assert "Do not contact them yet. Look here again on" in main(desk.get(question(liaison)))
    for end in (withdrawn, stopped_by_the_iw_team, let_go):
        with undone():
            end(again(access), cast)
            text = main(desk.get(question(liaison)))
            assert FINISHED in text
            assert "you may contact them" not in text.lower()
            assert [line[1].tag for line in desk.get(LIST).context["rows"]] == ["Finished"]


def test_after_its_last_day_nobody_may_contact(cast, desk):
    access = concluded(cast, "source_will_contact", now=ago(45))
    text = main(desk.get(question(asked(access, cast.source))))
    assert FINISHED in text
    assert MAY not in text


def test_whose_claim_ended_is_not_asked_any_more(cast, desk):
    access = asking(cast)
    liaison = asked(access, cast.source)
    let_go(access, cast)
    assert "no longer stands" in main(desk.get(question(liaison)))
    assert desk.get(LIST).context["waiting_rows"] == []
    assert [line[1].tag for line in desk.get(LIST).context["rows"]] == ["Not asked any more"]
    before = row(liaison)
    for act, typed in ACTS.items():
        assert desk.post(question(liaison, act), typed).status_code == 409
    assert row(liaison) == before


# --- Every state ----------------------------------------------------------------------------------


ENDS = {
    "withdrawn": lambda access, cast: withdrawn(access, cast),
    **{
        outcome: lambda access, cast, outcome=outcome: desk_actions.conclude(
            access, outcome=outcome, by=cast.member, now=timezone.now()
        )
        for outcome in ("declined", "referred", "no_brokerage_needed", "no_longer_needed")
    },
}


@pytest.mark.parametrize("answer", ["", *SAID])
def test_every_end_reads_the_same_and_takes_nothing_more(cast, desk, answer):
    pages, access = set(), asking(cast)
    if answer:
        say(access, cast.source, answer, now=timezone.now())
    liaison = asked(access, cast.source)
    for end in ENDS.values():
        with undone():
            end(again(access), cast)
            text, before = main(desk.get(question(liaison))), row(liaison)
            pages.add(text)
            assert FINISHED in text
            assert "Object " not in text
            for act, typed in ACTS.items():
                assert desk.post(question(liaison, act), typed).status_code == 409
            assert row(liaison) == before
    assert len(pages) == 1


def test_others_find_nothing(cast):
    access = asking(cast)
    liaison = asked(access, cast.source)
    before = row(liaison)
    strangers = (
        cast.requester,
        cast.manager,
        cast.other_source,
        a_practitioner(),
        a_practitioner(service=cast.source.service),
        cast.source.line_manager,
    )
    for person in strangers:
        desk = at_a_desk(person)
        assert desk.get(question(liaison)).status_code == 404
        for act, typed in ACTS.items():
            assert desk.post(question(liaison, act), typed).status_code == 404
        assert liaison.reference not in desk.get(LIST).content.decode()
    for person in (an_iw_member(), an_iw_member(lead=True), an_auditor(), an_administrator()):
        desk = at_a_desk(person)
        assert desk.get(LIST).status_code == 403
        assert desk.get(question(liaison)).status_code == 403
        for act, typed in ACTS.items():
            assert desk.post(question(liaison, act), typed).status_code == 403
    assert row(liaison) == before


@pytest.mark.parametrize("answer", ["", "will_contact"])
def test_a_source_with_another_part_finds_nothing(cast, answer):
    access = asking(cast)
    liaison = asked(access, cast.source)
    if answer:
        say(access, cast.source, answer, now=timezone.now())
    hold = liaison.hold
    for part in (cast.requester, cast.manager):
        type(hold).objects.filter(pk=hold.pk).update(source=part)
        desk = at_a_desk(part)
        assert desk.get(question(liaison)).status_code == 404
        assert desk.post(question(liaison, "object/"), CONTENT).status_code == 404
        page = desk.get(LIST)
        assert (page.context["waiting_rows"], page.context["rows"]) == ([], [])


def test_who_was_left_out_at_a_hand_over_finds_nothing(cast):
    """The colleague is by then the requester's line manager, who had not decided."""
    access = asking(cast)
    liaison = asked(access, cast.source)
    new = a_practitioner(service=cast.source.service)
    liaison.answer, liaison.answered_at, liaison.answered_by = "left_out", ago(0), cast.member
    liaison.save()
    type(liaison.hold).objects.filter(pk=liaison.hold_id).update(source=new)
    desk = at_a_desk(new)
    assert desk.get(question(liaison)).status_code == 404
    assert desk.get(LIST).context["rows"] == []
    assert again(access).state == states.BEING_BROKERED


def test_a_minute_later_is_too_late(cast, desk):
    """The page was open while the IW Team finished."""
    access = asking(cast)
    liaison = asked(access, cast.source)
    desk.get(question(liaison))
    desk_actions.conclude(
        access, outcome="referred", by=cast.member, now=timezone.now() - timedelta(seconds=1)
    )
    page = desk.post(question(liaison, "answer/"), {"answer": "objects", **CONTENT})
    assert page.status_code == 409
    assert "not asked any more" in main(page)
