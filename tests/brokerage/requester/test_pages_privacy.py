"""What a requester cannot learn: of the record, of the IW Team's work, of anybody else's request.

Pages are compared byte for byte after masking the token, references and the clock, and the
queries behind them statement by statement.
"""

import io
import logging
import re
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.core import mail
from django.test import Client
from django.utils import timezone

from brokerage import policies, states
from brokerage.desk import actions as desk_actions
from brokerage.line_manager import actions as manager_actions
from brokerage.models import AccessRequest
from brokerage.source import actions as source_actions
from logbook.models import Entry
from logbook.references import new_reference
from shielding.accounts.models import User
from shielding.models import Record
from shielding.notices import delivery as letters
from shielding.operations.logs import Careful
from shielding.web.cells import day
from tests.brokerage.support.cast import a_cast, a_draft, again, agreed, in_state, send
from tests.brokerage.support.requester_posts import DECLARED, address, declared, posts
from tests.support.indistinguishable import (
    closed,
    considered,
    end_proposed,
    seen,
    shielded,
    statements,
    to_shield,
    unknown,
    unshielded,
    unshielding,
)
from tests.support.people import (
    a_practitioner,
    a_service,
    an_administrator,
    an_auditor,
    an_iw_member,
)
from tests.support.requests import a_number
from tests.support.shielded_records import shielded_for
from tests.support.statements import Statements

pytestmark = pytest.mark.django_db


def asked_for_by_two(number):
    """Two sources whose requests were agreed: there is somebody to ask."""
    shielded_for(a_practitioner(), a_practitioner(), number=number, now=timezone.now())


STATES = (
    asked_for_by_two,
    unknown,
    considered,
    to_shield,
    shielded,
    unshielding,
    unshielded,
    end_proposed,
    closed,
)
GETS = ["", "check", "sent", "discard", "withdraw", *posts()]
POSTS = ["check", "discard", "withdraw", *posts()]
# Pages left empty once: where the number is asked, and one where the record is known.
MISTAKEN = ("record", "terms")


class Looking:
    """A browser that notes what it is answered and the statements that each answer took."""

    def __init__(self, person: User) -> None:
        self.client = Client()
        self.client.force_login(person)
        self.person = person
        self.found: list = []

    def _note(self, knock, url, *typed):
        with Statements() as queries:
            response = knock(url, *typed)
        assert response.status_code < 500
        self.found.append((response.request["REQUEST_METHOD"], seen(response), statements(queries)))
        return response

    def get(self, *urls):
        for url in urls:
            self._note(self.client.get, url)

    def post(self, url, typed=None):
        return self._note(self.client.post, url, typed or {})


def compare(walks):
    """Assert that each walk was answered as the first, step by step."""
    first, *others = walks
    for other in others:
        assert len(other) == len(first)
        for step, (one, another) in enumerate(zip(first, other, strict=True)):
            assert another == one, f"step {step}: {one[0]} {one[1][:2]}"


def asks_and_sends(browser, number) -> AccessRequest:
    """Walk from the start page to the confirmation, with mistakes on the way."""
    browser.get("/", "/access/", "/access/start/")
    browser.post("/access/start/")
    access = AccessRequest.objects.latest("id")
    for slug, typed in posts(number=number).items():
        browser.get(address(access, slug))
        if slug in MISTAKEN:
            browser.post(address(access, slug))
        browser.post(address(access, slug), typed)
    browser.get(address(access), address(access, "check"))
    browser.post(address(access, "check"))
    browser.post(address(access, "check"), declared(access))
    return again(access)


def looks(browser, access) -> None:
    """Look at the pages that say how it stands."""
    browser.get("/access/", address(access), address(access, "withdraw"))


def knocks(browser, access) -> None:
    """Look at every page of a request, and post where nothing is to be done."""
    browser.get("/", *(address(access, page) for page in GETS))
    browser.post(address(access, "check"), declared(access))
    browser.post(address(access, "discard"))
    browser.post(address(access, "record"), posts()["record"])


def a_requester(service) -> User:
    """Return somebody, with a line manager: alike in every walk."""
    manager = a_practitioner(service=service, name="Morgan Lee")
    return a_practitioner(service=service, manager=manager, name="Sam Carter")


def asks_whom_there_is(access, member) -> None:
    """Let the IW Team ask every source it may ask."""
    if policies.to_ask(again(access)).exists():
        desk_actions.ask_sources(again(access), by=member, now=timezone.now())
        assert again(access).liaisons.exists()


def as_far_as_it_goes(access) -> None:
    """Let the IW Team ask whom there is to ask, and conclude without contact."""
    member = an_iw_member()
    asks_whom_there_is(access, member)
    desk_actions.conclude(again(access), outcome="declined", by=member, now=timezone.now())


