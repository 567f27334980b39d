"""The IW Team's pages of six-monthly reviews, and of what sources say by phone."""

import re

import pytest
from django.utils import timezone

from logbook.models import Entry
from logbook.reading import facts_of
from requests_app.practitioner import actions as asking
from shielding import clock
from shielding.accounts.models import User
from shielding.holds import letting_go
from shielding.models import Consultation, Hold, Record, Review
from shielding.notices.models import Notice
from shielding.reviews import actions
from shielding.web.cells import Card, Fact
from tests.requests_app.support.desk import at_desk, main
from tests.requests_app.support.desk_caseload import a_phoned_request
from tests.support.people import a_practitioner, a_service, an_iw_member
from tests.support.requests import a_written_draft
from tests.support.shielded_records import DAY, agreed_holds, at, let_go, place
from tests.support.statements import Statements

pytestmark = pytest.mark.django_db
LIST = "/six-monthly-reviews/"
STILL = {"answer": "still_needed", "views": "yes", "sought_by": "source"}
GONE = {
    "answer": "no_longer_needed",
    "views": "no",
    "own_systems_unshielded": "on",
    "family": "not_safe",
}


def ago(days: int):
    return at(timezone.localdate() - days * DAY)


def a_review(*sources: User, days: int) -> Review:
    """Return the open review of the first of these sources, who asked so many days ago."""
    holds = agreed_holds(*sources, now=ago(days))
    opened = actions.open_reviews_of(holds[0].record, now=timezone.now())
    return next(review for review in opened if review.hold == holds[0])


def waiting(*sources: User) -> Review:
    return a_review(*sources, days=160)


def overdue(*sources: User) -> Review:
    return a_review(*sources, days=200)


def page_of(review: Review) -> str:
    return f"{LIST}{review.reference}/"


def said(hold: Hold, act: str = "answer") -> str:
    return f"/by-phone/{hold.reference}/{act}/"


def next_shown(page) -> str:
    return re.search(r'name="next_shown" value="([^"]+)"', page.content.decode()).group(1)


def conclude(browser, review: Review, **changed):
    shown = next_shown(browser.get(page_of(review)))
    given = {"next_shown": shown, "finding": "shielded"} | changed
    return browser.post(f"{page_of(review)}conclude/", given, follow=True)


def test_the_list_has_the_most_pressing_first_with_what_is_owed():
    later, sooner = waiting(), overdue()
    browser = at_desk(an_iw_member())
    page = browser.get(LIST)
    links = re.findall(rf'href="{LIST}(IW-[^/]+)/"', page.content.decode())
    assert links == [sooner.reference, later.reference]
    assert f"{clock.days_late(sooner.due, timezone.now())} days overdue" in main(page)
    late = browser.get(f"{LIST}?show=overdue")
    assert '<h1 class="govuk-heading-l">Six-monthly reviews: overdue</h1>' in late.content.decode()
    assert "<title>Added reviews - " in browser.get(f"{LIST}?show=added").content.decode()
    assert (late.context["page"].paginator.count, page.context["page"].paginator.count) == (1, 2)
    assert sooner.reference in main(late)
    assert late.context["rows"][0][3] == "1"
    assert later.reference not in main(late)


def test_the_list_says_when_to_act_if_that_is_another_day():
    review = waiting()
    for day in range(7):
        Review.objects.filter(pk=review.pk).update(due=review.due + day * DAY)
        due = review.due + day * DAY
        cell = at_desk(an_iw_member()).get(LIST).context["rows"][0][2]
        expected = due if clock.is_working_day(due) else clock.act_by(due)
        assert cell == "The due day" or cell.when == expected < due


@pytest.mark.parametrize("number", [1, 3, 50])
def test_the_list_costs_the_same_however_long(number):
    member, service = an_iw_member(), a_service()
    for _ in range(number):
        draft = a_written_draft(a_practitioner(service=service), now=ago(200))
        asking.submit(draft, by=draft.practitioner, now=ago(200))
    actions.open_due_reviews(timezone.now())
    browser = at_desk(member)
    with Statements() as asked:
        page = browser.get(LIST)
    assert page.context["page"].paginator.count == number
    assert len([q for q in asked if q["sql"].startswith("SELECT")]) <= 7
    assert len(page.content) <= 60 * 1024


@pytest.mark.parametrize("number", [1, 3, 27])
def test_the_answers_to_get_by_phone_cost_the_same_however_many(number):
    member, service = an_iw_member(), a_service()
    for _ in range(number):
        a_phoned_request(service=service, by=member)
    browser = at_desk(member)
    with Statements() as asked:
        page = browser.get("/records/answers-by-phone/")
    assert page.context["page"].paginator.count == number
    assert len([q for q in asked if q["sql"].startswith("SELECT")]) <= 5
    assert len(page.content) <= 60 * 1024


