"""What is owed becomes mail: one a day, one a look, or one each; claimed, fenced, given up."""

from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy

import pytest
from django.conf import settings as of_the_run
from django.core import mail as outbox
from django.utils.html import escape

from logbook.references import new_reference
from shielding.notices import delivery
from shielding.notices.models import DeliveryStatus, Mail, Notice
from tests.support import people
from tests.worker.support.notices import DAY, MINUTE, fates, owe

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)  # a Monday; London is on UTC
NINE = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
EMAILS = of_the_run.BASE_DIR / "templates" / "emails"

pytestmark = pytest.mark.django_db


def sent_to(person):
    return [message for message in outbox.outbox if message.to == [person.email]]


def test_duty_notices_of_a_day_are_one_mail_and_later_ones_wait_for_the_next():
    person = people.a_practitioner()
    owe("review_reminder", "IW-AAAA-AAAA", person, now=NINE - DAY, due_at=NINE)
    owe("contact_asked", "IW-BBBB-BBBB", person, now=NINE - MINUTE)
    delivery.deliver(NINE - MINUTE)
    assert outbox.outbox == []
    delivery.deliver(NINE)
    owe("review_reminder", "IW-CCCC-CCCC", person, now=NOON)
    delivery.deliver(NOON)
    assert not delivery.is_late(NOON + 60 * MINUTE)  # it waits its turn
    delivery.deliver(NINE + DAY - MINUTE)
    assert len(outbox.outbox) == 1
    assert "2 items" in outbox.outbox[0].body
    delivery.deliver(NINE + DAY)
    assert [("IW-CCCC-CCCC" in message.body) for message in outbox.outbox] == [False, True]
    assert set(Notice.objects.values_list("fate", flat=True)) == {"sent"}


def test_the_first_notice_of_a_day_that_comes_after_nine_goes_the_next_day():
    """An alert goes at once, and so does what was due by nine and could not go."""
    late, alerted, missed = (people.a_practitioner() for _ in range(3))
    owe("review_reminder", "IW-AAAA-AAAA", late, now=NINE + MINUTE)
    owe("item_changed", "IW-BBBB-BBBB", alerted, now=NINE + MINUTE)
    owe("review_reminder", "IW-CCCC-CCCC", missed, now=NINE + MINUTE, due_at=NINE)
    delivery.deliver(NOON)
    assert [len(sent_to(one)) for one in (late, alerted, missed)] == [0, 1, 1]
    assert not delivery.is_late(NOON + 60 * MINUTE)
    delivery.deliver(NINE + DAY)
    assert [len(sent_to(one)) for one in (late, alerted, missed)] == [1, 1, 1]


def test_nine_is_nine_in_london_in_summer_too():
    person = people.a_practitioner()
    in_summer = datetime(2027, 6, 1, 8, 0, tzinfo=UTC)
    owe("review_reminder", "IW-AAAA-AAAA", person, now=in_summer - MINUTE)
    delivery.deliver(in_summer - MINUTE)
    assert outbox.outbox == []
    delivery.deliver(in_summer)
    assert len(outbox.outbox) == 1


def test_what_changed_goes_with_the_next_look_in_one_mail_a_person():
    person, other = people.a_practitioner(), people.a_practitioner()
    owe("item_changed", "IW-AAAA-AAAA", person, other, now=NOON)
    owe("item_changed", "IW-AAAA-AAAA", person, step=1, now=NOON)
    owe("named_as_supporter", "IW-BBBB-BBBB", person, now=NOON)
    delivery.deliver(NOON)
    assert [len(sent_to(one)) for one in (person, other)] == [1, 1]
    assert "2 items" in sent_to(person)[0].body  # the same item twice is one item
    owe("item_changed", "IW-CCCC-CCCC", person, now=NOON)
    delivery.deliver(NOON + MINUTE)
    assert len(sent_to(person)) == 2


