"""A link to set a password: asked for by anybody, mailed to its owner, used once and not late."""

import re
from datetime import datetime

import pytest
from allauth.account.utils import user_pk_to_url_str
from django.core import mail as outbox
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from shielding.accounts import actions, role_grants, suspending
from shielding.accounts.models import User
from shielding.notices import delivery
from shielding.notices.models import Mail, Notice
from shielding.notices.password_links import PasswordLinks
from shielding.roles import Role
from shielding.web.refusals import NotAllowed, WrongState
from tests.support.entries import entries
from tests.support.people import PASSWORD, a_practitioner, a_service, an_administrator, an_iw_member

NEW = "a passphrase nobody has thought of"
ASK, SENT = "/forgotten-password/", "/forgotten-password/sent/"
pytestmark = pytest.mark.django_db


def ask(email="ann@council.example"):
    return Client().post(ASK, {"email": email})


def mailed_link():
    """Deliver what is owed and return the path of the latest link that sets a password."""
    delivery.deliver(timezone.now())
    links = [
        re.findall(r"http://127\.0\.0\.1:8000(/new-password/\S+)", one.body)
        for one in outbox.outbox
    ]
    return [link for found in links for link in found][-1]


def choose(link, password=NEW, client=None):
    client = client or Client()
    page = client.get(link)
    return client.post(page.url, {"password1": password, "password2": password})


def can_sign_in(person, password):
    client = Client()
    client.post("/sign-in/", {"login": person.email, "password": password})
    return client.get("/your-account/").status_code == 200


def test_the_link_sets_a_new_password_once_and_signs_out_elsewhere(person):
    elsewhere = Client()
    elsewhere.post("/sign-in/", {"login": person.email, "password": PASSWORD})
    assert ask().url == SENT
    assert outbox.outbox == []  # a page sends nothing
    link = mailed_link()
    assert outbox.outbox[-1].to == [person.email]
    answer = choose(link)
    assert (answer.status_code, answer.url) == (302, "/sign-in/")
    assert elsewhere.get("/your-account/").status_code == 302
    assert (can_sign_in(person, NEW), can_sign_in(person, PASSWORD)) == (True, False)
    assert entries("password_link_asked") == [
        ("password_link_asked", "", {"account": str(person.uid)})
    ]
    assert entries("password_set_by_link") == [("password_set_by_link", str(person.uid), {})]
    assert "This link cannot be used" in Client().get(link).content.decode()


def test_a_password_that_somebody_else_has_seen_need_not_be_changed_twice(person):
    User.objects.filter(pk=person.pk).update(must_change_password=True)
    ask()
    choose(mailed_link())
    person.refresh_from_db()
    assert person.must_change_password is False


@pytest.mark.parametrize("email", ["nobody@council.example", "suspended@council.example"])
def test_the_answer_is_the_same_without_an_account(person, email):
    a_practitioner(email="suspended@council.example", is_active=False)
    known, unknown = ask(), ask(email)
    assert (known.status_code, known.url) == (unknown.status_code, unknown.url)
    pages = [Client().get(answer.url).content for answer in (known, unknown)]
    assert pages[0] == pages[1]
    assert [notice.recipient for notice in Notice.objects.all()] == [person]


def test_the_key_leaves_the_address_before_the_page_is_shown(person):
    ask()
    link = mailed_link()
    answer = Client().get(link)
    assert answer.url == f"/new-password/{user_pk_to_url_str(person)}/set-password/"


def test_no_token_is_stored(person):
    ask()
    key = mailed_link().split("/")[3]
    assert not Mail.objects.filter(kind__contains=key).exists()
    assert key not in str(list(Notice.objects.values()) + list(Mail.objects.values()))


class At(PasswordLinks):
    """Links by another clock on the wall."""

    def __init__(self, *moment):
        super().__init__()
        self.moment = datetime(*moment)  # noqa: DTZ001 as Django counts them

    def _now(self):
        return self.moment


