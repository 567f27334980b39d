"""One request that a file put to the wrong practitioner goes to another, of any service, by two."""

import pytest
from django.test import Client
from django.urls import reverse

from brokerage.desk import actions as access_desk
from brokerage.line_manager import actions as access_manager
from brokerage.models import Liaison
from logbook.days import clock_now
from requests_app.models import Request
from shielding.accounts import actions as directory
from shielding.accounts.history import Change, remember
from shielding.accounts.models import User
from shielding.holds import policies as hold_policies
from shielding.holds.disputes import hand_over_actions as disputes
from shielding.holds.disputes import policies as dispute_policies
from shielding.holds.disputes import release_actions
from shielding.holds.hand_over import actions as acts
from shielding.holds.hand_over import policies
from shielding.holds.hand_over.models import HandOver
from shielding.holds.moves import policies as moves
from shielding.models import Hold, Record
from shielding.notices.models import Notice
from shielding.records.letting_go_to_attest import owed_for
from shielding.reviews import actions as reviews
from shielding.reviews.reminders import raise_reminders
from shielding.web.refusals import NotAllowed, WrongState
from tests.brokerage.support import cast as access
from tests.requests_app.go_live.support.files import a_file, a_row, taken_over
from tests.requests_app.support.desk import at_desk, main
from tests.support import hand_overs
from tests.support.entries import entries
from tests.support.made_once import made_once
from tests.support.people import a_practitioner, an_iw_member
from tests.support.replay import replay
from tests.support.requests import a_number
from tests.support.shielded_records import DAY, agreed_holds, let_go

pytestmark = pytest.mark.django_db


class Case:
    """Two shields whose rows named a practitioner; one of them is another's, of another service."""

    def __init__(self) -> None:
        self.proposed_file, self.confirmed_file, self.one, self.two = (
            an_iw_member() for _ in range(4)
        )
        self.manager = a_practitioner()
        self.first = a_practitioner(service=self.manager.service, manager=self.manager)
        self.number = a_number()
        rows = [a_row(self.first, self.number), a_row(self.first)]
        taken_over(a_file(*rows), one=self.proposed_file, two=self.confirmed_file)
        User.objects.iw_team().exclude(
            pk__in=[one.pk for one in (self.proposed_file, self.confirmed_file, self.one, self.two)]
        ).update(is_active=False)
        self.its_manager = a_practitioner()
        self.right = a_practitioner(service=self.its_manager.service, manager=self.its_manager)
        holds = Hold.objects.select_related("record")
        self.holds = sorted(holds, key=lambda one: one.record.number_in_clear() != self.number)
        self.now = clock_now()

    @property
    def hold(self) -> Hold:
        return Hold.objects.select_related("record", "source").get(pk=self.holds[0].pk)

    def propose(self, by: User | None = None, to: User | None = None) -> HandOver:
        to = to or self.right
        return acts.propose_alone(self.hold, to=to, by=by or self.one, now=self.now)

    def hand_over(self) -> HandOver:
        proposal = self.propose()
        hand_overs.confirmed(proposal, by=self.two, now=self.now)
        return HandOver.objects.with_people().get(pk=proposal.pk)


@pytest.fixture(scope="module")
def made(django_db_setup, django_db_blocker):
    with made_once(Case, django_db_blocker) as copy:
        yield copy


@pytest.fixture
def case(made, db):
    yield made()
    assert replay()[0] == []


def test_it_goes_alone_to_another_service_with_its_request_and_its_open_question(case):
    later = case.now + 3 * DAY
    reviews.open_due_reviews(case.now)
    raise_reminders(later)
    owed = Notice.objects.filter(recipient=case.first, mentions=case.hold.reference)
    assert owed.filter(fate="queued").exists()
    proposal = case.propose()
    assert case.hold.source == case.first
    assert hand_overs.confirmed(proposal, by=case.two, now=later) == 1
    assert (case.hold.source, case.hold.is_standing) == (case.right, True)
    assert Request.objects.get(hold=case.hold).practitioner == case.right
    other = Hold.objects.get(pk=case.holds[1].pk)
    assert other.source == Request.objects.get(hold=other).practitioner == case.first
    assert set(Record.objects.values_list("state", flat=True)) == {"shielded"}
    # Who had it is owed nothing about it any more, and whose it is is asked.
    assert not owed.filter(fate="queued").exists()
    assert Notice.objects.filter(mentions=other.reference, fate="queued").exists()
    raise_reminders(later)
    asked = Notice.objects.filter(recipient=case.right, mentions=case.hold.reference)
    assert asked.filter(kind="review_reminder", fate="queued").exists()
    told = Notice.objects.filter(kind="hand_over")
    assert set(told.values_list("recipient", "mentions")) == {
        (person.pk, proposal.reference) for person in (case.first, case.right, case.manager)
    }
    (proposed,) = entries("one_hand_over_proposed")
    (_, actor, facts) = proposed
    assert actor == str(case.one.uid)
    assert facts == {
        "person": str(case.first.uid),
        "to": str(case.right.uid),
        "request": case.hold.reference,
    }
    assert not moves.has_handed_over(case.first, case.now + 12 * DAY)


