"""What the table of states does not tell of an act: its words, its dates, and pressing twice."""

from functools import partial

import pytest
from django.db import transaction

from logbook.models import Entry
from logbook.reading import facts_of
from logbook.references import new_reference
from requests_app import policies, states
from requests_app.desk import actions as desk_actions
from requests_app.desk import phoned_requests
from requests_app.models import Request
from requests_app.practitioner import actions as practitioner_actions
from requests_app.questions import PAGE
from shielding.models import Hold, Record
from shielding.notices.models import Notice
from shielding.web.refusals import NotAllowed, Refused, WrongState
from tests.concurrency.support.crowd import a_crowd
from tests.requests_app.support.cast import LATER, SITUATIONS, a_cast, everything
from tests.support.people import a_practitioner, a_service, an_iw_member
from tests.support.requests import DAY, NOW, a_number, a_written_draft

pytestmark = pytest.mark.django_db(transaction=True)


def events_of(request: Request) -> list[str]:
    entries = Entry.objects.filter(reference=request.reference).order_by("id")
    return list(entries.values_list("event", flat=True))


# --- Starting another ---------------------------------------------------------------------------


def test_another_request_copies_answers_but_no_number_and_no_attestation():
    cast = a_cast()
    sent = SITUATIONS["submitted"](cast)
    with transaction.atomic():
        other = practitioner_actions.begin(by=cast.owner, now=LATER, like=sent)
    copied = ("origin", "asked_by", "ground", "decision", "considered_reason", "lead_professional")
    assert [getattr(other, name) for name in copied] == [getattr(sent, name) for name in copied]
    kept = {
        "id",
        "reference",
        "uid",
        "state",
        "state_since",
        "practitioner",
        "service",
        "created_at",
        "changed_at",
        *copied,
    }
    empty = Request()
    for field in Request._meta.fields:
        if field.name not in kept:
            assert getattr(other, field.attname) == getattr(empty, field.attname), field.name


def test_there_are_at_most_forty_drafts_a_person():
    person = a_practitioner()
    for _ in range(practitioner_actions.MOST_DRAFTS):
        a_written_draft(person)
    with pytest.raises(Refused, match="too_many_drafts"):
        practitioner_actions.start_draft(by=person, now=NOW)
    practitioner_actions.discard_draft(Request.objects.first(), by=person, now=NOW)
    assert practitioner_actions.start_draft(by=person, now=NOW).state == states.DRAFT


# --- Sending ------------------------------------------------------------------------------------


def test_what_is_not_complete_is_not_sent():
    person = a_practitioner()
    draft = practitioner_actions.start_draft(by=person, now=NOW)
    with pytest.raises(WrongState, match="not_complete"):
        practitioner_actions.submit(draft, by=person, now=NOW)
    assert Record.objects.count() == 0


@pytest.mark.parametrize(
    ("situation", "ends", "wrote"),
    [
        ("returned", states.SUBMITTED, ["request_resubmitted"]),
        ("look_again", states.CONSIDERED, ["considered_resubmitted"]),
        ("phoned_answered", states.SUBMITTED, ["source_named", "phoned_request_confirmed"]),
        ("phoned_agreed", states.AGREED, ["source_named", "phoned_request_confirmed"]),
        ("agreed", states.AGREED, []),
    ],
)
def test_sent_again_sixteen_times_at_once_it_is_sent_once(situation, ends, wrote):
    cast = a_cast()
    request = SITUATIONS[situation](cast)
    before = events_of(request)
    with a_crowd(16) as crowd:
        answers = crowd.at_once(
            *[partial(practitioner_actions.send, request, by=cast.owner, now=LATER)] * 16
        )
    assert {(answer.pk, answer.state) for answer in answers} == {(request.pk, ends)}
    assert events_of(request) == before + wrote


def test_a_reason_that_changed_is_in_the_entry():
    """Each sending says the reason: an auditor reads the one that counts."""
    cast = a_cast()
    request = SITUATIONS["look_again"](cast)
    values = {"considered_reason": "other_protection"}
    assert request.considered_reason != values["considered_reason"]
    practitioner_actions.save_answers(
        request, PAGE["reason"], values=values, by=cast.owner, now=LATER
    )
    practitioner_actions.send(request, by=cast.owner, now=LATER)
    entry = Entry.objects.filter(event="considered_resubmitted").get()
    assert facts_of(entry)["reason"] == values["considered_reason"]


def test_a_phoned_request_that_was_returned_is_confirmed_and_sent_again_in_one():
    cast = a_cast()
    request = desk_actions.return_with_query(
        SITUATIONS["phoned_answered"](cast), query="points", seen=NOW, by=cast.member, now=NOW
    )
    sent = practitioner_actions.send(request, by=cast.owner, now=LATER)
    assert (sent.state, sent.confirmed_by) == (states.SUBMITTED, cast.owner)
    assert events_of(request)[-2:] == ["phoned_request_confirmed", "request_resubmitted"]


