"""A practitioner moves to another service, with what they have in hand or after a hand-over."""

import pytest
from django.core import mail as outbox
from django.urls import reverse
from django.utils import timezone

from brokerage.models import AccessRequest
from requests_app.desk import actions as desk
from requests_app.models import Request
from requests_app.practitioner import actions as practitioner
from shielding.accounts import actions as directory
from shielding.accounts import suspending
from shielding.accounts.history import AccountChange, PastManager
from shielding.accounts.models import Service, User
from shielding.holds.hand_over.actions import references_in_hand
from shielding.holds.moves import actions, policies
from shielding.models import Hold
from shielding.notices import delivery
from shielding.web.refusals import NotAllowed, Refused, WrongState
from tests.brokerage.support import cast as access
from tests.brokerage.support import todays_requests
from tests.requests_app.support.desk import main
from tests.shielding.accounts.support.people_pages import as_
from tests.support import hand_overs
from tests.support.entries import entries
from tests.support.people import (
    a_practitioner,
    a_service,
    an_administrator,
    an_auditor,
    an_iw_member,
)
from tests.support.replay import replay
from tests.support.requests import a_draft, a_request

pytestmark = pytest.mark.django_db


def a_mover(**fields) -> User:
    """Return a practitioner with a line manager who manages nobody else."""
    service = a_service()
    manager = a_practitioner(service=service)
    return a_practitioner(service=service, manager=manager, **fields)


def move(person: User, to: Service, *, by: User | None = None, how="along", **given) -> User:
    given = {"manager": None, "seen": references_in_hand(person), "now": timezone.now()} | given
    actions.move_person(person, to=to, how=how, by=by or an_iw_member(), **given)
    return User.objects.select_related("service").get(pk=person.pk)


def refused(code, act):
    with pytest.raises(Refused) as raised:
        act()
    assert raised.value.code == code


def test_they_move_with_what_they_have_and_keep_no_manager():
    person, to, by, now = a_mover(), a_service(), an_iw_member(), timezone.now()
    old, old_manager = person.service, person.line_manager
    sent = a_request(person, now=now)
    draft, wanted = a_draft(person, now=now), access.a_draft(person)
    moved = move(person, to, by=by)
    assert (moved.service, moved.line_manager) == (to, None)
    hold = Hold.objects.get()
    assert (hold.source, hold.service) == (person, old)
    sent.refresh_from_db()
    draft.refresh_from_db()
    wanted.refresh_from_db()
    assert (sent.service, draft.service, wanted.service) == (old, to, to)
    # What is sent from now on is of the new one.
    practitioner.submit(draft, by=moved, now=timezone.now())
    assert Hold.objects.latest("id").service == to
    facts = {"before": old.code, "after": to.code, "how": "along", "person": str(person.uid)}
    assert entries("person_moved") == [("person_moved", str(by.uid), facts)]
    assert AccountChange.objects.get(person=person).change == "moved"
    assert PastManager.objects.get(person=person).manager == old_manager
    assert replay()[0] == []
    User.objects.filter(pk=person.pk).update(service=old)
    assert [one.split()[0] for one in replay()[0]] == ["places"]


def test_they_and_both_line_managers_are_told_and_no_name_or_service_is():
    person, now = a_mover(), timezone.now()
    old_manager, to = person.line_manager, a_service("Somewhere Secret")
    manager = a_practitioner(service=to)
    move(person, to, manager=manager)
    delivery.deliver(timezone.now())
    assert {one.to[0] for one in outbox.outbox} == {
        person.email, old_manager.email, manager.email,
    }  # fmt: skip
    for mail in outbox.outbox:
        assert "moved an account to another service" in mail.body
        assert "Somewhere Secret" not in mail.body
        assert person.name not in mail.body
    assert now < timezone.now()


def test_what_is_considered_may_be_sent_again_for_the_new_service():
    person, member, to = a_mover(), an_iw_member(), a_service()
    asked = a_request(person, decision="considered", now=timezone.now())
    moved = move(person, to)
    asked.refresh_from_db()
    assert asked.service == to
    given = {"seen": asked.changed_at, "by": member, "now": timezone.now()}
    desk.ask_to_look_again(asked, query="please_phone", **given)
    full = {"decision": "shield", "considered_reason": "", "measures_considered": True}
    full |= {"not_grounds": [], "own_system": "not_applicable", "siblings_considered": True}
    full |= {"lead_professional": "me"}
    Request.objects.filter(pk=asked.pk).update(**full)
    practitioner.resubmit(Request.objects.get(), by=moved, now=timezone.now())
    assert Hold.objects.get().service == to


def test_to_a_colleague_takes_a_hand_over_first_and_then_nothing_in_hand():
    person, to, member = a_mover(), a_service(), an_iw_member()
    colleague = a_practitioner(service=person.service)
    a_request(person, now=timezone.now())
    refused("still_in_hand", lambda: move(person, to, how="handed_over"))
    waiting = hand_overs.proposed(person, to=colleague, now=timezone.now())
    for mover in (person, colleague):  # from them, and to them
        for how in ("along", "handed_over"):
            refused("hand_over_open", lambda mover=mover, how=how: move(mover, to, how=how))
    hand_overs.confirmed(waiting, by=member, now=timezone.now())
    assert move(person, to, how="handed_over").service == to
    assert Hold.objects.get().source == colleague
    # A draft is something in hand as well.
    other = a_practitioner()
    a_draft(other, now=timezone.now())
    refused("still_in_hand", lambda: move(other, to, how="handed_over"))


