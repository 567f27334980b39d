"""The pages about people: who opens which, what they show, and what bad input gets."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone

from logbook.references import new_reference
from shielding.accounts.access import for_roles
from shielding.accounts.models import Role, RoleGrant, Service, User
from shielding.accounts.refused import NotAllowed
from tests.accounts.entries import entries
from tests.people import (
    a_practitioner,
    a_service,
    an_administrator,
    an_auditor,
    an_iw_member,
)

pytestmark = pytest.mark.django_db

# Characters that no field takes, what is too long for all, and what is no text at all.
BAD_TEXT = ["", "   ", "x" * 300, "a\x00b", "a\u202eb", "a\u200bb", "a\nb"]


def as_(person):
    client = Client()
    client.force_login(person)
    session = client.session
    session["fresh_at"] = int(timezone.now().timestamp())
    session.save()
    return client


def a_grant(**fields):
    values = {
        "person": an_iw_member(),
        "reference": new_reference(),
        "role": Role.AUDITOR,
        "proposed_at": timezone.now(),
        "proposed_by": an_administrator(),
    }
    return RoleGrant.objects.create(**(values | fields))


ROLES = {
    "practitioner": a_practitioner,
    "iw": an_iw_member,
    "lead": lambda: an_iw_member(lead=True),
    "auditor": an_auditor,
    "administrator": an_administrator,
}
IW, ADMINISTRATOR, LEAD = {"iw", "lead"}, {"administrator"}, {"lead"}
# URL name, who opens it, and what GET and an empty POST answer to them.
TABLE = [
    ("your_account", set(ROLES), 200, 405),
    ("session_extend", set(ROLES), 405, 204),
    ("people", IW | ADMINISTRATOR, 200, 405),
    ("person", IW | ADMINISTRATOR, 200, 405),
    ("person_add", IW, 200, 200),
    ("person_manager", IW, 200, 302),
    ("person_name", IW | ADMINISTRATOR, 200, 200),
    ("person_suspend", IW | ADMINISTRATOR, 405, 302),
    ("person_reactivate", IW | ADMINISTRATOR, 405, 409),
    ("services", IW, 200, 405),
    ("service_add", IW, 200, 200),
    ("service_close", IW, 200, 302),
    ("roles", ADMINISTRATOR | LEAD, 200, 405),
    ("role_account", ADMINISTRATOR, 200, 200),
    ("role_propose", ADMINISTRATOR, 200, 200),
    ("role_confirm", LEAD, 405, 302),
    ("role_refuse", LEAD, 405, 302),
]


def address(name):
    """The page's address with rows that exist: a practitioner, an empty service, a proposal."""
    if name == "role_propose":
        return reverse(name, args=[an_iw_member().uid])
    if name.startswith("person") and name != "person_add":
        return reverse(name, args=[a_practitioner().uid])
    if name == "service_close":
        return reverse(name, args=[a_service().code])
    if name in ("role_confirm", "role_refuse"):
        return reverse(name, args=[a_grant().reference])
    return reverse(name)


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize(("name", "allowed", "get", "post"), TABLE)
def test_roles_and_pages(name, allowed, get, post, role):
    client, url = as_(ROLES[role]()), address(name)
    expected = (get, post) if role in allowed else (403, 403)
    assert (client.get(url).status_code, client.post(url).status_code) == expected


def test_being_refused_a_page_is_an_entry():
    person = a_practitioner()
    assert as_(person).get(reverse("people")).status_code == 403
    facts = {"action": "people", "why": "other_role"}
    assert entries("refused") == [("refused", str(person.uid), facts)]


@pytest.mark.parametrize(
    ("name", "argument"),
    [
        *[
            (name, uuid4())
            for name in ("person_manager", "person_name", "person_suspend", "person_reactivate")
        ],
        ("service_close", "SV-ZZZZ"),
    ],
)
def test_what_is_not_there_is_a_404(name, argument):
    client = as_(an_iw_member())
    url = reverse(name, args=[argument])
    assert client.post(url).status_code == 404
    assert client.get(reverse("person", args=[uuid4()])).status_code == 404


