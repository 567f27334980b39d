"""Who else has a work item open: "Sam opened this 4 minutes ago". It locks and decides nothing.

Read from the entries that are written when an item is opened.
"""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from uuid import UUID

from logbook.reading import Done
from shielding.records.opening import A_REASON_LASTS, AS_WORK

LATELY = timedelta(minutes=15)
_ITEM_OPENED = ("request_opened", "access_opened", "review_read")
# Of these the entry says why: a reason that is no work hides whoever gave it, on every item of the
# record, for as long as it lasts.
_FOR_A_REASON = ("record_opened", "record_searched")
EVENTS = (*_ITEM_OPENED, *_FOR_A_REASON)
LOOKS_BACK = LATELY + A_REASON_LASTS


def words(
    reference: str,
    record: str,
    done: Collection[Done],
    names: Mapping[UUID, str],
    now: datetime,
) -> list[str]:
    """Return who of these people opened an item in the last quarter of an hour, the latest first.

    An item that is the record itself has its reference. Never whoever opened the record, or looked
    for it, for an audit, a complaint or a subject access request.
    """
    back = [one for one in done if one.at > now - LOOKS_BACK]
    hidden = {one.person for one in back if one.record == record and _is_no_work(one)}
    openings = [one for one in back if one.at > now - LATELY and _opens(one, reference, record)]
    last = {one.person: one.at for one in openings if one.person not in hidden}
    latest = sorted((uid for uid in last if uid in names), key=lambda uid: last[uid], reverse=True)
    return [f"{names[uid]} opened this {_ago(last[uid], now)}." for uid in latest]


def _is_no_work(one: Done) -> bool:
    return one.event in _FOR_A_REASON and one.facts.get("purpose") not in AS_WORK


def _opens(one: Done, reference: str, record: str) -> bool:
    """Whether this is an opening of the item: by its own reference, or of the record itself."""
    if reference == record:
        return one.event == "record_opened" and one.record == record
    return one.event in _ITEM_OPENED and one.reference == reference


def _ago(at: datetime, now: datetime) -> str:
    minutes = int((now - at).total_seconds() // 60)
    if minutes < 1:
        return "less than a minute ago"
    return "1 minute ago" if minutes == 1 else f"{minutes} minutes ago"
