"""The page of signs of misuse, for auditors. Opening it is an entry, written first."""

from collections.abc import Callable
from datetime import date

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from logbook.misuse import Limits
from logbook.misuse_shown import sections
from logbook.policies import auditors_only
from logbook.writing import record_alone


@auditors_only
@require_safe
def misuse(request: HttpRequest, is_working_day: Callable[[date], bool]) -> HttpResponse:
    """What the entries of the last days show that somebody should ask about.

    Which days are working days comes with the address: the calendar lies above the logbook.
    Process document: misuse is found by audit of who looked.
    """
    now, limits = timezone.now(), Limits(**settings.MISUSE)
    record_alone("misuse_opened", by=request.user, at=now, days=limits.days)
    context = {
        "title": "Signs of misuse",
        "since": limits.since(now),
        "sections": sections(limits, now, is_working_day),
        "back_url": reverse("logbook"),
    }
    return render(request, "logbook/misuse.html", context)
