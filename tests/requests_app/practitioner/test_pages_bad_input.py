"""Whatever is typed or posted ends as a message beside its field, and nothing saved is lost."""

from datetime import timedelta
from itertools import product

import pytest
from django.utils import timezone

from logbook.models import Entry
from requests_app import questions
from requests_app.models import Request
from tests.requests_app.support.posts import DECLARED, address, answer, on, sheet_post
from tests.support.entries import entries
from tests.support.hostile import HOSTILE
from tests.support.people import a_practitioner, an_iw_member
from tests.support.requests import a_draft, a_request

pytestmark = pytest.mark.django_db

TICKS = ("identity_confirmed", "measures_considered", "siblings_considered")


@pytest.fixture
def person():
    return a_practitioner()


def columns(request):
    return Request.objects.filter(pk=request.pk).values().get()


@pytest.mark.parametrize("slug", questions.SHEET)
def test_bad_input_and_nothing_at_all_are_refused_beside_the_field(signed_in, person, slug):
    request = a_draft(person)
    before = columns(request)
    typed = sheet_post(request, slug)
    if slug == "decision":  # so that the reason counts
        typed["decision"] = "considered"
    for field, value in product(typed, HOSTILE.values()):
        if field in TICKS and value != "":
            continue  # a tick is a tick, whatever a script calls it
        page = signed_in.post(address(request, slug), typed | {field: value})
        assert page.status_code == 200, (field, value)
        form = page.context["form"]
        assert form.errors
        text = page.content.decode()
        assert text.count("<title>Error: ") == 1
        for name in form.errors:
            assert f'id="id_{name}_error"' in text
        assert "<script>alert" not in text
    nothing = signed_in.post(address(request, slug), {})
    assert (nothing.status_code, bool(nothing.context["form"].errors)) == (200, True)
    assert columns(request) == before


def message(client, request, slug, **changed):
    page = client.post(address(request, slug), sheet_post(request, slug) | changed)
    assert page.status_code == 200
    return {name: list(errors) for name, errors in page.context["form"].errors.items()}


def test_the_sentences_of_the_number_page(signed_in, person):
    client, request = signed_in, a_draft(person)
    assert message(client, request, "number", number="CP1", number_again="CP1") == {
        "number": ["Enter a record number in the right format: look at the record, not at a letter"]
    }
    assert message(client, request, "number", number_again="CP99999999") == {
        "number_again": ["The two record numbers are not the same. Type both again"]
    }
    assert message(client, request, "number", number_again="") == {
        "number_again": ["Type the record number a second time"]
    }
    assert message(client, request, "number", number="") == {"number": ["Enter the record number"]}


def test_none_of_these_stands_alone(signed_in, person):
    request = a_draft(person)
    assert message(signed_in, request, "not-grounds", not_grounds=["none", "objection"]) == {
        "not_grounds": ["Select what applies or “None of these”, not both"]
    }


def test_every_tick_is_needed(signed_in, person):
    request = a_draft(person, ground="abduction")
    explain = ["Explain all three to the person who asked, then tick each"]
    assert message(signed_in, request, "explained", explained=["reasons", "reasons"]) == {
        "explained": explain
    }
    assert message(signed_in, request, "points", points=["police"]) == {
        "points": ["Consider each point, then tick it"]
    }


def test_days_are_past_and_not_absurdly_old(signed_in, person):
    client, request, today = signed_in, a_draft(person), timezone.localdate()
    future = ["The date must be today or in the past"]
    old = ["Check the year: the date is too long ago"]
    for slug, field, years in (
        ("identity", "identity_confirmed_on", 1),
        ("protection", "own_system_on", 25),
        ("family", "family_told_on", 1),
    ):
        late = on(field, today + timedelta(days=1))
        early = on(field, today - timedelta(days=366 * years + 1))
        assert message(client, request, slug, **late) == {field: future}
        assert message(client, request, slug, **early) == {field: old}
        just = on(field, today - timedelta(days=366 * years))
        answer(client, request, slug, **just)


def test_a_day_is_needed_only_where_something_was_done(signed_in, person):
    client, request = signed_in, a_draft(person)
    empty = {f"own_system_on_{part}": "" for part in ("day", "month", "year")}
    assert message(client, request, "protection", **empty) == {
        "own_system_on": ["Enter the date you shielded your own systems"]
    }
    nonsense = on("own_system_on") | {"own_system_on_day": "\x00"}
    answer(client, request, "protection", own_system="not_applicable", **nonsense)
    request.refresh_from_db()
    assert (request.own_system, request.own_system_on) == ("not_applicable", None)


def test_a_manager_is_one_of_those_shown(signed_in, person):
    request = a_draft(person)
    stranger, member = a_practitioner(), an_iw_member()
    a_practitioner(manager=stranger)
    for other in (stranger, member, person):
        assert message(signed_in, request, "manager", supporter=str(other.uid)) == {
            "supporter": ["Select one of the answers shown"]
        }