def test_the_words_and_nothing_else():
    person = people.a_practitioner()
    owe("item_changed", "IW-HIDE-HIDE", person, mentions="IW-SEEN-SEEN", now=NOON)
    delivery.deliver(NOON)
    [message] = outbox.outbox
    assert message.body.split("\n") == [
        "You have 1 item to look at:",
        "",
        "    IW-SEEN-SEEN",
        "",
        "Sign in: http://127.0.0.1:8000/",
        "",
        "This email is from Exampleshire Council. To check that it is, phone 01632 960 001.",
        "",
    ]
    assert (message.subject, message.from_email) == (
        "You have a message",
        "Exampleshire Council <no-reply@council.example>",
    )
    raw = message.message().as_string()
    assert "HIDE" not in raw
    assert person.name not in raw
    html, kind = message.alternatives[0]
    assert (kind, "<li>IW-SEEN-SEEN</li>" in html) == ("text/html", True)


def test_a_mail_says_whom_it_is_from_and_how_to_check_that(settings):
    """Every mail: the line is part of each template, and what differs stands in the settings."""
    bodies = [path for path in EMAILS.iterdir() if not path.name.startswith("_")]
    assert [one.name for one in bodies if "emails/_signed" not in one.read_text()] == []
    settings.COUNCIL_NAME, settings.MAIL_CHECK_PHONE = "Sömeshire Council", "020 7946 0003"
    for sender, name, said in (
        ("", "Sömeshire Council", "Sömeshire Council"),
        ("IW & Co", "IW & Co", "IW & Co, Sömeshire Council"),
        ("IW, Sömeshire Council", "IW, Sömeshire Council", "IW, Sömeshire Council"),
    ):
        settings.MAIL_SENDER_NAME = sender
        owe("item_changed", new_reference(), people.a_practitioner(), now=NOON)
        delivery.deliver(NOON)
        message = outbox.outbox[-1]
        sent_by = message_from_bytes(message.message().as_bytes(), policy=policy.default)["From"]
        [address] = sent_by.addresses
        assert (address.display_name, address.addr_spec) == (name, "no-reply@council.example")
        line = f"This email is from {said}. To check that it is, phone 020 7946 0003."
        assert line in message.body
        assert escape(said) in message.alternatives[0].content


def test_what_is_overtaken_is_not_mailed():
    one, both = people.a_practitioner(), people.a_practitioner()
    owe("item_changed", "IW-AAAA-AAAA", one, both, now=NOON)
    owe("item_changed", "IW-BBBB-BBBB", both, now=NOON)
    delivery.gather(NOON)
    assert Notice.objects.filter(subject="IW-AAAA-AAAA").overtake() == 2
    delivery.deliver(NOON + MINUTE)
    assert (sent_to(one), ["1 item " in message.body for message in sent_to(both)]) == ([], [True])
    assert sorted(Mail.objects.values_list("fate", flat=True)) == ["overtaken", "sent"]
    assert fates() == [
        ("IW-AAAA-AAAA", "overtaken"),
        ("IW-AAAA-AAAA", "overtaken"),
        ("IW-BBBB-BBBB", "sent"),
    ]


def test_nobody_is_mailed_whose_account_is_stopped():
    person = people.a_practitioner()
    owe("item_changed", "IW-AAAA-AAAA", person, now=NOON)
    person.is_active = False
    person.save(update_fields=["is_active"])
    delivery.deliver(NOON)
    assert (outbox.outbox, fates()) == ([], [("IW-AAAA-AAAA", "given_up")])


def test_a_claim_is_ones_own_until_the_lease_is_over_and_then_nobodys():
    owe("item_changed", "IW-AAAA-AAAA", people.a_practitioner(), now=NOON)
    delivery.gather(NOON)
    first = delivery.claim(NOON)
    assert delivery.claim(NOON + delivery.LEASE) is None
    later = NOON + delivery.LEASE + MINUTE
    second = delivery.claim(later)
    assert (second.pk, second.attempt) == (first.pk, 2)
    assert delivery.mark(first, DeliveryStatus.GIVEN_UP, now=later) is False
    assert fates() == [("IW-AAAA-AAAA", "queued")]
    assert delivery.mark(second, DeliveryStatus.SENT, now=later) is True
    assert fates() == [("IW-AAAA-AAAA", "sent")]
    assert delivery.mark(second, DeliveryStatus.FAILED, now=later) is False


