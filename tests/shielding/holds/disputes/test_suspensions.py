"""A suspension that is said to be wrong: what follows, in every state of a record."""

from datetime import timedelta

import pytest
from django.core import mail as outbox
from django.test import Client
from django.utils import timezone

from requests_app.models import Request
from shielding.accounts.models import User
from shielding.holds import actions as hold_actions
from shielding.holds import letting_go
from shielding.models import Hold
from shielding.notices import delivery
from shielding.notices.models import Notice
from shielding.records import states
from shielding.unshield import actions as unshield
from shielding.unshield import attestations, other_ends, policies
from shielding.web.refusals import WrongState
from tests.requests_app.support.desk import at_desk, main
from tests.shielding.holds.disputes.support.suspensions import HOUR, LATER, Case, in_state, missing
from tests.support import hand_overs
from tests.support.entries import entries
from tests.support.people import a_practitioner, an_administrator, an_iw_member
from tests.support.requests import NOW
from tests.support.shielded_records import DAY, let_go, shielded_for

pytestmark = pytest.mark.django_db


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
        attestations.attest_never_applied(case.record, by=case.third, now=LATER)
    case.let_go(now=LATER)
    with pytest.raises(WrongState, match="disputed"):
        attestations.attest_never_applied(case.record, by=case.third, now=LATER)
    page = main(at_desk(case.third).get(f"/records/{case.record.reference}/"))
    assert "Look, and say whether it was ever shielded" not in page


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


def test_a_request_that_a_colleague_got_once_it_was_let_go_is_its_sources_again(case):
    """Of what was let go only the request went with the hand-over, for its review was open."""
    colleague = a_practitioner(service=case.service)
    in_state(case, "to shield")
    case.let_go()
    hand_overs.hand_over(
        case.source, to=colleague, proposed_by=case.stopper, by=case.second, now=NOW + 3 * HOUR
    )
    request = Request.objects.get(hold=case.hold)
    assert (request.practitioner, case.hold.source) == (colleague, case.source)
    case.say_wrong()
    request.refresh_from_db()
    assert (request.practitioner, case.hold.source) == (case.source, case.source)
    case.settle("wrong")
    assert "You withdrew" not in read_by(case.source, case.hold)[2]


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
