"""No mail ties two requests to one child: every act on a record with two sources, mail by mail.

Who is source of one and manages the other, who manages both, who stands in for two managers, and
who has both from a leaver: each hears of each request they should hear of, and in no mail of two.
"""

import ast
import re
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import date, timedelta

import pytest
from django.core import mail as outbox
from django.db import transaction

from requests_app.desk import actions as desk
from requests_app.models import Request
from shielding import clock
from shielding.accounts import actions as directory
from shielding.accounts import suspending
from shielding.accounts.deputies.models import approvers_of
from shielding.accounts.models import User
from shielding.holds import letting_go
from shielding.holds.disputes import hand_over_actions as disputes
from shielding.holds.disputes import release_actions
from shielding.holds.disputes import suspension_actions as disputed_suspensions
from shielding.holds.hand_over.models import HandOver
from shielding.models import Hold, Record, Review, SuspensionTold
from shielding.notices import delivery
from shielding.notices.mail_hours import mail_hour
from shielding.notices.models import Notice
from shielding.reviews import actions as review_actions
from shielding.reviews import consultations
from shielding.reviews.telling import of_same_record
from shielding.unshield import actions as unshield_actions
from shielding.unshield import other_ends
from tests.architecture.support.source_code import functions, modules, parsed
from tests.shielding.accounts.deputies.support.deputies import named
from tests.support import hand_overs
from tests.support.mail_days import moments_of_mail
from tests.support.people import a_practitioner, a_service, an_iw_member
from tests.support.requests import NOW, a_number, a_request
from tests.support.shielded_records import GONE, let_go, shielded_for
from tests.support.undone import undone

pytestmark = pytest.mark.django_db
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
ACT = NOW + 3 * DAY  # a Thursday: two working days later a weekend lies between
REFERENCE = re.compile(r"IW-[A-Z0-9]{4}-[A-Z0-9]{4}")


@dataclass
class Pair:
    """The sources of two requests for one record, and two members of the IW Team.

    What they asked for is in `requests` as long as it is not decided, else in `holds`.
    """

    one: User
    other: User
    member: User
    colleague: User
    requests: list[Request] = field(default_factory=list)
    holds: list[Hold] = field(default_factory=list)


def _staff(service, manager=None):
    return a_practitioner(service=service, manager=manager)


def both_managed_by_one():
    service = a_service()
    manager = _staff(service)
    return _staff(service, manager), _staff(service, manager)


def source_of_one_manages_the_other():
    service = a_service()
    source = _staff(service, _staff(service))
    return source, _staff(service, source)


def manages_the_source_of_one_and_is_the_other():
    """The same two, their requests sent in the other order."""
    one, other = source_of_one_manages_the_other()
    return other, one


def one_stands_in_for_two_managers():
    service = a_service()
    managers, deputy = [_staff(service), _staff(service)], _staff(service)
    _staff(service, deputy)
    for manager in managers:
        staff = _staff(service, manager)
        named(manager, deputy, clock.today(NOW), 60, now=NOW)
        yield staff


def one_stands_in_and_is_a_source():
    service = a_service()
    manager, deputy = _staff(service), _staff(service, _staff(service))
    staff = _staff(service, manager)
    _staff(service, deputy)
    named(manager, deputy, clock.today(NOW), 60, now=NOW)
    return staff, deputy


RELATIONS = (
    both_managed_by_one,
    source_of_one_manages_the_other,
    manages_the_source_of_one_and_is_the_other,
    one_stands_in_for_two_managers,
    one_stands_in_and_is_a_source,
)
RELATIONS_WITH_EVERY_ACT = (both_managed_by_one, source_of_one_manages_the_other)


def a_pair(relation, start):
    one, other = relation()
    pair = Pair(one, other, an_iw_member(), an_iw_member())
    start(pair)
    return pair


# --- How an act finds the two ---------------------------------------------------------------------


def not_decided(pair, **changed):
    number = a_number()
    pair.requests = [
        a_request(one, number=number, now=NOW, **changed) for one in (pair.one, pair.other)
    ]


def considered_and_left(pair):
    not_decided(pair, decision="considered")


def shielded(pair, days=0):
    pair.holds = shielded_for(pair.one, pair.other, now=NOW - days * DAY)


def to_be_reviewed(pair):
    shielded(pair, days=170)


def review_overdue(pair):
    shielded(pair, days=200)


# --- What is done ---------------------------------------------------------------------------------


def each(requests_, act, *, now=ACT, **given):
    for one in requests_:
        fresh = Request.objects.get(pk=one.pk)
        act(fresh, seen=fresh.changed_at, now=now, **given)


