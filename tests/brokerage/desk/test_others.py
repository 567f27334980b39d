"""What other requests of a record warn the desk of: kept quiet, objected to, no contact, stop."""

import re

import pytest
from django.utils import timezone

from brokerage import outcome_words
from brokerage.desk import actions as desk_actions
from brokerage.source import actions as source_actions
from tests.brokerage.support.cast import a_cast, again, agreed, asking, say, sent, shielded
from tests.brokerage.support.desk import DESK, days_ago, page_of, recent, references
from tests.brokerage.support.urgent_calls import a_call
from tests.requests_app.support.desk import at_desk, main
from tests.support.people import a_practitioner, an_administrator, an_auditor
from tests.support.shielded_records import let_go
from tests.support.statements import Statements

pytestmark = pytest.mark.django_db
OBJECTED = "A practitioner objected to contact about this record"
QUIET = "The practitioners were not told of another request for this record."
NO_CONTACT = "The IW lead said no contact about this record"
STOP = "A practitioner has objected since: stop the contact."


@pytest.fixture
def cast():
    return a_cast()


def words_of(response):
    """Return what a page says, links closed up with the brackets around them."""
    return re.sub(r"\( (\S+) \) ?", r"(\1)", main(response))


def page(person, access):
    return words_of(at_desk(person).get(page_of(access)))


def day(moment):
    return f"{timezone.localtime(moment):%-d %B %Y}"


def by_somebody_else(cast, number, make=sent):
    """Return a request of another person, of another service, about the same record."""
    other = a_cast()
    cast.requester, cast.manager = other.requester, other.manager
    return recent(cast, make, number=number)


@pytest.mark.parametrize(
    ("reason", "again_by"),
    [("warning", "same"), ("police", "other"), ("court", "same"), ("about_source", "other")],
)
def test_what_was_kept_quiet_is_not_forgotten_by_the_next_request(cast, reason, again_by):
    number, _ = shielded(cast)
    quiet = recent(cast, number=number)
    quiet = desk_actions.ask_nobody(quiet, reason=reason, by=cast.member, now=days_ago(0.1))
    why = outcome_words.quiet(reason)
    words = f"{why}, {day(quiet.brokered_at)} ({quiet.reference})."
    assert QUIET not in page(cast.member, quiet)
    make = recent if again_by == "same" else by_somebody_else
    anew = make(cast, number=number)
    text = page(cast.colleague, anew)
    assert f"{QUIET} Find out whether that is still right before you ask them: {words}" in text
    # And in the table, where it is read of a request that is closed as well.
    assert f"Not told: {why}" in text
    desk_actions.conclude(quiet, outcome="declined", by=cast.member, now=timezone.now())
    assert words in page(cast.colleague, anew)


@pytest.mark.parametrize(
    ("make", "again_by"), [(sent, "other"), (agreed, "same"), (asking, "same"), (asking, "other")]
)
def test_an_objection_to_another_request_is_seen_while_this_one_is_open(cast, again_by, make):
    number, _ = shielded(cast)
    first = recent(cast, asking, number=number)
    objection = say(first, cast.source, "objects", now=days_ago(0.05))
    if again_by == "same":
        second = recent(cast, make, number=number)
    else:
        second = by_somebody_else(cast, number, make)
    words = f"{OBJECTED} on {day(objection.answered_at)} ({first.reference})."
    text = page(cast.colleague, second)
    assert words in text
    assert "A practitioner objects" in text
    # Its own objection stands with its source; it is no warning from elsewhere.
    assert OBJECTED not in page(cast.colleague, first)
    desk_actions.conclude(again(first), outcome="declined", by=cast.member, now=timezone.now())
    assert words in page(cast.colleague, second)


def test_what_is_at_its_end_is_not_warned_of_what_came_before(cast):
    number, _ = shielded(cast)
    first = recent(cast, asking, number=number)
    say(first, cast.source, "objects", now=days_ago(0.05))
    second = recent(cast, number=number)
    desk_actions.conclude(again(second), outcome="declined", by=cast.member, now=timezone.now())
    text = page(cast.member, second)
    assert OBJECTED not in text
    assert "A practitioner objects" in text


