""" "This is wrong": said by who was told of a hand-over, in every state of the record; settled."""

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
from shielding.accounts import suspending
from shielding.accounts.models import User
from shielding.holds import actions as hold_actions
from shielding.holds import letting_go
from shielding.holds.disputes import hand_over_actions as disputes
from shielding.holds.hand_over.models import HandOver, HandOverTold
from shielding.models import Hold, Record
from shielding.notices import delivery, told_links
from shielding.notices.models import Notice
from shielding.records import states
from shielding.reviews import policies as review_policies
from shielding.reviews.added.actions import ask_for_review
from shielding.unshield import actions as unshield
from shielding.unshield import attestations, other_ends, policies
from shielding.web.refusals import NotAllowed, WrongState
from tests.requests_app.support.desk import at_desk, main
from tests.support import hand_overs
from tests.support.attempts import almost_too_often
from tests.support.entries import entries
from tests.support.made_once import made_once
from tests.support.people import a_practitioner, a_service, an_iw_member
from tests.support.replay import replay
from tests.support.requests import NOW, a_request
from tests.support.shielded_records import DAY, GONE, let_go, shielded_for

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
LATER = NOW + 2 * DAY


class Case:
    """A leaver whose hold went to a colleague who let go of it; two members did that, two not."""

    def __init__(self) -> None:
        self.service = a_service()
        self.manager = a_practitioner(service=self.service)
        self.leaver = a_practitioner(service=self.service, manager=self.manager)
        self.colleague = a_practitioner(service=self.service)
        (self.hold,) = shielded_for(self.leaver)
        User.objects.iw_team().update(is_active=False)
        self.proposer, self.confirmer, self.third, self.fourth = (an_iw_member() for _ in range(4))
        hand_overs.hand_over(
            self.leaver, to=self.colleague, proposed_by=self.proposer, by=self.confirmer, now=NOW
        )
        self.hand_over = HandOver.objects.get()
        self.hold.refresh_from_db()

    @property
    def record(self) -> Record:
        return Record.objects.get(pk=self.hold.record_id)

    def told(self, person: User) -> HandOverTold:
        return self.hand_over.told.get(person=person)

    def let_go(self) -> None:
        let_go(self.hold, now=NOW + HOUR)

    def begin(self) -> None:
        unshield.begin_unshield(self.record, by=self.third, now=NOW + DAY)

    def open(self) -> None:
        unshield.confirm_unshield(self.record, by=self.fourth, now=NOW + DAY)

    def say_wrong(self, person: User | None = None, now: datetime = LATER) -> None:
        disputes.say_wrong(self.told(person or self.leaver), by=person or self.leaver, now=now)
        self.hand_over.refresh_from_db()
        self.hold.refresh_from_db()

    def settle(self, verdict: str, by: User | None = None, now: datetime = LATER) -> None:
        disputes.settle(self.hand_over, verdict=verdict, by=by or self.third, now=now)
        self.hand_over.refresh_from_db()
        self.hold.refresh_from_db()


@pytest.fixture(scope="module")
def made(django_db_setup, django_db_blocker):
    """One for all tests of this file; each begins with a copy of it."""
    with made_once(Case, django_db_blocker) as copy:
        yield copy


@pytest.fixture
def case(made, db):
    yield made()
    assert replay()[0] == []


# --- Who is told ----------------------------------------------------------------------------------
def told_of(hand_over: HandOver) -> set[User]:
    return {one.person for one in hand_over.told.all()}


def test_the_old_source_the_new_one_and_the_manager_are_told_at_once(case):
    assert told_of(case.hand_over) == {case.leaver, case.colleague, case.manager}
    owed = Notice.objects.filter(kind="hand_over").values_list("mentions", "due_at", "fate")
    assert set(owed) == {(case.hand_over.reference, NOW, "queued")}
    assert owed.count() == 3