def publish(access) -> None:
    """Let the hour of the publication pass, and with it what was owed until then."""
    past = timezone.now() - timedelta(minutes=1)
    AccessRequest.objects.filter(pk=access.pk).update(publish_at=past)


def test_every_answer_is_the_same_whatever_the_state_of_the_record():
    """From the start to the publication: nine states, the same bytes and the same statements."""
    service, walks = a_service(), []
    for prepare in STATES:
        number = a_number()
        prepare(number)
        person = a_requester(service)
        browser = Looking(person)
        access = asks_and_sends(browser, number)
        looks(browser, access)
        manager_actions.agree(access, by=person.line_manager, now=timezone.now())
        looks(browser, access)
        as_far_as_it_goes(access)
        knocks(browser, access)
        publish(access)
        looks(browser, access)
        browser.post(address(access, "withdraw"))
        walks.append(browser.found)
    compare(walks)
    assert len(walks[0]) > 35  # answers of a whole walk
    said = set(Record.objects.values_list("state", flat=True))
    assert said >= {"shielded", "to_shield", "unshielding", "not_shielded"}


STAGES = ("with_manager", "with_iw", "worked_on", "concluded")


def test_withdrawing_is_the_same_whatever_the_state_of_the_record():
    """Whoever was asked meanwhile, if anybody: the same answer by the same statements."""
    service, walks = a_service(), []
    for prepare in STATES:
        number = a_number()
        prepare(number)
        browser = Looking(a_requester(service))
        for stage in STAGES:
            access = brought_to(stage, browser.person, number)
            browser.get(address(access, "withdraw"))
            browser.post(address(access, "withdraw"))
            browser.get("/access/", address(access))
        browser.get("/")
        walks.append(browser.found)
    compare(walks)


def brought_to(stage, person, number) -> AccessRequest:
    """Return a request about this number, as far as it goes by then."""
    now, until = timezone.now(), timezone.localdate() + timedelta(days=30)
    access = send(a_draft(person, number=number, now=now, needed_until=until), now=now)
    if stage != "with_manager":
        manager_actions.agree(access, by=person.line_manager, now=now)
    if stage == "worked_on":
        asks_whom_there_is(access, an_iw_member())
    if stage == "concluded":
        as_far_as_it_goes(access)
    return access


def unmasked(response) -> str:
    """Return a page as it is, but for the token: references and every time stay."""
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "TOKEN", response.content.decode())


@pytest.mark.parametrize("outcome", ["declined", "source_will_contact", "referred"])
def test_before_the_publication_nothing_shows_of_the_iw_team_s_work(client, outcome):
    cast, until = a_cast(), timezone.localdate() + timedelta(days=20)
    access = agreed(cast, now=timezone.now(), needed_until=until)
    client.force_login(cast.requester)
    pages = ["/access/", "/", *(address(access, page) for page in ("", "sent", "withdraw"))]
    begun = [unmasked(client.get(page)) for page in pages]

    def the_same():
        assert [unmasked(client.get(page)) for page in pages] == begun

    now = timezone.now()
    desk_actions.ask_sources(again(access), by=cast.member, now=now)
    the_same()
    for source in (cast.source, cast.other_source):
        liaison = access.liaisons.get(hold__source=source)
        source_actions.answer(liaison, answer="will_contact", family="content", by=source, now=now)
    the_same()
    granted = until if outcome == "source_will_contact" else None
    desk_actions.conclude(
        again(access), outcome=outcome, granted_until=granted, by=cast.member, now=now
    )
    the_same()
    assert f"If it is not finished by {day(access.needed_until)}, your last day" in begun[2]
    publish(access)
    words = "You will be contacted" if granted else "The IW Team has finished with this request"
    page = unmasked(client.get(address(access)))
    assert words in page
    assert (f"If nobody has by {day(granted)}, phone the IW Team" in page) == bool(granted)


def test_an_objection_and_the_lead_show_nothing(client):
    cast = a_cast()
    access = in_state(cast, states.WITH_IW)
    client.force_login(cast.requester)
    begun = unmasked(client.get(address(access)))
    desk_actions.ask_sources(again(access), by=cast.member, now=timezone.now())
    liaison = access.liaisons.get(hold__source=cast.source)
    source_actions.answer(
        liaison, answer="objects", family="content", by=cast.source, now=timezone.now()
    )
    assert again(access).state == states.WITH_LEAD
    assert unmasked(client.get(address(access))) == begun


def test_nobody_of_the_iw_team_and_no_source_is_named(client):
    cast = a_cast()
    access = in_state(cast, states.CONCLUDED)
    client.force_login(cast.requester)
    everything = "".join(
        unmasked(client.get(page))
        for page in ("/", "/access/", address(access), address(access, "sent"))
    )
    for hidden in (
        cast.source.name,
        cast.other_source.name,
        cast.member.name,
        cast.lead.name,
        cast.source.service.code,
        cast.requester.service.name,
        access.record.reference,
        access.record.number_in_clear(),
        *access.liaisons.values_list("reference", flat=True),
    ):
        assert hidden not in everything