def test_pages_for_what_may_not_be_done_are_refused():
    """Whoever types the address of a page that no button leads to gets the action's answer."""
    iw, administrator = an_iw_member(), an_administrator()
    for by, name, person in (
        (iw, "person_manager", an_auditor()),
        (iw, "person_manager", iw),
        (iw, "person_name", an_iw_member()),
        (iw, "person_name", iw),
        (administrator, "person_name", administrator),
        (administrator, "role_propose", administrator),
        (administrator, "role_propose", a_practitioner()),
    ):
        url = reverse(name, args=[person.uid])
        client = as_(by)
        assert (client.get(url).status_code, client.post(url).status_code) == (403, 403)


def test_absent_roles_are_a_404():
    lead, administrator = as_(an_iw_member(lead=True)), as_(an_administrator())
    for name in ("role_confirm", "role_refuse"):
        assert lead.post(reverse(name, args=["IW-ZZZZ-ZZZZ"])).status_code == 404
    assert administrator.get(reverse("role_propose", args=[uuid4()])).status_code == 404


def test_a_practitioner_is_added_and_given_a_line_manager():
    iw, manager = an_iw_member(), a_practitioner(name="Mary Manager")
    client = as_(iw)
    answers = {
        "name": "Ann Example",
        "email": "Ann.Example@Council.example",
        "service": manager.service.code,
    }
    answer = client.post(reverse("person_add"), answers)
    person = User.objects.get(email="ann.example@council.example")
    assert answer["Location"] == reverse("person_manager", args=[person.uid])
    page = client.get(answer["Location"]).content.decode()
    assert "Mary Manager" in page
    answer = client.post(answer["Location"], {"manager": manager.uid})
    assert answer["Location"] == reverse("person", args=[person.uid])
    person.refresh_from_db()
    assert person.line_manager == manager
    page = client.get(answer["Location"]).content.decode()
    assert "Ann Example" in page
    assert manager.service.name in page
    assert [event for event, _, _ in entries()][1:] == [
        "person_added",
        "line_manager_set",
        "directory_opened",
    ]


def test_a_shared_looking_address_is_warned_about():
    shared, own = a_practitioner(email="office@council.example"), a_practitioner()
    client = as_(an_iw_member())
    warning = "several people read"
    assert warning in client.get(reverse("person", args=[shared.uid])).content.decode()
    assert warning not in client.get(reverse("person", args=[own.uid])).content.decode()


def test_service_names_are_for_the_iw_team_only():
    service = a_service("St Anne’s School")
    person = a_practitioner(service=service)
    for reader, sees in ((an_iw_member(), True), (an_administrator(), False)):
        client = as_(reader)
        pages = [reverse("person", args=[person.uid]), reverse("people")]
        pages.append(f"{reverse('people')}?service={service.code}")
        for url in pages:
            page = client.get(url).content.decode()
            assert (service.name in page) is sees
            assert service.code in page
    own = as_(person).get(reverse("your_account")).content.decode()
    assert service.code in own
    assert service.name not in own


@pytest.mark.parametrize("text", BAD_TEXT)
def test_bad_names_end_beside_the_field(text):
    person, client = a_practitioner(name="Before"), as_(an_iw_member())
    for url in (
        reverse("person_name", args=[person.uid]),
        reverse("service_add"),
        reverse("person_add"),
    ):
        answer = client.post(url, {"name": text})
        assert answer.status_code == 200
        assert answer.context["form"].errors["name"]
        assert "Error: " in answer.content.decode()
    person.refresh_from_db()
    assert person.name == "Before"
    assert Service.objects.count() == 1


@pytest.mark.parametrize("text", [*BAD_TEXT, "no address", "a@b", "x" * 250 + "@council.example"])
def test_bad_addresses_end_beside_the_field(text):
    service = a_service()
    answers = {"name": "N", "email": text, "service": service.code}
    answer = as_(an_iw_member()).post(reverse("person_add"), answers)
    assert list(answer.context["form"].errors) == ["email"]
    answers = {"name": "N", "email": text, "kind": "iw"}
    answer = as_(an_administrator()).post(reverse("role_account"), answers)
    assert list(answer.context["form"].errors) == ["email"]


