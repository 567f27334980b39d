"""Passed on by phone: what an outcome permits, said by a member with a code and a day."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from brokerage.desk import actions as desk_actions
from brokerage.models import AccessRequest
from brokerage.requester import actions as requester_actions
from brokerage.source import actions as source_actions
from logbook.models import Entry
from shielding import clock
from shielding.accounts import suspending
from shielding.web.refusals import NotAllowed, WrongState
from tests.brokerage.source.support.heard import lead_decides
from tests.brokerage.support.cast import DAY, a_cast, again, say
from tests.brokerage.support.desk import DESK, forms_on, page_of, references, send
from tests.brokerage.support.todays_requests import ago, asked, asking, at_a_desk, concluded
from tests.requests_app.support.desk import at_desk, main
from tests.requests_app.support.posts import on
from tests.support.undone import undone

pytestmark = pytest.mark.django_db
WAITS = "nobody has recorded yet that it was passed on by phone"


def a_scene():
    cast = a_cast()
    return cast, concluded(cast, "put_in_touch", now=ago(9))


@pytest.fixture
def access(scene):
    """A request whose outcome is read, that the requester is put in touch: to be passed on."""
    return scene[1]


def passed_on(access):
    access = again(access)
    return access.passed_on, access.passed_on_day, access.passed_on_by


def to_pass_on(member):
    return references(at_desk(member).get(DESK, {"tab": "to_pass_on"}))


def attested(access, member, what, **more):
    given = {"passed_on": what, "on": timezone.localdate(), "now": timezone.now()} | more
    return desk_actions.pass_on(again(access), by=member, **given)


def test_a_member_says_what_was_passed_on_and_when(cast, access):
    for what in ("contact", "message"):
        with undone():
            says_what_was_passed_on(cast, access, what)
    says_what_was_passed_on(cast, concluded(cast, "viewed", now=ago(9)), "viewed")


def says_what_was_passed_on(cast, access, what):
    browser = at_desk(cast.member)
    assert access.reference in to_pass_on(cast.member)
    before = main(browser.get(page_of(access)))
    assert WAITS in before
    assert ", to be passed on by phone" in before
    assert ", passed on by phone" not in before
    today = timezone.localdate()
    page = send(browser, access, "pass-on", passed_on=what, **on("on", today))
    assert "It is recorded that you passed it on by phone" in main(page)
    assert WAITS not in main(page)
    assert ", passed on by phone" in main(page)
    assert passed_on(access) == (what, today, cast.member)
    entry = Entry.objects.get(event="access_passed_on", reference=access.reference)
    assert (entry.actor, entry.reference, entry.record) == (
        cast.member.uid,
        access.reference,
        access.record.reference,
    )
    assert entry.facts == f'{{"on":"{today}","passed_on":"{what}"}}'
    assert access.reference not in to_pass_on(cast.member)
    assert "pass-on" not in forms_on(page)


def test_the_same_word_twice_is_found_said_and_another_refused(cast, access):
    attested(access, cast.member, "contact")
    attested(access, cast.member, "contact")
    for member, what in ((cast.member, "message"), (cast.colleague, "contact")):
        with pytest.raises(WrongState):
            attested(access, member, what)
    assert Entry.objects.filter(event="access_passed_on").count() == 1


def test_nothing_that_the_outcome_does_not_permit(cast, access):
    viewed, browser = concluded(cast, "viewed", now=ago(9)), at_desk(cast.member)
    for one, what in ((access, "viewed"), (access, "x"), (viewed, "contact"), (viewed, "")):
        with pytest.raises(WrongState):
            attested(one, cast.member, what)
        page = send(browser, one, "pass-on", passed_on=what, **on("on", ago(0)))
        assert page.status_code in (200, 409)
        assert passed_on(one) == ("", None, None)


@pytest.mark.parametrize("outcome", ["source_will_contact", "declined", "referred"])
def test_nothing_for_another_outcome(cast, outcome):
    other = concluded(cast, outcome, now=ago(9))
    assert other.reference not in to_pass_on(cast.member)
    assert "pass-on" not in forms_on(at_desk(cast.member).get(page_of(other)))
    with pytest.raises(WrongState):
        attested(other, cast.member, "contact")


def test_not_before_it_is_published(cast):
    access = concluded(cast, "put_in_touch")
    assert access.reference not in to_pass_on(cast.member)
    first = access.publish_at
    day = clock.today(first)
    with pytest.raises(WrongState):
        attested(access, cast.member, "contact", on=day, now=first - timedelta(minutes=1))
    attested(access, cast.member, "contact", on=day, now=first)


def test_not_after_a_withdrawal(cast):
    access = concluded(cast, "put_in_touch")
    requester_actions.withdraw(access, by=cast.requester, now=timezone.now())
    with pytest.raises(WrongState):
        attested(access, cast.member, "contact", now=access.publish_at + DAY)


def test_a_day_between_the_publication_and_the_last_day(cast, access):
    first, last = clock.today(access.publish_at), access.granted_until
    later = access.publish_at + 100 * DAY
    for day in (first - DAY, last + DAY):
        with pytest.raises(WrongState):
            attested(access, cast.member, "contact", on=day, now=later)
    with pytest.raises(WrongState):  # a day that is still to come
        attested(access, cast.member, "contact", on=timezone.localdate() + DAY)
    attested(access, cast.member, "contact", on=last, now=later)


def test_of_a_day_before_a_stop_and_of_none_after(cast, access):
    source_actions.stop_contact(access, by=cast.colleague, now=ago(2))
    assert to_pass_on(cast.member) == []
    with pytest.raises(WrongState):
        attested(access, cast.member, "contact", on=clock.today(ago(1)))
    attested(access, cast.member, "contact", on=clock.today(ago(2)))


def test_what_nobody_can_pass_on_now_waits_for_nobody(cast, access):
    assert to_pass_on(cast.member) == [access.reference]
    ended = AccessRequest.objects.to_pass_on(access.publish_at + 100 * DAY)
    assert not ended.exists()
    suspending.suspend(cast.requester, by=cast.member, now=timezone.now())
    assert to_pass_on(cast.member) == []


def test_not_by_the_lead_who_went_ahead_nor_by_anybody_else(cast):
    access = asking(cast, now=ago(9))
    say(access, cast.source, "objects", now=ago(9))
    say(access, cast.other_source, "give_contact", now=ago(9))
    lead_decides(access, "go_ahead", cast, now=ago(9))
    desk_actions.conclude(
        again(access),
        outcome="put_in_touch",
        granted_until=clock.today(ago(-20)),
        by=cast.member,
        now=ago(9),
    )
    for person in (cast.lead, cast.requester, cast.manager, cast.source, cast.other_source):
        with pytest.raises((NotAllowed, WrongState)):
            attested(access, person, "contact")
    attested(access, cast.colleague, "contact")


def test_nothing_of_it_is_shown_to_anybody_but_the_iw_team(cast, access):
    """Requester, manager and both sources read the same page before and after."""
    own, of_manager = f"/access/{access.reference}/", f"/access/to-agree/{access.reference}/"
    doors = [(cast.requester, own), (cast.manager, of_manager)]
    for source in (cast.source, cast.other_source):
        doors.append((source, f"/access/questions/{asked(access, source).reference}/"))
    before = [main(at_a_desk(person).get(page)) for person, page in doors]
    attested(access, cast.member, "contact")
    assert [main(at_a_desk(person).get(page)) for person, page in doors] == before


@pytest.mark.behind_the_acts("what PostgreSQL refuses")
def test_postgresql_keeps_it_whole(cast, access):
    for one, columns in (
        (access, {"passed_on": "contact"}),
        (access, {"passed_on_day": timezone.localdate()}),
        (concluded(cast, "declined", now=ago(9)), _whole(cast)),
        (access, _whole(cast) | {"passed_on": "a word"}),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            AccessRequest.objects.filter(pk=one.pk).update(**columns)


def _whole(cast):
    now = timezone.now()
    said = {"passed_on": "contact", "passed_on_day": timezone.localdate()}
    return said | {"passed_on_at": now, "passed_on_by": cast.member}
