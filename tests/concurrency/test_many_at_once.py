"""Eight people doing whatever comes to mind on the same few records, for a long time."""

import random
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest

from logbook.models import Entry
from logbook.reading import facts_of
from logbook.references import new_reference
from requests_app import states as request_states
from requests_app.desk import actions as desk_actions
from requests_app.desk import phoned_requests
from requests_app.models import Request
from requests_app.practitioner import actions as practitioner_actions
from requests_app.questions import PAGE
from shielding.accounts.models import User
from shielding.holds import letting_go as hold_letting_go
from shielding.holds.hand_over.models import HandOver
from shielding.models import Hold, Record
from shielding.records import states
from shielding.records.policies import is_to_check_now
from shielding.unshield import actions as unshield_actions
from shielding.web.refusals import Refused
from tests.concurrency.support import after_looks, at_any_moment, real_acts
from tests.concurrency.support.changing_hands import changing_hands
from tests.concurrency.support.crowd import a_crowd
from tests.concurrency.support.on_a_look import on_a_look
from tests.concurrency.support.stories import ATTEST, WITH_FINDINGS, as_found
from tests.support.people import a_practitioner, an_iw_member
from tests.support.requests import a_number, a_written_draft
from tests.support.shielded_records import GONE

pytestmark = pytest.mark.django_db(transaction=True)
CROWD = 8
A_WEEK, HALF_A_YEAR = timedelta(days=7), timedelta(days=190)
A_QUARTER, A_THIRD = 0.25, 0.33  # of what is done, to who asks; and on a look at the system
OTHERWISE = 0.3  # so often a look finds something else
AT_A_TIME, A_WHILE = 8, 25  # so many records at a time; after so many acts of each the next


