"""Nothing that is read of a record nobody attested as shielded says that it is shielded."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from requests_app.desk.forms import FORMS
from requests_app.models import Request
from requests_app.practitioner.letters import LETTER, printable
from shielding.holds import letting_go
from shielding.models import Hold
from tests.requests_app.practitioner.support.answers import asked_again
from tests.requests_app.support import cast as stories
from tests.requests_app.support.desk import at_desk, main, words
from tests.requests_app.support.posts import address, answer

pytestmark = pytest.mark.django_db

FALSE = re.compile(
    r"(stays|is|remains|continues to be) shielded|shield (stands|stays|continues)|and it continues",
    re.I,
)
# What asks for the attestation, or says when it will be so, claims nothing.
ASKED = (
    "Attest that the record is shielded",
    "Attest that it is shielded",
    "check that it is shielded",
    "What is shielded stays so",
    "Leave empty if it is not shielded yet",
    "Until this page says",
)
STATES = (
    stories.submitted,
    stories.returned,
    stories.proposed,
    stories.agreed,
    stories.not_agreed,
    stories.let_go,
    stories.phoned,
    stories.considered,
    stories.look_again,
    stories.settled,
)


# The question of a look, with its answers: what is found is not said yet.
QUESTION = re.compile(r"What did you find on the system\?.*?Open from \(optional\)")


def false_words(text: str) -> list[str]:
    text = QUESTION.sub("", text)
    for asked in ASKED:
        text = text.replace(asked, "")
    return [text[max(0, found.start() - 60) : found.end()] for found in FALSE.finditer(text)]


def test_what_is_false_is_seen():
    assert false_words("The request is returned. The record stays shielded.")
    assert false_words("The shield of the record was reviewed, and it continues.")
    assert not false_words("The request stands meanwhile. Attest that it is shielded")


@pytest.mark.parametrize("story", STATES, ids=lambda one: one.__name__)
def test_no_page_of_a_request_that_was_never_applied_says_so(story):
    cast = stories.a_cast()
    request = story(cast)
    assert request.hold is None or request.hold.applied_at is None
    owner, member = at_desk(cast.owner), at_desk(cast.member)
    read = [owner.get(address(request)), owner.get(address(request, "sent"))]
    at_the_desk = [reverse("desk_request", args=[request.reference])]
    at_the_desk += [reverse(form.url_name(), args=[request.reference]) for form in FORMS]
    read += [member.get(page) for page in at_the_desk]
    found = [words(page) for page in read if page.status_code == 200]
    assert len(found) >= 2
    assert [false for one in found for false in false_words(one)] == []


def test_what_is_said_after_an_act_is_true_too():
    cast = stories.a_cast()
    request = stories.submitted(cast)
    member = at_desk(cast.member)
    posted = {"query": "number", "seen": request.changed_at.isoformat()}
    page = member.post(reverse("desk_return", args=[request.reference]), posted, follow=True)
    assert "The request is returned. It stands meanwhile." in main(page)
    assert false_words(main(page)) == []


def test_the_letter_of_a_request_that_stands_claims_no_shield():
    cast = stories.a_cast()
    request, _review = asked_again(cast.owner)
    letting_go.answer(
        request.hold,
        answer="still_needed",
        views="yes",
        sought_by="source",
        by=cast.owner,
        now=timezone.now(),
    )
    Hold.objects.filter(pk=request.hold_id).update(applied_at=None, applied_by=None)
    request = Request.objects.get(pk=request.pk)
    kinds = [letter.kind for letter in printable(cast.owner, request, timezone.now())]
    assert kinds == ["continues"]
    letter = at_desk(cast.owner).post(address(request, "letters/continues"), {"safe": "on"})
    assert "still stands" in words(letter)
    assert false_words(words(letter)) == []
    assert LETTER["continues"].title == "Letter to the family: the request still stands"


def test_it_may_not_be_safe_to_tell_the_family():
    cast = stories.a_cast()
    request = stories.draft(cast)
    owner = at_desk(cast.owner)
    leads_to = answer(owner, request, "family", family_told="not_safe")
    assert leads_to == address(request, "check")
    request.refresh_from_db()
    assert (request.family_told, request.family_told_on) == ("not_safe", None)
    assert "It is not safe to tell them" in main(owner.get(leads_to))
    # Nothing is promised, so nothing is asked for every day.
    Request.objects.filter(pk=request.pk).update(submitted_at=timezone.now() - timedelta(days=1))
    assert not Request.objects.family_to_tell().filter(pk=request.pk).exists()
