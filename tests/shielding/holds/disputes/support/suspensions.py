"""A source whom one member suspends, and what is tried while somebody says that it is wrong."""

from datetime import datetime, timedelta

from shielding.accounts import suspending
from shielding.accounts.models import User
from shielding.accounts.suspensions import Suspension, SuspensionTold
from shielding.holds import letting_go
from shielding.holds.disputes import suspension_actions as disputes
from shielding.models import Hold, Record
from shielding.unshield import actions as unshield
from shielding.unshield import other_ends, policies
from tests.support.people import a_practitioner, a_service, an_iw_member
from tests.support.requests import NOW, a_request
from tests.support.shielded_records import DAY, let_go, shielded_for

HOUR = timedelta(hours=1)
LATER = NOW + 2 * DAY


class Case:
    """A source whom one member suspends, in a team of four; nobody made their account by a page."""

    def __init__(self, *, suspended_at: datetime = NOW + HOUR) -> None:
        self.service = a_service()
        self.manager = a_practitioner(service=self.service)
        self.source = a_practitioner(service=self.service, manager=self.manager)
        (self.hold,) = shielded_for(self.source)
        User.objects.iw_team().update(is_active=False)
        self.stopper, self.second, self.third, self.fourth = (an_iw_member() for _ in range(4))
        self.suspended_at = suspended_at

    def suspend(self, by: User | None = None) -> None:
        suspending.suspend(self.source, by=by or self.stopper, now=self.suspended_at)
        self.source.refresh_from_db()

    @property
    def suspension(self) -> Suspension:
        return Suspension.objects.with_people().order_by("id")[0]

    @property
    def record(self) -> Record:
        return Record.objects.get(pk=self.hold.record_id)

    def told(self, person: User) -> SuspensionTold:
        return self.suspension.told.get(person=person)

    def let_go(self, by: User | None = None, now: datetime = NOW + 2 * HOUR) -> None:
        self.hold = let_go(Hold.objects.get(pk=self.hold.pk), by=by or self.second, now=now)

    def attest(self) -> None:
        letting_go.attest_word(self.hold, phoned=True, by=self.third, now=NOW + 3 * HOUR)

    def begin(self) -> None:
        unshield.begin_unshield(self.record, by=self.third, now=NOW + DAY)

    def open(self) -> None:
        unshield.confirm_unshield(self.record, by=self.fourth, now=NOW + DAY)

    def say_wrong(self, person: User | None = None, now: datetime = LATER) -> None:
        disputes.say_wrong(self.told(person or self.source), by=person or self.source, now=now)
        self.hold.refresh_from_db()

    def settle(self, verdict: str, by: User | None = None, now: datetime = LATER) -> str:
        why_not = disputes.settle(self.suspension, verdict=verdict, by=by or self.third, now=now)
        self.hold.refresh_from_db()
        self.source.refresh_from_db()
        return why_not


def in_state(case: Case, state: str) -> None:
    """Suspend the source; then let their record come to a state, on their word."""
    if state == "no hold":
        case.source = a_practitioner(service=case.service, manager=case.manager)
    if state == "to shield":
        case.hold = a_request(case.source).hold
    case.suspend()
    if state in ("let go", "unshielding", "open", "closed"):
        case.let_go()
        case.attest()
    if state in ("unshielding", "open"):
        case.begin()
    if state == "open":
        case.open()
    if state == "closed":
        record = other_ends.propose_end(case.record, code="died", by=case.third, now=NOW + DAY)
        given = {"attested": True, "no_duplicate": True}
        other_ends.confirm_end(record, seen=[], **given, by=case.fourth, now=NOW + DAY)


def missing(case: Case, by: User) -> list[str]:
    return [one.code for one in policies.unshield_missing(case.record, by, LATER)]
