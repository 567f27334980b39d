"""The pages of a data load: entered, worked through by two, taken back by a second member."""

import json
import re
from datetime import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from logbook.models import Entry
from logbook.reading import facts_of
from logbook.references import new_reference
from shielding.accounts.models import User
from shielding.checks.actions import SHIELDED, attest_found
from shielding.checks.data_loads import actions as acts
from shielding.holds import actions as hold_acts
from shielding.models import DataLoad, Record
from tests.requests_app.support.desk import at_desk, main
from tests.shielding.home.support.tiles import tiles
from tests.support.people import a_practitioner, an_auditor, an_iw_member
from tests.support.requests import a_number
from tests.support.shielded_records import DAY, agreed_holds, at, hold_on
from tests.support.statements import Statements

pytestmark = pytest.mark.django_db
LOADS, AGAIN = "/data-loads/", "/records/to-check-again/"
LABEL = "To check again after a data load"


@pytest.fixture
def today():
    return timezone.localdate()


def day(on) -> dict[str, str]:
    parts = {"day": on.day, "month": on.month, "year": on.year}
    return {f"loaded_on_{name}": str(part) for name, part in parts.items()}


def check_page(record: Record) -> str:
    return reverse("record_check", args=[record.reference])


def shielded(today) -> Record:
    return agreed_holds(now=at(today - 10 * DAY))[0].record


def test_from_the_day_of_the_load_to_checked_by_both(today):
    record, other = shielded(today), shielded(today)
    first, second = an_iw_member(name="Fay First"), an_iw_member(name="Sol Second")
    hers, his = at_desk(first), at_desk(second)
    assert "No data load has been entered." in main(hers.get(AGAIN))
    page = hers.post(LOADS, day(today - DAY), follow=True)
    assert page.redirect_chain == [(AGAIN, 302)]
    assert "0 of 2 checked by two members." in main(page)
    assert (2, AGAIN, LABEL) in tiles(hers.get("/"))
    assert "Fay First" in main(his.get(LOADS))
    assert record.reference in main(his.get(AGAIN))
    # Its page, and its number there, are opened for the check.
    hers.get(reverse("record_detail", args=[record.reference]))
    hers.post(reverse("record_number", args=[record.reference]))
    # Both open it before either says what they found; each reads then who did what.
    for browser in (hers, his):
        assert "Nobody’s look counts yet." in main(browser.get(check_page(record)))
    page = hers.post(check_page(record), {"finding": "shielded"}, follow=True)
    assert page.redirect_chain == [(AGAIN, 302)]
    assert "by Fay First. The second look is a colleague’s." in main(page)
    page = his.post(check_page(record), {"finding": "shielded"}, follow=True)
    assert re.search("First look: .* by Fay First. Second look: .* by Sol Second", main(page))
    assert "1 of 2 checked by two members." in main(page)
    assert record.reference not in main(page).partition("To check (1)")[2]
    assert other.reference in main(page)
    assert "Two members who look must be independent." in main(page)
    assert "Checked by two members (1)" in main(page)
    done = main(hers.get(f"{AGAIN}?show=checked"))
    assert re.search(f"{record.reference} Shielded .* by Fay First .* by Sol Second", done)
    assert other.reference not in done
    assert (1, AGAIN, LABEL) in tiles(his.get("/"))
    # Once both have looked the list leads to it no more: who opens it anew says why.
    later = at_desk(first)
    later.get(f"{AGAIN}?show=checked")
    later.get(reverse("record_detail", args=[record.reference]))
    opened = Entry.objects.filter(event="record_opened").order_by("id")
    assert [json.loads(one)["purpose"] for one in opened.values_list("facts", flat=True)] == [
        *["data_check"] * 4,
        "phone_call",
    ]


def test_a_bad_finding_runs_the_act_and_the_list_says_why_it_is_not_done(today):
    gone, missing = shielded(today), shielded(today)
    member, second = an_iw_member(), an_iw_member()
    acts.enter(today - DAY, by=member, now=timezone.now())
    browser = at_desk(member)
    page = browser.post(check_page(gone), {"finding": "open"}, follow=True)
    assert "Check now: it may already be open" in main(page)
    page = browser.post(check_page(missing), {"finding": "not_found"}, follow=True)
    assert "Phone the practitioner and have them read the number to you" in main(page)
    page = at_desk(second).get(AGAIN)
    assert "0 of 2 checked by two members." in main(page)
    assert f"{gone.reference} To shield To be shielded first" in main(page)
    assert f"{missing.reference} Shielded Not found: phone the practitioner" in main(page)
    assert reverse("record_detail", args=[gone.reference]) in page.content.decode()
    assert check_page(missing) in page.content.decode()