@pytest.mark.parametrize("others", [0, 4])
def test_a_review_costs_the_same_however_many_others_ask(others):
    review = overdue(*(a_practitioner() for _ in range(others + 1)))
    browser = at_desk(an_iw_member())
    with Statements() as asked:
        page = browser.get(page_of(review))
    assert (len(page.context["cards"]), len(page.context["others"])) == (1, others)
    assert len([q for q in asked if re.match("SELECT|INSERT|UPDATE", q["sql"])]) <= 13


def test_a_review_asks_its_source_alone_and_opening_it_is_an_entry():
    one, other = a_practitioner(name="Ann Asks"), a_practitioner(name="Bob Asks")
    review, member = overdue(one, other), an_iw_member()
    number = review.record.number_in_clear()
    page = at_desk(member).get(page_of(review))
    assert "Ann Asks" in main(page)
    assert main(page).count("Owed") == 1
    assert number not in page.content.decode()
    entry = Entry.objects.get(event="review_read")
    assert (entry.actor, entry.reference, entry.record) == (
        member.uid,
        review.reference,
        review.record.reference,
    )


def card_of(page, hold: Hold) -> dict[str, Fact]:
    """Return the card of another request as its keys and what they say."""
    cards = map(lines_of, page.context["others"])
    return next(card for card in cards if card["Request"].value == hold.reference)


def test_the_record_s_other_sources_stand_beside_it_with_their_last_word_and_open_review():
    review = overdue(a_practitioner(), a_practitioner(), a_practitioner())
    _mine, answered, gone = Hold.objects.order_by("id")
    joined = place(review.record, now=ago(20))
    letting_go.answer(
        answered,
        answer="still_needed",
        views="no",
        sought_by="source",
        by=answered.source,
        now=ago(3),
    )
    let_go(gone, now=ago(2))
    browser = at_desk(an_iw_member())
    page = browser.get(page_of(review))
    assert [card["Request"].value for card in map(lines_of, page.context["others"])] == [
        answered.reference,
        gone.reference,
        joined.reference,
    ]
    theirs = Review.objects.get(hold=answered, kind="record")
    card = card_of(page, answered)
    assert card["Last word"].value == f"Still needed, {ago(3):%-d %B %Y}"
    assert card["Six-monthly review, open"].url == page_of(theirs)
    assert card_of(page, gone)["Last word"].value == f"No longer asks, {ago(2):%-d %B %Y}"
    card = card_of(page, joined)
    assert card["Last word"].value == f"None yet; asks since {ago(20):%-d %B %Y}"
    assert card["Next review"].when == joined.review_due
    conclude(browser, theirs)
    concluded = Review.objects.exclude(concluded_at=None).of_records()
    assert list(concluded) == [theirs]


def test_a_record_s_open_reviews_stand_together_on_its_page_each_with_its_request():
    review = overdue(a_practitioner(), a_practitioner())
    page = main(at_desk(an_iw_member()).get(f"/records/{review.record.reference}/"))
    for hold in Hold.objects.all():
        assert f"Six-monthly review of {hold.reference}" in page


def lines_of(card: Card) -> dict[str, Fact]:
    return {line.key: line for line in card.rows}


def test_before_the_day_it_says_what_it_waits_for():
    review = waiting()
    page = at_desk(an_iw_member()).get(page_of(review))
    assert "1 practitioner has not answered." in main(page)
    assert f"{clock.act_by(review.due):%-d %B %Y}" in main(page)
    assert "Conclude the review" not in [
        button.strip() for button in re.findall(r"<button[^>]*>([^<]+)<", page.content.decode())
    ]
    told = {"next_shown": review.due.isoformat(), "finding": "shielded"}
    refused = at_desk(an_iw_member()).post(f"{page_of(review)}conclude/", told)
    assert refused.status_code == 409
    assert "The practitioner has not answered." in main(refused)


def test_the_next_date_is_shown_before_it_is_confirmed_and_silence_is_named():
    source = a_practitioner()
    review, member = overdue(source), an_iw_member(name="Indra Member")
    browser = at_desk(member)
    page = browser.get(page_of(review))
    due = clock.next_review_due(review.due)
    assert next_shown(page) == due.isoformat()
    assert f"{due.day} {due:%B %Y}" in main(page)
    assert "This request still asks for the shield." in main(page)
    assert f"{source.service.name}, {Hold.objects.get().reference}" in main(page)
    done = conclude(browser, review)
    assert f"The six-monthly review is due on {due.day} {due:%B %Y}." in main(done)
    assert "by Indra Member" in main(done)
    review.refresh_from_db()
    assert (review.outcome, review.next_due, review.concluded_by) == ("continues", due, member)
    assert (
        Consultation.objects.get(review=review).answer,
        Record.objects.get().review_due,
    ) == ("no_answer", due)


