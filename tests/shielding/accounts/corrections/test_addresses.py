"""Another email address for an account: by two, and what ends and waits with it."""

from datetime import UTC, datetime, timedelta

import pytest
from allauth.account.utils import user_pk_to_url_str
from django.contrib.auth.hashers import make_password
from django.core import mail as outbox
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from shielding.accounts import actions as directory
from shielding.accounts import policies as directory_policies
from shielding.accounts import suspending
from shielding.accounts.corrections import actions, policies
from shielding.accounts.corrections.models import AddressChange
from shielding.accounts.history import AccountChange, was_readdressed
from shielding.accounts.models import User
from shielding.accounts.second_person import may_be_second_person, newly_granted
from shielding.accounts.sign_in.adapter import ClosedDoor
from shielding.notices import delivery
from shielding.notices.models import Notice
from shielding.notices.password_links import PasswordLinks
from shielding.web.refusals import NotAllowed, Refused, WrongState
from tests.requests_app.support.desk import main
from tests.shielding.accounts.sign_in.support.sign_in import is_signed_in
from tests.shielding.accounts.support.directory import NOW
from tests.shielding.accounts.support.people_pages import as_
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
OLD, NEW = "old.address@council.example", "new.address@council.example"
LATER = NOW + timedelta(hours=1)


def proposed(person, *, by=None, now=NOW, address=NEW):
    by = by or (an_iw_member() if person.is_practitioner else an_administrator())
    return actions.propose_address(person, address, by=by, now=now)


def theirs(member, now):
    """Return which changes home counts as a member's own to do."""
    return list(AddressChange.objects.filter(policies.to_confirm_by(member, now)))


def refused(kind, code, act):
    with pytest.raises(kind) as raised:
        act()
    assert raised.value.code == code


def test_two_change_an_address_and_all_who_watch_are_told():
    person, first, second = a_practitioner(email=OLD), an_iw_member(), an_iw_member()
    User.objects.filter(pk=person.pk).update(must_change_password=True)
    lead, auditor = an_iw_member(lead=True), an_auditor()
    change = proposed(person, by=first)
    person.refresh_from_db()
    assert person.email == OLD
    actions.confirm_address(change, phoned=True, by=second, now=LATER)
    person.refresh_from_db()
    assert person.email == NEW
    assert AccountChange.objects.get(change="readdressed").by == first
    names = ("address_change_proposed", "address_change_confirmed")
    facts = {"person": str(person.uid)}
    assert entries(*names) == [
        (names[0], str(first.uid), facts),
        (names[1], str(second.uid), facts | {"proposed_by": str(first.uid)}),
    ]
    assert "council.example" not in str(entries())
    assert replay()[0] == []
    delivery.deliver(LATER)
    told = {one.to[0]: one for one in outbox.outbox}
    assert told.keys() == {OLD, NEW, lead.email, auditor.email}
    # No password is left that somebody could have chosen by the old address.
    assert (person.has_usable_password(), person.must_change_password) == (False, False)
    (invited,) = (one for one in outbox.outbox if "Choose a password for it" in one.body)
    assert invited.to == [NEW]
    to_old = told[OLD].body + told[OLD].alternatives[0].content
    for secret in (NEW, "new.address", person.name, change.reference, first.name):
        assert secret not in to_old
    assert to_old.count("was changed: mail about it goes to") == 2
    watching = [one.to[0] for one in outbox.outbox if "of an account was changed." in one.body]
    assert sorted(watching) == sorted([NEW, lead.email, auditor.email])
    assert set(Notice.objects.values_list("fate", flat=True)) == {"sent"}


