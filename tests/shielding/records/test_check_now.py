"""A record that may be open this minute comes before every other, wherever it is listed."""

import re
from datetime import timedelta
from itertools import product

import pytest
from django.core import mail as outbox
from django.utils import timezone

from requests_app.desk.lists import SORTS, TABS
from requests_app.models import Request
from shielding.models import Hold, Record
from shielding.notices import delivery
from shielding.records import policies
from shielding.reviews import reminders
from shielding.unshield import actions as unshield_actions
from tests.requests_app.support.desk import at_desk, main
from tests.requests_app.support.desk_caseload import a_phoned_request
from tests.shielding.home.support.tiles import tiles
from tests.support.people import an_iw_member
from tests.support.requests import a_request, agreed
from tests.support.shielded_records import DAY, let_go, nobody_asks

pytestmark = pytest.mark.django_db
MARK = "Check now: it may already be open"
HOUR = timedelta(hours=1)


def to_check_now(waited: timedelta) -> Request:
    """Return a request that arrived, so long ago, while its record was being unshielded."""
    now = timezone.now()
    record = nobody_asks(now - 10 * DAY)
    unshield_actions.begin_unshield(record, by=an_iw_member(), now=now - waited - HOUR)
    return a_request(number=record.number_in_clear(), now=now - waited)


def rows_of(page: str) -> list[tuple[str, bool]]:
    """Return the reference that heads each row of the page, and whether the row is marked."""
    rows = re.findall(r'<th scope="row".*?</th>', page, re.DOTALL)
    return [(re.search(r"IW-[A-Z0-9]{4}-[A-Z0-9]{4}", row).group(), MARK in row) for row in rows]


def an_old_one() -> Request:
    return a_request(now=timezone.now() - 100 * HOUR)


def test_it_comes_before_all_that_waited_longer_and_the_longest_of_several_first():
    old, newest, newer = an_old_one(), to_check_now(HOUR), to_check_now(2 * HOUR)
    assert list(Record.objects.to_shield()) == [newer.record, newest.record, old.record]
    assert list(Record.objects.to_check_now()) == [newer.record, newest.record]
    for record in Record.objects.all():
        listed = Record.objects.to_check_now().filter(pk=record.pk).exists()
        assert policies.is_to_check_now(record) == listed


def test_at_home_and_in_the_list_it_stands_first_and_says_so():
    old, request = an_old_one(), to_check_now(HOUR)
    browser = at_desk(an_iw_member())
    home, listed = browser.get("/"), browser.get("/records/to-shield/")
    for page in (home, listed):
        assert rows_of(page.content.decode())[:2] == [
            (request.reference, True),
            (old.reference, False),
        ]
    number, url, words = tiles(home)[0]
    assert (number, words) == (1, MARK)
    alone = browser.get(url)
    assert rows_of(alone.content.decode()) == [(request.reference, True)]
    assert alone.context["page"].paginator.count == 1


def test_so_does_one_that_nobody_asks_for_any_more():
    an_old_one()
    request = to_check_now(HOUR)
    let_go(Hold.objects.get(reference=request.reference), now=timezone.now())
    page = at_desk(an_iw_member()).get("/records/to-shield/")
    first = re.search(r"<tbody.*?</tr>", page.content.decode(), re.DOTALL).group()
    assert request.record.reference in first
    assert request.reference not in first
    assert MARK in first


def test_in_each_list_of_the_queue_it_stands_first_in_every_order():
    for _ in range(2):
        an_old_one()
    request = to_check_now(HOUR)
    a_request(now=timezone.now())
    browser = at_desk(an_iw_member())
    every_order = [way + name for name in SORTS for way in ("", "-")]
    for tab, sort in product(("to_shield", "to_decide", "open"), every_order):
        rows = rows_of(browser.get("/desk/", {"tab": tab, "sort": sort}).content.decode())
        assert rows[0] == (request.reference, True), (tab, sort)
        assert [marked for _, marked in rows].count(True) == 1, (tab, sort)


def test_a_phoned_one_is_marked_among_those_to_confirm():
    a_phoned_request()
    phoned = a_phoned_request()
    # By the acts a phoned request would need the number of a record that is being unshielded.
    Record.objects.filter(pk=phoned.record_id).update(
        applied_at=timezone.now(), applied_by=an_iw_member()
    )
    for tab in TABS:
        page = at_desk(an_iw_member()).get("/desk/", {"tab": tab.code}).content.decode()
        if phoned.reference in page:
            assert rows_of(page)[0] == (phoned.reference, True), tab


def test_once_it_is_attested_nothing_is_marked():
    request, member = to_check_now(HOUR), an_iw_member()
    browser = at_desk(member)
    agreed(request, by=member, now=timezone.now())
    page = browser.get(f"/desk/requests/{request.reference}/")
    assert MARK in main(page)
    assert MARK in main(browser.get(f"/records/{request.record.reference}/"))
    on = timezone.localdate()
    day = {"checked_on_day": on.day, "checked_on_month": on.month, "checked_on_year": on.year}
    told = {"finding": "shielded", "found": "never_opened", **day}
    browser.post(f"/desk/requests/{request.reference}/applied/", told)
    for address in ("/desk/requests/" + request.reference, "/records/" + request.record.reference):
        assert MARK not in main(browser.get(f"{address}/"))
    assert MARK not in {words for _, _, words in tiles(browser.get("/"))}


def test_nobody_but_the_team_has_the_line():
    request = to_check_now(HOUR)
    assert MARK not in main(at_desk(request.practitioner).get("/"))


def test_its_reference_alone_stands_first_in_the_mail():
    lead, now = an_iw_member(lead=True), timezone.now()
    pressing = to_check_now(HOUR).reference
    waiting = []
    while min(waiting, default=pressing) >= pressing:  # until another would stand first
        record = nobody_asks(now - 20 * DAY)
        unshield_actions.begin_unshield(record, by=an_iw_member(), now=now - 10 * DAY)
        waiting.append(record.reference)
    reminders.raise_reminders(now)
    outbox.outbox.clear()
    delivery.deliver(now)
    (mail,) = [one for one in outbox.outbox if lead.email in one.to]
    assert re.findall(r"IW-[A-Z0-9]{4}-[A-Z0-9]{4}", mail.body) == [pressing, *sorted(waiting)]
