"""The site's addresses, those that fail and a button's: the pages for what went wrong."""

from django.core.exceptions import SuspiciousOperation
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.http import require_POST

from shielding import urls
from shielding.accounts.attempts.budget import TooMany
from shielding.web.access import public

handler400, handler403 = urls.handler400, urls.handler403
handler404, handler500 = urls.handler404, urls.handler500


@public("It fails before it knows anybody.")
def fails(request: HttpRequest, how: str) -> HttpResponse:
    raise {
        "nonsense": SuspiciousOperation("nonsense"),
        "database": OperationalError("no database"),
        "fault": RuntimeError("a fault of ours"),
        "often": TooMany(75),
    }[how]


@public("Nobody can press it.")
@require_POST
def button(request: HttpRequest) -> HttpResponse:
    raise NotImplementedError


urlpatterns = [path("fails/<slug:how>/", fails), path("button/", button), *urls.urlpatterns]
