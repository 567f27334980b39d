"""The IW Team is told of a request to shield, and again while it is not applied: by the clock.

NOW is a Monday at ten in London, with winter time.
"""

import re
from datetime import timedelta

import pytest
from django.core import mail as outbox

from shielding.accounts.models import User
from shielding.holds import actions as hold_actions
from shielding.models import Hold, Record
from shielding.notices import delivery
from shielding.notices.models import Notice
from shielding.records import to_shield_alerts
from shielding.reviews import reminders
from shielding.unshield import actions as unshield_actions
from tests.concurrency.support.crowd import a_crowd
from tests.support.people import a_practitioner, an_iw_member
from tests.support.requests import NOW, a_number, a_request, agreed
from tests.support.shielded_records import DAY, being_unshielded, let_go, place, shielded_for

pytestmark = pytest.mark.django_db
DUTY, NIGHTS = "iw.duty@council.example", "iw.nights@council.example"
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
REFERENCE = re.compile(r"IW-[A-Z0-9]{4}-[A-Z0-9]{4}")


@pytest.fixture
def mailboxes(settings):
    settings.DUTY_MAILBOXES = [DUTY]


def look(now, *, times=2):
    """Let the clock and the mail look at this moment, as two beats would."""
    for _ in range(times):
        to_shield_alerts.raise_alerts(now)
        delivery.deliver(now)


def hours_of(address, until, *, every=MINUTE * 30, now=NOW):
    """Look until then; return after how many hours what was mailed to an address."""
    heard = []
    begun = now
    while now <= begun + until:
        before = len(outbox.outbox)
        look(now, times=1)
        if len(outbox.outbox) > before:
            look(now, times=1)  # the other beat, when there was something to find
        mails = [one for one in outbox.outbox[before:] if one.to == [address]]
        heard += [((now - begun) / HOUR, REFERENCE.findall(one.body)) for one in mails]
        now += every
    return heard


def mailed_to(address):
    return [REFERENCE.findall(one.body) for one in outbox.outbox if one.to == [address]]


def applied(hold, *, now, **more):
    member = an_iw_member()
    return hold_actions.attest_applied(
        hold, checked_on=now.date(), no_duplicate=True, by=member, now=now, **more
    )


@pytest.mark.usefixtures("mailboxes")
def test_a_mailbox_hears_at_once_and_after_1_4_and_24_hours_and_no_more():
    one = a_request().reference
    assert hours_of(DUTY, 30 * HOUR) == [(0, [one]), (1, [one]), (4, [one]), (24, [one])]


def test_without_a_mailbox_members_hear_at_any_hour():
    late = NOW + 9 * HOUR  # at 19:00
    member, one = an_iw_member(), a_request(now=late).reference
    heard = hours_of(member.email, 30 * HOUR, now=late)
    assert heard == [(0, [one]), (1, [one]), (4, [one]), (24, [one])]
    assert not Notice.objects.exclude(mailbox="").exists()


@pytest.mark.usefixtures("mailboxes")
def test_with_one_members_hear_from_eight_to_six_and_of_the_night_in_one_mail():
    member = an_iw_member()
    late = NOW + 9 * HOUR  # at 19:00
    one = a_request(now=late).reference
    assert hours_of(member.email, 30 * HOUR, now=late) == [(13, [one])]
    assert mailed_to(DUTY) == [[one]] * 4
    # 20:00 and 23:00 were overtaken by the last step of the night; 19:00 on Tuesday waits.
    steps = Notice.objects.filter(kind="to_shield", recipient=member).order_by("step")
    assert [one.fate for one in steps] == ["overtaken", "overtaken", "sent", "queued"]


@pytest.mark.usefixtures("mailboxes")
def test_what_came_at_different_hours_of_a_night_is_one_mail_to_a_member():
    member, came = an_iw_member(), []
    for hours in (9, 11, 18):
        came.append(a_request(now=NOW + hours * HOUR).reference)
        look(NOW + hours * HOUR)
    assert mailed_to(member.email) == []
    look(NOW + 22 * HOUR)
    assert mailed_to(member.email) == [sorted(came)]


