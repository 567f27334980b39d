"""Who has a piece of work: "Sam has had it since 10:12am". It locks and decides nothing.

Read from the entries that taking it leaves, for the IW Team's pages alone.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from uuid import UUID

from logbook.reading import Done, done_lately
from shielding.accounts.models import User
from shielding.roles import Role
from shielding.web.cells import hour

EVENT = "duty_taken"
SHOWN_FOR = timedelta(hours=4)


def who_has(items: Iterable[tuple[str, str]], now: datetime) -> dict[str, str]:
    """Return who has each of these pieces of work, in words, by its reference.

    Each is given by its reference and its record's, "" where there is none. One query, and one for
    the names, however many they are.
    """
    items = list(items)
    done = done_lately(
        (EVENT,),
        role=Role.IW,
        references=[reference for reference, _ in items],
        records=[record for _, record in items if record],
        since=now - SHOWN_FOR,
        until=now,
    )
    names = names_of_team(one.person for one in done)
    found = {one: last_word(one, record, done, names, now) for one, record in items}
    return {one: words(word, names) for one, word in found.items() if word is not None}


def last_word(
    reference: str,
    record: str,
    done: Collection[Done],
    names: Mapping[UUID, str],
    now: datetime,
) -> Done | None:
    """Return the last word of an item, if who said it still works in the team.

    Of a record that is also a word of any request for it; of a request, one of its record.
    """
    said = [
        one
        for one in done
        if one.event == EVENT
        and one.at > now - SHOWN_FOR
        and (one.reference in (reference, record) or (reference == record == one.record))
    ]
    return said[-1] if said and said[-1].person in names else None


def names_of_team(uids: Iterable[UUID]) -> dict[UUID, str]:
    """Return the names of those of these people who work in the IW Team."""
    people = User.objects.working().iw_team().filter(uid__in=set(uids))
    return dict(people.values_list("uid", "name"))


def words(one: Done, names: Mapping[UUID, str]) -> str:
    """Return who has something, and since when."""
    return f"{names[one.person]} has had it since {hour(one.at)}"
