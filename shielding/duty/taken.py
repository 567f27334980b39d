"""Who has a piece of work: "Sam has had it since 10:12am". It locks and decides nothing.

Read from the entries that taking it leaves, for the IW Team's pages alone.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from logbook.reading import Done, done_lately
from shielding.accounts.models import User
from shielding.records.models import Hold, Record
from shielding.roles import Role
from shielding.web.cells import hour

EVENT = "duty_taken"
SHOWN_FOR = timedelta(hours=4)


@dataclass(frozen=True)
class Work:
    """A piece of work that somebody may have taken: its reference, its record's or "".

    `since` is when its record last began to wait to be shielded. `to_shield` says whether to shield
    the record is a part of what it waits for.
    """

    reference: str
    record: str = ""
    since: datetime | None = None
    to_shield: bool = False


def work_of(record: Record) -> Work:
    """Return a record as what is to be shielded."""
    return Work(record.reference, record.reference, record.waiting_since, to_shield=True)


def who_has(items: Iterable[Work], now: datetime) -> dict[str, str]:
    """Return who has each of these pieces of work, in words, by its reference.

    One query, one for the names, and one for which requests wait for the shield where a word of a
    request may be one of its record; however many they are.
    """
    items = list(items)
    done = done_lately(
        (EVENT,),
        role=Role.IW,
        references=[one.reference for one in items],
        records=[one.record for one in items if one.record],
        since=now - SHOWN_FOR,
        until=now,
    )
    names = names_of_team(one.person for one in done)
    waiting = waiting_for_shield(items, done)
    found = {one.reference: last_word(one, done, names, waiting, now) for one in items}
    return {one: words(word, names) for one, word in found.items() if word is not None}


def last_word(
    item: Work,
    done: Collection[Done],
    names: Mapping[UUID, str],
    waiting: Collection[str],
    now: datetime,
) -> Done | None:
    """Return the last word of an item, if who said it still works in the team.

    Nothing counts that was said before its record began to wait for the shield: it was said of
    other work. Of a request to be shielded, a word of its record is one of it. Of a record, so is
    one of a request in `waiting`: whoever took its second look has not said that they shield it.
    """
    said = [
        one
        for one in done
        if one.event == EVENT
        and one.at > now - SHOWN_FOR
        and (item.since is None or one.at >= item.since)
        and _is_of(item, one, waiting)
    ]
    return said[-1] if said and said[-1].person in names else None


def waiting_for_shield(items: Iterable[Work], done: Collection[Done]) -> set[str]:
    """Return which requests of these records were taken and wait for the shield."""
    records = {one.record for one in items if one.reference == one.record}
    taken = {one.reference for one in done if one.event == EVENT and one.record in records}
    taken -= records
    if not taken:
        return set()
    holds = Hold.objects.standing().filter(reference__in=taken, applied_at__isnull=True)
    return set(holds.values_list("reference", flat=True))


def names_of_team(uids: Iterable[UUID]) -> dict[UUID, str]:
    """Return the names of those of these people who work in the IW Team."""
    people = User.objects.working().iw_team().filter(uid__in=set(uids))
    return dict(people.values_list("uid", "name"))


def words(one: Done, names: Mapping[UUID, str]) -> str:
    """Return who has something, and since when."""
    return f"{names[one.person]} has had it since {hour(one.at)}"


def _is_of(item: Work, one: Done, waiting: Collection[str]) -> bool:
    """Whether somebody's word is of this item: its own, its record's, or a request's of it."""
    if one.reference == item.reference:
        return True
    if item.reference == item.record:
        return one.record == item.record and one.reference in waiting
    return item.to_shield and one.reference == item.record != ""
