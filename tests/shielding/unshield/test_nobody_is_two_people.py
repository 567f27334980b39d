"""Whoever could be the source takes neither step of the unshield: not by the act, not by the page.

One member alone could make an account, have a leaver's hold handed to it and let go as it; a second
would then confirm in good faith.
"""

from datetime import timedelta

import pytest
from django.urls import reverse

from requests_app.desk import actions as desk
from shielding.accounts import actions as directory
from shielding.accounts import suspending
from shielding.accounts.models import User
from shielding.holds import policies as holds_policies
from shielding.holds.disputes import policies as disputes
from shielding.holds.hand_over import policies as hand_over_policies
from shielding.holds.hand_over.models import HandedOverHold
from shielding.holds.moves import actions as moves
from shielding.models import HandOver, Hold, Record
from shielding.notices.models import Notice
from shielding.records import states
from shielding.reviews.reminders import raise_reminders
from shielding.unshield import actions, attestations, policies
from shielding.unshield.policies import COULD_BE_THE_SOURCE, TWO_LACKING
from shielding.web.refusals import NotAllowed, WrongState
from tests.requests_app.support.desk import at_desk, main
from tests.support import hand_overs
from tests.support.people import a_practitioner, a_service, an_administrator, an_iw_member
from tests.support.requests import NOW, a_request
from tests.support.shielded_records import DAY, agreed_holds, let_go

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def team() -> list[User]:
    """Four members, so that two remain when one or two of them are barred."""
    return [an_iw_member(name=f"Member {name}") for name in "ABCD"]


def forged(maker: User, *, proposer: User, confirmer: User) -> Record:
    """Return a record whose hold went to an account that one member made, and was let go by it."""
    leaver = a_practitioner(service=a_service())
    (hold,) = agreed_holds(leaver)
    User.objects.exclude(pk__in=[maker.pk, proposer.pk, confirmer.pk]).iw_team().filter(
        name__startswith="Person"
    ).update(is_active=False)
    made = directory.add_practitioner(
        name="New Comer",
        email="new@council.example",
        service=leaver.service,
        by=maker,
        now=NOW + HOUR,
    )
    hand_overs.hand_over(leaver, to=made, proposed_by=proposer, by=confirmer, now=NOW + 2 * HOUR)
    directory.vouch(made, phoned=True, by=confirmer, now=NOW + 3 * HOUR)
    let_go(Hold.objects.get(pk=hold.pk), now=NOW + 3 * HOUR)
    return Record.objects.get(pk=hold.record_id)


def begin(record: Record, by: User) -> Record:
    return actions.begin_unshield(record, by=by, now=NOW + DAY)


def confirm(record: Record, by: User) -> Record:
    return actions.confirm_unshield(record, by=by, now=NOW + DAY)


def test_who_made_the_account_and_who_proposed_take_neither_step(team):
    maker, proposer, confirmer, other = team
    record = forged(maker, proposer=proposer, confirmer=confirmer)
    for barred in (maker, proposer):
        with pytest.raises(WrongState, match="could_be_the_source"):
            begin(record, barred)
    record = begin(record, other)
    for barred in (maker, proposer):
        with pytest.raises(NotAllowed, match="second_person"):
            confirm(record, barred)
    assert confirm(record, confirmer).state == states.NOT_SHIELDED


def test_an_ordinary_leaver_does_not_stop_a_team_of_three(team):
    maker, confirmer, third, _ = team
    record = forged(maker, proposer=maker, confirmer=confirmer)
    assert confirm(begin(record, third), confirmer).state == states.NOT_SHIELDED


def test_who_let_the_account_be_used_again_takes_neither_step(team):
    one, other, third, fourth = team
    source = a_practitioner()
    # More than three days before they let go, which would need a call besides.
    (hold,) = agreed_holds(source, now=NOW - 5 * DAY)
    suspending.suspend(source, by=one, now=NOW - 4 * DAY)
    suspending.reactivate(source, by=other, now=NOW - 4 * DAY + HOUR)
    record = let_go(hold).record
    assert policies.could_be_the_source(record) == {other.pk}
    with pytest.raises(WrongState, match="could_be_the_source"):
        begin(record, other)
    assert confirm(begin(record, third), fourth).state == states.NOT_SHIELDED


def test_who_changed_the_name_of_the_account_that_let_go_takes_neither_step(team):
    (hold,) = agreed_holds()
    directory.rename(hold.source, "Another Name", by=team[0], now=NOW + HOUR)
    record = let_go(hold, now=NOW + HOUR).record
    with pytest.raises(WrongState, match="could_be_the_source"):
        begin(record, team[0])
    with pytest.raises(NotAllowed, match="second_person"):
        confirm(begin(record, team[1]), team[0])


