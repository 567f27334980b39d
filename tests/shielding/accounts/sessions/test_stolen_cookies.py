"""A cookie that somebody kept, a session's row put back: nobody's, once its session has ended."""

import pytest
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.utils import timezone

from shielding.accounts import role_grants, suspending
from shielding.accounts.corrections import actions as corrections
from shielding.accounts.models import User
from shielding.accounts.sessions import actions as own_sessions
from shielding.accounts.sessions.models import SignedIn
from shielding.notices.password_links import PasswordLinks
from shielding.operations.first_accounts import make_first_password
from shielding.roles import Role
from tests.requests_app.support.desk import main
from tests.shielding.accounts.sign_in.support.sign_in import is_signed_in, sign_in
from tests.support.entries import entries
from tests.support.people import (
    PASSWORD,
    a_practitioner,
    an_administrator,
    an_auditor,
    an_iw_member,
)

pytestmark = pytest.mark.django_db
NEW = "another long passphrase of mine"


def signed_in_as(person):
    client = Client()
    sign_in(client, person.email)
    assert is_signed_in(client)
    return client


def with_cookie(key):
    """Return another browser with the cookie of a session."""
    thief = Client()
    thief.cookies[settings.SESSION_COOKIE_NAME] = key
    return thief


def sign_out(person, client):
    client.post("/sign-out/")


def suspend_and_let_in(person, client):
    member = an_administrator()
    suspending.suspend(person, by=member, now=timezone.now())
    suspending.reactivate(person, by=member, now=timezone.now())


def another_role(person, client):
    now = timezone.now()
    grant = role_grants.propose_role(
        person, role=Role.ADMINISTRATOR, is_lead=False, by=an_administrator(), now=now
    )
    role_grants.confirm_role(grant, by=an_iw_member(lead=True), now=now)


def change_the_password(person, client):
    other = signed_in_as(person)
    answers = {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}
    assert other.post("/password/", answers)["Location"] == "/your-account/"
    assert is_signed_in(other)


def a_password_at_the_server(person, client):
    make_first_password(person.email, by=None, now=timezone.now())


def another_address(person, client):
    now = timezone.now()
    change = corrections.propose_address(person, "b@council.example", by=an_iw_member(), now=now)
    corrections.confirm_address(change, phoned=True, by=an_iw_member(), now=now)


def a_password_by_a_mailed_link(person, client):
    key = PasswordLinks().make_token(person)
    browser = Client()
    form = browser.get(f"/new-password/{user_pk_to_url_str(person)}/{key}/").url
    assert browser.post(form, {"password1": NEW, "password2": NEW}).url == "/sign-in/"


def say_not_me(person, client):
    own_sessions.say_not_me(by=person, now=timezone.now())


ENDS = {
    another_address: "account",
    a_password_by_a_mailed_link: "password",
    say_not_me: "not_me",
    sign_out: "self",
    suspend_and_let_in: "account",
    another_role: "account",
    change_the_password: "password",
    a_password_at_the_server: "password",
}


@pytest.mark.parametrize("end", ENDS, ids=lambda end: end.__name__)
def test_it_is_nobodys_also_where_the_sessions_row_is_put_back(end):
    an_auditor()  # one of them remains
    person = an_auditor() if end is another_role else a_practitioner()
    client = signed_in_as(person)
    stored = Session.objects.get()
    assert is_signed_in(with_cookie(stored.pk))
    end(User.objects.get(pk=person.pk), client)
    assert not is_signed_in(with_cookie(stored.pk))
    assert SignedIn.objects.earliest("pk").ended_how == ENDS[end]
    # As from a backup: with the very password it began with, so that only its own row says no.
    Session.objects.create(
        session_key=stored.session_key,
        session_data=stored.session_data,
        expire_date=stored.expire_date,
    )
    User.objects.filter(pk=person.pk).update(password=person.password, sessions_from=None)
    assert not is_signed_in(with_cookie(stored.pk))
    assert not Session.objects.filter(pk=stored.pk).exists()


def test_a_session_that_an_act_ended_says_so_once_and_keeps_nothing():
    person = a_practitioner()
    client = signed_in_as(person)
    change_the_password(person, client)
    answer = client.get("/people/", follow=True)
    assert answer.redirect_chain[0][0] == "/sign-in/?ended=password&next=%2Fpeople%2F"
    assert "You were signed out because your password was changed." in main(answer)
    assert entries("signed_out") == [("signed_out", str(person.uid), {"how": "password"})]
    assert client.get("/people/")["Location"] == "/sign-in/?next=/people/"


def test_a_suspended_person_is_told_nothing_but_to_sign_in():
    person = a_practitioner()
    client = signed_in_as(person)
    suspending.suspend(person, by=an_administrator(), now=timezone.now())
    assert client.get("/your-account/")["Location"] == "/sign-in/?next=/your-account/"
    assert not Session.objects.exists()


def test_a_session_without_a_row_or_with_somebody_elses_is_nobodys():
    """As those from before there were rows, and one whose row was forged."""
    person, other = a_practitioner(), a_practitioner()
    for theirs in (None, str(SignedIn.objects.get(person=signed_in_uid(other)).uid)):
        client = signed_in_as(person)
        session = client.session
        session["signed_in"] = theirs
        session.save()
        assert not is_signed_in(client)


def signed_in_uid(person):
    signed_in_as(person)
    return person


def test_another_secret_key_ends_no_session_while_the_one_of_before_is_known(settings):
    client, before = signed_in_as(a_practitioner()), settings.SECRET_KEY
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another" * 8, [before]
    assert is_signed_in(client)
    settings.SECRET_KEY_FALLBACKS = []
    assert is_signed_in(client)  # kept anew under the new one
    settings.SECRET_KEY = "a third" * 8
    assert not is_signed_in(client)


def test_who_signs_in_while_they_are_suspended_is_not_in_when_let_in_again():
    person = a_practitioner()
    as_they_were = User.objects.get(pk=person.pk)  # whose password was found right a moment ago
    member = an_administrator()
    suspending.suspend(person, by=member, now=timezone.now())
    client = Client()
    client.force_login(as_they_were)
    User.objects.filter(pk=person.pk).update(sessions_from=None)
    assert SignedIn.objects.get().ended_how == "account"
    suspending.reactivate(person, by=member, now=timezone.now())
    assert not is_signed_in(client)


def test_the_key_of_a_session_is_another_after_signing_in():
    """Fixation: whoever planted a session in a browser has nothing once somebody signs in there."""
    person, planted = a_practitioner(), Client()
    planted.get("/sign-in/")
    session = planted.session
    session["planted"] = 1
    session.save()
    victim = with_cookie(session.session_key)
    sign_in(victim, person.email)
    assert is_signed_in(victim)
    assert not is_signed_in(with_cookie(session.session_key))
    assert is_signed_in(victim)


def test_who_asks_and_their_session_are_one_statement(django_assert_num_queries):
    client = signed_in_as(a_practitioner())
    with django_assert_num_queries(2) as asked:
        client.post("/session/extend/")
    assert "django_session" in asked.captured_queries[0]["sql"]
    joined = asked.captured_queries[1]["sql"]
    assert "accounts_signedin" in joined
    assert "accounts_user" in joined


def test_a_row_that_ended_does_not_begin_again():
    person = a_practitioner()
    signed_in_as(person).post("/sign-out/")
    for change in ("ended_at = NULL, ended_how = ''", "ended_how = 'idle'", "began_at = now()"):
        with pytest.raises(IntegrityError, match="accounts_signedin keeps"), transaction.atomic():
            connection.cursor().execute(f"UPDATE accounts_signedin SET {change}")
