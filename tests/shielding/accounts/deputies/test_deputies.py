"""Who may stand in for a line manager: named by whom, for how long, and what a deputy may then."""

from datetime import UTC, date, datetime

import pytest

from shielding.accounts.deputies import actions, policies
from shielding.accounts.deputies.models import Deputy, approvers_of, staff_to_approve_for
from shielding.accounts.models import User, ids_above
from shielding.notices.models import Notice
from shielding.web.refusals import NotAllowed, Refused, WrongState
from tests.shielding.accounts.deputies.support.deputies import DAY, NOW, TODAY, named
from tests.support.entries import entries
from tests.support.people import a_practitioner
from tests.support.replay import replay

pytestmark = pytest.mark.django_db

FIT = {"top", "head", "peer"}
NAMERS = {"manager", "iw", "lead", "iw_manager"}
# When it begins, how many days it runs, and what is answered.
DAYS = [
    (TODAY, 1, ""),
    (TODAY, 60, ""),
    (TODAY, 61, "deputy_days"),
    (TODAY, 0, "deputy_days"),
    (TODAY - DAY, 7, "deputy_days"),
    # What each of them ended before is one day of theirs: today.
    (TODAY + 40 * DAY, 59, ""),
    (TODAY + 40 * DAY, 60, "deputy_days"),
    (TODAY + 300 * DAY, 60, ""),
    (date(2027, 3, 2), 1, ""),
    (date(2027, 3, 2), 2, "deputy_days"),
    (date.max - DAY, 2, "deputy_days"),
]


def refused(kind, code, act):
    """The act is refused and nothing is changed, written or owed."""

    def rows():
        return list(Deputy.objects.values()), entries(), Notice.objects.count()

    before = rows()
    with pytest.raises(kind) as caught:
        act()
    assert caught.value.code == code
    assert rows() == before


def told(kind):
    return set(Notice.objects.filter(kind=kind).values_list("recipient", "subject", "mentions"))


def end(deputy, by, now=NOW):
    actions.end_deputy(deputy, by=by, now=now)


@pytest.mark.parametrize(
    "of_the_refused",
    [
        pytest.param(DAYS[1:3], id="days of both answers"),
        pytest.param(DAYS, id="all days", marks=pytest.mark.soak),
    ],
)
def test_every_namer_every_deputy_and_every_stretch_of_days(of_the_refused, line):
    """Who names × whom × when, each with its answer: all days where it is the days that decide."""
    everybody, wrong, tried = line.everybody(), [], 0
    for by, namer in everybody.items():
        for who, person in everybody.items():
            days_decide = by in NAMERS and who in FIT
            for first_day, days, answer in DAYS if days_decide else of_the_refused:
                expected = answer
                if who not in FIT:
                    expected = "unfit_deputy"
                if by not in NAMERS:
                    expected = "may_not_name_deputy"
                found, tried = _outcome(line.manager, person, first_day, days, namer), tried + 1
                if found != expected:
                    wrong.append(f"{by} names {who} on {first_day} for {days}: {found}")
    assert wrong == []
    decided = len(NAMERS) * len(FIT)
    assert tried == decided * len(DAYS) + (18 * 18 - decided) * len(of_the_refused)
    assert Deputy.objects.count() == decided * 5


def _outcome(manager, deputy, first_day, days, by):
    """Return the code of the refusal, or nothing; what was named is ended at once."""
    try:
        done = named(manager, deputy, first_day, days, by=by)
    except Refused as refusal:
        return refusal.code
    end(done, by)
    return ""


def test_the_list_of_possible_deputies_is_what_the_policy_allows(line):
    everybody = User.objects.all()
    found = {}
    for manager in everybody:
        found[manager] = set(User.objects.fit_to_stand_in(manager))
        assert found[manager] == {one for one in everybody if policies.may_stand_in(one, manager)}
    assert found[line.manager] == {line.top, line.head, line.peer}
    assert found[line.head] == {line.top}
    assert found[line.peer] == {line.manager, line.below, line.far_below}
    assert found[line.top] == set()
    assert ids_above(line.far_below) == {
        one.pk for one in (line.below, line.manager, line.head, line.top)
    }


def test_who_manages_no_practitioner_has_no_deputy(line):
    for who in ("staff", "alone", "left_alone", "iw", "auditor", "iw_manager"):
        person = line.everybody()[who]
        for by in {line.iw, person}:
            with pytest.raises(NotAllowed) as caught:
                named(person, line.peer, by=by)
            assert caught.value.code == "may_not_name_deputy", who
    assert (entries(), Deputy.objects.count(), Notice.objects.count()) == ([], 0, 0)


