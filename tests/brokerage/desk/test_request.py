"""The IW Team's page of one access request: what it shows, and each act by its form."""

import pytest
from django.utils import timezone

from brokerage import publication
from brokerage.desk import actions as desk_actions
from brokerage.models import AccessRequest
from brokerage.source import actions as source_actions
from logbook.models import Entry
from logbook.references import new_reference
from shielding.holds import letting_go
from shielding.notices.models import Notice
from tests.brokerage.support.cast import (
    IN_WORDS,
    a_cast,
    a_draft,
    again,
    agreed,
    asking,
    shielded,
)
from tests.brokerage.support.desk import (
    CONFIRMED,
    days_ago,
    forms_on,
    page_of,
    recent,
    record_answer,
    send,
    until,
)
from tests.brokerage.support.family import family_said
from tests.requests_app.support.desk import at_desk, main
from tests.support.people import a_practitioner, an_administrator, an_auditor, an_iw_member

pytestmark = pytest.mark.django_db
ACTS = (
    "read",
    "ask-sources",
    "keep-quiet",
    "ask-lead",
    "decide",
    "conclude",
    "stop",
)


def test_opening_it_is_an_entry_that_names_no_record():
    cast = a_cast()
    access = agreed(cast)
    page = at_desk(cast.member).get(page_of(access))
    assert page.status_code == 200
    entry = Entry.objects.filter(event="access_opened", reference=access.reference).get()
    assert (entry.actor, entry.record) == (cast.member.uid, "")


def test_the_page_shows_who_asks_for_what_and_which_record():
    cast = a_cast()
    access = agreed(cast)
    text = main(at_desk(cast.member).get(page_of(access)))
    for words in (
        cast.requester.name,
        cast.requester.service.name,
        cast.manager.name,
        "Assessment",
        "To be contacted",
        IN_WORDS,
        "Their own records do not say whom to ask",
        "Only the person who asks",
        access.record.reference,
        "Shielded",
        cast.source.name,
        cast.other_source.name,
        "Not asked yet",
        "Nobody else has asked for access to it.",
    ):
        assert words in text
    assert (
        f'href="/records/{access.record.reference}/"'
        in at_desk(cast.member).get(page_of(access)).content.decode()
    )


def test_a_deputy_is_shown_with_whom_they_stood_in_for():
    cast = a_cast()
    access = agreed(cast)
    deputy = a_practitioner(name="Dee Deputy")
    AccessRequest.objects.filter(pk=access.pk).update(manager_decided_by=deputy)
    text = main(at_desk(cast.member).get(page_of(access)))
    assert "Agreed by Dee Deputy" in text
    assert f"In the place of {cast.manager.name}" in text


def test_only_the_iw_team_opens_it():
    access = asking(a_cast())
    liaison = access.liaisons.first()
    for somebody in (a_practitioner(), an_auditor(), an_administrator()):
        browser = at_desk(somebody)
        assert browser.get(page_of(access)).status_code == 403
        for act in (*ACTS, f"answers/{liaison.reference}"):
            assert browser.post(f"{page_of(access)}{act}/").status_code == 403


def test_an_absent_one_a_draft_and_another_ones_question_are_not_found():
    cast = a_cast()
    one, other = asking(cast), asking(cast)
    browser = at_desk(cast.member)
    draft = a_draft(cast.requester)
    nowhere = browser.get(f"/brokerage/{new_reference()}/")
    assert main(browser.get(page_of(draft))) == main(nowhere)
    foreign = other.liaisons.first().reference
    for address in (f"answers/{foreign}/", f"answers/{new_reference()}/"):
        assert browser.post(f"{page_of(one)}{address}").status_code == 404
    assert Entry.objects.filter(event="not_found").count() == 4


