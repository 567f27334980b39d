"""The logbook's pages: who may open them, that opening is an entry, and what they show."""

import re
from datetime import UTC, datetime

import pytest
from django.urls import reverse

from logbook import writing
from logbook.models import Entry
from logbook.pages import views
from logbook.reading import facts_of
from logbook.writing import log_entry
from tests.logbook.support.pages import LIST, NOW, an_entry, shown, text_of
from tests.support.people import a_practitioner, an_administrator, an_auditor, an_iw_member
from tests.support.statements import Statements

pytestmark = pytest.mark.django_db


# --- Who ------------------------------------------------------------------------------------------
@pytest.mark.parametrize("somebody", [an_iw_member, an_auditor])
def test_the_iw_team_and_auditors_read(client, somebody):
    entry = an_entry()
    client.force_login(somebody())
    assert client.get(LIST).status_code == 200
    assert client.get(reverse("logbook_entry", args=[entry.pk])).status_code == 200


@pytest.mark.parametrize("somebody", [a_practitioner, an_administrator])
@pytest.mark.parametrize("method", ["get", "head", "post"])
def test_nobody_else_does_and_trying_is_an_entry(client, somebody, method):
    entry, person = an_entry(), somebody()
    client.force_login(person)
    for name, address in (("logbook", LIST), ("logbook_entry", f"{LIST}{entry.pk}/")):
        answer = getattr(client, method)(address)
        assert answer.status_code == 403
        assert "IW-7KQ4-M2XD" not in answer.text
        latest = Entry.objects.latest("id")
        assert (latest.event, latest.actor) == ("refused", person.uid)
        assert facts_of(latest) == {"action": name, "why": "other_role"}


def test_a_line_manager_is_no_reader(client):
    manager = a_practitioner()
    a_practitioner(service=manager.service, manager=manager)
    client.force_login(manager)
    assert client.get(LIST).status_code == 403


def test_nobody_who_is_not_signed_in(client):
    for address in (LIST, f"{LIST}{an_entry().pk}/"):
        answer = client.get(address)
        assert (answer.status_code, answer["Location"].split("?")[0]) == (
            302,
            reverse("account_login"),
        )
    assert not Entry.objects.filter(event__in=["logbook_opened", "entry_opened"]).exists()


def test_a_suspended_auditor_is_nobody(client, auditor):
    type(auditor).objects.update(is_active=False)
    assert client.get(LIST).status_code == 302


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_reading_is_all_there_is(client, auditor, method):
    entry = an_entry()
    assert getattr(client, method)(f"{LIST}{entry.pk}/").status_code == 405
    # The filters' form is posted to the list, and leads back to it.
    assert getattr(client, method)(LIST).status_code == (302 if method == "post" else 405)
    assert Entry.objects.latest("id") == entry


@pytest.mark.parametrize("view", [views.entry_list, views.entry])
def test_the_roles_are_written_on_the_view(view):
    assert view.allowed_roles == {"iw", "auditor"}


@pytest.mark.parametrize("number", ["0", "999999", "9" * 30, "9" * 5000, "-1", "abc", "1%00"])
def test_an_entry_that_is_not_there_is_a_404(client, auditor, number):
    an_entry()
    assert client.get(f"{LIST}{number}/").status_code == 404


def test_asking_for_an_entry_that_is_not_there_is_an_entry(client, auditor):
    client.get(f"{LIST}999999/")
    entry = Entry.objects.latest("id")
    assert (entry.event, entry.actor) == ("not_found", auditor.uid)
    assert facts_of(entry) == {"page": "logbook_entry"}


# --- Reading is an entry --------------------------------------------------------------------------
def test_opening_the_list_is_an_entry_with_the_filters_by_name(client, auditor):
    client.get(LIST, {"since": "1/3/2026", "person": auditor.uid, "event": "nonsense"})
    entry = Entry.objects.latest("id")
    assert (entry.event, entry.actor) == ("logbook_opened", auditor.uid)
    assert facts_of(entry) == {"filters": ["person", "since"]}


def test_the_reference_looked_for_is_in_the_entry(client, auditor):
    client.get(LIST, {"reference": "iw 7kq4 m2xd"})
    entry = Entry.objects.latest("id")
    assert (entry.event, entry.reference) == ("logbook_opened", "IW-7KQ4-M2XD")


def test_opening_an_entry_is_an_entry(client, auditor):
    opened = an_entry()
    client.get(f"{LIST}{opened.pk}/")
    entry = Entry.objects.latest("id")
    assert (entry.event, entry.actor) == ("entry_opened", auditor.uid)
    assert facts_of(entry) == {"entry": opened.pk}
    assert (entry.reference, entry.record) == (opened.reference, opened.record)
    assert entry.reference == "IW-7KQ4-M2XD"


