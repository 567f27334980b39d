"""The line manager's page of their team's reviews."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from shielding import clock, team
from shielding.accounts.access import for_roles

A_PAGE = 25


@for_roles(managers=True)
@require_safe
def team_reviews(request: HttpRequest) -> HttpResponse:
    """List the review answers a manager's staff owe, or with ?show=overdue those that are late."""
    now, late = timezone.now(), request.GET.get("show") == "overdue"
    owed = team.overdue(request.user, now) if late else team.owing(request.user)
    page = Paginator(owed, A_PAGE).get_page(request.GET.get("page"))
    context = {
        "title": "Overdue answers of your team" if late else "Review answers that your team owes",
        "page": page,
        "heads": team.HEADS,
        "rows": team.rows(page, clock.today(now)),
        "late": late,
        "back_url": reverse("home"),
    }
    return render(request, "shielding/team.html", context)
