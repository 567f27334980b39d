"""A source answers a review, lets go, says who was told: each page, its facts and its refusals."""

from datetime import timedelta

import pytest
from django.utils import timezone

from logbook.models import Entry
from requests_app.models import Request
from requests_app.practitioner import actions as practitioner_actions
from requests_app.practitioner import to_do
from shielding import clock
from shielding.holds import letting_go
from shielding.models import Consultation, Hold, Review
from shielding.reviews import actions as review_actions
from shielding.unshield import other_ends
from shielding.web.refusals import WrongState
from tests.requests_app.practitioner.support.answers import (
    LEFT,
    NEEDED,
    NEEDED_LATER,
    NOT_NEEDED,
    SECOND,
    agreed,
    asked_again,
)
from tests.requests_app.support import cast as stories
from tests.requests_app.support.desk import main
from tests.requests_app.support.posts import address, entries_of, on
from tests.support.people import an_iw_member
from tests.support.requests import a_request
from tests.support.shielded_records import GONE

pytestmark = pytest.mark.django_db


def consultation(request):
    return Consultation.objects.filter(hold=request.hold).order_by("-id").first()


# --- A review ----------------------------------------------------------------------------------


def test_still_needed_is_one_page(signed_in, person):
    request = a_request(person, now=timezone.now())
    page = signed_in.get(address(request, "review"))
    assert "7 days left" in main(page)
    asked_once_more = consultation(request).first_mail_on
    words = f"If you answer now, you are asked once more on {asked_once_more:%-d %B %Y}"
    assert words in main(page)
    answered = signed_in.post(address(request, "review"), NEEDED)
    assert answered.url == address(request)
    said = consultation(request)
    assert (said.answer, said.views, said.views_sought_by) == ("still_needed", "yes", "source")
    assert said.family_told == "yes"
    assert (said.answered_by, said.on_word) == (person, False)
    assert entries_of(request)[-1] == "consultation_answered"
    request.hold.refresh_from_db()
    assert request.hold.is_standing
    assert "Saved: the shield is still needed." in main(signed_in.get(address(request)))


def test_no_longer_needed_takes_a_second_page_before_anything_is_done(signed_in, person):
    request = a_request(person, now=timezone.now())
    second = signed_in.post(address(request, "review"), NOT_NEEDED)
    assert second.status_code == 200
    assert "only the IW Team can, and not today" in main(second)
    assert "From now on, act as if the record can be found." in main(second)
    assert consultation(request).answer == ""
    there = address(request, "review/no-longer-needed")
    assert f'action="{there}"' in second.content.decode()
    wrong = signed_in.post(there, {"views": "no", "family_told": "yes"})
    assert wrong.status_code == 200
    assert set(wrong.context["form"].errors) == {"own_systems_unshielded", "family"}
    done = signed_in.post(there, SECOND)
    assert done.url == address(request)
    hold = Hold.objects.get()
    assert (hold.released_how, hold.released_by, hold.family) == ("source", person, "told")
    said = consultation(request)
    assert (said.answer, said.views, said.views_sought_by) == ("no_longer_needed", "no", "")
    assert said.family_told == "not_safe"
    page = signed_in.get(address(request))
    assert "No longer asks for a shield" in main(page)
    assert "Withdraw this request" not in main(page)


@pytest.mark.parametrize(
    ("posted", "wrong"),
    [
        ({}, {"answer", "views", "family_told"}),
        (NEEDED | {"family_told": "perhaps"}, {"family_told"}),
        (NEEDED | {"sought_by": ""}, {"sought_by"}),
        (NEEDED | {"answer": "no_answer"}, {"answer"}),
        (NEEDED | {"views": "maybe"}, {"views"}),
        (NEEDED | {"sought_by": "iw"}, {"sought_by"}),
    ],
)
def test_a_bad_answer_is_said_beside_its_field(signed_in, person, posted, wrong):
    request = a_request(person)
    page = signed_in.post(address(request, "review"), posted)
    assert set(page.context["form"].errors) == wrong
    assert consultation(request).answer == ""


def test_the_first_mail_s_day_asks_anew_what_was_answered_before_it(signed_in, person):
    now = timezone.now()
    request = a_request(person, now=now - timedelta(days=6))
    letting_go.answer(
        request.hold,
        answer="still_needed",
        views="no",
        sought_by="",
        family_told="not_yet",
        by=person,
        now=now - timedelta(days=6),
    )
    page = signed_in.get(address(request, "review"))
    assert "Your earlier answer Still needed" in main(page)
    assert [duty.slug for duty in to_do.DUTIES if request in duty.of(person, now)] == ["review"]
    assert signed_in.post(address(request, "review"), NEEDED).url == address(request)
    assert (consultation(request).views, consultation(request).family_told) == ("yes", "yes")
    assert signed_in.get(address(request, "review")).url == address(request)


def test_a_six_monthly_review_does_not_ask_whether_the_family_was_told(signed_in, person):
    request, _ = asked_again(person)
    page = main(signed_in.get(address(request, "review")))
    assert "Was the family told of the decision" not in page
    assert "Were the views" in page


