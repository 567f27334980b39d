"""What a person finds on the home page: what waits for them, the loudest first.

A count here is the count of the very list its link leads to.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.urls import reverse

from shielding import clock, hooks
from shielding.accounts import policies as account_policies
from shielding.accounts.bulk import to_do as imports
from shielding.accounts.bulk.models import Kind
from shielding.accounts.corrections import policies as correction_policies
from shielding.accounts.corrections.models import AddressChange
from shielding.accounts.factor_resets import policies as reset_policies
from shielding.accounts.factor_resets.models import FactorReset
from shielding.accounts.history import to_vouch_for
from shielding.accounts.models import RoleGrant, User
from shielding.accounts.sessions import policies as session_policies
from shielding.accounts.sessions.models import NotMe
from shielding.accounts.suspensions import BrokenGlass, Suspension
from shielding.checks.data_loads import lists as check_lists
from shielding.duty.taken import who_has, work_of
from shielding.holds import policies as hold_policies
from shielding.holds.disputes import policies as dispute_policies
from shielding.holds.hand_over import policies as hand_over_policies
from shielding.holds.hand_over.models import HandOver
from shielding.notices.models import Notice
from shielding.records import letting_go_to_attest, list_rows, presenters
from shielding.records import policies as record_policies
from shielding.records.models import Hold, Record
from shielding.reviews import lists as review_lists
from shielding.reviews.models import Consultation, Review
from shielding.unshield import policies as unshield_policies
from shielding.web.cells import Rows
from shielding.web.paging import COLLEAGUE, MINE

# The smallest IW Team in which every step by two people finds a second, and one may be away.
SMALLEST_TEAM = 3
A_YEAR = timedelta(days=366)
# More would push everything else off the page; the whole list is one link away.
OLDEST_SHOWN = 10


@dataclass(frozen=True)
class Tile:
    """A number that leads to the list it counts; `late` where something in it is."""

    number: int
    label: str
    url: str
    loud: bool
    late: bool


@dataclass(frozen=True)
class ToDo:
    """What waits: for this person, and what of it only a colleague may do."""

    mine: list[Tile]
    colleagues: list[Tile]


@dataclass(frozen=True)
class Link:
    """Words that lead to a page."""

    label: str
    url: str


@dataclass(frozen=True)
class Loudest:
    """The records that wait to be shielded: how many, whether one is late, and the first rows."""

    count: int
    late: bool
    heads: tuple[str, ...]
    rows: Rows


def waiting_for(person: User, now: datetime) -> ToDo:
    """Return the lines of a to-do list as tiles: none with zero, the most pressing first.

    That is what is late, then what is loud, then the rest, each in the order the apps registered
    them; what may be open this minute comes before them all.
    """
    asked = (_to_check_now, *hooks.waiting, core_waiting)
    mine, colleagues = [], []
    for waiting in asked:
        for line in waiting(person, now):
            of = _counts(line)
            if of["own"]:
                whose = MINE if line.mine is not None else ""
                mine.append(_tile(line, of["own"], of["own_late"], whose))
            if of["all"] > of["own"]:
                late = of["all_late"] - of["own_late"]
                colleagues.append(_tile(line, of["all"] - of["own"], late, COLLEAGUE))
    return ToDo(_most_pressing_first(mine), _most_pressing_first(colleagues))


def _counts(line: hooks.Waiting) -> dict[str, int]:
    """Return how many things a line has, how many of them are this person's to do, and how many of
    each are late; by one query, or two where it is dear to ask whose it is, and something waits.
    """
    mine, late, things = line.mine, line.late, line.things
    if not callable(mine):
        return _counted(things, late, {"all": Q(), "own": mine or Q()})
    found = _counted(things, late, {"all": Q()})
    theirs = things.filter(mine()) if found["all"] else things.none()
    return found | _counted(theirs, late, {"own": Q()})


def _counted(things: "QuerySet[Any]", late: bool | Q, which: dict[str, Q]) -> dict[str, int]:
    """Return how many things meet each condition, and how many of these are late."""
    asked = dict(which)
    if isinstance(late, Q):
        asked |= {f"{name}_late": one & late for name, one in which.items()}
    counts = {name: Count("pk", filter=one) for name, one in asked.items()}
    found: dict[str, int] = things.order_by().aggregate(**counts)
    if not isinstance(late, Q):
        found |= {f"{name}_late": found[name] if late else 0 for name in which}
    return found


def _tile(line: hooks.Waiting, number: int, late: int, whose: str) -> Tile:
    """Return a tile that leads to the things it counts."""
    joined = "&" if "?" in line.url else "?"
    url = f"{line.url}{joined}whose={whose}" if whose else line.url
    return Tile(number, line.label, url, loud=line.loud, late=late > 0)


def _most_pressing_first(tiles: list[Tile]) -> list[Tile]:
    return sorted(tiles, key=lambda tile: (not tile.late, not tile.loud))


def recent_for(person: User, now: datetime) -> list[hooks.Recent]:
    """Return the short tables the apps show this person at home."""
    tables = [recent(person, now) for recent in hooks.recent]
    return [table for table in tables if table is not None]


def to_shield(person: User, now: datetime) -> Loudest:
    """Return the loudest item: records not yet attested as shielded, the longest waiting first.

    Those to check now come before all the others.
    """
    records = Record.objects.visible_to(person).to_shield()
    oldest = list(records.with_asking()[:OLDEST_SHOWN])
    has = who_has(map(work_of, oldest), now)
    rows = list_rows.to_shield_rows(oldest, now, has=has)
    late = bool(oldest) and _is_late(oldest[0], now)
    return Loudest(records.count(), late, heads=list_rows.TO_SHIELD_HEADS, rows=rows)


def _is_late(first: Record, now: datetime) -> bool:
    """Return whether the first of what waits to be shielded is late: no other is, if it is not."""
    waited = now - (first.waiting_since or now)
    return record_policies.is_to_check_now(first) or waited >= presenters.LATE_AFTER


def to_begin(person: User) -> list[Link]:
    """Return what this person may begin from here, in the order of its places."""
    return _links(hooks.to_begin, person)


def for_manager(person: User) -> list[Link]:
    """Return what a line manager finds here besides; nobody else finds any of it."""
    found = _links(hooks.for_managers, person)
    return found if found and person.is_manager else []


def _links(items: list[hooks.MenuItem], person: User) -> list[Link]:
    own = sorted((one for one in items if one.role == person.role), key=lambda one: one.place)
    return [Link(one.label, reverse(one.url_name)) for one in own]


def team_is_small() -> bool:
    """Return whether fewer people than the steps by two people need are in the IW Team."""
    return User.objects.working().iw_team().count() < SMALLEST_TEAM


def let_in_at_the_server(now: datetime) -> list[str]:
    """Return who was let in again at the server in the last 24 hours, in words, by whom and why."""
    return [
        f"{one.person.name} was let in again at the server by {one.one.name} and {one.other.name}:"
        f" {one.get_why_display()}. If you did not expect this, phone an IW lead at once."
        for one in BrokenGlass.objects.lately(now)
    ]


def holidays_end(now: datetime) -> date | None:
    """Return the last day of the table of bank holidays, from a year before it ends."""
    last = clock.holidays_known_until()
    return last if last - clock.today(now) <= A_YEAR else None


def core_waiting(person: User, now: datetime) -> list[hooks.Waiting]:
    """Return what waits by the records themselves, whatever app asked for the shield.

    For the IW Team what it owes; for a line manager what their staff have not answered in time.
    """
    if not person.is_iw:
        return _of_team(person, now)
    return [
        *_reviews(person, now),
        *_ends(person, now),
        _not_me(person, now),
        *_to_phone(person, now),
        imports.waiting("People to import", Kind.PEOPLE, "people_import", person, now),
        *_hand_overs_and_suspensions(person, now),
        *_without_their_practitioner(person, now),
        *_undelivered(person, now),
        *_roles(person, now),
        *_addresses(person, now),
        *_resets(person, now),
    ]


def _ends(person: User, now: datetime) -> list[hooks.Waiting]:
    """Return the records to check again, those nobody asks for any more, and the proposed ends."""
    records = Record.objects.visible_to(person)
    return [
        hooks.Waiting(
            "Being unshielded",
            reverse("records_being_unshielded"),
            records.being_unshielded(),
            loud=True,
            mine=partial(unshield_policies.to_go_on_with_by, person, now),
        ),
        hooks.Waiting(
            "To check again after a data load",
            reverse("records_to_check_again"),
            check_lists.still_to_check(person, check_lists.ruling()),
        ),
        hooks.Waiting(
            "To unshield",
            reverse("records_to_unshield"),
            records.to_unshield().filter(unshield_policies.day_has_come(now)),
            mine=partial(unshield_policies.to_begin_by, person),
        ),
        hooks.Waiting(
            "Ends to confirm",
            reverse("ends_to_confirm"),
            records.end_to_confirm(),
            mine=partial(unshield_policies.ends_that_wait_for, person, now),
        ),
    ]


def _to_phone(person: User, now: datetime) -> list[hooks.Waiting]:
    """Return the releases and the accounts that count only once another member has phoned."""
    return [
        hooks.Waiting(
            "Releases to confirm by phone",
            reverse("words_to_attest"),
            letting_go_to_attest.to_attest(),
            mine=partial(hold_policies.to_attest_by, person, now),
        ),
        hooks.Waiting(
            "New accounts to phone",
            reverse("people_to_phone"),
            to_vouch_for(),
            mine=partial(account_policies.to_vouch_by, person, now),
        ),
    ]


def _not_me(person: User, now: datetime) -> hooks.Waiting:
    """Return those who said that somebody else used their account, whom nobody has phoned yet."""
    return hooks.Waiting(
        "People to phone about their account",
        reverse("not_mes"),
        NotMe.objects.visible_to(person).open(),
        loud=True,
        mine=session_policies.to_settle_by(person, now),
    )


def _hand_overs_and_suspensions(person: User, now: datetime) -> list[hooks.Waiting]:
    """Return what somebody says is wrong, then the hand-overs that wait for a second member."""
    hand_overs, address = HandOver.objects.visible_to(person), reverse("hand_overs")
    return [
        hooks.Waiting(
            "Hand-overs said to be wrong",
            f"{address}?show=disputed",
            hand_overs.disputed(),
            loud=True,
            mine=partial(dispute_policies.to_settle_by, person, now),
        ),
        hooks.Waiting(
            "Suspensions said to be wrong",
            reverse("suspensions"),
            Suspension.objects.visible_to(person).disputed(),
            loud=True,
            mine=partial(dispute_policies.suspensions_to_settle_by, person, now),
        ),
        hooks.Waiting(
            "Hand-overs to confirm",
            address,
            hand_overs.open(),
            mine=partial(hand_over_policies.to_confirm_by, person, now),
        ),
    ]


def _without_their_practitioner(person: User, now: datetime) -> list[hooks.Waiting]:
    """Return what is owed by sources whom no mail reaches, and the holds of nobody who works."""
    answers = Consultation.objects.visible_to(person).by_phone(now)
    holds = Hold.objects.visible_to(person).without_practitioner()
    return [
        hooks.Waiting("Answers to get by phone", reverse("answers_by_phone"), answers),
        hooks.Waiting(
            "Requests without an active practitioner", reverse("holds_without_practitioner"), holds
        ),
    ]


def _undelivered(person: User, now: datetime) -> list[hooks.Waiting]:
    lost = Notice.objects.visible_to(person).undelivered(now)
    address = f"{reverse('notices')}?show=undelivered"
    return [hooks.Waiting("Mail that could not be delivered", address, lost, late=True)]


def _roles(person: User, now: datetime) -> list[hooks.Waiting]:
    """Return the roles that an IW lead confirms; nobody else has the line."""
    if not person.is_lead:
        return []
    mine = partial(account_policies.to_decide_by, person, now)
    grants = RoleGrant.objects.open()
    return [hooks.Waiting("Roles to confirm", reverse("roles"), grants, mine=mine)]


def _addresses(person: User, now: datetime) -> list[hooks.Waiting]:
    """Return the email addresses of accounts that one proposed and no second has confirmed."""
    mine = partial(correction_policies.to_confirm_by, person, now)
    changes = AddressChange.objects.visible_to(person).open()
    return [hooks.Waiting("Email addresses to confirm", reverse("addresses"), changes, mine=mine)]


def _resets(person: User, now: datetime) -> list[hooks.Waiting]:
    """Return the resets of second factors that an administrator proposed and no lead confirmed."""
    if not person.is_lead:
        return []
    mine = reset_policies.to_confirm_by(person, now)
    resets = FactorReset.objects.visible_to(person).open()
    title = "Lost apps and keys to confirm"
    return [hooks.Waiting(title, reverse("factor_resets"), resets, mine=mine)]


def _to_check_now(person: User, now: datetime) -> list[hooks.Waiting]:
    """Return the records that may be open this minute; nobody but the IW Team has the line."""
    if not person.is_iw:
        return []
    address = f"{reverse('records_to_shield')}?show=check_now"
    records = Record.objects.visible_to(person).to_check_now()
    return [hooks.Waiting(presenters.CHECK_NOW, address, records, late=True)]


def _of_team(person: User, now: datetime) -> list[hooks.Waiting]:
    if not person.is_practitioner or not person.is_manager:
        return []
    late = review_lists.staff_overdue(person, now)
    return [hooks.Waiting("Overdue answers of your team", reverse("team"), late, late=True)]


def _reviews(person: User, now: datetime) -> list[hooks.Waiting]:
    """Return the six-monthly reviews that are open, the overdue ones louder, and the added ones."""
    reviews, address = Review.objects.visible_to(person).of_records(), reverse("review_list")
    added = Review.objects.visible_to(person).added().open()
    return [
        hooks.Waiting(
            "Added reviews",
            f"{address}?show=added",
            added,
            loud=True,
            late=Q(due__lt=clock.today(now)),
        ),
        hooks.Waiting(
            "Overdue six-monthly reviews",
            f"{address}?show=overdue",
            reviews.overdue(now),
            late=True,
        ),
        hooks.Waiting("Six-monthly reviews", address, reviews.open()),
    ]
