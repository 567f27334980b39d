"""What is found at the desk is recorded as it is, and what rests on it is done or waits."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from requests_app import states
from requests_app.desk import actions as desk_actions
from requests_app.models import Request
from shielding.accounts.models import User
from shielding.checks.actions import Found, attest_found
from shielding.checks.finding_codes import Finding
from shielding.holds.actions import attest_applied
from shielding.models import Check, Hold, Record
from shielding.notices.models import Notice
from shielding.unshield.attestations import attest_never_applied
from shielding.unshield.policies import FOUND_SHIELDED
from shielding.web.refusals import WrongState
from tests.requests_app.desk.support.request_page import forms_on, page_of, send, today
from tests.requests_app.support.desk import at_desk, main
from tests.support.people import an_iw_member
from tests.support.requests import NOW, a_request
from tests.support.shielded_records import let_go, shielded_for

pytestmark = pytest.mark.django_db
QUEUE = "/desk/"
LATER = NOW + timedelta(hours=1)
# What concludes a request: who is shielded is; one with a duplicate is so too, and that is kept.
DONE_ON = {"shielded": True, "duplicate": True, "open": False, "not_found": False}


def again(request: Request) -> Request:
    return Request.objects.get(pk=request.pk)


def asked_for_one_shielded(**changed) -> tuple[Hold, Request]:
    """Return the hold of another source on a record that is shielded, and a request about it."""
    (other,) = shielded_for()
    number = other.record.number_in_clear()
    return other, a_request(number=number, **changed)


def proposed(request: Request, reason: str = "well_known") -> Request:
    return desk_actions.propose_not_agreed(
        request, reason=reason, seen=request.changed_at, by=an_iw_member(), now=NOW
    )


def decide(act, request: Request, finding: str, **given) -> Request:
    """Do an act on this finding, as its form has it."""
    request, saw = again(request), Found(finding)
    return act(
        request,
        saw=saw,
        seen=request.changed_at,
        by=an_iw_member(),
        now=LATER,
        **{"no_duplicate": saw.is_shielded} | given,
    )


def confirming() -> tuple[Hold, Request]:
    other, request = asked_for_one_shielded()
    return other, proposed(request)


def letting_go() -> tuple[Hold, Request]:
    other, request = asked_for_one_shielded()
    let_go(request.hold)
    return other, request


def considering() -> tuple[Hold, Request]:
    return asked_for_one_shielded(decision="considered")


CONCLUDES = {
    confirming: desk_actions.confirm_not_agreed,
    letting_go: desk_actions.conclude_let_go,
    considering: desk_actions.settle_considered,
}


@pytest.mark.parametrize("scene", CONCLUDES)
def test_a_first_review_is_concluded_on_what_was_found_or_that_alone_is_recorded(scene):
    for finding, done in DONE_ON.items():
        other, request = scene()
        before = again(request)
        decide(CONCLUDES[scene], request, finding)
        request, review = again(request), again(request).review
        assert (review.concluded_at is not None, review.no_duplicate) == (
            done,
            finding == "shielded" and done,
        )
        if not done:
            assert (request.state, request.changed_at) == (before.state, before.changed_at)
            assert request.hold is None or request.hold.is_standing == before.hold.is_standing
        looks = Check.objects.filter(record=request.record).values_list("finding", flat=True)
        assert list(looks) == [finding] * (finding != "shielded")
        found_open = finding == "open"
        told = Notice.objects.filter(kind="phone_about", subject=other.reference)
        other.refresh_from_db()
        assert (other.found_open_at is not None, told.exists()) == (found_open, found_open)
        assert (Record.objects.get(pk=other.record_id).state == "to_shield") == found_open


def test_beside_a_review_that_is_concluded_already_nothing_is_said_to_be_found():
    _other, request = letting_go()
    decide(desk_actions.conclude_let_go, request, "shielded")
    for finding in DONE_ON:
        with pytest.raises(WrongState, match="already_concluded"):
            decide(desk_actions.conclude_let_go, request, finding)
    assert not Check.objects.exists()


def test_that_there_is_no_such_record_is_found_where_that_is_why_it_is_not_agreed():
    request = proposed(a_request(), "no_such_record")
    decide(desk_actions.confirm_not_agreed, request, "not_found")
    assert (again(request).state, Check.objects.get().finding) == (states.NOT_AGREED, "not_found")
    request = proposed(a_request(), "no_such_record")
    decide(desk_actions.confirm_not_agreed, request, "open")
    assert (again(request).state, again(request).hold.is_standing) == (states.PROPOSED, True)


def test_agreeing_attests_with_it_what_was_found_or_waits():
    for finding, done in DONE_ON.items():
        request = a_request()
        given = {"involvement": "on_record", "applied_on": NOW.date()}
        decide(desk_actions.agree, request, finding, **given)
        request = again(request)
        assert (request.state, request.hold.applied_at is not None) == (
            states.AGREED if done else states.SUBMITTED,
            done,
        )
        assert (request.hold.agreed_at is not None) == done


def attested(request: Request, by: User, found: str = "") -> None:
    """Attest that the record is shielded for a request, as a quicker colleague does."""
    day, now = timezone.localdate(), timezone.now()
    desk_actions.attest_applied_for_request(
        request, checked_on=day, no_duplicate=True, found=found, by=by, now=now
    )


def test_what_was_found_counts_where_a_colleague_attested_it_since_the_page_was_opened():
    agreeing, attesting = an_iw_member(), an_iw_member()
    browser, agree = at_desk(agreeing), {"involvement": "on_record"}
    for finding in ("open", "not_found", "duplicate"):
        request, done = a_request(now=timezone.now()), DONE_ON[finding]
        attested(request, attesting)
        said = agree | {"finding": finding, **today("applied_on")}
        page = main(send(browser, request, "agree", **said))
        looks = Check.objects.filter(record=request.record).values_list("finding", "by")
        assert list(looks) == [(finding, agreeing.pk)]
        request = again(request)
        assert (request.state == states.AGREED, "The request is agreed." in page) == (done, done)
        told = Notice.objects.filter(kind="phone_about", subject=request.reference).exists()
        found_open = request.hold.found_open_at is not None
        assert (told, found_open) == (finding == "open", finding == "open")


def test_half_of_what_was_found_is_asked_for_and_of_a_new_page_nothing_is():
    request, browser = a_request(now=timezone.now()), at_desk(an_iw_member())
    attested(request, an_iw_member())
    for half in ({"finding": "open"}, today("applied_on"), today("open_from")):
        page = send(browser, request, "agree", involvement="on_record", **half)
        assert "There is a problem" in main(page)
    assert again(request).state == states.SUBMITTED
    assert "applied_on" not in browser.get(page_of(request)).content.decode()


def test_whether_it_had_been_opened_is_said_once_and_the_second_is_told():
    browser, quick = at_desk(an_iw_member()), an_iw_member(name="Quick Colleague")
    for act, day, of_another in (("applied", "checked_on", True), ("agree", "applied_on", False)):
        (other,) = shielded_for(now=timezone.now())
        request = a_request(number=other.record.number_in_clear(), now=timezone.now())
        attest_found(request.record, found=Found("open"), by=quick, now=timezone.now())
        about = Request.objects.get(hold=other) if of_another else request
        attested(about, quick, found="never_opened")
        given = {"finding": "shielded", "found": "shielded_again", "involvement": "on_record"}
        page = send(browser, request, act, **given, **today(day))
        assert (page.status_code, again(request).state) == (409, states.SUBMITTED)
        assert "Nothing of what you sent was saved" in main(page)
        # Who attested it for another request is told of that one alone.
        assert ("Quick Colleague" in main(page)) != of_another


def test_a_record_that_nobody_asks_for_is_looked_at_for_duplicates_alone():
    request, member = a_request(decision="considered", now=timezone.now()), an_iw_member()
    page = at_desk(member).get(page_of(request))
    assert "What did you find on" not in main(page)
    with pytest.raises(WrongState, match="nothing_to_check"):
        decide(desk_actions.settle_considered, request, "open")
    with pytest.raises(WrongState, match="check_incomplete"):
        decide(desk_actions.settle_considered, request, "shielded", no_duplicate=False)
    send(at_desk(member), request, "settle", no_duplicate="on")
    assert (again(request).state, Check.objects.count()) == (states.SETTLED, 0)


def of_now() -> tuple[Request, User]:
    """Return a proposal of today for a record that is shielded for another source too."""
    (other,) = shielded_for(now=timezone.now() - timedelta(days=3))
    request = a_request(number=other.record.number_in_clear(), now=timezone.now())
    return proposed(request), an_iw_member()


def test_the_page_says_that_nothing_else_was_done_and_what_to_do_now():
    request, member = of_now()
    browser = at_desk(member)
    page = main(send(browser, request, "confirm", finding="open"))
    assert "Important What you found is recorded, and nothing else was done." in page
    assert page.count("Found open: shield the record") == 1
    assert "Confirmed: the request is not agreed." not in page
    assert "Check now: it may already be open" in page
    assert "shield the record on ContactPoint now" in main(browser.get(page_of(request)))
    assert "confirm" in forms_on(browser.get(page_of(request)))


def test_one_found_open_waits_to_be_attested_again_and_no_word_says_that_it_never_was():
    """Since it was found so, not since it was asked for; and it was not being unshielded."""
    now = timezone.now()
    asked = now - timedelta(days=3)
    request, browser = a_request(now=asked), at_desk(an_iw_member())
    hold = request.hold
    attest_applied(hold, checked_on=asked.date(), no_duplicate=True, by=an_iw_member(), now=asked)
    since = now - timedelta(hours=5, minutes=30)
    attest_found(hold.record, found=Found(Finding.OPEN), by=an_iw_member(), now=since)
    day = f"{timezone.localdate(since):%-d %B %Y}"
    page, record = (
        main(browser.get(page_of(request))),
        reverse("record_detail", args=[hold.record.reference]),
    )
    for words in (
        "This record waits to be shielded again. Had it been opened?",
        "Practitioners whose shield had been attested are asked to phone you. Phone those who have "
        "no working account.",
        f"Found open on {day}: to attest again",
    ):
        assert words in page
    assert "was being unshielded" not in page
    assert f"Found open on {day}: to attest again" in main(browser.get(record))
    assert "Waiting 5 hours" in main(browser.get(QUEUE, {"tab": "to_shield"}))
    let_go(hold, now=now)
    page = main(browser.get(page_of(request)))
    assert f"Found open on {day}" in page
    assert "to attest again" not in page
    listed = main(browser.get(QUEUE, {"tab": "open"}))
    assert "Not applied when it ended" in listed
    assert "Never applied" not in listed


def test_not_agreed_since_there_is_no_such_record_is_not_said_to_leave_all_as_it_was():
    number = proposed(a_request(now=timezone.now()), "no_such_record")
    page = main(send(at_desk(an_iw_member()), number, "confirm", finding="not_found"))
    assert "Confirmed: the request is not agreed." in page
    assert "Nothing was found under this number. Phone the practitioner" in page
    assert "all stays as it was" not in page


def test_a_duplicate_is_told_beside_what_was_done():
    request, member = of_now()
    page = main(send(at_desk(member), request, "confirm", finding="duplicate"))
    assert "Confirmed: the request is not agreed." in page
    assert "The other number comes in as a request of its own" in page
    assert "nothing else was done" not in page


def test_bad_input_is_said_beside_its_field_and_nothing_is_half_done():
    request, member = of_now()
    browser, day = at_desk(member), timezone.localdate() + timedelta(days=1)
    to_come = {"open_from_day": day.day, "open_from_month": day.month, "open_from_year": day.year}
    for field, given in (
        ("finding", {}),
        ("finding", {"no_duplicate": "on"}),
        ("finding", {"finding": "gone"}),
        ("finding", {"finding": "a\x00b"}),
        ("open_from", {"finding": "open", "open_from_day": "31"}),
        ("open_from", {"finding": "open", **to_come}),
    ):
        page = send(browser, request, "confirm", **given)
        assert f'id="confirm-{field}_error"' in page.content.decode()
    assert (again(request).state, Check.objects.count()) == (states.PROPOSED, 0)
    assert at_desk(request.practitioner).post(f"{page_of(request)}confirm/").status_code == 403


@pytest.mark.parametrize("finding", Finding.values)
def test_never_applied_is_what_is_open_or_not_there(finding):
    request = a_request()
    let_go(request.hold)
    record = attest_never_applied(
        Record.objects.get(), saw=Found(finding), by=an_iw_member(), now=LATER
    )
    gone = finding in ("open", "not_found")
    assert record.state == ("not_shielded" if gone else "to_shield")
    assert Record.objects.get().state == record.state
    # That it is open is what "never applied" says.
    assert [one.finding for one in Check.objects.all()] == [finding] * (finding != "open")


def test_shielded_after_all_it_waits_on_and_the_page_says_whom_to_tell():
    request = a_request(now=timezone.now())
    let_go(request.hold, now=timezone.now())
    address = f"/records/{request.record.reference}/never-applied/"
    page = at_desk(an_iw_member()).post(address, {"finding": "shielded"}, follow=True)
    assert "it is shielded there although nobody attested it" in main(page)
    assert Record.objects.get().state == "to_shield"
    # The same member cannot open it and say so a minute later: another looks.
    assert FOUND_SHIELDED in main(page)
    assert "Look, and say whether it was ever shielded" not in main(page)
    browser = at_desk(Check.objects.get().by)
    assert browser.get(address).status_code == 302
    assert browser.post(address, {"finding": "open"}).status_code == 403
    assert Record.objects.get().state == "to_shield"
    other = at_desk(an_iw_member())
    session = other.session
    session["fresh_at"] -= 6 * 60
    session.save()
    again = other.post(address, {"finding": "open"})
    assert again.url.startswith(reverse("account_reauthenticate"))
    session["fresh_at"] += 6 * 60
    session.save()
    assert "no longer waiting" in main(other.post(address, {"finding": "open"}, follow=True))
    assert Record.objects.get().state == "not_shielded"