def test_asked_answered_and_put_in_touch():
    cast = a_cast()
    access = recent(cast)
    browser = at_desk(cast.member)
    page = browser.get(page_of(access))
    assert forms_on(page) == ["ask-sources", "keep-quiet", "conclude"]
    page = send(browser, access, "ask-sources")
    assert "The practitioners are asked; phone those without an account." in main(page)
    assert forms_on(page) == ["answers", "answers", "ask-lead", "conclude"]
    assert "A practitioner has not answered" in main(page)
    one, two = access.liaisons.order_by("id")
    page = record_answer(browser, one, answer="give_contact", **CONFIRMED)
    assert "On the practitioner’s confirmed word" in main(page)
    page = record_answer(browser, two, answer="will_contact", **CONFIRMED)
    assert "Put in touch through the IW Team, to be passed on by phone: " not in main(page)
    assert "Every practitioner has been asked." in main(page)
    other = at_desk(cast.colleague)
    page = send(other, access, "conclude", outcome="put_in_touch", **until(access))
    assert "The request says from when what the outcome says may be done." in main(page)
    access = again(access)
    assert "Put in touch through the IW Team, to be passed on by phone, until" in main(page)
    assert (access.outcome, access.granted_until) == ("put_in_touch", access.needed_until)
    assert access.concluded_by == cast.colleague


def test_the_page_says_to_record_it_first_and_when_it_is_read():
    access = recent(a_cast())
    text = main(at_desk(an_iw_member()).get(page_of(access)))
    assert "Record this before you phone anybody or pass anything on: this is what permits" in text
    at = publication.read_from(access.manager_decided_at, timezone.now())
    assert f"requester and line manager read from {at:%-d %B %Y}" in text
    assert "They never read the outcome itself." in text
    assert "4:00pm" in text


def test_silence_is_offered_from_the_second_working_day():
    cast = a_cast()
    early = recent(cast)
    desk_actions.ask_sources(early, by=cast.member, now=days_ago(0.1))
    page = at_desk(cast.member).get(page_of(early)).content.decode()
    assert 'value="no_answer"' not in page.partition("What can be done")[0]
    refused = record_answer(at_desk(cast.member), early.liaisons.first(), answer="no_answer")
    assert "Give the practitioner until the second working day." in main(refused)
    late = asking(cast)
    page = record_answer(at_desk(cast.member), late.liaisons.first(), answer="no_answer")
    assert "The answer is recorded." in main(page)
    assert late.liaisons.first().answer == "no_answer"


@pytest.mark.parametrize(
    ("before", "left"),
    [
        ("no_answer", {"will_contact", "give_contact", "objects"}),
        ("will_contact", {"objects"}),
        ("give_contact", {"objects"}),
        ("objects", set()),
    ],
)
def test_what_is_left_to_say_after_an_answer(before, left):
    cast = a_cast()
    access = asking(cast)
    liaison = access.liaisons.get(hold__source=cast.source)
    by = cast.colleague if before == "no_answer" else cast.source
    source_actions.answer(
        liaison, answer=before, family=family_said(before), by=by, now=days_ago(0.1)
    )
    page = at_desk(cast.member).get(page_of(access)).content.decode()
    ids = f'id="answer-{liaison.reference}-answer_'
    assert page.count(ids) == len(left)
    for answer in {"will_contact", "give_contact", "no_answer"} - left:
        refused = record_answer(at_desk(cast.member), liaison, answer=answer, **CONFIRMED)
        assert refused.status_code == 409


def test_a_source_left_out_is_not_heard_by_phone_either():
    cast = a_cast()
    access = asking(cast)
    liaison = access.liaisons.get(hold__source=cast.source)
    access.liaisons.filter(pk=liaison.pk).update(
        answer="left_out", answered_at=timezone.now(), answered_by=cast.member
    )
    page = at_desk(cast.member).get(page_of(access))
    assert "Not asked: they have another part in this request" in main(page)
    assert forms_on(page).count("answers") == 1
    refused = record_answer(at_desk(cast.member), liaison, answer="objects", **CONFIRMED)
    assert "This practitioner has another part in this request." in main(refused)


def test_a_source_who_let_go_is_told_apart():
    cast = a_cast()
    access = asking(cast)
    liaison = access.liaisons.get(hold__source=cast.source)
    letting_go.withdraw(
        liaison.hold, parting=letting_go.Parting(True, "told"), by=cast.source, now=days_ago(0.1)
    )
    page = at_desk(cast.member).get(page_of(access))
    assert "This request to shield no longer stands." in main(page)
    assert forms_on(page).count("answers") == 1


