"""Where a source, their manager and the IW Team ask for a review, and what each reads of it."""

import re
from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from logbook.models import Entry
from shielding import clock
from shielding.accounts.models import User
from shielding.holds import letting_go
from shielding.models import Consultation, Hold, Review
from shielding.reviews.added import actions
from shielding.reviews.review_codes import Reason
from tests.requests_app.support.desk import at_desk, main
from tests.shielding.home.support.tiles import tiles
from tests.support.indistinguishable import masked
from tests.support.people import a_practitioner, an_auditor, an_iw_member
from tests.support.requests import a_draft, a_request
from tests.support.shielded_records import DAY, GONE, at, let_go, shielded_for

pytestmark = pytest.mark.django_db
TEAM, LIST = "/team/review/", "/six-monthly-reviews/"
OPEN = "A review of this request is open already."
NOT_OF_TEAM = "No request of your team that asks for a shield has this reference"
WHY = re.compile("|".join(re.escape(str(one.label)) for one in Reason))


def ago(days: int) -> datetime:
    return at(timezone.localdate() - days * DAY)


def own(hold: Hold, page: str = "ask-for-review/") -> str:
    return f"/requests/{hold.reference}/{page}"


def desk(hold: Hold) -> str:
    return f"/by-phone/{hold.reference}/review/"


def a_team() -> tuple[User, User, Hold]:
    """Return a manager, one of their staff, and what that one asked for twenty days ago."""
    manager = a_practitioner()
    source = a_practitioner(service=manager.service, manager=manager)
    (hold,) = shielded_for(source, now=ago(20))
    return manager, source, hold


def sentence(page: Any) -> str:
    """Return the sentence beside the field of the reason, or nothing."""
    found = re.search(r'id="id_reason_error".*?</p>', page.content.decode(), re.S)
    return re.sub(r"<[^>]+>|\s+", " ", found.group()[found.group().index(">") + 1 :]).split(
        "Error: "
    )[-1].strip() if found else ""  # fmt: skip


def test_a_source_asks_is_asked_and_answers_and_reads_no_reason_again():
    _, source, hold = a_team()
    browser = at_desk(source)
    due = hold.review_due
    assert own(hold) in browser.get(own(hold, "")).content.decode()
    page = browser.post(own(hold), {"reason": "consent_withdrawn"}, follow=True)
    assert "Saved. Answer the review now, or within seven days." in main(page)
    assert "Answer the review" in main(page)
    assert WHY.search(main(page)) is None
    for address in (own(hold, ""), own(hold, "review/"), "/", "/requests/?show=review"):
        assert WHY.search(main(browser.get(address))) is None, address
    review = Review.objects.added().get()
    act_by = f"{clock.act_by(review.due):%-d %B %Y}"
    assert act_by in main(browser.get(own(hold, "review/")))
    browser.post(own(hold, "review/"), {"answer": "still_needed", "views": "no"})
    assert Consultation.objects.get(review=review).answer == "still_needed"
    assert "Answer the review" not in main(browser.get(own(hold, "")))
    assert f"{due:%-d %B %Y}" in main(browser.get(own(hold, "")))


