"""A source among others reads, gets and is asked what one who is alone does, at the same minute.

Through a fortnight after a request and two whole six-monthly rounds: the pages, the mails to them
and to their line manager, the letters, and the order of references. Only the clock is set; all
else is the product: its sweeps, its delivery, its pages.
"""

import re
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.core import mail as outbox
from django.db import transaction
from django.test import Client
from django.utils import timezone

from logbook.references import REFERENCE
from requests_app.models import Request
from shielding import clock
from shielding.holds import actions as hold_actions
from shielding.holds import letting_go
from shielding.models import Consultation, Hold, Record, Review
from shielding.notices import delivery
from shielding.reviews import actions as review_actions
from shielding.reviews import reminders
from tests.requests_app.support.posts import address
from tests.support.people import a_practitioner, a_service, an_iw_member
from tests.support.requests import a_number, a_request, agreed
from tests.support.shielded_records import GONE

NEEDED = {
    "answer": "still_needed",
    "views": "yes",
    "sought_by": "source",
    "family_told": "yes",  # the first review is open too
}
pytestmark = pytest.mark.django_db
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
SENT = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
# My first due day is 2 September 2026; I answer ten days before, so the next is counted from then.
ANSWERED = date(2026, 8, 23)
ROUNDS = (date(2026, 9, 2), date(2027, 2, 23))
END = date(2027, 3, 5)
# Every day of the fortnight and around my due days; else a day of every week. Pages are opened on
# some of them: whatever a page shows, it shows for days.
WORKS = (
    {SENT.date() + count * DAY for count in range(16)}
    | {due + count * DAY for due in ROUNDS for count in range(-30, 12)}
    | {SENT.date() + count * 7 * DAY for count in range(-25, 53)}
)
LOOKS = (
    {SENT.date() + count * DAY for count in (0, 1, 3, 6, 9, 13, 15)}
    | {due + count * DAY for due in ROUNDS for count in (-29, -28, -10, -9, 0, 1, 8)}
    | {SENT.date() + count * 7 * DAY for count in (4, 8, 16, 24, 32, 40)}
    | {END}
)
# The days on which something is owed, asked or read for the first time, and the day after each.
STEPS = (0, 4, 6, 7), (-28, -14, -10, -7, -5, 0, 7)
WORKS_OF_STEPS = (
    {SENT.date() + (step + after) * DAY for step in STEPS[0] for after in (0, 1)}
    | {due + (step + after) * DAY for due in ROUNDS for step in STEPS[1] for after in (0, 1)}
    | {SENT.date() + count * 28 * DAY for count in range(-6, 14)}
)
LOOKS_OF_STEPS = (
    {SENT.date() + count * DAY for count in (0, 1, 6, 13)}
    | {due + count * DAY for due in ROUNDS for count in (-28, -9, 0, 1)}
    | {SENT.date() + 112 * DAY, END}
)


class World:
    """One life of my request: who else asks, and all that I and my line manager see and get."""

    def __init__(self, clock_to: Callable[[datetime], None], service: Any) -> None:
        self.clock_to = clock_to
        self.number, self.member = a_number(), an_iw_member(name="Indra Member")
        self.manager = a_practitioner(service=service, name="Mo Manager")
        self.me = a_practitioner(service=service, name="Sam Carter", manager=self.manager)
        self.others: list[Hold] = []
        self.mine: dict[str, str] = {}
        self.seen: list[Any] = []

    def at(self, now: datetime) -> datetime:
        self.clock_to(now)
        return now

    def agree(self, hold: Hold, now: datetime) -> None:
        """The IW Team attests that the record is shielded, and agrees."""
        self.at(now)
        hold_actions.attest_applied(
            hold, checked_on=now.date(), no_duplicate=True, by=self.member, now=now
        )
        agreed(Request.objects.get(hold=hold), by=self.member, now=now)

    def join(self, now: datetime) -> None:
        """Somebody else asks for the record."""
        hold = a_request(a_practitioner(), number=self.number, now=self.at(now)).hold
        self.agree(hold, now + timedelta(hours=2))
        self.others.append(hold)

    def minute_passes(self, now: datetime) -> None:
        """What the worker does every minute, and what of it came to me and my manager."""
        self.at(now)
        outbox.outbox.clear()
        review_actions.open_due_reviews(now)
        reminders.raise_reminders(now)
        delivery.deliver(now)
        for one in outbox.outbox:
            if one.to[0] in (self.me.email, self.manager.email):
                mentioned = re.findall(REFERENCE, one.body)
                assert mentioned == sorted(mentioned)
                whose = "me" if one.to[0] == self.me.email else "my manager"
                names = sorted({self.mine[reference] for reference in mentioned})
                text = re.sub(REFERENCE, "REFERENCE", one.body)
                self.seen.append((now, whose, one.subject, names, text))

    def look(self, now: datetime) -> None:
        """Open every page of mine that may show something, and my manager's of their team."""
        self.at(now)
        browser, managers = Client(), Client()
        browser.force_login(self.me)
        managers.force_login(self.manager)
        request = Request.objects.get(reference=next(iter(self.mine)))
        for page in ("/", "/requests/", "/requests/?show=review"):
            self.keep(now, page, browser.get(page))
        for page in ("", "review", "withdraw", "letters/continues"):
            self.keep(now, f"mine, {page}", browser.get(address(request, page)))
        letter = browser.post(address(request, "letters/continues"), {"safe": "on"})
        self.keep(now, "the letter", letter)
        for page in ("/", "/team/"):
            self.keep(now, f"my manager's {page}", managers.get(page))

    def keep(self, now: datetime, what: str, answer: Any) -> None:
        text = re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "TOKEN", answer.content.decode())
        text += answer.headers.get("Location", "")
        text = re.sub(REFERENCE, lambda found: self.mine.get(found[0], "UNKNOWN"), text)
        self.seen.append((now, what, answer.status_code, text))

    def others_act(self, now: datetime) -> None:
        """The others answer five days before their day; the IW Team concludes on the due day."""
        today = clock.today(now)
        record = Record.objects.numbered(self.number).get()
        for asked in Consultation.objects.owed().filter(hold__in=self.others):
            if asked.review.due - 5 * DAY <= today:
                letting_go.answer(
                    asked.hold,
                    answer="still_needed",
                    views="no",
                    sought_by="",
                    now=now,
                    by=asked.hold.source,
                )
        for review in Review.objects.open().of_records().filter(record=record, due__lte=today):
            review_actions.conclude_record_review(
                review,
                no_duplicate=True,
                next_shown=review_actions.next_due(review, now),
                by=self.member,
                now=now,
            )


