"""What a person does with their own second factor, and what wrong codes bring about."""

import uuid
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Q

from logbook.days import really
from logbook.references import new_reference
from logbook.writing import log_entry
from shielding.accounts.factor_resets.models import FactorReset
from shielding.accounts.models import User
from shielding.accounts.second_factor import factors, recovery, totp
from shielding.accounts.second_factor.models import Factor, FactorEnd, FactorKind, RecoveryCode
from shielding.accounts.second_factor.webauthn import Key
from shielding.accounts.second_person import NOT_SECOND_FOR
from shielding.accounts.sessions.ending import end_all, end_for_good
from shielding.accounts.sessions.session_codes import How
from shielding.filled import filled
from shielding.notices.kinds import FACTOR_LINK
from shielding.notices.models import Notice
from shielding.notices.notify import notify
from shielding.roles import Role
from shielding.web.refusals import WrongState, broken_constraint

# How many wrong codes one after another are told of, and end the password.
TOLD_AFTER, ENDED_AFTER = 5, 20
# Who asks again so soon is sent nothing more: the first mail is on its way.
_MAILED_LATELY = timedelta(minutes=10)


def mail_link(*, by: User, now: datetime) -> None:
    """Owe a person the link that their first factor is set up with; at most one in ten minutes.

    A reset ends the links of before, and is not waited after.
    """
    with transaction.atomic():
        User.objects.locked(by.pk)
        since = now - _MAILED_LATELY
        if reset := FactorReset.objects.not_used(by).first():
            since = max(since, filled(reset.done_at))
        if Notice.objects.filter(kind=FACTOR_LINK, recipient=by, created_at__gt=since).exists():
            return
        notify(FACTOR_LINK, new_reference(), recipients=[by], now=now, mentions="")
        log_entry("factor_link_mailed", by=by, at=now)


def confirm_app(
    app: Factor,
    code: str,
    *,
    by: User,
    now: datetime,
    after_recovery: bool = False,
    here: uuid.UUID | None = None,
) -> bool:
    """Let an app of one's own open the account, by its first code, which is taken with it.

    Returns False for a wrong code. Refuses more factors than are kept. Sessions but this one
    (`here`) end, and half ones. The person is told; with `after_recovery`, which is that they came
    in with a recovery code, so is who hears of a reset.
    """
    with transaction.atomic():
        _room_for_one_more(by)
        app = Factor.objects.select_for_update().get(pk=app.pk, person=by)
        if app.confirmed_at is not None or app.ended_at is not None:
            raise WrongState("app_is_set_up", "This app was set up already.")
        steps = totp.steps_of(factors.secret_of(app), code, really(now))
        if not steps:
            return False
        app.last_step, app.confirmed_at, app.after_recovery = steps[0], now, after_recovery
        app.save(update_fields=["last_step", "confirmed_at", "after_recovery"])
        _added(app, by=by, here=here, now=now)
    return True


def add_key(
    key: Key,
    *,
    by: User,
    now: datetime,
    after_recovery: bool = False,
    here: uuid.UUID | None = None,
) -> Factor:
    """Let a key of one's own open the account. Refuses one that an account has already.

    Ends sessions and is told as `confirm_app` is.
    """
    with transaction.atomic():
        _room_for_one_more(by)
        try:
            with transaction.atomic():
                made = Factor.objects.create(
                    person=by,
                    kind=FactorKind.KEY,
                    credential_id=key.credential_id,
                    public_key=key.public_key,
                    sign_count=key.sign_count,
                    made_at=now,
                    confirmed_at=now,
                    after_recovery=after_recovery,
                )
        except IntegrityError as error:
            if broken_constraint(error) != _ONE_KEY_ONCE:
                raise
            raise WrongState("key_is_known", "This key opens an account already.") from error
        _added(made, by=by, here=here, now=now)
    return made


_ONE_KEY_ONCE = "accounts_factor_credential_id_key"


def make_codes(*, by: User, now: datetime) -> None:
    """Make ten recovery codes for a person; those of before end once the new ones are kept."""
    with transaction.atomic():
        User.objects.locked(by.pk)
        batch = uuid.uuid4()
        RecoveryCode.objects.to_keep().filter(person=by).update(ended_at=now)
        RecoveryCode.objects.bulk_create(
            RecoveryCode(person=by, batch=batch, digest=recovery.digest(code), made_at=now)
            for code in recovery.codes_of(batch)
        )
        log_entry("recovery_codes_made", by=by, at=now)


