"""A practitioner's walk through the pages: start, answer, check, send, and come back later."""

import pytest
from django.utils import timezone

from requests_app import questions, states
from requests_app.desk import actions as desk_actions
from requests_app.models import Request
from requests_app.practitioner import actions
from requests_app.questions import PAGE
from shielding.accounts.models import User
from shielding.web.refusals import Refused
from tests.requests_app.support.posts import (
    DECLARED,
    address,
    answer,
    entries_of,
    on,
    place,
    posts,
    sheet_post,
)
from tests.support.entries import entries
from tests.support.people import a_practitioner, a_service, an_iw_member
from tests.support.requests import a_draft, a_number, a_request

pytestmark = pytest.mark.django_db


@pytest.fixture
def person():
    service = a_service()
    manager = a_practitioner(service=service, name="Morgan Lee")
    return a_practitioner(service=service, manager=manager, name="Sam Carter")


def start(client) -> Request:
    client.post("/requests/start/")
    return Request.objects.latest("id")


def test_from_start_to_sent_in_the_order_of_the_process_document(signed_in, person):
    first = signed_in.post("/requests/start/")
    request = Request.objects.get()
    assert first.url == address(request, "record")

    asked, url, number = [], first.url, a_number()
    while url != address(request, "check"):
        slug = url.rstrip("/").rsplit("/", 1)[1]
        assert signed_in.get(url).status_code == 200
        asked.append(slug)
        numbers = {"number": number, "number_again": number} if slug == "record" else {}
        url = answer(signed_in, request, slug, **numbers)
    assert asked == [sheet.slug for sheet in questions.SHEETS]
    # With the page before and the two after: eight.
    assert len(asked) + 3 == 8

    sent = signed_in.post(url, DECLARED)
    assert sent.url == address(request, "sent")
    request.refresh_from_db()
    today = timezone.localdate()
    assert {name: getattr(request, name) for page in questions.PAGES for name in page.fields} == {
        "number": None,
        "origin": "family",
        "asked_by": "parent_carer",
        "identity_confirmed_on": today,
        "explained": ["reasons", "sensitive", "disadvantages"],
        "ground": "abuse",
        "points": ["knows_home", "contact_visits"],
        "not_grounds": [],
        "decision": "shield",
        "considered_reason": "",
        "supporter": None,
        "supporter_not_listed": True,
        "supported_on": None,
        "own_system": "yes",
        "own_system_on": today,
        "measures_considered": True,
        "siblings_considered": True,
        "lead_professional": "me",
        "family_told": "done",
        "family_told_on": today,
    }
    assert (request.state, request.practitioner, request.service) == (
        states.SUBMITTED,
        person,
        person.service,
    )
    assert request.record.number_in_clear() == number
    assert entries_of(request) == [
        "draft_started",
        "hold_placed",
        "review_opened",
        "request_submitted",
    ]
    page = signed_in.get(sent.url).content.decode()
    assert request.reference in page
    assert "Write this reference into your own record now." in page


def test_a_first_yes_to_what_is_no_ground_empties_the_decision_of_a_draft(signed_in, person):
    """So that *considered* is proposed, whatever was decided before; a second yes changes none."""
    request = a_draft(person)
    assert request.decision == "shield"
    url = answer(signed_in, request, "ground", not_grounds=["whereabouts"])
    assert url == address(request, "decision")
    page = signed_in.get(url)
    assert page.context["form"].initial["decision"] == "considered"
    assert "is proposed" in page.text
    request.refresh_from_db()
    assert (request.decision, questions.missing(request)) == ("", [PAGE["decision"]])
    answer(signed_in, request, "decision", decision="shield")
    answer(signed_in, request, "ground", not_grounds=["whereabouts", "well_known"])
    request.refresh_from_db()
    assert request.decision == "shield"


def test_a_yes_on_a_request_that_was_returned_says_what_the_guidance_says(signed_in, person):
    now = timezone.now()
    request, member = a_request(person, now=now), an_iw_member()
    request = desk_actions.return_with_query(
        request, query="ground", seen=request.changed_at, by=member, now=now
    )
    url = answer(signed_in, request, "ground", not_grounds=["whereabouts"])
    page = signed_in.get(url).text
    assert "The guidance does not see that as a ground for shielding." in page
    assert "withdraw this request" in page
    request.refresh_from_db()
    assert request.decision == "shield"
    url = answer(signed_in, request, "ground", not_grounds=["whereabouts"])
    assert "The guidance does not see" not in signed_in.get(url).text


