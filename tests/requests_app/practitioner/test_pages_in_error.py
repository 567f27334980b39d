"""The page on which a source takes back what was entered in error; and the IW Team's."""

import pytest
from django.urls import reverse
from django.utils import timezone

from requests_app.models import Request
from requests_app.practitioner.letters import printable
from tests.requests_app.support import cast as stories
from tests.requests_app.support.desk import at_desk, main
from tests.requests_app.support.posts import address
from tests.support.shielded_records import place

pytestmark = pytest.mark.django_db


def test_it_offers_a_request_with_the_same_answers_first():
    cast = stories.a_cast()
    request = stories.submitted(cast)
    owner = at_desk(cast.owner)
    assert "The number was wrong, or it is about another child" in main(owner.get(address(request)))
    page = owner.get(address(request, "in-error")).content.decode()
    again = f"{reverse('request_again', args=[request.reference])}?instead="
    take_back = "Take this request back"
    assert again in page
    assert page.index(again) < page.index(take_back)
    assert "family" not in main(owner.get(address(request, "in-error"))).lower()


def test_taken_back_it_is_let_go_and_there_is_no_letter_to_print():
    cast = stories.a_cast()
    request = stories.applied(cast)
    owner = at_desk(cast.owner)
    page = owner.post(address(request, "in-error"), {"in_error": "on"}, follow=True)
    assert "This request no longer asks for the record to be shielded." in main(page)
    request = Request.objects.get(pk=request.pk)
    assert not request.still_asks
    assert printable(cast.owner, request, stories.LATER) == []
    assert not Request.objects.end_to_tell(cast.owner).exists()


def test_without_the_tick_twice_and_for_a_stranger():
    cast = stories.a_cast()
    request = stories.submitted(cast)
    owner = at_desk(cast.owner)
    missing = owner.post(address(request, "in-error"), {})
    assert 'id="id_in_error_error"' in missing.content.decode()
    assert Request.objects.get(pk=request.pk).still_asks
    assert at_desk(cast.colleague).get(address(request, "in-error")).status_code == 404
    owner.post(address(request, "in-error"), {"in_error": "on"})
    again = owner.post(address(request, "in-error"), {"in_error": "on"}, follow=True)
    assert "There is nothing to take back here." in main(again)


def read(*, others):
    """Return what a source reads before and after, without own reference and manager."""
    cast = stories.a_cast()
    request = stories.applied(cast)
    if others:
        place(request.record, now=stories.LATER)
    owner = at_desk(cast.owner)
    before = main(owner.get(address(request, "in-error")))
    after = main(owner.post(address(request, "in-error"), {"in_error": "on"}, follow=True))
    own = ((request.reference, "IW-XXXX-XXXX"), (cast.manager.name, "Their Manager"))
    for name, instead in own:
        before, after = before.replace(name, instead), after.replace(name, instead)
    return [before, after]


def test_what_the_source_reads_is_the_same_whoever_else_asks(monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: stories.LATER)
    alone = read(others=False)
    assert "no longer asks" in alone[1]
    assert read(others=True) == alone


def test_the_iw_team_records_it_on_their_word():
    cast = stories.a_cast()
    request = stories.applied(cast)
    member = at_desk(cast.member)
    page = reverse("hold_in_error", args=[request.hold.reference])
    record = reverse("record_detail", args=[request.record.reference])
    assert page in member.get(record).content.decode()
    assert 'id="id_in_error_error"' in member.post(page, {}).content.decode()
    done = member.post(page, {"in_error": "on"}, follow=True)
    assert "is taken back: it was entered in error" in main(done)
    assert "Entered in error: there was nothing to tell them" in main(done)
    assert member.get(page).status_code == 302
    assert member.post(page, {"in_error": "on"}).status_code == 409