# Somebody else's


def test_another_s_request_is_as_absent_as_one_that_is_not_there(client):
    client.force_login(a_practitioner())
    theirs = a_draft(a_practitioner())
    before = AccessRequest.objects.filter(pk=theirs.pk).values().get()
    for where in sorted({*GETS, *POSTS}):
        none = address(theirs, where).replace(theirs.reference, new_reference())
        knocks = [(client.get, {})] + [(client.post, posts().get(where, DECLARED))] * (
            where in POSTS
        )
        for knock, typed in knocks:
            with Statements() as queries_theirs:
                one = knock(address(theirs, where), typed)
            with Statements() as queries_none:
                other = knock(none, typed)
            assert one.status_code == 404, where
            assert seen(one) == seen(other)
            assert statements(queries_theirs) == statements(queries_none)
    assert AccessRequest.objects.filter(pk=theirs.pk).values().get() == before
    assert set(
        Entry.objects.filter(reference=theirs.reference).values_list("event", flat=True)
    ) <= {
        "access_draft_started",
        "access_answers_changed",
        "not_found",
    }


def test_the_line_manager_and_a_colleague_do_not_reach_the_requester_s_page(client):
    cast = a_cast()
    access = in_state(cast, states.WITH_MANAGER)
    for person in (cast.manager, a_practitioner(service=cast.requester.service), cast.source):
        client.force_login(person)
        assert client.get(address(access)).status_code == 404
        assert access.reference not in client.get("/access/").content.decode()


@pytest.mark.parametrize("maker", [an_iw_member, an_auditor, an_administrator])
def test_these_pages_are_the_practitioner_s_alone(client, maker):
    access = in_state(a_cast(), states.WITH_MANAGER)
    client.force_login(maker())
    for page in GETS:
        assert client.get(address(access, page)).status_code == 403
    for page in POSTS:
        assert client.post(address(access, page)).status_code == 403
    for page in ("/access/", "/access/start/"):
        assert client.get(page).status_code == 403


# Neither the number nor what somebody writes is anywhere it should not be

CANARY = "quokkapiano"


@pytest.fixture
def log_lines():
    """Everything the product's log would hold at its most talkative."""
    lines = io.StringIO()
    handler = logging.StreamHandler(lines)
    handler.setFormatter(Careful())
    loggers = [logging.getLogger(name) for name in ("", "django", "django.request")]
    before = [logger.level for logger in loggers]
    for logger in loggers:
        logger.addHandler(handler)
        logger.setLevel(logging.DEBUG)
    yield lines
    for logger, level in zip(loggers, before, strict=True):
        logger.removeHandler(handler)
        logger.setLevel(level)


def test_a_story_and_the_number_are_in_no_column_log_session_entry_mail_or_header(log_lines):
    manager = a_practitioner()
    person = a_practitioner(service=manager.service, manager=manager)
    client, number, wrong = Client(), a_number(), a_number()
    client.force_login(person)
    said = []

    def keep(response):
        title = re.search("<title>.*?</title>", response.content.decode(), re.DOTALL)
        assert number not in response.content.decode()
        said.append(f"{response.headers} {title and title.group()}")
        return response

    keep(client.post("/access/start/"))
    access = AccessRequest.objects.get()
    typed = posts(number=number)
    keep(client.post(address(access, "record"), typed["record"] | {"number_again": wrong}))
    for slug, answered in typed.items():
        keep(client.post(address(access, slug), answered))
    for slug, answered in typed.items():
        for text in (CANARY, f"{CANARY}\x00", CANARY * 40):
            keep(client.post(address(access, slug), dict.fromkeys(answered, text)))
    keep(client.post(address(access, "check"), declared(access)))
    keep(client.get(address(access)))
    keep(client.post(address(access, "check"), declared(access)))
    keep(client.post(address(access, "need"), {"need": CANARY}))  # too late, refused
    # At noon: duty mail goes at nine, and this test runs at night too.
    letters.deliver((timezone.localtime() + timedelta(days=4)).replace(hour=12))
    columns = str(AccessRequest.objects.values().get())
    assert "assessment" in columns

    kept = [str(session.get_decoded()) for session in Session.objects.all()]
    written = [str(entry) for entry in Entry.objects.values()]
    mailed = [f"{letter.subject} {letter.body} {letter.alternatives}" for letter in mail.outbox]
    logged = log_lines.getvalue()
    assert kept
    assert mailed
    assert "access_page" in logged  # it was listening
    for text in (columns, *said, *kept, *written, *mailed, logged):
        for secret in (CANARY, number, number[2:], wrong):
            assert secret not in text