def test_a_draft_is_sent_by_its_own_practitioner_also_when_it_was_sent_meanwhile():
    cast = a_cast()
    draft = SITUATIONS["draft"](cast)
    people = (cast.owner, cast.colleague) * 8
    with a_crowd(16) as crowd:
        answers = crowd.at_once(
            *[partial(practitioner_actions.send, draft, by=p, now=LATER) for p in people]
        )
    assert [type(answer) for answer in answers] == [Request, NotAllowed] * 8
    assert Hold.objects.count() == 1


def test_asked_to_look_again_one_may_come_to_shield_but_not_twice_for_one_record():
    cast = a_cast()
    request = SITUATIONS["look_again"](cast)
    number = request.record.number_in_clear()
    standing = practitioner_actions.submit(
        a_written_draft(cast.owner, number=number), by=cast.owner, now=NOW
    )
    Request.objects.filter(pk=request.pk).update(
        decision="shield",
        considered_reason="",
        own_system="not_applicable",
        measures_considered=True,
        siblings_considered=True,
        lead_professional="me",
    )
    with pytest.raises(Refused, match="already_asked"):
        practitioner_actions.resubmit(request, by=cast.owner, now=LATER)
    assert standing.hold.is_standing
    request.refresh_from_db()
    assert (request.state, request.hold) == (states.LOOK_AGAIN, None)


def test_sent_again_it_must_be_complete_as_when_confirmed():
    cast = a_cast()
    returned, phoned = SITUATIONS["returned"](cast), SITUATIONS["phoned"](cast)
    Request.objects.filter(pk=returned.pk).update(points=[])
    with pytest.raises(WrongState, match="not_complete"):
        practitioner_actions.resubmit(returned, by=cast.owner, now=LATER)
    with pytest.raises(WrongState, match="not_complete"):
        practitioner_actions.confirm_phoned(phoned, by=cast.owner, now=LATER)


# --- Telling the family, showing the number -----------------------------------------------------


def test_the_family_was_told_once_and_not_in_the_future():
    cast = a_cast()
    request = SITUATIONS["submitted"](cast)
    told = partial(practitioner_actions.confirm_family_told, request, by=cast.owner, now=LATER)
    with pytest.raises(WrongState, match="in_future"):
        told(on=LATER.date().replace(day=28))
    told(on=DAY)
    assert Request.objects.get().family_told_on == DAY
    with pytest.raises(WrongState, match="not_to_tell"):
        told(on=DAY)


def test_a_draft_without_a_number_shows_none():
    person = a_practitioner()
    draft = practitioner_actions.start_draft(by=person, now=NOW)
    with pytest.raises(WrongState, match="no_number"):
        practitioner_actions.show_number_for_request(draft, by=person, now=NOW)


def test_what_the_page_offers_is_what_the_act_allows():
    cast = a_cast()
    for situation, disown, tell in [
        ("draft", False, False), ("submitted", False, True), ("phoned", True, False),
        ("phoned_answered", True, True), ("disowned", False, False), ("confirmed", False, True),
    ]:  # fmt: skip
        request = SITUATIONS[situation](cast)
        request.refresh_from_db()
        assert policies.may_disown(cast.owner, request) is disown, situation
        assert policies.may_say_family_told(cast.owner, request) is tell, situation
        assert not policies.may_disown(cast.colleague, request)
        assert not policies.may_say_family_told(cast.colleague, request)


# --- Phoned -------------------------------------------------------------------------------------


def phone(**changed) -> Request:
    practitioner = changed.pop("practitioner", None)
    values = {
        "reference": new_reference(),
        "number": a_number(),
        "ground": "abuse",
        "caller": "practitioner" if practitioner else "gp",
        "practitioner": practitioner,
        "service": practitioner.service if practitioner else a_service(),
        "by": an_iw_member(),
        "now": NOW,
    }
    return phoned_requests.log_phoned(**values | changed)


def test_only_the_team_logs_a_phoned_request():
    for person in (a_practitioner(), an_iw_member(is_active=False)):
        with pytest.raises(NotAllowed):
            phone(by=person)


def test_a_phoned_request_has_a_practitioner_or_only_their_service():
    with pytest.raises(Refused, match="no_caller"):
        phone(caller="practitioner")
    with pytest.raises(Refused, match="no_caller"):
        phone(practitioner=a_practitioner(), caller="gp")
    for nobody in (a_practitioner(is_active=False), an_iw_member()):
        with pytest.raises(Refused, match="no_caller"):
            phone(practitioner=nobody, service=a_service(), caller="practitioner")
    assert Hold.objects.count() == 0


