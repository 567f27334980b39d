"""What the IW Team says of its work."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from logbook.days import clock_now
from logbook.guarded import SignedIn
from shielding.duty import actions, items
from shielding.roles import Role
from shielding.web.access import for_roles, not_there


@for_roles(Role.IW)
@require_POST
def duty_take(request: SignedIn, reference: str) -> HttpResponse:
    """Say that one has a piece of work, and go back to its page."""
    now = clock_now()
    item = items.item_of(reference, request.user, now) or not_there(request, reference)
    actions.take(item, by=request.user, now=now)
    messages.success(request, "Your colleagues see for four hours that you have it.")
    return redirect(item.page)
