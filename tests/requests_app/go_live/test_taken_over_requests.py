"""A request that was taken over from a file: agreed, without a first review, on every page."""

from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest
from django.test import Client
from django.urls import reverse

from logbook.days import clock_now
from logbook.models import Entry
from requests_app.desk import actions as desk_actions
from requests_app.go_live.actions import take_over
from requests_app.hand_over import in_hand
from requests_app.models import Request
from requests_app.practitioner.letters import printable
from shielding.accounts import actions as directory
from shielding.accounts.models import User
from shielding.holds import letting_go
from shielding.holds.disputes import hand_over_actions as disputes
from shielding.holds.disputes.policies import settlers
from shielding.holds.hand_over.actions import holds_in_hand
from shielding.models import HandOver, Hold, Review
from shielding.records.letting_go_to_attest import owed_for
from shielding.reviews import actions as reviews
from shielding.unshield import actions as unshield
from shielding.unshield.policies import unshield_missing
from shielding.web.refusals import NotAllowed, WrongState
from tests.requests_app.go_live.support.files import a_file, a_row, confirmed, rows_of, taken_over
from tests.requests_app.support.desk import at_desk, main
from tests.support import hand_overs
from tests.support.people import a_practitioner, a_service, an_iw_member
from tests.support.replay import replay
from tests.support.requests import NOW, a_number, a_request
from tests.support.shielded_records import DAY, GONE, let_go, nobody_asks, shielded_for

pytestmark = pytest.mark.django_db
GONE_READ = replace(GONE, number_read=True)


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def member() -> User:
    return an_iw_member()


@pytest.fixture
def taken(member) -> Request:
    """A request with *another reason*, whose practitioner has a manager and a colleague."""
    service = a_service()
    manager = a_practitioner(service=service)
    person = a_practitioner(service=service, manager=manager)
    taken_over(a_file(a_row(person, ground="other")), one=an_iw_member(), two=member)
    return Request.objects.select_related("hold", "record", "practitioner").get()


def test_its_practitioner_reads_what_is_so_and_is_offered_what_can_be_done(taken):
    person = taken.practitioner
    client = signed_in(person)
    page = main(client.get(reverse("request_detail", args=[taken.reference])))
    assert "You asked for this shield before this service was there" in page
    assert "The IW Team took it over" in page
    for never in (
        "You sent it",
        "You started it",
        "Not answered yet",
        "Show the record number",
        "Letters to print",
        "I have told other professionals",
        "and checked",
        "The number was wrong",
        "Ask for another child with these answers",
    ):
        assert never not in page
    for may in ("Withdraw this request", "Ask for a review", "Next six-monthly review"):
        assert may in page
    assert printable(person, taken, clock_now()) == []
    number = client.post(reverse("request_number", args=[taken.reference]))
    assert number.status_code == 403
    for duty in ("review", "professionals", "family", "drafts"):
        listed = main(client.get(f"{reverse('request_list')}?show={duty}"))
        assert taken.reference not in listed
    assert "None: taken over" in main(client.get(reverse("request_list")))
    home = main(client.get(reverse("home")))
    assert taken.reference in home
    assert client.post(reverse("request_again", args=[taken.reference])).status_code == 409
    client.get(reverse("request_sent", args=[taken.reference]), follow=True)


def test_at_the_desk_nothing_is_owed_on_it(taken, member):
    desk = at_desk(an_iw_member())
    page = main(desk.get(reverse("desk_request", args=[taken.reference])))
    assert "None: taken over from a file" in page
    assert member.name in page
    for tab in ("to_shield", "to_decide", "to_conclude", "to_phone", "open", "phoned"):
        assert taken.reference not in main(desk.get(f"{reverse('desk_queue')}?tab={tab}"))
    overdue = desk.get(f"{reverse('desk_queue')}?tab=open&due=overdue")
    assert taken.reference not in main(overdue)
    assert taken.phone_by is None
    with pytest.raises(WrongState):
        desk_actions.conclude_let_go(
            taken, no_duplicate=True, seen=taken.changed_at, by=an_iw_member(), now=clock_now()
        )


def test_once_withdrawn_it_has_no_first_review_to_conclude_and_is_in_nobodys_hand(taken):
    now = clock_now()
    let_go(taken.hold, now=now)
    Hold.objects.update(family="told", family_at=now, family_by=taken.practitioner)
    desk = at_desk(an_iw_member())
    page = main(desk.get(reverse("desk_request", args=[taken.reference])))
    assert "Conclude" not in page
    assert taken.reference not in main(desk.get(f"{reverse('desk_queue')}?tab=open"))
    taken.refresh_from_db()
    with pytest.raises(WrongState, match="no_first_review"):
        desk_actions.conclude_let_go(
            taken, no_duplicate=True, seen=taken.changed_at, by=an_iw_member(), now=now
        )
    assert dict(in_hand(taken.practitioner)) == {
        "Drafts": 0,
        "Requests sent and still open": 0,
    }
    own = reverse("request_detail", args=[taken.reference])
    page = main(signed_in(taken.practitioner).get(own))
    assert "no longer asks" in page


