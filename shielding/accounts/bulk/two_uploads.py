"""The two pages of an import: a file is checked and proposed; another member uploads it again.

The same for every kind of file; what a kind adds is an `Importing`.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from time import monotonic, sleep
from typing import Any, Protocol

from django.contrib import messages
from django.db import OperationalError, connection
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from logbook.days import clock_now
from logbook.guarded import SignedIn
from logbook.writing import log_entry_alone
from shielding.accounts.bulk import actions, list_rows, policies, presenters
from shielding.accounts.bulk.forms import CheckFileForm, ConfirmFileForm, ProposeAnewForm
from shielding.accounts.bulk.models import FileImport, FileImportQuerySet
from shielding.accounts.models import User
from shielding.web.access import found_or_404
from shielding.web.fields import posted
from shielding.web.paging import of_whom, page_of
from shielding.web.refusals import Refused, WrongState
from shielding.web.uploads import csv_file, fingerprint
from shielding.web.uploads.csv_file import Column, Problems, Table
from shielding.web.uploads.in_memory import posted_file

# One upload works for so long at most, less than a proxy waits for an answer; the rest is done when
# the file is uploaded again.
SECONDS = 50
# After each row the others have the database for this part of the time that it took.
HELD_BACK = 0.1


class Row(Protocol):
    """A row that can be imported: its line, and by what it is known again."""

    @property
    def number(self) -> int: ...
    @property
    def digest(self) -> bytes: ...


@dataclass(frozen=True)
class Importing:
    """What one kind of file adds: its columns, what is wrong with a row, what is done with it."""

    kind: str
    noun: str
    columns: tuple[Column, ...]
    check: Callable[[Table, bytes], list[Any]]
    do: Callable[..., bool]
    start: str
    one: str
    take_back: str
    taken_back: str
    title: str
    advice: str
    attest: str
    back: str
    # Which rows, in words, may be of somebody who is there already: looked at, and ticked.
    alike: Callable[[list[Any]], list[str]] = lambda _rows: []


@dataclass
class Ran:
    """How far one upload brought an import."""

    left_out: Problems = field(default_factory=Problems)
    is_over: bool = True


def start_page(request: SignedIn, importing: Importing) -> HttpResponse:
    """Check a file and say what is wrong with which line; propose it where nothing is."""
    form = CheckFileForm(posted(request), posted_file(request))
    imports = FileImport.objects.visible_to(request.user).of_kind(importing.kind).with_people()
    page = page_of(request, _of_whom(request, imports))
    context: dict[str, Any] = {
        "title": importing.title,
        "importing": importing,
        "form": form,
        "page": page,
        "heads": list_rows.IMPORT_HEADS,
        "rows": list_rows.import_rows(page, importing.one),
        "back_url": reverse(importing.back),
    }
    if form.is_valid():
        table, rows = _read(form.cleaned_data["file"], importing)
        _log_checked(request, importing, table)
        alike = importing.alike(rows)
        ticked, then = form.asks_about(alike), form.cleaned_data["then"]
        if then == "propose" and not ticked:
            form.refuse_alike()
        elif then == "propose" and not table.problems:
            found = actions.propose(
                importing.kind, form.cleaned_data["file"], rows=len(rows),
                by=request.user, now=clock_now(),
            )  # fmt: skip
            messages.success(request, "Proposed. Nothing is imported before another confirms.")
            return redirect(importing.one, found.reference)
        checked = presenters.checked(table)
        context |= {"problems": table.problems.shown, "checked": checked, "alike": alike}
    return render(request, "shielding/accounts/bulk/start.html", context)


def _of_whom(request: SignedIn, imports: FileImportQuerySet) -> FileImportQuerySet:
    """Return all imports; where home asks whose they are to confirm, those that wait."""
    whose = request.GET.get("whose", "")
    mine = policies.to_upload_by(request.user, clock_now())
    return of_whom(imports.open(), mine, whose) if whose else imports


def one_page(request: SignedIn, importing: Importing, reference: str) -> HttpResponse:
    """Show an import; the second member uploads the same file here, and again to go on."""
    imports = FileImport.objects.visible_to(request.user).of_kind(importing.kind)
    found = found_or_404(request, imports.with_people(), reference=reference)
    form = _form(request, importing, found, posted(request), posted_file(request))
    context: dict[str, Any] = {}
    if form.is_valid():
        context = _uploaded(request, importing, found, form)
        found = imports.with_people().get(pk=found.pk)
        if "to_tick" not in context:  # else the form says what
            form = _form(request, importing, found)
    context |= {
        "title": f"Import of {importing.noun} {found.reference}",
        "importing": importing,
        "found": found,
        "form": form,
        "facts": presenters.facts(found),
        "step": presenters.step(found, by=request.user, now=clock_now()),
        "back_url": reverse(importing.start),
    }
    return render(request, "shielding/accounts/bulk/one.html", context)


def take_back_page(request: SignedIn, importing: Importing, reference: str) -> HttpResponse:
    """Take back a proposal, or stop what was not run to its end."""
    every = FileImport.objects.visible_to(request.user).of_kind(importing.kind)
    found = found_or_404(request, every, reference=reference)
    actions.take_back(found, by=request.user, now=clock_now())
    messages.success(request, importing.taken_back)
    return redirect(importing.one, reference)


def _form(
    request: SignedIn, importing: Importing, found: FileImport, data: Any = None, file: Any = None
) -> ConfirmFileForm | ProposeAnewForm:
    """Return the form of the step that is this member's: none but theirs is drawn or taken."""
    if policies.may_propose_anew(request.user, found, clock_now()):
        return ProposeAnewForm(data, file)
    begun = policies.may_go_on(request.user, found)
    return ConfirmFileForm(data, file, attest=importing.attest, begun=begun)