def keep_codes(*, by: User, now: datetime, here: uuid.UUID | None = None) -> None:
    """Let the codes that were made open the account: their person says that they kept them.

    Sessions but this one end: whoever came in by the codes of before is out.
    """
    with transaction.atomic():
        User.objects.locked(by.pk)
        new = RecoveryCode.objects.to_keep().filter(person=by)
        if not new.exists():
            raise WrongState("no_codes_to_keep", "These codes were kept already, or replaced.")
        RecoveryCode.objects.filter(person=by, kept_at__isnull=False, ended_at=None).update(
            ended_at=now
        )
        new.update(kept_at=now)
        _changed(by, here=here, now=now)
        log_entry("recovery_codes_kept", by=by, at=now)


def end_factor(uid: uuid.UUID, *, by: User, now: datetime, here: uuid.UUID | None = None) -> None:
    """End one of several factors of one's own, and all sessions but this one: they may be whose it
    was. Refuses the last one, and anybody else's.
    """
    with transaction.atomic():
        User.objects.locked(by.pk)
        standing = factors.standing(by)
        factor = next((one for one in standing if one.uid == uid), None)
        if factor is None:
            raise WrongState("factor_ended", "This does not open your account any more.")
        if len(standing) == 1:
            raise WrongState("last_factor", "This is the only one: add another one first.")
        ended = Factor.objects.filter(pk=factor.pk)
        ended.update(ended_at=now, ended_by=by, ended_how=FactorEnd.OWN)
        _changed(by, here=here, now=now)
        log_entry("factor_ended", by=by, at=now, kind=factor.kind)


def note_wrong_code(count: int, *, by: User, now: datetime) -> None:
    """Write that a code was wrong, which came after the right password: somebody may have it.

    After the fifth in a row the person is told; after the twentieth the password ends, and they
    and the IW leads are told.
    """
    with transaction.atomic():
        log_entry("wrong_code", by=None, at=now, account=by.uid)
        if count == TOLD_AFTER:
            notify("wrong_codes", new_reference(), recipients=[by], now=now, mentions="")
        if count >= ENDED_AFTER:
            _end_password(by, now)


def note_copied_key(*, by: User, now: datetime) -> None:
    """Write that a key's count did not rise, so that there are two of it; its person is told."""
    with transaction.atomic():
        log_entry("key_copied", by=None, at=now, account=by.uid)
        notify("key_copied", new_reference(), recipients=[by], now=now, mentions="")


def note_recovery_code(*, by: User, now: datetime) -> None:
    """Write that a recovery code was used, and tell its person: somebody may have found them."""
    with transaction.atomic():
        log_entry("recovery_code_used", by=by, at=now, left=factors.codes_left(by))
        notify("recovery_code_used", new_reference(), recipients=[by], now=now, mentions="")


def _added(factor: Factor, *, by: User, here: uuid.UUID | None, now: datetime) -> None:
    """End other sessions and tell the person; after a recovery code all who hear of a reset too.

    It is like one: whoever found the codes could make the account theirs for good by it.
    """
    _changed(by, here=here, now=now)
    if factor.after_recovery:
        person = User.objects.locked(by.pk)[by.pk]
        person.second_person_from = max(now + NOT_SECOND_FOR, person.second_person_from or now)
        person.save(update_fields=["second_person_from"])
        watching = Q(role=Role.IW, is_lead=True) | Q(role=Role.AUDITOR)
        told = User.objects.working().filter(watching).exclude(pk=by.pk)
        notify("factor_after_recovery", new_reference(), recipients=told, now=now, mentions="")
    FactorReset.objects.not_used(by).update(used_at=now)
    User.objects.filter(pk=by.pk).update(password_by_link_at=None)
    how = "recovery" if factor.after_recovery else "own"
    log_entry("factor_added", by=by, at=now, kind=factor.kind, how=how)


def _changed(person: User, *, here: uuid.UUID | None, now: datetime) -> None:
    """End all sessions but one, for somebody else may be in them, and tell the person."""
    end_all(person, How.ACCOUNT, but=here, now=really(now))
    notify("factor_changed", new_reference(), recipients=[person], now=now, mentions="")


def _end_password(person: User, now: datetime) -> None:
    person = User.objects.locked(person.pk)[person.pk]
    if not person.has_usable_password():
        return
    person.set_unusable_password()
    end_for_good(person, How.ACCOUNT, now=really(now))
    person.save(update_fields=["password", "sessions_from"])
    leads = User.objects.working().iw_team().exclude(pk=person.pk).leads_or_else_all()
    reference = new_reference()
    notify("password_ended", reference, recipients=[person], now=now, mentions="")
    notify("codes_guessed", reference, recipients=leads, now=now, mentions="")
    log_entry("password_ended", by=None, at=now, person=person.uid)


def _room_for_one_more(person: User) -> None:
    User.objects.locked(person.pk)
    if len(factors.standing(person)) >= factors.MOST:
        words = f"You have {factors.MOST} already: end one of them first."
        raise WrongState("too_many_factors", words)
