"""The logbook's pages: the list and one entry. Opening either is an entry itself, written first."""

from collections.abc import Callable, Iterable
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from logbook.days import clock_now
from logbook.guarded import SignedIn
from logbook.pages import tables
from logbook.pages.filters import EntryFilter
from logbook.pages.folding import folded
from logbook.pages.paging import Page, page_of
from logbook.policies import (
    entries_for,
    hidden_from,
    left_out_of_lists,
    may_audit,
    may_filter_by_service,
    may_read_emails,
    readers_only,
    refuse,
)
from logbook.sentences import Line, lines
from logbook.writing import log_entry_alone

# Pairs of code and name.
Services = Iterable[tuple[str, str]]


@readers_only
def entry_list(request: SignedIn, services: Callable[[], Services]) -> HttpResponse:
    """The entries, newest first, fifty a page, narrowed by what the address asks for.

    The filters' form is posted here and leads to the list so narrowed. With a filter that makes no
    sense the page says so beside it and lists nothing, so that nobody takes a part for the whole.
    The services' names come with the address: the accounts lie above the logbook.
    Process document, step 4: the ContactPoint Logbook.
    """
    narrowed = _narrowed(request, services)
    if request.method == "POST" and narrowed.is_valid():
        return redirect(tables.list_url(**narrowed.given, **_unfolded(request)))
    _log_opened(request, narrowed)
    place = _place(request)
    page = page_of(narrowed.entries, **place)
    shown = lines(page.entries, left_out_of_lists(request.user))
    context = _list_context(narrowed, page, shown, place, _unfolded(request))
    context |= {"may_audit": may_audit(request.user)}
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
        beside and reverse("logbook_entry", args=[beside]) for beside in readable.beside(found)
    )
    context = {"title": f"Entry {found.pk}", "line": line, "older_url": older, "newer_url": newer}
    context |= {"fields": tables.fields(line), "facts": tables.facts(line)}
    context["back_url"] = reverse("logbook")
    return render(request, "logbook/pages/entry.html", context)


def _narrowed(request: SignedIn, services: Callable[[], Services]) -> EntryFilter:
    """Return the entries as they are asked for. By service for those who may alone, in any way."""
    asked = request.POST if request.method == "POST" else request.GET
    by_service = may_filter_by_service(request.user)
    if not by_service and "service" in {*request.GET, *request.POST}:
        refuse(request, "leads_only")
    return EntryFilter(
        asked,
        queryset=entries_for(request.user),
        hidden=hidden_from(request.user),
        emails=may_read_emails(request.user),
        services=services() if by_service else None,
    )


def _log_opened(request: SignedIn, narrowed: EntryFilter) -> None:
    """Write that the list was opened: by which filters, of which reference and which service."""
    used, given = narrowed.used, narrowed.given
    event = "logbook_by_service" if "service" in used else "logbook_opened"
    facts = {name: given[name] for name in ("service",) if name in used}
    log_entry_alone(
        event,
        by=request.user,
        at=clock_now(),
        reference=used.get("reference", ""),
        filters=sorted(used),
        **facts,
    )


def _unfolded(request: SignedIn) -> dict[str, str]:
    """Return what an address says of a list in which each entry is a row of its own."""
    return {"fold": "no"} if request.GET.get("fold") == "no" else {}


def _list_context(
    narrowed: EntryFilter,
    page: Page,
    shown: list[Line],
    place: dict[str, int],
    unfolded: dict[str, str],
) -> dict[str, Any]:
    kept = narrowed.given | unfolded
    rows = folded(shown, fold=not unfolded, drafts="event" not in kept)
    return {
        "title": _title(page),
        "form": narrowed.form,
        "chips": tables.chips(narrowed.used, kept),
        "heads": tables.HEADS,
        "rows": [tables.cells(row) for row in rows],
        "fold_url": unfolded and tables.list_url(**narrowed.given, **place),
        "unfold_url": len(rows) < len(shown) and tables.list_url(**kept, **place, fold="no"),
        # What else a filter finds could be a list of protected children.
        "for_paper": not {"person", "reference"}.isdisjoint(narrowed.used),
        "list_url": tables.list_url(**unfolded),
        "newer_url": page.newer and tables.list_url(**kept, after=page.newer),
        "older_url": page.older and tables.list_url(**kept, before=page.older),
    }


def _title(page: Page) -> str:
    """Return the page's title: a page that is not the newest says with which entry it begins."""
    begins = page.entries[0].pk if page.newer and page.entries else None
    return f"Logbook, from entry {begins}" if begins else "Logbook"


def _place(request: SignedIn) -> dict[str, int]:
    """Return which page of the list an address asks for: before or after which entry."""
    before = _number(request.GET.get("before", ""))
    after = _number(request.GET.get("after", ""))
    asked = {"before": before, "after": after}
    return {side: number for side, number in asked.items() if number is not None}


def _number(text: str) -> int | None:
    """Return the entry number in an address, or None for anything else that may stand there."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 18 else None
