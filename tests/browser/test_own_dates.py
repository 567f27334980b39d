"""Two sources of one record and one who is alone, side by side: each reads their own dates.

From the request through its first review and one six-monthly round. The clock is set; all else is
the product: its minutes, its mails, its pages.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.core import mail as outbox
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone

from logbook.references import REFERENCE
from requests_app.models import Request
from shielding import clock, tasks
from shielding.accounts.models import User
from shielding.holds import actions as hold_actions
from shielding.models import Review
from shielding.reviews import actions as review_actions
from tests.browser.support.visitor import Visitor
from tests.support.people import a_practitioner, an_iw_member
from tests.support.requests import a_number, a_request, agreed, first_review_concluded
from tests.support.shielded_records import at

pytestmark = pytest.mark.django_db(transaction=True)
# Both Wednesdays, and of no day that is told below is one a weekend or a bank holiday: each life
# has the same days to act by.
OLDER, YOUNGER = date(2027, 1, 6), date(2027, 3, 3)
# When the page of a request is of a new kind; else axe would find nothing but what it found then.
NEW = ("sent", "agreed", "asked", "answered", "after the due day")
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


@dataclass
class Life:
    """One source: their browser, their dates by name, and what they read and got, in order."""

    source: User
    visitor: Visitor
    number: str
    sent: date
    request: Request | None = None
    read: list[tuple[str, str]] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    @property
    def due(self) -> date:
        return clock.months_after(self.sent, 6)

    @property
    def dates(self) -> dict[str, str]:
        """Return a name for each date of their own, by how pages write it."""
        answered = self.due - 13 * DAY
        named = {
            "SENT": self.sent,
            "FIRST ANSWER": self.sent + 4 * DAY,
            "AGREED": self.sent + 5 * DAY,
            "REVIEWED": self.sent + 6 * DAY,
            "FIRST REVIEW": self.sent + 7 * DAY,
            "ASKED": self.due - 28 * DAY,
            "ANSWER": answered,
            "CONCLUDED": answered + DAY,
            "DUE": self.due,
            "AFTER": self.due + DAY,
            "NEXT": clock.months_after(answered, 6),
        }
        return {f"{day.day} {day:%B %Y}": name for name, day in named.items()}

    def keep(self, what: str, text: str) -> None:
        for day, name in self.dates.items():
            text = re.sub(rf"\b{day}", name, text)
        self.read.append((what, re.sub(REFERENCE, "REFERENCE", text)))

    def look(self, when: str) -> None:
        """Open each page of theirs, signed in anew; keep its words, and those of their mails."""
        self.visitor.page.context.clear_cookies()
        cache.clear()  # the limit on signing in goes by the machine's clock: here weeks have passed
        self.visitor.sign_in(self.source)
        assert self.request
        for page in ("home", "request_list", "request_detail"):
            args = [self.request.reference] if page == "request_detail" else []
            if page != "home":  # where signing in leads
                self.visitor.open(reverse(page, args=args))
            self.keep(f"{when}: {page}", f"{self.visitor.page.title()}\n{self.visitor.text()}")
        if when in NEW:
            self.faults += self.visitor.faults()
        if self.visitor.page.get_by_role("link", name="the request still stands").count():
            self.print_letter(when)
        for one in [one for one in outbox.outbox if one.to == [self.source.email]]:
            self.keep(f"{when}: mail", f"{one.subject}\n{one.body}")
            outbox.outbox.remove(one)

    def print_letter(self, when: str) -> None:
        self.visitor.follow("the request still stands")
        self.visitor.tick("It is safe to hand this over")
        self.visitor.press("Show the letter to print")
        self.keep(f"{when}: letter", self.visitor.text())
        self.faults += self.visitor.faults()

    def answer(self, when: str, *also: str) -> None:
        """Say in the review that asks that the shield is still needed."""
        self.look(f"before {when}")
        assert self.request
        self.visitor.open(reverse("request_detail", args=[self.request.reference]))
        self.visitor.follow("Answer the review")
        self.keep(f"{when}: question", self.visitor.text())
        self.faults += self.visitor.faults()
        self.visitor.tick("Still needed", "Yes", "Me", *also)
        self.visitor.press("Continue")
        self.visitor.reads("Saved: the shield is still needed.")

    # Their days, each as many days after the day on which they asked, or before their due day.

    def ask(self, now: datetime, _member: User) -> None:
        self.request = a_request(self.source, number=self.number, now=now)

    def is_agreed(self, now: datetime, member: User) -> None:
        assert self.request
        hold_actions.attest_applied(
            self.request.hold, checked_on=now.date(), no_duplicate=True, by=member, now=now
        )
        agreed(self.request, by=member, now=now)

    def answers_first(self, _now: datetime, _member: User) -> None:
        self.answer("first review", "Yes, in a way that is safe")

    def is_reviewed(self, now: datetime, member: User) -> None:
        assert self.request
        first_review_concluded(self.request, by=member, now=now)

    def answers(self, _now: datetime, _member: User) -> None:
        self.answer("six-monthly review")

    def is_concluded(self, now: datetime, member: User) -> None:
        """The IW Team concludes what it may of their record's six-monthly review."""
        assert self.request
        review = Review.objects.open().of_records().get(hold=self.request.hold)
        review_actions.conclude_record_review(
            review,
            no_duplicate=True,
            next_shown=review_actions.next_due(review, now),
            by=member,
            now=now,
        )

    def nothing(self, _now: datetime, _member: User) -> None:
        """The clock alone."""

    def days(self) -> list[tuple[date, str, Callable[[datetime, User], None]]]:
        return [
            (self.sent, "sent", self.ask),
            (self.sent + 4 * DAY, "first answer", self.answers_first),
            (self.sent + 5 * DAY, "agreed", self.is_agreed),
            (self.sent + 6 * DAY, "reviewed", self.is_reviewed),
            (self.sent + 8 * DAY, "after the first review", self.nothing),
            (self.due - 29 * DAY, "before being asked", self.nothing),
            (self.due - 28 * DAY, "asked", self.nothing),
            (self.due - 13 * DAY, "answered", self.answers),
            (self.due - 12 * DAY, "concluded", self.is_concluded),
            (self.due + DAY, "after the due day", self.nothing),
        ]


