"""When manager or deputy change while something waits: the new one is told, the old one is not."""

from datetime import timedelta

import pytest
from django.core import mail as outbox
from django.utils import timezone

from brokerage.core_hooks import reminders as brokerage_reminders
from shielding import clock
from shielding.accounts import actions as directory
from shielding.accounts import suspending
from shielding.accounts.deputies import actions as deputy_actions
from shielding.accounts.models import User
from shielding.notices import delivery
from shielding.notices.mail_hours import mail_hour
from shielding.notices.models import Notice
from shielding.reviews import reminders
from tests.brokerage.support import todays_requests as access
from tests.brokerage.support.cast import a_cast
from tests.shielding.accounts.deputies.support.deputies import a_line, named
from tests.support import hand_overs
from tests.support.people import a_practitioner, a_service, an_iw_member
from tests.support.requests import NOW, a_request
from tests.support.shielded_records import DAY, let_go, shielded_for

pytestmark = pytest.mark.django_db
ACT = NOW + 3 * DAY
SMTP = "django.core.mail.backends.smtp.EmailBackend"
NINE = mail_hour(clock.today(ACT) + DAY)


def read_anew(person):
    return User.objects.get(pk=person.pk)


def reports_to(person, manager, *, now=ACT):
    directory.set_line_manager(read_anew(person), manager, by=an_iw_member(), now=now)


@pytest.fixture
def line():
    """A manager with staff whose request is let go: the manager is to hear of it tomorrow."""
    line = a_line()
    (hold,) = shielded_for(line.staff)
    Notice.objects.all().overtake()
    let_go(hold, now=ACT)
    outbox.outbox.clear()
    return line


def mailed(kind="team_item_changed", **more):
    """Return who was mailed of this kind, and who was not."""
    found = Notice.objects.filter(kind=kind, created_at__gte=ACT, **more)
    return {(one.recipient, one.fate) for one in found.select_related("recipient")}


def test_a_new_manager_hears_of_a_change_and_the_old_one_does_not(line):
    reports_to(line.staff, line.peer)
    delivery.deliver(NINE)
    assert mailed() == {(line.manager, "overtaken"), (line.peer, "sent")}
    mailed_to = [address for one in outbox.outbox for address in one.to]
    assert sorted(mailed_to) == sorted([line.staff.email, line.peer.email])


def test_a_deputy_named_meanwhile_hears_of_it_too(line):
    named(line.manager, line.peer, clock.today(NINE), 3, now=ACT)
    delivery.deliver(NINE)
    assert mailed() == {(line.manager, "sent"), (line.peer, "sent")}


@pytest.mark.parametrize("why", ["ended", "over"])
def test_a_deputy_whose_days_are_over_hears_of_it_no_more(why):
    line = a_line()
    days = 1 if why == "over" else 5
    done = named(line.manager, line.peer, clock.today(ACT), days, now=ACT)
    (hold,) = shielded_for(line.staff)
    Notice.objects.all().overtake()
    let_go(hold, now=ACT)
    assert mailed() == {(line.manager, "queued"), (line.peer, "queued")}
    if why == "ended":
        deputy_actions.end_deputy(done, by=line.manager, now=ACT)
    delivery.deliver(NINE)
    assert mailed() == {(line.manager, "sent"), (line.peer, "overtaken")}


def test_also_when_the_mail_server_was_away_meanwhile(line, settings):
    backend, settings.EMAIL_BACKEND = settings.EMAIL_BACKEND, SMTP
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    delivery.deliver(NINE)
    settings.EMAIL_BACKEND = backend
    assert mailed() == {(line.manager, "queued")}
    reports_to(line.staff, line.peer, now=NINE)
    for minutes in (1, 2):
        delivery.deliver(NINE + timedelta(minutes=minutes))
    assert mailed() == {(line.manager, "overtaken"), (line.peer, "sent")}


def overdue(person, now):
    request = a_request(person, now=now - 9 * DAY)
    reminders.raise_reminders(now)
    return request


def hearing():
    owed = Notice.objects.filter(kind="review_overdue_manager").exclude(fate="overtaken")
    return sorted(owed.values_list("recipient", flat=True))