def the_record_ends(pair):
    first, second = pair.holds
    record = other_ends.propose_end(first.record, code="archived", by=pair.member, now=ACT)
    seen = [first.reference, second.reference]
    other_ends.confirm_end(
        record, seen=seen, attested=False, no_duplicate=True, by=pair.colleague, now=ACT
    )


def both_reviews_are_escalated(pair):
    for review in review_actions.open_reviews_of(pair.holds[0].record, now=ACT):
        review_actions.escalate_review(review, by=pair.member, now=ACT)


def a_review_of_before_that_asks_both_is_escalated(pair):
    """Opened before a six-monthly review was of one hold: it finishes as it was asked."""
    first, second = pair.holds
    Hold.objects.filter(pk=second.pk).update(review_due=clock.today(ACT) + 100 * DAY)
    [review] = review_actions.open_reviews_of(first.record, now=ACT)
    consultations.ask(review, second, now=ACT)
    review_actions.escalate_review(review, by=pair.member, now=ACT)


def both_are_attested(pair):
    for request in pair.requests:
        desk.attest_applied_for_request(
            request,
            checked_on=clock.today(ACT),
            no_duplicate=True,
            by=pair.member,
            now=ACT,
        )


def both_are_agreed(pair):
    agreeing = {"involvement": "on_record", "no_duplicate": True}
    each(pair.requests, desk.agree, by=pair.member, **agreeing)


def both_are_returned(pair):
    each(pair.requests, desk.return_with_query, query="points", by=pair.member)


def neither_is_agreed(pair):
    each(pair.requests, desk.propose_not_agreed, reason="well_known", by=pair.member)
    each(pair.requests, desk.confirm_not_agreed, no_duplicate=True, by=pair.colleague)


def neither_is_refused_after_all(pair):
    each(pair.requests, desk.propose_not_agreed, reason="well_known", by=pair.member)
    each(pair.requests, desk.overturn_not_agreed, by=pair.colleague)


def both_second_looks(pair):
    each(pair.requests, desk.settle_considered, no_duplicate=True, by=pair.member)


def both_are_to_look_again(pair):
    each(pair.requests, desk.ask_to_look_again, query="risk", by=pair.member)


def both_let_go(pair):
    for hold in pair.holds:
        let_go(hold, now=ACT)


def both_are_taken_back(pair):
    for hold in pair.holds:
        letting_go.take_back(hold, in_error=True, by=hold.source, now=ACT)


def both_are_let_go_on_their_word(pair):
    for hold in pair.holds:
        let_go(hold, by=pair.member, now=ACT)


def both_answer_no_longer_needed(pair):
    review_actions.open_reviews_of(pair.holds[0].record, now=ACT)
    for hold in pair.holds:
        letting_go.answer(
            hold,
            answer="no_longer_needed",
            views="yes",
            sought_by="source",
            parting=GONE,
            by=hold.source,
            now=ACT,
        )


def both_are_answered_for_by_phone(pair):
    for request in pair.requests:
        letting_go.answer(
            request.hold,
            answer="still_needed",
            views="yes",
            sought_by="source",
            by=pair.member,
            now=ACT,
        )


def both_families_are_told_by_phone(pair):
    """Of two that were not agreed the day before."""
    each(pair.requests, desk.propose_not_agreed, reason="well_known", by=pair.member, now=ACT - DAY)
    each(
        pair.requests, desk.confirm_not_agreed, no_duplicate=True, by=pair.colleague, now=ACT - DAY
    )
    for one in pair.requests:
        letting_go.say_family(one.hold, family="told", by=pair.member, now=ACT)


def both_are_given_back(pair):
    lead, wrong = an_iw_member(lead=True), []
    for source in (pair.one, pair.other):
        heir = a_practitioner(service=source.service)
        hand_overs.hand_over(
            source, to=heir, proposed_by=pair.member, by=pair.colleague, now=ACT - DAY
        )
        wrong.append(HandOver.objects.get(person=source))
        disputes.say_wrong(wrong[-1].told.get(person=source), by=source, now=ACT - DAY)
    for one in wrong:
        disputes.settle(one, verdict="wrong", by=lead, now=ACT)


