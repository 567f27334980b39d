"""What is late at the desk: what waits to be shielded, and a call that nobody confirmed."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone

from requests_app.desk.to_do import for_iw_team
from requests_app.models import Request, late_to_confirm, late_to_shield
from requests_app.practitioner.to_do import waiting
from shielding.home import to_do
from shielding.unshield import actions as unshield_actions
from tests.requests_app.support.desk import at_desk
from tests.requests_app.support.desk_caseload import a_phoned_request
from tests.support.people import a_practitioner, an_iw_member
from tests.support.requests import a_request
from tests.support.shielded_records import DAY, nobody_asks, place

pytestmark = pytest.mark.django_db


def _noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


def test_a_call_is_late_to_be_confirmed_once_the_working_day_after_it_has_passed():
    """Logged on each of seven days about Easter, looked at on each of eleven."""
    first, person, member = date(2026, 4, 1), a_practitioner(), an_iw_member()
    calls = [a_phoned_request(person, by=member) for _ in range(7)]
    for count, one in enumerate(calls):
        one.logged_at = _noon(first + count * DAY)
        Request.objects.filter(pk=one.pk).update(
            logged_at=one.logged_at, submitted_at=one.logged_at
        )
    for count in range(11):
        now = _noon(first + count * DAY)
        late = set(Request.objects.filter(late_to_confirm(now)).values_list("pk", flat=True))
        assert late == {one.pk for one in calls if one.confirm_by < now.date()}
    for who, lines in ((member, for_iw_team), (person, waiting)):
        now = _noon(first + 4 * DAY)  # a Sunday: the first alone was to be confirmed by Thursday
        (line,) = [one for one in lines(who, now) if one.label.startswith("Phoned")]
        assert line.things.filter(line.late).get().pk == calls[0].pk
        (tile,) = [
            one for one in to_do.waiting_for(who, now).mine if one.label.startswith("Phoned")
        ]
        assert (tile.number, tile.late) == (7, True)


def test_what_waits_for_a_day_is_late_and_so_is_what_may_be_open_and_both_are_red_in_the_list():
    now, member = timezone.now(), an_iw_member()
    a_request(now=now - timedelta(hours=23))
    old = a_request(now=now - timedelta(hours=25))
    begun = unshield_actions.begin_unshield(nobody_asks(now - 10 * DAY), by=member, now=now)
    check_now = place(begun, now=now)
    late = Request.objects.to_shield().filter(late_to_shield(now))
    assert set(late.values_list("hold", flat=True)) == {old.hold_id, check_now.pk}
    page = at_desk(member).get("/desk/?tab=to_shield")
    red = [row for row in page.context["rows"] if any(_is_red(cell) for cell in row)]
    assert (len(red), len(page.context["rows"])) == (2, 3)
    (tile,) = [one for one in to_do.waiting_for(member, now).mine if "to attest" in one.label]
    assert (tile.number, tile.late) == (3, True)


def _is_red(cell) -> bool:
    return getattr(cell, "colour", "") == "red"