def test_a_page_shows_the_entry_of_its_own_opening(client, auditor):
    assert shown(client.get(LIST))[0] == Entry.objects.latest("id").pk


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("number", [None, 1])
def test_if_the_entry_cannot_be_written_there_is_no_page(client, monkeypatch, number):
    client.force_login(an_auditor())
    client.raise_request_exception = False
    before = Entry.objects.count()
    # PostgreSQL refuses this statement as it would one on a full disk.
    monkeypatch.setattr(writing, "_INSERT", "INSERT INTO logbook_entry (id) VALUES (%s)")
    answer = client.get(f"{LIST}{number}/" if number else LIST)
    assert answer.status_code == 500
    assert "/logbook/1/" not in answer.text
    assert Entry.objects.count() == before


@pytest.mark.django_db(transaction=True)
def test_the_entry_is_committed_before_the_entries_are_read(client, auditor):
    with Statements() as queries:
        client.get(LIST)
    statements = [query["sql"].split()[0] for query in queries if "logbook_entry" in query["sql"]]
    assert statements == ["INSERT", "SELECT"]
    written = next(i for i, query in enumerate(queries) if "INSERT" in query["sql"])
    assert queries[written + 1]["sql"] == "COMMIT"


# --- What the pages say ---------------------------------------------------------------------------
def test_an_entry_is_a_sentence_with_who_and_when_in_london(client, auditor):
    person = a_practitioner(name="Grace Hopper")
    an_entry(person, at=datetime(2026, 6, 30, 23, 30, tzinfo=UTC))
    text = text_of(client.get(LIST))
    assert "1 July 2026, 00:30:00" in text
    assert f"Grace Hopper Practitioner {person.service.code} opened IW-7KQ4-M2XD" in text


def test_the_systems_entries_show_no_role_and_no_link(client, auditor):
    log_entry("setting_changed", by=None, at=NOW, setting="review_months", value=6)
    answer = client.get(LIST)
    assert "The system Setting review months is now 6" in text_of(answer)
    assert "person=None" not in answer.text


def test_a_services_name_is_in_no_entry_and_no_address(client, auditor):
    """Among what the list can be narrowed by it has to be said."""
    person = a_practitioner()
    entry = an_entry(person)
    for address in (LIST, f"{LIST}{entry.pk}/"):
        text = re.sub(r"<option.*?</option>", "", client.get(address).text)
        assert person.service.code in text
        assert person.service.name not in text


def test_names_are_escaped(client, auditor):
    an_entry(a_practitioner(name="<b>Bobby</b>"))
    text = client.get(LIST).text
    assert "<b>Bobby" not in text
    assert "&lt;b&gt;Bobby" in text


def test_a_name_leads_to_that_persons_entries(client, auditor):
    person = a_practitioner(name="Grace Hopper")
    mine, other = an_entry(person), an_entry()
    link = f"?person={person.uid}"
    assert f'href="{link}"' in client.get(LIST).text
    assert shown(client.get(LIST + link)) == [mine.pk]
    assert other.pk != mine.pk


@pytest.mark.parametrize(("somebody", "may"), [(an_iw_member, True), (an_administrator, False)])
def test_a_persons_page_leads_to_what_they_did_for_those_who_may_read_it(client, somebody, may):
    person = a_practitioner()
    client.force_login(somebody())
    text = client.get(reverse("person", args=[person.uid])).text
    assert (f'href="{LIST}?person={person.uid}"' in text) is may


def test_the_entrys_page_has_every_field(client, auditor):
    person = a_practitioner(name="Grace Hopper")
    log_entry(
        "hold_placed",
        by=person,
        at=NOW,
        reference="IW-7KQ4-M2XD",
        record_reference="IW-2222-2222",
        **{"from": "not_shielded", "to": "to_shield"},
        ground="abuse",
        episode=1,
        source=person.uid,
        source_service=person.service.code,
    )
    entry = Entry.objects.latest("id")
    text = text_of(client.get(f"{LIST}{entry.pk}/"))
    for said in (
        f"Number {entry.pk}", "Done 27 March 2026, 14:05:09", "Who Grace Hopper",
        "Role Practitioner", f"Service {person.service.code}", "Event Record asked to be shielded",
        "Reference IW-7KQ4-M2XD", "Record IW-2222-2222", "From not shielded", "To to shield",
        "Ground abuse", "Episode 1", "Source Grace Hopper", "Written ",
    ):  # fmt: skip
        assert said in text


def test_the_entrys_page_leads_to_its_neighbours(client, auditor):
    first, second, third = an_entry(), an_entry(), an_entry()
    text = client.get(f"{LIST}{second.pk}/").text
    assert f'href="{LIST}{first.pk}/" rel="next"' in text
    assert f'href="{LIST}{third.pk}/" rel="prev"' in text


def test_no_title_and_no_address_names_anybody(client, auditor):
    person = a_practitioner(name="Grace Hopper", email="grace@council.example")
    entry = an_entry(person)
    for address in (LIST, f"{LIST}{entry.pk}/"):
        text = client.get(address).text
        title = re.search(r"<title>(.*?)</title>", text, re.DOTALL).group(1)
        assert not re.search(r"IW-|Grace|CP\d", title)
        links = re.findall(r'href="([^"]*)"', text)
        assert not [link for link in links if re.search(r"Grace|grace|@|CP\d", link)]
