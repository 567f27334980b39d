"""The first review of a request: agreeing leaves it open, its source is asked, it ends once."""

from datetime import date, timedelta

import pytest
from django.db import transaction

from logbook.models import Entry
from logbook.references import new_reference
from requests_app.desk import actions as desk_actions
from requests_app.desk import phoned_requests
from requests_app.models import Request
from shielding.accounts.models import User
from shielding.checks.actions import Found
from shielding.holds import actions as shield
from shielding.holds import letting_go
from shielding.models import Consultation, Hold, Review
from shielding.notices import delivery
from shielding.notices.models import Notice
from shielding.reviews import actions as review_actions
from shielding.reviews import policies as review_policies
from shielding.reviews import reminders
from shielding.web.refusals import Refused, WrongState
from tests.support.people import a_practitioner, a_service, an_iw_member
from tests.support.requests import NOW, a_number, a_request, agreed, first_review_concluded
from tests.support.shielded_records import DAY, at, hold_on, let_go

pytestmark = pytest.mark.django_db
THURSDAY, MONDAY = date(2026, 3, 5), date(2026, 3, 9)


def a_review(hold: Hold | None = None) -> Review:
    hold = hold or hold_on(a_number())
    with transaction.atomic():
        return review_actions.open_request_review(
            hold.record, hold=None, reference=hold.reference, submitted_at=NOW, by=hold.source
        )


def test_a_review_is_concluded_once_and_keeps_how_late_it_was():
    review, member = a_review(), an_iw_member()
    assert review.due == (NOW + timedelta(days=7)).date()
    with transaction.atomic():
        late = review_actions.conclude_request_review(
            review, outcome="agreed", no_duplicate=True, by=member, now=NOW + timedelta(days=9)
        )
    assert (late, review.days_late, review.due) == (2, 2, (NOW + timedelta(days=7)).date())
    with pytest.raises(WrongState, match="already_concluded"):
        review_actions.conclude_request_review(
            review, outcome="agreed", no_duplicate=True, by=member, now=NOW + timedelta(days=1)
        )


def test_a_review_is_not_concluded_without_the_look_for_duplicates():
    review = a_review()
    with pytest.raises(WrongState, match="check_incomplete"):
        review_actions.conclude_request_review(
            review,
            outcome="agreed",
            no_duplicate=False,
            by=an_iw_member(),
            now=NOW + timedelta(days=1),
        )
    assert Review.objects.open().get() == review


def test_a_review_comes_to_know_its_hold_until_it_is_concluded():
    hold = hold_on(a_number())
    review = a_review(hold)
    with transaction.atomic():
        review_actions.give_review_its_hold(review, hold, now=NOW)
        review_actions.conclude_request_review(
            review,
            outcome="agreed",
            no_duplicate=True,
            by=an_iw_member(),
            now=NOW + timedelta(days=1),
        )
    assert Review.objects.get().hold == hold
    with pytest.raises(WrongState, match="already_concluded"):
        review_actions.give_review_its_hold(review, hold, now=NOW)


def test_agreeing_leaves_the_review_open_and_its_source_asked():
    request, member = a_request(), an_iw_member()
    for days in (0, 7):
        later = a_request(now=NOW) if days else request
        agreed(later, by=member, now=NOW + timedelta(days=days))
    assert list(Review.objects.values_list("outcome", flat=True)) == ["", ""]
    assert Consultation.objects.owed().count() == 2
    assert not Entry.objects.filter(event="consultation_closed").exists()


def sent_on_monday() -> tuple[Request, User]:
    """Return a request of Monday 2 March, agreed at once, and who agreed it.

    Its first mail goes on Thursday 5 March, and Monday 9 March is the day to act by.
    """
    member = an_iw_member()
    return agreed(a_request(), by=member), member


def say(request: Request, day: date, answer: str = "still_needed", by: User | None = None) -> None:
    letting_go.answer(
        request.hold,
        answer=answer,
        views="yes",
        sought_by="source",
        family_told="yes",
        by=by or request.practitioner,
        now=at(day),
    )


def refused_on(request: Request, day: date, member: User) -> str:
    with pytest.raises(Refused) as refused, transaction.atomic():
        first_review_concluded(request, by=member, now=at(day))
    assert Review.objects.open().filter(pk=request.review_id).exists()
    return refused.value.code


def concluded_on(request: Request, day: date, member: User) -> tuple[str, str, int]:
    """Conclude it; return the outcome, the source's answer and how late it was."""
    review = first_review_concluded(request, by=member, now=at(day))
    return review.outcome, review.consultations.get().answer, review.days_late


