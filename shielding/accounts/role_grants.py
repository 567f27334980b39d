"""Roles beyond the practitioner's: an administrator proposes, an IW lead confirms."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Q

from logbook.days import really
from logbook.references import new_reference
from logbook.writing import log_entry
from shielding.accounts import policies
from shielding.accounts.actions import create_account, owe_invitation, sent_before
from shielding.accounts.history import Change, remember, remember_manager
from shielding.accounts.models import RoleGrant, User
from shielding.accounts.sessions.ending import end_for_good
from shielding.accounts.sessions.session_codes import How
from shielding.accounts.suspending import alone_with_roles
from shielding.notices.notify import notify
from shielding.roles import Role
from shielding.web.refusals import NotAllowed, Refused, WrongState


def propose_account(
    *,
    name: str,
    email: str,
    role: str,
    is_lead: bool,
    uid: UUID | None = None,
    by: User,
    now: datetime,
) -> RoleGrant:
    """Add an account for a colleague outside the services, unusable until an IW lead confirms.

    `uid` was born with the form, so that sending the form twice finds the proposal. Refuses anyone
    but an administrator, a practitioner's role, an address in use, and a form already sent with
    anything else in it or by a colleague.
    """
    if not policies.may_propose_role(by):
        raise NotAllowed("not_administrator")
    with transaction.atomic():
        person = User(name=name, role=role, is_active=False, created_at=now)
        if sent := sent_before(uid, person, email, by=by):
            return _first_of(sent, is_lead)
        person.uid = uid or person.uid
        person = create_account(person, email)
        remember(person, Change.MADE, by=by, now=now)
        return _propose(person, role, is_lead, by, now)


def _first_of(person: User, is_lead: bool) -> RoleGrant:
    """Return what was proposed with an account; refuses another lead flag than was proposed."""
    grant = person.grants.earliest("pk")
    if grant.is_lead != is_lead:
        raise WrongState("form_sent", "This form was sent before, and proposed another role.")
    return grant


def propose_role(person: User, *, role: str, is_lead: bool, by: User, now: datetime) -> RoleGrant:
    """Propose another role for an account outside the services; an IW lead decides.

    Refuses anyone but an administrator, oneself, a practitioner's account, a suspended account,
    the role it has, and a second proposal while one is open.
    """
    with transaction.atomic():
        person = User.objects.select_for_update(no_key=True).get(pk=person.pk)
        if not policies.may_propose_role(by, person):
            raise NotAllowed("may_not_propose")
        if person.suspended_at is not None:
            raise WrongState("suspended", "This account is suspended.")
        if person.is_active and (person.role, person.is_lead) == (role, is_lead):
            raise Refused("same_role", "This person has this role already.")
        if person.grants.open().exists():
            raise WrongState("proposal_open", "A role is proposed for this person already.")
        return _propose(person, role, is_lead, by, now)


def confirm_role(grant: RoleGrant, *, by: User, now: datetime) -> None:
    """Give the proposed role. The person, the IW leads and the auditors are told.

    Somebody whose first role it is gets an invitation to choose a password too.

    Refuses anyone but an IW lead, the one it is about, the one who proposed, a decided proposal,
    one whose proposer is no longer an administrator, a suspended account, someone who still
    manages others, and to take a role from the last who could act in it. For 24 hours the account
    cannot be the second person of anything.
    """
    with transaction.atomic():
        alone_with_roles()
        # Whoever proposed may not be suspended, or get another role, while this is decided.
        people = User.objects.locked(grant.person_id, grant.proposed_by_id, by.pk)
        person = people[grant.person_id]
        grant = _open_grant(grant, by, now)
        if void := policies.why_void_grant(grant):
            raise WrongState("proposer_gone", void)
        if person.suspended_at is not None:
            raise WrongState("suspended", "This account is suspended.")
        if grant.role != person.role and person.staff.exists():
            raise WrongState("manages_others", "This person is still somebody's line manager.")
        if last := policies.why_last(person, now, to=grant):
            raise WrongState("last_of_role", last)
        before = person.role
        if not person.is_active:
            owe_invitation(person, now)
        _end_what_was(person, grant, by, now)
        _write("confirm", grant, by, now)
        _record_decision("role_granted", grant, by, now, old_role=before)
        notify("role_granted", grant.reference, recipients=_told(person, but=by), now=now)


def refuse_role(grant: RoleGrant, *, by: User, now: datetime) -> None:
    """Refuse a proposed role; who proposed it is told. Refuses whom `confirm_role` refuses."""
    with transaction.atomic():
        User.objects.locked(grant.person_id, grant.proposed_by_id, by.pk)
        grant = _open_grant(grant, by, now)
        _write("refuse", grant, by, now)
        _record_decision("role_refused", grant, by, now)
        notify("role_refused", grant.reference, recipients=[grant.proposed_by], now=now)


def _propose(person: User, role: str, is_lead: bool, by: User, now: datetime) -> RoleGrant:
    if role == Role.PRACTITIONER or (is_lead and role != Role.IW):
        raise Refused("no_such_role", "This role cannot be proposed.")
    grant = RoleGrant(person=person, reference=new_reference(), role=role, is_lead=is_lead)
    grant = _write("propose", grant, by, now)
    log_entry(
        "role_proposed",
        by=by,
        at=now,
        reference=grant.reference,
        person=person.uid,
        new_role=str(role),
        lead=is_lead,
    )
    leads = User.objects.working().iw_leads().exclude(pk=person.pk)
    notify("role_proposed", grant.reference, recipients=leads, now=now)
    return grant


def _open_grant(grant: RoleGrant, by: User, now: datetime) -> RoleGrant:
    """Return a proposal nobody has decided yet, who acts read anew.

    Whoever decides one has locked its person: nobody else decides it meanwhile.
    """
    by.refresh_from_db(fields=["is_active", "role", "is_lead", "second_person_from"])
    grant = RoleGrant.objects.get(pk=grant.pk)
    if not policies.may_decide_role(by, grant, now):
        raise NotAllowed("may_not_decide_role")
    if not grant.is_open:
        raise WrongState("decided", "Somebody has decided this already.")
    return grant


def _write(act: str, grant: RoleGrant, by: User, now: datetime) -> RoleGrant:
    """Write a step of a grant, and return it as it stands.

    By the function of the database's owner: nothing else may write one. It asks who is who once
    more, and of a confirmed one gives the role and the day in which its person is nobody's second.
    """
    given: list[Any] = [
        act,
        grant.reference,
        grant.person_id,
        str(grant.role),
        grant.is_lead,
        by.pk,
        now,
    ]
    with connection.cursor() as cursor:
        cursor.execute("SELECT accounts_write_grant(%s, %s, %s, %s, %s, %s, %s)", given)
        return RoleGrant.objects.get(pk=cursor.fetchone()[0])


def _end_what_was(person: User, grant: RoleGrant, by: User, now: datetime) -> None:
    """End the sessions of before, and the line, where somebody is to have a role without one."""
    if grant.role not in policies.IN_LINE:
        remember_manager(person, person.line_manager, by=by, now=now)
        person.line_manager = None
    end_for_good(person, How.ACCOUNT, now=really(now))
    person.save(update_fields=["line_manager", "sessions_from"])


def _told(person: User, *, but: User) -> list[User]:
    watching = Q(role=Role.IW, is_lead=True) | Q(role=Role.AUDITOR) | Q(pk=person.pk)
    return list(User.objects.working().filter(watching).exclude(pk=but.pk))


def _record_decision(event: str, grant: RoleGrant, by: User, now: datetime, **more: str) -> None:
    log_entry(
        event,
        by=by,
        at=now,
        reference=grant.reference,
        person=grant.person.uid,
        new_role=grant.role,
        lead=grant.is_lead,
        proposed_by=grant.proposed_by.uid,
        **more,
    )