def test_whoever_may_not_be_named_is_answered_alike_and_each_try_is_an_entry(signed_in, person):
    request = a_draft(person)
    elsewhere, gone = a_practitioner(), a_practitioner(service=person.service, is_active=False)
    for manager in (elsewhere, gone):
        a_practitioner(service=manager.service, manager=manager)
    alone = a_practitioner(service=person.service)
    emails = [one.email for one in (elsewhere, gone, alone, person, an_iw_member())]
    emails.append("nobody@council.example")
    before = columns(request)
    for email in emails:
        assert message(
            signed_in, request, "manager", supporter="another", email=email, **on("supported_on")
        ) == {"email": ["Check the email: no manager you can name has it"]}
    written = Entry.objects.filter(event="nobody_named")
    assert [(one.reference, one.actor, one.facts) for one in written] == [
        (request.reference, person.uid, "{}")
    ] * len(emails)
    assert columns(request) == before


def test_an_email_is_looked_up_when_all_else_is_right_and_ten_times_a_day(signed_in, person):
    request, manager = a_draft(person), a_practitioner(service=person.service)
    a_practitioner(service=person.service, manager=manager)
    own = manager.email
    for email in (own, "nobody@council.example"):
        assert message(signed_in, request, "manager", supporter="another", email=email) == {
            "supported_on": ["Enter the date your line manager supported it"]
        }
    assert message(signed_in, request, "manager", supporter="another", **on("supported_on")) == {
        "email": ["Enter the work email of the manager who supported you"]
    }
    # All of the sheet: with a point left out nobody is looked up either.
    for email in (own, "nobody@council.example"):
        assert message(
            signed_in, request, "manager", supporter="another", email=email, points=["knows_home"],
            **on("supported_on"),
        ) == {"points": ["Consider each point, then tick it"]}  # fmt: skip
    assert entries("nobody_named") == []
    typed = {"supporter": "another", **on("supported_on")}
    for number in range(10):
        message(signed_in, request, "manager", email=f"nobody{number}@council.example", **typed)
    assert message(signed_in, request, "manager", email=own, **typed) == {
        "email": ["You have tried too often today. Phone the IW Team if you need help"]
    }
    # Nobody was looked up, and the try is an entry all the same.
    assert len(entries("nobody_named")) == 11
    # What is typed beside another answer is no answer.
    answer(signed_in, request, "manager", supporter="not_listed", email="no email")


def test_a_named_manager_needs_the_day(client):
    manager = a_practitioner()
    person = a_practitioner(service=manager.service, manager=manager)
    client.force_login(person)
    request = a_draft(person)
    assert message(client, request, "manager", supporter=str(manager.uid)) == {
        "supported_on": ["Enter the date your line manager supported it"]
    }


def test_a_key_given_twice_counts_once(signed_in, person):
    request = a_draft(person)
    answer(signed_in, request, "origin", origin=["practitioner", "family"])
    answer(signed_in, request, "explained", explained=["reasons", "sensitive", "disadvantages"] * 2)
    request.refresh_from_db()
    assert (request.origin, request.explained) == (
        "family",
        ["reasons", "sensitive", "disadvantages"],
    )


def test_columns_that_are_not_on_the_page_are_not_changed(signed_in, person):
    request = a_draft(person)
    before = columns(request)
    extra = {"state": "agreed", "practitioner": "1", "decided_by": "1", "ground": "other"}
    answer(signed_in, request, "record", number="", number_again="", **extra)
    saved = columns(request)
    assert saved.pop("changed_at") > before.pop("changed_at")  # the page itself was saved
    assert saved == before


def test_the_day_the_family_was_told(signed_in, person):
    request = a_request(person, family_told="will", family_told_on=None)
    for value in HOSTILE.values():
        page = signed_in.post(address(request, "family-told"), on("on") | {"on_month": value})
        assert page.status_code == 200
        assert set(page.context["form"].errors) == {"on"}


def test_too_much_is_turned_away(signed_in, person):
    request = a_draft(person)
    before = columns(request)
    much = {"origin": "x" * 300_000}
    many = {f"field{number}": "" for number in range(300)}
    for typed in (much, many):
        assert signed_in.post(address(request, "origin"), typed).status_code == 400
    assert columns(request) == before


def test_an_unknown_page_is_not_there(signed_in, person):
    request = a_draft(person)
    for path in ("nothing", "state", "NUMBER", "number%00", "%E2%80%AEnumber"):
        for visit in (signed_in.get, signed_in.post):
            assert visit(f"/requests/{request.reference}/{path}/").status_code == 404


def test_a_strange_list_address_lists_all_the_same(signed_in, person):
    a_request(person)
    for number in ("0", "-1", "x", "\x00", "9" * 400, "\u202e1"):
        for show in ("", "drafts", "\x00", "x" * 5000):
            page = signed_in.get("/requests/", {"page": number, "show": show})
            assert page.status_code == 200


def test_declarations_take_only_ticks(signed_in, person):
    request = a_draft(person)
    for name in DECLARED:
        page = signed_in.post(address(request, "check"), DECLARED | {name: ""})
        assert set(page.context["form"].errors) == {name}
