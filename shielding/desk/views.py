"""The IW Team's record pages: find one by number, see who asks for it, attest what was done."""

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.paginator import Page
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from logbook.days import clock_now
from logbook.guarded import SignedIn
from shielding.desk import actions, record_page
from shielding.desk.forms import FindRecordForm, NeverAppliedForm, PurposeForm
from shielding.duty.taken import who_has, work_of
from shielding.records import list_rows as record_rows
from shielding.records import policies
from shielding.records import presenters as record_presenters
from shielding.records.models import Hold, Record, RecordQuerySet
from shielding.records.opening import find, keep_reason, note_opened, note_work
from shielding.roles import Role
from shielding.unshield import attestations
from shielding.unshield import list_rows as unshield_rows
from shielding.unshield.policies import (
    Released,
    day_has_come,
    ends_that_wait_for,
    found_it_shielded,
    to_begin_by,
    to_go_on_with_by,
    with_releases,
)
from shielding.web.access import for_roles
from shielding.web.fields import posted
from shielding.web.paging import WHOSE, Mine, of_whom, page_of
from shielding.web.password_again import FRESH_MINUTES, fresh

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

NO_LONGER_WAITS = "The record is no longer waiting to be shielded."
SHIELDED_ALL_THE_SAME = (
    "What you found is recorded, and nothing else was done: it is shielded there although nobody "
    "attested it. It stays on the list to shield until another member has looked as well. Tell an "
    "IW lead: one member alone opens nothing."
)


@for_roles(Role.IW, Role.AUDITOR)
def find_record(request: SignedIn) -> HttpResponse:
    """Find a record by its number, after one reason; neither is in the address or on the page.

    An auditor is led to the entries about the record, who see no page of it.
    """
    form = FindRecordForm(posted(request), by=request.user)
    if form.is_valid():
        purpose = form.cleaned_data["purpose"]
        found = actions.find_record(
            form.cleaned_data["number"], purpose=purpose, by=request.user, now=clock_now()
        )
        if found is not None and request.user.is_auditor:
            return redirect(f"{reverse('logbook')}?reference={found.reference}")
        if found is not None:
            keep_reason(request, found.reference, purpose, clock_now())
            return redirect("record_detail", found.reference)
        messages.info(request, "There is no record with this number here.")
        return redirect("find_record")
    context = {"title": "Find a record", "form": form, "back_url": reverse("home")}
    return render(request, "shielding/desk/find_record.html", context)


@for_roles(Role.IW)
def record_purpose(request: SignedIn, reference: str) -> HttpResponse:
    """Ask why a record is opened that no work led to, then open it for that reason."""
    record = find(request, reference)
    form = PurposeForm(posted(request), by=request.user)
    if form.is_valid():
        keep_reason(request, record.reference, form.cleaned_data["purpose"], clock_now())
        return redirect("record_detail", record.reference)
    context = {
        "title": "Why are you opening this record?",
        "caption": f"Record {record.reference}",
        "form": form,
        "back_url": reverse("register"),
    }
    return render(request, "shielding/desk/record_purpose.html", context)


@for_roles(Role.IW)
@require_safe
def record_detail(request: SignedIn, reference: str) -> HttpResponse:
    """Show one record: its state, every source that asks, its reviews. Opening it is an entry.

    Where no work led there it asks why first; so does whatever else opens a record.
    """
    record = find(request, reference)
    note_opened(request, record)
    return _record_page(request, record)


@for_roles(Role.IW)
@require_POST
def record_number(request: SignedIn, reference: str) -> HttpResponse:
    """Show the record's number in this reply alone: no address of the site can show it again."""
    record = find(request, reference)
    note_opened(request, record, shows_number=True)
    number = actions.show_number(
        record, reference=record.reference, by=request.user, now=clock_now()
    )
    return _record_page(request, record, number=number)


@for_roles(Role.IW)
@fresh(FRESH_MINUTES)
def record_never_applied(request: SignedIn, reference: str) -> HttpResponse:
    """Ask what was found, then attest that a record nobody asks for any more was never shielded."""
    record = find(request, reference)
    form = NeverAppliedForm(posted(request))
    if form.is_valid():
        saw = form.cleaned_data["saw"]
        attestations.attest_never_applied(record, saw=saw, by=request.user, now=clock_now())
        if saw.is_shielded:
            messages.warning(request, SHIELDED_ALL_THE_SAME)
        else:
            messages.success(request, NO_LONGER_WAITS)
        return redirect("record_detail", record.reference)
    if not _may_attest_never_applied(request, record):
        return redirect("record_detail", record.reference)
    note_opened(request, record)
    context = {
        "title": f"Was record {record.reference} ever shielded?",
        "form": form,
        "record": record,
        "back_url": reverse("record_detail", args=[record.reference]),
    }
    return render(request, "shielding/desk/never_applied.html", context)


