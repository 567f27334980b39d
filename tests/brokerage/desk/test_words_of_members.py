"""What stands on one member's word alone: another concludes, and reads whose word it is."""

import pytest
from django.db import transaction
from django.utils import timezone

from brokerage import policies, states
from brokerage.access_request_codes import DISCLOSING
from brokerage.desk import actions as desk_actions
from brokerage.models import AccessRequest, Liaison
from brokerage.source import actions as source_actions
from logbook.models import Entry
from shielding import clock
from shielding.accounts import role_grants, suspending
from shielding.accounts.models import User
from shielding.holds import letting_go
from shielding.web.refusals import WrongState
from tests.brokerage.source.support.heard import asked_of_a_service
from tests.brokerage.support.cast import ASKED, DAY, a_cast, again, asking, say
from tests.brokerage.support.desk import (
    CONFIRMED,
    forms_on,
    page_of,
    recent,
    record_answer,
    send,
    until,
)
from tests.brokerage.support.family import CONTENT, family_said
from tests.requests_app.support.desk import at_desk, main
from tests.support import hand_overs
from tests.support.people import a_practitioner, an_administrator, grant_at_the_server

pytestmark = pytest.mark.django_db
BARRED = "You wrote down what a practitioner said by phone, or that they were silent"
GONE = "has left the IW Team since (for good or for a time)"
LATER = ASKED + 4 * DAY
TAKEN = {"source_will_contact": "will_contact", "put_in_touch": "give_contact"}


def a_scene():
    cast = a_cast()
    return cast, asking(cast)


@pytest.fixture
def access(scene):
    """A request whose two sources were asked."""
    return scene[1]


def of(access: AccessRequest, source: User) -> Liaison:
    return access.liaisons.get(hold__source=source)


def write_down(access, source, answer, *, by, now=ASKED):
    return source_actions.answer(
        of(access, source), answer=answer, family=family_said(answer), by=by, now=now
    )


def one_written_down(cast, access, *, by=None):
    """Let a member write down what one source says, and the other answer themself."""
    write_down(access, cast.source, "will_contact", by=by or cast.member)
    say(access, cast.other_source, "will_contact")


def missing(access, by, outcome="viewed", now=ASKED):
    return policies.missing_for(again(access), outcome, now, by=by)


def suspend(person):
    User.objects.filter(pk=person.pk).update(is_active=False)


# --- Who wrote it down ----------------------------------------------------------------------------


@pytest.mark.parametrize("outcome", DISCLOSING)
def test_who_wrote_an_offer_down_concludes_nothing_that_discloses(cast, outcome):
    access = recent(cast, asking)
    said = TAKEN.get(outcome, "will_contact")
    browser, other = at_desk(cast.member), at_desk(cast.colleague)
    for source in (cast.source, cast.other_source):
        write_down(access, source, said, by=cast.member, now=timezone.now())
    page = browser.get(page_of(access))
    assert f"{BARRED}: another member of the IW Team concludes. These can: " in main(page)
    assert cast.colleague.name in main(page).partition("These can: ")[2]
    choice = f'value="{outcome}"'
    assert choice not in page.text.partition("What is the outcome?")[2]
    refused = send(browser, access, "conclude", outcome=outcome, **until(access))
    assert refused.status_code == 409
    assert BARRED in main(refused)
    assert again(access).state == states.BEING_BROKERED
    assert not Entry.objects.filter(event="access_concluded").exists()
    assert choice in other.get(page_of(access)).text.partition("What is the outcome?")[2]
    send(other, access, "conclude", outcome=outcome, **until(access))
    assert (again(access).outcome, again(access).concluded_by) == (outcome, cast.colleague)


def test_the_act_refuses_it_without_a_page(cast, access):
    one_written_down(cast, access)
    with pytest.raises(WrongState, match="outcome_too_early"):
        desk_actions.conclude(access, outcome="viewed", by=cast.member, now=ASKED)
    assert again(access).outcome == ""
    desk_actions.conclude(access, outcome="viewed", by=cast.colleague, now=ASKED)


