"""Where an open page brings its choices and dates when it sees that its time is over."""

from django.http import HttpResponse
from django.views.decorators.http import require_POST

from logbook.guarded import SignedIn
from shielding.web.access import everyone


@everyone
@require_POST
def session_keep(request: SignedIn) -> HttpResponse:
    """Answer a page that came too early: the session goes on, and nothing is kept.

    Where its time is over, `session_limits` has ended the session and kept what may be kept.
    """
    return HttpResponse(status=204)