@for_roles(Role.IW)
@require_safe
def records_to_shield(request: SignedIn) -> HttpResponse:
    """List every record that is not yet attested as shielded, the longest waiting first.

    Or those to check now alone, which come before all the others there.
    """
    records = Record.objects.visible_to(request.user)
    check_now = request.GET.get("show") == "check_now"
    listed = records.to_check_now() if check_now else records.to_shield()
    page, now = page_of(request, listed.with_asking()), clock_now()
    has = who_has(map(work_of, page), now)
    context = {
        "title": record_presenters.CHECK_NOW if check_now else "Records to shield, not yet applied",
        "page": page,
        "heads": record_rows.TO_SHIELD_HEADS,
        "rows": record_rows.to_shield_rows(page, now, has=has),
        "noun": "record",
        "empty": "No record is waiting to be shielded.",
    }
    return _listed(request, context)


@for_roles(Role.IW)
@require_safe
def records_to_unshield(request: SignedIn) -> HttpResponse:
    """List the shielded records nobody asks for any more, the first due for review first."""
    records = Record.objects.visible_to(request.user).to_unshield()
    if request.GET.get("whose") in WHOSE:  # what left today is nobody's to begin yet
        records = records.filter(day_has_come(clock_now()))
    page = _page_with_releases(request, records, to_begin_by(request.user))
    context = {
        "title": "To unshield",
        "page": page,
        "heads": unshield_rows.UNSHIELD_HEADS,
        "rows": unshield_rows.unshield_rows(page, clock_now()),
        "empty": "No record is waiting to be unshielded.",
    }
    return _unshield_list(request, context)


@for_roles(Role.IW)
@require_safe
def records_being_unshielded(request: SignedIn) -> HttpResponse:
    """List the records that one member began to unshield and no second has confirmed."""
    records = Record.objects.visible_to(request.user).being_unshielded()
    page = _page_with_releases(request, records, to_go_on_with_by(request.user, clock_now()))
    context = {
        "title": "Being unshielded",
        "page": page,
        "heads": unshield_rows.BEGUN_HEADS,
        "rows": unshield_rows.begun_rows(page),
        "empty": "No record is being unshielded.",
    }
    return _unshield_list(request, context)


@for_roles(Role.IW)
@require_safe
def ends_to_confirm(request: SignedIn) -> HttpResponse:
    """List the records of which one member proposed that they have ended."""
    whose = request.GET.get("whose", "")
    mine = ends_that_wait_for(request.user, clock_now())
    records = of_whom(Record.objects.visible_to(request.user).end_to_confirm(), mine, whose)
    listed = records.select_related("end_proposed_by").with_standing_holds()
    page = page_of(request, listed)
    context = {
        "title": "Ends to confirm",
        "caption": WHOSE.get(whose, ""),
        "page": page,
        "heads": unshield_rows.END_HEADS,
        "rows": unshield_rows.end_rows(page),
        "noun": "record",
        "not_for_paper": True,
        "empty": "No end of a record is waiting to be confirmed.",
    }
    return _listed(request, context)


@for_roles(Role.IW)
@require_safe
def holds_without_practitioner(request: SignedIn) -> HttpResponse:
    """List the holds that keep a shield although their practitioner's account is suspended."""
    holds = Hold.objects.visible_to(request.user).without_practitioner()
    holds = holds.select_related("source__service", "service", "record")
    page = page_of(request, holds)
    note_work(request, [hold.record.reference for hold in page])
    context = {
        "title": "Requests without an active practitioner",
        "page": page,
        "heads": record_rows.HOLD_HEADS,
        "rows": record_rows.hold_rows(page),
        "noun": "request",
        "not_for_paper": True,
        "empty": "Every request that stands has an active practitioner, or a service that phoned.",
    }
    return _listed(request, context)


def _page_with_releases(
    request: SignedIn, records: RecordQuerySet, mine: Mine
) -> "Page[WithAnnotations[Record, Released]]":
    """Return the page of those that are whose the address says, with what their rows show."""
    whose = of_whom(records, mine, request.GET.get("whose", ""))
    return page_of(request, with_releases(whose.select_related("unshield_begun_by")))


def _unshield_list(request: SignedIn, context: dict[str, Any]) -> HttpResponse:
    caption = WHOSE.get(request.GET.get("whose", ""), "")
    return _listed(request, context | {"caption": caption, "noun": "record", "not_for_paper": True})


def _listed(request: SignedIn, context: dict[str, Any]) -> HttpResponse:
    return render(request, "shielding/desk/listed.html", context | {"back_url": reverse("home")})


def _record_page(request: SignedIn, record: Record, number: str = "") -> HttpResponse:
    """Show the page of a record that was opened."""
    context = record_page.context(record, by=request.user, now=clock_now())
    return render(request, "shielding/desk/record.html", context | {"number": number})


def _may_attest_never_applied(request: SignedIn, record: Record) -> bool:
    standing = record.holds.standing().count()
    may = policies.may_attest_never_applied(request.user, record, standing)
    return may and not found_it_shielded(request.user, record)