def both_were_wrongly_suspended(pair):
    lead, wrong = an_iw_member(lead=True), []
    for hold in pair.holds:
        suspending.suspend(hold.source, by=pair.member, now=ACT - DAY)
        letting_go.withdraw(hold, parting=GONE, by=pair.member, now=ACT - DAY)
        told = SuspensionTold.objects.select_related("suspension").get(
            suspension__person=hold.source, person=hold.source
        )
        wrong.append(told)
        # One may manage the other: whoever is suspended hears of nothing but that.
        suspending.reactivate(hold.source, by=pair.colleague, now=ACT - DAY)
    for told in wrong:
        disputed_suspensions.say_wrong(told, by=told.person, now=ACT)
        told.suspension.refresh_from_db()
        disputed_suspensions.settle(told.suspension, verdict="wrong", by=lead, now=ACT)


def both_say_that_they_did_not_let_go(pair):
    for hold in pair.holds:
        suspending.suspend(hold.source, by=pair.member, now=ACT - DAY)
        letting_go.withdraw(hold, parting=GONE, by=pair.member, now=ACT - DAY)
        suspending.reactivate(hold.source, by=pair.colleague, now=ACT - DAY)
    caller = an_iw_member()
    for hold in pair.holds:
        release_actions.deny_release(hold, phoned=True, by=caller, now=ACT)


# Every act that tells, by what it begins with.
TELLING = {
    not_decided: (
        both_are_attested,
        both_are_agreed,
        both_are_returned,
        neither_is_agreed,
        both_are_answered_for_by_phone,
        both_families_are_told_by_phone,
    ),
    considered_and_left: (both_second_looks, both_are_to_look_again),
    shielded: (
        both_let_go,
        both_are_given_back,
        both_were_wrongly_suspended,
        both_say_that_they_did_not_let_go,
        the_record_ends,
        both_are_taken_back,
        both_are_let_go_on_their_word,
    ),
    to_be_reviewed: (
        both_reviews_are_escalated,
        a_review_of_before_that_asks_both_is_escalated,
        both_answer_no_longer_needed,
    ),
}


def one_review_is_concluded(pair):
    for review in review_actions.open_reviews_of(pair.holds[0].record, now=ACT):
        review_actions.conclude_record_review(
            review,
            no_duplicate=True,
            next_shown=review_actions.next_due(review, ACT),
            by=pair.member,
            now=ACT,
        )


def it_is_unshielded(pair):
    for hold in pair.holds:
        let_go(hold, now=ACT - 2 * DAY)
    Notice.objects.all().overtake()
    record = unshield_actions.begin_unshield(pair.holds[0].record, by=pair.member, now=ACT)
    unshield_actions.confirm_unshield(record, by=pair.colleague, now=ACT)


SILENT = {
    neither_is_refused_after_all: not_decided,
    one_review_is_concluded: review_overdue,
    it_is_unshielded: shielded,
}


def mails(days=14, *, away=0):
    """Return every mail of so many days, with its moment; for `away` days nothing is delivered."""
    found = []
    for now in moments_of_mail(ACT + away * DAY, ACT + days * DAY):
        before = len(outbox.outbox)
        delivery.deliver(now)
        found += [(now, one.to[0], one.body) for one in outbox.outbox[before:]]
    return found


def walk(act, pair, *, away=0):
    """Do an act, and return who got which references when because of it."""
    act(pair)
    # What setting the scene owed is nobody's any more: only the act's own words are walked.
    Notice.objects.filter(created_at__lt=ACT).overtake()
    return [(now, address, set(REFERENCE.findall(body))) for now, address, body in mails(away=away)]


def of_the_two(pair):
    return {
        one.source_id: one.reference
        for one in Hold.objects.filter(source__in=[pair.one, pair.other])
    } | {
        one.practitioner_id: one.reference
        for one in Request.objects.filter(practitioner__in=[pair.one, pair.other])
    }


def walks():
    """Every act in two relations, one act from each start in each other; the rest is long."""
    for start, acts in TELLING.items():
        for relation in RELATIONS:
            name = f"{start.__name__}, {relation.__name__}"
            if relation in RELATIONS_WITH_EVERY_ACT:
                yield pytest.param(start, relation, acts, id=name)
                continue
            yield pytest.param(start, relation, acts[:1], id=f"{name}, one act")
            yield pytest.param(
                start, relation, acts[1:], id=f"{name}, the others", marks=pytest.mark.soak
            )


@pytest.mark.parametrize(
    "away",
    [
        pytest.param(0, id="delivered"),
        pytest.param(8, id="after a pause", marks=pytest.mark.soak),
    ],
)
@pytest.mark.parametrize(("start", "relation", "acts"), list(walks()))
def test_no_mail_holds_two_requests_for_one_record(start, relation, acts, away):
    begun = a_pair(relation, start)
    for act in acts:
        with undone():
            each_hears_of_theirs_apart(act, deepcopy(begun), away)