@pytest.mark.parametrize(("days", "hears"), [(27, True), (28, False)])
def test_whoever_managed_them_in_the_last_28_days_is_told(days, hears):
    service, member = a_service(), an_iw_member()
    before, since = a_practitioner(service=service), a_practitioner(service=service)
    leaver = a_practitioner(service=service, manager=before)
    directory.set_line_manager(leaver, since, by=member, now=NOW)
    colleague = a_practitioner(service=service)
    hand_overs.hand_over(leaver, to=colleague, by=member, now=NOW + days * DAY)
    told = told_of(HandOver.objects.get(person=leaver))
    assert told == {leaver, colleague, since} | ({before} if hears else set())


def test_a_manager_who_takes_over_is_told_once():
    service = a_service()
    manager = a_practitioner(service=service)
    leaver = a_practitioner(service=service, manager=manager)
    hand_overs.hand_over(leaver, to=manager, by=an_iw_member(), now=NOW)
    assert told_of(HandOver.objects.get(person=leaver)) == {leaver, manager}
    assert Notice.objects.filter(kind="hand_over", recipient=manager).count() == 1


def test_a_later_hand_over_does_not_overtake_the_word_of_this_one(case):
    third = a_practitioner(service=case.service)
    hand_overs.hand_over(case.colleague, to=third, by=an_iw_member(), now=NOW + HOUR)
    assert not Notice.objects.filter(kind="hand_over").exclude(fate="queued").exists()


# --- The mail and its link ------------------------------------------------------------------------
def mailed(person: User) -> str:
    """Deliver what is owed; return the path of the link that this person got."""
    delivery.deliver(timezone.now())
    letters = [one for one in outbox.outbox if one.to == [person.email]]
    (letter,) = [one for one in letters if "/changed-hands/" in one.body]
    links = set(re.findall(r"http://127\.0\.0\.1:8000(/changed-hands/\S+)", letter.body))
    assert len(links) == 1
    return links.pop()


def test_a_suspended_person_gets_the_mail_and_may_say_so_without_signing_in(case):
    suspending.suspend(case.leaver, by=case.third, now=NOW)
    link, browser = mailed(case.leaver), Client()
    assert "This is wrong" in main(browser.get(link))
    case.hand_over.refresh_from_db()
    assert case.hand_over.disputed_at is None
    browser.post(link)
    case.hand_over.refresh_from_db()
    assert case.hand_over.disputed_by == case.leaver
    said = entries("hand_over_disputed")
    assert [(actor, facts["proposed_by"]) for _, actor, facts in said] == [
        (str(case.leaver.uid), str(case.proposer.uid))
    ]


def test_the_mail_says_only_the_reference_and_where_to_go(case):
    delivery.deliver(timezone.now())
    (letter,) = [one for one in outbox.outbox if one.to == [case.leaver.email]]
    whole = letter.body + letter.alternatives[0].content + letter.subject
    assert case.hand_over.reference in whole
    for secret in (case.hold.reference, case.colleague.name, "abuse", case.record.reference):
        assert secret not in whole


def aged(reference: str, days: float) -> str:
    class Before(TimestampSigner):
        def timestamp(self) -> str:
            return b62_encode(int(time.time() - days * 24 * 3600))

    return Before(salt="shielding.hand_over").sign(reference)


def answers(token: str) -> list[Any]:
    """Return what a browser of its own gets: the page, and the answer to its button."""
    browser = Client()
    link = f"/changed-hands/{token}/"
    pages = [browser.get(link), browser.post(link)]
    return [(page.status_code, main(page)) for page in pages]


def test_every_link_answers_alike_and_a_bad_one_does_nothing(case):
    good = case.told(case.leaver).reference
    other = told_links.token_for("hand_over", "IW-ZZZZ-ZZZZ")
    bad = ["nonsense", f"{good}:1:x", aged(good, 28.1), other, good, "%00", "x" * 4000]
    found = [answers(token) for token in bad]
    case.hand_over.refresh_from_db()
    assert case.hand_over.disputed_at is None
    first = answers(aged(good, 27.9))
    case.hand_over.refresh_from_db()
    assert case.hand_over.disputed_by == case.leaver
    again = answers(told_links.token_for("hand_over", good))
    assert all(one == first for one in [*found, again])
    assert len(entries("hand_over_disputed")) == 1


