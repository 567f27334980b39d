"""A suspension that is said to be wrong is settled: what follows, and by whom."""

import pytest
from django.db import IntegrityError, transaction

from shielding.accounts import suspending
from shielding.accounts.models import Service, User
from shielding.accounts.suspensions import Suspension, SuspensionTold
from shielding.holds import letting_go
from shielding.holds.disputes import suspension_actions as disputes
from shielding.models import Record
from shielding.notices.models import Notice
from shielding.records import states
from shielding.web.refusals import NotAllowed, WrongState
from tests.requests_app.support.desk import at_desk, main
from tests.shielding.holds.disputes.support.suspensions import HOUR, LATER, Case, in_state, missing
from tests.support.entries import entries
from tests.support.people import a_practitioner, an_administrator, an_auditor, an_iw_member
from tests.support.replay import replay
from tests.support.requests import NOW
from tests.support.shielded_records import DAY, GONE, let_go, shielded_for

pytestmark = pytest.mark.django_db


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


def test_what_a_member_let_go_of_while_it_was_in_dispute_stands_again(case):
    case.suspend()
    case.say_wrong()
    case.let_go(now=LATER)
    assert not case.hold.is_standing
    case.settle("wrong", by=case.fourth)
    assert (case.hold.source, case.hold.is_standing) == (case.source, True)


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
    suspending.reactivate(case.source, by=case.second, now=NOW + DAY)


def suspended_anew(case: Case) -> None:
    reactivated(case)
    suspending.suspend(case.source, by=case.second, now=NOW + DAY)


def service_closed(case: Case) -> None:
    Service.objects.update(closed_at=NOW, closed_by=case.second)


@pytest.mark.parametrize(
    ("meanwhile", "words", "active"),
    [
        (reactivated, "let in again already", True),
        (suspended_anew, "suspended again since", False),
        pytest.param(
            service_closed,
            "its service is closed",
            False,
            marks=pytest.mark.behind_the_acts("colleagues work in it: it could not be closed"),
        ),
    ],
)
def test_an_account_that_cannot_be_let_in_again_stays_as_it_is_and_the_page_says_so(
    case, meanwhile, words, active
):
    in_state(case, "let go")
    case.say_wrong()
    meanwhile(case)
    browser, address = at_desk(case.fourth), f"/people/suspensions/{case.suspension.reference}/"
    given = {"verdict": "wrong", "seen": case.suspension.disputed_at.isoformat()}
    done = browser.post(address, given, follow=True)
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


ROLES = {
    "a member": (an_iw_member, True),
    "a practitioner": (a_practitioner, False),
    "an auditor": (an_auditor, False),
    "an administrator": (an_administrator, False),
}


@pytest.mark.parametrize("whom", [a_practitioner, an_iw_member, an_auditor, an_administrator])
@pytest.mark.parametrize("by", ROLES)
def test_of_whatever_role_a_member_settles_it_and_nobody_else(whom, by):
    (person, _remains), (make, may) = (whom(), whom()), ROLES[by]
    suspending.suspend(person, by=an_administrator(), now=NOW)
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
        suspending.suspend(case.source, by=case.second, now=NOW)
        suspending.reactivate(case.source, by=case.fourth, now=NOW)
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
    suspending.suspend(person, by=an_administrator(), now=NOW)
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
    seen = stopped.suspension.disputed_at.isoformat()
    done = browser.post(address, {"verdict": "wrong", "seen": seen}, follow=True)
    assert "is settled" in main(done)
    assert "Settle it" not in main(done)
    assert "Nobody says that a suspension is wrong" in main(browser.get("/people/suspensions/"))


def test_a_page_that_was_open_meanwhile_settles_no_word_that_its_reader_never_saw(stopped):
    stopped.say_wrong()
    address = f"/people/suspensions/{stopped.suspension.reference}/"
    given = {"verdict": "rightful", "seen": stopped.suspension.disputed_at.isoformat()}
    open_page = at_desk(stopped.third)
    assert f'name="seen" value="{given["seen"]}"' in open_page.get(address).content.decode()
    stopped.settle("rightful", by=stopped.fourth)
    stopped.say_wrong(stopped.manager, now=LATER + HOUR)
    answer = open_page.post(address, given)
    assert answer.status_code == 409
    assert "settled meanwhile, and somebody else who was told of it says" in main(answer)
    assert stopped.manager.name in main(answer)
    assert stopped.suspension.is_disputed


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
