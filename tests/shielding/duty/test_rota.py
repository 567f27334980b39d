"""The rota: who is on duty, who changes it, and who hears at three at night."""

import threading
from datetime import date, datetime, timedelta

import psycopg2
import pytest
from django.core import mail as outbox
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from logbook.models import Entry
from shielding.accounts import suspending
from shielding.accounts.models import User
from shielding.checks.actions import Found, attest_found
from shielding.checks.finding_codes import Finding
from shielding.clock import LONDON
from shielding.duty import actions, rota
from shielding.duty.presenters import duty_words
from shielding.holds import actions as holds
from shielding.models import DutyDay
from shielding.notices import delivery
from shielding.notices.models import Mail, Notice
from shielding.operations.database_roles import as_owner
from shielding.records import to_shield_alerts
from shielding.records.to_shield_alerts import CHECK_NOW
from shielding.roles import Role
from shielding.web.refusals import NotAllowed, WrongState
from tests.concurrency.support.crowd import how_many_wait, until
from tests.requests_app.support.desk import at_desk, main
from tests.requests_app.support.posts import on
from tests.support.entries import entries
from tests.support.people import (
    a_practitioner,
    an_administrator,
    an_auditor,
    an_iw_member,
    moved_on,
)
from tests.support.replay import replay
from tests.support.requests import NOW, a_request
from tests.support.threads import have_ended, run_together

pytestmark = pytest.mark.django_db
TODAY = NOW.date()  # a Monday, ten o'clock in London
DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
BOX = "iw.duty@council.example"


def london(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=LONDON)


def put(member, first=TODAY, last=None, *, by=None, now=NOW):
    lead = by or an_iw_member(lead=True)
    return actions.set_days(first, last or first, member, by=lead, now=now)


def stands():
    return list(DutyDay.objects.standing().values_list("day", "member__name"))


# Who is on duty, and when


@pytest.mark.parametrize("day", [date(2026, 3, 28), date(2026, 7, 1), date(2026, 10, 24)])
def test_a_day_of_duty_runs_from_eight_to_eight_in_london(day):
    """Also on the nights on which the clocks change."""
    assert rota.running_day(london(day, 7, 59)) == day - DAY
    assert rota.running_day(london(day, 8)) == day
    assert rota.running_day(london(day + DAY, 7, 59)) == day
    assert rota.over_at(day) == london(day + DAY, 8)


def test_who_is_on_duty_follows_the_rota_and_the_team():
    sam, ann = an_iw_member(name="Sam"), an_iw_member(name="Ann")
    put(sam)
    put(ann, TODAY + DAY)
    night = london(TODAY + DAY, 3)
    assert [rota.on_duty(now) for now in (NOW, night, night + 5 * HOUR)] == [[sam], [sam], [ann]]
    assert rota.on_duty(NOW - 3 * HOUR) == []
    # Before eight it is yesterday's day: what today says is not denied.
    assert duty_words(ann, NOW - 3 * HOUR) == "Nobody is on duty until 8am today."
    assert duty_words(ann, night + 2 * DAY) == "Nobody is on duty until 8am today."
    assert duty_words(ann, NOW + 3 * DAY) == "Nobody is named on the rota for today."
    suspending.suspend(sam, by=an_administrator(), now=NOW)
    moved_on(ann, Role.AUDITOR)
    leads = set(User.objects.working().iw_team().iw_leads())
    assert leads
    assert [set(rota.on_duty(now)) for now in (NOW, night + 5 * HOUR)] == [leads, leads]
    lead = leads.pop()
    assert "The IW leads are mailed alerts at any hour instead." in duty_words(lead, NOW)
    assert "is named on the rota for today, and has left" in duty_words(lead, NOW)
    assert "is named on the rota until 8am today, and has left" in duty_words(lead, night)


# Who hears at night


@pytest.fixture
def mailbox(settings):
    settings.DUTY_MAILBOXES = [BOX]


def alerted(now):
    """Return who is mailed in the clock's look at this moment, by two beats."""
    outbox.outbox.clear()
    for _ in range(2):
        to_shield_alerts.raise_alerts(now)
        delivery.deliver(now)
    return sorted(address for mail in outbox.outbox for address in mail.to)


