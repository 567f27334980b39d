"""The page of one record: who asks, its reviews, and what can be attested of it as it is now."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.urls import reverse

from shielding import hooks, policies, shown, states
from shielding.accounts.models import User
from shielding.ends import END
from shielding.models import Record

UNSHIELD_HEADS = ("Record", "State", "Last request let go", "Begun")
END_HEADS = ("Record", "End", "Proposed", "Requests that stand")
Rows = list[Any]


def context(record: Record, *, by: User, now: datetime) -> dict[str, Any]:
    """Return what the template draws of a record that this member opened."""
    holds = list(record.holds.in_full().with_owed())
    standing = sum(hold.is_standing for hold in holds)
    reviews = record.reviews.order_by("-due", "-id")
    return {
        "title": f"Record {record.reference}",
        "record": record,
        "facts": shown.record_facts(record, now),
        "in_force": shown.in_force(record, holds),
        "cards": [shown.hold_card(hold, record) for hold in holds],
        "review_heads": shown.REVIEW_HEADS,
        "reviews": shown.review_rows(reviews, now),
        "check_first": shown.check_first(record),
        "may_attest_never_applied": policies.may_attest_never_applied(by, record, standing),
        "may_attest_still_shielded": policies.may_attest_still_shielded(by, record),
        "unshield": unshield(record, by=by, now=now),
        "end": end(record, by=by, now=now),
        "tables": [table for of in hooks.of_record if (table := of(record, by, now)) is not None],
        "back_url": reverse("home"),
    }


def unshield(record: Record, *, by: User, now: datetime) -> dict[str, Any] | None:
    """Return how far the final unshield is: what is missing, or who began and who may confirm.

    Nothing for a record that is not shielded.
    """
    if record.state == states.UNSHIELDING:
        return begun(record, by=by, now=now)
    if record.state != states.SHIELDED:
        return None
    return {"missing": [one.words for one in policies.unshield_missing(record, by, now)]}


def begun(record: Record, *, by: User, now: datetime) -> dict[str, Any]:
    """Return who began the unshield of a record and when, and who may confirm it."""
    began = record.unshield_begun_by
    left = began is None or not policies.may_administer(began)
    seconds = [] if left else policies.seconds(record, now, beginner=began)
    return {
        "begun": shown.moment(record.unshield_begun_at, began),
        "left": left,
        "seconds": [one.name for one in seconds],
        "may_confirm": by.pk in {one.pk for one in seconds},
    }


def end(record: Record, *, by: User, now: datetime) -> dict[str, Any]:
    """Return whether an end may be proposed, or what was proposed and who may confirm it."""
    if record.state == states.CLOSED or not record.end_code:
        return {"may_propose": policies.may_propose_end(by, record)}
    return {
        "label": END[record.end_code].label,
        "proposed": shown.moment(record.end_proposed_at, record.end_proposed_by),
        "may_confirm": policies.may_confirm_end(by, record, now),
    }


def unshield_rows(records: Iterable[Record]) -> Rows:
    """Return the records to unshield; they come with `last_released_at`."""
    return [
        [
            _link(record),
            shown.record_tag(record),
            {"when": record.last_released_at, "date_only": True} if record.last_released_at else "",
            shown.moment(record.unshield_begun_at, record.unshield_begun_by)
            if record.unshield_begun_at and record.state == states.UNSHIELDING
            else "Not yet",
        ]
        for record in records
    ]


def end_rows(records: Iterable[Record]) -> Rows:
    """Return the ends that were proposed; they come with `standing`."""
    return [
        [
            _link(record),
            END[record.end_code].label,
            shown.moment(record.end_proposed_at, record.end_proposed_by),
            str(record.standing) if record.standing else "None",
        ]
        for record in records
    ]


def _link(record: Record) -> dict[str, Any]:
    address = reverse("record_detail", args=[record.reference])
    return {"text": record.reference, "url": address, "code": True}
