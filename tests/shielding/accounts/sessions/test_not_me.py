""" "This was not me": from one's own page, and by the link of the mail; and the call after it."""

import re
from datetime import timedelta

import pytest
from django.core import mail as outbox
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from shielding.accounts import actions as directory
from shielding.accounts.models import User
from shielding.accounts.sessions import actions, policies
from shielding.accounts.sessions.ending import forget_addresses
from shielding.accounts.sessions.models import NotMe, SignedIn
from shielding.accounts.sessions.session_codes import Found
from shielding.notices import delivery, told_links
from shielding.notices.models import Notice
from shielding.notices.password_links import PasswordLinks
from shielding.reviews.reminders import raise_reminders
from shielding.web.refusals import NotAllowed, WrongState
from tests.requests_app.support.desk import main
from tests.shielding.accounts.sign_in.support.sign_in import back_in_time, is_signed_in, sign_in
from tests.support.entries import entries
from tests.support.people import (
    PASSWORD,
    a_practitioner,
    a_service,
    an_administrator,
    an_auditor,
    an_iw_member,
)
from tests.support.replay import replay

pytestmark = pytest.mark.django_db
NEW = "another long passphrase of mine"
SAY = "/your-account/sign-ins/not-me/"


def signed_in_as(person, password=PASSWORD):
    client = Client()
    sign_in(client, person.email, password)
    return client


def mailed_link():
    """Return the path of the link in the latest mail that has one to say "this was not me"."""
    delivery.deliver(timezone.now())
    bodies = [one.body for one in outbox.outbox if "/not-me/" in one.body]
    return re.search(r"http://127\.0\.0\.1:8000(/not-me/\S+)", bodies[-1])[1]


def a_thief_changes_the_password(person):
    thief = signed_in_as(person)
    answers = {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}
    assert thief.post("/password/", answers).status_code == 302
    return thief


def test_said_from_the_page_everybody_is_out_and_another_password_is_chosen_first():
    person = a_practitioner()
    owner, thief = signed_in_as(person), signed_in_as(person)
    link = PasswordLinks().make_token(person)
    # Who lost hold of the account need not remember when they gave the password.
    back_in_time(owner, fresh_at=3600)
    assert "You are signed out everywhere" in main(owner.get(SAY))
    assert is_signed_in(thief)  # looking changes nothing
    answer = owner.post(SAY, follow=True)
    assert "because you said that somebody else used it" in main(answer)
    assert not is_signed_in(owner)
    assert "ended=not_me" in thief.get("/people/").url
    assert {one.ended_how for one in SignedIn.objects.all()} == {"not_me"}
    person.refresh_from_db()
    assert not PasswordLinks().check_token(person, link)
    assert signed_in_as(person).get("/your-account/").url == "/password/"
    said = NotMe.objects.get()
    assert entries("not_me_said") == [("not_me_said", str(person.uid), {"how": "page"})]
    assert (said.person, said.link, said.settled_at) == (person, "", None)
    assert replay()[0] == []


def test_said_by_the_link_of_the_mail_the_thiefs_password_ends_once():
    person = a_practitioner()
    thief = a_thief_changes_the_password(person)
    path, anybody = mailed_link(), Client()
    assert [one.to for one in outbox.outbox] == [[person.email]]
    shown = anybody.get(path)
    assert is_signed_in(thief)  # a mail scanner looks at it, and changes nothing
    assert "The password of your account was changed" in main(shown)
    done = anybody.post(path)
    assert not is_signed_in(thief)
    assert not is_signed_in(signed_in_as(person, NEW))
    person.refresh_from_db()
    assert not person.has_usable_password()
    assert not person.must_change_password
    assert entries("not_me_said") == [("not_me_said", str(person.uid), {"how": "link"})]
    # The link counts once: whoever finds the mail later shuts nobody out.
    person.set_password(PASSWORD)
    person.save(update_fields=["password"])
    back = signed_in_as(person)
    again = anybody.post(path)
    assert is_signed_in(back)
    assert NotMe.objects.count() == 1
    # The answer is the same for any link, whatever it stands for.
    forged = anybody.post(f"/not-me/{told_links.token_for('suspension', 'IW-2345-6789')}/")
    assert {main(one) for one in (done, again, forged)} == {main(done)}
    assert (person.email in main(shown), person.name in main(shown)) == (False, False)
    assert replay()[0] == []