def test_what_a_form_does_not_take_is_a_sentence_and_nothing_is_done():
    manager, source, hold = a_team()
    member = at_desk(an_iw_member())
    doors = (
        (at_desk(source), own(hold), {}),
        (at_desk(manager), TEAM, {"reference": hold.reference}),
        (member, desk(hold), {}),
    )
    for browser, address, rest in doors:
        assert sentence(browser.post(address, rest)) == "Select what has changed"
        for reason in ("hearsay", "risk_lower\x00", "Dad is in prison"):
            page = browser.post(address, rest | {"reason": reason})
            assert (page.status_code, sentence(page)) == (200, "Select one of the answers shown")
            assert reason not in page.content.decode()
    assert not Review.objects.added().exists()
    browser, address, _ = doors[0]
    browser.post(address, {"reason": ["hearsay", "complaint"]})
    assert Review.objects.added().get().reason == "complaint"
    # In the second tab of each.
    for browser, address, rest in doors:
        page = browser.post(address, rest | {"reason": "new_address"})
        assert page.status_code == 409
        assert f"{OPEN} If the child could be found, phone the IW Team." in main(page)
    letting_go.withdraw(hold, parting=GONE, by=source, now=timezone.now())
    browser, address, _ = doors[0]
    late = browser.post(address, {"reason": "new_address"})
    assert (late.status_code, "no longer asks for a shield" in main(late)) == (409, True)
    assert browser.get(address).status_code == 302
    page = doors[1][0].post(TEAM, {"reference": hold.reference, "reason": "new_address"})
    assert NOT_OF_TEAM in main(page)
    assert member.post(desk(hold), {"reason": "new_address"}).status_code == 409
    assert Review.objects.added().count() == 1


def test_a_manager_types_what_their_staff_told_and_learns_of_nothing_else():
    manager, source, hold = a_team()
    (others,) = shielded_for(now=ago(20))
    (gone,) = shielded_for(source, now=ago(20))
    let_go(gone, now=ago(2))
    draft = a_draft(source)
    considered = a_request(source, decision="considered")
    browser = at_desk(manager)
    assert TEAM in browser.get("/team/").content.decode()
    assert hold.reference not in main(browser.get(TEAM))
    pages = set()
    for unknown in (
        "IW-ZZZZ-ZZZZ",
        others.reference,
        gone.reference,
        draft.reference,
        considered.reference,
        hold.record.reference,
    ):
        page = browser.post(TEAM, {"reference": unknown, "reason": "complaint"})
        assert NOT_OF_TEAM in main(page)
        pages.add(masked(page))
    assert len(pages) == 1
    missed = Entry.objects.filter(event="not_found", actor=manager.uid)
    assert others.reference in missed.values_list("reference", flat=True)
    for no_reference in ("", "CP12345678", "IW-1"):
        page = browser.post(TEAM, {"reference": no_reference, "reason": "complaint"})
        assert "Enter" in main(page)
        # It may be a record's number, which no page shows again; what is a reference stays.
        assert 'value="CP12345678"' not in page.content.decode()
        assert 'value="IW-1"' not in page.content.decode()
    page = browser.post(TEAM, {"reference": hold.reference})
    assert f'value="{hold.reference}"' in page.content.decode()
    assert not Review.objects.added().exists()
    spaced = hold.reference.replace("-", " ").lower()
    page = browser.post(TEAM, {"reference": spaced, "reason": "risk_higher"}, follow=True)
    assert "A review is asked for, to answer by" in main(page)
    assert WHY.search(main(page)) is None
    review = Review.objects.added().get()
    assert (review.hold, review.asked_for_by, review.reason) == (hold, manager, "risk_higher")
    assert WHY.search(main(at_desk(source).get(own(hold, "")))) is None
    assert at_desk(source).get(TEAM).status_code == 403


def conclude(browser: Client, review: Review) -> Any:
    page = browser.get(f"{LIST}{review.reference}/").content.decode()
    shown = re.search(r'name="next_shown" value="([^"]+)"', page).group(1)
    address = f"{LIST}{review.reference}/conclude/"
    return browser.post(address, {"next_shown": shown, "finding": "shielded"}, follow=True)


