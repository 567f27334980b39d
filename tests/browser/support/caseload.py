"""A small office with one request in every state, for the pages to show. All of it is invented."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.utils import timezone

from logbook.references import new_reference
from requests_app.desk import actions as desk_actions
from requests_app.desk import phoned_requests
from requests_app.models import Request
from requests_app.practitioner import actions as practitioner_actions
from requests_app.questions import PAGE
from requests_app.shield_request_codes import Caller
from shielding import clock
from shielding.accounts import actions as directory
from shielding.accounts import role_grants, suspending
from shielding.accounts.corrections import actions as corrections
from shielding.accounts.deputies import actions as deputy_actions
from shielding.accounts.models import RoleGrant, Service, User
from shielding.checks.actions import SHIELDED, attest_found
from shielding.checks.data_loads import actions as data_loads
from shielding.duty import actions as duty
from shielding.duty.items import item_of
from shielding.duty.rota import running_day
from shielding.filled import filled
from shielding.models import Record
from shielding.roles import Role
from tests.browser.support import (
    access_caseload,
    brokerage_caseload,
    hand_over_caseload,
    import_caseload,
    suspension_caseload,
)
from tests.browser.support.clock_caseload import CLOCK_STORIES
from tests.support.people import (
    a_person,
    a_practitioner,
    a_service,
    an_administrator,
    an_auditor,
    an_iw_member,
)
from tests.support.requests import a_number, a_request, agreed, full_answers
from tests.worker.support.notices import lose

NEW = "new.invented@council.example"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@dataclass
class Office:
    """Who works here. Everybody can sign in with the password of all tests."""

    service: Service
    school: Service
    head: User
    manager: User
    practitioner: User
    teacher: User
    joiner: User
    beginner: User
    leaver: User
    mover: User
    heir: User
    iw: User
    second: User
    lead: User
    auditor: User
    administrator: User
    nobody: None = None


@dataclass
class Caseload:
    """The office and its requests, each by the name of its story."""

    office: Office
    now: datetime
    requests: dict[str, Request] = field(default_factory=dict)
    grant: RoleGrant | None = None
    # Access requests, and what their sources are asked: each reference by its story.
    access: dict[str, str] = field(default_factory=dict)
    hand_overs: dict[str, str] = field(default_factory=dict)
    suspensions: dict[str, str] = field(default_factory=dict)
    address: str = ""
    imports: dict[str, str] = field(default_factory=dict)

    def reference(self, story: str) -> str:
        return self.requests[story].reference

    def record(self, story: str) -> str:
        """Return the reference of the record that a story's request is about."""
        return self.requests[story].record.reference

    def review(self, story: str) -> str:
        """Return the reference of the six-monthly review of a story's request."""
        request = self.requests[story]
        return request.record.reviews.of_records().get(hold=request.hold).reference

    def added_review(self, story: str) -> str:
        """Return the reference of the added review of a story's request."""
        return filled(self.requests[story].hold).reviews.added().get().reference


def an_office() -> Office:
    """Two services and one person for every seat, hired some weeks ago."""
    service, school = a_service("Invented health visiting"), a_service("Invented primary school")
    head = a_practitioner(service=school, name="Hollis Invented-Head")
    manager = a_practitioner(service=service, manager=head, name="Morgan Invented-Manager")
    return Office(
        service=service,
        school=school,
        head=head,
        manager=manager,
        practitioner=a_practitioner(service=service, manager=manager, name="Pat Invented"),
        teacher=a_practitioner(service=school, name="Toni Invented"),
        joiner=a_practitioner(service=school, name="Jo Invented"),
        beginner=a_practitioner(service=school, name="Bo Invented"),
        leaver=a_practitioner(service=school, name="Lou Invented"),
        mover=a_practitioner(service=school, name="Max Invented"),
        heir=a_practitioner(service=school, name="Her Invented"),
        iw=an_iw_member(name="Indra Invented"),
        second=an_iw_member(name="Sasha Invented"),
        lead=an_iw_member(lead=True, name="Lee Invented-Lead"),
        auditor=an_auditor(name="Auden Invented"),
        administrator=an_administrator(name="Addi Invented"),
    )