def test_who_may_not_be_moved_and_where_not():
    person, to, member, now = a_mover(), a_service(), an_iw_member(), timezone.now()
    for by in (an_administrator(), a_practitioner(), person):
        refused("may_not_move", lambda by=by: move(person, to, by=by))
    refused("may_not_move", lambda: move(an_auditor(), to, seen=[]))
    refused("not_to_this_service", lambda: move(person, person.service))
    shut = a_service()
    directory.close_service(shut, by=member, now=now)
    refused("service_closed", lambda: move(person, shut))
    # Who is of the old service and manages nobody; and who is below them, which is a circle.
    colleague = a_practitioner(service=person.service)
    refused("unfit_manager", lambda: move(person, to, manager=colleague))
    below = a_practitioner(service=to, manager=person)
    refused("manager_circle", lambda: move(person, to, manager=below))
    a_request(person, now=now)
    refused("holds_changed", lambda: move(person, to, seen=[]))
    gone = a_mover()
    suspending.suspend(gone, by=member, now=now)
    refused("may_not_move", lambda: move(gone, to))
    with pytest.raises(NotAllowed):
        move(person, to, by=an_iw_member(is_active=False))
    assert entries("person_moved") == []


def test_the_pages_from_the_directory_to_the_new_service():
    person, to = a_mover(name="Max Mover"), a_service("New School")
    request = a_request(person, now=timezone.now())
    manager = a_practitioner(service=to, name="Nia New")
    client, page = as_(an_iw_member()), reverse("person", args=[person.uid])
    choose = reverse("person_move", args=[person.uid])
    assert choose in client.get(page).content.decode()
    assert "Select the service they move to" in main(client.post(choose, {}))
    ask = reverse("person_move_to", args=[person.uid, to.code])
    assert client.post(choose, {"to": to.code})["Location"] == ask
    shown = client.get(ask)
    assert "Requests in force" in main(shown)
    form = {"seen": shown.context["form"]["seen"].value(), "manager": str(manager.uid)}
    assert "Select what happens to what they have in hand" in main(client.post(ask, form))
    led = client.post(ask, form | {"how": "handed_over"})
    assert led["Location"] == reverse("person_hand_over", args=[person.uid])
    done = client.post(ask, form | {"how": "along"}, follow=True)
    assert "Max Mover is in New School now." in main(done)
    assert "Moved from another service" in main(done)
    # Its pages say which service asked, and where the practitioner is today.
    of_request, of_record = (
        reverse("desk_request", args=[request.reference]),
        reverse("record_detail", args=[request.record.reference]),
    )
    for address in (of_request, of_record):
        assert "Their service today New School" in main(client.get(address))
    assert client.get(ask)["Location"] == choose  # they are there
    assert client.get(reverse("person_move", args=[an_auditor().uid])).status_code == 403


def test_who_is_asked_for_contact_reads_where_the_requester_is_today():
    """By the place it was judged whether contact is safe."""
    cast, to = access.a_cast(), a_service("Another Town")
    asked = todays_requests.asking(cast)
    liaison = todays_requests.asked(asked, cast.source)
    page = reverse("liaison_detail", args=[liaison.reference])
    browser = as_(cast.source)
    assert "Their service today" not in main(browser.get(page))
    move(cast.requester, to)
    assert "Their service today Another Town" in main(browser.get(page))
    of_team = reverse("brokerage_request", args=[asked.reference])
    assert "Their service today Another Town" in main(as_(cast.member).get(of_team))


def test_with_nothing_in_hand_nothing_is_asked_about_it():
    person, to = a_mover(), a_service()
    client = as_(an_iw_member())
    ask = reverse("person_move_to", args=[person.uid, to.code])
    assert "how" not in client.get(ask).context["form"].fields
    # Nobody is their manager only where that was said.
    for nothing in ({}, {"manager": ""}):
        assert "Select their line manager, or nobody for now" in main(client.post(ask, nothing))
    nobody = {"manager": "nobody"}
    assert client.post(ask, nobody)["Location"] == reverse("person", args=[person.uid])
    assert entries("person_moved")[0][2]["how"] == "nothing"
    # On from there, once a colleague took over what they had; and once more, with nothing since.
    person.refresh_from_db()
    a_request(person, now=timezone.now())
    colleague, third = a_practitioner(service=to), a_service()
    hand_overs.hand_over(person, to=colleague, by=an_iw_member(), now=timezone.now())
    for service in (third, to):
        client.post(reverse("person_move_to", args=[person.uid, service.code]), nobody)
    assert [one[2]["how"] for one in entries("person_moved")] == [
        "nothing", "handed_over", "nothing",
    ]  # fmt: skip
    assert AccessRequest.objects.count() == 0
    person.refresh_from_db()
    with pytest.raises(WrongState):
        move(person, to)


def test_nobody_moves_to_a_service_that_is_closed():
    closed = a_service("Old School")
    directory.close_service(closed, by=an_iw_member(), now=timezone.now())
    closed.refresh_from_db()
    assert policies.why_not_to(closed, a_mover()) == "This service is closed."
