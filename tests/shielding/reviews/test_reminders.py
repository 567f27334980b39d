"""The ladder of reminders and escalation: unique, caught up after a pause, ended by an answer."""

from datetime import date, timedelta

import pytest
from django.core import mail as outbox

from shielding import clock
from shielding.accounts import suspending
from shielding.accounts.models import User
from shielding.holds import letting_go
from shielding.models import Consultation, Review
from shielding.notices import delivery
from shielding.notices.mail_hours import mail_hour
from shielding.notices.models import Mail, Notice
from shielding.reviews import actions as review_actions
from shielding.reviews import reminders
from shielding.reviews.reminder_days import DUE_DAY
from shielding.unshield import actions as unshield_actions
from tests.support import hand_overs
from tests.support.people import a_practitioner, a_service, an_iw_member
from tests.support.requests import NOW, a_request, agreed, first_review_concluded
from tests.support.shielded_records import DAY, agreed_holds, at, being_unshielded, place
from tests.support.undone import undone

pytestmark = pytest.mark.django_db
SENT = date(2026, 3, 2)
WEDNESDAY = date(2026, 3, 11)
DUE = date(2026, 3, 9)
SIX_MONTHS = date(2026, 9, 2)


def sweep(day: date, *, times: int = 1) -> None:
    for _ in range(times):
        review_actions.open_due_reviews(at(day))
        reminders.raise_reminders(at(day))


def days_of(kind: str = "review_reminder", due: date = DUE) -> list[tuple[date, str]]:
    """Return the days of what is owed of a kind about the first source asked, with its fate."""
    asked = Consultation.objects.filter(review__due=due).earliest("id")
    owed = Notice.objects.filter(kind=kind, subject=asked.reference).order_by("step")
    return [(due + timedelta(days=one.step - DUE_DAY), one.fate) for one in owed]


def test_a_first_review_reminds_on_days_four_and_six_when_due_and_then_daily():
    a_request(now=at(WEDNESDAY))
    for count in range(10):
        sweep(WEDNESDAY + timedelta(days=count), times=2)
    reminded = [(day - WEDNESDAY).days for day, _ in days_of(due=WEDNESDAY + timedelta(days=7))]
    assert reminded == [4, 6, 7, 8, 9]


def test_two_working_days_before_the_day_to_act_by_come_before_the_fourth():
    a_request()
    for count in range(10):
        sweep(SENT + timedelta(days=count))
    reminded = [(day - SENT).days for day, _ in days_of()]
    assert reminded == [3, 6, 7, 8, 9]
    assert [fate for _, fate in days_of()] == ["overtaken"] * 4 + ["queued"]


def test_a_six_monthly_one_reminds_28_14_and_7_days_before_when_due_and_then_weekly():
    agreed_holds()
    for week in range(-35, 22, 7):
        for count in (week - 1, week, week + 1):
            sweep(SIX_MONTHS + timedelta(days=count))
    reminded = [(day - SIX_MONTHS).days for day, _ in days_of(due=SIX_MONTHS)]
    assert reminded == [-28, -14, -7, 0, 7, 14, 21]


@pytest.mark.parametrize("away", [3, 7 * 31])
def test_after_a_pause_only_the_latest_step_is_mailed_and_the_others_are_overtaken(away):
    a_request()
    sweep(SENT + timedelta(days=4))
    sweep(SENT + timedelta(days=4 + away))
    delivery.deliver(at(SENT + timedelta(days=4 + away)))
    fates = [fate for _, fate in days_of()]
    assert fates == ["overtaken"] * (len(fates) - 1) + ["sent"]
    assert [day for day, _ in days_of()][-1] == SENT + timedelta(days=4 + away)


def test_a_reminder_is_due_at_nine_in_london_and_names_the_sources_own_reference():
    request = a_request()
    sweep(date(2026, 3, 5))
    owed = Notice.objects.get(kind="review_reminder")
    assert owed.due_at == at(date(2026, 3, 5), 9)
    assert (owed.mentions, owed.recipient) == (request.reference, request.practitioner)
    assert owed.subject != request.reference