@pytest.mark.parametrize("state", ["shielded", "let go", "unshielding", "open", "closed"])
def test_the_reply_is_the_same_in_every_state(case, state):
    in_state(case, state)
    answered = answers(told_links.token_for("hand_over", case.told(case.manager).reference))
    assert answered == answers("nonsense")


def test_a_link_is_tried_as_often_as_one_for_a_password(case):
    browser = Client()
    almost_too_often("127.0.0.1")
    codes = [browser.post("/changed-hands/nonsense/").status_code for _ in range(3)]
    assert codes == [200, 429, 429]


def test_who_tries_too_often_keeps_no_word_out_that_counts(case):
    """A whole council may reach the site from one address: somebody in it could flood the page."""
    link, browser = (
        f"/changed-hands/{told_links.token_for('hand_over', case.told(case.leaver).reference)}/",
        Client(),
    )
    almost_too_often("127.0.0.1")
    while browser.post("/changed-hands/nonsense/").status_code != 429:
        pass
    assert browser.post(link).status_code == 200
    case.hand_over.refresh_from_db()
    assert case.hand_over.disputed_by == case.leaver


def test_a_link_of_another_kind_opens_nothing(case):
    signed = TimestampSigner(salt="another").sign(case.told(case.leaver).reference)
    answers(signed)
    case.hand_over.refresh_from_db()
    assert case.hand_over.disputed_at is None


# --- What follows, state by state -----------------------------------------------------------------
def in_state(case: Case, state: str) -> None:
    if state in ("let go", "unshielding", "open"):
        case.let_go()
    if state in ("unshielding", "open"):
        case.begin()
    if state == "open":
        case.open()
    if state == "closed":
        record = other_ends.propose_end(case.record, code="died", by=case.third, now=NOW)
        seen = [case.hold.reference]
        given = {"attested": True, "no_duplicate": True}
        other_ends.confirm_end(record, seen=seen, **given, by=case.fourth, now=NOW)


def missing(case: Case, by: User) -> list[str]:
    return [one.code for one in policies.unshield_missing(case.record, by, LATER)]


def test_a_shielded_record_cannot_be_unshielded_until_it_is_settled(case):
    case.let_go()
    case.say_wrong()
    assert case.record.state == states.SHIELDED
    assert (case.hold.source, case.hold.is_standing) == (case.leaver, True)
    assert missing(case, case.third) == ["holds_stand", "disputed"]
    case.let_go()
    assert missing(case, case.third) == ["disputed"]
    with pytest.raises(WrongState, match="disputed"):
        unshield.begin_unshield(case.record, by=case.third, now=LATER)
    page = main(at_desk(case.third).get(f"/records/{case.record.reference}/"))
    assert f"hand-over {case.hand_over.reference}" in page
    case.settle("rightful")
    assert missing(case, case.third) == []


def test_one_that_is_being_unshielded_is_to_be_shielded_now(case):
    in_state(case, "unshielding")
    case.say_wrong()
    record = case.record
    assert (record.state, record.unshield_begun_by) == (states.TO_SHIELD, None)
    assert (record.unshield_cancels, record.unshield_cancelled_of) == (1, case.third)
    with pytest.raises(unshield.Cancelled):
        unshield.confirm_unshield(record, by=case.fourth, now=LATER)
    assert (case.hold.source, case.hold.is_standing) == (case.leaver, True)
    attested = {"checked_on": LATER.date(), "no_duplicate": True, "found": "never_opened"}
    hold_actions.attest_applied(case.hold, **attested, by=case.fourth, now=LATER)
    assert missing(case, case.third) == ["holds_stand", "disputed"]


@pytest.mark.parametrize("state", ["open", "closed"])
def test_in_one_that_is_open_the_hold_stands_again_for_its_old_source(case, state):
    in_state(case, state)
    case.say_wrong()
    record = case.record
    assert (record.state, record.episode, record.applied_at) == (states.TO_SHIELD, 2, None)
    assert (case.hold.source, case.hold.episode) == (case.leaver, 2)
    assert (case.hold.is_standing, case.hold.family, case.hold.applied_at) == (True, "", None)
    assert record.review_due == case.hold.review_due
    assert Request.objects.get().practitioner == case.leaver
    hold_actions.attest_applied(
        case.hold, checked_on=LATER.date(), no_duplicate=True, by=case.third, now=LATER
    )
    assert case.record.state == states.SHIELDED


