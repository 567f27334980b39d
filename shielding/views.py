"""The home page, for every role."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from shielding import at_home
from shielding.accounts.access import everyone


@everyone
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show what waits for this person, the loudest first."""
    now, person = timezone.now(), request.user
    context: dict[str, Any] = {
        "title": "Home",
        "waiting": at_home.waiting_for(person, now),
        "recent": at_home.recent_for(person, now),
    }
    if person.is_iw:
        context["to_shield"] = at_home.to_shield(person, now)
        context["team_is_small"] = at_home.team_is_small()
    if person.is_administrator:
        context["holidays_end"] = at_home.holidays_end(now)
    return render(request, "shielding/home.html", context)
