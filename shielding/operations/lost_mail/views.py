"""The button that sends again what could not be delivered."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from logbook.days import clock_now
from logbook.guarded import SignedIn
from shielding.notices.models import Mail
from shielding.operations.lost_mail.actions import send_again
from shielding.roles import Role
from shielding.web.access import for_roles


@for_roles(Role.IW)
@require_POST
def mail_send_again(request: SignedIn, mail: int) -> HttpResponse:
    """Send a mail again that was given up."""
    found = get_object_or_404(Mail.objects.visible_to(request.user), pk=mail)
    send_again(found, by=request.user, now=clock_now())
    messages.success(
        request,
        "It is sent again within a minute, or with the next day’s mail at 9am if it is a reminder.",
    )
    return redirect("notices")
