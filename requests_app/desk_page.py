"""The page of one request at the desk: all that is known of it, and the forms it can be sent."""

from datetime import datetime
from typing import Any

from django.urls import reverse

from requests_app import desk_forms, desk_shown, policies, presenting
from requests_app.models import Request
from shielding.accounts.models import User
from shielding.shown import check_first


def context(
    asked: Request, *, by: User, now: datetime, tried: desk_forms.DeskForm | None = None
) -> dict[str, Any]:
    """Return what the template draws; `tried` is a form that came back with mistakes."""
    forms = [
        tried if tried and tried.slug == form.slug else form(asked=asked)
        for form in desk_forms.offered(by, asked, now)
    ]
    return {
        "title": f"Request {asked.reference}",
        "asked": asked,
        "check_first": check_first(asked.record),
        "facts": desk_shown.facts(asked, now),
        "others": desk_shown.others_words(desk_shown.others(asked)),
        "sections": presenting.answer_sections(asked, change=False),
        "timeline": desk_shown.happened(asked),
        "attesting": [form for form in forms if form.slug == "applied"],
        "deciding": [form for form in forms if form.slug != "applied"],
        "answers": desk_shown.source_answers(asked, now),
        "recorded_as": desk_shown.recorded_as(asked, now),
        "error_form": tried if tried in forms else None,
        "proposed_because": desk_shown.reason(asked),
        "may_be_second": policies.may_be_second(by, asked, now),
        "seconds": desk_shown.who_may_be_second(asked, now),
        "next_review": asked.record.review_due if asked.hold else None,
        "back_url": reverse("desk_queue"),
        "back_text": "Work queue",
    }
