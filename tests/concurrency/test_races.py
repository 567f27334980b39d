"""People acting at the same moment, in real transactions, as the application's role."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from itertools import count

import pytest
from django.db import IntegrityError, connection, transaction

from logbook.models import Entry
from logbook.references import new_reference
from requests_app import questions
from requests_app import states as request_states
from requests_app.desk import actions as desk_actions
from requests_app.desk import phoned_requests
from requests_app.models import Request
from requests_app.practitioner import actions as practitioner_actions
from shielding.accounts.models import User
from shielding.models import Hold, Record, Review
from shielding.notices.models import Notice
from shielding.records import states
from shielding.unshield import attestations
from shielding.web.refusals import Refused
from tests.concurrency.support.crowd import Crowd, a_crowd
from tests.concurrency.support.races import counts, held_while_open
from tests.concurrency.support.sessions import without_trigger
from tests.support.people import a_practitioner, an_iw_member
from tests.support.requests import NOW, a_number, a_request, a_written_draft, full_answers

pytestmark = pytest.mark.django_db(transaction=True)
LATER = NOW + timedelta(hours=1)
LAST = NOW + timedelta(hours=2)


# --- A form for another child that is sent twice at once ------------------------------------------


@counts(4, 200)
def test_another_child_sent_twice_at_once_is_sent_once(times):
    like = a_request(a_practitioner())
    asked = {
        name: value
        for name, value in full_answers().items()
        if name not in questions.copied(like) or name == "asked_by"
    }
    with a_crowd(2) as crowd:
        for _ in range(times):
            given = {"reference": new_reference(), "values": asked | {"number": a_number()}}
            twice = partial(
                practitioner_actions.send_another, like, **given, by=like.practitioner, now=LATER
            )
            one, other = crowd.at_once(twice, twice)
            assert one == other == Request.objects.get(reference=given["reference"])
    assert Hold.objects.standing().count() == times + 1
    assert Entry.objects.filter(event="request_submitted").count() == times + 1


# --- A request against the release of the last hold and "never applied" ------------------------


@counts(10, 1_000)
def test_no_hold_is_lost_and_no_record_opens_while_one_stands(times, capsys):
    mover, other = a_practitioner(), a_practitioner()
    one, two = an_iw_member(), an_iw_member()
    opened = refused = 0
    with a_crowd(2) as crowd:
        for turn in range(times):
            proposed, draft = the_last_hold_and_a_new_request(mover, other, one)
            if turn % 2:  # every other time only the opening is raced: it wins more often
                confirm(proposed, two)
            sent, opening = crowd.at_once(
                partial(practitioner_actions.submit, draft, by=other, now=LATER),
                partial(let_go_and_open, proposed, two, confirmed=bool(turn % 2)),
            )
            assert sent.hold.is_standing
            assert state_of(proposed) == states.TO_SHIELD
            opened += isinstance(opening, Record)
            refused += getattr(opening, "code", "") == "holds_stand"
    assert (opened + refused, held_while_open()) == (times, 0)
    assert Hold.objects.standing().count() == times
    assert Hold.objects.filter(released_how="not_agreed").count() == times
    with capsys.disabled():
        print(  # noqa: T201 - the figures of the race are its result
            f"\n{times} races of a request against the last release and “never applied”: "
            f"opened first and shielded anew {opened}, opening refused {refused}, holds lost 0, "
            f"held while open 0"
        )


def the_last_hold_and_a_new_request(
    mover: User, other: User, member: User
) -> tuple[Request, Request]:
    """Return a request that another member may confirm as not agreed, and a draft on its record."""
    number = a_number()
    first = practitioner_actions.submit(a_written_draft(mover, number=number), by=mover, now=NOW)
    proposed = desk_actions.propose_not_agreed(
        first, reason="well_known", seen=first.changed_at, by=member, now=NOW
    )
    return proposed, a_written_draft(other, number=number)


def confirm(proposed: Request, member: User) -> None:
    desk_actions.confirm_not_agreed(
        proposed, no_duplicate=True, seen=proposed.changed_at, by=member, now=LATER
    )


def let_go_and_open(proposed: Request, member: User, *, confirmed: bool) -> Record:
    if not confirmed:
        confirm(proposed, member)
    return attestations.attest_never_applied(proposed.record, by=member, now=LATER)


def state_of(request: Request) -> str:
    return Record.objects.values_list("state", flat=True).get(pk=request.record_id)


# --- The same race in raw SQL: what the lock does, and what the pair of triggers does ----------

PLACE = (
    "SELECT state FROM shielding_record WHERE id = %(record)s {lock}",
    "INSERT INTO shielding_hold (reference, record_id, source_id, service_id, ground, episode,"
    " placed_at, placed_by_id, released_how) SELECT %(reference)s, %(record)s, source_id,"
    " service_id, ground, 1, now(), placed_by_id, '' FROM shielding_hold LIMIT 1",
    "UPDATE shielding_record SET state = 'to_shield' WHERE id = %(record)s",
)
OPEN = (
    "SELECT count(*) FROM (SELECT 1 FROM shielding_record WHERE id = %(record)s {lock}) locked",
    "UPDATE shielding_record SET state = 'not_shielded' WHERE id = %(record)s AND NOT EXISTS"
    " (SELECT 1 FROM shielding_hold WHERE record_id = %(record)s AND released_at IS NULL)",
)
_references = (f"IW-2222-{number:04}" for number in count())


def raced(crowd: Crowd, *, lock: str) -> tuple[int, int]:
    """Race PLACE against OPEN once; return violations and transactions PostgreSQL refused."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE shielding_record SET state = 'to_shield' RETURNING id")
        (record,) = cursor.fetchone()
        cursor.execute(
            "UPDATE shielding_hold SET released_at = now(), released_by_id = placed_by_id,"
            " released_how = 'source' WHERE released_at IS NULL"
        )
    values = {"record": record, "reference": next(_references)}
    placing, opening = (
        partial(transact, [statement.format(lock=lock) for statement in statements], values)
        for statements in (PLACE, OPEN)
    )
    refusals = crowd.at_once(placing, opening).count("refused")
    return held_while_open(), refusals


