"""The register of shielded records. Each page of it is an entry; it is not for paper."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from logbook.days import clock_now
from logbook.guarded import SignedIn
from logbook.writing import log_entry_alone
from shielding import clock
from shielding.accounts.models import Service
from shielding.register import list_rows, lists, policies
from shielding.register.forms import NarrowForm
from shielding.roles import Role
from shielding.web.access import for_roles
from shielding.web.fields import posted
from shielding.web.paging import page_of
from shielding.web.refusals import NotAllowed

A_PAGE = 50
# Where what a lead narrowed the register to is kept: a ground and a service are in no address, and
# so in no browser's history and in no server's log.
NARROWED = "register_narrowed"


@for_roles(Role.IW)
def register(request: SignedIn) -> HttpResponse:
    """List every record that is shielded or to be, or for an IW lead some of them; an entry.

    Refuses everybody else who asks for it narrowed, in whatever way.
    """
    may_narrow = policies.may_narrow(request.user)
    if not may_narrow and _asks_narrowed(request):
        raise NotAllowed("leads_only", "Only an IW lead may narrow the register.")
    form = NarrowForm(posted(request))
    if form.is_valid():
        service = form.cleaned_data["service"]
        kept = {"ground": form.cleaned_data["ground"], "service": service.code if service else ""}
        request.session[NARROWED] = kept
        return redirect(f"{reverse('register')}?show=narrowed")
    narrowed = request.session.get(NARROWED) if request.GET.get("show") == "narrowed" else None
    context = {"form": form if may_narrow else None, **_page(request, narrowed)}
    return render(request, "shielding/register/register.html", context)


def _asks_narrowed(request: SignedIn) -> bool:
    """Return whether the address or what was sent asks for some of the records only."""
    return request.method == "POST" or bool({"show", "ground", "service"} & set(request.GET))


def _page(request: SignedIn, narrowed: dict[str, str] | None) -> dict[str, Any]:
    """Return a page of the register, whole or narrowed, once its entry is written."""
    to = narrowed or {"ground": "", "service": ""}
    service = Service.objects.visible_to(request.user).filter(code=to["service"]).first()
    listed = lists.in_register(request.user, ground=to["ground"], service=service)
    page, now = page_of(request, listed, A_PAGE), clock_now()
    facts = {name: code or "any" for name, code in to.items()} if narrowed else {}
    event = "register_narrowed" if narrowed else "register_opened"
    log_entry_alone(event, by=request.user, at=now, page=page.number, **facts)
    title = "Register of shielded records"
    return {
        "title": f"{title}, filtered" if narrowed else title,
        "narrowed": narrowed is not None,
        "page": page,
        "heads": list_rows.HEADS,
        "rows": list_rows.rows(page, clock.today(now)),
        "back_url": reverse("find_record"),
    }
