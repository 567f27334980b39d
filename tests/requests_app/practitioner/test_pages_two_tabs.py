"""A practitioner with two tabs, or an old page: nothing is sent that was not shown."""

from datetime import timedelta

import pytest

from requests_app import states
from requests_app.practitioner import actions
from shielding.web.refusals import ChangedSince
from tests.requests_app.practitioner.support.own_requests import returned
from tests.requests_app.support.posts import DECLARED, address, answer, entries_of
from tests.support.requests import NOW, a_written_draft

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(person):
    return a_written_draft(person)


def shown(page):
    """Return what a check page posts back, each declaration ticked."""
    return DECLARED | {"seen": page.context["form"]["seen"].value()}


def test_what_changed_in_another_tab_is_shown_before_it_is_sent(signed_in, draft):
    check = address(draft, "check")
    page = signed_in.get(check)
    posted = shown(page)
    assert f'value="{posted["seen"]}"' in page.text
    answer(signed_in, draft, "lead-professional", lead_professional="none")
    refused = signed_in.post(check, posted, follow=True)
    assert refused.redirect_chain == [(check, 302)]
    assert "Nothing was sent: the answers changed after you opened the page" in refused.text
    assert not refused.context["form"].is_bound  # each declaration is ticked anew
    draft.refresh_from_db()
    assert (draft.state, draft.lead_professional) == (states.DRAFT, "none")
    assert signed_in.post(check, shown(refused)).url == address(draft, "sent")


def test_sending_twice_ends_at_the_confirmation_both_times(signed_in, draft):
    posted = shown(signed_in.get(address(draft, "check")))
    for _ in range(2):
        assert signed_in.post(address(draft, "check"), posted).url == address(draft, "sent")
    assert entries_of(draft).count("request_submitted") == 1


def test_the_act_compares_what_was_seen_under_its_lock(person, draft):
    with pytest.raises(ChangedSince):
        actions.submit(draft, by=person, now=NOW, seen=draft.changed_at - timedelta(seconds=1))
    assert actions.submit(draft, by=person, now=NOW, seen=draft.changed_at).submitted_at == NOW


def test_a_page_of_one_that_was_sent_says_nothing_of_when_it_changed(signed_in, person, member):
    request = returned(person, member)
    page = signed_in.get(address(request, "check"))
    assert not page.context["form"]["seen"].value()
    assert request.changed_at.isoformat() not in page.text