def test_an_answer_ends_the_reminders():
    request = a_request()
    sweep(date(2026, 3, 6))
    letting_go.answer(
        request.hold,
        answer="still_needed",
        views="no",
        sought_by="source",
        by=request.practitioner,
        now=NOW,
    )
    sweep(DUE + timedelta(days=20))
    assert [fate for _, fate in days_of()] == ["overtaken"]
    assert not Notice.objects.filter(kind="review_overdue_manager").exists()


def test_two_sources_are_reminded_of_their_own_and_the_next_review_reminds_anew():
    one, two = agreed_holds(a_practitioner(), a_practitioner())
    sweep(SIX_MONTHS)
    owed = Notice.objects.owed().filter(kind="review_reminder")
    assert set(owed.values_list("recipient", "mentions")) == {
        (one.source_id, one.reference),
        (two.source_id, two.reference),
    }
    now = at(SIX_MONTHS)
    for review in Review.objects.of_records():
        review_actions.conclude_record_review(
            review,
            no_duplicate=True,
            next_shown=review_actions.next_due(review, now),
            by=an_iw_member(),
            now=now,
        )
    assert not Notice.objects.owed().filter(kind="review_reminder").exists()
    sweep(date(2027, 3, 2))
    assert Notice.objects.owed().filter(kind="review_reminder").count() == 2


def overdue_told(boss: User, chief: User) -> tuple[int, int]:
    """Return how often a manager and a lead are owed the word that an answer is overdue."""
    managers = Notice.objects.filter(kind="review_overdue_manager", recipient=boss)
    return managers.count(), Notice.objects.filter(
        kind="review_overdue_lead", recipient=chief
    ).count()


def test_the_manager_hears_on_the_first_day_and_the_lead_on_the_third():
    boss, chief = a_practitioner(), an_iw_member(lead=True)
    a_request(a_practitioner(manager=boss))
    for days, told in ((0, (0, 0)), (1, (1, 0)), (2, (1, 0)), (3, (1, 1)), (30, (1, 1))):
        with undone():
            sweep(DUE + timedelta(days=days), times=2)
            assert overdue_told(boss, chief) == told, days
            # With that day's mail, also where the clock stood still at nine.
            late = Notice.objects.filter(kind__startswith="review_overdue")
            assert {mail_hour(clock.today(one.created_at)) for one in late} == {
                one.due_at for one in late
            }


def test_of_a_six_monthly_review_they_hear_after_one_week_and_two():
    boss, chief = a_practitioner(), an_iw_member(lead=True)
    agreed_holds(a_practitioner(manager=boss))
    for days, told in ((6, (0, 0)), (7, (1, 0)), (13, (1, 0)), (14, (1, 1))):
        with undone():
            sweep(SIX_MONTHS + timedelta(days=days))
            assert overdue_told(boss, chief) == told, days


def test_a_review_that_waits_for_nobody_but_the_iw_team_is_escalated_too():
    chief = an_iw_member(lead=True)
    a_request(decision="considered")
    sweep(DUE + timedelta(days=3))
    assert Notice.objects.filter(kind="review_overdue_lead", recipient=chief).exists()


def test_without_a_working_manager_the_lead_hears_and_without_a_lead_the_team():
    a_request()
    member = an_iw_member()
    sweep(DUE + timedelta(days=1))
    assert Notice.objects.filter(kind="review_overdue_manager", recipient=member).exists()


def test_somebody_suspended_is_owed_nothing_and_nothing_is_lost_for_a_colleague():
    service = a_service()
    leaver, colleague = a_practitioner(service=service), a_practitioner(service=service)
    request = a_request(leaver)
    User.objects.filter(pk=leaver.pk).update(is_active=False)
    sweep(DUE)
    assert not Notice.objects.filter(kind="review_reminder").exists()
    hand_overs.hand_over(leaver, to=colleague, by=an_iw_member(), now=at(DUE))
    sweep(DUE)
    owed = Notice.objects.owed().get(kind="review_reminder")
    assert (owed.recipient, owed.mentions) == (colleague, request.reference)