def test_what_discloses_nothing_is_theirs_to_conclude(cast, access):
    one_written_down(cast, access)
    for outcome in ("declined", "referred", "no_brokerage_needed", "no_longer_needed"):
        assert missing(access, cast.member, outcome) == ""
    desk_actions.conclude(access, outcome="declined", by=cast.member, now=ASKED)


def test_one_word_written_down_bars_from_what_another_source_said_themself(cast, access):
    """The written word is also that nobody objects: no contact stands on the other alone."""
    write_down(access, cast.source, "give_contact", by=cast.member)
    say(access, cast.other_source, "will_contact")
    assert BARRED in missing(access, cast.member, "source_will_contact")
    assert missing(access, cast.colleague, "source_will_contact") == ""


def test_two_who_each_wrote_one_down_need_a_third(cast, access):
    write_down(access, cast.source, "will_contact", by=cast.member)
    write_down(access, cast.other_source, "will_contact", by=cast.colleague)
    both = (cast.member, cast.colleague)
    third = User.objects.iw_team().exclude(pk__in=[one.pk for one in both])
    names = ", ".join(third.order_by("name").values_list("name", flat=True))
    for person in both:
        words = missing(access, person)
        assert BARRED in words
        assert words.endswith(f"These can: {names}.")
    # A lead who decides nothing here may be the third.
    assert missing(access, cast.lead) == ""


def test_where_nobody_else_is_free_the_page_says_what_can_be_done(cast, access):
    one_written_down(cast, access)
    User.objects.iw_team().exclude(pk=cast.member.pk).update(is_active=False)
    words = missing(access, cast.member)
    assert "Nobody can at the moment." in words
    assert "answer on their own page" in words
    assert "after 24 hours" in words


def test_a_member_of_an_hour_ago_is_not_the_second(cast, access):
    one_written_down(cast, access)
    later = ASKED + DAY / 2
    others = User.objects.iw_team().exclude(pk__in=[cast.member.pk, cast.colleague.pk])
    others.update(second_person_from=later)
    assert f"These can: {cast.colleague.name}." in missing(access, cast.member)


def test_an_objection_written_down_bars_nobody_from_what_the_lead_decided(cast, access):
    write_down(access, cast.source, "objects", by=cast.member)
    say(access, cast.other_source, "will_contact")
    decide(access, cast.lead)
    assert missing(access, cast.member) == ""


def test_the_lead_is_not_the_second_and_who_wrote_it_down_is_not_either(cast, access):
    say(access, cast.other_source, "objects")
    write_down(access, cast.source, "will_contact", by=cast.member)
    decide(access, cast.lead)
    assert BARRED in missing(access, cast.member, "source_will_contact")
    assert cast.lead.name not in missing(access, cast.member, "source_will_contact")
    assert missing(access, cast.colleague, "source_will_contact") == ""


def decide(access, lead, decision="go_ahead", reason="safe_way", now=ASKED):
    return desk_actions.decide_as_lead(
        again(access), decision=decision, reason=reason, by=lead, now=now
    )


def test_what_was_let_go_or_handed_over_since_is_no_word_any_more(cast, access):
    one_written_down(cast, access)
    hold = of(access, cast.source).hold
    parting = letting_go.Parting(True, "told")
    letting_go.withdraw(hold, parting=parting, by=cast.source, now=ASKED)
    assert missing(access, cast.member) == ""
    other = asking(a_second := a_cast())
    one_written_down(a_second, other)
    heir = a_practitioner(service=a_second.source.service)
    source = User.objects.get(pk=a_second.source.pk)
    hand_overs.hand_over(source, to=heir, by=a_second.colleague, now=ASKED)
    say(other, heir, "will_contact", now=ASKED + DAY)
    assert missing(other, a_second.member, now=ASKED + DAY) == ""