def test_who_agreed_concludes_once_the_source_answered_since_the_first_mail():
    request, member = sent_on_monday()
    assert refused_on(request, THURSDAY, member) == "answers_owed"
    due = request.hold.review_due
    say(request, THURSDAY)
    assert concluded_on(request, THURSDAY, member) == ("continues", "still_needed", 0)
    request.hold.refresh_from_db()
    assert (request.hold.review_due, request.hold.is_standing) == (due, True)


def test_an_earlier_answer_is_kept_and_counts_on_the_day_to_act_by():
    request, member = sent_on_monday()
    say(request, THURSDAY - DAY)
    for day in (THURSDAY - DAY, THURSDAY, MONDAY - DAY):
        assert refused_on(request, day, member) == "answers_owed"
    assert concluded_on(request, MONDAY, member) == ("continues", "still_needed", 0)
    assert Consultation.objects.get().answered_at == at(THURSDAY - DAY)


def test_silence_is_recorded_on_the_day_to_act_by_and_keeps_the_shield():
    request, member = sent_on_monday()
    assert refused_on(request, MONDAY - DAY, member) == "answers_owed"
    assert concluded_on(request, MONDAY + 2 * DAY, member) == ("continues", "no_answer", 2)
    assert request.hold.is_standing


def test_the_mail_goes_though_it_was_answered_and_it_is_answered_anew():
    request, member = sent_on_monday()
    say(request, THURSDAY - DAY)
    with pytest.raises(WrongState, match="not_asked"), transaction.atomic():
        say(request, THURSDAY - DAY)
    for day in (THURSDAY - DAY, THURSDAY, THURSDAY, MONDAY - DAY, MONDAY + DAY):
        reminders.raise_reminders(at(day))
    owed = Notice.objects.get(kind="review_reminder")
    assert (owed.recipient, owed.due_at) == (request.practitioner, at(THURSDAY, 9))
    delivery.deliver(at(THURSDAY))
    owed.refresh_from_db()
    assert owed.fate == "sent"
    assert not Notice.objects.filter(kind="review_overdue_manager").exists()
    say(request, THURSDAY + DAY)
    with pytest.raises(WrongState, match="not_asked"), transaction.atomic():
        say(request, THURSDAY + DAY)
    assert concluded_on(request, THURSDAY + DAY, member) == ("continues", "still_needed", 0)


def test_one_answered_early_and_concluded_is_mailed_no_more():
    request, member = sent_on_monday()
    say(request, THURSDAY - DAY)
    reminders.raise_reminders(at(THURSDAY, 7))
    let_go(request.hold, now=at(THURSDAY, 8))
    delivery.deliver(at(THURSDAY))
    assert Notice.objects.get(kind="review_reminder").fate == "overtaken"


def test_it_is_overdue_until_somebody_concludes_it_though_the_source_answered():
    request, _ = sent_on_monday()
    lead = an_iw_member(lead=True)
    say(request, THURSDAY)
    reminders.raise_reminders(at(MONDAY + 3 * DAY))
    told = Notice.objects.get(kind="review_overdue_lead")
    assert (told.subject, told.recipient) == (request.reference, lead)


def test_what_is_not_agreed_yet_stays_open_whatever_was_answered():
    request, member = a_request(), an_iw_member()
    say(request, THURSDAY)
    assert refused_on(request, MONDAY, member) == "not_to_conclude"
    assert not Review.objects.to_conclude(at(MONDAY)).exists()


def test_after_agreed_nobody_proposes_not_to_agree():
    request, _ = sent_on_monday()
    with pytest.raises(WrongState, match="not_propose_not_agreed"):
        desk_actions.propose_not_agreed(
            request, reason="objection", seen=request.changed_at, by=an_iw_member(), now=NOW
        )


def test_who_logged_the_call_does_not_conclude_and_a_colleague_does():
    logged_it, member = an_iw_member(), an_iw_member()
    request = phoned_requests.log_phoned(
        reference=new_reference(), number=a_number(), ground="abuse", caller="gp",
        practitioner=None, service=a_service(), by=logged_it, now=NOW,
    )  # fmt: skip
    request = agreed(request, by=member)
    assert list(Consultation.objects.by_phone(NOW)) == list(Consultation.objects.all())
    say(request, THURSDAY, by=logged_it)
    assert refused_on(request, THURSDAY, logged_it) == "not_allowed"
    assert refused_on(request, THURSDAY, a_practitioner()) == "not_allowed"
    assert concluded_on(request, THURSDAY, member) == ("continues", "still_needed", 0)
    again = pytest.raises(WrongState, match="already_concluded")
    with again as refused, transaction.atomic():
        first_review_concluded(request, by=an_iw_member(), now=at(MONDAY))
    assert refused.value.message.startswith(f"{member.name} concluded this review on 5 March")