def test_what_was_asked_about_it_is_asked_of_whose_it_is(case):
    manager = a_practitioner()
    asker = a_practitioner(service=manager.service, manager=manager)
    asked = access.send(access.a_draft(asker, number=case.number))
    access_manager.agree(asked, by=manager, now=access.ASKED)
    (question,) = access_desk.ask_sources(asked, by=case.one, now=access.ASKED)
    assert question.asked_of == case.first
    case.hand_over()
    assert Liaison.objects.get(pk=question.pk).asked_of == case.right


def test_only_what_was_taken_over_and_stands_goes_alone(case):
    (sent_here,) = agreed_holds(case.first)
    with pytest.raises(WrongState, match="not_alone"):
        acts.propose_alone(sent_here, to=case.right, by=case.one, now=case.now)
    gone = let_go(case.hold, now=case.now)
    with pytest.raises(WrongState, match="not_alone") as refused:
        case.propose()
    assert "record first what they say" in refused.value.message
    release_actions.deny_release(gone, phoned=True, by=case.one, now=case.now)
    assert case.propose().only == case.hold


def test_only_by_the_iw_team_and_to_another_who_works_as_a_practitioner(case):
    with pytest.raises(NotAllowed):
        case.propose(by=case.first)
    suspended = a_practitioner(is_active=False)
    for whom in (case.first, case.two, suspended):
        with pytest.raises(WrongState, match="not_to_them"):
            case.propose(to=whom)
    assert not HandOver.objects.exists()


def test_a_page_that_was_opened_before_it_went_to_another_proposes_nothing(case):
    before = case.hold
    case.hand_over()
    with pytest.raises(WrongState, match="not_to_them"):
        acts.propose_alone(before, to=case.right, by=case.one, now=case.now)


def test_neither_of_the_two_could_be_a_practitioner_or_proposed_the_file(made, db):
    case = made()
    renamed, of_right, one_with = (an_iw_member() for _ in range(3))
    directory.rename(case.first, "Another Name", by=renamed, now=case.now - 40 * DAY)
    directory.rename(case.right, "A Third Name", by=of_right, now=case.now - 40 * DAY)
    remember(one_with, Change.RENAMED, by=case.proposed_file, now=case.now - 5 * DAY)
    barred = (case.proposed_file, renamed, of_right, one_with)
    for member in barred:
        assert not policies.may_propose_alone(member, case.hold, case.right, case.now)
        with pytest.raises(NotAllowed, match="second_person"):
            case.propose(by=member)
    may = {case.one, case.two, case.confirmed_file}
    assert set(policies.proposers_alone(case.hold, case.right, case.now)) == may
    proposal = case.propose()
    for member in (*barred, case.one):
        with pytest.raises(NotAllowed, match="second_person"):
            hand_overs.confirmed(proposal, by=member, now=case.now)
    assert set(policies.confirmers(proposal, case.now)) == may - {case.one}
    # The query of the home page and the list says the same.
    team = [*barred, *may]
    theirs = {one for one in team if HandOver.objects.filter(policies.to_confirm_by(one, case.now))}
    assert theirs == may - {case.one}
    User.objects.filter(pk__in=[one.pk for one in may - {case.one}]).update(is_active=False)
    # Where nobody may, it is everybody's to take back.
    waiting = HandOver.objects.filter(policies.to_confirm_by(case.one, case.now))
    assert list(waiting) == [proposal]