def test_a_source_who_was_suspended_on_its_day_is_mailed_once_they_are_back():
    """Once, by the next round; also what a suspended account's mail was overtaken or given up."""
    member = an_iw_member()
    missed, overtaken, bounced, read = (a_practitioner() for _ in range(4))
    sources = [missed, overtaken, bounced, read]
    for one in sources:
        a_request(one, now=at(WEDNESDAY))
    fourth = WEDNESDAY + timedelta(days=4)

    def owed(person):
        notices = Notice.objects.filter(kind="review_reminder", recipient=person)
        return [(one.step, one.fate) for one in notices.order_by("step")]

    suspending.suspend(missed, by=member, now=at(fourth))
    sweep(fourth)
    for person, fate in ((overtaken, "overtaken"), (bounced, "given_up"), (read, "given_up")):
        suspending.suspend(person, by=member, now=at(fourth))
        Notice.objects.filter(kind="review_reminder", recipient=person).update(fate=fate)
    delivery.deliver(at(fourth))
    sent = Mail.objects.create(
        recipient=read, kind="duty", send_at=at(fourth), next_try_at=at(fourth),
        fate="sent", sent_at=at(fourth),
    )  # fmt: skip
    Notice.objects.filter(kind="review_reminder", recipient=read).update(fate="sent", mail=sent)
    fifth = fourth + timedelta(days=1)
    sweep(fifth)
    assert owed(missed) == []
    for person in sources:
        suspending.reactivate(person, by=member, now=at(fifth))
    sweep(fifth, times=2)
    step = DUE_DAY - 3
    assert [owed(one) for one in sources] == [[(step, "queued")]] * 3 + [[(step, "sent")]]
    assert not Consultation.objects.exclude(remind_on=WEDNESDAY + timedelta(days=6)).exists()
    before = len(outbox.outbox)
    delivery.deliver(at(fifth))
    mailed = {one.to[0] for one in outbox.outbox[before:] if "item" in one.body}
    assert mailed >= {one.email for one in sources[:3]}
    assert owed(missed) == [(step, "sent")]


def test_handed_over_and_back_the_first_is_reminded_again():
    service, member = a_service(), an_iw_member()
    one, other = a_practitioner(service=service), a_practitioner(service=service)
    a_request(one)
    sweep(DUE)
    hand_overs.hand_over(one, to=other, by=member, now=at(DUE))
    sweep(DUE)
    hand_overs.hand_over(other, to=one, by=member, now=at(DUE))
    sweep(DUE)
    owed = Notice.objects.owed().filter(kind="review_reminder")
    assert list(owed.values_list("recipient", flat=True)) == [one.pk]


def test_one_who_answers_while_the_clock_looks_is_passed_over():
    a_request()
    Consultation.objects.update(remind_on=date(2026, 12, 1))
    sweep(DUE)
    assert not Notice.objects.filter(kind="review_reminder").exists()


def test_a_cancelled_unshield_is_told_to_the_whole_team_each_time():
    member = an_iw_member()
    record = being_unshielded(member)
    place(record, now=NOW + DAY)
    sweep(SENT + DAY, times=2)
    told = Notice.objects.filter(kind="unshield_cancelled", subject=record.reference)
    assert set(told.values_list("recipient", flat=True)) == set(
        User.objects.working().iw_team().values_list("pk", flat=True)
    )
    assert set(told.values_list("step", flat=True)) == {0}


def test_an_unshield_that_hangs_is_told_to_the_leads():
    chief, member = an_iw_member(lead=True), an_iw_member()
    record = being_unshielded(member)
    for count, told in ((1, 0), (2, 0), (3, 1), (4, 1)):
        sweep(SENT + timedelta(days=count))
        assert Notice.objects.filter(kind="unshield_waits", recipient=chief).count() == told
    unshield_actions.stop_unshield(record, found="never_opened", by=member, now=at(DUE))


def test_an_unshield_nobody_may_confirm_is_told_to_the_leads_at_once():
    chief, member = an_iw_member(lead=True), an_iw_member()
    being_unshielded(member)
    User.objects.iw_team().exclude(pk=member.pk).update(second_person_from=at(date(2026, 12, 1)))
    sweep(SENT + DAY)
    assert Notice.objects.filter(kind="unshield_waits", recipient=chief).exists()


def test_a_concluded_review_reminds_and_escalates_no_more():
    an_iw_member(lead=True)
    member = an_iw_member()
    request = agreed(a_request(), by=member)
    first_review_concluded(request, by=member)
    sweep(DUE + timedelta(days=40))
    kinds = set(Notice.objects.values_list("kind", flat=True))
    assert not kinds & {"review_reminder", "review_overdue_manager", "review_overdue_lead"}