def transact(statements: list[str], values: dict[str, object]) -> str:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement, values)
    except IntegrityError:
        return "refused"
    return "done"


@pytest.fixture
def raw_crowd() -> Iterator[Crowd]:
    """Two sessions, one record with a hold, and nobody who asks for an entry of each state."""
    source = a_practitioner()
    practitioner_actions.submit(a_written_draft(source), by=source, now=NOW)
    logged = without_trigger("shielding_record", "shielding_record_state_logged")
    with logged, a_crowd(2) as crowd:
        yield crowd


@pytest.fixture
def no_guards() -> Iterator[None]:
    """The pair of triggers away: only a lock is left."""
    with (
        without_trigger("shielding_hold", "shielding_hold_guard"),
        without_trigger("shielding_record", "shielding_record_guard"),
    ):
        yield


@counts(20, 1_000)
@pytest.mark.behind_the_acts("races raw statements")
def test_the_lock_alone_keeps_the_invariant(times, no_guards, raw_crowd):
    assert {raced(raw_crowd, lock="FOR UPDATE") for _ in range(times)} == {(0, 0)}


@counts(20, 1_000)
@pytest.mark.behind_the_acts("races raw statements")
def test_the_pair_of_triggers_alone_keeps_it_by_refusing(times, raw_crowd):
    assert {violations for violations, _ in (raced(raw_crowd, lock="") for _ in range(times))} == {
        0
    }


@pytest.mark.behind_the_acts("races raw statements")
def test_with_neither_a_record_opens_while_a_hold_stands(no_guards, raw_crowd):
    assert any(raced(raw_crowd, lock="")[0] for _ in range(500))


# --- Sent sixteen times at once, decided by eight at once --------------------------------------


@counts(8, 500)
def test_one_draft_sent_sixteen_times_at_once_is_sent_once(times):
    manager = a_practitioner()
    source = a_practitioner(service=manager.service, manager=manager)
    with a_crowd(16) as crowd:
        for sent_before in range(times):
            draft = a_written_draft(source, supporter=manager, supported_on=NOW.date())
            answers = crowd.at_once(
                *[partial(practitioner_actions.submit, draft, by=source, now=LATER)] * 16
            )
            assert {(answer.pk, answer.state) for answer in answers} == {
                (draft.pk, request_states.SUBMITTED)
            }
            assert rows_of(draft.reference) == {
                "holds": 1,
                "reviews": 1,
                "notices": 1,
                "entries": ["hold_placed", "review_opened", "request_submitted"],
            }
            assert Record.objects.count() == sent_before + 1


