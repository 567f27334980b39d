""" "This is wrong": said by who was told of a suspension, in every state of a record; settled."""

import re
import time
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core import mail as outbox
from django.core.signing import TimestampSigner, b62_encode
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from requests_app.models import Request
from shielding.accounts import actions as directory
from shielding.accounts.models import Service, User
from shielding.accounts.suspensions import Suspension, SuspensionTold
from shielding.holds import actions as hold_actions
from shielding.holds import disputed_suspensions as disputes
from shielding.holds import letting_go
from shielding.models import Hold, Record
from shielding.notices import delivery, told_links
from shielding.notices.models import Notice
from shielding.records import states
from shielding.unshield import actions as unshield
from shielding.unshield import other_ends, policies
from shielding.web.refusals import NotAllowed, WrongState
from tests.requests_app.support.desk import at_desk, main
from tests.support import hand_overs
from tests.support.entries import entries
from tests.support.people import (
    a_practitioner,
    a_service,
    an_administrator,
    an_auditor,
    an_iw_member,
)
from tests.support.replay import replay
from tests.support.requests import NOW, a_request
from tests.support.shielded_records import DAY, GONE, let_go, shielded_for

pytestmark = pytest.mark.django_db
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
        directory.suspend(self.source, by=by or self.stopper, now=self.suspended_at)
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


@pytest.fixture
def case():
    made = Case()
    yield made
    assert replay()[0] == []


@pytest.fixture
def stopped(case):
    case.suspend()
    return case


# --- Who is told ----------------------------------------------------------------------------------
def told_of(person: User) -> set[User]:
    return {one.person for one in SuspensionTold.objects.filter(suspension__person=person)}


def test_the_person_and_their_manager_are_told_at_once(stopped):
    assert told_of(stopped.source) == {stopped.source, stopped.manager}
    owed = Notice.objects.filter(kind="suspension").values_list("mentions", "due_at", "fate")
    assert list(owed) == [(stopped.suspension.reference, stopped.suspended_at, "queued")] * 2


@pytest.mark.parametrize(("days", "hears"), [(27, True), (28, False)])
def test_whoever_managed_them_in_the_last_28_days_is_told(days, hears):
    service, member = a_service(), an_iw_member()
    before, since = a_practitioner(service=service), a_practitioner(service=service)
    person = a_practitioner(service=service, manager=before)
    directory.set_line_manager(person, since, by=member, now=NOW)
    directory.suspend(person, by=member, now=NOW + days * DAY)
    assert told_of(person) == {person, since} | ({before} if hears else set())


@pytest.mark.parametrize("whom", [an_iw_member, an_auditor, an_administrator])
def test_of_any_other_role_the_person_is_told_as_well(whom):
    person, manager = whom(), an_iw_member()
    if person.is_iw:
        person.line_manager = manager
        person.save()
    directory.suspend(person, by=an_administrator(), now=NOW)
    assert told_of(person) == {person} | ({manager} if person.is_iw else set())
    letter = mailed(person)[0]
    assert "/suspended/" in letter.body


def test_each_suspension_is_told_anew(stopped):
    directory.reactivate(stopped.source, by=stopped.third, now=NOW + 2 * HOUR)
    directory.suspend(stopped.source, by=stopped.third, now=NOW + 3 * HOUR)
    assert Notice.objects.filter(kind="suspension", recipient=stopped.source).count() == 2


def test_a_hand_over_afterwards_does_not_overtake_the_word_of_it(stopped):
    colleague = a_practitioner(service=stopped.service)
    hand_overs.hand_over(stopped.source, to=colleague, by=stopped.third, now=LATER)
    assert not Notice.objects.filter(kind="suspension").exclude(fate="queued").exists()


# --- The mail and its link ------------------------------------------------------------------------
def mailed(person: User) -> tuple[Any, str]:
    """Deliver what is owed; return the letter this person got, and the path of its link."""
    delivery.deliver(timezone.now())
    letters = [one for one in outbox.outbox if one.to == [person.email]]
    (letter,) = [one for one in letters if "/suspended/" in one.body]
    links = set(re.findall(r"http://127\.0\.0\.1:8000(/suspended/\S+)", letter.body))
    assert len(links) == 1
    return letter, links.pop()


