"""A request that was taken over from a file: agreed, without a first review, on every page."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from logbook.days import clock_now
from requests_app.desk import actions as desk_actions
from requests_app.hand_over import in_hand
from requests_app.models import Request
from requests_app.practitioner.letters import printable
from shielding.accounts.models import User
from shielding.holds.hand_over.actions import holds_in_hand
from shielding.models import Hold, Review
from shielding.reviews import actions as reviews
from shielding.web.refusals import WrongState
from tests.requests_app.go_live.support.files import a_file, a_row, taken_over
from tests.requests_app.support.desk import at_desk, main
from tests.support import hand_overs
from tests.support.people import a_practitioner, a_service, an_iw_member
from tests.support.replay import replay
from tests.support.shielded_records import let_go

pytestmark = pytest.mark.django_db


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def member() -> User:
    return an_iw_member()


@pytest.fixture
def taken(member) -> Request:
    """A request with *another reason*, whose practitioner has a manager and a colleague."""
    service = a_service()
    manager = a_practitioner(service=service)
    person = a_practitioner(service=service, manager=manager)
    taken_over(a_file(a_row(person, ground="other")), one=an_iw_member(), two=member)
    return Request.objects.select_related("hold", "record", "practitioner").get()


def test_its_practitioner_reads_what_is_so_and_is_offered_what_can_be_done(taken):
    person = taken.practitioner
    client = signed_in(person)
    page = main(client.get(reverse("request_detail", args=[taken.reference])))
    assert "You asked for this shield before this service was there" in page
    assert "The IW Team took it over" in page
    for never in (
        "You sent it",
        "You started it",
        "Not answered yet",
        "Show the record number",
        "Letters to print",
        "I have told other professionals",
        "and checked",
        "Start another request with these answers",
    ):
        assert never not in page
    for may in ("Withdraw this request", "Ask for a review", "Next six-monthly review"):
        assert may in page
    assert printable(person, taken, clock_now()) == []
    number = client.post(reverse("request_number", args=[taken.reference]))
    assert number.status_code == 403
    for duty in ("review", "professionals", "family", "drafts"):
        listed = main(client.get(f"{reverse('request_list')}?show={duty}"))
        assert taken.reference not in listed
    assert "None: taken over" in main(client.get(reverse("request_list")))
    home = main(client.get(reverse("home")))
    assert taken.reference in home
    again = client.post(reverse("request_again", args=[taken.reference]), follow=True)
    assert again.status_code == 200
    client.get(reverse("request_sent", args=[taken.reference]), follow=True)


def test_at_the_desk_nothing_is_owed_on_it(taken, member):
    desk = at_desk(an_iw_member())
    page = main(desk.get(reverse("desk_request", args=[taken.reference])))
    assert "None: taken over from a file" in page
    assert member.name in page
    for tab in ("to_shield", "to_decide", "to_conclude", "to_phone", "open", "phoned"):
        assert taken.reference not in main(desk.get(f"{reverse('desk_queue')}?tab={tab}"))
    overdue = desk.get(f"{reverse('desk_queue')}?tab=open&due=overdue")
    assert taken.reference not in main(overdue)
    assert taken.phone_by is None
    with pytest.raises(WrongState):
        desk_actions.conclude_let_go(
            taken, no_duplicate=True, seen=taken.changed_at, by=an_iw_member(), now=clock_now()
        )


def test_once_withdrawn_it_has_no_first_review_to_conclude_and_is_in_nobodys_hand(taken):
    now = clock_now()
    let_go(taken.hold, now=now)
    Hold.objects.update(family="told", family_at=now, family_by=taken.practitioner)
    desk = at_desk(an_iw_member())
    page = main(desk.get(reverse("desk_request", args=[taken.reference])))
    assert "Conclude" not in page
    assert taken.reference not in main(desk.get(f"{reverse('desk_queue')}?tab=open"))
    taken.refresh_from_db()
    with pytest.raises(WrongState, match="no_first_review"):
        desk_actions.conclude_let_go(
            taken, no_duplicate=True, seen=taken.changed_at, by=an_iw_member(), now=now
        )
    assert dict(in_hand(taken.practitioner)) == {
        "Drafts": 0,
        "Requests sent and still open": 0,
    }
    own = reverse("request_detail", args=[taken.reference])
    page = main(signed_in(taken.practitioner).get(own))
    assert "no longer asks" in page


def test_it_goes_to_a_colleague_with_its_hold_and_is_reviewed_by_its_own_day(taken, member):
    colleague = a_practitioner(service=taken.service)
    now = clock_now()
    hand_overs.hand_over(taken.practitioner, to=colleague, by=an_iw_member(), now=now)
    taken.refresh_from_db()
    assert taken.practitioner == colleague == Hold.objects.get().source
    assert [hold.pk for hold in holds_in_hand(colleague)] == [taken.hold_id]
    reviews.open_due_reviews(now)
    review = Review.objects.get()
    assert (review.kind, review.due) == ("record", taken.hold.review_due)
    page = main(signed_in(colleague).get(reverse("request_review", args=[taken.reference])))
    assert "still needed" in page.lower()
    assert replay()[0] == []


def test_one_that_waits_for_a_look_is_attested_as_any(member):
    person = a_practitioner()
    taken_over(a_file(a_row(person)), one=an_iw_member(), two=member)
    # As it is where somebody was to look first.
    Hold.objects.update(applied_at=None, applied_by=None)
    taken = Request.objects.get()
    desk = at_desk(an_iw_member())
    assert taken.reference in main(desk.get(f"{reverse('desk_queue')}?tab=to_shield"))
    page = main(signed_in(person).get(reverse("request_detail", args=[taken.reference])))
    assert "Until this page says that it is applied" in page
    desk_actions.attest_applied_for_request(
        taken,
        checked_on=clock_now().date(),
        no_duplicate=True,
        by=an_iw_member(),
        now=clock_now() + timedelta(minutes=1),
    )
    assert Hold.objects.get().applied_at is not None
