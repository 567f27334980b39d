"""The demo's clock, moved on by a month at a browser beside a real worker: what then falls due."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.urls import clear_url_caches, reverse

from brokerage.desk import actions as desk_actions
from logbook.days import clock_now, real_now
from shielding.notices.models import Mail, Notice
from shielding.notices.timers import Timer
from tests.brokerage.support.cast import a_cast
from tests.brokerage.support.todays_requests import agreed as agreed_access
from tests.browser.support.visitor import Visitor
from tests.support.people import a_practitioner, a_service, an_iw_member
from tests.support.requests import a_request, agreed
from tests.worker.support.machines import Engine, PostOffice, wait_for

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.urls("tests.shielding.demo.support.urls"),
]


FINISHED = "The IW Team has finished with this request"
DUTY = Mail.objects.filter(kind="duty", fate="sent")


@pytest.fixture
def clock(settings: Any, tmp_path: Path) -> Path:
    settings.DEMO_CLOCK = str(tmp_path / "clock")
    (tmp_path / "clock").write_text("0")
    settings.MAIL_FOLDER = str(tmp_path / "mail")
    clear_url_caches()
    return tmp_path / "clock"


@pytest.fixture
def engine(clock: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    """A real worker and beat, which know of the clock what `make run` tells them."""
    monkeypatch.setenv("LOCAL_HTTP", "1")
    monkeypatch.setenv("DEMO_CLOCK", str(clock))
    monkeypatch.setenv("MAIL_FOLDER", str(clock.parent / "mail"))
    office = PostOffice()
    office.open()
    made = Engine(office)
    made.start_redis()
    yield made
    made.end()
    office.close()


def test_a_month_later_a_review_is_overdue_and_reminded_and_an_outcome_is_read(
    engine: Engine, signed_in: Callable[..., Visitor], at_a_browser: Callable[..., Visitor]
) -> None:
    service = a_service()
    manager = a_practitioner(service=service)
    practitioner = a_practitioner(service=service, manager=manager)
    member = an_iw_member()
    asked = agreed(a_request(practitioner, now=real_now()), by=member, now=real_now())
    # Given a member at her desk and nothing overdue
    her = signed_in(member)
    # and somebody whose request for access has ended, which is not to be read yet
    cast = a_cast()
    access = agreed_access(cast, now=real_now())
    ended = {"outcome": "no_brokerage_needed", "by": cast.member, "now": real_now()}
    desk_actions.conclude(access, **ended)
    him = signed_in(cast.requester, javascript=False)
    him.open(reverse("access_detail", args=[access.reference]))
    assert FINISHED not in him.text()
    began = real_now()
    worker, beat = engine.worker(), engine.beat()
    wait_for(lambda: Timer.objects.filter(last_run_at__gt=began).count() == 3)
    # When somebody moves the demo's clock on by a month, on a page that has no fault,
    somebody = at_a_browser()
    somebody.open("/demo/")
    assert not somebody.faults()
    somebody.press("A month")
    assert not somebody.faults()
    # then she is still signed in, and each page says which day it is,
    today = clock_now()
    her.open("/")
    her.reads("1 Overdue first reviews")
    day = f"In this demo it is {today:%A} {today.day} {today:%B} {today.year}"
    assert day in her.page.locator("header").inner_text()
    assert not her.faults()
    # four o'clock has struck for whoever asked for access,
    him.page.reload()
    him.reads(FINISHED)
    # and the worker, which asks the same clock, owes a reminder of the review.
    later = Notice.objects.filter(recipient=practitioner, due_at__gt=began + timedelta(days=1))
    wait_for(later.exists, seconds=20)
    # The mail of a day goes at nine, and it may be earlier: another day, and somebody sees in the
    # demo's mails that the practitioner was reminded and their manager hears that it is overdue.
    told = {practitioner.pk, manager.pk}
    owed = Mail.objects.filter(kind="duty")
    wait_for(lambda: told <= set(owed.values_list("recipient", flat=True)))
    somebody.press("A day")
    wait_for(lambda: told <= set(DUTY.values_list("recipient", flat=True)))
    somebody.follow("what was mailed")
    assert not somebody.faults()
    for person in (practitioner, manager):
        somebody.open("/demo/mail/")
        mails = somebody.page.get_by_role("row").filter(has_text=person.email)
        mails.first.get_by_role("link").click()
        somebody.reads(asked.reference)
    for process in (worker, beat):
        engine.kill(process)
    her.open("/people/mail/")
    her.reads("Working")
