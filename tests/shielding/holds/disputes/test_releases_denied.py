"""A source says on the phone that they did not let go: it stands again, and leads hear of it."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.urls import reverse

from logbook.days import clock_now
from requests_app.models import Request
from shielding.accounts import actions as directory
from shielding.accounts.models import User
from shielding.holds import letting_go
from shielding.holds.disputes import policies, release_actions
from shielding.holds.disputes.notices import to_look_into
from shielding.models import Hold
from shielding.notices.models import Notice
from shielding.records.letting_go_to_attest import owed_for
from shielding.records.presenters import page_of_hold
from shielding.unshield import actions as unshield
from shielding.web.refusals import NotAllowed, WrongState
from tests.requests_app.go_live.support.files import a_file, a_row, taken_over
from tests.requests_app.support.desk import at_desk, main
from tests.support.entries import entries
from tests.support.made_once import made_once
from tests.support.people import a_practitioner, an_auditor, an_iw_member
from tests.support.replay import replay
from tests.support.shielded_records import DAY, GONE, agreed_holds, let_go

pytestmark = pytest.mark.django_db
GONE_READ = replace(GONE, number_read=True)


class Case:
    """A shield that a file put to a practitioner, who may not be whose it is."""

    def __init__(self) -> None:
        self.lead = an_iw_member(lead=True)
        self.one, self.two, self.three = (an_iw_member() for _ in range(3))
        self.person = a_practitioner()
        taken_over(a_file(a_row(self.person)), one=an_iw_member(), two=self.lead)
        self.now = clock_now()

    @property
    def hold(self) -> Hold:
        return Hold.objects.select_related("record", "source").get(file_import__isnull=False)

    def on_word(self) -> Hold:
        letting_go.withdraw(self.hold, parting=GONE_READ, by=self.one, now=self.now)
        return self.hold

    def attested(self) -> Hold:
        let_go(self.hold, now=self.now)
        letting_go.attest_word(self.hold, phoned=True, by=self.one, now=self.now)
        return self.hold

    def deny(self, by, **given) -> Hold:
        given = {"phoned": True, "now": self.now} | given
        return release_actions.deny_release(self.hold, by=by, **given)


@pytest.fixture(scope="module")
def made(django_db_setup, django_db_blocker):
    with made_once(Case, django_db_blocker) as copy:
        yield copy


@pytest.fixture
def case(made, db):
    yield made()
    assert replay()[0] == []


def test_what_one_member_recorded_of_a_file_stands_again_by_any_until_it_is_open(case):
    gone = case.on_word()
    # It waits for no call, and they said something else: also who recorded it learns so.
    assert owed_for(gone) == ""
    for member in (case.one, case.two):
        assert policies.may_deny_release(member, gone, case.now)
    stands = case.deny(case.one, seen=gone.released_at)
    assert (stands.is_standing, stands.source) == (True, case.person)
    assert Request.objects.get(hold=stands).practitioner == case.person
    ((_, actor, facts),) = entries("release_denied")
    assert actor == str(case.one.uid)
    assert facts == {
        "source": str(case.person.uid),
        "how": "on_word",
        "released_by": str(case.one.uid),
        "attested_by": "",
    }
    # Each time the leads are told, and the auditor reads whose word it was.
    case.on_word()
    case.deny(case.two)
    # The claim itself forgets it: the pages of the team say so.
    desk, twice = at_desk(case.lead), "Said not to have been withdrawn"
    lines = [
        f"recorded by {one.name} Withdrawn before by {case.one.name}"
        for one in (case.one, case.two)
    ]
    card = main(desk.get(reverse("record_detail", args=[stands.record.reference])))
    assert card.count(twice) == 2
    assert [line for line in lines if line not in card] == []
    page = main(desk.get(page_of_hold(stands)))
    assert page.count(twice) == 2
    assert page.count(f"Withdrawn before by {case.one.name}: ") == 2
    # Its practitioner reads what they read of any that stands again.
    client = at_desk(case.person)
    assert twice not in main(client.get(reverse("request_detail", args=[stands.reference])))
    told = Notice.objects.filter(kind="release_denied", subject=stands.reference)
    assert list(told.values_list("recipient", flat=True)) == [case.lead.pk] * 2
    page = main(at_desk(an_auditor()).get("/logbook/misuse/"))
    for said_by in (case.one, case.two):
        assert f"{stands.reference} {said_by.name}" in page
    assert page.count(f"{case.person.name} {case.one.name}") == 2


def test_an_attested_call_about_one_of_a_file_can_be_the_wrong_one_too(case):
    gone = case.attested()
    desk, denied = at_desk(case.two), reverse("hold_denied", args=[gone.reference])
    card = desk.get(reverse("record_detail", args=[gone.record.reference])).content.decode()
    assert denied in card
    whose = reverse("hold_hand_over", args=[gone.reference])
    assert denied in desk.get(whose).content.decode()
    page = desk.get(denied).content.decode()
    assert reverse("person", args=[case.person.uid]) in page
    assert "stands again" in main(desk.post(denied, {"phoned": "on"}, follow=True))
    assert case.hold.is_standing
    ((_, _, facts),) = entries("release_denied")
    assert (facts["how"], facts["attested_by"]) == ("source", str(case.one.uid))
    card = main(desk.get(reverse("record_detail", args=[gone.record.reference])))
    assert f"Withdrawn before by {case.person.name}" in card
    assert f"attested by {case.one.name}" in card


def test_where_the_only_lead_recorded_the_word_all_the_team_hears(case):
    letting_go.withdraw(case.hold, parting=GONE_READ, by=case.lead, now=case.now)
    stands = case.deny(case.two)
    told = Notice.objects.filter(kind="release_denied", subject=stands.reference)
    team = set(User.objects.working().iw_team().values_list("pk", flat=True))
    assert set(told.values_list("recipient", flat=True)) == team
    assert {case.one.pk, case.two.pk, case.lead.pk} < team
    # They hear it when it is sent, too.
    assert {one.pk for one in to_look_into(stands.reference, case.now)} == team


def test_who_means_another_child_asks_for_that_one_in_a_request_of_its_own(case):
    desk, says = at_desk(case.two), "They ask for the right record in a request of its own, at once"
    its = [case.hold.reference]
    for page in ("hold_let_go", "hold_hand_over"):
        assert says in main(desk.get(reverse(page, args=its))), page
    (sent,) = agreed_holds(case.person)
    assert says not in main(desk.get(reverse("hold_let_go", args=[sent.reference])))
    with pytest.raises(WrongState, match="taken_over") as refused:
        letting_go.take_back(case.hold, in_error=True, by=case.one, now=case.now)
    assert "the right record in a request of its own" in refused.value.message
    case.on_word()
    assert says in main(desk.get(reverse("hold_denied", args=its)))


def test_while_it_is_being_unshielded_it_is_to_be_checked_now(case):
    gone, later = case.on_word(), case.now + 7 * DAY
    unshield.begin_unshield(gone.record, by=case.two, now=later)
    desk, denied = at_desk(case.three), reverse("hold_denied", args=[gone.reference])
    assert "Look at it on ContactPoint at once" in main(desk.get(denied))
    record = case.deny(case.three, now=later).record
    record.refresh_from_db()
    assert (record.state, record.unshield_cancels) == ("to_shield", 1)
    assert len(entries("unshield_disputed")) == 1


def test_once_it_is_open_to_all_it_asks_by_a_new_request(case):
    gone, later = case.on_word(), case.now + 7 * DAY
    record = unshield.begin_unshield(gone.record, by=case.two, now=later)
    unshield.confirm_unshield(record, by=case.three, now=later)
    assert not policies.may_deny_release(case.two, case.hold, later)
    # Whoever hears it on the phone reads what to do: the refusal, the page and the card say so.
    do = "Check ContactPoint now, and log a new request by phone at once"
    with pytest.raises(WrongState, match="not_to_deny") as refused:
        case.deny(case.two, now=later)
    assert do in refused.value.message
    desk, denied = at_desk(case.two), reverse("hold_denied", args=[gone.reference])
    page = desk.get(reverse("record_detail", args=[record.reference]))
    assert denied not in page.content.decode()
    assert main(page).count(do) == 1
    back = desk.get(denied, follow=True)
    assert back.redirect_chain == [(reverse("record_detail", args=[record.reference]), 302)]
    assert back.content.decode().count(do) == 2


def test_only_with_the_call_about_what_was_shown_and_by_the_team(case):
    for refused, given in (
        (NotAllowed, {"by": case.person}),
        (WrongState, {"by": case.two}),  # It stands.
    ):
        with pytest.raises(refused):
            case.deny(**given)
    gone = case.on_word()
    assert not policies.may_deny_release(case.person, gone, case.now)
    for code, given in (
        ("not_phoned", {"phoned": False}),
        ("let_go_anew", {"seen": gone.released_at - timedelta(minutes=1)}),
    ):
        with pytest.raises(WrongState, match=code):
            case.deny(case.two, **given)
    # Of what was sent here only where a call is owed.
    (sent,) = agreed_holds(case.person)
    letting_go.withdraw(sent, parting=GONE, by=case.one, now=case.now)
    with pytest.raises(WrongState, match="not_to_deny"):
        release_actions.deny_release(sent, phoned=True, by=case.two, now=case.now)


def test_where_a_call_is_owed_who_may_not_attest_it_does_not_deny_it(case):
    directory.set_phone(case.person, "01632 960 002", by=case.two, now=case.now - DAY)
    gone = let_go(case.hold, now=case.now)
    assert owed_for(gone) == "taken_over"
    with pytest.raises(NotAllowed, match="second_person"):
        case.deny(case.two)
    card = at_desk(case.two).get(reverse("record_detail", args=[gone.record.reference]))
    assert reverse("hold_denied", args=[gone.reference]) not in card.content.decode()
    assert case.deny(case.one).is_standing
