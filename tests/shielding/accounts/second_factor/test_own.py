"""One's own apps, keys and codes: added and ended with password and factor just given, and told."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from logbook.days import real_now
from shielding.accounts.models import User
from shielding.accounts.second_factor import actions, factors
from shielding.accounts.second_factor.models import Factor
from shielding.accounts.second_factor.webauthn import Key
from shielding.accounts.second_person import may_be_second_person
from shielding.notices.models import Notice
from shielding.web.refusals import WrongState
from tests.shielding.accounts.second_factor.support.factors import an_app, code_of, recovery_codes
from tests.shielding.accounts.second_factor.support.signing_in import (
    at,
    codes_on,
    give_code,
    is_in,
    secret_on,
    with_password,
)
from tests.support.entries import entries
from tests.support.people import PASSWORD, a_practitioner, an_auditor, an_iw_member

pytestmark = pytest.mark.django_db
NOW = timezone.now()


@pytest.fixture
def secret(person):
    recovery_codes(person)
    return an_app(person)[1]


@pytest.fixture
def inside(person, secret):
    """The browser of somebody who just signed in by both."""
    client, _ = with_password(person)
    give_code(client, secret)
    assert is_in(client)
    return client


def later(client, *, password=True):
    """Let ten minutes pass for what was given in a browser, and give the password again."""
    session = client.session
    session["fresh_at"] -= 600
    session.save()
    if password:
        client.get(at("own_factor_add"))
        answer = client.post("/confirm-it-is-you/", {"password": PASSWORD})
        assert answer.url.startswith(at("factor_again"))


def told():
    return sorted((one.kind, one.recipient.pk) for one in Notice.objects.all())


def test_an_app_is_added_and_one_of_several_ended(person, inside):
    first = Factor.objects.get()
    page = inside.get(at("own_factors")).content.decode()
    assert "Authenticator app" in page
    assert "10 left" in page
    assert "End it" not in page
    assert inside.post(at("own_factor_add"), {"kind": "app"}).url == at("own_factor_app")
    page = inside.get(at("own_factor_app")).content.decode()
    new = secret_on(page)
    assert "not right" in inside.post(at("own_factor_app"), {"code": "000000"}).content.decode()
    done = inside.post(at("own_factor_app"), {"code": code_of(new, real_now())})
    assert done.url == at("own_factors")
    assert inside.get(at("own_factor_app")).url == at("own_factor_add")
    assert inside.get(at("own_factors")).content.decode().count("End it") == 2
    assert inside.post(at("own_factor_end", uid=first.uid)).url == at("own_factors")
    assert inside.post(at("own_factor_end", uid=first.uid)).status_code == 409
    left = Factor.objects.get(ended_at=None)
    assert inside.post(at("own_factor_end", uid=left.uid)).status_code == 409
    assert [code for code, _, _ in entries()][1:3] == ["factor_added", "factor_ended"]
    assert entries("factor_added")[0][2] == {"kind": "app", "how": "own"}
    assert told() == [("factor_changed", person.pk)] * 2
    # Nobody else's, whatever is sent.
    other = a_practitioner()
    theirs, _ = an_app(other)
    an_app(other)
    assert inside.post(at("own_factor_end", uid=theirs.uid)).status_code == 409
    assert len(factors.standing(other)) == 2
    # The one that stays lets its owner in, the one that ended does not.
    client, _ = with_password(person)
    moment = real_now() + timedelta(seconds=30)
    assert give_code(client, new, moment).url == "/"


def test_password_and_factor_are_asked_for_again_after_five_minutes(person, secret, inside):
    acts = [
        ("own_factor_add", {"kind": "app"}, {}),
        ("own_factor_end", {}, {"uid": Factor.objects.get().uid}),
        ("own_codes", {"make": "yes"}, {}),
    ]
    later(inside, password=False)
    for name, sent, words in acts:
        assert inside.post(at(name, **words), sent).url.startswith("/confirm-it-is-you/")
    # The factor alone is not taken: it leads to the page, which asks for the password first.
    assert inside.post(at("factor_again"), {"code": code_of(secret)}).url == "/"
    later(inside)
    for name, sent, words in acts:
        assert inside.post(at(name, **words), sent).url.startswith("/confirm-it-is-you/"), name
    asks = inside.get(at("own_factor_add")).url
    again = inside.post(asks, {"password": PASSWORD}).url
    assert again == f"{at('factor_again')}?next=%2Fyour-account%2Fsecond-step%2Fadd%2F"
    page = inside.get(again).content.decode()
    assert "The six digits that your app shows now" in page
    # Typed a second time within half a minute, the code of the sign-in is none.
    used = inside.post(again, {"code": code_of(secret, real_now())})
    assert "Wait for the next one" in used.content.decode()
    moment = real_now() + timedelta(seconds=30)
    sent = {"code": code_of(secret, moment), "next": at("own_factor_add")}
    assert inside.post(again, sent).url == at("own_factor_add")
    assert inside.get(at("own_factor_add")).status_code == 200
    assert inside.post(at("own_codes"), {"make": "yes"}).url == at("own_codes")


def test_it_leads_to_no_page_of_anybody_else(person, secret, inside):
    later(inside)
    for wanted in ("https://evil.example/", "//evil.example/", "javascript:alert(1)"):
        answer = inside.get(at("factor_again"), {"next": wanted}).content.decode()
        assert 'name="next" value="/"' in answer


def test_every_act_that_asks_again_asks_for_both_by_one_way(person, secret, inside):
    """S7: fresh is what signing in takes. A password that was seen opens no act in a session left
    open, and of an export no more than of the factor itself.
    """
    User.objects.filter(pk=person.pk).update(must_change_password=True)
    session = inside.session
    session["fresh_at"] -= 600
    session.save()
    asks = inside.get("/password/").url
    assert asks == "/confirm-it-is-you/?next=%2Fpassword%2F"
    factor = inside.post(asks, {"password": PASSWORD}).url
    assert factor == f"{at('factor_again')}?next=%2Fpassword%2F"
    assert inside.get("/password/").url == asks
    assert inside.post(asks, {"password": PASSWORD}).url == factor
    assert inside.get(factor).status_code == 200  # also for whoever must change the password
    sent = {"code": code_of(secret, real_now() + timedelta(seconds=30)), "next": "/password/"}
    assert inside.post(factor, sent).url == "/password/"
    assert inside.get("/password/").status_code == 200
    # Given unasked, neither counts.
    session = inside.session
    session["fresh_at"] -= 600
    session.save()
    assert inside.post("/confirm-it-is-you/", {"password": PASSWORD}).url == "/"
    assert inside.get(factor).url == "/password/"


def test_what_is_added_after_a_recovery_code_is_told_as_a_reset_is(person):
    codes = recovery_codes(person)
    an_app(person)
    lead, auditor = an_iw_member(lead=True), an_auditor()
    an_iw_member()
    client, _ = with_password(person)
    client.post(at("recovery_code"), {"code": codes[0]})
    later(client)
    again = {"recovery-code": codes[1], "next": at("own_factor_add")}
    assert client.post(at("factor_again"), again).url == at("own_factor_add")
    client.post(at("own_factor_add"), {"kind": "app"})
    new = secret_on(client.get(at("own_factor_app")).content.decode())
    client.post(at("own_factor_app"), {"code": code_of(new, real_now())})
    assert [one for one in told() if one[0] != "recovery_code_used"] == [
        ("factor_after_recovery", lead.pk),
        ("factor_after_recovery", auditor.pk),
        ("factor_changed", person.pk),
    ]
    assert entries("factor_added")[0][2] == {"kind": "app", "how": "recovery"}
    person = User.objects.get(pk=person.pk)
    assert not may_be_second_person(person, timezone.now() + timedelta(hours=23))
    assert may_be_second_person(person, timezone.now() + timedelta(hours=25))
    # An app given later in that session takes nothing of this back.
    assert client.session["came_by"] == "recovery"
    client.post(at("factor_again"), {"code": code_of(new, real_now() + timedelta(seconds=30))})
    assert client.session["came_by"] == "recovery"


def test_new_codes_end_those_of_before_once_they_are_kept(person, inside):
    before = recovery_codes(person)
    inside.post(at("own_codes"), {"make": "yes"})
    codes = codes_on(inside.get(at("own_codes")).content.decode())
    assert codes_on(inside.get(at("own_codes")).content.decode()) == codes
    assert factors.take_recovery_code(person, before[0], NOW)
    assert "Tick once" in inside.post(at("own_codes")).content.decode()
    assert inside.post(at("own_codes"), {"kept": "on"}).url == at("own_factors")
    assert not factors.take_recovery_code(person, before[1], NOW)
    assert factors.take_recovery_code(person, codes[0].replace("-", ""), NOW)
    assert inside.post(at("own_codes"), {"kept": "on"}).status_code == 409
    assert told() == [("factor_changed", person.pk)]


def test_what_is_added_ended_or_replaced_ends_the_other_sessions_and_half_ones(person, inside):
    first = Factor.objects.get()
    _, second = an_app(person)
    steps = iter((-1, 0, 1))  # each half minute's code once

    def others():
        thief, _ = with_password(person)
        give_code(thief, second, real_now() + timedelta(seconds=30 * next(steps)))
        assert is_in(thief)
        return thief, with_password(person)[0]

    def out(two, *, half=True):
        assert not is_in(two[0])
        assert is_in(inside)
        if half:
            assert two[1].get(at("second_factor")).url == "/sign-in/?ended=account"

    two = others()
    inside.post(at("own_factor_end", uid=first.uid))
    out(two)
    two = others()
    inside.post(at("own_factor_add"), {"kind": "app"})
    new = secret_on(inside.get(at("own_factor_app")).content.decode())
    inside.post(at("own_factor_app"), {"code": code_of(new, real_now())})
    out(two)
    two = others()
    inside.post(at("own_codes"), {"make": "yes"})
    out_before = is_in(two[0])
    inside.post(at("own_codes"), {"kept": "on"})
    assert out_before
    out(two, half=False)
    assert "what it is signed in with" in two[0].get("/sign-in/?ended=account").content.decode()


def test_at_most_six_and_a_key_opens_one_account(person):
    for number in range(6):
        actions.add_key(Key(bytes([number]), b"public", 0), by=person, now=NOW)
    with pytest.raises(WrongState, match="too_many_factors"):
        actions.add_key(Key(b"new", b"public", 0), by=person, now=NOW)
    with pytest.raises(WrongState, match="key_is_known"):
        actions.add_key(Key(bytes([0]), b"public", 0), by=a_practitioner(), now=NOW)
    with pytest.raises(IntegrityError, match="factor_columns_of_kind"), transaction.atomic():
        actions.add_key(Key(b"other", None, 0), by=a_practitioner(), now=NOW)
    app, secret = an_app(a_practitioner(), confirmed=False)
    code = code_of(secret, real_now())
    assert actions.confirm_app(app, code, by=app.person, now=timezone.now())
    with pytest.raises(WrongState, match="app_is_set_up"):
        actions.confirm_app(app, code, by=app.person, now=timezone.now())


def test_nobody_who_is_not_signed_in_comes_here():
    for name in ("own_factors", "factor_again", "own_factor_add", "own_codes"):
        assert Client().get(at(name)).url.startswith("/sign-in/")
