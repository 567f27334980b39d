"""A small council for the walls: everybody who may come to a door, one of each thing behind it."""

import uuid
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, get_resolver
from django.utils import timezone

from brokerage.desk import actions as access_desk_actions
from brokerage.line_manager import actions as manager_actions
from brokerage.models import AccessRequest, Liaison
from logbook.references import new_reference
from requests_app.desk import actions as request_desk_actions
from requests_app.desk import phoned_requests
from requests_app.models import Request
from shielding.accounts import role_grants, suspending
from shielding.accounts.bulk import actions as imports
from shielding.accounts.bulk.models import FileImport
from shielding.accounts.corrections import actions as corrections
from shielding.accounts.corrections.models import AddressChange
from shielding.accounts.deputies import actions as deputy_actions
from shielding.accounts.deputies.models import Deputy
from shielding.accounts.factor_resets import actions as resets
from shielding.accounts.factor_resets.models import FactorReset
from shielding.accounts.models import RoleGrant, Service, User
from shielding.accounts.second_factor import factors
from shielding.accounts.sessions import actions as own_sessions
from shielding.accounts.sessions.models import NotMe, SignedIn
from shielding.accounts.sign_in.told import owe_password_changed
from shielding.accounts.suspensions import Suspension, SuspensionTold
from shielding.checks.data_loads import actions as data_loads
from shielding.holds.disputes import hand_over_actions as disputes
from shielding.holds.disputes import suspension_actions as disputed_suspensions
from shielding.models import DataLoad, HandOver, HandOverTold, Review
from shielding.notices.models import Notice
from shielding.reviews import actions as review_actions
from shielding.roles import Role
from tests.brokerage.support import cast as access
from tests.support import hand_overs, people
from tests.support.requests import NOW, a_draft, a_number, a_request
from tests.support.shielded_records import shielded_for

ABSENT = {
    "reference": "IW-ZZZZ-ZZZZ",
    "liaison": "IW-ZZZZ-ZZZY",
    "uid": uuid.UUID(int=0),
    "to": uuid.UUID(int=0),
    "code": "SV-ZZZZ",
    "number": 999_999_999,
    "mail": 999_999_999,
    "slug": "no-such-page",
    "name": "20260105-090000-000000-nosuch",
    "token": "no-such-token",
}


@dataclass
class World:
    """Who is there. `everyone` gives them in the order of the table's columns."""

    owner: User
    other: User
    manager: User
    iw: User
    second: User
    lead: User
    auditor: User
    administrator: User
    service: Service
    sent: Request
    draft: Request
    considered: Request
    phoned: Request
    without_account: Request
    proposed: Request
    applied: Request
    not_agreed: Request
    grant: RoleGrant
    reset: FactorReset
    address: AddressChange
    deputy: Deputy
    hand_over: HandOver
    disputed: HandOver
    told: HandOverTold
    stopped: Suspension
    told_of_stopped: SuspensionTold
    review: Review
    access_draft: AccessRequest
    to_agree: AccessRequest
    question: Liaison
    data_load: DataLoad
    people_import: FileImport
    shield_import: FileImport
    session: SignedIn
    not_me_said: NotMe
    told_of_password: str
    clients: dict[str, Client] = field(default_factory=dict)

    def everyone(self) -> dict[str, User | None]:
        return {"nobody": None} | {
            name: getattr(self, name)
            for name in ("owner", "other", "manager", "iw", "lead", "auditor", "administrator")
        }

    def client(self, who: str) -> Client:
        """Return a browser in which this person is signed in; "nobody" is not."""
        if who not in self.clients:
            client = Client()
            if who != "nobody":
                client.force_login(getattr(self, who))
            self.clients[who] = client
        return self.clients[who]