def test_one_that_was_never_applied_is_not_dropped_meanwhile():
    service, member = a_service(), an_iw_member()
    leaver, colleague = a_practitioner(service=service), a_practitioner(service=service)
    record = a_request(leaver).record
    hand_overs.hand_over(leaver, to=colleague, by=member, now=NOW)
    let_go(record.holds.get(), now=NOW)
    address = f"/records/{record.reference}/"
    assert "Look, and say whether it was ever shielded" in main(at_desk(member).get(address))
    told = HandOverTold.objects.get(person=leaver)
    disputes.say_wrong(told, by=leaver, now=LATER)
    # Its first review asks them.
    assert [one.answer for one in record.holds.get().consultations.owed()] == [""]
    with pytest.raises(WrongState, match="holds_stand"):
        attestations.attest_never_applied(record, by=member, now=LATER)
    let_go(record.holds.get(), now=LATER)
    with pytest.raises(WrongState, match="disputed"):
        attestations.attest_never_applied(record, by=member, now=LATER)
    assert "Look, and say whether it was ever shielded" not in main(at_desk(member).get(address))


def test_said_by_three_it_is_done_once_and_each_is_an_entry(case):
    in_state(case, "open")
    for person in (case.leaver, case.colleague, case.manager, case.leaver):
        case.say_wrong(person)
    assert (case.record.episode, case.hand_over.disputed_by) == (2, case.leaver)
    assert len(entries("hand_over_disputed")) == 3
    assert len(entries("hold_stands_again")) == 1


def test_the_leads_are_told_and_the_team_finds_it_at_home(case):
    lead = an_iw_member(lead=True)
    case.say_wrong()
    told = Notice.objects.filter(kind="hand_over_disputed").values_list("recipient", flat=True)
    assert set(told) == {lead.pk}
    home = at_desk(case.third).get("/")
    assert "Hand-overs said to be wrong" in main(home)
    listed = main(at_desk(case.third).get("/people/hand-overs/?show=disputed"))
    assert case.hand_over.reference in listed


# --- Settled --------------------------------------------------------------------------------------
def test_wrong_gives_the_hold_back(case):
    case.say_wrong()
    case.settle("wrong")
    assert (case.hold.source, case.hold.is_standing) == (case.leaver, True)
    assert Request.objects.get().practitioner == case.leaver
    assert case.hand_over.settled_by == case.third
    with pytest.raises(NotAllowed):
        letting_go.withdraw(case.hold, parting=GONE, by=case.colleague, now=LATER)


@pytest.mark.parametrize("on_word", [False, True])
def test_what_the_colleague_let_go_of_stands_again(case, on_word):
    let_go(case.hold, by=case.fourth if on_word else None, now=NOW + HOUR)
    case.say_wrong()
    case.settle("wrong")
    assert (case.hold.source, case.hold.is_standing) == (case.leaver, True)
    assert (case.record.state, case.record.episode) == (states.SHIELDED, 1)
    assert missing(case, case.third) == ["holds_stand"]


def test_what_is_open_asks_the_old_source_anew_of_what_stands_again(case):
    added = ask_for_review(case.hold, reason="risk_lower", by=case.third, now=NOW)
    said = {"views": "no", "sought_by": "", "family_told": "yes"}
    letting_go.answer(
        case.hold,
        **said | {"answer": "no_longer_needed", "parting": GONE},
        by=case.colleague,
        now=NOW + HOUR,
    )
    owed = case.hold.consultations.owed().select_related("review")
    assert owed.count() == 0
    case.say_wrong()
    anew = [("added", "", "", LATER.date() + DAY)]

    def asked() -> list[Any]:
        return [
            (one.review.kind, one.answer, one.family_told, one.first_mail_on) for one in owed.all()
        ]

    assert asked() == anew
    # Or it was let go of without a word of the reviews.
    case.let_go()
    assert owed.count() == 0
    case.settle("wrong")
    assert asked() == anew
    assert not review_policies.may_end_added_review(added, LATER)
    with pytest.raises(WrongState, match="already_open"):
        ask_for_review(case.hold, reason="risk_lower", by=case.leaver, now=LATER)
    letting_go.answer(case.hold, **said, answer="still_needed", by=case.leaver, now=LATER)
    assert review_policies.may_end_added_review(added, LATER)