def each_hears_of_theirs_apart(act, pair, away):
    came, name = walk(act, pair, away=away), act.__name__
    both = set(of_the_two(pair).values())
    assert len(both) == 2, name
    assert [one for one in came if len(one[2] & both) > 1] == [], name
    # The IW Team may hear of both, apart as anybody does.
    team = set(User.objects.iw_team().values_list("email", flat=True))
    came = [one for one in came if one[1] not in team]
    everybody = {}
    for _, address, references in came:
        everybody.setdefault(address, set()).update(references)
    assert everybody == expected(pair), f"{name}: each hears of what is theirs, and nothing else"
    if not away:
        in_time(pair, came, name)


def expected(pair):
    """Return which references each address is to hear: one's own, and one's staff's."""
    hears = {}
    for source in (pair.one, pair.other):
        reference = of_the_two(pair)[source.pk]
        for reader in (source, *approvers_of(source, clock.today(ACT))):
            hears.setdefault(reader.email, set()).add(reference)
    return hears


def in_time(pair, came, name):
    """Assert that sources hear of their own at once, others with one working day's mail each."""
    own = {one.email: of_the_two(pair)[one.pk] for one in (pair.one, pair.other)}
    days = {}
    for now, address, references in came:
        if references == {own.get(address)}:
            assert now == ACT, name
            continue
        assert now == mail_hour(clock.today(now)), name
        days.setdefault(address, []).append(clock.today(now))
    friday, monday = date(2026, 3, 6), date(2026, 3, 9)
    assert days, name
    assert all(one in ([friday], [friday, monday]) for one in days.values()), name


@pytest.mark.parametrize("act", SILENT, ids=lambda one: one.__name__)
def test_what_tells_nobody_tells_nobody(act):
    assert walk(act, a_pair(both_managed_by_one, SILENT[act])) == []


def test_who_has_both_from_a_leaver_hears_of_the_second_a_working_day_later():
    pair = a_pair(both_managed_by_one, shielded)
    holds = pair.holds
    hand_overs.hand_over(pair.one, to=pair.other, by=pair.member, now=ACT - DAY)
    Notice.objects.all().overtake()
    record = Record.objects.get()
    record = other_ends.propose_end(record, code="died", by=pair.member, now=ACT)
    other_ends.confirm_end(
        record,
        seen=[one.reference for one in holds],
        attested=True,
        no_duplicate=True,
        by=pair.colleague,
        now=ACT,
    )
    came = [(now, REFERENCE.findall(body)) for now, to, body in mails() if to == pair.other.email]
    friday = mail_hour(date(2026, 3, 6))
    assert came == [(ACT, [holds[0].reference]), (friday, [holds[1].reference])]


def test_one_who_changed_twice_is_one_item_on_one_day():
    """The second word of one request does not push it to the day of the other."""
    pair = a_pair(both_managed_by_one, not_decided)
    asked = pair.requests
    Notice.objects.all().overtake()
    agreeing = {"involvement": "on_record", "no_duplicate": True}
    each(asked, desk.agree, by=pair.member, **agreeing)
    for request in asked:
        desk.attest_applied_for_request(
            Request.objects.get(pk=request.pk),
            checked_on=clock.today(ACT),
            no_duplicate=True,
            by=pair.member,
            now=ACT + MINUTE,
        )
    manager = pair.one.line_manager.email
    came = [REFERENCE.findall(body) for _, to, body in mails() if to == manager]
    assert came == [[asked[0].reference], [asked[1].reference]]


def test_two_records_share_a_mail_as_ever():
    """Only what is of one child is kept apart: a day's mail is one."""
    one, other = both_managed_by_one()
    holds = shielded_for(one) + shielded_for(other)
    Notice.objects.all().overtake()
    for hold in holds:
        let_go(hold, now=ACT)
    manager = one.line_manager.email
    [(now, body)] = [(now, body) for now, to, body in mails() if to == manager]
    assert now == mail_hour(date(2026, 3, 6))
    assert set(REFERENCE.findall(body)) == {hold.reference for hold in holds}


