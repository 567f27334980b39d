"""Another child of a family: number and attestations only, sent in one step, linked to nothing."""

import html
import json
import re
from datetime import timedelta
from itertools import product

import pytest
from django.utils import timezone

from logbook.models import Entry
from requests_app import questions, states
from requests_app.models import Request
from requests_app.practitioner import actions
from requests_app.practitioner.again import in_place_of
from shielding.holds import letting_go
from shielding.web.refusals import NotAllowed, Refused, WrongState
from tests.requests_app.support.posts import ASKED_AGAIN, address, again_post, entries_of
from tests.support.entries import entries
from tests.support.hostile import HOSTILE
from tests.support.people import a_practitioner
from tests.support.requests import a_draft, a_number, a_request

pytestmark = pytest.mark.django_db


def shown(client, like, *, number="", query="", **changed):
    """Return what a person posts who opened the page now and filled in all of it."""
    form = client.get(address(like, "again") + query).context["form"]
    hidden = {"reference": form.initial["reference"]}
    if form.initial["instead"]:
        hidden["instead"] = form.initial["instead"]
    return again_post(like, number=number) | hidden | changed


def again(client, like, **changed):
    return client.post(address(like, "again"), shown(client, like, **changed))


def newest_standing(person) -> Request:
    return Request.objects.own_standing(person).latest("id")


def newest() -> Request:
    return Request.objects.latest("id")


def test_it_asks_the_number_and_what_is_attested_and_sends_at_once(signed_in, person):
    like = a_request(person, lead_professional="none")
    page = signed_in.get(address(like, "again"))
    form = page.context["form"]
    assert [part.slug for part in form.pages] == list(ASKED_AGAIN)
    # Nothing that attests is ticked or filled in, and the number is not there.
    chosen = re.findall(r"<input[^>]*checked[^>]*>", page.text)
    assert [re.search('name="([^"]*)"', one)[1] for one in chosen] == ["asked_by"]
    assert like.record.number_in_clear() not in page.text
    assert "old record and their new one in one sitting" in page.text
    number, before = a_number(), Entry.objects.latest("id").pk
    answered = again(signed_in, like, number=number)
    sent = newest()
    assert answered.url == address(sent, "sent")
    assert (sent.state, sent.record.number_in_clear()) == (states.SUBMITTED, number)
    assert (sent.lead_professional, sent.origin, sent.ground) == ("none", "family", "abuse")
    assert sent.identity_confirmed_on == timezone.localdate()
    assert (sent.supporter_not_listed, sent.siblings_considered) == (True, True)
    assert sent.hold.is_standing
    assert sent.review.hold == sent.hold
    # As any request, by the acts that any request is; and no entry of it names the one before.
    assert entries_of(sent) == [
        "draft_started",
        "hold_placed",
        "review_opened",
        "request_submitted",
    ]
    since = Entry.objects.filter(pk__gt=before)
    about_both = [one.event for one in since if like.reference in f"{one.reference}{one.facts}"]
    assert about_both == ["request_opened"]  # the page, opened before anything was sent
    assert sent.submitted_at == sent.created_at != like.submitted_at
    linked = {
        column.name
        for column in Request._meta.concrete_fields
        if type(value := getattr(sent, column.name)) is not bool
        and value in (like, like.pk, like.reference, like.uid)
    }
    assert linked == set()


def test_sent_twice_it_finds_what_was_sent(signed_in, person):
    like = a_request(person)
    typed = shown(signed_in, like)
    urls = {signed_in.post(address(like, "again"), typed).url for _ in range(3)}
    assert urls == {address(newest(), "sent")}
    assert Request.objects.count() == 2
    assert entries_of(newest()).count("request_submitted") == 1
    # With another number nothing is sent, and nobody reads that it was.
    other = a_number()
    late = signed_in.post(address(like, "again"), typed | {"number": other, "number_again": other})
    assert late.status_code == 409
    assert "Nothing was sent now" in late.text
    assert other not in late.text
    assert Request.objects.count() == 2


