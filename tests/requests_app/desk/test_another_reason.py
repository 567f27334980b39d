"""*Another reason*: the IW Team phones, a task with a clock, until a member attests the call."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone

from logbook.models import Entry
from requests_app import time_limits
from requests_app.desk import actions as desk_actions
from requests_app.desk.changed_meanwhile import ChangedMeanwhile
from requests_app.desk.to_do import for_iw_team
from requests_app.models import Request
from requests_app.practitioner import actions
from requests_app.questions import PAGE
from shielding import clock
from shielding.web.refusals import NotAllowed, WrongState
from tests.requests_app.desk.support.request_page import forms_on, page_of, send
from tests.requests_app.support.desk import at_desk, main
from tests.support.people import a_practitioner, an_administrator, an_auditor, an_iw_member
from tests.support.requests import NOW, a_request, agreed
from tests.support.shielded_records import let_go

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)
TAB = "/desk/?tab=to_phone"


def again(request: Request) -> Request:
    return Request.objects.get(pk=request.pk)


def tile(member):
    (line,) = [one for one in for_iw_team(member, timezone.now()) if "another" in one.label]
    return line


def test_it_is_a_task_until_a_member_says_that_they_phoned():
    a_request(now=timezone.now())
    request, member = a_request(now=timezone.now(), ground="other"), an_iw_member(name="Indra Iw")
    browser, line = at_desk(member), tile(member)
    assert (line.url, line.things.count(), line.loud) == (TAB, 1, False)
    listed = browser.get(TAB)
    assert [row[0].text for row in listed.context["rows"]] == [request.reference]
    assert "Phone by" in main(listed)
    by = request.phone_by
    assert by == clock.next_working_day(clock.today(request.hold.placed_at))
    words = f"Phone them about another reason by {by.day} {by:%B %Y}"
    assert words in main(browser.get(page_of(request)))
    missing = send(browser, request, "phoned-back")
    assert 'id="phoned-back-phoned_error"' in missing.content.decode()
    done = main(send(browser, request, "phoned-back", phoned="on"))
    assert "It is attested that you phoned about the reason." in done
    assert done.count("Phoned about another reason") == 2  # among the facts, and what happened
    assert "Phone them: another reason" not in done
    assert (tile(member).things.count(), again(request).phoned_back_by) == (0, member)
    entry = Entry.objects.get(event="phoned_back")
    assert (entry.reference, entry.record) == (request.reference, request.record.reference)
    second = send(at_desk(an_iw_member()), request, "phoned-back", phoned="on")
    assert second.status_code == 409
    assert "Indra Iw phoned about the other reason" in main(second)


def test_one_whose_day_has_passed_is_late_on_home_and_in_the_list():
    then, member = timezone.now() - timedelta(days=9), an_iw_member()
    a_request(now=then, ground="other")
    line = tile(member)
    assert line.things.filter(line.late).count() == 1
    (row,) = at_desk(member).get(TAB).context["rows"]
    assert row[2].due.colour == "red"


def test_it_is_late_once_the_working_day_after_it_came_has_passed():
    """Asked for on each of twelve days about Easter, looked at on each of eleven."""
    days = [date(2026, 3, 27) + timedelta(days=count) for count in range(12)]
    requests = {day: a_request(now=_noon(day), ground="other") for day in days}
    for count in range(3, 14):
        today = days[0] + timedelta(days=count)
        late = set(Request.objects.late_to_phone(_noon(today)).values_list("reference", flat=True))
        assert late == {one.reference for one in requests.values() if one.phone_by < today}
    assert requests[date(2026, 4, 2)].phone_by == date(2026, 4, 7)


def _noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


def test_a_ground_that_is_put_right_ends_it_and_another_reason_begins_it_anew():
    member, owner = an_iw_member(), a_practitioner()
    request = a_request(owner, ground="other")
    desk_actions.attest_phoned_back(request, phoned=True, by=member, now=NOW)
    desk_actions.return_with_query(
        again(request), query="ground_unclear", seen=NOW, by=member, now=LATER
    )
    for count, ground in ((1, "asylum"), (2, "other")):
        now = LATER + timedelta(days=count)
        actions.save_answers(
            again(request), PAGE["ground"], values={"ground": ground}, by=owner, now=now
        )
        request = again(request)
        assert (request.phoned_back_at, request.phoned_back_by) == (None, None)
        due = time_limits.phone_by(now) if ground == "other" else None
        assert (request.phone_by, Request.objects.to_phone().exists()) == (due, due is not None)


def test_it_is_asked_whatever_was_decided():
    request, member = a_request(ground="other"), an_iw_member()
    agreed(request, by=member)
    assert forms_on(at_desk(member).get(page_of(request))) == ["number", "applied", "phoned-back"]


def test_whoever_may_not_and_what_is_not_to_be_phoned_about_is_refused():
    request, member = a_request(ground="other"), an_iw_member()

    def phone(about: Request, by=member, phoned=True) -> None:
        desk_actions.attest_phoned_back(about, phoned=phoned, by=by, now=LATER)

    gone = an_iw_member(is_active=False)
    for person in (request.practitioner, an_auditor(), an_administrator(), gone):
        with pytest.raises(NotAllowed):
            phone(request, by=person)
    with pytest.raises(WrongState, match="not_phoned"):
        phone(request, phoned=False)
    ended = a_request(ground="other")
    let_go(ended.hold)
    for other in (a_request(), a_request(decision="considered", ground="other"), ended):
        with pytest.raises(WrongState, match="not_to_phone"):
            phone(other)
    phone(request)
    with pytest.raises(ChangedMeanwhile):
        phone(request)
    assert Entry.objects.filter(event="phoned_back").count() == 1


def test_one_that_was_let_go_is_on_no_list():
    request, member = a_request(ground="other", now=timezone.now()), an_iw_member()
    let_go(request.hold, now=timezone.now())
    assert not tile(member).things.exists()
    assert "phoned-back" not in forms_on(at_desk(member).get(page_of(request)))
    assert send(at_desk(member), request, "phoned-back", phoned="on").status_code == 409
