"""The page of a service: who is in it, and, once it is closed, which shields are left there.

Above the rooms of people and of records, since it shows both.
"""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from logbook.days import clock_now
from logbook.guarded import SignedIn
from logbook.writing import log_entry_alone
from shielding.accounts.directory import list_rows as people_rows
from shielding.accounts.models import Service
from shielding.records import list_rows as record_rows
from shielding.records.models import Hold
from shielding.records.opening import note_work
from shielding.roles import Role
from shielding.web.access import for_roles, found_or_404
from shielding.web.cells import Fact, Facts, moment
from shielding.web.paging import page_of

# The page of a service of hundreds stays a page: the list of people has them all.
MOST_PEOPLE = 50


@for_roles(Role.IW)
@require_safe
def service(request: SignedIn, code: str) -> HttpResponse:
    """Show one service. Opening it is an entry.

    Of an open one no shields: which service asks for shields is nobody's list.
    """
    found = found_or_404(request, Service.objects.visible_to(request.user), code=code)
    log_entry_alone("service_opened", by=request.user, at=clock_now(), opened=found.code)
    people = found.people.select_related("service", "line_manager")
    left = Hold.objects.visible_to(request.user).left_in(found)
    page = page_of(request, left.select_related("source__service", "service", "record"))
    note_work(request, [hold.record.reference for hold in page])
    context = {
        "title": found.name,
        "service": found,
        "facts": _facts(found),
        "people_heads": people_rows.PEOPLE_HEADS,
        "people": people_rows.people_rows(people[:MOST_PEOPLE], request.user),
        "page": page,
        "heads": record_rows.HOLD_HEADS,
        "rows": record_rows.hold_rows(page),
        "back_url": reverse("services"),
    }
    return render(request, "shielding/desk/service.html", context)


def _facts(service: Service) -> Facts:
    closed = moment(service.closed_at, service.closed_by) if service.closed_at else ""
    return [
        Fact("Code", service.code),
        Fact("Added", when=service.created_at),
        Fact.of("State", people_rows.service_tag(service)),
        *([Fact("Closed", closed)] if closed else []),
    ]