def test_a_reference_that_was_not_born_in_this_form_is_not_taken(signed_in, person):
    like = a_request(person)
    for reference in ("", like.reference, "IW-2222-2222", f"{like.reference}:x", "\x00"):
        page = again(signed_in, like, reference=reference)
        assert "reference" in page.context["form"].errors
    assert Request.objects.count() == 1


def test_bad_input_and_nothing_at_all_are_refused_beside_the_field(signed_in, person):
    like = a_request(person)
    typed = shown(signed_in, like)
    ticks = ("identity_confirmed", "measures_considered", "siblings_considered", "reason_to_ask")
    for field, value in product(typed, HOSTILE.values()):
        if field in (*ticks, "reference") and value != "":
            continue
        page = signed_in.post(address(like, "again"), typed | {field: value})
        assert page.status_code == 200, (field, value)
        assert page.context["form"].errors
        assert "<script>alert" not in page.text
    nothing = signed_in.post(address(like, "again"), {})
    for name in ("number", "explained", "points", "family_told", "reason_to_ask"):
        assert f'id="id_{name}_error"' in nothing.text
    assert Request.objects.count() == 1


def test_what_they_ask_for_already_is_told_and_another_decision_starts_anew(signed_in, person):
    like = a_request(person)
    page = again(signed_in, like, number=like.record.number_in_clear())
    assert page.context["form"].errors == {
        "number": ["You have already asked for this record to be shielded"]
    }
    assert f'href="{address(like)}"' in page.text
    assert len(entries("refused")) == 1
    page = again(signed_in, like, not_grounds=["well_known"])
    assert list(page.context["form"].errors) == ["not_grounds"]
    assert Request.objects.count() == 1


def test_considered_is_sent_as_considered(signed_in, person):
    like = a_request(person, decision="considered", not_grounds=["whereabouts"])
    form = signed_in.get(address(like, "again")).context["form"]
    assert [part.slug for part in form.pages] == [
        "number", "identity", "explained", "not-grounds", "points", "manager", "family",
    ]  # fmt: skip
    only = {"own_system", "own_system_on_day", "measures_considered", "siblings_considered"}
    typed = {name: value for name, value in shown(signed_in, like).items() if name not in only}
    signed_in.post(address(like, "again"), typed | {"not_grounds": ["whereabouts"]})
    assert (newest().state, newest().considered_reason) == (states.CONSIDERED, "whereabouts")


@pytest.mark.parametrize("ground", ["placement", "police_protection"])
def test_an_old_and_a_new_identity_are_never_asked_for_in_a_row(signed_in, person, ground):
    like = a_request(person, ground=ground)
    link = f'href="{address(like, "again")}'
    for page in ("", "sent"):
        assert link not in signed_in.get(address(like, page)).text
    assert signed_in.get(address(like, "again")).url == address(like)
    assert signed_in.post(address(like, "again"), {}).status_code == 409
    # The right record in place of a wrong one is another thing: before it is taken back
    typed = shown(signed_in, like, query=in_error_query(signed_in, like))
    assert in_place_of.is_signed(typed["instead"], like, person)
    sent = signed_in.post(address(like, "again"), typed)
    assert (newest().record.number_in_clear() != like.record.number_in_clear(), sent.url) == (
        True,
        address(like, "in-error"),  # which is taken back next
    )
    assert f"Request {newest().reference} is sent" in signed_in.get(sent.url).text
    # and after.
    other = a_request(person, ground=ground)
    letting_go.take_back(other.hold, in_error=True, by=person, now=timezone.now())
    assert again(signed_in, other).url == address(newest(), "sent")
    assert Request.objects.count() == 4
    # One that was withdrawn is not one entered in error.
    gone = a_request(person, ground=ground)
    parting = letting_go.Parting(own_systems_unshielded=True, family="told")
    letting_go.withdraw(gone.hold, parting=parting, by=person, now=timezone.now())
    for query in ("?instead=1", "?instead=True", "?instead="):
        assert signed_in.get(address(other, "again") + query).status_code == 200
        assert signed_in.get(address(newest_standing(person), "again") + query).status_code == 302
    said = in_place_of.signed(gone, person)
    for query in ("", f"?instead={said}"):
        assert signed_in.get(address(gone, "again") + query).url == address(gone)


