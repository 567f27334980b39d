"""Answering, letting go and letters tell nothing of others who ask, or of the record's state."""

import pytest
from django.test import Client
from django.utils import timezone

from logbook.models import Entry
from logbook.references import new_reference
from requests_app.models import Request
from shielding.accounts import suspending
from shielding.holds import actions as hold_actions
from shielding.holds import letting_go
from shielding.holds.disputes import hand_over_actions as disputes
from shielding.holds.disputes import suspension_actions as disputed_suspensions
from shielding.holds.hand_over.models import HandOver
from shielding.models import Hold, Record, Suspension, SuspensionTold
from shielding.reviews import actions as review_actions
from tests.requests_app.practitioner.support.answers import LEFT, NEEDED, NOT_NEEDED, SECOND
from tests.requests_app.support.posts import address, on
from tests.support import hand_overs
from tests.support.indistinguishable import seen, statements
from tests.support.people import a_practitioner, a_service, an_iw_member
from tests.support.requests import a_number, a_request, agreed
from tests.support.shielded_records import GONE, shielded_for
from tests.support.statements import Statements
from tests.support.undone import undone

pytestmark = pytest.mark.django_db
SAFE = {"safe": "on"}
PAGES = (
    "review",
    "review/no-longer-needed",
    "withdraw",
    "family-of-end",
    "professionals",
    "letters/agreed",
    "letters/professionals",
    "letters/no-longer-asked",
)


def alone(number):
    """Nobody else asks."""


def another_waits(number):
    a_request(number=number, now=timezone.now())


def another_is_shielded(number):
    shielded_for(a_practitioner(), number=number, now=timezone.now())


def others_let_go(number):
    for hold in shielded_for(a_practitioner(), a_practitioner(), number=number, now=timezone.now()):
        letting_go.withdraw(hold, parting=GONE, by=hold.source, now=timezone.now())


def another_changed_hands(number):
    """Return the hand-over of what another asks for the same record."""
    (hold,) = shielded_for(a_practitioner(), number=number, now=timezone.now())
    return changed_hands(hold.source)


def another_is_said_to_be_wrong(number):
    return said_to_be_wrong(another_changed_hands(number))


def another_was_given_back(number):
    settled(another_is_said_to_be_wrong(number), "wrong")


def another_was_rightful(number):
    settled(another_is_said_to_be_wrong(number), "rightful")


def another_s_suspension_is_disputed(number):
    """Return the suspension of another source, whose word was recorded, which is in dispute."""
    now, member = timezone.now(), an_iw_member()
    (hold,) = shielded_for(a_practitioner(), number=number, now=now)
    suspending.suspend(hold.source, by=member, now=now)
    letting_go.withdraw(hold, parting=GONE, by=member, now=now)
    told = SuspensionTold.objects.select_related("person").get(person=hold.source)
    disputed_suspensions.say_wrong(told, by=told.person, now=now)
    return Suspension.objects.get(person=hold.source)


def another_s_suspension_was_wrong(number):
    suspension = another_s_suspension_is_disputed(number)
    disputed_suspensions.settle(suspension, verdict="wrong", by=an_iw_member(), now=timezone.now())


def changed_hands(person):
    to, now = a_practitioner(service=person.service, name="Alex Reed"), timezone.now()
    hand_overs.hand_over(person, to=to, by=an_iw_member(), now=now)
    return HandOver.objects.get(person=person)


def said_to_be_wrong(hand_over):
    told = hand_over.told.select_related("person").get(person=hand_over.person)
    disputes.say_wrong(told, by=told.person, now=timezone.now())
    return hand_over


def settled(hand_over, verdict):
    disputes.settle(hand_over, verdict=verdict, by=an_iw_member(), now=timezone.now())


HANDS = (
    another_changed_hands,
    another_is_said_to_be_wrong,
    another_was_given_back,
    another_was_rightful,
)
STOPPED = (another_s_suspension_is_disputed, another_s_suspension_was_wrong)
APART = (another_waits, another_is_shielded, others_let_go, *HANDS, *STOPPED)


def all_of_them(number):
    """Everybody who may ask beside a source, in every way, for one record."""
    for other in APART:
        other(number)


# Whoever waits alone leaves the record unconfirmed, which all of them do not.
TOGETHER = (another_waits, others_let_go, all_of_them)
in_company = pytest.mark.parametrize(
    "company",
    [
        pytest.param(TOGETHER, id="together"),
        pytest.param(APART, id="one by one", marks=pytest.mark.soak),
    ],
)


def attested_and_agreed(request, member):
    now = timezone.now()
    hold_actions.attest_applied(
        request.hold, checked_on=timezone.localdate(), no_duplicate=True, by=member, now=now
    )
    agreed(request, by=member, now=now)


