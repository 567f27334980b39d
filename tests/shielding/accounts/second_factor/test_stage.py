"""Nobody is signed in before both are given, and nothing that ended meanwhile is signed in to."""

import json
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from logbook.days import real_now
from shielding.accounts import suspending
from shielding.accounts.attempts import budget
from shielding.accounts.attempts.models import Budget, RefusedTries
from shielding.accounts.models import User
from shielding.accounts.second_factor import actions as second_factor
from shielding.accounts.second_factor import factors
from shielding.accounts.second_factor.models import Factor
from shielding.accounts.sessions.models import SignedIn
from shielding.notices import delivery
from shielding.notices.models import Notice
from tests.security.support.council import every_url
from tests.shielding.accounts.second_factor.support.authenticator import SoftKey
from tests.shielding.accounts.second_factor.support.factors import (
    an_app,
    code_of,
    recovery_codes,
)
from tests.shielding.accounts.second_factor.support.signing_in import (
    at,
    codes_on,
    give_code,
    is_in,
    mailed_link,
    set_up_app,
    with_password,
)
from tests.support.entries import entries
from tests.support.people import PASSWORD, a_practitioner, an_iw_member

pytestmark = pytest.mark.django_db
OUT = "/sign-in/?ended=account"


def codes_counted():
    return Budget.objects.filter(kind=budget.Kind.CODE)


def tries_at_codes():
    return codes_counted().get().tries


def events():
    return [code for code, _, _ in entries()]


@pytest.fixture
def secret(person):
    """The secret of the app of somebody who has kept their codes."""
    recovery_codes(person)
    return an_app(person)[1]


def test_both_are_needed_and_the_code_opens_what_was_asked_for(person, secret):
    client, answer = with_password(person, next="/guidance/")
    assert answer.url == at("second_factor")
    before = client.cookies["__Host-session"].value
    assert not is_in(client)
    assert events() == []
    page = client.get(at("second_factor")).content.decode()
    assert "The six digits that your app shows now" in page
    assert f"You gave the password of {person.email}." in page
    assert 'id="passkey-options"' not in page
    answer = give_code(client, secret)
    assert answer.url == "/guidance/"
    assert is_in(client)
    assert client.cookies["__Host-session"].value != before
    assert events() == ["signed_in"]
    # Given once: in another browser the same code lets nobody in, and is not counted as a guess.
    other, _ = with_password(person)
    answer = give_code(other, secret)
    assert "Wait for the next one" in answer.content.decode()
    assert not is_in(other)
    assert tries_at_codes() == 0


def test_a_session_has_a_new_key_once_the_password_was_given(person, secret):
    client = Client()
    client.post("/sign-in/", {"login": "nobody@council.example", "password": "x"})
    client.session["planted"] = 1
    client.session.save()
    planted = client.session.session_key
    client.cookies["__Host-session"] = planted
    with_password(person, client)
    assert client.cookies["__Host-session"].value != planted
    assert not Session.objects.filter(pk=planted).exists()


def test_half_signed_in_opens_no_page_by_any_method(person, secret):
    client, _ = with_password(person)
    session = client.session.session_key
    reference = "IW-2222-2222"
    words = {"reference": reference, "liaison": reference, "uid": person.uid, "to": person.uid}
    words |= {"number": 1, "mail": 1}
    tried = 0
    for name, pattern in sorted(every_url().items()):
        if hasattr(pattern.callback, "public_reason"):
            continue
        names = pattern.pattern.converters
        path = reverse(name, kwargs={one: words.get(one, "nothing") for one in names})
        for method in ("get", "post"):
            answer = getattr(client, method)(path)
            assert (answer.status_code, answer.url[:9]) == (302, "/sign-in/"), (name, method)
            tried += 1
    assert tried > 200
    assert client.session.session_key == session
    assert give_code(client, secret).url == "/"
    assert is_in(client)


def change_password(person):
    person.set_password("another passphrase nobody thought of")
    person.save()


def readdress(person):
    User.objects.filter(pk=person.pk).update(sessions_from=timezone.now())


def suspend(person):
    suspending.suspend(person, by=an_iw_member(), now=timezone.now())


