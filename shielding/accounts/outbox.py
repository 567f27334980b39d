"""What is owed to people and what became of it; when the clock looked last.

References are for the IW Team; a technical administrator reads how many, and whether it works.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from shielding.accounts.access import for_roles
from shielding.accounts.envelopes import Fate
from shielding.accounts.models import Role
from shielding.accounts.notices import Notice
from shielding.accounts.timers import Timer

A_PAGE = 25
_COLOURS = {
    Fate.QUEUED: "blue",
    Fate.SENT: "green",
    Fate.FAILED: "orange",
    Fate.GIVEN_UP: "red",
    Fate.OVERTAKEN: "grey",
}
_WORDS = {
    "item_changed": "Something changed",
    "named_as_supporter": "Named as the supporting manager",
    "confirm_phoned": "Phoned request to confirm",
    "review_reminder": "Answer to a review",
    "review_overdue_manager": "Overdue answer of their staff",
    "review_overdue_lead": "Overdue review",
    "unshield_cancelled": "A request arrived during an unshielding",
    "unshield_waits": "An unshielding that waits",
    "password_reset": "Link for a new password",
    "invitation": "Invitation",
}
_TASKS = {
    "open_reviews": "Open six-monthly reviews",
    "raise_reminders": "Raise reminders",
    "deliver_mail": "Deliver mail",
}
HEADS = ("Recipient", "About", "Reference", "Due", "Tries", "Fate")
TIMER_HEADS = ("Task", "Looked last", "State")
Rows = list[Any]


@for_roles(Role.IW, Role.ADMINISTRATOR)
@require_safe
def outbox(request: HttpRequest) -> HttpResponse:
    """Show each task's last look, how much has which fate, and to the IW Team every notice."""
    fate = request.GET.get("fate", "")
    owed = Notice.objects.visible_to(request.user).select_related("recipient", "mail")
    if fate in Fate.values:
        owed = owed.filter(fate=fate)
    page = Paginator(owed.order_by("-due_at", "-id"), A_PAGE).get_page(request.GET.get("page"))
    context = {
        "title": "Reminders and mail",
        "timer_heads": TIMER_HEADS,
        "timers": timer_rows(timezone.now()),
        "tabs": _tabs(fate),
        "page": page,
        "heads": HEADS,
        "rows": notice_rows(page),
        "may_read": request.user.is_iw,
        "back_url": reverse("home"),
    }
    return render(request, "people/outbox.html", context)


def _tabs(chosen: str) -> list[dict[str, Any]]:
    """Return one list for each fate, with its count, and one of all."""
    numbers = dict(Notice.objects.order_by().values_list("fate").annotate(Count("pk")))
    here = reverse("outbox")
    every = {"label": "All", "url": here, "count": sum(numbers.values()), "current": not chosen}
    return [every] + [
        {
            "label": fate.label,
            "url": f"{here}?fate={fate.value}",
            "count": numbers.get(fate.value, 0),
            "current": chosen == fate.value,
        }
        for fate in Fate
    ]


def timer_rows(now: datetime) -> Rows:
    """Return when each regular task looked last; one that is late is said to be."""
    late = Timer.objects.late(settings.CELERY_BEAT_SCHEDULE, now)
    looked = dict(Timer.objects.values_list("name", "last_run_at"))
    return [
        [
            words,
            {"when": looked[name]} if name in looked else "Never",
            {"tag": "Late", "colour": "red"}
            if name in late
            else {"tag": "Working", "colour": "green"},
        ]
        for name, words in _TASKS.items()
    ]


def notice_rows(notices: Iterable[Notice]) -> Rows:
    """Return what is owed to whom, by the reference its recipient knows."""
    return [
        [
            notice.recipient.name,
            _WORDS.get(notice.kind, "Something changed"),
            {"text": notice.mentions, "code": True},
            {"when": notice.due_at},
            str(notice.mail.attempt if notice.mail else 0),
            {"tag": notice.get_fate_display(), "colour": _COLOURS[Fate(notice.fate)]},
        ]
        for notice in notices
    ]
