"""A requester's walk through the pages: start, answer, check, send, come back, withdraw."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from brokerage import questions, states
from brokerage.core_hooks import reminders
from brokerage.models import AccessRequest
from brokerage.requester import actions
from logbook.models import Entry
from shielding import clock
from shielding.accounts.models import User
from shielding.notices.models import Notice
from tests.brokerage.support.cast import a_cast, a_draft, again, in_state, send
from tests.brokerage.support.requester_posts import address, answer, declared, events_of, posts
from tests.support.people import a_practitioner, a_service, an_iw_member
from tests.support.requests import a_number

pytestmark = pytest.mark.django_db


@pytest.fixture
def person():
    service = a_service()
    manager = a_practitioner(service=service, name="Morgan Lee")
    return a_practitioner(service=service, manager=manager, name="Sam Carter")


@pytest.fixture
def signed_in(client, person):
    client.force_login(person)
    return client


def a_full_draft(person, **changed) -> AccessRequest:
    """Return a complete draft of today."""
    today = timezone.localdate()
    changed = {"needed_until": today + timedelta(days=30), "documented_on": today} | changed
    return a_draft(person, now=timezone.now(), **changed)


def text_of(page) -> str:
    return " ".join(page.content.decode().split())


def test_from_start_to_sent_in_the_order_of_the_questions(signed_in, person):
    first = signed_in.post("/access/start/")
    access = AccessRequest.objects.get()
    assert first.url == address(access, "record")
    asked, url, typed = [], first.url, posts()
    while url != address(access, "check"):
        slug = url.rstrip("/").rsplit("/", 1)[1]
        assert signed_in.get(url).status_code == 200
        asked.append(slug)
        url = signed_in.post(url, typed[slug]).url
    assert asked == [sheet.slug for sheet in questions.SHEETS]
    sent = signed_in.post(url, declared(access))
    assert sent.url == address(access, "sent")
    access = again(access)
    today = timezone.localdate()
    assert {name: getattr(access, name) for page in questions.PAGES for name in page.fields} == {
        "number": None,
        "purpose": "assessment",
        "sought": "contact",
        "need": "visit",
        "why_not_otherwise": "not_in_own_records",
        "seen_by": ["manager", "team"],
        "needed_until": today + timedelta(days=30),
        "documented": "yes",
        "documented_on": today,
    }
    assert access.state == states.WITH_MANAGER
    assert access.record.number_in_clear() == typed["record"]["number"]
    assert events_of(access) == ["access_draft_started", "access_submitted"]
    page = text_of(signed_in.get(sent.url))
    assert access.reference in page
    assert "Talk to your line manager: Morgan Lee." in page


def test_somebody_comes_back_to_the_first_unanswered_page(signed_in, person):
    signed_in.post("/access/start/")
    access = AccessRequest.objects.get()
    # Out of order, from the check page.
    assert answer(signed_in, access, "need") == address(access, "record")
    assert answer(signed_in, access, "record") == address(access, "terms")
    page = text_of(signed_in.get(address(access)))
    assert f'href="{address(access, "terms")}"' in page
    check = text_of(signed_in.get(address(access, "check")))
    assert "Still to answer" in check
    for slug in ("until", "documented"):
        assert f'<a class="govuk-link" href="{address(access, slug)}">' in check
    assert "Confirm and send" not in check
    # Not sent with a gap, whatever a script posts.
    assert signed_in.post(address(access, "check"), declared(access)).status_code == 200
    assert again(access).state == states.DRAFT


def test_where_a_question_had_a_page_of_its_own_its_address_leads_to_its_sheet(signed_in, person):
    access = a_full_draft(person)
    before = again(access)
    for slug, sheet in (("number", "record"), ("purpose", "record"), ("sought", "need"),
                        ("otherwise", "need"), ("seen-by", "need"), ("until", "terms"),
                        ("documented", "terms")):  # fmt: skip
        for knock in (signed_in.get, signed_in.post):
            answered = knock(f"/access/{access.reference}/{slug}/")
            assert answered.url == f"/access/{access.reference}/{sheet}/#{slug}"
        assert signed_in.get(answered.url).text.count("Nothing was saved") == 1
    assert again(access).changed_at == before.changed_at


def test_a_change_from_the_check_page_leads_to_the_question_and_back(signed_in, person):
    access = a_full_draft(person)
    rows = signed_in.get(address(access, "check")).context["rows"]
    assert [row.url for row in rows] == [
        f"/access/{access.reference}/{questions.SHEET_OF[page.slug].slug}/#{page.slug}"
        for page in questions.PAGES
    ]
    for slug in questions.SHEET:
        page = signed_in.get(address(access, slug)).text
        for question in questions.SHEET[slug].parts:
            assert f'<section class="app-part" id="{question.slug}">' in page
    assert answer(signed_in, access, "need", need="file") == address(access, "check")
    written = Entry.objects.filter(event="access_answers_changed", reference=access.reference)
    assert json.loads(written.latest("id").facts) == {"page": "need"}


def test_the_number_is_kept_unless_another_is_typed_and_never_shown(signed_in, person):
    number, other = a_number(), a_number()
    access = a_full_draft(person, number=number)
    page = text_of(signed_in.get(address(access, "record")))
    assert "A number is saved." in page
    answer(signed_in, access, "record", number="", number_again="")
    assert again(access).number_in_clear() == number
    answer(signed_in, access, "record", number=f" {other.lower()} ", number_again=other)
    assert again(access).number_in_clear() == other
    wrong = signed_in.post(
        address(access, "record"), {"number": number, "number_again": f"{number}1"}
    )
    for shown in (page, text_of(wrong), text_of(signed_in.get(address(access, "check")))):
        assert number not in shown
        assert other not in shown


def test_until_is_a_fortnight_ahead_unless_something_else_is_said(signed_in, person):
    signed_in.post("/access/start/")
    access = AccessRequest.objects.get()
    form = signed_in.get(address(access, "terms")).context["form"]
    assert form.initial["needed_until"] == timezone.localdate() + timedelta(days=14)
    full = a_full_draft(person)
    form = signed_in.get(address(full, "terms")).context["form"]
    assert form.initial["needed_until"] == timezone.localdate() + timedelta(days=30)


def test_a_draft_that_lay_too_long_is_asked_again_until_when(signed_in, person):
    long_ago = timezone.now() - timedelta(days=9)
    access = a_draft(person, now=long_ago, needed_until=timezone.localdate())
    check = signed_in.get(address(access, "check"))
    assert [one.text for one in check.context["missing"]] == ["Until when you need it"]
    assert signed_in.post(address(access, "check"), declared(access)).status_code == 200
    assert again(access).state == states.DRAFT


def test_answers_in_words(signed_in, person):
    access = a_full_draft(person, number=a_number())
    rows = signed_in.get(address(access, "check")).context["rows"]
    today = timezone.localdate()
    until = today + timedelta(days=30)
    assert {row.key: row.value for row in rows} == {
        "Record number": "Saved, and not shown here",
        "Purpose": "Assessment",
        "What you ask for": "To be contacted",
        "What cannot be done without it": "Agree one plan",
        "Why there is no other way": "Our own records do not say whom to ask",
        "Who would see it": "Only me",
        "Until when you need it": f"{until.day} {until:%B %Y}",
        "Your own records": f"Yes, it is documented there\n{today.day} {today:%B %Y}",
    }


def test_every_declaration_is_ticked_each_time(signed_in, person):
    access = a_full_draft(person)
    for left_out in questions.DECLARATIONS:
        some = [code for code in questions.DECLARATIONS if code != left_out]
        page = signed_in.post(address(access, "check"), declared(access) | {"declared": some})
        assert page.status_code == 200
        assert set(page.context["form"].errors) == {"declared"}
    assert again(access).state == states.DRAFT
    # A new page begins without a tick.
    assert "checked" not in text_of(signed_in.get(address(access, "check")))


def test_nobody_to_agree_says_what_to_do_and_nothing_is_lost(client):
    alone = a_practitioner()
    client.force_login(alone)
    access = a_full_draft(alone)
    check = text_of(client.get(address(access, "check")))
    assert "Nobody in the directory can agree to this, so it cannot be sent yet." in check
    assert "Confirm and send" not in check
    page = client.post(address(access, "check"), declared(access))
    assert page.status_code == 409
    text = text_of(page)
    assert "Your request was not sent. Your answers are saved." in text
    assert f'href="{address(access, "check")}"' in text
    assert again(access).state == states.DRAFT
    assert Entry.objects.get(event="refused").reference == access.reference
    User.objects.filter(pk=alone.pk).update(line_manager=a_practitioner(service=alone.service))
    assert client.post(address(access, "check"), declared(access)).status_code == 302


# What became of it


def test_the_list_leads_to_drafts_and_what_was_sent(signed_in, person):
    empty = signed_in.get("/access/")
    assert (empty.context["drafts"], empty.context["rows"]) == ([], [])
    assert "phone the IW Team now" in text_of(empty)
    draft, sent = a_full_draft(person), send(a_full_draft(person), now=timezone.now())
    page = signed_in.get("/access/")
    assert [row[0].text for row in page.context["drafts"]] == [draft.reference]
    assert [row[0].text for row in page.context["rows"]] == [sent.reference]
    assert page.context["rows"][0][1].tag == "With the line manager"
    home = text_of(signed_in.get("/"))
    assert "Access requests to finish" in home
    assert sent.reference in home


def test_more_drafts_than_a_glance_are_behind_a_link(signed_in, person):
    for _ in range(6):
        actions.start_draft(by=person, now=timezone.now())
    page = signed_in.get("/access/")
    assert len(page.context["drafts"]) == 5
    assert "/access/?show=drafts" in text_of(page)
    assert len(signed_in.get("/access/?show=drafts").context["rows"]) == 6


def test_forty_drafts_and_no_more(signed_in, person):
    for _ in range(actions.MOST_DRAFTS):
        assert signed_in.post("/access/start/").status_code == 302
    assert signed_in.post("/access/start/").status_code == 409


def test_a_discarded_draft_is_gone(signed_in, person):
    access = a_full_draft(person)
    assert signed_in.get(address(access, "discard")).status_code == 200
    assert signed_in.post(address(access, "discard")).url == "/access/"
    access = again(access)
    assert (access.state, access.number) == (states.DISCARDED, None)
    for page in ("", "check", "sent", "discard", "withdraw", *posts()):
        assert signed_in.get(address(access, page)).status_code == 404


def test_the_answers_of_a_sent_request_stand(signed_in, person):
    access = send(a_full_draft(person), now=timezone.now())
    for slug, typed in posts().items():
        assert signed_in.get(address(access, slug)).url == address(access)
        assert signed_in.post(address(access, slug), typed).status_code == 409
    assert signed_in.get(address(access, "check")).url == address(access)
    assert signed_in.get(address(access, "discard")).url == address(access)
    assert signed_in.post(address(access, "discard")).status_code == 409


def test_declined_is_read_at_once_with_its_reason(client):
    cast = a_cast()
    client.force_login(cast.requester)
    access = in_state(cast, states.DECLINED)
    text = text_of(client.get(address(access)))
    assert "Declined by the line manager" in text
    assert "There is another way to try first" in text
    assert "Withdraw this request" not in text


@pytest.mark.parametrize("state", states.LABELS)
def test_withdrawing_in_each_state(client, state):
    cast = a_cast()
    client.force_login(cast.requester)
    access = in_state(cast, state)
    if state == states.CONCLUDED:  # not published yet
        AccessRequest.objects.filter(pk=access.pk).update(
            publish_at=timezone.now() + timedelta(days=1)
        )
    if state == states.DISCARDED:
        assert client.get(address(access, "withdraw")).status_code == 404
        return
    asks = client.get(address(access, "withdraw"))
    answered = client.post(address(access, "withdraw"))
    if state in (*states.OPEN, states.CONCLUDED):
        assert asks.status_code == 200
        assert answered.url == address(access)
        assert again(access).is_withdrawn
        page = text_of(client.get(address(access)))
        assert "You withdrew it" in page
        assert client.post(address(access, "withdraw")).url == address(access)
        assert events_of(access).count("access_withdrawn") == 1
    else:
        assert asks.url == address(access)
        assert answered.status_code == (302 if state == states.WITHDRAWN else 409)


def test_a_published_outcome_is_no_longer_withdrawn(client):
    cast = a_cast()
    client.force_login(cast.requester)
    access = in_state(cast, states.CONCLUDED)  # published in March
    text = text_of(client.get(address(access)))
    assert "The time for contact under this request ended on 30 April 2026" in text
    assert "Withdraw this request" not in text
    assert client.get(address(access, "withdraw")).url == address(access)
    assert client.post(address(access, "withdraw")).status_code == 409


def test_six_months_by_the_calendar():
    day = timezone.localdate().replace(month=8, day=31)
    assert clock.months_after(day, 6).day in (28, 29)
    assert clock.months_after(day, 6).month == 2


def test_the_iw_team_s_colleagues_do_not_see_drafts(client, person):
    access = a_full_draft(person)
    client.force_login(an_iw_member())
    assert client.get(address(access)).status_code == 403


def test_the_sources_hear_of_a_withdrawal_from_the_clock(client):
    cast = a_cast()
    access = in_state(cast, states.BEING_BROKERED)
    client.force_login(cast.requester)
    client.post(address(access, "withdraw"))
    told = Notice.objects.filter(kind="contact_ended")
    assert not told.exists()
    for _ in range(2):
        reminders.raise_reminders(timezone.now())
    references = set(access.liaisons.values_list("reference", flat=True))
    assert sorted(told.values_list("subject", flat=True)) == sorted(references)
    assert {notice.recipient for notice in told} == {cast.source, cast.other_source}
    asked = Notice.objects.filter(kind="contact_asked", subject__in=references)
    assert not asked.owed().exists()