def test_naming_is_an_entry_and_both_are_told(line):
    done = named(line.manager, line.peer, TODAY + DAY, 9, by=line.iw)
    done.refresh_from_db()
    assert (done.manager, done.deputy) == (line.manager, line.peer)
    assert (done.first_day, done.last_day) == (date(2026, 3, 3), date(2026, 3, 11))
    assert (done.named_by, done.named_at, done.ended_by) == (line.iw, NOW, None)
    facts = {
        "person": str(line.manager.uid),
        "deputy": str(line.peer.uid),
        "first_day": "2026-03-03",
        "last_day": "2026-03-11",
    }
    assert entries() == [("deputy_named", str(line.iw.uid), facts)]
    people = (line.manager.pk, line.peer.pk)
    assert told("deputy_named") == {(pk, done.reference, done.reference) for pk in people}
    assert str(done) == done.reference


@pytest.mark.parametrize("by", ["manager", "iw", "lead"])
@pytest.mark.parametrize("begins", [TODAY - 3 * DAY, TODAY - 6 * DAY, TODAY + 5 * DAY])
def test_it_is_ended_early_or_before_it_began(by, begins, line):
    done = named(line.manager, line.peer, begins, now=NOW - 10 * DAY)
    end(done, line.everybody()[by])
    done.refresh_from_db()
    assert (done.ended_by, done.ended_at) == (line.everybody()[by], NOW)
    facts = {"person": str(line.manager.uid), "deputy": str(line.peer.uid)}
    assert entries("deputy_ended") == [("deputy_ended", str(line.everybody()[by].uid), facts)]
    assert {pk for pk, *_ in told("deputy_ended")} == {line.manager.pk, line.peer.pk}
    refused(WrongState, "deputy_over", lambda: end(done, line.manager))
    # The days are free again.
    assert named(line.manager, line.head, TODAY).pk != done.pk


def test_nobody_else_ends_it(line):
    done = named(line.manager, line.peer)
    others = set(line.everybody()) - NAMERS
    assert "peer" in others
    for who in others:
        person = line.everybody()[who]
        refused(NotAllowed, "may_not_end_deputy", lambda person=person: end(done, person))


def test_what_has_lapsed_is_not_ended(line):
    done = named(line.manager, line.peer, TODAY, 7)
    refused(WrongState, "deputy_over", lambda: end(done, line.manager, NOW + 7 * DAY))
    end(done, line.manager, NOW + 6 * DAY)


def test_a_suspended_manager_names_and_ends_nothing_but_the_iw_team_does_it_for_them(line):
    User.objects.filter(pk=line.manager.pk).update(is_active=False)
    # As somebody whose session began before: the act reads them anew.
    assert line.manager.is_active
    refused(NotAllowed, "may_not_name_deputy", lambda: named(line.manager, line.peer))
    done = named(line.manager, line.peer, by=line.iw)
    refused(NotAllowed, "may_not_end_deputy", lambda: end(done, line.manager))
    end(done, line.iw)


def test_a_deputy_names_nobody_for_the_one_they_stand_in_for(line):
    named(line.manager, line.head)
    refused(
        NotAllowed,
        "may_not_name_deputy",
        lambda: named(line.manager, line.peer, TODAY + 30 * DAY, by=line.head),
    )
    # Whoever stands in for the deputy stands in for their own staff, and for nobody else's.
    named(line.head, line.top)
    assert approvers_of(line.staff, TODAY) == [line.manager, line.head]
    assert approvers_of(line.manager, TODAY) == [line.head, line.top]


@pytest.mark.parametrize(
    ("first", "days", "free"),
    [(-5, 5, True), (-5, 6, False), (0, 7, False), (2, 2, False), (6, 9, False), (7, 9, True)],
)
def test_two_do_not_stand_in_for_one_manager_on_one_day(first, days, free, line):
    begins = TODAY + 20 * DAY
    named(line.manager, line.peer, begins, 7)
    named(line.peer, line.manager, begins, 7)  # another's days are their own

    def act():
        return named(line.manager, line.head, begins + first * DAY, days)

    if free:
        act()
    else:
        refused(WrongState, "deputy_overlaps", act)


@pytest.mark.parametrize(
    ("now", "today"),
    [
        (datetime(2026, 6, 30, 22, 59, tzinfo=UTC), date(2026, 6, 30)),
        (datetime(2026, 6, 30, 23, 30, tzinfo=UTC), date(2026, 7, 1)),
        (datetime(2026, 12, 31, 23, 59, tzinfo=UTC), date(2026, 12, 31)),
    ],
)
def test_the_days_are_londons(now, today, line):
    refused(Refused, "deputy_days", lambda: named(line.manager, line.peer, today - DAY, 2, now=now))
    done = named(line.manager, line.peer, today, 1, now=now)
    end(done, line.manager, now)


