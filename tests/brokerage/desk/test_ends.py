"""Ends at the brokerage desk: every outcome, who was overtaken, what is left when it is over."""

from datetime import timedelta

import pytest
from django.utils import timezone

from brokerage import states
from brokerage.access_request_codes import CHOSEN
from brokerage.desk import actions as desk_actions
from brokerage.line_manager import actions as manager_actions
from brokerage.requester import actions as requester_actions
from shielding import clock
from shielding.accounts.deputies import actions as deputy_actions
from shielding.holds import letting_go
from shielding.web.refusals import WrongState
from tests.brokerage.support.cast import a_cast, again, answered, asking, concluded, say, sent
from tests.brokerage.support.desk import (
    CONFIRMED,
    as_shown,
    forms_on,
    page_of,
    recent,
    record_answer,
    send,
    until,
)
from tests.requests_app.support.desk import at_desk, main
from tests.requests_app.support.posts import on
from tests.support.people import a_practitioner, an_iw_member
from tests.support.undone import undone

pytestmark = pytest.mark.django_db


def test_two_members_at_once_the_second_reads_who_and_when():
    cast = a_cast()
    access = recent(cast)
    seen = access.changed_at.isoformat()
    send(at_desk(cast.member), access, "keep-quiet", reason="police")
    for act, answers in (
        ("ask-sources", {}),
        ("keep-quiet", {"reason": "court"}),
        ("ask-lead", {}),
        ("conclude", {"outcome": "declined"}),
    ):
        late = at_desk(cast.colleague).post(f"{page_of(access)}{act}/", {"seen": seen} | answers)
        assert late.status_code == 409
        assert "Somebody has already acted on this" in main(late)
        assert f"{cast.member.name} kept the access request {access.reference}" in main(late)
    assert again(access).state == states.BEING_BROKERED


def test_nothing_is_owed_by_a_source_once_their_word_no_longer_counts():
    cast = a_cast()
    access = recent(cast, asking)
    say(access, cast.other_source, "will_contact", now=timezone.now())
    browser = at_desk(cast.member)

    def tags():
        cards = browser.get(page_of(access)).context["sources"]
        return {(row.tag, row.colour) for card in cards for row in card.rows[3:4]}

    said = ("The practitioner will contact the requester", "green")
    assert tags() == {("Owed", "yellow"), said}
    for end in (withdrawn, finished, let_go):
        with undone():
            end(again(access), cast)
            assert tags() == {("Not answered", "grey"), said}, end.__name__


def withdrawn(access, cast):
    requester_actions.withdraw(access, by=cast.requester, now=timezone.now())


def finished(access, cast):
    desk_actions.conclude(access, outcome="referred", by=cast.member, now=timezone.now())


def let_go(access, cast):
    hold = access.record.holds.get(source=cast.source)
    parting = letting_go.Parting(True, "told")
    letting_go.withdraw(hold, parting=parting, by=cast.source, now=timezone.now())


def test_the_day_on_which_a_contact_ends_is_not_asked_where_none_is_possible():
    cast = a_cast()
    browser = at_desk(cast.member)
    late = answered(cast)  # of March: until when it was needed is long over
    unheard, over = "A practitioner has not answered: ", "The outcome is read on "
    for access, missing in ((recent(cast, asking), unheard), (late, over)):
        for answers in ({}, {"outcome": "put_in_touch", "seen": ""}, on("granted_until")):
            page = send(browser, access, "conclude", **answers)
            assert page.status_code == 200
            assert "There is a problem" in main(page)
            assert "On which day does the contact end?" not in main(page)
        day = {"granted_until_day": "31", "granted_until_month": "2", "granted_until_year": "1"}
        for typed in ({}, day, until(access)):
            page = send(browser, access, "conclude", outcome="put_in_touch", **typed)
            assert page.status_code == 409
            assert missing in main(page)
        assert again(access).state == states.BEING_BROKERED


def test_the_second_to_decide_reads_who_and_when():
    cast = a_cast()
    access = answered(cast, first="objects")
    answers = as_shown(access) | {"decision": "go_ahead", "reason": "duty"}
    send(at_desk(cast.lead), access, "decide", decision="no_contact", reason="safety")
    late = at_desk(cast.other_lead).post(f"{page_of(access)}decide/", answers)
    assert "Somebody has already acted on this" in main(late)
    assert cast.lead.name in main(late)


def test_what_a_withdrawal_overtook_is_not_concluded():
    cast = a_cast()
    access = recent(cast)
    seen = access.changed_at.isoformat()
    requester_actions.withdraw(access, by=cast.requester, now=timezone.now())
    answers = {"seen": seen, "outcome": "declined"}
    late = at_desk(cast.member).post(f"{page_of(access)}conclude/", answers)
    assert "withdrew the access request" in main(late)
    page = at_desk(cast.member).get(page_of(access))
    assert "The requester withdrew it." in main(page)
    assert forms_on(page) == []


