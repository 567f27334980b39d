"""Letters: which can be printed when, what is in them and what never is."""

from datetime import timedelta

import pytest
from django.utils import timezone

from logbook.models import Entry
from requests_app.desk import actions as desk_actions
from requests_app.models import Request
from requests_app.practitioner.letters import LETTER, LETTERS
from shielding import clock
from shielding.holds import letting_go
from shielding.models import Hold, Review
from shielding.records.grounds import GROUND
from shielding.reviews import actions
from tests.requests_app.practitioner.support.answers import LEFT, asked_again
from tests.requests_app.support import cast as stories
from tests.requests_app.support.desk import main
from tests.requests_app.support.posts import address

pytestmark = pytest.mark.django_db
SAFE = {"safe": "on"}


def agreed_and_applied(cast):
    request = stories.applied(cast)
    return desk_actions.agree(
        request,
        involvement="on_record",
        no_duplicate=True,
        seen=request.changed_at,
        by=cast.member,
        now=stories.NOW,
    )


def reviewed(cast):
    """A request whose source answered its six-monthly review, which nobody concluded yet."""
    request, _review = asked_again(cast.owner)
    letting_go.answer(
        request.hold,
        answer="still_needed",
        views="yes",
        sought_by="source",
        by=cast.owner,
        now=timezone.now(),
    )
    return request


def concluded_today(cast):
    """One whose source did not answer, and whose review was concluded on the due day."""
    request, review = asked_again(cast.owner)
    now = timezone.now()
    actions.conclude_record_review(
        review,
        no_duplicate=True,
        next_shown=actions.next_due(review, now),
        by=cast.member,
        now=now,
    )
    return request


def passed(cast):
    """One whose source did not answer, the morning after its due day; nobody concluded it."""
    request, review = asked_again(cast.owner)
    yesterday = review.due - timedelta(days=1)
    Review.objects.filter(pk=review.pk).update(due=yesterday)
    Hold.objects.filter(pk=review.hold_id).update(review_due=yesterday)
    return request


PRINTABLE = {
    stories.draft: [],
    stories.submitted: [],
    stories.returned: [],
    stories.proposed: [],
    stories.agreed: [],
    stories.applied: ["professionals"],
    agreed_and_applied: ["agreed", "professionals"],
    reviewed: ["agreed", "continues", "professionals"],
    concluded_today: ["agreed", "professionals"],
    passed: ["agreed", "continues", "professionals"],
    stories.not_agreed: ["not-agreed"],
    stories.considered: [],
    stories.look_again: [],
    stories.settled: ["not-agreed"],
    stories.let_go: ["no-longer-asked"],
    stories.phoned_agreed: [],
    stories.confirmed: [],
}


@pytest.mark.parametrize("story", PRINTABLE, ids=lambda story: story.__name__)
def test_a_letter_is_printed_only_where_it_fits_and_once_it_is_safe(client, story):
    cast = stories.a_cast()
    request = story(cast)
    client.force_login(cast.owner)
    for letter in LETTERS:
        page = address(request, f"letters/{letter.kind}")
        if letter.kind not in PRINTABLE[story]:
            assert client.get(page).url == address(request)
            assert client.post(page, SAFE).status_code == 409
            continue
        assert letter.title in main(client.get(address(request)))
        form = client.get(page)
        assert "It is safe to hand this over" in main(form)
        assert set(client.post(page, {}).context["form"].errors) == {"safe"}
        assert not Entry.objects.filter(event="letter_printed", facts__contains=letter.kind)
        printed = client.post(page, SAFE)
        assert request.reference in main(printed)
        assert printed.headers["Cache-Control"] == "no-store"
        entry = Entry.objects.filter(event="letter_printed").latest("id")
        assert (entry.reference, entry.actor) == (request.reference, cast.owner.uid)
        assert letter.kind in entry.facts
    assert Entry.objects.filter(event="letter_printed").count() == len(PRINTABLE[story])


@pytest.mark.parametrize(
    "story", [reviewed, stories.not_agreed, stories.settled, stories.let_go],
    ids=lambda story: story.__name__,
)  # fmt: skip
def test_nothing_of_the_case_is_in_a_letter(client, settings, story):
    cast = stories.a_cast()
    request = story(cast)
    client.force_login(cast.owner)
    hidden = {
        request.record.reference,
        request.record.number_in_clear(),
        request.service.name,
        request.service.code,
        cast.manager.name,
        cast.member.name,
        str(GROUND[request.ground].label),
        "CP1",
    }
    for kind in PRINTABLE[story]:
        text = main(client.post(address(request, f"letters/{kind}"), SAFE))
        assert [word for word in hidden if word in text] == []
        assert cast.owner.name not in text
        day = clock.today(timezone.now())
        for said in (settings.COUNCIL_NAME, settings.COUNCIL_PHONE, f"{day.day} {day:%B %Y}"):
            assert said in text
        assert "disagree" in text
    if "not-agreed" in PRINTABLE[story]:
        assert "complaints process" in text


@pytest.mark.parametrize("story", [reviewed, passed], ids=lambda story: story.__name__)
def test_the_next_review_is_in_the_letter_of_a_review_and_on_the_page(client, story):
    cast = stories.a_cast()
    request = story(cast)
    client.force_login(cast.owner)
    due = clock.next_review_due(request.hold.consultations.latest("id").review.due)
    day = f"{due.day} {due:%B %Y}"
    assert day in main(client.post(address(request, "letters/continues"), SAFE))
    page = main(client.get(address(request)))
    if story is passed:
        assert "Answer owed by" in page
        assert "1 day overdue" in page
        assert f"Six-monthly review after that {day}" in page
    else:
        assert f"Next six-monthly review {day}" in page
        assert "Answer owed by" not in page


def test_the_page_keeps_the_due_day_until_it_has_passed_though_it_was_concluded(client):
    cast = stories.a_cast()
    request = concluded_today(cast)
    client.force_login(cast.owner)
    due = clock.today(timezone.now())
    page = client.get(address(request))
    assert f"Answer owed by {due.day} {due:%B %Y}" in main(page)
    assert f"Next six-monthly review {due.day} {due:%B %Y}" in main(page)
    assert "Answer the review" in main(page)


def test_nobody_else_prints_it_and_there_is_no_other_letter(client):
    cast = stories.a_cast()
    request = stories.applied(cast)
    for person, answer in ((cast.colleague, 404), (cast.manager, 404), (cast.member, 403)):
        client.force_login(person)
        assert client.post(address(request, "letters/professionals"), SAFE).status_code == answer
    client.force_login(cast.owner)
    assert client.get(address(request, "letters/else")).status_code == 404
    assert not Entry.objects.filter(event="letter_printed").exists()


def test_what_was_let_go_has_its_own_letter_alone(client):
    cast = stories.a_cast()
    request = agreed_and_applied(cast)
    client.force_login(cast.owner)
    client.post(address(request, "withdraw"), LEFT)
    request = Request.objects.get(pk=request.pk)
    text = main(client.get(address(request)))
    assert LETTER["no-longer-asked"].title in text
    assert LETTER["agreed"].title not in text
