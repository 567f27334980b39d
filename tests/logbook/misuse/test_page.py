"""The page of signs of misuse: who may open it, that opening is an entry, and what it says."""

import os
import re
import subprocess
import sys
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from logbook import writing
from logbook.days import london_day
from logbook.misuse import views
from logbook.models import Entry
from logbook.reading import facts_of
from logbook.writing import log_entry
from shielding.accounts import suspending
from shielding.accounts.suspensions import Suspension, SuspensionTold
from shielding.holds.disputes import hand_over_actions as disputes
from shielding.holds.disputes import suspension_actions as disputed_suspensions
from shielding.models import HandOver, HandOverTold
from tests.logbook.support.pages import LIST, shown, text_of, written
from tests.support import hand_overs
from tests.support.people import (
    a_practitioner,
    a_service,
    an_administrator,
    an_auditor,
    an_iw_member,
)
from tests.support.statements import Statements

pytestmark = pytest.mark.django_db
PAGE = "/logbook/misuse/"
TOO_MANY_QUERIES = 18


def refused(person, times=5, at=None):
    for _ in range(times):
        log_entry("refused", by=person, at=at or timezone.now(), action="logbook", why="other_role")
        if at:
            written(at, Entry.objects.latest("id"))


def a_call(by, at, reference="IW-7KQ4-M2XD", requester=None):
    facts = dict.fromkeys(("kind", "purpose", "sought", "outcome"), "a_code")
    facts["requester"] = requester.uid if requester else ""
    log_entry(
        "access_call_logged",
        by=by,
        at=at,
        reference=reference,
        record_reference="IW-2222-2222",
        requester_service="SV-1",
        **facts,
    )


def a_manager():
    manager = a_practitioner()
    a_practitioner(service=manager.service, manager=manager)
    return manager


# --- Who ------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "somebody",
    [a_practitioner, a_manager, an_iw_member, an_administrator],
)
def test_nobody_but_an_auditor_opens_it(client, somebody):
    person = somebody()
    client.force_login(person)
    assert client.get(PAGE).status_code == 403
    entry = Entry.objects.latest("id")
    assert (entry.event, entry.actor) == ("refused", person.uid)
    assert facts_of(entry) == {"action": "logbook_misuse", "why": "other_role"}


def test_an_iw_lead_neither(client):
    client.force_login(an_iw_member(lead=True))
    assert client.get(PAGE).status_code == 403


def test_an_auditor_opens_it_and_that_is_an_entry(client, auditor):
    assert client.get(PAGE).status_code == 200
    entry = Entry.objects.latest("id")
    assert (entry.event, entry.actor) == ("misuse_opened", auditor.uid)
    today = london_day(timezone.now())
    since = today - timedelta(days=7)
    assert facts_of(entry) == {"since": since.isoformat(), "until": today.isoformat()}
    assert views.misuse.allowed_roles == {"auditor"}
    assert f"read the signs of misuse of {since:%-d %B %Y} to" in text_of(client.get(LIST))


@pytest.mark.parametrize("somebody", [an_iw_member, lambda: an_iw_member(lead=True)])
def test_the_iw_team_does_not_see_what_an_auditor_reads(client, auditor, somebody):
    """Neither the entry, nor that it was opened, nor by asking for the page before it."""
    client.get(PAGE)
    opened, member = Entry.objects.latest("id"), Client()
    client.get(f"{LIST}{opened.pk}/")
    client.get(LIST, {"person": str(auditor.uid)})
    events = ["misuse_opened", "entry_opened", "logbook_opened"]
    read = list(Entry.objects.filter(event__in=events).values_list("pk", flat=True))
    assert len(read) == 3
    member.force_login(somebody())
    assert not {*shown(member.get(LIST)), *shown(member.get(LIST, {"person": auditor.uid}))} & {
        *read
    }
    for number in (opened.pk, opened.pk + 1_000_000):
        assert shown(member.get(LIST, {"since": "1/1/2026", "before": number})) == []
        newest = shown(member.get(LIST, {"since": "1/1/2026", "after": number}))
        assert newest[0] == Entry.objects.latest("id").pk
    assert set(read) <= set(shown(client.get(LIST)))