def test_it_goes_to_a_colleague_with_its_hold_and_is_reviewed_by_its_own_day(taken, member):
    colleague = a_practitioner(service=taken.service)
    now = clock_now()
    hand_overs.hand_over(taken.practitioner, to=colleague, by=an_iw_member(), now=now)
    taken.refresh_from_db()
    assert taken.practitioner == colleague == Hold.objects.get().source
    assert [hold.pk for hold in holds_in_hand(colleague)] == [taken.hold_id]
    reviews.open_due_reviews(now)
    review = Review.objects.get()
    assert (review.kind, review.due) == ("record", taken.hold.review_due)
    page = main(signed_in(colleague).get(reverse("request_review", args=[taken.reference])))
    assert "still needed" in page.lower()
    assert replay()[0] == []


def test_who_could_be_the_colleague_or_chose_the_source_settles_no_dispute_of_it(member):
    """Made long before the import, whose minute says nothing of when it was asked for."""
    now, (maker, one, honest, free) = clock_now(), (an_iw_member() for _ in range(4))
    service = a_service()
    person = a_practitioner(service=service)
    colleague = directory.add_practitioner(
        name="Cal Colleague", email="cal@council.example", service=service, by=maker, now=NOW
    )
    directory.vouch(colleague, phoned=True, by=free, now=NOW)
    taken_over(a_file(a_row(person)), one=one, two=member)

    def free_to_settle(leaver: User) -> set[User]:
        proposed = hand_overs.proposed(leaver, to=colleague, by=honest, now=now)
        hand_overs.confirmed(proposed, by=member, now=now)
        disputes.say_wrong(proposed.told.get(person=leaver), by=leaver, now=now)
        return set(settlers(HandOver.objects.get(pk=proposed.pk), now))

    assert free_to_settle(person) == {free}
    # Of one that moved no request nobody could have been the source.
    assert free_to_settle(a_practitioner(service=service)) == {maker, one, free}


def test_one_that_waits_for_a_look_is_attested_as_any(member):
    person = a_practitioner()
    taken_over(a_file(a_row(person)), one=an_iw_member(), two=member)
    # As it is where somebody was to look first.
    Hold.objects.update(applied_at=None, applied_by=None)
    taken = Request.objects.get()
    desk = at_desk(an_iw_member())
    assert taken.reference in main(desk.get(f"{reverse('desk_queue')}?tab=to_shield"))
    page = main(signed_in(person).get(reverse("request_detail", args=[taken.reference])))
    # Whether the file attested it depends on what was known of the record: nothing is said of it.
    assert "Until this page says that it is applied" not in page
    assert "Not yet" not in page
    desk_actions.attest_applied_for_request(
        taken,
        checked_on=clock_now().date(),
        no_duplicate=True,
        by=an_iw_member(),
        now=clock_now() + timedelta(minutes=1),
    )
    assert Hold.objects.get().applied_at is not None


def what_it_says(person: User) -> set[str]:
    """Return the pages of all requests that somebody has from a file, without their references."""
    client, pages = signed_in(person), set()
    for taken in Request.objects.filter(practitioner=person):
        for page in ("request_detail", "request_withdraw"):
            said = main(client.get(reverse(page, args=[taken.reference])))
            pages.add(said.replace(taken.reference, "IW"))
    return pages