def test_who_may_not_confirm():
    maker, member, lead = an_iw_member(), an_iw_member(), an_iw_member(lead=True)
    person, administrator = a_practitioner(), an_administrator()
    change = proposed(person, by=maker)
    for by in (maker, administrator, person):
        refused(
            NotAllowed,
            "second_person",
            lambda by=by: actions.confirm_address(change, phoned=True, by=by, now=LATER),
        )
    refused(
        WrongState,
        "not_phoned",
        lambda: actions.confirm_address(change, phoned=False, by=member, now=LATER),
    )
    # For anybody else an administrator proposes and a lead confirms.
    auditor = an_auditor()
    for by in (maker, lead, auditor):
        refused(NotAllowed, "may_not_change_address", lambda by=by: proposed(auditor, by=by))
    refused(NotAllowed, "may_not_change_address", lambda: proposed(administrator, by=administrator))
    other = proposed(auditor, by=administrator, address="x@council.example")
    assert [policies.may_confirm_address(by, other, LATER) for by in (member, lead, auditor)] == [
        False,
        True,
        False,
    ]
    of_lead = proposed(lead, by=administrator, address="y@council.example")
    assert not policies.may_confirm_address(lead, of_lead, LATER)
    # Newly granted, or their own address was changed lately: not the second of two.
    User.objects.filter(pk=member.pk).update(second_person_from=LATER + timedelta(minutes=1))
    member.refresh_from_db()
    assert not policies.may_confirm_address(member, change, LATER)


def test_the_number_that_is_dialled_is_of_neither_of_the_two():
    first, second, third = (an_iw_member() for _ in range(3))
    person = a_practitioner()
    directory.set_phone(person, "01632 960 001", by=second, now=NOW - timedelta(days=3))
    change = proposed(person, by=first)
    assert [policies.may_confirm_address(one, change, LATER) for one in (second, third)] == [
        False,
        True,
    ]
    # Home counts no other; where all who are left set it or proposed, it is everybody's.
    assert [theirs(one, LATER) for one in (first, second, third)] == [[], [], [change]]
    User.objects.filter(pk=third.pk).update(is_active=False)
    assert [theirs(one, LATER) for one in (first, second)] == [[change]] * 2
    User.objects.filter(pk=third.pk).update(is_active=True)
    # Set by who proposed, also afterwards, nobody confirms; long ago it is anybody's number.
    directory.set_phone(person, "01632 960 002", by=first, now=LATER)
    change = AddressChange.objects.with_people().get(pk=change.pk)
    assert policies.why_void(change) == policies.OWN_NUMBER
    assert [theirs(one, LATER) for one in (first, second, third)] == [[change]] * 3  # to withdraw
    refused(
        WrongState,
        "address_void",
        lambda: actions.confirm_address(change, phoned=True, by=third, now=LATER),
    )
    much_later = LATER + timedelta(days=29)
    again = proposed(person, by=first, now=much_later)  # what nobody can confirm ends by it
    assert policies.may_confirm_address(third, again, much_later)


def test_what_an_account_may_not_have_is_refused_at_both_steps():
    person, member = a_practitioner(email="a.nn@council.example"), an_iw_member()
    a_practitioner(email="taken@council.example")
    for address, code in (
        ("A.nn@Council.example", "same_address"),
        ("taken@council.example", "email_taken"),
        ("ta.ken@council.example", "unfit_address"),
        ("x+y@council.example", "unfit_address"),
    ):
        refused(Refused, code, lambda address=address: proposed(person, address=address))
    # Their own with the dot elsewhere is one of theirs.
    change = proposed(person, address="ann@council.example")
    refused(WrongState, "already_proposed", lambda: proposed(person))
    directory.add_practitioner(
        name="N", email="x@council.example", service=a_service(), by=member, now=NOW
    )
    User.objects.filter(email="x@council.example").update(email="ann@council.example")
    refused(
        Refused,
        "email_taken",
        lambda: actions.confirm_address(change, phoned=True, by=member, now=LATER),
    )


def test_it_is_withdrawn_or_falls_away():
    person, first, member = a_practitioner(), an_iw_member(), an_iw_member()
    change = proposed(person, by=first)
    refused(
        NotAllowed,
        "may_not_change_address",
        lambda: actions.withdraw_address(change, by=an_administrator(), now=LATER),
    )
    actions.withdraw_address(change, by=member, now=LATER)
    for act in (
        lambda: actions.withdraw_address(change, by=member, now=LATER),
        lambda: actions.confirm_address(change, phoned=True, by=member, now=LATER),
    ):
        refused(WrongState, "decided", act)
    change = proposed(person, by=first)
    suspending.suspend(first, by=an_administrator(), now=LATER)
    refused(
        WrongState,
        "address_void",
        lambda: actions.confirm_address(change, phoned=True, by=member, now=LATER),
    )
    change = proposed(person, by=member, now=LATER)
    suspending.suspend(person, by=member, now=LATER)
    refused(WrongState, "suspended", lambda: proposed(person, by=member, now=LATER))
    refused(
        WrongState,
        "address_void",
        lambda: actions.confirm_address(change, phoned=True, by=an_iw_member(), now=LATER),
    )
    assert replay()[0] == []
    assert [one.withdrawn_by for one in AddressChange.objects.order_by("id")] == [
        member, member, None,
    ]  # fmt: skip


