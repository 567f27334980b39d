"""The upgrade after which a first review asks: open ones get their day, concluded ones stay so."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from shielding.models import Consultation, Review
from shielding.operations.database_roles import as_owner
from shielding.reviews import actions as reviews
from shielding.reviews.reminder_days import first_mail_of_first_review
from tests.support.people import an_iw_member
from tests.support.requests import a_request, agreed, first_review_concluded
from tests.support.shielded_records import DAY, at, shielded_for
from tests.support.statements import Statements
from tests.support.versions import migrate

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.behind_the_acts("rows of an older version"),
]
BEFORE = "0013_what_was_found"


def first_days(request: Any) -> tuple[date, date]:
    asked = Consultation.objects.get(review=request.review_id)
    return asked.first_mail_on, asked.remind_on


@pytest.fixture
def before(transactional_db: None) -> Iterator[dict[str, Any]]:
    """First reviews as the older version left them: their reminders began three days before."""
    today, member = timezone.localdate(), an_iw_member()
    sent = {"young": today - DAY, "mailed": today - 6 * DAY, "old": today - 60 * DAY}
    made = {name: a_request(now=at(day)) for name, day in sent.items()}
    # Its day on the new ladder has passed, and the old one's is to come.
    made["between"] = a_request(now=at(today - 2 * DAY))
    first_review_concluded(agreed(made["old"], by=member, now=at(sent["old"])), by=member)
    (made["six_monthly"],) = shielded_for(now=at(today - 170 * DAY))
    reviews.open_reviews_of(made["six_monthly"].record, now=at(today))
    migrate("shielding", BEFORE)
    try:
        with as_owner(connection), connection.cursor() as cursor:
            cursor.execute(
                "UPDATE shielding_consultation asked SET remind_on = review.due - 3"
                " FROM shielding_review review WHERE review.id = asked.review_id"
            )
            cursor.execute(
                "UPDATE shielding_consultation asked SET remind_on = review.due"
                " FROM shielding_review review WHERE review.id = asked.review_id"
                " AND review.reference = %s",
                [made["mailed"].reference],
            )
        yield made
    finally:
        migrate()


def test_open_ones_are_mailed_on_their_day_and_concluded_ones_stay_so(before):
    outcomes = list(Review.objects.order_by("id").values_list("outcome", "concluded_by", "due"))
    with Statements() as asked:
        migrate()
    today = timezone.localdate()
    for name in ("young", "between"):
        request = before[name]
        day = first_mail_of_first_review(request.review.due, asked_on=today)
        assert first_days(request) == (day, day)
        assert day >= today
    sent = timezone.localdate(before["mailed"].submitted_at)
    due = before["mailed"].review.due
    assert first_days(before["mailed"]) == (first_mail_of_first_review(due, asked_on=sent), due)
    assert first_days(before["old"])[0] < today
    six_monthly = Consultation.objects.get(hold=before["six_monthly"], review__kind="record")
    assert six_monthly.first_mail_on == six_monthly.review.due - 28 * DAY
    assert list(Review.objects.order_by("id").values_list("outcome", "concluded_by", "due")) == (
        outcomes
    )
    # Nobody reads the table meanwhile: it takes as many statements whoever was asked.
    written = [one["sql"] for one in asked.captured_queries if _writes_consultations(one["sql"])]
    assert len(written) == 2, written


def _writes_consultations(sql: str) -> bool:
    return re.search(r'\bUPDATE "?shielding_consultation\b', sql) is not None
