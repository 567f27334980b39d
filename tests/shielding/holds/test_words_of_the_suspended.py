"""A release by an account suspended about then waits for a member's call, and opens nothing."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from logbook.models import Entry
from shielding.accounts import suspending
from shielding.accounts.models import User
from shielding.holds import letting_go
from shielding.models import Hold, Record
from shielding.records import states
from shielding.unshield import actions as unshield
from shielding.unshield import attestations, policies
from shielding.web.refusals import NotAllowed, WrongState
from tests.requests_app.support.desk import at_desk, main
from tests.support import hand_overs
from tests.support.people import (
    a_practitioner,
    a_service,
    an_administrator,
    an_auditor,
    an_iw_member,
)
from tests.support.replay import replay
from tests.support.requests import NOW
from tests.support.shielded_records import DAY, agreed_holds, hold_on, let_go, place

pytestmark = pytest.mark.django_db
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
LATER = NOW + DAY
BEFORE = NOW - 40 * DAY


@pytest.fixture
def team() -> list[User]:
    """The three members of the smallest team, and nobody else once `only` ran."""
    return [an_iw_member(name=f"Member {name}") for name in "ABC"]


def only(team: list[User]) -> None:
    User.objects.iw_team().exclude(pk__in=[one.pk for one in team]).update(is_active=False)


def by_a_stopped_account(team: list[User], *, suspended: timedelta) -> Hold:
    """Return a hold whose source let go at NOW and was suspended so much after (or before) it."""
    source, administrator = a_practitioner(), an_administrator()
    (hold,) = agreed_holds(source, now=BEFORE)
    only(team)
    if suspended < timedelta(0):
        suspending.suspend(source, by=administrator, now=NOW + suspended)
        suspending.reactivate(source, by=administrator, now=NOW + suspended / 2)
        source.refresh_from_db()
    hold = let_go(Hold.objects.get(pk=hold.pk))
    if suspended >= timedelta(0):
        suspending.suspend(source, by=administrator, now=NOW + suspended)
    return hold


def attest(hold: Hold, by: User, *, phoned: bool = True) -> Hold:
    return letting_go.attest_word(hold, phoned=phoned, by=by, now=LATER)


def begin(record: Record, by: User) -> Record:
    return unshield.begin_unshield(record, by=by, now=LATER)


def confirm(record: Record, by: User) -> Record:
    return unshield.confirm_unshield(record, by=by, now=LATER)


def missing(hold: Hold, by: User) -> list[str]:
    return [one.code for one in policies.unshield_missing(hold.record, by, NOW + 40 * DAY)]


@pytest.mark.parametrize(
    ("suspended", "waits"),
    [
        (timedelta(0), True),
        (timedelta(minutes=5), True),
        (timedelta(days=28), True),
        (timedelta(days=28, seconds=1), False),
        (-timedelta(days=3), True),
        (-timedelta(days=3, seconds=1), False),
    ],
)
def test_a_release_by_an_account_suspended_about_then_waits(team, suspended, waits):
    hold = by_a_stopped_account(team, suspended=suspended)
    assert missing(hold, team[0]) == (["word"] if waits else [])


def test_it_keeps_the_unshield_from_beginning_until_a_member_phoned(team):
    hold = by_a_stopped_account(team, suspended=5 * MINUTE)
    with pytest.raises(WrongState, match="word"):
        begin(hold.record, team[0])
    assert attest(hold, team[0]).word_attested_by == team[0]
    entry = Entry.objects.get(event="word_attested")
    assert (entry.reference, entry.actor) == (hold.reference, team[0].uid)
    assert begin(hold.record, team[1]).state == states.UNSHIELDING
    assert replay()[0] == []


def test_who_phoned_may_begin_and_not_confirm(team):
    hold = by_a_stopped_account(team, suspended=5 * MINUTE)
    attest(hold, team[0])
    record = begin(hold.record, team[1])
    with pytest.raises(NotAllowed, match="second_person"):
        confirm(record, team[0])
    unshield.stop_unshield(record, found="never_opened", by=team[2], now=LATER)
    assert confirm(begin(record, team[0]), team[2]).state == states.NOT_SHIELDED


def test_an_unshield_begun_meanwhile_is_stopped_by_who_looks_and_never_confirmed(team):
    (hold,) = agreed_holds(now=BEFORE)
    only(team)
    record = begin(let_go(hold).record, team[0])
    suspending.suspend(hold.source, by=an_administrator(), now=LATER)
    with pytest.raises(WrongState, match="word"):
        confirm(record, team[1])
    browser, address = at_desk(team[1]), f"/records/{record.reference}/"
    page = main(browser.get(address))
    assert "The account that withdrew was suspended about then" in page
    assert "Nobody can confirm: look at the record on ContactPoint, stop this" in page
    assert "Confirm: it is unshielded" not in page
    # Nor by phoning while it may be open: it is stopped first.
    with pytest.raises(WrongState, match="unshielding"):
        attest(hold, team[2])
    assert "stop that first" in main(
        browser.get(f"/by-phone/{hold.reference}/attest/", follow=True)
    )
    unshield.stop_unshield(record, found="shielded_again", by=team[1], now=LATER)
    with pytest.raises(WrongState, match="word"):
        begin(record, team[0])
    attest(hold, team[2])
    assert confirm(begin(record, team[0]), team[1]).state == states.NOT_SHIELDED


def test_a_request_that_arrives_meanwhile_is_asked_about_alone(team):
    hold = by_a_stopped_account(team, suspended=5 * MINUTE)
    place(hold.record, now=LATER)
    assert "holds_stand" in missing(hold, team[0])
    attest(hold, team[0])
    assert "word" not in missing(hold, team[0])


def test_within_three_days_of_a_suspension_only_their_word_lets_go_and_takes_two(team):
    source = a_practitioner()
    (hold,) = agreed_holds(source, now=BEFORE)
    only(team)
    suspending.suspend(source, by=an_administrator(), now=NOW - DAY)
    with pytest.raises(NotAllowed):
        let_go(hold, by=User.objects.get(pk=source.pk))
    hold = let_go(hold, by=team[0])
    assert missing(hold, team[1]) == ["word"]
    with pytest.raises(NotAllowed, match="second_person"):
        attest(hold, team[0])
    attest(hold, team[1])
    with pytest.raises(WrongState, match="could_be_the_source"):
        begin(hold.record, team[0])
    assert confirm(begin(hold.record, team[1]), team[2]).state == states.NOT_SHIELDED


def test_a_release_that_a_member_recorded_waits_once_their_own_account_is_suspended(team):
    hold = let_go(agreed_holds(now=BEFORE)[0], by=team[0])
    assert missing(hold, team[1]) == []
    suspending.suspend(team[0], by=an_administrator(), now=NOW + HOUR)
    assert missing(hold, team[1]) == ["word"]
    # Nor does the suspension of a source whose word another took.
    other = let_go(agreed_holds(now=BEFORE)[0], by=team[1])
    suspending.suspend(other.source, by=an_administrator(), now=NOW + HOUR)
    assert missing(other, team[1]) == []


def test_nor_is_it_never_applied(team):
    hold = hold_on("CP12345678", now=BEFORE)
    let_go(hold)
    suspending.suspend(hold.source, by=an_administrator(), now=NOW + HOUR)
    with pytest.raises(WrongState, match="word"):
        attestations.attest_never_applied(hold.record, by=team[0], now=LATER)
    page = main(at_desk(team[0]).get(f"/records/{hold.record.reference}/"))
    assert "Look, and say whether it was ever shielded" not in page
    attest(hold, team[0])
    record = attestations.attest_never_applied(hold.record, by=team[0], now=LATER)
    assert record.state == states.NOT_SHIELDED


def test_who_could_be_the_source_attests_nothing(team):
    leaver = a_practitioner(service=a_service())
    (hold,) = agreed_holds(leaver, now=BEFORE)
    to = a_practitioner(service=leaver.service)
    hand_overs.hand_over(leaver, to=to, proposed_by=team[0], by=team[1], now=NOW - DAY)
    hold = let_go(Hold.objects.get(pk=hold.pk))
    suspending.suspend(to, by=an_administrator(), now=NOW + HOUR)
    with pytest.raises(NotAllowed, match="second_person"):
        attest(hold, team[0])
    attest(hold, team[1])


def test_the_call_of_a_member_who_left_counts_no_more(team):
    hold = by_a_stopped_account(team, suspended=5 * MINUTE)
    attest(hold, team[0])
    User.objects.filter(pk=team[0].pk).update(is_active=False)
    an_iw_member()
    assert missing(hold, team[1]) == ["word"]
    attest(hold, team[1])
    assert missing(hold, team[2]) == []
    assert replay()[0] == []


@pytest.mark.parametrize("who", [a_practitioner, an_auditor, an_administrator])
def test_nobody_else_says_that_they_phoned(team, who):
    hold = by_a_stopped_account(team, suspended=5 * MINUTE)
    with pytest.raises(NotAllowed):
        attest(hold, who())
    assert at_desk(who()).get(f"/by-phone/{hold.reference}/attest/").status_code == 403


def test_nor_a_newly_granted_member_nor_without_a_call_nor_twice(team):
    hold = by_a_stopped_account(team, suspended=5 * MINUTE)
    with pytest.raises(NotAllowed, match="second_person"):
        attest(hold, an_iw_member(second_person_from=LATER + HOUR))
    with pytest.raises(WrongState, match="not_phoned"):
        attest(hold, team[0], phoned=False)
    attest(hold, team[0])
    with pytest.raises(WrongState, match="not_to_attest"):
        attest(hold, team[1])
    assert Entry.objects.filter(event="word_attested").count() == 1


def test_of_not_agreed_by_two_nobody_attests_a_word(team):
    hold = let_go(agreed_holds()[0])
    Hold.objects.filter(pk=hold.pk).update(
        released_how="not_agreed", released_by=team[0], release_proposed_by=team[1]
    )
    kept = {"word_attested_at": NOW, "word_attested_by": team[2]}
    with (
        pytest.raises(IntegrityError, match="hold_word_by_two"),
        transaction.atomic(),
    ):
        Hold.objects.filter(pk=hold.pk).update(**kept)


def test_every_page_that_counts_on_it_says_so(team):
    hold = by_a_stopped_account(team, suspended=5 * MINUTE)
    browser, address = at_desk(team[0]), f"/by-phone/{hold.reference}/attest/"
    record = f"/records/{hold.record.reference}/"
    page = browser.get(record)
    assert address in page.content.decode()
    assert f"Attest that they withdrew request {hold.reference}" in main(page)
    assert "Until then the record cannot be unshielded." in main(page)
    assert "suspended within 28 days after it" in main(page)
    assert (
        "The account that withdrew was suspended about then, and no member attested by a call "
        f"that they withdrew: {hold.reference}." in main(page)
    )
    assert "A release waits for a call" in main(browser.get("/records/to-unshield/"))
    assert "Releases to confirm by phone" in main(browser.get("/"))
    listed = main(browser.get("/by-phone/attest/"))
    assert hold.reference in listed
    assert "suspended within 28 days after it" in listed
    assert "their line manager or service" in main(browser.get(address))
    page = main(browser.post(address, {"phoned": "on"}, follow=True))
    assert "It is attested" in page
    assert "Their word" in page
    assert "suspended" not in page
    assert "No release waits for a call." in main(browser.get("/by-phone/attest/"))
    assert "A release waits for a call" not in main(browser.get("/records/to-unshield/"))


def test_the_source_sees_nothing_of_it(team):
    source = a_practitioner()
    (hold,) = agreed_holds(source, now=BEFORE)
    hold = let_go(hold)
    before = main(at_desk(source).get(f"/requests/{hold.reference}/"))
    administrator = an_administrator()
    suspending.suspend(source, by=administrator, now=NOW + HOUR)
    suspending.reactivate(source, by=administrator, now=NOW + 2 * HOUR)
    attest(hold, team[0])
    assert main(at_desk(source).get(f"/requests/{hold.reference}/")) == before


# --- On their word, and stopped before they could hear of it --------------------------------------
@pytest.mark.parametrize(
    ("suspended", "waits"),
    [
        (MINUTE, True),
        (timedelta(days=28), True),
        (timedelta(days=28, seconds=1), False),
    ],
)
def test_a_word_waits_once_who_recorded_it_suspends_its_source(team, suspended, waits):
    (hold,) = agreed_holds(now=BEFORE)
    only(team)
    hold = let_go(hold, by=team[0])
    suspending.suspend(hold.source, by=team[0], now=NOW + suspended)
    assert missing(hold, team[1]) == (["word"] if waits else [])


def test_who_records_a_word_and_stops_the_account_opens_nothing_unheard(team):
    (hold,) = agreed_holds(now=BEFORE)
    only(team)
    hold = let_go(hold, by=team[0])
    suspending.suspend(hold.source, by=team[0], now=NOW + MINUTE)
    with pytest.raises(WrongState, match="word"):
        begin(hold.record, team[0])
    with pytest.raises(NotAllowed, match="second_person"):
        attest(hold, team[0])
    page = main(at_desk(team[1]).get(f"/records/{hold.record.reference}/"))
    assert "Who recorded that they withdrew suspended their account" in page
    attest(hold, team[1])
    assert confirm(begin(hold.record, team[0]), team[2]).state == states.NOT_SHIELDED
    assert replay()[0] == []