def test_the_database_keeps_two_people_and_one_open():
    person, first = a_practitioner(), an_iw_member()
    change = proposed(person, by=first)
    for column, who, name in (
        ("confirmed", first, "address_by_two"),
        ("confirmed", person, "address_not_ones_own"),
    ):
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            AddressChange.objects.update(**{f"{column}_at": NOW, f"{column}_by": who})
    with pytest.raises(IntegrityError, match="address_one_open"), transaction.atomic():
        AddressChange.objects.create(person=person, address=NEW, proposed_at=NOW, proposed_by=first)
    with pytest.raises(IntegrityError, match="never_changes"), transaction.atomic():
        AddressChange.objects.filter(pk=change.pk).update(address=OLD)


def test_sessions_and_links_of_before_end():
    person, now = a_practitioner(email=OLD), timezone.now()
    signed_in = Client()
    signed_in.post("/sign-in/", {"login": OLD, "password": PASSWORD})
    assert signed_in.get("/your-account/").status_code == 200
    person.refresh_from_db()  # a link ends with the next sign-in
    links = PasswordLinks()
    key = links.make_token(person)
    opened = Client()
    form = opened.get(f"/new-password/{user_pk_to_url_str(person)}/{key}/").url
    assert "Choose your password" in opened.get(form).content.decode()
    change = proposed(person, now=now)
    # Signed in while the act waited for a lock, by the address of before: over as well.
    before = timezone.now() - timedelta(seconds=9)
    actions.confirm_address(change, phoned=True, by=an_iw_member(), now=before)
    person.refresh_from_db()
    assert not links.check_token(person, key)
    typed = {"password1": "a passphrase of another", "password2": "a passphrase of another"}
    assert "This link cannot be used" in opened.post(form, typed).content.decode()
    page = signed_in.get("/your-account/", follow=True)
    assert "because your account was changed: its email address" in main(page)
    assert entries("signed_out")[-1][2] == {"how": "account"}
    User.objects.filter(pk=person.pk).update(sessions_from=timezone.now() - timedelta(seconds=2))
    again = Client()
    for login in (OLD, NEW):
        answer = again.post("/sign-in/", {"login": login, "password": PASSWORD})
        assert "The email address or the password is not right" in main(answer)
    # By the invitation, also from the browser of before.
    signed_in.force_login(User.objects.get(pk=person.pk))
    key = links.make_token(User.objects.get(pk=person.pk))
    form = signed_in.get(f"/new-password/{user_pk_to_url_str(person)}/{key}/").url
    signed_in.post(form, typed)
    signed_in.post("/sign-in/", {"login": NEW, "password": typed["password1"]})
    assert signed_in.get("/your-account/").status_code == 200


def test_who_is_signing_in_or_choosing_a_password_meanwhile_is_out_as_well():
    person = a_practitioner(email=OLD)
    as_they_were = User.objects.get(pk=person.pk)  # whose password was found right a moment ago
    now = timezone.now() - timedelta(minutes=1)
    actions.confirm_address(proposed(person, now=now), phoned=True, by=an_iw_member(), now=now)
    straddling = Client()
    straddling.force_login(as_they_were)
    assert not is_signed_in(straddling)
    with pytest.raises(WrongState, match="password_changed"):
        ClosedDoor().set_password(as_they_were, "a passphrase of another")
    as_they_were = User(pk=person.pk, password=make_password(PASSWORD, salt="short"))
    assert as_they_were.check_password(PASSWORD)  # kept in an older way: would be kept anew
    person.refresh_from_db()
    assert not person.has_usable_password()