class Somebody:
    """One of the crowd: a practitioner and a member of the team in one, acting at random."""

    def __init__(self, seed: int, numbers: list[str]) -> None:
        self.chance = random.Random(seed)
        self.numbers, self.number = numbers, numbers[0]
        self.source, self.member = a_practitioner(), an_iw_member()
        self.sent: list[str] = []
        self.did: Counter[str] = Counter()
        self.by_name: Counter[str] = Counter()

    def act(self, times: int) -> "Somebody":
        for turn in range(times):
            first = turn // A_WHILE
            self.number = self.chance.choice(self.numbers[first : first + AT_A_TIME])
            act = self.one_act()
            try:
                act()
                self.did["done"] += 1
            except Refused as refusal:
                self.did[refusal.code] += 1
            if turn % A_WHILE == AT_A_TIME:
                at_any_moment.no_record_is_open_while_anybody_asks_and_no_review_is_lost()
                at_any_moment.what_was_found_and_asked_is_whole()
        return self

    def one_act(self) -> Callable[[], Any]:
        """Return what somebody does now. Rarely what keeps a record shielded for good."""
        by, now = self.member, datetime.now(UTC)
        request = self.some_request()
        if request is None:
            return partial(self.ask, now)
        what = self.chance.random()
        if what < A_THIRD:
            return on_a_look(request, self.named, self.chance, now)
        if what < A_THIRD + A_QUARTER and request.hold is not None:
            acts = changing_hands(request.hold, self.chance, by=by, now=now)
            return self.chance.choices(list(acts), list(acts.values()))[0]
        seen = {"by": by, "now": now, "seen": request.changed_at}
        source = {"by": request.practitioner or self.source, "now": now}
        propose = partial(desk_actions.propose_not_agreed, request, reason="objection", **seen)
        confirm = self.named("confirm", request, now)
        agree = partial(
            desk_actions.agree, request, involvement="on_record", no_duplicate=True, **seen
        )
        ground = {"ground": "asylum"}
        likely = {
            request_states.SUBMITTED: {
                propose: 30,
                partial(desk_actions.return_with_query, request, query="points", **seen): 3,
                agree: 0.1,
            },
            request_states.PROPOSED: {
                confirm: 30,
                partial(desk_actions.overturn_not_agreed, request, **seen): 2,
            },
            request_states.RETURNED: {
                partial(practitioner_actions.resubmit, request, **source): 10,
                partial(
                    practitioner_actions.save_answers,
                    request,
                    PAGE["ground"],
                    values=ground,
                    **source,
                ): 5,
                propose: 10,
            },
        }.get(request.state, {confirm: 5})
        acts = likely | {
            partial(self.ask, now): 15,
            partial(self.phone, now): 1,
            self.named("never_applied", request.record, now): 20,
            self.named("apply", request, now): (
                20 if request.still_asks and not request.hold.applied_at else 1
            ),
        }  # fmt: skip
        acts |= self.letting_go(request, now) | self.unshielding(request.record, now)
        return self.chance.choices(list(acts), list(acts.values()))[0]

    def named(
        self, act: str, of: Any, now: datetime, *, by: User | None = None
    ) -> Callable[[], Any]:
        """Return an act of this name, on what a look finds; by the member, or by whom it says."""
        return partial(
            self.do, as_found(act, self.chance, OTHERWISE), of, by=by or self.member, now=now
        )

    def do(self, act: str, of: Any, **given: Any) -> None:
        real_acts.do(act, of, **given)
        self.by_name[act] += 1

    def letting_go(self, request: Request, now: datetime) -> dict[Callable[[], Any], float]:
        """Return what the source of a request may do, and how likely: let go, or answer a review.

        Half a year on, because nobody is asked before.
        """
        if request.hold is None:
            return {}
        hold, then = request.hold, now + HALF_A_YEAR
        by = request.hold.source or self.member
        answer = partial(
            hold_letting_go.answer,
            hold,
            views="yes",
            sought_by="source",
            by=by,
            now=then,
            parting=GONE,
        )
        return {
            partial(hold_letting_go.withdraw, hold, parting=GONE, by=by, now=now): (
                25 if hold.is_standing else 0.2
            ),
            partial(hold_letting_go.say_family, hold, family="told", by=self.member, now=now): (
                0.2 if hold.is_standing or hold.family else 100
            ),
            self.named("open_review", request.record, then): 1,
            self.named("conclude", request.record, then): 2,
            partial(answer, answer="still_needed"): 2,
            partial(answer, answer="no_longer_needed"): 4,
        }

    def unshielding(self, record: Record, now: datetime) -> dict[Callable[[], Any], float]:
        """Return what a member may do once nobody asks; a week on, after the last who let go."""
        then = now + A_WEEK
        given = {"by": self.member, "now": then}
        record.refresh_from_db()
        nobody_asks = not record.holds.standing().exists()
        begin = 200 if record.state == states.SHIELDED and nobody_asks else 2
        begun = record.state == states.UNSHIELDING
        looked = 100 if nobody_asks and is_to_check_now(record) else 2
        return {
            partial(unshield_actions.begin_unshield, record, **given): begin,
            partial(unshield_actions.confirm_unshield, record, **given): 100 if begun else 2,
            self.named("stop", record, then): 150 if begun else 1,
            self.named("still_shielded", record, then): looked,
        }

    def some_request(self) -> Request | None:
        """Return a request about one of the records: mostly one that is not decided yet."""
        sent = Request.objects.exclude(record=None)
        undecided = sent.filter(decided_at=None)
        asked = undecided if self.chance.random() < 0.9 and undecided.exists() else sent
        return asked.order_by("-id")[self.chance.randrange(8) :].first() or asked.first()

    def ask(self, now: datetime) -> None:
        """Ask as a practitioner nobody has met: a second standing request would be refused."""
        person = User.objects.create_user(
            f"{new_reference().lower()}@council.example",
            name="N",
            role="practitioner",
            service=self.source.service,
        )
        draft = a_written_draft(person, number=self.number, now=now)
        practitioner_actions.submit(draft, by=person, now=now)
        self.sent.append(draft.reference)

    def phone(self, now: datetime) -> None:
        reference = new_reference()
        phoned_requests.log_phoned(
            reference=reference,
            number=self.number,
            ground="abuse",
            caller="gp",
            practitioner=None,
            service=self.source.service,
            by=self.member,
            now=now,
        )
        self.sent.append(reference)


