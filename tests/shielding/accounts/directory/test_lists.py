"""The lists of people, services and roles: filters, pages, and the same cost at any length."""

import pytest
from django.urls import reverse
from django.utils import timezone

from logbook.references import new_reference
from shielding.accounts.models import Service, User
from shielding.roles import Role
from shielding.web.cells import Chip
from tests.shielding.accounts.support.people_pages import as_
from tests.support.people import a_practitioner, a_role_grant, a_service, an_auditor, an_iw_member

pytestmark = pytest.mark.django_db


def test_a_service_is_open_or_closed_and_the_button_to_close_it_is_on_its_page():
    a_service("Ash nursery")
    closed = a_service("Birch school")
    Service.objects.filter(pk=closed.pk).update(
        closed_at=timezone.now(), closed_by=an_iw_member().pk
    )
    member = as_(an_iw_member())
    page = member.get(reverse("services"))
    assert page.context["heads"][-1] == "State"
    assert [row[-1].tag for row in page.context["rows"]] == ["Open", "Closed"]
    shown = [member.get(row[0].url).content.decode() for row in page.context["rows"]]
    assert ["Close this service" in one for one in shown] == [True, False]


def test_people_are_filtered_by_role_state_and_service():
    iw, auditor = an_iw_member(), an_auditor(name="Audrey Auditor")
    person = a_practitioner(name="Paul Practitioner")
    gone = a_practitioner(
        name="Gone Person", is_active=False, suspended_at=timezone.now(), suspended_by=iw
    )
    coming = an_auditor(name="Coming Person", is_active=False)
    client = as_(iw)

    def listed(query):
        page = client.get(f"{reverse('people')}?{query}")
        return {found.pk for found in page.context["page"]}

    assert listed("") == {iw.pk, auditor.pk, person.pk, gone.pk, coming.pk}
    assert listed("role=auditor") == {auditor.pk, coming.pk}
    assert listed("state=suspended") == {gone.pk}
    assert listed("state=awaiting") == {coming.pk}
    assert listed("state=working&role=practitioner") == {person.pk}
    assert listed(f"service={gone.service.code}") == {gone.pk}
    chips = client.get(f"{reverse('people')}?role=auditor&state=working&page=2").context["chips"]
    assert chips == [
        Chip("Auditor", "?state=working"),
        Chip("Can sign in", "?role=auditor"),
    ]


@pytest.mark.parametrize(
    "query", ["role=king", "state=x", "service=SV-ZZZZ", "service=%00", "role=%E2%80%AE"]
)
def test_a_filter_that_is_not_one_lists_nobody(query):
    answer = as_(an_iw_member()).get(f"{reverse('people')}?{query}")
    assert answer.status_code == 200
    assert list(answer.context["page"]) == []


@pytest.mark.parametrize("page", ["0", "-1", "x", "999", "%00", ""])
def test_a_page_that_is_not_there_is_a_page_that_is(page):
    for name in ("people", "services"):
        assert as_(an_iw_member()).get(f"{reverse(name)}?page={page}").status_code == 200


def queries(django_assert_max_num_queries, client, url, most):
    with django_assert_max_num_queries(most) as counted:
        answer = client.get(url)
    assert answer.status_code == 200
    assert len(answer.content) <= 70_000  # five hundred choices, each with service and email
    return len([query for query in counted.captured_queries if "SAVEPOINT" not in query["sql"]])


@pytest.mark.parametrize(
    "name", ["people", "services", "roles", "person", "person_manager", "person_add"]
)
def test_lists_cost_the_same_whatever_their_length(name, django_assert_max_num_queries):
    lead = an_iw_member(lead=True)
    client, head = as_(lead), a_practitioner()
    top = a_practitioner(service=head.service)
    about = {"person": head, "person_manager": top}
    url = reverse(name, args=[about[name].uid]) if name in about else reverse(name)
    costs = []
    for rows in (1, 2, 497):
        more(rows, head, lead)
        costs.append(queries(django_assert_max_num_queries, client, url, 15))
    assert len(set(costs)) == 1


def more(rows, head, lead):
    """Add so many people reporting to the head, services, and decided proposals."""
    start = User.objects.count()
    numbers = range(start, start + rows)
    staff = User.objects.bulk_create(
        User(
            email=f"many{number}@council.example",
            name=f"Person {number}",
            role=Role.PRACTITIONER,
            service=head.service,
            line_manager=head,
        )
        for number in numbers
    )
    now = timezone.now()
    Service.objects.bulk_create(
        Service(name=f"One of many {number}", created_at=now) for number in numbers
    )
    for person in staff:
        a_role_grant(
            person=person,
            reference=new_reference(),
            role=Role.AUDITOR,
            proposed_at=now,
            proposed_by=head,
            refused_at=now,
            refused_by=lead,
        )