def test_a_page_of_a_first_review_that_was_concluded_meanwhile_drops_no_word(signed_in, person):
    """It says that the family was told, and the review that asks now has no place for that."""
    request, _ = asked_again(person)
    stale = signed_in.post(address(request, "review"), NEEDED)
    assert stale.status_code == 200
    assert "Nothing was saved: the first review was answered or concluded" in main(stale)
    second = signed_in.post(address(request, "review/no-longer-needed"), SECOND)
    assert second.url == address(request, "review")
    assert (consultation(request).answer, Hold.objects.get().is_standing) == ("", True)
    assert signed_in.post(address(request, "review"), NEEDED_LATER).url == address(request)


@pytest.mark.parametrize(
    "posted", [LEFT, SECOND | {"views": "maybe"}, SECOND | {"views": "yes", "sought_by": ""}]
)
def test_the_second_page_without_the_first_begins_there(signed_in, person, posted):
    request = a_request(person)
    there = address(request, "review/no-longer-needed")
    assert signed_in.get(there).url == address(request, "review")
    assert signed_in.post(there, posted).url == address(request, "review")
    assert "Nothing was saved" in main(signed_in.get(address(request, "review")))
    assert Hold.objects.get().is_standing


@pytest.mark.parametrize("how", ["answered", "concluded", "let go"])
def test_what_is_no_longer_asked_is_not_answered(signed_in, person, how):
    request, review = asked_again(person)
    if how == "answered":
        signed_in.post(address(request, "review"), NEEDED_LATER)
    elif how == "concluded":
        yesterday = clock.today(timezone.now()) - timedelta(days=1)
        Review.objects.filter(pk=review.pk).update(due=yesterday)
        review.refresh_from_db()
        review_actions.conclude_record_review(
            review,
            no_duplicate=True,
            next_shown=review_actions.next_due(review, timezone.now()),
            by=an_iw_member(),
            now=timezone.now(),
        )
    else:
        letting_go.withdraw(request.hold, parting=GONE, by=person, now=timezone.now())
    before = Consultation.objects.order_by("id").values_list("answer", "answered_by")
    before = list(before)
    for page, posted in (("review", NEEDED), ("review/no-longer-needed", SECOND)):
        assert signed_in.get(address(request, page)).url == address(request)
        refused = signed_in.post(address(request, page), posted)
        assert refused.status_code == 409
        assert "answered already, or the review is concluded" in main(refused)
    assert list(Consultation.objects.order_by("id").values_list("answer", "answered_by")) == before


def test_a_six_monthly_review_is_answered_under_the_request_s_own_reference(signed_in, person):
    request, review = asked_again(person)
    page = signed_in.get(address(request, "review"))
    assert "Due today" in main(page)
    assert review.reference not in page.content.decode()
    assert signed_in.get(address(review, "review")).status_code == 404
    assert request.record.reference not in page.content.decode()
    signed_in.post(address(request, "review"), NEEDED_LATER)
    assert consultation(request).answer == "still_needed"


def test_reviews_to_answer_come_first_and_are_late_once_overdue(signed_in, person):
    now = timezone.now()
    fresh, late = a_request(person, now=now), a_request(person, now=now - timedelta(days=9))
    rows = signed_in.get("/requests/").context["to_do"]
    assert [row[0].text for row in rows[:2]] == [late.reference, fresh.reference]
    assert [row[2].due.words for row in rows[:2]] == ["2 days overdue", "7 days left"]
    assert rows[0][1].url == address(late, "review")
    first, *_ = to_do.waiting(person, now)
    assert (first.label, first.things.count()) == ("Reviews to answer", 2)
    assert first.things.filter(first.late).count() == 1
    before = to_do.waiting(person, now - timedelta(days=3))[0]
    assert not before.things.filter(before.late).exists()
    listed = signed_in.get("/requests/?show=review")
    assert listed.context["page"].paginator.count == 2


def test_two_reviews_that_ask_at_once_are_one_row_and_one_answer(signed_in, person):
    request = a_request(person, now=timezone.now())
    due = clock.today(timezone.now()) + timedelta(days=20)
    Hold.objects.update(review_due=due)
    review_actions.open_reviews_of(request.record, now=timezone.now())
    assert Consultation.objects.owed().count() == 2
    assert signed_in.get("/requests/?show=review").context["page"].paginator.count == 1
    signed_in.post(address(request, "review"), NEEDED)
    assert not Consultation.objects.owed().exists()


# --- Letting go --------------------------------------------------------------------------------


def test_withdrawn_once_and_not_twice(signed_in, person):
    request = agreed(person)
    page = signed_in.get(address(request, "withdraw"))
    assert "You cannot take this back." in main(page)
    assert set(signed_in.post(address(request, "withdraw"), {}).context["form"].errors) == {
        "own_systems_unshielded",
        "family",
    }
    assert signed_in.post(address(request, "withdraw"), LEFT).url == address(request)
    assert entries_of(request)[-2:] == ["hold_released", "family_told_of_end"]
    assert signed_in.get(address(request, "withdraw")).url == address(request)
    assert signed_in.post(address(request, "withdraw"), LEFT).status_code == 409
    request.record.refresh_from_db()
    assert request.record.state == "shielded"