@pytest.mark.parametrize("manager_works", [True, False])
@pytest.mark.parametrize("deputy_works", [True, False])
@pytest.mark.parametrize("ended", [True, False])
@pytest.mark.parametrize("reports", [True, False])
def test_who_approves_on_a_day(manager_works, deputy_works, ended, reports, line):
    """Every state a deputy can be in × the days around: three questions, one answer.

    Of everybody where they stand in on some day; else of the two, and of those above and below
    them, on the first and the last day.
    """
    done = named(line.manager, line.peer, TODAY, 7)
    if ended:
        end(done, line.manager)
    for person, works in ((line.manager, manager_works), (line.peer, deputy_works)):
        User.objects.filter(pk=person.pk).update(is_active=works)
    if reports:  # since it was named: then nobody decides what their own manager would
        User.objects.filter(pk=line.peer.pk).update(line_manager=line.below)
    everybody = list(User.objects.select_related("line_manager"))
    asking = [line.manager, line.peer, line.head, line.staff]
    near = [one for one in everybody if one in (*asking, line.below, line.peers_staff)]
    may_stand_in = deputy_works and not ended and not reports
    people = everybody if may_stand_in else near
    for day in (TODAY + days * DAY for days in ((-1, 0, 3, 6, 7) if may_stand_in else (0, 6))):
        stands_in = may_stand_in and TODAY <= day < TODAY + 7 * DAY
        absent = line.manager if stands_in else None
        expected = {person: _expected(person, absent, line.peer) for person in people}
        assert {person: set(approvers_of(person, day)) for person in people} == expected
        for user in people:
            theirs = {person for person in people if user in expected[person]}
            assert set(staff_to_approve_for(user, day)).intersection(people) == theirs
            if user in asking:
                may = {one for one in near if policies.may_approve_for(user, one, day)}
                assert may == theirs.intersection(near), (user, day)
        standing = Deputy.objects.standing_in(line.peer, day)
        assert [one.manager for one in standing] == ([line.manager] if stands_in else [])


def _expected(person, absent, deputy):
    manager = person.line_manager
    asked = {manager} if manager else set()
    if absent and manager == absent:
        asked.add(deputy)
    return {one for one in asked if one.is_active and one != person}


def test_a_deputy_who_has_come_to_report_to_the_absent_one_does_not_stand_in(line):
    """Also not for themself: nobody decides their own."""
    named(line.manager, line.peer)
    User.objects.filter(pk=line.peer.pk).update(line_manager=line.manager)
    line.peer.refresh_from_db()
    assert approvers_of(line.peer, TODAY) == [line.manager]
    assert approvers_of(line.staff, TODAY) == [line.manager]
    assert not staff_to_approve_for(line.peer, TODAY).filter(pk=line.peer.pk).exists()


def test_nobody_decides_their_own_even_where_the_line_says_so(line):
    """A deputy who manages themself by way of the table alone is left out by each question."""
    named(line.manager, line.head)
    # The head's line manager is their own staff: no act allows it, and nobody below is asked.
    User.objects.filter(pk=line.head.pk).update(line_manager=line.manager)
    line.head.refresh_from_db()
    assert line.head not in approvers_of(line.head, TODAY)
    assert line.head not in staff_to_approve_for(line.head, TODAY)
    assert not policies.may_approve_for(line.head, line.head, TODAY)


UNFIT = {
    "manages nobody any more": lambda line: User.objects.filter(line_manager=line.peer).update(
        line_manager=line.top
    ),
    "manages only somebody suspended": lambda line: User.objects.filter(
        line_manager=line.peer
    ).update(is_active=False),
    "is of another service": lambda line: User.objects.filter(pk=line.peer.pk).update(
        service=line.top.service
    ),
    "the absent one is of another service": lambda line: User.objects.filter(
        pk=line.manager.pk
    ).update(service=line.top.service),
    "reports to the absent one": lambda line: User.objects.filter(pk=line.peer.pk).update(
        line_manager=line.below
    ),
    "is suspended": lambda line: User.objects.filter(pk=line.peer.pk).update(is_active=False),
}


