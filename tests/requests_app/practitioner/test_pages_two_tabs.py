"""A practitioner with two tabs, or an old page: nothing is sent that was not shown."""

import re
from datetime import timedelta

import pytest

from requests_app import questions, states
from requests_app.desk import actions as desk_actions
from requests_app.practitioner import actions
from shielding.web.refusals import ChangedSince, WrongState
from tests.requests_app.practitioner.support.own_requests import returned
from tests.requests_app.support.posts import (
    DECLARED,
    address,
    answer,
    entries_of,
    sheet_post,
)
from tests.support.people import an_iw_member
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


@pytest.mark.parametrize(
    ("ground", "other"), [("abuse", "abduction"), ("forced_marriage", "honour")]
)
def test_points_of_a_ground_that_changed_in_another_tab_are_refused(
    signed_in, person, ground, other
):
    """Also where the other ground has points of the same codes."""
    draft = a_written_draft(person, ground=ground)
    page = signed_in.get(address(draft, "decision"))
    assert f'name="points_of" value="{ground}"' in page.text
    old = sheet_post(draft, "decision") | {"points_of": ground}
    answer(signed_in, draft, "ground", ground=other)
    refused = signed_in.post(address(draft, "decision"), old)
    said = "The ground is another one by now: consider each of its points, then tick it"
    assert refused.context["form"].errors == {"points": [said]}
    draft.refresh_from_db()
    assert (draft.ground, draft.points) == (other, [])
    # A page of before the upgrade does not say of which ground its points are.
    unsaid = sheet_post(draft, "decision")
    del unsaid["points_of"]
    refused = signed_in.post(address(draft, "decision"), unsaid)
    assert refused.context["form"].errors == {"points": [said]}
    draft.refresh_from_db()
    assert draft.points == []
    # The page that is shown now is of the new ground.
    assert f'name="points_of" value="{other}"' in refused.text
    # And the act asks under its lock whether the ground is the one that was shown.
    stale = type(draft).objects.get(pk=draft.pk)
    stale.ground = ground
    with pytest.raises(WrongState, match="ground_changed"):
        actions.save_answers(
            stale, questions.PAGE["points"], values={"points": ["police"]}, by=person, now=NOW
        )


def test_shield_is_not_decided_on_a_page_from_before_a_yes_to_what_is_no_ground(
    signed_in, person, draft
):
    """On whichever sheet the "yes" was given: that page proposed nothing."""
    page = signed_in.get(address(draft, "decision"))
    assert 'name="no_ground_shown" value="' not in page.text
    old = sheet_post(draft, "decision") | {"decision": "shield"}
    answer(signed_in, draft, "ground", not_grounds=["well_known"])
    for nothing in ({}, {"no_ground_shown": ""}, {"no_ground_shown": "\x00"}):
        refused = signed_in.post(address(draft, "decision"), old | nothing)
        said = (
            "Something that is no ground was selected since you opened this page: read what is "
            "said here about it, then decide again"
        )
        assert refused.context["form"].errors == {"decision": [said]}
        draft.refresh_from_db()
        assert draft.decision == ""
        # What was chosen is still there, and the page that is shown now shows the "yes".
        assert re.search(r'value="shield"[^>]*checked', refused.text)
        assert 'name="no_ground_shown" value="yes"' in refused.text
    # *Considered* is what was proposed; and who has seen it may still decide to shield.
    assert answer(signed_in, draft, "decision", **old | {"decision": "considered"})
    assert answer(signed_in, draft, "decision", **old | {"no_ground_shown": "yes"})
    draft.refresh_from_db()
    assert draft.decision == "shield"
    # And the act asks under its lock whether the "yes" was there.
    stale = type(draft).objects.get(pk=draft.pk)
    stale.not_grounds = []
    with pytest.raises(WrongState, match="no_ground_since"):
        actions.save_answers(
            stale, questions.PAGE["decision"], values={"decision": "shield"}, by=person, now=NOW
        )


def test_an_old_page_does_not_pass_over_what_is_fixed_by_now(signed_in, draft):
    """Number, decision and reason of a page that was opened before the request was sent."""
    old = {slug: sheet_post(draft, slug) for slug in ("record", "decision", "done")}
    signed_in.post(address(draft, "check"), shown(signed_in.get(address(draft, "check"))))
    draft.refresh_from_db()
    desk_actions.return_with_query(
        draft, query="points", seen=draft.changed_at, by=an_iw_member(), now=NOW
    )
    before = type(draft).objects.filter(pk=draft.pk).values().get()
    for slug in ("record", "decision"):
        assert signed_in.post(address(draft, slug), old[slug]).status_code == 409
    assert type(draft).objects.filter(pk=draft.pk).values().get() == before
    # What is open of them is asked, and saved: where it comes from, the points, the manager.
    asked = {
        sheet.slug: [page.slug for page in questions.shown(sheet, draft)]
        for sheet in questions.SHEETS
    }
    draft.refresh_from_db()
    for slug, parts in (("record", ["origin"]), ("decision", ["points", "manager"])):
        form = signed_in.get(address(draft, slug)).context["form"]
        assert [part.slug for part in form.parts] == parts == asked[slug]
        answer(signed_in, draft, slug)
    assert signed_in.post(address(draft, "done"), old["done"]).status_code == 302


def test_an_old_page_does_not_answer_what_is_asked_no_more(signed_in, draft):
    """What was done about a shield, after another window decided that there is none."""
    old = sheet_post(draft, "done")
    answer(signed_in, draft, "decision", decision="considered")
    assert signed_in.post(address(draft, "done"), old).status_code == 409
    assert answer(signed_in, draft, "done") == address(draft, "check")
    draft.refresh_from_db()
    assert (draft.own_system, draft.siblings_considered) == ("", False)