def suspend_and_let_in(person):
    suspend(person)
    suspending.reactivate(person, by=an_iw_member(), now=timezone.now())


def reset(person):
    factors.end_all(person, "reset", by=an_iw_member(), now=timezone.now())


@pytest.mark.parametrize("ended", [change_password, readdress, suspend, suspend_and_let_in, reset])
def test_what_ends_between_password_and_code_is_not_signed_in_to(person, secret, ended):
    client, _ = with_password(person)
    assert client.get(at("second_factor")).status_code == 200
    ended(User.objects.get(pk=person.pk))
    assert give_code(client, secret).url == OUT
    assert not is_in(client)
    assert client.get(at("second_factor")).url == "/sign-in/"
    assert "account was changed" in client.get(OUT).content.decode()


def test_the_sign_in_page_is_for_whoever_sits_there_now(person, secret):
    client, _ = with_password(person)
    assert client.get("/sign-in/").status_code == 200
    other = a_practitioner()
    recovery_codes(other)
    _, others = an_app(other)
    with_password(other, client)
    assert other.email in client.get(at("second_factor")).content.decode()
    assert give_code(client, secret).status_code == 200  # the first one's code
    assert client.post(at("stage_leave")).url == "/sign-in/"
    assert client.get(at("second_factor")).url == "/sign-in/"
    assert client.post(at("stage_leave")).url == "/sign-in/"
    assert give_code(client, others).url == "/sign-in/"


def test_after_a_quarter_of_an_hour_the_password_is_asked_again(person, secret):
    client, _ = with_password(person)
    session = client.session
    session["account_login"]["initiated_at"] -= 16 * 60
    session.save()
    assert give_code(client, secret).url == "/sign-in/"
    assert not is_in(client)


def test_a_first_factor_needs_the_password_and_a_mailed_link_in_one_browser(person):
    thief, answer = with_password(person)
    assert answer.url == at("factor_begin")
    assert "Look at your email" in thief.get(at("factor_begin")).content.decode()
    assert "Look at your email" in thief.post(at("factor_begin"), {"kind": "app"}).content.decode()
    for page in ("factor_app", "factor_key"):
        assert thief.get(at(page)).url == at("factor_begin")
        assert thief.post(at(page), {"code": "000000"}).url == at("factor_begin")
    assert thief.get(at("factor_codes")).url == at("second_factor")
    assert not Factor.objects.exists()
    # One mail, however often it is asked for.
    with_password(person)
    assert Notice.objects.filter(kind="factor_link").count() == 1
    link = mailed_link()
    # Whoever has the mailbox alone opens nothing either, and a look at the link does nothing.
    reader = Client()
    assert f"For {person.name}, {person.email}." in reader.get(link).content.decode()
    assert reader.post(link).url == "/sign-in/"
    assert reader.get(at("factor_begin")).url == "/sign-in/"
    owner, _ = with_password(person)
    owner.get(link)
    assert "Look at your email" in owner.get(at("factor_begin")).content.decode()
    assert owner.post(link).url == at("factor_begin")
    secret, codes = set_up_app(owner)
    assert len(codes) == 10
    assert not is_in(owner)
    again = owner.get(at("factor_codes")).content.decode()
    assert codes_on(again) == codes
    assert "Tick once you have kept them" in owner.post(at("factor_codes")).content.decode()
    assert owner.get(at("second_factor")).url == at("factor_codes")
    assert owner.post(at("factor_codes"), {"kept": "on"}).url == "/"
    assert is_in(owner)
    assert events() == [
        "factor_link_mailed",
        "factor_added",
        "recovery_codes_made",
        "recovery_codes_kept",
        "signed_in",
    ]
    # The link is used up, in whichever browser, and the thief's password is not enough any more.
    assert "second step cannot be used" in Client().get(link).content.decode()
    assert thief.get(at("factor_begin")).url == OUT
    assert reader.post(link).status_code == 200
    reader, answer = with_password(person, reader)
    assert answer.url == at("second_factor")
    assert reader.get(at("factor_begin")).url == at("second_factor")
    assert give_code(reader, secret).status_code == 200


