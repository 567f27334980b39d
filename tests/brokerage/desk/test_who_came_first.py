"""What is said in one request counts for the person's others by who came first, not by whose page.

Views stamp the moment their page was sent, before any lock. So an act that is first may bear the
later moment, and the other, which waited, the earlier one.
"""

from datetime import timedelta
from functools import partial
from threading import Event

import pytest
from django.db import transaction
from django.utils import timezone

from brokerage import policies, states
from brokerage.desk import actions as desk_actions
from brokerage.desk import lists
from brokerage.desk.changed_meanwhile import ChangedMeanwhile, last_against
from brokerage.models import AccessRequest
from brokerage.source import actions as source_actions
from shielding import clock
from shielding.web.refusals import Refused, WrongState
from tests.brokerage.source.support.contacts import contacts
from tests.brokerage.support.cast import DAY, a_cast, again, answered, asking, say, shielded
from tests.brokerage.support.desk import as_shown, days_ago, page_of, recent
from tests.concurrency.support.crowd import a_crowd, how_many_wait, until
from tests.requests_app.support.desk import at_desk, main
from tests.support.people import a_practitioner
from tests.support.shielded_records import let_go, place, shielded_for

LATE = timedelta(seconds=5)


def two_requests(cast):
    """Return two requests of one person, to both of which every source agreed some hours ago."""
    number, _ = shielded(cast, now=days_ago(9))
    both = [recent(cast, answered, number=number) for _ in range(2)]
    return [again(access) for access in both]


def conclude(access, cast, *, now):
    return desk_actions.conclude(
        again(access),
        outcome="source_will_contact",
        granted_until=clock.today(now) + 20 * DAY,
        by=cast.member,
        now=now,
    )


def to_stop():
    found = lists.in_tab(AccessRequest.objects.all(), "to_stop", timezone.now())
    return [one.reference for one in found]


# --- The page opened first is sent last -----------------------------------------------------------
@pytest.mark.django_db
def test_an_objection_from_an_older_page_comes_after_the_contact_all_the_same():
    cast, now = a_cast(), timezone.now()
    contact, other = two_requests(cast)
    conclude(contact, cast, now=now + LATE)
    say(other, cast.other_source, "objects", now=now)
    assert to_stop() == [contact.reference]
    page = main(at_desk(cast.colleague).get(page_of(contact)))
    assert "A practitioner has objected since: stop the contact." in page


@pytest.mark.django_db
def test_a_stop_from_an_older_page_comes_after_the_other_contact_all_the_same():
    cast, now = a_cast(), timezone.now()
    one, other = two_requests(cast)
    conclude(one, cast, now=now)
    conclude(other, cast, now=now + LATE)
    source_actions.stop_contact(again(one), by=cast.source, now=now)
    assert to_stop() == [other.reference]


@pytest.mark.django_db
def test_a_lead_s_no_from_an_older_page_comes_after_the_contact_all_the_same():
    cast, now = a_cast(), timezone.now()
    contact, other = two_requests(cast)
    desk_actions.ask_lead(again(other), by=cast.colleague, now=now)
    conclude(contact, cast, now=now + LATE)
    desk_actions.decide_as_lead(
        again(other), decision="no_contact", reason="safety", by=cast.lead, now=now
    )
    assert to_stop() == [contact.reference]


@pytest.mark.django_db
def test_a_yes_from_an_older_page_is_no_word_about_a_stop_that_came_before_it():
    cast, now = a_cast(), timezone.now()
    one, _other = two_requests(cast)
    new = recent(cast, asking, number=one.record.number_in_clear())
    say(new, cast.source, "will_contact", now=now + LATE)
    say(new, cast.other_source, "will_contact", now=now + LATE)
    conclude(one, cast, now=now)
    source_actions.stop_contact(again(one), by=cast.source, now=now)
    assert "was stopped" in policies.missing_for(again(new), "source_will_contact", now)


@pytest.mark.django_db
def test_a_claim_from_an_older_page_was_not_heard_all_the_same():
    cast = a_cast()
    (contact,) = contacts(cast, cast)
    assert to_stop() == []
    shielded_for(
        a_practitioner(), number=contact.record.number_in_clear(), now=contact.concluded_at - LATE
    )
    assert to_stop() == [contact.reference]