@pytest.mark.parametrize("somebody", [an_iw_member, lambda: an_iw_member(lead=True)])
def test_the_iw_team_does_not_see_that_an_auditor_opened_it(client, auditor, somebody):
    client.get(PAGE)
    opened, member = Entry.objects.latest("id"), Client()
    member.force_login(somebody())
    assert opened.pk not in shown(member.get(LIST))
    assert opened.pk in shown(client.get(LIST))
    listed = member.get(LIST, {"event": "misuse_opened"})
    assert (shown(listed), "Select an event from the list" in listed.text) == ([], True)
    assert shown(client.get(LIST, {"event": "misuse_opened"})) == [opened.pk]
    assert member.get(f"{LIST}{opened.pk}/").status_code == 404
    for beside in (opened.pk - 1, opened.pk + 1):
        assert f"{LIST}{opened.pk}/" not in member.get(f"{LIST}{beside}/").text
        assert f"{LIST}{opened.pk}/" in client.get(f"{LIST}{beside}/").text


# --- Which days -----------------------------------------------------------------------------------
def days_read():
    facts = facts_of(Entry.objects.filter(event="misuse_opened").latest("id"))
    return facts["since"], facts["until"]


@pytest.mark.parametrize(
    ("typed", "since", "until"),
    [
        ({"since": "1 Mar 2026", "until": "9/3/2026"}, "2026-03-01", "2026-03-09"),
        ({"since": "1/3/2026"}, "2026-03-01", "2026-03-08"),
        ({"until": "8/3/2026"}, "2026-03-01", "2026-03-08"),
        ({"since": "1/1/2026", "until": "2/4/2026"}, "2026-01-01", "2026-04-02"),
        ({"until": "7/1/2000"}, "2000-01-01", "2000-01-07"),
    ],
)
def test_the_days_asked_for_are_counted(client, auditor, typed, since, until):
    answer = client.post(PAGE, typed)
    assert answer.status_code == 302
    assert client.get(answer.url).status_code == 200
    assert days_read() == (since, until)
    assert Entry.objects.filter(event="misuse_opened").count() == 1


def test_a_sign_of_weeks_ago_is_found_by_going_back(client, auditor):
    person = a_practitioner(name="Grace Hopper")
    refused(person, 5, timezone.now() - timedelta(days=20))
    answer = client.get(PAGE)
    assert "Later days" not in answer.text
    for found in (False, False, True):
        assert ("Grace Hopper" in answer.text) is found
        if not found:
            answer = client.get(link_to("Earlier days", answer))
    listed = client.get(link_to("Grace Hopper", answer))
    assert len(shown(listed)) == 5
    for _ in range(2):
        answer = client.get(link_to("Later days", answer))
    assert "Later days" not in answer.text
    assert days_read()[1] == london_day(timezone.now()).isoformat()


def test_days_end_today_and_do_not_lie_ahead(client, auditor):
    today = london_day(timezone.now())
    client.get(PAGE, {"since": f"{today:%d/%m/%Y}", "until": "31/12/2100"})
    assert "within 92 days" not in client.get(PAGE, {"since": f"{today:%d/%m/%Y}"}).text
    assert days_read() == (today.isoformat(), today.isoformat())
    ahead = f"{today + timedelta(days=1):%d/%m/%Y}"
    for typed in ({"since": ahead}, {"since": ahead, "until": ahead}):
        answer = client.get(PAGE, typed)
        assert "The days must not lie ahead" in answer.text
        assert "Urgent calls" not in answer.text


def test_before_the_first_day_there_is_nothing_to_go_back_to(client, auditor):
    assert "Earlier days" not in client.get(PAGE, {"until": "8/1/2000"}).text
    assert "Earlier days" in client.get(PAGE, {"until": "16/1/2000"}).text


def test_what_was_phoned_for_somebody_is_said_beside_what_they_sent(client, auditor):
    member, asker = an_iw_member(), a_practitioner(name="Grace Hopper")
    for letter in "ABC":
        a_call(member, timezone.now(), f"IW-{letter * 4}-2222", requester=asker)
    text = text_of(client.get(PAGE))
    assert "Grace Hopper 3, 3 of them about one record, 3 of them phoned" in text
    assert text.count("Grace Hopper IW-2222-2222") == 3


