"""A lost second factor: taken off by others, never by oneself; three things lead on from it."""

from datetime import timedelta

import pytest
from allauth.account.utils import user_pk_to_url_str
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.utils import timezone

from shielding.accounts import actions as directory
from shielding.accounts import suspending
from shielding.accounts.factor_resets import actions, policies, spoken_code
from shielding.accounts.factor_resets.models import FactorReset
from shielding.accounts.history import AccountChange
from shielding.accounts.models import User
from shielding.accounts.second_factor import factors
from shielding.accounts.second_person import may_be_second_after, may_be_second_person
from shielding.notices.models import Notice
from shielding.notices.password_links import PasswordLinks
from shielding.web.refusals import NotAllowed, WrongState
from tests.shielding.accounts.second_factor.support.factors import an_app, recovery_codes
from tests.shielding.accounts.second_factor.support.signing_in import (
    at,
    give_code,
    is_in,
    mailed_link,
    set_up_app,
    with_password,
)
from tests.support.entries import entries
from tests.support.people import (
    a_practitioner,
    an_administrator,
    an_auditor,
    an_iw_member,
)

pytestmark = pytest.mark.django_db
NOW = timezone.now()


def reset(person, by=None, *, phoned=True, now=None):
    by = by or an_iw_member()
    return actions.reset_factor(person, phoned=phoned, by=by, now=now or timezone.now())


def a_moment_later(person):
    """Let the second of a reset be over: whoever signs in within it is signed out."""
    User.objects.filter(pk=person.pk).update(sessions_from=timezone.now() - timedelta(seconds=5))


def inside(who):
    client = Client()
    client.force_login(who)
    return client


def test_what_was_lost_opens_nothing_and_who_is_in_is_out(person):
    _, secret = an_app(person)
    codes = recovery_codes(person)
    client, _ = with_password(person)
    assert give_code(client, secret).status_code == 302
    half, _ = with_password(person)
    lead, auditor, member = an_iw_member(lead=True), an_auditor(), an_iw_member()
    done = reset(person, member)
    assert not is_in(client)
    assert half.get(at("second_factor")).url == "/sign-in/?ended=account"
    assert not factors.has_factor(person)
    assert not factors.take_recovery_code(person, codes[0], NOW)
    told = {(one.kind, one.recipient) for one in Notice.objects.filter(kind="factor_reset")}
    assert told == {("factor_reset", one) for one in (person, lead, auditor)}
    assert entries("factor_reset") == [
        (
            "factor_reset",
            str(member.uid),
            {"person": str(person.uid), "proposed_by": str(member.uid)},
        )
    ]
    person = User.objects.get(pk=person.pk)
    assert not may_be_second_person(person, done.done_at + timedelta(hours=23))
    assert may_be_second_person(person, done.done_at + timedelta(hours=24))
    (change,) = AccountChange.objects.filter(person=person)
    assert (change.change, change.by) == ("factor_reset", member)


def test_going_on_takes_the_password_the_link_and_the_code_that_was_spoken(person):
    member = an_iw_member()
    answer = inside(member).post(at("person_factor_reset", uid=person.uid), {"phoned": "on"})
    done = FactorReset.objects.get()
    assert answer.url == at("factor_reset", reference=done.reference)
    spoken = spoken_code.as_shown(spoken_code.code_of(done))
    page = inside(member).get(answer.url).content.decode()
    assert spoken in page
    # Nobody else reads it, and it stands nowhere.
    assert spoken not in inside(an_iw_member()).get(answer.url).content.decode()
    stored = str(list(FactorReset.objects.values()) + list(Notice.objects.values()) + entries())
    assert spoken.replace("-", "") not in stored
    # Whoever has the mailbox has password and link, and comes no further.
    a_moment_later(person)
    client, _ = with_password(person)
    assert client.get(at("factor_spoken_code")).url == at("factor_begin")
    client.post(mailed_link())
    assert client.get(at("factor_begin")).url == at("factor_spoken_code")
    assert client.post(at("factor_begin"), {"kind": "app"}).url == at("factor_spoken_code")
    for page in ("factor_app", "factor_key"):
        assert client.get(at(page)).url == at("factor_begin")
    wrong = client.post(at("factor_spoken_code"), {"code": "2222-2222"}).content.decode()
    assert "This code is not right" in wrong
    assert "eight letters" in client.post(at("factor_spoken_code"), {"code": "2"}).content.decode()
    assert entries("wrong_code") == [("wrong_code", "", {"account": str(person.uid)})]
    assert client.post(at("factor_spoken_code"), {"code": spoken.lower()}).url == at("factor_begin")
    assert "What will you use?" in client.get(at("factor_begin")).content.decode()
    set_up_app(client)
    client.post(at("factor_codes"), {"kept": "on"})
    assert is_in(client)
    assert FactorReset.objects.get().used_at is not None
    assert spoken not in inside(member).get(answer.url).content.decode()