def in_error_query(client, like) -> str:
    """Return the query with which the page of one entered in error leads to the page of another."""
    page = client.get(address(like, "in-error")).text
    return html.unescape(re.search(rf'href="{address(like, "again")}(\?instead=[^"]+)"', page)[1])


def test_only_the_page_that_says_it_was_in_error_leads_to_one_in_its_place(
    signed_in, person, monkeypatch
):
    like, other = (a_request(person, ground="placement") for _ in range(2))
    query = in_error_query(signed_in, like)
    own = in_place_of.signed(like, person)
    typed = shown(signed_in, like, query=query)
    by_hand = ["1", "True", f"{own}x", own.split(":")[0], "\x00", "é"]
    by_hand += [in_place_of.signed(other, person), in_place_of.signed(like, a_practitioner())]
    for value in by_hand:
        assert signed_in.get(address(like, "again"), {"instead": value}).url == address(like)
        sent = signed_in.post(address(like, "again"), typed | {"instead": value})
        assert sent.status_code == 409, value
    # Of the other it is of no use, and too old of none.
    assert signed_in.get(address(other, "again") + query).url == address(other)
    monkeypatch.setattr(in_place_of, "GOOD_FOR", timedelta(seconds=-1))
    assert signed_in.get(address(like, "again") + query).url == address(like)
    assert signed_in.post(address(like, "again"), typed).status_code == 409
    monkeypatch.undo()
    assert Request.objects.count() == 2
    assert signed_in.post(address(like, "again"), typed).url == address(like, "in-error")


def test_a_draft_and_one_half_answered_are_not_begun_from(signed_in, person):
    draft = a_draft(person)
    assert signed_in.get(address(draft, "again")).url == address(draft)
    like = a_request(person)
    Request.objects.filter(pk=like.pk).update(points=[])
    assert signed_in.get(address(like, "again")).url == address(like)
    assert signed_in.post(address(like, "again"), {}).status_code == 409
    assert signed_in.get(address(a_request(), "again")).status_code == 404
    assert signed_in.post(address(a_request(), "again"), {}).status_code == 404


def _values(number: str) -> dict:
    day = timezone.localdate() - timedelta(days=1)
    return {
        "number": number, "asked_by": "parent_carer", "identity_confirmed_on": day,
        "explained": ["reasons", "sensitive", "disadvantages"], "not_grounds": [],
        "points": ["knows_home", "contact_visits"], "supporter": None,
        "supporter_not_listed": True, "supported_on": None, "own_system": "yes",
        "own_system_on": day, "measures_considered": True, "siblings_considered": True,
        "family_told": "will", "family_told_on": None,
    }  # fmt: skip


def test_the_act_refuses_what_its_page_does_not_offer(person):
    now, number = timezone.now(), a_number()
    like, theirs = a_request(person), a_request()
    send = {"values": _values(number), "by": person, "now": now}
    with pytest.raises(WrongState, match="not_again"):
        actions.send_another(theirs, reference="IW-2222-3333", **send)
    placed = a_request(person, ground="placement")
    with pytest.raises(WrongState, match="not_again"):
        actions.send_another(placed, reference="IW-2222-3333", **send)
    with pytest.raises(NotAllowed):
        actions.send_another(like, reference=theirs.reference, **send)
    half = send | {"values": {**_values(number), "points": ["knows_home"]}}
    with pytest.raises(WrongState, match="not_complete"):
        actions.send_another(like, reference="IW-2222-3333", **half)
    assert not Request.objects.filter(reference="IW-2222-3333").exists()
    sent = actions.send_another(like, reference="IW-2222-3333", **send)
    assert actions.send_another(like, reference="IW-2222-3333", **send) == sent
    with pytest.raises(Refused, match="already_sent"):
        actions.send_another(
            like, reference="IW-2222-3333", **send | {"values": _values(a_number())}
        )
    written = Entry.objects.get(event="request_answers_changed", reference=sent.reference)
    assert json.loads(written.facts)["pages"] == list(ASKED_AGAIN)
    assert questions.missing(sent) == []
