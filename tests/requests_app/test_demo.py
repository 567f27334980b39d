"""The demo's caseload is what docs/operate.md says it is."""

from collections import Counter

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db.models import DateTimeField, F, Q
from django.test import Client
from django.utils import timezone

from brokerage import states as access_states
from brokerage.models import AccessRequest, Liaison
from logbook.models import Entry
from requests_app import states
from requests_app.models import Request
from shielding import clock
from shielding.accounts.deputies.models import Deputy
from shielding.accounts.models import Service, User
from shielding.accounts.suspensions import Suspension
from shielding.demo.telling import act_out
from shielding.models import Consultation, HandOver, Hold, Record, Review, records_to_review
from shielding.roles import Role

pytestmark = pytest.mark.django_db(transaction=True)

# What comes one after another in a row, as far as it has come.
IN_ORDER: dict[type, tuple[tuple[str, ...], ...]] = {
    Request: (
        ("created_at", "submitted_at", "proposed_at"),
        ("submitted_at", "decided_at", "changed_at"),
        ("logged_at", "confirmed_at"),
        ("submitted_at", "hold__applied_at", "hold__released_at"),
        ("practitioner__created_at", "created_at"),
    ),
    Hold: (
        ("placed_at", "applied_at"),
        ("placed_at", "agreed_at", "released_at"),
        ("service__created_at", "placed_at"),
    ),
    Record: (("episode_started_at", "applied_at", "unshield_begun_at"),),
    Review: (("opened_at", "concluded_at"), ("hold__placed_at", "opened_at")),
    Consultation: (("review__opened_at", "answered_at", "review__concluded_at"),),
    AccessRequest: (
        ("created_at", "submitted_at", "manager_decided_at", "concluded_at"),
        ("logged_at", "read_at"),
        ("requester__created_at", "created_at"),
    ),
    Liaison: (("asked_at", "answered_at"), ("access__manager_decided_at", "asked_at")),
    HandOver: (("proposed_at", "confirmed_at", "disputed_at", "settled_at"),),
    Suspension: (("suspended_at", "disputed_at", "settled_at"),),
}
# What is to come has a moment of its own.
AHEAD = {"due_at", "next_try_at", "send_at", "publish_at", "expires", "expire_date"}


def test_the_demo_is_forty_requests_and_a_sign_in_per_role(settings, tmp_path):
    """One test for all of it: the stories take seconds to act out."""
    settings.VAR = tmp_path
    call_command("seed_demo", verbosity=0)
    now = timezone.now()

    found = Counter(Request.objects.values_list("state", flat=True))
    assert sum(found.values()) == 40
    assert set(found) == set(states.LABELS)
    assert Service.objects.count() == 3
    assert Review.objects.overdue(now).count() == 2
    assert set(Record.objects.values_list("state", flat=True)) == {
        "to_shield",
        "shielded",
        "not_shielded",
        "unshielding",
    }
    # The clock opens what is near as soon as it looks.
    assert records_to_review(now).count() == 3
    assert Record.objects.to_unshield().count() == 3
    assert Deputy.objects.to_come(timezone.localdate()).count() == 1

    # Access requests are there in every state, a call to read, a contact that runs.
    accesses = Counter(AccessRequest.objects.values_list("state", flat=True))
    assert set(accesses) == set(access_states.LABELS)
    assert AccessRequest.objects.urgent_to_read().count() == 1
    assert AccessRequest.objects.granted(clock.today(now)).count() == 1

    no_date_is_out_of_order(now)
    lines = (tmp_path / "demo-sign-ins.txt").read_text().splitlines()[1:]
    sign_ins = [line.rsplit(maxsplit=2)[1:] for line in lines]
    everybody_can_sign_in(sign_ins)
    no_list_of_an_auditor_is_empty(dict(sign_ins)["auditor@demo.example"])

    with pytest.raises(CommandError, match="accounts already"):
        call_command("seed_demo")


def no_date_is_out_of_order(now):
    for model, chains in IN_ORDER.items():
        for chain in chains:
            for number, later in enumerate(chain):
                for earlier in chain[:number]:
                    wrong = model.objects.filter(Q(**{f"{later}__lt": F(earlier)}))
                    assert not wrong.exists(), (model.__name__, earlier, later)
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if isinstance(field, DateTimeField) and field.name not in AHEAD:
                ahead = model.objects.filter(**{f"{field.name}__gt": now})
                assert not ahead.exists(), (model.__name__, field.name)
    # Written in the order in which it happened, whichever story it belongs to.
    told = list(Entry.objects.order_by("id").values_list("at", flat=True))
    assert len(told) > 400
    assert told == sorted(told)


def everybody_can_sign_in(sign_ins):
    assert len({password for _, password in sign_ins}) == len(sign_ins)
    # Everybody can, or a story that asks them could not be played to its end.
    assert sorted(email for email, _ in sign_ins) == sorted(
        User.objects.values_list("email", flat=True)
    )
    gone = {email for email, _ in sign_ins if not User.objects.get(email=email).is_active}
    assert gone == {"left@demo.example"}
    for email, password in sign_ins:
        her = Client()
        answer = her.post("/sign-in/", {"login": email, "password": password}, secure=True)
        shown = her.get("/", secure=True).status_code
        assert (answer.status_code, shown) == ((302, 200) if email not in gone else (200, 302))
    assert {User.objects.get(email=email).role for email, _ in sign_ins} == set(Role.values)


def no_list_of_an_auditor_is_empty(password):
    auditor = Client()
    auditor.post("/sign-in/", {"login": "auditor@demo.example", "password": password}, secure=True)
    sections = auditor.get("/logbook/misuse/", secure=True).context["sections"]
    assert len(sections) == 11
    assert [one for one in sections if not one.rows] == []
    assert len(auditor.get("/logbook/", secure=True).context["rows"]) > 10


def test_a_story_that_goes_back_in_time_is_not_told():
    now = timezone.now()

    def backwards():
        yield now
        yield now - timezone.timedelta(hours=1)

    with pytest.raises(ValueError, match="Story 0 goes back"):
        act_out([backwards()])