def test_without_an_account_it_is_phoned_again_on_the_day_of_the_first_mail():
    member = an_iw_member()
    request = phoned_requests.log_phoned(
        reference=new_reference(), number=a_number(), ground="abuse", caller="gp",
        practitioner=None, service=a_service(), by=an_iw_member(), now=NOW,
    )  # fmt: skip
    say(request, THURSDAY - DAY, by=member)
    assert not Consultation.objects.by_phone(at(THURSDAY - DAY)).exists()
    assert Consultation.objects.by_phone(at(THURSDAY)).get().hold == request.hold
    say(request, THURSDAY, by=member)
    assert not Consultation.objects.by_phone(at(THURSDAY)).exists()


def test_a_call_that_was_entered_late_is_mailed_that_day_and_silence_waits_two_working_days():
    hold = hold_on(a_number())
    entered = at(MONDAY - DAY)  # a Sunday, after the first mail's day
    with transaction.atomic():
        review = review_actions.open_request_review(
            hold.record, hold=hold, reference=hold.reference, submitted_at=NOW,
            entered_at=entered, by=hold.source,
        )  # fmt: skip
        shield.agree_hold(hold, involvement="on_record", by=an_iw_member(), now=entered)
    reminders.raise_reminders(entered)
    assert Notice.objects.get(kind="review_reminder").due_at == at(MONDAY - DAY, 9)
    assert review.due == MONDAY
    wednesday = MONDAY + 2 * DAY
    assert [
        Review.objects.to_conclude(at(day)).exists()
        for day in (MONDAY - DAY, MONDAY, MONDAY + DAY, wednesday)
    ] == [False, False, True, True]
    assert review_policies.first_review_ends_from(review) == MONDAY + DAY


def test_the_look_for_duplicates_and_the_date_that_was_shown_are_asked():
    request, member = sent_on_monday()
    say(request, THURSDAY)
    good = {"no_duplicate": True, "next_shown": request.hold.review_due}
    for wrong in ({"no_duplicate": False}, {"next_shown": MONDAY}):
        with pytest.raises(WrongState, match="check_incomplete"), transaction.atomic():
            review_actions.conclude_first_review(
                request.review, **good | wrong, by=member, now=at(THURSDAY)
            )
    assert Review.objects.open().exists()


@pytest.mark.parametrize(
    ("finding", "concludes"), [("duplicate", True), ("open", False), ("not_found", False)]
)
def test_what_a_member_saw_is_recorded_and_the_review_waits_for_a_shield(finding, concludes):
    request, member = sent_on_monday()
    say(request, THURSDAY)
    review = review_actions.conclude_first_review(
        request.review,
        no_duplicate=False,
        saw=Found(finding),
        next_shown=request.hold.review_due,
        by=member,
        now=at(THURSDAY),
    )
    review.refresh_from_db()
    assert (review.concluded_at is not None, review.no_duplicate) == (concludes, False)
    assert request.record.checks.latest_first()[0].finding == finding


def test_one_agreed_and_let_go_is_concluded_as_such_and_not_otherwise():
    request, member = sent_on_monday()
    let_go(request.hold)
    assert refused_on(request, MONDAY, member) == "not_to_conclude"
    request.refresh_from_db()
    desk_actions.conclude_let_go(
        request, no_duplicate=True, seen=request.changed_at, by=member, now=NOW
    )
    assert Review.objects.get().outcome == "let_go"


def test_what_a_source_reads_and_gets_is_the_same_whoever_else_asks():
    alone, _ = sent_on_monday()
    number = a_number()
    first = a_request(number=number)
    agreed(a_request(number=number), by=an_iw_member())
    agreed(first, by=an_iw_member())
    days = {"asked_at", "first_mail_on", "remind_on", "answer"}
    rows = [Consultation.objects.values(*days).get(hold=one.hold) for one in (alone, first)]
    assert rows[0] == rows[1]


def test_a_request_let_go_before_it_was_decided_is_concluded_as_such():
    request, member = a_request(), an_iw_member()
    conclude_it = {"no_duplicate": True, "seen": request.changed_at, "by": member, "now": NOW}
    with pytest.raises(WrongState, match="still_asked"):
        desk_actions.conclude_let_go(request, **conclude_it)
    let_go(request.hold)
    with pytest.raises(WrongState, match="let_go"):
        agreed(request, by=member)
    desk_actions.conclude_let_go(request, **conclude_it)
    assert Review.objects.get().outcome == "let_go"
    with pytest.raises(WrongState, match="already_concluded"):
        desk_actions.conclude_let_go(request, **conclude_it)
