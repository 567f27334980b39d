"""The frame, the guidance, the pages about the service and the pages for what went wrong."""

import re

import pytest
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path, reverse

from shielding.home.guidance import GUIDANCE, HELP
from shielding.records.grounds import GROUNDS
from shielding.urls import urlpatterns as real
from shielding.web import errors
from shielding.web.access import public
from tests.support.people import a_practitioner, an_administrator, an_auditor, an_iw_member

pytestmark = pytest.mark.django_db


@public("breaks on purpose")
def broken(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("CANARY-7f3a")


@public("reads what is too much on purpose")
def suspicious(request: HttpRequest) -> HttpResponse:
    raise SuspiciousOperation("CANARY-7f3a")


urlpatterns = [*real, path("broken/", broken), path("suspicious/", suspicious)]
handler400, handler404 = errors.bad_request, errors.not_found
handler403, handler500 = errors.forbidden, errors.server_error


def signed_in(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def text_of(response) -> str:
    """Return the words of a page's main part, in one line."""
    main = re.search(r"<main.*?</main>", response.content.decode(), re.DOTALL)
    assert main
    return " ".join(re.sub(r"<[^>]+>", " ", main[0]).split())


def title_of(response) -> str:
    found = re.search(r"<title>(.*?)</title>", response.content.decode(), re.DOTALL)
    assert found
    return " ".join(found[1].split())


def items_of(response) -> list[str]:
    found = re.findall(
        r"govuk-service-navigation__link.*?>(.*?)</a>", response.content.decode(), re.S
    )
    return [" ".join(re.sub(r"<[^>]+>", "", item).split()) for item in found][1:]


@pytest.mark.parametrize("topic", HELP, ids=lambda topic: topic.slug)
def test_the_pages_about_the_service_need_no_sign_in(client, topic):
    response = client.get(reverse("help_page", args=[topic.slug]))
    assert response.status_code == 200
    assert title_of(response) == f"{topic.title} - Shielding requests - Exampleshire Council"


@pytest.mark.parametrize("topic", GUIDANCE, ids=lambda topic: topic.slug)
def test_the_guidance_is_for_people_who_are_signed_in(client, topic):
    address = reverse("guidance_page", args=[topic.slug])
    assert client.get(address).status_code == 302
    response = signed_in(a_practitioner()).get(address)
    assert title_of(response) == f"{topic.title} - Shielding requests - Exampleshire Council"


def test_the_guidance_says_what_the_process_document_says():
    reader = signed_in(a_practitioner())
    pages = [reader.get(reverse("guidance_page", args=[topic.slug])) for topic in GUIDANCE]
    words = " ".join(text_of(page) for page in pages)
    for must in (
        "find out quickly who else works with a child",
        "see needs earlier",
        "up to 25, if they consent",
        "fits with data protection law",
        "adopted and has little or no contact",
        "fleeing abuse or domestic violence",
        "under police protection",
        "brothers, sisters and other children in the home",
        "objects to ContactPoint in principle",
        "well known, and nothing more",
        "already widely known",
        "tell the police or social care",
        "electoral register",
        "does not tell any other system",
        "sensitive services",
        "Work is done twice",
        "tell the same things again",
        "drop through the net",
        "health visitor, teacher or doctor",
        "identity",
        "within seven days",
        "every six months",
        "complaints process",
        "disciplinary matter",
        "line manager agrees",
        "speaks to the practitioner who asked for the shield",
        "Lead Professional",
        "several requests for one record",
        "only the IW Team can do that",
        "Requests are logged whether they are agreed or not",
        "no case information",
        "If the child could be found this weekend: phone.",
    ):
        assert must in words, must


def test_the_worksheet_has_every_ground_and_point_and_nothing_to_type_into():
    response = signed_in(a_practitioner()).get(reverse("worksheet"))
    assert response.context["grounds"] == GROUNDS
    main = response.content.decode().partition("<main")[2].partition("</main>")[0]
    for ground in GROUNDS:
        assert main.count(ground.label) == 1
    assert main.count("<li>") >= sum(len(ground.points) for ground in GROUNDS)
    assert re.findall(r"<(form|input|textarea|select|button)", main) == []


def test_each_role_has_its_own_navigation():
    for person, expected in (
        (a_practitioner(), ["Home", "Your requests", "Your access requests", "Guidance"]),
        (
            an_iw_member(),
            [
                "Home",
                "Work queue",
                "Brokerage",
                "Reviews",
                "Find a record",
                "People and services",
                "Logbook",
                "Guidance",
            ],
        ),
        (an_auditor(), ["Home", "Find a record", "Logbook", "Guidance"]),
        (an_administrator(), ["Home", "Accounts", "Mail", "Guidance"]),
    ):
        response = signed_in(person).get(reverse("guidance"))
        assert items_of(response) == expected
        assert response.content.decode().count('aria-current="true"') == 1


@pytest.mark.parametrize(
    ("address", "current"),
    [
        ("/", ["Home"]),
        ("/access/", ["Your access requests"]),
        ("/access/start/", ["Your access requests"]),
        ("/access/IW-2222-2222/", ["Your access requests"]),
        ("/access/to-agree/", []),
        ("/access/to-agree/IW-2222-2222/", []),
        ("/access/questions/", []),
        ("/access/questions/IW-2222-2222/", []),
        ("/your-account/", []),
    ],
)
def test_the_menu_marks_where_somebody_is(address, current):
    """What a colleague or the IW Team asks of somebody is not one of their own requests."""
    response = signed_in(a_practitioner()).get(address)
    items = response.context["shell"].items
    assert [item.label for item in items if item.current] == current


def test_nobody_signed_in_sees_no_navigation_and_no_session_warning(client):
    response = client.get(reverse("account_login"))
    assert items_of(response) == []
    assert "<dialog" not in response.content.decode()


def test_a_practitioner_finds_whom_to_phone_at_night_above_every_page(settings):
    """Also where something went wrong; nobody else's pages have the line, but the number below."""
    practitioner = signed_in(a_practitioner())
    line = "If a child could be found tonight: phone 01632 960 002, by day 01632 960 001"
    for address in ("/", "/your-account/", "/requests/start/", "/nowhere/"):
        page = practitioner.get(address).content.decode()
        top, _, below = page.partition("<main")
        assert line in " ".join(re.sub(r"<[^>]+>", " ", top).split()).replace(" ,", ","), address
        assert 'href="tel:01632960002"' in top
        assert "Out of hours" not in below
    for other in (signed_in(an_iw_member()), Client()):
        page = other.get(reverse("help_page", args=["help"])).content.decode()
        assert "tonight" not in page
        assert "Out of hours: " in page.partition("<footer")[2]
    settings.LOCAL_HTTP = False
    for unset in ("", "01632 960 002", "+44 1632 960002"):
        settings.COUNCIL_PHONE_OUT_OF_HOURS = unset
        assert 'href="tel:999"' in practitioner.get("/").content.decode()
    settings.COUNCIL_PHONE_OUT_OF_HOURS = "020 7946 0002"
    assert 'href="tel:02079460002"' in practitioner.get("/").content.decode()


def test_the_session_warning_and_its_sentence_without_scripts_come_from_the_setting(settings):
    settings.SESSION_IDLE_MINUTES = 10
    page = signed_in(a_practitioner()).get(reverse("guidance")).content.decode()
    assert 'data-idle-seconds="570"' in page
    assert "signed out after 10 minutes without activity" in page


@pytest.mark.urls("tests.shielding.home.test_frame_and_guidance")
def test_a_failure_answers_without_the_database(django_assert_num_queries):
    client = Client(raise_request_exception=False)
    with django_assert_num_queries(0):
        response = client.get("/broken/")
    assert response.status_code == 500
    assert "CANARY" not in response.content.decode()
    assert "01632 960 001" in text_of(response)


@pytest.mark.urls("tests.shielding.home.test_frame_and_guidance")
def test_a_request_that_makes_no_sense(client):
    response = client.get("/suspicious/")
    assert (response.status_code, "CANARY" in response.content.decode()) == (400, False)
    assert text_of(response).startswith("This request could not be read")


def test_a_host_that_is_not_ours(client):
    assert client.get("/", headers={"host": "evil.example"}).status_code == 400


def test_absent_pages_say_the_same_signed_in_or_not(client):
    for reader in (client, signed_in(a_practitioner())):
        response = reader.get("/guidance-of-another-kind/")
        assert (response.status_code, text_of(response)[:14]) == (404, "Page not found")


@pytest.mark.parametrize("name", ["guidance_page", "help_page"])
def test_an_unknown_topic_is_not_found(name):
    response = signed_in(a_practitioner()).get(reverse(name, args=["unknown"]))
    assert response.status_code == 404


def test_a_form_without_its_token_changes_nothing_and_says_so():
    client = Client(enforce_csrf_checks=True)
    response = client.post(reverse("account_login"), {"login": "a", "password": "b"})
    assert response.status_code == 403
    assert text_of(response).startswith("Your answer was not sent")


CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; "
    "object-src 'none'"
)


@pytest.mark.urls("tests.shielding.home.test_frame_and_guidance")
@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/about/help/", 200),
        ("/guidance/", 302),
        ("/about/help", 301),
        ("/nowhere/", 404),
        ("/broken/", 500),
        ("/suspicious/", 400),
        ("/static/nothing.css", 404),
    ],
)
def test_every_answer_has_its_headers(address, status):
    response = Client(raise_request_exception=False).get(address)
    assert response.status_code == status
    assert response.headers["Content-Security-Policy"] == CSP
    assert response.headers["Cache-Control"] == "no-store"
    switched = response.headers["Permissions-Policy"].split(", ")
    assert "geolocation=()" in switched
    # A security key signs for our own pages, and for none that is shown inside them.
    keys = [one for one in switched if one.startswith("publickey")]
    assert keys == [f"publickey-credentials-{act}=(self)" for act in ("create", "get")]
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Referrer-Policy"] == "same-origin"
    assert response.headers["Cross-Origin-Opener-Policy"] == "same-origin"


def test_nothing_is_inline():
    page = signed_in(a_practitioner()).get(reverse("guidance")).content.decode()
    assert re.findall(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)", page) == []


def test_the_page_about_privacy_says_that_nothing_is_written_about_a_child():
    text = " ".join(Client().get(reverse("help_page", args=["privacy"])).content.decode().split())
    assert "or notes of any child" not in text
    assert (
        "There is no place in it to write about a child or family: every reason, answer and "
        "outcome is chosen from a list." in text
    )
    assert "free text" not in text
