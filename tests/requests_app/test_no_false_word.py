"""Nothing that is read of a record nobody attested as shielded says that it is shielded.

Nor that anything is still to come, or over, which in that state is not, or of which only one of
several requests is known.
"""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from requests_app.desk import actions as desk_actions
from requests_app.desk.forms import FORMS
from requests_app.models import Request
from requests_app.practitioner.letters import LETTER, printable
from shielding.holds import letting_go
from shielding.holds.disputes import hand_over_actions as disputes
from shielding.holds.hand_over.models import HandOver
from shielding.models import Hold
from tests.requests_app.practitioner.support.answers import asked_again
from tests.requests_app.support import cast as stories
from tests.requests_app.support.desk import at_desk, main, words
from tests.requests_app.support.posts import DECLARED, address, answer
from tests.support import hand_overs

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
# Where what the confirmation page says happens next is still to come.
AS_SENT = (stories.submitted, stories.returned, stories.proposed, stories.considered)


# The question of a look, with its answers: what is found is not said yet.
QUESTION = re.compile(r"What did you find on ContactPoint\?.*?Open from \(optional\)")


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
    assert (read[1].status_code == 200) is (story in AS_SENT)
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


def test_another_reason_promises_neither_a_shield_nor_a_call():
    cast = stories.a_cast()
    request = stories.considered(cast)
    Request.objects.filter(pk=request.pk).update(ground="other")
    owner, member = at_desk(cast.owner), at_desk(cast.member)
    read = [owner.get(one) for one in (address(request), "/requests/", reverse("worksheet"))]
    read += [member.get(one) for one in ("/desk/", f"/desk/requests/{request.reference}/")]
    for page in read:
        assert "Another reason" in words(page)
        assert "phone you" not in words(page)
        assert "shielded meanwhile" not in words(page)
    draft = stories.draft(cast)
    hint = (
        "If you ask for a shield, the IW Team phones you about it. Your request stands meanwhile."
    )
    assert hint in main(owner.get(address(draft, "ground")))


def test_who_considered_it_tells_the_family_of_no_review_every_six_months():
    cast = stories.a_cast()
    owner = at_desk(cast.owner)
    for decision, said in (("considered", "a second time"), ("shield", "then every six months")):
        asks = main(owner.get(address(stories.draft(cast, decision=decision), "family")))
        others = {"a second time", "then every six months"} - {said}
        assert (said in asks, [one for one in others if one in asks]) == (True, [])


def test_letting_go_is_said_of_the_request_and_not_of_the_service_or_for_ever():
    """A colleague of the same service may ask too; and what was handed over may stand again."""
    cast = stories.a_cast()
    owner, member = at_desk(cast.owner), at_desk(cast.member)
    asked = stories.submitted(cast)
    read = [owner.get(address(asked, page)) for page in ("withdraw", "in-error")]
    read.append(member.get(reverse("hold_let_go", args=[asked.reference])))
    gone = stories.returned_let_go(cast)
    read += [owner.get(one) for one in (address(gone), "/requests/")]
    read.append(owner.post(address(gone, "letters/no-longer-asked"), {"safe": "on"}))
    refused = [owner.post(address(gone, "check"), DECLARED)]
    posted = {"reason": "well_known", "seen": gone.changed_at.isoformat()}
    refused.append(member.post(reverse("desk_propose", args=[gone.reference]), posted))
    for page in refused:
        assert page.status_code == 409
        assert "This request no longer asks for a shield." in words(page)
    for page in (*read, *refused):
        assert re.search(
            r"(This|the) request (then )?no longer asks|It then no longer"
            r"|No longer asks for a shield|The request to shield the record on \w+ has ended",
            words(page),
        )
        for false in ("service no longer", "service that gave", "nobody asks you", "From then on"):
            assert false not in words(page)


def test_what_was_not_agreed_and_stands_again_is_not_told_as_not_agreed():
    cast = stories.a_cast()
    request = stories.submitted(cast)
    hand_overs.hand_over(cast.owner, to=cast.colleague, by=cast.lead, now=stories.NOW)
    request.refresh_from_db()
    desk_actions.propose_not_agreed(
        request, reason="well_known", seen=stories.NOW, by=cast.proposer, now=stories.NOW
    )
    request.refresh_from_db()
    desk_actions.confirm_not_agreed(
        request, no_duplicate=True, seen=stories.NOW, by=cast.member, now=stories.NOW
    )
    colleague = at_desk(cast.colleague)
    assert "Letter to the family: not to be shielded" in main(colleague.get(address(request)))
    told = HandOver.objects.get(person=cast.owner).told.get(person=cast.owner)
    disputes.say_wrong(told, by=cast.owner, now=stories.LATER)
    owner = at_desk(cast.owner)
    text = main(owner.get(address(request)))
    assert "Status With the IW Team" in text
    assert "Your request stands again. Phone the IW Team. Until this page says" in text
    assert "Letter to the family" not in text
    assert "What to tell a family that does not agree" not in text
    assert owner.post(address(request, "letters/not-agreed"), {"safe": "on"}).status_code == 409
    page = at_desk(cast.member).get(reverse("desk_request", args=[request.reference]))
    assert "State Not agreed, and stands again" in main(page)


NEXT = {
    stories.submitted: "The IW Team is to shield the record and to decide on your request. Until",
    stories.proposed: "The IW Team is to shield the record and to decide on your request. Until",
    stories.agreed: "Agreed, and not yet applied for your request. Until",
    stories.returned: "then send it again. Until",
    stories.applied: "Applied for your request. The IW Team has yet to decide on it.",
    stories.considered: "This request asks for no shield. Act as if the record can be found.",
    stories.settled: "This request asks for no shield. Act as if the record can be found.",
    stories.not_agreed: "Act as if the record can be found. Tell the family in a way",
    stories.look_again: "shielded after all. Act as if the record can be found.",
    stories.let_go: "no longer asks for the record to be shielded. Act as if the record can be",
}


def test_what_is_still_to_come_depends_on_this_request_alone():
    """It may be shielded for another; a decision may come first, or late."""
    for story, said in NEXT.items():
        cast = stories.a_cast()
        assert said in main(at_desk(cast.owner).get(address(story(cast))))
    cast = stories.a_cast()
    request = stories.returned(cast)
    Hold.objects.filter(pk=request.hold_id).update(found_open_at=stories.NOW)
    text = main(at_desk(cast.owner).get(address(request)))
    assert "then send it again. Phone the IW Team now about this request." in text


def test_a_phoned_request_is_to_be_confirmed_only_while_it_stands():
    stands = "The request stands meanwhile."
    ended = "This request no longer stands."
    for story, confirm, found in (
        (stories.phoned, True, stands),
        (stories.phoned_let_go, False, ended),
    ):
        cast = stories.a_cast()
        request, owner = story(cast), at_desk(cast.owner)
        detail, not_me = (
            main(owner.get(address(request))),
            main(owner.get(address(request, "not-me"))),
        )
        assert ("then confirm it" in detail, ended in detail) == (confirm, not confirm)
        assert [one for one in (stands, ended) if one in not_me] == [found]


def test_what_was_agreed_before_it_was_confirmed_leads_to_the_request():
    cast = stories.a_cast()
    request = stories.phoned_agreed(cast)
    page = at_desk(cast.owner).post(address(request, "check"), DECLARED, follow=True)
    assert page.request["PATH_INFO"] == address(request)
    assert "Phoned request confirmed" in words(page)
