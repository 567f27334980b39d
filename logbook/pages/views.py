"""The logbook's pages: the list and one entry. Opening either is an entry itself, written first."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from logbook.days import clock_now
from logbook.guarded import SignedIn
from logbook.pages import tables
from logbook.pages.filters import EntryFilter
from logbook.pages.paging import Page, page_of
from logbook.policies import (
    entries_for,
    hidden_from,
    left_out_of_lists,
    may_audit,
    may_read_emails,
    readers_only,
)
from logbook.sentences import Line, lines
from logbook.writing import log_entry_alone


@readers_only
def entry_list(request: SignedIn) -> HttpResponse:
    """The entries, newest first, fifty a page, narrowed by what the address asks for.

    The filters' form is posted here and leads to the list so narrowed. With a filter that makes no
    sense the page says so beside it and lists nothing, so that nobody takes a part for the whole.
    Process document, step 4: the ContactPoint Logbook.
    """
    asked = request.POST if request.method == "POST" else request.GET
    readable, hidden = entries_for(request.user), hidden_from(request.user)
    narrowed = EntryFilter(
        asked, queryset=readable, hidden=hidden, emails=may_read_emails(request.user)
    )
    if request.method == "POST" and narrowed.is_valid():
        return redirect(tables.list_url(**narrowed.given))
    reference, filters = narrowed.used.get("reference", ""), sorted(narrowed.used)
    log_entry_alone(
        "logbook_opened", by=request.user, at=clock_now(), reference=reference, filters=filters
    )
    page = page_of(
        narrowed.entries,
        by_time=narrowed.by_time,
        before=_number(request.GET.get("before", "")),
        after=_number(request.GET.get("after", "")),
    )
    shown = lines(page.entries, left_out_of_lists(request.user))
    context = _list_context(narrowed, page, shown) | {"may_audit": may_audit(request.user)}
    return render(request, "logbook/pages/list.html", context)


@readers_only
@require_safe
def entry(request: SignedIn, number: int) -> HttpResponse:
    """One entry with every field it has, and the way to the ones before and after it.

    Its opening names what the entry is about: who reads about a record entry by entry has read
    about that record.
    """
    readable = entries_for(request.user)
    found = readable.numbered(number)
    if found is None:
        log_entry_alone("not_found", by=request.user, at=clock_now(), page="logbook_entry")
        raise Http404
    about = {"reference": found.reference or "", "record_reference": found.record or ""}
    log_entry_alone("entry_opened", by=request.user, at=clock_now(), entry=number, **about)
    (line,) = lines([found])
    older, newer = (
        beside and reverse("logbook_entry", args=[beside]) for beside in readable.beside(number)
    )
    context = {"title": f"Entry {found.pk}", "line": line, "older_url": older, "newer_url": newer}
    context |= {"fields": tables.fields(line), "facts": tables.facts(line)}
    context["back_url"] = reverse("logbook")
    return render(request, "logbook/pages/entry.html", context)


def _list_context(narrowed: EntryFilter, page: Page, shown: list[Line]) -> dict[str, Any]:
    kept = narrowed.given
    return {
        "title": _title(page),
        "form": narrowed.form,
        "chips": tables.chips(narrowed.used, kept),
        "heads": tables.HEADS,
        "rows": [tables.cells(line) for line in shown],
        # What else a filter finds could be a list of protected children.
        "for_paper": not {"person", "reference"}.isdisjoint(narrowed.used),
        "list_url": reverse("logbook"),
        "newer_url": page.newer and tables.list_url(**kept, after=page.newer),
        "older_url": page.older and tables.list_url(**kept, before=page.older),
    }


def _title(page: Page) -> str:
    """Return the page's title: a page that is not the newest says with which entry it begins."""
    begins = page.entries[0].pk if page.newer and page.entries else None
    return f"Logbook, from entry {begins}" if begins else "Logbook"


def _number(text: str) -> int | None:
    """Return the entry number in an address, or None for anything else that may stand there."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 18 else None
