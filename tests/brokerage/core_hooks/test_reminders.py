"""What the clock owes in brokerage: once a day, to whom it waits for on that day."""

from datetime import UTC, datetime, timedelta

import pytest

from brokerage import policies
from brokerage.core_hooks.reminders import raise_reminders
from brokerage.desk import actions as desk_actions
from brokerage.desk import urgent_calls
from brokerage.requester import actions as requester_actions
from brokerage.source import actions as source_actions
from shielding import clock
from shielding.accounts.models import User
from shielding.notices import kinds
from shielding.notices.mail_hours import mail_hour
from shielding.notices.models import Notice
from shielding.web.refusals import NotAllowed, WrongState
from tests.brokerage.support.cast import ASKED, DAY, UNTIL, a_cast, again, asking, concluded, sent
from tests.support.people import an_iw_member
from tests.support.requests import a_number

pytestmark = pytest.mark.django_db


def owed(kind: str) -> list[tuple[User, int]]:
    """Return who is still owed a notice of this kind, and its step."""
    notices = Notice.objects.owed().filter(kind=kind).order_by("recipient", "step")
    return [(one.recipient, one.step) for one in notices]


def a_call(cast, **changed):
    given = {
        "reference": "IW-2222-2222", "number": a_number(), "caller": "practitioner",
        "requester": cast.requester, "service": cast.requester.service,
        "purpose": "safeguarding", "sought": "contact", "outcome": "viewed",
        "called_back": True, "by": cast.member, "now": ASKED,
    }  # fmt: skip
    return urgent_calls.log_call(**given | changed)


def test_the_manager_of_the_day_is_reminded_daily():
    cast = a_cast()
    sent(cast)
    assert owed("access_to_agree") == [(cast.manager, 0)]
    raise_reminders(ASKED)
    assert owed("access_to_agree") == [(cast.manager, 0)]
    for _twice in range(2):
        raise_reminders(ASKED + DAY)
        assert owed("access_to_agree") == [(cast.manager, 1)]
    # Another line manager by now.
    User.objects.filter(pk=cast.requester.pk).update(line_manager=cast.source)
    raise_reminders(ASKED + 3 * DAY)
    assert owed("access_to_agree") == [(cast.source, 2)]


def test_a_source_is_reminded_until_they_answer():
    cast = a_cast()
    access = asking(cast)
    liaison = access.liaisons.get(hold__source=cast.source)
    raise_reminders(ASKED + 2 * DAY)
    assert owed("contact_asked") == [(cast.source, 1), (cast.other_source, 1)]
    # With that day's duty mail, also where the clock stood still at nine.
    today = Notice.objects.filter(kind="contact_asked", step=1)
    assert {one.due_at for one in today} == {mail_hour(clock.today(ASKED + 2 * DAY))}
    source_actions.answer(
        liaison, answer="give_contact", family="content", by=cast.source, now=ASKED + 2 * DAY
    )
    raise_reminders(ASKED + 3 * DAY)
    assert (cast.other_source, 2) in owed("contact_asked")
    assert not Notice.objects.filter(subject=liaison.reference, step=2).exists()


def test_a_source_who_came_to_be_somebody_with_another_part_is_not_reminded():
    """As when a phoned claim is confirmed by the very person who asks for access."""
    cast = a_cast()
    access = asking(cast)
    hold = access.liaisons.get(hold__source=cast.source).hold
    hold.source = cast.requester
    hold.save()
    raise_reminders(ASKED + 2 * DAY)
    # Only what the former source was owed when they were asked is left.
    assert owed("contact_asked") == [(cast.source, 0), (cast.other_source, 1)]


def test_silence_is_recorded_from_the_second_working_day_by_the_iw_team_alone():
    cast = a_cast()
    liaison = asking(cast).liaisons.get(hold__source=cast.source)
    with pytest.raises(WrongState, match="too_early"):
        source_actions.answer(liaison, answer="no_answer", by=cast.member, now=ASKED + DAY)
    with pytest.raises(WrongState, match="too_early"):
        source_actions.answer(liaison, answer="no_answer", by=cast.source, now=ASKED + 2 * DAY)
    done = source_actions.answer(liaison, answer="no_answer", by=cast.member, now=ASKED + 2 * DAY)
    assert (done.answer, done.on_word) == ("no_answer", False)
    # They may still say something.
    said = source_actions.answer(
        done, answer="objects", family="content", by=cast.source, now=ASKED + 2 * DAY
    )
    assert said.answer == "objects"


