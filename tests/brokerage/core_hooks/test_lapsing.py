"""What nobody finished in time ends by itself, at one hour and in the same words for any record."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from brokerage import outcome_words, publication, states
from brokerage.core_hooks.lapsing import lapse
from brokerage.core_hooks.reminders import raise_reminders
from brokerage.desk import actions as desk_actions
from brokerage.line_manager import actions as manager_actions
from brokerage.models import AccessRequest
from brokerage.requester import actions as requester_actions
from brokerage.source import actions as source_actions
from logbook.models import Entry
from shielding.notices.models import Notice
from shielding.web.refusals import WrongState
from tests.brokerage.source.support.heard import lead_decides
from tests.brokerage.support.cast import (
    ASKED,
    DAY,
    a_cast,
    again,
    agreed,
    asking,
    concluded,
    in_state,
    say,
    sent,
)
from tests.brokerage.support.desk import forms_on, page_of
from tests.brokerage.support.todays_requests import asked, at_a_desk, question
from tests.requests_app.support.desk import at_desk, main
from tests.support.indistinguishable import (
    closed,
    considered,
    end_proposed,
    shielded,
    to_shield,
    unknown,
    unshielded,
    unshielding,
)
from tests.support.requests import a_number

pytestmark = pytest.mark.django_db
# A Thursday: the day after is a Friday, four o'clock that day is when it is read.
UNTIL = date(2026, 3, 19)
OVER = datetime(2026, 3, 20, 0, 0, 30, tzinfo=UTC)
READ = datetime(2026, 3, 20, 16, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
WORLDS = (unknown, considered, to_shield, shielded, unshielding, unshielded, end_proposed, closed)


@pytest.fixture
def cast():
    return a_cast()


def with_lead(cast, **more):
    access = asking(cast, **more)
    say(access, cast.source, "objects")
    return access


UNFINISHED = (sent, agreed, asking, with_lead)


def unfinished(cast):
    """Return a request that everybody has who can have one: manager, IW Team, sources, lead."""
    return [make(cast, needed_until=UNTIL) for make in UNFINISHED]


def words(access, now):
    access = again(access)
    own = outcome_words.status(access, now).words
    return own, outcome_words.status_for_manager(access, now).words


# --- Who ends it, and when -----------------------------------------------------------------------


def test_whoever_has_it_it_ends_after_its_day_by_nobody(cast):
    every = unfinished(cast)
    raise_reminders(OVER - MINUTE)
    assert all(again(access).state in states.OPEN for access in every)
    for _twice in range(2):
        raise_reminders(OVER)
    for access in map(again, every):
        assert (access.state, access.outcome, access.lapsed_at, access.publish_at) == (
            states.LAPSED,
            "not_in_time",
            OVER,
            READ,
        )
        assert (access.concluded_at, access.concluded_by) == (None, None)
        entry = Entry.objects.get(event="access_lapsed", reference=access.reference)
        assert (entry.actor, entry.record, entry.facts) == (None, access.record.reference, "{}")


def test_what_is_finished_or_was_never_sent_stays_as_it_is(cast):
    finished = sorted(set(states.LABELS) - {*states.OPEN, states.LAPSED})
    every = [in_state(cast, state) for state in finished]
    before = list(AccessRequest.objects.order_by("pk").values())
    for access in every:
        lapse(access, now=ASKED + 400 * DAY)
    raise_reminders(ASKED + 400 * DAY)
    assert list(AccessRequest.objects.order_by("pk").values()) == before
    assert not Entry.objects.filter(event="access_lapsed").exists()


def test_the_first_four_o_clock_after_the_day_by_the_clock_of_london():
    assert publication.of_lapsed(UNTIL) == READ
    # The clocks go forward in the night; a Sunday counts, for it waits for nobody.
    assert publication.of_lapsed(date(2026, 3, 28)) == datetime(2026, 3, 29, 15, tzinfo=UTC)


def test_it_is_read_at_that_hour_however_late_the_clock_looked(cast):
    access = lapse(agreed(cast, needed_until=UNTIL), now=OVER + 9 * DAY)
    assert access.publish_at == READ


def test_one_that_is_busy_keeps_no_other_from_its_end(cast):
    one, two = agreed(cast, needed_until=UNTIL), sent(cast, needed_until=UNTIL)
    raise_reminders(OVER)
    assert {again(one).state, again(two).state} == {states.LAPSED}


# --- Who is told ---------------------------------------------------------------------------------


def leads_told(access):
    told = Notice.objects.filter(kind="access_lapses", subject=access.reference)
    return set(told.values_list("recipient", flat=True))


def test_leads_are_told_once_two_working_days_before(cast):
    every = unfinished(cast)
    raise_reminders(datetime(2026, 3, 16, 23, 59, tzinfo=UTC))
    assert [leads_told(access) for access in every] == [set()] * 4
    for day in (17, 17, 18, 19):
        raise_reminders(datetime(2026, 3, day, 0, 1, tzinfo=UTC))
        both = {cast.lead.pk, cast.other_lead.pk}
        assert [leads_told(access) for access in every] == [both] * 4
    assert Notice.objects.filter(kind="access_lapses").count() == 2 * 4
    raise_reminders(OVER)
    assert not Notice.objects.owed().filter(kind="access_lapses").exists()


def test_over_a_weekend_they_are_told_on_the_thursday(cast):
    access = agreed(cast, needed_until=date(2026, 3, 22))
    raise_reminders(datetime(2026, 3, 18, 12, tzinfo=UTC))
    assert leads_told(access) == set()
    raise_reminders(datetime(2026, 3, 19, 12, tzinfo=UTC))
    assert leads_told(access)


def test_nobody_is_told_of_what_was_finished_before(cast):
    access = concluded(cast)
    AccessRequest.objects.filter(pk=access.pk).update(needed_until=UNTIL)
    raise_reminders(datetime(2026, 3, 18, 12, tzinfo=UTC))
    assert leads_told(access) == set()


def test_requester_and_manager_are_mailed_when_they_read_it_and_sources_that_it_ended(cast):
    access = asking(cast, needed_until=UNTIL)
    Notice.objects.all().overtake()
    raise_reminders(OVER)
    changed = Notice.objects.owed().filter(subject=access.reference, kind="item_changed")
    assert {(one.recipient, one.due_at) for one in changed} == {
        (cast.requester, READ),
        (cast.manager, READ),
    }
    ended = Notice.objects.owed().filter(kind="contact_ended")
    assert {one.recipient for one in ended} == {cast.source, cast.other_source}
    owed = set(Notice.objects.owed().values_list("kind", flat=True))
    assert owed == {"item_changed", "contact_ended"}


# --- What is read --------------------------------------------------------------------------------


def test_until_four_nothing_is_read_and_then_one_sentence(cast):
    every = unfinished(cast)
    before = [words(access, OVER - MINUTE) for access in every]
    raise_reminders(OVER)
    assert [words(access, READ - MINUTE) for access in every] == before
    unagreed, finished = "Not answered in time", outcome_words.FINISHED.words
    assert [words(access, READ) for access in every] == [
        (unagreed, unagreed), *[(finished, finished)] * 3
    ]  # fmt: skip


def test_no_page_tells_an_end_by_the_clock_from_one_by_the_iw_team(cast):
    """Agreed and not brokered, asked, with the lead, or ended by a member: the same pages."""
    number, found = a_number(), []
    shielded(number)
    for make in (agreed, *UNFINISHED):
        if make is sent:
            continue
        access = make(cast, needed_until=UNTIL)
        if found:
            raise_reminders(OVER)
        else:
            desk_actions.conclude(access, outcome="declined", by=cast.member, now=ASKED)
        pages = (
            (cast.requester, f"/access/{access.reference}/"),
            (cast.manager, f"/access/to-agree/{access.reference}/"),
        )
        read = [main(at_a_desk(person).get(page)) for person, page in pages]
        found.append([page.replace(access.reference, "REFERENCE") for page in read])
    assert outcome_words.FINISHED.words in found[0][0]
    assert all(one == found[0] for one in found)


def test_it_reads_the_same_whatever_the_record(cast):
    every, found = [], []
    for prepare in WORLDS:
        number = a_number()
        prepare(number)
        every.append(agreed(cast, number=number, needed_until=UNTIL))
    raise_reminders(OVER)
    requester, manager = at_a_desk(cast.requester), at_a_desk(cast.manager)
    for access in map(again, every):
        assert (access.state, access.publish_at) == (states.LAPSED, READ)
        own, of_manager = f"/access/{access.reference}/", f"/access/to-agree/{access.reference}/"
        read = [main(requester.get(own)), main(manager.get(of_manager))]
        mails = sorted(
            Notice.objects.filter(subject=access.reference, step__gte=0).values_list(
                "kind", "recipient", "due_at"
            ),
            key=str,
        )
        moments = [words(access, now) for now in (OVER, READ - MINUTE, READ)]
        found.append(([page.replace(access.reference, "R") for page in read], mails, moments))
    assert len(found) == len(WORLDS)
    assert all(one == found[0] for one in found)


def test_where_no_manager_answered_it_has_a_sentence_of_its_own(cast):
    access = sent(cast, needed_until=UNTIL)
    raise_reminders(OVER)
    own = main(at_a_desk(cast.requester).get(f"/access/{access.reference}/"))
    assert "neither agreed nor declined" in own
    manager = at_a_desk(cast.manager)
    page = main(manager.get(f"/access/to-agree/{access.reference}/"))
    assert "Not answered in time" in page
    assert "Or decline" not in page
    late = manager.post(f"/access/to-agree/{access.reference}/agree/")
    assert late.status_code == 409
    assert "The last day on which this was needed has passed" in main(late)
    assert access.reference not in main(manager.get("/")).partition("Your")[0]


def test_the_source_reads_that_it_is_finished_and_can_say_nothing_more(cast):
    access = asking(cast, needed_until=UNTIL)
    raise_reminders(OVER)
    desk, liaison = at_a_desk(cast.source), asked(access, cast.source)
    assert "This is over. Do not contact them about it." in main(desk.get(question(liaison)))
    with pytest.raises(WrongState):
        source_actions.answer(
            liaison, answer="will_contact", family="content", by=cast.source, now=OVER
        )


def test_the_desk_reads_that_it_lapsed_and_offers_nothing(cast):
    access = with_lead(cast, needed_until=UNTIL)
    raise_reminders(OVER)
    page = at_desk(cast.member).get(page_of(access))
    assert "Lapsed: not answered in time, by nobody" in main(page)
    assert forms_on(page) == []


# --- What is done meanwhile ----------------------------------------------------------------------


def test_until_it_is_read_the_requester_may_withdraw_as_ever(cast):
    access = agreed(cast, needed_until=UNTIL)
    raise_reminders(OVER)
    requester_actions.withdraw(again(access), by=cast.requester, now=READ - MINUTE)
    assert words(access, READ)[0] == "You withdrew it"
    assert again(access).state == states.LAPSED


def test_once_it_is_read_nobody_withdraws_agrees_or_concludes(cast):
    one, two = agreed(cast, needed_until=UNTIL), sent(cast, needed_until=UNTIL)
    raise_reminders(OVER)
    for act in (
        lambda: requester_actions.withdraw(again(one), by=cast.requester, now=READ),
        lambda: manager_actions.agree(again(two), by=cast.manager, now=READ),
        lambda: manager_actions.decline(again(two), reason="ask_first", by=cast.manager, now=READ),
        lambda: desk_actions.conclude(again(one), outcome="declined", by=cast.member, now=READ),
        lambda: desk_actions.ask_sources(again(one), by=cast.member, now=READ),
        lambda: lead_decides(one, "go_ahead", cast, now=READ),
    ):
        with pytest.raises(WrongState):
            act()


def test_no_member_chooses_this_outcome(cast):
    access = agreed(cast, needed_until=UNTIL)
    with pytest.raises(WrongState):
        desk_actions.conclude(access, outcome="not_in_time", by=cast.member, now=ASKED)
    page = at_desk(a_cast().member).get(page_of(access))
    assert "Not answered in time" not in main(page)


@pytest.mark.behind_the_acts("what PostgreSQL refuses")
def test_postgresql_keeps_it_whole(cast):
    access = agreed(cast, needed_until=UNTIL)
    now = timezone.now()
    whole = {"state": "lapsed", "lapsed_at": now, "outcome": "not_in_time", "publish_at": now}
    for columns in (
        whole | {"lapsed_at": None},
        whole | {"publish_at": None},
        whole | {"outcome": "declined"},
        whole | {"concluded_at": now, "concluded_by": cast.member},
        whole | {"needed_until": None},
        {"lapsed_at": now},
        {"outcome": "not_in_time"},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            AccessRequest.objects.filter(pk=access.pk).update(**columns)
    with transaction.atomic():
        AccessRequest.objects.filter(pk=access.pk).update(**whole)
        transaction.set_rollback(True)