def test_a_suspended_person_says_so_without_signing_in_and_only_a_post_acts(stopped):
    link, browser = mailed(stopped.source)[1], Client()
    page = main(browser.get(link))
    assert "This is wrong" in page
    assert "was suspended" in page
    assert not stopped.suspension.is_disputed
    browser.post(link)
    assert stopped.suspension.disputed_by == stopped.source
    said = entries("suspension_disputed")
    assert [(actor, facts) for _, actor, facts in said] == [
        (
            str(stopped.source.uid),
            {"person": str(stopped.source.uid), "suspended_by": str(stopped.stopper.uid)},
        )
    ]


def test_the_mail_says_only_the_reference_and_where_to_go(stopped):
    letter, link = mailed(stopped.manager)
    whole = letter.body + letter.alternatives[0].content + letter.subject
    assert stopped.suspension.reference in whole
    hold, record = stopped.hold, stopped.record
    secrets = (hold.reference, record.reference, stopped.source.name, stopped.stopper.name, "abuse")
    for secret in secrets:
        assert secret not in whole
    assert letter.body.count("IW-") - letter.body.count(link) * link.count("IW-") == 1


def test_it_is_the_mail_of_a_hand_over_but_for_its_link(stopped):
    """Whoever looks over a shoulder learns no more from one than from the other."""
    letter, link = mailed(stopped.manager)
    told = letter.body.replace(link, "").replace(stopped.suspension.reference, "")
    outbox.outbox.clear()
    leaver = a_practitioner(service=stopped.service, manager=stopped.manager)
    colleague = a_practitioner(service=stopped.service)
    hand_overs.hand_over(leaver, to=colleague, by=an_iw_member(), now=timezone.now())
    delivery.deliver(timezone.now())
    (other,) = [one for one in outbox.outbox if one.to == [stopped.manager.email]]
    handed = re.sub(r"/changed-hands/\S+", "", other.body)
    assert re.sub(r"IW-\w{4}-\w{4}", "", handed) == told
    assert other.subject == letter.subject


def aged(reference: str, days: float, salt: str = "shielding.suspension") -> str:
    class Before(TimestampSigner):
        def timestamp(self) -> str:
            return b62_encode(int(time.time() - days * 24 * 3600))

    return Before(salt=salt).sign(reference)


def answers(token: str) -> list[Any]:
    """Return what a browser of its own gets: the page, and the answer to its button."""
    browser, link = Client(), f"/suspended/{token}/"
    pages = [browser.get(link), browser.post(link)]
    return [(page.status_code, main(page)) for page in pages]


def test_every_link_answers_alike_and_a_bad_one_does_nothing(stopped):
    good = stopped.told(stopped.source).reference
    bad = [
        "nonsense",
        f"{good}:1:x",
        aged(good, 28.1),
        aged(good, 0, salt="shielding.hand_over"),
        told_links.token_for("hand_over", good),
        told_links.token_for("suspension", "IW-ZZZZ-ZZZZ"),
        told_links.token_for("suspension", stopped.suspension.reference),
        good,
        "%00",
        "x" * 4000,
    ]
    found = [answers(token) for token in bad]
    assert not stopped.suspension.is_disputed
    first = answers(aged(good, 27.9))
    assert stopped.suspension.disputed_by == stopped.source
    again = answers(told_links.token_for("suspension", good))
    assert all(one == first for one in [*found, again])
    assert len(entries("suspension_disputed")) == 1


def test_a_link_of_a_suspension_says_nothing_of_a_hand_over(stopped):
    colleague = a_practitioner(service=stopped.service)
    hand_overs.hand_over(stopped.source, to=colleague, by=stopped.third, now=LATER)
    token = told_links.token_for("suspension", stopped.told(stopped.source).reference)
    Client().post(f"/changed-hands/{token}/")
    assert entries("hand_over_disputed", "suspension_disputed") == []