def test_who_came_to_manage_hears_of_an_answer_overdue_and_once():
    line = a_line()
    overdue(line.staff, ACT)
    assert hearing() == [line.manager.pk]
    delivery.deliver(NINE)
    reports_to(line.staff, line.peer)
    for _ in range(3):
        reminders.raise_reminders(NINE)
    assert hearing() == sorted([line.manager.pk, line.peer.pk])
    reports_to(line.staff, line.manager)
    reminders.raise_reminders(NINE)
    assert hearing() == sorted([line.manager.pk, line.peer.pk])


def test_who_manages_no_more_before_the_days_mail_hears_nothing_and_again_if_they_do():
    line = a_line()
    overdue(line.staff, ACT)
    reports_to(line.staff, line.peer)
    reminders.raise_reminders(ACT)
    delivery.deliver(NINE)
    sent = Notice.objects.filter(kind="review_overdue_manager", fate="sent")
    assert [one.recipient for one in sent] == [line.peer]
    reports_to(line.staff, line.manager)
    reminders.raise_reminders(NINE)
    assert hearing() == sorted([line.manager.pk, line.peer.pk])


def test_a_deputy_hears_of_an_answer_overdue_from_their_first_day():
    line = a_line()
    overdue(line.staff, ACT)
    named(line.manager, line.peer, clock.today(NINE), 3, now=ACT)
    reminders.raise_reminders(ACT)
    assert hearing() == [line.manager.pk]
    reminders.raise_reminders(NINE)
    assert hearing() == sorted([line.manager.pk, line.peer.pk])


def test_after_the_leads_heard_for_want_of_a_manager_the_manager_hears_too():
    lead, person = an_iw_member(lead=True), a_practitioner()
    overdue(person, ACT)
    assert hearing() == [lead.pk]
    manager = a_practitioner(service=person.service)
    reports_to(person, manager)
    reminders.raise_reminders(ACT)
    assert hearing() == sorted([lead.pk, manager.pk])


def test_of_somebody_suspended_the_leads_hear_who_phone():
    """No page of the manager's lists what is asked of nobody who could answer."""
    lead, line = an_iw_member(lead=True), a_line()
    User.objects.filter(pk=line.lead.pk).update(is_active=False)
    a_request(line.staff, now=ACT - 9 * DAY)
    suspending.suspend(line.staff, by=line.iw, now=ACT)
    reminders.raise_reminders(ACT)
    assert hearing() == [lead.pk]


def test_who_came_to_manage_on_the_day_an_access_request_was_sent_hears_that_day():
    cast = a_cast()
    waits = access.waiting(cast)
    new = a_practitioner(service=cast.manager.service)
    reports_to(cast.requester, new, now=timezone.now())
    for _ in range(2):
        brokerage_reminders.raise_reminders(timezone.now())
    owed = Notice.objects.filter(kind="access_to_agree", subject=waits.reference)
    assert {(one.recipient, one.fate) for one in owed} == {
        (cast.manager, "overtaken"),
        (new, "queued"),
    }


def test_who_came_to_manage_before_an_outcome_is_published_hears_of_it_with_who_agreed():
    cast, now = a_cast(), timezone.now()
    ended = access.concluded(cast, "source_will_contact", now=now)
    Notice.objects.filter(due_at__lte=now).overtake()
    new = a_practitioner(service=cast.manager.service)
    reports_to(cast.requester, new, now=now)
    delivery.deliver(ended.publish_at)
    told = Notice.objects.filter(kind="item_changed", subject=ended.reference, fate="sent")
    assert {one.recipient for one in told} == {cast.requester, cast.manager, new}
    addresses = [address for one in outbox.outbox for address in one.to]
    assert addresses.count(new.email) == 1


def test_a_leaver_who_hands_over_their_own_hears_on_as_a_manager():
    service, member = a_service(), an_iw_member()
    manager, colleague = a_practitioner(service=service), a_practitioner(service=service)
    staff = a_practitioner(service=service, manager=manager)
    (hold,) = shielded_for(staff)
    Notice.objects.all().overtake()
    let_go(hold, now=ACT)
    hand_overs.hand_over(manager, to=colleague, by=member, now=ACT)
    delivery.deliver(NINE)
    assert mailed() == {(manager, "sent")}
