"""What was given up is an alarm, and has a button that sends it again."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail as outbox
from django.urls import reverse
from django.utils import timezone

from shielding.accounts.models import User
from shielding.notices import delivery
from shielding.notices.models import Mail, Notice
from shielding.operations.lost_mail.actions import send_again
from shielding.operations.lost_mail.alarm import raise_alarm
from shielding.web.refusals import NotAllowed, WrongState
from tests.requests_app.support.desk import at_desk
from tests.support.entries import entries
from tests.support.people import a_practitioner, an_administrator, an_auditor, an_iw_member
from tests.worker.support.notices import DAY, MINUTE, lose, owe

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)  # a Monday; London is on UTC
DUTY = "iw.duty@council.example"


def fates(**which) -> list[str]:
    return list(Notice.objects.filter(**which).order_by("pk").values_list("fate", flat=True))


def test_a_mail_is_sent_again_once_by_the_team_alone():
    person, member = a_practitioner(), an_iw_member()
    mail = lose("item_changed", "IW-AAAA-AAAA", person, now=NOON)
    owe("item_changed", "IW-BBBB-BBBB", person, now=NOON)
    Notice.objects.filter(subject="IW-BBBB-BBBB").update(fate="given_up", mail=mail)
    for other in (person, an_administrator(), an_auditor()):
        with pytest.raises(NotAllowed):
            send_again(mail, by=other, now=NOON + DAY)
    send_again(mail, by=member, now=NOON + DAY)
    assert fates(recipient=person) == ["queued", "queued"]
    with pytest.raises(WrongState, match="nothing_to_send"):
        send_again(mail, by=member, now=NOON + DAY)
    delivery.deliver(NOON + DAY)
    assert fates(recipient=person) == ["sent", "sent"]
    [sent] = [one for one in outbox.outbox if one.to == [person.email]]
    assert "2 items" in sent.body
    assert entries("mail_sent_again") == [
        ("mail_sent_again", str(member.uid), {"told": [str(person.uid)]})
    ]


def test_what_is_not_sent_again():
    """A link for a password, what a later word follows, what is old, and what nobody refused."""
    person, member = a_practitioner(), an_iw_member()
    lost = [
        lose("password_reset", "IW-AAAA-AAAA", person, now=NOON),
        lose("invitation", "IW-BBBB-BBBB", person, now=NOON),
        lose("item_changed", "IW-CCCC-CCCC", person, now=NOON - 28 * DAY),
        lose("item_changed", "IW-DDDD-DDDD", person, now=NOON + MINUTE),
        lose("item_changed", "IW-EEEE-EEEE", person, now=NOON + 2 * MINUTE),
    ]
    owe("item_changed", "IW-DDDD-DDDD", person, step=1, now=NOON + DAY)
    Mail.objects.filter(pk=lost[4].pk).update(refusals=0)
    Notice.objects.filter(mail=lost[2]).update(due_at=NOON)  # it was sent again before
    for mail in lost:
        with pytest.raises(WrongState, match="nothing_to_send"):
            send_again(mail, by=member, now=NOON + DAY)
    assert "queued" not in fates(recipient=person, mail__isnull=False)


def test_the_page_has_a_button_for_each_that_can_be_sent():
    person, member = a_practitioner(name="Wrong Address"), an_iw_member()
    mail = lose("item_changed", "IW-AAAA-AAAA", person)
    lose("password_reset", "IW-BBBB-BBBB", a_practitioner())
    desk, again = at_desk(member), reverse("mail_send_again", args=[mail.pk])
    page = desk.get(reverse("notices") + "?show=undelivered").content.decode()
    assert page.count("send-again/") == 1
    assert again in page
    assert "send-again/" not in desk.get(reverse("notices")).content.decode()
    assert "sent again within a minute" in desk.post(again, follow=True).content.decode()
    assert fates(recipient=person) == ["queued"]


def test_the_team_is_mailed_once_a_day_that_something_was_lost_and_never_what():
    member = an_iw_member()
    for subject in ("IW-AAAA-AAAA", "IW-BBBB-BBBB"):
        lose("item_changed", subject, a_practitioner(), now=NOON)
    for now in (NOON, NOON + MINUTE, NOON + DAY):
        raise_alarm(now)
        delivery.deliver(now)
    [told] = [one for one in outbox.outbox if one.to == [member.email]]
    for body in (told.body, str(told.alternatives[0].content)):
        assert "An email could not be delivered." in body
        assert "items" not in body
        assert "IW-" not in body
    # Another on another day, and the word itself, refused, is no alarm.
    Notice.objects.filter(kind="mail_given_up").update(fate="given_up")
    refused = {"fate": "given_up", "refusals": 8, "next_try_at": NOON + 2 * DAY, "sent_at": None}
    Mail.objects.filter(recipient=member).update(**refused)
    raise_alarm(NOON + 2 * DAY)
    assert Notice.objects.filter(kind="mail_given_up", recipient=member).count() == 1
    lose("item_changed", "IW-CCCC-CCCC", a_practitioner(), now=NOON + 2 * DAY)
    raise_alarm(NOON + 2 * DAY)
    assert Notice.objects.filter(kind="mail_given_up", recipient=member).count() == 2


def test_mailboxes_hear_at_night_and_members_at_work(settings):
    settings.DUTY_MAILBOXES = [DUTY]
    member, night = an_iw_member(), NOON + timedelta(hours=11)
    lose("item_changed", "IW-AAAA-AAAA", a_practitioner(), now=night)
    raise_alarm(night)
    delivery.deliver(night)
    assert [one.to for one in outbox.outbox] == [[DUTY]]
    delivery.deliver(NOON + DAY)
    assert [one.to for one in outbox.outbox] == [[DUTY], [member.email]]


def test_of_whoever_does_not_work_here_only_what_is_for_them_all_the_same():
    """What was given up because its reader was suspended was refused by nobody."""
    gone, back = a_practitioner(), a_practitioner()
    lose("item_changed", "IW-AAAA-AAAA", gone)
    User.objects.filter(pk=gone.pk).update(is_active=False)
    mail = lose("item_changed", "IW-BBBB-BBBB", back)
    Mail.objects.filter(pk=mail.pk).update(refusals=0)
    lost = Notice.objects.undelivered(timezone.now())
    assert not lost.exists()
    lose("suspension", "IW-CCCC-CCCC", gone)
    assert [one.kind for one in lost] == ["suspension"]