@pytest.mark.usefixtures("mailbox")
@pytest.mark.parametrize("day", [date(2026, 3, 3), date(2026, 7, 1)])
def test_at_three_at_night_whoever_is_on_duty_hears_and_the_others_do_not(day):
    """In winter and in summer time."""
    sam, ann, lea = an_iw_member(), an_iw_member(), an_iw_member(lead=True)
    put(sam, day, by=lea, now=london(day, 9))
    put(ann, day + DAY, by=lea, now=london(day, 9))
    night = london(day + DAY, 3)
    request = a_request(now=night - MINUTE)
    assert alerted(night) == sorted([BOX, sam.email])
    assert all(request.reference in mail.body for mail in outbox.outbox)
    # Told again after an hour, to the same; at eight the others hear of it, who then work.
    assert alerted(night + HOUR) == sorted([BOX, sam.email])
    assert alerted(london(day + DAY, 7, 30)) == sorted([BOX, sam.email])
    assert alerted(london(day + DAY, 8)) == sorted([ann.email, lea.email])


@pytest.mark.usefixtures("mailbox")
def test_whoever_left_the_team_hears_nothing_at_night_and_the_mailbox_and_the_leads_do():
    """The team counts on somebody who hears; the others of it are woken as little as ever."""
    sam, ann, lea = an_iw_member(), an_iw_member(), an_iw_member(lead=True)
    an_iw_member()
    put(sam, by=lea)
    put(ann, TODAY + DAY, by=lea)
    suspending.suspend(sam, by=an_administrator(), now=NOW)
    moved_on(ann, Role.AUDITOR)
    delivery.deliver(NOW + HOUR)  # what else is told of them
    leads = User.objects.working().iw_team().iw_leads().values_list("email", flat=True)
    for night in (london(TODAY + DAY, 3), london(TODAY + 2 * DAY, 3)):
        a_request(now=night - MINUTE)
        assert alerted(night) == sorted([BOX, *leads])
    # Nobody named is nobody: the mailbox alone.
    put(None, by=lea, first=TODAY + 2 * DAY, now=night + 6 * HOUR)
    a_request(now=night + DAY - MINUTE)
    assert alerted(night + DAY) == [BOX]


@pytest.mark.usefixtures("mailbox")
def test_who_comes_on_duty_at_a_weekend_hears_what_the_night_put_off_and_still_waits():
    friday = date(2026, 3, 6)
    sam, ann, idle = an_iw_member(), an_iw_member(), an_iw_member()
    put(sam, friday, now=NOW)
    put(ann, friday + DAY, now=NOW)
    a_request(now=london(friday, 23))
    for hours in (0, 1, 4):
        assert alerted(london(friday, 23) + hours * HOUR) == sorted([BOX, sam.email])
    assert alerted(london(friday + DAY, 7, 59)) == []
    assert alerted(london(friday + DAY, 8)) == [ann.email]
    put_off = Notice.objects.filter(recipient=idle, fate="queued")
    assert {notice.due_at for notice in put_off} == {london(date(2026, 3, 9), 8)}


@pytest.mark.usefixtures("mailbox")
def test_a_mail_that_was_refused_is_tried_again_at_night_for_who_is_on_duty():
    sam, ann = an_iw_member(), an_iw_member()
    put(sam)
    a_request(now=london(TODAY, 17, 58))
    to_shield_alerts.raise_alerts(london(TODAY, 17, 59))
    delivery.gather(london(TODAY, 17, 59))  # in envelopes, and then the server is away
    outbox.outbox.clear()
    delivery.deliver(london(TODAY, 18, 30))
    heard = {address for mail in outbox.outbox for address in mail.to}
    assert (sam.email in heard, ann.email in heard, BOX in heard) == (True, False, True)