STATES = ["to shield", "shielded", "let go", "unshielding", "open", "closed", "no hold"]


@pytest.mark.parametrize("state", STATES)
def test_the_reply_is_the_same_in_every_state(case, state):
    in_state(case, state)
    token = told_links.token_for("suspension", case.told(case.manager).reference)
    assert answers(token) == answers("nonsense")


def test_guesses_are_limited_and_keep_no_true_word_out(stopped):
    token = told_links.token_for("suspension", stopped.told(stopped.source).reference)
    link, browser = f"/suspended/{token}/", Client()
    codes = [browser.post("/suspended/nonsense/").status_code for _ in range(25)]
    assert set(codes) == {200, 429}
    assert browser.post(link).status_code == 200
    assert stopped.suspension.disputed_by == stopped.source


# --- What follows, state by state -----------------------------------------------------------------
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


@pytest.mark.parametrize("state", ["to shield", "shielded"])
def test_where_the_claim_stands_nothing_moves(case, state):
    in_state(case, state)
    before = (case.record.state, case.record.episode, case.record.waiting_since)
    case.say_wrong()
    assert (case.record.state, case.record.episode, case.record.waiting_since) == before
    assert case.hold.is_standing
    assert "disputed" in missing(case, case.third)
    assert entries("hold_stands_again", "unshield_disputed") == []


def test_a_record_that_was_let_go_cannot_be_unshielded_until_it_is_settled(case):
    in_state(case, "let go")
    assert missing(case, case.third) == []
    case.say_wrong()
    assert (case.record.state, case.hold.is_standing) == (states.SHIELDED, True)
    assert missing(case, case.third) == ["holds_stand", "disputed"]
    case.let_go(now=LATER - DAY)
    letting_go.attest_word(case.hold, phoned=True, by=case.third, now=LATER - DAY)
    assert missing(case, case.third) == ["disputed"]
    with pytest.raises(WrongState, match="disputed"):
        unshield.begin_unshield(case.record, by=case.third, now=LATER)
    page = main(at_desk(case.third).get(f"/records/{case.record.reference}/"))
    assert f"settled first: suspension {case.suspension.reference}" in page
    case.settle("rightful")
    assert missing(case, case.third) == []
    assert not case.hold.is_standing


def test_one_that_is_being_unshielded_is_to_be_shielded_now(case):
    in_state(case, "unshielding")
    case.say_wrong()
    record = case.record
    assert (record.state, record.unshield_begun_by) == (states.TO_SHIELD, None)
    assert (record.unshield_cancels, record.unshield_cancelled_of) == (1, case.third)
    with pytest.raises(unshield.Cancelled):
        unshield.confirm_unshield(record, by=case.fourth, now=LATER)
    assert case.hold.is_standing
    attested = {"checked_on": LATER.date(), "no_duplicate": True, "found": "never_opened"}
    hold_actions.attest_applied(case.hold, **attested, by=case.fourth, now=LATER)
    assert missing(case, case.third) == ["holds_stand", "disputed"]


@pytest.mark.parametrize("state", ["open", "closed"])
def test_in_one_that_is_open_the_hold_stands_again_for_its_source(case, state):
    in_state(case, state)
    case.say_wrong()
    record = case.record
    assert (record.state, record.episode, record.applied_at) == (states.TO_SHIELD, 2, None)
    assert (case.hold.source, case.hold.episode) == (case.source, 2)
    assert (case.hold.is_standing, case.hold.family, case.hold.applied_at) == (True, "", None)
    hold_actions.attest_applied(
        case.hold, checked_on=LATER.date(), no_duplicate=True, by=case.third, now=LATER
    )
    assert case.record.state == states.SHIELDED


