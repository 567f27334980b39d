"""What a source says by phone: from a page that is up to date, and whom it bars from deciding."""

from datetime import timedelta

import pytest
from django.utils import timezone

from brokerage.desk import actions as desk_actions
from brokerage.desk.changed_meanwhile import ChangedMeanwhile
from brokerage.models import Liaison
from brokerage.source import actions as source_actions
from logbook.models import Entry
from shielding.accounts.models import User
from shielding.notices.models import Notice
from tests.brokerage.support.cast import a_cast, asking
from tests.brokerage.support.desk import CONFIRMED, days_ago, page_of, recent, record_answer
from tests.brokerage.support.family import family_said
from tests.requests_app.support.desk import at_desk, main
from tests.support import hand_overs
from tests.support.people import a_practitioner

pytestmark = pytest.mark.django_db
GIVES_UP = "No other IW lead can decide in this request."


def a_scene():
    cast = a_cast()
    return cast, recent(cast, asking)


@pytest.fixture
def access(scene):
    """A request of some hours ago, whose two sources were asked."""
    return scene[1]


def handed_over(cast, access):
    """Return the question to the source, handed over to a colleague, and the colleague."""
    liaison = access.liaisons.get(hold__source=cast.source)
    heir = a_practitioner(service=cast.source.service)
    source = User.objects.get(pk=cast.source.pk)
    hand_overs.hand_over(source, to=heir, by=cast.colleague, now=days_ago(0.01))
    return liaison, heir


@pytest.mark.parametrize("said", ["give_contact", "will_contact", "objects"])
def test_the_word_of_who_left_is_not_recorded_for_their_colleague(cast, access, said):
    liaison, heir = handed_over(cast, access)
    browser = at_desk(cast.member)
    of_before = {"asked_at": liaison.asked_at.isoformat()}
    late = record_answer(browser, liaison, answer=said, **CONFIRMED, **of_before)
    assert late.status_code == 409
    assert "Somebody has already acted on this" in main(late)
    assert cast.colleague.name in main(late)
    assert Liaison.objects.get(pk=liaison.pk).answer == ""
    assert not Entry.objects.filter(event="contact_answered").exists()
    # On the page as it is now it is the colleague who is named, and who may be heard.
    assert heir.name in main(browser.get(page_of(access)))
    page = record_answer(browser, liaison, answer=said, **CONFIRMED)
    assert "The answer is recorded." in main(page)
    assert Liaison.objects.get(pk=liaison.pk).answer == said


def test_silence_of_who_left_is_not_their_colleagues_either(cast):
    access = asking(cast)
    liaison, _ = handed_over(cast, access)
    of_before = {"asked_at": liaison.asked_at.isoformat()}
    late = record_answer(at_desk(cast.member), liaison, answer="no_answer", **of_before)
    assert late.status_code == 409
    assert Liaison.objects.get(pk=liaison.pk).answer == ""


def test_the_act_refuses_what_no_page_of_now_showed(cast, access):
    liaison, _ = handed_over(cast, access)
    with pytest.raises(ChangedMeanwhile):
        desk_actions.answer_on_word(
            liaison,
            answer="objects",
            family="content",
            asked_at=liaison.asked_at,
            by=cast.member,
            now=days_ago(0),
        )
    assert Liaison.objects.get(pk=liaison.pk).answer == ""


def test_another_source_s_answer_meanwhile_refuses_nothing(cast, access):
    one, two = access.liaisons.order_by("id")
    seen = {"asked_at": one.asked_at.isoformat()}
    source_actions.answer(
        two, answer="will_contact", family="content", by=two.hold.source, now=timezone.now()
    )
    page = record_answer(at_desk(cast.member), one, answer="objects", **CONFIRMED, **seen)
    assert "The answer is recorded." in main(page)


# --- The source is told ---------------------------------------------------------------------------


@pytest.mark.parametrize("said", ["give_contact", "will_contact", "objects"])
@pytest.mark.parametrize("others", ["silent", "said so themselves", "by phone as well"])
def test_a_source_in_whose_name_an_answer_is_recorded_is_told_at_once_whoever_else_is_asked(
    cast, access, said, others
):
    mine, other = access.liaisons.order_by("id")
    if others != "silent":
        by = cast.member if "phone" in others else other.hold.source
        source_actions.answer(
            other, answer="will_contact", family="content", by=by, now=timezone.now()
        )
    before = timezone.now()
    source_actions.answer(mine, answer=said, family=family_said(said), by=cast.member, now=before)
    told = Notice.objects.owed().filter(kind="item_changed", subject=mine.reference)
    (notice,) = told
    assert (notice.recipient, notice.mentions) == (mine.hold.source, mine.reference)
    assert notice.due_at == notice.created_at == Liaison.objects.get(pk=mine.pk).answered_at
    # The same word again is found said, and tells nobody anew.
    source_actions.answer(
        mine, answer=said, family=family_said(said), by=cast.member, now=timezone.now()
    )
    assert told.count() == 1


@pytest.mark.parametrize("said", ["will_contact", "no_answer"])
def test_of_silence_and_of_their_own_answer_nobody_has_to_tell_them(cast, access, said):
    liaison = access.liaisons.order_by("id").first()
    by = cast.member if said == "no_answer" else liaison.hold.source
    late = timezone.now() + timedelta(days=5)
    source_actions.answer(liaison, answer=said, family=family_said(said), by=by, now=late)
    assert not Notice.objects.filter(kind="item_changed", subject=liaison.reference).exists()


# --- The only lead --------------------------------------------------------------------------------


def test_the_only_lead_reads_what_they_give_up_by_writing_an_objection_down(cast, access):
    assert GIVES_UP not in main(at_desk(cast.lead).get(page_of(access)))
    User.objects.filter(pk=cast.other_lead.pk).update(is_lead=False)
    text = main(at_desk(cast.lead).get(page_of(access)))
    assert text.count(GIVES_UP) == 2
    for person in (cast.member, cast.other_lead):
        assert GIVES_UP not in main(at_desk(person).get(page_of(access)))


def test_a_lead_who_could_not_decide_anyway_reads_nothing_of_it(cast, access):
    User.objects.filter(pk=cast.other_lead.pk).update(is_lead=False)
    browser = at_desk(cast.lead)
    record_answer(browser, access.liaisons.first(), answer="will_contact", **CONFIRMED)
    assert GIVES_UP not in main(browser.get(page_of(access)))


def test_where_nothing_is_left_to_record_nothing_is_given_up(cast, access):
    User.objects.filter(pk=cast.other_lead.pk).update(is_lead=False)
    for liaison in access.liaisons.all():
        source_actions.answer(
            liaison, answer="objects", family="content", by=liaison.hold.source, now=timezone.now()
        )
    assert GIVES_UP not in main(at_desk(cast.lead).get(page_of(access)))
