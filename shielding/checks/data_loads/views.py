"""The pages of a data load: its day is entered, and every shielded record is checked again."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from logbook.days import clock_now
from logbook.guarded import SignedIn
from logbook.writing import log_entry_alone
from shielding.checks.data_loads import actions as acts
from shielding.checks.data_loads import list_rows, lists, policies, presenters
from shielding.checks.data_loads.forms import DataLoadForm
from shielding.checks.data_loads.models import DataLoad
from shielding.records.opening import DATA_CHECK, note_work
from shielding.roles import Role
from shielding.web.access import for_roles, found_or_404
from shielding.web.cells import Tab, day
from shielding.web.fields import posted
from shielding.web.paging import page_of

# Long enough to work through a morning's check without turning pages.
A_PAGE = 50


@for_roles(Role.IW)
def data_loads(request: SignedIn) -> HttpResponse:
    """Enter the day of a data load, and show which were entered and by whom."""
    form, now = DataLoadForm(posted(request)), clock_now()
    if form.is_valid():
        load = acts.enter(form.cleaned_data["loaded_on"], by=request.user, now=now)
        messages.success(request, _entered(load, lists.ruling()))
        return redirect("records_to_check_again")
    loads = DataLoad.objects.visible_to(request.user).with_people()
    page, ruling = page_of(request, loads), lists.ruling()
    context = {
        "title": "Data loads",
        "form": form,
        "page": page,
        "heads": list_rows.LOAD_HEADS,
        "rows": list_rows.load_rows(page),
        "ruling": ruling,
        "may_take_back": ruling and policies.may_take_back(request.user, ruling, now),
        "back_url": reverse("records_to_check_again"),
    }
    return render(request, "shielding/checks/data_loads/data_loads.html", context)


@for_roles(Role.IW)
@require_POST
def data_load_take_back(request: SignedIn, reference: str) -> HttpResponse:
    """Take back a data load that a colleague entered by mistake."""
    load = found_or_404(request, DataLoad.objects.visible_to(request.user), reference=reference)
    acts.take_back(load, by=request.user, now=clock_now())
    messages.success(request, f"The data load of {day(load.loaded_on)} is taken back.")
    return redirect("data_loads")


@for_roles(Role.IW)
@require_safe
def records_to_check_again(request: SignedIn) -> HttpResponse:
    """List what is to be checked again after the last data load, or what two members checked.

    Where none is entered, what was taken over from a file. As the register it names every shielded
    record, so each page that is looked at is an entry.
    """
    load = lists.ruling()
    context: dict[str, Any] = {"title": "To check again after a data load"}
    is_listed = load is not None or lists.of_load(request.user, None).exists()
    if is_listed:
        context = _to_check_again(request, load)
    context |= {"is_listed": is_listed, "back_url": reverse("home")}
    return render(request, "shielding/checks/data_loads/to_check_again.html", context)


def _to_check_again(request: SignedIn, load: DataLoad | None) -> dict[str, Any]:
    """Return what the list shows of a load's check."""
    both = request.GET.get("show") == "checked"
    listed = lists.checked_by_both if both else lists.still_to_check
    page = page_of(request, lists.with_looks(listed(request.user, load), load), A_PAGE)
    log_entry_alone(
        "records_to_check_again_opened",
        by=request.user,
        at=clock_now(),
        reference=load.reference if load else "",
        page=page.number,
    )
    if not both:
        note_work(request, [record.reference for record in page], item=DATA_CHECK)
    done, of = lists.progress(request.user, load)
    address = reverse("records_to_check_again")
    return {
        "title": presenters.title(load),
        "page": page,
        "heads": list_rows.AGAIN_HEADS,
        "rows": list_rows.again_rows(page, request.user),
        "progress": presenters.progress_words(done, of),
        "tabs": [
            Tab("To check", address, not both, of - done),
            Tab("Checked by two members", f"{address}?show=checked", both, done),
        ],
    }


def _entered(load: DataLoad, ruling: DataLoad | None) -> str:
    entered = f"The data load of {day(load.loaded_on)} is entered."
    if ruling and ruling != load:
        return f"{entered} The list stays that of the later one, of {day(ruling.loaded_on)}."
    return f"{entered} Every record that was shielded then is to be checked again, by two members."