@pytest.mark.usefixtures("mailboxes")
def test_a_friday_evening_is_mondays_for_members_and_a_bank_holiday_tuesdays():
    member = an_iw_member()
    friday = NOW + 32 * DAY + 10 * HOUR  # before Easter Monday
    one = a_request(now=friday - 7 * DAY).reference
    monday = NOW + 28 * DAY - 3 * HOUR  # 07:00 UTC is 08:00: summer time began on Sunday
    look(friday - 7 * DAY)
    look(monday - MINUTE)
    assert mailed_to(member.email) == []
    look(monday)
    assert mailed_to(member.email) == [[one]]
    applied(Hold.objects.get(reference=one), now=monday)
    outbox.outbox.clear()
    other = a_request(now=friday).reference
    look(friday)
    for day in (1, 2, 3):
        look(monday + 4 * DAY + day * DAY + HOUR)
    assert mailed_to(member.email) == []
    look(monday + 8 * DAY)
    assert mailed_to(member.email) == [[other]]


def test_after_24_hours_the_leads_hear_as_leads():
    lead, member = an_iw_member(lead=True), an_iw_member()
    a_request()
    look(NOW + DAY - MINUTE)
    assert not Notice.objects.filter(kind="to_shield_lead").exists()
    look(NOW + DAY)
    told = Notice.objects.get(kind="to_shield_lead")
    assert (told.recipient, told.fate) == (lead, "sent")
    assert [len(mailed_to(one.email)) for one in (lead, member)] == [2, 2]


@pytest.mark.usefixtures("mailboxes")
@pytest.mark.parametrize(("away", "steps"), [(HOUR * 2, 2), (HOUR * 5, 3), (DAY * 9, 4)])
def test_after_a_standstill_only_the_latest_step_is_mailed(away, steps):
    one = a_request().reference
    look(NOW + away)
    assert mailed_to(DUTY) == [[one]]
    owed = Notice.objects.filter(kind="to_shield", mailbox=DUTY).order_by("step")
    assert [one.fate for one in owed] == ["overtaken"] * (steps - 1) + ["sent"]


@pytest.mark.usefixtures("mailboxes")
def test_a_standstill_after_the_first_word_mails_the_latest_alone_too():
    one = a_request().reference
    look(NOW)
    look(NOW + 5 * HOUR)
    assert mailed_to(DUTY) == [[one], [one]]


@pytest.mark.usefixtures("mailboxes")
@pytest.mark.parametrize("act", ["applied", "let go"])
def test_who_acts_ends_what_was_still_to_come(act):
    hold = a_request().hold
    to_shield_alerts.raise_alerts(NOW)
    if act == "applied":
        applied(hold, now=NOW)
    else:
        let_go(hold, now=NOW)
    delivery.deliver(NOW)
    look(NOW + 5 * HOUR)
    assert mailed_to(DUTY) == []
    assert set(Notice.objects.filter(kind="to_shield").values_list("fate", flat=True)) == {
        "overtaken"
    }


@pytest.mark.usefixtures("mailboxes")
def test_what_was_applied_before_the_clock_looked_is_told_to_nobody():
    shielded_for(a_practitioner())
    look(NOW)
    assert not Notice.objects.filter(kind="to_shield").exists()


@pytest.mark.usefixtures("mailboxes")
def test_agreeing_alone_does_not_end_it_for_the_child_can_still_be_found():
    request = a_request()
    agreed(request, by=an_iw_member())
    look(NOW)
    assert mailed_to(DUTY) == [[request.reference]]


def test_it_is_counted_by_hold_and_all_that_is_new_is_one_mail(settings):
    settings.DUTY_MAILBOXES = [DUTY, NIGHTS]
    member, number = an_iw_member(), a_number()
    sources = [a_practitioner() for _ in range(3)]
    holds = sorted(a_request(source, number=number).reference for source in sources)
    alone = a_request().reference
    look(NOW)
    for address in (DUTY, NIGHTS, member.email):
        assert mailed_to(address) == [sorted([*holds, alone])]
    # No source hears of it, however many ask for one record.
    assert {one.to[0] for one in outbox.outbox} == {DUTY, NIGHTS} | {
        one.email for one in User.objects.iw_team()
    }


