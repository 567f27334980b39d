"""The demo's caseload is what docs/operate.md says it is."""

from collections import Counter
from datetime import timedelta

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
from tests.brokerage.support.desk import as_shown
from tests.requests_app.support.desk import main
from tests.requests_app.support.posts import on

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
    no_list_of_an_auditor_is_empty(Office(sign_ins))
    stories_are_played_to_their_end(Office(sign_ins))

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


class Office:
    """Whoever is named signs in as `make run` prints it, and works on pages alone."""

    def __init__(self, sign_ins):
        self.passwords, self.browsers = dict(sign_ins), {}

    def __getitem__(self, who):
        if who not in self.browsers:
            email = f"{who}@demo.example"
            self.browsers[who] = Client()
            typed = {"login": email, "password": self.passwords[email]}
            assert self.browsers[who].post("/sign-in/", typed, secure=True).status_code == 302
        return self.browsers[who]

    def reads(self, who, address):
        page = self[who].get(address, secure=True)
        assert page.status_code == 200, (who, address)
        return page

    def sends(self, who, address, **answers):
        """Send a form of a page; return the words of the page that comes of it."""
        page = self[who].post(address, answers, secure=True, follow=True)
        assert page.status_code == 200, (who, address)
        return main(page)


def no_list_of_an_auditor_is_empty(office):
    sections = office.reads("auditor", "/logbook/misuse/").context["sections"]
    assert len(sections) == 12
    # Nobody in the demo denies a withdrawal: that is rarer than all the rest.
    assert [one.id for one in sections if not one.rows] == ["denied"]
    assert len(office.reads("auditor", "/logbook/").context["rows"]) > 10


def stories_are_played_to_their_end(office):
    """Those that the tour tells of: each by whoever has the next step, until none is left."""
    # What one member began to unshield, another confirms.
    record = Record.objects.get(state="unshielding")
    office.reads("iw2", "/records/being-unshielded/?whose=mine")
    office.sends("iw2", f"/records/{record.reference}/unshield/confirm/")
    record.refresh_from_db()
    assert record.state == "not_shielded"

    # What one member proposed not to agree, another confirms; the practitioner reads it.
    proposed = Request.objects.filter(state="proposed").earliest("id")
    desk, seen = f"/desk/requests/{proposed.reference}/", proposed.changed_at.isoformat()
    said = office.sends("iw2", f"{desk}confirm/", seen=seen, finding="shielded")
    assert "Confirmed: the request is not agreed." in said
    whose = proposed.practitioner.email.partition("@")[0]
    assert "Not agreed" in main(office.reads(whose, f"/requests/{proposed.reference}/"))

    # A manager agrees that somebody is reached, a practitioner offers contact, the team concludes.
    waiting = AccessRequest.objects.filter(state="with_manager").latest("submitted_at")
    office.reads("manager", "/access/to-agree/")
    office.sends("manager", f"/access/to-agree/{waiting.reference}/agree/")
    waiting.refresh_from_db()
    assert waiting.state == "with_iw"
    asked = Liaison.objects.owed().get()
    whose = asked.hold.source.email.partition("@")[0]
    answer = {"answer": "will_contact", "family": "content"}
    office.sends(whose, f"/access/questions/{asked.reference}/answer/", **answer)
    access = AccessRequest.objects.get(pk=asked.access_id)
    ends = on("granted_until", clock.today(timezone.now()) + timedelta(days=20))
    given = as_shown(access) | {"outcome": "source_will_contact"} | ends
    office.sends("iw", f"/brokerage/{access.reference}/conclude/", **given)
    access.refresh_from_db()
    assert access.outcome == "source_will_contact"

    # Who left says that neither was right: a lead finds so, and they have again what they had.
    hand_over, suspension = HandOver.objects.get(), Suspension.objects.get()
    for address, disputed in (
        (f"/people/hand-overs/{hand_over.reference}/settle/", hand_over),
        (f"/people/suspensions/{suspension.reference}/", suspension),
    ):
        seen = disputed.disputed_at.isoformat()
        assert "is settled" in office.sends("lead", address, verdict="wrong", seen=seen)
    theirs = Request.objects.get(practitioner=hand_over.person)
    assert theirs.reference in main(office.reads("left", "/requests/"))


def test_a_story_that_goes_back_in_time_is_not_told():
    now = timezone.now()

    def backwards():
        yield now
        yield now - timedelta(hours=1)

    with pytest.raises(ValueError, match="Story 0 goes back"):
        act_out([backwards()])