def test_a_claim_that_ended_with_its_record_stays_ended(case):
    case.suspend()
    record = other_ends.propose_end(case.record, code="died", by=case.third, now=NOW + DAY)
    given = {"attested": True, "no_duplicate": True}
    seen = [case.hold.reference]
    other_ends.confirm_end(record, seen=seen, **given, by=case.fourth, now=NOW + DAY)
    case.say_wrong()
    assert (case.record.state, case.hold.is_standing) == (states.CLOSED, False)
    case.settle("wrong")
    assert (case.record.state, case.hold.is_standing) == (states.CLOSED, False)


def test_one_that_was_never_applied_is_not_dropped_meanwhile(case):
    in_state(case, "to shield")
    case.let_go()
    case.say_wrong()
    with pytest.raises(WrongState, match="holds_stand"):
        unshield.attest_never_applied(case.record, by=case.third, now=LATER)
    case.let_go(now=LATER)
    with pytest.raises(WrongState, match="disputed"):
        unshield.attest_never_applied(case.record, by=case.third, now=LATER)
    page = main(at_desk(case.third).get(f"/records/{case.record.reference}/"))
    assert "Checked: never applied" not in page


@pytest.mark.parametrize(
    ("before", "reached"), [(timedelta(days=3), True), (timedelta(days=3, seconds=1), False)]
)
def test_what_was_let_go_of_up_to_three_days_before_is_reached(before, reached):
    case = Case(suspended_at=NOW + HOUR + before)
    case.let_go(by=case.source, now=NOW + HOUR)
    case.suspend()
    late = case.suspended_at + DAY
    case.say_wrong(now=late)
    found = [one.code for one in policies.unshield_missing(case.record, case.third, late)]
    assert ("disputed" in found) is reached


def test_what_another_source_asks_of_the_same_record_is_left_alone(case):
    other = a_practitioner()
    (theirs,) = shielded_for(other, number=case.record.number_in_clear())
    User.objects.exclude(
        pk__in=[one.pk for one in (case.stopper, case.second, case.third, case.fourth)]
    ).iw_team().update(is_active=False)
    case.suspend()
    before = Hold.objects.values().get(pk=theirs.pk)
    case.let_go()
    case.say_wrong()
    case.settle("wrong")
    assert Hold.objects.values().get(pk=theirs.pk) == before
    assert Notice.objects.filter(recipient=other, due_at__gte=LATER).count() == 0


def read_by(source: User, hold: Hold) -> list[str]:
    """Return what a source reads at home, in their list and of their request."""
    client = Client()
    client.force_login(source)
    own = Request.objects.get(hold=hold)
    return [main(client.get(url)) for url in ("/", "/requests/", f"/requests/{own.reference}/")]


@pytest.mark.parametrize("state", ["let go", "unshielding", "open", "closed"])
def test_another_source_of_the_record_reads_and_hears_nothing_of_it(case, state):
    other = a_practitioner()
    team = [one.pk for one in (case.stopper, case.second, case.third, case.fourth)]
    (theirs,) = shielded_for(other, number=case.record.number_in_clear())
    User.objects.iw_team().exclude(pk__in=team).update(is_active=False)
    let_go(theirs, now=NOW + HOUR)
    in_state(case, state)
    before = read_by(other, theirs)
    heard = Notice.objects.filter(recipient=other).count()
    case.say_wrong()
    assert read_by(other, theirs) == before
    case.settle("wrong", by=case.fourth)
    assert read_by(other, theirs) == before
    assert Notice.objects.filter(recipient=other).count() == heard
    delivery.deliver(timezone.now())
    mails = [one.body for one in outbox.outbox if one.to == [other.email]]
    assert not any("/suspended/" in one or case.suspension.reference in one for one in mails)


def test_a_claim_that_a_colleague_got_by_a_hand_over_and_let_go_of_is_reached(case):
    colleague = a_practitioner(service=case.service)
    case.suspend()
    hand_overs.hand_over(
        case.source, to=colleague, proposed_by=case.stopper, by=case.second, now=NOW + 2 * HOUR
    )
    case.hold.refresh_from_db()
    case.let_go(by=colleague, now=NOW + 3 * HOUR)
    case.begin()
    case.open()
    case.say_wrong()
    assert (case.record.state, case.record.episode) == (states.TO_SHIELD, 2)
    assert (case.hold.source, case.hold.is_standing) == (colleague, True)


