"""The page that moves the demo's clock: only there does it have an address."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from logbook.days import clock_now, days_ahead
from shielding import clock
from shielding.demo.moving import STEPS, move_clock
from shielding.notices.demo_views import ONLY_THE_DEMO
from shielding.notices.mail_hours import mail_hour
from shielding.web.access import public


@public(ONLY_THE_DEMO)
@require_http_methods(["GET", "HEAD", "POST"])
def demo_clock(request: HttpRequest) -> HttpResponse:
    """Say which day it is in the demo, and move its clock on by a day, a week or a month."""
    step, seen = request.POST.get("step", ""), request.POST.get("seen", "")
    if request.method == "POST":
        if step not in STEPS or not (seen.isascii() and seen.isdecimal() and len(seen) < 6):
            raise Http404
        move_clock(step, seen=int(seen), now=clock_now())
        return redirect("demo_clock")
    values = [({"step": step, "seen": days_ahead()}, words) for step, words in STEPS.items()]
    now = clock_now()
    mailed = now >= mail_hour(clock.today(now))
    context = {"title": "The clock of this demo", "steps": values, "mailed": mailed}
    context["mails_url"] = reverse("demo_mails") if settings.MAIL_FOLDER else ""
    return render(request, "shielding/demo/clock.html", context)
