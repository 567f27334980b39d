"""The search page, to which the box above every page posts."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from logbook.days import clock_now
from logbook.guarded import SignedIn
from shielding.accounts.models import Service, User
from shielding.roles import Role
from shielding.search import actions, list_rows
from shielding.search.actions import Found
from shielding.search.forms import SearchForm
from shielding.search.typed import Kind
from shielding.web.access import for_roles
from shielding.web.fields import posted

# Where what was found is kept until the next search: staff and services by their opaque ids, or a
# reference. Never what was typed.
SEARCHED = "searched"
FIRST_A_REASON = (
    "What you typed looks like a record number. It was not looked for, and nothing of it was kept. "
    "Say why you are looking for the record, then type its number again."
)


@for_roles(Role.IW, Role.AUDITOR)
def search(request: SignedIn) -> HttpResponse:
    """Look for what was typed and lead to it; or show the people and services that were found.

    What was typed is in no address and on no page. The results have an address of their own, so
    that going back to them shows them again.
    """
    form = SearchForm(posted(request), names=request.user.is_iw)
    if form.is_valid():
        found = actions.search(form.cleaned_data["sought"], by=request.user, now=clock_now())
        return redirect(_led_to(request, found))
    context = {"title": "Search", "form": form}
    if request.method == "GET":
        context |= _shown(request)
    return render(request, "shielding/search/search.html", context)


def _led_to(request: SignedIn, found: Found) -> str:
    """Return where a search leads: to the thing itself, to a reason, or to what was found."""
    request.session.pop(SEARCHED, None)
    if found.kind == Kind.NUMBER:
        messages.info(request, FIRST_A_REASON)
        return reverse("find_record")
    if found.reference and not request.user.is_iw:
        return f"{reverse('logbook')}?reference={found.reference}"
    if found.page:
        return found.page
    request.session[SEARCHED] = {
        "kind": found.kind.value,
        "reference": found.reference,
        "people": [str(person.uid) for person in found.people],
        "services": [service.code for service in found.services],
        "more": found.more,
    }
    return reverse("search")


def _shown(request: SignedIn) -> dict[str, Any]:
    """Return what the last search found that has no page of its own, as it is today."""
    kept = request.session.get(SEARCHED)
    if kept is None:
        return {}
    people = User.objects.visible_to(request.user).filter(uid__in=kept["people"])
    services = Service.objects.visible_to(request.user).filter(code__in=kept["services"])
    return {
        "searched": kept["kind"],
        "reference": kept["reference"],
        "people_heads": list_rows.PEOPLE_HEADS,
        "people": list_rows.people_rows(people.select_related("service"), request.user),
        "service_heads": list_rows.SERVICE_HEADS,
        "services": list_rows.service_rows(services.as_listed()),
        "more": kept["more"],
        "most": actions.MOST,
    }