@pytest.mark.django_db
@pytest.mark.parametrize("how", ["stop", "objection"])
def test_a_lead_who_goes_ahead_after_all_that_was_said_overrules_it_from_an_older_page_too(how):
    cast, now = a_cast(), timezone.now()
    one, asked = two_requests(cast)
    desk_actions.ask_lead(again(asked), by=cast.colleague, now=now)
    conclude(one, cast, now=now)
    against(how, one if how == "stop" else asked, cast, now + LATE)
    assert policies.missing_for(again(asked), "put_in_touch", now) != ""
    desk_actions.decide_as_lead(
        again(asked), decision="go_ahead", reason="duty", by=cast.lead, now=now
    )
    assert policies.missing_for(again(asked), "viewed", now) == ""


# --- The lead's page ------------------------------------------------------------------------------
def with_lead_and_another(cast):
    """Return a request that a lead is to decide, and a contact of the same person that runs."""
    number, _ = shielded(cast, now=days_ago(9))
    asked = recent(cast, partial(answered, first="objects"), number=number)
    other = recent(cast, asking, number=number)
    return again(asked), again(other)


@pytest.mark.django_db
@pytest.mark.parametrize("decision", ["go_ahead", "no_contact"])
def test_a_lead_decides_with_what_was_said_to_the_other_request_on_the_page(decision):
    cast = a_cast()
    asked, other = with_lead_and_another(cast)
    sent = as_shown(asked) | {"decision": decision}
    sent |= {"reason": "duty" if decision == "go_ahead" else "safety"}
    say(other, cast.other_source, "objects", now=timezone.now())
    lead = at_desk(cast.lead)
    refused = lead.post(f"{page_of(asked)}decide/", sent)
    assert refused.status_code == 409
    text = main(refused)
    assert "Somebody has already acted on this" in text
    assert f"in access request {other.reference} of the same person" in text
    assert (again(asked).state, again(asked).lead_decision) == (states.WITH_LEAD, "")
    sent |= as_shown(asked)
    assert lead.post(f"{page_of(asked)}decide/", sent).status_code == 302
    assert again(asked).lead_decision == decision


@pytest.mark.django_db
def test_a_lead_decides_with_what_another_lead_said_of_the_other_request_on_the_page():
    cast = a_cast()
    asked, other = with_lead_and_another(cast)
    heard, where = last_against(asked)
    assert where == asked.reference
    say(other, cast.source, "give_contact", now=timezone.now())
    say(other, cast.other_source, "give_contact", now=timezone.now())
    desk_actions.ask_lead(again(other), by=cast.colleague, now=timezone.now())
    decides = partial(desk_actions.decide_as_lead, reason="safety", decision="no_contact")
    decides(again(other), by=cast.other_lead, now=timezone.now())
    with pytest.raises(ChangedMeanwhile):
        decides(again(asked), by=cast.lead, now=timezone.now(), heard=heard)
    decides(again(asked), by=cast.lead, now=timezone.now(), heard=last_against(asked)[0])


@pytest.mark.django_db
def test_what_is_said_to_others_or_about_another_record_is_no_news_to_a_lead():
    cast, stranger = a_cast(), a_cast()
    asked, _other = with_lead_and_another(cast)
    number = asked.record.number_in_clear()
    heard = last_against(asked)
    theirs = recent(stranger, asking, number=number)
    say(theirs, cast.source, "objects", now=timezone.now())
    elsewhere = recent(cast, asking)
    say(elsewhere, cast.source, "objects", now=timezone.now())
    for access in (theirs, elsewhere):
        desk_actions.decide_as_lead(
            again(access), decision="no_contact", reason="safety", by=cast.lead, now=timezone.now()
        )
    assert last_against(again(asked)) == heard