def _uploaded(
    request: SignedIn,
    importing: Importing,
    found: FileImport,
    form: ConfirmFileForm | ProposeAnewForm,
) -> dict[str, Any]:
    """Do what the file was uploaded for, and return what to show.

    Whoever takes a step that they have not taken is shown what is wrong and the names like others,
    and ticks them: of one that nobody confirmed nothing may be wrong, later those rows are left
    out.
    """
    now, content = clock_now(), form.cleaned_data["file"]
    if not policies.is_its_file(found, content):
        raise WrongState("another_file", actions.ANOTHER_FILE)
    table, rows = _read(content, importing, found)
    if table.problems and found.confirmed_at is None:
        _log_checked(request, importing, table)
        return {"problems": table.problems.shown}
    if _is_new_to_it(request.user, found):
        to_tick = _to_tick(form, table.problems, importing.alike(rows))
        if to_tick:
            return to_tick
    if isinstance(form, ProposeAnewForm):
        actions.propose_anew(found, content, by=request.user, now=now)
        messages.success(request, "You propose this import now. Whoever confirmed it goes on.")
        return {}
    found = actions.confirm(found, content, by=request.user, now=now)
    ends = form.cleaned_data.get("ends", False)
    return _ran(request, importing, found, table.problems, rows, ends=ends)


def _is_new_to_it(user: User, found: FileImport) -> bool:
    """Return whether the step is this member's to take, and not one that they took already."""
    takes = policies.may_upload(user, found, clock_now())
    return takes and not policies.may_go_on(user, found)


def _to_tick(
    form: ConfirmFileForm | ProposeAnewForm, problems: Problems, alike: list[str]
) -> dict[str, Any]:
    """Return what has to be looked at and ticked first; nothing where all of it is."""
    wrong = problems.shown
    looked, others = form.asks_about_left_out(wrong), form.asks_about(alike)
    if not looked:
        form.refuse_left_out()
    if not others:
        form.refuse_alike()
    return {} if looked and others else {"to_tick": True, "wrong": wrong, "alike": alike}


def _ran(
    request: SignedIn,
    importing: Importing,
    found: FileImport,
    problems: Problems,
    rows: list[Any],
    *,
    ends: bool,
) -> dict[str, Any]:
    """Do as many rows of a confirmed import as there is time for; return what to show.

    It ends with the last row. While rows are left out only where the member says that it `ends`:
    until then each upload names them.
    """
    ran = run(found, rows, importing.do, by=request.user)
    for words, numbers in problems.lines.items():
        for number in numbers:
            ran.left_out.add(number, words)
    left_out = len(ran.left_out.numbers)
    if ran.is_over and (ends or not left_out):
        actions.finish(found, left_out=left_out, by=request.user, now=clock_now())
    return {
        "left_out": ran.left_out.shown,
        "to_go_on": not ran.is_over,
        "to_end": ran.is_over and left_out and not ends,
    }


def _read(
    content: bytes, importing: Importing, found: FileImport | None = None
) -> tuple[Table, list[Any]]:
    """Return a file's rows with what is wrong, but for those that an import has done already."""
    table = csv_file.read(content, importing.columns)
    key = found.key_of_rows if found else b""
    done = presenters.done(found) if found else set()
    left = [one for one in table.lines if fingerprint.of_row(key, one.as_kept) not in done]
    table = Table(left, table.problems)
    return table, importing.check(table, key)


def _log_checked(request: SignedIn, importing: Importing, table: Table) -> None:
    log_entry_alone(
        "import_checked",
        by=request.user,
        at=clock_now(),
        kind=importing.kind,
        rows=len(table.lines),
        wrong=len(table.problems.numbers),
    )


def run(found: FileImport, rows: list[Any], do: Callable[..., bool], *, by: User) -> Ran:
    """Do the rows of a confirmed import in turn, each in a transaction, until the time is up.

    A row that is refused is left out and named; one that has to wait for a colleague too long is
    for the next upload. Ends at once where no row can be done any more.
    """
    ran, ends = Ran(), monotonic() + SECONDS
    with _without_waiting_for_the_disk():
        for row in rows:
            began = monotonic()
            if began > ends:
                ran.is_over = False
                break
            try:
                do(found, row, by=by, now=clock_now())
            except actions.Halted:
                raise
            except Refused as refused:
                ran.left_out.add(row.number, refused.message.rstrip("."))
            except OperationalError:
                ran.is_over = False
            sleep((monotonic() - began) * HELD_BACK)
    return ran


@contextmanager
def _without_waiting_for_the_disk() -> Iterator[None]:
    """Let PostgreSQL answer a commit before it is on the disk.

    Whoever commits after waits for all before, so what is said to be finished is there. Should the
    server lose the last rows, it loses with each that it was done: the next upload does it.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = off")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("RESET synchronous_commit")
