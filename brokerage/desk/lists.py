"""The brokerage desk's lists: which access requests a tab holds, and how they are sorted."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import BooleanField, Count, Exists, ExpressionWrapper, OuterRef, Q

from brokerage import policies, source_policies, states, time_limits
from brokerage.access_request_codes import Answer, LeadDecision, Part
from brokerage.models import (
    SPEAKS_AGAINST,
    TO_READ,
    AccessRequest,
    AccessRequestQuerySet,
    Liaison,
    running_on,
)
from shielding import clock
from shielding.accounts.deputies.models import Deputy
from shielding.accounts.models import User
from shielding.models import Hold
from shielding.web.paging import NOTHING


@dataclass(frozen=True)
class Tab:
    """One list of the desk; its count is the count of these very rows.

    `since` is the column from which its access requests wait, or until which they run.
    """

    code: str
    label: str
    which: Callable[[datetime], Q]
    since: str = "manager_decided_at"
    since_words: str = "Waiting"


def answers_to_record(now: datetime) -> Q:
    """Return those where the IW Team can record an answer that is owed: nobody else will.

    The source has no working account, or was silent until the second working day after asking.
    """
    nobody = Q(hold__source__isnull=True) | Q(hold__source__is_active=False)
    silent = Q(asked_at__lt=time_limits.silence_counts_before(now))
    owed = Liaison.objects.owed().order_by().filter(nobody | silent, access=OuterRef("pk"))
    return Q(Exists(owed))


def to_go_on(now: datetime) -> Q:
    """Return those being brokered for which no source is waited for: the IW Team's turn."""
    owed = Liaison.objects.owed().order_by().filter(access=OuterRef("pk"))
    return Q(state=states.BEING_BROKERED) & ~Q(Exists(owed))


def nobody_can_agree(now: datetime) -> Q:
    """Return those with a line manager that nobody in the directory can agree to."""
    today = clock.today(now)
    alone = Q(requester__line_manager__isnull=True) | (
        Q(requester__line_manager__is_active=False)
        & ~Q(requester__line_manager__in=_with_deputy(today))
    )
    return Q(state=states.WITH_MANAGER) & alone


def _with_deputy(today: date) -> set[int]:
    """Return the suspended managers in whose place a deputy can agree."""
    running = Deputy.objects.running(today).filter(manager__is_active=False)
    suspended = {one.manager for one in running.select_related("manager")}
    return {
        manager.pk for manager in suspended if Deputy.objects.deputies_of(manager, today).exists()
    }


def nobody_offers(now: datetime) -> Q:
    """Return the contacts that run although who offered them has let go, handed over or left.

    Their requester still reads that they will be contacted; nobody is going to.
    """
    offers = source_policies.offers_taken().filter(access=OuterRef("pk"))
    return running_on(clock.today(now)) & ~Q(Exists(offers))


def source_objects(now: datetime) -> Q:
    """Return the contacts that run although a source has objected since they were agreed.

    To a later request of the same person about the same record, such as one for more time. Not
    where a lead went ahead knowing of it: a new objection makes that void.
    """
    objections = Liaison.objects.order_by().filter(
        SPEAKS_AGAINST,
        answered_at__gt=OuterRef("concluded_at"),
        hold__released_at__isnull=True,
        access__record=OuterRef("record"),
        access__requester=OuterRef("requester"),
    )
    unheard = objections.exclude(access__lead_decision=LeadDecision.GO_AHEAD)
    return running_on(clock.today(now)) & Q(Exists(unheard))


def source_unheard(now: datetime) -> Q:
    """Return the contacts that run although somebody who asks for the shield was not asked.

    Decided or not: nothing is concluded while a request to shield is undecided or a source not
    asked. Of before, whoever has a part in it was not to be asked; of since, anybody is news, and
    so is whoever was given a claim that was left out.
    """
    contact = OuterRef(OuterRef("pk"))
    asked = Liaison.objects.order_by().filter(access=contact, hold=OuterRef("pk"))
    asked = asked.exclude(answer=Answer.LEFT_OUT)
    part = AccessRequest.objects.order_by().filter(
        Q(manager=OuterRef("source")) | Q(participations__person=OuterRef("source")), pk=contact
    )
    news = Q(placed_at__gt=OuterRef("concluded_at")) | ~Exists(part)
    claims = Hold.objects.standing().order_by().filter(record=OuterRef("record"))
    return running_on(clock.today(now)) & Q(Exists(claims.filter(~Exists(asked), news)))


def another_stopped(now: datetime) -> Q:
    """Return the contacts that run although another of the same person was stopped since."""
    others = AccessRequest.objects.order_by().filter(
        record=OuterRef("record"),
        requester=OuterRef("requester"),
        stopped_at__gt=OuterRef("concluded_at"),
    )
    return running_on(clock.today(now)) & Q(Exists(others))


def no_contact_since(now: datetime) -> Q:
    """Return the contacts that run although a lead decided since against contact of the person.

    Also where one went ahead afterwards with the request it was said to: not with this one.
    """
    others = AccessRequest.objects.order_by().filter(
        record=OuterRef("record"),
        requester=OuterRef("requester"),
        no_contact_at__gt=OuterRef("concluded_at"),
    )
    return running_on(clock.today(now)) & Q(Exists(others))


def requester_suspended(now: datetime) -> Q:
    """Return the contacts of requesters who are suspended: nobody makes them meanwhile.

    If the requester comes back the contact runs on, unless somebody has stopped it.
    """
    return running_on(clock.today(now)) & Q(requester__is_active=False)


