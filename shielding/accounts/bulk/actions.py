"""An import from a file: proposed by one member, confirmed by another with the same file, then done
row by row, each in a transaction of its own.

Process document, section 2: the IW Team keeps the people; section 1: record numbers stand nowhere
but in their records, so the file is kept by nobody in between.
"""

from datetime import datetime

from django.db import connection, transaction

from logbook.writing import log_entry
from shielding.accounts import actions as directory
from shielding.accounts.bulk import policies
from shielding.accounts.bulk.models import FileImport
from shielding.accounts.bulk.people_file import Person
from shielding.accounts.models import Service, User
from shielding.web.refusals import NotAllowed, Refused, WrongState
from shielding.web.uploads import fingerprint


class Halted(Refused):
    """No row of this import can be done any more, or not by this member."""

    code = "import_over"
    message = "This import is done, or was taken back."


# One statement that says whether the row was done before: asked of each of thousands.
_CLAIM = """
INSERT INTO accounts_importedrow (file_import_id, digest) VALUES (%s, %s) ON CONFLICT DO NOTHING
"""
CHANGED = "A colleague did something about this import meanwhile: look at it again."
ANOTHER_FILE = "This is not the file that was proposed: nothing was done. Upload the same file."


def propose(kind: str, content: bytes, *, rows: int, by: User, now: datetime) -> FileImport:
    """Propose to import a file of so many rows, and return the proposal. Nothing is imported.

    Refuses anyone outside the IW Team, and a file that is proposed or was imported already.
    """
    with transaction.atomic():
        by.refresh_from_db(fields=["is_active", "role"])
        if not policies.may_import(by):
            raise NotAllowed("not_iw")
        found, is_new = FileImport.objects.get_or_create(
            kind=kind,
            digest=fingerprint.of_file(content),
            taken_back_at=None,
            defaults={"rows": rows, "proposed_at": now, "proposed_by": by},
        )
        if not is_new:
            raise WrongState("file_known", "This file is proposed or imported already.")
        log_entry("import_proposed", by=by, at=now, reference=found.reference, kind=kind, rows=rows)
    return found


def take_back(found: FileImport, *, by: User, now: datetime) -> FileImport:
    """Take back a proposal, or stop an import that was not run to its end: what was done stays.

    Any member may. Refuses anyone else, one that is done and one that was taken back.
    """
    with transaction.atomic():
        found = FileImport.objects.select_for_update(no_key=True).get(pk=found.pk)
        by.refresh_from_db(fields=["is_active", "role"])
        if not policies.may_import(by):
            raise NotAllowed("not_iw")
        if not found.is_open:
            raise WrongState("import_over", "This import is done, or was taken back.")
        found.taken_back_at, found.taken_back_by, found.row_key = now, by, None
        found.save(update_fields=["taken_back_at", "taken_back_by", "row_key"])
        log_entry("import_taken_back", by=by, at=now, reference=found.reference, kind=found.kind)
    return found


def confirm(found: FileImport, content: bytes, *, by: User, now: datetime) -> FileImport:
    """Confirm a proposal as the second member, with the same file, and return it. Imports nothing.

    Whoever confirmed it already finds it so, and goes on; where they do not, another member
    confirms it anew (`policies.may_confirm`), and the rows that are done stay done. Refuses another
    file, one that is done or was taken back, whoever proposed or counts as one with them, anyone
    newly granted their role, and the proposal of somebody who no longer works in the IW Team or did
    not all the time since.
    """
    with transaction.atomic():
        found = _opened(found, by)
        if void := policies.why_void(found):
            raise WrongState("proposal_fell_away", void)
        if not (policies.may_confirm(by, found, now) or policies.may_go_on(by, found)):
            raise NotAllowed("second_person", "Another member must confirm this, not you.")
        if not policies.is_its_file(found, content):
            raise WrongState("another_file", ANOTHER_FILE)
        if found.confirmed_by_id != by.pk or not policies.may_go_on(by, found):
            found.confirmed_at, found.confirmed_by = now, by
            found.save(update_fields=["confirmed_at", "confirmed_by"])
            log_entry(
                "import_confirmed",
                by=by,
                at=now,
                reference=found.reference,
                kind=found.kind,
                rows=found.rows,
                proposed_by=_whose_proposal(found).uid,
            )
    return found