@pytest.mark.parametrize("value", ["", "SV-ZZZZ", "1", "a\x00b", "\u202e", "x" * 300])
def test_bad_services_end_beside_the_field(value):
    closed = a_service(closed_at=timezone.now(), closed_by=an_iw_member())
    for code in (value, closed.code):
        answers = {"name": "N", "email": "n@council.example", "service": code}
        answer = as_(an_iw_member()).post(reverse("person_add"), answers)
        assert list(answer.context["form"].errors) == ["service"]


def test_taken_names_and_addresses_end_beside_the_field():
    person = a_practitioner(email="taken@council.example")
    client = as_(an_iw_member())
    answer = client.post(reverse("service_add"), {"name": person.service.name.upper()})
    assert answer.context["form"].errors["name"] == ["There is a service of this name already"]
    answers = {"name": "N", "email": "TAKEN@council.example", "service": person.service.code}
    errors = client.post(reverse("person_add"), answers).context["form"].errors
    assert errors["email"] == ["There is an account with this email address already"]


@pytest.mark.parametrize(
    "value", ["1", "a\x00b", "x" * 300, "0b1e6d54-6d0f-4d51-8a73-1f6f3d1d1c11", "[]"]
)
def test_a_strangers_id_is_nobodys_manager(value):
    person, client = a_practitioner(), as_(an_iw_member())
    url = reverse("person_manager", args=[person.uid])
    stranger = a_practitioner()
    for manager in (value, person.uid, stranger.uid):
        answer = client.post(url, {"manager": manager})
        assert answer.context["form"].errors["manager"] == ["Select one of the people shown"]


def test_nobody_can_be_the_answer():
    manager = a_practitioner()
    person = a_practitioner(service=manager.service, manager=manager)
    as_(an_iw_member()).post(reverse("person_manager", args=[person.uid]), {"manager": ""})
    person.refresh_from_db()
    assert person.line_manager is None


def test_suspending_and_reactivating_on_the_page():
    person, client = a_practitioner(), as_(an_iw_member())
    page = reverse("person", args=[person.uid])
    assert "Suspend this account" in client.get(page).content.decode()
    assert client.post(reverse("person_suspend", args=[person.uid]))["Location"] == page
    assert "sign in again" in client.get(page).content.decode()
    assert client.post(reverse("person_suspend", args=[person.uid])).status_code == 409
    assert client.post(reverse("person_reactivate", args=[person.uid]))["Location"] == page
    person.refresh_from_db()
    assert person.is_active


def test_a_name_is_corrected_on_the_page():
    person, client = a_practitioner(name="Ann Exmple"), as_(an_administrator())
    url = reverse("person_name", args=[person.uid])
    assert "Ann Exmple" in client.get(url).content.decode()
    answer = client.post(url, {"name": " Ann  Example "})
    assert answer["Location"] == reverse("person", args=[person.uid])
    person.refresh_from_db()
    assert person.name == "Ann  Example"


def test_an_administrator_is_led_to_proposing_roles_outside_the_services_only():
    client = as_(an_administrator())
    for person, offered in (
        (an_auditor(), True),
        (an_iw_member(), True),
        (a_practitioner(), False),
    ):
        page = client.get(reverse("person", args=[person.uid])).content.decode()
        assert (reverse("role_propose", args=[person.uid]) in page) is offered


def test_a_suspended_person_shows_since_when():
    by = an_administrator()
    gone = an_auditor(
        is_active=False, suspended_at=datetime(2026, 3, 2, 9, tzinfo=UTC), suspended_by=by
    )
    page = as_(by).get(reverse("person", args=[gone.uid])).content.decode()
    assert "2 March 2026, 9:00am" in page


def test_a_view_may_be_for_line_managers_whatever_their_role():
    @for_roles(managers=True)
    def team(request):
        return HttpResponse("team")

    manager = a_practitioner()
    staff = a_practitioner(service=manager.service, manager=manager)
    request = RequestFactory().get("/")
    request.user = manager
    assert team(request).content == b"team"
    request.user = staff
    with pytest.raises(NotAllowed):
        team(request)


def test_an_iw_member_gets_no_button_for_colleagues():
    colleague = an_iw_member()
    page = as_(an_iw_member()).get(reverse("person", args=[colleague.uid])).content.decode()
    assert "Suspend" not in page
    assert reverse("person_name", args=[colleague.uid]) not in page