def test_the_second_member_has_phoned_both_practitioners(case):
    proposal, seen = case.propose(), [case.hold.reference]
    for said in ({}, {"not_theirs": True}, {"phoned": True}):
        with pytest.raises(WrongState, match="not_phoned"):
            acts.confirm(proposal, seen=seen, by=case.two, now=case.now, **said)
    both = {"not_theirs": True, "phoned": True}
    for how in ("", "the proposer says so"):
        with pytest.raises(WrongState, match="not_involved"):
            acts.confirm(proposal, seen=seen, by=case.two, now=case.now, involvement=how, **both)
    both["involvement"] = "manager_confirmed"
    for other in ([], [case.holds[1].reference]):
        with pytest.raises(WrongState, match="holds_changed"):
            acts.confirm(proposal, seen=other, by=case.two, now=case.now, **both)
    assert case.hold.source == case.first
    acts.confirm(proposal, seen=seen, by=case.two, now=case.now, **both)
    ((_, actor, facts),) = entries("one_handed_over")
    assert actor == str(case.two.uid)
    said = {"not_theirs": True, "number_read": True, "involvement": "manager_confirmed"}
    assert said.items() <= facts.items()


def test_who_set_a_number_that_is_dialled_takes_neither_step(made, db):
    """Of either practitioner or their line manager, or who chose that one."""
    case = made()
    barred = [an_iw_member() for _ in range(4)]
    for member, person in zip(barred, (case.first, case.manager, case.right), strict=False):
        directory.set_phone(person, "01632 960 002", by=member, now=case.now - DAY)
    another = a_practitioner(service=case.right.service)
    directory.set_line_manager(case.right, another, by=barred[3], now=case.now - DAY)
    may = {case.one, case.two, case.confirmed_file}
    assert set(policies.proposers_alone(case.hold, case.right, case.now)) == may
    for member in barred:
        with pytest.raises(NotAllowed, match="second_person"):
            case.propose(by=member)
    proposal = case.propose()
    assert set(policies.confirmers(proposal, case.now)) == may - {case.one}
    theirs = {
        one
        for one in (*barred, *may)
        if HandOver.objects.filter(policies.to_confirm_by(one, case.now))
    }
    assert theirs == may - {case.one}
    # What is longer ago than 28 days is no such thing.
    later = case.now + 29 * DAY
    assert set(policies.proposers_alone(case.hold, case.right, later)) == may | set(barred)


def test_who_moved_one_of_the_two_or_took_their_manager_away_takes_no_step(made, db):
    """They chose who may answer, or that no line manager does: rule and query say the same."""
    case = made()
    barred = [an_iw_member() for _ in range(3)]
    remember(case.right, Change.MOVED, by=barred[0], now=case.now - DAY)
    remember(case.first, Change.MOVED, by=barred[1], now=case.now - DAY)
    directory.set_line_manager(case.right, None, by=barred[2], now=case.now - DAY)
    may = {case.one, case.two, case.confirmed_file}
    assert set(policies.proposers_alone(case.hold, case.right, case.now)) == may
    for member in barred:
        with pytest.raises(NotAllowed, match="second_person"):
            case.propose(by=member)
    proposal = case.propose()
    assert set(policies.confirmers(proposal, case.now)) == may - {case.one}
    team = [*barred, *may]
    theirs = {one for one in team if HandOver.objects.filter(policies.to_confirm_by(one, case.now))}
    assert theirs == may - {case.one}
    acts.withdraw(proposal, by=case.two, now=case.now)
    # Nor do they attest what the two say of a release.
    Hold.objects.filter(pk=case.holds[1].pk).update(source=case.right)
    for hold, dialled in ((case.hold, {barred[1]}), (case.holds[1], {barred[0], barred[2]})):
        gone = let_go(Hold.objects.get(pk=hold.pk), now=case.now)
        could = set(hold_policies.attesters(gone, case.now))
        assert could == {*team} - dialled
        asked = Hold.objects.filter(pk=gone.pk)
        theirs = {one for one in team if asked.filter(hold_policies.to_attest_by(one, case.now))}
        assert theirs == could
    # What is longer ago than 28 days is no such thing.
    later = case.now + 29 * DAY
    number = hold_policies.who_set_number_of(case.right, since=later - 28 * DAY)
    assert number == set()


