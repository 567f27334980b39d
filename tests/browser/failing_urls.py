"""The site's addresses and three that fail, so that the pages for what went wrong can be seen."""

from django.core.exceptions import SuspiciousOperation
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.urls import path

from shielding import urls
from shielding.accounts.access import public

handler400, handler403 = urls.handler400, urls.handler403
handler404, handler500 = urls.handler404, urls.handler500


@public("It fails before it knows anybody.")
def fails(request: HttpRequest, how: str) -> HttpResponse:
    raise {
        "nonsense": SuspiciousOperation("nonsense"),
        "database": OperationalError("no database"),
        "fault": RuntimeError("a fault of ours"),
    }[how]


urlpatterns = [path("fails/<slug:how>/", fails), *urls.urlpatterns]