@pytest.mark.usefixtures("mailboxes")
def test_the_submit_tells_nobody_in_the_team():
    an_iw_member()
    a_request(number=a_number())
    assert not Notice.objects.filter(kind__in=["to_shield", "unshield_cancelled"]).exists()
    assert not Notice.objects.exclude(mailbox="").exists()


@pytest.mark.usefixtures("mailboxes")
def test_considered_not_shielded_is_no_request_to_shield():
    a_request(decision="considered")
    look(NOW)
    assert mailed_to(DUTY) == []


@pytest.mark.usefixtures("mailboxes")
def test_the_mail_names_references_and_nothing_else():
    one = a_request().reference
    look(NOW)
    [mail] = [one for one in outbox.outbox if one.to == [DUTY]]
    assert mail.subject == "You have a message"
    assert mail.body.split("\n") == [
        "You have 1 item to look at:",
        "",
        f"    {one}",
        "",
        "Sign in: http://127.0.0.1:8000/",
        "",
        "This email is from Exampleshire Council. To check that it is, phone 01632 960 001.",
        "",
    ]


def check_now_beside(count, now):
    """Return a request that arrived during an unshield, and so many others of that moment."""
    record = being_unshielded(an_iw_member(), now=now - DAY)
    hold = place(record, now=now)
    return hold, sorted(a_request(now=now).reference for _ in range(count))


@pytest.mark.usefixtures("mailboxes")
def test_what_is_to_check_now_stands_first_by_the_reference_of_its_request_alone():
    # Of many references hardly one is the first by its letters.
    hold, others = check_now_beside(5, NOW + DAY)
    look(NOW + DAY)
    assert mailed_to(DUTY) == [[hold.reference, *others]]
    assert "6 items" in outbox.outbox[0].body
    look(NOW + DAY + HOUR)
    assert mailed_to(DUTY)[1:] == [[hold.reference, *others]]


@pytest.mark.usefixtures("mailboxes")
def test_it_ends_when_somebody_looked_and_a_second_time_is_told_anew():
    hold, _ = check_now_beside(0, NOW + DAY)
    record = Record.objects.get(pk=hold.record_id)
    to_shield_alerts.raise_alerts(NOW + DAY)
    applied(hold, now=NOW + DAY, found="never_opened")
    delivery.deliver(NOW + DAY)
    assert mailed_to(DUTY) == []
    let_go(hold, now=NOW + DAY)
    record.refresh_from_db()
    unshield_actions.begin_unshield(record, by=an_iw_member(), now=NOW + 2 * DAY)
    again = place(record, now=NOW + 2 * DAY)
    look(NOW + 2 * DAY)
    assert mailed_to(DUTY) == [[again.reference]]


@pytest.mark.usefixtures("mailboxes")
def test_where_nobody_asks_the_record_itself_is_named():
    hold, _ = check_now_beside(0, NOW + DAY)
    let_go(hold, now=NOW + DAY)
    look(NOW + DAY)
    assert mailed_to(DUTY) == [[hold.record.reference]]


@pytest.mark.usefixtures("mailboxes")
def test_the_minutes_round_raises_them():
    one = a_request().reference
    reminders.raise_reminders(NOW)
    delivery.deliver(NOW)
    assert mailed_to(DUTY) == [[one]]


@pytest.mark.django_db(transaction=True)
def test_two_beats_at_the_same_moment_owe_it_once(settings):
    settings.DUTY_MAILBOXES = [DUTY, NIGHTS]
    member = an_iw_member(lead=True)
    requests = [a_request() for _ in range(10)]
    with a_crowd(4) as crowd:
        for hours in (0, 1, 5, 24):
            moment = NOW + hours * HOUR
            crowd.at_once(*[lambda moment=moment: to_shield_alerts.raise_alerts(moment)] * 4)
    told = Notice.objects.filter(kind="to_shield").values_list("subject", "step", "mailbox")
    assert sorted(told) == sorted(
        (one.reference, step, address)
        for one in requests
        for step in range(4)
        for address in (DUTY, NIGHTS, "")
    )
    assert Notice.objects.filter(kind="to_shield_lead", recipient=member).count() == 10
    assert Notice.objects.filter(kind="to_shield", mailbox=DUTY).owed().count() == 10
