"""A duty mailbox is owed mail as a person is: once, asked again, claimed, fenced, given up."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail as outbox
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.test import override_settings
from django.urls import reverse
from django.utils import timezone

from shielding.notices import delivery
from shielding.notices.mail_hours import at_work
from shielding.notices.models import DeliveryStatus, Mail, Notice
from shielding.notices.notify import notify
from tests.support.people import a_practitioner, an_iw_member
from tests.support.requests import NOW, a_request
from tests.worker.support.machines import PostOffice
from tests.worker.support.notices import MINUTE
from tests.worker.support.smtp import SMTP

pytestmark = pytest.mark.django_db
DUTY, NIGHTS = "iw.duty@council.example", "iw.nights@council.example"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture(autouse=True)
def mailboxes(settings):
    settings.DUTY_MAILBOXES = [DUTY, NIGHTS]


def owe(*mailboxes, people=(), now=NOW, step=0, subject=""):
    """Owe these a word of a request that waits to be shielded; return its reference."""
    subject = subject or a_request(now=now).reference
    with transaction.atomic():
        notify("to_shield", subject, recipients=people, mailboxes=mailboxes, now=now, step=step)
    return subject


def fates(**which):
    return sorted(Notice.objects.filter(kind="to_shield", **which).values_list("fate", flat=True))


def addresses():
    return sorted(address for message in outbox.outbox for address in message.to)


@pytest.mark.parametrize(
    "act",
    [
        lambda: Notice.objects.update(recipient=a_practitioner()),
        lambda: Notice.objects.update(mailbox=""),
        lambda: Mail.objects.update(recipient=a_practitioner()),
        lambda: Mail.objects.update(mailbox=""),
    ],
)
def test_what_is_owed_is_a_persons_or_a_mailboxs_and_never_both_or_neither(act):
    owe(DUTY)
    delivery.gather(NOW)
    Notice.objects.filter(mailbox="").update(fate="queued")
    with pytest.raises(IntegrityError, match="_to_one"), transaction.atomic():
        act()


def test_it_is_owed_once_a_step_and_two_mailboxes_are_two():
    subject = owe(DUTY, NIGHTS)
    owe(DUTY, NIGHTS, subject=subject)
    owe(DUTY, subject=subject, step=1)
    owed = Notice.objects.filter(kind="to_shield").values_list("mailbox", "step")
    assert sorted(owed) == [(DUTY, 0), (DUTY, 1), (NIGHTS, 0)]
    delivery.gather(NOW)
    owe(DUTY)
    delivery.gather(NOW)
    assert sorted(Mail.objects.exclude(mailbox="").values_list("mailbox", flat=True)) == [
        DUTY,
        NIGHTS,
    ]


def test_each_mailbox_gets_one_mail_of_all_that_is_new():
    one, two = owe(DUTY, NIGHTS), owe(DUTY)
    delivery.deliver(NOW)
    assert addresses() == [DUTY, NIGHTS]
    [duty] = [message for message in outbox.outbox if message.to == [DUTY]]
    assert "2 items" in duty.body
    assert sorted([one, two]) == [line.strip() for line in duty.body.split("\n") if "IW-" in line]


def test_a_claim_of_its_mail_is_fenced():
    owe(DUTY)
    delivery.gather(NOW)
    first = delivery.claim(NOW)
    later = NOW + delivery.LEASE + MINUTE
    second = delivery.claim(later)
    assert (first.address, second.pk, second.attempt) == (DUTY, first.pk, 2)
    assert delivery.mark(first, DeliveryStatus.SENT, now=later) is False
    assert delivery.mark(second, DeliveryStatus.SENT, now=later) is True
    assert fates() == ["sent"]


def test_one_that_is_set_no_more_hears_nothing_that_was_owed(settings):
    owe(DUTY, NIGHTS)
    settings.DUTY_MAILBOXES = [NIGHTS]
    delivery.deliver(NOW)
    assert addresses() == [NIGHTS]
    assert (fates(mailbox=DUTY), fates(mailbox=NIGHTS)) == (["overtaken"], ["sent"])


def test_of_no_other_kind_is_anything_sent_to_a_mailbox():
    with transaction.atomic():
        notify("item_changed", "IW-AAAA-AAAA", recipients=[], mailboxes=[DUTY], now=NOW)
    delivery.deliver(NOW)
    assert (outbox.outbox, Notice.objects.get().fate) == ([], "overtaken")


@pytest.fixture
def office():
    made = PostOffice()
    made.open()
    yield made
    made.close()


def test_one_that_is_refused_again_and_again_is_given_up_and_shown(client, office):
    office.refuses.add(DUTY)
    subject = owe(DUTY, NIGHTS)
    with override_settings(EMAIL_BACKEND=SMTP, EMAIL_HOST="127.0.0.1", EMAIL_PORT=office.port):
        for attempt in range(8):
            delivery.deliver(NOW + attempt * 61 * MINUTE)
    assert (fates(mailbox=DUTY), fates(mailbox=NIGHTS)) == (["given_up"], ["sent"])
    assert office.received() == {NIGHTS: 1}
    Notice.objects.update(due_at=datetime.now(UTC))  # it is not long ago
    client.force_login(an_iw_member())
    page = client.get(reverse("notices"), {"show": "undelivered"}).content.decode()
    assert (DUTY in page, NIGHTS in page, subject in page) == (True, False, True)
    assert NIGHTS in client.get(reverse("notices")).content.decode()


def test_drain_alone_alerts_and_delivers():
    one = a_request(now=timezone.now()).reference
    call_command("drain")
    assert addresses() == [DUTY, NIGHTS]
    assert all(f"    {one}\n" in message.body for message in outbox.outbox)


def test_a_members_mail_that_was_refused_by_day_is_not_tried_at_night(office):
    member = an_iw_member()
    evening = NOW + 7 * HOUR + 59 * MINUTE
    owe(DUTY, people=[member], now=evening)
    office.refuses |= {DUTY, member.email}
    with override_settings(EMAIL_BACKEND=SMTP, EMAIL_HOST="127.0.0.1", EMAIL_PORT=office.port):
        delivery.deliver(evening)
        assert fates() == ["failed", "failed"]
        office.refuses.clear()
        delivery.deliver(evening + HOUR)
        assert office.received() == {DUTY: 1}
        delivery.deliver(NOW + DAY - 2 * HOUR - MINUTE)
        assert office.received() == {DUTY: 1}
        delivery.deliver(NOW + DAY - 2 * HOUR)
    assert office.received() == {DUTY: 1, member.email: 1}


@pytest.mark.parametrize(
    ("now", "then"),
    [
        ("2026-03-02 07:59", "2026-03-02 08:00"),
        ("2026-03-02 08:00", "2026-03-02 08:00"),
        ("2026-03-02 17:59", "2026-03-02 17:59"),
        ("2026-03-02 18:00", "2026-03-03 08:00"),
        ("2026-03-06 18:00", "2026-03-09 08:00"),
        ("2026-03-08 12:00", "2026-03-09 08:00"),
        # The Friday before Easter and the Monday after it; summer time began meanwhile.
        ("2026-04-02 17:00", "2026-04-07 07:00"),
        ("2026-07-01 06:59", "2026-07-01 07:00"),
        ("2026-07-01 16:59", "2026-07-01 16:59"),
    ],
)
def test_members_are_at_work_from_eight_to_six_in_london_on_working_days(now, then):
    asked, expected = (
        datetime.strptime(one, "%Y-%m-%d %H:%M").replace(tzinfo=UTC) for one in (now, then)
    )
    assert at_work(asked) == expected