def test_a_claim_handed_over_long_before_is_not_theirs_any_more():
    case = Case(suspended_at=NOW + 10 * DAY)
    colleague = a_practitioner(service=case.service)
    hand_overs.hand_over(case.source, to=colleague, by=case.second, now=NOW + HOUR)
    case.suspend()
    case.hold.refresh_from_db()
    case.let_go(by=colleague, now=NOW + 10 * DAY)
    case.say_wrong(now=NOW + 11 * DAY)
    assert policies.disputed(case.record) == ""


def test_said_by_two_it_is_done_once_and_each_is_an_entry(case):
    in_state(case, "open")
    for person in (case.source, case.manager, case.source):
        case.say_wrong(person)
    assert (case.record.episode, case.suspension.disputed_by) == (2, case.source)
    assert len(entries("suspension_disputed")) == 2
    assert len(entries("hold_stands_again")) == 1


def test_the_leads_are_told_and_the_team_finds_it_at_home_and_on_the_persons_page(stopped):
    lead = an_iw_member(lead=True)
    person = f"/people/{stopped.source.uid}/"
    assert "says that this suspension is wrong" not in main(at_desk(stopped.third).get(person))
    stopped.say_wrong()
    told = Notice.objects.filter(kind="suspension_disputed").values_list("recipient", flat=True)
    assert set(told) == {lead.pk}
    browser = at_desk(stopped.third)
    assert "Suspensions said to be wrong" in main(browser.get("/"))
    assert stopped.suspension.reference in main(browser.get("/people/suspensions/"))
    assert stopped.suspension.reference in main(browser.get(person))
    administrator = at_desk(an_administrator())
    assert stopped.suspension.reference not in main(administrator.get(person))


# --- Settled --------------------------------------------------------------------------------------
def test_wrong_lets_them_in_again_and_what_was_let_go_stands_again(case):
    in_state(case, "let go")
    case.say_wrong()
    assert case.settle("wrong", by=case.fourth) == ""
    assert (case.source.is_active, case.source.suspended_at) == (True, None)
    assert (case.hold.source, case.hold.is_standing) == (case.source, True)
    assert (case.record.state, case.record.episode) == (states.SHIELDED, 1)
    assert (case.suspension.settled_by, case.suspension.verdict) == (case.fourth, "wrong")
    assert [actor for _, actor, _ in entries("person_reactivated")] == [str(case.fourth.uid)]
    told = Notice.objects.filter(subject=case.hold.reference, created_at=LATER)
    assert set(told.values_list("recipient", flat=True)) == {case.source.pk, case.manager.pk}
    assert missing(case, case.third) == ["holds_stand"]


def test_rightful_leaves_everything_as_it_is(case):
    in_state(case, "open")
    case.say_wrong()
    before = Record.objects.values().get(pk=case.record.pk)
    assert case.settle("rightful", by=case.fourth) == ""
    assert case.source.suspended_at == case.suspended_at
    assert (case.hold.source, case.hold.is_standing) == (case.source, True)
    assert Record.objects.values().get(pk=case.record.pk) == before


def test_a_word_recorded_just_before_the_suspension_is_undone_and_so_is_their_own():
    """One member records a source's word and suspends the source, who never let go.

    What the account itself let go of then may not be its person's: it stands until they say so.
    """
    case = Case(suspended_at=NOW + 2 * HOUR)
    (own,) = shielded_for(case.source)
    User.objects.exclude(
        pk__in=[one.pk for one in (case.stopper, case.second, case.third, case.fourth)]
    ).iw_team().update(is_active=False)
    case.let_go(by=case.stopper, now=NOW + HOUR)
    let_go(own, by=case.source, now=NOW + HOUR)
    case.suspend()
    case.say_wrong()
    case.settle("wrong")
    own.refresh_from_db()
    assert (case.hold.is_standing, own.is_standing) == (True, True)