def test_nobody_can_agree_and_what_is_left():
    cast = a_cast()
    access = recent(cast, make=sent)
    cast.manager.is_active = False
    cast.manager.save()
    page = at_desk(cast.member).get(page_of(access))
    assert "Nobody in the directory can agree to this" in main(page)
    words = "the requester reads “The IW Team has finished with this request” from"
    assert f"If you conclude it now, {words}" in main(page)
    assert "and the line manager at once." in main(page)
    assert forms_on(page) == ["conclude"]
    assert 'value="no_longer_needed"' in page.content.decode()
    assert 'value="viewed"' not in page.content.decode()
    refused = send(at_desk(cast.member), access, "conclude", outcome="viewed")
    assert "The line manager has not agreed" in main(refused)
    send(at_desk(cast.member), access, "conclude", outcome="no_longer_needed")
    assert again(access).outcome == "no_longer_needed"


def test_what_a_manager_or_a_deputy_can_agree_to_is_not_the_iw_teams_to_end():
    cast = a_cast()
    access = recent(cast, make=sent)
    page = at_desk(cast.member).get(page_of(access))
    assert forms_on(page) == []
    assert f"It waits for {cast.manager.name}" in main(page)
    refused = send(at_desk(cast.member), access, "conclude", outcome="no_longer_needed")
    assert refused.status_code == 409
    assert "can still agree to this or decline it" in main(refused)
    assert again(access).state == states.WITH_MANAGER


def test_a_deputy_of_a_manager_who_left_decides_and_not_the_iw_team():
    cast = a_cast()
    access = recent(cast, make=sent)
    head = a_practitioner(service=cast.manager.service)
    a_practitioner(service=cast.manager.service, manager=head)
    stands_in_today(cast.manager, head)
    cast.manager.is_active = False
    cast.manager.save()
    page = at_desk(cast.member).get(page_of(access))
    assert forms_on(page) == []
    assert f"It waits for {head.name}" in main(page)
    with pytest.raises(WrongState, match="outcome_too_early"):
        desk_actions.conclude(
            access, outcome="no_longer_needed", by=cast.member, now=timezone.now()
        )


def stands_in_today(manager, deputy):
    now = timezone.now()
    day = clock.today(now)
    by = an_iw_member()
    deputy_actions.name_deputy(manager, deputy, first_day=day, last_day=day, by=by, now=now)


def test_a_declined_one_shows_why_and_offers_nothing_but_the_text():
    cast = a_cast()
    access = manager_actions.decline(
        recent(cast, make=sent), reason="talk_first", by=cast.manager, now=timezone.now()
    )
    page = at_desk(cast.member).get(page_of(access))
    assert "We have to talk about it first" in main(page)
    assert forms_on(page) == []


def test_every_outcome_is_concluded_or_says_what_it_needs():
    cast = a_cast()
    access = recent(cast)
    send(at_desk(cast.member), access, "ask-sources")
    for liaison in access.liaisons.all():
        record_answer(at_desk(cast.member), liaison, answer="will_contact", **CONFIRMED)
    # Who wrote the answers down concludes nothing on them.
    browser = at_desk(cast.colleague)
    needs = {
        "put_in_touch": "No practitioner agreed to that.",
        "no_answer": "Only where every practitioner was asked and none answered.",
    }
    for outcome in CHOSEN:
        with undone():
            page = send(browser, access, "conclude", outcome=outcome.value, **until(access))
            if outcome in needs:
                assert needs[outcome] in main(page)
                assert again(access).state == states.BEING_BROKERED
            else:
                assert again(access).outcome == outcome


def test_what_was_needed_until_before_it_could_be_read_grants_nothing():
    cast = a_cast()
    access = answered(cast)  # needed until a day that has passed
    page = at_desk(cast.member).get(page_of(access))
    assert "they ask again" in main(page)
    assert 'value="source_will_contact"' not in page.content.decode().partition("conclude")[2]
    page = send(
        at_desk(cast.member), access, "conclude", outcome="source_will_contact", **until(access)
    )
    assert again(access).state == states.BEING_BROKERED


def test_what_a_source_said_after_the_end_is_not_recorded():
    cast = a_cast()
    access = concluded(cast)
    liaison = access.liaisons.first()
    refused = record_answer(at_desk(cast.member), liaison, answer="objects", **CONFIRMED)
    assert refused.status_code == 409
    assert forms_on(at_desk(cast.member).get(page_of(access))) == []


def test_who_is_newly_granted_reads_why_not_and_who_may():
    cast = a_cast()
    access = recent(cast)
    new = an_iw_member(second_person_from=timezone.now() + timedelta(hours=3))
    page = at_desk(new).get(page_of(access))
    assert "Your role or sign-in changed less than 24 hours ago, so another member" in main(page)
    assert cast.member.name in main(page)
    assert forms_on(page) == []


def test_when_no_lead_can_decide_it_is_said():
    cast = a_cast()
    access = answered(cast, first="objects")
    for lead in (cast.lead, cast.other_lead):
        lead.is_lead = False
        lead.save()
    page = at_desk(cast.member).get(page_of(access))
    assert "No IW lead can decide this" in main(page)
    assert "conclude" in forms_on(page)


def test_a_source_who_says_it_in_person_is_shown_so():
    cast = a_cast()
    access = asking(cast)
    say(access, cast.source, "will_contact")
    text = main(at_desk(cast.member).get(page_of(access)))
    assert "The practitioner will contact the requester" in text
    assert "On the practitioner’s confirmed word" not in text