def test_a_call_is_read_within_a_day_or_the_leads_hear_of_it():
    cast = a_cast()
    call = a_call(cast)
    team = {cast.colleague, cast.lead, cast.other_lead}
    assert {person for person, _ in owed("urgent_to_read")} == team
    raise_reminders(ASKED + timedelta(hours=23))
    assert owed("urgent_not_read") == []
    raise_reminders(ASKED + timedelta(hours=24))
    assert {person for person, _ in owed("urgent_not_read")} == {cast.lead, cast.other_lead}
    for person in (cast.member, an_iw_member(second_person_from=ASKED + 9 * DAY), cast.manager):
        with pytest.raises(NotAllowed):
            urgent_calls.read_call(call, by=person, now=ASKED + DAY)
    urgent_calls.read_call(call, by=cast.colleague, now=ASKED + DAY)
    assert owed("urgent_to_read") == owed("urgent_not_read") == []
    with pytest.raises(WrongState, match="not_to_read"):
        urgent_calls.read_call(call, by=cast.lead, now=ASKED + DAY)


def test_the_duty_mailboxes_hear_also_where_nobody_is_left_to_tell(settings):
    settings.DUTY_MAILBOXES = ["iw.duty@council.example"]
    cast = a_cast()
    a_call(cast)
    User.objects.filter(role="iw").exclude(pk=cast.member.pk).update(is_active=False)
    raise_reminders(ASKED + DAY)
    told = Notice.objects.filter(kind="urgent_not_read")
    assert [one.mailbox for one in told] == ["iw.duty@council.example"]


def test_the_duty_mailboxes_hear_once_a_day_of_a_call_nobody_read(settings):
    settings.DUTY_MAILBOXES = ["iw.duty@council.example"]
    cast = a_cast()
    call = a_call(cast)
    told = Notice.objects.filter(kind="urgent_not_read").exclude(mailbox="")
    raise_reminders(ASKED + DAY)
    told.update(fate="given_up")  # it has gone, or was tried
    an_iw_member(lead=True)
    for _twice in range(2):
        raise_reminders(ASKED + DAY + timedelta(hours=1))
    assert (told.count(), len(owed("urgent_not_read"))) == (1, 3)
    raise_reminders(ASKED + 2 * DAY)
    assert (told.count(), told.owed().count()) == (2, 1)
    assert kinds.waits("urgent_not_read", call.reference)
    assert "urgent_not_read" in kinds.alert_kinds()
    urgent_calls.read_call(call, by=cast.colleague, now=ASKED + 2 * DAY)
    assert (told.owed().count(), kinds.waits("urgent_not_read", call.reference)) == (0, False)


def test_the_only_lead_who_logged_a_call_is_not_asked_to_read_it():
    cast = a_cast()
    User.objects.filter(pk=cast.other_lead.pk).update(is_active=False)
    a_call(cast, by=cast.lead)
    raise_reminders(ASKED + DAY)
    heard = {person for person, _ in owed("urgent_not_read")}
    assert heard == {cast.member, cast.colleague}


def test_a_decision_that_waits_for_a_lead_is_reminded_of():
    cast = a_cast()
    access = asking(cast)
    liaison = access.liaisons.get(hold__source=cast.source)
    source_actions.answer(liaison, answer="objects", family="content", by=cast.source, now=ASKED)
    raise_reminders(ASKED + 3 * DAY)
    assert {(cast.lead, 1), (cast.other_lead, 1)} <= set(owed("access_to_lead"))
    desk_actions.decide_as_lead(
        again(access), decision="go_ahead", reason="duty", by=cast.lead, now=ASKED + 3 * DAY
    )
    assert owed("access_to_lead") == []


def test_the_line_manager_of_a_caller_is_told():
    cast = a_cast()
    a_call(cast)
    told = Notice.objects.filter(kind="item_changed").values_list("recipient", flat=True)
    assert set(told) == {cast.requester.pk, cast.manager.pk}


