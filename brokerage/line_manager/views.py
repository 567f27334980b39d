"""The line manager's pages: what to agree, one access request, agreeing and declining.

Every page of a request opens through `open_access` among those of one's staff, so that a
stranger's is not there; and nothing on them depends on the record.
"""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from brokerage import policies, states
from brokerage.line_manager import actions, list_rows, lists, presenters
from brokerage.line_manager.forms import DeclineForm
from brokerage.models import AccessRequest
from brokerage.opening import open_access
from logbook.days import clock_now
from logbook.guarded import SignedIn
from shielding import clock
from shielding.filled import filled
from shielding.roles import Role
from shielding.web.access import for_roles
from shielding.web.paging import first_page, page_of


@for_roles(Role.PRACTITIONER)
@require_safe
def access_to_agree(request: SignedIn) -> HttpResponse:
    """List what waits for a line manager or their deputy, then the rest: references and dates."""
    now = clock_now()
    if request.GET.get("show") == "waiting":
        return _all_to_agree(request, now)
    waiting = first_page(lists.to_agree(request.user, now))
    page = page_of(request, lists.other_of_staff(request.user, now))
    context = {
        "title": "Access requests of your team",
        "waiting": waiting,
        "waiting_heads": list_rows.TO_AGREE_HEADS,
        "waiting_rows": list_rows.to_agree_rows(waiting, clock.today(now)),
        "page": page,
        "heads": list_rows.OTHER_HEADS,
        "rows": list_rows.other_rows(page, now),
        "back_url": reverse("home"),
    }
    return render(request, "brokerage/line_manager/list.html", context)


@for_roles(Role.PRACTITIONER)
@require_safe
def access_approval(request: SignedIn, reference: str) -> HttpResponse:
    """Show one access request of one's staff: what is asked and why, never which record."""
    now = clock_now()
    return _page(request, _opened(request, reference, now), now)


@for_roles(Role.PRACTITIONER)
@require_POST
def access_agree(request: SignedIn, reference: str) -> HttpResponse:
    """Agree: it goes to the IW Team. Whoever was overtaken is told by whom and when."""
    now = clock_now()
    access = actions.agree(_opened(request, reference, now), by=request.user, now=now)
    return _decided(request, access, now, f"You agreed to {reference}. It is with the IW Team now.")


@for_roles(Role.PRACTITIONER)
@require_POST
def access_decline(request: SignedIn, reference: str) -> HttpResponse:
    """Decline with a reason, which the requester reads at once."""
    now = clock_now()
    access = _opened(request, reference, now)
    form = DeclineForm(request.POST, access=access)
    if not form.is_valid() and _may_decide(request, access, now):
        return _page(request, access, now, tried=form)
    reason = form.cleaned_data.get("reason", "")
    access = actions.decline(access, reason=reason, by=request.user, now=now)
    return _decided(
        request, access, now, f"You declined {reference}. The person who asked reads why."
    )


def _decided(request: SignedIn, access: AccessRequest, now: datetime, words: str) -> HttpResponse:
    """Lead to what is left to agree; after the same form once more, to what they had decided."""
    if access.manager_decided_at != now:
        return redirect("access_approval", access.reference)
    messages.success(request, words)
    return redirect("access_to_agree")


def _all_to_agree(request: SignedIn, now: datetime) -> HttpResponse:
    page = page_of(request, lists.to_agree(request.user, now))
    context = {
        "title": "Access requests to agree",
        "page": page,
        "noun": "request",
        "nouns": "requests",
        "heads": list_rows.TO_AGREE_HEADS,
        "rows": list_rows.to_agree_rows(page, clock.today(now)),
        "empty": "Nothing to agree.",
        "back_url": reverse("access_to_agree"),
        "back_text": "Access requests of your team",
    }
    return render(request, "brokerage/all_waiting.html", context)


def _opened(request: SignedIn, reference: str, now: datetime) -> AccessRequest:
    return open_access(request, lists.of_staff(request.user, now), reference, now)


def _may_decide(request: SignedIn, access: AccessRequest, now: datetime) -> bool:
    waits = access.state == states.WITH_MANAGER
    return waits and policies.may_decide_as_manager(request.user, access, now)


def _page(
    request: SignedIn, access: AccessRequest, now: datetime, *, tried: Any = None
) -> HttpResponse:
    may_decide = _may_decide(request, access, now)
    context = {
        "title": f"Access request {access.reference}",
        "access": access,
        "facts": presenters.facts(access, now),
        "waits": access.state == states.WITH_MANAGER,
        "may_decide": may_decide,
        "stands_in": filled(access.requester).line_manager_id != request.user.pk,
        "form": (tried or DeclineForm(access=access)) if may_decide else None,
        "back_url": reverse("access_to_agree"),
        "back_text": "Access requests of your team",
    }
    return render(request, "brokerage/line_manager/request.html", context)