def rows_of(reference: str) -> dict[str, object]:
    entries = Entry.objects.filter(reference=reference).order_by("id")
    return {
        "holds": Hold.objects.filter(reference=reference).count(),
        "reviews": Review.objects.filter(reference=reference).count(),
        "notices": Notice.objects.filter(subject=reference).count(),
        "entries": list(entries.values_list("event", flat=True)),
    }


@counts(9, 1_000)
def test_of_eight_who_decide_one_request_at_once_one_does(times):
    source, members = a_practitioner(), [an_iw_member() for _ in range(8)]
    ways = (
        partial(desk_actions.agree, involvement="on_record", no_duplicate=True),
        partial(desk_actions.propose_not_agreed, reason="well_known"),
        partial(desk_actions.return_with_query, query="points"),
    )
    with a_crowd(8) as crowd:
        for turn in range(times):
            draft = a_written_draft(source)
            request = practitioner_actions.submit(draft, by=source, now=NOW)
            outcomes = crowd.at_once(
                *[
                    partial(way, request, seen=request.changed_at, by=member, now=LATER)
                    for member, way in zip(members, ways_from(turn, ways), strict=True)
                ]
            )
            decided = [outcome for outcome in outcomes if isinstance(outcome, Request)]
            refused = [
                outcome
                for outcome in outcomes
                if isinstance(outcome, desk_actions.ChangedMeanwhile)
            ]
            assert (len(decided), len(refused)) == (1, 7)
            assert {refusal.request.state for refusal in refused} == {decided[0].state}
            assert (
                Entry.objects.filter(reference=request.reference, event__in=DECISIONS).count() == 1
            )


DECISIONS = ("agreed_review_open", "not_agreed_proposed", "request_returned")


def ways_from(turn: int, ways: tuple[Callable[..., Request], ...]) -> list[Callable[..., Request]]:
    """Return eight ways to decide, another first each time."""
    return [ways[(turn + place) % len(ways)] for place in range(8)]


@counts(3, 100)
def test_of_eight_who_confirm_one_proposal_at_once_one_does(times):
    source, proposer = a_practitioner(), an_iw_member()
    members = [an_iw_member() for _ in range(8)]
    with a_crowd(8) as crowd:
        for _ in range(times):
            request = practitioner_actions.submit(a_written_draft(source), by=source, now=NOW)
            proposed = desk_actions.propose_not_agreed(
                request, reason="well_known", seen=NOW, by=proposer, now=LATER
            )
            outcomes = crowd.at_once(
                *[
                    partial(
                        desk_actions.confirm_not_agreed,
                        proposed,
                        no_duplicate=True,
                        seen=LATER,
                        by=member,
                        now=LAST,
                    )
                    for member in members
                ]
            )
            overtaken = [isinstance(outcome, desk_actions.ChangedMeanwhile) for outcome in outcomes]
            assert sorted(overtaken) == [False] + [True] * 7
            assert Hold.objects.filter(reference=request.reference).standing().count() == 0


@counts(3, 100)
def test_one_phoned_request_sent_sixteen_times_at_once_is_logged_once(times):
    source, member = a_practitioner(), an_iw_member()
    with a_crowd(16) as crowd:
        for _ in range(times):
            reference = new_reference()
            act = partial(
                phoned_requests.log_phoned,
                reference=reference,
                number=a_number(),
                ground="abuse",
                caller="practitioner",
                practitioner=source,
                service=source.service,
                by=member,
                now=NOW,
            )
            assert {answer.reference for answer in crowd.at_once(*[act] * 16)} == {reference}
            assert rows_of(reference) == {
                "holds": 1,
                "reviews": 1,
                "notices": 1,
                "entries": ["hold_placed", "review_opened", "request_phoned"],
            }


@counts(2, 50)
def test_however_many_drafts_are_started_at_once_there_are_never_more_than_forty(times):
    with a_crowd(16) as crowd:
        for _ in range(times):
            person = a_practitioner()
            for _ in range(35):
                a_written_draft(person)
            outcomes = crowd.at_once(
                *[partial(practitioner_actions.start_draft, by=person, now=NOW)] * 16
            )
            codes = [outcome.code for outcome in outcomes if isinstance(outcome, Refused)]
            assert codes == ["too_many_drafts"] * 11
            assert Request.objects.drafts_of(person).count() == practitioner_actions.MOST_DRAFTS
