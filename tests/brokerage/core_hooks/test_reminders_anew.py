"""What the clock owes when something is asked anew, when somebody joins late, and when it cannot.

Each asking anew is told and reminded of anew; one thing that is busy keeps no other from it.
"""

from datetime import timedelta
from functools import partial
from threading import Event

import pytest
from django.db import connection, transaction

from brokerage.core_hooks.reminders import raise_reminders
from brokerage.desk import actions
from brokerage.models import AccessRequest
from shielding.accounts.deputies import actions as deputy_actions
from shielding.accounts.models import User
from shielding.notices.models import Notice
from tests.brokerage.support.cast import ASKED, DAY, a_cast, again, asking, say, sent
from tests.concurrency.support.crowd import a_crowd
from tests.support import hand_overs
from tests.support.people import a_practitioner
from tests.support.statements import Statements

pytestmark = pytest.mark.django_db


def fresh(person: User) -> User:
    return User.objects.get(pk=person.pk)


def owed_to(person: User, kind: str) -> int:
    """Return how many notices of this kind the person is still owed."""
    return Notice.objects.owed().filter(kind=kind, recipient=person).count()


def reminded(person: User, kind: str, day: int) -> bool:
    """Whether the clock, which looks twice, reminds the person of this once on a day."""
    theirs = Notice.objects.filter(kind=kind, recipient=person)
    before = theirs.count()
    for _twice in range(2):
        raise_reminders(ASKED + day * DAY)
    return theirs.count() == before + 1


def test_a_source_back_from_leave_is_asked_anew_and_reminded():
    cast = a_cast()
    access = asking(cast)
    cover = a_practitioner(service=cast.source.service)
    for day in (1, 2):
        assert reminded(cast.source, "contact_asked", day)
    hand_overs.hand_over(fresh(cast.source), to=cover, by=cast.colleague, now=ASKED + 2 * DAY)
    assert (owed_to(cast.source, "contact_asked"), owed_to(cover, "contact_asked")) == (0, 1)
    assert reminded(cover, "contact_asked", 3)
    hand_overs.hand_over(
        fresh(cover), to=fresh(cast.source), by=cast.colleague, now=ASKED + 7 * DAY
    )
    assert access.liaisons.get(hold__source=cast.source).answer == ""
    assert (owed_to(cast.source, "contact_asked"), owed_to(cover, "contact_asked")) == (1, 0)
    # They were told today: the next reminder is tomorrow's.
    assert not reminded(cast.source, "contact_asked", 7)
    for day in (8, 9):
        assert reminded(cast.source, "contact_asked", day)
        assert owed_to(cast.source, "contact_asked") == 1


def test_leads_are_reminded_of_a_second_objection_as_of_the_first():
    cast = a_cast()
    access = asking(cast)
    say(access, cast.source, "objects")
    for day in (1, 2, 3):
        assert reminded(cast.lead, "access_to_lead", day)
    actions.decide_as_lead(
        again(access), decision="go_ahead", reason="duty", by=cast.lead, now=ASKED + 3 * DAY
    )
    assert owed_to(cast.lead, "access_to_lead") == 0
    say(access, cast.other_source, "objects", now=ASKED + 3 * DAY)
    assert owed_to(cast.lead, "access_to_lead") == 1
    for day in (4, 5, 6):
        assert reminded(cast.lead, "access_to_lead", day)
        assert owed_to(cast.lead, "access_to_lead") == 1


def test_an_answer_meanwhile_does_not_begin_the_lead_s_days_anew():
    cast = a_cast()
    access = asking(cast)
    say(access, cast.source, "objects")
    assert reminded(cast.lead, "access_to_lead", 1)
    say(access, cast.other_source, "will_contact", now=ASKED + 2 * DAY)
    assert again(access).state_since == ASKED
    assert again(access).changed_at == ASKED + 2 * DAY
    for day in (2, 3):
        assert reminded(cast.lead, "access_to_lead", day)


def test_a_deputy_named_after_the_day_s_reminder_is_reminded_too():
    cast = a_cast()
    sent(cast)
    raise_reminders(ASKED + DAY - timedelta(hours=3))
    deputy = a_practitioner(service=cast.manager.service)
    a_practitioner(service=cast.manager.service, manager=deputy)
    day = (ASKED + DAY).date()
    deputy_actions.name_deputy(
        fresh(cast.manager),
        deputy,
        first_day=day,
        last_day=day,
        by=fresh(cast.manager),
        now=ASKED + DAY,
    )
    assert reminded(deputy, "access_to_agree", 1)
    # The manager's own, of the same day, is not overtaken, and not doubled.
    assert owed_to(cast.manager, "access_to_agree") == 1
    assert Notice.objects.filter(recipient=cast.manager, kind="access_to_agree").count() == 2


def test_a_manager_who_is_manager_again_on_the_same_day_is_reminded_after_all():
    """What was overtaken before it was mailed told them nothing."""
    cast = a_cast()
    sent(cast)
    raise_reminders(ASKED + DAY)
    for manager in (cast.source, cast.manager):
        User.objects.filter(pk=cast.requester.pk).update(line_manager=manager)
        raise_reminders(ASKED + DAY + timedelta(minutes=1))
        assert owed_to(manager, "access_to_agree") == 1
    assert owed_to(cast.source, "access_to_agree") == 0


@pytest.mark.behind_the_acts("a claim that a service phoned in: nobody has confirmed it")
def test_for_a_source_without_an_account_nothing_is_locked():
    cast = a_cast()
    access = asking(cast)
    for liaison in access.liaisons.all():
        liaison.asked_of = liaison.hold.source = None
        liaison.hold.save()
        liaison.save()
    with Statements() as queries:
        raise_reminders(ASKED + 2 * DAY)
    assert [one["sql"] for one in queries if "FOR UPDATE" in one["sql"]] == []


@pytest.mark.django_db(transaction=True)
def test_one_request_that_is_busy_keeps_no_other_from_its_reminder(caplog):
    cast = a_cast()
    busy = sent(cast)
    other = sent(cast, now=ASKED + timedelta(minutes=1))
    held, looked = Event(), Event()
    with a_crowd(2) as crowd:
        crowd.at_once(
            partial(_hold, busy, held, looked), partial(_remind_without_waiting, held, looked)
        )
    today = Notice.objects.filter(kind="access_to_agree", created_at__gte=ASKED + DAY)
    assert set(today.values_list("subject", flat=True)) == {other.reference}
    assert f"access_to_agree of {busy.reference}: OperationalError" in caplog.text
    raise_reminders(ASKED + DAY)
    assert today.count() == 2


def _hold(access: AccessRequest, held: Event, looked: Event) -> None:
    with transaction.atomic():
        AccessRequest.objects.select_for_update().get(pk=access.pk)
        held.set()
        looked.wait(30)


def _remind_without_waiting(held: Event, looked: Event) -> None:
    held.wait(30)
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '200ms'")
    try:
        raise_reminders(ASKED + DAY)
    finally:
        looked.set()
        with connection.cursor() as cursor:
            cursor.execute("RESET lock_timeout")


@pytest.mark.django_db(transaction=True)
def test_two_clocks_at_once_remind_once():
    cast = a_cast()
    asking(cast)
    sent(cast)
    with a_crowd(2) as crowd:
        for day in range(1, 5):
            crowd.at_once(*[partial(raise_reminders, ASKED + day * DAY)] * 2)
    for kind, person in (("contact_asked", cast.source), ("access_to_agree", cast.manager)):
        assert Notice.objects.filter(kind=kind, recipient=person, step__gt=0).count() == 4