def test_a_form_of_a_call_that_is_sent_twice_is_one_call():
    cast = a_cast()
    number = a_number()
    first = a_call(cast, number=number)
    assert a_call(cast, number=number) == first
    for changed in ({"number": a_number()}, {"number": number, "by": cast.colleague}):
        with pytest.raises(Exception, match="reference_taken"):
            a_call(cast, **changed)


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"called_back": False}, "not_called_back"),
        ({"outcome": "source_will_contact"}, "no_outcome"),
        ({"caller": "police"}, "no_caller"),
        ({"requester": None}, "no_caller"),
    ],
)
def test_a_call_is_refused(changed, code):
    with pytest.raises(Exception, match=code):
        a_call(a_cast(), **changed)


def test_a_call_is_refused_from_everybody_else_and_for_a_leaver():
    cast = a_cast()
    with pytest.raises(NotAllowed):
        a_call(cast, by=cast.source)
    User.objects.filter(pk=cast.requester.pk).update(is_active=False)
    cast.requester.refresh_from_db()
    with pytest.raises(Exception, match="no_caller"):
        a_call(cast)


def test_requester_and_manager_are_told_at_the_publication_and_warned_before_the_end():
    cast = a_cast()
    access = concluded(cast)
    waiting = Notice.objects.owed().filter(subject=access.reference, due_at__gt=ASKED)
    told = {(one.kind, one.recipient, one.due_at) for one in waiting}
    nine = datetime(2026, 4, 23, 8, tzinfo=UTC)
    assert told == {
        ("item_changed", cast.requester, access.publish_at),
        ("item_changed", cast.manager, access.publish_at),
        ("grant_ends", cast.requester, nine),
    }
    assert (UNTIL - nine.date()).days == 7
    requester_actions.withdraw(access, by=cast.requester, now=ASKED)
    late = Notice.objects.owed().filter(subject=access.reference, due_at__gt=ASKED)
    assert not late.exists()
    raise_reminders(ASKED)
    ended = Notice.objects.owed().filter(kind="contact_ended")
    assert {one.recipient for one in ended} == {cast.source, cast.other_source}


def test_sources_hear_of_the_outcome_of_a_stop_and_of_a_withdrawal():
    cast = a_cast()
    access = concluded(cast)
    liaison = access.liaisons.get(hold__source=cast.source)
    told = Notice.objects.filter(kind="contact_ended", subject=liaison.reference)
    assert told.count() == 1
    other = access.liaisons.get(hold__source=cast.other_source)
    source_actions.stop_contact(access, by=cast.source, now=ASKED)
    assert told.count() == 2
    # That a contact ran is nobody else's to know.
    assert Notice.objects.filter(kind="contact_ended", subject=other.reference).count() == 1
    assert not Notice.objects.owed().filter(kind="grant_ends").exists()
    requester_actions.withdraw(access, by=cast.requester, now=ASKED)
    for _twice in range(2):
        raise_reminders(ASKED)
    assert told.count() == 3
    assert list(told.owed().values_list("recipient", flat=True)) == [cast.source.pk]


def test_nothing_of_a_source_is_told_to_a_line_manager():
    cast = a_cast()
    access = concluded(cast)
    source_actions.stop_contact(access, by=cast.source, now=ASKED)
    raise_reminders(ASKED + 9 * DAY)
    their_manager = cast.source.line_manager
    assert not Notice.objects.filter(recipient=their_manager, subject__startswith="IW").filter(
        kind__in=["contact_asked", "contact_ended", "contact_stopped", "access_to_lead"]
    )
    liaisons = again(access).liaisons.values_list("reference", flat=True)
    assert not Notice.objects.filter(recipient=their_manager, subject__in=liaisons).exists()


def test_without_leads_the_team_hears_of_what_a_lead_decides():
    cast = a_cast()
    User.objects.filter(pk__in=[cast.lead.pk, cast.other_lead.pk]).update(is_active=False)
    access = asking(cast)
    liaison = access.liaisons.get(hold__source=cast.source)
    source_actions.answer(liaison, answer="objects", family="content", by=cast.source, now=ASKED)
    heard = {person for person, _ in owed("access_to_lead")}
    assert heard == set(User.objects.working().iw_team()) > {cast.member, cast.colleague}
    assert not policies.may_lead(cast.member, again(access), ASKED)
