"""Whether the family was asked, said with every answer; not content blocks as an objection does."""

from datetime import timedelta
from itertools import product

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from brokerage import policies, source_policies, states
from brokerage.access_request_codes import FamilyAsked
from brokerage.desk import actions as desk_actions
from brokerage.models import AccessRequest, Liaison
from brokerage.source import actions as source_actions
from brokerage.source.forms import SAID
from logbook.models import Entry
from shielding import clock
from shielding.notices.models import Notice
from shielding.web.refusals import WrongState
from tests.brokerage.source.support.heard import lead_decides
from tests.brokerage.support.cast import ASKED, DAY, UNTIL, a_cast, again, asking, say, shielded
from tests.brokerage.support.desk import CONFIRMED, page_of, recent, record_answer, to_stop
from tests.brokerage.support.todays_requests import asked, at_a_desk, question
from tests.brokerage.support.todays_requests import asking as asking_today
from tests.requests_app.support.desk import at_desk, main
from tests.support import hand_overs
from tests.support.people import a_practitioner
from tests.support.undone import undone

pytestmark = pytest.mark.django_db
NOT_CONTENT = "The family is not content"
ALONE = "Do not ask the family about this request"
LATER = ASKED + timedelta(minutes=1)


@pytest.fixture
def cast():
    return a_cast()


def says(access, source, answer, family, *, by=None, now=ASKED):
    liaison = access.liaisons.get(hold__source=source)
    return source_actions.answer(liaison, answer=answer, family=family, by=by or source, now=now)


def missing(access, outcome="source_will_contact", now=LATER):
    return policies.missing_for(again(access), outcome, now)


def conclude(access, cast, outcome="source_will_contact"):
    return desk_actions.conclude(
        again(access), outcome=outcome, granted_until=UNTIL, by=cast.member, now=LATER
    )


# --- Said with the answer ------------------------------------------------------------------------


def test_it_is_said_with_every_answer_and_kept_with_its_entry(cast):
    liaison, desk = asked(asking_today(cast), cast.source), at_a_desk(cast.source)
    for answer, family in product(SAID, FamilyAsked.values):
        with undone():
            said_once_with(desk, liaison, answer, family)


def said_once_with(desk, liaison, answer, family):
    """Say both twice, then something else of the family."""
    for _twice in range(2):
        page = desk.post(question(liaison, "answer/"), {"answer": answer, "family": family})
        assert page.url == question(liaison)
    liaison.refresh_from_db()
    assert (liaison.answer, liaison.family) == (answer, family)
    (facts,) = Entry.objects.filter(event="contact_answered").values_list("facts", flat=True)
    assert f'"family":"{family}"' in facts
    assert FamilyAsked(family).label in main(desk.get(question(liaison)))
    for another in set(FamilyAsked.values) - {family}:
        given = {"answer": answer, "family": another}
        assert desk.post(question(liaison, "answer/"), given).status_code == 409


def test_no_answer_goes_without_it(cast):
    access = asking_today(cast)
    liaison, desk = asked(access, cast.source), at_a_desk(cast.source)
    for given in ({"family": ""}, {"family": "yes"}, {"family": "\u202e"}, {}):
        page = desk.post(question(liaison, "answer/"), {"answer": "will_contact"} | given)
        assert set(page.context["form"].errors) == {"family"}
        with pytest.raises(WrongState):
            says(access, cast.source, "will_contact", given.get("family", ""), now=timezone.now())
        assert Liaison.objects.get(pk=liaison.pk).answer == ""


def test_a_later_objection_says_it_too(cast):
    access = asking_today(cast)
    liaison, desk = asked(access, cast.source), at_a_desk(cast.source)
    say(access, cast.source, "will_contact", now=timezone.now())
    page = desk.post(question(liaison, "object/"))
    assert set(page.context["form"].errors) == {"family"}
    desk.post(question(liaison, "object/"), {"family": "not_safe"})
    liaison.refresh_from_db()
    assert (liaison.answer, liaison.family) == ("objects", "not_safe")