@pytest.mark.usefixtures("mailbox")
def test_a_mail_that_was_refused_and_put_off_is_sent_when_its_reader_comes_on_duty():
    friday = date(2026, 3, 6)
    ann, idle = an_iw_member(), an_iw_member()
    put(ann, friday + DAY)
    a_request(now=london(friday, 17, 58))
    to_shield_alerts.raise_alerts(london(friday, 17, 59))
    delivery.gather(london(friday, 17, 59))  # in envelopes, and then the server is away
    delivery.deliver(london(friday, 18, 30))
    put_off = Mail.objects.filter(recipient__in=[ann, idle])
    monday = london(date(2026, 3, 9), 8)
    assert {mail.next_try_at for mail in put_off} == {monday}
    outbox.outbox.clear()
    delivery.deliver(london(friday + DAY, 7, 59))
    assert outbox.outbox == []
    delivery.deliver(london(friday + DAY, 8))
    assert [mail.to for mail in outbox.outbox] == [[ann.email]]
    assert put_off.get(recipient=idle).next_try_at == monday


@pytest.mark.usefixtures("mailbox")
def test_who_came_to_the_team_since_hears_the_last_word_of_what_waits_when_they_come_on_duty():
    """Once, by two beats; of what waits alone; and nobody else who came hears of it."""
    friday = date(2026, 3, 6)
    lea = an_iw_member(lead=True)
    done, waits = (a_request(now=london(friday, 9)) for _ in range(2))
    open_now = a_request(now=london(friday, 9))
    for hours in (0, 1, 4):
        alerted(london(friday, 9) + hours * HOUR)
    for request in (done, open_now):
        holds.attest_applied(
            request.hold, checked_on=friday, no_duplicate=True, by=lea, now=london(friday, 14)
        )
    attest_found(open_now.record, found=Found(Finding.OPEN), by=lea, now=london(friday, 15))
    alerted(london(friday, 15))
    alerted(london(friday + DAY, 16))
    ann, idle = an_iw_member(), an_iw_member()
    assert alerted(london(friday + DAY, 18)) == []
    put(ann, friday + DAY, by=lea, now=london(friday + DAY, 18))
    evening = london(friday + DAY, 18, 1)
    assert alerted(evening) == [ann.email]
    named = outbox.outbox[0].body
    references = [request.reference in named for request in (done, waits, open_now)]
    assert references == [False, True, True]
    assert alerted(evening + MINUTE) == []
    assert not Notice.objects.filter(recipient=idle, kind__in=["to_shield", CHECK_NOW]).exists()


def test_without_a_mailbox_everybody_hears_at_any_hour_as_before(settings):
    settings.DUTY_MAILBOXES = []
    sam, ann, lea = an_iw_member(), an_iw_member(), an_iw_member(lead=True)
    put(sam, by=lea)
    night = london(TODAY + DAY, 3)
    a_request(now=night - MINUTE)
    assert alerted(night) == sorted([sam.email, ann.email, lea.email])


# Keeping it


def test_a_lead_sets_days_ends_them_and_sets_them_again_and_the_logbook_tells_all():
    sam, ann = an_iw_member(name="Sam"), an_iw_member(name="Ann")
    lea = an_iw_member(lead=True, name="Lea")
    three = [TODAY + n * DAY for n in range(3)]
    assert put(sam, TODAY, three[2], by=lea) == three
    assert put(sam, TODAY, three[2], by=lea, now=NOW + MINUTE) == []
    assert put(ann, three[1], three[2] + DAY, by=lea, now=NOW + HOUR) == [
        *three[1:],
        three[2] + DAY,
    ]
    assert put(None, three[2], by=lea, now=NOW + 2 * HOUR) == [three[2]]
    assert put(None, three[2], by=lea, now=NOW + 2 * HOUR) == []
    assert put(sam, three[2], by=lea, now=NOW + 3 * HOUR) == [three[2]]
    assert stands() == [
        (three[0], "Sam"), (three[1], "Ann"), (three[2], "Sam"), (three[2] + DAY, "Ann"),
    ]  # fmt: skip
    told = [
        (event, facts["day"], facts["member"])
        for event, _, facts in entries("duty_day_set", "duty_day_ended")
    ]
    days = [day.isoformat() for day in (*three, three[2] + DAY)]
    his, hers = str(sam.uid), str(ann.uid)
    assert told == [
        ("duty_day_set", days[0], his),
        ("duty_day_set", days[1], his),
        ("duty_day_set", days[2], his),
        ("duty_day_ended", days[1], his),
        ("duty_day_set", days[1], hers),
        ("duty_day_ended", days[2], his),
        ("duty_day_set", days[2], hers),
        ("duty_day_set", days[3], hers),
        ("duty_day_ended", days[2], hers),
        ("duty_day_set", days[2], his),
    ]
    assert replay()[0] == []
    DutyDay.objects.filter(ended_at=None, day=TODAY).update(ended_at=NOW, ended_by=lea)
    assert [one.split()[0] for one in replay()[0]] == ["duty_days"]