def test_its_page_shows_the_days_of_the_list_and_the_same_whatever_the_record(member):
    one, person = an_iw_member(), a_practitioner()
    waiting, shielded, opened = a_number(), a_number(), nobody_asks(NOW)
    a_request(number=waiting)
    shielded_for(number=shielded)
    opened = unshield.begin_unshield(opened, by=one, now=NOW + DAY)
    opened = unshield.confirm_unshield(opened, by=member, now=NOW + DAY)
    numbers = [a_number(), waiting, shielded, opened.number_in_clear()]
    content = a_file(*[a_row(person, number) for number in numbers])
    found = confirmed(content, one=one, two=member)
    for row in rows_of(found, content):
        take_over(found, row, by=member, now=NOW + 2 * DAY)
    pages = what_it_says(person)
    assert set(Request.objects.filter(practitioner=person).values_list("record__state")) == {
        ("shielded",),
        ("to_shield",),
    }
    assert len(pages) == 2
    (detail,) = [page for page in pages if "What happened" in page]
    assert "Asked for, as the list says 5 March 2025" in detail
    assert "Applied, as the list says 6 March 2025" in detail
    assert "phones you before anything is unshielded" in detail
    # Nor is it read from what a member attests later, which waits only where the file did not.
    for taken in Request.objects.filter(practitioner=person, record__state="to_shield"):
        desk_actions.attest_applied_for_request(
            taken, checked_on=NOW.date() + 3 * DAY, no_duplicate=True, by=member, now=NOW + 3 * DAY
        )
    assert what_it_says(person) == pages
    # A number that they type tells them nothing of what was put to their name.
    assert not Request.objects.own_standing(person).exists()
    assert Request.objects.standing_of(person).count() == 4


def test_let_go_by_its_practitioner_it_waits_for_a_call_about_which_child_they_mean(member):
    now, person, second = clock_now(), a_practitioner(), an_iw_member()
    taken_over(a_file(a_row(person)), one=an_iw_member(), two=member)
    taken = Request.objects.select_related("hold").get()
    client = signed_in(person)
    in_error = client.post(reverse("request_in_error", args=[taken.reference]), {"in_error": "on"})
    assert in_error.status_code == 409
    with pytest.raises(WrongState, match="taken_over"):
        letting_go.take_back(taken.hold, in_error=True, by=person, now=now)
    gone = let_go(taken.hold, now=now - DAY * 5)
    record = gone.record
    assert owed_for(gone) == "taken_over"
    assert [one.code for one in unshield_missing(record, member, now)] == ["word"]
    desk = at_desk(second)
    page = main(desk.get(reverse("hold_attest", args=[gone.reference])))
    assert "the record number that they read to me is the number of this record" in page
    letting_go.attest_word(gone, phoned=True, by=second, now=now)
    assert unshield_missing(record, second, now) == []


def test_a_member_records_their_word_once_they_read_the_number(member):
    """Whoever records it hears which child is meant: no second call is owed about that."""
    now, person, other = clock_now(), a_practitioner(), an_iw_member()
    taken_over(a_file(a_row(person)), one=an_iw_member(), two=member)
    hold = Hold.objects.get()
    reviews.open_due_reviews(now)
    asked = {"views": "no", "sought_by": "", "by": member, "now": now}
    for let_it_go in (
        partial(letting_go.withdraw, hold, parting=GONE, by=member, now=now),
        partial(letting_go.answer, hold, answer="no_longer_needed", parting=GONE, **asked),
    ):
        with pytest.raises(WrongState, match="number_not_read"):
            let_it_go()
    desk = at_desk(member)
    needs_tick = "Tick once they read you the number of this record"
    left = {"own_systems_unshielded": "on", "family": "told"}
    for page, sent in (
        ("hold_let_go", left),
        ("hold_answer", {"answer": "no_longer_needed", "views": "no"} | left),
    ):
        address = reverse(page, args=[hold.reference])
        shown = main(desk.get(address))
        assert "Do not read it to them" in shown
        assert b"Say whose it is" in desk.get(address).content
        assert "record number that they read to me is the number of this record" in shown
        refused = desk.post(address, sent)
        assert list(refused.context["form"].errors) == ["number_read"]
        assert needs_tick in main(refused)
    # On a number that whoever records it has set lately they record nothing.
    directory.set_phone(person, "01632 960123", by=other, now=now)
    with pytest.raises(NotAllowed, match="own_number"):
        letting_go.withdraw(hold, parting=GONE_READ, by=other, now=now)
    letting_go.answer(hold, answer="still_needed", **asked)
    gone = letting_go.withdraw(hold, parting=GONE_READ, by=member, now=now)
    assert (gone.released_how, owed_for(gone)) == ("on_word", "")
    assert replay()[0] == []


def test_entered_in_error_is_nobodys_to_say_of_it_but_whose_it_is_is_asked(member):
    """Who means another child cannot read its number, and who can read it has no error."""
    taken_over(a_file(a_row(a_practitioner())), one=an_iw_member(), two=member)
    hold, desk = Hold.objects.select_related("record").get(), at_desk(member)
    with pytest.raises(WrongState, match="taken_over") as refused:
        letting_go.take_back(hold, in_error=True, by=member, now=clock_now())
    assert "hand it over to whose it is" in refused.value.message
    in_error, whose = (
        reverse(name, args=[hold.reference]) for name in ("hold_in_error", "hold_hand_over")
    )
    assert desk.get(in_error).url == whose
    assert desk.post(in_error, {"in_error": "on"}).status_code == 409
    card = desk.get(reverse("record_detail", args=[hold.record.reference])).content.decode()
    assert (in_error in card, whose in card) == (False, True)