def test_the_code_is_good_for_an_hour_and_of_one_reset(person):
    done = reset(person)
    code = spoken_code.code_of(done)
    assert spoken_code.is_code_of(done, code, done.done_at + timedelta(minutes=59))
    assert not spoken_code.is_code_of(done, code, done.done_at + timedelta(minutes=60))
    again = reset(person)
    assert spoken_code.code_of(again) != code
    assert FactorReset.objects.not_used(person).first() == again
    assert not spoken_code.is_code_of(again, code, again.done_at)
    assert spoken_code.as_typed(" 7kq4 m2xd ") == "7KQ4M2XD"
    assert [spoken_code.as_typed(one) for one in ("7KQ4", "7KQ4M2X0")] == ["", ""]


def test_who_may_reset_a_practitioners(person):
    now = timezone.now()
    suspended, newly = an_iw_member(is_active=False), an_iw_member()
    newly.second_person_from = now + timedelta(hours=1)
    newly.save()
    dialled = an_iw_member()
    directory.set_phone(person, "01632 960 123", by=dialled, now=now)
    others = (person, a_practitioner(), an_administrator(), an_auditor(), suspended, newly, dialled)
    for one in others:
        with pytest.raises(NotAllowed):
            reset(person, one)
    assert policies.who_set_number(person, now + timedelta(days=29)) == set()
    with pytest.raises(WrongState, match="not_phoned"):
        reset(person, phoned=False)
    member = an_iw_member()
    assert inside(dialled).get(at("person_factor_reset", uid=person.uid)).status_code == 403
    assert (
        "They lost their app or key"
        in inside(member).get(at("person", uid=person.uid)).content.decode()
    )
    with pytest.raises(NotAllowed):
        reset(an_iw_member(), member)
    suspending.suspend(person, by=member, now=now)
    with pytest.raises(WrongState, match="suspended"):
        reset(person, an_iw_member())


def test_anybody_elses_takes_an_administrator_and_a_lead():
    now, person = timezone.now(), an_iw_member()
    an_app(person)
    administrator, lead, other = an_administrator(), an_iw_member(lead=True), an_iw_member()
    for one in (person, other, lead, an_auditor(), an_administrator(is_active=False)):
        with pytest.raises(NotAllowed):
            actions.propose_reset(person, by=one, now=now)
    for whom in (administrator, a_practitioner()):
        with pytest.raises(NotAllowed):
            actions.propose_reset(whom, by=administrator, now=now)
    page = at("person_factor_reset", uid=person.uid)
    assert "Nothing changes until an IW lead" in inside(administrator).get(page).content.decode()
    proposed = inside(administrator).post(page, {"anything": "x"}).url
    waiting = FactorReset.objects.get()
    assert proposed == at("factor_reset", reference=waiting.reference)
    assert factors.has_factor(person)
    assert policies.who_hear_of_reset("IW-2222-2222", now) is None
    with pytest.raises(WrongState, match="already_proposed"):
        actions.propose_reset(person, by=an_administrator(), now=now)
    for one in (person, administrator, other, an_auditor()):
        with pytest.raises(NotAllowed):
            actions.confirm_reset(waiting, phoned=True, by=one, now=now)
    assert waiting.reference in inside(lead).get(at("factor_resets")).content.decode()
    assert (
        waiting.reference in inside(lead).get(f"{at('factor_resets')}?whose=mine").content.decode()
    )
    with pytest.raises(WrongState, match="not_phoned"):
        actions.confirm_reset(waiting, phoned=False, by=lead, now=now)
    assert inside(lead).post(proposed, {"phoned": "on"}).url == proposed
    assert not factors.has_factor(person)
    spoken = spoken_code.as_shown(spoken_code.code_of(waiting))
    assert spoken not in inside(administrator).get(proposed).content.decode()
    with pytest.raises(WrongState, match="decided"):
        actions.confirm_reset(waiting, phoned=True, by=lead, now=now)
    # Whoever reset it could act as the person: they are not two in what takes two.
    at_once = timezone.now()
    assert not may_be_second_after(lead, person.pk, at=at_once, now=at_once)
    assert may_be_second_after(other, person.pk, at=at_once, now=at_once)


