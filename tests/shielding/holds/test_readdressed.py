"""For three working days after its email address was changed an account lets go of nothing."""

from datetime import timedelta

import pytest
from django.utils import timezone

from shielding.accounts.corrections import actions as corrections
from shielding.accounts.models import User
from shielding.holds import actions as holds
from shielding.holds import letting_go
from shielding.models import Consultation, Hold
from shielding.records import policies
from shielding.records.letting_go_to_attest import owed_for
from shielding.reviews import actions as reviews
from shielding.unshield.policies import words_owed
from shielding.web.refusals import WrongState
from tests.requests_app.support.desk import at_desk, main
from tests.requests_app.support.posts import address
from tests.support.people import an_iw_member
from tests.support.replay import replay
from tests.support.requests import a_request
from tests.support.shielded_records import DAY, GONE, agreed_holds, let_go

pytestmark = pytest.mark.django_db


def readdress(person: User, *, now) -> User:
    """Give somebody another address, by two members; return them as they are then."""
    new = f"x{person.email}"
    change = corrections.propose_address(person, new, by=an_iw_member(), now=now)
    corrections.confirm_address(change, phoned=True, by=an_iw_member(), now=now)
    return User.objects.get(pk=person.pk)


def test_it_withdraws_takes_back_and_says_nothing_until_they_are_over():
    now = timezone.now()
    hold, other = agreed_holds(now=now)[0], agreed_holds(now=now)[0]
    gone = let_go(agreed_holds(other.source, now=now)[0], now=now)
    Hold.objects.filter(pk=gone.pk).update(family="", family_at=None, family_by=None)
    gone.refresh_from_db()
    for one in (hold, other):
        person = readdress(one.source, now=now)
        acts = [
            lambda one=one, person=person: letting_go.withdraw(
                one, parting=GONE, by=person, now=now
            ),
            lambda one=one, person=person: letting_go.take_back(
                one, in_error=True, by=person, now=now
            ),
        ]
        for act in acts:
            with pytest.raises(WrongState) as refused:
                act()
            assert refused.value.code == "readdressed"
    with pytest.raises(WrongState, match="not_to_tell"):
        letting_go.say_family(gone, family="told", by=person, now=now)
    later = now + 12 * DAY  # whatever weekend or holidays lie between
    assert policies.may_say_family(person, gone, later)
    assert not letting_go.withdraw(hold, parting=GONE, by=hold.source, now=later).is_standing


def test_no_longer_needed_is_kept_and_the_hold_stands():
    now = timezone.now()
    (hold,) = agreed_holds(now=now - 170 * DAY)
    reviews.open_reviews_of(hold.record, now=now)
    person = readdress(hold.source, now=now)
    said = letting_go.answer(
        hold,
        answer="no_longer_needed",
        views="yes",
        sought_by="source",
        parting=GONE,
        by=person,
        now=now,
    )
    assert said.is_standing
    assert Consultation.objects.exclude(review__kind="request").get().answer == "no_longer_needed"
    assert replay()[0] == []


def test_its_word_by_phone_takes_two():
    now, member = timezone.now(), an_iw_member()
    (hold,) = agreed_holds(now=now)
    assert holds.could_let_go(hold, now)
    readdress(hold.source, now=now)
    assert not holds.could_let_go(hold, now)
    gone = letting_go.withdraw(hold, parting=GONE, by=member, now=now)
    assert (gone.word_to_attest, owed_for(gone)) == (True, "without_account")
    letting_go.attest_word(gone, phoned=True, by=an_iw_member(), now=now + timedelta(hours=1))
    assert holds.could_let_go(hold, now + 12 * DAY)


def test_their_page_says_why():
    now = timezone.now()
    request = a_request(now=now)
    # A session of the same half minute would be over as well.
    person = readdress(request.practitioner, now=now - timedelta(minutes=1))
    typed = {"own_systems_unshielded": "on", "family": "told"}
    page = at_desk(person).post(address(request, "withdraw"), typed)
    assert page.status_code == 409
    assert "The email address of your account was changed." in main(page)
    assert Hold.objects.get().is_standing


def test_what_was_let_go_about_then_waits_for_a_call():
    """Whoever read the old mailbox could choose a password, and withdraw before it was found."""
    now = timezone.now()
    early, late, old = (let_go(agreed_holds(now=now)[0], now=now) for _ in range(3))
    readdress(early.source, now=now + 2 * DAY)
    readdress(late.source, now=now + 27 * DAY)
    readdress(old.source, now=now + 29 * DAY)
    assert [owed_for(hold) for hold in (early, late, old)] == ["readdressed", "readdressed", ""]
    assert (
        "The email address of the account that withdrew was changed" in words_owed(early.record)[0]
    )
    letting_go.attest_word(early, phoned=True, by=an_iw_member(), now=now + 3 * DAY)
    assert (owed_for(early), words_owed(early.record)) == ("", [])
