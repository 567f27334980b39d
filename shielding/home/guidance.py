"""The guidance of the process document, the blank worksheet, and the pages about this service."""

from dataclasses import dataclass

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from logbook.days import clock_now
from logbook.guarded import SignedIn
from logbook.writing import log_entry_alone
from shielding.records.grounds import GROUNDS
from shielding.web.access import everyone, public


@dataclass(frozen=True)
class Topic:
    """One page of words: its address, title, and the sentence that leads to it."""

    slug: str
    title: str
    lead: str = ""


GUIDANCE = (
    Topic("danger-first", "If a child is in danger", "What comes before any shield."),
    Topic(
        "what-shielding-is",
        "What shielding is for",
        "What a shield does, what it does not do, and why records are shielded.",
    ),
    Topic(
        "when-to-shield",
        "When to shield, and when not",
        "What to consider, case by case, and what is not a reason.",
    ),
    Topic(
        "talking-to-the-family",
        "What to explain to the family",
        "Who may ask, how shielding differs from sensitive services, and its disadvantages.",
    ),
    Topic(
        "asking",
        "Asking for a record to be shielded",
        "The steps from a family’s request to a shielded record, and who takes them.",
    ),
    Topic(
        "reviews",
        "Reviews, and ending a shield",
        "The review within seven days, the reviews every six months, and the last step.",
    ),
    Topic(
        "disagreement",
        "If the family does not agree",
        "What to tell a family whose record will not be shielded.",
    ),
    Topic(
        "access",
        "Access to a shielded record",
        "How the IW Team puts people in touch, and what counts as misuse.",
    ),
    Topic("advice", "Advice from the IW Team", "When to phone, and what not to send."),
)

HELP = (
    Topic("help", "Help"),
    Topic("accessibility", "Accessibility statement"),
    Topic("cookies", "Cookies"),
    Topic("privacy", "Privacy"),
    Topic("licences", "Third-party licences"),
)


@everyone
@require_safe
def guidance(request: SignedIn) -> HttpResponse:
    """List the guidance pages and lead to the blank worksheet."""
    return render(request, "guidance/index.html", {"title": "Guidance", "topics": GUIDANCE})


@everyone
@require_safe
def guidance_page(request: SignedIn, slug: str) -> HttpResponse:
    """Show one page of the guidance."""
    topic = _topic(GUIDANCE, slug)
    context = {"title": topic.title, "back_url": reverse("guidance"), "back_text": "Guidance"}
    return render(request, f"guidance/{topic.slug}.html", context)


@everyone
@require_safe
def worksheet(request: SignedIn) -> HttpResponse:
    """Show the worksheet to print: grounds, points to consider, an empty column for the risks.

    It has no field: what is written on it stays in the service's own record of the child. Opening
    it to print is an entry.
    """
    log_entry_alone("worksheet_printed", by=request.user, at=clock_now())
    context = {
        "title": "Worksheet for considering a shield",
        "grounds": GROUNDS,
        "back_url": reverse("guidance"),
        "back_text": "Guidance",
    }
    return render(request, "guidance/worksheet.html", context)


@public("The law asks for the accessibility statement; the others help people who cannot sign in.")
@require_safe
def help_page(request: SignedIn, slug: str) -> HttpResponse:
    """Show one of the pages about this service."""
    topic = _topic(HELP, slug)
    return render(request, f"help/{topic.slug}.html", {"title": topic.title})


def _topic(topics: tuple[Topic, ...], slug: str) -> Topic:
    for topic in topics:
        if topic.slug == slug:
            return topic
    raise Http404