def test_who_moved_the_leaver_with_their_hold_counts_as_one_who_proposed(team):
    """They chose alone among whom the colleague is found; the two after act in good faith."""
    mover, proposer, confirmer, other = team
    leaver, to = a_practitioner(), a_service()
    (hold,) = agreed_holds(leaver, now=NOW - DAY)
    User.objects.iw_team().exclude(pk__in=[one.pk for one in team]).update(is_active=False)
    given = {"to": to, "manager": None, "seen": [hold.reference], "by": mover}
    moves.move_person(leaver, how="along", now=NOW, **given)
    waiting = hand_overs.proposed(leaver, to=a_practitioner(service=to), by=proposer, now=NOW + DAY)
    after = NOW + DAY + HOUR
    assert hand_over_policies.confirmers(waiting, after) == [confirmer, other]
    with pytest.raises(NotAllowed, match="second_person"):
        hand_overs.confirmed(waiting, by=mover, now=after)
    page = reverse("hand_over", args=[waiting.reference])
    assert "Moved here with them" in main(at_desk(other).get(page))
    theirs = [
        HandOver.objects.filter(hand_over_policies.to_confirm_by(one, after)).exists()
        for one in team
    ]
    assert theirs == [False, False, True, True]
    hand_overs.confirmed(waiting, by=confirmer, now=after)
    HandOver.objects.update(disputed_at=after, disputed_by=leaver)
    assert disputes.settlers(HandOver.objects.get(), after) == [other]
    HandOver.objects.update(disputed_at=None, disputed_by=None)
    record = let_go(Hold.objects.get(), now=after).record
    assert policies.could_be_the_source(record) == {mover.pk, proposer.pk}
    for one in team:
        asked = holds_policies.could_be_the_source_of(one.pk, "pk", "episode")
        assert Record.objects.filter(asked).exists() is (one in (mover, proposer))
    record = actions.begin_unshield(record, by=other, now=NOW + 5 * DAY)
    with pytest.raises(NotAllowed, match="second_person"):
        actions.confirm_unshield(record, by=mover, now=NOW + 5 * DAY)
    # Not after 28 days, nor where they had nothing then.
    free = a_practitioner()
    moves.move_person(free, how="nothing", now=NOW, **given | {"seen": []})
    agreed_holds(free, now=NOW + HOUR)
    for person, days, who in ((leaver, 27, {mover.pk}), (leaver, 28, set()), (free, 1, set())):
        later = HandOver(person=person, proposed_at=NOW + days * DAY)
        assert hand_over_policies.who_moved_along(later) == who


def test_what_was_done_before_the_hold_was_placed_bars_nobody(team):
    made = directory.add_practitioner(
        name="Old Hand",
        email="old@council.example",
        service=a_service(),
        by=team[0],
        now=NOW - DAY,
    )
    directory.vouch(made, phoned=True, by=team[1], now=NOW)
    (hold,) = agreed_holds(made)
    assert policies.could_be_the_source(let_go(hold).record) == set()


def test_who_could_be_whom_a_colleague_phoned_is_barred_as_well(team):
    source = a_practitioner()
    (hold,) = agreed_holds(source)
    suspending.suspend(source, by=team[0], now=NOW + HOUR)
    suspending.reactivate(source, by=team[1], now=NOW + 2 * HOUR)
    record = let_go(hold, by=team[2], now=NOW + 3 * HOUR).record
    assert policies.could_be_the_source(record) == {team[1].pk}


def never(record: Record, by: User) -> Record:
    return attestations.attest_never_applied(record, by=by, now=NOW + HOUR)


def test_who_recorded_that_they_let_go_does_not_attest_that_it_was_never_applied(team):
    record = let_go(a_request().hold, by=team[0], now=NOW + HOUR).record
    with pytest.raises(NotAllowed, match="second_person"):
        never(record, team[0])
    address = f"/records/{record.reference}/"
    assert "Look, and say whether it was ever shielded" not in main(at_desk(team[0]).get(address))
    assert "Look, and say whether it was ever shielded" in main(at_desk(team[1]).get(address))
    assert never(record, team[1]).state == states.NOT_SHIELDED


def test_nor_does_who_could_be_the_source(team):
    source = a_practitioner()
    request = a_request(source, now=NOW - 5 * DAY)
    suspending.suspend(source, by=team[0], now=NOW - 4 * DAY)
    suspending.reactivate(source, by=team[1], now=NOW - 4 * DAY)
    record = let_go(request.hold).record
    with pytest.raises(NotAllowed, match="second_person"):
        never(record, team[1])
    assert never(record, team[2]).state == states.NOT_SHIELDED


