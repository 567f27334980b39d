"""Mail that is owed is asked again at sending: does its reader still have that page?

Every kind of notice, owed by the act or the clock that owes it, goes through a change of manager,
of role, of service and a suspension before it is sent. Then either it was sent and its reader opens
the page, or it is overtaken.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.core import mail as outbox
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from brokerage.core_hooks import reminders as brokerage_reminders
from brokerage.desk import actions as brokerage_desk
from brokerage.requester import actions as requester_actions
from brokerage.source import actions as source_actions
from logbook.references import new_reference
from requests_app.desk import phoned_requests
from shielding.accounts import actions as directory
from shielding.accounts import role_grants, suspending
from shielding.accounts.corrections import actions as corrections
from shielding.accounts.deputies import actions as deputy_actions
from shielding.accounts.factor_resets import actions as resets
from shielding.accounts.history import AccountChange, Change
from shielding.accounts.models import User
from shielding.accounts.second_factor import actions as second_factor
from shielding.accounts.second_factor.webauthn import Key
from shielding.accounts.sessions import actions as own_sessions
from shielding.accounts.sessions import alerts as not_me_alerts
from shielding.accounts.sessions.models import NotMe
from shielding.accounts.sign_in.told import owe_password_changed
from shielding.accounts.suspensions import Suspension
from shielding.checks import actions as checks
from shielding.checks.data_loads import actions as data_loads
from shielding.holds.disputes import hand_over_actions as disputes
from shielding.holds.disputes import release_actions
from shielding.holds.disputes import suspension_actions as disputed_suspensions
from shielding.holds.hand_over.models import HandOver
from shielding.holds.moves import actions as moves
from shielding.models import Hold, Record
from shielding.notices import delivery, kinds
from shielding.notices.models import Notice
from shielding.notices.notify import notify
from shielding.operations.lost_mail import alarm
from shielding.records.presenters import page_of_hold
from shielding.reviews import reminders
from shielding.unshield import actions as unshield_actions
from tests.brokerage.support import todays_requests as access
from tests.brokerage.support.cast import a_cast, agreed, say
from tests.brokerage.support.urgent_calls import a_call
from tests.requests_app.go_live.support.files import a_file, a_row, taken_over
from tests.requests_app.support.desk import at_desk
from tests.shielding.accounts.deputies.support.deputies import named
from tests.support import hand_overs
from tests.support.mail_days import moments_of_mail
from tests.support.people import (
    a_practitioner,
    a_service,
    an_administrator,
    an_auditor,
    an_iw_member,
    grant_at_the_server,
    let_in_at_the_server,
)
from tests.support.requests import a_number, a_request
from tests.support.shielded_records import let_go, place, shielded_for
from tests.support.undone import undone
from tests.worker.support.notices import lose

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@dataclass
class Owed:
    """A reader of a notice, and the page that it is about: its address, and what stands on it."""

    reader: User
    page: str
    reads: str = ""


def ago(days):
    return timezone.now() - days * DAY


def a_source():
    """Return a practitioner, and the line manager of whom they are not the only staff."""
    service = a_service()
    manager = a_practitioner(service=service, manager=a_practitioner())
    a_practitioner(service=service, manager=manager)
    return a_practitioner(service=service, manager=manager), manager


def own(reference):
    return reverse("request_detail", args=[reference])


def a_source_hears_that_something_changed():
    source, _ = a_source()
    (hold,) = shielded_for(source, now=ago(3))
    let_go(hold, by=an_iw_member(), now=timezone.now())
    return Owed(source, own(hold.reference))


def a_manager_hears_that_something_changed():
    source, manager = a_source()
    (hold,) = shielded_for(source, now=ago(3))
    Notice.objects.all().overtake()
    let_go(hold, now=timezone.now())
    return Owed(manager, reverse("team"))


def a_requester_hears_of_the_end():
    cast = a_cast()
    ended = access.concluded(cast, "source_will_contact", now=timezone.now())
    Notice.objects.filter(due_at__lte=timezone.now()).overtake()
    return Owed(cast.requester, reverse("access_detail", args=[ended.reference]))


def a_requesters_manager_hears_of_the_end():
    cast = a_cast()
    ended = access.concluded(cast, "source_will_contact", now=timezone.now())
    Notice.objects.filter(due_at__lte=timezone.now()).overtake()
    return Owed(cast.manager, access.approval(ended))


def a_review_is_to_be_answered():
    source, _ = a_source()
    request = a_request(source, now=ago(6))
    reminders.raise_reminders(timezone.now())
    return Owed(source, reverse("request_review", args=[request.reference]))


def a_manager_hears_of_an_answer_overdue():
    source, manager = a_source()
    request = a_request(source, now=ago(9))
    reminders.raise_reminders(timezone.now())
    return Owed(manager, reverse("team"), request.reference)


def a_deputy_hears_of_an_answer_overdue():
    source, manager = a_source()
    deputy = a_practitioner(service=manager.service, manager=a_practitioner())
    a_practitioner(service=manager.service, manager=deputy)
    named(manager, deputy, timezone.localdate(), 30, now=timezone.now())
    request = a_request(source, now=ago(9))
    reminders.raise_reminders(timezone.now())
    return Owed(deputy, reverse("team"), request.reference)


def a_lead_hears_of_a_review_overdue():
    lead = an_iw_member(lead=True)
    request = a_request(now=ago(12))
    reminders.raise_reminders(timezone.now())
    return Owed(lead, reverse("desk_request", args=[request.reference]))


def being_unshielded(by):
    (hold,) = shielded_for(now=ago(15))
    let_go(hold, now=ago(12))
    record = Record.objects.get(pk=hold.record_id)
    return unshield_actions.begin_unshield(record, by=by, now=ago(6))


def an_unshielding_waits():
    lead, member = an_iw_member(lead=True), an_iw_member()
    record = being_unshielded(member)
    reminders.raise_reminders(timezone.now())
    return Owed(lead, reverse("record_detail", args=[record.reference]))


def an_unshielding_is_cancelled():
    member = an_iw_member()
    record = being_unshielded(member)
    place(record, now=timezone.now())
    reminders.raise_reminders(timezone.now())
    return Owed(member, reverse("record_detail", args=[record.reference]))


def a_request_is_to_be_shielded():
    member = an_iw_member()
    request = a_request(now=timezone.now())
    reminders.raise_reminders(timezone.now())
    return Owed(member, reverse("desk_request", args=[request.reference]))


def a_lead_hears_of_what_is_not_applied():
    lead = an_iw_member(lead=True)
    request = a_request(now=ago(1))
    reminders.raise_reminders(timezone.now())
    return Owed(lead, reverse("desk_request", args=[request.reference]))


def a_source_is_to_phone():
    source, _manager = a_source()
    (hold,) = shielded_for(source, now=ago(15))
    found = checks.Found("open")
    checks.attest_found(hold.record, found=found, by=an_iw_member(), now=timezone.now())
    page = reverse("request_detail", args=[hold.reference])
    return Owed(source, page, "Phone the IW Team now")


def a_record_is_found_open():
    lead, found = an_iw_member(lead=True), checks.Found("open")
    (hold,) = shielded_for(now=ago(15))
    checks.attest_found(hold.record, found=found, by=an_iw_member(), now=timezone.now())
    page = reverse("record_detail", args=[hold.record.reference])
    return Owed(lead, page, "Check now")


def a_data_load_is_taken_back():
    member, colleague = an_iw_member(), an_iw_member()
    load = data_loads.enter(timezone.localdate(), by=member, now=timezone.now())
    data_loads.take_back(load, by=colleague, now=timezone.now())
    return Owed(member, reverse("data_loads"), colleague.name)


def a_mail_is_lost():
    member = an_iw_member()
    lose("item_changed", new_reference(), a_practitioner())
    alarm.raise_alarm(timezone.now())
    return Owed(member, reverse("notices"))


def an_unshielding_lacks_members():
    """Of two members one made the account that let go: nobody unshields."""
    lead, maker = an_iw_member(lead=True), an_iw_member()
    source = a_practitioner()
    (hold,) = shielded_for(source, now=ago(15))
    User.objects.iw_team().exclude(pk__in=[lead.pk, maker.pk]).update(is_active=False)
    AccountChange.objects.create(person=source, change=Change.REACTIVATED, at=ago(13), by=maker)
    let_go(hold, now=ago(12))
    reminders.raise_reminders(timezone.now())
    record = Record.objects.get(pk=hold.record_id)
    return Owed(lead, reverse("record_detail", args=[record.reference]))


def a_hand_over_is_said_to_be_wrong():
    lead, service = an_iw_member(lead=True), a_service()
    leaver, colleague = (a_practitioner(service=service) for _ in "ab")
    shielded_for(leaver)
    hand_overs.hand_over(leaver, to=colleague, by=an_iw_member(), now=timezone.now())
    done = HandOver.objects.get()
    told = done.told.get(person=leaver)
    disputes.say_wrong(told, by=leaver, now=timezone.now())
    return Owed(lead, reverse("hand_over", args=[done.reference]))


def a_source_did_not_let_go():
    lead = an_iw_member(lead=True)
    taken_over(a_file(a_row(a_practitioner())), one=an_iw_member(), two=lead)
    gone = let_go(Hold.objects.get(), now=timezone.now())
    release_actions.deny_release(gone, phoned=True, by=an_iw_member(), now=timezone.now())
    return Owed(lead, page_of_hold(gone))


def a_suspension_is_said_to_be_wrong():
    lead, person = an_iw_member(lead=True), a_practitioner()
    suspending.suspend(person, by=an_administrator(), now=timezone.now())
    done = Suspension.objects.get()
    told = done.told.get(person=person)
    disputed_suspensions.say_wrong(told, by=person, now=timezone.now())
    return Owed(lead, reverse("suspension", args=[done.reference]))


def a_deputy(ended=False):
    service = a_service()
    manager, deputy = (a_practitioner(service=service, manager=a_practitioner()) for _ in "ab")
    for one in (manager, deputy):
        a_practitioner(service=service, manager=one)
    done = named(manager, deputy, timezone.localdate(), 7, now=timezone.now())
    if ended:
        deputy_actions.end_deputy(done, by=manager, now=timezone.now())
    return manager, deputy, done.reference


def a_deputy_is_named():
    _, deputy, reference = a_deputy()
    return Owed(deputy, reverse("deputy"), reference)


def a_deputy_is_ended():
    manager, _, reference = a_deputy(ended=True)
    return Owed(manager, reverse("deputy"), reference)


def a_name_is_changed():
    source, _ = a_source()
    directory.rename(source, "Another Name", by=an_iw_member(), now=timezone.now())
    return Owed(source, reverse("your_account"), "Another Name")


def a_role(decide=None):
    administrator, lead, other_lead = (
        an_administrator(),
        an_iw_member(lead=True),
        an_iw_member(lead=True),
    )
    person = an_iw_member()
    grant = role_grants.propose_role(
        person, role="auditor", is_lead=False, by=administrator, now=timezone.now()
    )
    if decide:
        decide(grant, by=lead, now=timezone.now())
    return administrator, other_lead


def a_role_is_proposed():
    return Owed(a_role()[1], reverse("roles"))


def a_role_is_granted():
    return Owed(a_role(role_grants.confirm_role)[1], reverse("logbook"))


def an_address_is_changed():
    auditor, by, now = an_auditor(), an_iw_member(), timezone.now()
    person, second = a_practitioner(), an_iw_member()
    change = corrections.propose_address(person, "other@council.example", by=by, now=now)
    corrections.confirm_address(change, phoned=True, by=second, now=now)
    return Owed(auditor, reverse("logbook"))


def a_member_let_in_again():
    """Return an administrator and an auditor, of whom each heard of a lead's member: stopped, and
    let in again.
    """
    administrator, auditor, now = an_administrator(), an_auditor(), timezone.now()
    member, _other = an_iw_member(), an_iw_member()
    suspending.suspend(member, by=an_iw_member(lead=True), now=now)
    suspending.reactivate(member, by=administrator, now=now)
    return administrator, auditor, reverse("person", args=[member.uid])


def a_lead_suspends_a_member():
    administrator, _auditor, page = a_member_let_in_again()
    return Owed(administrator, page)


def somebody_is_let_in_at_the_server():
    administrator, now = an_administrator(), timezone.now()
    let_in = let_in_at_the_server(an_iw_member(lead=True), an_iw_member(), an_auditor(), now=now)
    with transaction.atomic():
        notify(kinds.GLASS_BROKEN, let_in, recipients=[administrator], now=now, mentions="")
    return Owed(administrator, reverse("home"), "let in again at the server")


def a_member_is_let_in():
    return Owed(a_member_let_in_again()[1], reverse("logbook"))


def somebody_moves():
    person, manager = a_source()
    given = {"to": a_service(), "manager": None, "how": "handed_over", "seen": []}
    moves.move_person(person, **given, by=an_iw_member(), now=timezone.now())
    return Owed(manager, reverse("your_account"))


def a_password_is_changed():
    person = a_source()[0]
    with transaction.atomic():
        owe_password_changed(person, timezone.now())
    return Owed(person, reverse("your_account"))


def wrong_codes_are_given():
    person = a_source()[0]
    second_factor.note_wrong_code(5, by=person, now=timezone.now())
    return Owed(person, reverse("your_account"))


def a_factor_is_reset():
    person, _ = a_source()
    resets.reset_factor(person, phoned=True, by=an_iw_member(), now=timezone.now())
    return Owed(person, reverse("your_account"))


def a_factor_is_added():
    person = a_source()[0]
    second_factor.add_key(Key(b"key", b"public", 0), by=person, now=timezone.now())
    return Owed(person, reverse("own_factors"))


def a_factor_is_added_after_a_recovery_code():
    lead, key = an_iw_member(lead=True), Key(b"key", b"public", 0)
    person = a_source()[0]
    second_factor.add_key(key, by=person, now=timezone.now(), after_recovery=True)
    return Owed(lead, reverse("your_account"))


def a_password_is_ended():
    person = a_source()[0]
    second_factor.note_wrong_code(20, by=person, now=timezone.now())
    return Owed(person, reverse("your_account"))


def codes_are_guessed():
    lead = an_iw_member(lead=True)
    second_factor.note_wrong_code(20, by=a_source()[0], now=timezone.now())
    return Owed(lead, reverse("your_account"))


def a_key_is_copied():
    person = a_source()[0]
    second_factor.note_copied_key(by=person, now=timezone.now())
    return Owed(person, reverse("your_account"))


def a_recovery_code_is_used():
    person = a_source()[0]
    second_factor.note_recovery_code(by=person, now=timezone.now())
    return Owed(person, reverse("your_account"))


def somebody_says_not_me():
    lead, now = an_iw_member(lead=True), timezone.now()
    own_sessions.say_not_me(by=a_source()[0], now=now)
    not_me_alerts.raise_alerts(now)
    return Owed(lead, reverse("not_me_settle", args=[NotMe.objects.get().reference]))


def a_role_is_refused():
    return Owed(a_role(role_grants.refuse_role)[0], reverse("roles"))


def a_call_is_to_be_confirmed():
    source, _ = a_source()
    request = phoned_requests.log_phoned(
        reference=new_reference(),
        number=a_number(),
        ground="abuse",
        caller="practitioner",
        practitioner=source,
        service=source.service,
        by=an_iw_member(),
        now=timezone.now(),
    )
    return Owed(source, own(request.reference))


def a_shield_is_taken_over():
    source, _ = a_source()
    taken_over(a_file(a_row(source)), one=an_iw_member(), two=an_iw_member())
    return Owed(source, own(Hold.objects.get(source=source).reference))


def a_manager_is_named_as_supporter():
    source, manager = a_source()
    request = a_request(
        source,
        now=timezone.now(),
        supporter=manager,
        supporter_not_listed=False,
        supported_on=timezone.localdate(),
    )
    return Owed(manager, reverse("supporting"), request.reference)


def an_access_request_is_to_be_agreed():
    cast = a_cast()
    waits = access.waiting(cast)
    return Owed(cast.manager, access.approval(waits))


def desk_page(asked):
    return reverse("brokerage_request", args=[asked.reference])


def an_agreed_access_request_is_to_begin():
    cast = a_cast()
    asked = access.agreed(cast)
    brokerage_reminders.raise_reminders(timezone.now())
    return Owed(cast.member, desk_page(asked))


def an_access_request_is_the_leads():
    cast = a_cast()
    asked = access.asking(cast)
    say(asked, cast.source, "objects", now=timezone.now())
    return Owed(cast.lead, desk_page(asked))


def an_access_request_ends_unfinished():
    cast = a_cast()
    today = timezone.localdate()
    then = timezone.now() - timedelta(days=9)
    documented = timezone.localdate(then)
    asked = agreed(cast, now=then, needed_until=today, documented_on=documented)
    brokerage_reminders.raise_reminders(timezone.now())
    return Owed(cast.lead, desk_page(asked))


def a_source_is_asked():
    cast = a_cast()
    asked = access.asking(cast)
    liaison = access.asked(asked, cast.source)
    return Owed(cast.source, access.question(liaison))


def a_source_hears_of_an_answer_in_their_name():
    cast = a_cast()
    liaison = access.asked(access.asking(cast), cast.source)
    Notice.objects.all().overtake()
    brokerage_desk.answer_on_word(
        liaison,
        answer="will_contact",
        family="content",
        asked_at=liaison.asked_at,
        by=cast.member,
        now=timezone.now(),
    )
    return Owed(cast.source, access.question(liaison), "by phone")


def a_source_hears_that_it_is_finished():
    cast = a_cast()
    asked = access.asking(cast)
    requester_actions.withdraw(asked, by=cast.requester, now=timezone.now())
    brokerage_reminders.raise_reminders(timezone.now())
    return Owed(cast.source, access.question(access.asked(asked, cast.source)))


def a_contact_is_stopped():
    cast = a_cast()
    granted = access.concluded(cast, "source_will_contact", now=ago(8))
    source_actions.stop_contact(granted, by=cast.source, now=timezone.now())
    return Owed(cast.lead, desk_page(granted))


def a_grant_ends():
    cast = a_cast()
    granted = access.answered(cast, "will_contact", "give_contact", now=timezone.now())
    brokerage_desk.conclude(
        granted,
        outcome="source_will_contact",
        granted_until=timezone.localdate() + 5 * DAY,
        by=cast.member,
        now=timezone.now(),
    )
    return Owed(cast.requester, reverse("access_detail", args=[granted.reference]))


def an_urgent_call_is_to_be_read():
    cast = a_cast()
    call = a_call(by=cast.member)
    return Owed(cast.lead, desk_page(call))


def nobody_read_an_urgent_call():
    cast = a_cast()
    call = a_call(by=cast.member, now=ago(2))
    brokerage_reminders.raise_reminders(timezone.now())
    return Owed(cast.lead, desk_page(call))


# Of every kind of notice, how somebody comes to be owed one.
STORIES: dict[str, tuple[Callable[[], Owed], ...]] = {
    "item_changed": (
        a_source_hears_that_something_changed,
        a_requester_hears_of_the_end,
        a_requesters_manager_hears_of_the_end,
        a_source_hears_of_an_answer_in_their_name,
    ),
    "team_item_changed": (a_manager_hears_that_something_changed,),
    "review_reminder": (a_review_is_to_be_answered,),
    "review_overdue_manager": (
        a_manager_hears_of_an_answer_overdue,
        a_deputy_hears_of_an_answer_overdue,
    ),
    "review_overdue_lead": (a_lead_hears_of_a_review_overdue,),
    "unshield_waits": (an_unshielding_waits,),
    "unshield_cancelled": (an_unshielding_is_cancelled,),
    "to_shield": (a_request_is_to_be_shielded,),
    "to_shield_lead": (a_lead_hears_of_what_is_not_applied,),
    "phone_about": (a_source_is_to_phone,),
    "found_open": (a_record_is_found_open,),
    "data_load_taken_back": (a_data_load_is_taken_back,),
    "unshield_lacks_members": (an_unshielding_lacks_members,),
    "hand_over_disputed": (a_hand_over_is_said_to_be_wrong,),
    "release_denied": (a_source_did_not_let_go,),
    "suspension_disputed": (a_suspension_is_said_to_be_wrong,),
    "deputy_named": (a_deputy_is_named,),
    "deputy_ended": (a_deputy_is_ended,),
    "name_changed": (a_name_is_changed,),
    "person_moved": (somebody_moves,),
    "password_changed": (a_password_is_changed,),
    "wrong_codes": (wrong_codes_are_given,),
    "factor_changed": (a_factor_is_added,),
    "factor_reset": (a_factor_is_reset,),
    "factor_after_recovery": (a_factor_is_added_after_a_recovery_code,),
    "password_ended": (a_password_is_ended,),
    "codes_guessed": (codes_are_guessed,),
    "key_copied": (a_key_is_copied,),
    "recovery_code_used": (a_recovery_code_is_used,),
    "not_me": (somebody_says_not_me,),
    "address_confirmed": (an_address_is_changed,),
    "glass_broken": (somebody_is_let_in_at_the_server,),
    "member_suspended": (a_lead_suspends_a_member,),
    "member_let_in": (a_member_is_let_in,),
    "role_proposed": (a_role_is_proposed,),
    "role_granted": (a_role_is_granted,),
    "role_refused": (a_role_is_refused,),
    "confirm_phoned": (a_call_is_to_be_confirmed,),
    "shield_taken_over": (a_shield_is_taken_over,),
    "named_as_supporter": (a_manager_is_named_as_supporter,),
    "access_to_agree": (an_access_request_is_to_be_agreed,),
    "access_agreed": (an_agreed_access_request_is_to_begin,),
    "access_to_lead": (an_access_request_is_the_leads,),
    "access_lapses": (an_access_request_ends_unfinished,),
    "contact_asked": (a_source_is_asked,),
    "contact_ended": (a_source_hears_that_it_is_finished,),
    "contact_stopped": (a_contact_is_stopped,),
    "grant_ends": (a_grant_ends,),
    "mail_given_up": (a_mail_is_lost,),
    "urgent_to_read": (an_urgent_call_is_to_be_read,),
    "urgent_not_read": (nobody_read_an_urgent_call,),
}


def _now(reader):
    return User.objects.filter(pk=reader.pk)


def nothing(_reader):
    """What is owed to people as they are is sent."""


def another_manager(reader):
    """Whom they manage has another manager now, and so have they."""
    new = a_practitioner(service=reader.service) if reader.service else an_iw_member()
    User.objects.filter(line_manager=reader).update(line_manager=new)
    if reader.line_manager_id:
        _now(reader).update(line_manager=new)


def another_role(reader):
    """As an IW lead confirms it: not of somebody who still manages others."""
    User.objects.filter(line_manager=reader).update(line_manager=None)
    _now(reader).update(role="auditor", is_lead=False, service=None, line_manager=None)
    grant_at_the_server(User.objects.get(pk=reader.pk))


def another_service(reader):
    _now(reader).update(service=a_service())


def a_suspension(reader):
    _now(reader).update(is_active=False, suspended_at=timezone.now(), suspended_by=an_iw_member())


CHANGES = (nothing, another_manager, another_role, another_service, a_suspension)


def ten_days_of_mail(*, until_done):
    """Deliver whatever becomes due in ten days, when it does; or until none of these is owed."""
    now = timezone.now()
    for moment in moments_of_mail(now, now + 10 * DAY):
        delivery.deliver(moment)
        if until_done is not None and not until_done.owed().exists():
            return


def opens(owed):
    """Return whether the reader as they are now opens the page, and reads of it there."""
    reader = User.objects.get(pk=owed.reader.pk)
    if not reader.is_active:
        return False
    page = at_desk(reader).get(owed.page)
    return page.status_code == 200 and owed.reads in page.content.decode()


@pytest.mark.parametrize(
    ("kind", "story"),
    [
        pytest.param(kind, story, id=story.__name__)
        for kind, stories in STORIES.items()
        for story in stories
    ],
)
def test_what_is_sent_leads_to_a_page_and_the_rest_is_overtaken(kind, story):
    owed = story()
    notices = Notice.objects.filter(kind=kind, recipient=owed.reader).owed()
    watched = Notice.objects.filter(pk__in=list(notices.values_list("pk", flat=True)))
    assert watched
    # What others are owed is theirs: it is not walked.
    Notice.objects.exclude(recipient=owed.reader).overtake()
    for change in CHANGES:
        if change is another_service and not owed.reader.service:
            continue  # it is for nobody without one
        with undone():
            after(change, owed, watched)


def after(change, owed, watched):
    """Assert that what is owed is sent where its reader opens the page, and else overtaken."""
    change(User.objects.get(pk=owed.reader.pk))
    opened = opens(owed)
    outbox.outbox.clear()
    ten_days_of_mail(until_done=None if change is a_suspension else watched)
    fates = set(watched.values_list("fate", flat=True))
    assert fates == ({"sent"} if opened else {"overtaken"}), change.__name__
    assert opened or change is not nothing
    if change is a_suspension:
        # Of the suspension itself they hear, and of nothing else.
        mailed = [one for one in outbox.outbox if owed.reader.email in one.to]
        assert [one for one in mailed if "/suspended/" not in one.body] == []


def test_every_kind_is_walked():
    links_of_ones_own = set(kinds.OWN_MAIL_KINDS) - {kinds.NAME_CHANGED}
    assert set(STORIES) == {code for code in kinds._KINDS if code not in links_of_ones_own}
    assert all(kinds._KINDS[code].readers for code in STORIES)