def link_to(words, answer):
    found = re.search(rf'href="([^"]*)"[^>]*>\s*(?:<span[^>]*>)?\s*{words}', answer.text)
    return found.group(1).replace("&amp;", "&")


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ({"since": "31/2/2026"}, "Enter a real date"),
        ({"until": "CP73570001"}, "Enter a real date"),
        ({"until": "1/1/1999"}, "Enter a year from 2000 to 2100"),
        ({"since": "2/3/2026", "until": "1/3/2026"}, "The last day must be the first day or later"),
        (
            {"since": "1/1/2026", "until": "3/4/2026"},
            "The last day must be within 92 days of the first",
        ),
    ],
)
def test_days_that_make_no_sense_get_a_message_and_nothing_is_read(client, auditor, typed, message):
    for answer in (client.post(PAGE, typed), client.get(PAGE, typed)):
        assert answer.status_code == 200
        assert re.search(
            rf'class="govuk-error-message">[^<]*<span[^>]*>Error:</span>\s*{message}', answer.text
        )
        assert "<title>Error: " in answer.text
        assert "CP73570001" not in answer.text
        assert "Nothing is counted until the days are put right." in answer.text
        assert "Urgent calls" not in answer.text
    assert not Entry.objects.filter(event="misuse_opened").exists()


@pytest.mark.django_db(transaction=True)
def test_the_entry_is_committed_before_anything_is_counted(client, auditor):
    with Statements() as queries:
        client.get(PAGE)
    statements = [query["sql"] for query in queries]
    written = next(i for i, sql in enumerate(statements) if "INSERT INTO logbook_entry" in sql)
    assert statements[written + 1] == "COMMIT"
    assert not [sql for sql in statements[:written] if "FROM logbook_entry" in sql]
    assert len([sql for sql in statements[written:] if "FROM logbook_entry" in sql]) == 12


@pytest.mark.django_db(transaction=True)
def test_if_the_entry_cannot_be_written_there_is_no_page(client, auditor, monkeypatch):
    client.raise_request_exception = False
    monkeypatch.setattr(writing, "_INSERT", "INSERT INTO logbook_entry (id) VALUES (%s)")
    answer = client.get(PAGE)
    assert answer.status_code == 500
    assert "Urgent calls" not in answer.text


@pytest.mark.parametrize(("somebody", "leads"), [(an_auditor, True), (an_iw_member, False)])
def test_the_logbook_and_an_auditors_home_lead_to_it(client, somebody, leads):
    client.force_login(somebody())
    for page in (LIST, reverse("home")):
        assert (f'href="{PAGE}"' in client.get(page).text) is leads


# --- What it says ---------------------------------------------------------------------------------
def test_an_empty_list_says_from_how_many_on_it_would_not_be(client, auditor):
    text = text_of(client.get(PAGE))
    for said in (
        "No person was refused 5 times or more in these days.",
        "No member of the IW Team opened or looked for 100 records or more, and nobody else"
        " 20 records or more, in these days.",
        "No record was opened by 8 people or more in these days.",
        "No person opened 20 pages or more within one hour out of hours in these days.",
        "No person agreed to 10 access requests or more in these days.",
        "No person sent or phoned 10 access requests or more, or 3 or more about one record,"
        " in these days.",
        "No person had 3 access requests or more declined in these days.",
        "No urgent call was taken or read in these days, and no earlier one is still unread.",
    ):
        assert said in text


def test_thresholds_of_one_read_as_words_too(client, auditor, settings):
    settings.MISUSE = dict.fromkeys(settings.MISUSE, 1)
    text = text_of(client.get(PAGE))
    assert "1 time or more in these days" in text
    assert "1 person or more opened" in text
    assert not re.search(r"\b1 (times|records|people|pages|access requests|days)\b", text)


def test_a_row_leads_to_the_entries_it_was_counted_from(client, auditor):
    person = a_practitioner(name="Grace Hopper")
    now = timezone.now()
    refused(person, 3, now)
    refused(person, 2, now - timedelta(days=7))
    refused(person, 1, now - timedelta(days=9))
    answer = client.get(PAGE)
    assert f"Grace Hopper 5 Practitioner {person.service.code}" in text_of(answer)
    assert person.service.name not in answer.text
    day = london_day(now) - timedelta(days=7)
    link = re.search(r'href="(/logbook/\?[^"]*)">Grace Hopper', answer.text).group(1)
    listed = client.get(link.replace("&amp;", "&"))
    assert len(shown(listed)) == 5
    assert f"From {day:%-d %B %Y}" in text_of(listed)


