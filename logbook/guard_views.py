"""The page of the guard's figures, for whoever reads the logbook. Opening it is an entry first."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from logbook.days import whole_quarters
from logbook.guard_figures import Kinds, figures
from logbook.guard_shown import links, sections
from logbook.policies import readers_only
from logbook.writing import record_alone

QUARTERS = 8


@readers_only
@require_safe
def guard_figures(request: HttpRequest, kinds: Kinds) -> HttpResponse:
    """How often texts were refused, or confirmed to name nobody, in a quarter that is over.

    Only whole quarters, so that no day's figure is the difference of two. The kinds come with the
    address: the guard lies above the logbook. Process document: information recorded "must not
    contain any case information"; what people try to write is for training.
    """
    now = timezone.now()
    quarters = whole_quarters(now, QUARTERS)
    by_code = {quarter.code: quarter for quarter in quarters}
    quarter = by_code.get(request.GET.get("quarter", ""), quarters[0])
    record_alone("guard_figures_opened", by=request.user, at=now, quarter=quarter.code)
    context = {
        "title": "What the guard found",
        "quarter": quarter,
        "quarters": links(quarters, quarter),
        "sections": sections(figures(quarter, kinds), kinds),
        "by_kind": ("Kind", "How often"),
        "by_service": ("Service", "How often"),
        "back_url": reverse("logbook"),
    }
    return render(request, "logbook/guard.html", context)
