"""Access requests of before there was a code for what cannot be done without it."""

from collections.abc import Callable
from functools import partial

import pytest
from django.test import Client

from brokerage import questions, states
from brokerage.access_request_codes import Need
from brokerage.models import AccessRequest
from brokerage.requester import actions
from logbook.models import Entry
from logbook.reading import facts_of
from shielding import clock
from shielding.web.refusals import WrongState
from tests.brokerage.support.cast import (
    ASKED,
    NEED,
    Cast,
    a_cast,
    a_draft,
    again,
    asking,
    in_state,
    send,
)
from tests.brokerage.support.desk import page_of
from tests.brokerage.support.todays_requests import approval, asked, at_a_desk, question, waiting
from tests.requests_app.support.desk import main
from tests.support import hand_overs
from tests.support.people import a_practitioner

pytestmark = pytest.mark.django_db
ROW = "What cannot be done without it Not asked"


def of_before(access: AccessRequest) -> AccessRequest:
    AccessRequest.objects.filter(pk=access.pk).update(need="")
    return again(access)


def pages_of(cast: Cast, access: AccessRequest) -> list[Callable[[], str]]:
    """Return how to read it as requester, line manager, IW Team and source."""
    every = (
        (cast.requester, f"/access/{access.reference}/"),
        (cast.manager, approval(access)),
        (cast.member, page_of(access)),
        (cast.source, question(asked(access, cast.source))),
    )
    return [partial(_read, at_a_desk(person), address) for person, address in every]


def _read(desk: Client, address: str) -> str:
    return main(desk.get(address))


def test_everybody_who_reads_it_reads_that_it_was_not_asked_and_each_code_in_words():
    cast = a_cast()
    access = of_before(asking(cast))
    pages = pages_of(cast, access)
    for read in pages:
        assert ROW in read()
    for need in Need:
        AccessRequest.objects.filter(pk=access.pk).update(need=need)
        for read in pages:
            assert f"What cannot be done without it {need.label}" in read()


def test_a_line_manager_decides_about_it_all_the_same():
    cast = a_cast()
    access = of_before(waiting(cast))
    assert at_a_desk(cast.manager).post(approval(access, "agree/")).status_code == 302
    assert again(access).state == states.WITH_IW


def test_a_draft_is_asked_before_it_is_sent():
    cast = a_cast()
    draft = of_before(a_draft(cast.requester))
    assert [page.slug for page in questions.missing(draft, clock.today(ASKED))] == ["need"]
    with pytest.raises(WrongState, match="not_complete"):
        send(draft)
    page = questions.PAGE["need"]
    actions.save_answers(draft, page, values={"need": NEED}, by=cast.requester, now=ASKED)
    assert again(send(again(draft))).need == NEED


def test_a_leaver_s_is_asked_of_the_colleague():
    cast = a_cast()
    access = of_before(in_state(cast, states.WITH_IW))
    heir = a_practitioner(service=cast.requester.service, manager=cast.manager)
    hand_overs.hand_over(cast.requester, to=heir, by=cast.colleague, now=ASKED)
    draft = AccessRequest.objects.get(requester=heir)
    assert draft.purpose == access.purpose
    assert "need" in [page.slug for page in questions.missing(draft, clock.today(ASKED))]


def test_each_code_is_in_the_entries():
    cast = a_cast()
    for need in Need:
        access = send(a_draft(cast.requester, need=need))
        entry = Entry.objects.get(event="access_submitted", reference=access.reference)
        assert facts_of(entry)["need"] == need