def test_a_service_with_people_cannot_be_closed():
    person, client = a_practitioner(), as_(an_iw_member())
    url = reverse("service_close", args=[person.service.code])
    page = client.get(url).content.decode()
    assert "1 person still works" in page
    assert "Close the service" not in page
    assert client.post(url).status_code == 409


def test_services_are_added_and_closed_on_the_pages():
    client = as_(an_iw_member())
    assert client.post(reverse("service_add"), {"name": "Housing"})["Location"] == reverse(
        "services"
    )
    service = Service.objects.get(name="Housing")
    assert service.code in client.get(reverse("services")).content.decode()
    client.post(reverse("service_close", args=[service.code]))
    assert "Closed" in client.get(reverse("services")).content.decode()


def test_a_role_goes_from_proposal_to_confirmation():
    administrator, lead = an_administrator(), an_iw_member(lead=True)
    answers = {"name": "New Colleague", "email": "new@council.example", "kind": "iw_lead"}
    assert as_(administrator).post(reverse("role_account"), answers)["Location"] == reverse("roles")
    person = User.objects.get(email="new@council.example")
    grant = person.grants.get()
    followed = as_(administrator).get(reverse("roles")).content.decode()
    assert "New Colleague" in followed
    assert "Confirm<" not in followed
    deciding = as_(lead)
    page = deciding.get(reverse("roles")).content.decode()
    confirm = reverse("role_confirm", args=[grant.reference])
    assert confirm in page
    assert deciding.post(confirm)["Location"] == reverse("roles")
    person.refresh_from_db()
    assert (person.role, person.is_lead, person.is_active) == ("iw", True, True)
    assert f"Confirmed by {lead.name}" in deciding.get(reverse("roles")).content.decode()
    assert deciding.post(confirm).status_code == 409


def test_another_role_is_proposed_and_refused():
    administrator, lead, person = an_administrator(), an_iw_member(lead=True), an_iw_member()
    client = as_(administrator)
    url = reverse("role_propose", args=[person.uid])
    assert client.get(url).status_code == 200
    assert client.post(url, {"kind": "auditor"})["Location"] == reverse("roles")
    assert client.post(url, {"kind": "auditor"}).status_code == 409
    grant = person.grants.get()
    as_(lead).post(reverse("role_refuse", args=[grant.reference]))
    page = client.get(reverse("roles")).content.decode()
    assert f"Refused by {lead.name}" in page
    person.refresh_from_db()
    assert person.role == Role.IW


@pytest.mark.parametrize("kind", ["", "practitioner", "king", "a\x00b", "\u202e", "x" * 300])
def test_bad_roles_end_beside_the_field(kind):
    person, client = an_iw_member(), as_(an_administrator())
    url = reverse("role_propose", args=[person.uid])
    assert list(client.post(url, {"kind": kind}).context["form"].errors) == ["kind"]
    answers = {"name": "N", "email": "n@council.example", "kind": kind}
    errors = client.post(reverse("role_account"), answers).context["form"].errors
    assert list(errors) == ["kind"]
    assert not RoleGrant.objects.exists()


@pytest.mark.parametrize("name", ["role_account", "role_propose", "role_confirm", "role_refuse"])
def test_roles_are_handed_out_with_a_fresh_password_only(name):
    person = an_iw_member(lead=True) if name in ("role_confirm", "role_refuse") else None
    client = as_(person or an_administrator())
    session = client.session
    session["fresh_at"] -= int(timedelta(minutes=5).total_seconds()) + 1
    session.save()
    url = address(name)
    back = reverse("roles") if person else url
    answer = client.post(url)
    assert answer.status_code == 302
    assert answer["Location"] == f"/confirm-it-is-you/?next={back.replace('/', '%2F')}"


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
        {"label": "Auditor", "url": "?state=working"},
        {"label": "Can sign in", "url": "?role=auditor"},
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
    assert len(answer.content) <= 60_000
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
    RoleGrant.objects.bulk_create(
        RoleGrant(
            person=person,
            reference=new_reference(),
            role=Role.AUDITOR,
            proposed_at=now,
            proposed_by=head,
            refused_at=now,
            refused_by=lead,
        )
        for person in staff
    )
