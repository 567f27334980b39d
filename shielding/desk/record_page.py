"""The page of one record: who asks, its reviews, and what can be attested of it as it is now."""

from datetime import datetime
from typing import Any

from django.urls import reverse

from shielding import hooks
from shielding.accounts.models import User
from shielding.checks import list_rows as check_rows
from shielding.checks.presenters import advice
from shielding.duty.at_work import at_work
from shielding.duty.items import of_record
from shielding.holds.disputes.denials import denials_of
from shielding.holds.presenters import others_attest
from shielding.records import policies
from shielding.records import presenters as record_presenters
from shielding.records.letting_go_to_attest import with_word_owed
from shielding.records.models import Record
from shielding.reviews import list_rows as review_rows
from shielding.unshield import policies as unshield_policies
from shielding.unshield.presenters import end, unshield


def context(record: Record, *, by: User, now: datetime) -> dict[str, Any]:
    """Return what the template draws of a record that this member opened."""
    holds = list(with_word_owed(record.holds.in_full().with_owed()))
    standing = sum(hold.is_standing for hold in holds)
    reviews = record.reviews.select_related("hold").order_by("-due", "-id")
    looks = list(record.checks.latest_first())
    denied = denials_of(holds, now)
    tables = [table_of(record, by, now) for table_of in hooks.of_record]
    return {
        "title": f"Record {record.reference}",
        "record": record,
        "at_work": at_work(of_record(record), by=by, now=now),
        "facts": record_presenters.record_facts(record, now),
        "in_force": record_presenters.in_force(record, holds),
        "cards": [
            record_presenters.hold_card(
                hold,
                record,
                others_attest=others_attest(hold, by, now) if hold.word_owed else "",
                denied=[one.words for one in denied.get(hold.reference, ())],
            )
            for hold in holds
        ],
        "review_heads": review_rows.REVIEW_HEADS,
        "reviews": review_rows.review_rows(reviews, now),
        "check_first": record_presenters.check_first(record),
        "advice": advice(record, looks),
        "may_check": policies.may_check(by, record),
        "check_heads": check_rows.HEADS,
        "checks": check_rows.check_rows(looks),
        **_never_applied(record, by, standing),
        "may_attest_still_shielded": policies.may_attest_still_shielded(by, record),
        "unshield": unshield(record, by=by, now=now),
        "end": end(record, by=by, now=now),
        "tables": [table for table in tables if table is not None],
        "back_url": reverse("home"),
    }


def _never_applied(record: Record, by: User, standing: int) -> dict[str, Any]:
    """Return whether this member may say *never applied*, or why it is another's, in words."""
    may = (
        policies.may_attest_never_applied(by, record, standing)
        and not unshield_policies.disputed(record)
        and not unshield_policies.words_owed(record)
        and not unshield_policies.let_go_alone(by, record)
    )
    anothers = may and unshield_policies.found_it_shielded(by, record)
    return {
        "may_attest_never_applied": may and not anothers,
        "found_shielded": unshield_policies.FOUND_SHIELDED if anothers else "",
    }