def alone(world: World, today: date) -> None:
    """Nobody else asks."""


def with_an_older(world: World, today: date) -> None:
    """Somebody asked before, and is asked again just now; they stay."""
    if today == SENT.date() - 170 * DAY:
        world.join(at(today))


def with_both(world: World, today: date) -> None:
    """The older one lets go while their review is open; the younger asks on the day after me."""
    with_an_older(world, today)
    if today == SENT.date() + DAY:
        world.join(at(today))
    if today == SENT.date() + 12 * DAY:
        gone = world.others[0]
        letting_go.withdraw(gone, parting=GONE, by=gone.source, now=at(today))


def with_all(world: World, today: date) -> None:
    """Two older ones, of whom one lets go, and a younger."""
    if today == SENT.date() - 156 * DAY:
        world.join(at(today))
    with_both(world, today)


def at(day: date, hour: int = 12) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)


def life(
    world: World,
    company: Callable[[World, date], None],
    works: Collection[date],
    looks: Collection[date],
) -> list[Any]:
    """Live from half a year before my request to the end of my second round."""
    today = SENT.date() - 171 * DAY
    while today < END:
        today += DAY
        if today == SENT.date():
            hold = a_request(world.me, number=world.number, now=world.at(SENT)).hold
            elsewhere = a_request(world.me, now=world.at(SENT + MINUTE)).hold
            world.mine = {hold.reference: "A", elsewhere.reference: "B"}
            for count in range(2, 6):
                world.minute_passes(SENT + count * MINUTE)
            world.look(SENT + 6 * MINUTE)
        if today in works:
            world.minute_passes(at(today, 9) + MINUTE)
        if world.mine and today in looks:
            world.look(at(today, 11))
        if today == SENT.date() + 2 * DAY:
            for one in (hold, elsewhere):
                world.agree(one, at(today))
        if today == ANSWERED:
            world.at(at(today))
            browser = Client()
            browser.force_login(world.me)
            request = Request.objects.get(hold=hold)
            world.keep(at(today), "answer", browser.post(address(request, "review"), NEEDED))
        company(world, today)
        if today in works and world.others + list(world.mine):
            world.others_act(world.at(at(today, 15)))
    return world.seen


@contextmanager
def undone() -> Iterator[None]:
    """Let what happens in a world be gone after it."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.mark.parametrize(
    ("works", "looks", "companies"),
    [
        pytest.param(WORKS_OF_STEPS, LOOKS_OF_STEPS, [with_all], id="steps"),
        pytest.param(
            WORKS,
            LOOKS,
            [with_an_older, with_both, with_all],
            id="every-day",
            marks=pytest.mark.soak,
        ),
    ],
)
def test_among_others_all_is_as_alone(monkeypatch, works, looks, companies):
    def clock_to(now: datetime) -> None:
        monkeypatch.setattr(timezone, "now", lambda: now)

    service = a_service("Team")

    def lived(company: Callable[[World, date], None]) -> list[Any]:
        with undone():
            return life(World(clock_to, service), company, works, looks)

    first = lived(alone)
    assert {what for _, what, *_ in first} >= {"me", "my manager", "answer", "the letter"}
    for company in companies:
        others = lived(company)
        for one, theirs in zip(first, others, strict=False):
            assert one == theirs, f"{company.__name__}: {one[:2]} is not {theirs[:2]}"
        assert len(first) == len(others)
    due = {f"{day.day} {day:%B %Y}" for day in (*ROUNDS, date(2027, 8, 23))}
    shown = " ".join(text for _, _, _, text, *_ in first if isinstance(text, str))
    assert all(day in shown for day in due)