@pytest.mark.django_db
def test_a_lead_is_not_refused_where_less_speaks_against_contact_than_the_page_knew():
    cast = a_cast()
    number, holds = shielded(cast, now=days_ago(9))
    asked = recent(cast, partial(answered, first="objects", second="objects"), number=number)
    heard, _where = last_against(again(asked))
    let_go(holds[1], now=timezone.now())
    decided = desk_actions.decide_as_lead(
        again(asked),
        decision="go_ahead",
        reason="duty",
        by=cast.lead,
        now=timezone.now(),
        seen=again(asked).changed_at,
        heard=heard,
    )
    assert decided.lead_decision == "go_ahead"


@pytest.mark.django_db
def test_no_lead_goes_ahead_while_somebody_asks_for_the_shield_who_was_not_decided_about():
    """Who agrees to it at that moment waits for the record, with an hour from before."""
    cast = a_cast()
    asked = recent(cast, partial(answered, first="objects"))
    claim = place(asked.record, now=timezone.now())
    sent = as_shown(asked) | {"decision": "go_ahead", "reason": "duty"}
    lead = at_desk(cast.lead)
    page = lead.post(f"{page_of(asked)}decide/", sent)
    assert main(page).count("is not decided yet: decide it first.") >= 2
    with pytest.raises(WrongState, match="undecided"):
        desk_actions.decide_as_lead(
            again(asked), decision="go_ahead", reason="duty", by=cast.lead, now=timezone.now()
        )
    let_go(claim, now=timezone.now())
    assert lead.post(f"{page_of(asked)}decide/", sent).status_code == 302


@pytest.mark.django_db
def test_a_lead_who_decides_against_contact_waits_for_nobody():
    cast = a_cast()
    asked = recent(cast, partial(answered, first="objects"))
    place(asked.record, now=timezone.now())
    sent = as_shown(asked) | {"decision": "no_contact", "reason": "safety"}
    assert at_desk(cast.lead).post(f"{page_of(asked)}decide/", sent).status_code == 302


# --- At one moment --------------------------------------------------------------------------------
def one_waits_for_the_other(first, second):
    """Do one act, and the other before the first is committed; return what came of the second.

    The first is committed once the second has come to wait for it, or has not had to.
    """
    done, over = Event(), Event()

    def slow():
        with transaction.atomic():
            first()
            done.set()
            until(lambda: over.is_set() or how_many_wait() > 0)

    def quick():
        done.wait(30)
        try:
            return second()
        finally:
            over.set()

    with a_crowd(2) as crowd:
        return crowd.at_once(slow, quick)[1]


def against(how, other, cast, now):
    """Say something against contact to a request: as a source, or as who stops a contact."""
    if how == "stop":
        return source_actions.stop_contact(again(other), by=cast.source, now=now)
    return say(again(other), cast.other_source, "objects", now=now)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("how", ["objection", "stop"])
def test_what_is_said_while_a_contact_is_concluded_comes_after_it(how):
    cast, now = a_cast(), timezone.now()
    contact, other = two_requests(cast)
    if how == "stop":
        conclude(other, cast, now=now)
    refused = one_waits_for_the_other(
        lambda: conclude(contact, cast, now=now + LATE), lambda: against(how, other, cast, now)
    )
    assert not isinstance(refused, Refused)
    assert to_stop() == [contact.reference]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("how", ["objection", "stop"])
def test_nothing_is_concluded_while_something_is_said_against_it(how):
    cast, now = a_cast(), timezone.now()
    contact, other = two_requests(cast)
    if how == "stop":
        conclude(other, cast, now=now)
    refused = one_waits_for_the_other(
        lambda: against(how, other, cast, now), lambda: conclude(contact, cast, now=now + LATE)
    )
    assert isinstance(refused, Refused)
    assert again(contact).granted_until is None


@pytest.mark.django_db(transaction=True)
def test_no_lead_goes_ahead_while_something_is_said_to_the_other_request():
    cast, now = a_cast(), timezone.now()
    asked, other = with_lead_and_another(cast)
    heard = last_against(asked)[0]
    refused = one_waits_for_the_other(
        lambda: say(again(other), cast.other_source, "objects", now=now),
        lambda: desk_actions.decide_as_lead(
            again(asked), decision="go_ahead", reason="duty", by=cast.lead, now=now, heard=heard
        ),
    )
    assert isinstance(refused, ChangedMeanwhile)
    assert again(asked).lead_decision == ""