def test_nobody_but_a_lead_changes_it_and_nobody_but_a_member_is_on_it():
    sam, lea = an_iw_member(), an_iw_member(lead=True)
    gone = an_iw_member(lead=True)
    suspending.suspend(gone, by=an_administrator(), now=NOW)
    for person in (sam, a_practitioner(), an_auditor(), an_administrator(), gone):
        with pytest.raises(NotAllowed):
            put(sam, by=person)
    for person in (a_practitioner(), an_auditor(), an_administrator(), gone):
        with pytest.raises(WrongState):
            put(person, by=lea)
    assert (stands(), entries("duty_day_set")) == ([], [])


def test_days_that_are_over_are_not_changed_and_the_running_one_is():
    sam, lea = an_iw_member(name="Sam"), an_iw_member(lead=True)
    night = london(TODAY + DAY, 3)
    for first, last in (
        (TODAY - DAY, TODAY),
        (TODAY + DAY, TODAY),
        (TODAY, TODAY + 31 * DAY),
        (TODAY + 367 * DAY, TODAY + 367 * DAY),
    ):
        with pytest.raises(WrongState):
            put(sam, first, last, by=lea, now=night)
    assert put(sam, by=lea, now=night) == [TODAY]
    with pytest.raises(WrongState):
        put(None, by=lea, now=night + 5 * HOUR)
    assert stands() == [(TODAY, "Sam")]


def test_postgresql_keeps_one_a_day_its_pairs_and_what_was_set():
    lea = an_iw_member(lead=True)
    put(an_iw_member(), by=lea)
    row = DutyDay.objects.get()
    again = {"day": TODAY, "member": lea, "set_at": NOW, "set_by": lea}
    for wrong, name in (
        (lambda: DutyDay.objects.create(**again), "duty_day_one_standing"),
        (lambda: DutyDay.objects.update(ended_at=NOW), "duty_day_ended_pair"),
        (lambda: DutyDay.objects.update(ended_by=lea), "duty_day_ended_pair"),
        (lambda: DutyDay.objects.update(member=lea), "never_changes"),
        (lambda: DutyDay.objects.update(day=TODAY + DAY), "never_changes"),
        (lambda: DutyDay.objects.update(set_by=row.member), "never_changes"),
    ):
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            wrong()
    with pytest.raises(Exception, match="permission denied") as refused, transaction.atomic():
        row.delete()
    assert isinstance(refused.value.__cause__, psycopg2.errors.InsufficientPrivilege)
    put(None, by=lea)
    with pytest.raises(IntegrityError, match="never_changes"), transaction.atomic():
        DutyDay.objects.update(ended_at=None, ended_by=None)


@pytest.mark.django_db(transaction=True)
def test_of_two_leads_at_once_one_is_told_that_the_rota_changed():
    sam, ann = an_iw_member(name="Sam"), an_iw_member(name="Ann")
    leads, said = [an_iw_member(lead=True) for _ in range(2)], []
    together = threading.Barrier(2)

    def change(lead, member):
        together.wait()
        try:
            said.append(len(put(member, TODAY, TODAY + 9 * DAY, by=lead)))
        except WrongState as refused:
            said.append(refused.code)
        finally:
            connection.close()

    run_together(
        *(
            threading.Thread(target=change, args=pair)
            for pair in zip(leads, (sam, ann), strict=True)
        )
    )
    days = DutyDay.objects.standing()
    assert [one.day for one in days] == [TODAY + n * DAY for n in range(10)]
    assert len({one.member_id for one in days}) == 1
    assert sorted(map(str, said)) in (["10", "10"], ["10", "rota_changed"])
    assert replay()[0] == []


