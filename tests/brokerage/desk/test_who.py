"""Every act of the desk × every state × whoever comes: offered where it is done, else refused."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from brokerage import parts, states
from brokerage.access_request_codes import Part
from brokerage.models import AccessRequest
from shielding import clock
from tests.brokerage.support.cast import a_cast, again, in_state
from tests.brokerage.support.desk import as_shown, forms_on, page_of
from tests.brokerage.support.family import CONTENT
from tests.brokerage.support.urgent_calls import a_call
from tests.requests_app.support.desk import at_desk
from tests.support.people import an_iw_member

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.behind_the_acts("a contact that runs on the day of the test"),
]
BROKER = {"ask-sources", "keep-quiet", "conclude"}
# State -> what a member without another part may do, and what else whom it concerns may.
MAY = {
    states.WITH_MANAGER: set(),
    states.DECLINED: set(),
    states.WITH_IW: BROKER,
    states.BEING_BROKERED: {"answers", "ask-lead", "conclude"},
    states.WITH_LEAD: {"answers", "conclude"},
    states.CONCLUDED: {"stop"},
    states.WITHDRAWN: set(),
    states.LAPSED: set(),
    "urgent": {"read"},
}
# member: who brokered it or logged the call; decider: who decided as the lead.
# These send everything; the others what somebody may do, for nobody may do more than these.
WHO_SENDS = ("member", "lead")


def may(state, person):
    """Return what this person may do: to stop waits for no second one."""
    open_to_all = MAY[state] & {"stop"}
    if person == "new":
        return open_to_all
    if person == "decider":
        return open_to_all | ({"decide"} if state == states.WITH_LEAD else set())
    if person == "lead" and state == states.WITH_LEAD:
        return MAY[state] | {"decide"}
    if person == "member" and state == "urgent":
        return set()
    return MAY[state]


def brought(cast, state):
    if state == "urgent":
        return a_call(by=cast.member)
    access = in_state(cast, state)
    if state == states.CONCLUDED:
        soon = clock.today(timezone.now()) + timedelta(days=10)
        AccessRequest.objects.filter(pk=access.pk).update(granted_until=soon)
    return again(access)


def everybody(cast, access):
    decider = an_iw_member(lead=True)
    parts.take(Part.LEAD, decider, access, now=timezone.now())
    later = timezone.now() + timedelta(hours=3)
    new = an_iw_member(lead=True, second_person_from=later)
    known = {"member": cast.member, "colleague": cast.colleague, "lead": cast.lead}
    return known | {"decider": decider, "new": new}


def posts(access):
    """Return the address and a full answer of every act."""
    every = {
        "read": {"read": "on"},
        "ask-sources": {},
        "keep-quiet": {"reason": "police"},
        "ask-lead": {},
        "decide": {"decision": "go_ahead", "reason": "duty"},
        "conclude": {"outcome": "no_longer_needed"},
        "stop": {"stop": "on"},
    }
    found = {act: (f"{page_of(access)}{act}/", answers) for act, answers in every.items()}
    if liaison := access.liaisons.exclude(answer="objects").first():
        address = f"{page_of(access)}answers/{liaison.reference}/"
        asked_at = liaison.asked_at.isoformat()
        answers = {"answer": "objects", "called_back": "on", "asked_at": asked_at, **CONTENT}
        found["answers"] = (address, answers)
    return found


@pytest.mark.parametrize("state", MAY)
def test_what_is_offered_is_what_is_done(state):
    cast = a_cast()
    access = brought(cast, state)
    wrong, acts = [], posts(access)
    for name, person in everybody(cast, access).items():
        browser = at_desk(person)
        offered = set(forms_on(browser.get(page_of(access))))
        if offered != may(state, name):
            wrong.append(f"{name} is offered {offered}, not {may(state, name)}")
        for act, (address, answers) in acts.items():
            if name not in WHO_SENDS and act not in MAY[state] | {"decide"}:
                continue
            status, changed = _tried(browser, access, address, answers)
            expected = (302, True) if act in may(state, name) else (None, False)
            if changed != expected[1] or (status == 302) != expected[1]:
                wrong.append(f"{name} sends {act}: {status}, changed: {changed}")
            if not changed and status not in (200, 403, 409):
                wrong.append(f"{name} sends {act}: {status}")
    assert not wrong, "\n".join(wrong)


def _tried(browser, access, address, answers):
    """Send an act and take it back; return the answer's status and whether anything changed."""
    before = again(access).changed_at
    with transaction.atomic():
        response = browser.post(address, as_shown(access) | answers)
        changed = again(access).changed_at != before
        transaction.set_rollback(True)
    return response.status_code, changed


@pytest.mark.parametrize("state", [states.DRAFT, states.DISCARDED])
def test_what_was_not_sent_is_not_there(state):
    cast = a_cast()
    access = in_state(cast, state)
    browser = at_desk(cast.member)
    assert browser.get(page_of(access)).status_code == 404
    for address, answers in posts(access).values():
        assert browser.post(address, answers).status_code == 404