def test_what_was_queued_goes_to_todays_address():
    member, second = an_iw_member(), an_iw_member()
    new = directory.add_practitioner(name="N", email=OLD, service=a_service(), by=member, now=NOW)
    change = proposed(new, by=second)
    actions.confirm_address(change, phoned=True, by=member, now=NOW)
    delivery.deliver(NOW)
    mailed = {(one.to[0], "/new-password/" in one.body) for one in outbox.outbox}
    assert mailed == {(NEW, True), (NEW, False), (OLD, False)}


def test_for_three_working_days_it_lets_go_of_nothing():
    person = a_practitioner()
    thursday = datetime(2026, 4, 2, 9, tzinfo=UTC)  # Easter lies between
    change = proposed(person, now=thursday)
    assert not was_readdressed(person, thursday)
    actions.confirm_address(change, phoned=True, by=an_iw_member(), now=thursday)
    end = datetime(2026, 4, 9, 23, tzinfo=UTC)  # midnight in London
    moments = (thursday, end - timedelta(seconds=1), end)
    assert [was_readdressed(person, moment) for moment in moments] == [True, True, False]


def test_for_a_day_the_account_is_no_second_person():
    member, administrator, lead = an_iw_member(), an_administrator(), an_iw_member(lead=True)
    change = proposed(member, by=administrator)
    actions.confirm_address(change, phoned=True, by=lead, now=NOW)
    member.refresh_from_db()
    day = timedelta(hours=24)
    assert [may_be_second_person(member, NOW + one) for one in (day / 2, day)] == [False, True]
    # What they did as the second meanwhile is known also once a later day has moved that one.
    User.objects.filter(pk=member.pk).update(second_person_from=NOW + 9 * day)
    for at, newly in ((NOW + day / 2, True), (NOW + 2 * day, False)):
        done = proposed(a_practitioner(), address=f"x{at:%d}@council.example")
        other = AddressChange.objects.filter(pk=done.pk)
        other.update(confirmed_by=member, confirmed_at=at)
        assert other.filter(newly_granted("confirmed_by", "confirmed_at")).exists() is newly


def test_who_proposed_has_handled_the_account():
    first, second = an_iw_member(), an_iw_member()
    person = directory.add_practitioner(
        name="N", email=OLD, service=a_service(), by=an_iw_member(), now=NOW
    )
    actions.confirm_address(proposed(person, by=first), phoned=True, by=second, now=NOW)
    later = NOW + timedelta(days=1)
    assert not directory_policies.may_vouch(first, person, later)
    assert directory_policies.may_vouch(second, person, later)


def test_the_pages_from_the_directory_to_the_confirmation():
    person, second = a_practitioner(name="Ann Example", email=OLD), an_iw_member()
    first = as_(an_iw_member())
    page = reverse("person", args=[person.uid])
    ask = reverse("person_address", args=[person.uid])
    assert ask in first.get(page).content.decode()
    for typed, words in (
        (OLD, "This is the email address they have"),
        (second.email, "There is an account with this email address already"),
        ("x+y@council.example", "must not have a"),
        ("no address", "Enter an email address in the right format"),
    ):
        assert words in main(first.post(ask, {"address": typed}))
    answer = first.post(ask, {"address": NEW.upper()})
    change = AddressChange.objects.get()
    of_it = reverse("address_change", args=[change.reference])
    assert answer["Location"] == of_it
    assert "It is not yours to confirm" in main(first.get(of_it))
    assert of_it in first.get(page).content.decode()
    other = as_(second)
    assert "Email addresses to confirm" in main(other.get("/"))
    assert NEW in main(other.get(f"{reverse('addresses')}?whose=mine"))
    assert NEW not in main(first.get(f"{reverse('addresses')}?whose=mine"))
    assert "Tick once you phoned them" in main(other.post(of_it, {}))
    assert "The address is changed." in main(other.post(of_it, {"phoned": "on"}, follow=True))
    assert "Email address changed" in main(other.get(page))
    assert other.post(of_it, {"phoned": "on"}).status_code == 409
    # An administrator reads nothing of a practitioner's change.
    administrator = as_(an_administrator())
    assert administrator.get(of_it).status_code == 404
    assert administrator.get(ask).status_code == 403


def test_of_no_change_there_is_nobody_to_hear():
    assert policies.who_hear_of_address("IW-7KQ4-M2XD", NOW) is None