def propose_anew(found: FileImport, content: bytes, *, by: User, now: datetime) -> FileImport:
    """Take the place of a proposal whose member has left the IW Team, with the same file; return
    the import. It imports nothing: who confirmed it goes on, and what is done stays done.

    Whoever proposed first stays who chose what the file says. Refuses another file, an import that
    is over or that nobody confirmed, a proposal that counts, who confirmed it or counts as one with
    them, and anyone newly granted their role.
    """
    with transaction.atomic():
        found = _opened(found, by)
        if not policies.may_propose_anew(by, found, now):
            raise NotAllowed("second_person", "Another member must take its place, not you.")
        if not policies.is_its_file(found, content):
            raise WrongState("another_file", ANOTHER_FILE)
        before = _whose_proposal(found).uid
        found.proposed_anew_at, found.proposed_anew_by = now, by
        found.save(update_fields=["proposed_anew_at", "proposed_anew_by"])
        log_entry(
            "import_proposed_anew",
            by=by,
            at=now,
            reference=found.reference,
            kind=found.kind,
            rows=found.rows,
            before=before,
        )
    return found


def _opened(found: FileImport, by: User) -> FileImport:
    """Return an import locked, after the member and whose proposal it is, who stays meanwhile.

    Refuses one that is over, and one whose proposal is another's since it was read.
    """
    read = found.proposal
    User.objects.locked(by.pk, read[0])
    found = FileImport.objects.select_for_update(no_key=True).get(pk=found.pk)
    by.refresh_from_db(fields=["is_active", "role", "is_lead", "second_person_from"])
    if not found.is_open:
        raise WrongState("import_over", "This import is done, or was taken back.")
    if found.proposal != read:
        raise WrongState("import_changed", CHANGED)
    return found


def _whose_proposal(found: FileImport) -> User:
    return User.objects.get(pk=found.proposal[0])


def claim_row(
    found: FileImport, digest: bytes, *, by: User, now: datetime, about: int | None = None
) -> dict[int, User] | None:
    """Take a row of a confirmed import in hand, as the first part of the act that does it.

    Both members are asked for again at every row, locked with the person whom the row is `about`,
    before any record. Returns who is locked, by primary key; nothing where the row is done already.
    Refuses an import that was taken back meanwhile, and one of whose members no longer works in the
    IW Team, or did not all the time since.
    """
    proposal = found.proposal
    locked = User.objects.locked(proposal[0], by.pk, about)
    found = FileImport.objects.select_for_update(no_key=True).get(pk=found.pk)
    if not found.is_open:
        raise Halted()
    if found.proposal != proposal:
        raise Halted("import_changed", CHANGED)
    if found.confirmed_by_id != by.pk or not policies.both_count(found, locked):
        raise Halted("second_person", policies.HALTED, status=403)
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, [found.pk, digest])
        return locked if cursor.rowcount else None


def add_person(found: FileImport, row: Person, *, by: User, now: datetime) -> bool:
    """Add the practitioner of a row, and return whether that was still to be done.

    As `add_practitioner` does and with what it refuses; whoever proposed the file counts as the
    account's maker, for who they are is theirs to have said. Nobody has phoned them by that: the
    account lets go of nothing until somebody else did.
    """
    with transaction.atomic():
        directory.alone_to_add(row.service)
        if claim_row(found, row.digest, by=by, now=now) is None:
            return False
        directory.add_practitioner(
            name=row.name,
            email=row.email,
            phone=row.phone,
            service=Service.objects.get(code=row.service),
            line_manager=_manager(row.manager),
            by=by,
            now=now,
            from_file=directory.FromFile(found.reference, found.proposed_by),
        )
    return True


def finish(found: FileImport, *, left_out: int, by: User, now: datetime) -> FileImport:
    """Say that an import was run to its end; so many rows were left out. Returns the import.

    Refuses anyone but who confirmed it; one that ended meanwhile is found so.
    """
    with transaction.atomic():
        found = FileImport.objects.select_for_update(no_key=True).get(pk=found.pk)
        if not found.is_open:
            return found
        if not policies.may_go_on(by, found):
            raise NotAllowed("second_person", policies.HALTED)
        found.finished_at, found.left_out, found.row_key = now, left_out, None
        found.save(update_fields=["finished_at", "left_out", "row_key"])
        log_entry(
            "import_finished",
            by=by,
            at=now,
            reference=found.reference,
            kind=found.kind,
            done=found.done.count(),
            left_out=left_out,
        )
    return found


def _manager(email: str) -> User | None:
    """Return who has this address now: their own row may have been left out a moment ago."""
    if not email:
        return None
    manager = User.objects.working().filter(email=email).first()
    if manager is None:
        raise Refused("no_manager", "Their line manager has no account.")
    return manager