def test_a_link_is_good_for_an_hour(person):
    made = At(2026, 3, 6, 16).make_token(person)
    good = [At(2026, 3, 6, 17, minute).check_token(person, made) for minute in (0, 1)]
    assert good == [True, False]


def test_an_invitation_is_good_to_the_end_of_the_third_working_day():
    """Over a weekend, over Easter and over Christmas; nothing of it runs while nobody works."""
    new = a_practitioner()
    new.set_unusable_password()
    new.save(update_fields=["password"])
    for mailed, last, next_day in (
        ((2026, 3, 2, 0, 1), (2026, 3, 5, 23, 59), (2026, 3, 6)),
        ((2026, 3, 6, 16, 30), (2026, 3, 11, 23, 59), (2026, 3, 12)),
        ((2026, 4, 2, 9), (2026, 4, 9, 23, 59), (2026, 4, 10)),
        ((2026, 12, 24, 23, 59), (2026, 12, 31, 23, 59), (2027, 1, 1)),
    ):
        made = At(*mailed).make_token(new)
        assert At(*last).check_token(new, made), mailed
        assert not At(*next_day).check_token(new, made), mailed
        assert At(*mailed).last_day() == datetime(*last[:3]).date()  # noqa: DTZ001 a day


def test_a_suspended_account_has_no_good_link(person):
    token = PasswordLinks().make_token(person)
    assert PasswordLinks().check_token(person, token)
    person.is_active = False
    assert not PasswordLinks().check_token(person, token)
    assert not PasswordLinks().check_token(None, token)


def test_a_weak_password_is_refused_and_the_link_stays_good(person):
    ask()
    link, client = mailed_link(), Client()
    assert "too short" in choose(link, "short", client).content.decode()
    assert choose(link, NEW, client).status_code == 302


def test_whom_the_team_adds_is_invited_and_chooses_a_password():
    member = an_iw_member()
    new = actions.add_practitioner(
        name="New Person",
        email="new@council.example",
        service=a_service(),
        by=member,
        now=timezone.now(),
    )
    assert choose(mailed_link()).status_code == 302
    assert outbox.outbox[-1].to == [new.email]
    assert "New Person" not in outbox.outbox[-1].message().as_string()
    told = f"{member.name} made you an account with the IW Team of Exampleshire Council."
    html = str(outbox.outbox[-1].alternatives[0].content)
    for body in (outbox.outbox[-1].body, " ".join(html.split())):
        assert told in body
        assert "This email is from Exampleshire Council." in body
        assert "It is for your work: you use it to ask this team for something" in body
        assert f"by the end of {PasswordLinks().last_day():%A} " in body
    assert can_sign_in(new, NEW)


def test_who_has_a_password_by_then_is_not_invited_any_more(person):
    actions.owe_invitation(person, timezone.now())
    delivery.deliver(timezone.now())
    assert outbox.outbox == []
    assert Notice.objects.get().fate == "overtaken"


def test_whoever_gets_a_first_role_is_invited_and_nobody_before():
    administrator, lead = an_administrator(), an_iw_member(lead=True)
    now = timezone.now()
    grant = role_grants.propose_account(
        name="New Auditor",
        email="auditor@council.example",
        role=Role.AUDITOR,
        is_lead=False,
        by=administrator,
        now=now,
    )
    assert not Notice.objects.filter(kind="invitation").exists()
    role_grants.confirm_role(grant, by=lead, now=now)
    assert [n.recipient for n in Notice.objects.filter(kind="invitation")] == [grant.person]
    delivery.deliver(now)
    bodies = [one.body for one in outbox.outbox if one.to == [grant.person.email]]
    assert sorted("for your work with this team." in one for one in bodies) == [False, True]
    second = role_grants.propose_role(
        User.objects.get(pk=grant.person_id),
        role=Role.ADMINISTRATOR,
        is_lead=False,
        by=administrator,
        now=now,
    )
    role_grants.confirm_role(second, by=lead, now=now)
    assert Notice.objects.filter(kind="invitation").count() == 1