def reactivated(case: Case) -> None:
    directory.reactivate(case.source, by=case.second, now=NOW + DAY)


def suspended_anew(case: Case) -> None:
    reactivated(case)
    directory.suspend(case.source, by=case.second, now=NOW + DAY)


def service_closed(case: Case) -> None:
    Service.objects.update(closed_at=NOW, closed_by=case.second)


@pytest.mark.parametrize(
    ("meanwhile", "words", "active"),
    [
        (reactivated, "let in again already", True),
        (suspended_anew, "suspended again since", False),
        (service_closed, "its service is closed", False),
    ],
)
def test_an_account_that_cannot_be_let_in_again_stays_as_it_is_and_the_page_says_so(
    case, meanwhile, words, active
):
    in_state(case, "let go")
    case.say_wrong()
    meanwhile(case)
    browser, address = at_desk(case.fourth), f"/people/suspensions/{case.suspension.reference}/"
    done = browser.post(address, {"verdict": "wrong"}, follow=True)
    assert words in done.content.decode()
    case.source.refresh_from_db()
    case.hold.refresh_from_db()
    assert (case.source.is_active, case.hold.is_standing) == (active, True)


def test_rightful_and_then_said_to_be_wrong_by_another_it_is_settled_again(stopped):
    stopped.say_wrong()
    stopped.settle("rightful")
    stopped.say_wrong()
    assert not stopped.suspension.is_disputed
    stopped.say_wrong(stopped.manager)
    assert (stopped.suspension.is_disputed, stopped.suspension.verdict) == (True, "")
    stopped.settle("wrong")
    assert stopped.source.is_active


def test_once_found_wrong_a_later_word_begins_nothing(stopped):
    stopped.say_wrong()
    stopped.settle("wrong")
    stopped.say_wrong(stopped.manager)
    assert not stopped.suspension.is_disputed
    assert len(entries("suspension_disputed")) == 2


# --- Who settles ----------------------------------------------------------------------------------
ROLES = {
    "a member": (an_iw_member, True),
    "a practitioner": (a_practitioner, False),
    "an auditor": (an_auditor, False),
    "an administrator": (an_administrator, False),
}


@pytest.mark.parametrize("whom", [a_practitioner, an_iw_member, an_auditor, an_administrator])
@pytest.mark.parametrize("by", ROLES)
def test_of_whatever_role_a_member_settles_it_and_nobody_else(whom, by):
    person, (make, may) = whom(), ROLES[by]
    directory.suspend(person, by=an_administrator(), now=NOW)
    suspension, settler = Suspension.objects.get(), make()
    disputes.say_wrong(suspension.told.get(person=person), by=person, now=LATER)
    if not may:
        with pytest.raises(NotAllowed, match="not_allowed"):
            disputes.settle(suspension, verdict="wrong", by=settler, now=LATER)
        return
    assert disputes.settle(suspension, verdict="wrong", by=settler, now=LATER) == ""
    person.refresh_from_db()
    assert person.is_active
    assert replay()[0] == []


def barred(case: Case, how: str) -> User:
    """Return a member with a part in it, once the person said that their suspension was wrong."""
    if how == "let them in before":
        directory.suspend(case.source, by=case.second, now=NOW)
        directory.reactivate(case.source, by=case.fourth, now=NOW)
    case.suspend()
    told = SuspensionTold.objects.filter(person=case.source).latest("id")
    disputes.say_wrong(told, by=case.source, now=LATER)
    if how == "recorded their word":
        case.let_go(by=case.fourth, now=LATER)
    return case.stopper if how == "suspended them" else case.fourth


@pytest.mark.parametrize("how", ["suspended them", "let them in before", "recorded their word"])
def test_not_by_a_member_with_a_part_in_it(case, how):
    member = barred(case, how)
    suspension = Suspension.objects.latest("id")
    with pytest.raises(NotAllowed, match="second_person"):
        disputes.settle(suspension, verdict="rightful", by=member, now=LATER)
    page = main(at_desk(member).get(f"/people/suspensions/{suspension.reference}/"))
    assert "It is not yours to settle" in page
    assert case.third.name in page
    assert "Settle it" not in page
    disputes.settle(suspension, verdict="rightful", by=case.third, now=LATER)


