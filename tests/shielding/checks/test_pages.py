"""The pages on which it is said what was found: the record's, the request's, the review's."""

import pytest
from django.urls import reverse
from django.utils import timezone

from logbook.models import Entry
from shielding.models import Check, Hold, Record
from tests.requests_app.desk.support.request_page import page_of, send, today
from tests.requests_app.support.desk import at_desk, main
from tests.support.people import a_practitioner, an_iw_member
from tests.support.requests import a_request
from tests.support.shielded_records import DAY, agreed_holds, at, place, shielded_for

pytestmark = pytest.mark.django_db
NOW_DAY = at(timezone.localdate() - 10 * DAY)


def day(name, on):
    return {f"{name}_day": on.day, f"{name}_month": on.month, f"{name}_year": on.year}


def check_page(record: Record) -> str:
    return reverse("record_check", args=[record.reference])


def test_found_open_is_said_on_a_page_of_its_own_and_the_record_tells_what_to_do():
    (hold,) = agreed_holds(now=NOW_DAY)
    browser, record = at_desk(an_iw_member(name="Indra Member")), hold.record
    assert "Say what you found" in main(browser.get(f"/records/{record.reference}/"))
    asks = browser.get(check_page(record))
    assert "It is shielded; no duplicate" in main(asks)
    assert asks.context["title"] == f"Say what you found: record {record.reference}"
    assert "Its number is shown on the page of the record" in main(asks)
    assert Entry.objects.filter(event="record_opened").count() == 2
    on = timezone.localdate() - 2 * DAY
    page = browser.post(
        check_page(record), {"finding": "open", **day("open_from", on)}, follow=True
    )
    assert "Check now: it may already be open" in main(page)
    assert "Important What you found is recorded." in main(page)
    assert main(page).count("shield the record on ContactPoint now") == 1
    assert "by Indra Member It is open: it can be found there" in main(page)
    assert Check.objects.get().open_from == on
    again = browser.post(check_page(record), {"finding": "open"}, follow=True)
    assert again.status_code == 200


@pytest.mark.parametrize(
    ("finding", "words"),
    [
        ("duplicate", "The other number comes in as a request of its own, on their word"),
        ("not_found", "Phone the practitioner and have them read the number to you"),
    ],
)
def test_the_page_says_what_to_do_until_it_is_put_right(finding, words):
    request, browser = a_request(now=timezone.now()), at_desk(an_iw_member())
    page = send(browser, request, "applied", finding=finding, **today())
    assert words in main(page)
    hold = Hold.objects.get()
    assert (hold.applied_at is not None) == (finding == "duplicate")
    record = f"/records/{request.record.reference}/"
    assert words in main(browser.get(record))
    assert words in main(browser.get(page_of(request)))
    if finding == "not_found":
        send(browser, request, "applied", finding="shielded", **today())
        assert words not in main(browser.get(record))


def test_what_waits_to_be_shielded_is_not_attested_here():
    request, browser = a_request(now=timezone.now()), at_desk(an_iw_member())
    page = browser.get(check_page(request.record))
    assert "It is shielded; no duplicate" not in main(page)
    page = browser.post(check_page(request.record), {"finding": "shielded"})
    assert 'id="id_finding_error"' in page.content.decode()
    assert Record.objects.get().state == "to_shield"


@pytest.mark.parametrize(
    ("bad", "field"),
    [
        ({}, "finding"),
        ({"finding": "nonsense"}, "finding"),
        ({"finding": "a\x00b"}, "finding"),
        ({"finding": "open", "open_from_day": "31"}, "open_from"),
        ({"finding": "open", **day("open_from", timezone.localdate() + DAY)}, "open_from"),
        ({"finding": "shielded", **day("open_from", timezone.localdate())}, "open_from"),
        (
            {
                "finding": "open",
                **day("open_from", timezone.localdate()),
                **day("open_until", timezone.localdate() - DAY),
            },
            "open_until",
        ),
    ],
)
def test_bad_input_is_said_beside_its_field_and_nothing_is_half_done(bad, field):
    (hold,) = agreed_holds(now=NOW_DAY)
    browser = at_desk(an_iw_member())
    page = browser.post(check_page(hold.record), bad)
    assert page.status_code == 200
    assert f'id="id_{field}_error"' in page.content.decode()
    assert (Check.objects.count(), Record.objects.get().state) == (0, "shielded")


def test_its_source_reads_to_phone_and_another_reads_nothing_new():
    (hold,) = shielded_for(now=NOW_DAY)
    other = place(hold.record, now=NOW_DAY)
    browser, theirs = at_desk(hold.source), at_desk(other.source)
    before = main(theirs.get(f"/requests/{other.reference}/"))
    own = main(browser.get(f"/requests/{hold.reference}/"))
    assert "phone the IW Team now" not in own.lower()
    at_desk(an_iw_member()).post(check_page(hold.record), {"finding": "open"})
    own = main(browser.get(f"/requests/{hold.reference}/"))
    assert "Phone the IW Team now about this request." in own
    assert "No longer: phone the IW Team" in own
    assert main(theirs.get(f"/requests/{other.reference}/")) == before


def test_it_reads_the_same_whether_others_ask_or_not():
    alone, together = a_practitioner(), a_practitioner()
    (one,) = agreed_holds(alone, now=NOW_DAY)
    two = agreed_holds(together, a_practitioner(), now=NOW_DAY)[0]
    pages = []
    for hold in (one, two):
        at_desk(an_iw_member()).post(check_page(hold.record), {"finding": "open"})
        page = main(at_desk(hold.source).get(f"/requests/{hold.reference}/"))
        pages.append(page.replace(hold.reference, "IT"))
    assert _without_number(pages[0]) == _without_number(pages[1])


def _without_number(page: str) -> str:
    return page[page.index("What happened") :] if "What happened" in page else page
