"""How the team is doing: a page for leads and auditors, and the figures that may leave the team.

Each is an entry, written before anything is read.
"""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from logbook.days import clock_now
from logbook.guarded import SignedIn
from logbook.writing import log_entry_alone
from shielding import clock
from shielding.compliance import policies, presenters
from shielding.compliance.file import as_csv
from shielding.compliance.open_now import HEADS, open_now
from shielding.roles import Role
from shielding.web.access import for_roles
from shielding.web.password_again import FRESH_MINUTES, fresh


@for_roles(Role.AUDITOR, leads=True)
@require_safe
def how_we_are_doing(request: SignedIn) -> HttpResponse:
    """Show what is open now, and twelve closed months, as they were counted: not for paper."""
    now = clock_now()
    log_entry_alone("figures_opened", by=request.user, at=now)
    context = {
        "title": "How we are doing",
        "heads": HEADS,
        "rows": [kind.cells for kind in open_now(now)],
        "sections": presenters.of_the_team(clock.today(now)),
        "may_export": policies.may_export(request.user),
    }
    return render(request, "shielding/compliance/how_we_are_doing.html", context)


@for_roles(Role.AUDITOR, leads=True)
@require_safe
def board(request: SignedIn) -> HttpResponse:
    """Show the figures that may leave the team, to print for the Safeguarding Board."""
    found = _leaving(request, "board_printed")
    context = {
        "title": "Figures for the Safeguarding Board",
        "days": found.days,
        "sections": presenters.for_the_board(found),
        "back_url": reverse("how_we_are_doing"),
    }
    return render(request, "shielding/compliance/board.html", context)


@for_roles(Role.AUDITOR)
@fresh(FRESH_MINUTES, back_to="how_we_are_doing")
@require_POST
def figures(request: SignedIn) -> HttpResponse:
    """Give an auditor the same figures as a file. Its name tells nothing."""
    found = _leaving(request, "figures_exported")
    rows = presenters.file_rows(found)
    answer = HttpResponse(as_csv(rows), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = 'attachment; filename="figures.csv"'
    return answer


def _leaving(request: SignedIn, event: str) -> presenters.Leaving:
    """Return what may leave the team, once it is written who takes the figures of which days."""
    now = clock_now()
    days = presenters.days_that_leave(clock.today(now))
    log_entry_alone(event, by=request.user, at=now, since=days.first, until=days.last)
    return presenters.leaving(clock.today(now))
