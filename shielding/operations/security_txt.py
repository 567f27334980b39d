"""Whom to tell of a weakness: the file that those who look for one know to ask for (RFC 9116)."""

from datetime import timedelta

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from logbook.days import real_now
from shielding.web.access import public

PATH = ".well-known/security.txt"
# A year at most, says the RFC; whoever keeps a copy asks again after so long.
GOOD_FOR = timedelta(days=180)


@public("Whoever found a weakness has no account here; it says what the council wants known.")
@require_safe
def security_txt(request: HttpRequest) -> HttpResponse:
    """Say where a weakness is told of; without SECURITY_CONTACT there is no such file."""
    contact = settings.SECURITY_CONTACT
    if not contact:
        raise Http404
    lines = {
        "Contact": contact if contact.startswith("https://") else f"mailto:{contact}",
        "Expires": (real_now() + GOOD_FOR).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "Preferred-Languages": "en",
        # Never from what a browser sent.
        "Canonical": settings.SITE_URL.rstrip("/") + reverse("security_txt"),
    }
    text = "".join(f"{name}: {value}\n" for name, value in lines.items())
    return HttpResponse(text, content_type="text/plain; charset=utf-8")