def test_the_list_names_references_alone_and_is_neither_printed_nor_kept(today):
    record, member = shielded(today), an_iw_member()
    hold = record.holds.get()
    load = acts.enter(today - DAY, by=member, now=timezone.now())
    page = at_desk(member).get(AGAIN)
    # It is a map of protected children: who looks at a page of it is known.
    entry = Entry.objects.get(event="records_to_check_again_opened")
    assert (entry.reference, entry.actor, facts_of(entry)) == (
        load.reference,
        member.uid,
        {"page": 1},
    )
    text = page.content.decode()
    assert page.headers["Cache-Control"] == "no-store"
    assert record.reference in main(page)
    for word in (hold.reference, hold.source.name, hold.service.name, record.number_in_clear()):
        assert word not in text
    assert text.index('class="app-noprint"') < text.index(f">{record.reference}<")
    assert not re.search(r"csv|print this|download|export", text, re.I)


def test_bad_days_are_said_beside_the_field_and_nothing_is_written(today):
    browser, other = (at_desk(an_iw_member()) for _ in range(2))
    # Two tabs, and a colleague's: the day is entered once.
    assert browser.post(LOADS, day(today)).status_code == 302
    for again in (browser, other):
        page = again.post(LOADS, day(today))
        assert "The data load of this day is entered already" in main(page)
    for bad, words in (
        ({}, "Enter the day of the data load"),
        (day(today + DAY), "The date must be today or in the past"),
        (day(today.replace(year=today.year - 3)), "Check the year"),
        (day(today) | {"loaded_on_month": "a\x00b"}, "ordinary letters"),
        (day(today) | {"loaded_on_day": "32"}, "Enter a real date"),
        ({"loaded_on": "2026-03-01", "entered_by": "1"}, "Enter the day of the data load"),
    ):
        page = browser.post(LOADS, bad)
        assert page.status_code == 200
        assert words in main(page)
        assert 'id="id_loaded_on_error"' in page.content.decode()
    assert list(DataLoad.objects.values_list("loaded_on", flat=True)) == [today]
    assert Entry.objects.filter(event="data_load_entered").count() == 1


def test_a_second_member_takes_it_back_and_auditors_read_both(today):
    shielded(today)
    member, second = an_iw_member(name="Fay First"), an_iw_member()
    load = acts.enter(today - DAY, by=member, now=timezone.now())
    address = reverse("data_load_take_back", args=[load.reference])
    own = at_desk(member).get(LOADS)
    assert "You entered it, so another member has to take it back." in main(own)
    assert address not in own.content.decode()
    assert at_desk(member).post(address).status_code == 403
    new = at_desk(an_iw_member(second_person_from=timezone.now() + DAY)).get(LOADS)
    not_yet = "Your role is new, or you and Fay First are not independent, so another member"
    assert not_yet in main(new)
    assert address not in new.content.decode()
    browser = at_desk(second)
    assert address in browser.get(LOADS).content.decode()
    assert f"follows the load of {load.loaded_on:%-d %B %Y}." in main(browser.get(LOADS))
    page = browser.post(address, follow=True)
    assert "is taken back" in main(page)
    assert browser.post(address).status_code == 409
    assert LABEL not in {words for _, _, words in tiles(browser.get("/"))}
    assert browser.post(LOADS, day(today - DAY)).status_code == 302
    book = main(at_desk(an_auditor()).get(reverse("logbook"), {"reference": load.reference}))
    loaded_on = f"{load.loaded_on.day} {load.loaded_on:%B %Y}"
    assert f"entered the data load of {loaded_on} ({load.reference})" in book
    assert "took back the data load" in book


def test_an_older_day_is_kept_and_the_later_one_rules(today):
    member = an_iw_member()
    acts.enter(today - DAY, by=member, now=timezone.now())
    page = at_desk(member).post(LOADS, day(today - 5 * DAY), follow=True)
    assert "The list stays that of the later one" in main(page)


def test_pages_of_fifty_and_as_many_questions_whatever_the_count(today):
    first, second, now = an_iw_member(), an_iw_member(), timezone.now()
    acts.enter(today, by=first, now=now)
    records = _shielded(1, first, at(today - 10 * DAY))
    done, browser = f"{AGAIN}?show=checked", at_desk(first)
    browser.get(AGAIN)

    def cost(address: str) -> int:
        with Statements() as asked:
            browser.get(address)
        return len([q for q in asked if re.match("SELECT|INSERT|UPDATE", q["sql"])])

    def looked(*members: User) -> None:
        for one in records:
            for by in members:
                attest_found(one, found=SHIELDED, by=by, now=timezone.now())

    alone = cost(AGAIN)
    records += _shielded(5, first, at(today - 9 * DAY))
    looked(second)
    assert cost(AGAIN) == alone <= 16
    looked(first)
    assert cost(done) == alone
    assert "6 of 6 checked by two members." in main(browser.get(done))
    assert [browser.get(one).context["page"].paginator.per_page for one in (AGAIN, done)] == [
        50
    ] * 2


def _shielded(count: int, by: User, now: datetime) -> list[Record]:
    """Return so many records, each shielded for one source."""
    source, records = a_practitioner(), []
    for _ in range(count):
        hold = hold_on(a_number(), reference=new_reference(), source=source, now=now)
        records.append(
            hold_acts.attest_applied(hold, checked_on=now.date(), no_duplicate=True, by=by, now=now)
        )
    return records