# Its pages


def test_members_read_the_rota_and_a_lead_changes_it():
    sam = an_iw_member(name="Sam Sees", email="sam.sees@council.example")
    lea, ann = an_iw_member(lead=True, name="Lea Leads"), an_iw_member()
    page, home = reverse("duty"), reverse("home")
    assert "Nobody is named on the rota for today." in main(at_desk(ann).get(home))
    browser = at_desk(lea)
    first = rota.running_day(datetime.now(LONDON))
    asked = on("first_day", first) | on("last_day", first + DAY) | {"member": str(sam.uid)}
    answer = browser.post(page, asked, follow=True)
    assert "The rota is changed for 2 days." in main(answer)
    assert "Nothing was changed" in main(browser.post(page, asked, follow=True))
    read = main(at_desk(ann).get(page))
    assert read.count("Sam Sees sam.sees@council.example") == 2
    assert (read.count("by Lea Leads"), "An IW lead changes the rota." in read) == (2, True)
    assert "Sam Sees is on duty until" in main(at_desk(ann).get(home))
    assert "You are on duty until" in main(at_desk(sam).get(home))
    refused = at_desk(ann).post(page, asked | {"member": "nobody"})
    assert (refused.status_code, DutyDay.objects.standing().count()) == (403, 2)
    suspending.suspend(sam, by=an_administrator(), now=NOW)
    assert "Sam Sees has left the team" in main(at_desk(ann).get(page))
    assert "and has left the team" in main(at_desk(ann).get(home))
    ended = on("first_day", first) | on("last_day", first + DAY) | {"member": "nobody"}
    assert "changed for 2 days" in main(browser.post(page, ended, follow=True))
    assert DutyDay.objects.standing().count() == 0
    assert Entry.objects.filter(event="duty_day_ended").count() == 2


@pytest.mark.parametrize(
    ("days", "sentence"),
    [
        ((-1, 0), "A day that is over cannot be changed"),
        ((1, 0), "The last day must be the first day or later"),
        ((0, 31), "At most 31 days can be set at once"),
        ((400, 401), "The first day must be within a year"),
    ],
)
def test_the_form_says_which_days_are_wrong(days, sentence):
    running = rota.running_day(datetime.now(LONDON))
    first, last = (running + n * DAY for n in days)
    asked = on("first_day", first) | on("last_day", last) | {"member": "nobody"}
    browser = at_desk(an_iw_member(lead=True))
    assert sentence in main(browser.post(reverse("duty"), asked))


@pytest.mark.django_db(transaction=True)
@pytest.mark.behind_the_acts("a colleague's day is written, and not yet seen by others")
def test_a_day_that_a_colleague_is_just_setting_is_waited_for_and_then_said():
    sam, ann, lea = an_iw_member(name="Sam"), an_iw_member(name="Ann"), an_iw_member(lead=True)
    said = []

    def change():
        try:
            put(sam, by=lea)
        except WrongState as refused:
            said.append(refused.code)
        finally:
            connection.close()

    thread = threading.Thread(target=change)
    with transaction.atomic():
        DutyDay.objects.create(day=TODAY, member=ann, set_at=NOW, set_by=sam)
        thread.start()
        until(lambda: how_many_wait() > 0)
    have_ended(thread)
    assert said == ["rota_changed"]
    assert stands() == [(TODAY, "Ann")]


@pytest.mark.django_db(transaction=True)
def test_what_else_postgresql_refuses_is_called_no_change_of_a_colleague():
    sam, lea = an_iw_member(), an_iw_member(lead=True)
    table = DutyDay._meta.db_table
    try:
        by_the_owner(f"ALTER TABLE {table} ADD CONSTRAINT no_day CHECK (false) NOT VALID")
        with pytest.raises(IntegrityError, match="no_day"):
            put(sam, by=lea)
    finally:
        by_the_owner(f"ALTER TABLE {table} DROP CONSTRAINT no_day")


def by_the_owner(statement: str) -> None:
    with as_owner(connection), connection.cursor() as cursor:
        cursor.execute(statement)
