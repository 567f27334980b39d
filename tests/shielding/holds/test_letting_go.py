"""A source answers a review, lets go, says whether the family was told; or IW on their word."""

import pytest

from logbook.models import Entry
from shielding.holds import letting_go
from shielding.holds.letting_go import Parting
from shielding.models import Consultation, Hold, Record
from shielding.notices.models import Notice
from shielding.records import states
from shielding.reviews import actions
from shielding.web.refusals import NotAllowed, WrongState
from tests.support.people import a_practitioner, an_iw_member
from tests.support.requests import NOW, a_request, agreed, first_review_concluded
from tests.support.shielded_records import GONE, agreed_holds, at, let_go

pytestmark = pytest.mark.django_db


def answer(hold: Hold, said: str = "still_needed", *, by=None, parting=None) -> Hold:
    return letting_go.answer(
        hold,
        answer=said,
        views="yes",
        sought_by="source",
        parting=parting,
        by=by or hold.source,
        now=NOW,
    )


def test_an_answer_is_kept_with_whose_views_were_sought():
    hold = answer(a_request().hold)
    asked = Consultation.objects.get()
    assert (asked.answer, asked.views, asked.views_sought_by) == ("still_needed", "yes", "source")
    assert (asked.answered_by, asked.on_word, hold.is_standing) == (hold.source, False, True)


def test_no_longer_needed_lets_go_and_opens_nothing():
    hold = answer(shielded_again(), "no_longer_needed", parting=GONE)
    assert (hold.released_how, hold.family) == ("source", "told")
    assert Record.objects.get().state == states.SHIELDED


def shielded_again() -> Hold:
    """Return the agreed hold of a shielded record whose six-monthly review asks its source."""
    (hold,) = agreed_holds()
    due = Record.objects.get().review_due
    actions.open_due_reviews(at(due))
    return hold


def test_one_answer_answers_every_review_that_asks():
    request = a_request()
    actions.open_due_reviews(at(request.record.review_due))
    assert Consultation.objects.owed().count() == 2
    answer(request.hold)
    assert list(Consultation.objects.values_list("answer", flat=True)) == ["still_needed"] * 2


def test_the_iw_team_answers_on_the_sources_word():
    member, hold = an_iw_member(), a_request().hold
    answer(hold, "no_longer_needed", by=member, parting=GONE)
    hold.refresh_from_db()
    asked = Consultation.objects.get()
    assert (asked.on_word, asked.answered_by, hold.released_how) == (True, member, "on_word")


@pytest.mark.parametrize("stranger", [a_practitioner, lambda: a_practitioner(is_active=False)])
def test_nobody_else_speaks_for_a_source(stranger):
    hold, person = a_request().hold, stranger()
    for act in (
        lambda: answer(hold, by=person),
        lambda: let_go(hold, by=person),
        lambda: letting_go.say_family(hold, family="told", by=person, now=NOW),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_an_answer_after_the_conclusion_and_a_second_one_are_refused():
    request = a_request()
    answer(request.hold)
    with pytest.raises(WrongState, match="not_asked"):
        answer(request.hold)
    other = a_request()
    member = an_iw_member()
    first_review_concluded(agreed(other, by=member), by=member)
    with pytest.raises(WrongState, match="not_asked"):
        answer(other.hold)


def test_an_answer_is_one_of_two():
    with pytest.raises(WrongState, match="no_answer"):
        answer(a_request().hold, "no_answer")


def test_letting_go_twice_is_refused():
    hold = let_go(a_request().hold)
    with pytest.raises(WrongState, match="already_released"):
        let_go(hold)


@pytest.mark.parametrize("parting", [None, Parting(False, "told"), Parting(True, "")])
def test_letting_go_needs_both_attestations(parting):
    hold = a_request().hold
    with pytest.raises(WrongState):
        answer(hold, "no_longer_needed", parting=parting)
    hold.refresh_from_db()
    assert (hold.is_standing, Consultation.objects.owed().count()) == (True, 1)


def test_source_and_manager_are_told_and_nobody_else():
    manager = a_practitioner()
    mine, _other = agreed_holds(a_practitioner(manager=manager), a_practitioner())
    Notice.objects.all().overtake()
    let_go(mine)
    told = Notice.objects.owed().values_list("kind", "recipient", "subject")
    assert set(told) == {
        ("item_changed", mine.source_id, mine.reference),
        ("team_item_changed", manager.pk, mine.reference),
    }


def test_what_was_owed_about_an_answer_is_overtaken():
    hold = a_request().hold
    asked = Consultation.objects.get()
    Notice.objects.create(
        kind="review_reminder",
        subject=asked.reference,
        recipient=hold.source,
        created_at=NOW,
        due_at=NOW,
    )
    answer(hold)
    assert Notice.objects.get(kind="review_reminder").fate == "overtaken"


def test_the_family_is_spoken_of_once_and_only_of_what_ended():
    hold = a_request().hold
    with pytest.raises(WrongState, match="not_to_tell"):
        letting_go.say_family(hold, family="told", by=hold.source, now=NOW)
    Hold.objects.filter(pk=let_go(hold).pk).update(family="", family_at=None, family_by=None)
    member = an_iw_member()
    assert letting_go.say_family(hold, family="told", by=member, now=NOW).family_by == member
    assert Entry.objects.newest_first().first().event == "family_told_of_end"
    with pytest.raises(WrongState, match="not_to_tell"):
        letting_go.say_family(hold, family="told", by=hold.source, now=NOW)
