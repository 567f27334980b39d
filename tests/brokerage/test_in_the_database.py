"""What PostgreSQL itself refuses of brokerage, whoever writes past the rules in Python."""

from datetime import UTC, date, datetime
from itertools import combinations

import pytest
from django.db import IntegrityError, transaction

from brokerage import states
from brokerage.desk import actions as desk_actions
from brokerage.models import AccessRequest, Liaison, Participation
from brokerage.source import actions as source_actions
from shielding import clock
from tests.brokerage.support.cast import (
    ASKED,
    DAY,
    a_cast,
    again,
    agreed,
    answered,
    asking,
    concluded,
    in_state,
    sent,
)

pytestmark = [pytest.mark.django_db, pytest.mark.behind_the_acts("writes past the acts")]


def refused(access: AccessRequest, constraint: str, **columns: object) -> None:
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        AccessRequest.objects.filter(pk=access.pk).update(**columns)


PARTS = ("requester", "manager_decided_by", "brokered_by", "lead_decided_by")


@pytest.mark.parametrize(("one", "other"), list(combinations(PARTS, 2)))
def test_nobody_has_two_parts(one, other):
    cast = a_cast()
    access = answered(cast)
    # Everybody is somebody else, and then the later of the two is the earlier one.
    AccessRequest.objects.filter(pk=access.pk).update(
        lead_decided_by=cast.lead, lead_decided_at=ASKED
    )
    access.refresh_from_db()
    refused(access, f"access_{one}_not_{other}", **{other: getattr(access, one)})


@pytest.mark.parametrize("who", ["requester", "manager"])
def test_who_asks_or_agrees_does_not_conclude(who):
    cast = a_cast()
    column = {"requester": "requester", "manager": "manager_decided_by"}[who]
    refused(concluded(cast), f"access_{column}_not_concluded_by", concluded_by=getattr(cast, who))


def test_who_went_ahead_as_the_lead_concludes_nothing_that_discloses():
    cast = a_cast()
    access = concluded(cast)
    led = {"lead_decided_by": cast.member, "lead_decided_at": ASKED, "brokered_by": cast.colleague}
    refused(access, "access_lead_does_not_disclose", **led)
    # Whoever confirms an unshield ends what is brokered, a lead who decided in it too.
    refused_nothing = {"outcome": "no_brokerage_needed", "granted_until": None}
    AccessRequest.objects.filter(pk=access.pk).update(**led, **refused_nothing)


def test_who_wrote_an_answer_down_is_not_who_concluded_on_it():
    cast = a_cast()
    access = asking(cast)
    for source in (cast.source, cast.other_source):
        liaison = access.liaisons.get(hold__source=source)
        source_actions.answer(
            liaison, answer="give_contact", family="content", by=cast.member, now=ASKED
        )
    desk_actions.conclude(again(access), outcome="viewed", by=cast.colleague, now=ASKED)
    assert {one.relied_on_by for one in access.liaisons.all()} == {cast.colleague}
    for column, person in (("relied_on_by", cast.member), ("answered_by", cast.colleague)):
        named = pytest.raises(IntegrityError, match="liaison_relied_on_by_another")
        with named, transaction.atomic():
            access.liaisons.update(**{column: person})


def test_nobody_is_in_one_request_twice():
    cast = a_cast()
    access = agreed(cast)
    for person, part in ((cast.manager, "iw"), (cast.requester, "lead")):
        with pytest.raises(IntegrityError, match="participation_once"), transaction.atomic():
            Participation.objects.create(access=access, person=person, part=part, since=ASKED)
    with pytest.raises(IntegrityError, match="one_of_a_kind"), transaction.atomic():
        Participation.objects.create(access=access, person=cast.lead, part="manager", since=ASKED)


def test_nothing_reaches_the_iw_team_without_a_manager():
    access = sent(a_cast())
    refused(access, "access_manager_first", state=states.WITH_IW)
    refused(access, "access_disclosed_as_agreed", outcome="viewed")


def test_contact_is_needed_from_the_day_of_sending_to_six_months_later():
    access = sent(a_cast())
    day = ASKED.date()
    for outside in (day - DAY, clock.months_after(day, 6) + DAY):
        refused(access, "access_needed_within_six_months", needed_until=outside)
    for within in (day, clock.months_after(day, 6)):
        AccessRequest.objects.filter(pk=access.pk).update(needed_until=within)


def test_the_day_of_sending_is_london_s():
    # Half past midnight in London, the day before by Greenwich.
    night = datetime(2026, 6, 30, 23, 30, tzinfo=UTC)
    access = sent(a_cast(), now=night, needed_until=date(2026, 12, 31))
    refused(access, "access_needed_within_six_months", needed_until=date(2026, 6, 30))
    refused(access, "access_needed_within_six_months", needed_until=date(2027, 1, 2))
    AccessRequest.objects.filter(pk=access.pk).update(needed_until=date(2027, 1, 1))


def test_the_number_stays_with_the_record():
    refused(sent(a_cast()), "access_number_only_in_draft", number=b"x")


def test_what_is_concluded_is_whole():
    access = agreed(a_cast())
    refused(access, "access_concluded_whole", state=states.CONCLUDED)
    refused(access, "access_outcome_known", outcome="told")
    refused(access, "access_grant_of_contact", granted_until=ASKED.date())


@pytest.mark.parametrize(
    "pair", ["brokered", "lead_decided", "withdrawn", "logged", "read", "stopped"]
)
def test_who_goes_with_when(pair):
    refused(sent(a_cast()), "_pair", **{f"{pair}_at": ASKED})


def test_what_cannot_be_done_without_it_is_a_code():
    refused(sent(a_cast()), "access_need_known", need="Dad is in prison")


def test_a_source_is_asked_once_and_answers_whole():
    access = in_state(a_cast(), states.BEING_BROKERED)
    liaison = access.liaisons.first()
    with pytest.raises(IntegrityError, match="liaison_once"), transaction.atomic():
        Liaison.objects.create(
            access=access, hold=liaison.hold, asked_at=ASKED, asked_by=liaison.asked_by
        )
    with pytest.raises(IntegrityError, match="liaison_answered"), transaction.atomic():
        Liaison.objects.filter(pk=liaison.pk).update(answer="")
