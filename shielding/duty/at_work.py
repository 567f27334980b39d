"""What the page of a work item says of who else is at it, and the button to say "I have it"."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.urls import reverse

from logbook.reading import done_lately
from shielding.accounts.models import User
from shielding.duty import opened, taken
from shielding.hooks import DutyItem
from shielding.roles import Role
from shielding.web.cells import hour


@dataclass(frozen=True)
class AtWork:
    """Who else has an item open, one sentence each; who has it; the button to take it, if any."""

    opened: list[str]
    has: str
    url: str
    button: str


def at_work(item: DutyItem, *, by: User, now: datetime, record: str = "") -> AtWork | None:
    """Return who of the IW Team is at an item: for its pages alone, and nothing for anybody else.

    `record` is given where the item's entries do not name it. One query, and one for the names,
    however many are at it; one more of a record of which a request was taken.
    """
    if not by.is_iw:
        return None
    about = item.record or record
    since: timedelta = max(opened.LOOKS_BACK, taken.SHOWN_FOR)
    done = done_lately(
        (*opened.EVENTS, taken.EVENT),
        role=Role.IW,
        references=[item.reference],
        records=[about] if about else [],
        since=now - since,
        until=now,
    )
    names = taken.names_of_team(one.person for one in done)
    others = {uid: name for uid, name in names.items() if uid != by.uid}
    sentences = opened.words(item.reference, about, done, others, now)
    if not item.waits:
        return AtWork(sentences, "", "", "")
    work = taken.Work(item.reference, item.record, item.since, item.to_shield)
    one = taken.last_word(work, done, names, taken.waiting_for_shield([work], done), now)
    url = reverse("duty_take", args=[item.reference])
    if one is None:
        return AtWork(sentences, "", url, "I have it")
    if one.person == by.uid:
        return AtWork(sentences, f"You have had it since {hour(one.at)}.", url, "")
    return AtWork(sentences, f"{taken.words(one, names)}.", url, "I have it now")