def walked(prepare, service, *, applied):
    """Return what a source sees and sets off, page by page, in a world made before or after."""
    number, member = a_number(), an_iw_member()
    person = a_practitioner(service=service, name="Sam Carter")
    request = a_request(person, number=number, now=timezone.now())
    prepare(number)
    if applied:
        attested_and_agreed(Request.objects.get(pk=request.pk), member)
        Hold.objects.filter(pk=request.hold_id).update(review_due=timezone.localdate())
        review_actions.open_reviews_of(request.record, now=timezone.now())
    client = Client()
    client.force_login(person)
    found = []

    def look(answer):
        found.append(seen(answer))

    with Statements() as queries:
        for page in ("", *PAGES):
            look(client.get(address(request, page)))
        look(client.post(address(request, "review"), NOT_NEEDED))
        for letter in ("agreed", "professionals"):
            look(client.post(address(request, f"letters/{letter}"), SAFE))
        if applied:
            look(client.post(address(request, "withdraw"), LEFT))
        else:
            look(client.post(address(request, "review/no-longer-needed"), SECOND))
        for page in ("", *PAGES):
            look(client.get(address(request, page)))
        look(client.post(address(request, "letters/no-longer-asked"), SAFE))
        look(client.post(address(request, "withdraw"), LEFT))
        look(client.get("/requests/"))
    return found, statements(queries)


@in_company
@pytest.mark.parametrize("applied", [False, True])
def test_every_page_is_the_same_whoever_else_asks(applied, company):
    service = a_service()
    first, *others = [walked(one, service, applied=applied) for one in (alone, *company)]
    for pages, asked in others:
        for one, other in zip(pages, first[0], strict=True):
            assert one == other
        assert asked == first[1]
    states = set(Record.objects.values_list("state", flat=True))
    assert states == ({"shielded"} if applied else {"to_shield", "shielded"})


def both_read(prepare, service):
    """Return what both people of a hand-over read, for each thing that can become of it."""
    number, now = a_number(), timezone.now()
    person = a_practitioner(service=service, name="Sam Carter")
    request = a_request(person, number=number, now=now)
    prepare(number)
    attested_and_agreed(Request.objects.get(pk=request.pk), an_iw_member())
    hand_over = changed_hands(person)
    readers = (person, hand_over.to)
    found = {"handed over": pages_of(request, readers)}
    said_to_be_wrong(hand_over)
    found["disputed"] = pages_of(request, readers)
    for verdict in ("rightful", "wrong"):
        with undone():
            settled(HandOver.objects.get(pk=hand_over.pk), verdict)
            found[verdict] = pages_of(request, readers)
    return found


def pages_of(request, readers):
    """Return what each reads of what was handed over, and of all they have."""
    pages = []
    for reader in readers:
        client = Client()
        client.force_login(reader)
        addresses = ["/requests/", "/", *(address(request, page) for page in ("", *PAGES))]
        pages += [seen(client.get(where)) for where in addresses]
    return pages


@in_company
def test_what_changed_hands_reads_the_same_whoever_else_asks_and_whatever_is_said_of_it(company):
    service = a_service()
    first, *others = [both_read(one, service) for one in (alone, *company)]
    for read in others:
        for how, pages in first.items():
            for one, other in zip(read[how], pages, strict=True):
                assert one == other, how
    # Nobody reads on their pages that a hand-over is disputed, or was rightful.
    assert first["disputed"] == first["handed over"]
    assert first["rightful"] == first["handed over"]


def test_another_s_request_is_as_absent_as_one_that_is_not_there():
    client = Client()
    client.force_login(a_practitioner())
    (hold,) = shielded_for(a_practitioner(), now=timezone.now())
    theirs = Request.objects.get(hold=hold)
    before = Entry.objects.exclude(event="not_found").count()
    posts = {
        "review": NEEDED,
        "review/no-longer-needed": SECOND,
        "withdraw": LEFT,
        "professionals": on("on"),
        "family-of-end": {"family": "told"},
    }
    for where in PAGES:
        none = address(theirs, where).replace(theirs.reference, new_reference())
        for knock, typed in ((client.get, {}), (client.post, posts.get(where, SAFE))):
            with Statements() as queries_theirs:
                one = knock(address(theirs, where), typed)
            with Statements() as queries_none:
                other = knock(none, typed)
            assert one.status_code == 404, where
            assert seen(one) == seen(other)
            assert statements(queries_theirs) == statements(queries_none)
    hold.refresh_from_db()
    assert hold.is_standing
    assert Entry.objects.exclude(event="not_found").count() == before
