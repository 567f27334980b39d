"""The line manager's page of their team's reviews."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from logbook.days import clock_now
from logbook.guarded import SignedIn
from shielding.reviews import list_rows, lists
from shielding.web.access import for_roles
from shielding.web.paging import page_of


@for_roles(managers=True)
@require_safe
def team_reviews(request: SignedIn) -> HttpResponse:
    """List the review answers that a manager's staff owe past their due day."""
    now = clock_now()
    page = page_of(request, lists.staff_overdue(request.user, now))
    context = {
        "title": "Overdue answers of your team",
        "page": page,
        "heads": list_rows.STAFF_OVERDUE_HEADS,
        "rows": list_rows.staff_overdue_rows(page, now),
        "back_url": reverse("home"),
    }
    return render(request, "shielding/reviews/staff_overdue.html", context)