def void_by(case, how: str) -> None:
    if how == "withdrawn":
        let_go(case.hold, now=case.now)
    elif how == "went with the rest":
        to = a_practitioner(service=case.first.service)
        Hold.objects.filter(pk=case.hold.pk).update(source=to)
    elif how == "number set since":
        directory.set_phone(case.manager, "01632 960 002", by=case.one, now=case.now)
    elif how == "moved since":
        remember(case.right, Change.MOVED, by=case.one, now=case.now)
    elif how == "nobody there":
        User.objects.filter(pk=case.right.pk).update(is_active=False)
    else:
        directory.rename(case.right, "Another Name", by=case.one, now=case.now)


@pytest.mark.parametrize(
    ("how", "says"),
    [
        ("withdrawn", "was withdrawn, or went"),
        ("went with the rest", "was withdrawn, or went"),
        ("nobody there", "cannot take over any more"),
        ("handled since", "could be one of the two"),
        ("number set since", "set a phone number"),
        ("moved since", "moved one of the two"),
    ],
)
def test_what_changed_since_it_was_proposed_ends_it(made, db, how, says):
    case = made()
    proposal = case.propose()
    void_by(case, how)
    (read,) = HandOver.objects.with_people().filter(pk=proposal.pk)
    assert says in policies.why_void(read)
    assert policies.all_void([read]) == {proposal.pk}
    with pytest.raises(WrongState, match="hand_over_void"):
        hand_overs.confirmed(proposal, by=case.two, now=case.now)


def test_one_proposal_waits_at_a_time_and_is_taken_back_by_either(case):
    proposal = case.propose()
    other = Hold.objects.get(pk=case.holds[1].pk)
    colleague = a_practitioner(service=case.first.service)
    for act in (
        lambda: acts.propose_alone(other, to=case.right, by=case.two, now=case.now),
        lambda: hand_overs.proposed(case.first, to=colleague, by=case.two, now=case.now),
    ):
        with pytest.raises(WrongState, match="already_proposed"):
            act()
    acts.withdraw(proposal, by=case.two, now=case.now)
    ((_, actor, facts),) = entries("one_hand_over_withdrawn")
    assert (actor, facts["request"]) == (str(case.two.uid), case.hold.reference)
    assert acts.propose_alone(other, to=case.right, by=case.two, now=case.now).only == other


def test_a_release_of_it_waits_for_a_call_and_who_proposed_takes_no_step_of_its_unshield(case):
    case.hand_over()
    gone = let_go(case.hold, now=case.now)
    assert owed_for(gone) == "taken_over"
    could = hold_policies.could_be_the_source(Hold.objects.filter(pk=gone.pk))
    # Who proposed the file chose another: of three members two are left.
    assert could == {case.one.pk}
    records = Record.objects.filter(pk=gone.record_id)
    for member in (case.one, case.proposed_file, case.two):
        asked = hold_policies.could_be_the_source_of(member.pk, "pk", "episode")
        assert records.filter(asked).exists() == (member.pk in could)


def test_once_it_went_back_who_proposed_the_file_takes_no_step_again(case):
    hand_over = case.hand_over()
    told = hand_over.told.get(person=case.first)
    disputes.say_wrong(told, by=case.first, now=case.now)
    disputes.settle(hand_over, verdict="wrong", by=case.confirmed_file, now=case.now)
    gone = let_go(case.hold, now=case.now)
    could = hold_policies.could_be_the_source(Hold.objects.filter(pk=gone.pk))
    assert could == {case.one.pk, case.proposed_file.pk}
    records = Record.objects.filter(pk=gone.record_id)
    for member in (case.one, case.proposed_file, case.two):
        asked = hold_policies.could_be_the_source_of(member.pk, "pk", "episode")
        assert records.filter(asked).exists() == (member.pk in could)


def test_a_move_shortly_before_the_import_is_one_along(made, db):
    """The minute of the import says nothing of when the shield was asked for."""
    case = made()
    remember(case.first, Change.MOVED, by=case.two, now=case.now - DAY)
    proposal = case.propose()
    assert policies.who_moved_along(proposal) == {case.two.pk}
    assert policies.confirmers(proposal, case.now) == [case.confirmed_file]
    assert not HandOver.objects.filter(policies.to_confirm_by(case.two, case.now))
    hand_overs.confirmed(proposal, by=case.confirmed_file, now=case.now)
    gone = let_go(case.hold, now=case.now)
    could = hold_policies.could_be_the_source(Hold.objects.filter(pk=gone.pk))
    assert could == {case.one.pk, case.two.pk}
    asked = hold_policies.could_be_the_source_of(case.two.pk, "pk", "episode")
    assert Record.objects.filter(asked, pk=gone.record_id).exists()


