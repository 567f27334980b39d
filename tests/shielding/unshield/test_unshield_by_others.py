"""Nobody confirms a final unshield who may not: by the act, by the page, or by raw SQL."""

from collections import Counter
from datetime import datetime, timedelta
from functools import partial

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from logbook.writing import log_entry
from requests_app.desk import actions as desk_actions
from requests_app.practitioner.actions import submit
from shielding.accounts import actions as directory
from shielding.accounts import suspending
from shielding.accounts.models import User
from shielding.holds import actions as hold_actions
from shielding.holds import letting_go
from shielding.models import Hold, Record
from shielding.records import states
from shielding.unshield import actions as unshield_actions
from shielding.web.refusals import Refused
from tests.concurrency.support.races import counts
from tests.requests_app.support.desk import at_desk
from tests.support import hand_overs
from tests.support.people import (
    a_practitioner,
    an_administrator,
    an_auditor,
    an_iw_member,
    grant_at_the_server,
)
from tests.support.requests import a_number, a_written_draft
from tests.support.shielded_records import DAY, GONE, at

pytestmark = pytest.mark.django_db(transaction=True)


# Who could be one of the sources, and by what name a scene knows them: they take neither step.
COULD_BE_THE_SOURCE = {
    "made the account that withdrew": "made",
    "let that account be used again": "again",
    "proposed the hand-over": "handed",
    "recorded the word of somebody without an account": "recorded",
}


class BeingUnshielded:
    """A record that one member began to unshield, and everybody who may not be the second."""

    def __init__(self, *, begun: bool = True) -> None:
        self.now = timezone.now()
        self.source, number, then = a_practitioner(), a_number(), self.ago(20)
        self.applier, self.proposer, self.confirmer = (an_iw_member() for _ in range(3))
        self.on_word, self.began, self.honest = (an_iw_member() for _ in range(3))
        asked, other, handed, unheard = (
            submit(a_written_draft(one, number=number, now=then), by=one, now=then)
            for one in (self.source, *(a_practitioner() for _ in range(3)))
        )
        hold_actions.attest_applied(
            asked.hold, checked_on=then.date(), no_duplicate=True, by=self.applier, now=then
        )
        desk_actions.propose_not_agreed(
            other, reason="objection", seen=then, by=self.proposer, now=self.ago(19)
        )
        desk_actions.confirm_not_agreed(
            other, no_duplicate=True, seen=self.ago(19), by=self.confirmer, now=self.ago(18)
        )
        letting_go.say_family(other.hold, family="told", by=self.confirmer, now=self.ago(18))
        letting_go.withdraw(asked.hold, parting=GONE, by=self.on_word, now=self.ago(10))
        self.let_go_as_somebody_else(handed.hold)
        self.let_go_by_phone(unheard.hold)
        self.record = Record.objects.get()
        if begun:
            unshield_actions.begin_unshield(self.record, by=self.began, now=self.now)

    def let_go_as_somebody_else(self, hold: Hold) -> None:
        """Hand a claim to a newly made account, stop that and start it again, and let go as it."""
        self.made, self.again, self.handed = (an_iw_member() for _ in range(3))
        leaver = hold.source
        heir = directory.add_practitioner(
            name="New Comer",
            email="new.comer@council.example",
            service=leaver.service,
            by=self.made,
            now=self.ago(17),
        )
        suspending.suspend(heir, by=self.honest, now=self.ago(16))
        suspending.reactivate(heir, by=self.again, now=self.ago(15))
        directory.vouch(heir, phoned=True, by=self.honest, now=self.ago(14))
        hand_overs.hand_over(
            leaver, to=heir, proposed_by=self.handed, by=self.honest, now=self.ago(13)
        )
        heir.refresh_from_db()
        letting_go.withdraw(hold, parting=GONE, by=heir, now=self.ago(12))

    def let_go_by_phone(self, hold: Hold) -> None:
        """Record the word of a source whose account is stopped; another member attests a call."""
        self.recorded, self.attested = an_iw_member(), an_iw_member()
        suspending.suspend(hold.source, by=self.honest, now=self.ago(12))
        letting_go.withdraw(hold, parting=GONE, by=self.recorded, now=self.ago(11))
        letting_go.attest_word(hold, phoned=True, by=self.attested, now=self.ago(11))

    def ago(self, days: int) -> datetime:
        return at(timezone.localdate() - days * DAY)

    def who_may_not(self, turn: int) -> tuple[str, User]:
        """Return somebody who may not confirm, another kind each time, and what they are."""
        kinds = {
            "practitioner": a_practitioner,
            "source": lambda: self.source,
            "auditor": an_auditor,
            "administrator": an_administrator,
            "suspended meanwhile": lambda: left(an_iw_member(), is_active=False),
            "of another role meanwhile": lambda: left(an_iw_member(), role="auditor"),
            "lead of another role meanwhile": lambda: left(
                an_iw_member(lead=True), role="administrator", is_lead=False
            ),
            "began": lambda: self.began,
            "recorded a release on word": lambda: self.on_word,
            "proposed a release": lambda: self.proposer,
            "confirmed a release": lambda: self.confirmer,
            "attested a call": lambda: self.attested,
            **{kind: partial(getattr, self, name) for kind, name in COULD_BE_THE_SOURCE.items()},
            "newly granted": lambda: an_iw_member(
                second_person_from=timezone.now() + timedelta(hours=23)
            ),
        }
        kind = list(kinds)[turn % len(kinds)]
        return kind, kinds[kind]()

    def is_as_it_was(self) -> bool:
        record = Record.objects.get()
        return (record.state, record.unshield_confirmed_by) == (states.UNSHIELDING, None)