def test_no_contact_is_said_at_the_top_of_the_next_attempt(cast):
    number, _ = shielded(cast)
    first = recent(cast, asking, number=number)
    say(first, cast.source, "objects", now=days_ago(0.05))
    decided = desk_actions.decide_as_lead(
        again(first), decision="no_contact", reason="safety", by=cast.lead, now=days_ago(0.01)
    )
    assert NO_CONTACT not in page(cast.member, first)
    text = page(cast.colleague, recent(cast, number=number))
    assert f"{NO_CONTACT} on {day(decided.lead_decided_at)} ({first.reference})." in text


def test_that_a_lead_went_ahead_elsewhere_is_no_warning_of_no_contact(cast):
    number, _ = shielded(cast)
    first = recent(cast, asking, number=number)
    say(first, cast.source, "objects", now=days_ago(0.05))
    desk_actions.decide_as_lead(
        again(first), decision="go_ahead", reason="duty", by=cast.lead, now=days_ago(0.01)
    )
    text = page(cast.colleague, recent(cast, number=number))
    assert OBJECTED in text
    assert NO_CONTACT not in text


def test_a_call_shows_it_to_who_logged_it_and_to_the_second_reader(cast):
    number, _ = shielded(cast)
    first = recent(cast, asking, number=number)
    say(first, cast.source, "objects", now=days_ago(0.05))
    call = a_call(by=cast.colleague, requester=cast.requester, number=number, outcome="viewed")
    for person in (cast.colleague, cast.lead):
        text = page(person, call)
        assert f"{OBJECTED} on " in text
        assert f"({first.reference})." in text


def test_it_is_the_iw_team_s_alone(cast):
    number, _ = shielded(cast)
    first = recent(cast, asking, number=number)
    say(first, cast.source, "objects", now=days_ago(0.05))
    second = recent(cast, asking, number=number)
    for person in (an_auditor(), an_administrator(), a_practitioner(), cast.source):
        assert at_desk(person).get(page_of(second)).status_code == 403
    browser = at_desk(cast.requester)
    for address in ("/access/", f"/access/{first.reference}/", f"/access/{second.reference}/"):
        assert "objected" not in main(browser.get(address))


# --- A contact that runs, and an objection to what was asked after it -----------------------------


def running(cast, number):
    access = recent(cast, asking, number=number)
    for source in (cast.source, cast.other_source):
        say(access, source, "will_contact", now=days_ago(0.09))
    return desk_actions.conclude(
        again(access),
        outcome="source_will_contact",
        granted_until=access.needed_until,
        by=cast.member,
        now=days_ago(0.08),
    )


def extended(cast, number, *, source=None):
    """Return a later request of the same person, to which a source objects."""
    access = recent(cast, asking, number=number)
    say(access, source or cast.source, "objects", now=days_ago(0.05))
    return again(access)


def marked(browser):
    """Return the tag of each row of the contacts that run."""
    text = browser.get(f"{DESK}?tab=contacts").content.decode()
    return re.findall(r"A practitioner objects|Concluded", text.partition("<tbody")[2])


def test_an_objection_to_an_extension_warns_to_stop_the_running_contact(cast):
    number, _ = shielded(cast)
    contact = running(cast, number)
    browser = at_desk(cast.member)
    assert STOP not in main(browser.get(page_of(contact)))
    assert marked(browser) == ["Concluded"]
    later = extended(cast, number)
    old, new = browser.get(page_of(contact)), browser.get(page_of(later))
    assert f"{STOP} They objected on {day(days_ago(0.05))} ({later.reference})." in words_of(old)
    until = f"{contact.granted_until:%-d %B %Y}"
    assert f"{STOP} It runs until {until} ({contact.reference})." in words_of(new)
    assert references(old)[0] == later.reference
    assert references(new)[0] == contact.reference
    assert marked(browser) == ["A practitioner objects"]
    source_actions.stop_contact(again(contact), by=cast.member, now=timezone.now())
    assert STOP not in page(cast.member, contact)
    assert STOP not in page(cast.member, later)


