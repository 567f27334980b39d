"""What of a leaver's requests goes to a colleague, and what never does."""

from datetime import timedelta

import pytest
from django.utils import timezone

from logbook.models import Entry
from requests_app.models import Request
from requests_app.practitioner import actions
from shielding.holds import letting_go
from shielding.models import Hold
from tests.requests_app.practitioner.support.answers import LEFT, NEEDED
from tests.requests_app.support import cast as stories
from tests.requests_app.support.posts import address
from tests.support import hand_overs
from tests.support.people import a_practitioner
from tests.support.requests import NOW, a_draft, a_request, first_review_concluded
from tests.support.shielded_records import GONE

pytestmark = pytest.mark.django_db


def hand_over(cast):
    hand_overs.hand_over(cast.owner, to=cast.colleague, by=cast.member, now=stories.LATER)


MOVES = {
    stories.draft: True,
    stories.discarded: False,
    stories.submitted: True,
    stories.returned: True,
    stories.proposed: True,
    stories.agreed: True,
    stories.applied: True,
    stories.not_agreed: True,  # the family is not yet spoken of
    stories.considered: True,
    stories.look_again: True,
    stories.settled: True,  # promised to tell the family
    stories.let_go: True,  # its first review is not concluded
    stories.phoned: True,
    stories.confirmed: True,
    stories.disowned: False,
    stories.returned_disowned: False,
}


@pytest.mark.parametrize(
    ("story", "moves"), MOVES.items(), ids=lambda one: getattr(one, "__name__", "")
)
def test_what_is_not_at_its_end_goes_to_the_colleague(story, moves):
    cast = stories.a_cast()
    request = story(cast)
    hand_over(cast)
    request = Request.objects.get(pk=request.pk)
    assert request.practitioner == (cast.colleague if moves else cast.owner)
    entries = Entry.objects.filter(event="request_handed_over")
    assert [entry.reference for entry in entries] == ([request.reference] if moves else [])
    if moves:
        assert str(cast.owner.uid) in entries[0].facts
        assert str(cast.colleague.uid) in entries[0].facts


def test_what_is_at_its_end_stays():
    cast = stories.a_cast()
    request = stories.not_agreed(cast)
    letting_go.say_family(request.hold, family="told", by=cast.owner, now=NOW)
    gone = stories.agreed(cast)
    first_review_concluded(gone, by=cast.member)
    letting_go.withdraw(gone.hold, parting=GONE, by=cast.owner, now=NOW)
    hand_over(cast)
    assert set(Request.objects.values_list("practitioner", flat=True)) == {cast.owner.pk}


def test_more_drafts_than_one_may_start_are_handed_over_all_the_same():
    cast = stories.a_cast()
    for person in (cast.owner, cast.colleague):
        for _ in range(actions.MOST_DRAFTS // 2 + 1):
            actions.start_draft(by=person, now=NOW)
    hand_over(cast)
    assert Request.objects.drafts_of(cast.colleague).count() == 2 * (actions.MOST_DRAFTS // 2 + 1)


def test_the_colleague_goes_on_where_the_leaver_stopped(client):
    cast, now = stories.a_cast(), timezone.now()
    draft = a_draft(cast.owner)
    kept = a_request(cast.owner, now=now - timedelta(days=1))
    gone = a_request(cast.owner, now=now)
    hand_over(cast)
    client.force_login(cast.owner)
    assert client.get(address(kept)).status_code == 404
    client.force_login(cast.colleague)
    assert client.get(address(draft, "check")).status_code == 200
    assert client.post(address(kept, "review"), NEEDED).url == address(kept)
    assert client.post(address(gone, "withdraw"), LEFT).url == address(gone)
    assert Hold.objects.standing().get().source == cast.colleague
    draft.refresh_from_db()
    assert actions.submit(draft, by=cast.colleague, now=now).hold.source == cast.colleague


def test_a_phoned_request_is_confirmed_by_the_colleague():
    cast = stories.a_cast()
    request = stories.phoned_answered(cast)
    hand_over(cast)
    request = actions.confirm_phoned(request, by=cast.colleague, now=stories.LATER)
    assert Hold.objects.get().source == cast.colleague


def test_a_stranger_of_another_service_gets_nothing():
    cast = stories.a_cast()
    stories.submitted(cast)
    with pytest.raises(Exception, match="not_a_colleague"):
        hand_overs.hand_over(cast.owner, to=a_practitioner(), by=cast.member, now=NOW)
    assert Request.objects.get().practitioner == cast.owner