def to_pass_on(now: datetime) -> Q:
    """Return those whose outcome a member has to pass on by phone: nobody else will."""
    return Q(pk__in=AccessRequest.objects.to_pass_on(now).order_by().values("pk"))


def to_stop(now: datetime) -> Q:
    """Return the contacts that a member has to look at and stop; no clock stops one."""
    of_sources = nobody_offers(now) | source_objects(now) | source_unheard(now)
    of_requester = another_stopped(now) | no_contact_since(now) | requester_suspended(now)
    return of_sources | of_requester


def to_act_on(now: datetime) -> Q:
    """Return those in which the IW Team has something to do although it is not brokering them."""
    return TO_READ | to_pass_on(now) | to_stop(now) | nobody_can_agree(now)


def no_lead_can_decide(now: datetime) -> Q:
    """Return those with the IW lead that no lead can decide: each has another part, or left."""
    return Q(state=states.WITH_LEAD) & ~Q(Exists(policies.leads_for(OuterRef(OuterRef("pk")), now)))


TABS = (
    Tab("to_begin", "To begin", lambda now: Q(state=states.WITH_IW)),
    Tab("asked", "Being brokered", lambda now: Q(state=states.BEING_BROKERED)),
    Tab("to_go_on", "Ready for the next step", to_go_on),
    Tab("answers", "Answers to record", answers_to_record),
    Tab("with_lead", "With the IW lead", lambda now: Q(state=states.WITH_LEAD)),
    Tab("to_read", "Urgent calls to read", lambda now: TO_READ, "logged_at"),
    Tab(
        "contacts",
        "Current contacts",
        lambda now: running_on(clock.today(now)),
        "granted_until",
        "Contact until",
    ),
    Tab("to_pass_on", "To pass on by phone", to_pass_on, "publish_at"),
    Tab("to_stop", "Contacts to stop", to_stop, "granted_until", "Contact until"),
    Tab(
        "with_manager",
        "With line managers",
        lambda now: Q(state=states.WITH_MANAGER),
        "submitted_at",
    ),
    Tab("nobody", "Nobody can agree", nobody_can_agree, "submitted_at"),
    Tab("all", "Everything", lambda now: Q(), "submitted_at", "Sent"),
)
TAB = {tab.code: tab for tab in TABS}
# Where some are a colleague's to do: which part a member takes who does them.
PART_IN = {
    "to_begin": Part.IW,
    "to_go_on": Part.IW,
    "answers": Part.IW,
    "with_lead": Part.LEAD,
    "to_read": Part.READER,
    "to_pass_on": Part.IW,
    "nobody": Part.IW,
}
SORTS = {"purpose": "purpose", "sent": "submitted_at"}


def in_tab(requests: AccessRequestQuerySet, code: str, now: datetime) -> AccessRequestQuerySet:
    """Return the access requests of one list."""
    return requests.filter(TAB[code].which(now))


def mine_in(code: str, user: User, now: datetime) -> Q | None:
    """Return which access requests of a list are this member's, where some are a colleague's.

    Those in which they may take the part that does them; and those in which nobody may, which no
    colleague does either.
    """
    if code not in PART_IN:
        return None
    if not policies.may_administer(user):
        return NOTHING
    part = PART_IN[code]
    able = policies.others_for(part, OuterRef(OuterRef("pk")), now)
    able = able.iw_leads() if part == Part.LEAD else able
    return policies.free_for(part, user, now) | ~Q(Exists(able))


def counts(requests: AccessRequestQuerySet, now: datetime) -> dict[str, int]:
    """Return how many of these access requests each tab holds, by one query."""
    numbers = {tab.code: Count("pk", filter=tab.which(now)) for tab in TABS if tab.code != "all"}
    return requests.order_by().aggregate(all=Count("pk"), **numbers)


def sort_of(asked: str, tab: Tab) -> str:
    """Return the order asked for, else the longest waiting first; of everything the latest."""
    if asked.removeprefix("-") in {*SORTS, "since"}:
        return asked
    return "-since" if tab.code == "all" else "since"


def sorted_by(requests: AccessRequestQuerySet, sort: str, tab: Tab) -> AccessRequestQuerySet:
    """Return the access requests in this order; what is equal in the order it came."""
    down, column = "-" if sort.startswith("-") else "", sort.removeprefix("-")
    return requests.order_by(f"{down}{SORTS.get(column, tab.since)}", "submitted_at", "id")


def marked(requests: AccessRequestQuerySet, now: datetime) -> AccessRequestQuerySet:
    """Return them with what a row marks: who is missing, and why a contact is to be stopped."""
    return requests.annotate(
        nobody_agrees=ExpressionWrapper(nobody_can_agree(now), BooleanField()),
        no_lead=ExpressionWrapper(no_lead_can_decide(now), BooleanField()),
        nobody_offers=ExpressionWrapper(nobody_offers(now), BooleanField()),
        source_objects=ExpressionWrapper(source_objects(now), BooleanField()),
        source_unheard=ExpressionWrapper(source_unheard(now), BooleanField()),
        another_stopped=ExpressionWrapper(another_stopped(now), BooleanField()),
        no_contact_since=ExpressionWrapper(no_contact_since(now), BooleanField()),
        requester_suspended=ExpressionWrapper(requester_suspended(now), BooleanField()),
    )