def test_after_the_later_request_ended_the_contact_is_still_to_be_stopped(cast):
    number, _ = shielded(cast)
    contact, later = running(cast, number), extended(cast, number)
    desk_actions.conclude(later, outcome="declined", by=cast.member, now=timezone.now())
    assert STOP in page(cast.member, contact)
    assert STOP in page(cast.member, later)
    assert marked(at_desk(cast.member)) == ["A practitioner objects"]


def test_of_two_objections_the_later_one_counts(cast):
    """The first was taken back before the contact was agreed; the second came since."""
    number, _ = shielded(cast)
    later = recent(cast, asking, number=number)
    say(later, cast.source, "objects", now=days_ago(0.095))
    contact = recent(cast, asking, number=number)
    for source in (cast.source, cast.other_source):
        say(contact, source, "will_contact", now=days_ago(0.09))
    contact = desk_actions.conclude(
        again(contact),
        outcome="source_will_contact",
        granted_until=contact.needed_until,
        by=cast.member,
        now=days_ago(0.08),
    )
    assert STOP not in page(cast.member, contact)
    say(later, cast.other_source, "objects", now=days_ago(0.05))
    assert STOP in page(cast.member, contact)


def a_lead_goes_ahead(cast, later):
    desk_actions.decide_as_lead(
        later, decision="go_ahead", reason="duty", by=cast.lead, now=timezone.now()
    )


def the_source_lets_go(cast, later):
    let_go(later.liaisons.get(hold__source=cast.source).hold, now=days_ago(0.01))


@pytest.mark.parametrize("end", [a_lead_goes_ahead, the_source_lets_go])
def test_what_takes_the_warning_away(cast, end):
    number, _ = shielded(cast)
    contact, later = running(cast, number), extended(cast, number)
    end(cast, later)
    assert STOP not in page(cast.member, contact)
    assert STOP not in page(cast.member, later)
    assert marked(at_desk(cast.member)) == ["Concluded"]


def test_what_is_no_reason_to_stop_it(cast):
    """An objection to somebody else's request, or to one about another record."""
    number, _ = shielded(cast)
    contact = running(cast, number)
    elsewhere = extended(cast, shielded(cast)[0])
    other = by_somebody_else(cast, number, asking)
    say(other, cast.source, "objects", now=days_ago(0.05))
    for access in (contact, elsewhere, other):
        assert STOP not in page(cast.member, access)
    assert marked(at_desk(cast.member)) == ["Concluded"]


def test_an_objection_of_before_the_contact_is_none_since(cast):
    number, _ = shielded(cast)
    before = recent(cast, asking, number=number)
    say(before, cast.source, "objects", now=days_ago(0.095))
    desk_actions.conclude(again(before), outcome="declined", by=cast.member, now=days_ago(0.094))
    contact = recent(cast, asking, number=number)
    say(contact, cast.source, "give_contact", now=days_ago(0.09))
    say(contact, cast.other_source, "will_contact", now=days_ago(0.09))
    contact = desk_actions.conclude(
        again(contact),
        outcome="source_will_contact",
        granted_until=contact.needed_until,
        by=cast.member,
        now=days_ago(0.08),
    )
    assert STOP not in page(cast.member, contact)
    assert STOP not in page(cast.member, before)
    assert marked(at_desk(cast.member)) == ["Concluded"]


def test_the_page_costs_the_same_however_many_others_there_are(cast):
    number, _ = shielded(cast)
    contact, browser, costs = running(cast, number), at_desk(cast.member), set()
    browser.get(page_of(contact))
    for _ in range(3):
        extended(cast, number)
        with Statements() as queries:
            assert STOP in main(browser.get(page_of(contact)))
        costs.add(len(queries))
    assert len(costs) == 1
    assert costs.pop() <= 22  # two of them: who else has it open, and who said that they have it