@pytest.mark.parametrize(
    ("times", "seeded"),
    [(304, 0), *(pytest.param(10_000, seed, marks=pytest.mark.soak) for seed in range(2))],
)
def test_whatever_eight_people_do_at_once_every_record_walks_a_legal_path(times, seeded, capsys):
    numbers = [a_number() for _ in range(times // CROWD // A_WHILE + AT_A_TIME)]
    crowd_members = [Somebody(CROWD * seeded + one, numbers) for one in range(CROWD)]
    with a_crowd(CROWD) as crowd:
        each = times // CROWD
        people = crowd.at_once(*[partial(one.act, each) for one in crowd_members])
    sent = {reference for one in people for reference in one.sent}
    assert set(Hold.objects.values_list("reference", flat=True)) == sent
    released = check_released()
    told = {}
    for record in Record.objects.all():
        check_path(record)
        told[record.pk] = after_looks.check_findings(record)
    members = [one.member for one in people]
    checked = after_looks.check_loads(told, members[0])
    after_looks.check_each_look_is_a_row_and_an_entry()
    after_looks.check_what_was_done_on_a_look()
    after_looks.check_added_reviews(members)
    at_any_moment.no_record_is_open_while_anybody_asks_and_no_review_is_lost()
    at_any_moment.what_was_found_and_asked_is_whole()
    check_decisions()
    check_hands()
    figures(people, len(numbers), len(released), checked, capsys)


def figures(
    people: list[Somebody], records: int, released: int, checked: Counter[str], capsys: Any
) -> None:
    """Print what was done how often; at the full count nothing may never have been done."""
    did = sum((one.did for one in people), Counter())
    by_name = sum((one.by_name for one in people), Counter())
    events = Counter(Entry.objects.values_list("event", flat=True))
    opened = events["never_applied"] + events["unshield_confirmed"]
    counted = {
        **{event: events[event] for event in EVENTS},
        **{act: by_name[act] for act in sorted({*BY_NAME, *WITH_FINDINGS})},
        **{f"checked after a load {side}": checked[side] for side in ("by one", "by two")},
    }
    with capsys.disabled():
        print(  # noqa: T201 - the figures are the result
            f"\n{did.total()} acts of {CROWD} people on {records} records: {did['done']}"
            f" done, {did.total() - did['done']} refused;"
            f" {sum(len(one.sent) for one in people)} requests sent, none lost; {released}"
            f" released; records opened {opened} times, never while held; "
            + ", ".join(f"{what} {count}" for what, count in counted.items() if count)
        )
    # What else each act may find is drawn: of a seldom one not every finding comes each time.
    for act in ATTEST:
        counted[f"{act}, found otherwise"] = sum(by_name[f"{act}:{one}"] for one in ATTEST[act])
    for found in ATTEST["look"]:
        counted[f"found {found}"] = sum(by_name[f"{act}:{found}"] for act in ATTEST)
    needed = {what: count for what, count in counted.items() if what not in WITH_FINDINGS}
    never = [what for what, count in needed.items() if not count]
    assert not never or did.total() < 1_000, f"never done: {never}"


# What is to come by at the full count: by its entry, and by the name of the act.
EVENTS = (
    "unshield_begun", "unshield_confirmed", "unshield_stopped", "record_closed", "applied_cleared",
    "entered_in_error", "source_asked", "hand_over_proposed", "handed_over", "hand_over_disputed",
    "hand_over_settled", "hold_stands_again", "person_suspended", "person_reactivated",
    "word_attested",
)  # fmt: skip
BY_NAME = (
    *ATTEST, "enter_load", "take_back_load", "ask_review", "still_needed", "propose_end",
    "withdraw_end", "take_back", "open_review",
)  # fmt: skip


def check_released() -> set[str]:
    """Return which holds were let go: those whose last entry of coming and going says so."""
    stood = Entry.objects.filter(event__in=COMES + GOES).order_by("id")
    last = dict(stood.values_list("reference", "event"))
    released = set(Hold.objects.exclude(released_at=None).values_list("reference", flat=True))
    assert released == {reference for reference, event in last.items() if event in GOES}
    return released


def check_hands() -> None:
    """Whose a standing hold is, their request is; a dispute is settled by a third."""
    standing = Request.objects.exclude(practitioner=None).filter(hold__in=Hold.objects.standing())
    for request in standing:
        assert request.hold.source_id == request.practitioner_id
    for one in HandOver.objects.exclude(settled_at=None):
        assert one.settled_by_id not in (one.proposed_by_id, one.confirmed_by_id)


# Where an entry is called otherwise than the act in the table of states.
ACT_OF = {
    "unshield_begun": "begin_unshield",
    "unshield_confirmed": "confirm_unshield",
    "unshield_stopped": "stop_unshield",
    "unshield_disputed": "disputed",
    "hold_stands_again": "hold_placed",
    "record_closed": "close",
    "record_checked": "found_open",
}
COMES, GOES = ("hold_placed", "hold_stands_again"), ("hold_released",)


def check_path(record: Record) -> None:
    """Every state follows the one before, by an act that may follow, to where the record is."""
    state, standing = states.NOT_SHIELDED, 0
    for entry in Entry.objects.filter(record=record.reference).order_by("id"):
        facts = facts_of(entry)
        if "from" in facts:
            assert facts["from"] == state
            if entry.event == "record_checked" and facts["finding"] != "open":
                assert facts["to"] == state
                continue
            act = ACT_OF.get(str(entry.event), str(entry.event))
            assert states.after(state, act) == facts["to"]
            state = facts["to"]
        standing += (entry.event in COMES) - (entry.event in GOES)
        assert not (state in states.OPEN_TO_ALL and standing), "open while held"
    assert (state, standing) == (record.state, record.holds.standing().count())


def check_decisions() -> None:
    """A request is decided once, and its first review concluded once: by *not agreed*, on a page
    of its own once it is agreed, or let go.
    """
    decided = _references("agreed_review_open", "not_agreed_confirmed")
    assert len(decided) == len(set(decided))
    told = _references("not_agreed_confirmed", "first_review_concluded", "let_go_concluded")
    concluded = Request.objects.exclude(review__concluded_at=None)
    assert sorted(told) == sorted(concluded.values_list("reference", flat=True))


def _references(*events: str) -> list[str]:
    return list(Entry.objects.filter(event__in=events).values_list("reference", flat=True))