def test_each_reads_their_own_dates_and_no_word_of_another(
    monkeypatch: pytest.MonkeyPatch, at_a_browser: Any
) -> None:
    # Given two who ask for one record, eight weeks apart, and one who is alone with another
    member, shared = an_iw_member(), a_number()
    older, younger, alone = (
        Life(a_practitioner(name=name), at_a_browser(name=name), number, sent)
        for name, number, sent in (
            ("Olga Older", shared, OLDER),
            ("Yan Younger", shared, YOUNGER),
            ("Ali Alone", a_number(), YOUNGER),
        )
    )
    # When each lives through the first review and a six-monthly round by their own dates
    days = [(day, who, *step) for who in (older, younger, alone) for day, *step in who.days()]
    for day, who, when, act in sorted(days, key=lambda one: one[0]):
        now = at(day)
        monkeypatch.setattr(timezone, "now", lambda now=now: now)
        for name in tasks.ROUND:
            tasks.look(name, now, now)
        act(now, member)
        for name in tasks.ROUND:
            tasks.look(name, now + MINUTE, now + MINUTE)
        who.look(when)
    # Then each read the same words at the same days of their own, and nothing but their own dates.
    assert [who.faults for who in (older, younger, alone)] == [[], [], []]
    for other in (older, younger):
        for theirs, one in zip(other.read, alone.read, strict=False):
            assert theirs == one, other.source.name
        assert len(other.read) == len(alone.read)
    what = {words.rpartition(": ")[2] for words, _ in alone.read}
    assert what == {"home", "request_list", "request_detail", "question", "letter", "mail"}
    words = " ".join(text for _, text in alone.read)
    assert all(name in words for name in ("FIRST REVIEW", "DUE", "NEXT"))
    assert not re.search(r"\b20(27|28)\b", words), "a date that is not their own"
