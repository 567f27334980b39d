"""The page of one request at the desk, and how its forms are sent."""

import re

from django.utils import timezone

from requests_app.models import Request


def today(name="checked_on"):
    day = timezone.localdate()
    return {f"{name}_day": day.day, f"{name}_month": day.month, f"{name}_year": day.year}


def page_of(request):
    return f"/desk/requests/{request.reference}/"


def send(browser, request, act, **answers):
    """Send one of the page's forms as the page has it now; follow to what comes of it."""
    seen = Request.objects.get(pk=request.pk).changed_at.isoformat()
    return browser.post(f"{page_of(request)}{act}/", {"seen": seen} | answers, follow=True)


def forms_on(response):
    return re.findall(r'action="/desk/requests/[^/]+/([a-z-]+)/"', response.content.decode())
