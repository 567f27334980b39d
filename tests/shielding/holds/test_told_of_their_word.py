"""What the IW Team records in a source's name, the source hears of: at once, whoever else asks."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from shielding import clock
from shielding.accounts.models import User
from shielding.holds import letting_go
from shielding.models import Hold
from shielding.notices.mail_hour import mail_hour
from shielding.notices.models import Notice
from shielding.reviews import actions as reviews
from tests.support.people import a_practitioner, an_iw_member
from tests.support.requests import NOW
from tests.support.shielded_records import DAY, GONE, place, shielded_for

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
    (hold,) = shielded_for(a_practitioner(manager=manager))
    company(hold)
    reviews.open_reviews_of(hold.record, now=THEN)
    Notice.objects.all().overtake()
    recorded(hold, an_iw_member())
    at_nine = mail_hour(clock.next_working_day(clock.today(THEN)))
    assert told_of(hold) == {
        ("item_changed", hold.source_id, THEN),
        ("team_item_changed", manager.pk, at_nine),
    }
    of_others = Notice.objects.owed().exclude(mentions=hold.reference)
    assert not of_others.filter(kind__contains="item_changed").exists()


def test_what_they_answer_themselves_nobody_has_to_tell_them():
    (hold,) = shielded_for(a_practitioner(manager=a_practitioner()))
    reviews.open_reviews_of(hold.record, now=THEN)
    Notice.objects.all().overtake()
    still_needed(hold, hold.source)
    assert told_of(hold) == set()


def test_a_source_without_an_account_is_told_nothing():
    (hold,) = shielded_for()
    reviews.open_reviews_of(hold.record, now=THEN)
    Notice.objects.all().overtake()
    Hold.objects.filter(pk=hold.pk).update(source=None)
    still_needed(Hold.objects.get(pk=hold.pk), an_iw_member())
    assert told_of(hold) == set()