def test_the_link_works_at_once_in_the_browser_that_the_thief_shut_out():
    """Its session ended with the password: it is not led to sign in, which it cannot."""
    person = a_practitioner()
    idle, owner = signed_in_as(person), signed_in_as(person)
    back_in_time(idle, seen_at=16 * 60)
    thief = a_thief_changes_the_password(person)
    path = mailed_link()
    for browser in (idle, owner):
        assert "The password of your account was changed" in main(browser.get(path))
    assert main(owner.post(path)).startswith("You said that it was not you")
    assert not is_signed_in(thief)
    # A post is no less taken as the first thing that browser asks.
    other = a_practitioner()
    first = signed_in_as(other)
    a_thief_changes_the_password(other)
    assert first.post(mailed_link()).status_code == 200
    assert NotMe.objects.filter(person=other).exists()


def test_the_leads_and_the_mailbox_are_told_at_once_and_again_until_it_is_settled(settings):
    settings.DUTY_MAILBOXES = ["duty@council.example"]
    person, lead, other = an_iw_member(lead=True), an_iw_member(lead=True), an_iw_member()
    night = timezone.now().replace(hour=2, minute=0) + timedelta(days=1)
    actions.say_not_me(by=person, now=night)
    raise_reminders(night)
    told = Notice.objects.filter(kind="not_me")
    assert {one.recipient or one.mailbox for one in told} == {lead, "duty@council.example"}
    delivery.deliver(night)
    (mail,) = [one for one in outbox.outbox if one.to == ["duty@council.example"]]
    said = NotMe.objects.get()
    assert said.reference in mail.body
    assert person.name not in mail.message().as_string()
    raise_reminders(night + timedelta(hours=1))
    assert told.filter(mailbox="").count() == 2
    actions.settle_not_me(said, phoned=True, found="another", by=other, now=night)
    raise_reminders(night + timedelta(hours=4))
    assert told.filter(mailbox="").count() == 2
    assert policies.who_hear(said.reference, night) == []
    assert not policies.waits(said.reference)
    assert policies.who_hear("IW-ZZZZ-ZZZZ", night) == []


def test_a_member_phones_and_settles_it():
    person, member = a_practitioner(), an_iw_member()
    actions.say_not_me(by=person, now=timezone.now())
    said, client = NotMe.objects.get(), Client()
    client.force_login(member)
    assert "People to phone about their account" in main(client.get("/"))
    listed = client.get("/people/not-me/?whose=mine")
    assert person.name in main(listed)
    page = reverse("not_me_settle", args=[said.reference])
    assert person.email in main(client.get(page))
    assert "Tick once you have phoned them" in main(client.post(page, {"found": "another"}))
    answer = client.post(page, {"phoned": "on", "found": "another"}, follow=True)
    assert f"{said.reference} is settled." in answer.text
    assert "Somebody else used the account" in main(answer)
    assert client.post(page, {"phoned": "on", "found": "another"}).status_code == 409
    assert "People to phone about" not in main(client.get("/"))
    assert entries("not_me_settled") == [
        ("not_me_settled", str(member.uid), {"person": str(person.uid), "found": "another"})
    ]
    assert replay()[0] == []


def test_who_may_not_settle_it():
    now, member = timezone.now(), an_iw_member()
    own = an_iw_member()
    actions.say_not_me(by=own, now=now)
    added = directory.add_practitioner(
        name="N", email="n@council.example", service=a_service(), by=member, now=now
    )
    actions.say_not_me(by=added, now=now)
    of_own, of_added = NotMe.objects.get(person=own), NotMe.objects.get(person=added)

    def may(by, said, then=now):
        found = NotMe.objects.filter(policies.to_settle_by(by, then), pk=said.pk).exists()
        assert policies.may_settle(by, said, then) == found
        return found

    for outsider in (an_auditor(), an_administrator(), a_practitioner()):
        assert not may(outsider, of_own)
        assert NotMe.objects.visible_to(outsider).count() == 0
    assert (may(own, of_own), may(member, of_own)) == (False, True)
    assert (may(own, of_added), may(member, of_added)) == (True, False)
    assert may(member, of_added, now + timedelta(days=29))
    given = {"phoned": True, "found": Found.THEMSELVES, "now": now}
    with pytest.raises(NotAllowed):
        actions.settle_not_me(of_added, **given, by=member)
    for wrong in ({"phoned": False}, {"found": "story"}):
        with pytest.raises(WrongState):
            actions.settle_not_me(of_added, **given | wrong, by=own)
    client = Client()
    User.objects.update(must_change_password=False)
    client.force_login(own)
    page = client.get(reverse("not_me_settle", args=[of_own.reference]))
    assert "not yours to settle" in main(page)


def test_an_address_is_forgotten_after_ninety_days():
    person = a_practitioner()
    sign_in(Client(REMOTE_ADDR="192.0.2.7"), person.email)
    now = timezone.now()
    for days, kept in ((89, "192.0.2.7"), (91, None)):
        forget_addresses(now + timedelta(days=days))
        assert SignedIn.objects.get().address == kept
    assert User.objects.get(pk=person.pk).is_active