def test_considered_not_shielded_is_proposed_and_stays_a_choice(signed_in):
    request = start(signed_in)
    for slug in ("record", "who-asked"):
        answer(signed_in, request, slug)
    url = answer(signed_in, request, "ground", not_grounds=["well_known", "whereabouts"])
    assert url == address(request, "decision")
    page = signed_in.get(url)
    assert page.context["form"].initial["decision"] == "considered"
    assert "is proposed" in page.content.decode()

    url = answer(signed_in, request, "decision", decision="considered")
    assert url == address(request, "done")
    form = signed_in.get(url).context["form"]
    assert [part.slug for part in form.parts] == ["family"]
    assert answer(signed_in, request, "done") == address(request, "check")
    sent = signed_in.post(address(request, "check"), DECLARED)
    request.refresh_from_db()
    assert (request.state, request.hold, request.not_grounds) == (
        states.CONSIDERED,
        None,
        ["well_known", "whereabouts"],
    )
    page = signed_in.get(sent.url).content.decode()
    assert "Recorded: considered, not shielded" in page
    assert "/guidance/disagreement/" in page


def test_a_practitioner_may_shield_all_the_same(signed_in, person):
    request = a_draft(person, not_grounds=["objection"])
    assert answer(signed_in, request, "decision", decision="shield") == address(request, "check")
    signed_in.post(address(request, "check"), DECLARED)
    request.refresh_from_db()
    assert request.hold.is_standing


def test_the_practitioner_identified_it_and_nobody_is_identified_or_explained_to(signed_in):
    request = start(signed_in)
    assert answer(signed_in, request, "record", origin="practitioner") == address(request, "ground")
    assert signed_in.get(address(request, "who-asked")).url == address(request, "ground")
    for slug in ("identity", "explained"):
        refused = signed_in.post(address(request, slug), posts()[slug])
        assert refused.status_code == 409
    request.refresh_from_db()
    assert (request.asked_by, request.explained) == ("", [])


def test_where_a_question_had_a_page_of_its_own_its_address_leads_to_its_sheet(signed_in, person):
    request = a_draft(person)
    before = Request.objects.filter(pk=request.pk).values().get()
    moved = [slug for slug in questions.PAGE if slug not in questions.SHEET]
    assert len(moved) == 12
    for slug in moved:
        for knock in (signed_in.get, signed_in.post):
            answered = knock(f"/requests/{request.reference}/{slug}/", posts()[slug])
            assert answered.url == place(request, slug)
        page = signed_in.get(answered.url).text
        assert f'<section class="app-part" id="{slug}">' in page
        assert page.count("Nothing was saved") == 1  # of what was posted, not of looking
    assert Request.objects.filter(pk=request.pk).values().get() == before


def test_the_reason_stands_beside_the_decision_and_counts_only_with_it(signed_in, person):
    request = a_draft(person)
    typed = sheet_post(request, "decision") | {"considered_reason": ""}
    url = address(request, "decision")
    refused = signed_in.post(url, typed | {"decision": "considered"})
    assert refused.context["form"].errors == {"considered_reason": ["Select the main reason"]}
    # Of a shield no reason is needed, and none is kept, whatever is chosen beside it.
    for reason in ("", "whereabouts", "nonsense"):
        answered = signed_in.post(url, typed | {"considered_reason": reason})
        assert answered.url == address(request, "check")
        request.refresh_from_db()
        assert (request.decision, request.considered_reason) == ("shield", "")
    answer(signed_in, request, "decision", decision="considered")
    request.refresh_from_db()
    assert (request.decision, request.considered_reason) == ("considered", "whereabouts")
    # And back again.
    answer(signed_in, request, "decision")
    request.refresh_from_db()
    assert (request.decision, request.considered_reason) == ("shield", "")


def test_a_draft_resumes_at_its_first_unanswered_page(signed_in):
    request = start(signed_in)
    answer(signed_in, request, "record")
    page = signed_in.get(address(request))
    assert page.context["resume_url"] == address(request, "who-asked")
    assert "Continue this draft" in page.content.decode()
    assert request.reference in signed_in.get("/requests/").content.decode()


def test_check_your_answers_names_what_is_missing_and_sends_nothing(signed_in):
    request = start(signed_in)
    answer(signed_in, request, "record")
    check = address(request, "check")
    for page in (signed_in.get(check), signed_in.post(check, DECLARED)):
        assert page.status_code == 200
        links = [missing.url for missing in page.context["missing"]]
        slugs = ("identity", "explained", "ground", "not-grounds", "decision", "manager", "family")
        assert links == [place(request, slug) for slug in slugs]
        text = page.content.decode()
        assert all(f'href="{link}"' in text for link in links)
        assert "Confirm and send" not in text
    request.refresh_from_db()
    assert request.state == states.DRAFT


