"""What the IW Team records in a source's name, the source hears of: at once, whoever else asks."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core import mail as outbox

from requests_app.desk import phoned_requests
from shielding import clock
from shielding.accounts import actions as directory
from shielding.accounts import suspending
from shielding.accounts.models import User
from shielding.holds import letting_go
from shielding.models import Hold
from shielding.notices import delivery
from shielding.notices.mail_hours import mail_hour
from shielding.notices.models import Notice
from shielding.reviews import actions as reviews
from tests.support.people import a_practitioner, a_service, an_iw_member
from tests.support.requests import NOW, a_number
from tests.support.shielded_records import DAY, GONE, agreed_holds, place

pytestmark = pytest.mark.django_db
THEN = NOW + 170 * DAY
SAYS: dict[str, Any] = {"views": "yes", "sought_by": "source"}


def still_needed(hold: Hold, by: User, now: datetime = THEN) -> None:
    letting_go.answer(hold, answer="still_needed", **SAYS, by=by, now=now)


def no_longer_needed(hold: Hold, by: User, now: datetime = THEN) -> None:
    letting_go.answer(hold, answer="no_longer_needed", **SAYS, parting=GONE, by=by, now=now)


def released(hold: Hold, by: User, now: datetime = THEN) -> None:
    letting_go.withdraw(hold, parting=GONE, by=by, now=now)


def family_told(hold: Hold, by: User, now: datetime = THEN) -> None:
    """Said of a hold that was let go some time ago."""
    hour = timedelta(hours=1)
    letting_go.withdraw(hold, parting=GONE, by=hold.source, now=now - hour)
    Hold.objects.filter(pk=hold.pk).update(family="", family_at=None, family_by=None)
    Notice.objects.all().overtake()
    letting_go.say_family(hold, family="told", by=by, now=now)


def alone(hold: Hold) -> None:
    """Nobody else asks for the record."""


def beside_another(hold: Hold) -> None:
    place(hold.record, now=NOW)


def beside_one_whose_word_was_just_recorded(hold: Hold) -> None:
    other = place(hold.record, now=NOW)
    reviews.open_reviews_of(hold.record, now=THEN)
    letting_go.withdraw(other, parting=GONE, by=an_iw_member(), now=THEN)


RECORDED = (still_needed, no_longer_needed, released, family_told)
COMPANY = (alone, beside_another, beside_one_whose_word_was_just_recorded)


def told_of(hold: Hold) -> set[tuple[Any, ...]]:
    owed = Notice.objects.owed().filter(mentions=hold.reference).exclude(kind="review_reminder")
    return set(owed.values_list("kind", "recipient", "due_at"))


@pytest.mark.parametrize("company", COMPANY, ids=lambda one: one.__name__)
@pytest.mark.parametrize("recorded", RECORDED, ids=lambda one: one.__name__)
def test_source_and_manager_are_told_and_others_change_nothing(
    recorded: Callable[..., None], company: Callable[[Hold], None]
):
    manager = a_practitioner()
    (hold,) = agreed_holds(a_practitioner(manager=manager))
    company(hold)
    reviews.open_reviews_of(hold.record, now=THEN)
    Notice.objects.all().overtake()
    recorded(hold, an_iw_member())
    at_nine = mail_hour(clock.next_working_day(clock.today(THEN)))
    assert told_of(hold) == {
        ("item_changed", hold.source_id, THEN),
        ("word_recorded", manager.pk, at_nine),
    }
    of_others = Notice.objects.owed().exclude(mentions=hold.reference)
    assert not of_others.filter(kind__contains="item_changed").exists()


def test_what_they_answer_themselves_nobody_has_to_tell_them():
    (hold,) = agreed_holds(a_practitioner(manager=a_practitioner()))
    reviews.open_reviews_of(hold.record, now=THEN)
    Notice.objects.all().overtake()
    still_needed(hold, hold.source)
    assert told_of(hold) == set()


def taken_away(source: User, manager: User, by: User) -> None:
    directory.set_line_manager(source, None, by=by, now=THEN)


def stopped(source: User, manager: User, by: User) -> None:
    suspending.suspend(manager, by=by, now=THEN)


def moved(source: User, manager: User, by: User) -> None:
    User.objects.filter(pk=manager.pk).update(service=a_service())
    directory.set_line_manager(source, a_practitioner(service=source.service), by=by, now=THEN)


@pytest.mark.parametrize("removed", [taken_away, stopped, moved], ids=lambda one: one.__name__)
@pytest.mark.parametrize("is_before", [True, False], ids=["before", "just after"])
def test_a_manager_who_is_removed_about_then_hears_of_it_all_the_same(removed, is_before):
    """One member records the word, and takes away who would know that it is wrong."""
    member, manager = an_iw_member(), a_practitioner()
    (hold,) = agreed_holds(a_practitioner(service=manager.service, manager=manager))
    Notice.objects.all().overtake()
    if is_before:
        removed(hold.source, manager, member)
    released(hold, member)
    if not is_before:
        removed(hold.source, manager, member)
    at_nine = mail_hour(clock.next_working_day(clock.today(THEN)))
    outbox.outbox.clear()
    delivery.deliver(at_nine)
    (letter,) = [
        one for one in outbox.outbox if hold.reference in one.body and one.to == [manager.email]
    ]
    assert "phone the IW Team" in letter.body
    assert "You need not sign in" in letter.body


@pytest.mark.parametrize(("days", "hears"), [(27, True), (28, False)])
def test_who_managed_them_in_the_last_28_days_hears_and_whoever_came_since(days, hears):
    member, before = an_iw_member(), a_practitioner()
    (hold,) = agreed_holds(a_practitioner(service=before.service, manager=before))
    since, after = (a_practitioner(service=before.service) for _ in "ab")
    directory.set_line_manager(hold.source, since, by=member, now=THEN - days * DAY)
    Notice.objects.all().overtake()
    released(Hold.objects.get(pk=hold.pk), member)
    directory.set_line_manager(hold.source, after, by=member, now=THEN)
    delivery.gather(mail_hour(clock.next_working_day(clock.today(THEN))))
    told = Notice.objects.filter(kind="word_recorded").values_list("recipient", flat=True)
    assert set(told) == {since.pk, after.pk} | ({before.pk} if hears else set())


def test_a_source_without_an_account_is_told_nothing():
    call = {"number": a_number(), "ground": "abuse", "caller": "gp", "practitioner": None}
    request = phoned_requests.log_phoned(
        reference="IW-2222-2222", **call, service=a_service(), by=an_iw_member(), now=NOW
    )
    released(request.hold, an_iw_member())
    assert told_of(request.hold) == set()