def test_an_invitation_is_sent_again_until_there_is_a_password():
    member, other = an_iw_member(), a_practitioner()
    new = a_practitioner()
    new.set_unusable_password()
    new.save(update_fields=["password"])
    client = Client()
    client.force_login(member)
    page = reverse("person", args=[new.uid])
    assert "Send the invitation again" in client.get(page).content.decode()
    assert "Invited, no password yet" in client.get(page).content.decode()
    client.post(reverse("person_invite", args=[new.uid]))
    assert choose(mailed_link()).status_code == 302
    assert entries("invited_again") == [
        ("invited_again", str(member.uid), {"person": str(new.uid)})
    ]
    assert "Send the invitation again" not in client.get(page).content.decode()
    assert "Invited, no password yet" not in client.get(page).content.decode()
    assert "Can sign in" in client.get(page).content.decode()
    now = timezone.now()
    with pytest.raises(WrongState, match="password"):
        actions.invite_again(new, by=member, now=now)
    with pytest.raises(NotAllowed):
        actions.invite_again(new, by=other, now=now)
    suspending.suspend(new, by=member, now=now)
    with pytest.raises(WrongState, match="not_in_use"):
        actions.invite_again(new, by=member, now=now)


def test_a_link_says_whose_it_is_and_opening_it_signs_nobody_out(person):
    ask()
    link, other = mailed_link(), a_practitioner()
    client = Client()
    client.force_login(other)
    page = client.get(link, follow=True).content.decode()
    assert f"For {person.name}, {person.email}." in page
    assert f"{other.name} is signed in here. Saving a password signs them out." in page
    assert client.get("/your-account/").status_code == 200
    form = f"/new-password/{user_pk_to_url_str(person)}/set-password/"
    assert client.post(form, {"password1": "short", "password2": "short"}).status_code == 200
    assert client.get("/your-account/").status_code == 200
    assert client.post(form, {"password1": NEW, "password2": NEW}).status_code == 302
    assert client.get("/your-account/").status_code == 302
    assert [who for _, who, _ in entries("signed_out")] == [str(other.uid)]
    assert can_sign_in(person, NEW)
    # Its owner is not told that they are signed in, and reads nobody else's name.
    ask()
    client.post("/sign-in/", {"login": person.email, "password": NEW})
    assert "is signed in here" not in client.get(mailed_link(), follow=True).content.decode()


def test_signing_in_with_the_old_password_leaves_the_link_good(person):
    ask()
    link = mailed_link()
    assert can_sign_in(person, PASSWORD)  # so a thief would keep the owner out
    assert choose(link).status_code == 302
    assert can_sign_in(person, NEW)


def test_a_suspension_ends_what_was_mailed_before_it_for_good(person):
    member = an_iw_member()
    ask()
    link = mailed_link()
    suspending.suspend(person, by=member, now=timezone.now())
    suspending.reactivate(person, by=member, now=timezone.now())
    assert "This link cannot be used" in Client().get(link).content.decode()
    # Who has no password yet is invited again, for nothing else would let them in.
    assert not Notice.objects.filter(kind="invitation").exists()
    person.set_unusable_password()
    person.save(update_fields=["password"])
    suspending.suspend(person, by=member, now=timezone.now())
    suspending.reactivate(person, by=member, now=timezone.now())
    assert Notice.objects.get(kind="invitation").recipient == person
    assert choose(mailed_link()).status_code == 302


def told_of_a_change():
    return [one.to for one in outbox.outbox if "The password of your account" in one.body]


def test_a_changed_password_is_mailed_whoever_changed_it(person):
    ask()
    choose(mailed_link())
    delivery.deliver(timezone.now())
    assert told_of_a_change() == [[person.email]]
    body = outbox.outbox[-1].body
    assert "If you did not change it, phone the IW Team at once." in body
    assert "/new-password/" not in body
    client = Client()
    client.post("/sign-in/", {"login": person.email, "password": NEW})
    client.post("/password/", {"oldpassword": NEW, "password1": NEW * 2, "password2": NEW * 2})
    delivery.deliver(timezone.now())
    assert told_of_a_change() == [[person.email]] * 2
