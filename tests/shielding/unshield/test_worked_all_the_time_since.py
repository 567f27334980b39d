"""A first step counts only while whoever took it has worked in their role without a break since.

What fell away is taken anew: also once the account is let in again, or has its old role back.
"""

import pytest

from shielding.accounts import role_grants, second_person, suspending
from shielding.accounts.models import User
from shielding.holds import letting_go
from shielding.models import Hold
from shielding.records.letting_go_to_attest import owed_for
from shielding.roles import Role
from shielding.unshield import actions as unshield
from shielding.unshield import other_ends
from shielding.web.refusals import Refused, WrongState
from tests.requests_app.support.desk import at_desk, main
from tests.shielding.unshield.support.pages import page_of
from tests.support import first_steps, hand_overs
from tests.support.first_steps import CONFIRMED, TAKEN, stopped_and_let_in
from tests.support.people import (
    a_practitioner,
    a_service,
    an_administrator,
    an_auditor,
    an_iw_member,
    moved_on,
)
from tests.support.shielded_records import DAY, GONE, agreed_holds, being_unshielded

pytestmark = pytest.mark.django_db
FALLEN = {
    first_steps.an_unshield: "second_person",
    first_steps.an_end: "second_person",
    first_steps.a_hand_over: "hand_over_void",
    first_steps.not_agreed: "proposal_fell_away",
}


@pytest.mark.parametrize("step", FALLEN, ids=lambda one: one.__name__)
def test_the_step_of_somebody_suspended_since_counts_no_more_once_they_are_let_in_again(step):
    first, second = an_iw_member(), an_iw_member()
    confirm = step(first)
    stopped_and_let_in(first)
    with pytest.raises(Refused, match=FALLEN[step]):
        confirm(second)
    again = step(an_iw_member())
    again(second)


def test_so_does_a_role_that_they_proposed():
    first, lead = an_administrator(), an_iw_member(lead=True)
    given = {"role": Role.ADMINISTRATOR, "is_lead": False}
    grant = role_grants.propose_role(an_auditor(), **given, by=first, now=TAKEN)
    stopped_and_let_in(first)
    with pytest.raises(WrongState, match="proposer_gone"):
        role_grants.confirm_role(grant, by=lead, now=CONFIRMED)
    page = main(at_desk(lead).get("/people/roles/"))
    assert "has stopped being an administrator since (for good or for a time)" in page


def test_so_does_an_unshield_begun_by_who_had_another_role_in_between():
    first, second = an_iw_member(), an_iw_member()
    confirm = first_steps.an_unshield(first)
    an_auditor()  # one remains
    moved_on(first, Role.AUDITOR)
    moved_on(User.objects.get(pk=first.pk), Role.IW)
    with pytest.raises(Refused, match="second_person"):
        confirm(second)


def test_a_suspension_before_the_step_takes_nothing_from_it():
    first, second = an_iw_member(), an_iw_member()
    stopped_and_let_in(first)
    record = being_unshielded(first, now=CONFIRMED)
    unshield.confirm_unshield(record, by=second, now=CONFIRMED + 2 * DAY)


def test_a_step_that_nobody_took_counts_for_nothing():
    member = an_iw_member()
    assert second_person.still_counts(member.pk, Role.IW, since=TAKEN)
    assert not second_person.still_counts(None, Role.IW, since=TAKEN)
    assert not second_person.still_counts(member.pk, Role.IW, since=None)


def test_so_does_a_call_that_a_member_attested():
    one, other, (hold,) = an_iw_member(), an_iw_member(), agreed_holds()
    User.objects.filter(pk=hold.source_id).update(is_active=False)
    letting_go.withdraw(hold, parting=GONE, by=one, now=TAKEN)
    letting_go.attest_word(hold, phoned=True, by=other, now=TAKEN)
    assert owed_for(hold) == ""
    stopped_and_let_in(other)
    assert owed_for(Hold.objects.get(pk=hold.pk)) == "without_account"


def test_the_pages_say_that_it_is_taken_anew():
    first, (hold,), reader = an_iw_member(), agreed_holds(), at_desk(an_iw_member())
    begun = being_unshielded(first)
    other_ends.propose_end(hold.record, code="archived", by=first, now=TAKEN)
    leaver = a_practitioner(service=a_service())
    to = a_practitioner(service=leaver.service)
    proposed = hand_overs.proposed(leaver, to=to, by=first, now=TAKEN)
    stopped_and_let_in(first)
    page = main(reader.get(page_of(begun)))
    assert "look at the record on ContactPoint, and stop this" in page
    assert "Confirm: it is unshielded" not in page
    page = main(reader.get(page_of(hold.record)))
    assert "take it back and propose it again" in page
    assert "Look at it and confirm" not in page
    page = main(reader.get(f"/people/hand-overs/{proposed.reference}/"))
    assert "since (for good or for a time), so it must be proposed again" in page
    assert "Confirm: hand over" not in page


def test_what_nobody_can_confirm_is_stopped_also_where_its_number_is_not_there():
    """Else it would be begun for ever: no end can be proposed of it."""
    first, second, gone = an_iw_member(), an_iw_member(), {"finding": "not_found"}
    record = being_unshielded(first, now=CONFIRMED)
    address, browser = f"/records/{record.reference}/unshield/stop/", at_desk(second)
    assert "Nothing was found under this number" in main(browser.post(address, gone, follow=True))
    record.refresh_from_db()
    assert record.state == "unshielding"
    suspending.suspend(first, by=an_administrator(), now=CONFIRMED + 2 * DAY)
    assert "it is stopped" in main(browser.post(address, gone, follow=True))
    record.refresh_from_db()
    assert (record.state, record.unshield_begun_by) == ("shielded", None)
    other_ends.propose_end(record, code="archived", by=second, now=CONFIRMED + 3 * DAY)