def test_silence_says_nothing_of_the_family(cast):
    access = asking(cast)
    for family in FamilyAsked.values:
        with pytest.raises(WrongState):
            says(access, cast.source, "no_answer", family, by=cast.member, now=ASKED + 4 * DAY)
    done = says(access, cast.source, "no_answer", "", by=cast.member, now=ASKED + 4 * DAY)
    assert done.family == ""


def test_a_member_who_records_an_answer_records_it_as_well(cast):
    access = recent(cast, asking)
    liaison, browser = access.liaisons.first(), at_desk(cast.member)
    page = record_answer(browser, liaison, answer="give_contact", family="", **CONFIRMED)
    assert "Select whether the practitioner asked the family" in main(page)
    page = record_answer(browser, liaison, answer="give_contact", family="not_safe", **CONFIRMED)
    assert "Not asked: it is not safe to ask them" in main(page)
    liaison.refresh_from_db()
    assert (liaison.answer, liaison.family, liaison.on_word) == ("give_contact", "not_safe", True)


@pytest.mark.parametrize(
    ("asked_for", "alone"),
    [
        ({"need": "concern"}, True),
        ({"purpose": "safeguarding"}, True),
        ({"need": "visit", "purpose": "health"}, False),
    ],
)
def test_who_is_to_leave_the_family_alone_is_told_so_and_finds_it_filled_in(cast, asked_for, alone):
    access = recent(cast, asking, **asked_for)
    liaison = access.liaisons.get(hold__source=cast.source)
    page = at_a_desk(cast.source).get(question(liaison))
    assert (ALONE in main(page)) == alone
    filled = page.context["form"]["family"].value()
    assert filled == (FamilyAsked.NOT_SAFE if alone else None)
    desk = at_desk(cast.member).get(page_of(access))
    assert ("Tell them not to ask the family" in main(desk)) == alone


# --- Not content ---------------------------------------------------------------------------------


@pytest.mark.parametrize("answer", ["will_contact", "give_contact"])
def test_not_content_blocks_until_a_lead_goes_ahead_and_then_the_offer_stands(cast, answer):
    outcome = "source_will_contact" if answer == "will_contact" else "put_in_touch"
    access = asking(cast)
    Notice.objects.all().overtake()
    says(access, cast.source, answer, "not_content")
    says(access, cast.other_source, answer, "content")
    assert again(access).state == states.WITH_LEAD
    told = Notice.objects.filter(kind="access_to_lead", subject=access.reference)
    assert set(told.values_list("recipient", flat=True)) == {cast.lead.pk, cast.other_lead.pk}
    assert missing(access, outcome) == "The IW lead decides first."
    lead_decides(access, "go_ahead", cast, now=LATER)
    assert missing(access, outcome) == ""
    conclude(access, cast, outcome)


def test_after_no_contact_nothing_is_disclosed(cast):
    access = asking(cast)
    says(access, cast.source, "will_contact", "not_content")
    say(access, cast.other_source, "will_contact")
    lead_decides(access, "no_contact", cast, now=LATER)
    for outcome in ("source_will_contact", "put_in_touch", "viewed"):
        assert missing(access, outcome) == "The IW lead decided that there is no contact."


def test_said_after_a_lead_went_ahead_it_makes_that_void(cast):
    access = asking(cast)
    say(access, cast.other_source, "objects")
    lead_decides(access, "go_ahead", cast, now=LATER)
    says(access, cast.source, "will_contact", "not_content", now=LATER)
    assert again(access).state == states.WITH_LEAD
    assert again(access).lead_decision == ""


def test_it_speaks_against_another_request_of_the_same_person_until_they_say_otherwise(cast):
    number, _ = shielded(cast)
    one, two = asking(cast, number=number), asking(cast, number=number)
    for source in (cast.source, cast.other_source):
        says(two, source, "will_contact", "content")
    assert missing(two) == ""
    says(one, cast.source, "will_contact", "not_content", now=LATER)
    assert "the family is not content" in missing(two)
    three = asking(cast, number=number, now=LATER)
    say(three, cast.other_source, "will_contact", now=LATER + DAY)
    says(three, cast.source, "will_contact", "content", now=LATER + DAY)
    assert missing(three, now=LATER + DAY) == ""


