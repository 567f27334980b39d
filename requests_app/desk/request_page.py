"""The page of one request at the desk: all that is known of it, and the forms it can be sent."""

from datetime import datetime
from typing import Any

from django.urls import reverse

from requests_app import policies
from requests_app.desk import forms as desk_forms
from requests_app.desk import presenters
from requests_app.desk.to_do import of_request
from requests_app.models import Request
from requests_app.practitioner import presenters as practitioner_presenters
from shielding.accounts.models import User
from shielding.checks.presenters import advice
from shielding.duty.at_work import at_work
from shielding.filled import filled
from shielding.records.policies import may_check
from shielding.records.presenters import check_first


def context(
    asked: Request, *, by: User, now: datetime, tried: desk_forms.DeskForm | None = None
) -> dict[str, Any]:
    """Return what the template draws; `tried` is a form that came back with mistakes."""
    forms = [
        tried if tried and tried.slug == form.slug else form(asked=asked)
        for form in desk_forms.offered(by, asked, now)
    ]
    record = filled(asked.record)
    return {
        "title": f"Request {asked.reference}",
        "asked": asked,
        "at_work": at_work(of_request(asked), by=by, now=now),
        "check_first": check_first(record),
        "advice": advice(record, list(record.checks.latest_first()[:1])),
        "may_check": may_check(by, record),
        "facts": [*presenters.facts(asked, now), *presenters.review_to_conclude(asked, now)],
        "others": presenters.others_words(presenters.others(asked)),
        "sections": practitioner_presenters.their_answers(asked),
        "may_answer_for": policies.may_answer_for(by, asked),
        "timeline": presenters.happened(asked, now),
        "acting": forms,
        "act_title": _act_title([form.slug for form in forms]),
        "answers": presenters.source_answers(asked, now),
        "error_form": tried if tried in forms else None,
        "proposed_because": presenters.reason(asked),
        "may_be_second": policies.may_be_second(by, asked, now),
        "fell_away": policies.why_not_confirm(by, asked, now),
        "seconds": presenters.who_may_be_second(asked, now),
        "next_review": asked.hold.review_due if asked.hold else None,
        "back_url": reverse("desk_queue"),
        "back_text": "Work queue",
    }


def _act_title(slugs: list[str]) -> str:
    """Return what the forms stand under: they stand together, what is attested first."""
    attests = "applied" in slugs
    decides = any(slug not in ("applied", "phoned-back") for slug in slugs)
    if attests:
        return "Shield and decide" if decides else "Shield"
    return "Decide" if decides or not slugs else "Phone"