def test_the_iw_team_asks_reads_why_and_concludes():
    hold, second = shielded_for(a_practitioner(), a_practitioner(), now=ago(20))
    member = an_iw_member(name="Indra Invented")
    browser, record = at_desk(member), f"/records/{hold.record.reference}/"
    assert desk(hold) in browser.get(record).content.decode()
    assert "a working day apart" not in main(browser.get(desk(hold)))
    page = browser.post(desk(hold), {"reason": "turning_18"}, follow=True)
    for words in (
        "The practitioner is asked.",
        "turns 18",
        "Asked for",
        "Indra Invented",
        "1 practitioner has",
    ):
        assert words in main(page)
    assert "a working day apart" in main(browser.get(desk(second)))
    page = browser.post(desk(second), {"reason": "data_load"}, follow=True)
    of_second = Review.objects.added().get(hold=second)
    from_day = f"{clock.today(of_second.opened_at):%-d %B %Y}"
    assert f"The practitioner is asked from {from_day}." in main(page)
    assert "The practitioner is not asked yet." in main(page)
    assert "Ask them." not in main(page)
    assert "Added review, open" in main(page)
    assert (
        browser.get(desk(second), follow=True)
        .redirect_chain[-1][0]
        .endswith(f"{of_second.reference}/")
    )
    listed = browser.get(f"{LIST}?show=added")
    assert len(listed.context["rows"]) == 2
    assert (2, f"{LIST}?show=added", "Added reviews") in tiles(browser.get("/"))
    assert browser.get(LIST).context["rows"] == []
    assert "turns 18" in main(browser.get(record))
    letting_go.answer(
        hold, answer="still_needed", views="no", sought_by="", by=hold.source, now=timezone.now()
    )
    review = Review.objects.added().get(hold=hold)
    assert f"The six-monthly review stays due on {hold.review_due:%-d %B %Y}" in main(
        browser.get(f"{LIST}{review.reference}/")
    )
    page = conclude(browser, review)
    assert f"The six-monthly review is due on {hold.review_due:%-d %B %Y}." in main(page)
    # Let go before its day: nobody asks, and nobody will.
    let_go(second, now=timezone.now())
    page = main(browser.get(f"{LIST}{of_second.reference}/"))
    assert "The practitioner was not asked." in page
    assert "The practitioner is not asked yet." not in page
    entries = main(at_desk(an_auditor()).get("/logbook/", {"reference": review.reference}))
    assert f"asked for review {review.reference} of {hold.reference}" in entries
    assert "turning 18" in entries


def read_by_its_source(*, waits: bool) -> list[str]:
    """Return what a source reads before they ask and after; the IW Team may have asked for one of
    another source, so that theirs waits.
    """
    now, member = timezone.now(), an_iw_member()
    source = a_practitioner(name="Pat Invented")
    hold, *others = shielded_for(source, *([a_practitioner()] if waits else []), now=ago(20))
    for other in others:
        actions.ask_for_review(other, reason="complaint", by=member, now=now)
        waiting = actions.ask_for_review(hold, reason="complaint", by=member, now=now)
        assert waiting.opened_at > now
    browser = at_desk(source)
    pages = [browser.get(own(hold, "")), browser.get(own(hold)), browser.get("/")]
    pages.append(browser.post(own(hold), {"reason": "new_address"}, follow=True))
    pages.append(browser.get(own(hold, "review/")))
    return [masked(page).replace(source.email, "") for page in pages]


def test_what_the_source_reads_is_the_same_whoever_else_is_asked(monkeypatch):
    now = timezone.now()
    monkeypatch.setattr(timezone, "now", lambda: now)
    alone = read_by_its_source(waits=False)
    assert "Answer the review" in alone[3]
    assert "Answer the review" not in alone[0]
    assert read_by_its_source(waits=True) == alone


def test_the_answer_by_phone_leads_back_to_the_review():
    (hold,) = shielded_for(now=ago(20))
    member = an_iw_member()
    review = actions.ask_for_review(hold, reason="complaint", by=member, now=timezone.now())
    given = {"answer": "still_needed", "views": "no"}
    browser, address = at_desk(member), f"/by-phone/{hold.reference}/answer/"
    # Of a page on which the first review was still to be answered.
    page = browser.post(address, given | {"family_told": "not_safe"})
    assert "the first review was answered or concluded since you opened this page" in main(page)
    assert Consultation.objects.get(review=review).answer == ""
    page = browser.post(address, given)
    assert page.url == f"{LIST}{review.reference}/"
    assert Consultation.objects.get(review=review).on_word