def test_a_lead_who_set_the_number_or_is_the_person_does_not_confirm():
    now, administrator = timezone.now(), an_administrator()
    person, lead = an_iw_member(lead=True), an_iw_member(lead=True)
    waiting = actions.propose_reset(person, by=administrator, now=now)
    with pytest.raises(NotAllowed):
        actions.confirm_reset(waiting, phoned=True, by=person, now=now)
    directory.set_phone(person, "01632 960 123", by=lead, now=now)
    with pytest.raises(NotAllowed):
        actions.confirm_reset(waiting, phoned=True, by=lead, now=now)
    with pytest.raises(NotAllowed):  # nor takes back what is about themselves
        actions.withdraw_reset(waiting, by=person, now=now)
    inside(lead).post(at("factor_reset_withdraw", reference=waiting.reference))
    waiting.refresh_from_db()
    assert waiting.withdrawn_by == lead
    with pytest.raises(WrongState, match="decided"):
        actions.withdraw_reset(waiting, by=lead, now=now)


def test_what_an_administrator_who_left_proposed_is_void():
    now, administrator, lead = timezone.now(), an_administrator(), an_iw_member(lead=True)
    person = an_auditor()
    for remains in (an_administrator(), an_auditor()):  # who could act, and so nobody is the last
        an_app(remains)
    waiting = actions.propose_reset(person, by=administrator, now=now)
    assert FactorReset.objects.filter(policies.to_confirm_by(lead, now)).exists()
    suspending.suspend(administrator, by=an_administrator(), now=now)
    with pytest.raises(WrongState, match="reset_void"):
        actions.confirm_reset(waiting, phoned=True, by=lead, now=now)
    assert FactorReset.objects.filter(policies.to_confirm_by(lead, now)).exists()
    page = at("factor_reset", reference=waiting.reference)
    assert "has left that role since" in inside(lead).get(page).content.decode()
    again = actions.propose_reset(person, by=an_administrator(), now=now)
    waiting.refresh_from_db()
    assert waiting.withdrawn_at is not None
    suspending.suspend(person, by=an_administrator(), now=now)
    with pytest.raises(WrongState, match="reset_void"):
        actions.confirm_reset(again, phoned=True, by=lead, now=now)
    with pytest.raises(WrongState, match="suspended"):
        actions.propose_reset(person, by=an_administrator(), now=now)


@pytest.mark.parametrize(
    "change",
    [
        "confirmed_at = now(), confirmed_by_id = proposed_by_id, done_at = now()",
        "confirmed_at = now(), confirmed_by_id = person_id, done_at = now()",
        "confirmed_at = now(), done_at = now()",
        "withdrawn_at = now()",
        "used_at = now()",
        "person_id = proposed_by_id",
        "uid = gen_random_uuid()",
    ],
)
def test_postgresql_keeps_that_it_takes_two(change):
    actions.propose_reset(an_auditor(), by=an_administrator(), now=NOW)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE accounts_factorreset SET {change}")


def test_the_mailbox_alone_sets_nothing_up_on_an_account_that_was_used(person):
    new = "a passphrase nobody has thought of"
    User.objects.filter(pk=person.pk).update(last_login=NOW)
    link = f"/new-password/{user_pk_to_url_str(person)}/{PasswordLinks().make_token(person)}/"
    reader = Client()
    form = reader.get(link).url
    assert reader.post(form, {"password1": new, "password2": new}).url == "/sign-in/"
    with_password(person, reader, password=new)
    reader.post(mailed_link())
    assert reader.get(at("factor_begin")).url == at("factor_spoken_code")
    page = reader.post(at("factor_spoken_code"), {"code": "2222-2222"}).content.decode()
    assert "This code is not right" in page
    assert not factors.has_factor(person)
    # On the phone it is the owner.
    code = spoken_code.code_of(reset(person))
    a_moment_later(person)
    client, _ = with_password(person, password=new)
    client.post(mailed_link())
    client.post(at("factor_spoken_code"), {"code": code})
    set_up_app(client)
    client.post(at("factor_codes"), {"kept": "on"})
    assert is_in(client)
    assert User.objects.get(pk=person.pk).password_by_link_at is None


def test_who_was_invited_and_never_signed_in_needs_no_code(person):
    User.objects.filter(pk=person.pk).update(last_login=None)
    link = f"/new-password/{user_pk_to_url_str(person)}/{PasswordLinks().make_token(person)}/"
    new, client = "a passphrase nobody has thought of", Client()
    client.post(client.get(link).url, {"password1": new, "password2": new})
    with_password(person, client, password=new)
    client.post(mailed_link())
    assert "What will you use?" in client.get(at("factor_begin")).content.decode()