@pytest.mark.parametrize("away", [0, 8], ids=["delivered", "after a pause"])
@pytest.mark.parametrize("how", ["manages both now", "stands in for both now"])
def test_who_came_to_hear_of_both_hears_of_them_apart(how, away):
    """Two managers were owed one each, on one day; then both are one person's to hear."""
    service = a_service()
    managers, new = [_staff(service), _staff(service)], _staff(service)
    _staff(service, new)
    one, other = (_staff(service, manager) for manager in managers)
    holds = shielded_for(one, other)
    Notice.objects.all().overtake()
    for hold in holds:
        let_go(hold, now=ACT)
    for manager, source in zip(managers, (one, other), strict=True):
        if how == "manages both now":
            directory.set_line_manager(source, new, by=an_iw_member(), now=ACT)
        else:
            named(manager, new, clock.today(ACT), 20, now=ACT)
    came = [REFERENCE.findall(body) for _, to, body in mails(away=away) if to == new.email]
    both = [hold.reference for hold in holds]
    heard = [[one for one in references if one in both] for references in came]
    assert [one for one in heard if one] == [[reference] for reference in both]


def test_what_is_owed_when_the_days_mail_has_gone_is_not_put_beside_the_next_days():
    pair = a_pair(both_managed_by_one, shielded)
    first, second = pair.holds
    Notice.objects.all().overtake()
    manager = pair.one.line_manager
    let_go(first, now=ACT)
    let_go(second, now=ACT)
    friday = mail_hour(date(2026, 3, 6))
    # Something else was due that day and went first; what changed comes after its mail has gone.
    with transaction.atomic():
        Notice.objects.filter(kind="team_item_changed").update(due_at=friday + MINUTE)
        Notice.objects.create(
            kind="review_overdue_manager",
            subject="IW-ZZZZ-ZZZZ",
            mentions="IW-ZZZZ-ZZZZ",
            recipient=manager,
            created_at=ACT,
            due_at=ACT,
        )
    outbox.outbox.clear()
    bodies = []
    for moment in (friday, friday + MINUTE, *(friday + days * DAY for days in range(1, 9))):
        before = len(outbox.outbox)
        delivery.deliver(moment)
        bodies += [one.body for one in outbox.outbox[before:] if one.to == [manager.email]]
    both = {first.reference, second.reference}
    seen = [set(REFERENCE.findall(body)) & both for body in bodies]
    assert sorted(map(len, seen)) == [0, 1, 1]


# Which of the acts above goes through each place in the code that tells of a record.
WALKED = {
    "shielding.unshield.other_ends._close": the_record_ends,
    "shielding.reviews.actions.escalate_review": both_reviews_are_escalated,
    "shielding.holds.letting_go._let_go": both_let_go,
    "shielding.holds.letting_go.take_back": both_are_taken_back,
    "shielding.holds.letting_go.answer": both_are_answered_for_by_phone,
    "shielding.holds.letting_go.say_family": both_families_are_told_by_phone,
    "shielding.holds.disputes.hand_over_actions._give_back": both_are_given_back,
    "shielding.holds.disputes.release_actions.deny_release": both_say_that_they_did_not_let_go,
    "shielding.holds.disputes.suspension_actions._stands_again": both_were_wrongly_suspended,
    "requests_app.desk.actions.attest_applied_for_request": both_are_attested,
    "requests_app.desk.actions.agree": both_are_agreed,
    "requests_app.desk.actions.return_with_query": both_are_returned,
    "requests_app.desk.actions.confirm_not_agreed": neither_is_agreed,
    "requests_app.desk.actions.settle_considered": both_second_looks,
    "requests_app.desk.actions.ask_to_look_again": both_are_to_look_again,
}


def test_every_act_that_tells_of_a_record_is_walked():
    """A new one fails here until it is, and so does one that tells people on its own."""
    telling, alone = set(), set()
    for name, path in modules().items():
        for function, node in functions(parsed(path)).items():
            called = {
                one.func.id
                for one in ast.walk(node)
                if isinstance(one, ast.Call) and isinstance(one.func, ast.Name)
            }
            if (
                called & {"tell_of_change", "tell_of_recorded_word", "_tell"}
                and function != "_tell"
            ):
                telling.add(f"{name}.{function}")
            if "tell_people" in called:
                alone.add(f"{name}.{function}")
    assert telling == set(WALKED)
    assert set(WALKED.values()) <= {act for acts in TELLING.values() for act in acts}
    assert alone == {"shielding.reviews.telling._tell_source", "brokerage.notices.tell_parties"}


def test_the_others_of_a_record_are_found_by_any_of_its_references():
    asked = a_pair(both_managed_by_one, not_decided).requests
    alone = a_request(now=NOW)
    assert of_same_record(asked[0].reference) == {asked[1].reference}
    assert of_same_record(asked[1].reference) == {asked[0].reference}
    assert of_same_record(alone.reference) == set()
    assert of_same_record("IW-ZZZZ-ZZZZ") == set()
    assert Review.objects.count() == 3