def test_a_mail_that_was_read_out_takes_no_more_in():
    person = people.a_practitioner()
    owe("review_reminder", "IW-AAAA-AAAA", person, now=NOON, due_at=NINE)
    delivery.gather(NOON)
    claimed = delivery.claim(NOON)
    owe("review_reminder", "IW-BBBB-BBBB", person, now=NOON, due_at=NINE)
    delivery.gather(NOON + MINUTE)
    delivery.mark(claimed, DeliveryStatus.SENT, now=NOON + MINUTE)
    assert fates() == [("IW-AAAA-AAAA", "sent"), ("IW-BBBB-BBBB", "queued")]
    delivery.deliver(NINE + DAY)
    assert ["IW-BBBB-BBBB" in message.body for message in outbox.outbox] == [True]


def test_nor_does_one_of_the_very_same_look():
    person = people.a_practitioner()
    owe("item_changed", "IW-AAAA-AAAA", person, now=NOON)
    delivery.gather(NOON)
    claimed = delivery.claim(NOON)
    owe("item_changed", "IW-BBBB-BBBB", person, now=NOON)
    delivery.gather(NOON)
    delivery.mark(claimed, DeliveryStatus.SENT, now=NOON)
    assert fates() == [("IW-AAAA-AAAA", "sent"), ("IW-BBBB-BBBB", "queued")]
    delivery.deliver(NOON + MINUTE)
    assert ["IW-BBBB-BBBB" in message.body for message in outbox.outbox] == [True]


def test_late_is_what_nobody_took_up_and_not_what_waits_its_turn():
    person = people.a_practitioner()
    owe("item_changed", "IW-AAAA-AAAA", person, now=NOON)
    assert not delivery.is_late(NOON + 10 * MINUTE)
    assert delivery.is_late(NOON + 11 * MINUTE)
    delivery.gather(NOON)
    assert delivery.is_late(NOON + 11 * MINUTE)
    claimed = delivery.claim(NOON + 11 * MINUTE)
    assert not delivery.is_late(NOON + 11 * MINUTE)
    delivery.mark(claimed, DeliveryStatus.FAILED, now=NOON + 11 * MINUTE)
    assert not delivery.is_late(NOON + 12 * MINUTE)
    owe("review_reminder", "IW-BBBB-BBBB", person, due_at=NOON + DAY, now=NOON)
    assert not delivery.is_late(NOON + 12 * MINUTE)


@pytest.mark.parametrize(("refusals", "minutes"), [(1, 1), (2, 2), (3, 4), (6, 32), (7, 60)])
def test_the_pauses_double_up_to_an_hour(refusals, minutes):
    owe("item_changed", "IW-AAAA-AAAA", people.a_practitioner(), now=NOON)
    delivery.gather(NOON)
    claimed = delivery.claim(NOON)
    claimed.refusals = refusals
    delivery.mark(claimed, DeliveryStatus.FAILED, now=NOON)
    assert delivery.claim(NOON + minutes * MINUTE - timedelta(seconds=1)) is None
    assert delivery.claim(NOON + minutes * MINUTE).pk == claimed.pk


def test_a_mail_whose_workers_die_is_never_given_up_and_keeps_nobody_waiting():
    unlucky, other = people.a_practitioner(), people.a_practitioner()
    owe("item_changed", "IW-AAAA-AAAA", unlucky, now=NOON - MINUTE)
    delivery.gather(NOON - MINUTE)
    now = NOON
    for _ in range(20):
        delivery.claim(now)
        now += delivery.LEASE + MINUTE
    owe("item_changed", "IW-BBBB-BBBB", other, now=now)
    delivery.gather(now)
    assert delivery.claim(now).recipient == other
    delivery.deliver(now)
    assert [message.to for message in outbox.outbox] == [[unlucky.email]]