def test_not_by_a_manager_in_the_team_who_says_that_it_is_wrong():
    manager, other = an_iw_member(), an_iw_member()
    person = an_iw_member(line_manager=manager)
    directory.suspend(person, by=an_administrator(), now=NOW)
    suspension = Suspension.objects.get()
    disputes.say_wrong(suspension.told.get(person=manager), by=manager, now=LATER)
    with pytest.raises(NotAllowed, match="second_person"):
        disputes.settle(suspension, verdict="wrong", by=manager, now=LATER)
    disputes.settle(suspension, verdict="wrong", by=other, now=LATER)


def test_a_lead_where_one_is_free_and_only_once(stopped):
    stopped.say_wrong()
    lead = an_iw_member(lead=True)
    with pytest.raises(NotAllowed, match="second_person"):
        stopped.settle("rightful")
    stopped.settle("rightful", by=lead)
    with pytest.raises(WrongState, match="not_disputed") as refused:
        stopped.settle("wrong", by=lead)
    assert lead.name in refused.value.message


def test_a_lead_who_suspended_them_is_not_free(case):
    lead = an_iw_member(lead=True)
    case.suspend(by=lead)
    case.say_wrong()
    with pytest.raises(NotAllowed, match="second_person"):
        case.settle("rightful", by=lead)
    case.settle("rightful")


def test_not_what_nobody_disputes_and_not_without_a_verdict(stopped):
    with pytest.raises(WrongState, match="not_disputed"):
        stopped.settle("wrong")
    stopped.say_wrong()
    with pytest.raises(WrongState, match="no_verdict"):
        stopped.settle("perhaps")


def test_where_nobody_may_the_page_says_so_and_the_way_out(stopped):
    stopped.say_wrong()
    User.objects.iw_team().exclude(pk=stopped.stopper.pk).update(is_active=False)
    address = f"/people/suspensions/{stopped.suspension.reference}/"
    assert "Nobody may settle it" in main(at_desk(stopped.stopper).get(address))


def test_the_page_settles_it(stopped):
    stopped.say_wrong()
    address = f"/people/suspensions/{stopped.suspension.reference}/"
    browser = at_desk(stopped.third)
    assert "Select whether the suspension was right" in main(browser.post(address, {}))
    done = browser.post(address, {"verdict": "wrong"}, follow=True)
    assert "is settled" in main(done)
    assert "Settle it" not in main(done)
    assert "Nobody says that a suspension is wrong" in main(browser.get("/people/suspensions/"))


@pytest.mark.parametrize("who", ["stopper", "source"])
def test_postgresql_wants_another_as_well(stopped, who):
    stopped.say_wrong()
    wrong = {"settled_at": NOW, "settled_by": getattr(stopped, who), "verdict": "rightful"}
    with (
        pytest.raises(IntegrityError, match="suspension_settled_by_another"),
        transaction.atomic(),
    ):
        Suspension.objects.update(**wrong)


@pytest.mark.parametrize(
    ("model", "change"),
    [
        (Suspension, {"reference": "IW-2222-2222"}),
        (Suspension, {"suspended_at": LATER}),
        (SuspensionTold, {"reference": "IW-2222-2222"}),
    ],
)
def test_postgresql_keeps_what_a_suspension_is_known_by(stopped, model, change):
    row = model.objects.order_by("id")[:1]
    with pytest.raises(IntegrityError, match="never_changes"), transaction.atomic():
        model.objects.filter(pk__in=row.values("pk")).update(**change)


def test_they_let_go_themself_once_they_are_back(case):
    in_state(case, "let go")
    case.say_wrong()
    case.settle("wrong", by=case.fourth)
    assert not letting_go.withdraw(
        case.hold, parting=GONE, by=case.source, now=LATER + HOUR
    ).is_standing
