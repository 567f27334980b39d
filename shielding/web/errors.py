"""The pages for what went wrong. They say what to do next and nothing about what was asked for."""

import logging
import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from shielding.web.kept import answers
from shielding.web.navigation import Shell

logger = logging.getLogger(__name__)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer a request that makes no sense: too large, too many fields, a host that is not ours."""
    return _alone("errors/400.html", 400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer a request for a page the account may not open."""
    return render(request, "errors/403.html", status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer for what does not exist and for what is not this person's: the same page."""
    return render(request, "errors/404.html", status=404)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form that was not sent from a page of this session.

    Of one that is older than the session, choices and dates are there when it is opened again.
    """
    page = request.path if answers.keep_of_older(request, reason) else ""
    return render(request, "errors/csrf.html", {"page": page}, status=403)


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer when the product failed, without the database or the session: they may be why.

    A database that does not answer is said as such: 503 for the person, and a line in the log
    that tells whoever runs the site what to start.
    """
    if isinstance(sys.exc_info()[1], OperationalError | InterfaceError):
        logger.error("The database does not answer: start PostgreSQL, or mend DATABASE_URL.")
        return _alone("errors/503.html", 503)
    return _alone("errors/500.html", 500)


def _alone(template: str, status: int) -> HttpResponse:
    """Return a page with a frame made from settings only."""
    return HttpResponse(render_to_string(template, {"shell": Shell()}), status=status)