def test_after_not_agreed_the_family_is_a_thing_to_do_until_said(signed_in):
    cast = stories.a_cast()
    request = stories.not_agreed(cast)
    signed_in.force_login(cast.owner)
    assert signed_in.get("/requests/?show=family-of-end").context["page"].paginator.count == 1
    assert signed_in.get("/requests/?show=family").context["page"].paginator.count == 0
    page = address(request, "family-of-end")
    assert "how to complain" in main(signed_in.get(page))
    assert set(signed_in.post(page, {}).context["form"].errors) == {"family"}
    assert signed_in.post(page, {"family": "not_safe"}).url == address(request)
    assert Hold.objects.get().family == "not_safe"
    assert signed_in.get(page).url == address(request)
    assert signed_in.post(page, {"family": "told"}).status_code == 409
    assert signed_in.get("/requests/?show=family-of-end").context["page"].paginator.count == 0


def test_what_ended_with_its_record_is_not_said_to_be_let_go(signed_in, person):
    request, now = agreed(person), timezone.now()
    first, second = an_iw_member(), an_iw_member()
    record = other_ends.propose_end(request.record, code="died", by=first, now=now)
    other_ends.confirm_end(
        record, seen=[request.reference], attested=True, no_duplicate=True, by=second, now=now
    )
    page = main(signed_in.get(address(request)))
    assert "The IW Team has ended this request. Phone them before you tell the family." in page
    listed = main(signed_in.get("/requests/"))
    for text in (page, listed):
        assert "Ended by the IW Team" in text
        assert "no longer asks" not in text
    assert "Letters to print" not in page
    assert "You have nothing to do." in listed
    for where in ("withdraw", "review", "family-of-end", "family-told", "professionals"):
        assert signed_in.get(address(request, where)).url == address(request)
    for kind in ("no-longer-asked", "agreed", "not-agreed", "professionals", "continues"):
        assert signed_in.get(address(request, f"letters/{kind}")).url == address(request)


# --- Professionals -----------------------------------------------------------------------------


def test_professionals_are_told_after_applying_and_once(signed_in, person):
    waiting = a_request(person, now=timezone.now())
    assert signed_in.get(address(waiting, "professionals")).url == address(waiting)
    assert signed_in.post(address(waiting, "professionals"), on("on")).status_code == 409
    request = agreed(person)
    listed = signed_in.get("/requests/?show=professionals")
    assert [row[0].text for row in listed.context["rows"]] == [request.reference]
    page = address(request, "professionals")
    day = timezone.localdate()
    for wrong in (day + timedelta(days=1), day - timedelta(days=1)):
        assert set(signed_in.post(page, on("on", wrong)).context["form"].errors) == {"on"}
    assert signed_in.post(page, on("on")).url == address(request)
    request.refresh_from_db()
    assert request.professionals_told_on == day
    assert entries_of(request)[-1] == "professionals_told"
    assert "Other professionals told" in main(signed_in.get(address(request)))
    assert signed_in.post(page, on("on")).status_code == 409
    assert not Request.objects.professionals_to_tell(person).exists()


@pytest.mark.parametrize("days", [-1, 1])
def test_professionals_are_told_between_the_shield_and_today(person, days):
    request = agreed(person)
    now = timezone.now()
    day = clock.today(request.hold.applied_at) + timedelta(days=days)
    with pytest.raises(WrongState, match="not_then"):
        practitioner_actions.record_professionals_told(request, on=day, by=person, now=now)


# --- Phoned ------------------------------------------------------------------------------------


@pytest.mark.parametrize("story", ["phoned", "phoned_agreed"])
def test_before_a_call_is_confirmed_nothing_can_be_said_for_it(signed_in, story):
    cast = stories.a_cast()
    request = stories.SITUATIONS[story](cast)
    signed_in.force_login(cast.owner)
    page = main(signed_in.get(address(request)))
    for offered in ("Answer the review", "Withdraw this request", "Letters to print"):
        assert offered not in page
    posts = {"review": NEEDED, "review/no-longer-needed": SECOND, "withdraw": LEFT}
    for where, posted in posts.items():
        assert signed_in.get(address(request, where)).url == address(request)
        assert signed_in.post(address(request, where), posted).status_code == 409
    assert not Request.objects.to_answer(cast.owner, timezone.now()).exists()
    request.refresh_from_db()
    if story == "phoned_agreed":
        practitioner_actions.confirm_phoned(request, by=cast.owner, now=timezone.now())
        page = main(signed_in.get(address(request)))
        assert "Withdraw this request" in page


def test_a_confirmed_call_is_answered_like_any_other(signed_in):
    cast = stories.a_cast()
    request = stories.confirmed(cast)
    signed_in.force_login(cast.owner)
    assert signed_in.post(address(request, "review"), NEEDED).url == address(request)
    assert Entry.objects.filter(event="consultation_answered", actor=cast.owner.uid).exists()