def a_caseload() -> Caseload:
    """Tell every story below, each by the product's own actions."""
    case = Caseload(an_office(), timezone.now())
    for tell in STORIES:
        case.requests[tell.__name__] = tell(case)
    case.access = access_caseload.tell(case)
    brokerage_caseload.tell(case)
    case.hand_overs = hand_over_caseload.tell(case)
    case.suspensions = suspension_caseload.tell(case)
    case.imports = import_caseload.tell(case)
    new = a_person(Role.AUDITOR, name="Newcomer Invented", is_active=False)
    case.grant = role_grants.propose_role(
        new, role=Role.AUDITOR, is_lead=False, by=case.office.administrator, now=case.now
    )
    _name_deputies(case)
    _close_a_service(case)
    case.address = corrections.propose_address(
        case.office.joiner, "jo.new@council.example", by=case.office.second, now=case.now
    ).reference
    _load_data(case)
    _go_on_duty(case)
    lose("item_changed", "IW-7H3R-2QXK", case.office.teacher)
    directory.add_practitioner(
        name="New Invented",
        email=NEW,
        service=case.office.service,
        by=case.office.second,
        now=case.now,
    )
    return case


def _go_on_duty(case: Caseload) -> None:
    """One member is on duty for three days, and a colleague has a request that waits."""
    office, first = case.office, running_day(case.now)
    duty.set_days(first, first + 2 * DAY, office.iw, by=office.lead, now=case.now)
    item = filled(item_of(case.reference("overdue"), office.second, case.now))
    duty.take(item, by=office.second, now=case.now)


def _name_deputies(case: Caseload) -> None:
    """The head stands in for the manager now and again later; once they were taken back."""
    manager, head, today = case.office.manager, case.office.head, clock.today(case.now)
    for first, days in ((-40, 12), (0, 9), (30, 5)):
        first_day = today + first * DAY
        # An hour sooner: forty days ago the clocks may have been an hour ahead, in the next day.
        named_at = case.now + first * DAY - timedelta(hours=1) if first < 0 else case.now
        deputy_actions.name_deputy(
            manager,
            head,
            first_day=first_day,
            last_day=first_day + days * DAY,
            by=case.office.iw if first < 0 else manager,
            now=named_at,
        )
    never = deputy_actions.name_deputy(
        manager,
        head,
        first_day=today + 50 * DAY,
        last_day=today + 51 * DAY,
        by=manager,
        now=case.now,
    )
    deputy_actions.end_deputy(never, by=manager, now=case.now)


def _close_a_service(case: Caseload) -> None:
    """A surgery that phoned a request in has shut: nobody answers for it."""
    surgery = a_service("Invented surgery")
    _phoned(case, Caller.GP, None, surgery)
    directory.close_service(surgery, by=case.office.second, now=case.now)


def _load_data(case: Caseload) -> None:
    """Data were loaded a minute ago: one record was looked at since by one member, one by two."""
    office, then = case.office, case.now - timedelta(minutes=1)
    data_loads.enter(clock.today(then), by=office.second, now=then)
    for story, looked in (
        ("agreed_then_applied", [office.second]),
        ("review_overdue", [office.second, office.lead]),
    ):
        for member in looked:
            record = Record.objects.get(reference=case.record(story))
            attest_found(record, found=SHIELDED, by=member, now=case.now)


def an_empty_draft(case: Caseload) -> Request:
    return practitioner_actions.start_draft(by=case.office.practitioner, now=case.now)


def a_full_draft(case: Caseload, **changed: object) -> Request:
    """A draft with every answer, of a family who asked."""
    draft = practitioner_actions.start_draft(by=case.office.practitioner, now=case.now)
    values = full_answers(supporter=case.office.manager, supporter_not_listed=False)
    values |= {"supported_on": clock.today(case.now)} | changed
    for page in PAGE.values():
        if page.belongs(draft):
            chosen = {name: values[name] for name in page.fields}
            draft = practitioner_actions.save_answers(
                draft, page, values=chosen, by=case.office.practitioner, now=case.now
            )
    return draft


def a_considered_draft(case: Caseload) -> Request:
    return a_full_draft(
        case, decision="considered", considered_reason="whereabouts", not_grounds=["whereabouts"]
    )


def sent(case: Caseload, *, ago: timedelta = HOUR, **changed: object) -> Request:
    """A request of our practitioner, supported by their manager."""
    then = case.now - ago
    changed = {"supporter": case.office.manager, "supporter_not_listed": False} | changed
    changed |= {"supported_on": clock.today(then), "family_told": "will", "family_told_on": None}
    return a_request(case.office.practitioner, now=then, **changed)