def left(member: User, **changed: object) -> User:
    """Return a member as the page knew them, who is something else by now."""
    with transaction.atomic():
        User.objects.filter(pk=member.pk).update(**changed)
        if "role" in changed:
            grant_at_the_server(User.objects.get(pk=member.pk))
    return member


def refused_by_the_act(scene: BeingUnshielded, person: User) -> bool:
    try:
        unshield_actions.confirm_unshield(scene.record, by=person, now=timezone.now())
    except Refused:
        return True
    return False


def refused_by_the_page(scene: BeingUnshielded, person: User) -> bool:
    """Post what the page of confirming posts, signed in while they still were who they were."""
    person.refresh_from_db()
    now, person.is_active = {"is_active": person.is_active}, True
    person.save(update_fields=["is_active"])
    browser = at_desk(person)
    User.objects.filter(pk=person.pk).update(**now)
    page = browser.post(f"/records/{scene.record.reference}/unshield/confirm/")
    assert page.status_code < 500
    return "is unshielded" not in page.content.decode()


@counts(2 * 17, 3_000)  # each kind of people once by the page and once by the act
def test_nobody_who_may_not_confirms_by_act_or_page(times, capsys):
    scene, tried = BeingUnshielded(), Counter()
    for turn in range(times):
        kind, person = scene.who_may_not(turn // 2)
        by = refused_by_the_act if turn % 2 else refused_by_the_page
        assert by(scene, person), kind
        assert scene.is_as_it_was(), kind
        tried[kind] += 1
    assert len(tried) == 17
    with capsys.disabled():
        print(f"\n{times} unshields by {len(tried)} kinds of people: 0 done")  # noqa: T201 - the figure
    # And the same record, by the act and one who may: it was not something else that kept it.
    unshield_actions.confirm_unshield(scene.record, by=scene.honest, now=timezone.now())
    assert Record.objects.get().state == states.NOT_SHIELDED


def begin_by_the_page(scene: BeingUnshielded, person: User) -> int:
    return at_desk(person).post(f"/records/{scene.record.reference}/unshield/").status_code


@counts(2 * len(COULD_BE_THE_SOURCE), 1_000)
def test_nobody_who_could_be_the_source_begins_by_act_or_page(times):
    scene = BeingUnshielded(begun=False)
    for turn in range(times):
        kind = list(COULD_BE_THE_SOURCE)[turn // 2 % len(COULD_BE_THE_SOURCE)]
        person = getattr(scene, COULD_BE_THE_SOURCE[kind])
        if turn % 2:
            with pytest.raises(Refused, match="could_be_the_source"):
                unshield_actions.begin_unshield(scene.record, by=person, now=scene.now)
        else:
            assert begin_by_the_page(scene, person) == 409, kind
        assert Record.objects.get().state == states.SHIELDED, kind
    # Who attested the call may begin, and not confirm.
    assert begin_by_the_page(scene, scene.attested) == 302
    assert Record.objects.get().state == states.UNSHIELDING


def test_nobody_outside_the_team_begins_or_stops_one():
    scene = BeingUnshielded()
    for turn in range(7):
        kind, person = scene.who_may_not(turn)
        for act in (
            partial(unshield_actions.stop_unshield, found="never_opened"),
            unshield_actions.begin_unshield,
        ):
            with pytest.raises(Refused):
                act(scene.record, by=person, now=scene.now)
            assert scene.is_as_it_was(), kind


# --- By raw SQL, as the application's own role --------------------------------------------------

CONFIRM = (
    "UPDATE shielding_record SET state = 'not_shielded', review_due = NULL, waiting_since = NULL,"
    " unshield_confirmed_at = now(), unshield_confirmed_by_id = %s"
)


def confirm_by_hand(record: Record, by: User | None, *, logged: bool) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        if logged:
            log_entry(
                "unshield_confirmed",
                by=by or an_iw_member(),
                at=timezone.now(),
                record_reference=record.reference,
                **{"from": states.UNSHIELDING, "to": states.NOT_SHIELDED},
            )
        statement = CONFIRM if by else CONFIRM.replace("now(), unshield", "NULL, unshield")
        cursor.execute(statement, [by.pk if by else None])


def test_one_person_nobody_or_two_without_an_entry_are_refused_by_postgres():
    scene = BeingUnshielded()
    for second, logged, why in (
        (scene.began, True, "record_unshield_by_two"),
        (None, True, "unshield of two"),
        (scene.honest, False, "changed without its entry"),
    ):
        with pytest.raises(IntegrityError, match=why):
            confirm_by_hand(scene.record, second, logged=logged)
        assert scene.is_as_it_was(), why
    confirm_by_hand(scene.record, scene.honest, logged=True)
    assert Record.objects.get().state == states.NOT_SHIELDED
