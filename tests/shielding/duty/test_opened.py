"""A work item says who else has it open: of the IW Team, on its pages, and for work alone."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from brokerage.models import AccessRequest
from logbook.writing import log_entry
from shielding.desk.find_record_codes import Purpose
from shielding.duty.at_work import at_work
from shielding.hooks import DutyItem
from shielding.reviews import actions as review_actions
from shielding.roles import Role
from tests.brokerage.support.cast import a_cast, asking
from tests.requests_app.support.desk import at_desk, main
from tests.support.people import a_person, an_iw_member
from tests.support.requests import NOW, a_request
from tests.support.shielded_records import shielded_for
from tests.support.statements import Statements

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
ITEM, RECORD = "IW-7KQ4-M2XD", "IW-2222-2222"


def opens(by, *, ago, event="request_opened", reference=ITEM, record=RECORD, **facts):
    log_entry(event, by=by, at=NOW - ago, reference=reference, record_reference=record, **facts)


def says(by, reference=ITEM, record=RECORD):
    found = at_work(DutyItem(reference, record, "", waits=False), by=by, now=NOW)
    return found.opened if found else None


def test_every_work_item_shows_a_colleague_who_has_it_open():
    access = asking(a_cast())
    record = AccessRequest.objects.get(pk=access.pk).record
    (hold,) = shielded_for()
    (review,) = review_actions.open_reviews_of(hold.record, now=NOW + timedelta(days=180))
    pages = [
        reverse("desk_request", args=[a_request().reference]),
        reverse("record_detail", args=[record.reference]),
        reverse("brokerage_request", args=[access.reference]),
        reverse("review_detail", args=[review.reference]),
    ]
    sam, ann = at_desk(an_iw_member(name="Sam Sees")), at_desk(an_iw_member(name="Ann Also"))
    for page in pages:
        assert "opened this" not in main(sam.get(page))
        seen = main(ann.get(page))
        assert re.search(r"Sam Sees opened this (less than a|1) minute ago\.", seen), page
        assert "Ann Also opened this" not in seen
        assert "Ann Also opened this" in main(sam.get(page))


def test_it_is_shown_for_a_quarter_of_an_hour_the_latest_first():
    sam, ann, reader = an_iw_member(name="Sam"), an_iw_member(name="Ann"), an_iw_member()
    opens(an_iw_member(name="Too Long Ago"), ago=15 * MINUTE)
    opens(an_iw_member(name="To Come"), ago=-MINUTE)
    opens(sam, ago=14 * MINUTE + timedelta(seconds=59))
    opens(ann, ago=MINUTE)
    opens(ann, ago=9 * MINUTE)
    opens(reader, ago=MINUTE)
    opens(an_iw_member(name="Elsewhere"), ago=MINUTE, reference="IW-3333-3333")
    assert says(reader) == ["Ann opened this 1 minute ago.", "Sam opened this 14 minutes ago."]
    opens(sam, ago=timedelta(seconds=59))
    assert says(reader)[0] == "Sam opened this less than a minute ago."


def test_only_the_iw_team_is_shown_and_only_to_the_iw_team():
    people = [a_person(role) for role in (Role.AUDITOR, Role.ADMINISTRATOR)]
    for person in people:
        opens(person, ago=MINUTE)
    member = an_iw_member()
    assert says(member) == []
    opens(an_iw_member(), ago=MINUTE)
    assert [len(says(one) or []) for one in (member, *people)] == [1, 0, 0]


@pytest.mark.parametrize("event", ["record_opened", "record_searched"])
def test_who_looks_into_something_is_shown_on_no_item_of_the_record(event):
    found = {"found": True} if event == "record_searched" else {}
    shown, reader = {}, an_iw_member()
    for purpose in Purpose:
        member = an_iw_member(name=f"For {purpose}")
        opens(member, ago=74 * MINUTE, event=event, reference="", purpose=purpose, **found)
        opens(member, ago=2 * MINUTE)
        shown[purpose] = f"For {purpose} opened this 2 minutes ago." in says(reader)
    assert {purpose for purpose, is_shown in shown.items() if not is_shown} == {
        Purpose.AUDIT,
        Purpose.AUDITING,
        Purpose.COMPLAINT,
        Purpose.SUBJECT_ACCESS,
    }


def test_of_a_record_the_openings_for_work_are_shown_and_no_search():
    reader, sam, una = an_iw_member(), an_iw_member(name="Sam"), an_iw_member(name="Una")
    opens(sam, ago=3 * MINUTE, event="record_opened", reference="", purpose="work_item")
    opens(una, ago=3 * MINUTE, event="record_opened", reference="", purpose="complaint")
    opens(
        an_iw_member(), ago=MINUTE, event="record_searched", reference="",
        purpose="phone_call", found=True,
    )  # fmt: skip
    opens(an_iw_member(), ago=MINUTE)
    assert says(reader, reference=RECORD) == ["Sam opened this 3 minutes ago."]


def test_it_takes_two_queries_however_many_have_it_open():
    reader, counts = an_iw_member(), []
    for _ in range(3):
        opens(an_iw_member(), ago=MINUTE)
        with Statements() as asked:
            says(reader)
        counts.append(len(asked))
    assert counts == [2, 2, 2]