def test_a_link_of_another_is_none_and_an_opened_one_is_good_for_an_hour(person):
    other = a_practitioner()
    with_password(person)
    link = mailed_link()
    client, _ = with_password(other)
    assert client.post(link).url == "/sign-in/"  # opened, but it is not whose password was given
    assert "Look at your email" in client.get(at("factor_begin")).content.decode()
    client, _ = with_password(person, client)
    assert "What will you use?" in client.get(at("factor_begin")).content.decode()
    session = client.session
    session["set_up_link"] |= {"at": session["set_up_link"]["at"] - 3601}
    session.save()
    assert "Look at your email" in client.get(at("factor_begin")).content.decode()
    for wrong in ("/sign-in/set-up/zzzzzzzzzzzzzzz/1-2/", "/sign-in/set-up/1/nothing/"):
        assert "second step cannot be used" in Client().get(wrong).content.decode()


def test_a_one_time_password_made_at_the_server_does_without_the_link(person):
    User.objects.filter(pk=person.pk).update(must_change_password=True)
    client, _ = with_password(person)
    assert "What will you use?" in client.get(at("factor_begin")).content.decode()
    assert not Notice.objects.exists()
    set_up_app(client)
    client.post(at("factor_codes"), {"kept": "on"})
    assert client.get("/").url == "/password/"


def test_whoever_never_kept_codes_is_given_new_ones_before_the_session_begins(person):
    _, secret = an_app(person)
    shown = recovery_codes(person, kept=False)
    client, _ = with_password(person)
    assert give_code(client, secret).url == at("factor_codes")
    codes = codes_on(client.get(at("factor_codes")).content.decode())
    assert len(codes) == 10
    assert {one.replace("-", "") for one in codes}.isdisjoint(shown)
    assert client.post(at("factor_codes"), {"kept": "on"}).url == "/"


def test_a_wrong_code_in_the_set_up_confirms_nothing(person):
    User.objects.filter(pk=person.pk).update(must_change_password=True)
    client, _ = with_password(person)
    client.post(at("factor_begin"), {"kind": "app"})
    assert (
        "This code is not right"
        in client.post(at("factor_app"), {"code": "000000"}).content.decode()
    )
    assert not factors.has_factor(person)
    page = client.get(at("factor_app")).content.decode()
    assert "<svg" in page
    assert "style=" not in page.split("<svg")[1].split("</svg>")[0]


def test_a_recovery_code_opens_once_and_is_told(person, secret):
    codes = recovery_codes(person)
    client, _ = with_password(person)
    assert at("recovery_code") in client.get(at("lost_factor")).content.decode()
    assert client.post(at("recovery_code"), {"code": codes[0].lower()}).url == "/"
    assert is_in(client)
    assert client.session["came_by"] == "recovery"
    assert SignedIn.objects.get().via == "recovery"
    assert "Password and a recovery code" in client.get("/your-account/sign-ins/").content.decode()
    assert events() == ["recovery_code_used", "signed_in"]
    delivery.deliver(timezone.now())
    assert [one.kind for one in Notice.objects.all()] == ["recovery_code_used"]
    other, _ = with_password(person)
    answer = other.post(at("recovery_code"), {"code": codes[0]}).content.decode()
    assert "This code is not right" in answer
    assert not is_in(other)
    assert "ten letters" in other.post(at("recovery_code"), {"code": "short"}).content.decode()