def a_world() -> World:
    """Return people of every kind and a request in the states that pages differ by."""
    service = people.a_service()
    head = people.a_practitioner()
    manager = people.a_practitioner(service=service, manager=head)
    owner = people.a_practitioner(service=service, manager=manager)
    iw, second, lead = (
        people.an_iw_member(),
        people.an_iw_member(),
        people.an_iw_member(lead=True),
    )
    administrator = people.an_administrator()
    auditor = people.an_auditor()
    people.an_auditor()  # who remains where the first gets another role
    now = timezone.now()  # the pages' own clock: what has lapsed is not ended
    today = timezone.localdate(now)
    sixth_month = NOW + timedelta(days=180)
    supported = {"supporter": manager, "supporter_not_listed": False, "supported_on": NOW.date()}
    other = people.a_practitioner()
    told, stopped = _told(), _told_of_suspension(head)
    sent = a_request(owner, family_told="will", family_told_on=None, **supported)
    factors.new_app(owner, NOW)
    return World(
        owner=owner,
        other=other,
        manager=manager,
        iw=iw,
        second=second,
        lead=lead,
        auditor=auditor,
        administrator=administrator,
        service=service,
        sent=sent,
        review=review_actions.open_reviews_of(sent.record, now=sixth_month)[0],
        draft=a_draft(owner, **supported),
        considered=a_request(owner, decision="considered", **supported),
        phoned=phoned_requests.log_phoned(
            reference=new_reference(),
            number=a_number(),
            ground="abuse",
            caller="practitioner",
            practitioner=owner,
            service=service,
            by=iw,
            now=NOW,
        ),
        without_account=phoned_requests.log_phoned(
            reference=new_reference(),
            number=a_number(),
            ground="abuse",
            caller="gp",
            practitioner=None,
            service=service,
            by=iw,
            now=NOW,
        ),
        proposed=_proposed(a_request(owner, **supported), by=iw),
        applied=_applied(a_request(owner, **supported), by=iw),
        not_agreed=_not_agreed(_proposed(a_request(owner, **supported), by=iw), by=second),
        grant=role_grants.propose_role(
            auditor, role=Role.ADMINISTRATOR, is_lead=False, by=administrator, now=NOW
        ),
        reset=resets.propose_reset(auditor, by=administrator, now=NOW),
        address=corrections.propose_address(owner, "owner2@council.example", by=second, now=NOW),
        deputy=deputy_actions.name_deputy(
            manager, head, first_day=today, last_day=today, by=manager, now=now
        ),
        hand_over=hand_overs.proposed(manager, to=owner, by=second, now=NOW),
        disputed=told.hand_over,
        told=told,
        stopped=stopped.suspension,
        told_of_stopped=stopped,
        access_draft=access.a_draft(owner, now=now, needed_until=today + timedelta(30)),
        to_agree=access.send(access.a_draft(owner)),
        question=_question(owner, source=other, by=iw),
        data_load=data_loads.enter(NOW.date(), by=second, now=NOW),
        people_import=imports.propose("people", b"invented", rows=1, by=second, now=NOW),
        shield_import=imports.propose("shields", b"invented", rows=1, by=second, now=NOW),
        session=SignedIn.objects.create(
            person=owner, began_at=now, seen_at=now, browser="firefox", system="linux"
        ),
        not_me_said=_not_me_said(),
        told_of_password=_told_of_password(other),
    )


def _told() -> HandOverTold:
    """Return a source who was told of a hand-over: it is said to be wrong, but not yet by them."""
    leaver = people.a_practitioner()
    colleague = people.a_practitioner(service=leaver.service)
    (hold,) = shielded_for(leaver)
    hand_overs.hand_over(leaver, to=colleague, by=people.an_iw_member(), now=NOW)
    hand_over = HandOver.objects.get(moved__hold=hold)
    by_colleague = hand_over.told.get(person=colleague)
    disputes.say_wrong(by_colleague, by=colleague, now=NOW)
    hand_over.refresh_from_db()
    return hand_over.told.get(person=leaver)


def _not_me_said() -> NotMe:
    """Return what somebody else than who comes to the doors said of their account."""
    own_sessions.say_not_me(by=people.a_practitioner(), now=NOW)
    return NotMe.objects.get()


def _told_of_password(person: User) -> str:
    """Return under which reference somebody was told that their password was changed."""
    with transaction.atomic():
        owe_password_changed(person, NOW)
    return Notice.objects.get(kind="password_changed").subject


def _told_of_suspension(manager: User) -> SuspensionTold:
    """Return a source who was told of their suspension: it is said to be wrong by their manager."""
    person = people.a_practitioner(service=manager.service, manager=manager)
    shielded_for(person)
    suspending.suspend(person, by=people.an_administrator(), now=NOW)
    of_manager = SuspensionTold.objects.get(person=manager)
    disputed_suspensions.say_wrong(of_manager, by=manager, now=NOW)
    return SuspensionTold.objects.select_related("suspension").get(person=person)


def _question(owner: User, *, source: User, by: User) -> Liaison:
    """Return what the other practitioner is asked, about a record that they had shielded."""
    number = a_number()
    shielded_for(source, number=number)
    asked = access.send(access.a_draft(owner, number=number))
    manager_actions.agree(asked, by=owner.line_manager, now=access.ASKED)
    (question,) = access_desk_actions.ask_sources(asked, by=by, now=access.ASKED)
    return question


def _proposed(request: Request, *, by: User) -> Request:
    return request_desk_actions.propose_not_agreed(
        request, reason="well_known", seen=request.changed_at, by=by, now=NOW
    )


def _applied(request: Request, *, by: User) -> Request:
    request_desk_actions.attest_applied_for_request(
        request, checked_on=NOW.date(), no_duplicate=True, by=by, now=NOW
    )
    return Request.objects.get(pk=request.pk)


def _not_agreed(request: Request, *, by: User) -> Request:
    return request_desk_actions.confirm_not_agreed(
        request, no_duplicate=True, seen=request.changed_at, by=by, now=NOW
    )


def every_url() -> dict[str, URLPattern]:
    """Return every address of the site by its name."""

    def walk(patterns: list[Any]) -> Any:
        for pattern in patterns:
            if isinstance(pattern, URLPattern):
                yield pattern
            else:
                yield from walk(pattern.url_patterns)

    return {str(pattern.name): pattern for pattern in walk(get_resolver().url_patterns)}


def a_letter() -> str:
    """Return the name of a mail in the demo's folder, put there if need be."""
    path = Path(settings.MAIL_FOLDER) / "20260105-090000-000000-invented.eml"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        text = "To: pat@council.example\nSubject: You have a message\n\nhttp://127.0.0.1/\n"
        path.write_text(text)
    return path.stem