@pytest.mark.parametrize("verdict", ["wrong", "rightful"])
def test_whoever_was_told_may_say_that_it_is_wrong(case, verdict):
    hand_over = case.hand_over()
    gone = let_go(case.hold, now=case.now)
    disputes.say_wrong(hand_over.told.get(person=case.right), by=case.right, now=case.now)
    gone.refresh_from_db()
    assert (gone.is_standing, gone.source) == (True, case.first)
    hand_over.refresh_from_db()
    # Nobody who took a step, nor the file's proposer.
    assert dispute_policies.settlers(hand_over, case.now) == [case.confirmed_file]
    disputes.settle(hand_over, verdict=verdict, by=case.confirmed_file, now=case.now)
    whose = {"wrong": case.first, "rightful": case.right}[verdict]
    assert case.hold.source == Request.objects.get(hold=case.hold).practitioner == whose


# --- Pages ----------------------------------------------------------------------------------------
def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def test_from_the_page_of_the_record_by_two_members(case):
    hold = case.hold
    desk, second = at_desk(case.one), at_desk(case.two)
    record = reverse("record_detail", args=[hold.record.reference])
    whose = reverse("hold_hand_over", args=[hold.reference])
    to = reverse("hold_hand_over_to", args=[hold.reference, case.right.uid])
    assert whose in desk.get(record).content.decode()
    asked = main(desk.get(whose))
    assert case.first.name in asked
    for typed, says in (
        ("", "Enter the work email address"),
        ("nobody@council.example", "No practitioner with an account has this email address"),
        (case.first.email, "This request is theirs already"),
    ):
        assert says in main(desk.post(whose, {"email": typed}))
    assert desk.post(whose, {"email": case.right.email.upper()}).url == to
    shown = main(desk.get(to))
    its = (hold.reference, case.right.name, case.right.service.name, "Propose the hand-over")
    assert [words for words in its if words not in shown] == []
    not_theirs = main(at_desk(case.proposed_file).get(to))
    assert "It is not yours to propose. These members may:" in not_theirs
    assert case.one.name in not_theirs
    page = desk.post(to, follow=True)
    proposal = HandOver.objects.get()
    address = reverse("hand_over", args=[proposal.reference])
    assert page.redirect_chain == [(address, 302)]
    assert f"These may: {case.two.name}" in main(page) or case.two.name in main(page)
    assert "is proposed already" in main(desk.get(whose))
    assert f"{proposal.reference} One request only" in main(desk.get(reverse("hand_overs")))
    page = second.get(address)
    assert "This request alone changes hands" in main(page)
    assert "the record number that they read to me is the number of this record" in main(page)
    seen = page.context["form"]["seen"].value()
    assert seen == hold.reference
    page = main(second.post(address, {"seen": seen}))
    assert "Tick once they said that it is not theirs" in page
    assert "Tick once they read you the number" in page
    assert "Select how you know that the new practitioner is involved" in page
    both = {"not_theirs": "on", "phoned": "on", "involvement": "on_record"}
    page = second.post(address, {"seen": seen} | both, follow=True)
    assert f"Handed over to {case.right.name}" in main(page)
    assert "Their service is on the record" in main(page)
    assert case.hold.source == case.right
    card = main(desk.get(record))
    assert f"Their service today {case.right.service.name}" in card


def test_the_new_practitioner_reads_it_as_any_and_the_first_only_that_it_is_not_theirs(case):
    own = reverse("request_detail", args=[case.hold.reference])
    before = main(signed_in(case.first).get(own))
    case.hand_over()
    assert main(signed_in(case.right).get(own)) == before
    client = signed_in(case.first)
    page = client.get(own)
    assert page.status_code == 404
    assert main(page) == (
        "This request is not yours any more It was in your name by mistake. You have nothing to "
        "do, and nothing more is shown here. If you think that it is yours, phone the IW Team on "
        "01632 960 001."
    )
    for stranger in (case.manager, case.its_manager):
        assert "Page not found" in main(signed_in(stranger).get(own))
    # Once it is theirs again, they read it as before.
    told = HandOver.objects.get().told.get(person=case.first)
    disputes.say_wrong(told, by=case.first, now=case.now)
    disputes.settle(HandOver.objects.get(), verdict="wrong", by=case.confirmed_file, now=case.now)
    assert main(client.get(own)) == before
    assert "Page not found" in main(signed_in(case.right).get(own))
    # Given to a colleague after that, it went with the rest, as anybody's.
    colleague = a_practitioner(service=case.first.service)
    hand_overs.hand_over(case.first, to=colleague, by=case.two, now=case.now)
    assert "Page not found" in main(client.get(own))