def overdue(case: Caseload) -> Request:
    return sent(case, ago=9 * DAY)


def applied(case: Caseload) -> Request:
    request = sent(case, ago=3 * DAY, ground="placement")
    return apply(case, request, case.now - 2 * DAY)


def agreed_then_applied(case: Caseload) -> Request:
    request = sent(case, ago=3 * DAY, ground="trafficking")
    request = agreed(request, by=case.office.iw, now=case.now - 2 * DAY)
    return apply(case, request, case.now - DAY)


def agreed_not_applied(case: Caseload) -> Request:
    return agreed(sent(case, ground="asylum"), by=case.office.iw, now=case.now)


def returned(case: Caseload) -> Request:
    request = sent(case, ago=2 * DAY)
    return desk_actions.return_with_query(
        request, query="points", seen=request.changed_at, by=case.office.iw, now=case.now - DAY
    )


def proposed(case: Caseload) -> Request:
    request = sent(case, ago=5 * DAY)
    return desk_actions.propose_not_agreed(
        request,
        reason="whereabouts",
        seen=request.changed_at,
        by=case.office.second,
        now=case.now - DAY,
    )


def not_agreed(case: Caseload) -> Request:
    request = proposed(case)
    return desk_actions.confirm_not_agreed(
        request,
        no_duplicate=True,
        seen=request.changed_at,
        by=case.office.iw,
        now=case.now - HOUR,
    )


def considered(case: Caseload) -> Request:
    return sent(case, decision="considered", considered_reason="objection")


def look_again(case: Caseload) -> Request:
    request = sent(case, ago=2 * DAY, decision="considered", considered_reason="well_known")
    return desk_actions.ask_to_look_again(
        request, query="risk", seen=request.changed_at, by=case.office.iw, now=case.now - DAY
    )


def settled(case: Caseload) -> Request:
    request = sent(case, ago=6 * DAY, decision="considered", considered_reason="well_known")
    return desk_actions.settle_considered(
        request,
        no_duplicate=True,
        seen=request.changed_at,
        by=case.office.iw,
        now=case.now - 5 * DAY,
    )


def phoned(case: Caseload) -> Request:
    """Logged by the IW Team for our practitioner, who has yet to confirm it."""
    return _phoned(case, Caller.PRACTITIONER, case.office.practitioner)


def phoned_by_a_gp(case: Caseload) -> Request:
    return _phoned(case, Caller.GP, None)


def another_reason(case: Caseload) -> Request:
    """No code says why: the IW Team has yet to phone, and its day has passed."""
    return sent(case, ago=6 * DAY, ground="other")


def colleagues(case: Caseload) -> Request:
    """Another service's request for the very record that our practitioner asked for first."""
    number = case.requests["applied"].number_in_clear()
    return a_request(case.office.teacher, now=case.now - HOUR, number=number)


def leavers(case: Caseload) -> Request:
    """A request whose practitioner's account was suspended afterwards: its hold keeps standing."""
    request = a_request(case.office.leaver, now=case.now - 4 * DAY)
    suspending.suspend(case.office.leaver, by=case.office.iw, now=case.now)
    return request


def apply(case: Caseload, request: Request, then: datetime) -> Request:
    desk_actions.attest_applied_for_request(
        request, checked_on=clock.today(then), no_duplicate=True, by=case.office.iw, now=then
    )
    request.refresh_from_db()
    return request


def _phoned(
    case: Caseload, caller: Caller, practitioner: User | None, service: Service | None = None
) -> Request:
    return phoned_requests.log_phoned(
        reference=new_reference(),
        number=a_number(),
        ground="abuse",
        caller=caller,
        practitioner=practitioner,
        service=service or case.office.service,
        by=case.office.iw,
        now=case.now - HOUR,
    )


STORIES: tuple[Callable[[Caseload], Request], ...] = (
    an_empty_draft,
    a_full_draft,
    a_considered_draft,
    sent,
    overdue,
    applied,
    agreed_then_applied,
    agreed_not_applied,
    returned,
    proposed,
    not_agreed,
    considered,
    look_again,
    settled,
    phoned,
    phoned_by_a_gp,
    another_reason,
    colleagues,
    *CLOCK_STORIES,
    leavers,
)
