"""A requester with two tabs, an old page or the back button: nothing is sent that was not shown."""

from datetime import timedelta

import pytest
from django.utils import timezone

from brokerage import states
from brokerage.models import AccessRequest
from brokerage.requester import actions
from shielding.web.refusals import WrongState
from tests.brokerage.support.cast import a_cast, a_draft, again, agreed, concluded, in_state, sent
from tests.brokerage.support.requester_posts import (
    DECLARED,
    address,
    answer,
    declared,
    events_of,
    posts,
)
from tests.requests_app.support.desk import main
from tests.support.people import a_practitioner, a_service
from tests.support.requests import a_number

pytestmark = pytest.mark.django_db
CHANGED = "Nothing was sent: the answers changed after you opened the page"


@pytest.fixture
def person():
    service = a_service()
    return a_practitioner(service=service, manager=a_practitioner(service=service))


@pytest.fixture
def draft(person) -> AccessRequest:
    """Return a complete draft of today."""
    today = timezone.localdate()
    soon = {"needed_until": today + timedelta(days=30), "documented_on": today}
    return a_draft(person, now=timezone.now(), **soon)


@pytest.fixture
def signed_in(client, person):
    client.force_login(person)
    return client


def test_sending_twice_ends_at_the_confirmation_both_times(signed_in, draft):
    shown = declared(draft)
    for _ in range(2):
        sent_once = signed_in.post(address(draft, "check"), shown)
        assert (sent_once.status_code, sent_once.url) == (302, address(draft, "sent"))
    assert events_of(draft).count("access_submitted") == 1


@pytest.mark.parametrize("slug", ["record", "need"])
def test_what_changed_in_another_tab_is_shown_before_it_is_sent(signed_in, draft, slug):
    page = signed_in.get(address(draft, "check"))
    shown = DECLARED | {"seen": page.context["form"]["seen"].value()}
    assert f'value="{shown["seen"]}"' in page.content.decode()
    number = a_number()
    typed = {"number": number, "number_again": number, "sought": "message"}
    answer(signed_in, draft, slug, **typed)
    refused = signed_in.post(address(draft, "check"), shown, follow=True)
    assert refused.redirect_chain == [(address(draft, "check"), 302)]
    assert CHANGED in main(refused)
    assert not refused.context["form"].is_bound  # each declaration is ticked anew
    assert again(draft).state == states.DRAFT
    if slug == "need":
        assert "A message passed on" in main(refused)
    else:
        assert again(draft).number_in_clear() == number
    shown["seen"] = refused.context["form"]["seen"].value()
    assert signed_in.post(address(draft, "check"), shown).url == address(draft, "sent")


@pytest.mark.parametrize("seen", [None, "", "yesterday", "2026-03-09T10:00:00", "\0"])
def test_a_page_that_does_not_say_what_it_showed_sends_nothing(signed_in, draft, seen):
    typed = DECLARED if seen is None else DECLARED | {"seen": seen}
    page = signed_in.post(address(draft, "check"), typed)
    assert set(page.context["form"].errors) == {"seen"}
    assert "Open this page again: it is out of date" in main(page)
    assert again(draft).state == states.DRAFT


def test_the_act_compares_it_and_a_sent_request_stays_sent(draft):
    everything, by = frozenset(DECLARED["declared"]), draft.requester
    seen, now = draft.changed_at, timezone.now()
    with pytest.raises(WrongState, match="changed_since"):
        actions.submit(
            draft, declared=everything, by=by, now=now, seen=seen - timedelta(microseconds=1)
        )
    for _ in range(2):
        access = actions.submit(draft, declared=everything, by=by, now=now, seen=seen)
        assert access.submitted_at == now


def test_back_leads_to_the_check_page_once_everything_is_answered(signed_in, draft):
    for slug in posts():
        page = signed_in.get(address(draft, slug))
        assert page.context["back_url"] == address(draft, "check"), slug
    AccessRequest.objects.filter(pk=draft.pk).update(purpose="")
    slugs = ["", *posts()]
    for before, slug in zip(slugs, slugs[1:], strict=False):
        page = signed_in.get(address(draft, slug))
        assert page.context["back_url"] == address(draft, before), slug


def test_the_confirmation_speaks_only_while_the_end_is_to_come(client):
    cast = a_cast()
    client.force_login(cast.requester)
    for access in (sent(cast), agreed(cast)):
        assert "Access request sent" in main(client.get(address(access, "sent")))
        actions.withdraw(access, by=cast.requester, now=timezone.now())
        assert client.get(address(access, "sent")).url == address(access)
    for access in (in_state(cast, states.DECLINED), concluded(cast)):  # published in March
        assert client.get(address(access, "sent")).url == address(access)
