"""The demo's mails, for whoever runs the demo: only there do these pages have an address."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from shielding.notices.demo_mailbox import letter_named, letters
from shielding.web.access import public
from shielding.web.cells import Fact, Text

ONLY_THE_DEMO = "Only the demo has this page; its people, mails and links are invented."
HEADS = ("Sent", "To", "Subject")


@public(ONLY_THE_DEMO)
@require_safe
def demo_mails(request: HttpRequest) -> HttpResponse:
    """List what was mailed, the newest first."""
    rows = [
        [
            Text(letter.date, url=reverse("demo_mail", args=[letter.name])),
            letter.to,
            letter.subject,
        ]
        for letter in letters()
    ]
    context = {"title": "Mails of this demo", "heads": HEADS, "rows": rows}
    return render(request, "shielding/notices/demo_mails.html", context)


@public(ONLY_THE_DEMO)
@require_safe
def demo_mail(request: HttpRequest, name: str) -> HttpResponse:
    """Show one mail as its reader would see it."""
    letter = letter_named(name)
    if letter is None:
        raise Http404
    context = {
        "title": letter.subject,
        "facts": [
            Fact("To", letter.to),
            Fact("Sent", letter.date),
        ],
        "text": letter.text,
        "back_url": reverse("demo_mails"),
    }
    return render(request, "shielding/notices/demo_mail.html", context)
