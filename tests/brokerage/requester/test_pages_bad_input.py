"""Whatever a requester types or posts ends as a message beside its field; nothing saved is lost."""

from datetime import timedelta
from itertools import product

import pytest
from django.conf import settings
from django.utils import timezone

from brokerage import questions
from brokerage.models import AccessRequest
from brokerage.requester import actions
from logbook.references import new_reference
from shielding import clock
from tests.brokerage.support.cast import a_draft, again
from tests.brokerage.support.requester_posts import DECLARED, address, answer, declared, posts
from tests.requests_app.support.desk import main
from tests.requests_app.support.posts import on
from tests.support.hostile import HOSTILE
from tests.support.people import a_practitioner

pytestmark = pytest.mark.django_db


@pytest.fixture
def person():
    return a_practitioner(manager=a_practitioner())


@pytest.fixture
def signed_in(client, person):
    client.force_login(person)
    return client


@pytest.fixture
def draft(person):
    until = timezone.localdate() + timedelta(days=30)
    return a_draft(person, now=timezone.now(), needed_until=until)


def columns(access):
    return AccessRequest.objects.filter(pk=access.pk).values().get()


def message(client, access, slug, **changed):
    """Post a page with something wrong in it; return what stands beside its fields."""
    before = columns(access)
    page = client.post(address(access, slug), posts()[slug] | changed)
    assert page.status_code == 200, (slug, changed)
    assert columns(access) == before
    errors = page.context["form"].errors
    text = page.content.decode()
    assert text.count("<title>Error: ") == 1
    for name in errors:
        assert f'id="id_{name}_error"' in text
    return {name: list(said) for name, said in errors.items()}


@pytest.mark.parametrize("slug", posts())
def test_bad_input_is_refused_beside_its_field(signed_in, draft, slug):
    for field, (about, value) in product(posts()[slug], HOSTILE.items()):
        assert message(signed_in, draft, slug, **{field: value}), (field, about)


@pytest.mark.parametrize("slug", posts())
def test_nothing_at_all_is_refused(signed_in, draft, slug):
    before = columns(draft)
    page = signed_in.post(address(draft, slug), {})
    assert page.status_code == 200
    assert page.context["form"].errors
    assert columns(draft) == before


def test_the_sentences_of_the_number_page(signed_in, draft):
    assert message(signed_in, draft, "record", number_again="CP99999999") == {
        "number_again": ["The two record numbers are not the same. Type both again"]
    }
    assert message(signed_in, draft, "record", number="") == {"number": ["Enter the record number"]}


def test_until_is_at_least_four_working_days_and_no_more_than_six_months_ahead(signed_in, draft):
    today = timezone.localdate()
    first, last = clock.working_days_after(today, 4), clock.months_after(today, 6)
    sooner = "The date must be at least four working days from today. If you need it sooner, phone "
    for day, said in (
        (today - timedelta(days=1), "The date must be today or in the future"),
        (first - timedelta(days=1), f"{sooner}the IW Team"),
        (last + timedelta(days=1), "The date must be within six months from today"),
    ):
        assert message(signed_in, draft, "terms", **on("needed_until", day)) == {
            "needed_until": [said]
        }
    page = main(signed_in.get(address(draft, "terms")))
    assert f"if you need it sooner, phone the IW Team on {settings.COUNCIL_PHONE}" in page
    for day in (first, last):
        answer(signed_in, draft, "terms", **on("needed_until", day))
        assert again(draft).needed_until == day


def test_a_day_is_needed_only_where_it_is_documented(signed_in, draft):
    empty = {f"documented_on_{part}": "" for part in ("day", "month", "year")}
    assert message(signed_in, draft, "terms", **empty) == {
        "documented_on": ["Enter the date you documented it"]
    }
    answer(signed_in, draft, "terms", documented="not_applicable", documented_on_day="\x00")
    assert (again(draft).documented, again(draft).documented_on) == ("not_applicable", None)


STORY = "Dad is in prison for assault and gets out in March"


def test_a_story_is_no_answer_to_any_question(signed_in, draft):
    for slug, typed in posts().items():
        for field in typed:
            said = str(message(signed_in, draft, slug, **{field: STORY}))
            assert STORY not in said, field


def test_columns_that_are_not_on_the_page_are_not_changed(signed_in, draft):
    before = columns(draft)
    extra = {"state": "concluded", "requester": "1", "publish_at": "1", "sought": "message"}
    answer(signed_in, draft, "record", number="", number_again="", **extra)
    saved = columns(draft)
    assert saved.pop("changed_at") > before.pop("changed_at")  # the page itself was saved
    assert saved == before


@pytest.mark.parametrize("also", [["manager"], ["court"], ["manager", "team", "meeting"]])
def test_only_me_stands_alone(signed_in, draft, also):
    before = again(draft).seen_by
    words = "Select “Only me”, or who else would see it, not both"
    assert message(signed_in, draft, "need", seen_by=["me", *also]) == {"seen_by": [words]}
    assert again(draft).seen_by == before


def test_a_draft_from_before_that_rule_is_asked_again(signed_in, draft):
    values = {"seen_by": ["me", "manager"]}
    page = questions.PAGE["seen-by"]
    actions.save_answers(draft, page, values=values, by=draft.requester, now=timezone.now())
    check = signed_in.post(address(draft, "check"), declared(draft))
    assert [one.text for one in check.context["missing"]] == ["Who would see it"]


def test_declarations_take_only_their_own_ticks(signed_in, draft):
    for ticked in ([], ["role"], ["\x00"], ["role"] * 5, [*DECLARED["declared"], "more"]):
        page = signed_in.post(address(draft, "check"), declared(draft) | {"declared": ticked})
        assert set(page.context["form"].errors) == {"declared"}


def test_too_much_is_turned_away(signed_in, draft):
    before = columns(draft)
    much = {"need": "x" * 300_000}
    many = {f"field{number}": "" for number in range(300)}
    for typed in (much, many):
        assert signed_in.post(address(draft, "need"), typed).status_code == 400
    assert columns(draft) == before


def test_an_unknown_page_and_an_unknown_reference_are_not_there(signed_in, draft):
    for path in ("nothing", "reason", "state", "NUMBER", "number%00", "%E2%80%AEnumber"):
        for visit in (signed_in.get, signed_in.post):
            assert visit(f"/access/{draft.reference}/{path}/").status_code == 404
    for reference in (new_reference(), "IW-0000-0000", "nonsense", "IW-%00"):
        for page in ("", "check/", "need/", "withdraw/"):
            assert signed_in.get(f"/access/{reference}/{page}").status_code == 404


def test_a_strange_list_address_lists_all_the_same(signed_in, draft):
    for number in ("0", "-1", "x", "\x00", "9" * 400, "\u202e1"):
        for show in ("", "drafts", "\x00", "x" * 5000):
            page = signed_in.get("/access/", {"page": number, "show": show})
            assert page.status_code == 200
