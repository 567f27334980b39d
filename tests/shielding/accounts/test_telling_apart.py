"""Two of one name are two lines on the IW Team's pages, and an email is on these alone."""

import pytest
from django.urls import reverse
from django.utils import timezone

from logbook.models import Entry
from shielding.accounts import actions as directory
from shielding.accounts import suspending
from shielding.accounts.models import User
from shielding.holds.hand_over import actions as hand_overs
from tests.shielding.accounts.deputies.support.deputies import named
from tests.shielding.accounts.support.people_pages import as_
from tests.support.people import (
    a_practitioner,
    a_service,
    an_administrator,
    an_auditor,
    an_iw_member,
)
from tests.support.requests import a_number, a_request

pytestmark = pytest.mark.django_db

FIRST, SECOND = "sam.hill@council.example", "hill.sam@council.example"


@pytest.fixture
def namesakes():
    """Two of one name and one service who both manage somebody, and both ask for one record."""
    service = a_service("Millbrook School")
    both = [a_practitioner(service=service, name="Sam Hill", email=one) for one in (FIRST, SECOND)]
    for one in both:
        a_practitioner(service=service, manager=one)
    return both


def body(client, url):
    answer = client.get(url)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_iw_team_reads_an_email_beside_each_of_them(namesakes):
    first, second = namesakes
    now, number = timezone.now(), a_number()
    iw, other = an_iw_member(), an_iw_member()
    staff = User.objects.get(line_manager=first)
    asked = [a_request(one, number=number, now=now) for one in namesakes]
    named(first, second, timezone.localdate(), 5, now=now)
    named(second, first, timezone.localdate(), 5, now=now)
    proposed = hand_overs.propose(first, to=second, by=iw, now=now)
    client = as_(other)
    record = asked[0].record.reference
    client.get(reverse("desk_request", args=[asked[0].reference]))
    found = {
        name: body(client, url)
        for name, url in {
            "people": reverse("people"),
            "line manager": reverse("person_manager", args=[staff.uid]),
            "deputy": reverse("person_deputy_name", args=[first.uid]),
            "deputies": reverse("person_deputy", args=[first.uid]),
            "hand over": reverse("person_hand_over", args=[staff.uid]),
            "hand-over": reverse("hand_over", args=[proposed.reference]),
            "hand-overs": reverse("hand_overs"),
            "record": reverse("record_detail", args=[record]),
        }.items()
    }
    missing = {
        name: [email for email in (FIRST, SECOND) if email not in page]
        for name, page in found.items()
    }
    # On a row of their own, and as a line manager on another.
    assert [found["people"].count(email) for email in (FIRST, SECOND)] == [2, 2]
    # Nobody is their own deputy.
    assert missing == dict.fromkeys(found, []) | {"deputy": [FIRST], "deputies": [FIRST]}


def test_who_is_not_of_the_iw_team_reads_no_email_of_others(namesakes):
    first, second = namesakes
    now = timezone.now()
    named(first, second, timezone.localdate(), 5, now=now)
    for page in ("deputy", "deputy_name", "your_account", "home"):
        assert SECOND not in body(as_(first), reverse(page))
    assert FIRST not in body(as_(second), reverse("deputy"))
    # Auditors read names in the logbook, the IW Team tells apart whom it filters by.
    member = an_iw_member(email="member@council.example")
    directory.rename(first, "Sam Hull", by=an_administrator(), now=now)
    directory.set_line_manager(first, None, by=member, now=now)
    suspending.suspend(first, by=member, now=now)
    auditor = as_(an_auditor())
    pages = [
        reverse("logbook"),
        f"{reverse('logbook')}?person={first.uid}",
        reverse("logbook_misuse"),
    ]
    pages += [reverse("logbook_entry", args=[one.pk]) for one in Entry.objects.all()]
    assert len(pages) > 5
    for page in pages:
        assert "@" not in body(auditor, page).replace("iw@council.example", ""), page
    shown = body(as_(member), f"{reverse('logbook')}?person={first.uid}")
    assert f"Sam Hull, Practitioner, {FIRST}" in shown
    assert "IW Team, member@council.example" in shown