def test_pages_name_the_service_of_whose_it_is_to_phone(made, db):
    """That of the wrong practitioner knows nothing of the child, and would learn who asks."""
    case = made()
    case.hand_over()
    desk, its = at_desk(case.two), [case.hold.reference]
    places = (case.right.service.name, case.first.service.name)

    def of_right_alone(*pages: str) -> None:
        for page in pages:
            shown = main(desk.get(page))
            assert [place in shown for place in places] == [True, False], page

    User.objects.filter(pk=case.right.pk).update(is_active=False)
    let_go_on_word = reverse("hold_let_go", args=its)
    of_right_alone(let_go_on_word, reverse("hold_review", args=its))
    listed = main(desk.get(reverse("holds_without_practitioner")))
    assert [place in listed for place in places] == [True, False]
    User.objects.filter(pk=case.right.pk).update(is_active=True)
    let_go(case.hold, now=case.now - DAY)
    denied = reverse("hold_denied", args=its)
    of_right_alone(reverse("hold_attest", args=its), denied, reverse("words_to_attest"))


def test_a_move_alone_chooses_no_service_to_phone(made, db):
    """One member moves somebody: an accomplice would answer as the service."""
    case = made()
    case.hand_over()
    elsewhere = a_practitioner().service
    User.objects.filter(pk__in=[case.first.pk, case.right.pk]).update(service=elsewhere)
    asked = Hold.objects.select_related("source__service", "service")
    kept, went_alone = asked.get(pk=case.holds[1].pk), asked.get(pk=case.hold.pk)
    assert kept.service_to_phone == case.manager.service
    assert went_alone.service_to_phone == elsewhere
    # Once it was given back, the file's row is right again.
    went_alone.handed_over.update(given_back_at=case.now)
    assert went_alone.service_to_phone == case.manager.service


def test_neither_practitioner_nor_manager_reads_of_the_other(case):
    case.hand_over()
    client = signed_in(case.first)
    assert case.hold.reference not in main(client.get(reverse("request_list")))
    for person in (case.right, case.its_manager, case.manager):
        home = main(signed_in(person).get(reverse("home")))
        assert case.first.name not in home
    assert case.hold.reference in main(signed_in(case.right).get(reverse("request_list")))


def test_without_a_way_to_go_the_pages_say_what_comes_first(case):
    desk, (sent_here,) = at_desk(case.one), agreed_holds(case.first)
    elsewhere = desk.get(reverse("hold_hand_over", args=[sent_here.reference]))
    assert elsewhere.url == reverse("record_detail", args=[sent_here.record.reference])
    card = desk.get(elsewhere.url).content.decode()
    assert reverse("hold_hand_over", args=[sent_here.reference]) not in card
    # A request of a service without an account: whose it is, nobody is asked here.
    Hold.objects.filter(pk=sent_here.pk).update(source=None)
    to = reverse("hold_hand_over_to", args=[sent_here.reference, case.right.uid])
    assert desk.get(to).url == reverse("hold_hand_over", args=[sent_here.reference])
    assert desk.post(to).status_code == 409
    Hold.objects.filter(pk=sent_here.pk).update(source=case.first)
    gone = let_go(case.hold, now=case.now - DAY)
    whose = reverse("hold_hand_over", args=[gone.reference])
    page = desk.get(whose)
    assert "record first what they say" in main(page)
    assert reverse("hold_denied", args=[gone.reference]) in page.content.decode()
    assert "email" not in page.content.decode().split("<main", 1)[1].split("</main", 1)[0]
    to = reverse("hold_hand_over_to", args=[gone.reference, case.right.uid])
    assert desk.get(to).url == whose
    assert desk.post(whose, {"email": case.right.email}).status_code == 200
    denied = desk.get(reverse("hold_denied", args=[gone.reference]))
    assert whose in denied.content.decode()
    nobody = User.objects.iw_team().exclude(pk=case.proposed_file.pk)
    release_actions.deny_release(gone, phoned=True, by=case.one, now=case.now)
    nobody.update(is_active=False)
    assert "Nobody may propose it at the moment" in main(at_desk(case.proposed_file).get(to))
