"""What a source once said they had not let go of, for the pages of the IW Team.

The claim stands again and has forgotten who had let go of it, so this is read from the entries. The
pages decide nothing by it.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from logbook.reading import Done, done_lately
from shielding.accounts.models import User
from shielding.records.letting_go_codes import Release
from shielding.records.models import Hold
from shielding.roles import Role
from shielding.web.cells import day_and_time


@dataclass(frozen=True)
class Denial:
    """When and by whom it was recorded that a source had not let go, and who was said to have."""

    at: datetime
    by: str
    let_go: str

    @property
    def words(self) -> str:
        return f"{day_and_time(self.at)}, recorded by {self.by}\n{self.let_go}"


def denials_of(holds: Collection[Hold], now: datetime) -> dict[str, list[Denial]]:
    """Return them by the reference of their request, the oldest first, in two queries."""
    if not holds:
        return {}
    said = done_lately(
        ("release_denied",),
        role=Role.IW,
        references=[hold.reference for hold in holds],
        records=(),
        since=min(hold.placed_at for hold in holds),
        until=now,
    )
    names = _names(said)
    found: dict[str, list[Denial]] = {}
    for one in said:
        by = names.get(str(one.person), "somebody")
        found.setdefault(one.reference, []).append(Denial(one.at, by, _let_go(one, names)))
    return found


def _names(said: Collection[Done]) -> Mapping[str, str]:
    uids = {str(one.person) for one in said}
    uids |= {one.facts.get(fact, "") for one in said for fact in ("released_by", "attested_by")}
    people = User.objects.filter(uid__in=uids - {""}) if said else User.objects.none()
    return {str(uid): name for uid, name in people.values_list("uid", "name")}


def _let_go(one: Done, names: Mapping[str, str]) -> str:
    """Return who was said to have let go, how, and who attested it, in words."""
    how = dict(Release.choices).get(one.facts.get("how", ""), "")
    before = f"Withdrawn before by {names.get(one.facts.get('released_by', ''), 'somebody')}: {how}"
    attested = names.get(one.facts.get("attested_by", ""))
    return f"{before}, attested by {attested}" if attested else before