def test_a_new_request_is_a_new_word(cast, access):
    """An extension is a new request: who wrote it down last time may conclude what was said now."""
    one_written_down(cast, access)
    number = access.record.number_in_clear()
    assert BARRED in missing(access, cast.member)
    second = asking(cast, number=number, now=ASKED + DAY)
    for source in (cast.source, cast.other_source):
        say(second, source, "will_contact", now=ASKED + DAY)
    assert missing(second, cast.member, now=ASKED + DAY) == ""


# --- Silence --------------------------------------------------------------------------------------


def test_silence_where_no_account_was_asked_is_one_member_s_word_too(cast):
    """Nobody else can know whether anybody phoned."""
    cast, access, liaison, _ = asked_of_a_service(lambda cast: cast.source)
    source_actions.answer(liaison, answer="no_answer", by=cast.member, now=LATER)
    desk_actions.ask_lead(again(access), by=cast.member, now=LATER)
    decide(access, cast.lead, now=LATER)
    assert BARRED in missing(access, cast.member, now=LATER)
    assert missing(access, cast.colleague, now=LATER) == ""
    # What it is called is theirs to conclude.
    assert missing(access, cast.member, "no_answer", now=LATER) == ""


def test_silence_of_a_source_with_an_account_is_nobody_s_word(cast, access):
    """They were asked by mail, and their page still takes their answer."""
    say(access, cast.source, "will_contact")
    write_down(access, cast.other_source, "no_answer", by=cast.member, now=LATER)
    assert missing(access, cast.member, now=LATER) == ""
    suspend(cast.other_source)
    assert BARRED in missing(access, cast.member, now=LATER)


# --- Said by the source themself, afterwards ------------------------------------------------------


@pytest.mark.parametrize("said", ["will_contact", "give_contact"])
def test_a_source_says_themself_what_was_written_down(cast, access, said):
    one_written_down(cast, access)
    liaison, theirs = of(access, cast.source), at_desk(cast.source)
    page = theirs.get(f"/access/questions/{liaison.reference}/")
    assert "wrote this answer down from a phone call" in main(page)
    assert cast.member.name not in main(page)
    theirs.post(f"/access/questions/{liaison.reference}/answer/", {"answer": said, **CONTENT})
    liaison.refresh_from_db()
    assert (liaison.answer, liaison.answered_by, liaison.on_word) == (said, cast.source, False)
    assert missing(access, cast.member, now=timezone.now()) == ""
    # Once it is theirs, only an objection takes its place.
    page = theirs.get(f"/access/questions/{liaison.reference}/")
    assert "What is your answer?" not in main(page)
    assert "wrote this answer down" not in main(page)
    late = theirs.post(
        f"/access/questions/{liaison.reference}/answer/", {"answer": "objects", **CONTENT}
    )
    assert late.status_code == 409


def test_a_source_objects_where_a_member_wrote_an_offer_down(cast, access):
    one_written_down(cast, access)
    say(access, cast.source, "objects")
    assert again(access).state == states.WITH_LEAD


def test_no_member_writes_over_what_another_wrote_down(cast, access):
    one_written_down(cast, access)
    for person in (cast.member, cast.colleague):
        with pytest.raises(WrongState, match="answered"):
            write_down(access, cast.source, "give_contact", by=person)


# --- Who acted first is read again ----------------------------------------------------------------


@pytest.mark.parametrize("how", [{"is_active": False}, {"role": "auditor"}])
def test_a_word_falls_away_with_who_wrote_it_down_and_is_recorded_anew(cast, access, how):
    one_written_down(cast, access)
    with transaction.atomic():
        User.objects.filter(pk=cast.member.pk).update(**how)
        if "role" in how:
            grant_at_the_server(User.objects.get(pk=cast.member.pk))
    for person in (cast.colleague, cast.lead):
        assert GONE in missing(access, person)
    browser = at_desk(cast.colleague)
    assert forms_on(browser.get(page_of(access))).count("answers") == 2
    record_answer(browser, of(access, cast.source), answer="will_contact", **CONFIRMED)
    assert of(access, cast.source).answered_by == cast.colleague
    assert BARRED in missing(access, cast.colleague, now=timezone.now())
    assert missing(access, cast.lead, now=timezone.now()) == ""


