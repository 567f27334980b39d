"""The page of signs of misuse, for auditors. Opening it is an entry, written first."""

from collections.abc import Callable
from datetime import date

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from logbook.days import Days, clock_now, last_days, typed
from logbook.guarded import SignedIn
from logbook.misuse.forms import DaysForm
from logbook.misuse.presenters import sections
from logbook.misuse.signs import Limits
from logbook.pages.filters import FIRST_DAY
from logbook.policies import auditors_only
from logbook.writing import log_entry_alone


@auditors_only
def misuse(request: SignedIn, is_working_day: Callable[[date], bool]) -> HttpResponse:
    """What the entries of some days, the last ones unless others are asked for, give to ask about.

    The form of days is posted here and leads to the page of those days; with days that make no
    sense nothing is counted and nothing read. Which days are working days comes with the address:
    the calendar lies above the logbook. Process document: misuse is found by audit of who looked.
    """
    now, limits = clock_now(), Limits(**settings.MISUSE)
    asked = request.POST if request.method == "POST" else request.GET
    form = DaysForm(asked, usual=last_days(now, limits.days))
    if request.method == "POST" and form.is_valid():
        return redirect(_address(form.days))
    context = {"title": "Signs of misuse", "form": form, "back_url": reverse("logbook")}
    if form.is_valid():
        days = form.days
        log_entry_alone("misuse_opened", by=request.user, at=now, since=days.first, until=days.last)
        context |= {"days": days, "sections": sections(limits, days, now, is_working_day)}
        context |= {"older_url": _older(days), "newer_url": _newer(days, form.usual)}
    return render(request, "logbook/misuse/signs.html", context)


def _older(days: Days) -> str:
    """Return the address of the days before these; none before the first that can be asked for."""
    return _address(days.before) if days.before.first >= FIRST_DAY else ""


def _newer(days: Days, usual: Days) -> str:
    """Return the address of the days after these; none where they lie ahead."""
    return _address(days.after) if days.last < usual.last else ""


def _address(days: Days) -> str:
    query = {"since": typed(days.first), "until": typed(days.last)}
    return reverse("logbook_misuse", query=query)