def test_concluding_twice_says_who_did_and_when():
    review = overdue()
    first, late = at_desk(an_iw_member(name="Indra First")), at_desk(an_iw_member())
    shown = next_shown(late.get(page_of(review)))
    conclude(first, review)
    again = late.post(
        f"{page_of(review)}conclude/", {"next_shown": shown, "finding": "shielded"}, follow=True
    )
    assert again.status_code == 409
    assert "Indra First concluded this review on" in main(again)
    page = late.get(page_of(review))
    assert "next_shown" not in page.content.decode()
    assert "by Indra First" in main(page)


@pytest.mark.parametrize(
    ("changed", "status", "words"),
    [
        ({"finding": ""}, 200, "Select what you found"),
        ({"next_shown": ""}, 200, "Open this page again"),
        ({"next_shown": "\x00"}, 200, "There is a problem"),
        ({"next_shown": "soon"}, 200, "Open this page again"),
        ({"next_shown": "2030-01-01"}, 409, "the dates have changed"),
    ],
)
def test_a_conclusion_needs_the_check_and_the_date_that_was_shown(changed, status, words):
    review = overdue()
    answer = conclude(at_desk(an_iw_member()), review, **changed)
    assert answer.status_code == status
    assert words in main(answer)
    review.refresh_from_db()
    assert review.concluded_at is None


def test_a_review_nobody_is_left_in_can_be_concluded_before_its_day():
    review = waiting()
    let_go(Hold.objects.get(), now=timezone.now())
    browser = at_desk(an_iw_member())
    page = browser.get(page_of(review))
    assert "Nobody asks any more." in main(page)
    assert next_shown(page) == clock.next_review_due(timezone.localdate()).isoformat()
    conclude(browser, review)
    review.refresh_from_db()
    assert (review.outcome, Record.objects.get().state) == ("nobody_asks", "shielded")


def test_where_others_ask_the_next_day_is_said_to_be_the_record_s():
    source, other = a_practitioner(), a_practitioner()
    review = waiting(source, other)
    let_go(Hold.objects.get(source=review.hold.source), now=timezone.now())
    browser = at_desk(an_iw_member())
    page = main(browser.get(page_of(review)))
    assert "This request no longer asks for the shield; others do." in page
    assert "The record’s next review is due on" in page
    assert "The record’s next review due" in main(conclude(browser, review))


def test_line_managers_are_called_on_only_while_an_answer_is_owed():
    manager = a_practitioner()
    review = waiting(a_practitioner(manager=manager))
    browser = at_desk(an_iw_member())
    assert "Tell their line manager" in main(browser.get(page_of(review)))
    told = Notice.objects.filter(recipient=manager, kind="team_item_changed")
    before = told.count()
    page = browser.post(f"{page_of(review)}line-managers/", follow=True)
    assert "and their line manager with the next working day’s mail." in main(page)
    assert (told.count(), Entry.objects.filter(event="review_escalated").count()) == (before + 1, 1)
    browser.post(said(Hold.objects.get()), STILL)
    assert "Tell their line manager" not in main(browser.get(page_of(review)))
    assert browser.post(f"{page_of(review)}line-managers/").status_code == 409


def test_what_a_source_says_before_the_due_day_ends_is_recorded_after_the_conclusion_too():
    review = overdue()
    Review.objects.filter(pk=review.pk).update(due=timezone.localdate())
    browser, hold = at_desk(an_iw_member()), Hold.objects.get()
    done = conclude(browser, Review.objects.get(pk=review.pk))
    assert "No answer, so still needed" in main(done)
    assert f'href="{said(hold)}"' in done.content.decode()
    page = browser.post(said(hold), STILL, follow=True)
    assert page.redirect_chain == [(page_of(review), 302)]
    assert Consultation.objects.get(review=review).answer == "still_needed"
    assert f'href="{said(hold)}"' not in browser.get(page_of(review)).content.decode()


def test_an_answer_given_by_phone_is_recorded_on_their_word():
    review, member = waiting(a_practitioner(name="Ann Asks")), an_iw_member(name="Indra Member")
    hold, browser = Hold.objects.get(), at_desk(member)
    asked = browser.get(said(hold))
    assert "Ann Asks" in main(asked)
    page = browser.post(said(hold), STILL, follow=True)
    assert page.redirect_chain == [(page_of(review), 302)]
    assert "Still needed" in main(page)
    assert "by Indra Member, on the practitioner’s confirmed word" in main(page)
    assert "Yes, by: The practitioner" in main(page)
    answered = Consultation.objects.get(review=review)
    assert (answered.answer, answered.on_word, answered.answered_by) == (
        "still_needed",
        True,
        member,
    )
    again = browser.post(said(hold), STILL)
    assert again.status_code == 409
    nothing = browser.get(said(hold), follow=True)
    assert "Nothing is asked of the practitioner" in main(nothing)