def stop_and_let_in(person):
    suspending.suspend(person, by=an_administrator(), now=ASKED + DAY)
    suspending.reactivate(person, by=an_administrator(), now=ASKED + DAY)


def test_once_it_fell_away_it_counts_no_more_though_they_are_let_in_again(cast, access):
    one_written_down(cast, access)
    stop_and_let_in(cast.member)
    assert GONE in missing(access, cast.colleague)
    write_down(access, cast.source, "will_contact", by=cast.colleague, now=LATER)
    assert missing(access, cast.lead, now=LATER) == ""


def test_nor_does_a_lead_s_going_ahead(cast, access):
    say(access, cast.source, "objects")
    say(access, cast.other_source, "will_contact")
    decide(access, cast.lead)
    stop_and_let_in(cast.lead)
    assert f"The IW lead who went ahead {GONE}" in missing(access, cast.member)


def test_who_confirmed_their_role_does_not_conclude_on_it_either(cast, access):
    """Two names that count as one."""
    then = ASKED - 2 * DAY
    grant = role_grants.propose_role(
        cast.colleague, role="iw", is_lead=True, by=an_administrator(), now=then
    )
    role_grants.confirm_role(grant, by=cast.lead, now=then)
    one_written_down(cast, access, by=cast.colleague)
    said = missing(access, cast.lead)
    assert "gave one another an account, a name or a role within 28 days" in said
    assert cast.lead.name not in said
    assert missing(access, cast.member) == ""


def test_silence_falls_away_with_who_recorded_it(cast):
    cast, access, liaison, _ = asked_of_a_service(lambda cast: cast.source)
    source_actions.answer(liaison, answer="no_answer", by=cast.member, now=LATER)
    desk_actions.ask_lead(again(access), by=cast.colleague, now=LATER)
    decide(access, cast.lead, now=LATER)
    suspend(cast.member)
    assert GONE in missing(access, cast.other_lead, now=LATER)
    source_actions.answer(liaison, answer="no_answer", by=cast.colleague, now=LATER)
    assert missing(access, cast.other_lead, now=LATER) == ""


def test_a_contact_that_runs_is_not_undone_by_it(cast):
    access = recent(cast, asking)
    now = timezone.now()
    for source in (cast.source, cast.other_source):
        write_down(access, source, "will_contact", by=cast.member, now=now)
    desk_actions.conclude(
        again(access), outcome="source_will_contact", granted_until=access.needed_until,
        by=cast.colleague, now=now,
    )  # fmt: skip
    suspend(cast.member)
    assert AccessRequest.objects.granted(clock.today(now)).filter(pk=access.pk).exists()
    assert "The practitioner who offered this contact" not in main(
        at_desk(cast.colleague).get(page_of(access))
    )


def test_a_lead_s_going_ahead_falls_away_with_them_and_no_contact_stands(cast, access):
    say(access, cast.source, "objects")
    say(access, cast.other_source, "will_contact")
    decide(access, cast.lead)
    assert missing(access, cast.member) == ""
    suspend(cast.lead)
    assert f"The IW lead who went ahead {GONE}" in missing(access, cast.member)
    with pytest.raises(WrongState, match="outcome_too_early"):
        desk_actions.conclude(again(access), outcome="viewed", by=cast.member, now=ASKED)
    desk_actions.ask_lead(again(access), by=cast.member, now=ASKED)
    decide(access, cast.other_lead, "no_contact", "safety")
    suspend(cast.other_lead)
    assert "there is no contact" in missing(access, cast.member)
