"""Everybody's own page of where they are signed in."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from logbook.days import clock_now, real_now
from logbook.guarded import SignedIn as Asking
from shielding.accounts.sessions import actions, list_rows
from shielding.accounts.sessions.ending import own
from shielding.accounts.sessions.models import SignedIn
from shielding.web.access import everyone, found_or_404
from shielding.web.password_again import FRESH_MINUTES, fresh

# Enough to see what is not one's own: a person signs in a few times a day.
RECENT = 20


@everyone
@require_safe
def own_sessions(request: Asking) -> HttpResponse:
    """Show a person where they are signed in, and where they were lately."""
    mine, here = SignedIn.objects.visible_to(request.user), own(request.session)
    open_ones = list(mine.open(real_now()))
    over = mine.exclude(pk__in=[one.pk for one in open_ones])[:RECENT]
    context = {
        "title": "Where you are signed in",
        "sessions": list_rows.open_ones(open_ones, here),
        "heads": list_rows.RECENT_HEADS,
        "rows": list_rows.recent_rows(over),
        "back_url": reverse("your_account"),
    }
    return render(request, "shielding/accounts/sessions/own_sessions.html", context)


@everyone
@fresh(FRESH_MINUTES, back_to="own_sessions")
@require_POST
def own_session_end(request: Asking, uid: UUID) -> HttpResponse:
    """Sign the person out in one other browser."""
    session = found_or_404(request, SignedIn.objects.visible_to(request.user), uid=uid)
    actions.end_one(session, here=own(request.session), by=request.user, now=clock_now())
    messages.success(request, "You are signed out there.")
    return redirect("own_sessions")


@everyone
@fresh(FRESH_MINUTES, back_to="own_sessions")
@require_POST
def own_sessions_end_others(request: Asking) -> HttpResponse:
    """Sign the person out everywhere but here."""
    actions.end_others(here=own(request.session), by=request.user, now=clock_now())
    messages.success(request, "You are signed out everywhere but here.")
    return redirect("own_sessions")
