"""A lead's "no contact" is of one person and one record, and outlives what is decided elsewhere."""

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from brokerage import policies
from brokerage.desk import actions
from brokerage.models import AccessRequest
from shielding import clock
from shielding.web.refusals import WrongState
from tests.brokerage.source.support.contacts import contacts
from tests.brokerage.source.support.heard import fresh, lead_decides, silent
from tests.brokerage.support.cast import ASKED, DAY, a_cast, again, agreed, asking, say, shielded
from tests.brokerage.support.desk import DESK, days_ago, page_of, references
from tests.requests_app.support.desk import at_desk, main
from tests.support import hand_overs
from tests.support.people import a_practitioner

pytestmark = pytest.mark.django_db
SECOND, THIRD, FOURTH, NINTH = (ASKED + days * DAY for days in (2, 3, 4, 9))


def refused_in_silence(cast, access):
    """Both sources are silent, and the lead decides against contact."""
    for source in (cast.source, cast.other_source):
        silent(access, source, cast, now=SECOND)
    lead_decides(access, "no_contact", cast, now=SECOND)


def missing(access, now=FOURTH):
    return policies.missing_for(again(access), "source_will_contact", now)


def test_it_is_back_when_the_going_ahead_after_it_is_void():
    cast = a_cast()
    access = asking(cast)
    refused_in_silence(cast, access)
    say(access, cast.source, "will_contact", now=THIRD)
    assert "decided that there is no contact" in missing(access)
    lead_decides(access, "go_ahead", cast, now=FOURTH)
    assert missing(access) == ""
    heir = a_practitioner(service=cast.other_source.service)
    hand_overs.hand_over(fresh(cast.other_source), to=heir, by=cast.colleague, now=FOURTH)
    silent(access, heir, cast, now=NINTH)
    assert "decided against it" in missing(access, NINTH)


def test_a_going_ahead_with_one_request_takes_it_from_no_other():
    cast = a_cast()
    number, _ = shielded(cast)
    one, two = asking(cast, number=number), asking(cast, number=number)
    for source in (cast.source, cast.other_source):
        say(two, source, "will_contact")
    refused_in_silence(cast, one)
    assert "decided against it" in missing(two)
    say(one, cast.source, "will_contact", now=THIRD)
    lead_decides(one, "go_ahead", cast, now=FOURTH)
    assert (missing(one), "decided against it" in missing(two)) == ("", True)


@pytest.mark.parametrize("how", ["silence", "quiet"])
def test_the_lead_is_not_asked_again_by_another_request_with_nothing_new(how):
    cast = a_cast()
    number, _ = shielded(cast)
    refused_in_silence(cast, asking(cast, number=number))
    if how == "quiet":
        two = agreed(cast, number=number, now=THIRD)
        actions.ask_nobody(two, reason="about_source", by=cast.member, now=THIRD)
    else:
        two = asking(cast, number=number, now=THIRD)
        for source in (cast.source, cast.other_source):
            silent(two, source, cast, now=NINTH)
    with pytest.raises(WrongState, match="lead_decided"):
        actions.ask_lead(again(two), by=cast.member, now=NINTH)


def test_who_agrees_to_another_request_is_news_to_the_lead():
    cast = a_cast()
    number, _ = shielded(cast)
    refused_in_silence(cast, asking(cast, number=number))
    two = asking(cast, number=number, now=THIRD)
    say(two, cast.source, "will_contact", now=FOURTH)
    assert policies.is_news_to_lead(again(two))


def test_it_is_of_one_requester_and_one_record():
    cast, other = a_cast(), a_cast()
    number, _ = shielded(cast)
    refused_in_silence(cast, asking(cast, number=number))
    of_another = asking(other, number=number)
    elsewhere = asking(cast, number=shielded(cast)[0])
    assert policies.is_news_to_lead(of_another)
    assert policies.is_news_to_lead(elsewhere)


def test_an_earlier_contact_of_the_person_is_to_be_stopped():
    cast, other = a_cast(), a_cast()
    one, of_another = contacts(cast, cast, other)
    contacts(cast, cast)  # about another record
    number = one.record.number_in_clear()
    soon = clock.today(timezone.now()) + 30 * DAY
    two = asking(cast, number=number, now=days_ago(0.06), needed_until=soon)
    for source in (cast.source, cast.other_source):
        say(two, source, "give_contact", now=days_ago(0.05))
    desk = at_desk(cast.colleague)
    assert references(desk.get(DESK, {"tab": "to_stop"})) == []
    lead_decides(two, "no_contact", cast, now=timezone.now())
    page = desk.get(DESK, {"tab": "to_stop"})
    assert references(page) == [one.reference]
    assert "No contact, the lead says" in main(page)
    warning = "An IW lead has decided since against contact"
    shown = [warning in main(desk.get(page_of(access))) for access in (one, of_another)]
    assert shown == [True, False]


def test_a_contact_agreed_after_it_is_not_to_be_stopped_for_it_and_the_earlier_one_still_is():
    cast = a_cast()
    (one,) = contacts(cast, cast)
    soon = clock.today(timezone.now()) + 30 * DAY
    two = asking(cast, number=one.record.number_in_clear(), now=days_ago(0.06), needed_until=soon)
    say(two, cast.source, "objects", now=days_ago(0.05))
    lead_decides(two, "no_contact", cast, now=days_ago(0.04))
    say(two, cast.other_source, "give_contact", now=days_ago(0.03))
    lead_decides(two, "go_ahead", cast, now=days_ago(0.02))
    actions.conclude(
        again(two),
        outcome="put_in_touch",
        granted_until=soon - DAY,
        by=cast.member,
        now=days_ago(0.01),
    )
    desk = at_desk(cast.colleague)
    assert references(desk.get(DESK, {"tab": "to_stop"})) == [one.reference]


def test_postgresql_keeps_when_it_was_decided():
    cast = a_cast()
    access = asking(cast)
    refused_in_silence(cast, access)
    decided = again(access)
    assert decided.no_contact_at == decided.lead_decided_at >= SECOND
    with pytest.raises(IntegrityError, match="access_no_contact_kept"), transaction.atomic():
        AccessRequest.objects.filter(pk=access.pk).update(no_contact_at=None)
