"""Who proposed or confirmed an import is gone: another takes that step, and what is done stays."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from logbook.days import clock_now
from shielding.accounts import suspending
from shielding.accounts.bulk import actions, policies
from shielding.accounts.bulk.models import FileImport, ImportedRow
from shielding.accounts.history import AccountChange
from shielding.accounts.models import Service, User
from shielding.web.refusals import NotAllowed, WrongState
from tests.concurrency.support.crowd import a_crowd
from tests.requests_app.support.desk import at_desk, main
from tests.shielding.accounts.bulk.support.files import a_file, at, proposed, rows_of, upload
from tests.support.entries import entries
from tests.support.failures import fail_at_every_statement
from tests.support.people import a_practitioner, a_service, an_administrator, an_iw_member
from tests.support.replay import replay
from tests.support.requests import NOW

pytestmark = pytest.mark.django_db
HALF = timedelta(minutes=30)
STAFF = "Staff,staff@council.example,St Invented’s,,"


@pytest.fixture
def school() -> Service:
    return a_service("St Invented’s")


def test_home_has_an_import_for_whoever_its_page_has_it_for(school):
    """Also one that was stopped: an hour later, or once who confirmed or who proposed has gone."""
    one, two, three, four = team = [an_iw_member() for _ in range(4)]
    content = a_file(STAFF)
    found = proposed(content, one)
    administrator = an_administrator()

    def whose(now) -> list[User]:
        found.refresh_from_db()
        at_home = [
            who
            for who in team
            if FileImport.objects.visible_to(who).open().filter(policies.to_upload_by(who, now))
        ]
        page = [who for who in team if policies.may_upload(who, found, now)]
        assert at_home == page or not page  # nobody's: everybody takes it back
        return at_home

    def gone(who: User, minutes: int) -> None:
        suspending.suspend(who, by=administrator, now=NOW + timedelta(minutes=minutes))
        who.refresh_from_db()

    assert whose(NOW) == [two, three, four]
    actions.confirm(found, content, by=two, now=NOW)
    assert whose(NOW) == [two]
    assert whose(NOW + policies.GOES_ON) == [two, three, four]
    # Whoever proposed it leaves: who confirmed it cannot go on, another takes the proposal's place.
    gone(one, 5)
    assert whose(NOW + policies.GOES_ON) == [three, four]
    AccountChange.objects.create(person=three, change="renamed", by=two, at=NOW)
    four.second_person_from = NOW + HALF
    four.save()
    assert whose(NOW + HALF) == [four]
    found.refresh_from_db()
    found = actions.propose_anew(found, content, by=four, now=NOW + HALF)
    assert whose(NOW + HALF) == [two]
    assert whose(NOW + policies.GOES_ON) == [two, three]
    # Who confirmed it leaves as well, and then who took the proposal's place.
    gone(two, 35)
    assert whose(NOW + 2 * HALF) == [three]
    gone(four, 36)
    # Three counts as one with who confirmed it: nobody may, so it is everybody's to take back.
    assert not policies.may_upload(three, found, NOW + 2 * HALF)
    assert three in whose(NOW + 2 * HALF)
    page = main(at(three).get(reverse("people_import_one", args=[found.reference])))
    assert "Nobody may take the proposal’s place at the moment" in page


def test_of_one_that_nobody_confirmed_nothing_is_done_so_it_is_proposed_again(school):
    one, two, young = an_iw_member(), an_iw_member(), an_iw_member()
    found = proposed(a_file(STAFF), one)
    suspending.suspend(one, by=an_administrator(), now=NOW)
    young.second_person_from = NOW + HALF
    for who in (two, young):
        assert FileImport.objects.filter(policies.to_upload_by(who, NOW)).exists()
    assert not policies.may_upload(two, found, NOW)
    with pytest.raises(NotAllowed):
        actions.propose_anew(found, a_file(STAFF), by=two, now=NOW)
    page = main(at_desk(two).get(reverse("people_import_one", args=[found.reference])))
    assert policies.PROPOSED_AGAIN in page
    assert [words for words in ("Nobody may confirm", "confirmed it") if words in page] == []


def test_another_takes_the_proposals_place_and_no_person_is_added_twice(school):
    now = clock_now()
    one, two, three = an_iw_member(), an_iw_member(), an_iw_member(name="Tri Three")
    content = a_file(STAFF, "Head,head@council.example,St Invented’s,,01632 960001")
    found = actions.confirm(proposed(content, one, now), content, by=two, now=now)
    key, (first, second) = found.key_of_rows, rows_of(found, content)
    assert actions.add_person(found, first, by=two, now=now)
    with pytest.raises(NotAllowed):
        actions.propose_anew(found, content, by=three, now=now)
    suspending.suspend(one, by=an_administrator(), now=now)
    with pytest.raises(actions.Halted):
        actions.add_person(found, second, by=two, now=now)
    page = reverse("people_import_one", args=[found.reference])
    for who, said in (
        (two, "It is not yours to propose in their place: another member of the IW Team must."),
        (three, "I looked at this file, and propose it in the place of whoever proposed it"),
    ):
        assert said in main(at(who).get(page))
    assert "These may: Tri Three" in main(at(two).get(page))
    with pytest.raises(NotAllowed):
        actions.propose_anew(found, content, by=two, now=now)
    with pytest.raises(WrongState, match="another_file"):
        actions.propose_anew(found, content + b"\n", by=three, now=now)
    # What the page of another step asked is no answer to this one.
    assert "Tick to confirm it" in main(upload(three, content, found))
    assert "You propose this import now" in main(upload(three, content, found, stands_for="on"))
    # Whoever read it before it was another's proposal does nothing with what they read.
    with pytest.raises(WrongState, match="import_changed"):
        actions.propose_anew(found, content, by=an_iw_member(), now=now)
    with pytest.raises(actions.Halted, match="import_changed"):
        actions.add_person(found, second, by=two, now=now)
    page = main(upload(two, content, found))
    assert "Done. Rows done: 2. Left out: 0" in page
    assert "Proposed in their place" in page
    found.refresh_from_db()
    assert (found.proposed_by, found.proposed_anew_by, found.confirmed_by) == (one, three, two)
    assert (key, found.row_key) != (b"", key)
    assert [facts["before"] for _, _, facts in entries("import_proposed_anew")] == [str(one.uid)]
    # What the file says is still the first one's: the accounts and the number in it.
    made = AccountChange.objects.filter(person__name__in=["Staff", "Head"])
    assert {(change.change, change.by) for change in made} == {("made", one), ("phone_set", one)}
    assert replay()[0] == []
    with pytest.raises(WrongState, match="import_over"):
        actions.propose_anew(found, content, by=three, now=now)
    with pytest.raises(IntegrityError), transaction.atomic():
        FileImport.objects.update(proposed_anew_by=an_iw_member(), proposed_anew_at=now)
    # Without anybody's step there is none in its place, and nobody takes both.
    other = proposed(content + b"\n", three)
    with pytest.raises(IntegrityError), transaction.atomic():
        FileImport.objects.filter(pk=other.pk).update(
            proposed_anew_by=two, proposed_anew_at=now, confirmed_by=two, confirmed_at=now
        )


def test_who_takes_a_step_anew_is_shown_what_is_wrong_and_names_alike_and_ticks(school):
    one, two, three, four = (an_iw_member() for _ in range(4))
    content = a_file(
        STAFF, "Head,head@council.example,St Invented’s,,", "Sam,s@council.example,St Invented’s,,"
    )
    long_ago = clock_now() - 2 * policies.GOES_ON
    found = actions.confirm(proposed(content, one, long_ago), content, by=two, now=long_ago)
    a_practitioner(email="head@council.example", name="Somebody Else")
    alike = a_practitioner(name="STAFF")

    def refused(who: User, **ticks: str) -> dict[str, str]:
        """Return what has to be ticked for what the page shows."""
        answer = upload(who, content, found, **ticks)
        page = main(answer)
        assert "Line 3: There is an account with this email address already" in page
        assert f"Line 2: STAFF, {alike.service.name}, {alike.email}" in page
        assert "Look at what is wrong, tick the box" in page
        assert "Look at the similar names, tick the box" in page
        assert not ImportedRow.objects.exists()
        shown = answer.context["form"].fields
        return {name: shown[name].widget.attrs["value"] for name in ("wrong", "others")}

    ticks = refused(three)
    refused(three, wrong="on", others="on")
    assert "Look at what is wrong" in main(upload(three, content, found, others=ticks["others"]))
    assert "Look at the similar" in main(upload(three, content, found, wrong=ticks["wrong"]))
    found.refresh_from_db()
    assert found.confirmed_by == two
    # So is who takes the place of who proposed it.
    suspending.suspend(one, by=an_administrator(), now=clock_now())
    refused(four, stands_for="on")
    upload(four, content, found, stands_for="on", **ticks)
    found.refresh_from_db()
    assert (found.proposed_anew_by, found.confirmed_by) == (four, two)
    page = main(upload(three, content, found, **ticks))
    assert "Begun. Rows done: 2 of 3" in page
    # Once it is theirs they go on, and end it.
    page = main(upload(three, content, found, ends="on"))
    assert "Done. Rows done: 2. Left out: 1" in page
    assert replay()[0] == []


@pytest.mark.django_db(transaction=True)
def test_two_at_once_take_the_place_once_and_a_failure_leaves_everything_as_it_was():
    a_service("St Invented’s")
    one, two, three, four = (an_iw_member() for _ in range(4))
    content = a_file(STAFF)
    found = actions.confirm(proposed(content, one), content, by=two, now=NOW)
    suspending.suspend(one, by=an_administrator(), now=NOW)
    with a_crowd(2) as crowd:
        came = crowd.at_once(
            lambda: actions.propose_anew(found, content, by=three, now=NOW),
            lambda: actions.propose_anew(found, content, by=four, now=NOW),
        )
    assert sorted(type(each).__name__ for each in came) == ["FileImport", "WrongState"]
    (again,) = FileImport.objects.all()
    suspending.suspend(again.proposed_anew_by, by=an_administrator(), now=NOW + HALF)
    other = next(who for who in (three, four) if who != again.proposed_anew_by)
    fail_at_every_statement(lambda: actions.propose_anew(again, content, by=other, now=NOW + HALF))