def test_urgent_calls_with_who_took_and_who_read_them_and_how_late(client, auditor):
    member, second = an_iw_member(name="Ivy Member"), an_iw_member(name="Sam Second")
    now = timezone.now()
    hour = timedelta(hours=1)
    for letter, logged, read in (("A", 5, 1), ("B", 50, 20), ("C", 3, None), ("D", 90, None)):
        reference = f"IW-{letter * 4}-2222"
        a_call(member, now - logged * hour, reference)
        if read is not None:
            log_entry(
                "access_call_read",
                by=second,
                at=now - read * hour,
                reference=reference,
                record_reference="IW-2222-2222",
            )
    text = text_of(client.get(PAGE))
    when = r"\d+ \w+ \d{4}, \S+ Ivy Member"
    assert re.search(f"IW-AAAA-2222 Read in time, after 4 hours Sam Second {when}", text)
    assert re.search(f"IW-BBBB-2222 Read 6 hours late Sam Second {when}", text)
    assert re.search(f"IW-CCCC-2222 Not read yet {when}", text)
    assert re.search(f"IW-DDDD-2222 Not read yet, 2 days late {when}", text)


def test_no_title_and_no_address_names_anybody(client, auditor):
    refused(a_practitioner(name="Grace Hopper"))
    text = client.get(PAGE).text
    assert "Grace" not in re.search(r"<title>(.*?)</title>", text, re.DOTALL).group(1)
    assert not [link for link in re.findall(r'href="([^"]*)"', text) if "Grace" in link]


def test_the_same_queries_however_many_rows(client, auditor):
    counts = set()
    client.get(PAGE)
    for more in (1, 2, 497):
        for number in range(more):
            person = a_practitioner(name="Maximiliana Featherstonehaugh-Cholmondeley")
            refused(person)
            a_call(person, timezone.now(), f"IW-{number:04}-{more:04}")
        with Statements() as queries:
            answer = client.get(PAGE)
        counts.add(len(queries))
    assert len(counts) == 1
    assert counts.pop() <= TOO_MANY_QUERIES
    assert "The 100 with the most are shown, of 500." in text_of(answer)
    assert text_of(answer).count("Not read yet") == 500


# --- Settings -------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("name", "value", "starts"),
    [
        ("MISUSE_DAYS", "366", True), ("MISUSE_DAYS", "367", False), ("MISUSE_REFUSED", "1", True),
        ("MISUSE_REFUSED", "0", False), ("MISUSE_RECORDS", "-3", False),
        ("MISUSE_RECORDS_IW", "many", False), ("MISUSE_PEOPLE", "2.5", False),
        ("MISUSE_BURST", "", False), ("MISUSE_AGREED", "9" * 5000, False),
    ],
)  # fmt: skip
def test_a_threshold_is_a_whole_number_of_one_or_more(name, value, starts):
    found = subprocess.run(
        [sys.executable, "-c", "import shielding.settings"],
        env=os.environ | {name: value},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (found.returncode == 0) is starts, found.stderr
    assert (f"{name} must be a whole number from 1 to" in found.stderr) is not starts


def test_each_word_that_a_hand_over_was_wrong_is_on_the_page_with_both_steps(client, auditor):
    service, now = a_service(), timezone.now()
    leaver, colleague = a_practitioner(service=service), a_practitioner(service=service)
    first, second = an_iw_member(name="Ada First"), an_iw_member(name="Bea Second")
    assert "Nobody said that a hand-over was wrong in these days." in text_of(client.get(PAGE))
    hand_overs.hand_over(leaver, to=colleague, proposed_by=first, by=second, now=now)
    for told in HandOverTold.objects.select_related("hand_over", "person"):
        disputes.say_wrong(told, by=told.person, now=now)
    text = text_of(client.get(PAGE))
    row = f"{HandOver.objects.get().reference} {colleague.name}"
    assert row in text
    assert text.count("Ada First Bea Second") == 2


def test_each_word_that_a_suspension_was_wrong_is_on_the_page_with_who_suspended_whom(
    client, auditor
):
    now, member = timezone.now(), an_iw_member(name="Ada First")
    manager = a_practitioner(name="Max Manages")
    person = a_practitioner(name="Pat Stopped", service=manager.service, manager=manager)
    assert "Nobody said that a suspension was wrong in these days." in text_of(client.get(PAGE))
    suspending.suspend(person, by=member, now=now)
    for told in SuspensionTold.objects.select_related("suspension", "person"):
        disputed_suspensions.say_wrong(told, by=told.person, now=now)
    text = text_of(client.get(PAGE))
    reference = Suspension.objects.get().reference
    for said_by in (person, manager):
        assert f"{reference} {said_by.name}" in text
    assert text.count("Pat Stopped Ada First") == 2