def test_wrong_codes_are_told_after_five_and_end_the_password_after_twenty(person, secret):
    lead = an_iw_member(lead=True)
    inside, _ = with_password(person)
    give_code(inside, secret, real_now() - timedelta(seconds=30))
    assert is_in(inside)
    client, _ = with_password(person)
    for _ in range(4):
        assert "not right" in client.post(at("second_factor"), {"code": "000000"}).content.decode()
    answer = client.post(at("second_factor"), {"code": "000000"})
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "15")
    assert "somebody knows your password: phone the IW Team" in answer.content.decode()
    assert "choose a new password" not in answer.content.decode()
    assert RefusedTries.objects.get().account == person.uid
    # The right one waits as well, and taken or not it is not used up by that.
    assert give_code(client, secret).status_code == 429

    def after(in_a_row):
        earlier = real_now() - timedelta(minutes=16)
        codes_counted().update(tries=in_a_row, last_at=earlier, until=None)
        return client.post(at("second_factor"), {"code": "000000"})

    after(4)
    assert [one.kind for one in Notice.objects.all()] == ["wrong_codes"]
    after(18)
    assert User.objects.get(pk=person.pk).has_usable_password()
    after(19)
    assert not User.objects.get(pk=person.pk).has_usable_password()
    told = {(one.kind, one.recipient) for one in Notice.objects.all()}
    assert told == {
        ("wrong_codes", person),
        ("password_ended", person),
        ("codes_guessed", lead),
    }
    assert give_code(client, secret).url == OUT
    assert entries("wrong_code")[0] == ("wrong_code", "", {"account": str(person.uid)})
    assert events().count("wrong_code") == 7
    assert events().count("password_ended") == 1
    assert not is_in(inside)
    assert SignedIn.objects.get().ended_how == "account"
    assert with_password(person)[1].status_code == 200
    second_factor.note_wrong_code(21, by=person, now=timezone.now())  # ended already
    assert events().count("password_ended") == 1


def asked_on(page):
    return json.loads(page.split('id="passkey-options" type="application/json">')[1].split("<")[0])


def test_a_key_is_set_up_and_signs_in_and_a_copied_one_does_not(person, settings):
    settings.SITE_URL = "http://localhost:8000/"
    User.objects.filter(pk=person.pk).update(must_change_password=True)
    soft = SoftKey("http://localhost:8000")
    client, _ = with_password(person)
    assert client.post(at("factor_begin"), {"kind": "key"}).url == at("factor_key")
    options = asked_on(client.get(at("factor_key")).content.decode())
    wrong = client.post(at("factor_key"), {"answer": "nonsense"}).content.decode()
    assert "The key was not accepted" in wrong
    late = client.post(at("factor_key"), {"answer": json.dumps(soft.make(options))})
    assert "The key was not accepted" in late.content.decode()  # that challenge is gone
    made = {"answer": json.dumps(soft.make(asked_on(late.content.decode())))}
    assert client.post(at("factor_key"), made).url == at("factor_codes")
    assert client.post(at("factor_codes"), {"kept": "on"}).status_code == 302
    User.objects.filter(pk=person.pk).update(must_change_password=False)

    def once(**said):
        client, _ = with_password(person)
        page = client.get(at("second_factor")).content.decode()
        assert "The six digits" not in page
        answer = json.dumps(soft.sign(asked_on(page), **said))
        return client, client.post(at("second_factor"), {"answer": answer})

    client, answer = once()
    assert (answer.url, is_in(client)) == ("/", True)
    client, answer = once(counts=0)
    assert "The key was not accepted" in answer.content.decode()
    assert not is_in(client)
    assert entries("key_copied") == [("key_copied", "", {"account": str(person.uid)})]
    assert Notice.objects.get(kind="key_copied").recipient == person
    client, answer = once(origin="http://evil.localhost:8000")
    assert not is_in(client)
    assert len(entries("key_copied")) == 1


def test_no_secret_stands_in_any_session_log_mail_or_entry(person, caplog):
    User.objects.filter(pk=person.pk).update(must_change_password=True)
    client, _ = with_password(person)
    client.post(at("factor_begin"), {"kind": "app"})
    client.get(at("factor_app"))
    kept_in = [str(one.get_decoded()) for one in Session.objects.all()]
    secret, codes = set_up_app(client)
    kept_in += [str(one.get_decoded()) for one in Session.objects.all()]
    client.post(at("factor_codes"), {"kept": "on"})
    kept_in += [str(one.get_decoded()) for one in Session.objects.all()]
    kept = " ".join([*kept_in, str(entries()), caplog.text, str(list(Notice.objects.values()))])
    kept += str(list(Factor.objects.values()))
    code = code_of(secret, real_now())
    for hidden in (secret, PASSWORD, code, *(one.replace("-", "") for one in codes), *codes):
        assert hidden not in kept