def test_who_confirmed_not_agreed_may_attest_it_for_that_took_two(team):
    request = a_request()
    request = desk.propose_not_agreed(
        request, reason="well_known", seen=request.changed_at, by=team[2], now=NOW
    )
    desk.confirm_not_agreed(
        request, no_duplicate=True, seen=request.changed_at, by=team[3], now=NOW
    )
    assert never(request.record, team[3]).state == states.NOT_SHIELDED


def test_two_who_did_not_agree_need_no_word_of_the_account(team):
    request = a_request()
    suspending.suspend(request.practitioner, by=team[0], now=NOW)
    suspending.reactivate(request.practitioner, by=team[1], now=NOW + HOUR)
    request = desk.propose_not_agreed(
        request, reason="well_known", seen=request.changed_at, by=team[2], now=NOW + HOUR
    )
    desk.confirm_not_agreed(
        request, no_duplicate=True, seen=request.changed_at, by=team[3], now=NOW + HOUR
    )
    assert policies.could_be_the_source(request.record) == set()


def test_who_did_it_alone_before_it_took_two_is_barred_as_well(team):
    (hold,) = agreed_holds()
    HandedOverHold.objects.create(hold=hold, proposed_by=team[0], at=NOW)
    record = let_go(hold).record
    with pytest.raises(WrongState, match="could_be_the_source"):
        begin(record, team[0])


def test_another_episode_starts_anew(team):
    record = forged(team[0], proposer=team[0], confirmer=team[1])
    confirm(begin(record, team[2]), team[1])
    (again,) = agreed_holds(number=record.number_in_clear(), now=NOW + DAY)
    record = let_go(again, now=NOW + DAY).record
    assert policies.could_be_the_source(record) == set()


def test_an_unshield_begun_by_one_who_then_could_be_the_source_is_confirmed_by_nobody(team):
    source = a_practitioner()
    (hold,) = agreed_holds(source)
    record = begin(let_go(hold).record, team[0])
    suspending.suspend(source, by=team[1], now=NOW + DAY)
    suspending.reactivate(source, by=team[0], now=NOW + DAY)
    with pytest.raises(NotAllowed, match="second_person"):
        confirm(record, team[2])
    page = main(at_desk(team[2]).get(f"/records/{record.reference}/"))
    assert "nobody can confirm: stop it, and let others unshield the record" in page


def test_the_page_says_why_it_is_not_theirs_and_shows_no_button(team):
    record = forged(team[0], proposer=team[1], confirmer=team[2])
    for barred in team[:2]:
        page = main(at_desk(barred).get(f"/records/{record.reference}/"))
        assert COULD_BE_THE_SOURCE in page
        assert "Begin the final unshield" not in page
    assert "Begin the final unshield" in main(at_desk(team[2]).get(f"/records/{record.reference}/"))


def test_where_fewer_than_two_remain_the_page_says_the_way_out_and_the_lead_is_told(team):
    maker, proposer, confirmer, gone = team
    record = forged(maker, proposer=proposer, confirmer=confirmer)
    User.objects.filter(pk=gone.pk).update(is_active=False)
    User.objects.iw_team().exclude(pk__in=[one.pk for one in team]).update(is_active=False)
    lead = an_iw_member(lead=True, second_person_from=NOW + 2 * DAY)
    User.objects.filter(pk=lead.pk).update(is_active=False)
    with pytest.raises(WrongState, match="two_lacking"):
        begin(record, confirmer)
    assert TWO_LACKING in main(at_desk(confirmer).get(f"/records/{record.reference}/"))
    for _ in range(2):
        raise_reminders(NOW + DAY)
    told = Notice.objects.filter(kind="unshield_lacks_members", subject=record.reference)
    assert set(told.values_list("recipient", flat=True)) == {
        one.pk for one in User.objects.working().iw_team().leads_or_else_all()
    }
    # A newly granted member may begin at once, and confirm a day later.
    User.objects.filter(pk=lead.pk).update(is_active=True)
    assert not policies.two_are_lacking(record, NOW + DAY)
    assert begin(record, lead).state == states.UNSHIELDING


def test_who_attests_that_it_was_never_applied_is_read_anew(team):
    """Suspended while their act waited for the record."""
    record = let_go(a_request().hold, now=NOW + HOUR).record
    suspending.suspend(User.objects.get(pk=team[0].pk), by=an_administrator(), now=NOW + HOUR)
    with pytest.raises(NotAllowed):
        never(record, team[0])
    assert never(record, team[1]).state == states.NOT_SHIELDED