def test_no_longer_needed_by_phone_lets_go_and_keeps_the_record_shielded():
    waiting()
    hold = Hold.objects.get()
    at_desk(an_iw_member()).post(said(hold), GONE)
    hold.refresh_from_db()
    assert (hold.released_how, hold.family) == ("on_word", "not_safe")
    assert Record.objects.get().state == "shielded"


@pytest.mark.parametrize(
    ("given", "field"),
    [
        (STILL | {"answer": ""}, "answer"),
        (STILL | {"answer": "no_answer"}, "answer"),
        (STILL | {"views": ""}, "views"),
        (STILL | {"views": "\x00"}, "views"),
        (STILL | {"sought_by": ""}, "sought_by"),
        (STILL | {"sought_by": "me"}, "sought_by"),
        (GONE | {"own_systems_unshielded": ""}, "own_systems_unshielded"),
        (GONE | {"family": ""}, "family"),
        (GONE | {"family": "x" * 5000}, "family"),
    ],
)
def test_bad_input_to_an_answer_is_said_beside_its_field(given, field):
    waiting()
    page = at_desk(an_iw_member()).post(said(Hold.objects.get()), given)
    assert page.status_code == 200
    assert f'id="id_{field}_error"' in page.content.decode()
    assert not Consultation.objects.exclude(answer__in=["", "no_answer"]).exists()


def test_an_answer_after_the_conclusion_is_refused():
    review = overdue()
    browser = at_desk(an_iw_member())
    conclude(browser, review)
    late = browser.post(said(Hold.objects.get()), STILL)
    assert late.status_code == 409
    assert "the review is concluded" in main(late)


def test_a_source_without_a_working_account_is_on_the_list_of_those_to_phone():
    leaver = a_practitioner(name="Lou Left")
    review = overdue(leaver, a_practitioner())
    member = an_iw_member()
    browser = at_desk(member)
    assert browser.get("/records/answers-by-phone/").context["page"].paginator.count == 0
    User.objects.filter(pk=leaver.pk).update(is_active=False)
    page = browser.get("/records/answers-by-phone/")
    assert page.context["page"].paginator.count == 1
    assert "Lou Left, whose account is suspended: phone the service" in main(page)
    hold = Hold.objects.get(source=leaver)
    assert f'href="{said(hold)}"' in page.content.decode()
    browser.post(said(hold), STILL)
    assert browser.get("/records/answers-by-phone/").context["page"].paginator.count == 0
    assert not review.consultations.filter(answered_at=None).exists()
    assert Consultation.objects.owed().count() == 1


def test_letting_go_by_phone_stands_on_the_record_s_cards():
    (hold,) = agreed_holds(now=ago(20))
    browser = at_desk(an_iw_member(name="Indra Member"))
    record_page = f"/records/{hold.record.reference}/"
    assert f'href="{said(hold, "let-go")}"' in browser.get(record_page).content.decode()
    missing = browser.post(said(hold, "let-go"), {"family": "told"})
    assert 'id="id_own_systems_unshielded_error"' in missing.content.decode()
    given = {"own_systems_unshielded": "on", "family": "told"}
    page = browser.post(said(hold, "let-go"), given, follow=True)
    assert page.redirect_chain == [(record_page, 302)]
    assert "What is shielded stays so until its final unshield." in main(page)
    assert "They were told, in a way that is safe" in main(page)
    assert browser.post(said(hold, "let-go"), given).status_code == 409
    assert browser.get(said(hold, "let-go")).url == record_page
    assert facts_of(Entry.objects.get(event="hold_released"))["how"] == "on_word"


def test_that_the_family_was_told_is_recorded_once():
    (hold,) = agreed_holds(now=ago(20))
    let_go(hold, now=ago(10))
    Hold.objects.update(family="", family_at=None, family_by=None)
    browser = at_desk(an_iw_member())
    record_page = f"/records/{hold.record.reference}/"
    assert "Not said yet whether the family was told" in main(browser.get(record_page))
    assert "Select whether the family was told" in main(browser.post(said(hold, "family")))
    page = browser.post(said(hold, "family"), {"family": "not_safe"}, follow=True)
    assert "It is not safe to tell them" in main(page)
    assert browser.post(said(hold, "family"), {"family": "told"}).status_code == 409


def test_after_not_agreed_the_family_is_told_how_to_complain():
    (hold,) = agreed_holds(now=ago(20))
    let_go(hold, now=ago(10))
    pair = an_iw_member(), an_iw_member()
    Hold.objects.update(
        family="",
        family_at=None,
        family_by=None,
        released_how="not_agreed",
        released_by=pair[0],
        release_proposed_by=pair[1],
    )
    assert "and how to complain" in main(at_desk(pair[0]).get(said(hold, "family")))