def test_an_objection_goes_to_a_lead_who_had_no_part():
    cast = a_cast()
    access = recent(cast)
    member = at_desk(cast.member)
    send(member, access, "ask-sources")
    one, two = access.liaisons.order_by("id")
    page = record_answer(member, one, answer="objects", **CONFIRMED)
    assert "An IW lead who had no part in this decides. These may:" in main(page)
    assert cast.lead.name in main(page)
    assert "decide" not in forms_on(page)
    record_answer(member, two, answer="will_contact", **CONFIRMED)
    lead = at_desk(cast.lead)
    page = lead.get(page_of(access))
    assert {"decide", "conclude"} <= {*forms_on(page)}
    assert "If you decide, another member concludes." in main(page)
    page = send(lead, access, "decide", decision="go_ahead", reason="safe_way")
    assert "Your decision is recorded." in main(page)
    # The lead has that part now, and no other.
    assert forms_on(page) == []
    assert "You decided on this request, so another member goes on." in main(page)
    assert "If you decide" not in main(page)
    assert cast.member.name in main(page)
    page = send(lead, access, "conclude", outcome="viewed")
    assert page.status_code == 403
    another = at_desk(cast.colleague)
    page = send(another, access, "conclude", outcome="source_will_contact", **until(access))
    assert "Concluded." in main(page)


def test_no_contact_bars_what_discloses_and_is_seen_at_the_next_attempt():
    cast = a_cast()
    number, _ = shielded(cast)
    access = recent(cast, number=number)
    send(at_desk(cast.member), access, "keep-quiet", reason="police")
    send(at_desk(cast.member), access, "ask-lead")
    send(at_desk(cast.lead), access, "decide", decision="no_contact", reason="safety")
    page = at_desk(cast.member).get(page_of(access))
    assert "The IW lead decided that there is no contact." in main(page)
    refused = send(at_desk(cast.member), access, "conclude", outcome="viewed")
    assert "The IW lead decided that there is no contact." in main(refused)
    send(at_desk(cast.member), access, "conclude", outcome="declined")
    assert again(access).outcome == "declined"
    anew = recent(cast, number=number)
    page = main(at_desk(cast.colleague).get(page_of(anew)))
    for words in (access.reference, "No contact", "Declined", cast.requester.name):
        assert words in page


def test_kept_from_the_sources_nobody_is_asked():
    cast = a_cast()
    access = recent(cast)
    page = send(at_desk(cast.member), access, "keep-quiet", reason="court")
    why = "A court ordered that they are not told."
    assert f"Those who asked for the shield are not told: {why}" in main(page)
    assert forms_on(page) == ["ask-lead", "conclude"]
    assert send(at_desk(cast.member), access, "ask-sources").status_code == 409
    assert not Notice.objects.filter(kind="contact_asked").exists()


def test_nobody_to_ask_is_said():
    cast = a_cast()
    access = recent(cast, number="CP10203040")
    page = at_desk(cast.member).get(page_of(access))
    assert "There is no practitioner to ask" in main(page)
    later = "If somebody asks for a shield later, they are not told of this request."
    assert later in main(page)
    assert later not in main(at_desk(cast.member).get(page_of(recent(cast))))
    assert forms_on(page) == ["keep-quiet", "ask-lead", "conclude"]
    page = send(at_desk(cast.member), access, "conclude", outcome="no_brokerage_needed")
    assert again(access).outcome == "no_brokerage_needed"
    assert "No brokerage needed" in main(page)


def test_a_contact_is_stopped():
    cast = a_cast()
    access = recent(cast)
    send(at_desk(cast.member), access, "ask-sources")
    for liaison in access.liaisons.all():
        record_answer(at_desk(cast.member), liaison, answer="will_contact", **CONFIRMED)
    another = at_desk(cast.lead)
    send(another, access, "conclude", outcome="source_will_contact", **until(access))
    page = at_desk(cast.colleague).get(page_of(access))
    assert "They may contact the requester from" in main(page)
    assert forms_on(page) == ["stop"]
    page = send(at_desk(cast.colleague), access, "stop", stop="on")
    assert "Phone the practitioner now, and the requester if they know of it." in main(page)
    assert "The contact was stopped." in main(page)
    assert forms_on(page) == []
    refused = send(at_desk(cast.member), access, "stop", stop="on")
    assert "No contact is granted any more." in main(refused)