def test_a_change_from_check_your_answers_leads_back_there(signed_in, person):
    request = a_draft(person)
    page = signed_in.get(address(request, "lead-professional"))
    assert page.context["back_url"] == address(request, "check")
    url = answer(signed_in, request, "lead-professional", lead_professional="none")
    assert url == address(request, "check")
    # Another ground has other points: they are asked before the check comes back.
    url = answer(signed_in, request, "ground", ground="abduction")
    assert url == address(request, "decision")
    request.refresh_from_db()
    assert (request.points, request.lead_professional) == ([], "none")


def test_back_leads_to_the_page_before(signed_in):
    request = start(signed_in)
    first = signed_in.get(address(request, "number"))
    assert first.context["back_url"] == "/requests/"
    answer(signed_in, request, "record")
    page = signed_in.get(address(request, "who-asked"))
    assert page.context["back_url"] == address(request, "record")
    answer(signed_in, request, "record", origin="practitioner")
    page = signed_in.get(address(request, "ground"))
    assert page.context["back_url"] == address(request, "record")


def test_nothing_is_sent_without_the_declaration(signed_in, person):
    request = a_draft(person)
    page = signed_in.post(address(request, "check"), {})
    assert page.status_code == 200
    assert set(page.context["form"].errors) == set(DECLARED)
    request.refresh_from_db()
    assert request.state == states.DRAFT


def test_sending_twice_sends_once(signed_in, person):
    request = a_draft(person)
    urls = {signed_in.post(address(request, "check"), DECLARED).url for _ in range(3)}
    assert urls == {address(request, "sent")}
    assert entries_of(request).count("request_submitted") == 1
    assert signed_in.get(address(request, "check")).url == address(request)


def test_a_second_request_for_the_same_record_is_told_to_this_person_only(signed_in, person):
    number = a_number()
    a_request(person, number=number)
    again = a_draft(person, number=number)
    typed = {"number": number, "number_again": number, "origin": "family"}
    page = signed_in.post(address(again, "number"), typed)
    assert page.context["form"].errors == {
        "number": ["You have already asked for this record to be shielded"]
    }
    stands = Request.objects.exclude(pk=again.pk).get()
    assert f'href="{address(stands)}"' in page.text
    assert "withdraw that request first" in page.text
    assert entries_of(again).count("refused") == 1
    half = signed_in.post(address(again, "number"), typed | {"number_again": a_number()})
    assert list(half.context["form"].errors) == ["number_again"]
    assert entries_of(again).count("refused") == 1
    a_request(number=(others := a_number()))
    typed |= {"number": others, "number_again": others}
    assert signed_in.post(address(a_draft(person), "number"), typed).status_code == 302
    page = signed_in.post(address(again, "check"), DECLARED)
    assert page.status_code == 409
    assert "You have already asked" in page.content.decode()
    again.refresh_from_db()
    assert (again.state, again.number_in_clear()) == (states.DRAFT, number)


def _offered(client, request):
    """Return the answers shown of who supported it, and which is chosen."""
    form = client.get(address(request, "manager")).context["form"]
    labels = dict(form.fields["supporter"].choices)
    return list(labels.values()), labels.get(form.initial["supporter"], "")


def test_the_own_line_manager_is_one_click_and_another_is_named_by_email(signed_in, person):
    other = a_practitioner(service=person.service, name="Alex Other")
    a_practitioner(service=person.service, manager=other)
    request = a_draft(person, supporter_not_listed=False)
    rest = ["Another manager, by their work email", "My manager is not in the directory"]
    assert _offered(signed_in, request) == (["Morgan Lee", *rest], "Morgan Lee")
    named = {"supporter": "another", "email": f" {other.email.upper()} "}
    answer(signed_in, request, "manager", **named, **on("supported_on"))
    request.refresh_from_db()
    assert (request.supporter, request.supporter_not_listed, request.supported_on) == (
        other,
        False,
        timezone.localdate(),
    )
    # Named once, they are one click from then on; and who may not be named any more is not there.
    assert _offered(signed_in, request) == (["Morgan Lee", "Alex Other", *rest], "Alex Other")
    answer(signed_in, request, "manager", supporter=str(other.uid), **on("supported_on"))
    User.objects.filter(pk=other.pk).update(is_active=False)
    assert _offered(signed_in, request) == (["Morgan Lee", *rest], rest[0])
    typed = sheet_post(request, "manager") | {"supporter": str(other.uid), **on("supported_on")}
    assert signed_in.post(address(request, "manager"), typed).status_code == 200
    User.objects.filter(pk=person.line_manager_id).update(is_active=False)
    assert _offered(signed_in, a_draft(person, supporter_not_listed=False)) == (rest, "")
    assert entries("nobody_named") == []


