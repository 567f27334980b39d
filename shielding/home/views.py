"""The home page, for every role."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from logbook.days import clock_now
from logbook.guarded import SignedIn
from shielding.duty.presenters import duty_words
from shielding.home import to_do
from shielding.web.access import everyone


@everyone
@require_safe
def home(request: SignedIn) -> HttpResponse:
    """Show what waits for this person, the loudest first."""
    now, person = clock_now(), request.user
    context: dict[str, Any] = {
        "title": "Home",
        "waiting": to_do.waiting_for(person, now),
        "recent": to_do.recent_for(person, now),
        "to_begin": to_do.to_begin(person),
        "for_manager": to_do.for_manager(person),
    }
    if person.is_iw:
        context["to_shield"] = to_do.to_shield(person, now)
        context["duty"] = duty_words(person, now)
        context["team_is_small"] = to_do.team_is_small()
    if not person.is_practitioner:
        context["let_in"] = to_do.let_in_at_the_server(now)
    if person.is_administrator:
        context["holidays_end"] = to_do.holidays_end(now)
    return render(request, "shielding/home/home.html", context)