def test_given_back_in_a_record_to_check_it_is_attested_anew(case):
    in_state(case, "unshielding")
    case.say_wrong()
    case.settle("wrong", by=case.fourth)
    assert (case.record.state, case.hold.is_standing) == (states.TO_SHIELD, True)
    hold_actions.attest_applied(
        case.hold,
        checked_on=LATER.date(),
        no_duplicate=True,
        found="never_opened",
        by=case.third,
        now=LATER,
    )
    assert case.record.state == states.SHIELDED


def test_what_the_leaver_let_go_of_before_stays_let_go():
    service = a_service()
    leaver, colleague = a_practitioner(service=service), a_practitioner(service=service)
    (hold,) = shielded_for(leaver)
    let_go(hold)
    Hold.objects.filter(pk=hold.pk).update(family="", family_at=None, family_by=None)
    hand_overs.hand_over(leaver, to=colleague, by=an_iw_member(), now=NOW + HOUR)
    hand_over = HandOver.objects.get(person=leaver)
    disputes.say_wrong(hand_over.told.get(person=leaver), by=leaver, now=LATER)
    disputes.settle(hand_over, verdict="wrong", by=an_iw_member(), now=LATER)
    hold.refresh_from_db()
    assert (hold.source, hold.is_standing) == (leaver, False)


def test_rightful_leaves_it_with_the_colleague_also_where_it_stood_again(case):
    in_state(case, "open")
    case.say_wrong()
    case.settle("rightful")
    assert (case.hold.source, case.hold.is_standing) == (case.colleague, True)
    assert Request.objects.get().practitioner == case.colleague


def test_rightful_gives_nothing_to_a_colleague_who_cannot_take_over_any_more(case):
    in_state(case, "open")
    case.say_wrong()
    suspending.suspend(case.colleague, by=case.fourth, now=LATER)
    case.settle("rightful")
    assert (case.hold.source, case.hold.is_standing) == (case.leaver, True)


def test_rightful_and_then_said_to_be_wrong_by_another_it_is_settled_again(case):
    case.say_wrong()
    case.settle("rightful")
    case.say_wrong(case.leaver)
    assert not case.hand_over.is_disputed
    case.say_wrong(case.manager)
    assert (case.hand_over.is_disputed, case.hand_over.verdict) == (True, "")
    case.settle("wrong")
    case.say_wrong(case.colleague)
    assert not case.hand_over.is_disputed


def test_a_chain_goes_back_to_whom_it_was_taken_from(case):
    last = a_practitioner(service=case.service)
    hand_overs.hand_over(case.colleague, to=last, by=case.third, now=NOW + HOUR)
    second = HandOver.objects.order_by("id").last()
    case.say_wrong()
    case.settle("wrong", by=case.fourth)
    assert case.hold.source == case.leaver
    disputes.say_wrong(second.told.get(person=case.colleague), by=case.colleague, now=LATER)
    disputes.settle(second, verdict="wrong", by=case.fourth, now=LATER)
    case.hold.refresh_from_db()
    assert case.hold.source == case.leaver


def test_rightful_in_a_chain_is_the_last_ones(case):
    last = a_practitioner(service=case.service)
    hand_overs.hand_over(case.colleague, to=last, by=case.third, now=NOW + HOUR)
    case.hold.refresh_from_db()
    let_go(case.hold, now=NOW + HOUR)
    unshield.begin_unshield(case.record, by=case.third, now=NOW + DAY)
    unshield.confirm_unshield(case.record, by=case.fourth, now=NOW + DAY)
    case.say_wrong()
    assert case.hold.source == case.leaver
    case.settle("rightful")
    assert case.hold.source == last