def test_a_manager_above_may_be_named_and_the_act_asks_again(signed_in, person):
    head = a_practitioner(name="Hedy Head")
    User.objects.filter(pk=person.line_manager_id).update(line_manager=head)
    request = a_draft(person)
    answer(
        signed_in, request, "manager", supporter="another", email=head.email, **on("supported_on")
    )
    request.refresh_from_db()
    assert request.supporter == head
    User.objects.filter(pk=person.line_manager_id).update(line_manager=None)
    now = timezone.now()
    values = {"supporter": head, "supporter_not_listed": False, "supported_on": now.date()}
    with pytest.raises(Refused) as refused:
        actions.save_answers(request, PAGE["manager"], values=values, by=person, now=now)
    assert refused.value.code == "unfit_supporter"


def test_a_number_is_kept_unless_another_is_typed(signed_in, person):
    number = a_number()
    request = a_draft(person, number=number)
    page = signed_in.get(address(request, "number")).content.decode()
    assert "A number is saved." in page
    assert number not in page
    assert answer(signed_in, request, "number", number="", number_again="") == address(
        request, "check"
    )
    request.refresh_from_db()
    assert request.number_in_clear() == number
    other = a_number()
    spaced = f" {other[:2].lower()} {other[2:6]}-{other[6:]} "
    answer(signed_in, request, "number", number=spaced, number_again=other)
    request.refresh_from_db()
    assert request.number_in_clear() == other


def test_forty_drafts_and_no_more(signed_in, person):
    for _ in range(actions.MOST_DRAFTS):
        assert signed_in.post("/requests/start/").status_code == 302
    page = signed_in.post("/requests/start/")
    assert page.status_code == 409
    assert "You have 40 drafts" in page.content.decode()
    assert Request.objects.drafts_of(person).count() == 40


def test_a_discarded_draft_is_gone(signed_in, person):
    request = a_draft(person)
    assert signed_in.get(address(request, "discard")).status_code == 200
    assert signed_in.post(address(request, "discard")).url == "/requests/"
    request.refresh_from_db()
    assert (request.state, request.number) == (states.DISCARDED, None)
    for page in ("", "check", "record", "discard", "sent"):
        assert signed_in.get(address(request, page)).status_code == 404
    assert signed_in.get(address(request, "again")).status_code == 404


def test_a_sent_request_is_not_discarded(signed_in, person):
    request = a_request(person)
    assert signed_in.get(address(request, "discard")).url == address(request)
    assert signed_in.post(address(request, "discard")).status_code == 409
    request.refresh_from_db()
    assert request.state == states.SUBMITTED


def test_the_answers_of_a_sent_request_stand(signed_in, person):
    request = a_request(person)
    for slug, typed in posts().items():
        assert signed_in.get(address(request, slug)).url == address(request)
        assert signed_in.post(address(request, slug), typed).status_code == 409
    assert entries_of(request).count("refused") == len(posts())


def test_before_you_start_leads_to_the_guidance_and_starts_nothing(signed_in):
    page = signed_in.get("/requests/start/").content.decode()
    for slug in ("danger-first", "when-to-shield", "talking-to-the-family", "worksheet"):
        assert f"/guidance/{slug}/" in page
    assert not Request.objects.exists()


def test_what_was_not_sent_is_not_confirmed_as_sent(signed_in, person):
    request = a_draft(person)
    assert signed_in.get(address(request, "sent")).url == address(request)


def test_answers_in_words(signed_in, person):
    day = timezone.localdate()
    request = a_draft(
        person,
        own_system="not_applicable",
        own_system_on=None,
        family_told_on=day,
        not_grounds=["objection"],
        supporter=person.line_manager,
        supporter_not_listed=False,
        supported_on=day,
    )
    sections = signed_in.get(address(request, "check")).context["sections"]
    said = {row.key: row.value for section in sections for row in section.rows}
    on_day = f"{day.day} {day:%B %Y}"
    assert said == {
        "Record number": "Saved, and not shown here",
        "Where the request comes from": "The family asked",
        "Who asked": "A parent or carer\nIdentity confirmed on 1 March 2026",
        "What you explained": "Why records are shielded\n"
        "How shielding differs from sensitive services\n"
        "The disadvantages of shielding a record",
        "Ground for shielding": "Fleeing abuse or domestic violence, or re-housed because of it",
        "Points to consider": "Does the person who poses a risk of harm know where the family "
        "now live?\nDoes that person collect the children for contact visits?\nAll considered",
        "What is not a ground": "They object to the system in principle",
        "Your decision": "Shield the record",
        "The line manager who supported you": f"Morgan Lee\nSupported on {on_day}",
        "Your own systems and other protection": "Not applicable: we hold no record that shows "
        "whereabouts\nPolice, social care and other protection considered",
        "Brothers, sisters and others in the home": "Considered",
        "Lead Professional": "Me",
        "Telling the family": f"Told on {on_day}, in a way that is safe",
    }