def test_a_lead_is_not_asked_again_for_a_family_who_is_not_content(cast):
    access = asking(cast)
    say(access, cast.other_source, "objects")
    lead_decides(access, "no_contact", cast)
    says(access, cast.source, "will_contact", "not_content", now=LATER)
    assert not policies.is_news_to_lead(again(access))
    with pytest.raises(WrongState):
        desk_actions.ask_lead(again(access), by=cast.member, now=LATER)


def test_it_stands_when_the_claim_is_handed_over(cast):
    access = asking(cast)
    says(access, cast.source, "will_contact", "not_content")
    say(access, cast.other_source, "give_contact")
    heir = a_practitioner(service=cast.source.service)
    hand_overs.hand_over(cast.source, to=heir, by=cast.colleague, now=LATER)
    liaison = access.liaisons.get(hold__source=heir)
    assert (liaison.answer, liaison.family) == ("will_contact", "not_content")
    assert missing(access, "put_in_touch") == "The IW lead decides first."
    assert not policies.to_ask(again(access)).exists()
    lead_decides(access, "go_ahead", cast, now=LATER)
    # What the leaver offered is nobody's offer; what the other source offered is.
    assert missing(access) == "No practitioner said that they will."
    assert missing(access, "put_in_touch") == ""


def test_a_contact_that_runs_is_to_be_stopped_where_it_is_said_to_a_later_request(cast):
    number, _ = shielded(cast)
    first = recent(cast, asking, number=number)
    for source in (cast.source, cast.other_source):
        says(first, source, "will_contact", "content", now=timezone.now() - timedelta(hours=2))
    desk_actions.conclude(
        again(first),
        outcome="source_will_contact",
        granted_until=clock.today(timezone.now()) + 20 * DAY,
        by=cast.member,
        now=timezone.now() - timedelta(hours=1),
    )
    assert to_stop() == []
    second = recent(cast, asking, number=number)
    says(second, cast.source, "give_contact", "not_content", now=timezone.now())
    assert to_stop() == [first.reference]


def test_the_source_reads_that_a_lead_decides_and_nobody_else_reads_of_it(cast):
    access = asking_today(cast)
    doors = [
        (cast.requester, f"/access/{access.reference}/"),
        (cast.manager, f"/access/to-agree/{access.reference}/"),
        (cast.other_source, question(asked(access, cast.other_source))),
    ]
    before = [main(at_a_desk(person).get(page)) for person, page in doors]
    says(access, cast.source, "will_contact", "not_content", now=timezone.now())
    assert [main(at_a_desk(person).get(page)) for person, page in doors] == before
    own = main(at_a_desk(cast.source).get(question(asked(access, cast.source))))
    assert NOT_CONTENT in own
    assert "There is no contact unless an IW lead decides otherwise." in own


def test_whoever_has_the_claim_since_reads_that_it_was_the_source_before_them(cast):
    access = asking_today(cast)
    says(access, cast.source, "give_contact", "not_content", now=timezone.now())
    heir = a_practitioner(service=cast.source.service)
    hand_overs.hand_over(cast.source, to=heir, by=cast.colleague, now=timezone.now())
    text = main(at_a_desk(heir).get(question(asked(access, heir))))
    for words in ("The practitioner before you answered", "Answer of the practitioner before you"):
        assert words in text
    assert source_policies.was_anothers(asked(access, heir))


@pytest.mark.behind_the_acts("what PostgreSQL refuses")
def test_postgresql_takes_no_word_of_a_family_without_an_answer(cast):
    access = asking(cast)
    for columns in ({"family": "content"}, {"family": "words"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            access.liaisons.update(**columns)
    assert AccessRequest.objects.filter(pk=access.pk).exists()