@pytest.mark.parametrize("why", UNFIT)
def test_a_deputy_who_is_not_fit_any_more_stands_in_no_more(why, line):
    """Asked at each act, of people as they are: what was true when they were named is past."""
    named(line.manager, line.peer)
    assert approvers_of(line.staff, TODAY) == [line.manager, line.peer]
    UNFIT[why](line)
    staff = User.objects.select_related("line_manager").get(pk=line.staff.pk)
    peer = User.objects.get(pk=line.peer.pk)
    assert approvers_of(staff, TODAY) == [line.manager]
    assert staff not in staff_to_approve_for(peer, TODAY)
    assert not policies.may_approve_for(peer, staff, TODAY)
    assert not Deputy.objects.standing_in(peer, TODAY).exists()


def test_one_from_above_stands_in_while_they_are_above(line):
    named(line.manager, line.head)
    assert approvers_of(line.staff, TODAY) == [line.manager, line.head]
    User.objects.filter(pk=line.manager.pk).update(line_manager=line.top)
    assert approvers_of(line.staff, TODAY) == [line.manager]
    assert not Deputy.objects.standing_in(line.head, TODAY).exists()


# Stretches of one deputy for one manager, as the first day and how many, and what the last is told.
STRETCHES = [
    ([(0, 60), (60, 1)], "deputy_days"),
    ([(0, 60), (119, 1)], "deputy_days"),
    ([(0, 60), (120, 60)], ""),
    ([(0, 30), (40, 30)], ""),
    ([(0, 30), (40, 31)], "deputy_days"),
    ([(0, 20), (30, 20), (60, 20), (90, 1)], "deputy_days"),
    ([(0, 20), (30, 20), (60, 20), (120, 20)], ""),
    ([(200, 60), (140, 60)], "deputy_days"),
    ([(200, 60), (80, 60)], ""),
    # Between two others: in neither window of 120 days alone, and in the one of both.
    ([(0, 30), (100, 30), (60, 10)], ""),
    ([(0, 30), (80, 30), (50, 1)], "deputy_days"),
]


@pytest.mark.parametrize(("stretches", "answer"), STRETCHES)
def test_one_deputy_has_at_most_sixty_days_of_any_120(stretches, answer, line):
    *before, (first, days) = stretches
    for begins, long in before:
        named(line.manager, line.peer, TODAY + begins * DAY, long)

    def act(deputy=line.peer):
        return named(line.manager, deputy, TODAY + first * DAY, days)

    if answer:
        refused(Refused, answer, act)
        # Another deputy has days of their own, and so has another manager.
        named(line.peer, line.manager, TODAY + first * DAY, days)
        act(line.head)
    else:
        act()


@pytest.mark.parametrize(("ended_on", "free"), [(0, 59), (9, 50), (59, 0)])
def test_days_that_were_given_back_count_no_more(ended_on, free, line):
    end(named(line.manager, line.peer, TODAY, 60), line.manager, NOW + ended_on * DAY)
    then, begins = NOW + ended_on * DAY, TODAY + (ended_on + 1) * DAY
    refused(
        Refused,
        "deputy_days",
        lambda: named(line.manager, line.peer, begins, free + 1, now=then),
    )
    if free:
        named(line.manager, line.peer, begins, free, now=then)


def test_what_was_ended_before_it_began_was_no_day(line):
    end(named(line.manager, line.peer, TODAY + 5 * DAY, 60), line.manager)
    named(line.manager, line.peer, TODAY + DAY, 60)


def test_a_suspended_person_approves_for_nobody(line):
    manager = line.manager
    manager.is_active = False
    staff = User.objects.get(pk=line.staff.pk)
    assert not policies.may_approve_for(manager, staff, TODAY)
    assert list(staff_to_approve_for(manager, TODAY)) == []


def test_nobody_approves_for_whom_has_no_line_manager():
    assert approvers_of(a_practitioner(), TODAY) == []


def test_who_sees_which_deputies(line):
    done = named(line.manager, line.peer)
    seen = {who for who, one in line.everybody().items() if done in Deputy.objects.visible_to(one)}
    assert seen == {"manager", "peer", "iw", "lead", "iw_manager"}


@pytest.mark.parametrize(
    "behind",
    [
        {"last_day": TODAY + 8 * DAY},
        {"first_day": TODAY + DAY},
        {"ended_at": None, "ended_by": None},
    ],
)
def test_the_logbook_tells_the_deputies(behind, line):
    end(named(line.manager, line.peer), line.iw)
    named(line.peer, line.manager)
    assert replay() == ([], 3)
    Deputy.objects.filter(manager=line.manager).update(**behind)
    assert {one.split()[0] for one in replay()[0]} == {"deputies"}