def test_rightful_gives_nothing_to_whom_it_was_wrongly_handed_on(case):
    last = a_practitioner(service=case.service)
    hand_overs.hand_over(case.colleague, to=last, by=case.third, now=NOW + HOUR)
    wrong = HandOver.objects.order_by("id").last()
    disputes.say_wrong(wrong.told.get(person=case.colleague), by=case.colleague, now=NOW + HOUR)
    disputes.settle(wrong, verdict="wrong", by=case.fourth, now=NOW + HOUR)
    case.hold.refresh_from_db()
    assert case.hold.source == case.colleague
    in_state(case, "open")
    case.say_wrong()
    assert case.hold.source == case.leaver
    case.settle("rightful")
    assert case.hold.source == case.colleague


# --- Who settles ----------------------------------------------------------------------------------
def test_not_by_who_proposed_or_confirmed_and_a_lead_where_one_is_free(case):
    case.say_wrong()
    for took_part in (case.proposer, case.confirmer):
        with pytest.raises(NotAllowed, match="second_person"):
            case.settle("rightful", by=took_part)
    lead = an_iw_member(lead=True)
    with pytest.raises(NotAllowed, match="second_person"):
        case.settle("rightful", by=case.third)
    for nobody in (case.leaver, case.colleague):
        with pytest.raises(NotAllowed, match="not_allowed"):
            case.settle("rightful", by=nobody)
    case.settle("rightful", by=lead)
    with pytest.raises(WrongState, match="not_disputed") as refused:
        case.settle("wrong", by=lead)
    assert lead.name in refused.value.message


def test_not_by_who_could_be_the_colleague(case):
    """Whoever let the colleague's account be used again could be them."""
    lead = an_iw_member(lead=True)
    suspending.suspend(case.colleague, by=case.third, now=NOW + HOUR)
    suspending.reactivate(case.colleague, by=lead, now=NOW + HOUR)
    case.say_wrong()
    with pytest.raises(NotAllowed, match="second_person"):
        case.settle("rightful", by=lead)
    page = main(at_desk(lead).get(f"/people/hand-overs/{case.hand_over.reference}/"))
    assert "It is not yours to settle" in page
    case.settle("wrong", by=case.fourth)


def test_who_handled_the_account_before_what_moved_was_asked_for_may_settle(case):
    suspending.suspend(case.colleague, by=case.fourth, now=NOW - DAY)
    suspending.reactivate(case.colleague, by=case.third, now=NOW - HOUR)
    case.say_wrong()
    case.settle("rightful", by=case.third)


def test_not_what_nobody_disputes_and_not_without_a_verdict(case):
    with pytest.raises(WrongState, match="not_disputed"):
        case.settle("wrong")
    case.say_wrong()
    with pytest.raises(WrongState, match="no_verdict"):
        case.settle("perhaps")


def test_the_page_settles_it_and_names_who_may(case):
    case.say_wrong()
    address = f"/people/hand-overs/{case.hand_over.reference}/"
    page = main(at_desk(case.proposer).get(address))
    assert "It is not yours to settle" in page
    assert case.third.name in page
    assert at_desk(case.proposer).get(f"{address}settle/").url == address
    browser = at_desk(case.third)
    seen = case.hand_over.disputed_at.isoformat()
    assert f'name="seen" value="{seen}"' in browser.get(f"{address}settle/").content.decode()
    empty = browser.post(f"{address}settle/", {})
    assert "Select whether the hand-over was right" in main(empty)
    assert "is settled" in main(
        browser.post(f"{address}settle/", {"verdict": "wrong", "seen": seen}, follow=True)
    )
    case.hold.refresh_from_db()
    assert case.hold.source == case.leaver


@pytest.mark.parametrize("who", ["proposer", "confirmer"])
def test_postgresql_wants_a_third_as_well(case, who):
    case.say_wrong()
    wrong = {"settled_at": NOW, "settled_by": getattr(case, who), "verdict": "rightful"}
    with pytest.raises(IntegrityError, match="hand_over_settled_by_a_third"), transaction.atomic():
        HandOver.objects.update(**wrong)