def test_a_practitioner_s_hold_goes_under_their_own_service_whatever_the_form_says():
    person = a_practitioner()
    assert phone(practitioner=person, service=a_service()).hold.service == person.service


def test_a_practitioner_who_already_asks_is_not_logged_twice():
    person, number = a_practitioner(), a_number()
    # What was phoned in their name before may not be theirs: it does not count.
    phone(practitioner=person, number=number)
    practitioner_actions.submit(a_written_draft(person, number=number), by=person, now=NOW)
    with pytest.raises(Refused, match="already_asked"):
        phone(practitioner=person, number=number)


def test_one_form_is_one_request_and_not_another_number_s():
    call = {"reference": new_reference(), "service": a_service(), "by": an_iw_member()}
    number = a_number()
    first = phone(**call, number=number)
    assert phone(**call, number=number) == first
    with pytest.raises(Refused, match="reference_taken"):
        phone(**call, number=a_number())
    with pytest.raises(Refused, match="reference_taken"):
        phone(**call | {"by": an_iw_member()}, number=number)
    assert (Hold.objects.count(), Record.objects.count()) == (1, 1)


# --- Deciding -----------------------------------------------------------------------------------


def test_agreeing_needs_how_they_are_involved_and_attesting_with_it_the_check_for_duplicates():
    cast = a_cast()
    request = SITUATIONS["submitted"](cast)
    agree = partial(desk_actions.agree, request, seen=NOW, by=cast.member, now=LATER)
    before = everything()
    for given in ({"involvement": ""}, {"involvement": "on_record", "applied_on": NOW.date()}):
        with pytest.raises(WrongState, match="check_incomplete"):
            agree(**given)
    assert everything() == before
    agreed = agree(involvement="on_record", no_duplicate=True, applied_on=NOW.date())
    agreed.hold.refresh_from_db()
    assert (agreed.hold.applied_by, agreed.hold.agreed_by) == (cast.member, cast.member)
    assert Record.objects.get().state == "shielded"


def test_agreeing_what_is_applied_already_attests_nothing_twice():
    cast = a_cast()
    request = SITUATIONS["applied"](cast)
    desk_actions.agree(
        request,
        involvement="on_record",
        no_duplicate=True,
        applied_on=NOW.date(),
        seen=NOW,
        by=cast.lead,
        now=LATER,
    )
    assert events_of(request).count("shield_applied") == 1
    assert Hold.objects.get().applied_by == cast.member


def test_applied_a_second_time_says_who_was_first():
    cast = a_cast()
    request = SITUATIONS["applied"](cast)
    with pytest.raises(desk_actions.ChangedMeanwhile) as overtaken:
        desk_actions.attest_applied_for_request(
            request, checked_on=NOW.date(), no_duplicate=True, by=cast.lead, now=LATER
        )
    assert overtaken.value.act is not None


def test_each_change_is_told_once_and_again_with_the_next():
    cast = a_cast()
    request = SITUATIONS["submitted"](cast)
    for _ in range(3):
        request.refresh_from_db()
        desk_actions.return_with_query(
            request, query="points", seen=request.changed_at, by=cast.member, now=LATER
        )
        practitioner_actions.resubmit(request, by=cast.owner, now=LATER)
    changes = Notice.objects.filter(kind="item_changed", recipient=cast.owner)
    assert len(set(changes.values_list("step", flat=True))) == 3


@pytest.mark.parametrize("act", ["confirm", "settle"])
def test_no_review_is_concluded_without_the_look_for_duplicates(act):
    cast = a_cast()
    situation, decide = {
        "confirm": ("proposed", desk_actions.confirm_not_agreed),
        "settle": ("considered", desk_actions.settle_considered),
    }[act]
    request = SITUATIONS[situation](cast)
    before = everything()
    with pytest.raises(WrongState, match="check_incomplete"):
        decide(request, no_duplicate=False, seen=NOW, by=cast.member, now=LATER)
    assert everything() == before


def test_half_changed_a_returned_request_is_not_agreed():
    cast = a_cast()
    request = SITUATIONS["returned"](cast)
    changed = practitioner_actions.save_answers(
        request, PAGE["ground"], values={"ground": "asylum"}, by=cast.owner, now=LATER
    )
    with pytest.raises(WrongState, match="not_to_agree"):
        desk_actions.agree(
            changed,
            involvement="on_record",
            no_duplicate=True,
            seen=LATER,
            by=cast.member,
            now=LATER,
        )


def test_nobody_but_a_practitioner_starts_a_draft():
    with pytest.raises(NotAllowed):
        practitioner_actions.start_draft(by=an_iw_member(), now=NOW)
