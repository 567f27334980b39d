"""Who else has a work item open: "Sam opened this 4 minutes ago". It locks and decides nothing.

For the IW Team's pages alone, read from the entries that are written when an item is opened.
"""

from datetime import datetime, timedelta

from logbook.names_of_people import people
from logbook.reading import Done, done_lately
from shielding.accounts.models import User
from shielding.records.opening import A_REASON_LASTS, AS_WORK
from shielding.roles import Role

LATELY = timedelta(minutes=15)
_ITEM_OPENED = ("request_opened", "access_opened", "review_read")
# Of these the entry says why: a reason that is no work hides whoever gave it, on every item of the
# record, for as long as it lasts.
_FOR_A_REASON = ("record_opened", "record_searched")


def opened_by_others(
    reference: str = "", *, record: str = "", by: User, now: datetime
) -> list[str]:
    """Return who else of the IW Team opened an item in the last quarter of an hour, in words.

    The item has a reference, and is about a record where one is known; without a reference it is
    the record itself. Nothing for anybody but the IW Team. Never what an auditor opened, nor
    whoever opened the record for an audit, a complaint or a subject access request.
    """
    if not by.is_iw:
        return []
    done = done_lately(
        (*_ITEM_OPENED, *_FOR_A_REASON),
        role=Role.IW,
        references=[reference] if reference else [],
        records=[record] if record else [],
        since=now - LATELY - A_REASON_LASTS,
        until=now,
    )
    hidden = {by.uid} | {one.person for one in done if _is_no_work(one)}
    openings = [one for one in done if one.at > now - LATELY and _opens(one, reference)]
    last = {one.person: one.at for one in reversed(openings) if one.person not in hidden}
    names = people(last)
    latest = sorted((uid for uid in last if uid in names), key=lambda uid: last[uid], reverse=True)
    return [f"{names[uid].name} opened this {_ago(last[uid], now)}." for uid in latest]


def _is_no_work(one: Done) -> bool:
    return one.event in _FOR_A_REASON and one.facts.get("purpose") not in AS_WORK


def _opens(one: Done, reference: str) -> bool:
    """Whether this is an opening of the item: by its own reference, or of the record itself."""
    if reference:
        return one.event in _ITEM_OPENED and one.reference == reference
    return one.event == "record_opened"


def _ago(at: datetime, now: datetime) -> str:
    minutes = int((now - at).total_seconds() // 60)
    if minutes < 1:
        return "less than a minute ago"
    return "1 minute ago" if minutes == 1 else f"{minutes} minutes ago"
