"""A new account lets go of nothing before somebody other than its maker phoned the person."""

from datetime import timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.utils import timezone

from shielding.accounts import actions, suspending
from shielding.accounts.history import AccountChange, is_vouched_for, to_vouch_for
from shielding.accounts.models import User
from shielding.holds import letting_go
from shielding.models import Consultation, Hold, Record
from shielding.records.letting_go_to_attest import owed_for
from shielding.reviews import actions as reviews
from shielding.unshield import actions as unshield
from shielding.web.refusals import NotAllowed, WrongState
from tests.requests_app.support.desk import at_desk, main
from tests.requests_app.support.posts import address
from tests.support.entries import entries
from tests.support.people import a_practitioner, a_service, an_administrator, an_iw_member
from tests.support.requests import NOW, a_request
from tests.support.shielded_records import DAY, GONE, agreed_holds, let_go

pytestmark = pytest.mark.django_db
ALL = import_module("shielding.accounts.migrations.0009_vouched_for_by_a_call").vouch_for_all


@pytest.fixture
def maker() -> User:
    return an_iw_member(name="Mal Maker")


@pytest.fixture
def new(maker) -> User:
    return actions.add_practitioner(
        name="New Comer", email="new@council.example", service=a_service(), by=maker, now=NOW
    )


def vouch(person: User, by: User, *, phoned: bool = True) -> None:
    actions.vouch(person, phoned=phoned, by=by, now=NOW)


def test_a_new_account_lets_go_of_nothing_until_somebody_else_phoned(new):
    (hold,) = agreed_holds(new)
    with pytest.raises(WrongState, match="not_vouched_for"):
        let_go(hold)
    vouch(new, an_iw_member())
    assert not let_go(hold).is_standing
    assert entries("person_vouched")[0][2] == {"person": str(new.uid)}


def test_no_longer_needed_is_kept_and_the_hold_stands(new):
    (hold,) = agreed_holds(new)
    then = NOW + 170 * DAY
    reviews.open_reviews_of(hold.record, now=then)
    said = letting_go.answer(
        hold,
        answer="no_longer_needed",
        views="yes",
        sought_by="source",
        parting=GONE,
        by=new,
        now=then,
    )
    assert said.is_standing
    assert Consultation.objects.exclude(review__kind="request").get().answer == "no_longer_needed"
    vouch(new, an_iw_member())
    assert not let_go(Hold.objects.get(), now=then).is_standing


def test_not_by_the_maker_nor_who_let_it_be_used_again_nor_newly_granted_nor_twice(new, maker):
    again, other = an_administrator(), an_iw_member()
    by_team = an_iw_member()
    suspending.suspend(new, by=again, now=NOW)
    suspending.reactivate(new, by=by_team, now=NOW)
    young = an_iw_member(second_person_from=NOW + DAY)
    for nobody in (maker, by_team, young, again, a_practitioner()):
        with pytest.raises(NotAllowed):
            vouch(new, nobody)
    with pytest.raises(WrongState, match="not_phoned"):
        vouch(new, other, phoned=False)
    vouch(new, other)
    with pytest.raises(WrongState, match="vouched"):
        vouch(new, an_iw_member())


def test_its_maker_cannot_speak_for_it_alone_either(new, maker):
    (hold,) = agreed_holds(new)
    let_go(hold, by=maker)
    assert owed_for(Hold.objects.get())


def test_who_vouched_may_take_unshield_steps(new):
    (hold,) = agreed_holds(new, now=NOW + timedelta(hours=1))
    other, second = an_iw_member(), an_iw_member()
    vouch(new, other)
    record = let_go(hold, now=NOW + DAY).record
    unshield.begin_unshield(record, by=other, now=NOW + 2 * DAY)
    unshield.confirm_unshield(Record.objects.get(), by=second, now=NOW + 2 * DAY)
    assert Record.objects.get().state == "not_shielded"


def test_accounts_before_the_rule_count_as_vouched_for(new, maker):
    assert list(to_vouch_for()) == [new]
    ALL(apps, None)
    assert is_vouched_for(new)
    assert not to_vouch_for().exists()
    assert AccountChange.objects.get(change="vouched").by is None


def test_the_page_and_the_list_lead_to_it(new, maker):
    assert "New accounts to phone" in main(at_desk(maker).get("/"))
    assert new.name in main(at_desk(maker).get("/people/to-phone/"))
    page, form = f"/people/{new.uid}/", f"/people/{new.uid}/phone/"
    assert "I phoned them" not in main(at_desk(maker).get(page))
    assert at_desk(maker).get(form).url == page
    other = at_desk(an_iw_member())
    assert "I phoned them" in main(other.get(page))
    assert "Tick once you phoned them" in main(other.post(form, {}))
    assert "may withdraw requests now" in main(other.post(form, {"phoned": "on"}, follow=True))
    assert "This account is new" not in main(other.get(page))


def test_the_person_reads_why_their_request_stands(new, client):
    request = a_request(new, now=timezone.now())
    client.force_login(new)
    left = {"own_systems_unshielded": "on", "family": "told"}
    answer = client.post(address(request, "withdraw"), left)
    assert answer.status_code == 409
    assert "Your account is new" in main(answer)
    assert Hold.objects.get().is_standing