def test_an_answer_by_phone_lets_go_of_it_once_they_read_the_number(member):
    person = a_practitioner()
    taken_over(a_file(a_row(person)), one=an_iw_member(), two=member)
    reviews.open_due_reviews(clock_now())
    hold = Hold.objects.get()
    address = reverse("hold_answer", args=[hold.reference])
    left = {"own_systems_unshielded": "on", "family": "told", "number_read": "on"}
    at_desk(member).post(address, {"answer": "no_longer_needed", "views": "no"} | left)
    hold.refresh_from_db()
    assert (hold.is_standing, owed_for(hold)) == (False, "")


@pytest.fixture
def three() -> list[User]:
    """A team of three: A made the account and set its number, and proposes the file."""
    return [an_iw_member(name=f"Member {name}") for name in "ABC"]


def of_three(three: list[User]) -> Hold:
    """Return what a team of three took over: one proposed both files, another confirmed both."""
    one, two, _three = three
    given = {"name": "Pat Practitioner", "email": "pat@council.example", "service": a_service()}
    person = directory.add_practitioner(**given, by=one, now=NOW)
    directory.set_phone(person, "01632 960123", by=one, now=clock_now() - DAY)
    directory.vouch(person, phoned=True, by=two, now=clock_now() - DAY)
    taken_over(a_file(a_row(person)), one=one, two=two)
    User.objects.iw_team().exclude(pk__in=[each.pk for each in three]).update(is_active=False)
    return Hold.objects.select_related("record").get()


def test_a_team_of_three_unshields_what_it_took_over(three):
    """A is barred by the files. B records their word and begins, C confirms."""
    one, two, third = three
    hold, now = of_three(three), clock_now()
    with pytest.raises(NotAllowed, match="own_number"):
        letting_go.withdraw(hold, parting=GONE_READ, by=one, now=now)
    letting_go.withdraw(hold, parting=GONE_READ, by=two, now=now)
    later = now + 7 * DAY
    record = hold.record
    (barred,) = unshield_missing(record, one, later)
    assert barred.code == "could_be_the_source"
    record = unshield.begin_unshield(record, by=two, now=later)
    with pytest.raises(NotAllowed):
        unshield.confirm_unshield(record, by=one, now=later)
    record = unshield.confirm_unshield(record, by=third, now=later)
    assert record.state == "not_shielded"
    assert replay()[0] == []


@pytest.mark.behind_the_acts("a week goes by")
def test_so_it_does_on_the_pages(three):
    _one, two, third = map(at_desk, three)
    hold = of_three(three)
    left = {"own_systems_unshielded": "on", "family": "told", "number_read": "on"}
    gone = two.post(reverse("hold_let_go", args=[hold.reference]), left, follow=True)
    assert "no longer asks" in main(gone)
    Hold.objects.update(released_at=clock_now() - 7 * DAY)
    begin = reverse("record_unshield", args=[hold.record.reference])
    assert "Open the record on ContactPoint now" in main(two.get(begin))
    begun = main(two.post(begin, follow=True))
    assert "These members may: Member C." in begun
    confirm = reverse("record_unshield_confirm", args=[hold.record.reference])
    assert "The record is unshielded." in main(third.post(confirm, follow=True))


def test_said_on_the_call_that_they_meant_another_child_it_stands_again(member):
    person, second = a_practitioner(), an_iw_member()
    taken_over(a_file(a_row(person)), one=an_iw_member(), two=member)
    gone = let_go(Hold.objects.get(), now=clock_now() - DAY)
    desk, denied = at_desk(second), reverse("hold_denied", args=[gone.reference])
    assert denied in desk.get(reverse("hold_attest", args=[gone.reference])).content.decode()
    assert "did not withdraw it" in main(desk.get(denied))
    assert "Tick once they said so" in main(desk.post(denied, {}))
    assert "stands again" in main(desk.post(denied, {"phoned": "on"}, follow=True))
    gone.refresh_from_db()
    assert (gone.is_standing, gone.source, owed_for(gone)) == (True, person, "")
    told = Entry.objects.filter(reference=gone.reference).values_list("event", flat=True)
    assert list(told.order_by("id"))[-2:] == ["release_denied", "hold_stands_again"]
    assert desk.post(denied, {"phoned": "on"}).status_code == 409
    assert replay()[0] == []
